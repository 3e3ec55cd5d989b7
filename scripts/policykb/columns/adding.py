"""Add up the totals of records with those of others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from .summary import ClauseTotals, GroupTotals, Summary, Sums

__all__ = ["add_summaries"]

_Total = TypeVar("_Total")


def add_summaries(one: Summary, other: Summary) -> Summary:
    """The totals of records together with those of others: of two portions, or by two versions of a document.

    What only one of the two knows stays as it is, and so does a clause that only one of them has in a group.
    """
    clauses = _together(
        one.clauses,
        other.clauses,
        lambda each: (each.clause, each.currency, each.selected is None, each.eligible_sums is None),
        _add_clauses,
    )
    groups = _together(one.groups, other.groups, lambda group: (group.group, group.currency), _add_groups)
    return Summary(one.records + other.records, one.covered + other.covered, clauses, groups)


def _together(
    one: Sequence[_Total],
    other: Sequence[_Total],
    key: Callable[[_Total], object],
    add: Callable[[_Total, _Total], _Total],
) -> tuple[_Total, ...]:
    found = {key(each): each for each in one}
    for each in other:
        found[key(each)] = add(found[key(each)], each) if key(each) in found else each
    return tuple(found.values())


def _add_groups(one: GroupTotals, other: GroupTotals) -> GroupTotals:
    wins = {name: one.wins.get(name, 0) + other.wins.get(name, 0) for name in {**one.wins, **other.wins}}
    return replace(one, records=one.records + other.records, sums=one.sums.plus(other.sums), wins=wins)


def _add_clauses(one: ClauseTotals, other: ClauseTotals) -> ClauseTotals:
    def both_sums(a: Sums | None, b: Sums | None) -> Sums | None:
        return None if a is None or b is None else a.plus(b)

    return replace(
        one,
        eligible=one.eligible + other.eligible,
        undetermined=one.undetermined + other.undetermined,
        not_eligible=one.not_eligible + other.not_eligible,
        eligible_sums=both_sums(one.eligible_sums, other.eligible_sums),
        undetermined_sums=both_sums(one.undetermined_sums, other.undetermined_sums),
        selected=None if one.selected is None or other.selected is None else one.selected + other.selected,
    )
