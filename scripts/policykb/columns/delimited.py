"""Open delimited text as columns of texts: its cells as they are, below a line of titles."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TextIO

from ..errors import InputError
from ..model import RecordType, Vocabulary
from ..readers.column import Column
from ..readers.tables import MOST_COLUMNS
from ..readers.words import half_width
from ..wording.catalogue import at, reason
from .sources import NUMBER, Header, Source, recognise, separator_of
from .words import ROW, VISIBLE, Item

__all__ = ["FIRST", "open_text"]

FIRST = "first cell"
"""The column of the first filled cells that the staged copy has beside its own, whose names are their positions."""
_CODE_PAGES = ("utf-8-sig", "gb18030")
_BLOCK, _WIDEST = 1 << 18, 4 * MOST_COLUMNS


def open_text(path: Path, kind: RecordType, vocabulary: Vocabulary, staging: Path) -> Source:
    """A delimited text file, staged: its cells as they are, and without its blank rows."""
    import polars as pl

    separator = separator_of(path.name)
    assert separator is not None
    text = _utf8(path, separator, staging)
    titles, number, lines = _titles(text, separator, path)
    header = recognise(titles, kind, vocabulary, str(path))
    columns = [str(position) for position in range(len(titles))]
    frame = pl.scan_csv(
        text,
        separator=separator,
        has_header=False,
        skip_lines=lines,
        schema=dict.fromkeys(columns, pl.String),
        missing_columns="insert",
        row_index_name=NUMBER,
        row_index_offset=number + 1,
        glob=False,
    )
    staged = staging / "input.parquet"
    first = pl.coalesce(columns).alias(FIRST)
    frame.with_columns(first).filter(pl.col(FIRST).is_not_null()).sink_parquet(staged)
    has_mark = pl.col(FIRST).str.contains(VISIBLE)
    if not pl.scan_parquet(staged, glob=False).select(has_mark.all()).collect().item():
        # A row that begins with a cell of blanks: its first cell is the one that follows, if any does.
        cells = (pl.when(pl.col(name).str.contains(VISIBLE)).then(pl.col(name)) for name in columns)
        first = pl.coalesce(*cells).alias(FIRST)
        frame.with_columns(first).filter(pl.col(FIRST).is_not_null()).sink_parquet(staged)
    rows = int(pl.scan_parquet(staged, glob=False).select(pl.len()).collect().item())
    items = {**header.items, ROW: Item(ROW, Column(-1, ""))}
    found = {name: columns[item.column.index] for name, item in header.items.items()} | {ROW: FIRST}
    return Source((staged,), rows, Header(items, header.types, header.ignored), found, path.stem, NUMBER)


def _titles(text: Path, separator: str, path: Path) -> tuple[list[str], int, int]:
    """The titles of a text file, the number of their row, and how many lines of the file end with it."""
    with text.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream, delimiter=separator, strict=True)
        try:
            for number, row in enumerate(rows, start=1):
                if any(map(half_width, row)):
                    return row, number, rows.line_num
        except csv.Error as fault:
            raise InputError("row-broken", where=at("at-row", file=path, row=1), detail=reason(fault, "csv")) from fault
    raise InputError("empty-table", where=str(path))


def _refuse_wide_lines(stream: TextIO, separator: str, path: Path) -> None:
    """Read a text to its end, and refuse a line of more cells than any table has: each would be a column.

    Raises:
        InputError: with the number of the line.
    """
    line, cells = 1, 0
    while block := stream.read(_BLOCK):
        start = max(block.rfind("\n"), block.rfind("\r")) + 1
        ends = block.count("\n") or block.count("\r")
        cells = block.count(separator, start) + (0 if start else cells)
        line += ends
        if cells > _WIDEST:
            where = at("at-line", file=path, line=line)
            raise InputError("too-many-columns", where=where, count=cells + 1, most=MOST_COLUMNS)


def _utf8(path: Path, separator: str, staging: Path) -> Path:
    """The file itself where it is UTF-8, else a copy of it in UTF-8."""
    for page in _CODE_PAGES:
        try:
            with path.open(encoding=page, newline="") as stream:
                _refuse_wide_lines(stream, separator, path)
        except UnicodeDecodeError:
            continue
        if page == "utf-8-sig":
            return path
        copy = staging / "input.csv"
        with path.open(encoding=page, newline="") as stream, copy.open("w", encoding="utf-8", newline="") as target:
            while block := stream.read(1 << 20):
                target.write(block)
        return copy
    raise InputError("unknown-encoding", where=str(path))
