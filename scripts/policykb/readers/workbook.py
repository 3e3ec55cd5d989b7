"""Read Excel workbooks sheet by sheet and row by row; formulas are never computed, their stored results are read."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, ParseError

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
from .cells import Cell, Note
from .findings import make_finding
from .sources import check_workbook
from .tables import Found, Row, Table, TableReader

__all__ = ["read_workbook", "sheet_rows"]

_NO_RECORDS = ("sheet-left-out", "sheet-empty", "notes-sheet")
_BROKEN = (ParseError, zipfile.BadZipFile, zlib.error, EOFError, OSError)
_SHOWN = Context(prec=15)  # Excel keeps and shows 15 significant digits
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]|([¥￥$€£])')
_SCALED = re.compile(r"[0#?.],+(?:[^0#?]|$)|!\.|\\\.")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
WIDEST_MERGED = 1000  # columns
_Area: TypeAlias = tuple[int, int, int, int]  # first and last row, first column from 0, column behind the last
_NO_UNIT = re.compile(r"[\s()*_,.;:+-]*")


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
    rows = sheet_rows(sheet, file)
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
    )
    yield from reader.read(table)


def _chain(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def sheet_rows(sheet: Any, file: str) -> Iterator[Row]:
    """The rows of a sheet that have any cell with something in it."""
    formats = _Formats(sheet.parent)
    with sheet._get_source() as source:
        try:
            parser = _Sheet(source, sheet._shared_strings, formats, _merged_rows(sheet))
            for number, cells in parser.rows():
                if cells:
                    yield number, cells
        except (*_BROKEN, ValueError, IndexError, KeyError) as fault:
            raise _broken(f"{file}, sheet {sheet.title}") from fault


def _merged_rows(sheet: Any) -> list[_Area]:
    """The merged areas of a sheet that cover several rows. They stand behind the rows in its XML: read beforehand."""
    found: dict[_Area, None] = {}
    rest = b""
    with sheet._get_source() as source:
        while block := source.read(2**20):
            text = rest + block
            for match in _MERGED.finditer(text):
                left, top, right, bottom = (part.decode() for part in match.groups())
                if int(bottom) > int(top):
                    first, last = column_index_from_string(left) - 1, column_index_from_string(right)
                    found[int(top), int(bottom), first, min(last, first + WIDEST_MERGED)] = None
            rest = text[-200:]
    return sorted(found)


def _broken(where: str) -> InputError:
    return InputError("workbook-broken", where=where)


class _Formats:
    """What the cell styles of a workbook say: which are dates, and which show a unit."""

    def __init__(self, book: Any) -> None:
        self.epoch = book.epoch
        self.dates: set[int] = book._date_formats
        self.spans: set[int] = book._timedelta_formats
        self._book = book
        self._units: dict[int, tuple[str | None, str | None]] = {}

    def unit(self, style: int) -> tuple[str | None, str | None]:
        """The unit that a number format shows, and the rule it breaks where it cannot be understood."""
        if style not in self._units:
            self._units[style] = self._read(style)
        return self._units[style]

    def _read(self, style: int) -> tuple[str | None, str | None]:
        try:
            array = self._book._cell_styles[style]
        except IndexError:
            return None, None
        code = _code(self._book, array.numFmtId).split(";")[0]
        words = "".join("".join(groups) for groups in _LITERAL.findall(code)).strip()
        bare = _LITERAL.sub("", code)
        if _SCALED.search(bare) or "!." in code or "\\." in code:
            return None, "scaled-format"
        if "%" in bare:
            return "%", None
        return (None if _NO_UNIT.fullmatch(words) else words), None


def _code(book: Any, number: int) -> str:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    if number < BUILTIN_FORMATS_MAX_SIZE:
        # Built-in currency formats follow the locale of the machine that shows them: they tell no unit.
        return "" if number in range(5, 9) or number in range(41, 45) else BUILTIN_FORMATS.get(number, "General")
    try:
        return str(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])
    except IndexError:
        return "General"


class _Sheet:
    """Parses the XML of a sheet into cells that keep the digits it holds; openpyxl would make them binary numbers."""

    def __init__(self, source: Any, strings: Sequence[str], formats: _Formats, merged: list[_Area]) -> None:
        self.source = source
        self.merged = merged
        self.strings = strings
        self.formats = formats

    def rows(self) -> Iterator[Row]:
        """The number of each row and its cells that hold anything."""
        number = 0
        waiting, open_areas = self.merged[::-1], list[_Area]()
        for _, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                number = int(element.get("r", number + 1))
                cells = dict(self._cells(element))
                element.clear()
                while waiting and waiting[-1][0] < number:
                    open_areas.append(waiting.pop())
                open_areas = [area for area in open_areas if area[1] >= number]
                if cells:
                    for top, _, left, right in open_areas:
                        cells |= {at: Cell("", merged_from=top) for at in range(left, right) if at not in cells}
                yield number, cells

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
        if kind == "inlineStr":
            child = element.find(INLINE_STRING)
            return None if child is None else Cell(_inline(child))
        text = element.findtext(VALUE_TAG) or ""
        if not text:
            if element.find(FORMULA_TAG) is not None and kind != "str":
                return Cell(f"={element.findtext(FORMULA_TAG) or ''}", "uncalculated")
            return None
        match kind:
            case "s":
                return Cell(str(self.strings[int(text)]))
            case "str":
                return Cell(text)
            case "b":
                return Cell("true" if text.strip() == "1" else "false", "truth")
            case "e":
                return Cell(text, "error")
            case "d":
                return _iso(text)
            case _:
                return self._number(text.strip(), int(element.get("s", 0)))

    def _number(self, text: str, style: int) -> Cell:
        if style in self.formats.dates:
            return self._day(text, style)
        unit, fault = self.formats.unit(style)
        shown, notes = _shown(text)
        return Cell(shown, "number", unit=unit, fault=fault, notes=notes)

    def _day(self, text: str, style: int) -> Cell:
        if style in self.formats.spans:
            return Cell(text, fault="value-not-a-date")
        try:
            value = from_excel(float(text), self.formats.epoch)
        except (OverflowError, ValueError, TypeError):
            return Cell(text, fault="value-not-a-date")
        if isinstance(value, datetime):
            return Cell(value.date().isoformat(), "date", day=value.date())
        if isinstance(value, time | timedelta) or not isinstance(value, date):
            return Cell(text, fault="value-not-a-date")
        return Cell(value.isoformat(), "date", day=value)


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
