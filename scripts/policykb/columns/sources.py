"""Open a file of records as columns: Parquet as it is, anything else staged as Parquet once."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..catalogue import at
from ..errors import CallError, InputError
from ..files import check_ordinary
from ..model import RecordType, Vocabulary
from ..readers.findings import word_finding
from ..readers.headers import Column, Names
from ..readers.tables import MOST_COLUMNS
from ..readers.values import Values
from ..readers.words import half_width
from ..writing import not_written, place_fault
from .plain import ROW, VISIBLE, Item

if TYPE_CHECKING:
    import polars as pl

__all__ = ["SUFFIXES", "Header", "Source", "check_types", "open_source", "recognise", "record_type_of", "separator_of"]

SUFFIXES = (".parquet", ".csv", ".tsv", ".txt", ".arrow", ".feather", ".ipc", ".duckdb", ".db")
_SEPARATORS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
_SAMPLE = 1_000
"""How many of the first records are looked at to see what is frequent."""
_USUAL = 4
"""At most so many texts of a column are called usual."""
_CONTAINED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_unsigned_extensions": "false",
    "allow_community_extensions": "false",
    "lock_configuration": "true",
}
"""A database file brings its own views and settings, so that the engine may reach nothing but the file."""
_BATCH = 100_000
"""Rows that are taken from a database at a time."""
_CODE_PAGES = ("utf-8-sig", "gb18030")
_NUMBER, _FIRST = "row number", "first cell"
"""Columns that the staged copy of a text file has beside its own, whose names are their positions."""


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
class Source:
    """Records in Parquet files: their paths, how many, and what each column of theirs is.

    `titles` maps the ids of `header.items`, and other names of columns, to the columns of the files. `stem` names the
    file in ids made up from its rows, `number` is the column that numbers them; without one they count from 1.
    """

    paths: tuple[Path, ...]
    rows: int
    header: Header
    titles: Mapping[str, str]
    stem: str
    number: str | None = None

    def scan(self) -> pl.LazyFrame:
        """The recognised columns under their ids; where the file has no ids, they are made up from the rows."""
        import polars as pl

        wanted = [pl.col(title).alias(name) for name, title in self.titles.items()]
        if "record" in self.titles:
            return self._opened().select(wanted)
        return self.numbered().select(self.made_up().alias("record"), *wanted)

    def numbered(self) -> pl.LazyFrame:
        """The columns of the files under their own names, with the number of each row."""
        return self._opened() if self.number is not None else self._opened().with_row_index(_NUMBER, offset=1)

    def made_up(self) -> pl.Expr:
        """An id from the file and the number of the row, over what `numbered` gives."""
        import polars as pl

        return pl.format("{}#{}", pl.lit(self.stem), pl.col(_NUMBER))

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
            raise InputError("data-unreadable", where=", ".join(map(str, self.paths)), detail=fault) from fault

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


def open_source(path: Path, kind: RecordType, vocabulary: Vocabulary, staging: Path) -> Source:
    """Open a file, or a folder of Parquet files.

    Args:
        path: the file; for a DuckDB file with several tables, FILE::TABLE.
        kind: the type of its records.
        vocabulary: names the columns.
        staging: a folder for Parquet copies of other formats.

    Raises:
        InputError: the file is missing, of no known format, or its columns cannot be used.
        CallError: the staging folder takes no copy.
    """
    import polars as pl

    file = Path(str(path).partition("::")[0])
    if not file.is_dir():
        check_ordinary(file)
    try:
        if separator_of(file.name) is not None:
            source = _open_text(file, kind, vocabulary, staging)
        else:
            paths = _parquet_files(path, staging)
            frame = pl.scan_parquet(list(paths), glob=False)
            names = frame.collect_schema().names()
            header = recognise(names, kind, vocabulary, str(path))
            titles = {name: names[item.column.index] for name, item in header.items.items()}
            rows = int(frame.select(pl.len()).collect().item())
            source = Source(paths, rows, header, titles, path.name.partition("::")[0].rpartition(".")[0] or path.name)
        if header_types := source.header.types:
            title = pl.scan_parquet(list(source.paths), glob=False).collect_schema().names()[header_types.index]
            written = pl.scan_parquet(list(source.paths), glob=False).select(pl.col(title).cast(pl.String).unique())
            check_types(written.collect()[title].to_list(), kind, vocabulary, str(path))
    except (pl.exceptions.PolarsError, OSError) as fault:
        if (refused := place_fault(staging)) is not None:
            raise not_written(staging, refused) from fault
        raise InputError("data-unreadable", where=str(path), detail=fault) from fault
    return source


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


def _open_text(path: Path, kind: RecordType, vocabulary: Vocabulary, staging: Path) -> Source:
    """A delimited text file, staged: its cells as they are, and without its blank rows."""
    import polars as pl

    separator = separator_of(path.name)
    assert separator is not None
    text = _utf8(path, staging)
    titles, number, lines = _titles(text, separator, path)
    header = recognise(titles, kind, vocabulary, str(path))
    columns = [str(position) for position in range(len(titles))]
    frame = pl.scan_csv(
        text,
        separator=separator,
        has_header=False,
        skip_lines=lines,
        schema=dict.fromkeys(columns, pl.String),
        missing_columns="insert",
        row_index_name=_NUMBER,
        row_index_offset=number + 1,
        glob=False,
    )
    staged = staging / "input.parquet"
    first = pl.coalesce(columns).alias(_FIRST)
    frame.with_columns(first).filter(pl.col(_FIRST).is_not_null()).sink_parquet(staged)
    has_mark = pl.col(_FIRST).str.contains(VISIBLE)
    if not pl.scan_parquet(staged, glob=False).select(has_mark.all()).collect().item():
        # A row that begins with a cell of blanks: its first cell is the one that follows, if any does.
        cells = (pl.when(pl.col(name).str.contains(VISIBLE)).then(pl.col(name)) for name in columns)
        first = pl.coalesce(*cells).alias(_FIRST)
        frame.with_columns(first).filter(pl.col(_FIRST).is_not_null()).sink_parquet(staged)
    rows = int(pl.scan_parquet(staged, glob=False).select(pl.len()).collect().item())
    items = {**header.items, ROW: Item(ROW, Column(-1, ""))}
    found = {name: columns[item.column.index] for name, item in header.items.items()} | {ROW: _FIRST}
    return Source((staged,), rows, Header(items, header.types, header.ignored), found, path.stem, _NUMBER)


def _titles(text: Path, separator: str, path: Path) -> tuple[list[str], int, int]:
    """The titles of a text file, the number of their row, and how many lines of the file end with it."""
    with text.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream, delimiter=separator, strict=True)
        try:
            for number, row in enumerate(rows, start=1):
                if any(map(half_width, row)):
                    return row, number, rows.line_num
        except csv.Error as fault:
            raise InputError("row-broken", where=at("at-row", file=path, row=1), detail=fault) from fault
    raise InputError("empty-table", where=str(path))


def _parquet_files(path: Path, staging: Path) -> tuple[Path, ...]:
    import polars as pl

    file, _, table = str(path).partition("::")
    path = Path(file)
    if path.is_dir():
        found = tuple(sorted(path.rglob("*.parquet")))
        if not found:
            raise InputError("folder-without-parquet", where=str(path))
        for each in found:
            check_ordinary(each)
        return found
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return (path,)
    if suffix not in SUFFIXES:
        raise InputError("unknown-suffix", where=str(path), known=SUFFIXES)
    staged = staging / "input.parquet"
    if suffix in (".duckdb", ".db"):
        _from_duckdb(path, table, staged)
    else:
        pl.scan_ipc(path, glob=False).sink_parquet(staged)
    return (staged,)


def _utf8(path: Path, staging: Path) -> Path:
    """The file itself where it is UTF-8, else a copy of it in UTF-8."""
    for page in _CODE_PAGES:
        try:
            with path.open(encoding=page, newline="") as stream:
                while stream.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        if page == "utf-8-sig":
            return path
        copy = staging / "input.csv"
        with path.open(encoding=page, newline="") as stream, copy.open("w", encoding="utf-8", newline="") as target:
            while block := stream.read(1 << 20):
                target.write(block)
        return copy
    raise InputError("unknown-encoding", where=str(path))


def _from_duckdb(path: Path, table: str, staged: Path) -> None:
    import duckdb
    import pyarrow.parquet as pq

    with path.open("rb") as stream:
        if stream.read(12)[8:] != b"DUCK":
            raise InputError("no-duckdb-file", where=str(path))
    try:
        with duckdb.connect(str(path), read_only=True, config=_CONTAINED) as connection:
            # A view would read whatever its query names, or never end.
            tables = "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND schema_name = current_schema()"
            names = sorted(row[0] for row in connection.execute(tables).fetchall())
            if not table and len(names) == 1:
                table = names[0]
            if table not in names:
                raise InputError("table-not-chosen", where=str(path), file=path.name, tables=names)
            # The engine itself may touch no other file, so that its rows are written from here.
            with pq.ParquetWriter(staged, (batches := _batches(connection, table)).schema) as writer:
                for batch in batches:
                    writer.write_batch(batch)
    except duckdb.Error as fault:
        raise InputError("data-unreadable", where=str(path), detail=fault) from fault


def _batches(connection: Any, table: str) -> Any:
    """The rows of a table, some at a time."""
    quoted = table.replace('"', '""')
    return connection.execute(f'SELECT * FROM "{quoted}"').to_arrow_reader(_BATCH)
