"""The list for publication and the plan of the funds as workbooks, with numbers as numbers."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ..doors.writing import not_written
from ..reports.phrases import Phrases
from ..reports.sheets import PLAIN, YUAN, Book, Cell, Column, Sheet
from ..version import __version__
from .ledger import Ledger, Split, masked
from .tables import open_words

__all__ = ["write_list", "write_plan"]

_TOTAL, _OPEN = "DDEBF7", "FFF2CC"
_SUMS = (("papers-certain", 18, YUAN), ("papers-open-least", 18, YUAN), ("papers-open-most", 18, YUAN))


def write_list(path: Path, ledger: Ledger, around: Sequence[str], phrases: Phrases) -> None:
    """A row for each settled sum, and the totals.

    Args:
        path: the file.
        ledger: the payments.
        around: its title, and what else is to be said of it.
        phrases: the wordings.
    """
    heads = (
        ("papers-number", 7, PLAIN), ("column-enterprise", 34, None), ("papers-masked-code", 24, None),
        ("column-article", 10, None), ("told-measure", 34, None), ("column-period", 12, None),
        ("column-currency", 10, None), ("papers-sum", 18, YUAN), ("papers-basis", 70, None),
    )  # fmt: skip
    with _Bound(path, around, phrases) as book:
        sheet = book.sheet("papers-file-list", heads)
        for number, one in enumerate((one for one in ledger if one.is_settled), 1):
            who = (number, one.subject, masked(one.code) or None, one.article, one.title, one.period, one.unit)
            sheet.row([*who, one.amount.min, "\n".join(one.basis)])
        sheet.finish()
        for unit, split in ledger.totals.items():
            if split.count > split.open:
                sheet.row([phrases.say("total"), *[None] * 5, unit, split.certain, None], fill=_TOTAL)


def write_plan(path: Path, ledger: Ledger, around: Sequence[str], phrases: Phrases) -> None:
    """What each measure comes to with the totals, and on a second sheet every sum; arguments as in `write_list`."""
    measures = (
        ("column-article", 10, None), ("told-measure", 44, None), ("papers-count", 10, PLAIN),
        ("column-currency", 10, None), *_SUMS,
    )  # fmt: skip
    payments = (
        ("column-article", 10, None), ("told-measure", 34, None), ("column-enterprise", 34, None),
        ("column-code", 22, None), ("payee", 28, None), ("told-record-id", 16, None), ("column-period", 12, None),
        ("column-status", 16, None), ("column-currency", 10, None), *_SUMS, ("papers-needs", 60, None),
    )  # fmt: skip
    with _Bound(path, around, phrases) as book:
        sheet = book.sheet("papers-by-measure", measures)
        for one, split in ledger.sums():
            sheet.row([one.article, one.title, split.count, one.unit, *_ends(split, phrases)])
        for unit, split in ledger.totals.items():
            sheet.row([phrases.say("total"), None, split.count, unit, *_ends(split, phrases)], fill=_TOTAL)
        rows = book.sheet("papers-by-payee", payments)
        for one in ledger:
            alone = Split()
            alone.add(one)
            needs = "" if one.is_settled else open_words(one, phrases)
            payee = "\n".join(filter(None, (one.payee, one.payee_note)))
            who = (one.article, one.title, one.subject, one.code or None, payee, one.record, one.period)
            cells: list[Cell] = [*who, one.status, one.unit, *_ends(alone, phrases), needs]
            rows.row(cells, fill="" if one.is_settled else _OPEN, fill_at=7)
        rows.finish()


def _ends(split: Split, phrases: Phrases) -> tuple[Decimal | None, Decimal | None, Decimal | str | None]:
    """What is settled and the bounds of what is open, each empty where there is nothing of it."""
    certain = split.certain if split.count > split.open else None
    if not split.open:
        return certain, None, None
    return certain, split.least, phrases.say("papers-no-most") if split.most is None else split.most


class _Bound:
    """A workbook that is written when all its rows are there; what it rests on stands on its last sheet."""

    def __init__(self, path: Path, around: Sequence[str], phrases: Phrases) -> None:
        self._path, self._around, self._say = path, around, phrases.say

    def __enter__(self) -> _Bound:
        self._folder = TemporaryDirectory(prefix="policykb-")
        self._book = Book(
            str(self._path),
            self._folder.name,
            footer=self._say("book-page"),
            cut=self._say("book-cut"),
            continued=partial(self._say, "book-continued"),
        )
        return self

    def sheet(self, name: str, heads: Sequence[tuple[str, int, str | None]]) -> Sheet:
        """A table that begins below its headings."""
        return Sheet(self._book, self._say(name), [Column(self._say(text), width, form) for text, width, form in heads])

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._close()
        except OSError as fault:
            raise not_written(self._path, fault) from fault
        finally:
            self._folder.cleanup()

    def _close(self) -> None:
        about = Sheet(self._book, self._say("book-about"), [Column("", 100)], has_head=False)
        for number, line in enumerate(self._around):
            about.line(line, bold=number == 0)
        self._book.close(self._around[0])
        with zipfile.ZipFile(self._path, "a") as file:
            # Tells whose file it is without unpacking it.
            file.comment = f"policykb {__version__}".encode()
