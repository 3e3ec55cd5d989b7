"""Work out derived facts from their declarations in plain Python, for engines that do not share the SPARQL queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..expression import Ends, day_number
from ..law.rules import RuleBook
from ..model import Record, Value
from .period import as_of, period_end

__all__ = ["Facts", "covered", "derive", "ends_of"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one record: stated and derived facts by id, and upper bounds of derived facts not known."""

    known: Mapping[str, Value]
    upper: Mapping[str, Decimal]


def covered(book: RuleBook, record: Record, day: date | None) -> bool:
    """Whether the document speaks about a record at all, as of a day (its own period end if None)."""
    decided, end, last = as_of(record.period, day), period_end(record.period), book.in_force_through or date.max
    return book.as_of_from <= decided <= last and book.periods_ending_from <= end <= last


def derive(book: RuleBook, record: Record, day: date | None) -> Facts:
    """The facts of a record together with all that follows from them; a stated fact is never overwritten."""
    known: dict[str, Value] = dict(record.facts)
    known["periodEnd"] = period_end(record.period)
    if record.division is not None:
        known["division"] = record.division
    upper: dict[str, Decimal] = {}
    stated, today = dict(known), day_number(as_of(record.period, day))
    for derived in book.derived.values():
        if derived.id in stated:
            continue
        low, high = derived.expression.ends({name: ends_of(stated.get(name)) for name in derived.inputs}, today)
        if high is not None and low == high:
            known[derived.id] = high
        elif high is not None:
            upper[derived.id] = high
    return Facts(known, upper)


def ends_of(value: Value | None) -> Ends:
    """What a stated fact may be; nothing at the least where it is missing."""
    if value is None:
        return Decimal(0), None
    assert isinstance(value, Decimal | int | date)
    number = day_number(value) if isinstance(value, date) else Decimal(value)
    return number, number
