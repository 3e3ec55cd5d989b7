"""Read what comments and input prompts of cells say about units, as what the cells themselves say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .cells import Cell, Layout, SheetRow
from .column import Column
from .sheet.layout import Row
from .sheet.units import Lines, of_name, read_lines
from .words import half_width, normal

if TYPE_CHECKING:
    from .headers import Names

__all__ = ["OWN_AUTHOR", "Pin", "Pins", "pin"]

OWN_AUTHOR = "policykb"
"""The author of the comments that this program writes; they say nothing that the sheet does not."""
_MOST = 20
"""Comments and prompts about units that one cell can have."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A comment or input prompt: its text, and the cells that have it.

    Rows count from 1, columns from 0; the last ones belong to it.
    """

    text: str
    top: int
    bottom: int
    left: int
    right: int


def pin(texts: Iterable[str], author: str, row: int, column: int, last: tuple[int, int] | None = None) -> list[Pin]:
    """What cells have pinned to them; nothing where it is empty, or was written by this program."""
    text = "\n".join(filter(None, (one.strip() for one in texts)))
    bottom, right = last or (row, column)
    return [Pin(text, row, bottom, column, right)] if text and author != OWN_AUTHOR else []


class Pins:
    """The pins of a sheet that are about units.

    Args:
        pins: all of them.
        merged: the merged areas of the sheet; what is pinned to one is pinned to its first cell.
        names: the known names.
    """

    def __init__(self, pins: Iterable[Pin], merged: Iterable[tuple[int, int, int, int]], names: Names) -> None:
        self.names = names
        reach = {(top, left): (bottom, right - 1) for top, bottom, left, right in merged}
        self._read: dict[str, Lines] = {}
        self._said: list[tuple[Pin, Lines]] = []
        known = set[tuple[int, int, int, int, Lines]]()
        for one in pins:
            bottom, right = reach.get((one.top, one.left), (one.bottom, one.right))
            whole = replace(one, bottom=max(bottom, one.bottom), right=max(right, one.right))
            said = self._lines(one.text)
            place = (whole.top, whole.bottom, whole.left, whole.right, said)
            if said and place not in known:
                known.add(place)
                self._said.append((whole, said))

    def __bool__(self) -> bool:
        return bool(self._said)

    def _lines(self, text: str) -> Lines:
        if text not in self._read:
            parts = (half_width(line) for line in text.splitlines())
            found = (read_lines([part], self.names.words, self.names.values.forms) for part in parts)
            self._read[text] = _all(found)
        return self._read[text]

    def above(self, first: int, header: int) -> Lines:
        """What the rows above a header have pinned to them, from a first row on."""
        return _all(said for one, said in self._said if first <= one.top and one.bottom < header)

    def in_header(self, columns: Sequence[Column], rows: Sequence[int]) -> tuple[tuple[Column, ...], Lines]:
        """The columns with the units pinned to their headers, and what is pinned there that is about the whole table.

        Args:
            columns: the columns.
            rows: the rows of the header.
        """
        facts, found, lines = self.names.vocabulary.facts, list[Column](), Lines()
        here = [(one, told) for one, told in self._said if any(one.top <= row <= one.bottom for row in rows)]
        for column in columns:
            said = [(one, told) for one, told in here if one.left <= column.index <= one.right]
            if not said or column.fault or not column.is_recognised:
                found.append(column)
            elif any(facts[fact].unit for fact in column.facts):
                told = _all(told for _, told in said)
                found.append(self._counted(column, told, "\n".join(one.text for one, _ in said)))
            else:
                found.append(column)
                lines = lines.plus(of_name(_all(told for _, told in said)))
        return tuple(found), lines

    def _counted(self, column: Column, told: Lines, text: str) -> Column:
        facts, own, currency = self.names.vocabulary.facts, column.unit, self.names.words.currency
        stated = {(unit.unit, unit.factor): unit for unit in told.units if normal(unit.written) not in currency}
        fitting = [unit for unit in stated.values() if any(facts[fact].unit == unit.unit for fact in column.facts)]
        if own is None and len(fitting) == 1:
            return self.names.in_unit(column, fitting[0])
        if own is not None:
            is_said = not stated or (own.unit, own.factor) in stated
        else:
            is_said = not (stated or told.unclear) or not any(facts[fact].adds_up for fact in column.facts)
        if is_said:
            return column
        words = (("unit", text), ("suggestion", column.title if own else f"{column.title}（{self._usual(column)}）"))
        return replace(column, fault="pin-unclear", words=words)

    def _usual(self, column: Column) -> str:
        facts, units = self.names.vocabulary.facts, self.names.vocabulary.units
        unit = next(unit for fact in column.facts if (unit := facts[fact].unit))
        return units[unit].label.zh if unit in units else unit

    def rows(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Rows in their order, their cells with the units that are pinned to them."""
        waiting, here = sorted(self._said, key=lambda pair: -pair[0].top), list[tuple[Pin, Lines]]()
        for number, cells in rows:
            while waiting and waiting[-1][0].top <= number:
                here.append(waiting.pop())
            here = [pair for pair in here if pair[0].bottom >= number]
            changed = self._changed(cells, here)
            is_hidden = type(cells) is SheetRow and cells.is_hidden
            yield number, SheetRow({**cells, **changed}, is_hidden) if changed else cells

    def _changed(self, cells: Mapping[int, Cell], here: Sequence[tuple[Pin, Lines]]) -> dict[int, Cell]:
        """The cells of a row that something is pinned to, with all of it."""
        changed: dict[int, Cell] = {}
        for index, cell in cells.items():
            mine = [pair for pair in here if pair[0].left <= index <= pair[0].right]
            if len(mine) > _MOST:
                # So many that differ are of no use to anybody; which of them holds is not tried.
                changed[index] = replace(cell, layout=replace(cell.layout or Layout(), pinned=mine[0][0].text))
                continue
            if mine:
                text = "\n".join(dict.fromkeys(one.text for one, _ in mine))
                changed[index] = self._cell(cell, text, _all(told for _, told in mine))
        return changed

    def _cell(self, cell: Cell, text: str, told: Lines) -> Cell:
        units = [unit for unit in told.units if normal(unit.written) not in self.names.words.currency]
        if len(units) == 1 and cell.unit is None:
            return replace(cell, unit=units[0].written)
        if not units and not told.unclear:
            return cell
        return replace(cell, layout=replace(cell.layout or Layout(), pinned=text))


def _all(lines: Iterable[Lines]) -> Lines:
    found = Lines()
    for one in lines:
        found = found.plus(one)
    return found
