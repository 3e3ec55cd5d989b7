"""What the tests share: the shipped knowledge base, loaded once."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from functools import lru_cache, wraps
from types import NoneType
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, settings

from deciders import decider_with
from documentation import ROOT
from policykb import api
from policykb.__main__ import MADE
from policykb.api import Policykb
from policykb.doors import crew
from policykb.law.load import standing

gc.set_threshold(MADE)  # as in the program

os.environ["POLICYKB_CACHE"] = ""
"""Tests work on what they made themselves: nothing is kept for the next run, but where a test says so."""

# How long an example takes is no matter of right or wrong: nothing fails because the machine has other work.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

_load = api.load_policykb
KEPT = 12
SHARED: list[tuple[ox.Store, int]] = []
"""The graphs that the tests of a process share, each with the number of its statements."""


@lru_cache(maxsize=KEPT)
def _load_shipped(policy: str | None, overlays: tuple[str, ...], as_of: str | None, engine: str | None) -> Policykb:
    kb = _load(None, policy, overlays, as_of=as_of, engine=engine)
    SHARED.append((kb.knowledge.store, len(kb.knowledge.store)))
    del SHARED[:-KEPT]
    return kb


@wraps(_load)
def _load_once(root: Any = None, policy: Any = None, overlays: Any = (), **rest: Any) -> Policykb:
    """The same, but that thousands of calls in one process read the files of the project once: no test changes them."""
    given = (overlays,) if isinstance(overlays, str) else overlays
    named = type(given) in (tuple, list) and all(type(one) is str and one.endswith(":alt") for one in given)
    plain = all(type(value) in (str, NoneType) for value in (policy, *rest.values()))
    if root in (None, str(ROOT), ROOT) and named and plain and not rest.keys() - {"as_of", "engine"}:
        # Also by its own name the document that stands alone is the one that is loaded where none is named.
        slug = None if (policy,) == standing(ROOT) else policy
        return _load_shipped(slug, tuple(given), rest.get("as_of"), rest.get("engine"))
    return _load(root, policy, overlays, **rest)


api.load_policykb = _load_once  # before any command is imported
# The tests are as many processes as there are processors. A program that they start is as it is.
crew.processors = lambda: 1


@pytest.fixture(scope="session")
def shipped() -> Policykb:
    """The shipped knowledge base as it is."""
    return decider_with()


@pytest.fixture(scope="module", autouse=True)
def unchanged() -> Iterator[None]:
    """No module changes a graph that others share: it makes one of its own."""
    yield
    changed = [number for number, (store, count) in enumerate(SHARED) if len(store) != count]
    SHARED[:] = [(store, len(store)) for store, _ in SHARED]
    assert changed == []


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """What bytes are called: an archive holds the time it was made, and processes have to call a test the same."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None
