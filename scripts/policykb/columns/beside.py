"""Refuse tables of types in which a text beside the figures, or in their column, says what is seen by rows alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import InputError
from ..model import RecordType, Vocabulary
from ..readers.bare import may_be_bare
from ..readers.reader import Reader
from ..readers.sheet.units import MULTIPLE, UNIT, may_be_unit, read_units, stated_units
from ..readers.words import normal
from .sources import Source
from .words import VISIBLE, Words

if TYPE_CHECKING:
    import polars as pl

__all__ = ["refuse_beside"]

_MOST = 2**16
"""Different texts of one column that are looked at; of more, those that come first."""
_NOTHING = r"^[\s0.,\-–—/\\]*\z"
"""A figure that is nothing in every unit, or a dash."""


def refuse_beside(source: Source, kind: RecordType, vocabulary: Vocabulary, where: str) -> None:
    """Refuse a table beside whose figures a text says another unit, or that a row is void or of another year.

    Args:
        source: the table, of a file that is no delimited text.
        kind: the type of its records.
        vocabulary: the facts, units and words that are known.
        where: what to call the file.

    Raises:
        InputError: which column says it, in which row, and in what words.
    """
    import polars as pl

    frame = source.numbered()
    texts = {name for name, type_ in frame.collect_schema().items() if type_ == pl.String}
    reader = Reader(vocabulary)
    for title in (one for one in source.header.ignored if not reader.names.column(0, one, kind).is_recognised):
        for column in (name for name in texts if name.strip() == title.strip()):
            told = next(_told(frame, column, kind, reader, source), None)
            if told is not None:
                _refuse(frame, column, told, where)
    for item in source.header.items.values():
        column = source.titles.get(item.name, "")
        if item.fact is not None and column in texts and may_be_bare(item.column):
            told = _mixed(frame, column)
            if told is not None:
                _refuse(frame, column, told, where)


def _told(frame: pl.LazyFrame, column: str, kind: RecordType, reader: Reader, source: Source) -> Iterator[str]:
    """The texts of a column that say what leaves the figures of their row in doubt."""
    import polars as pl

    words, forms = reader.names.words, reader.values.forms
    is_of_units = normal(column) in words.unit_of
    pattern = VISIBLE if is_of_units else Words(reader.values, reader.asides).unit()
    found = frame.filter(pl.col(column).str.contains(pattern)).select(pl.col(column).unique()).head(_MOST)
    usual = {item.fact.unit for item in source.header.items.values() if item.fact is not None and item.fact.adds_up}
    for text in sorted(found.collect(engine="streaming")[column].to_list()):
        units = (read_units if is_of_units else stated_units)(text, words, forms) or ()
        # CNY beside a sum in yuan says what is so in any case.
        is_other = any(unit.factor != unit.divisor or unit.unit not in usual for unit in units)
        is_unknown = is_of_units and not units and may_be_unit(text, words)
        if is_other or is_unknown or (not is_of_units and reader.doubt_beside(kind, text) is not None):
            yield text


def _mixed(frame: pl.LazyFrame, column: str) -> str | None:
    """A text with a multiple in a column of figures of which others have none."""
    import polars as pl

    cell, unit = pl.col(column), rf"(?i){UNIT}"
    has_unit = cell.str.contains(unit)
    is_bare = cell.str.contains(r"[0-9]") & ~has_unit & ~cell.str.contains(_NOTHING)
    some = frame.filter(cell.str.contains(MULTIPLE)).select(cell).head(1)
    first = some.collect(engine="streaming")[column].to_list()
    others = frame.filter(is_bare).select(cell).head(1).collect(engine="streaming") if first else None
    return first[0] if others is not None and len(others) else None


def _refuse(frame: pl.LazyFrame, column: str, text: str, where: str) -> None:
    import polars as pl

    row = frame.with_row_index("at", offset=1).filter(pl.col(column) == text).select("at").head(1).collect()
    raise InputError("told-beside", where=where, column=column, row=row["at"].item(), text=text)
