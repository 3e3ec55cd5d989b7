"""Quantities: numbers that are worked out from facts and from numbers of the text, as trees of a few operators.

What each operator means stands here and in `ontology/schemes/operator.ttl`; each engine translates the same list. Every
operator keeps the order of its operands, or turns it round for one of them, so that from the ends of what facts may be
follow those of the result. No number of an amount is below zero: what a fact has below zero counts there as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Literal, TypeAlias

__all__ = ["BETWEEN", "FALLING", "OF_FACTS", "OPERATORS", "Ends", "Expression", "Operator", "day_number"]

Operator: TypeAlias = Literal[
    "fact",
    "number",
    "sum",
    "excess",
    "product",
    "quotient",
    "steps",
    "least",
    "greatest",
    "difference",
    "first",
    "later",
    "once",
    "years",
    "months",
    "days",
    "calendarYears",
]
Ends: TypeAlias = tuple[Decimal, Decimal | None]
"""The least and the most that a number may be; None where it has no upper end, minus infinity where no lower one."""

BETWEEN = ("years", "months", "days", "calendarYears")
"""The operators that count from one day, the second operand, to another one."""

FALLING = ("excess", "difference", "quotient", "steps", *BETWEEN)
"""The operators whose result falls as their second operand rises."""

OF_FACTS = ("difference", "first", "later", "once", *BETWEEN)
"""The operators that derive facts alone: no amount is below zero, or known from a day on."""

_ZERO = Decimal(0)
_BOTTOM = Decimal("-Infinity")


def day_number(day: date) -> Decimal:
    """A day as the number YYYYMMDD, so that no calendar is needed years after 29 February."""
    return Decimal(day.year * 10000 + day.month * 100 + day.day)


@dataclass(frozen=True, slots=True)
class Expression:
    """A node of a quantity: a fact, a number, or an operator over others, of which the second is what it goes by.

    `words` are those of the text that state its number, where it has any of its own.
    """

    iri: str
    op: Operator
    operands: tuple[Expression, ...] = ()
    fact: str | None = None
    number: Decimal | None = None
    words: str = ""

    @property
    def fixed(self) -> Decimal | None:
        """The number that it comes to whatever the facts are: a number, nothing of something, or a sum of these."""
        if self.number is not None:
            return self.number
        parts = [operand.fixed for operand in self.operands]
        if self.op == "product":
            return _ZERO if _ZERO in parts else None
        known = [part for part in parts if part is not None]
        return sum(known, _ZERO) if self.op == "sum" and len(known) == len(parts) else None

    def nodes(self) -> tuple[Expression, ...]:
        """Itself and everything below, each once, operands before what is made of them."""
        found: dict[str, Expression] = {}
        for operand in self.operands:
            for node in operand.nodes():
                found.setdefault(node.iri, node)
        return (*found.values(), self)

    def facts(self) -> tuple[str, ...]:
        """The facts below, each once, in their order."""
        return tuple(node.fact for node in self.nodes() if node.fact is not None)

    def ways(self) -> dict[str, list[tuple[Expression, ...]]]:
        """The ways from here down to each fact, each by what it passes below this one, the fact itself at last."""
        if self.fact is not None:
            return {self.fact: [()]}
        found: dict[str, list[tuple[Expression, ...]]] = {}
        for operand in self.operands:
            for fact, below in operand.ways().items():
                found.setdefault(fact, []).extend((operand, *way) for way in below)
        return found

    def sources(self) -> tuple[str, ...]:
        """The facts of which one is what this comes to, as it stands; none where a number is worked out."""
        if self.fact is not None:
            return (self.fact,)
        taken = {"first": self.operands, "once": self.operands[:1]}.get(self.op, ())
        return tuple(name for operand in taken for name in operand.sources())

    def directions(self, *, rises: bool = True) -> Iterator[tuple[str, bool]]:
        """Each fact, as often as it stands below, with whether the whole rises with it."""
        if self.fact is not None:
            yield self.fact, rises
        if self.fixed is not None:
            return
        for place, operand in enumerate(self.operands):
            yield from operand.directions(rises=rises != (self.op in FALLING and place == 1))

    def values(self, facts: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """What each fact and expression comes to, by its IRI, where all facts are known and no day matters."""
        ends = {name: (value, value) for name, value in facts.items()}
        return {node.iri: node.ends(ends)[0] for node in self.nodes()}

    def ends(self, facts: Mapping[str, Ends], today: Decimal = _ZERO) -> Ends:
        """What it may come to, unrounded.

        Args:
            facts: what each fact may be; a date as a number. One that is not known is zero at the least.
            today: the as-of day as a number, for what is known from a day on.
        """
        if self.number is not None:
            return self.number, self.number
        if self.fact is not None:
            return facts[self.fact]
        first, *others = (operand.ends(facts, today) for operand in self.operands)
        if self.op == "once":
            end = others[0][1]
            return first if end is not None and end <= today else (_ZERO, None)
        for other in others:
            first = OPERATORS[self.op](first, other)
        return first

    def stated_ends(self) -> Ends:
        """Between which ends the text keeps it: the whole is the lesser, or greater, of something and a number."""
        if self.number is not None:
            return self.number, self.number
        if self.op not in ("least", "greatest"):
            return _ZERO, None
        return reduce(OPERATORS[self.op], (operand.stated_ends() for operand in self.operands))


def _sum(one: Ends, by: Ends) -> Ends:
    return one[0] + by[0], None if one[1] is None or by[1] is None else one[1] + by[1]


def _excess(one: Ends, by: Ends) -> Ends:
    least = _ZERO if by[1] is None else max(one[0] - by[1], _ZERO)
    return least, None if one[1] is None else max(one[1] - by[0], _ZERO)


def _product(one: Ends, by: Ends) -> Ends:
    # Where one is nothing, it does not matter what the other may be.
    is_nothing = one[1] == 0 or by[1] == 0
    return one[0] * by[0], _ZERO if is_nothing else None if one[1] is None or by[1] is None else one[1] * by[1]


def _quotient(one: Ends, by: Ends) -> Ends:
    most = _ZERO if one[1] == 0 else None if one[1] is None or by[0] == 0 else one[1] / by[0]
    return (_ZERO if by[1] is None or one[0] == 0 else one[0] / by[1]), most


def _steps(one: Ends, by: Ends) -> Ends:
    most = _ZERO if one[1] == 0 else None if one[1] is None or by[0] == 0 else one[1] // by[0]
    return (_ZERO if by[1] is None or one[0] == 0 else one[0] // by[1]), most


def _least(one: Ends, by: Ends) -> Ends:
    return min(one[0], by[0]), min((end for end in (one[1], by[1]) if end is not None), default=None)


def _greatest(one: Ends, by: Ends) -> Ends:
    return max(one[0], by[0]), None if one[1] is None or by[1] is None else max(one[1], by[1])


def _difference(one: Ends, by: Ends) -> Ends:
    return _BOTTOM if by[1] is None else one[0] - by[1], None if one[1] is None else one[1] - by[0]


def _first(one: Ends, by: Ends) -> Ends:
    # Of facts, and of what is taken from them as it stands, one that has an upper end is known.
    return one if one[1] is not None else by


def _later(one: Ends, by: Ends) -> Ends:
    return one[0] + 10000 * by[0], None if one[1] is None or by[1] is None else one[1] + 10000 * by[1]


def _between(count: Callable[[Decimal, Decimal], Decimal | int]) -> Callable[[Ends, Ends], Ends]:
    def ends(one: Ends, by: Ends) -> Ends:
        # From a day that is not known, or lies behind the other one, nothing is counted.
        if one[1] is None or by[1] is None or one[0] < by[0]:
            return _ZERO, None
        number = Decimal(count(one[0], by[0]))
        return number, number

    return ends


def _day(number: Decimal) -> date:
    return date(int(number) // 10000, int(number) // 100 % 100, int(number) % 100)


def _months(end: Decimal, start: Decimal) -> Decimal:
    years, months = end // 10000 - start // 10000, end % 10000 // 100 - start % 10000 // 100
    return 12 * years + months - (end % 100 < start % 100)


OPERATORS: Mapping[str, Callable[[Ends, Ends], Ends]] = {
    "sum": _sum,
    "excess": _excess,
    "product": _product,
    "quotient": _quotient,
    "steps": _steps,
    "least": _least,
    "greatest": _greatest,
    "difference": _difference,
    "first": _first,
    "later": _later,
    "years": _between(lambda end, start: (end - start) // 10000),
    "months": _between(_months),
    "days": _between(lambda end, start: (_day(end) - _day(start)).days),
    "calendarYears": _between(lambda end, start: end // 10000 - start // 10000 + 1),
}
"""What each operator makes of the ends of two operands; a sum of more takes them one by one; `once` asks the day."""
