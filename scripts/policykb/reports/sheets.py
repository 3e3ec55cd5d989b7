"""Sheets of a workbook that are written row by row, print well, and hold numbers as numbers and all else as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from math import ceil
from typing import Any, TypeAlias

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from ..doors.outgoing import csv_cell
from ..patterns import regex
from .sheet_rows import RowSheet

__all__ = ["MONEY", "PLAIN", "YUAN", "Book", "Cell", "Column", "Sheet", "row_height", "text_width"]

Cell: TypeAlias = str | int | Decimal | None
MONEY, YUAN, PLAIN = "#,##0.00####", "#,##0.00", "0"
LONGEST = 32_767
"""UTF-16 units of a cell, by the limits of the file format."""
_MOST_ROWS = 1_048_576
_A3, _A4 = 8, 9
_HAIR = 7
_EDGE = {"border": _HAIR, "border_color": "#808080"}
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E78", "valign": "vcenter", "align": "center"}
_LINE = 16.5  # points of a line; fonts with Chinese letters are as high as that
_TALLEST = 24  # lines of a row: no program shows a higher one
_WIDEST = 255
_MOST_INDENT = 15
_WIDE = regex("[\u2018-\u201f\u2026\u2e81-\U0010ffff]")
_TOKEN = regex(r"[(\[“‘（《〈「『【〔]*(?:[!-~\u00a1-\u024f]+|.)[)\]，。、；：？！”’）》〉」』】〕…]*", re.DOTALL)
"""What stays on one line: a word in Latin letters, or one Chinese letter, with the marks that cling to it."""
_CALIBRI, _CHINESE = 1.1, 2.15  # the widths of letters in the unit of the width of a column
_EPOCH = datetime(1980, 1, 1)
"""When every workbook is said to be made, so that the same answer gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in half-width characters, and the format of its numbers."""

    heading: str
    width: int
    form: str | None = None


class Book:
    """A workbook whose rows go to disk as they come, so that it holds one row of each sheet in memory.

    Args:
        stream: where the file is written when the book is closed.
        folder: where its rows lie until then.
        footer: what stands below it.
        cut: what stands at the end of a text that is too long for a cell.
        continued: names a sheet that goes on in another one, from its `sheet` and `number`.
        most: rows of a sheet.
    """

    def __init__(
        self, stream: Any, folder: str, *, footer: str, cut: str, continued: Callable[..., str], most: int = _MOST_ROWS
    ) -> None:
        self.book: Any = Workbook(stream, {"constant_memory": True, "tmpdir": folder})
        self.book.use_zip64()
        self.book.set_properties({"created": _EPOCH})
        self.footer, self.cut, self.continued, self.most = footer, cut, continued, most
        self._styles: dict[tuple[str, str, int, bool, bool, int], Any] = {}

    def style(
        self, form: str = "@", *, fill: str = "", indent: int = 0, bold: bool = False, edge: bool = True, size: int = 11
    ) -> Any:
        """The style of a cell, made once however many cells have it.

        Args:
            form: a number format, "@" for text, "right" for text that holds numbers, "head" for a heading.
            fill: a colour, empty for none.
            indent: how far it is indented.
            bold, edge, size: its font and border.
        """
        key = (form, fill, indent, bold, edge, size)
        found = self._styles.get(key)
        if found is None:
            is_text = form in ("@", "head", "right")
            looks: dict[str, object] = {"num_format": "@" if is_text else form, "valign": "top", "font_size": size}
            looks |= {"bold": bold, "text_wrap": is_text, "indent": min(indent, _MOST_INDENT)}
            looks |= {"align": "right"} if form == "right" else {}
            looks |= _EDGE if edge else {}
            looks |= {"bg_color": f"#{fill}"} if fill else {}
            looks |= _HEAD if form == "head" else {}
            found = self._styles[key] = self.book.add_format(looks)
        return found

    def text(self, text: str) -> str:
        """A text that fits into a cell and that no program takes for a formula or for markup."""
        return _cell_text(text, self.cut)

    def size(self) -> int:
        """The bytes of the rows so far, before they are packed."""
        return sum(sheet.fh.tell() for sheet in self.book.worksheets_objs)

    def close(self, header: str, without: Sequence[Sheet] = ()) -> None:
        """Write the file.

        Args:
            header: what stands above each printed page.
            without: the sheets that are left out.

        Raises:
            OSError: there is no room for it.
        """
        left_out = [sheet.sheet for sheet in without]
        kept = [sheet for sheet in self.book.worksheets_objs if sheet not in left_out]
        for index, sheet in enumerate(kept):
            sheet.index = index
            sheet.set_header(f"&C{_plain(header)}")
        for sheet in left_out:
            sheet.fh.close()
        self.book.worksheets_objs[:] = kept
        try:
            self.book.close()
        except FileCreateError as fault:
            raise OSError(*fault.args[0].args) from fault


class Sheet:
    """A sheet with a heading row that stays in sight and is printed on each page.

    What does not fit into the rows of one sheet goes on in another one.

    Args:
        book: the workbook.
        title: the name of the sheet.
        columns: its columns.
        has_head: whether the headings of the columns are shown; without them it is text to be read and not a table.
    """

    def __init__(self, book: Book, title: str, columns: Sequence[Column], *, has_head: bool = True) -> None:
        self.book, self.title, self.columns, self.has_head = book, title, columns, has_head
        self._widths = [column.width for column in columns]
        self._parts = 0
        self._last = len(columns) - 1
        self._open()

    def _open(self) -> None:
        self._parts += 1
        title = self.title if self._parts == 1 else self.book.continued(sheet=self.title, number=self._parts)
        sheet = self.sheet = self.book.book.add_worksheet(title, RowSheet)
        self._rows = 0
        for position, width in enumerate(self._widths):
            sheet.set_column(position, position, width)
        sheet.set_default_row(_LINE)
        sheet.set_paper(_A3 if self.has_head else _A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&C{self.book.footer}")
        if self.has_head:
            sheet.set_landscape()
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)
            # Codes and days are texts on purpose.
            sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_MOST_ROWS}"})
            style = self.book.style("head")
            heads = [column.heading for column in self.columns]
            self._write(heads, [style] * len(heads), self._height(heads) + _LINE)

    def row(
        self, cells: Sequence[Cell], *, fill: str = "", fill_at: int | None = None, indents: Sequence[int] = ()
    ) -> None:
        """A row of the table.

        Args:
            cells: its values, one for each column.
            fill: a colour, empty for none.
            fill_at: the column that has the colour; the whole row if None.
            indents: how far each cell is indented.
        """
        if self._rows == self.book.most:
            self.finish()
            self._open()
        styles = []
        for place, (cell, column) in enumerate(zip(cells, self.columns, strict=True)):
            form = "@" if cell is None or isinstance(cell, str) else column.form or "General"
            colour = fill if fill_at is None or fill_at == place else ""
            styles.append(self.book.style(form, fill=colour, indent=indents[place] if indents else 0))
        self._write(cells, styles, self._height(cells, indents))

    def line(self, text: str, *, indent: int = 0, bold: bool = False, size: int = 11, fill: str = "") -> None:
        """A line of text over all columns of a sheet without headings."""
        if self._rows == self.book.most:
            self._open()
        style = self.book.style(indent=indent, bold=bold, edge=False, size=size, fill=fill)
        room = (sum(self._widths) - 2 * indent) * 11 // size
        self.sheet.set_row(self._rows, _LINE * size / 11 * min(lines_of(text, max(room, 20)), _TALLEST))
        if self._last:
            self.sheet.merge_range(self._rows, 0, self._rows, self._last, "", style)
        self.sheet.write_string(self._rows, 0, self.book.text(text), style)
        self._rows += 1

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int]) -> None:
        """A small table within a sheet; it may have fewer columns than the sheet."""
        self._write(list(columns), [self.book.style("head")] * len(columns), self._height(columns) + _LINE / 2)
        for cells in rows:
            forms = ["right" if place in numeric else "@" for place in range(len(cells))]
            self._write(cells, [self.book.style(form) for form in forms], self._height(cells))

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands below the headings."""
        return self._parts == 1 and self._rows <= self.has_head

    def finish(self) -> None:
        """Filters over the rows of a table."""
        if self.has_head:
            self.sheet.autofilter(0, 0, max(self._rows - 1, 0), self._last)

    def _write(self, cells: Sequence[Cell], styles: Sequence[Any], height: float) -> None:
        # The height is written out, since not every program makes wrapped rows high enough by itself.
        texts = [self.book.text(value) if isinstance(value, str) and value else value for value in cells]
        self.sheet.write_whole_row(self._rows, height, texts, styles)
        self._rows += 1

    def _height(self, cells: Sequence[Cell], indents: Sequence[int] = ()) -> float:
        """The height of a row in which no text is cut; a column whose text would be too high is made wider."""
        most = 1
        for place, cell in enumerate(cells):
            indent = 2 * indents[place] if indents else 0
            if not isinstance(cell, str) or (len(cell) * _CHINESE <= self._widths[place] - indent and "\n" not in cell):
                continue
            while (lines := lines_of(cell, max(self._widths[place] - indent, 5))) > _TALLEST:
                if self._widths[place] == _WIDEST or cell.count("\n") >= _TALLEST:
                    break
                self._widths[place] = min(self._widths[place] * lines // _TALLEST + 4, _WIDEST)
                self.sheet.set_column(place, place, self._widths[place])
            most = max(most, lines)
        return _LINE * min(most, _TALLEST)


def row_height(cells: Sequence[Cell], widths: Sequence[int]) -> float:
    """The height, in points, of a row in which no text is cut unless no program shows one so high."""
    lines = [lines_of(cell, width) for cell, width in zip(cells, widths, strict=True) if isinstance(cell, str)]
    return _LINE * min(max(lines, default=1), _TALLEST)


@lru_cache(maxsize=2**13)
def lines_of(text: str, width: int) -> int:
    """The lines that a text takes in a column: words in Latin letters stay whole where they can."""
    lines = 0
    for part in text.split("\n"):
        lines += 1
        if text_width(part) <= width:
            continue
        room = float(width)
        for token in _TOKEN.findall(part):
            needs = text_width(token)
            if needs > room:
                begun = int(room < width)
                more = max(ceil(needs / width), 1)
                lines, room = lines + more - 1 + begun, more * width
            room -= needs
    return lines


@lru_cache(maxsize=2**13)
def _cell_text(text: str, cut: str) -> str:
    text = f"'{text}" if text.startswith("<r>") else csv_cell(text)
    if len(text) <= LONGEST // 2 or len(text.encode("utf-16-le")) <= 2 * LONGEST:
        return text
    room = 2 * (LONGEST - len(cut))
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + cut


def _plain(text: str) -> str:
    """A text for a page's header, where an ampersand begins a code."""
    return text.replace("&", "&&")


@lru_cache(maxsize=2**14)
def text_width(text: str) -> float:
    """The width of a text in the unit of the width of a column."""
    return len(text) * _CALIBRI + (0 if text.isascii() else len(_WIDE.findall(text)) * (_CHINESE - _CALIBRI))
