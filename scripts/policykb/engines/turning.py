"""Where the criteria of a clause turn, and where what it pays goes by whole steps, as values of one stated fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from typing import TypeAlias

from ..expression import Ends, Expression, day_number
from ..law.rules import RuleBook
from ..model import Atom, Clause, Criterion, Record, Value
from .combine import reach
from .derive import Facts, derive, ends_of
from .period import as_of

__all__ = ["FAR", "Along", "beyond", "reaches", "whole_steps"]

FAR = Decimal(10) ** 15
"""How far off anything is looked for; no number of a record is larger."""

_BENT = ("excess", "least", "greatest", "steps")
"""The operators along whose operands the result bends, or leaps."""

_Worked: TypeAlias = tuple[list[Ends], list[Ends]]
"""How many whole steps are counted, and what amounts come to."""


def reaches(book: RuleBook, criterion: Criterion, fact: str) -> bool:
    """Whether a criterion rests on a stated fact."""
    names = [name for atom in criterion.atoms for name in (atom.path, atom.other) if name is not None]
    return any(_rests(book, name, fact) for name in names)


def _rests(book: RuleBook, name: str, fact: str) -> bool:
    return fact == name or (name in book.derived and fact in book.derived[name].inputs)


@dataclass(frozen=True)
class Along:
    """One number of a record in place of which others are thought of, all else being as it is.

    Args:
        book: the rules.
        record: the record.
        fact: the fact that states the number.
        unit: the step between values that can be stated.
        day: the as-of day; the record's own period end if None.
    """

    book: RuleBook
    record: Record
    fact: str
    unit: Decimal
    day: date | None

    def bounds(self, criterion: Criterion) -> Iterator[Decimal]:
        """The values of the number at which the comparisons of a criterion turn."""
        limits = ((atom, limit) for atom in criterion.atoms for limit in _limits(atom))
        yield from dict.fromkeys(bound.normalize() for one in limits for bound in self._turns(*one))

    def _turns(self, atom: Atom, limit: Value) -> Iterator[Decimal]:
        if not self._bends(atom):
            yield from self._line(atom, limit, Decimal(0), Decimal(1))
            return
        for low, high in self._changes(atom, limit, 0, int(FAR / self.unit)):
            # What bends is a line on either side of the bend, and the turn on one of the two; or it leaps there.
            ends = (high, high + self.unit), (low - self.unit, low)
            roots = (root for here, there in ends for root in self._line(atom, limit, here, there))
            yield next((root for root in roots if low <= root <= high), high)

    def _bends(self, atom: Atom) -> bool:
        """Whether a comparison is of something that is no straight line along the number."""
        names = [name for name in (atom.path, atom.other) if name in self._worked]
        return any(node.op in _BENT for name in names for node in self._worked[name].nodes())

    def _line(self, atom: Atom, limit: Value, here: Decimal, there: Decimal) -> Iterator[Decimal]:
        before, after = self._margin(atom, limit, here), self._margin(atom, limit, there)
        if before is not None and after is not None and before != after:
            yield here - before * (there - here) / (after - before)

    def _changes(self, atom: Atom, limit: Value, low: int, high: int) -> Iterator[tuple[Decimal, Decimal]]:
        """The neighbouring values between which the margin begins or ends being nothing; it goes one way only."""
        before, after = (self._margin(atom, limit, place * self.unit) for place in (low, high))
        if before is None or after is None or _sign(before) == _sign(after):
            return
        if high - low == 1:
            yield low * self.unit, high * self.unit
            return
        middle = (low + high) // 2
        yield from self._changes(atom, limit, low, middle)
        yield from self._changes(atom, limit, middle, high)

    def _margin(self, atom: Atom, limit: Value, value: Decimal) -> Decimal | None:
        """By how much a fact is over what it is compared with; None where one of them is no number or not known."""
        left = self._number(atom.path, value)
        right = self._number(str(limit), value) if atom.other is not None else limit
        if left is None or isinstance(right, bool) or not isinstance(right, Decimal | int):
            return None
        return left - Decimal(right)

    def _number(self, name: str, value: Decimal) -> Decimal | None:
        if name == self.fact:
            return value
        if name not in self._worked:
            known = self._facts.known.get(name, self._facts.upper.get(name))
            return Decimal(known) if isinstance(known, Decimal | int) and not isinstance(known, bool) else None
        ends = {one: ends_of(self._facts.known.get(one)) for one in self.book.derived[name].inputs}
        return self._worked[name].ends(ends | {self.fact: (value, value)}, self._today)[1]

    @cached_property
    def _facts(self) -> Facts:
        return derive(self.book, self.record, self.day)

    @cached_property
    def _today(self) -> Decimal:
        return day_number(as_of(self.record.period, self.day))

    @cached_property
    def _worked(self) -> dict[str, Expression]:
        """What is worked out from the number, and not stated."""
        found = self.book.derived.values()
        return {one.id: one.expression for one in found if self.fact in one.inputs and one.id not in self.record.facts}


def _limits(atom: Atom) -> tuple[Value, ...]:
    """What a comparison holds a fact against: another fact, or values."""
    return atom.values if atom.other is None else (atom.other,)


def _sign(number: Decimal) -> int:
    return (number > 0) - (number < 0)


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
