"""What stands below a table about units, or above it about years: unless the table says the same, it is unclear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import Record, UnitForm
from .part import Head
from .reader import Found
from .sheet.scales import is_yearly, part_of_year_in
from .sheet.units import Lines

if TYPE_CHECKING:
    from .tables import TableReader

__all__ = ["against_header", "below_other_unit", "beside_title", "counted_facts", "in_doubt_below", "unclear_below"]


def counted_facts(reader: TableReader, head: Head, *, with_unit: bool = False) -> set[str]:
    """The facts of a table whose figures have no unit of their own, or those whose figures have one."""
    facts = reader.vocabulary.facts
    return {
        fact
        for column in head.columns
        if (column.unit is not None) == with_unit and not column.fault
        for stated in column.facts
        for fact in (stated, *reader.names.in_prior_year((stated,)))
        if facts[fact].adds_up
    }


def unclear_below(
    reader: TableReader, head: Head, items: list[Found], lines: Lines, behind: Sequence[UnitForm] = ()
) -> tuple[str, ...]:
    """Give an error to the records of a table whose figures what stands below makes unclear.

    Args:
        reader: the reader of the table.
        head: its header.
        items: its records, and findings between them; records are replaced.
        lines: what stands below.
        behind: the units behind figures below, of totals or examples; they say nothing of a figure with its own.

    Returns:
        the units, or lines, that the table does not say itself.
    """
    known = {(unit.unit, unit.factor) for unit in head.lines.units}
    told = [unit.written for unit in lines.units if (unit.unit, unit.factor) not in known] + [*lines.unclear]
    also = [unit.written for unit in behind if (unit.unit, unit.factor) not in known and unit.written not in told]
    open_ = counted_facts(reader, head)
    every, bare = "、".join(told), "、".join([*told, *also])
    if not bare or not open_:
        return (*told, *also)
    for at, item in enumerate(items):
        if isinstance(item, Record):
            doubts = {fact: every if reader.has_unit(item, fact) else bare for fact in item.facts if fact in open_}
            found = [reader.unclear_unit(item, fact, doubt) for fact, doubt in doubts.items() if doubt]
            items[at] = replace(item, findings=(*item.findings, *found))
    return (*told, *also)


def against_header(reader: TableReader, head: Head, lines: Lines) -> str:
    """The units that a line among the records states, and the columns with a unit of their own do not."""
    own = [column.unit for column in head.columns if column.unit is not None and not column.fault]
    known = {(unit.unit, unit.factor) for unit in (*own, *head.lines.units)}
    told = [unit.written for unit in lines.units if (unit.unit, unit.factor) not in known]
    return "、".join(told) if own else ""


def below_other_unit(reader: TableReader, head: Head, record: Record, told: str) -> Record:
    """A record below a line that states another unit than the header, with an error of each figure with a unit."""
    counted = counted_facts(reader, head, with_unit=True)
    found = [reader.unclear_unit(record, fact, told, "unit-among-rows") for fact in record.facts if fact in counted]
    return replace(record, findings=(*record.findings, *found))


def in_doubt_below(reader: TableReader, items: list[Found], texts: Sequence[str]) -> None:
    """Give an error to the yearly figures of records below which a remark speaks of less than a year, or of a plan.

    Args:
        reader: the reader of the table.
        items: its records, and findings between them; records are replaced.
        texts: what stands below.
    """
    said = part_of_year_in(texts, reader.names)
    if said is None:
        return
    facts, types = reader.vocabulary.facts, reader.vocabulary.record_types
    for at, item in enumerate(items):
        if isinstance(item, Record) and is_yearly(types[item.type], reader.names):
            found = [
                reader.tell(
                    "title-other-period",
                    "error",
                    item.places.get(fact, item.place),
                    record=item.id,
                    fact=fact,
                    remark=said,
                )
                for fact in item.facts
                if facts[fact].adds_up
            ]
            items[at] = replace(item, findings=(*item.findings, *found))


def beside_title(reader: TableReader, head: Head, record: Record) -> Record:
    """A record with a warning that its period is none of the years that the title of its table speaks of."""
    period = record.period or ""
    if not head.years or not period or period[:4] in head.years:
        return record
    place = record.places.get("period", record.place)
    years = "、".join(sorted(head.years))
    finding = reader.tell("period-beside-title", "warning", place, record=record.id, value=period, years=years)
    return replace(record, findings=(*record.findings, finding))
