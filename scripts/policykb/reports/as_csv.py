"""What is told of an answer as CSV, with a byte-order mark so that Excel reads the Chinese.

A row for each record and clause, and for each group whose winner is open; the rows marked as counted add up to the
totals. What belongs to no row follows in rows of its own, with the text in the column of notes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from ..doors.outgoing import csv_cell
from .phrases import Phrases
from .told import Item, LineKind, RecordTold, SubjectTold, Told

__all__ = ["head", "rows", "sums", "tail", "to_csv"]

_WORDS: tuple[tuple[str, tuple[LineKind, ...]], ...] = (
    ("book-arithmetic", ("arithmetic", "either")),
    ("column-missing", ("missing", "ask")),
    ("column-awaiting", ("awaits",)),
    ("column-reason", ("why", "outdone", "open", "fallback")),
    ("column-note", ("situation", "evidence", "note", "reading")),
    ("column-quote", ("words",)),
)
"""The columns that hold lines, and the kinds of lines in each."""
_COLUMNS = (
    "column-enterprise", "column-code", "column-record", "record-type", "column-period", "column-clause",
    "column-article", "told-measure", "column-status", "column-min", "column-max", "column-currency",
    "column-selected", "book-counted",
    *(name for name, _ in _WORDS), "told-findings",
)  # fmt: skip
_NOTE = _COLUMNS.index("column-note")


def to_csv(told: Told, phrases: Phrases) -> str:
    """The answer as CSV text; cells that a spreadsheet would run as a formula are made plain text.

    Args:
        told: the answer in one language.
        phrases: the wordings in the same language, for the headings.
    """
    parts = [head(phrases), *map(rows, told.subjects), *map(sums, told.subjects), tail(told)]
    return "".join(parts)


def head(phrases: Phrases) -> str:
    """The headings."""
    return "\ufeff" + _lined([[phrases.say(name) for name in _COLUMNS]])


def rows(subject: SubjectTold) -> str:
    """The rows of a subject."""
    items = ((record, item) for record in subject.records for section in record.sections for item in section.items)
    return _lined(_row(subject, record, item) for record, item in items)


def sums(subject: SubjectTold) -> str:
    """What is told of the sums of a subject, below all rows."""
    return _lined(_remark(line.text, subject) for line in subject.sums)


def tail(told: Told) -> str:
    """What belongs to no subject, below that."""
    return _lined(map(_remark, _loose(told)))


def _lined(rows: Iterable[Sequence[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows([csv_cell(cell) for cell in row] for row in rows)
    return stream.getvalue()


def _row(subject: SubjectTold, record: RecordTold, item: Item) -> list[str]:
    amount = item.amount
    ends = ["", "", ""]
    if amount is not None:
        ends = [str(amount.min), "" if amount.max is None else str(amount.max), amount.currency]
    words = [" ".join(item.of(*kinds)) for _, kinds in _WORDS]
    findings = " ".join(" ".join(part for part in (one.text, one.mend) if part) for one in record.findings)
    row = [
        subject.name,
        subject.code,
        record.id,
        record.kind,
        record.period,
        item.source,
        "" if item.number is None else str(item.number),
        item.title,
        item.status,
        *ends,
        item.used_text,
        item.counts_text,
        *words,
        findings,
    ]
    row[_NOTE] = " ".join(part for part in (row[_NOTE], *(line.text for line in record.lines)) if part)
    return row


def _remark(text: str, subject: SubjectTold | None = None) -> list[str]:
    """A statement that belongs to no record."""
    row = [""] * len(_COLUMNS)
    row[_NOTE] = text
    if subject is not None:
        row[:2] = [subject.name, subject.code]
    return row


def _loose(told: Told) -> Iterator[str]:
    yield told.title
    yield from (line.text for line in told.caveats)
    for block in told.summary:
        yield block.heading
        yield from (one.text for line in block.lines for _, one in line.walk())
        if block.table is not None:
            yield from (
                " · ".join(cell for cell in cells if cell) for cells in (block.table.columns, *block.table.rows)
            )
    for finding in told.findings:
        yield " ".join(part for part in (finding.text, finding.mend) if part)
    yield from (text for text in (told.notices_fold, told.headline) if text)
    yield from (line.text for line in told.receipt)
