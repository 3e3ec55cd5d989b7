"""A grammar of sheets as offices lay them out: each layout with the records that it means.

A layout is drawn from independent choices (where the unit stands, how deep the header is, which rows are no records,
…). What the sheets mean is known from the choices, never from reading them: values are drawn in the unit of the fact
and written into the sheet as the layout shows them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

__all__ = ["CHOICES", "Layout", "Look", "Meant", "Sheet", "alone", "draw", "fixed"]

CHOICES: Mapping[str, tuple[str, ...]] = {
    "title": ("none", "plain", "merged", "with the unit", "part of a year"),
    "unit": (
        "header", "line", "group", "below", "format", "cell", "none", "unclear line", "footer", "sheet name",
        "below merged", "below announced", "corner", "currency below a line", "first column alone", "between the rows",
    ),
    "header": (
        "one", "group over two", "parts and total", "parts without total", "years", "years in groups", "currencies",
        "three lines", "three lines of a part", "months of a year", "currencies in groups", "bare prior year",
    ),
    "head below": ("none", "column numbers", "letters", "in English", "formulas"),
    "totals": ("none", "last by a word", "first by a word", "last by arithmetic", "sections", "beside the name"),
    "further": (
        "none", "below", "below under unknown names", "beside", "below without its unit", "below in another unit",
        "once more below another unit", "beside without a header",
    ),
    "dates": (
        "number", "text", "shown as year", "年度", "shown as month", "no year", "shown with words", "full width",
        "in words",
    ),
    "merges": ("none", "name", "figure", "across", "code"),
    "names": ("code", "no code", "no name", "void", "twice", "nobody", "place", "twice with a blank"),
    "figures": ("plain", "no figure", "not stated", "grouped", "full width", "as text", "own unit", "other own unit"),
    "numbers": ("none", "序号", "编号", "No.", "sections of 1, 2"),
    "rest": (
        "none", "unused", "footer", "hidden row", "struck", "split thousands", "remark between", "note merged",
        "remark of part of a year",
    ),
    "spelling": ("plain", "blanks", "carriage returns", "full width", "two lines"),
    "remark": ("none", "harmless", "changing"),
    "sheets": ("one", "another type", "another unit", "notes"),
}  # fmt: skip
_LIKELY = ("unit", "header", "totals", "further", "figures", "names")


@dataclass(frozen=True)
class Layout:
    """One choice for each place where sheets differ, and the seed of what is drawn beside."""

    choices: Mapping[str, str]
    seed: int

    def __str__(self) -> str:
        said = {place: choice for place, choice in self.choices.items() if choice != CHOICES[place][0]}
        return f"{self.seed}: " + ", ".join(f"{place}={choice}" for place, choice in said.items())


@dataclass(frozen=True)
class Look:
    """A cell: what it holds, its number format, and whether it is struck through."""

    value: object
    format: str = "General"
    struck: bool = False


@dataclass
class Meant:
    """A record that a sheet means: its row and facts; `must_fail` where what it means cannot be known."""

    row: int
    name: str | None
    period: str
    facts: dict[str, Decimal | bool]
    must_fail: bool = False


@dataclass
class Sheet:
    """A sheet: its cells by row and column from 1, merged areas, hidden rows, its name, and what it means."""

    name: str
    cells: dict[tuple[int, int], Look] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    meant: list[Meant] = field(default_factory=list)
    row: int = 0

    def put(self, column: int, value: object, format: str = "General", *, row: int | None = None) -> None:
        """Write a cell of the current row."""
        if value is not None:
            self.cells[row or self.row, column] = Look(value, format)

    def line(self, *values: object) -> None:
        """Write a row."""
        self.row += 1
        for column, value in enumerate(values, start=1):
            self.put(column, value)


def draw(seed: int, most: int = 4) -> Layout:
    """A layout with up to some choices that are not the usual one."""
    dice = random.Random(seed)
    chosen = {place: options[0] for place, options in CHOICES.items()}
    for place in dice.sample([*sorted(CHOICES), *_LIKELY], dice.randint(1, most)):
        chosen[place] = dice.choice(CHOICES[place])
    return Layout(chosen, seed)


def alone(**choices: str) -> Layout:
    """The usual layout with some other choices."""
    usual = {place: options[0] for place, options in CHOICES.items()}
    return Layout(usual | {place.replace("_", " "): choice for place, choice in choices.items()}, 0)


def fixed() -> Iterator[Layout]:
    """Every choice by itself, and every pair of a place of the unit with a choice of another place."""
    usual = {place: options[0] for place, options in CHOICES.items()}
    seed = 0
    for place, options in CHOICES.items():
        for option in options:
            yield Layout(usual | {place: option}, seed := seed + 1)
    for unit in CHOICES["unit"][1:]:
        for place in ("title", "header", "totals", "further", "merges", "remark"):
            for option in CHOICES[place][1:]:
                yield Layout(usual | {"unit": unit, place: option}, seed := seed + 1)
