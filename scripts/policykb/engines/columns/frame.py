"""Records of one type as a frame of columns: decimals as 64-bit integers that count the last place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ...model import Fact, Record, Value, Vocabulary
from .numbers import LARGEST

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Form", "frame_of"]

_PLACES = (2, 4, 6)
"""How many places behind the point all decimals of a frame have: as few as will do."""


@dataclass(frozen=True)
class Form:
    """How records of one type stand in columns.

    `facts` are those that the type can state, and `places` how many places behind the point its decimals have.
    """

    record_type: str
    facts: tuple[Fact, ...]
    places: int

    @classmethod
    def of(cls, record_type: str, vocabulary: Vocabulary, places: int = _PLACES[-1]) -> Form:
        """The form of a record type, with room for so many places."""
        named = vocabulary.record_types[record_type].facts
        return cls(record_type, tuple(vocabulary.facts[name] for name in named), places)

    def decimals(self) -> dict[str, int]:
        """The places of each decimal."""
        return {fact.id: self.places for fact in self.facts if fact.datatype == "decimal"}

    def holds(self, record: Record) -> bool:
        """Whether a record states nothing that these columns have no place for."""
        kinds = {fact.id: fact for fact in self.facts}
        return all(name in kinds and self._has_room(value) for name, value in record.facts.items())

    def _has_room(self, value: Value) -> bool:
        if isinstance(value, int):
            return abs(value) <= LARGEST
        if not isinstance(value, Decimal):
            return True
        # Shorter than a whole number of 64 bits once it is counted in the last place.
        return value.is_finite() and places_of(value) <= self.places and value.adjusted() + 1 + self.places <= 18

    def fitted(self, records: Sequence[Record]) -> Form:
        """The same with only as many places as these records need."""
        decimals = self.decimals()
        stated = [v for r in records for name, v in r.facts.items() if name in decimals and isinstance(v, Decimal)]
        needed = max(map(places_of, stated), default=0)
        return Form(self.record_type, self.facts, next(places for places in _PLACES if places >= needed))


def places_of(value: Decimal) -> int:
    """The places behind the point that a number has, zeros at its end not counted."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def frame_of(records: Sequence[Record], form: Form) -> pl.LazyFrame:
    """Records that a form holds, row by row: their period, their division and every fact of their type."""
    import polars as pl

    kinds: Mapping[str, pl.DataType | type[pl.DataType]] = {
        "boolean": pl.Boolean,
        "date": pl.Date,
        "decimal": pl.Int64,
        "integer": pl.Int64,
        "string": pl.String,
    }
    columns = [
        pl.Series("period", [record.period for record in records], pl.String),
        pl.Series("division", [record.division for record in records], pl.String),
    ]
    for fact in form.facts:
        kind = pl.List(pl.String) if fact.is_list else kinds[fact.datatype]
        shown = _shown(fact, form.places)
        stated = [None if value is None else shown(value) for value in (r.facts.get(fact.id) for r in records)]
        columns.append(pl.Series(fact.id, stated, kind))
    return pl.DataFrame(columns).lazy()


def _shown(fact: Fact, places: int) -> Callable[[Value], object]:
    """A value as it stands in a column; an empty list states nothing."""
    if fact.is_list:
        return lambda value: list(value) or None if isinstance(value, tuple) else [value]
    if fact.datatype == "decimal":
        return lambda value: int(Decimal(value).scaleb(places))  # type: ignore[arg-type]
    return lambda value: value
