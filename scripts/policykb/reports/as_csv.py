"""What is told of an answer as CSV, with a byte-order mark so that Excel reads the Chinese.

A row for each record and clause, and for each group whose winner is open; the rows marked as counted add up to the
totals. What belongs to no row follows in rows of its own, with the text in the column of notes.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence

from ..doors.outgoing import csv_cell
from .phrases import Phrases
from .told import Item, LineKind, RecordTold, SubjectTold, Told

__all__ = ["Rows", "head", "sums", "tail", "to_csv"]

_WORDS: tuple[tuple[str, tuple[LineKind, ...]], ...] = (
    ("book-arithmetic", ("arithmetic", "either")),
    ("column-missing", ("missing", "ask")),
    ("column-awaiting", ("awaits",)),
    ("column-reason", ("why", "outdone", "open", "fallback")),
    ("column-note", ("situation", "evidence", "note", "reading")),
    ("column-quote", ("words",)),
)
"""The columns that hold lines, and the kinds of lines in each."""
_COLUMN_OF = {kind: name for name, kinds in _WORDS for kind in kinds}
_COLUMNS = (
    "column-enterprise", "column-code", "column-record", "record-type", "column-period", "column-clause",
    "column-article", "told-measure", "column-status", "column-min", "column-max", "column-currency",
    "column-selected", "book-counted",
    *(name for name, _ in _WORDS), "told-findings",
)  # fmt: skip
_NOTE = _COLUMNS.index("column-note")
_KEPT = 2**12  # items


def to_csv(told: Told, phrases: Phrases) -> str:
    """The answer as CSV text; cells that a spreadsheet would run as a formula are made plain text.

    Args:
        told: the answer in one language.
        phrases: the wordings in the same language, for the headings.
    """
    parts = [head(phrases), *map(Rows(), told.subjects), *map(sums, told.subjects), tail(told)]
    return "".join(parts)


def head(phrases: Phrases) -> str:
    """The headings."""
    return "\ufeff" + _lined([[phrases.say(name) for name in _COLUMNS]])


class Rows:
    """Writes the rows of subjects; what many records are told alike is put into cells once."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, str], tuple[Item, str]] = {}

    def __call__(self, subject: SubjectTold) -> str:
        """The rows of a subject."""
        return "".join(line for record in subject.records for line in self._record(subject, record))

    def _record(self, subject: SubjectTold, record: RecordTold) -> Iterator[str]:
        findings = " ".join(" ".join(part for part in (one.text, one.mend) if part) for one in record.findings)
        said = " ".join(line.text for line in record.lines if line.text)
        head = _line([subject.name, subject.code, record.id, record.kind, record.period])
        tail = f",{_line([findings])}\r\n" if findings else ",\r\n"
        for section in record.sections:
            for item in section.items:
                yield f"{head},{self._item(item, said)}{tail}"

    def _item(self, item: Item, said: str) -> str:
        """The cells of an item, with what is said of the whole record."""
        found = self._cells.get((id(item), said))
        if found is None:
            if len(self._cells) >= _KEPT:
                self._cells.clear()
            found = self._cells[id(item), said] = (item, _line(_row(item, said)))
        return found[1]


def sums(subject: SubjectTold) -> str:
    """What is told of the sums of a subject, below all rows."""
    return _lined(_remark(line.text, subject) for line in subject.sums)


def tail(told: Told) -> str:
    """What belongs to no subject, below that."""
    return _lined(map(_remark, _loose(told)))


class _Echo:
    """Gives back what is written, which the writer of rows gives on."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


_put: Callable[[Sequence[str]], str] = csv.writer(_Echo()).writerow


def _lined(rows: Iterable[Sequence[str]]) -> str:
    return "".join([_put([cell and csv_cell(cell) for cell in row]) for row in rows])


def _line(row: Sequence[str]) -> str:
    """Some cells of a row."""
    return _put([cell and csv_cell(cell) for cell in row])[:-2]


def _row(item: Item, said: str) -> list[str]:
    """The cells of an item, between those of its record and the findings."""
    amount = item.amount
    ends = ["", "", ""]
    if amount is not None:
        ends = [str(amount.min), "" if amount.max is None else str(amount.max), amount.currency]
    words: dict[str, list[str]] = {name: [] for name, _ in _WORDS}
    for line in item.lines:
        if line.kind in _COLUMN_OF:
            words[_COLUMN_OF[line.kind]].append(line.text)
    if said:
        words["column-note"].append(said)
    return [
        item.source,
        "" if item.number is None else str(item.number),
        item.title,
        item.status,
        *ends,
        item.used_text,
        item.counts_text,
        *map(" ".join, words.values()),
    ]


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
    yield from (line.text for line in told.receipt())
