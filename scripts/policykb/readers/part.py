"""One table of a sheet: what its header says of every column, and the careful reading of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..errors import InputError
from ..model import Finding, Place, RecordType, Severity, Vocabulary, letters
from .around import Around
from .builder import RecordBuilder, homes, known_types, unknown_type
from .cells import Cell, SheetRow, TextRow
from .column import Column
from .findings import Refused
from .quick import QuickRows
from .reader import Found
from .sheet.answers import ticked
from .sheet.layout import Row, filled
from .sheet.regions import Kind, Region
from .sheet.units import Lines, stated_units
from .torn import Figures, torn_numbers
from .unit_columns import UnitColumns
from .words import half_width, normal

if TYPE_CHECKING:
    from .tables import Table, TableReader

__all__ = ["Head", "Part"]

_SHARED = ("period", "type", "division")
"""What may be merged over several rows and is then that of each."""


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a table: the number of its last row, its columns, their titles and the rows these stand in.

    `lines` is what stands around the table about its units; `period` the year that its titles give to records which
    state none; `above` the texts above the table, and those above the ones before it in the sheet.
    """

    row: int
    columns: tuple[Column, ...]
    titles: Mapping[int, str]
    rows: Mapping[int, int]
    lines: Lines = field(default_factory=Lines)
    period: str | None = None
    hidden: frozenset[int] = frozenset()
    width: int = 0
    """How many cells its longest row has, empty ones included."""
    is_ragged: bool = False
    """Whether rows below leave out their last cells."""
    above: tuple[str, ...] = ()
    years: frozenset[str] = frozenset()
    """The years that the texts above the table speak of."""

    def figures(self, vocabulary: Vocabulary) -> Figures:
        """The columns with figures; those that add up may have thousands, and no place in a ranking."""
        every, known = [column for column in self.columns if column.facts], vocabulary.facts
        large = (column.index for column in every if any(known[fact].adds_up for fact in column.facts))
        above = {unit.unit: unit for unit in self.lines.units}
        counted = {one.index: one.unit or above.get(known[one.facts[0]].unit or "") for one in every}
        factors = {index: unit.factor / unit.divisor for index, unit in counted.items() if unit and unit.factor}
        return Figures(tuple(column.index for column in every), frozenset(large), factors)

    def at(self, known: str) -> int | None:
        """The position of a column that is no fact."""
        return next((column.index for column in self.columns if column.known == known and not column.fault), None)


