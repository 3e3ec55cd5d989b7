"""What every kind of workbook is read as: sheets with their cells row by row, and what lies around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from .cells import Cell, Layout, SheetRow
from .pins import Pin
from .sheet.layout import Row

__all__ = ["Area", "Book", "Frame", "HeldBook", "HeldSheet", "RawRow", "Sheet", "area", "laid_rows", "plain_headings"]

WIDEST_MERGED = 1000  # columns
Area: TypeAlias = tuple[int, int, int, int]
"""First and last row, first column from 0, column behind the last."""
RawRow: TypeAlias = tuple[int, dict[int, Cell], bool]
"""The number of a row, its cells that hold anything, and whether it is hidden."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands in a sheet outside its rows: merged areas, hidden columns, headings of its pages and text boxes.

    And what is pinned to cells: comments, and the prompts that are shown where something is to be written.
    """

    merged: tuple[Area, ...] = ()
    hidden: frozenset[int] = frozenset()
    headings: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()


class Sheet(Protocol):
    """A sheet of a workbook."""

    @property
    def title(self) -> str:
        """Its name."""

    @property
    def is_visible(self) -> bool:
        """Whether it is shown."""

    def frame(self) -> Frame:
        """What stands outside its rows."""

    def cells(self) -> Iterator[RawRow]:
        """Its rows in their order."""


class Book(Protocol):
    """A workbook that is open."""

    @property
    def sheets(self) -> Sequence[Sheet]:
        """Its sheets in their order."""

    def close(self) -> None:
        """Close it."""


@dataclass(frozen=True, slots=True)
class HeldSheet:
    """A sheet that is held in memory as a whole."""

    title: str
    is_visible: bool
    around: Frame
    rows: Sequence[RawRow]

    def frame(self) -> Frame:
        """What stands outside its rows."""
        return self.around

    def cells(self) -> Iterator[RawRow]:
        """Its rows in their order."""
        return iter(self.rows)


@dataclass(frozen=True, slots=True)
class HeldBook:
    """A workbook that is held in memory as a whole."""

    sheets: Sequence[HeldSheet]

    def close(self) -> None:
        """Nothing is open."""


def area(top: int, bottom: int, left: int, right: int) -> Area | None:
    """A merged area: rows from 1, columns from 0, `right` behind the last; None where it is a single cell."""
    reach = min(right, left + WIDEST_MERGED)
    return (top, bottom, left, reach) if bottom > top or reach > left + 1 else None


def plain_headings(text: str) -> list[str]:
    """The texts of a page's header or footer in the codes of Excel, &L for left and the like."""
    parts = re.split(r"&[LCR]", text)
    return [re.sub(r"&(\"[^\"]*\"|[A-Z0-9]+)", " ", part) for part in parts if part]


def laid_rows(rows: Iterable[RawRow], merged: Sequence[Area]) -> Iterator[Row]:
    """The rows that hold anything, with what is said of merged areas in the cells that these begin or cover.

    Args:
        rows: the rows of a sheet.
        merged: its merged areas, by their first rows.
    """
    heads = {(top, left): (bottom, right - left) for top, bottom, left, right in merged}
    tops = {top for top, _ in heads}
    waiting, open_areas = [one for one in merged[::-1] if one[1] > one[0]], list[Area]()
    for number, cells, is_hidden in rows:
        if not cells:
            continue
        while waiting and waiting[-1][0] < number:
            open_areas.append(waiting.pop())
        if open_areas:
            open_areas = [one for one in open_areas if one[1] >= number]
            for top, _, left, right in open_areas:
                covered = Cell("", layout=Layout(merged_from=top))
                cells |= {at: covered for at in range(left, right) if at not in cells}
        if number in tops:
            _lay(number, cells, heads)
        yield number, SheetRow(cells, is_hidden) if is_hidden else cells


def _lay(number: int, cells: dict[int, Cell], heads: dict[tuple[int, int], tuple[int, int]]) -> None:
    """Say of the cells that begin a merged area how far it reaches."""
    for index, cell in cells.items():
        reach = heads.get((number, index))
        if reach is not None:
            bottom, span = reach
            layout = replace(cell.layout or Layout(), merged_to=bottom if bottom > number else None, span=span)
            cells[index] = replace(cell, layout=layout)
