"""The shipped knowledge base under overlays, loaded once for each set of them."""

from __future__ import annotations

from functools import cache

from policykb.api import Policykb, load_policykb

__all__ = ["decider_with"]


@cache
def decider_with(*overlays: str, policy: str | None = None) -> Policykb:
    """A document of the shipped knowledge base, the only one if None, under these overlays."""
    return load_policykb(policy=policy, overlays=overlays)
