"""What the tests share: the shipped knowledge base and its deciders, loaded once for each set of overlays."""

from __future__ import annotations

from functools import cache

import pytest

from policykb.api import Policykb, load_policykb

__all__ = ["decider_with"]


@cache
def decider_with(*overlays: str) -> Policykb:
    """The shipped knowledge base under these overlays."""
    return load_policykb(overlays=overlays)


@pytest.fixture(scope="session")
def shipped() -> Policykb:
    """The shipped knowledge base as it is."""
    return decider_with()
