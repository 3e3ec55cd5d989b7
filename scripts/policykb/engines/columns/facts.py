"""The facts of records as typed columns, stated and derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ...errors import KnowledgeError
from ...law.data_rules import RecordRules
from ...law.rules import Derived, RuleBook
from ...model import GIVEN, Value, Vocabulary
from .numbers import LARGEST, PRECISION, Number
from .truth import Truth, choose

__all__ = [
    "DERIVED",
    "NUMBERS",
    "UPPER",
    "WINDOW",
    "Facts",
    "Limit",
    "as_of_number",
    "day_of_period",
    "is_covered",
    "limits_of",
]

DERIVED = "derived:"
"""Prefix of the columns that hold derived facts."""

UPPER = "upper:"
"""Prefix of the columns that bound derived facts from above where they are not known."""

WINDOW = "window:"
"""Prefix of the columns that tell where a window is not over."""

NUMBERS = ("integer", "decimal")
"""Datatypes of facts that are numbers."""


@dataclass(frozen=True)
class Limit:
    """What the data rules leave a number: so many digits before the point, and never below zero."""

    digits: int
    positive: bool


@dataclass(frozen=True)
class Facts:
    """The facts that a table of records states, by fact id; a fact without a column is missing in every row.

    `places` tells of the 64-bit columns that count the last place of a decimal how many places it has; `tops` of the
    derived numbers how large they can be, counted in their last place.
    """

    table: ir.Table
    vocabulary: Vocabulary
    limits: Mapping[str, Limit]
    derived: Mapping[str, Derived]
    places: Mapping[str, int] = field(default_factory=dict)
    tops: Mapping[str, int] = field(default_factory=dict)

    def kind(self, fact: str) -> str:
        """The datatype of a fact: decimal, integer, boolean, string or date.

        Raises:
            KnowledgeError: no such fact is declared.
        """
        if fact in GIVEN:
            return GIVEN[fact]
        found = self.vocabulary.facts.get(fact)
        if found is None:
            raise KnowledgeError("fact-not-declared", where="ontology/facts.ttl", fact=fact)
        return found.datatype

    def is_number(self, fact: str) -> bool:
        """Whether a fact is a number."""
        return self.kind(fact) in NUMBERS

    def is_list(self, fact: str) -> bool:
        """Whether a fact can have several values."""
        return fact in self.vocabulary.facts and self.vocabulary.facts[fact].is_list

    def value(self, fact: str) -> ir.Value | None:
        """The column of a fact, stated or derived; None where it is missing in every row."""
        for name in (DERIVED + fact, fact):
            if name in self.table.columns:
                return self.table[name]
        return None

    def number(self, fact: str) -> Number | None:
        """The column of a number with its digits; None where it is missing in every row."""
        found = self.value(fact)
        if found is None:
            return None
        kind = found.type()
        if kind.is_int64():
            top, scale = LARGEST, self.places.get(fact, 0)
        elif isinstance(kind, dt.Decimal):
            top, scale = 10**kind.precision - 1, kind.scale
        else:
            raise KnowledgeError("fact-no-number", where="ontology/facts.ttl", fact=fact)
        if fact in self.limits:
            top = min(top, 10 ** (self.limits[fact].digits + scale) - 1)
        return Number(found, self.tops.get(fact, top), scale)

    def upper(self, fact: str) -> Number | None:
        """What bounds a derived fact from above while it is not known; None where nothing does."""
        return self.number(UPPER + fact) if UPPER + fact in self.table.columns else None

    def reach(self, fact: str) -> Number | None:
        """The column of a number, where it is missing what bounds it from above; None where there is neither."""
        known, upper = self.number(fact), self.upper(fact)
        if known is None or upper is None:
            return known or upper
        return known.coalesce(upper)

    def inputs(self, fact: str) -> tuple[str, ...]:
        """The stated facts that a fact rests on: itself, or the inputs of a derived one."""
        derived = self.derived.get(fact)
        return derived.inputs if derived is not None else (fact,)

    def is_positive(self, fact: str) -> bool:
        """Whether a stated fact is never below zero; a derived one may be."""
        derived = self.derived.get(fact)
        may_fall = derived is not None and any(node.op == "difference" for node in derived.expression.nodes())
        return not may_fall and all(name in self.limits and self.limits[name].positive for name in self.inputs(fact))

    def window_open(self, fact: str) -> Truth:
        """Where the final value of a window is not there yet, since the window is not over."""
        found = self.value(WINDOW + fact)
        return False if found is None else found.coalesce(False)

    def missing(self, fact: str) -> Truth:
        """Whether a stated fact is missing."""
        found = self.value(fact)
        return True if found is None else found.isnull()


def limits_of(rules: RecordRules, record_type: str) -> dict[str, Limit]:
    """What the data rules leave each number of a record type.

    Only errors keep a record from being decided, and each of them does: of several bounds the tightest holds.
    """
    found: dict[str, Limit] = {}
    for fact, about in rules.types[record_type].facts.items():
        strict = [rule for rule in about if rule.severity == "error" and rule.kind in (int, Decimal)]
        highs = [_digits(rule.high, rule.below) for rule in strict if rule.high is not None]
        lows = [(_digits(rule.low, rule.above), rule.low >= 0) for rule in strict if rule.low is not None]  # type: ignore[operator]
        positive = any(is_positive for _, is_positive in lows)
        below = 0 if positive else min((digits for digits, _ in lows), default=PRECISION)
        digits = max(below, min(highs, default=PRECISION))
        if positive or digits < PRECISION:
            found[fact] = Limit(digits, positive)
    return found


def _digits(bound: Value, excluded: bool) -> int:
    """How many digits before the point a number has at most that lies between zero and a bound."""
    size = abs(Decimal(str(bound)))
    is_power = excluded and size == Decimal(1).scaleb(size.adjusted())
    return max(1, size.adjusted() + 1 - is_power)


def as_of_number(period: ir.Value, day: date | None) -> ir.IntegerValue | int:
    """The as-of day as a number YYYYMMDD: the day asked for, else each record's own period end."""
    if day is not None:
        return day.year * 10000 + day.month * 100 + day.day
    text = period.cast("string")
    whole_year = text.length() == 4
    year = text.substr(0, 4).cast("int32") * 10000
    rest = text.substr(5, 2).cast("int32") * 100 + text.substr(8, 2).cast("int32")
    return choose(whole_year, year + 1231, year + rest)


def day_of_period(period: ir.Value) -> ir.DateValue:
    """The last day of each period, as a date."""
    text = period.cast("string")
    return choose(text.length() == 4, text.concat("-12-31"), text).cast("date")


def is_covered(period: ir.Value, book: RuleBook, day: date | None) -> Truth:
    """Whether the document covers each record: it was issued by the as-of day and in force still, and so at its end.

    A period is a year, which ends on 31 December, or a day; both compare as text.
    """
    starts = [book.periods_ending_from]
    if day is None:
        starts.append(book.as_of_from)
    elif not book.as_of_from <= day <= (book.in_force_through or day):
        return False
    first, last = max(starts), book.in_force_through
    text = period.cast("string")
    # Compared as text, "2020" stands before "2020-09-24" although the year ends after it.
    begun = (text >= first.isoformat()) | (text == str(first.year))
    if last is None:
        return begun
    whole = (text == str(last.year)) & (last < date(last.year, 12, 31))
    return begun & (text <= last.isoformat()) & ~whole
