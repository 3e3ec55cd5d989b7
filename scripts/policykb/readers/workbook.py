"""Read Excel workbooks sheet by sheet and row by row; formulas are never computed, their stored results are read."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import unescape

from openpyxl import load_workbook
from openpyxl.cell.text import Text
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, ROW_TAG, VALUE_TAG
from openpyxl.xml.functions import iterparse

from ..errors import InputError
from ..model import Finding, Place, RecordType
from .builder import known_types
from .cells import Cell, Layout, Note, SheetRow
from .findings import make_finding
from .formats import Formats
from .sources import check_workbook
from .tables import Found, Row, Table, TableReader

__all__ = ["read_workbook", "sheet_rows"]

_NO_RECORDS = ("sheet-left-out", "sheet-empty", "notes-sheet")
_BROKEN = (ParseError, zipfile.BadZipFile, zlib.error, EOFError, OSError)
_SHOWN = Context(prec=15)  # Excel keeps and shows 15 significant digits
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ADDS_ROWS = re.compile(
    r"(?:SUM|SUBTOTAL|AVERAGE|AGGREGATE)\([^:]*?\$?([A-Z]{1,3})\$?([0-9]+):\$?([A-Z]{1,3})\$?([0-9]+)", re.IGNORECASE
)
_HEADING = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)[^>]*>([^<]*)<")
_HIDDEN = re.compile(rb"<(?:\w+:)?col\s([^>]*?)/?>")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
WIDEST_MERGED = 1000  # columns
_Area: TypeAlias = tuple[int, int, int, int]  # first and last row, first column from 0, column behind the last


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands in the XML of a sheet outside its rows: merged areas, hidden columns, the headings of its pages."""

    merged: tuple[_Area, ...]
    hidden: frozenset[int]
    headings: tuple[str, ...]


