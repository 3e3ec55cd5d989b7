"""Sheets of a workbook that are written row by row, print well, and hold numbers as numbers and all else as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from xlsxwriter import Workbook

from ..outgoing import csv_cell

__all__ = ["MONEY", "PLAIN", "YUAN", "Book", "Cell", "Column", "Sheet"]

Cell: TypeAlias = str | int | Decimal | None
MONEY, YUAN, PLAIN = "#,##0.00####", "#,##0.00", "0"
LONGEST = 32_767
"""UTF-16 units of a cell, by the limits of the file format."""
_MOST_ROWS = 1_048_576
_A3, _A4 = 8, 9
_HAIR = 7
_EDGE = {"border": _HAIR, "border_color": "#808080"}
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E78", "valign": "vcenter", "align": "center"}
_LINE = 15.0  # points, the height of a row that says nothing else
_TALLEST = 15  # lines of a row
_MOST_INDENT = 15
_WIDE = re.compile("[\u2e81-\U0010ffff]")
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
        header: what stands above each printed page.
        footer: what stands below it.
        cut: what stands at the end of a text that is too long for a cell.
        continued: names a sheet that goes on in another one, from its `sheet` and `number`.
        most: rows of a sheet.
    """

    def __init__(
        self, stream: Any, *, header: str, footer: str, cut: str, continued: Callable[..., str], most: int = _MOST_ROWS
    ) -> None:
        self.book: Any = Workbook(stream, {"constant_memory": True})
        self.book.use_zip64()
        self.book.set_properties({"created": _EPOCH})
        self.header, self.footer, self.cut, self.continued, self.most = header, footer, cut, continued, most
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

    def close(self) -> None:
        """Write the file."""
        self.book.close()


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
        self._parts = 0
        self._last = len(columns) - 1
        self._open()

    def _open(self) -> None:
        self._parts += 1
        title = self.title if self._parts == 1 else self.book.continued(sheet=self.title, number=self._parts)
        sheet = self.sheet = self.book.book.add_worksheet(title)
        self._rows = 0
        for position, column in enumerate(self.columns):
            sheet.set_column(position, position, column.width)
        sheet.set_paper(_A3 if self.has_head else _A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f"&C{_plain(self.book.header)}")
        sheet.set_footer(f"&C{self.book.footer}")
        if self.has_head:
            sheet.set_landscape()
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)
            # Codes and days are texts on purpose.
            sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_MOST_ROWS}"})
            style = self.book.style("head")
            self._write([column.heading for column in self.columns], [style] * len(self.columns), 48)

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
        self._write(cells, styles, self._height(cells))

    def line(self, text: str, *, indent: int = 0, bold: bool = False, size: int = 11, fill: str = "") -> None:
        """A line of text over all columns of a sheet without headings."""
        if self._rows == self.book.most:
            self._open()
        style = self.book.style(indent=indent, bold=bold, edge=False, size=size, fill=fill)
        width = sum(column.width for column in self.columns)
        lines = -(-_wide(text) * size // (11 * max(width - 2 * indent, 20)))
        self.sheet.set_row(self._rows, 15 * size / 11 * max(lines, 1))
        if self._last:
            self.sheet.merge_range(self._rows, 0, self._rows, self._last, "", style)
        self.sheet.write_string(self._rows, 0, self._text(text), style)
        self._rows += 1

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int]) -> None:
        """A small table within a sheet; it may have fewer columns than the sheet."""
        self._write(list(columns), [self.book.style("head")] * len(columns), 30)
        for cells in rows:
            forms = ["right" if place in numeric else "@" for place in range(len(cells))]
            self._write(cells, [self.book.style(form) for form in forms], self._height(cells))

    def finish(self) -> None:
        """Filters over the rows of a table."""
        if self.has_head:
            self.sheet.autofilter(0, 0, max(self._rows - 1, 0), self._last)

    def _write(self, cells: Sequence[Cell], styles: Sequence[Any], height: float) -> None:
        sheet, row = self.sheet, self._rows
        if height != _LINE:
            # Written out, since not every program makes wrapped rows high enough by itself.
            sheet.set_row(row, height)
        for place, (value, style) in enumerate(zip(cells, styles, strict=True)):
            if value is None or value == "":
                sheet.write_blank(row, place, None, style)
            elif isinstance(value, str):
                sheet.write_string(row, place, self._text(value), style)
            else:
                sheet.write_number(row, place, value, style)
        self._rows += 1

    def _text(self, text: str) -> str:
        """A text that fits into a cell and that no program takes for a formula or for markup."""
        text = f"'{text}" if text.startswith("<r>") else csv_cell(text)
        if len(text) <= LONGEST // 2 or len(text.encode("utf-16-le")) <= 2 * LONGEST:
            return text
        room = 2 * (LONGEST - len(self.book.cut))
        return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + self.book.cut

    def _height(self, cells: Sequence[Cell]) -> float:
        lines = 1
        for cell, column in zip(cells, self.columns, strict=False):
            if isinstance(cell, str):
                if 22 * len(cell) > 10 * column.width:
                    lines = max(lines, sum(_lines(part, column.width) for part in cell.split("\n")))
                elif "\n" in cell:
                    lines = max(lines, cell.count("\n") + 1)
        return _LINE * min(lines, _TALLEST)


def _lines(text: str, width: int) -> int:
    """The lines that a text takes in a column; the font is a tenth wider than the unit of its width."""
    return -(-max(_wide(text), 1) * 11 // (10 * width))


def _plain(text: str) -> str:
    """A text for a page's header, where an ampersand begins a code."""
    return text.replace("&", "&&")


def _wide(text: str) -> int:
    """The width of a text in half-width characters."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))
