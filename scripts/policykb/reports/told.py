"""What is to be told of an answer, in one language and already worded: every format is written from this alone.

A `Told` has its title and caveats, for several subjects a summary in `Block`s, and a `SubjectTold` for each subject.
Its records hold `Section`s of `Item`s, one for each clause or open group, with `Line`s below. Nothing of it is worded
by a format; a format may fold what is marked so, and then says how much it folded. What comes from the data is made
visible where it enters, so that no format has to think of control characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..doors.outgoing import visible
from ..model import Amount, Severity, Status

__all__ = [
    "Block",
    "FindingTold",
    "Item",
    "Line",
    "LineKind",
    "RecordTold",
    "Section",
    "SectionKind",
    "SubjectTold",
    "Table",
    "Told",
]

LineKind: TypeAlias = Literal[
    "caveat", "sum", "more", "either", "arithmetic", "words", "situation", "evidence", "missing", "awaits", "open",
    "ask", "why", "outdone", "fallback", "note", "reading", "criterion", "receipt", "replay", "plain",
]  # fmt: skip
"""What a line is for; formats choose its place and its looks by this."""

SectionKind: TypeAlias = Literal[
    "eligible", "open", "outdone", "not-eligible", "duty", "support", "not-in-force", "not-applicable", "invalid"
]


class _Shown:
    """Something with texts to show."""

    __slots__: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, str) and not value.isprintable():
                object.__setattr__(self, name, visible(value))


@dataclass(frozen=True, slots=True)
class Line(_Shown):
    """A statement. `quote` holds the words of the text in it, `place` where they stand; `children` nest below it.

    `mark` tells how a criterion or condition turned out, for formats with colours: met, unmet, unknown or needless.
    """

    kind: LineKind
    text: str
    children: tuple[Line, ...] = ()
    quote: str = ""
    place: str = ""
    mark: str = ""

    def __post_init__(self) -> None:
        if not (self.text.isprintable() and self.quote.isprintable() and self.place.isprintable()):
            _Shown.__post_init__(self)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Line]]:
        """This line and those below it, each with its depth."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


@dataclass(frozen=True, slots=True)
class FindingTold(_Shown):
    """Something wrong or noteworthy in the data: where, what, and how to mend it.

    `text` is all of it in one line; `about` names the subject and record, empty where it concerns a file or a sheet.
    """

    severity: Severity
    label: str
    about: str
    place: str
    message: str
    mend: str
    text: str


@dataclass(frozen=True, slots=True)
class Item(_Shown):
    """One clause, or one group whose winner is open, for one record.

    `source` is the id of the clause or group, empty for a record with wrong data; `number` the article as it stands in
    a column of articles; `amount` the interval in figures and `amount_text` how it reads; `counts` whether it is part
    of the totals (None: one of several of which one counts) and `counts_text` how that reads, empty where there is no
    sum; `used_text` whether a group grants it, empty where there is none or that is open; `grants` whether money is
    granted, with a sum in the text or without. `criteria` nest as the conditions of the clause do.
    """

    source: str
    is_group: bool
    title: str
    article: str
    number: int | str | None
    state: Status
    status: str
    amount: Amount | None = None
    amount_text: str = ""
    counts: bool | None = False
    counts_text: str = ""
    used_text: str = ""
    grants: bool = False
    lines: tuple[Line, ...] = ()
    criteria: tuple[Line, ...] = ()

    def __post_init__(self) -> None:
        texts = (self.source, self.title, self.article, self.status, self.amount_text, self.counts_text, self.used_text)
        if not "".join(texts).isprintable():
            _Shown.__post_init__(self)

    def of(self, *kinds: LineKind) -> list[str]:
        """The texts of its lines of these kinds."""
        return [line.text for line in self.lines if line.kind in kinds]


@dataclass(frozen=True, slots=True)
class Section:
    """Items of one kind.

    `counts` tells how many there are of each status. Where `is_folded`, a format may show `fold` in place of the items,
    which counts them and says how to see them.
    """

    kind: SectionKind
    heading: str
    items: tuple[Item, ...]
    is_folded: bool = False
    counts: str = ""
    fold: str = ""


@dataclass(frozen=True, slots=True)
class RecordTold(_Shown):
    """One record: what was found in its data, what is said once for all its clauses, and its sections."""

    id: str
    kind: str
    period: str
    heading: str
    findings: tuple[FindingTold, ...]
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class SubjectTold(_Shown):
    """One subject: its sums, then its records. `totals` are its sums in figures, in the order of their currencies."""

    name: str
    code: str
    heading: str
    sums: tuple[Line, ...]
    totals: tuple[Amount, ...]
    eligible: int
    undetermined: int
    records: tuple[RecordTold, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A small table of the rules' own names: headings, rows, and which columns hold sums or counts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the summary: lines, findings, or a table under a heading."""

    heading: str
    lines: tuple[Line, ...] = ()
    findings: tuple[FindingTold, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """All that is to be told of an answer.

    `subjects` are told when they are asked for, and anew each time, so that a format goes through them once; of an
    answer that is told portion by portion they were given out before, and there are none here;
    `explains` is whether every criterion is to be listed; `summary` is empty
    for a single subject; `findings` concern no record; `notices` tell how something was read, when they are
    asked for, and `notices_fold` counts them; `receipt` tells what the answer rests on, when that is asked for, and
    `receipt_fold` counts its lines.
    """

    lang: str
    title: str
    caveats: tuple[Line, ...]
    summary: tuple[Block, ...]
    subjects: Sequence[SubjectTold]
    findings_heading: str
    findings: tuple[FindingTold, ...]
    notices: Callable[[], Iterable[FindingTold]]
    notices_fold: str
    headline: str
    receipt_heading: str
    receipt: Callable[[], tuple[Line, ...]]
    receipt_fold: str
    explains: bool = False
