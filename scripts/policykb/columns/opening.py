"""Open a file of records: as columns where it is surely plain, and else through the readers, as `apply` reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..doors.files import check_ordinary
from ..doors.writing import not_written, place_fault
from ..errors import InputError
from ..law.data_rules import RecordRules
from ..model import RecordType, Vocabulary
from ..readers import FORMATS
from ..readers.sources import format_of
from ..wording.catalogue import reason
from .beside import Table, refuse_beside
from .careful import read_carefully
from .delimited import open_text
from .sources import Source, check_types, recognise, separator_of
from .sure import is_surely_plain
from .words import ROW

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SUFFIXES", "open_records", "open_source"]

SUFFIXES = (".parquet", ".csv", ".tsv", ".txt", ".arrow", ".feather", ".ipc", ".duckdb", ".db")
"""What is opened as columns; whatever else the readers read is read by them."""
_CONTAINED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_unsigned_extensions": "false",
    "allow_community_extensions": "false",
    "lock_configuration": "true",
}
"""A database file brings its own views and settings, so that the engine may reach nothing but the file."""
_HELD = (
    "integer", "float32", "float64", "boolean", "decimal128", "date", "time", "timestamp", "duration", "null",
    "string", "large_string", "string_view", "binary", "large_binary", "binary_view", "fixed_size_binary",
)  # fmt: skip
"""Types of columns that the engine of columns has, and those of lists of them, by their names in Arrow."""
_BATCH = 100_000
"""Rows that are taken from a database at a time."""
_SURELY_READ = 2**20
"""Rows that are read however small their file is."""
_ROWS_A_BYTE = 16
"""Records with ids of their own take more room than a sixteenth of a byte, however they are packed."""


def open_records(path: Path, kind: RecordType, vocabulary: Vocabulary, rules: RecordRules, staging: Path) -> Source:
    """Open a file so that it is read as the readers read it.

    Delimited text that is surely plain, and tables of types, are taken as columns; the readers take the rest.

    Args:
        path: the file; see `open_source`.
        kind: the type of its records.
        vocabulary: names the columns.
        rules: the data rules, by which records that the readers take are judged.
        staging: a folder for copies as columns.

    Raises:
        InputError: the file cannot be used.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS or path.is_dir():
        return open_source(path, kind, vocabulary, staging)
    format_of(path)
    if separator_of(path.name) is not None:
        try:
            source = open_source(path, kind, vocabulary, staging)
        except InputError:
            pass  # The readers take it, or say why not.
        else:
            if is_surely_plain(path, source, kind, vocabulary, rules):
                return source.without(ROW)
    return read_carefully(path, kind, vocabulary, rules, staging)


def open_source(path: Path, kind: RecordType, vocabulary: Vocabulary, staging: Path) -> Source:
    """Open a file, or a folder of Parquet files.

    Args:
        path: the file; for a DuckDB file with several tables, FILE::TABLE.
        kind: the type of its records.
        vocabulary: names the columns.
        staging: a folder for Parquet copies of other formats.

    Raises:
        InputError: the file is missing, of no known format, or its columns cannot be used.
    """
    import polars as pl
    import pyarrow.parquet as pq

    file = Path(str(path).partition("::")[0])
    if not file.is_dir():
        check_ordinary(file)
    try:
        if separator_of(file.name) is not None:
            source = open_text(file, kind, vocabulary, staging)
        else:
            paths = _parquet_files(path, staging)
            types = [_types(each, str(path)) for each in paths]
            _refuse_dense(sum(pq.read_metadata(each).num_rows for each in paths), paths, str(path))
            frame = pl.scan_parquet(list(paths), glob=False)
            names = frame.collect_schema().names()
            header = recognise(names, kind, vocabulary, str(path))
            titles = {name: names[item.column.index] for name, item in header.items.items()}
            for schema in types:
                _check_types(schema, str(path), {*titles.values()} & {*schema.names})
            rows = int(frame.select(pl.len()).collect().item())
            source = Source(paths, rows, header, titles, path.name.partition("::")[0].rpartition(".")[0] or path.name)
            refuse_beside(Table(source.numbered()), header, kind, vocabulary, str(path))
        if source.header.types is not None:
            at = source.header.types.index
            frame = pl.scan_parquet(list(source.paths), glob=False)
            title = str(at) if source.number is not None else frame.collect_schema().names()[at]
            written = frame.select(pl.col(title).cast(pl.String).unique()).collect()
            check_types(written[title].to_list(), kind, vocabulary, str(path))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as fault:
        if (refused := place_fault(staging)) is not None:
            raise not_written(staging, refused) from fault
        raise InputError("data-unreadable", where=str(path), detail=reason(fault, "data", "csv", "os")) from fault
    return source


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
        raise InputError("unknown-suffix", where=str(path), known=tuple(dict.fromkeys((*SUFFIXES, *FORMATS))))
    staged = staging / "input.parquet"
    if suffix in (".duckdb", ".db"):
        _from_duckdb(path, table, staged)
    else:
        _types(path, str(path))
        pl.scan_ipc(path, glob=False).sink_parquet(staged)
    return (staged,)


