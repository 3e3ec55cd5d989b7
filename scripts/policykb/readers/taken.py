"""What the columns of a table were taken for, with the unit of each and where that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import RecordType, Text
from .column import Column
from .headers import Names
from .sheet.regions import Taken, UnitFrom
from .words import normal

if TYPE_CHECKING:
    from .part import Head

__all__ = ["taken_columns"]


def taken_columns(head: Head, names: Names, kind: RecordType | None) -> tuple[Taken, ...]:
    """What the columns of a header were taken for, in their order."""
    return tuple(_taken(column, head, names, kind) for column in head.columns)


def _taken(column: Column, head: Head, names: Names, kind: RecordType | None) -> Taken:
    vocabulary = names.vocabulary
    own = [fact for fact in column.facts if kind is None or fact in kind.facts] or list(column.facts)
    meaning = vocabulary.facts[own[0]].label if own else None
    if column.known is not None:
        meaning = vocabulary.columns[column.known]
    unit, unit_from = _unit(column, head, names, own)
    return Taken(
        column.index,
        tuple(dict.fromkeys(part for part in (column.group, column.title) if part)),
        meaning,
        not column.is_recognised and normal(column.title) in names.words.running,
        column.year,
        unit,
        unit_from,
        column.fault is not None,
        column.index in head.hidden,
        not column.is_recognised and names.words.is_remarks(column.title),
        tuple(index for index, _ in column.answers if index != column.index),
    )


def _unit(column: Column, head: Head, names: Names, own: list[str]) -> tuple[Text | None, UnitFrom | None]:
    if column.unit is not None:
        bare = names.named(column.title)
        in_title = bare is not None and bare.unit is not None
        unit_from: UnitFrom = "header" if in_title else "group" if column.group else "pin"
        return Text(column.unit.written, column.unit.written), unit_from
    facts, units = names.vocabulary.facts, names.vocabulary.units
    fact = facts[own[0]] if own else None
    if fact is None or fact.datatype != "decimal" or fact.unit is None or fact.unit not in units:
        return None, None
    above = [form.written for form in head.lines.units if form.unit == fact.unit]
    if above:
        return Text("、".join(above), ", ".join(above)), "line"
    return units[fact.unit].label, "none"
