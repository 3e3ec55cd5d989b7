"""Read what comments and input prompts of cells say about units and figures, as what the cells themselves say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from ..model import RecordType, UnitForm
from ..patterns import regex
from .around import is_of_items
from .cells import Cell, Layout, SheetRow
from .column import Column
from .sheet.layout import Row
from .sheet.scales import doubt_around, is_disputed, says_of_figures
from .sheet.units import Lines, of_name, read_lines, stated_units
from .words import half_width, normal

if TYPE_CHECKING:
    from .headers import Names

__all__ = ["OWN_AUTHOR", "Pin", "Pins", "pin"]

OWN_AUTHOR = "policykb"
"""The author of the comments that this program writes; they say nothing that the sheet does not."""
_MOST = 20
"""Comments and prompts about units that one cell can have."""
_CLAUSES = regex(r"[:。;]")


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


class _Said(NamedTuple):
    """What a pin says of units, its words that figures, or the row, may not count, and the units of one figure."""

    pin: Pin
    lines: Lines
    remarks: tuple[str, ...]
    units: tuple[UnitForm, ...]

    def __bool__(self) -> bool:
        return bool(self.lines or self.remarks or self.units)


class Pins:
    """The pins of a sheet that are about units, or say that figures may not count.

    `of_items` are those that say something of single items: 1代表否.

    Args:
        pins: all of them.
        merged: the merged areas of the sheet; what is pinned to one is pinned to its first cell.
        names: the known names.
    """

    def __init__(self, pins: Iterable[Pin], merged: Iterable[tuple[int, int, int, int]], names: Names) -> None:
        self.names = names
        reach = {(top, left): (bottom, right - 1) for top, bottom, left, right in merged}
        self._read: dict[str, _Said] = {}
        self._said: list[_Said] = []
        known = set[tuple[object, ...]]()
        pins = tuple(pins)
        self.of_items = tuple(dict.fromkeys(one.text for one in pins if is_of_items(one.text, names)))
        for one in pins:
            bottom, right = reach.get((one.top, one.left), (one.bottom, one.right))
            whole = replace(one, bottom=max(bottom, one.bottom), right=max(right, one.right))
            told = self._told(one)
            place = (whole.top, whole.bottom, whole.left, whole.right, told[1:])
            if told and place not in known:
                known.add(place)
                self._said.append(told._replace(pin=whole))

    def __bool__(self) -> bool:
        return bool(self._said or self.of_items)

    def _told(self, pin: Pin) -> _Said:
        if pin.text not in self._read:
            words, forms = self.names.words, self.names.values.forms
            parts = [half_width(line) for line in pin.text.splitlines()]
            clauses = [one for part in parts for clause in _CLAUSES.split(part) if (one := clause.strip())]
            self._read[pin.text] = _Said(
                pin,
                _all(read_lines([part], words, forms) for part in parts),
                tuple(one for one in clauses if self._is_remark(one)),
                tuple(dict.fromkeys(unit for one in clauses for unit in stated_units(one, words, forms))),
            )
        return self._read[pin.text]

    def _is_remark(self, clause: str) -> bool:
        """Whether a clause is all about figures or the row that may not count; what only mentions them is guidance."""
        is_void = self.names.values.asides.kind(clause) == "void"
        return is_void or says_of_figures(clause, self.names) or is_disputed(clause, self.names, is_alone=True)

    def above(self, first: int, header: int) -> Lines:
        """What the rows above a header have pinned to them about units, from a first row on."""
        return _all(one.lines for one in self._said if first <= one.pin.top and one.pin.bottom < header)

    def remarks(self, first: int, header: int, columns: Sequence[Column]) -> tuple[str, ...]:
        """What the rows above a header, and its columns without figures, have pinned to them about the figures."""
        of_figures = {column.index for column in columns if self._counts(column)}
        here = (one for one in self._said if first <= one.pin.top and one.pin.bottom <= header)
        return tuple(
            said
            for one in here
            if one.pin.bottom < header or not of_figures & {*range(one.pin.left, one.pin.right + 1)}
            for said in one.remarks
        )

    def _counts(self, column: Column) -> bool:
        return any(self.names.vocabulary.facts[fact].adds_up for fact in column.facts)

    def in_header(
        self, columns: Sequence[Column], rows: Sequence[int], kind: RecordType | None = None
    ) -> tuple[tuple[Column, ...], Lines]:
        """The columns with the units pinned to their headers, and what is pinned there that is about the whole table.

        Args:
            columns: the columns.
            rows: the rows of the header.
            kind: the record type of the table, where it has one.
        """
        facts, found, lines = self.names.vocabulary.facts, list[Column](), Lines()
        here = [one for one in self._said if any(one.pin.top <= row <= one.pin.bottom for row in rows)]
        for column in columns:
            said = [one for one in here if one.pin.left <= column.index <= one.pin.right]
            doubt = doubt_around((text for one in said for text in one.remarks), kind, self.names)
            if not said or column.fault or not column.is_recognised:
                found.append(column)
            elif doubt is not None and self._counts(column):
                found.append(replace(column, fault=doubt[0], words=(("remark", doubt[1]),)))
            elif any(facts[fact].unit for fact in column.facts):
                told = _all(one.lines for one in said)
                found.append(self._counted(column, told, "\n".join(one.pin.text for one in said if one.lines)))
            else:
                found.append(column)
                lines = lines.plus(of_name(_all(one.lines for one in said)))
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
        waiting, here = sorted(self._said, key=lambda one: -one.pin.top), list[_Said]()
        for number, cells in rows:
            while waiting and waiting[-1].pin.top <= number:
                here.append(waiting.pop())
            here = [one for one in here if one.pin.bottom >= number]
            changed = self._changed(cells, here)
            is_hidden = type(cells) is SheetRow and cells.is_hidden
            yield number, SheetRow({**cells, **changed}, is_hidden) if changed else cells

    def _changed(self, cells: Mapping[int, Cell], here: Sequence[_Said]) -> dict[int, Cell]:
        """The cells of a row that something is pinned to, with all of it."""
        changed: dict[int, Cell] = {}
        for index, cell in cells.items():
            mine = [one for one in here if one.pin.left <= index <= one.pin.right]
            if len(mine) > _MOST:
                # So many that differ are of no use to anybody; which of them holds is not tried.
                changed[index] = replace(cell, layout=replace(cell.layout or Layout(), pinned=mine[0].pin.text))
                continue
            if mine:
                text = "\n".join(dict.fromkeys(one.pin.text for one in mine if one.lines))
                own = {unit for one in mine for unit in one.units}
                changed[index] = self._cell(cell, text, _all(one.lines for one in mine), own)
            if remarks := tuple(said for one in mine for said in one.remarks):
                cell = changed[index]
                changed[index] = replace(cell, layout=replace(cell.layout or Layout(), remarks=remarks))
        return changed

    def _cell(self, cell: Cell, text: str, told: Lines, own: Collection[UnitForm]) -> Cell:
        # 该数为美元: beside a single figure that is as plain as a line about the table.
        units = [unit for unit in told.units or own if normal(unit.written) not in self.names.words.currency]
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
