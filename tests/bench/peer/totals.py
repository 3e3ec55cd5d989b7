"""Counts by status and sums of amounts of one run, portion by portion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np

from . import exact
from .rules import GROUPS

__all__ = ["Totals", "add_exact", "add_known", "add_plain"]

NO, OPEN, YES = exact.NO, exact.OPEN, exact.YES
Totals = defaultdict[tuple[str, str], Any]
"""Counts and sums by the name of the award or group, and what is counted."""


def add_plain(totals: Totals, found: Mapping[str, Any]) -> None:
    """Add the amounts of one portion: who gets something, and how much in all; of a group also who wins."""
    for name, amount in found.items():
        totals[name, "eligible"] += int(np.count_nonzero(amount > 0))
        totals[name, "sum"] += float(amount.sum(dtype=np.float64))
        for place, member in enumerate(GROUPS[name]["members"] if name in GROUPS else ()):
            earlier = [found[other] for other in GROUPS[name]["members"][:place]]
            first = np.logical_and.reduce([other < amount for other in earlier]) if earlier else True
            totals[name, f"wins {member}"] += int(np.count_nonzero((found[member] == amount) & (amount > 0) & first))


def add_known(totals: Totals, found: Mapping[str, Any], awards: list[str], groups: list[str]) -> None:
    """Add the statuses and amounts of one portion of the run with known-flags."""
    for name in awards:
        status, least, most = found[name], found[f"{name}_least"], found[f"{name}_most"]
        for word, code in (("eligible", YES), ("undetermined", OPEN), ("not_eligible", NO)):
            mine = status == code
            totals[name, word] += int(np.count_nonzero(mine))
            if code != NO:
                _add_floats(totals, name, word, least[mine], most[mine])
    for name in groups:
        least, most = found[f"{name}_least"], found[f"{name}_most"]
        concerned = np.logical_or.reduce([found[member] != NO for member in GROUPS[name]["members"]])
        totals[name, "records"] += int(np.count_nonzero(concerned))
        _add_floats(totals, name, "records", least[concerned], most[concerned])
        for place, member in enumerate(GROUPS[name]["members"]):
            totals[name, f"wins {member}"] += int(np.count_nonzero(found[name] == place + 1))


def _add_floats(totals: Totals, name: str, word: str, least: Any, most: Any) -> None:
    bounded = np.isfinite(most)
    totals[name, f"{word} min"] += float(least.sum(dtype=np.float64))
    totals[name, f"{word} max"] += float(most[bounded].sum(dtype=np.float64))
    totals[name, f"{word} endless"] += int(np.count_nonzero(~bounded))


def add_exact(totals: Totals, awards: Mapping[str, exact.Award], groups: Mapping[str, exact.Group]) -> None:
    """Add the same in whole fen."""
    for name, award in awards.items():
        for word, code in (("eligible", YES), ("undetermined", OPEN), ("not_eligible", NO)):
            mine = award.status == code
            totals[name, word] += int(np.count_nonzero(mine))
            if code != NO:
                _add_fen(totals, name, word, exact.rounded(award.least[mine]), exact.rounded(award.most[mine]))
    for name, group in groups.items():
        totals[name, "records"] += int(np.count_nonzero(group.any_member))
        _add_fen(totals, name, "records", group.least[group.any_member], group.most[group.any_member])
        for place, member in enumerate(GROUPS[name]["members"]):
            totals[name, f"wins {member}"] += int(np.count_nonzero(group.winner == place + 1))


def _add_fen(totals: Totals, name: str, word: str, least: Any, most: Any) -> None:
    bounded = most != exact.ENDLESS
    totals[name, f"{word} min"] += int(least.sum())
    totals[name, f"{word} max"] += int(most[bounded].sum())
    totals[name, f"{word} endless"] += int(np.count_nonzero(~bounded))
