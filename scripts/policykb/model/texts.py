"""Texts in two languages, values, and places in what was given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["Day", "Lang", "Message", "Place", "Severity", "Text", "Value", "letters"]

Value: TypeAlias = bool | int | Decimal | str | date | tuple[str, ...]
"""What a fact can state; money and areas are Decimal, ranks and counts int, list facts tuples of codes."""


Day: TypeAlias = date


Lang: TypeAlias = Literal["zh", "en"]


Severity: TypeAlias = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Text:
    """A wording in Chinese and English."""

    zh: str
    en: str

    def get(self, lang: Lang) -> str:
        """The wording in one language, the other one where it is missing."""
        return (self.zh or self.en) if lang == "zh" else (self.en or self.zh)


class Message(NamedTuple):
    """What happened, and what to do next; {placeholders} in both stand for values."""

    what: Text
    mend: Text


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a user's file. Rows count from 1, as a spreadsheet shows them.

    `index` is the position of the column in a table, from 0; the column's name says the same in words.
    """

    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    index: int | None = field(default=None, compare=False)

    @property
    def cell(self) -> str | None:
        """The cell of a table as a spreadsheet names it: C7."""
        return None if self.index is None or self.row is None else f"{letters(self.index)}{self.row}"


def letters(index: int) -> str:
    """The letters a spreadsheet gives to a column, counted from 0: A, B … Z, AA."""
    found = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        found = chr(65 + rest) + found
    return found
