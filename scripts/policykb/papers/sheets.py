"""A workbook of tables, with numbers as numbers; what they rest on stands on the last sheet."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ..doors.writing import not_written
from ..reports.phrases import Phrases
from ..reports.sheets import Book, Column, Sheet
from ..version import __version__
from .tables import Table

__all__ = ["write_book"]

_TOTAL = "DDEBF7"


def write_book(path: Path, tables: Sequence[Table], around: Sequence[str], phrases: Phrases) -> None:
    """Write tables, a sheet for each.

    Args:
        path: the file.
        tables: what stands in it.
        around: its title, and what else is to be said of it.
        phrases: the wordings.

    Raises:
        CallError: it cannot be written.
    """
    say = phrases.say
    try:
        with TemporaryDirectory(prefix="policykb-") as folder:
            ends, continued = (say("book-page"), say("book-cut")), partial(say, "book-continued")
            book = Book(str(path), folder, footer=ends[0], cut=ends[1], continued=continued)
            for title, columns, rows, totals in tables:
                heads = [Column(say(text), width, form) for text, width, form in columns.values()]
                sheet = Sheet(book, say(title), heads)
                for row in rows:
                    sheet.row([row[name] for name in columns])
                sheet.finish()
                for row in totals:
                    sheet.row([row.get(name) for name in columns], fill=_TOTAL)
            about = Sheet(book, say("book-about"), [Column("", 85)], has_head=False)
            for number, line in enumerate(around):
                about.line(line, bold=number == 0)
            book.close(around[0])
        with zipfile.ZipFile(path, "a") as file:
            # Tells whose file it is without unpacking it.
            file.comment = f"policykb {__version__}".encode()
    except OSError as fault:
        raise not_written(path, fault) from fault
