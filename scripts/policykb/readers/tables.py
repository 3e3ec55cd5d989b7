"""Turn the rows of a table, from whatever file, into records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

from ..catalogue import at
from ..errors import InputError
from ..model import Finding, Place, Record, RecordType, Severity, Text, Vocabulary, letters
from .asides import read_asides
from .builder import RecordBuilder, known_types, unknown_type
from .cells import Cell
from .findings import Refused, clip, make_finding
from .headers import Column, Names
from .quick import QuickRows
from .values import Values
from .words import half_width, normal

__all__ = ["HEADER_WITHIN", "MOST_COLUMNS", "Found", "Row", "Table", "TableReader"]

Row: TypeAlias = tuple[int, Mapping[int, Cell]]
"""The number of a row, from 1, and its cells by column, from 0; empty cells may be left out."""
Found: TypeAlias = Record | Finding

HEADER_WITHIN = 20
MOST_COLUMNS = 16_384
"""Columns of the widest sheet that spreadsheets know."""
_TITLE_UNIT = re.compile(r"(?:^|[\s(（,，;；])(?:金额|计量)?单位\s*[:：]\s*([^)）]+)")


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be read: its place, the stem of its rows' ids, its record type where all rows have one, its rows.

    `may_be_notes` is set for a sheet among others that may hold no records at all; `is_delimited` where a row has
    as many cells as its line has separators, so that one too many or too few means a slip.
    """

    file: str
    stem: str
    rows: Iterable[Row]
    sheet: str | None = None
    kind: RecordType | None = None
    may_be_notes: bool = False
    is_delimited: bool = False


@dataclass(slots=True)
class _Header:
    """The header of a table: its last row, columns, titles and their rows, and what was read beyond to find its end."""

    row: int
    columns: tuple[Column, ...]
    titles: Mapping[int, str]
    rows: Mapping[int, int]
    looked_at: tuple[Row, ...] = ()


