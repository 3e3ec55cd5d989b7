"""The shipped knowledge base under overlays, loaded once for each set of them."""

from __future__ import annotations

from functools import cache

from policykb.api import Policykb, load_policykb

__all__ = ["decider_with"]


@cache
def decider_with(*overlays: str) -> Policykb:
    """The shipped knowledge base under these overlays."""
    return load_policykb(overlays=overlays)
