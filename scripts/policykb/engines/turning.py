"""Where the criteria of a clause turn, and where what it pays goes by whole steps, as values of one stated fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypeAlias

from ..expression import Ends
from ..law.rules import RuleBook
from ..model import Atom, Clause, Criterion, Record, Value
from .combine import reach
from .derive import Facts, derive, ends_of

__all__ = ["beyond", "bounds", "reaches", "whole_steps"]

_Worked: TypeAlias = tuple[list[Ends], list[Ends]]
"""How many whole steps are counted, and what amounts come to."""


def reaches(book: RuleBook, criterion: Criterion, fact: str) -> bool:
    """Whether a criterion rests on a stated fact."""
    names = [name for atom in criterion.atoms for name in (atom.path, atom.other) if name is not None]
    return any(_rests(book, name, fact) for name in names)


def _rests(book: RuleBook, name: str, fact: str) -> bool:
    return fact == name or (name in book.derived and fact in book.derived[name].inputs)


def bounds(criterion: Criterion, here: Facts, there: Facts, actual: Decimal) -> Iterator[Decimal]:
    """Where the comparisons of a criterion turn, as values of the fact that is one more `there` than `here`."""
    for atom in criterion.atoms:
        for limit in (atom.other,) if atom.other is not None else atom.values:
            before, after = _margin(atom, limit, here), _margin(atom, limit, there)
            if before is not None and after is not None and before != after:
                yield (actual - before / (after - before)).normalize()


def _margin(atom: Atom, limit: Value, facts: Facts) -> Decimal | None:
    """By how much a fact is over what it is compared with; None where one of them is no number or not known."""
    left = _number(atom.path, facts)
    right = _number(str(limit), facts) if atom.other is not None else limit
    if left is None or isinstance(right, bool) or not isinstance(right, Decimal | int):
        return None
    return left - Decimal(right)


def _number(fact: str, facts: Facts) -> Decimal | None:
    value = facts.known.get(fact, facts.upper.get(fact))
    return Decimal(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else None


def beyond(bound: Decimal, actual: Decimal, step: Decimal) -> Iterator[Decimal]:
    """The nearest values that can be stated from a bound on, away from the actual one."""
    for way in (step, -step):
        at = (bound / step).to_integral_value(ROUND_CEILING if way > 0 else ROUND_FLOOR) * step
        yield from (value.normalize() for value in (at, at + way) if (value - actual) * way > 0)


def whole_steps(
    book: RuleBook,
    clauses: Iterable[Clause],
    record: Record,
    fact: str,
    ends: tuple[Decimal, Decimal],
    unit: Decimal,
    day: date | None,
) -> Iterator[Decimal]:
    """The values of a fact from which on another number of whole steps is paid for than just below.

    Amounts are those that only rise, or only fall, along the fact.

    Args:
        book: the rules.
        clauses: those whose amounts are looked at.
        record: the record; `fact` takes the place of what it states.
        fact: a stated number.
        ends: where to begin, itself left out, and where to end, multiples of `unit`; backwards where they fall.
        unit: the step between values that can be stated.
        day: the as-of day; the record's own period end if None.
    """
    tops = [o.expression for clause in clauses for o in clause.options if o.expression is not None]
    tops = [top for top in tops if any(_rests(book, name, fact) for name in top.facts())]
    steps = [node for top in tops for node in top.nodes() if node.op == "steps"]
    derived = [book.derived[name].expression for top in tops for name in top.facts() if name in book.derived]
    below = [node for one in derived for node in one.nodes() if node.op == "steps"]

    def worked(place: int) -> _Worked:
        stated = replace(record, facts={**record.facts, fact: place * unit})
        known = derive(book, stated, day)
        counts, sums = ([one.ends({n: reach(n, known) for n in one.facts()}) for one in them] for them in (steps, tops))
        return [*counts, *(one.ends({n: ends_of(stated.facts.get(n)) for n in one.facts()}) for one in below)], sums

    def between(low: int, before: _Worked, high: int, after: _Worked) -> Iterator[Decimal]:
        # What only rises, or only falls, is the same throughout where its ends are.
        if before[0] == after[0] or before[1] == after[1]:
            return
        if high - low == 1:
            yield high * unit
            return
        middle = (low + high) // 2
        there = worked(middle)
        halves = [(low, before, middle, there), (middle, there, high, after)]
        for half in halves if ends[0] < ends[1] else reversed(halves):
            yield from between(*half)

    if steps or below:
        low, high = sorted(int(end / unit) for end in ends)
        yield from between(low, worked(low), high, worked(high))
