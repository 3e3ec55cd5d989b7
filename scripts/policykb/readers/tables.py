"""Turn the rows of a table, from whatever file, into records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from ..errors import InputError
from ..model import Finding, Place, Record, RecordType, Text, Vocabulary, letters
from ..patterns import regex
from ..wording.catalogue import at
from .around import of_some
from .body import Body
from .builder import unit_line_words
from .column import Column
from .findings import clip
from .numbers import plain
from .part import Head, Part
from .pins import Pins
from .reader import Found, Reader
from .sheet.forms import find_form
from .sheet.layout import HEADER_WITHIN, Block, Row, filled, find_block, starts_table
from .sheet.regions import Kind, Region, Regions
from .sheet.running import without_running
from .sheet.scales import with_open_scales, with_whole_years, years_in
from .sheet.units import INNER, Lines, of_name, read_lines, read_units, unit_behind
from .taken import taken_columns
from .words import half_width, normal

__all__ = ["HEADER_WITHIN", "MOST_COLUMNS", "Row", "Table", "TableReader"]

MOST_COLUMNS = 16_384
"""Columns of the widest sheet that spreadsheets know."""
_YEAR = regex(r"(?<![0-9])((?:19|20)[0-9]{2})(?=\s*(?:年|年度|[-—~至]|$|[^0-9./年-]))(?!\s*年\s*[0-9]{1,2}\s*月)")


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be read: its place, the stem of its rows' ids, its record type where all rows have one, its rows.

    `may_be_notes` is set for a sheet among others that may hold no records at all; `is_delimited` where a row has
    as many cells as its line has separators, so that one too many or too few means a slip; `groups_split` where the
    separator is one that groups digits, so that 6,000 without quotation marks is two cells. `hidden` are the positions
    of hidden columns, `around` texts that belong to the table and stand outside its rows, such as a page header; `pins`
    what is pinned to its cells;
    `stated` what the sheets of the same file before it say about units, by the type of their records, and `noted` what
    those without records say.
    """

    file: str
    stem: str
    rows: Iterable[Row]
    sheet: str | None = None
    kind: RecordType | None = None
    may_be_notes: bool = False
    is_delimited: bool = False
    groups_split: bool = False
    hidden: frozenset[int] = frozenset()
    around: tuple[str, ...] = ()
    pins: Pins | None = None
    stated: dict[str, Lines] = field(default_factory=dict)
    noted: Lines = field(default_factory=Lines)


