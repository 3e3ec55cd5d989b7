"""Work out derived facts from their declarations in plain Python, for engines that do not share the SPARQL queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..law.rules import Derived, RuleBook
from ..model import Record, Value
from .period import as_of, period_end

__all__ = ["Facts", "covered", "derive"]


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
    if record.division is not None:
        known["division"] = record.division
    upper: dict[str, Decimal] = {}
    stated = frozenset(known)
    for derived in book.derived.values():
        if derived.id in stated:
            continue
        value = _value(derived, known, as_of(record.period, day))
        if value is not None:
            known[derived.id] = value
        elif derived.kind == "difference" and isinstance(most := known.get(derived.inputs[0]), Decimal | int):
            # The part to take away is never negative, so the whole is the most that can be left.
            upper[derived.id] = Decimal(most)
    return Facts(known, upper)


def _value(derived: Derived, known: Mapping[str, Value], day: date) -> Value | None:
    values = [known.get(name) for name in derived.inputs]
    if derived.kind == "stand-in":
        return next((value for value in values if value is not None), None)
    first, second = values
    if first is None or second is None:
        return None
    if derived.kind == "difference":
        return Decimal(first) - Decimal(second)  # type: ignore[arg-type]
    assert isinstance(second, date) and derived.years is not None
    # As triples, so that a window from 29 February needs no day that the last year lacks.
    over = (day.year, day.month, day.day) >= (second.year + derived.years, second.month, second.day)
    return first if over else None
