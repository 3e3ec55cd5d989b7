"""Tell a form, or a table that lies on its side, from a table: labels stand beside values there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...model import RecordType
from ..words import half_width
from .layout import Row, filled, is_value

if TYPE_CHECKING:
    from ..headers import Names

__all__ = ["find_form"]


def find_form(rows: Sequence[Row], names: Names, kind: RecordType | None) -> tuple[int, int] | None:
    """The row and column of a label that stands beside its value, where a sheet is a form and no table.

    In a form several rows have labels of known columns; in a table those stand in the rows of its header alone.
    """
    seen: list[tuple[int, int]] = []
    labels: set[tuple[tuple[str, ...], str | None]] = set()
    beside = 0
    for number, cells in rows:
        here = filled(cells)
        known = {
            index: column for index, cell in here.items() if cell.kind == "text" and (column := names.named(cell.text))
        }
        if not known:
            continue
        if len(known) >= 2 and not any(is_value(cell, names) for cell in here.values()):
            return None  # a row of nothing but titles
        for index, column in known.items():
            follows = [at for at in here if at > index]
            if follows and follows[0] not in known and half_width(here[follows[0]].text):
                seen.append((number, index))
                labels.add((column.facts, column.known))
                beside += is_value(here[follows[0]], names)
    rows_seen = {number for number, _ in seen}
    if len(rows_seen) < 2 or len(labels) < 2 or not beside:
        return None
    return seen[0]
