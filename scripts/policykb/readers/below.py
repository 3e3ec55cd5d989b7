"""What stands below a table about units, or above it about years: unless the table says the same, it is unclear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import InputError
from ..model import Record, RecordType, Text, UnitForm
from .part import Head
from .reader import Found, Reader
from .sheet.scales import doubt_around
from .sheet.units import Lines

if TYPE_CHECKING:
    from .tables import TableReader

__all__ = [
    "Doubts",
    "against_below",
    "against_header",
    "below_other_unit",
    "beside_title",
    "counted_facts",
    "refuse",
    "unclear_below",
]


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


def against_below(reader: TableReader, head: Head, items: list[Found], lines: Lines) -> None:
    """Give an error to the figures of a table all of whose columns have a unit, none of which is that stated below."""
    told = "" if counted_facts(reader, head) else against_header(reader, head, lines)
    if told:
        items[:] = [
            below_other_unit(reader, head, one, told, "unit-below-header") if isinstance(one, Record) else one
            for one in items
        ]


def refuse(reader: TableReader, head: Head, where: str | Text, told: Sequence[str], said: str | None) -> None:
    """Refuse what stands below records that were given on already, where it leaves their figures in doubt.

    Raises:
        InputError: it states units that they do not, or says that they are of a part of a year and the like.
    """
    if told and counted_facts(reader, head):
        raise InputError("unit-below-table", where=where, unit=told[0])
    if said:
        raise InputError("doubt-below-table", where=where, remark=said)


def below_other_unit(
    reader: TableReader, head: Head, record: Record, told: str, rule: str = "unit-among-rows"
) -> Record:
    """A record beside a line that states another unit than the header, with an error of each figure with a unit."""
    counted = counted_facts(reader, head, with_unit=True)
    found = [reader.unclear_unit(record, fact, told, rule) for fact in record.facts if fact in counted]
    return replace(record, findings=(*record.findings, *found))


class Doubts:
    """Gives an error to the figures of records beside which a text speaks of less than a year, a plan, or a part.

    Args:
        reader: the reader of the records.
        texts: what stands below their table, or beside all of them.
    """

    def __init__(self, reader: Reader, texts: Sequence[str]) -> None:
        self._reader, self._texts = reader, texts
        self._found: dict[tuple[str, str | None], tuple[str, str] | None] = {}

    def told(self, record: Record) -> Record:
        """A record with what the texts leave in doubt."""
        if not self._texts:
            return record
        reader, key = self._reader, (record.type, record.period)
        if key not in self._found:
            kind = reader.vocabulary.record_types[record.type]
            self._found[key] = doubt_around(self._texts, kind, reader.names, record.period)
        if (doubt := self._found[key]) is None:
            return record
        rule, said = doubt
        found = [
            reader.tell(rule, "error", record.places.get(fact, record.place), record=record.id, fact=fact, remark=said)
            for fact in record.facts
            if reader.vocabulary.facts[fact].adds_up
        ]
        return replace(record, findings=(*record.findings, *found))

    def tell(self, items: list[Found]) -> None:
        """Replace the records among some items by those with what the texts leave in doubt."""
        items[:] = [self.told(item) if isinstance(item, Record) else item for item in items]

    def of_any(self, kind: RecordType | None) -> str | None:
        """What the texts say of records of a type, whatever their period; None where they leave nothing in doubt."""
        doubt = doubt_around(self._texts, kind, self._reader.names) if self._texts else None
        return None if doubt is None else doubt[1]


def beside_title(reader: TableReader, head: Head, record: Record) -> Record:
    """A record with a warning that its period is none of the years that the title of its table speaks of."""
    period = record.period or ""
    if not head.years or not period or period[:4] in head.years:
        return record
    place = record.places.get("period", record.place)
    years = "、".join(sorted(head.years))
    finding = reader.tell("period-beside-title", "warning", place, record=record.id, value=period, years=years)
    return replace(record, findings=(*record.findings, finding))
