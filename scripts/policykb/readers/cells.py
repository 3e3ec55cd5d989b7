"""One written value, however the file holds it, and what was made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from ..model import Severity, Text, Value

__all__ = ["Cell", "Layout", "Note", "Read", "SheetRow", "TextRow", "Written"]

Written: TypeAlias = Literal["text", "number", "truth", "date", "error", "uncalculated"]


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader has to say about a value it could read: the finding's rule, severity and placeholders."""

    rule: str
    severity: Severity
    words: dict[str, str | Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a cell lies and looks: merged from, or down to, a row; over how many columns; struck through and the like.

    `shows` says how much of a date is shown; `adds_rows` is set where a formula adds up rows of its own column;
    `pinned` is what its comment or input prompt says about units, where that is not understood; `remarks` are the words
    there that say of figures, or of the row, that they may not count.
    """

    merged_from: int | None = None
    merged_to: int | None = None
    span: int = 1
    shows: str = "ymd"
    is_struck: bool = False
    adds_rows: bool = False
    pinned: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as its file holds it.

    `text` is its wording (of a number, all its digits); `kind` how the file typed it, `error` being a spreadsheet
    error such as #DIV/0! and `uncalculated` a formula without a stored result. `day` is the value of a date,
    `unit` the unit that the number format of a spreadsheet shows (万元, %), `fault` a refusal already decided by
    the file's reader, `notes` what it has to report; `layout` says how the cell lies and looks, where that is unusual.
    `displayed` is the number that the cell shows, where its format rounds the one it holds.
    """

    text: str
    kind: Written = "text"
    day: date | None = None
    unit: str | None = None
    fault: str | None = None
    layout: Layout | None = None
    notes: tuple[Note, ...] = ()
    displayed: str | None = None

    @property
    def merged_from(self) -> int | None:
        """Of an empty cell that is merged with rows above, the row in which its merged area begins."""
        return None if self.layout is None else self.layout.merged_from

    @property
    def merged_to(self) -> int | None:
        """Of a cell that begins a merged area of several rows, the last of them."""
        return None if self.layout is None else self.layout.merged_to

    @property
    def span(self) -> int:
        """How many columns the merged area covers that a cell begins."""
        return 1 if self.layout is None else self.layout.span

    @property
    def shows(self) -> str:
        """How much of a date the cell's format shows: y, ym or ymd."""
        return "ymd" if self.layout is None else self.layout.shows


@dataclass(frozen=True, slots=True)
class Read:
    """The value that was read (None: not stated) and what is to be reported about it."""

    value: Value | None
    notes: tuple[Note, ...] = ()


class SheetRow(dict[int, Cell]):
    """A row of a sheet: its cells by column, and whether it is hidden, or filtered out."""

    __slots__ = ("is_hidden",)

    def __init__(self, cells: Mapping[int, Cell], is_hidden: bool = False) -> None:
        super().__init__(cells)
        self.is_hidden = is_hidden


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
