"""Read binary workbooks (.xlsb), record by record.

Standard: [MS-XLSB] 2.4; the libraries for it give values without number formats, merged cells and hidden rows.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree.ElementTree import fromstring

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from .book import Area, Frame, HeldBook, HeldSheet, RawRow, area, plain_headings
from .cells import Cell
from .formats import Formats, built_in
from .ooxml_pins import boxes, sheet_rels
from .pins import Pin, pin
from .styled import StyledCells, digits_of

__all__ = ["ERRORS", "read_xlsb"]

_ROW, _RK, _ERROR, _TRUTH, _REAL, _TEXT, _SHARED = 0, 2, 3, 4, 5, 6, 7
_OF_FORMULA = {8: _TEXT, 9: _REAL, 10: _TRUTH, 11: _ERROR}
_STRING, _FONT, _FORMAT, _STYLE, _COLUMN, _RICH = 19, 43, 44, 47, 60, 62
_END, _BOOK, _SHEET, _MERGED, _HEADINGS, _STYLES, _STYLES_END = 130, 153, 156, 176, 479, 617, 618
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_VALIDATION, _AUTHOR, _COMMENT, _COMMENT_TEXT = 64, 632, 635, 637
_MOST_HIDDEN = 16_384  # columns


@dataclass(slots=True)
class _Shared:
    """What belongs to the workbook as a whole: its strings, those struck in part, and what its styles show."""

    cells: StyledCells
    strings: list[str] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)


def read_xlsb(path: Path) -> HeldBook:
    """All sheets of a binary workbook.

    Raises:
        Exception: whatever comes of a broken record.
    """
    with zipfile.ZipFile(path) as archive:
        rels = fromstring(archive.read("xl/_rels/workbook.bin.rels"))
        parts = {rel.get("Id", ""): (rel.get("Type", ""), rel.get("Target", "")) for rel in rels}
        book = list(_records(archive.read("xl/workbook.bin")))
        is_mac = any(kind == _BOOK and data[0] & 1 for kind, data in book)
        names = set(archive.namelist())
        styles = archive.read("xl/styles.bin") if "xl/styles.bin" in names else b""
        struck, formats = _formats(styles, is_mac)
        shared = _Shared(StyledCells(formats))
        if "xl/sharedStrings.bin" in names:
            for kind, data in _records(archive.read("xl/sharedStrings.bin")):
                if kind == _STRING:
                    text, is_struck = _rich(data, 0, struck)
                    if is_struck:
                        shared.struck.add(len(shared.strings))
                    shared.strings.append(text)
        sheets = []
        for kind, data in book:
            if kind == _SHEET:
                rel, end = _wide(data, 8)
                sort, target = parts[rel]
                if sort.endswith("/worksheet"):
                    name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                    part = archive.read(name)
                    is_visible = struct.unpack_from("<L", data)[0] == 0
                    sheet = _sheet(_wide(data, end)[0], is_visible, part, shared, struck)
                    around = sheet.around
                    pins = (*around.pins, *_comments(archive, name, struck))
                    said = tuple(dict.fromkeys((*around.headings, *boxes(archive, name))))
                    sheets.append(replace(sheet, around=replace(around, pins=pins, headings=said)))
        return HeldBook(sheets)


def _sheet(title: str, is_visible: bool, part: bytes, shared: _Shared, struck: set[int]) -> HeldSheet:
    rows: list[RawRow] = []
    merged: set[Area] = set()
    hidden: set[int] = set()
    headings: dict[str, None] = {}
    pins: list[Pin] = []
    kind = _END
    for kind, data in _records(part):
        if kind == _ROW:
            rows.append((struct.unpack_from("<L", data)[0] + 1, {}, bool(data[11] & 0x10)))
        elif kind in _OF_FORMULA or kind in (_RK, _ERROR, _TRUTH, _REAL, _TEXT, _SHARED, _RICH):
            column, style = struct.unpack_from("<LL", data)
            cell = _cell(_OF_FORMULA.get(kind, kind), data, style & 0xFFFFFF, shared, struck)
            if cell is not None:
                rows[-1][1][column] = cell
        elif kind == _COLUMN:
            first, last, _, _, look = struct.unpack_from("<LLLLH", data)
            hidden |= set(range(first, min(last + 1, _MOST_HIDDEN))) if look & 1 else set()
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<LLLL", data)
            found = area(top + 1, bottom + 1, left, right + 1)
            merged |= {found} if found is not None else set()
        elif kind == _HEADINGS:
            at = 2
            while at < len(data):
                text, at = _wide(data, at)
                headings |= dict.fromkeys(plain_headings(text))
        elif kind == _VALIDATION:
            pins += _prompts(data)
    if kind != _END:
        raise ValueError("a sheet is cut off")
    around = Frame(tuple(sorted(merged)), frozenset(hidden), tuple(headings), tuple(pins))
    return HeldSheet(title, is_visible, around, rows)


def _prompts(data: bytes) -> Iterator[Pin]:
    """The prompt of a validation, at each area of cells that has it."""
    (count,) = struct.unpack_from("<L", data, 4)
    texts, at = list[str](), 8 + 16 * count
    for _ in range(4):  # the title of the error and the error, those of the prompt
        text, at = _wide(data, at)
        texts.append(text)
    for top, bottom, left, right in struct.iter_unpack("<LLLL", data[8 : 8 + 16 * count]):
        yield from pin(texts[2:], "", top + 1, left, (bottom + 1, right))


def _comments(archive: zipfile.ZipFile, sheet: str, struck: set[int]) -> Iterator[Pin]:
    """The comments of a sheet, from the part that holds them."""
    for part in sheet_rels(archive, sheet, "/comments"):
        authors, author, row, column = list[str](), "", 0, 0
        for kind, data in _records(archive.read(part)):
            if kind == _AUTHOR:
                authors.append(_wide(data, 0)[0])
            elif kind == _COMMENT:
                number, row, _, column = struct.unpack_from("<LLLL", data)
                author = authors[number] if number < len(authors) else ""
            elif kind == _COMMENT_TEXT:
                yield from pin([_rich(data, 0, struck)[0]], author, row + 1, column)


def _cell(kind: int, data: bytes, style: int, shared: _Shared, struck: set[int]) -> Cell | None:
    cells = shared.cells
    if kind == _REAL:
        return cells.number(digits_of(struct.unpack_from("<d", data, 8)[0]), style)
    if kind == _RK:
        return cells.number(digits_of(_compressed(struct.unpack_from("<l", data, 8)[0])), style)
    if kind == _SHARED:
        number = struct.unpack_from("<L", data, 8)[0]
        text = shared.strings[number]
        return cells.text(text, style, number in shared.struck) if text else None
    if kind == _TRUTH:
        return Cell("true" if data[8] else "false", "truth")
    if kind == _ERROR:
        return Cell(ERRORS.get(data[8], "#?"), "error")
    text, is_struck = _rich(data, 8, struck) if kind == _RICH else (_wide(data, 8)[0], False)
    return cells.text(text, style, is_struck) if text else None


def _formats(styles: bytes, is_mac: bool) -> tuple[set[int], Formats]:
    """The fonts that strike through, and what the styles of cells show."""
    own: dict[int, str] = {}
    fonts, codes, struck = 0, list[str](), set[int]()
    struck_fonts: set[int] = set()
    is_of_cells = False
    for kind, data in _records(styles):
        if kind == _FORMAT:
            own[struct.unpack_from("<H", data)[0]] = _wide(data, 2)[0]
        elif kind == _FONT:
            struck_fonts |= {fonts} if data[2] & 8 else set()
            fonts += 1
        elif kind in (_STYLES, _STYLES_END):
            is_of_cells = kind == _STYLES
        elif kind == _STYLE and is_of_cells:
            _, number, font = struct.unpack_from("<HHH", data)
            struck |= {len(codes)} if font in struck_fonts else set()
            codes.append(_code(number, own))
    return struck_fonts, Formats(codes, struck, MAC_EPOCH if is_mac else WINDOWS_EPOCH)


def _code(number: int, own: Mapping[int, str]) -> str:
    return own[number] if number in own else built_in(number)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a part: kind and content; both the kind and the length take as many bytes as they need."""
    at = 0
    while at < len(data):
        kind, at = _number(data, at, 2)
        length, at = _number(data, at, 4)
        if at + length > len(data):
            raise ValueError("a record is cut off")
        yield kind, data[at : at + length]
        at += length


def _number(data: bytes, at: int, longest: int) -> tuple[int, int]:
    found = 0
    for place in range(longest):
        found |= (data[at] & 0x7F) << 7 * place
        at += 1
        if data[at - 1] < 0x80:
            break
    return found, at


def _wide(data: bytes, at: int) -> tuple[str, int]:
    """A text and the position behind it; one that is not there is empty."""
    (length,) = struct.unpack_from("<L", data, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(data):
        raise ValueError("a text is cut off")
    return data[at + 4 : end].decode("utf-16-le"), end


def _rich(data: bytes, at: int, struck: set[int]) -> tuple[str, bool]:
    """A text, and whether a part of it is struck through."""
    text, end = _wide(data, at + 1)
    if not data[at] & 1:
        return text, False
    (count,) = struct.unpack_from("<L", data, end)
    return text, any(struct.unpack_from("<HH", data, end + 4 + 4 * run)[1] in struck for run in range(count))


def _compressed(written: int) -> float:
    """A number in 32 bits: a whole one, or the upper half of a double; either may be in hundredths."""
    if written & 2:
        value = float(written >> 2)
    else:
        (value,) = struct.unpack("<d", struct.pack("<LL", 0, written & 0xFFFFFFFC))
    return value / 100 if written & 1 else value
