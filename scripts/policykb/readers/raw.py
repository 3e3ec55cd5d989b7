"""The rows of a table file as they are written, for reports that show them; nothing is interpreted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .csv_table import text_rows
from .sources import format_of
from .tables import Row, TableReader
from .workbook import open_book, sheet_rows

__all__ = ["raw_tables"]


def raw_tables(path: Path, reader: TableReader) -> Iterator[tuple[str | None, Iterator[Row]]]:
    """The tables of a file: the sheet's name (None for delimited text) and its rows. Other formats have none.

    Each table's rows must be used before the next table is asked for.

    Raises:
        InputError: the file cannot be used.
    """
    kind = format_of(path)
    if kind == "csv":
        yield None, text_rows(path, str(path), reader.names)
    elif kind == "workbook":
        book = open_book(path, str(path))
        try:
            for sheet in book.sheets:
                if sheet.is_visible:
                    yield sheet.title, sheet_rows(sheet, str(path))
        finally:
            book.close()