def _refuse_dense(rows: int, paths: Iterable[Path], where: str) -> None:
    """Refuse more rows than the bytes of their files can tell apart: reading them might never end.

    Raises:
        InputError: so many records cannot each have an id of their own in so small a file.
    """
    size = sum(path.stat().st_size for path in paths)
    if rows > max(_SURELY_READ, size * _ROWS_A_BYTE):
        raise InputError("rows-too-dense", where=where, rows=f"{rows:,}", size=f"{size:,}")


def _types(path: Path, where: str) -> pa.Schema:
    """The types of the columns of a Parquet or Arrow file; the engine of columns panics on those it does not know.

    Raises:
        InputError: the file cannot be read, or has a column of such a type, be it used or not.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path) if path.suffix == ".parquet" else pa.ipc.open_file(path).schema
        names = Counter(schema.names)
    except (pa.ArrowException, UnicodeDecodeError) as fault:  # a name of a column may be no text
        raise InputError("data-unreadable", where=where, detail=reason(fault, "data", "csv", "os")) from fault
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise InputError("columns-of-one-name", where=where, column=twice[0])
    _check_types(schema, where, schema.names, ("map", "halffloat"))
    return schema


def _check_types(schema: pa.Schema, where: str, names: Iterable[str], more: tuple[str, ...] = ()) -> None:
    """Refuse columns whose types are none of those that are read, nor of some more."""
    for name in names:
        if (unread := _unread(schema.field(name).type, more)) is not None:
            raise InputError("column-inexact", where=where, column=name, type=unread)


def _unread(kind: pa.DataType, more: tuple[str, ...]) -> pa.DataType | None:
    """The type itself, or what it is made of, that is not read."""
    import pyarrow.types as known

    if known.is_dictionary(kind):
        return _unread(kind.value_type, more)
    if known.is_list(kind) or known.is_large_list(kind) or known.is_fixed_size_list(kind):
        return _unread(kind.value_type, more)
    if known.is_struct(kind):
        return next((found for each in kind if (found := _unread(each.type, more)) is not None), None)
    is_held = str(kind).startswith(more) if more else False
    return None if is_held or any(getattr(known, f"is_{name}")(kind) for name in _HELD) else kind


def _from_duckdb(path: Path, table: str, staged: Path) -> None:
    import duckdb
    import pyarrow as pa
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
            # What is worked out when it is read could take any time, and any room.
            worked_out = "SELECT column_name FROM duckdb_columns() WHERE is_generated AND table_name = ?"
            for (name,) in connection.execute(worked_out, [table]).fetchall():
                raise InputError("column-generated", where=str(path), column=name)
            ((rows,),) = connection.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchall()
            _refuse_dense(rows, (path,), str(path))
            # The engine itself may touch no other file, so that its rows are written from here.
            with pq.ParquetWriter(staged, (batches := _batches(connection, table)).schema) as writer:
                for batch in batches:
                    writer.write_batch(batch)
    # A column of spans of time, bits or unions has no type in the copy.
    except (duckdb.Error, pa.ArrowNotImplementedError) as fault:
        raise InputError("data-unreadable", where=str(path), detail=reason(fault, "data", "csv", "os")) from fault


def _batches(connection: Any, table: str) -> Any:
    """The rows of a table, some at a time."""
    return connection.sql(f"SELECT * FROM {_quoted(table)}").to_arrow_reader(_BATCH)


def _quoted(name: str) -> str:
    """A name of a table as it stands in SQL."""
    return '"' + name.replace('"', '""') + '"'
