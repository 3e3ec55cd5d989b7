"""Read a sheet of the grammar, in memory or from a file, and compare what is read with what it means."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from policykb.api import Policykb
from policykb.errors import InputError
from policykb.model import Finding, Record
from policykb.readers import read_records
from policykb.readers.cells import Cell, SheetRow
from policykb.readers.cells import Layout as Lies
from policykb.readers.formats import parts_of_date, read_format
from policykb.readers.tables import Row, Table, TableReader
from policykb.records.check import check_records
from sheets.grammar import Look, Meant, Sheet

__all__ = ["differences", "read_file", "read_here", "rows_of", "save"]

Told = tuple[list[Record], list[Finding], set[str]] | str
"""The records, all findings, and the ids of wrong records; or the error that refuses the file."""


def read_here(sheets: list[Sheet], kb: Policykb, reader: TableReader) -> Told:
    """Read the cells of sheets as the reader of workbooks gives them on."""
    items: list[Record | Finding] = []
    for sheet in sheets:
        if reader.names.is_notes(sheet.name):
            continue
        bare = sheet.name.partition("（")[0]
        kind = reader.names.record_type(sheet.name) or reader.names.record_type(bare)
        table = Table("a.xlsx", "a", rows_of(sheet), sheet=sheet.name, kind=kind, may_be_notes=len(sheets) > 1)
        try:
            items += reader.read(table)
        except InputError as error:
            return error.id
    return _told([item for item in items if isinstance(item, Record)], items, kb)


def read_file(path: Path, kb: Policykb) -> Told:
    """Read a file."""
    try:
        reading = read_records([path], kb.vocabulary)
    except InputError as error:
        return error.id
    return _told(list(reading.records), [*reading.findings], kb)


def _told(records: list[Record], items: list[Record | Finding], kb: Policykb) -> Told:
    found = [item for item in items if isinstance(item, Finding)]
    found += [finding for record in records for finding in record.findings]
    checked = check_records(records, kb.decider.record_rules, kb.vocabulary)
    wrong = {finding.record for finding in checked if finding.severity == "error"}
    wrong |= {record.id for record in records if any(finding.severity == "error" for finding in record.findings)}
    return records, [*found, *checked], {name for name in wrong if name}


def rows_of(sheet: Sheet) -> list[Row]:
    """The rows of a sheet as cells, with what is merged, hidden and struck."""
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), look in sheet.cells.items():
        rows.setdefault(row, {})[column - 1] = _cell(look)
    for top, left, bottom, right in sheet.merged:
        origin = rows.get(top, {}).get(left - 1)
        if origin is not None:
            lies = Lies(merged_to=bottom if bottom > top else None, span=right - left + 1)
            rows[top][left - 1] = Cell(origin.text, origin.kind, origin.day, origin.unit, origin.fault, lies)
        for row in range(top + 1, bottom + 1):
            for column in range(left - 1, right):
                if row in rows:
                    rows[row].setdefault(column, Cell("", layout=Lies(merged_from=top)))
    found: list[Row] = []
    for number in sorted(rows):
        cells: Mapping[int, Cell] = dict(sorted(rows[number].items()))
        found.append((number, SheetRow(cells, True) if number in sheet.hidden else cells))
    return found


def _cell(look: Look) -> Cell:
    lies = Lies(is_struck=True) if look.struck else None
    value = look.value
    if isinstance(value, date):
        return Cell(value.isoformat(), "date", value, layout=Lies(shows=parts_of_date(look.format)))
    if isinstance(value, bool):
        return Cell("true" if value else "false", "truth", layout=lies)
    if isinstance(value, int | Decimal):
        shown = read_format(look.format, str(value)) if look.format != "General" else None
        unit, fault = (None, None) if shown is None else (shown.unit, shown.fault)
        return Cell(str(value), "number", unit=unit, fault=fault, layout=lies)
    return Cell(str(value).replace("_x000D_", "\r"), layout=lies)


def save(sheets: list[Sheet], path: Path) -> Path:
    """Write sheets as a workbook, or the first as delimited text, which shows neither formats nor merged cells."""
    if path.suffix == ".csv":
        sheet = sheets[0]
        width = max(column for _, column in sheet.cells)
        with path.open("w", encoding="utf-8", newline="") as stream:
            lines = csv.writer(stream)
            for row in range(1, sheet.row + 1):
                looks = [sheet.cells.get((row, column)) for column in range(1, width + 1)]
                lines.writerow(["" if look is None else look.value for look in looks])
        return path
    book = Workbook()
    assert book.active is not None
    for sheet in sheets:
        _write_page(sheet, book.active if sheet is sheets[0] else book.create_sheet())
    book.save(path)
    return path


def _write_page(sheet: Sheet, page: Worksheet) -> None:
    page.title = sheet.name
    for (row, column), look in sheet.cells.items():
        cell = page.cell(row, column, look.value)
        cell.number_format = look.format
        if look.struck:
            cell.font = Font(strike=True)
    for top, left, bottom, right in sheet.merged:
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    for row in sheet.hidden:
        page.row_dimensions[row].hidden = True


def differences(sheets: list[Sheet], told: Told) -> list[str]:
    """What is read silently wrong: another value, a record of nothing, or a record lost without a finding."""
    if isinstance(told, str):
        return []
    records, findings, wrong = told
    rows = {(finding.place.sheet, finding.place.row) for finding in findings if finding.severity != "info"}
    by_row = {(record.place.sheet, record.place.row): record for record in records}
    found = []
    for sheet in sheets:
        name = sheet.name if any(place for place, _ in by_row) else None
        for meant in sheet.meant:
            record = by_row.pop((name, meant.row), None)
            if record is None:
                if (name, meant.row) not in rows:
                    found.append(f"row {meant.row} ({meant.name}) is lost without a word")
            elif record.id not in wrong:
                found += _differs(meant, record)
    for (_, row), record in by_row.items():
        if record.id not in wrong:
            found.append(f"row {row} ({record.name}) is no record, and is read as one: {_plain(record.facts)}")
    return found


def _differs(meant: Meant, record: Record) -> list[str]:
    facts = dict(record.facts)
    if meant.must_fail:
        return [f"row {meant.row} ({meant.name}) cannot be known, and is read as {_plain(facts)}"]
    if (record.name, record.period) != (meant.name, meant.period) or facts != meant.facts:
        return [f"row {meant.row} ({meant.name}) means {_plain(meant.facts)}, read {record.period} {_plain(facts)}"]
    return []


def _plain(facts: Mapping[str, object]) -> str:
    return ", ".join(f"{fact} {value}" for fact, value in sorted(facts.items()))
