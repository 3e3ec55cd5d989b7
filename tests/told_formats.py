"""Write what is told of an answer in every format, and read the text back as a reader would see it."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

from openpyxl import load_workbook
from rich.console import Console

from policykb.answers.answer import Answer
from policykb.answers.held import Held
from policykb.reports.as_csv import to_csv
from policykb.reports.as_html import to_html
from policykb.reports.as_markdown import to_markdown
from policykb.reports.as_table import print_table
from policykb.reports.as_workbook import write_workbook
from policykb.reports.job import Job
from policykb.reports.phrases import Phrases
from policykb.reports.told import Told

__all__ = ["FORMATS", "Texts", "bare", "cells_of", "texts", "workbook"]

FORMATS = ("table", "md", "html", "csv", "xlsx")
"""The formats for people."""

Texts = dict[str, str]
"""The text of each format, without any white space."""


def bare(text: str) -> str:
    """A text without white space, in which line breaks and indentation make no difference."""
    return "".join(text.split())


def texts(told: Told, answer: Answer, phrases: Phrases) -> Texts:
    """What each format says."""
    stream = io.StringIO()
    print_table(Console(file=stream, width=600), told)
    return {
        "table": bare(stream.getvalue()),
        "md": bare(re.sub(r"\\(.)", r"\1", to_markdown(told).replace("**", ""))),
        "html": bare(_visible(to_html(told))),
        "csv": bare("\n".join(cell for row in csv.reader(io.StringIO(to_csv(told, phrases))) for cell in row)),
        "xlsx": bare("\n".join(cells_of(workbook(answer, phrases, explain=told.explains)))),
    }


def workbook(answer: Answer, phrases: Phrases, *, explain: bool = False) -> bytes:
    """The bytes of the workbook."""
    parts: list[bytes] = []
    write_workbook(Job(Held(answer), phrases, parts.append, explain=explain))
    return b"".join(parts)


def cells_of(data: bytes) -> list[str]:
    """Every text of a workbook, sheet by sheet."""
    book = load_workbook(io.BytesIO(data), read_only=True)
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    return [cell for row in rows for cell in row if isinstance(cell, str)]


class _Visible(HTMLParser):
    """Collects what a page shows; its title and style are no part of it."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element."""
        self._hidden += tag in ("style", "title", "script")

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self._hidden -= tag in ("style", "title", "script")

    def handle_data(self, data: str) -> None:
        """Keep a text that is shown."""
        if not self._hidden:
            self.parts.append(data)


def _visible(page: str) -> str:
    reader = _Visible()
    reader.feed(page)
    return "\n".join(reader.parts)
