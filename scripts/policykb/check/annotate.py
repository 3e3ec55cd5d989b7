"""A copy of the checked workbook with the marked cells coloured and the mend in a comment."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from ..errors import CallError, InputError
from ..model import Severity
from ..outgoing import sheet_text, visible
from ..readers.contents import book_kind
from ..readers.ooxml import transitional
from ..readers.raw import raw_tables
from ..readers.sources import format_of
from ..readers.tables import TableReader
from ..reports.phrases import Phrases
from .as_table import rule_words
from .packing import packed
from .run import CheckReport, Located

__all__ = ["LARGEST", "annotated", "copied"]

LARGEST = 16 * 2**20
"""Bytes of the largest file that is copied: the copy is held in memory as a whole, about a hundred times its size."""
_FILLS: dict[Severity, str] = {"error": "FFC7CE", "warning": "FFEB9C", "info": "DDEBF7"}
_GRAVE: dict[Severity, int] = {"info": 0, "warning": 1, "error": 2}
_TALLEST = 15  # lines of a comment box


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
    """
    path = copied([Path(file) for file in report.files])
    kind = format_of(path)
    book = _workbook(path) if kind == "workbook" and book_kind(path) == "xlsx" else _from_rows(path, reader)
    by_sheet: defaultdict[str | None, list[Located]] = defaultdict(list)
    for located in report.findings:
        by_sheet[located.finding.place.sheet if kind == "workbook" else None].append(located)
    for name, found in by_sheet.items():
        sheet = book.worksheets[0] if kind == "csv" else book[name] if name in book.sheetnames else None
        if sheet is not None:
            _mark(sheet, found, phrases)
    _list(book, report, phrases)
    return packed(book)


def _workbook(path: Path) -> Any:
    try:
        with warnings.catch_warnings(), transitional(path) as source:
            warnings.simplefilter("ignore")
            return load_workbook(source, keep_vba=False)
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
        for number, cells in rows:
            for index, cell in cells.items():
                if cell.text:
                    sheet.cell(number, index + 1, sheet_text(cell.text)).number_format = "@"
    return book


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
        if cell.comment is not None:
            lines.insert(0, cell.comment.text)
        comment = Comment(visible("\n\n".join(lines)), "policykb")
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
    name = phrases.say("check-sheet")
    while name in book.sheetnames:
        name += "'"
    sheet = book.create_sheet(name)
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
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor=_FILLS[finding.severity])
        if spot and (place.sheet in book.sheetnames or place.sheet is None):
            target = (place.sheet or book.sheetnames[0]).replace("'", "''")
            link = sheet.cell(row, 2)
            link.hyperlink = f"#'{target}'!{spot}"
            link.font = Font(underline="single", color="0563C1")
    for position, width in enumerate((8, 36, 24, 56, 48, 20, 28), start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.freeze_panes = "A2"
