"""Where what money comes to jumps along one number, exactly: not at the values of a grid alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Protocol, TypeAlias, TypeVar

from ..engines.derive import derive
from ..engines.program import clause_criteria
from ..engines.turning import Along, reaches
from ..law.rules import RuleBook
from ..model import Amount, Criterion, Record

__all__ = ["between", "leaps", "turns_of_fact", "turns_of_rule"]

Sums: TypeAlias = Mapping[str, Amount] | None


class _Told(Protocol):
    """What a value leads to; equal where nothing differs."""

    @property
    def told(self) -> object: ...


_T = TypeVar("_T", bound=_Told)
_ROUNDED = 2 * Decimal("0.01")
"""By how much two amounts, each rounded to the fen, may differ from what they were."""


def turns_of_fact(book: RuleBook, record: Record, fact: str, unit: Decimal) -> set[Decimal]:
    """The values of a stated number at which a criterion of the record's clauses turns, with those beside them."""
    along = Along(book, record, fact, unit, None)
    criteria = {c.iri: c for clause in book.by_type.get(record.type, ()) for c in clause_criteria(clause)}
    turns = {
        bound for criterion in criteria.values() if reaches(book, criterion, fact) for bound in along.bounds(criterion)
    }
    places = {(turn / unit).to_integral_value(ROUND_FLOOR) * unit for turn in turns}
    return {place + unit * step for place in places for step in range(-3, 4)}


def turns_of_rule(book: RuleBook, criterion: Criterion, records: Iterable[Record], unit: Decimal) -> list[Decimal]:
    """The bounds of a criterion at which it turns for some record: what the record has, and those beside it."""
    found: set[Decimal] = set()
    for record in records:
        known = derive(book, record, None).known
        for atom in criterion.atoms:
            value = known.get(atom.path)
            if isinstance(value, Decimal | int) and not isinstance(value, bool):
                found |= {value - unit, Decimal(value), value + unit}
    return sorted(found)


def between(ends: Mapping[Decimal, _T], turns: Sequence[Decimal], at: Callable[[Decimal], _T]) -> dict[Decimal, _T]:
    """What stands on both sides of every change between some values, beside these themselves.

    Where two values lead to the same, so does all between them: along a bound clauses are only lost, or only had.

    Args:
        ends: what the values that are known lead to, rising.
        turns: the only values at which anything can change, rising.
        at: works out one value.
    """
    found = dict(ends)
    pending = [(*one, *other) for one, other in pairwise(ends.items())]
    while pending:
        low, before, high, after = pending.pop()
        inner = [turn for turn in turns if low < turn < high]
        if before.told == after.told or not inner:
            continue
        middle = inner[len(inner) // 2]
        told = found[middle] = at(middle)
        pending += [(low, before, middle, told), (middle, told, high, after)]
    kept = set(ends)
    for (low, before), (high, after) in pairwise(sorted(found.items())):
        kept |= {low, high} if before.told != after.told else set()
    return {value: found[value] for value in sorted(kept)}


def leaps(values: Sequence[Decimal], sums: Mapping[Decimal, Sums], unit: Decimal) -> set[Decimal]:
    """The values to which a total leaps: by more than it moves to the one before, and from this one on.

    Args:
        values: those that are looked at; the two before and the one after must be known as well.
        sums: what values come to, None where the record breaks a data rule.
        unit: the step between values that follow each other.
    """
    found = set()
    for value in values:
        near = [sums.get(value + unit * step) for step in (-2, -1, 0, 1)]
        if near[1] is None or near[2] is None:
            continue
        for currency in {*near[1], *near[2]}:
            for is_most in (False, True):
                ends = [None if one is None else _end(one.get(currency), is_most) for one in near]
                if _is_leap(ends):
                    found.add(value)
    return found


def _is_leap(ends: Sequence[Decimal | None]) -> bool:
    left, before, after, right = ends
    assert before is not None and after is not None
    if not (before.is_finite() and after.is_finite()):
        return before != after
    step = after - before
    beside = ((left, before), (after, right))
    usual = [two - one for one, two in beside if one is not None and two is not None and (two - one).is_finite()]
    return step < min(usual, default=Decimal(0)) - _ROUNDED or step > max(usual, default=Decimal(0)) + _ROUNDED


def _end(amount: Amount | None, is_most: bool) -> Decimal:
    if amount is None:
        return Decimal(0)
    return (Decimal("Infinity") if amount.max is None else amount.max) if is_most else amount.min
