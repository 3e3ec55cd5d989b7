"""Refuse tables of types in which a text beside the figures, or in their column, says what is seen by rows alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from ..errors import InputError
from ..model import RecordType, Vocabulary
from ..readers.bare import may_be_bare
from ..readers.reader import Reader
from ..readers.sheet.units import MULTIPLE, UNIT, may_be_unit, read_units, stated_units
from ..readers.words import normal
from .sources import Header
from .words import VISIBLE, Words

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Looked", "Table", "refuse_beside"]

_MOST = 2**16
"""Different texts of one column that are looked at; of more, those that come first."""
_NOTHING = r"^[\s0.,\-–—/\\]*$"
"""A figure that is nothing in every unit, or a dash."""
_BARE = r"[0-9]"


class Looked(Protocol):
    """A table whose texts are looked through, on whatever engine; patterns are those that all engines know."""

    def columns(self, title: str) -> tuple[str, ...]:
        """The columns of texts that a title names."""

    def texts(self, column: str, pattern: str, most: int) -> list[str]:
        """Different texts of a column in which a pattern is found, so many at the most."""

    def has(self, column: str, pattern: str, without: tuple[str, ...]) -> bool:
        """Whether a pattern is found in some text of a column in which none of the others is."""

    def row(self, column: str, text: str) -> int:
        """The first row of a text, counted from one."""


class Table:
    """Such a table on this machine."""

    def __init__(self, frame: pl.LazyFrame) -> None:
        import polars as pl

        self._frame = frame
        self._titles = [name for name, type_ in frame.collect_schema().items() if type_ == pl.String]

    def columns(self, title: str) -> tuple[str, ...]:
        """See `Looked`."""
        return tuple(name for name in self._titles if name.strip() == title.strip())

    def texts(self, column: str, pattern: str, most: int) -> list[str]:
        """See `Looked`."""
        import polars as pl

        found = self._frame.filter(pl.col(column).str.contains(pattern)).select(pl.col(column).unique()).head(most)
        return list(found.collect(engine="streaming")[column])

    def has(self, column: str, pattern: str, without: tuple[str, ...]) -> bool:
        """See `Looked`."""
        import polars as pl

        cell = pl.col(column)
        wanted = pl.all_horizontal(cell.str.contains(pattern), *(~cell.str.contains(one) for one in without))
        return len(self._frame.filter(wanted).select(cell).head(1).collect(engine="streaming")) > 0

    def row(self, column: str, text: str) -> int:
        """See `Looked`."""
        import polars as pl

        numbered = self._frame.with_row_index("at", offset=1)
        return int(numbered.filter(pl.col(column) == text).select("at").head(1).collect()["at"].item())


def refuse_beside(looked: Looked, header: Header, kind: RecordType, vocabulary: Vocabulary, where: str) -> None:
    """Refuse a table beside whose figures a text says another unit, or that a row is void or of another year.

    Args:
        looked: the table, of a file that is no delimited text.
        header: what its titles name.
        kind: the type of its records.
        vocabulary: the facts, units and words that are known.
        where: what to call the file.

    Raises:
        InputError: which column says it, in which row, and in what words.
    """
    reader = Reader(vocabulary)
    for title in (one for one in header.ignored if not reader.names.column(0, one, kind).is_recognised):
        for column in looked.columns(title):
            told = next(_told(looked, column, title, kind, reader, header), None)
            if told is not None:
                raise InputError("told-beside", where=where, column=title, row=looked.row(column, told), text=told)
    for item in header.items.values():
        for column in looked.columns(item.column.title) if item.fact is not None and may_be_bare(item.column) else ():
            told = _mixed(looked, column)
            if told is not None:
                title = item.column.title
                raise InputError("told-beside", where=where, column=title, row=looked.row(column, told), text=told)


def _told(looked: Looked, column: str, title: str, kind: RecordType, reader: Reader, header: Header) -> Iterator[str]:
    """The texts of a column that say what leaves the figures of their row in doubt."""
    words, forms = reader.names.words, reader.values.forms
    is_of_units = normal(title) in words.unit_of
    pattern = VISIBLE if is_of_units else Words(reader.values, reader.asides).unit()
    usual = {item.fact.unit for item in header.items.values() if item.fact is not None and item.fact.adds_up}
    for text in sorted(looked.texts(column, pattern, _MOST)):
        units = (read_units if is_of_units else stated_units)(text, words, forms) or ()
        # CNY beside a sum in yuan says what is so in any case.
        is_other = any(unit.factor != unit.divisor or unit.unit not in usual for unit in units)
        is_unknown = is_of_units and not units and may_be_unit(text, words)
        if is_other or is_unknown or (not is_of_units and reader.doubt_beside(kind, text) is not None):
            yield text


def _mixed(looked: Looked, column: str) -> str | None:
    """A text with a multiple in a column of figures of which others have none."""
    first = min(looked.texts(column, MULTIPLE, _MOST), default=None)
    is_mixed = first is not None and looked.has(column, _BARE, (rf"(?i){UNIT}", _NOTHING))
    return first if is_mixed else None
