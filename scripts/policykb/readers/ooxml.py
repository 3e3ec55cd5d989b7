"""Read workbooks of Office Open XML, transitional and strict; formulas are never computed, their results are read."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import unescape

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.cell import column_index_from_string
from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, ROW_TAG, VALUE_TAG
from openpyxl.xml.constants import ARC_STYLE, SHARED_STRINGS, SHEET_MAIN_NS, STYLES_TYPE
from openpyxl.xml.functions import fromstring

from ..patterns import regex
from .book import Area, Frame, RawRow, area, plain_headings
from .cells import Cell
from .elements import elements
from .formats import Formats, built_in
from .ooxml_pins import LONGEST, boxes, comments, prompts
from .pins import Pin
from .styled import StyledCells, adds_rows
from .words import LOWERED, RAISED

__all__ = ["OoxmlBook", "transitional"]

_HEADING = regex(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)[^>]*>([^<]*)(?=<)")
_HIDDEN = regex(rb"<(?:\w+:)?col\s([^>]*?)/?>")
_MERGED = regex(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_STRICT = regex(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_STRING, _TEXT, _RUN, _LOOK, _STRIKE, _RAISED = (
    f"{{{SHEET_MAIN_NS}}}{name}" for name in ("si", "t", "r", "rPr", "strike", "vertAlign")
)
_RAISING = {"superscript": RAISED, "subscript": LOWERED}
_ROWS_BEGIN = regex(rb"<(\w+:)?sheetData(?:\s[^>]*)?>")
_NO_ZEROS = regex(rb'<(?:\w+:)?sheetView\s[^>]*?showZeros="(?:0|false)"')
_HEAD = 2**14  # bytes in which the views of a sheet stand, before its rows
_BLOCK = 2**18
_SHORT, _MOST_MADE = 8, 4096
WIDEST_HIDDEN = 1000  # columns
_IN_MEMORY = 2**26


class OoxmlBook:
    """A workbook, read as it is asked for.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._source = transitional(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = _Reader(self._source, read_only=True, data_only=True, keep_links=False)
            reader.read_manifest()
            reader.read_strings()
            reader.read_workbook()
            package: Any = reader.package
            styles = package.find(STYLES_TYPE)
            if styles is not None and styles.PartName.lstrip("/") != ARC_STYLE:
                raise KeyError("the styles are not where they are read from")
            apply_stylesheet(reader.archive, reader.wb)
            self.sheets = [
                OoxmlSheet(reader, sheet.name, sheet.state == "visible", rel.target)
                for sheet, rel in reader.parser.find_sheets()
                if rel.target in reader.valid_files and "chartsheet" not in rel.Type
            ]

    def close(self) -> None:
        """Close the file."""
        self._source.close()


class _Reader(ExcelReader):
    """Reads what belongs to the workbook as a whole."""

    struck: frozenset[int] = frozenset()

    def read_strings(self) -> None:
        """The shared strings, and which of them are struck through in part."""
        package: Any = self.package
        part = package.find(SHARED_STRINGS)
        if part is None:
            return
        struck = set()
        with self.archive.open(part.PartName[1:]) as source:
            for _, element in elements(source):
                if element.tag == _STRING:
                    if _is_struck(element):
                        struck.add(len(self.shared_strings))
                    self.shared_strings.append(_text_of(element))
                    element.clear()
        self.struck = frozenset(struck)

    def formats(self) -> Formats:
        """What the cell styles of the workbook show."""
        book: Any = self.wb
        codes, struck = [], set()
        for style, look in enumerate(book._cell_styles):
            own = look.numFmtId - BUILTIN_FORMATS_MAX_SIZE
            custom = book._number_formats
            codes.append(built_in(look.numFmtId) if own < 0 else custom[own] if own < len(custom) else "General")
            if look.fontId < len(book._fonts) and book._fonts[look.fontId].strike:
                struck.add(style)
        return Formats(codes, struck, book.epoch)


class OoxmlSheet:
    """A sheet of a workbook.

    Args:
        reader: what holds the workbook.
        title: the name of the sheet.
        is_visible: whether it is shown.
        part: its part of the archive.
    """

    def __init__(self, reader: _Reader, title: str, is_visible: bool, part: str) -> None:
        self._reader, self._part = reader, part
        self.title, self.is_visible = title, is_visible

    def frame(self) -> Frame:
        """What stands outside the rows. Much of it stands behind them in the XML: it is read beforehand."""
        merged: dict[Area, None] = {}
        hidden: set[int] = set()
        headings: list[str] = []
        pins: dict[Pin, None] = {}
        rest = b""
        with self._reader.archive.open(self._part) as source:
            while block := source.read(2**20):
                text = rest + block
                for match in _MERGED.finditer(text):
                    left, top, right, bottom = (part.decode() for part in match.groups())
                    last = column_index_from_string(right)
                    found = area(int(top), int(bottom), column_index_from_string(left) - 1, last)
                    if found is not None:
                        merged[found] = None
                for match in _HIDDEN.finditer(text):
                    looks = dict(re.findall(rb'(\w+)="([^"]*)"', match[1]))
                    if looks.get(b"hidden") in (b"1", b"true"):
                        columns = range(int(looks.get(b"min", b"1")) - 1, int(looks.get(b"max", b"1")))
                        hidden |= set(columns[:WIDEST_HIDDEN])
                headings += [unescape(found.decode("utf-8", "replace")) for found in _HEADING.findall(text)]
                pins |= dict.fromkeys(prompts(text))
                # A tag that is as long as a block is none that a spreadsheet writes; it is not waited for.
                rest = text[max(0, len(text) - 2**16, min(len(text) - LONGEST, text.rfind(b"<"))) :]
        said = dict.fromkeys(part for text in headings for part in plain_headings(text))
        said |= dict.fromkeys(boxes(self._reader.archive, self._part))
        pins |= dict.fromkeys(comments(self._reader.archive, self._part))
        return Frame(tuple(sorted(merged)), frozenset(hidden), tuple(said), tuple(pins))

    def cells(self) -> Iterator[RawRow]:
        """The rows in their order."""
        reader = self._reader
        with reader.archive.open(self._part) as source:
            head = source.read(_HEAD)
            cells = StyledCells(reader.formats(), hides_zeros=_NO_ZEROS.search(head) is not None)
        with reader.archive.open(self._part) as source:
            yield from _Rows(source, reader.shared_strings, reader.struck, cells).rows()


class _Rows:
    """Parses the XML of a sheet into cells that keep the digits it holds; openpyxl would make them binary numbers."""

    def __init__(self, source: IO[bytes], strings: Sequence[str], struck: frozenset[int], cells: StyledCells) -> None:
        self.source = source
        self.strings = strings
        self.struck = struck
        self.cells = cells
        self.made: dict[tuple[str | None, str | None, str, str], Cell | None] = {}

    def rows(self) -> Iterator[RawRow]:
        """The rows with their cells that hold anything."""
        number = 0
        for row in _row_elements(self.source):
            number = int(row.get("r", number + 1))
            cells, column = {}, -1
            for element in row:
                place = element.get("r")
                column = column + 1 if place is None else _column(place.rstrip("0123456789"))
                cell = self._short(element) if len(element) == 1 else self._cell(element)
                if cell is not None:
                    cells[column] = cell
            yield number, cells, row.get("hidden") in ("1", "true")

    def _short(self, element: Element) -> Cell | None:
        """A cell with nothing but its value, made once where it is short, as years, codes and 是 are."""
        child = element[0]
        text = child[0].text if len(child) == 1 and child[0].tag == _TEXT else child.text
        if not text or len(text) > _SHORT:
            return self._cell(element)
        key = (element.get("t"), element.get("s"), child.tag, text)
        if key in self.made:
            return self.made[key]
        cell = self._cell(element)
        if len(self.made) < _MOST_MADE:
            self.made[key] = cell
        return cell

    def _cell(self, element: Element) -> Cell | None:
        kind = element.get("t", "n")
        style = int(element.get("s") or 0)
        if kind == "inlineStr":
            child = element.find(INLINE_STRING)
            return None if child is None else self.cells.text(_text_of(child), style, _is_struck(child))
        text = element.findtext(VALUE_TAG)
        if not text:
            if element.find(FORMULA_TAG) is not None and kind != "str":
                return Cell(f"={element.findtext(FORMULA_TAG) or ''}", "uncalculated")
            return None
        match kind:
            case "n":
                return self.cells.number(text.strip(), style, adds_rows(element.findtext(FORMULA_TAG)))
            case "s":
                return self.cells.text(self.strings[int(text)], style, int(text) in self.struck)
            case "str":
                return self.cells.text(text, style)
            case "b":
                return Cell("true" if text.strip() == "1" else "false", "truth")
            case "e":
                return Cell(text, "error")
            case "d":
                return self.cells.day(text, style)
            case _:
                raise ValueError(f"there is no type {kind[:9]} of cells")


def _row_elements(source: IO[bytes]) -> Iterator[Element]:
    """The rows of a sheet, parsed a block at a time: an event for each element would take twice as long.

    Raises:
        SyntaxError: the XML is broken.
    """
    text = source.read(_BLOCK)
    found = _ROWS_BEGIN.search(text)
    if found is None or found[0].endswith(b"/>"):  # another encoding, or no rows
        yield from (element for _, element in elements(_Again(text, source)) if element.tag == ROW_TAG)
        return
    head, rest = text[: found.end()], text[found.end() :]
    prefix = found[1] or b""
    row, tail = b"</" + prefix + b"row>", b"</" + prefix + b"sheetData></" + prefix + b"worksheet>"
    while True:
        end = rest.rfind(row) + len(row)
        if end >= len(row):
            yield from fromstring(head + rest[:end] + tail).iter(ROW_TAG)
            rest = rest[end:]
        block = source.read(_BLOCK)
        if not block:
            break
        rest += block
    yield from fromstring(head + rest).iter(ROW_TAG)


class _Again:
    """A stream with what was read of it already."""

    def __init__(self, begun: bytes, rest: IO[bytes]) -> None:
        self._begun, self._rest = begun, rest

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        begun, self._begun = self._begun, b""
        return begun or self._rest.read(size)


def transitional(path: Path) -> IO[bytes]:
    """A workbook as Office Open XML transitional, which strict files differ from in the names of their namespaces.

    Standard: ISO/IEC 29500-1 and 29500-4.
    """
    source = path.open("rb")
    with zipfile.ZipFile(source) as archive:
        main = "xl/workbook.xml"
        if main not in archive.namelist() or not _STRICT.search(archive.read(main)):
            source.seek(0)
            return source
        made: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as copy:
            for part in archive.infolist():
                text = archive.read(part)
                if part.filename.endswith((".xml", ".rels")):
                    text = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", text)
                copy.writestr(part.filename, text)
    source.close()
    made.seek(0)
    return made


@cache
def _column(letters: str) -> int:
    """The position of a column, from 0."""
    if not 0 < len(letters) <= 3:
        raise ValueError(f"there is no column {letters[:9]}")
    return sum((ord(letter) - 64) * int(26**power) for power, letter in enumerate(reversed(letters.upper()))) - 1


def _text_of(element: Element) -> str:
    """The text of a string, without the reading aids that stand beside it."""
    if len(element) == 1 and element[0].tag == _TEXT:
        return element[0].text or ""
    texts = [child.text or "" if child.tag == _TEXT else _text_of_run(child) for child in element
             if child.tag in (_TEXT, _RUN)]  # fmt: skip
    return "".join(texts)


def _text_of_run(run: Element) -> str:
    """The text of a run; raised or lowered digits as such, since 6000¹ is not 60001."""
    text, place = run.findtext(_TEXT) or "", run.find(f"{_LOOK}/{_RAISED}")
    return text if place is None else text.translate(_RAISING.get(place.get("val", ""), {}))


def _is_struck(element: Element) -> bool:
    """Whether a part of a string is struck through."""
    return any(
        look.get("val") not in ("0", "false")
        for run in element
        if run.tag == _RUN
        for look in run.iterfind(f"{_LOOK}/{_STRIKE}")
    )
