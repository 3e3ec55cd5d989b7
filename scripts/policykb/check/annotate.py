"""A copy of the checked workbook with the marked cells coloured and the mend in a comment."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from ..doors.outgoing import sheet_text, visible
from ..doors.packing import packed
from ..errors import CallError, InputError
from ..model import Severity
from ..readers.contents import book_kind
from ..readers.ooxml import transitional
from ..readers.pins import OWN_AUTHOR
from ..readers.raw import raw_tables
from ..readers.sheet.regions import Kind
from ..readers.sources import format_of
from ..readers.tables import TableReader
from ..reports.phrases import Phrases
from ..reports.sheets import row_height, text_width
from .as_table import rule_words
from .regions import SheetParts, told_regions
from .run import CheckReport, Located

__all__ = ["LARGEST", "annotated", "copied"]

LARGEST = 16 * 2**20
"""Bytes of the largest file that is copied: the copy is held in memory as a whole, about a hundred times its size."""
_FILLS: dict[Severity, str] = {"error": "FFC7CE", "warning": "FFEB9C", "info": "DDEBF7"}
_GRAVE: dict[Severity, int] = {"info": 0, "warning": 1, "error": 2}
_TALLEST = 15  # lines of a comment box
_REGIONS: dict[Kind, str] = {
    "title": "D9D9D9",
    "unit": "CCC0DA",
    "unclear": "F4B084",
    "header": "9BC2E6",
    "records": "E2EFDA",
    "total": "BFBFBF",
    "part": "BFBFBF",
    "sum": "F4B084",
    "example": "EDEDED",
    "remark": "EDEDED",
    "unused": "EDEDED",
    "again": "9BC2E6",
    "doubtful": "F4B084",
    "hidden": "D6DCE4",
    "struck": "D6DCE4",
}
_LEGEND = (16, 36, 100)
_WIDEST = 48
_LIST = (8, 36, 24, 56, 48, 20, 28)
_LAST_ROW = 2**20  # of a workbook
_MOST_COLOURED = 200_000
"""Cells that are coloured: no larger sheet is looked at for its colours."""


def copied(files: Sequence[Path]) -> Path:
    """The one file of a check that is to be copied.

    Raises:
        CallError: there are several, it is no table, or it is too large to copy.
        InputError: it cannot be used at all.
    """
    if len(files) != 1:
        raise CallError("annotate-one-file")
    path = files[0]
    if format_of(path) not in ("workbook", "csv"):
        raise CallError("annotate-kind", where=str(path))
    if path.stat().st_size > LARGEST:
        raise CallError("annotate-too-large", where=str(path), megabytes=LARGEST // 2**20)
    return path


def annotated(report: CheckReport, phrases: Phrases, reader: TableReader) -> bytes:
    """The copy as the bytes of an .xlsx file: formulas stay as they are, macros are left behind.

    Args:
        report: what was found in one workbook or one delimited text file.
        phrases: the wordings in the reader's language.
        reader: what read the table.

    Raises:
        CallError: the report is about several files, about no table, or about one that is too large to copy.
        InputError: it names rows that no workbook has.
    """
    path = copied([Path(file) for file in report.files])
    kind = format_of(path)
    book = _workbook(path) if kind == "workbook" and book_kind(path) == "xlsx" else _from_rows(path, reader)
    by_sheet: defaultdict[str | None, list[Located]] = defaultdict(list)
    for located in report.findings:
        by_sheet[located.finding.place.sheet if kind == "workbook" else None].append(located)
    parts = list(told_regions(report.regions, phrases))
    rows = (
        *(part.last for told in parts for part in told.parts),
        *(one.finding.place.row or 0 for one in report.findings),
    )
    if max(rows, default=0) > _LAST_ROW:
        raise InputError("annotate-uncopied", where=str(path))
    for told in parts:
        _colour(book.worksheets[0] if kind == "csv" else book[told.sheet], told)
    for name, found in by_sheet.items():
        sheet = book.worksheets[0] if kind == "csv" else book[name] if name in book.sheetnames else None
        if sheet is not None:
            _mark(sheet, found, phrases)
    _list(book, report, phrases)
    _legend(book, parts, phrases)
    return packed(book)


def _workbook(path: Path) -> Any:
    try:
        with warnings.catch_warnings(), transitional(path) as source:
            warnings.simplefilter("ignore")
            return load_workbook(source, keep_vba=False, rich_text=True)
    except Exception as fault:  # openpyxl raises whatever its parsers meet in a part that the check does not need
        raise InputError("annotate-uncopied", where=str(path)) from fault


def _from_rows(path: Path, reader: TableReader) -> Any:
    """The rows of a file as the texts of new sheets; that of a text file is named after its record type."""
    book = Workbook()
    book.remove(book.worksheets[0])
    kind = reader.names.record_type(path.stem)
    for title, rows in raw_tables(path, reader):
        named = title or (kind.label.zh if kind else visible(path.stem))
        sheet = book.create_sheet("".join(letter for letter in named if letter not in "[]:*?/\\'")[:31] or "1")
        widths: defaultdict[int, int] = defaultdict(int)
        for number, cells in rows:
            for index, cell in cells.items():
                if cell.text:
                    sheet.cell(number, index + 1, sheet_text(cell.text)).number_format = "@"
                    widths[index] = max(widths[index], min(ceil(text_width(cell.text)) + 2, _WIDEST))
        for index, width in widths.items():
            sheet.column_dimensions[get_column_letter(index + 1)].width = width
    return book


def _colour(sheet: Any, told: SheetParts) -> None:
    """Show by their colour what the rows of a sheet were taken for; what lies within a region comes later."""
    left = _MOST_COLOURED
    for part in sorted(told.parts, key=lambda part: part.first - part.last):
        fill, size = PatternFill("solid", fgColor=_REGIONS[part.kind]), (part.last - part.first + 1) * (told.last + 1)
        if size > left:
            continue
        left -= size
        for row in range(part.first, part.last + 1):
            for column in range(1, told.last + 2):
                sheet.cell(row, column).fill = fill


def _legend(book: Any, parts: Sequence[SheetParts], phrases: Phrases) -> None:
    """A sheet that says what each colour stands for, and what each part of the sheets was taken for."""
    sheet = _new_sheet(book, phrases.say("region-legend"))
    for severity, colour in _FILLS.items():
        sheet.append([None, phrases.say(f"severity-{severity}"), phrases.say("region-finding")])
        sheet.cell(sheet.max_row, 2).fill = PatternFill("solid", fgColor=colour)
    row = sheet.max_row
    for told in parts:
        row += 2
        sheet.cell(row, 1, sheet_text(told.heading)).font = Font(bold=True, size=13)
        row += 1
        for column, name in enumerate(("rows", "taken", "why"), start=1):
            sheet.cell(row, column, phrases.say(f"region-column-{name}")).font = Font(bold=True)
        for part in told.parts:
            row += 1
            cells = (part.rows, part.taken_for, part.why or "\n".join(part.columns))
            for column, text in enumerate(cells, start=1):
                cell = sheet.cell(row, column, sheet_text(text))
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            sheet.cell(row, 2).fill = PatternFill("solid", fgColor=_REGIONS[part.kind])
            sheet.row_dimensions[row].height = row_height(cells, _LEGEND)
    _widths(sheet, _LEGEND)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _new_sheet(book: Any, name: str) -> Any:
    while name in book.sheetnames:
        name += "'"
    return book.create_sheet(name)


def _widths(sheet: Any, widths: Sequence[int]) -> None:
    for position, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width


def _mark(sheet: Any, found: Iterable[Located], phrases: Phrases) -> None:
    by_cell: defaultdict[tuple[int, int], list[Located]] = defaultdict(list)
    for located in found:
        place = located.finding.place
        if place.row is not None:
            by_cell[place.row, place.index or 0].append(located)
    merged = [area for area in sheet.merged_cells.ranges if area.size["rows"] * area.size["columns"] > 1]
    for (row, index), here in by_cell.items():
        at = (row, index + 1)
        for area in merged:
            if area.min_row <= row <= area.max_row and area.min_col <= index + 1 <= area.max_col:
                at = (area.min_row, area.min_col)  # the only cell of a merged area that can hold a comment
        cell = sheet.cell(*at)
        gravest = max((located.finding.severity for located in here), key=_GRAVE.__getitem__)
        cell.fill = PatternFill("solid", fgColor=_FILLS[gravest])
        lines = [_words(located, phrases) for located in here]
        author = OWN_AUTHOR
        if cell.comment is not None:
            lines.insert(0, cell.comment.text)
            author = cell.comment.author  # what it says is read once more
        comment = Comment(visible("\n\n".join(lines)), author)
        comment.width = 360
        comment.height = 22 * min(_TALLEST, 2 + sum(len(line) // 24 + line.count("\n") + 1 for line in lines))
        cell.comment = comment


def _words(located: Located, phrases: Phrases) -> str:
    finding = located.finding
    depends = rule_words(located, phrases)
    parts = [
        f"[{phrases.say(f'severity-{finding.severity}')}] {finding.message.get(phrases.lang)}",
        finding.mend.get(phrases.lang),
        phrases.say("check-depends", articles=depends) if depends else "",
    ]
    return "\n".join(part for part in parts if part)


def _list(book: Any, report: CheckReport, phrases: Phrases) -> None:
    """A sheet with all findings, each linked to its cell."""
    sheet = _new_sheet(book, phrases.say("check-sheet"))
    heads = ("severity", "place", "value", "problem", "mend", "affects", "rule")
    sheet.append([phrases.say(f"check-{head}") for head in heads])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for located in report.findings:
        finding, place = located.finding, located.finding.place
        spot = place.cell or (f"A{place.row}" if place.row else "")
        texts = (
            phrases.say(f"severity-{finding.severity}"),
            phrases.join(part for part in (place.sheet, spot, phrases.fact(place.column or "")) if part),
            finding.value or "",
            finding.message.get(phrases.lang),
            finding.mend.get(phrases.lang),
            rule_words(located, phrases),
            finding.rule,
        )
        sheet.append([sheet_text(text) for text in texts])
        row = sheet.max_row
        for cell in sheet[row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = row_height(texts, _LIST)
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor=_FILLS[finding.severity])
        if spot and (place.sheet in book.sheetnames or place.sheet is None):
            target = (place.sheet or book.sheetnames[0]).replace("'", "''")
            link = sheet.cell(row, 2)
            link.hyperlink = f"#'{target}'!{spot}"
            link.font = Font(underline="single", color="0563C1")
    _widths(sheet, _LIST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_LIST))}{sheet.max_row}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
