"""How the answers of OpenFisca differ from those of policykb, record by record, and whether the totals agree."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from . import exact
from .inputs import HUNDRED
from .rules import AWARDS, GROUPS
from .totals import Totals

__all__ = ["DIFFERENCES", "count_known", "count_plain", "disagreements", "unlike"]

NO, OPEN, YES = exact.NO, exact.OPEN, exact.YES

DIFFERENCES = ("open, answered with an amount", "open, answered with none", "other status", "off by a fen")
"""What is counted for each award. Open: a missing value decides, so that policykb leaves the answer open."""


def count_plain(
    counts: Totals, found: Mapping[str, Any], awards: Mapping[str, exact.Award], groups: Mapping[str, exact.Group]
) -> None:
    """Count where the plain amounts differ: a missing value that was needed, a wrong status, a fen or more."""
    for name, award in awards.items():
        given = found[name] > 0
        is_open = award.status == OPEN
        _add(counts, name, is_open & given, is_open & ~given)
        counts[name, DIFFERENCES[2]] += _count(~is_open & (given != (award.status == YES)))
        counts[name, DIFFERENCES[3]] += _count(given & (award.status == YES) & _is_off(found[name], award.most))
    for name in groups:
        least, most = _before_rounding(name, awards)
        given, settled = found[name] > 0, least == most
        _add(counts, name, ~settled & given, ~settled & ~given)
        counts[name, DIFFERENCES[2]] += _count(settled & (given != (most > 0)))
        counts[name, DIFFERENCES[3]] += _count(settled & given & (most > 0) & _is_off(found[name], most))


def _before_rounding(name: str, awards: Mapping[str, exact.Award]) -> tuple[Any, Any]:
    """What a group gives at least and at most, in hundredths of a fen."""
    members = [awards[member] for member in GROUPS[name]["members"]]
    least = np.maximum.reduce([member.least for member in members])
    return least, np.maximum.reduce([member.most for member in members])


def _add(counts: Totals, name: str, some: Any, none: Any) -> None:
    counts[name, DIFFERENCES[0]] += _count(some)
    counts[name, DIFFERENCES[1]] += _count(none)


def count_known(
    counts: Totals, found: Mapping[str, Any], awards: Mapping[str, exact.Award], groups: Mapping[str, exact.Group]
) -> None:
    """Count where the run with known-flags has another status, or a bound that is off by a fen or more."""
    for name, award in awards.items():
        same = found[name] == award.status
        counts[name, DIFFERENCES[2]] += _count(~same)
        off = _is_off(found[f"{name}_least"], award.least) | _is_off(found[f"{name}_most"], award.most)
        counts[name, DIFFERENCES[3]] += _count(same & off)
    for name, group in groups.items():
        least, most = _before_rounding(name, awards)
        same = found[name] == group.winner
        counts[name, DIFFERENCES[2]] += _count(~same)
        off = _is_off(found[f"{name}_least"], least) | _is_off(found[f"{name}_most"], most)
        counts[name, DIFFERENCES[3]] += _count(same & off)


def _is_off(amount: Any, hundredths: Any) -> Any:
    """Whether an amount in floats is a fen or more away from an exact one; neither is rounded before."""
    bounded = np.isfinite(amount)
    away = np.abs(np.where(bounded, amount, 0).astype(np.float64) * exact.UNIT - hundredths) >= HUNDRED
    return np.where(bounded & (hundredths != exact.ENDLESS), away, bounded != (hundredths != exact.ENDLESS))


def _count(where: Any) -> int:
    return int(np.count_nonzero(where))


def disagreements(totals: Totals, summary: Mapping[str, Any]) -> list[str]:
    """Where totals in whole fen are not exactly those of policykb's summary.json; sums are compared to the fen."""
    return [
        f"{name}, {word}: {totals[name, word]} and {value}"
        for name, word, value in _stated(summary, {name for name, _ in totals})
        if totals[name, word] != value
    ]


def unlike(totals: Totals, summary: Mapping[str, Any], counts: Totals) -> list[str]:
    """Where the counts of the run with known-flags differ by more than the records found to have another status."""
    return [
        f"{name}, {word}: {totals[name, word]} and {value}"
        for name, word, value in _stated(summary, {name for name, _ in totals})
        if word.split()[-1] not in ("min", "max")
        and abs(totals[name, word] - value) > counts[name, DIFFERENCES[2]] + _of_members(name, counts)
    ]


def _of_members(name: str, counts: Totals) -> int:
    return sum(counts[member, DIFFERENCES[2]] for member in GROUPS[name]["members"]) if name in GROUPS else 0


def _stated(summary: Mapping[str, Any], names: set[str]) -> list[tuple[str, str, int]]:
    """The counts and sums (in fen) of a summary.json, by award or group and word."""
    clauses = {clause["clause"]: clause for clause in summary["clauses"]}
    groups = {group["group"]: group for group in summary["groups"]}
    found: list[tuple[str, str, int]] = []
    for name in sorted(names):
        if name in AWARDS:
            clause = clauses[AWARDS[name]["clause"]]
            found += [(name, word, clause[word]) for word in ("eligible", "undetermined", "not_eligible")]
            for word in ("eligible", "undetermined"):
                found += [(name, f"{word} {end}", value) for end, value in _sums(clause[f"{word}_sums"])]
        else:
            group = groups[GROUPS[name]["group"]]
            found.append((name, "records", group["records"]))
            found += [(name, f"records {end}", value) for end, value in _sums(group["sums"])]
            for member in GROUPS[name]["members"]:
                found.append((name, f"wins {member}", group["wins"][AWARDS[member]["clause"]]))
    return found


def _sums(sums: Mapping[str, Any]) -> list[tuple[str, int]]:
    fen = [(end, int(Decimal(sums[end]) * HUNDRED)) for end in ("min", "max")]
    return [*fen, ("endless", int(sums["endless"]))]
