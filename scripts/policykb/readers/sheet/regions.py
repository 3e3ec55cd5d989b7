"""What the parts of a sheet were taken for, and why: told to those who filled it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ...model import Text

__all__ = ["Kind", "Region", "Regions"]

Kind: TypeAlias = Literal[
    "title", "unit", "header", "records", "total", "part", "example", "remark", "unused", "again", "unclear"
]


@dataclass(frozen=True, slots=True)
class Region:
    """Rows of a sheet that belong together: what they were taken for, and the reason in words.

    Args:
        kind: what they were taken for.
        file: the file.
        sheet: its sheet; None for delimited text.
        first: the first row.
        last: the last row.
        why: what that rests on.
    """

    kind: Kind
    file: str
    sheet: str | None
    first: int
    last: int
    why: str | Text = ""


class Regions:
    """Gathers the regions of the sheets read; rows of one kind that follow each other are one region.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int = 2000) -> None:
        self.found: list[Region] = []
        self._most = most

    def add(self, region: Region) -> None:
        """Keep a region."""
        if self.found:
            before = self.found[-1]
            same = (before.kind, before.file, before.sheet) == (region.kind, region.file, region.sheet)
            if same and before.kind in ("records", "unused") and region.first > before.last:
                self.found[-1] = Region(before.kind, before.file, before.sheet, before.first, region.last, before.why)
                return
        if len(self.found) < self._most:
            self.found.append(region)