class TableReader:
    """Reads tables against one vocabulary.

    Args:
        vocabulary: the facts, columns and record types that are known.
        strict: make every unknown column an error.
        conversions: report conversions; without them, rows of large tables are read faster.
    """

    def __init__(self, vocabulary: Vocabulary, *, strict: bool = False, conversions: bool = True) -> None:
        self.vocabulary = vocabulary
        self.asides = read_asides(vocabulary)
        self.conversions = conversions
        self.values = Values(vocabulary)
        self.names = Names(vocabulary, self.values)
        self.strict = strict

    def read(self, table: Table) -> Iterator[Found]:
        """The records of a table in their order, and the findings that belong to none of them.

        Raises:
            InputError: no column is recognised, or a row's record type is missing or unknown.
        """
        rows = iter(table.rows)
        first: list[Row] = []
        for row in rows:
            if _filled(row[1]):
                first.append(row)
            if len(first) == HEADER_WITHIN:
                break
        start = self._find_header(first, table)
        if start is None:
            if table.may_be_notes:
                yield self._tell("sheet-left-out", "warning", Place(table.file, table.sheet))
                return
            raise self._no_header(first, table)
        chained = chain(first[start + 1 :], rows)
        header = self._header(first[start], chained, table)
        title_units = self._title_units(first[:start])
        faults: dict[int, Finding] = {}
        for column in header.columns:
            place = Place(table.file, table.sheet, header.rows[column.index], column.title, column.index)
            if column.fault:
                faults[column.index] = self._tell(column.fault, "error", place, **dict(column.words))
                yield faults[column.index]
            elif not column.is_recognised:
                finding = self._tell("unknown-column", "error" if self.strict else "warning", place)
                if self.strict:
                    faults[column.index] = finding
                yield finding
        if table.kind is None and not any(column.known == "type" for column in header.columns):
            raise InputError("table-without-type", where=_where(table), known=known_types(self.vocabulary))
        told: set[tuple[str, int]] = set()
        held = False
        quick = QuickRows(self, table, header.columns, header.titles, title_units, faults)
        for number, cells in chain(header.looked_at, chained):
            record = quick.read(number, cells)
            if record is not None:
                held = True
                yield record
                continue
            for item in self._row(number, cells, table, header, title_units, faults, told):
                held = held or isinstance(item, Record)
                yield item
        if not held:
            yield self._tell("sheet-without-rows", "info", Place(table.file, table.sheet, header.row))

    # --- The header -----------------------------------------------------------------------

    def _find_header(self, rows: list[Row], table: Table) -> int | None:
        """The first row with two recognised columns; failing that, the first with one."""
        best: int | None = None
        for position, (_, cells) in enumerate(rows):
            texts = [cell.text for cell in cells.values() if cell.kind == "text" and half_width(cell.text)]
            found = {
                column.title
                for index, text in enumerate(texts)
                if (column := self.names.column(index, text, table.kind)).is_recognised
            }
            if len(found) >= 2:
                return position
            if found and best is None:
                best = position
        return best

    def _header(self, row: Row, rest: Iterator[Row], table: Table) -> _Header:
        number, cells = row
        titles = {index: " ".join(cell.text.split()) for index, cell in sorted(cells.items()) if half_width(cell.text)}
        title_rows = dict.fromkeys(titles, number)
        looked_at: list[Row] = []
        for below in rest:
            if not any(cell.merged_from is not None and cell.merged_from <= number for cell in below[1].values()):
                if self._repeats(below[1], titles, table):
                    number = below[0]
                    continue
                looked_at.append(below)
                break
            # A header of two lines: its lower line names the columns, where that is known.
            for index, cell in _filled(below[1]).items():
                if self.names.column(index, cell.text, table.kind).is_recognised or index not in titles:
                    titles[index] = " ".join(cell.text.split())
                    title_rows[index] = below[0]
            number = below[0]
        titles = dict(sorted(titles.items()))
        if len(titles) > MOST_COLUMNS:
            raise InputError("too-many-columns", where=_where(table, number), count=len(titles), most=MOST_COLUMNS)
        return _Header(number, self.names.columns(titles, table.kind), titles, title_rows, tuple(looked_at))

    def _repeats(self, cells: Mapping[int, Cell], titles: Mapping[int, str], table: Table) -> bool:
        """Whether a row below the header names the same columns once more, in another language.

        What it says of columns that are not known, such as remarks, is free.
        """
        filled = _filled(cells)
        if any(cell.kind != "text" for cell in filled.values()):
            return False
        named = 0
        for index, cell in filled.items():
            above = self.names.column(index, titles.get(index, ""), table.kind)
            if index in titles and not above.is_recognised:
                continue
            column = self.names.column(index, cell.text, table.kind)
            if not column.is_recognised or (column.facts, column.known) != (above.facts, above.known):
                return False
            if normal(cell.text) == normal(titles[index]):
                return False  # the header itself once more: that is said
            named += 1
        return named > 1

    def _no_header(self, rows: list[Row], table: Table) -> InputError:
        if not rows:
            return InputError("empty-table", where=_where(table))
        titles = [cell.text for cell in rows[0][1].values() if half_width(cell.text)]
        columns = [self.names.column(0, title, table.kind) for title in titles]
        hints = [f"“{clip(column.title)}” → “{dict(column.words)['suggestion']}”" for column in columns if column.fault]
        return InputError(
            "columns-unknown-near" if hints else "columns-unknown",
            where=_where(table, rows[0][0]),
            titles=[clip(title) for title in titles[:8]],
            hints=hints,
            known=tuple(self.vocabulary.columns.values()),
        )

    def _title_units(self, rows: list[Row]) -> tuple[str, ...]:
        """The units that a line above the header states for the whole table: 单位：万元."""
        found: list[str] = []
        for _, cells in rows:
            for cell in cells.values():
                for stated in _TITLE_UNIT.findall(cell.text):
                    parts = [part.strip() for part in re.split(r"[、,，;；]|\s{2,}", stated) if part.strip()]
                    found += [part for part in parts if normal(part) in self.values.forms]
        return tuple(dict.fromkeys(found))

    # --- Rows ---------------------------------------------------------------------------

    def _row(
        self,
        number: int,
        cells: Mapping[int, Cell],
        table: Table,
        header: _Header,
        title_units: tuple[str, ...],
        faults: Mapping[int, Finding],
        told: set[tuple[str, int]],
    ) -> Iterator[Found]:
        filled = _filled(cells)
        if not filled:
            return
        place = Place(table.file, table.sheet, number)
        left_out = self._left_out(filled, header)
        if left_out:
            value = next(iter(filled.values())).text
            yield self._tell(left_out, "warning", place, value=value)
            return
        kind = self._type_of(filled, table, header, place)
        builder = RecordBuilder(self.vocabulary, kind, place, self._id_of(filled, table, header, number))
        for column in header.columns:
            cell = filled.get(column.index)
            spot = Place(table.file, table.sheet, number, column.title, column.index)
            if cell is None:
                if column.index in cells and cells[column.index].merged_from is not None and column.is_recognised:
                    builder.refuse("merged-cell", spot, row=str(cells[column.index].merged_from))
                    if column.known is not None:
                        builder.places[column.known] = spot
                continue
            if column.index in faults:
                builder.findings.append(faults[column.index])
                builder.places.update({fact: faults[column.index].place for fact in column.facts if fact in kind.facts})
                continue
            if column.known is not None:
                builder.take_column(self.values, column.known, cell, spot)
                continue
            own = [fact for fact in column.facts if fact in kind.facts]
            if own:
                builder.take(self.values, own, column, cell, title_units, spot)
            elif column.facts and (kind.id, column.index) not in told:
                told.add((kind.id, column.index))
                yield self._tell(
                    "fact-of-another-type",
                    "error" if self.strict else "warning",
                    spot,
                    type=kind.label,
                )
        for index, cell in filled.items():
            if index not in header.titles:
                slip = table.is_delimited and index > max(header.titles)
                rule: tuple[str, Severity] = ("row-too-long", "error") if slip else ("cell-without-header", "warning")
                builder.tell(*rule, replace(place, column=letters(index), index=index), value=cell.text)
        if table.is_delimited and header.titles and len(cells) <= max(header.titles):
            builder.tell("short-row", "warning", place)
        if not self.conversions:
            builder.findings = [finding for finding in builder.findings if finding.severity != "info"]
        yield builder.record()

    def _left_out(self, filled: Mapping[int, Cell], header: _Header) -> str | None:
        """The rule by which a row is no record: a total, a remark, or the header once more."""
        first = half_width(next(iter(filled.values())).text)
        name = next((c.index for c in header.columns if c.known == "name"), None)
        named = filled[name].text if name is not None and name in filled else ""
        if self.asides.is_total(first) or self.asides.is_total(named):
            return "total-row"
        if self.asides.is_remark(first):
            return "remark-row"
        titles = {index: normal(title) for index, title in header.titles.items()}
        if len(filled) > 1 and all(normal(cell.text) == titles.get(index) for index, cell in filled.items()):
            return "header-again"
        return None

    def _type_of(self, filled: Mapping[int, Cell], table: Table, header: _Header, place: Place) -> RecordType:
        column = next((c for c in header.columns if c.known == "type"), None)
        written = filled[column.index].text if column is not None and column.index in filled else ""
        if not half_width(written):
            if table.kind is not None:
                return table.kind
            raise InputError("row-without-type", where=_where(table, place.row), known=known_types(self.vocabulary))
        kind = self.names.record_type(written)
        if kind is None:
            raise unknown_type(self.names, written, _where(table, place.row))
        return kind

    def _id_of(self, filled: Mapping[int, Cell], table: Table, header: _Header, number: int) -> str:
        column = next((c for c in header.columns if c.known == "id" and not c.fault), None)
        if column is not None and column.index in filled:
            try:
                found = self.values.read_text(filled[column.index]).value
            except Refused:
                found = None
            if found:
                return str(found)
        return f"{table.stem}#{table.sheet}!{number}" if table.sheet else f"{table.stem}#{number}"

    def _tell(
        self, rule: str, severity: Severity, place: Place, *, value: str | None = None, **words: str | Text
    ) -> Finding:
        return make_finding(self.vocabulary, rule, severity, place, record=None, fact=None, value=value, **words)


def _filled(cells: Mapping[int, Cell]) -> dict[int, Cell]:
    return {index: cell for index, cell in sorted(cells.items()) if cell.kind != "text" or half_width(cell.text)}


def _where(table: Table, row: int | None = None) -> str | Text:
    if table.sheet is None:
        return table.file if row is None else at("at-row", file=table.file, row=row)
    if row is None:
        return at("at-sheet", file=table.file, sheet=table.sheet)
    return at("at-sheet-row", file=table.file, sheet=table.sheet, row=row)