class Part:
    """One table of a sheet.

    Args:
        reader: the reader of the table.
        table: the table.
        head: its header.
    """

    def __init__(self, reader: TableReader, table: Table, head: Head) -> None:
        self.reader, self.table, self.head = reader, table, head
        self.faults: dict[int, Finding] = {}
        self.told: set[tuple[str, int]] = set()
        self.number_at = next((c.index for c in head.columns if self._is_running(c)), None)
        self.loose = [c.index for c in head.columns if not c.is_recognised and c.index != self.number_at]
        self.units = UnitColumns(reader.values, reader.names.words, head.columns, self.loose)
        self.figures = head.figures(reader.vocabulary)
        self.headings = {normal(title) for title in head.titles.values()}
        self.around = Around(reader, head, head.above)
        self.unknown_header: tuple[int, str] | None = None
        self.quick: QuickRows | None = None
        self._shared: dict[int, Cell] = {}
        self._in_years: dict[str, tuple[Column, ...]] = {}

    def _is_running(self, column: Column) -> bool:
        return not column.is_recognised and normal(column.title) in self.reader.names.words.running

    @property
    def has_years(self) -> bool:
        """Whether columns name years, so that what they state depends on the period of the record."""
        return any(column.year is not None for column in self.head.columns)

    def findings(self) -> Iterator[Finding]:
        """The findings about the columns."""
        table, reader, head = self.table, self.reader, self.head
        for column in head.columns:
            place = Place(table.file, table.sheet, head.rows[column.index], column.title, column.index)
            if column.fault:
                self.faults[column.index] = reader.tell(column.fault, "error", place, **dict(column.words))
                yield self.faults[column.index]
            elif not column.is_recognised and column.index not in self.units.used:
                finding = reader.tell(*reader.unknown(column.title), place)
                if reader.strict:
                    self.faults[column.index] = finding
                yield finding
            if column.index in head.hidden and column.is_recognised:
                yield reader.tell("hidden-column", "warning", place)
        if table.kind is None and head.at("type") is None:
            raise InputError("table-without-type", where=reader.where(table), known=known_types(reader.vocabulary))
        if head.period is not None:
            place = Place(table.file, table.sheet, head.row)
            yield reader.tell("period-from-header", "warning", place, period=head.period)
        is_parted = self.has_years or any(column.answers for column in head.columns)
        is_plain = not is_parted and head.at("period") is not None and not self.units.at
        if is_plain:
            self.quick = QuickRows(reader, table, head, self.faults, self.number_at, self.loose)

    def is_numbered(self, cells: Mapping[int, Cell]) -> bool:
        """Whether a row has a running number."""
        cell = None if self.number_at is None else cells.get(self.number_at)
        return cell is not None and half_width(cell.text).strip("().、").isdecimal()

    def columns_in(self, period: str | None) -> tuple[Column, ...]:
        """The columns as they are for a record of a period: those that name years state the facts of this or the last.

        A column of another year is left out; without a period, it is at fault.
        """
        if not self.has_years:
            return self.head.columns
        year = period[:4] if period else ""
        if year not in self._in_years:
            self._in_years[year] = tuple(self._in_year(column, year) for column in self.head.columns)
        return self._in_years[year]

    def _in_year(self, column: Column, year: str) -> Column:
        if column.year is None or column.fault or not column.facts:
            return column
        if not year.isdecimal():
            return replace(column, fault="year-without-period")
        return replace(column, facts=tuple(self.reader.names.of_period(column, int(year))))

    # --- Rows ---------------------------------------------------------------------------

    def record(self, number: int, cells: Mapping[int, Cell]) -> Iterator[Found]:
        """The record of a row, read with care, behind the findings that belong to none."""
        table, reader, head = self.table, self.reader, self.head
        here = self._with_shared(ticked(filled(cells), head.columns, reader.values), cells)
        here = self.units.with_units(here)
        place = Place(table.file, table.sheet, number)
        kind = self._type_of(here, place)
        builder = RecordBuilder(reader.vocabulary, kind, place, self._id_of(here, number))
        period = self._period(here, place, builder)
        torn = self._refuse_torn(cells, builder, place)
        merged_to = {cell.merged_to for index, cell in here.items() if index in head.titles}
        for column in self.columns_in(period):
            cell = here.get(column.index)
            spot = Place(table.file, table.sheet, number, column.title, column.index)
            if column.index in torn:
                continue
            if cell is None:
                if column.index in cells and cells[column.index].merged_from is not None and _concerns(column, kind):
                    builder.refuse("merged-cell", spot, row=str(cells[column.index].merged_from))
                if column.known not in (None, "id", "type"):
                    builder.places.setdefault(column.known, spot)
                continue
            if column.index in self.faults:
                builder.findings.append(self.faults[column.index])
                own = [fact for fact in column.facts if fact in kind.facts]
                builder.places.update(dict.fromkeys(own, self.faults[column.index].place))
                continue
            if _concerns(column, kind) and self._is_merged(column, cell, builder, spot, len(merged_to) > 1):
                continue
            if column.known is not None:
                if column.known != "period":
                    builder.take_column(reader.values, column.known, cell, spot)
                continue
            own = [fact for fact in column.facts if fact in kind.facts]
            if column.fault:
                builder.refuse(column.fault, spot, value=cell.text)
                builder.places.update(dict.fromkeys((*own, *reader.names.in_prior_year(own)), spot))
            elif own and own[0] in builder.places:
                other = builder.places[own[0]].column or ""
                builder.refuse("column-twice", spot, fact=own[0], value=cell.text, other=other)
            elif own:
                builder.take(reader.values, own, column, cell, head.lines, spot)
            elif column.year is not None and (kind.id, column.index) not in self.told:
                self.told.add((kind.id, column.index))
                yield reader.tell("year-of-column", "warning", spot, year=str(column.year), period=period or "")
            elif column.facts and (kind.id, column.index) not in self.told:
                self.told.add((kind.id, column.index))
                severity: Severity = "error" if reader.strict else "warning"
                known = reader.vocabulary.facts[column.facts[0]]
                item, types = known.label, homes(reader.vocabulary, known.id)
                yield reader.tell("fact-of-another-type", severity, spot, type=kind.label, item=item, types=types)
        self._besides({i: cell for i, cell in here.items() if i not in torn}, cells, builder, place)
        yield builder.record()

    def _with_shared(self, here: dict[int, Cell], cells: Mapping[int, Cell]) -> dict[int, Cell]:
        """The cells of a row, with the year that is merged over it and the rows above: it is that of each of them."""
        for index in (column.index for column in self.head.columns if column.known in _SHARED):
            cell = cells.get(index)
            if cell is not None and cell.merged_to is not None:
                self._shared[index] = cell
            elif cell is not None and cell.merged_from is not None and index in self._shared:
                here[index] = self._shared[index]
        return here

    def _refuse_torn(self, cells: Mapping[int, Cell], builder: RecordBuilder, place: Place) -> set[int]:
        """Refuse numbers whose groups of digits may have become cells of their own; the positions of these."""
        torn: set[int] = set()
        if not (self.table.groups_split and isinstance(cells, TextRow)) or any(cells.texts[self.head.width :]):
            return torn  # A row that is too long is told as such.
        for index, end in torn_numbers(cells.texts, self.figures, None if self.head.is_ragged else self.head.width):
            spot = replace(place, column=self.head.titles[index], index=index)
            parts = [text.strip() for text in cells.texts[index:end]]
            builder.refuse("number-torn", spot, value=parts[0], next="、".join(parts[1:]), whole="".join(parts))
            torn |= set(range(index, end))
        for column in self.head.columns:
            if column.index in torn:
                spot = replace(place, column=column.title, index=column.index)
                builder.places.update(dict.fromkeys(column.facts, spot))
        return torn

    def _is_merged(self, column: Column, cell: Cell, builder: RecordBuilder, spot: Place, unlike: bool) -> bool:
        """Whether a cell belongs to more than its own row and column, which is then said."""
        if column.known in (*_SHARED, "id"):
            return False
        if cell.merged_to is not None and unlike:
            builder.refuse("merged-value", spot, row=str(cell.merged_to), value=cell.text)
        elif any(index in self.head.titles for index in range(column.index + 1, column.index + cell.span)):
            builder.refuse("merged-across", spot, value=cell.text)
            covered = [one for one in self.head.columns if column.index < one.index < column.index + cell.span]
            builder.places.update({fact: spot for one in covered for fact in one.facts})
        else:
            return False
        builder.places[column.known or column.facts[0]] = spot
        return True

    def _besides(
        self, here: Mapping[int, Cell], cells: Mapping[int, Cell], builder: RecordBuilder, place: Place
    ) -> None:
        """What else is to be said of a row: cells without a header, its length, a unit in its own cell, its look."""
        table, head = self.table, self.head
        last = max(head.titles, default=-1)
        for index, cell in here.items():
            if index not in head.titles:
                slip = table.is_delimited and index > last
                rule: tuple[str, Severity] = ("row-too-long", "error") if slip else ("cell-without-header", "warning")
                builder.tell(*rule, replace(place, column=letters(index), index=index), value=cell.text)
        if table.is_delimited and head.titles and len(cells) <= last:
            builder.tell("short-row", "warning", place)
            self.head = replace(head, is_ragged=True)
            if self.quick is not None:
                self.quick.cells = None
        self.units.ask(here, builder, place)
        if isinstance(cells, SheetRow) and cells.is_hidden:
            builder.tell("hidden-row", "warning", place)
            self._region("hidden", place)
        if any(cell.layout is not None and cell.layout.is_struck for cell in here.values()):
            builder.tell("struck-row", "warning", place)
            self._region("struck", place)
        if self.unknown_header is not None:
            row, text = self.unknown_header
            builder.refuse("under-unknown-header", place, row=str(row), header=text)
        if not self.reader.conversions:
            builder.findings = [finding for finding in builder.findings if finding.severity != "info"]

    def _region(self, kind: Kind, place: Place) -> None:
        row = place.row or 0
        self.reader.regions.add(Region(kind, place.file, place.sheet, row, row))

    def texts_of(self, rows: Sequence[Row]) -> list[str]:
        """The texts of rows, without the units that stand there of single figures."""
        return [cell.text for _, cells in rows for at, cell in filled(cells).items() if at not in self.units.used]

    def states_unit(self, text: str) -> bool:
        """Whether a remark states a unit."""
        return bool(stated_units(text, self.reader.names.words, self.reader.values.forms))

    def _period(self, here: Mapping[int, Cell], place: Place, builder: RecordBuilder) -> str | None:
        """The period of a row, read before its figures."""
        index = next((column.index for column in self.head.columns if column.known == "period"), None)
        if index is None:
            if self.head.period is not None:
                builder.columns["period"] = self.head.period
            return self.head.period
        if index in here and index not in self.faults:
            column = next(column for column in self.head.columns if column.index == index)
            spot = replace(place, column=column.title, index=index)
            builder.take_column(self.reader.values, "period", here[index], spot)
        return builder.columns.get("period")

    def _type_of(self, here: Mapping[int, Cell], place: Place) -> RecordType:
        table, reader = self.table, self.reader
        index = self.head.at("type")
        written = here[index].text if index is not None and index in here else ""
        if not half_width(written):
            if table.kind is not None:
                return table.kind
            where = reader.where(table, place.row)
            raise InputError("row-without-type", where=where, known=known_types(reader.vocabulary))
        kind = reader.names.record_type(written)
        if kind is None:
            raise unknown_type(reader.names, written, reader.where(table, place.row))
        return kind

    def _id_of(self, here: Mapping[int, Cell], number: int) -> str:
        index, table = self.head.at("id"), self.table
        if index is not None and index in here:
            try:
                found = self.reader.values.read_text(here[index]).value
            except Refused:
                found = None
            if found:
                return str(found)
        return f"{table.stem}#{table.sheet}!{number}" if table.sheet else f"{table.stem}#{number}"


def _concerns(column: Column, kind: RecordType) -> bool:
    """Whether a column is about records of a type: 镇街 beside enterprises is not."""
    return column.known is not None or any(fact in kind.facts for fact in column.facts)