def read_workbook(path: Path, file: str, stem: str, kind: RecordType | None, reader: TableReader) -> Iterator[Found]:
    """The records of all visible sheets, and the findings that belong to none.

    Args:
        path: the file.
        file: its name in places.
        stem: what the ids of rows without one begin with.
        kind: the record type of sheets whose name gives none, from the call or the file's name.
        reader: what turns rows into records.

    Raises:
        InputError: the workbook is broken or unsafe, or none of its sheets holds records.
    """
    check_workbook(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as fault:  # openpyxl raises whatever its parsers meet in a broken part
        raise _broken(file) from fault
    try:
        sheets = [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]
        visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
        for sheet in sheets:
            if sheet.sheet_state != "visible":
                holds = reader.names.record_type(sheet.title) is not None
                yield make_finding(
                    reader.vocabulary, "hidden-sheet", "warning" if holds else "info", Place(file, sheet.title)
                )
        found = False
        for sheet in visible:
            for item in _read_sheet(sheet, file, stem, kind, reader, alone=len(visible) == 1):
                found = found or not (isinstance(item, Finding) and item.rule in _NO_RECORDS)
                yield item
        if not found:
            raise InputError("no-sheet-with-records", where=file, known=known_types(reader.vocabulary))
    finally:
        book.close()


def _read_sheet(
    sheet: ReadOnlyWorksheet, file: str, stem: str, kind: RecordType | None, reader: TableReader, *, alone: bool
) -> Iterator[Found]:
    named = reader.names.record_type(sheet.title)
    if named is None and not alone and reader.names.is_notes(sheet.title):
        yield make_finding(reader.vocabulary, "notes-sheet", "info", Place(file, sheet.title))
        return
    frame = _frame(sheet)
    rows = sheet_rows(sheet, file, frame)
    first = next(rows, None)
    if first is None:
        yield make_finding(reader.vocabulary, "sheet-empty", "info", Place(file, sheet.title))
        return
    table = Table(
        file,
        stem,
        _chain(first, rows),
        sheet=sheet.title,
        kind=named or kind,
        may_be_notes=named is None and not alone,
        hidden=frame.hidden,
        around=frame.headings,
    )
    yield from reader.read(table)


def _chain(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def sheet_rows(sheet: Any, file: str, frame: _Frame | None = None) -> Iterator[Row]:
    """The rows of a sheet that have any cell with something in it."""
    formats = Formats(sheet.parent)
    with sheet._get_source() as source:
        try:
            struck = _struck_strings(sheet.parent)
            parser = _Sheet(source, sheet._shared_strings, formats, frame or _frame(sheet), struck)
            for number, cells in parser.rows():
                if cells:
                    yield number, cells
        except (*_BROKEN, ValueError, IndexError, KeyError) as fault:
            raise _broken(f"{file}, sheet {sheet.title}") from fault


def _frame(sheet: Any) -> _Frame:
    """What stands outside the rows of a sheet. Much of it stands behind them in its XML: it is read beforehand."""
    merged: dict[_Area, None] = {}
    hidden: set[int] = set()
    headings: list[str] = []
    rest = b""
    with sheet._get_source() as source:
        while block := source.read(2**20):
            text = rest + block
            for match in _MERGED.finditer(text):
                left, top, right, bottom = (part.decode() for part in match.groups())
                first, last = column_index_from_string(left) - 1, column_index_from_string(right)
                if int(bottom) > int(top) or last > first + 1:
                    merged[int(top), int(bottom), first, min(last, first + WIDEST_MERGED)] = None
            for match in _HIDDEN.finditer(text):
                said = dict(re.findall(rb'(\w+)="([^"]*)"', match[1]))
                if said.get(b"hidden") in (b"1", b"true"):
                    columns = range(int(said.get(b"min", b"1")) - 1, int(said.get(b"max", b"1")))
                    hidden |= set(columns[:WIDEST_MERGED])
            headings += [unescape(found.decode("utf-8", "replace")) for found in _HEADING.findall(text)]
            rest = text[-200:]
    said_once = dict.fromkeys(part for text in headings for part in re.split(r"&[LCR]", text) if part)
    return _Frame(
        tuple(sorted(merged)), frozenset(hidden), tuple(re.sub(r"&(\"[^\"]*\"|[A-Z0-9]+)", " ", p) for p in said_once)
    )


def _struck_strings(book: Any) -> frozenset[int]:
    """The shared strings of which a part is struck through."""
    try:
        with book._archive.open("xl/sharedStrings.xml") as source:
            text = source.read()
    except KeyError:
        return frozenset()
    if b"strike" not in text:
        return frozenset()
    return frozenset(
        number
        for number, found in enumerate(re.findall(rb"<(?:\w+:)?si>(.*?)</(?:\w+:)?si>", text, re.DOTALL))
        if re.search(rb"<(?:\w+:)?strike(?!\s+val=\"(?:0|false)\")", found)
    )


def _broken(where: str) -> InputError:
    return InputError("workbook-broken", where=where)


class _Sheet:
    """Parses the XML of a sheet into cells that keep the digits it holds; openpyxl would make them binary numbers."""

    def __init__(
        self, source: Any, strings: Sequence[str], formats: Formats, frame: _Frame, struck: frozenset[int]
    ) -> None:
        self.source = source
        self.areas = frame.merged
        self.heads = {(top, left): (bottom, right - left) for top, bottom, left, right in frame.merged}
        self.tops = {top for top, _ in self.heads}
        self.strings = strings
        self.formats = formats
        self.struck = struck
        self.number = 0

    def rows(self) -> Iterator[Row]:
        """The number of each row and its cells that hold anything."""
        number = 0
        waiting, open_areas = [area for area in self.areas[::-1] if area[1] > area[0]], list[_Area]()
        for _, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                self.number = number = int(element.get("r", number + 1))
                cells = dict(self._cells(element))
                is_hidden = element.get("hidden") in ("1", "true")
                element.clear()
                while waiting and waiting[-1][0] < number:
                    open_areas.append(waiting.pop())
                open_areas = [area for area in open_areas if area[1] >= number]
                if cells:
                    for top, _, left, right in open_areas:
                        covered = Cell("", layout=Layout(merged_from=top))
                        cells |= {at: covered for at in range(left, right) if at not in cells}
                    if number in self.tops:
                        self._lay(number, cells)
                yield number, SheetRow(cells, is_hidden) if is_hidden else cells

    def _lay(self, number: int, cells: dict[int, Cell]) -> None:
        """Say of the cells that begin a merged area how far it reaches."""
        for index, cell in cells.items():
            reach = self.heads.get((number, index))
            if reach is not None:
                bottom, span = reach
                layout = replace(cell.layout or Layout(), merged_to=bottom if bottom > number else None, span=span)
                cells[index] = replace(cell, layout=layout)

    def _cells(self, row: Element) -> Iterator[tuple[int, Cell]]:
        column = 0
        for element in row:
            letters = element.get("r", "").rstrip("0123456789").upper()
            if len(letters) > 3:
                raise ValueError(f"there is no column {letters[:9]}")
            column = sum((ord(letter) - 64) * 26**power for power, letter in enumerate(reversed(letters))) or column + 1
            cell = self._cell(element)
            if cell is not None:
                yield column - 1, cell

    def _cell(self, element: Element) -> Cell | None:
        kind = element.get("t", "n")
        style = int(element.get("s", 0))
        if kind == "inlineStr":
            child = element.find(INLINE_STRING)
            return None if child is None else self._text(_inline(child), style, _is_struck(child))
        text = element.findtext(VALUE_TAG) or ""
        if not text:
            if element.find(FORMULA_TAG) is not None and kind != "str":
                return Cell(f"={element.findtext(FORMULA_TAG) or ''}", "uncalculated")
            return None
        match kind:
            case "s":
                return self._text(str(self.strings[int(text)]), style, int(text) in self.struck)
            case "str":
                return self._text(text, style, False)
            case "b":
                return Cell("true" if text.strip() == "1" else "false", "truth")
            case "e":
                return Cell(text, "error")
            case "d":
                return _iso(text)
            case _:
                found = self._number(text.strip(), style)
                formula = element.findtext(FORMULA_TAG)
                if formula or style in self.formats.struck:
                    found = _marked(found, formula or "", style in self.formats.struck)
                return found

    def _text(self, text: str, style: int, partly_struck: bool) -> Cell:
        """A text, with the unit that its format shows; what is struck in part is unclear."""
        if "_x" in text:
            text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        unit = self.formats.of_text(style)
        if style not in self.formats.struck and not partly_struck:
            return Cell(text, unit=unit) if unit else Cell(text)
        fault = "struck-text" if partly_struck else None
        return Cell(text, unit=unit, fault=fault, layout=Layout(is_struck=True))

    def _number(self, text: str, style: int) -> Cell:
        if style in self.formats.dates:
            return self._day(text, style)
        shown, notes = _shown(text)
        found = self.formats.of_number(style, text)
        displayed = self.formats.displayed(style, shown) if "." in shown else None
        return Cell(shown, "number", unit=found.unit, fault=found.fault, notes=notes, displayed=displayed)

    def _day(self, text: str, style: int) -> Cell:
        if style in self.formats.spans:
            return Cell(text, fault="value-not-a-date")
        try:
            value = from_excel(float(text), self.formats.epoch)
        except (OverflowError, ValueError, TypeError):
            return Cell(text, fault="value-not-a-date")
        shows = self.formats.shows(style)
        layout = None if shows == "ymd" else Layout(shows=shows)
        if isinstance(value, datetime):
            return Cell(value.date().isoformat(), "date", day=value.date(), layout=layout)
        if isinstance(value, time | timedelta) or not isinstance(value, date):
            return Cell(text, fault="value-not-a-date")
        return Cell(value.isoformat(), "date", day=value, layout=layout)


def _marked(cell: Cell, formula: str, is_struck: bool) -> Cell:
    """A cell whose formula adds up rows of its own column, or that is struck through."""
    found = _ADDS_ROWS.match(formula)
    adds = found is not None and found[1] == found[3] and found[2] != found[4]
    if not adds and not is_struck:
        return cell
    return replace(cell, layout=replace(cell.layout or Layout(), is_struck=is_struck, adds_rows=adds))


def _is_struck(element: Any) -> bool:
    return any(child.tag.endswith("}strike") and child.get("val") not in ("0", "false") for child in element.iter())


def _inline(element: Any) -> str:
    text: Any = Text.from_tree(element)
    return str(text.content or "")


def _iso(text: str) -> Cell:
    try:
        day = datetime.fromisoformat(text.replace("Z", "+00:00")).date()
    except ValueError:
        return Cell(text)
    return Cell(day.isoformat(), "date", day=day)


def _shown(text: str) -> tuple[str, tuple[Note, ...]]:
    """The digits that Excel shows for a stored number, and a note where they differ from the stored ones.

    The XML holds up to 17 digits of a binary double, 0.30000000000000004 for 0.3. Excel shows 15.
    """
    try:
        stored = Decimal(text)
    except InvalidOperation:
        return text, ()
    if not stored.is_finite() or len(stored.as_tuple().digits) <= _SHOWN.prec or abs(stored.adjusted()) > 40:
        return text, ()
    exact = _SHOWN.create_decimal(repr(float(text)))
    if exact == stored:
        return f"{exact:f}", ()
    shown = f"{exact.normalize():f}"
    return shown, (Note("binary-number", "info", {"stored": text, "result": shown}),)