class TableReader(Reader):
    """Reads tables against one vocabulary.

    Args:
        vocabulary: the facts, columns and record types that are known.
        strict: make every unknown column an error.
        conversions: report conversions; without them, rows of large tables are read faster.
        regions: where to tell what the parts of the sheets were taken for.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        *,
        strict: bool = False,
        conversions: bool = True,
        regions: Regions | None = None,
    ) -> None:
        super().__init__(vocabulary, strict=strict)
        self.conversions = conversions
        self.regions = regions if regions is not None else Regions()

    def read(self, table: Table) -> Iterator[Found]:
        """The records of a table in their order, and the findings that belong to none of them.

        Raises:
            InputError: no column is recognised, it is a form, or a row's record type is missing or unknown.
        """
        rows = iter(table.rows)
        first: list[Row] = []
        for row in rows:
            if filled(row[1]):
                first.append(row)
            if len(first) == HEADER_WITHIN:
                break
        self._refuse_form(first, table)
        block = find_block(first, self.names, table.kind)
        if block is None:
            if table.may_be_notes:
                yield self.tell("sheet-left-out", "warning", Place(table.file, table.sheet))
                return
            raise self._no_header(first, table)
        part, end = self.part(first, table, 0, block)
        yield from part.findings()
        body = Body(self, table, part, chain(first[end:], rows))
        yield from body.read()
        if not body.held_any:
            yield self.tell("sheet-without-rows", "info", Place(table.file, table.sheet, part.head.row))

    # --- The header -----------------------------------------------------------------------

    def part(
        self, rows: Sequence[Row], table: Table, top: int, block: Block | None = None, earlier: Head | None = None
    ) -> tuple[Part, int]:
        """The table whose header stands among some rows, and the position behind its header.

        Args:
            rows: the header with the rows above it, and the first below it.
            table: the sheet.
            top: the position of the header, where it is known.
            block: its header block, where it is known.
            earlier: the header of the table before it in the sheet: what stands above that may be meant here as well.
        """
        found = block or find_block(rows[top:], self.names, table.kind)
        assert found is not None, "a row was taken for a header before"
        start, end = (found.top, found.end) if block else (found.top + top, found.end + top)
        above = [cell.text for _, cells in rows[:start] for cell in filled(cells).values()]
        title = [half_width(text) for text in (table.sheet or "", table.stem)]
        lines = of_name(read_lines(title, self.names.words, self.values.forms))
        lines = lines.plus(read_lines([*table.around, *above], self.names.words, self.values.forms))
        if len(found.titles) > MOST_COLUMNS:
            where = self.where(table, rows[end - 1][0])
            raise InputError("too-many-columns", where=where, count=len(found.titles), most=MOST_COLUMNS)
        columns = self.names.columns(found.titles, table.kind, found.groups)
        columns = without_running(columns, rows[end:], self.names, table.kind, found.gaps)
        lines = lines.plus(self._lines_in(columns, found.titles))
        pinned: tuple[str, ...] = ()
        if table.pins:
            first, header = 1 if earlier is None else rows[0][0], [row for row, _ in rows[start:end]]
            lines = lines.plus(table.pins.above(first, header[0]))
            pinned = (*table.pins.remarks(first, header[-1], columns), *table.pins.of_items)
            columns, of_table = table.pins.in_header(columns, header, table.kind)
            lines = lines.plus(of_table)
        # What stands above one sheet may be meant of the next one of its kind: 表, 表（续）.
        kind = table.kind.id if table.kind is not None else ""
        others = earlier.lines if earlier is not None else table.stated.get(kind, table.noted)
        if not lines:
            lines = Lines(unclear=(*(unit.written for unit in others.units), *others.unclear))
        else:
            table.stated[kind] = lines
        # 进出口总额以万元计 says nothing of the other columns.
        if some := of_some((*table.around, *above), columns, self.names):
            lines = Lines(unclear=(*lines.unclear, *some))
        columns = with_open_scales(columns, lines, self.names)
        said = (*(earlier.above if earlier is not None else ()), *title, *table.around, *above, *pinned)
        columns = with_whole_years(columns, said, self.names, table.kind)
        number = rows[end - 1][0]
        years = years_in((table.sheet or "", *above), table.kind, self.names)
        period = self._period_of(columns, above)
        width = max((1 + max(cells, default=-1) for _, cells in rows[start:end]), default=0)
        is_ragged = table.groups_split and any(2 < len(cells) < width for _, cells in rows[end:])
        head = Head(
            number, columns, found.titles, found.rows, lines, period, table.hidden, width, is_ragged, said, years
        )
        self._tell_regions(rows[:start], rows[start:end], head, table)
        return Part(self, table, head), end

    def _lines_in(self, columns: Sequence[Column], titles: Mapping[int, str]) -> Lines:
        """What the header says of the whole table: “单位：万元” in a corner of it, or below a title without figures."""
        found, open_before = Lines(), False
        for column in columns:
            title = titles[column.index]
            if any(self.vocabulary.facts[fact].unit for fact in column.facts):
                if column.unit is not None and self.names.words.is_onward(title):
                    # A column before it without a unit is no “below”.
                    found = found.plus(Lines(unclear=(title,)) if open_before else Lines((column.unit,)))
                open_before = open_before or (column.unit is None and not column.fault)
                continue
            inner = [
                units
                for part in INNER.findall(half_width(title))
                if (units := read_units(part, self.names.words, self.values.forms))
            ]
            if inner and column.is_recognised:
                # 企业名称（单位：万元）: what can have no unit says that of the table; 企业名称（万元） may be a slip.
                is_said = any(
                    normal(part).startswith(self.names.words.unit_of) for part in INNER.findall(half_width(title))
                )
                found = found.plus(Lines(inner[0]) if is_said else Lines(unclear=(title,)))
            elif normal(title).strip("([").startswith(self.names.words.unit_of):
                found = found.plus(read_lines([title], self.names.words, self.values.forms))
            elif read_units(title, self.names.words, self.values.forms):
                found = found.plus(Lines(unclear=(title,)))
        return found

    def header_at(self, rows: Sequence[Row], table: Table) -> int | None:
        """How many rows the header has that begins with the first of some rows; None where none begins there."""
        return starts_table(rows, self.names, table.kind)

    def _period_of(self, columns: Sequence[Column], above: Sequence[str]) -> str | None:
        """The year that two columns of following years, or one and the title, give to records without a period."""
        years = {column.year for column in columns if column.year is not None}
        if not years or any(column.known == "period" for column in columns):
            return None
        said = {int(year) for text in above for year in _YEAR.findall(half_width(text))}
        last = max(years)
        fits = years == {last, last - 1} and said <= {last}
        return str(last) if fits or (years == {last} and said == {last}) else None

    def _refuse_form(self, rows: Sequence[Row], table: Table) -> None:
        """Refuse a form, and a table that lies on its side.

        Raises:
            InputError: labels stand beside their values.
        """
        form = find_form(rows, self.names, table.kind)
        if form is not None:
            number, index = form
            cell = next(cells[index] for row, cells in rows if row == number)
            raise InputError(
                "form-not-table",
                where=self.where(table, number),
                cell=f"{letters(index)}{number}",
                label=clip(cell.text),
            )

    def _tell_regions(self, above: Sequence[Row], header: Sequence[Row], head: Head, table: Table) -> None:
        for number, cells in above:
            texts = [cell.text for cell in filled(cells).values()]
            lines = read_lines(texts, self.names.words, self.values.forms)
            kind: Kind = "unit" if lines.units else "unclear" if lines.unclear else "title"
            self.regions.add(Region(kind, table.file, table.sheet, number, number, "、".join(map(clip, texts))))
        columns = taken_columns(head, self.names, table.kind)
        self.regions.add(Region("header", table.file, table.sheet, header[0][0], header[-1][0], "", columns))

    def _no_header(self, rows: list[Row], table: Table) -> InputError:
        if not rows:
            return InputError("empty-table", where=self.where(table))
        titles = [cell.text for cell in rows[0][1].values() if half_width(cell.text)]
        columns = [self.names.column(0, title, table.kind) for title in titles]
        hints = [f"“{clip(column.title)}” → “{dict(column.words)['suggestion']}”" for column in columns if column.fault]
        return InputError(
            "columns-unknown-near" if hints else "columns-unknown",
            where=self.where(table, rows[0][0]),
            titles=[clip(title) for title in titles[:8]],
            hints=hints,
            known=tuple(self.vocabulary.columns[name] for name in ("name", "period")),
        )

    def unclear_unit(
        self, record: Record, fact: str, lines: str, rule: str = "unit-line-unclear", **more: str
    ) -> Finding:
        """The finding that a line about units makes a figure unclear."""
        words, place = {**unit_line_words(self.vocabulary, fact, lines), **more}, record.places.get(fact, record.place)
        return self.tell(rule, "error", place, record=record.id, fact=fact, value=self.written(record, fact), **words)

    def has_unit(self, record: Record, fact: str) -> bool:
        """Whether a figure of a record was written with a unit of its own."""
        stated = record.stated.get(fact)
        # With a space between, it may be the unit of a line above that stands behind the figure.
        return isinstance(stated, str) and " " not in stated and unit_behind(stated, self.values.forms) is not None

    def written(self, record: Record, fact: str) -> str:
        """A figure of a record as it was written, before it was counted in the unit of its fact."""
        value, stated = record.facts[fact], record.stated.get(fact)
        if isinstance(stated, str):
            number, _, unit = stated.rpartition(" ")
            return number if number and normal(unit) in self.values.forms else stated
        if not isinstance(value, Decimal):
            return str(value)
        return plain(value if stated is None or not stated.factor else value * stated.divisor / stated.factor)

    def where(self, table: Table, row: int | None = None) -> str | Text:
        """A table, or a row of it, in words."""
        if table.sheet is None:
            return table.file if row is None else at("at-row", file=table.file, row=row)
        if row is None:
            return at("at-sheet", file=table.file, sheet=table.sheet)
        return at("at-sheet-row", file=table.file, sheet=table.sheet, row=row)
