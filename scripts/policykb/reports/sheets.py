"""Sheets of a workbook that are written row by row, print well, and hold numbers as numbers and all else as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from ..outgoing import sheet_text

__all__ = ["MONEY", "PLAIN", "Cell", "Column", "Sheet", "Styles"]

Cell: TypeAlias = str | int | Decimal | None
MONEY, PLAIN = "#,##0.00####", "0"
_HAIR = Side(style="hair", color="808080")
_EDGE = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_HEAD = PatternFill("solid", fgColor="1F4E78")
_TALLEST = 15  # lines of a row
_MOST_INDENT = 15


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in half-width characters, and the format of its numbers."""

    heading: str
    width: int
    form: str | None = None


class Styles:
    """The styles of a workbook, each made once however many cells have it."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._known: set[str] = set()

    def cell(
        self, form: str = "@", *, fill: str = "", indent: int = 0, bold: bool = False, edge: bool = True, size: int = 11
    ) -> str:
        """The name of the style of a cell.

        Args:
            form: a number format, "@" for text, "right" for text that holds numbers, "head" for a heading.
            fill: a colour, empty for none.
            indent: how far it is indented.
            bold, edge, size: its font and border.
        """
        name = f"pkb {form} {fill} {indent} {bold} {edge} {size}"
        if name not in self._known:
            self._known.add(name)
            is_text = form in ("@", "head", "right")
            style = NamedStyle(name, number_format="@" if is_text else form)
            side = "left" if indent else "right" if form == "right" else None
            style.alignment = Alignment(
                wrap_text=is_text, vertical="top", horizontal=side, indent=min(indent, _MOST_INDENT)
            )
            style.font = Font(bold=bold, size=size)
            if edge:
                style.border = _EDGE
            if fill:
                style.fill = PatternFill("solid", fgColor=fill)
            if form == "head":
                style.font, style.fill = Font(bold=True, color="FFFFFF"), _HEAD
                style.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
            self._book.add_named_style(style)
        return name


class Sheet:
    """A sheet with a heading row that stays in sight and is printed on each page.

    Args:
        book: the workbook, in write-only mode.
        styles: its styles.
        title: the name of the sheet.
        columns: its columns.
        has_head: whether the headings of the columns are shown.
    """

    def __init__(
        self, book: Workbook, styles: Styles, title: str, columns: Sequence[Column], *, has_head: bool = True
    ) -> None:
        self.sheet: Any = book.create_sheet(title)
        self.columns, self.styles = columns, styles
        self._rows = 0
        # What stands before the rows in the file has to be known before the first of them.
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True
        for position, column in enumerate(columns, start=1):
            self.sheet.column_dimensions[get_column_letter(position)].width = column.width
        if has_head:
            self.sheet.freeze_panes = "A2"
            self.sheet.print_title_rows = "1:1"
            self._write([column.heading for column in columns], [styles.cell("head")] * len(columns), 48)

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
        styles = []
        for place, (cell, column) in enumerate(zip(cells, self.columns, strict=True)):
            is_number = isinstance(cell, int | Decimal)
            colour = fill if fill_at is None or fill_at == place else ""
            form = (column.form or "General") if is_number else "@"
            styles.append(self.styles.cell(form, fill=colour, indent=indents[place] if indents else 0))
        self._write(cells, styles, self._height(cells))

    def line(self, text: str, *, indent: int = 0, bold: bool = False, size: int = 11, fill: str = "") -> None:
        """A line of text over the first column of a sheet without headings."""
        style = self.styles.cell(indent=indent, bold=bold, edge=False, size=size, fill=fill)
        width = sum(column.width for column in self.columns)
        lines = -(-_wide(text) * size // (11 * max(width - 2 * indent, 20)))
        self._write([text], [style], 15 * size / 11 * max(lines, 1))
        area = CellRange(f"A{self._rows}:{get_column_letter(len(self.columns))}{self._rows}")
        self.sheet.merged_cells.ranges.add(area)  # which does not look through those that are there, as `add` does

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int]) -> None:
        """A small table within a sheet; it may have fewer columns than the sheet."""
        self._write(list(columns), [self.styles.cell("head")] * len(columns), 30)
        for cells in rows:
            forms = ["right" if place in numeric else "@" for place in range(len(cells))]
            self._write(cells, [self.styles.cell(form) for form in forms], self._height(cells))

    def finish(self, header: str, footer: str, *, is_table: bool = True) -> None:
        """Filters, and pages that print as wide as the sheet with a header and the page number."""
        sheet = self.sheet
        if is_table:
            sheet.auto_filter.ref = f"A1:{get_column_letter(len(self.columns))}{self._rows}"
            sheet.page_setup.orientation = Worksheet.ORIENTATION_LANDSCAPE
        sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A3 if is_table else Worksheet.PAPERSIZE_A4
        sheet.page_setup.fitToHeight = 0
        sheet.HeaderFooter.oddHeader.center.text = header
        sheet.HeaderFooter.oddFooter.center.text = footer

    def _write(self, cells: Sequence[Cell], styles: Sequence[str], height: float) -> None:
        self._rows += 1
        # Written out, since not every program makes wrapped rows high enough by itself.
        self.sheet.row_dimensions[self._rows].height = height
        row = []
        for value, style in zip(cells, styles, strict=True):
            cell = WriteOnlyCell(self.sheet)
            cell.value = sheet_text(value) if isinstance(value, str) else value
            cell.style = style
            row.append(cell)
        self.sheet.append(row)

    def _height(self, cells: Sequence[Cell]) -> float:
        lines = max(
            sum(-(-max(_wide(part), 1) * 11 // (10 * column.width)) for part in cell.split("\n"))
            if isinstance(cell, str)
            else 1
            for cell, column in zip(cells, self.columns, strict=False)
        )
        return 15.0 * min(max(lines, 1), _TALLEST)


def _wide(text: str) -> int:
    """The width of a text in half-width characters."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)
