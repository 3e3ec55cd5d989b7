"""Tell whether delimited text is surely plain: one line of titles, and below it nothing but records beside each other.

What is surely plain means the same read column by column as read row by row with an eye for what a sheet may hold:
titles, lines of units, totals, remarks, further tables, rows that add up others. Anything else is left to the readers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ..law.data_rules import RecordRules
from ..model import RecordType, Vocabulary
from ..patterns import regex
from ..readers.bare import may_be_bare
from ..readers.cells import Cell, TextRow
from ..readers.csv_table import text_rows
from ..readers.findings import Refused
from ..readers.part import Part
from ..readers.reader import NOT_READ
from ..readers.separators import OTHERWISE
from ..readers.sheet.layout import HEADER_WITHIN, Row, filled, find_block
from ..readers.sheet.units import UNIT
from ..readers.tables import Table, TableReader
from ..readers.torn import FIRST as BEGUN
from ..readers.torn import NEXT
from ..readers.words import half_width
from .delimited import FIRST
from .sources import NUMBER, Source
from .words import UNTIDY, VISIBLE, Words

if TYPE_CHECKING:
    import polars as pl

__all__ = ["is_surely_plain"]

_MOST = 100_000
"""Different texts that are looked at one by one; a file with more of them is not plain."""
_CODE = r"^[0-9A-Z]{18}\z"
_USUAL_NAME = r"^[\p{Han}!-~（）·]+\z"
_JOINTS = r"[\s_\-*:]+"
_BLOCK = 2**20
_LONE_RETURN = regex(rb"\r(?!\n)|\0")


def is_surely_plain(path: Path, source: Source, kind: RecordType, vocabulary: Vocabulary, rules: RecordRules) -> bool:
    """Whether the readers would make a record of each row, from the columns that `source` has.

    Args:
        path: a file of delimited text.
        source: the same as columns of texts.
        kind: the type of its records.
        vocabulary: names the columns.
        rules: the data rules; they say of which records a subject has one a period.

    Raises:
        InputError: the file cannot be read.
    """
    reader = TableReader(vocabulary, conversions=False)
    rows = [row for row in islice(text_rows(path, str(path), reader.names), HEADER_WITHIN) if filled(row[1])]
    part = _plain_head(rows, Table(path.name, path.stem, (), kind=kind, is_delimited=True), reader)
    if part is None or not _is_the_header(part, source, kind) or not _are_the_rows(path, rows, source, kind, reader):
        return False
    return all(is_plain() for is_plain in _tests(source, part, reader, kind, rules.types[kind.id].once_per_period))


def _plain_head(rows: list[Row], table: Table, reader: TableReader) -> Part | None:
    """The table, where its titles stand in the first line, each is known for what it is, and no line is above them."""
    block = find_block(rows, reader.names, table.kind)
    if block is None or block.top or block.end != 1 or block.groups or block.gaps or block.numbered:
        return None
    part, _ = reader.part(rows, table, 0, block)
    told = [finding for finding in part.findings() if finding.rule not in NOT_READ]
    columns = part.head.columns
    is_odd = any(column.fault or column.year is not None or column.part_of for column in columns)
    return None if told or is_odd or part.head.lines or part.head.period or part.quick is None else part


def _is_the_header(part: Part, source: Source, kind: RecordType) -> bool:
    """Whether the columns are the same ones, each with one meaning."""
    found = {}
    for column in part.head.columns:
        own = [fact for fact in column.facts if fact in kind.facts]
        if len(own) > 1:
            return False
        name = {"id": "record"}.get(column.known or "", column.known) or (own[0] if own else None)
        if name is not None and name != "type":
            found[name] = column
    items = source.header.items
    same = {name: item.column for name, item in items.items() if item.column.index >= 0}
    return {name: (one.index, one.unit) for name, one in found.items()} == {
        name: (one.index, one.unit) for name, one in same.items()
    }


def _are_the_rows(path: Path, rows: list[Row], source: Source, kind: RecordType, reader: TableReader) -> bool:
    """Whether the cells were told apart alike: by the separator, and where there are quotation marks, to the end."""
    import polars as pl

    has_quotes = False
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            has_quotes = has_quotes or b'"' in block
            if _LONE_RETURN.search(block[:-1] if block.endswith(b"\r") else block):
                return False
    frame = pl.scan_parquet(list(source.paths), glob=False)
    columns = [name for name in frame.collect_schema().names() if name.isdigit()]
    if any(len(cells) > len(columns) for _, cells in rows):
        return False
    here = [(number, *(text or None for text in _texts(cells))) for number, cells in rows[1:]]
    first = frame.select(NUMBER, *columns).head(len(here)).collect().rows()
    longer = [one + (None,) * (len(columns) + 1 - len(one)) for one in here]
    if longer != [(row[0], *(text or None for text in row[1:])) for row in first]:
        return False
    if not has_quotes:
        return True
    texts = pl.sum_horizontal(pl.col(columns).str.len_chars().fill_null(0)).sum()
    count, letters = frame.select(pl.len(), texts).collect(engine="streaming").row(0)
    for _, cells in islice(text_rows(path, str(path), reader.names), rows[0][0], None):
        if any(map(half_width, _texts(cells))):
            count, letters = count - 1, letters - sum(map(len, _texts(cells)))
    return bool((count, letters) == (0, 0))


def _texts(cells: Mapping[int, Cell]) -> list[str]:
    assert isinstance(cells, TextRow)
    return cells.texts


def _tests(
    source: Source, part: Part, reader: TableReader, kind: RecordType, yearly: bool
) -> Iterator[Callable[[], bool]]:
    """What must hold of the rows, the cheapest first."""
    import polars as pl

    frame = pl.scan_parquet(list(source.paths), glob=False)
    words = Words(reader.values, reader.asides)
    nothing = pl.lit(None, pl.String)
    name, code, ident = (
        pl.col(at) if (at := source.titles.get(one)) else nothing for one in ("name", "creditCode", "record")
    )
    number = pl.col(str(part.number_at)) if part.number_at is not None else nothing
    is_coded = code.str.contains(_CODE).fill_null(False)
    plain_name = name.str.to_lowercase().str.replace_all(_JOINTS, "")

    def are_records() -> bool:
        """Whose each is is said, and it is no sum of others: it has a code, an id, or a running number."""
        is_wrong = [
            ~(_has(name) | _has(code)),
            ~(is_coded | _has(ident) | _has(number)),
            _has(number) & ~number.str.contains(r"^[0-9]+\z"),
            plain_name.is_in(sorted(reader.names.known())),
            _has(code) & ~is_coded & yearly,
        ]
        asked = frame.select(pl.any_horizontal(*is_wrong).any())
        return not asked.collect(engine="streaming").item()

    plain = _Plain(part, reader)
    period, first = pl.col(source.titles["period"]), pl.col(FIRST)
    odd_name = f"{UNTIDY}|{words.no_name()}|{words.total()}"
    odd_first = first.str.contains(words.total()) | first.str.contains(words.remark())
    yield lambda: _all(plain.is_period, frame.select(period.fill_null("").unique()))
    yield are_records
    yield lambda: not _has_torn(frame, part)
    yield lambda: not _has_more(frame, part)
    for figure in (pl.col(str(index)) for index in part.figures.all):
        is_otherwise = figure.str.strip_chars().str.contains(OTHERWISE) | figure.str.contains("[，．]")
        yield partial(_has_none, frame.filter(is_otherwise))
    for figure in (pl.col(str(one.index)) for one in part.head.columns if may_be_bare(one)):
        yield partial(_has_none, frame.filter(figure.str.contains(rf"(?i){UNIT}")))
    for beside in (pl.col(str(index)) for index in part.loose):
        yield partial(_all, plain.is_beside, frame.filter(beside.str.contains(words.unit())).select(beside.unique()))
    yield lambda: _all(plain.is_first, frame.filter(odd_first).select(first.unique()))
    yield lambda: _all(plain.is_name, frame.filter(name.str.contains(odd_name)).select(name.unique()))
    if kind.of_enterprise:
        uncoded = frame.filter(~_has(code) & name.str.contains(words.place()))
        yield lambda: _all(plain.is_no_place, uncoded.select(name.unique()))
    if yearly:
        yield (
            lambda: (
                not _has_twins(
                    frame.select(period=period.str.slice(0, 4), name=name, code=pl.when(is_coded).then(code))
                )
            )
        )


@dataclass(frozen=True)
class _Plain:
    """What is plain in a place, of the few texts in which a pattern has found something."""

    part: Part
    reader: TableReader

    def is_name(self, text: str) -> bool:
        reader = self.reader
        found = reader.values.read_name(Cell(text)).value
        return found is not None and reader.asides.kind(text) is None and not reader.names.is_name(text)

    def is_no_place(self, text: str) -> bool:
        return not self.reader.asides.is_area(text)

    def is_first(self, text: str) -> bool:
        asides = self.reader.asides
        is_remark = asides.is_remark(text) or asides.is_signed(text) or asides.says_up_to_when(text)
        return asides.kind(text) is None and not is_remark

    def is_beside(self, text: str) -> bool:
        kind = self.part.table.kind
        return not self.part.states_unit(text) and kind is not None and self.reader.doubt_beside(kind, text) is None

    def is_period(self, text: str) -> bool:
        return self.reader.values.read_period(Cell(text)).value is not None


def _has_torn(frame: pl.LazyFrame, part: Part) -> bool:
    """Whether a number may be torn into cells: see `torn_numbers`, with rows as long as the longest one."""
    import polars as pl

    figures = part.figures
    known = [name for name in frame.collect_schema().names() if name.isdigit()]
    last = pl.col(known[-1]).is_null()
    torn = [pl.lit(False)]
    for index in figures.all:
        cells = [pl.col(str(at)) for at in range(index, index + 3) if str(at) in known]
        if len(cells) > 1:
            is_begun = cells[0].str.contains(rf"^{BEGUN}\z")
            is_next = [one.str.contains(rf"^{NEXT}\z") for one in cells]
            is_long = is_next[2] if len(cells) > 2 else pl.lit(False)
            is_sure = (is_long | cells[1].str.contains(r"^\s*0")) if index in figures.large else pl.lit(False)
            torn.append(is_begun & is_next[1] & (is_sure | last))
    found = frame.select(pl.any_horizontal(*(one.fill_null(False) for one in torn)).any())
    return bool(found.collect(engine="streaming").item())


def _has_more(frame: pl.LazyFrame, part: Part) -> bool:
    """Whether a row has anything behind the last title: more cells than its header, which is a slip."""
    import polars as pl

    behind = [name for name in frame.collect_schema().names() if name.isdigit() and int(name) > max(part.head.titles)]
    asked = frame.select(pl.any_horizontal(*(_has(pl.col(name)) for name in behind)).any()) if behind else None
    return asked is not None and bool(asked.collect(engine="streaming").item())


def _has_none(rows: pl.LazyFrame) -> bool:
    """Whether there is no such row: 12000万元 leaves what stands above and below it without a unit in doubt."""
    return rows.head(1).collect(engine="streaming").is_empty()


def _has(value: pl.Expr) -> pl.Expr:
    return value.str.contains(VISIBLE).fill_null(False)


def _all(is_plain: Callable[[str], bool], texts: pl.LazyFrame) -> bool:
    """Whether all of some texts are plain."""
    found = texts.head(_MOST + 1).collect(engine="streaming").to_series().to_list()
    try:
        return len(found) <= _MOST and all(is_plain(text) for text in found)
    except Refused:
        return False


def _has_twins(rows: pl.LazyFrame) -> bool:
    """Whether two rows may be about one subject and period: of one code, or of one name and not both with a code."""
    import polars as pl

    codes = pl.concat_str("code", "period").hash()
    uncoded = rows.select(pl.col("code").is_null().any()).collect(engine="streaming").item()
    if _repeats(rows.filter(pl.col("code").is_not_null()).select(codes)):
        return True
    if not uncoded:
        return False
    named = rows.filter(pl.col("name").is_not_null())
    if named.select((~pl.col("name").str.contains(_USUAL_NAME)).any()).collect(engine="streaming").item():
        return True
    key = pl.col("name").str.to_lowercase().str.replace_all("（", "(").str.replace_all("）", ")")
    return _repeats(named.select(pl.concat_str(key, "period").hash()))


def _repeats(hashes: pl.LazyFrame) -> bool:
    ordered = hashes.collect(engine="streaming").to_series().sort()
    return bool((ordered == ordered.shift(1)).any())
