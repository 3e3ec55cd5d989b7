"""Open a file of records as columns: Parquet as it is, anything else staged as Parquet once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import CallError, InputError
from ..model import RecordType, Vocabulary
from ..readers.headers import Names
from ..readers.values import Values

if TYPE_CHECKING:
    import polars as pl

__all__ = ["SUFFIXES", "Source", "open_source", "recognise", "record_type_of"]

SUFFIXES = (".parquet", ".csv", ".tsv", ".txt", ".arrow", ".feather", ".ipc", ".duckdb", ".db")
_SEPARATORS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
_SAMPLE = 1_000
"""How many of the first records are looked at to see what is frequent."""
_USUAL = 4
"""At most so many texts of a column are called usual."""
_CODE_PAGES = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class Source:
    """Records in Parquet files: their paths, how many, and what each column of theirs is.

    `columns` maps the id of a fact, or record, period, name, creditCode, division, to the title in the file; `ignored`
    are the titles that name nothing known. `stem` names the file in ids made up from its rows.
    """

    paths: tuple[Path, ...]
    rows: int
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    stem: str

    def scan(self) -> pl.LazyFrame:
        """The recognised columns under their ids; where the file has no ids, they are made up from the rows."""
        import polars as pl

        frame = pl.scan_parquet(list(self.paths))
        wanted = [pl.col(title).alias(name) for name, title in self.columns.items()]
        if "record" in self.columns:
            return frame.select(wanted)
        made_up = pl.format("{}#{}", pl.lit(self.stem), pl.col("row number"))
        return frame.with_row_index("row number", offset=1).select(made_up.alias("record"), *wanted)

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

        names = [name for name in ("period", "division") if name in self.columns]
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
    """
    import polars as pl

    paths = _parquet_files(path, staging)
    try:
        schema = pl.scan_parquet(list(paths)).collect_schema()
        rows = int(pl.scan_parquet(list(paths)).select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise InputError("data-unreadable", where=str(path), detail=fault) from fault
    columns, ignored = recognise(schema.names(), kind, vocabulary, str(path))
    return Source(paths, rows, columns, ignored, path.name.partition("::")[0].rpartition(".")[0] or path.name)


def recognise(
    titles: Sequence[str], kind: RecordType, vocabulary: Vocabulary, where: str
) -> tuple[dict[str, str], tuple[str, ...]]:
    """What the titles of a table name: the id of a fact or column for each title, and the titles that name nothing.

    Raises:
        InputError: a title names a unit to be converted, two titles name the same, or a needed column is missing.
    """
    names = Names(vocabulary, Values(vocabulary))
    columns: dict[str, str] = {}
    ignored: list[str] = []
    for column in names.columns(dict(enumerate(titles)), kind):
        facts = [fact for fact in column.facts if fact in kind.facts]
        name = {"id": "record"}.get(column.known or "", column.known) or (facts[0] if facts else None)
        if name is None or name == "type":
            ignored.append(column.title)
            continue
        own = [fact for fact in facts if vocabulary.facts[fact].unit is not None]
        foreign = column.unit is not None and bool(own) and column.unit.factor != 1
        if column.fault or foreign:
            raise InputError("column-unit", where=where, column=column.title)
        if name in columns:
            raise InputError("columns-twice", where=where, first=columns[name], second=column.title)
        columns[name] = column.title
    for needed in ("period", "name"):
        if needed not in columns:
            raise InputError("column-missing", where=where, column=needed, label=vocabulary.columns[needed])
    if not set(columns) & set(kind.facts):
        raise InputError("no-fact-column", where=where, type=kind.id, known=kind.facts)
    return columns, tuple(ignored)


def _parquet_files(path: Path, staging: Path) -> tuple[Path, ...]:
    import polars as pl

    file, _, table = str(path).partition("::")
    path = Path(file)
    if path.is_dir():
        found = tuple(sorted(p for p in path.rglob("*.parquet") if p.is_file()))
        if not found:
            raise InputError("folder-without-parquet", where=str(path))
        return found
    if not path.is_file():
        raise InputError("no-such-file", where=str(path))
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return (path,)
    if suffix not in SUFFIXES:
        raise InputError("unknown-suffix", where=str(path), known=SUFFIXES)
    staged = staging / "input.parquet"
    try:
        if suffix in _SEPARATORS:
            text = _utf8(path, staging)
            pl.scan_csv(text, separator=_SEPARATORS[suffix], infer_schema=False).sink_parquet(staged)
        elif suffix in (".duckdb", ".db"):
            _from_duckdb(path, table, staged)
        else:
            pl.scan_ipc(path).sink_parquet(staged)
    except pl.exceptions.PolarsError as fault:
        raise InputError("data-unreadable", where=str(path), detail=fault) from fault
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

    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            names = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
            if not table and len(names) == 1:
                table = names[0]
            if table not in names:
                raise InputError("table-not-chosen", where=str(path), file=path.name, tables=names)
            connection.table(table).write_parquet(str(staged))
    except duckdb.Error as fault:
        raise InputError("data-unreadable", where=str(path), detail=fault) from fault
