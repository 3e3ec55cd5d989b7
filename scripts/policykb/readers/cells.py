"""One written value, however the file holds it, and what was made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from ..model import Severity, Text, Value

__all__ = ["Cell", "Note", "Read", "TextRow", "Written"]

Written: TypeAlias = Literal["text", "number", "truth", "date", "error", "uncalculated"]


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader has to say about a value it could read: the finding's rule, severity and placeholders."""

    rule: str
    severity: Severity
    words: dict[str, str | Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as its file holds it.

    `text` is its wording (of a number, all its digits); `kind` how the file typed it, `error` being a spreadsheet
    error such as #DIV/0! and `uncalculated` a formula without a stored result. `day` is the value of a date,
    `unit` the unit that the number format of a spreadsheet shows (万元, %), `fault` a refusal already decided by
    the file's reader, `notes` what it has to report. `merged_from` is set for an empty cell that is merged with rows
    above: the row its merged area begins in.
    """

    text: str
    kind: Written = "text"
    day: date | None = None
    unit: str | None = None
    fault: str | None = None
    merged_from: int | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """The value that was read (None: not stated) and what is to be reported about it."""

    value: Value | None
    notes: tuple[Note, ...] = ()


class TextRow(Mapping[int, Cell]):
    """A row of delimited text: its texts as they are, and as cells where someone asks for them."""

    __slots__ = ("texts",)

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts

    def __getitem__(self, index: int) -> Cell:
        if not 0 <= index < len(self.texts):
            raise KeyError(index)
        return Cell(self.texts[index])

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.texts)))

    def __len__(self) -> int:
        return len(self.texts)
