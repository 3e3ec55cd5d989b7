"""Read the sheets of workbooks, of whatever kind their content is."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from ..errors import InputError
from ..model import Finding, Place, RecordType, Severity
from ..wording.catalogue import at
from .around import is_of_items
from .book import Book, Frame, Sheet, laid_rows
from .builder import known_types
from .contents import book_kind
from .findings import make_finding
from .pins import Pins
from .reader import Found
from .sheet.layout import filled
from .sheet.units import Lines, of_notes, read_lines
from .tables import Row, Table, TableReader
from .words import normal

__all__ = ["open_book", "read_workbook", "sheet_rows"]

_LONGEST_NOTES = 400
"""Rows of a sheet without records that are looked through for what they say about units."""
_TABLE = 3  # cells beside each other that may be a table of something else
_NO_RECORDS = ("sheet-left-out", "sheet-empty", "notes-sheet")
# A broken part is a SyntaxError of whichever XML library openpyxl reads with.
_BROKEN = (SyntaxError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, IndexError, KeyError)


def open_book(path: Path, file: str) -> Book:
    """Open a workbook by the reader of its kind; each brings a library with it that nothing else waits for.

    Args:
        path: the file.
        file: its name in places.

    Raises:
        InputError: the workbook is broken, unsafe, protected, or of a kind that is not read.
    """
    kind = book_kind(path)
    try:
        if kind == "xls":
            from .xls import read_xls

            return read_xls(path, file)
        if kind == "ods":
            from .ods import read_ods

            return read_ods(path)
        if kind == "xlsb":
            from .xlsb import read_xlsb

            return read_xlsb(path)
        from .ooxml import OoxmlBook

        return OoxmlBook(path)
    except InputError:
        raise
    except ImportError as fault:
        raise InputError("reader-missing", where=file, program=fault.name) from fault
    except Exception as fault:  # the libraries raise whatever their parsers meet in a broken part
        raise InputError("workbook-broken", where=file) from fault


def read_workbook(path: Path, file: str, stem: str, kind: RecordType | None, reader: TableReader) -> Iterator[Found]:
    """The records of all visible sheets, and the findings that belong to none.

    Args:
        path: the file.
        file: its name in places.
        stem: what the ids of rows without one begin with.
        kind: the record type of sheets whose name gives none, from the call or the file's name.
        reader: what turns rows into records.

    Raises:
        InputError: the workbook is broken or unsafe, or none of its visible sheets holds records.
    """
    book = open_book(path, file)
    try:
        sheets = book.sheets
        visible = [sheet for sheet in sheets if sheet.is_visible]
        hidden = [sheet.title for sheet in sheets if not sheet.is_visible]
        holding = [title for title in hidden if reader.names.record_type(title) is not None]
        for title in hidden:
            severity: Severity = "warning" if title in holding else "info"
            yield make_finding(reader.vocabulary, "hidden-sheet", severity, Place(file, title))
        found, stated = False, dict[str, Lines]()
        noted, of_items = _noted(visible, file, reader) if len(visible) > 1 else (Lines(), ())
        is_alone = len(visible) == 1 and not holding
        for sheet in visible:
            for item in _read_sheet(sheet, file, stem, kind, reader, stated, noted, of_items, alone=is_alone):
                found = found or not (isinstance(item, Finding) and item.rule in _NO_RECORDS)
                yield item
        if not found and holding:
            raise InputError("records-in-hidden-sheet", where=file, sheets=holding)
        if not found:
            raise InputError("no-sheet-with-records", where=file, known=known_types(reader.vocabulary))
    finally:
        book.close()


def _read_sheet(
    sheet: Sheet,
    file: str,
    stem: str,
    kind: RecordType | None,
    reader: TableReader,
    stated: dict[str, Lines],
    noted: Lines,
    of_items: tuple[str, ...],
    *,
    alone: bool,
) -> Iterator[Found]:
    named = reader.names.record_type(sheet.title)
    if named is None and not alone and reader.names.is_notes(sheet.title):
        yield make_finding(reader.vocabulary, "notes-sheet", "info", Place(file, sheet.title))
        return
    frame = _frame(sheet, file)
    pins = Pins(frame.pins, frame.merged, reader.names)
    rows = sheet_rows(sheet, file, frame)
    if pins:
        rows = pins.rows(rows)
    first = next(rows, None)
    if first is None:
        yield make_finding(reader.vocabulary, "sheet-empty", "info", Place(file, sheet.title))
        return
    table = Table(
        file,
        stem,
        chain([first], rows),
        sheet=sheet.title,
        kind=named or kind,
        may_be_notes=named is None and not alone,
        hidden=frame.hidden,
        around=(*frame.headings, *of_items),
        pins=pins,
        stated=stated,
        noted=noted,
    )
    yield from reader.read(table)


def _noted(sheets: Sequence[Sheet], file: str, reader: TableReader) -> tuple[Lines, tuple[str, ...]]:
    """What the sheets without records, such as a cover or 填表说明, say about units, and what of single items."""
    texts: list[str] = []
    for sheet in sheets:
        is_own = normal(sheet.title).strip("'") in reader.names.words.own_sheet
        if not is_own and reader.names.record_type(sheet.title) is None:
            rows = [filled(cells) for _, cells in islice(sheet_rows(sheet, file, Frame()), _LONGEST_NOTES)]
            if reader.names.is_notes(sheet.title) or all(len(cells) < _TABLE for cells in rows):
                texts += (cell.text for cells in rows for cell in cells.values() if cell.kind == "text")
    of_items = tuple(text for text in texts if is_of_items(text, reader.names))
    return of_notes(read_lines(texts, reader.names.words, reader.values.forms)), of_items


def sheet_rows(sheet: Sheet, file: str, frame: Frame | None = None) -> Iterator[Row]:
    """The rows of a sheet that have any cell with something in it.

    Args:
        sheet: the sheet.
        file: the name of its file in places.
        frame: what stands outside its rows, where it was read before.
    """
    try:
        yield from laid_rows(sheet.cells(), (frame or sheet.frame()).merged)
    except _BROKEN as fault:
        raise _broken(sheet, file) from fault


def _frame(sheet: Sheet, file: str) -> Frame:
    try:
        return sheet.frame()
    except _BROKEN as fault:
        raise _broken(sheet, file) from fault


def _broken(sheet: Sheet, file: str) -> InputError:
    return InputError("workbook-broken", where=at("at-sheet", file=file, sheet=sheet.title))
