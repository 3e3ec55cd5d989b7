"""Make records of the ordinary rows of a table; a row that needs a second look is left to the careful reader."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..model import Place, Record, RecordType, UnitForm, Value
from .builder import RecordBuilder
from .cells import Cell, Note, SheetRow, TextRow
from .column import Column
from .rows import RowPlaces, Slot, Worded, make_slot, tell
from .sheet.scales import is_disputed, says_of_figures
from .sheet.units import may_state_unit
from .torn import Figures, torn_numbers
from .words import normal

if TYPE_CHECKING:
    from .part import Head
    from .tables import Table, TableReader

__all__ = ["QuickRows"]

_EMPTY = Cell("")


class _Row(NamedTuple):
    """The values of a row; of the other cells what is `left` to be read with care."""

    facts: dict[str, Value]
    own: dict[str, str]
    notes: list[tuple[Slot, Worded]]
    left: list[tuple[Slot, Cell]]


class QuickRows:
    """Reads the ordinary rows of one table; see `rows`.

    Args:
        reader: the reader of the table.
        table: the table.
        head: its header.
        faults: the positions of columns that are at fault.
        number_at: the position of the running numbers, if there are any.
        loose: the positions of columns that nothing is known of.
    """

    def __init__(
        self,
        reader: TableReader,
        table: Table,
        head: Head,
        faults: Collection[int],
        number_at: int | None = None,
        loose: Collection[int] = (),
    ) -> None:
        self.reader = reader
        self.asides = reader.asides
        self.table = table
        self.columns = columns = head.columns
        self.titles = titles = head.titles
        self.lines = head.lines
        self.figures = head.figures(reader.vocabulary) if table.groups_split else Figures()
        self.cells: int | None = None if head.is_ragged else head.width
        self.number_at = number_at
        self.loose = loose
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
        if not self._is_in_shape(texts, cells):
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
        if not self._is_ordinary(texts, cells):
            return None
        if self.number_at is not None:
            numbered = texts[self.number_at] if texts is not None else cells.get(self.number_at, _EMPTY).text
            if numbered and not numbered.isdecimal():
                return None
        for index in self.loose:
            loose = _EMPTY if texts is not None else cells.get(index, _EMPTY)
            if loose.layout is not None:
                return None
            beside = texts[index] if texts is not None else loose.text
            if beside and (may_state_unit(beside) or self.asides.suspect.search(normal(beside))):
                return None
            if beside and (says_of_figures(beside, self.reader.names) or is_disputed(beside, self.reader.names)):
                return None
        row = self._values(slots, texts, cells)
        if row is None:
            return None
        own, table = row.own, self.table
        if "period" not in own or not ("name" in own or "creditCode" in own):
            return None
        stated_id = own.get("id")
        name = stated_id or (f"{table.stem}#{table.sheet}!{number}" if table.sheet else f"{table.stem}#{number}")
        place = Place(table.file, table.sheet, number)
        where = RowPlaces(place, places if stated_id else places_without_id)
        if not row.left and not row.notes:
            who = (own.get("period", ""), own.get("name"), own.get("creditCode"), own.get("division"))
            return Record(name, kind.id, *who, row.facts, place, (), where, stated=self._units[kind.id])
        return self._with_care(row, RecordBuilder(self.reader.vocabulary, kind, place, name), name, where)

    def _is_in_shape(self, texts: list[str] | None, cells: Mapping[int, Cell]) -> bool:
        """Whether a row has a value only where there are columns, and no number that a comma has torn."""
        if texts is None:
            return cells.keys() <= self.titles.keys() and not (type(cells) is SheetRow and cells.is_hidden)
        if len(texts) != self.width or any(texts[gap] for gap in self.gaps):
            return False
        return not torn_numbers(texts, self.figures, self.cells)

    def _values(self, slots: list[Slot], texts: list[str] | None, cells: Mapping[int, Cell]) -> _Row | None:
        """The values of a row; None where one must be looked at together with the whole row."""
        row = _Row({}, {}, [], [])
        for slot in slots:
            index = slot.index
            if texts is not None:
                text = texts[index].strip()
            else:
                cell = cells.get(index)
                if cell is None:
                    continue
                text = cell.text.strip()
                if cell.layout is not None:
                    return None
                if (cell.kind != "text" or cell.unit or cell.fault) and not self._is_plain(slot, cell):
                    if slot.name == "id":
                        return None
                    row.left.append((slot, cell))
                    continue
            if not text:
                continue
            # What keeps a spreadsheet from counting is taken away with care.
            if text[0] in "='":
                return None
            if index == self.name_at and (not self.asides.is_surely_a_name(text) or self.reader.names.is_name(text)):
                return None
            got = slot.read(text)
            if got is None:
                if slot.name in ("period", "id"):  # the places of a row without an id are others
                    return None
                row.left.append((slot, Cell(texts[index]) if texts is not None else cells[index]))
                continue
            value, worded = got
            if value is not None:
                if slot.fact is not None:
                    row.facts[slot.name] = value
                else:
                    row.own[slot.name] = value  # type: ignore[assignment]
            for one in worded:
                row.notes.append((slot, one))
        return row

    def _is_plain(self, slot: Slot, cell: Cell) -> bool:
        """Whether a cell that is no text is a number as it stands, with nothing to report."""
        is_number = cell.kind == "number" and (slot.is_number or slot.name == "period")
        has_more = cell.unit or cell.fault or cell.displayed or (cell.notes and self._are_told(cell.notes))
        return is_number and not has_more

    def _with_care(self, row: _Row, builder: RecordBuilder, name: str, where: RowPlaces) -> Record:
        """The record, with the cells that are left read one by one, and with what is to be reported."""
        builder.places, builder.facts, builder.columns = where, row.facts, row.own
        builder.stated = dict(self._units[builder.kind.id])
        builder.findings = [
            tell(one, where[slot.name], name, None if slot.fact is None else slot.fact.id) for slot, one in row.notes
        ]
        for slot, cell in row.left:
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
            if cell is not None and cell.layout is not None:
                return None  # merged over several rows
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
