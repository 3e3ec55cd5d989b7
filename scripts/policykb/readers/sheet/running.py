"""Columns that everyday headers name like columns of a record, and that hold something else: running numbers, kinds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ...model import RecordType
from ..column import Column
from ..words import half_width, normal
from .layout import Row, filled

if TYPE_CHECKING:
    from ..headers import Names

__all__ = ["is_running", "without_running"]


def without_running(
    columns: Sequence[Column], below: Sequence[Row], names: Names, kind: RecordType | None, gaps: Collection[int] = ()
) -> tuple[Column, ...]:
    """The columns, those left out of account that do not hold what their everyday titles could say.

    编号 that counts 1, 2, 3 numbers the rows; 类型 whose cells name no record type says something else; and what stands
    behind an empty column under a header of its own belongs to another table.

    Args:
        columns: the columns of a header.
        below: the first rows below it.
        names: the known names.
        kind: the record type of the whole table, where it has one.
        gaps: the positions between titles that have none.
    """
    found = []
    rows = [filled(cells) for _, cells in below]
    for column in columns:
        texts = [cells[column.index].text for cells in rows if column.index in cells]
        if (column.known == "id" and normal(column.title) in names.words.running and is_running(texts)) or (
            column.known == "type" and kind is not None and texts and not any(map(names.record_type, texts))
        ):
            column = Column(column.index, column.title)
        found.append(column)
    return tuple(_beside(found, gaps, kind))


def is_running(texts: Sequence[str]) -> bool:
    """Whether texts count rows: whole numbers, each one more than the last, from 0 or 1 on."""
    numbers = [half_width(text).strip("().、") for text in texts]
    counted = [int(number) for number in numbers if number.isdecimal() and len(number) < 9]
    if not counted or len(counted) * 2 < len(numbers):
        return False
    steps = [after - before for before, after in pairwise(counted)]
    return counted[0] in (0, 1) and all(step == 1 for step in steps)


def _beside(columns: Sequence[Column], gaps: Collection[int], kind: RecordType | None) -> list[Column]:
    """A fault of the facts behind an empty column where what follows it begins like a table of its own."""
    found = list(columns)
    for gap in sorted(gaps):
        right = [position for position, column in enumerate(found) if column.index > gap]
        if not right or not any(column.known == "name" and column.index < gap for column in found):
            continue
        first = found[right[0]]
        own = kind is None or not first.facts or bool(set(first.facts) & set(kind.facts))
        if first.is_recognised and own and not first.fault:
            continue
        for position in right:
            column = found[position]
            if column.facts and not column.fault:
                words = (("other", first.title),)
                found[position] = replace(column, fault="tables-side-by-side", words=words)
    return found
