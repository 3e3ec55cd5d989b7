"""A file of records as columns, and what the titles of its columns name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import CallError, InputError
from ..model import RecordType, Vocabulary
from ..readers.findings import word_finding
from ..readers.headers import Column, Names
from ..readers.tables import MOST_COLUMNS
from ..readers.values import Values
from ..readers.words import half_width
from ..wording.catalogue import reason
from .words import Item

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

__all__ = ["NUMBER", "Header", "Refusals", "Source", "check_types", "recognise", "record_type_of", "separator_of"]

_SEPARATORS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
_SAMPLE = 1_000
"""How many of the first records are looked at to see what is frequent."""
_USUAL = 4
"""At most so many texts of a column are called usual."""
NUMBER = "row number"
"""The column that numbers the rows of a file."""


@dataclass(frozen=True)
class Header:
    """What the titles of a table name.

    `items` maps the id of a fact, or record, period, name, creditCode, division, to what its column states; `types` is
    the column of record types, where there is one; `ignored` are the titles that name nothing known.
    """

    items: Mapping[str, Item]
    types: Column | None
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class Refusals:
    """What is wrong with the records of a file, in a Parquet file: by the position of each, every error."""

    path: Path

    def wordings(self, positions: Iterable[str]) -> pa.Table:
        """The errors of some records, with the columns of a table of invalid records."""
        import polars as pl

        found = pl.scan_parquet(self.path, glob=False).filter(pl.col("text").is_in(list(positions)))
        return found.collect().to_arrow()


@dataclass(frozen=True)
class Source:
    """Records in Parquet files: their paths, how many, and what each column of theirs is.

    `titles` maps the ids of `header.items`, and other names of columns, to the columns of the files. `stem` names the
    file in ids made up from its rows, `number` is the column that numbers them; without one they count from 1.
    `refusals` are set where the records were read and judged already.
    """

    paths: tuple[Path, ...]
    rows: int
    header: Header
    titles: Mapping[str, str]
    stem: str
    number: str | None = None
    refusals: Refusals | None = None

    def scan(self) -> pl.LazyFrame:
        """The recognised columns under their ids; where the file has no ids, they are made up from the rows."""
        import polars as pl

        wanted = [pl.col(title).alias(name) for name, title in self.titles.items()]
        if "record" in self.titles:
            return self._opened().select(wanted)
        return self.numbered().select(self.made_up().alias("record"), *wanted)

    def without(self, name: str) -> Source:
        """The same without a column."""
        items = {one: item for one, item in self.header.items.items() if one != name}
        titles = {one: title for one, title in self.titles.items() if one != name}
        return replace(self, header=replace(self.header, items=items), titles=titles)

    def numbered(self) -> pl.LazyFrame:
        """The columns of the files under their own names, with the number of each row."""
        return self._opened() if self.number is not None else self._opened().with_row_index(NUMBER, offset=1)

    def made_up(self) -> pl.Expr:
        """An id from the file and the number of the row, over what `numbered` gives."""
        import polars as pl

        return pl.format("{}#{}", pl.lit(self.stem), pl.col(NUMBER))

    def _opened(self) -> pl.LazyFrame:
        import polars as pl

        frame = pl.scan_parquet(list(self.paths), glob=False)
        coded = [title for title, kind in frame.collect_schema().items() if isinstance(kind, pl.Categorical | pl.Enum)]
        return frame.with_columns(pl.col(coded).cast(pl.String)) if coded else frame

    def read_through(self) -> None:
        """Read every column to its end.

        Raises:
            InputError: somewhere in the file it cannot be read.
        """
        import polars as pl

        try:
            self.scan().select(pl.all().null_count()).collect(engine="streaming")
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise InputError(
                "data-unreadable", where=", ".join(map(str, self.paths)), detail=reason(fault, "data", "csv", "os")
            ) from fault

    def usual(self) -> dict[str, list[str]]:
        """The most frequent texts among the first records, for the columns of the period and of the place."""
        import polars as pl

        names = [name for name in ("period", "division") if name in self.titles]
        first = self.scan().select(pl.col(names).cast(pl.String)).head(_SAMPLE).collect()
        return {name: first[name].drop_nulls().value_counts(sort=True).head(_USUAL)[name].to_list() for name in names}


def record_type_of(chosen: str | None, path: Path, vocabulary: Vocabulary) -> RecordType:
    """The record type asked for, else that of the file's name.

    Raises:
        CallError: there is no such type, or nothing names one.
    """
    names = Names(vocabulary, Values(vocabulary))
    found = names.record_type(chosen if chosen is not None else path.stem)
    if found is None:
        raise CallError(
            "unknown-record-type" if chosen else "file-names-no-type",
            type=chosen,
            file=path.name,
            known=tuple(vocabulary.record_types),
        )
    return found


def separator_of(name: str) -> str | None:
    """The separator of a delimited text file, by its name; None for other files."""
    return _SEPARATORS.get(Path(name).suffix.lower())


def recognise(titles: Sequence[str], kind: RecordType, vocabulary: Vocabulary, where: str) -> Header:
    """What the titles of a table name.

    Raises:
        InputError: a title has a fault, two titles name the same, or a needed column is missing.
    """
    if len(titles) > MOST_COLUMNS:
        raise InputError("too-many-columns", where=where, count=len(titles), most=MOST_COLUMNS)
    names = Names(vocabulary, Values(vocabulary))
    items: dict[str, Item] = {}
    types: Column | None = None
    ignored: list[str] = []
    for column in names.columns({n: title for n, title in enumerate(titles) if half_width(title)}, kind):
        if column.fault:
            message, mend = word_finding(vocabulary, column.fault, column=column.title, words=dict(column.words))
            raise InputError("column-at-fault", where=where, column=column.title, message=message, mend=mend)
        facts = [fact for fact in column.facts if fact in kind.facts]
        name = {"id": "record"}.get(column.known or "", column.known) or (facts[0] if facts else None)
        if name == "type":
            types = column
        elif name is None:
            ignored.append(column.title)
        else:
            items[name] = Item(name, column, vocabulary.facts[name] if facts else None)
    for needed in ("period", "name"):
        if needed not in items:
            raise InputError("column-missing", where=where, column=needed, label=vocabulary.columns[needed])
    if not set(items) & set(kind.facts):
        raise InputError("no-fact-column", where=where, type=kind.id, known=kind.facts)
    return Header(items, types, tuple(ignored))


def check_types(written: Collection[str | None], kind: RecordType, vocabulary: Vocabulary, where: str) -> None:
    """See that the rows of a file that say their type are of the type that is screened.

    Raises:
        InputError: some are of another type.
    """
    names = Names(vocabulary, Values(vocabulary))
    others = []
    for text in written:
        if text is not None and half_width(text):
            found = names.record_type(text)
            if found is None or found.id != kind.id:
                others.append(text)
    if others:
        raise InputError("rows-of-other-types", where=where, types=sorted(others)[:_USUAL], type=kind.id)
