"""Write what is told of an answer in every format, and read the text back as a reader would see it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import cast

from openpyxl import load_workbook
from rich.console import Console

from policykb.answers.answer import Answer
from policykb.answers.run import Portion, Run
from policykb.law.receipt import Receipt
from policykb.model import Finding
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


class Held:
    """An answer that is held as a whole, as `Run` gives it out: in one portion."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.records, self.base = answer, answer.records, answer.receipt
        self.grouping = answer.enterprises
        self.repeated = {name for name, count in Counter(one.id for one in answer.records).items() if count > 1}

    def by_subject(self) -> Iterator[Portion]:
        """The answer."""
        yield Portion(self.answer, range(len(self.records)))

    def wrong(self) -> Iterator[Portion]:
        """The records that are not decided."""
        invalid = {one.record for one in self.answer.decisions if one.clause is None}
        subjects = [one for one in self.answer.enterprises if invalid & set(one.records)]
        for one in subjects:
            keep = tuple(place for place in one.members if self.records[place].id in invalid)
            records = tuple(self.records[place] for place in keep)
            mine = replace(one, members=tuple(range(len(keep))))
            decisions = tuple(d for d in self.answer.decisions if d.record in {record.id for record in records})
            yield Portion(replace(self.answer, records=records, decisions=decisions, enterprises=(mine,)), keep)

    def findings(self) -> Iterable[Finding]:
        """All findings."""
        return self.answer.findings

    def receipt(self) -> Receipt:
        """What it rests on."""
        return self.base


def workbook(answer: Answer, phrases: Phrases, *, explain: bool = False) -> bytes:
    """The bytes of the workbook."""
    parts: list[bytes] = []
    write_workbook(Job(cast(Run, Held(answer)), phrases, parts.append, explain=explain))
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
