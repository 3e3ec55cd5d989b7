"""Read workbooks of Excel 97 to 2003 and of WPS (.xls, .et), and older ones."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import xlrd
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH
from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER, XL_CELL_TEXT, XLRDError

from ..errors import InputError
from .book import Frame, HeldBook, HeldSheet, RawRow, area, plain_headings
from .cells import Cell
from .formats import Formats, built_in
from .pins import Pin, pin
from .styled import StyledCells, digits_of

__all__ = ["boxes_of", "prompts_of", "read_xls"]

_OWN_FORMATS = 164  # the number of the first format that a workbook defines itself
_HEADINGS = (0x14, 0x15)  # header and footer of the page
_VALIDATION = 0x1BE
_BEGIN, _END = 0x809, 0x0A
_OBJECT, _TEXT, _CONTINUED = 0x5D, 0x1B6, 0x3C
_BESIDE = {*_HEADINGS, _VALIDATION, _OBJECT, _TEXT, _CONTINUED}
_NOTE = 0x19  # the kind of object that is a comment
_BIFF8 = 80


def read_xls(path: Path, file: str) -> HeldBook:
    """All sheets of a workbook.

    Args:
        path: the file.
        file: its name in places.

    Raises:
        InputError: it is protected by a password.
        Exception: whatever the library meets in a broken file.
    """
    data = path.read_bytes()
    try:
        book = xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), formatting_info=True, ragged_rows=True, on_demand=True
        )
    except XLRDError as fault:
        if "encrypted" in str(fault):
            raise InputError("workbook-locked", where=file) from fault
        raise
    formats = _formats(book)
    struck = {number for number, font in enumerate(book.font_list) if font.struck_out}
    return HeldBook([_sheet(book, number, formats, struck) for number in range(book.nsheets)])


def _formats(book: Any) -> Formats:
    """What the cell styles of a workbook show."""
    codes, struck = [], set()
    for style, look in enumerate(book.xf_list):
        known = book.format_map.get(look.format_key)
        is_own = look.format_key >= _OWN_FORMATS and known is not None
        codes.append(str(known.format_str) if is_own else built_in(look.format_key))
        if look.font_index < len(book.font_list) and book.font_list[look.font_index].struck_out:
            struck.add(style)
    return Formats(codes, struck, MAC_EPOCH if book.datemode else WINDOWS_EPOCH)


def _sheet(book: Any, number: int, formats: Formats, struck: set[int]) -> HeldSheet:
    sheet = book.sheet_by_index(number)
    cells = StyledCells(formats, hides_zeros=not sheet.show_zero_values)
    areas = (area(top + 1, bottom, left, right) for top, bottom, left, right in sheet.merged_cells)
    hidden = frozenset(column for column, look in sheet.colinfo_map.items() if look.hidden)
    headings, prompts = _beside(book, number)
    notes = [one for (row, column), note in sheet.cell_note_map.items()
             for one in pin([note.text], note.author, row + 1, column)]  # fmt: skip
    around = Frame(tuple(sorted({one for one in areas if one})), hidden, tuple(headings), (*notes, *prompts))
    return HeldSheet(str(sheet.name), sheet.visibility == 0, around, list(_rows(sheet, cells, struck)))


def _rows(sheet: Any, cells: StyledCells, struck: set[int]) -> Iterator[RawRow]:
    for row in range(sheet.nrows):
        found = {}
        for column in range(sheet.row_len(row)):
            runs = sheet.rich_text_runlist_map.get((row, column), ())
            is_struck = any(font in struck for _, font in runs)
            cell = _cell(sheet.cell(row, column), cells, is_struck)
            if cell is not None:
                found[column] = cell
        look = sheet.rowinfo_map.get(row)
        yield row + 1, found, look is not None and bool(look.hidden)


def _cell(cell: Any, cells: StyledCells, is_struck_in_part: bool) -> Cell | None:
    match cell.ctype:
        case kind if kind == XL_CELL_TEXT:
            return cells.text(str(cell.value), cell.xf_index, is_struck_in_part) if cell.value else None
        case kind if kind in (XL_CELL_NUMBER, XL_CELL_DATE):
            return cells.number(digits_of(cell.value), cell.xf_index)
        case kind if kind == XL_CELL_BOOLEAN:
            return Cell("true" if cell.value else "false", "truth")
        case kind if kind == XL_CELL_ERROR:
            return Cell(xlrd.error_text_from_code.get(cell.value, "#?"), "error")
        case _:
            return None


def _beside(book: Any, number: int) -> tuple[list[str], list[Pin]]:
    """The texts of the page's header and footer and of text boxes, and the input prompts: the library has neither.

    Standard: [MS-XLS] 2.4.136, 2.4.124, 2.4.88.
    """
    if book.biff_version < _BIFF8:
        return [], []
    records = list(_records(book.mem, book._sh_abs_posn[number]))
    headings, prompts = list[str](), list[Pin]()
    for kind, said in records:
        if kind in _HEADINGS and len(said) > 3:
            text = said[3:].decode("utf-16-le" if said[2] & 1 else "latin1", errors="replace")
            headings += plain_headings(text)
        elif kind == _VALIDATION:
            prompts += prompts_of(said)
    return [*headings, *boxes_of(records)], prompts


def _records(data: Any, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of a sheet about what lies beside its cells, without those of the charts in it."""
    depth = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth < 1 and kind == _END:
            return
        if depth < 2 and kind in _BESIDE:
            yield kind, bytes(data[at + 4 : at + 4 + length])
        at += 4 + length


def boxes_of(records: Iterable[tuple[int, bytes]]) -> Iterator[str]:
    """The lines of the text boxes and other shapes that lie on a sheet.

    Standard: [MS-XLS] 2.4.181 (Obj), 2.4.329 (TxO).

    Args:
        records: the kind and content of each of its records.
    """
    is_comment, left, text = False, 0, ""
    for kind, said in records:
        if kind == _OBJECT and len(said) >= 6:
            is_comment = struct.unpack_from("<H", said, 4)[0] == _NOTE
        elif kind == _TEXT and len(said) >= 12:
            left, text = (0 if is_comment else struct.unpack_from("<H", said, 10)[0]), ""
        elif kind == _CONTINUED and left > 0 and said:
            piece = said[1:].decode("utf-16-le" if said[0] & 1 else "latin1", errors="replace")
            text, left = text + piece, left - len(piece)
            if left <= 0:
                yield from filter(None, map(str.strip, text.splitlines()))


def prompts_of(said: bytes) -> Iterator[Pin]:
    """The prompt of a validation, at each area of cells that has it.

    Args:
        said: the content of its record.
    """
    texts, at = list[str](), 4
    for _ in range(4):  # the titles of the prompt and the error, then the prompt and the error
        length, is_wide = struct.unpack_from("<HB", said, at)
        end = at + 3 + length * (2 if is_wide & 1 else 1)
        texts.append(said[at + 3 : end].decode("utf-16-le" if is_wide & 1 else "latin1", "replace").strip("\0"))
        at = end
    for _ in range(2):  # its formulas
        at += 4 + struct.unpack_from("<H", said, at)[0]
    (count,) = struct.unpack_from("<H", said, at)
    for top, bottom, left, right in struct.iter_unpack("<HHHH", said[at + 2 : at + 2 + 8 * count]):
        yield from pin((texts[0], texts[2]), "", top + 1, left, (bottom + 1, right))
