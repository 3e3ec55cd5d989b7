"""What the parts of a sheet were taken for, and why: told to those who filled it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ...model import Text

__all__ = ["Kind", "Region", "Regions", "Taken", "UnitFrom"]

Kind: TypeAlias = Literal[
    "title",
    "unit",
    "header",
    "records",
    "total",
    "part",
    "sum",
    "example",
    "remark",
    "unused",
    "again",
    "unclear",
    "doubtful",
    "hidden",
    "struck",
]

UnitFrom: TypeAlias = Literal["header", "group", "pin", "line", "none"]
"""Where the unit of a column stands: in its header, in that of its group, in a comment or input prompt of its header,
in a line outside the table, or nowhere."""

_RUNS: frozenset[Kind] = frozenset({"records", "unused", "hidden", "struck"})
"""What rows that follow each other are together."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a column was taken for.

    Args:
        index: its position, from 0.
        path: its headers, from the top.
        meaning: the fact or column that it states; None where it states none.
        is_running: whether it merely numbers the rows.
        year: the year that its header names.
        unit: the unit of its figures.
        unit_from: where that stands.
        is_wrong: whether its header has a fault, which a finding tells.
        is_hidden: whether it is hidden.
        is_remarks: whether it holds remarks, which are looked through.
        beside: the positions of the columns that stand for other answers to the same item.
    """

    index: int
    path: tuple[str, ...]
    meaning: Text | None = None
    is_running: bool = False
    year: int | None = None
    unit: Text | None = None
    unit_from: UnitFrom | None = None
    is_wrong: bool = False
    is_hidden: bool = False
    is_remarks: bool = False
    beside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """Rows of a sheet that belong together: what they were taken for, and the words that this rests on.

    Args:
        kind: what they were taken for.
        file: the file.
        sheet: its sheet; None for delimited text.
        first: the first row.
        last: the last row.
        why: what that rests on.
        columns: of a header, what its columns were taken for.
    """

    kind: Kind
    file: str
    sheet: str | None
    first: int
    last: int
    why: str = ""
    columns: tuple[Taken, ...] = ()


class Regions:
    """Gathers the regions of the sheets read; rows of one kind that follow each other are one region.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int = 2000) -> None:
        self.found: list[Region] = []
        self.left_out = 0
        self._most = most
        self._open: dict[tuple[Kind, str, str | None], int] = {}
        self._end: dict[tuple[str, str | None], int] = {}

    def add(self, region: Region) -> None:
        """Keep a region; of what runs over rows, one that goes on is made longer."""
        table = (region.file, region.sheet)
        if region.kind in ("title", "unit", "unclear") and region.first <= self._end.get(table, 0):
            return  # what stands between two tables is told already
        key = (region.kind, *table)
        at = self._open.get(key)
        if region.kind in _RUNS and at is not None:
            before = self.found[at]
            between = region.first - before.last
            # Blank rows do not part records; a row that is none does.
            if between >= 1 and (between == 1 or self._end.get(table, 0) <= before.last):
                self.found[at] = replace(before, last=region.last)
                self._reach(region)
                return
        if len(self.found) == self._most:
            self.left_out += 1
            return
        if region.kind in _RUNS:
            self._open[key] = len(self.found)
        self.found.append(region)
        self._reach(region)

    def _reach(self, region: Region) -> None:
        if region.kind not in ("hidden", "struck", "sum", "doubtful"):
            self._end[region.file, region.sheet] = region.last

    def by_sheet(self) -> Iterator[tuple[tuple[str, str | None], list[Region]]]:
        """The regions of each sheet, from the top."""
        sheets: dict[tuple[str, str | None], list[Region]] = {}
        for region in self.found:
            sheets.setdefault((region.file, region.sheet), []).append(region)
        for sheet, regions in sheets.items():
            yield sheet, sorted(regions, key=lambda one: (one.first, one.last))
