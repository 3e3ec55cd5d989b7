"""Go through the rows of a sheet: tell records from totals, remarks and the rest, and where another table begins."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import Finding, Place, Record, Severity
from ..readers import below, strays
from .around import Around, is_of_items
from .asides import RULES, Aside
from .bare import Bare
from .cells import Cell
from .findings import Refused
from .part import Head, Part
from .reader import Found
from .sheet.layout import Row, filled
from .sheet.regions import Kind, Region
from .sheet.scales import says_of_figures
from .sheet.sums import Line, Rows, Running, added_facts, line_of, sums_among
from .sheet.units import Lines, read_lines, unit_behind
from .words import half_width

if TYPE_CHECKING:
    from .tables import Table, TableReader

__all__ = ["Body"]

LONGEST_HELD = 5000
"""Records that are held until the end of their table, to see which are sums of others; of the rest only sums above."""
_AHEAD = 4
_LEFT_OUT: Mapping[Aside, Kind] = {"total": "total", "part": "part", "example": "example"}


class Body:
    """The rows of a sheet from its first header on.

    Args:
        reader: the reader.
        table: the sheet.
        part: its first table.
        rows: the rows behind the header.
    """

    def __init__(self, reader: TableReader, table: Table, part: Part, rows: Iterable[Row]) -> None:
        self.reader, self.table, self.part = reader, table, part
        self._rows = iter(rows)
        self._ahead: deque[Row] = deque()
        self._added = added_facts(reader.vocabulary)
        self._between: list[Row] = []
        self._held: list[Found] = []
        self._closed: list[tuple[Head, list[Found]]] = []
        self._lines: list[Line] = []
        self._at: list[int] = []
        self._running: Running | None = None
        self._against = ""
        self._bare = Bare(reader, part.head)
        self.held_any = False

    def read(self) -> Iterator[Found]:
        """The records of all tables of the sheet in their order, and the findings that belong to none."""
        while (row := self._next()) is not None:
            number, cells = row
            quick = self.part.quick
            record = quick.read(number, cells) if quick is not None and self.part.unknown_header is None else None
            if record is not None:
                yield from self._take(record, cells)
                continue
            yield from self._careful(number, cells)
        self._end_table(True)
        yield from self._give_on()

    def _careful(self, number: int, cells: Mapping[int, Cell]) -> Iterator[Found]:
        here = filled(cells)
        if not here:
            return
        place = Place(self.table.file, self.table.sheet, number)
        if strays.repeats_header(self.part.head, here) and not self._units_between():
            yield from self._pass(self._aside(place, "header-again", "again", next(iter(here.values())).text))
            return
        block = None
        if not self._states_period(here):
            block = self.reader.header_at([(number, cells), *self._look()], self.table)
        if block is not None:
            between = self._end_table(False)
            yield from self._new_table(number, cells, block, between)
            return
        told = self._left_out(number, here)
        is_header = strays.is_another_header(self.reader, self.part.head, here)
        if told is not None and not (is_header and told[1] == "part"):  # 其中：出口 where figures belong
            self._between.append((number, cells))
            rule, kind, value = told
            yield from self._pass(self._aside(place, rule, kind, value))
            return
        if is_header:
            texts = "、".join(cell.text for cell in here.values())
            self.part.unknown_header = (number, texts)
            self.reader.regions.add(self._region("unclear", number, texts))
        for item in self.part.record(number, cells):
            if isinstance(item, Record):
                yield from self._take(self._doubted(item, here), cells)
            else:
                yield from self._pass(item)

    # --- Records ------------------------------------------------------------------------

    def _take(self, record: Record, cells: Mapping[int, Cell]) -> Iterator[Found]:
        """Keep a record until its table is known as a whole, or give it on."""
        self.held_any = True
        row = record.place.row or 0
        between, self._between = self._between, []
        self._against = self._units_against(between) or self._against
        if self._against:
            record = below.below_other_unit(self.reader, self.part.head, record, self._against)
        record = self.part.around.told(below.beside_title(self.reader, self.part.head, record))
        self.reader.regions.add(self._region("records", row, ""))
        line = line_of(record, self._added, self.part.is_numbered(cells))
        if self._running is not None:
            self._state_below(between)
            if (error := self._bare.late(record, cells, self.table)) is not None:
                raise error
            record = self._bare.told(record)
            rows = self._running.take(line)
            yield self._sum_row(record, rows) if rows else record
            return
        self._at.append(len(self._held))
        self._lines.append(line)
        self._held.append(record)
        self._bare.note(record, cells)
        self._state_below(between)  # the record that follows was read without it, as those before
        if len(self._held) > LONGEST_HELD:
            running = Running(self._lines)
            yield from self._give_on()
            yield from self._judged()
            self._running = running

    def _pass(self, finding: Finding) -> Iterator[Found]:
        """Keep a finding in its order among the records."""
        if self._running is not None:
            yield finding
        else:
            self._held.append(finding)

    def _judged(self) -> list[Found]:
        """What is held, with an error of every record that is a sum of others."""
        for position, rows in sums_among(self._lines).items():
            at = self._at[position]
            if at >= 0 and isinstance(record := self._held[at], Record):
                self._held[at] = self._sum_row(record, rows)
        self._held = [self._bare.told(one) if isinstance(one, Record) else one for one in self._held]
        held, self._held, self._lines, self._at = self._held, [], [], []
        return held

    def _give_on(self) -> Iterator[Found]:
        """What earlier tables of the sheet held."""
        closed, self._closed = self._closed, []
        for _, items in closed:
            yield from items

    def _sum_row(self, record: Record, rows: Rows) -> Record:
        """A record that is the sum of others: a total, unless it is said whose it is."""
        words = f"{rows.first}–{rows.last}" if rows.first != rows.last else str(rows.first)
        rule = "sum-row-unsure" if rows.is_open else "sum-row"
        finding = self.reader.tell(rule, "error", record.place, record=record.id, value=record.name, rows=words)
        self.reader.regions.add(self._region("sum", record.place.row or 0, f"{record.name or ''} = {words}"))
        return replace(record, findings=(*record.findings, finding))

    def _doubted(self, record: Record, here: Mapping[int, Cell]) -> Record:
        """A record with what is doubtful about its row as a whole."""
        asides, sort = self.reader.asides, self.reader.vocabulary.record_types[record.type]
        for index, cell in here.items():
            column = next((column for column in self.part.head.columns if column.index == index), None)
            is_first = index == next(iter(here))
            if doubt := strays.doubt_of(self.reader, record, cell, column, is_loose=index in self.part.loose):
                return self._with(record, *doubt)
            if cell.kind != "text" or not (is_first or (column is not None and column.known == "name")):
                if cell.layout is not None and cell.layout.adds_rows:
                    return self._with(record, "maybe-total-row", record.name or cell.text)
                continue
            kind = asides.kind(cell.text)
            if kind == "void" and not (column is not None and column.known == "name"):
                return self._with(record, "void-row", cell.text)
            if kind in _LEFT_OUT or (kind == "perhaps" and (column is None or column.known != "name")):
                return self._with(record, "maybe-total-row", cell.text)
            if index == self.part.number_at and strays.is_section(cell.text):
                return self._with(record, "maybe-total-row", f"{cell.text} {record.name or ''}".strip())
        if sort.of_enterprise and record.name and record.credit_code is None and asides.is_area(record.name):
            return self._with(record, "area-row", record.name)
        return record

    def _with(self, record: Record, rule: str, value: str) -> Record:
        finding = self.reader.tell(rule, "error", record.place, record=record.id, value=value)
        self.reader.regions.add(self._region("doubtful", record.place.row or 0, value))
        return replace(record, findings=(*record.findings, finding))

    # --- Rows that are none ---------------------------------------------------------------

    def _aside(self, place: Place, rule: str, kind: Kind, value: str) -> Finding:
        self.reader.regions.add(self._region(kind, place.row or 0, value))
        if kind in ("total", "part") and self._running is None:
            self._lines.append(Line(place.row or 0, is_break=True))
            self._at.append(-1)
        elif kind in ("total", "part") and self._running is not None:
            self._running.take(Line(place.row or 0, is_break=True))
        severity: Severity = "info" if rule == "unused-row" else "warning"
        return self.reader.tell(rule, severity, place, value=value)

    def _left_out(self, number: int, here: Mapping[int, Cell]) -> tuple[str, Kind, str] | None:
        """The rule by which a row is no record, what it is, and the words that say so."""
        asides, head = self.reader.asides, self.part.head
        first = next(iter(here.values())).text
        name, code = head.at("name"), head.at("creditCode")
        named = here[name].text if name is not None and name in here else ""
        has_code = code is not None and code in here
        for text in (first, named):
            kind = asides.kind(text) if text else None
            if kind is not None and kind in _LEFT_OUT and not has_code:
                return RULES[kind], _LEFT_OUT[kind], first
        if not named and not has_code:
            for index, cell in here.items():
                column = next((column for column in head.columns if column.index == index), None)
                if cell.kind == "text" and (column is None or not column.is_recognised) and asides.is_total(cell.text):
                    return "total-row", "total", cell.text
        if asides.is_remark(first) or (asides.is_signed(first) and not strays.has_figures(head, here)):
            return "remark-row", "remark", first
        if strays.is_unused(self.reader, self.part.head, here):
            return "unused-row", "unused", first
        is_caption = len(here) == 1 and self._is_caption(number, here)
        if is_caption or strays.is_heading(here, self.part.number_at):
            return "caption-row", "remark", " ".join(cell.text for cell in here.values())
        return None

    def _is_caption(self, number: int, here: Mapping[int, Cell]) -> bool:
        """Whether a lone cell is a caption or a remark, and no name of a record."""
        ((index, cell),) = here.items()
        if cell.kind != "text":
            return False
        column = next((column for column in self.part.head.columns if column.index == index), None)
        names = self.reader.names
        if cell.span > 2 or names.words.caption.match(half_width(cell.text)):
            return True
        if self.reader.asides.says_up_to_when(cell.text) or is_of_items(cell.text, names):
            return True
        if read_lines([cell.text], names.words, names.values.forms) or says_of_figures(cell.text, names):
            return True
        if column is None or not column.is_recognised or strays.is_signing(self.reader, cell):
            return True
        ahead = self._look()
        return any(self.reader.header_at(ahead[at:], self.table) is not None for at in range(min(2, len(ahead))))

    def _states_period(self, here: Mapping[int, Cell]) -> bool:
        """Whether a row has a period where its table has one, and no title in the place of the name: it is a record."""
        period, name = self.part.head.at("period"), self.part.head.at("name")
        if period is None or period not in here or self.reader.names.named(here[period].text):
            return False
        try:
            self.reader.values.read_period(here[period])
        except Refused:
            return False
        return name is None or name not in here or not self.reader.names.is_name(here[name].text)

    # --- Units below, and further tables ----------------------------------------------------

    def _end_table(self, is_last: bool) -> list[Row]:
        """The end of a table: what stands below it may say its unit, or that of the whole sheet.

        Returns:
            the rows between it and the next table that belong to that.
        """
        between, self._between = self._between, []
        asides = self.reader.asides
        remarks = [row for row in between if is_last or asides.is_remark(next(iter(filled(row[1]).values())).text)]
        self._state_below(remarks, is_last, is_end=True)
        self._closed.append((self.part.head, self._judged()))
        self._running = None
        return [row for row in between if row not in remarks]

    def _units_against(self, between: Sequence[Row]) -> str:
        """What rows among the records say about units, where the header says others."""
        texts = self.part.texts_of(between)
        lines = read_lines(texts, self.reader.names.words, self.reader.values.forms)
        return below.against_header(self.reader, self.part.head, lines) if lines else ""

    def _units_between(self) -> bool:
        """Whether the lines above a header once more say other units than those above the first."""
        texts = self.part.texts_of(self._between)
        lines = read_lines(texts, self.reader.names.words, self.reader.values.forms)
        return bool(lines) and set(lines.units) != set(self.part.head.lines.units)

    def _state_below(self, rows: Sequence[Row], is_last: bool = False, *, is_end: bool = False) -> None:
        """Unless what rows below records say about units is what the table says, its figures are unclear.

        Raises:
            InputError: records of the table were given on already.
        """
        if not rows:
            return
        texts = self.part.texts_of(rows)
        doubts = below.Doubts(self.reader, [text for text in texts if self.reader.asides.kind(text) is None])
        forms = self.reader.values.forms
        lines = read_lines(texts, self.reader.names.words, forms)
        # A total or an example of 12000万元 says in what the figures beside it are.
        behind = dict.fromkeys(unit for text in texts if (unit := unit_behind(text, forms)) and unit.factor != 1)
        head = self.part.head
        around = Around(self.reader, head, texts)
        told = below.unclear_below(self.reader, head, self._held, lines, tuple(behind))
        if self._running is not None:
            where = self.reader.where(self.table, rows[0][0])
            below.refuse(self.reader, head, where, told, doubts.of_any(self.table.kind))
            around.refuse(where)
        if told:  # What follows in the same table is touched as well.
            self.part.head = replace(head, lines=head.lines.plus(Lines(unclear=told)))
            self.part.quick = None
        doubts.tell(self._held)
        if is_end:
            below.against_below(self.reader, head, self._held, lines)
        self._held = [around.told(one) if isinstance(one, Record) else one for one in self._held]
        for earlier, items in self._closed if is_last else ():
            below.unclear_below(self.reader, earlier, items, lines, tuple(behind))
            doubts.tell(items)

    def _new_table(self, number: int, cells: Mapping[int, Cell], block: int, between: list[Row]) -> Iterator[Found]:
        """Another table begins: its header, read like the first one."""
        rows = [*between, (number, cells)]
        for _ in range(block - 1):
            row = self._next()
            if row is not None:
                rows.append(row)
        part, _ = self.reader.part(rows, self.table, len(between), earlier=self.part.head)
        self.part, self._against, self._bare = part, "", Bare(self.reader, part.head)
        for finding in part.findings():
            yield from self._pass(finding)

    def _look(self) -> list[Row]:
        """The next rows that hold anything, without taking them."""
        while len(self._ahead) < _AHEAD:
            row = next(self._rows, None)
            if row is None:
                break
            if filled(row[1]) or any(cell.merged_from is not None for cell in row[1].values()):
                self._ahead.append(row)
        return list(self._ahead)

    def _next(self) -> Row | None:
        return self._ahead.popleft() if self._ahead else next(self._rows, None)

    def _region(self, kind: Kind, row: int, why: str) -> Region:
        return Region(kind, self.table.file, self.table.sheet, row, row, why)
