"""How much a run tries of what there is too much of: a share with every change, and all of it in `make soak`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

Case = TypeVar("Case")
IS_SOAKED = "POLICYKB_SOAK" in os.environ


def share(cases: Sequence[Case], each: int, first: int = 0) -> Sequence[Case]:
    """Every so-manieth of the cases, from the first or a later one on; all of them where POLICYKB_SOAK is set."""
    return cases if IS_SOAKED else cases[first::each]


def times(usual: int) -> int:
    """How often something is drawn: as often as POLICYKB_SOAK says, or else as usual."""
    return int(os.environ.get("POLICYKB_SOAK", usual))
