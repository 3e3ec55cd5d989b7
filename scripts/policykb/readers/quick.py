"""Make records of the ordinary rows of a table; a row that needs a second look is left to the careful reader."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from ..model import Place, Record, RecordType, UnitForm, Value
from .builder import RecordBuilder
from .cells import Cell, Note, SheetRow, TextRow
from .column import Column
from .rows import RowPlaces, Slot, Worded, make_slot, tell
from .torn import torn_numbers
from .words import normal

if TYPE_CHECKING:
    from .part import Head
    from .tables import Table, TableReader

__all__ = ["QuickRows"]

_EMPTY = Cell("")


class QuickRows:
    """Reads the ordinary rows of one table; see `rows`.

    Args:
        reader: the reader of the table.
        table: the table.
        head: its header.
        faults: the positions of columns that are at fault.
        number_at: the position of the running numbers, if there are any.
    """

    def __init__(
        self,
        reader: TableReader,
        table: Table,
        head: Head,
        faults: Collection[int],
        number_at: int | None = None,
    ) -> None:
        self.reader = reader
        self.asides = reader.asides
        self.table = table
        self.columns = columns = head.columns
        self.titles = titles = head.titles
        self.lines = head.lines
        self.figures = [column.index for column in columns if column.facts] if table.groups_split else []
        self.cells: int | None = None if head.is_ragged else head.width
        self.number_at = number_at
        self.faults = faults
        self.normal = {index: normal(title) for index, title in titles.items()}
        self.width = max(titles, default=-1) + 1
        self.gaps = [index for index in range(self.width) if index not in titles]
        self.type_at = next((column.index for column in columns if column.known == "type"), None)
        self.name_at = next((column.index for column in columns if column.known == "name"), None)
        self._slots: dict[str, tuple[list[Slot], list[int], dict[str, Column], dict[str, Column]]] = {}
        self._kinds: dict[str, RecordType | None] = {}
        self._units: dict[str, dict[str, UnitForm]] = {}

    def read(self, number: int, cells: Mapping[int, Cell]) -> Record | None:
        """The record of a row, or None where the careful reader must look at it."""
        texts = cells.texts if type(cells) is TextRow else None
        if texts is not None:
            if len(texts) != self.width or any(texts[gap] for gap in self.gaps):
                return None
            if torn_numbers(texts, self.figures, self.cells):
                return None
        elif not cells.keys() <= self.titles.keys() or (type(cells) is SheetRow and cells.is_hidden):
            return None
        kind = self._kind(texts, cells)
        if kind is None:
            return None
        if kind.id not in self._slots:
            self._slots[kind.id] = self._layout(kind)
            self._units[kind.id] = {slot.name: slot.unit for slot in self._slots[kind.id][0] if slot.unit is not None}
        slots, careful, places, places_without_id = self._slots[kind.id]
        for index in careful:
            if texts[index] if texts is not None else index in cells:
                return None
        place = Place(self.table.file, self.table.sheet, number)
        facts: dict[str, Value] = {}
        own: dict[str, str] = {}
        notes: list[tuple[Slot, Worded]] = []
        left: list[tuple[Slot, Cell]] = []
        asides = self.asides
        if not self._is_ordinary(texts, cells):
            return None
        if self.number_at is not None:
            numbered = texts[self.number_at] if texts is not None else cells.get(self.number_at, _EMPTY).text
            if numbered and not numbered.isdigit():
                return None
        for slot in slots:
            index = slot.index
            if texts is not None:
                text = texts[index].strip()
                if not text:
                    continue
            else:
                cell = cells.get(index)
                if cell is None:
                    continue
                text = cell.text.strip()
                if cell.layout is not None:
                    return None
                if cell.kind != "text" and not (
                    cell.kind == "number"
                    and (slot.is_number or slot.name == "period")
                    and not (cell.unit or cell.fault or cell.displayed or (cell.notes and self._are_told(cell.notes)))
                ):
                    if slot.name == "id":
                        return None
                    left.append((slot, cell))
                    continue
                if not text:
                    continue
            # What keeps a spreadsheet from counting is taken away with care.
            if text[0] in "='":
                return None
            if index == self.name_at and (not asides.is_surely_a_name(text) or self.reader.names.is_name(text)):
                return None
            got = slot.read(text)
            if got is None:
                if slot.name in ("period", "id"):  # the places of a row without an id are others
                    return None
                left.append((slot, Cell(texts[index]) if texts is not None else cells[index]))
                continue
            value, worded = got
            if value is not None:
                if slot.fact is not None:
                    facts[slot.name] = value
                else:
                    own[slot.name] = value  # type: ignore[assignment]
            for one in worded:
                notes.append((slot, one))
        if "period" not in own or not ("name" in own or "creditCode" in own):
            return None
        stated_id = own.get("id")
        table = self.table
        name = stated_id or (f"{table.stem}#{table.sheet}!{number}" if table.sheet else f"{table.stem}#{number}")
        where = RowPlaces(place, places if stated_id else places_without_id)
        if not left and not notes:
            who = (own.get("period", ""), own.get("name"), own.get("creditCode"), own.get("division"))
            return Record(name, kind.id, *who, facts, place, (), where, stated=self._units[kind.id])
        builder = RecordBuilder(self.reader.vocabulary, kind, place, name)
        builder.places, builder.facts, builder.columns = where, facts, own
        builder.stated = dict(self._units[kind.id])
        builder.findings = [
            tell(one, where[slot.name], name, None if slot.fact is None else slot.fact.id) for slot, one in notes
        ]
        for slot, cell in left:
            spot = where[slot.name]
            if slot.fact is None:
                builder.take_column(self.reader.values, slot.name, cell, spot)
            else:
                builder.take(self.reader.values, slot.own, slot.column, cell, self.lines, spot)
        if not self.reader.conversions:
            builder.findings = [finding for finding in builder.findings if finding.severity != "info"]
        return builder.record()

    def _are_told(self, notes: tuple[Note, ...]) -> bool:
        """Whether some of what a cell has to report is reported."""
        return self.reader.conversions or any(note.severity != "info" for note in notes)

    def _is_ordinary(self, texts: list[str] | None, cells: Mapping[int, Cell]) -> bool:
        """Whether the first filled cell shows that the row is a record, and no total, remark or header."""
        if texts is not None:
            for index, text in enumerate(texts):
                if text and (stripped := text.strip()):
                    return self.asides.is_surely_a_record(stripped, self.normal.get(index, ""))
            return False
        for index, cell in cells.items():
            if cell.kind != "text":
                return True
            if stripped := cell.text.strip():
                return self.asides.is_surely_a_record(stripped, self.normal.get(index, ""))
        return False

    def _kind(self, texts: list[str] | None, cells: Mapping[int, Cell]) -> RecordType | None:
        if self.type_at is None:
            return self.table.kind
        if texts is not None:
            text = texts[self.type_at]
        else:
            cell = cells.get(self.type_at)
            text = cell.text if cell is not None and cell.kind == "text" else ""
        if text not in self._kinds:
            self._kinds[text] = self.reader.names.record_type(text) if text.strip() else self.table.kind
        return self._kinds[text]

    def _layout(self, kind: RecordType) -> tuple[list[Slot], list[int], dict[str, Column], dict[str, Column]]:
        """The slots of a record type, the columns to be looked at with care, and where each value stands."""
        slots, careful = [], []
        for column in self.columns:
            if column.index in self.faults:
                careful.append(column.index)
                continue
            if not column.is_recognised or column.known == "type":
                continue
            slot = make_slot(column, kind, self.reader.values, self.lines, conversions=self.reader.conversions)
            if slot is None:
                careful.append(column.index)
            else:
                slots.append(slot)
        places = {slot.name: slot.column for slot in slots}
        return slots, careful, places, {name: column for name, column in places.items() if name != "id"}
