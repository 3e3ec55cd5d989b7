"""Figures without a unit in a column of which others have one: 8000 below 12000万元 may be 8000万元 as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from ..errors import InputError
from ..model import Record, UnitForm
from .below import counted_facts
from .cells import Cell
from .column import Column
from .numbers import unit_beside
from .part import Head
from .separators import Separators
from .words import half_width, normal

if TYPE_CHECKING:
    from .tables import Table, TableReader

__all__ = ["Bare", "may_be_bare"]


def may_be_bare(column: Column) -> bool:
    """Whether a column has figures and names no unit; tradeCNY, the field's own name, is counted as the field is."""
    return bool(column.facts) and column.unit is None and normal(column.title) not in map(normal, column.facts)


class Bare:
    """What one table has of units behind single figures, in the columns for which neither header nor lines say one.

    Args:
        reader: the reader of the table.
        head: its header.
    """

    def __init__(self, reader: TableReader, head: Head) -> None:
        self._reader = reader
        facts, said = reader.vocabulary.facts, {form.unit for form in head.lines.units}
        without = replace(head, columns=tuple(filter(may_be_bare, head.columns)))
        self._open = tuple(fact for fact in counted_facts(reader, without) if facts[fact].unit not in said)
        self._units: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._without: set[str] = set()
        self._separators = Separators(reader, head)

    def note(self, record: Record, cells: Mapping[int, Cell]) -> None:
        """See how the figures of a row are written: with a multiple behind them or none, and with which separators."""
        self._separators.note(record, cells)
        self._note(record)

    def _note(self, record: Record) -> None:
        for fact in self._open:
            if self._is_bare(record, fact):
                self._without.add(fact)
            elif unit := self._multiple(record, fact):
                self._units[fact][unit] = None

    def late(self, record: Record, cells: Mapping[int, Cell], table: Table) -> InputError | None:
        """The error of a row whose figures leave those in doubt which were given on before it."""
        before = {fact: len(self._units[fact]) for fact in self._open}
        if other := self._separators.late(record, cells):
            return InputError("separator-below-table", where=self._reader.where(table, record.place.row), unit=other)
        self._note(record)
        first = (fact for fact in self._open if not before[fact] and self._units[fact] and fact in self._without)
        unit = next(("、".join(self._units[fact]) for fact in first), "")
        where = self._reader.where(table, record.place.row) if unit else ""
        return InputError("unit-below-table", where=where, unit=unit) if unit else None

    def told(self, record: Record) -> Record:
        """A record with an error of each figure that others leave without a sure unit, or a sure separator."""
        record = self._separators.told(record)
        wrong = {finding.fact for finding in record.findings if finding.severity == "error"}
        found = [
            self._reader.unclear_unit(record, fact, "、".join(units), "unit-of-others", unit=next(iter(units)))
            for fact, units in self._units.items()
            if units and fact not in wrong and self._is_bare(record, fact)
        ]
        return replace(record, findings=(*record.findings, *found)) if found else record

    def _is_bare(self, record: Record, fact: str) -> bool:
        """Whether a record states a figure without a unit; nothing is nothing in every unit."""
        value = record.facts.get(fact)
        return isinstance(value, Decimal) and bool(value) and self._behind(record, fact) is None

    def _multiple(self, record: Record, fact: str) -> str | None:
        """The multiple behind a figure."""
        unit = self._behind(record, fact)
        return unit.written if unit is not None and unit.factor != unit.divisor else None

    def _behind(self, record: Record, fact: str) -> UnitForm | None:
        """The unit behind a figure; 1.2亿 has one as well, for one of the item."""
        stated = record.stated.get(fact)
        if not isinstance(stated, str):
            return stated
        of = self._reader.vocabulary.facts[fact].unit
        return unit_beside(half_width(stated), of, self._reader.values.forms)
