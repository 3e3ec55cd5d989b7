"""Read files of records on Spark: what is plain on the cluster, each different odd text once, on the driver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq

from ..engines.columns.truth import choose
from ..errors import InputError
from ..readers.headers import Column
from ..wording.catalogue import reason
from .beside import refuse_beside
from .engines import SparkEngine
from .joint import ROW as NUMBER
from .plain import Plain, read_plain
from .sources import Header, check_types, recognise, separator_of
from .texts import REFUSED, Readers, Texts
from .words import ROW, VISIBLE, Item

__all__ = ["Files", "Opened", "Reading", "find_files", "open_files", "read_files"]

_BATCH = 10_000
"""Odd texts that the driver reads at a time."""
_SMALL = 200_000
"""So many different odd texts are sent to every executor; more are joined where they are."""
_TYPES = 1_000
_KEY, _ODD = "key:", "odd:"


@dataclass(frozen=True)
class Files:
    """Files of records: a Spark frame whose columns bear their positions, and their titles.

    Of delimited text, `ROW` has the first thing in a row, which may say that it is no record; `NUMBER` numbers the
    records where that is asked for.
    """

    path: str
    frame: Any
    titles: list[str]

    def numbered(self, headers: Iterable[Header]) -> Files:
        """The columns that these name, of records that are numbered once and for all."""
        from pyspark.sql import functions as spark

        named = {item.column.index for header in headers for item in header.items.values()}
        names = [name for name in self.frame.columns if name == ROW or int(name) in named]
        numbers = spark.monotonically_increasing_id()
        return replace(self, frame=self.frame.select(names).withColumn(NUMBER, numbers).localCheckpoint())


@dataclass(frozen=True)
class Opened:
    """Files, and what their titles name."""

    files: Files
    header: Header

    @property
    def frame(self) -> Any:
        """A Spark frame whose columns bear the ids of `header.items`, and `NUMBER` where that is there."""
        from pyspark.sql import functions as spark

        there = self.files.frame.columns
        named = {name: str(item.column.index) for name, item in self.header.items.items() if name != ROW}
        chosen = [spark.col(place).alias(name) for name, place in named.items()]
        return self.files.frame.select(*chosen, *(name for name in (ROW, NUMBER) if name in there))


@dataclass(frozen=True)
class Reading:
    """Records with every value plain or read; the columns that were read; how the texts they refuse are worded."""

    table: ir.Table
    read: frozenset[str]
    wordings: dict[str, Any]


def find_files(session: Any, path: str) -> Files:
    """Parquet or delimited text, as Spark names it.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return _text(session, path) if separator_of(path) is not None else _parquet(session, path)
    except Exception as fault:
        raise InputError(
            "data-unreadable", where=path, detail=reason(str(fault).partition("\n")[0], "data", "os")
        ) from fault


@dataclass(frozen=True)
class _Looked:
    """Files whose texts are looked through on the cluster; see `beside.Looked`."""

    files: Files

    def columns(self, title: str) -> tuple[str, ...]:
        """See `beside.Looked`; a column is called by its position."""
        places = [str(place) for place, one in enumerate(self.files.titles) if one.strip() == title.strip()]
        kinds = dict(self.files.frame.dtypes)
        return tuple(place for place in places if kinds[place] == "string")

    def texts(self, column: str, pattern: str, most: int) -> list[str]:
        """See `beside.Looked`."""
        found = self._where(column, pattern).select(f"`{column}`").distinct().limit(most)
        return [row[0] for row in found.collect()]

    def has(self, column: str, pattern: str, without: tuple[str, ...]) -> bool:
        """See `beside.Looked`."""
        from pyspark.sql import functions as spark

        found = self._where(column, pattern)
        for one in without:
            found = found.where(~spark.col(f"`{column}`").rlike(one))
        return bool(found.head(1))

    def row(self, column: str, text: str) -> int:
        """See `beside.Looked`; rows are counted in the order in which the cluster reads them."""
        from pyspark.sql import functions as spark

        numbered = self.files.frame.select(
            spark.col(f"`{column}`").alias("text"), spark.monotonically_increasing_id().alias("at")
        ).localCheckpoint()
        first = numbered.where(spark.col("text") == text).agg(spark.min("at")).head()[0]
        return int(numbered.where(spark.col("at") <= first).count())

    def _where(self, column: str, pattern: str) -> Any:
        from pyspark.sql import functions as spark

        return self.files.frame.where(spark.col(f"`{column}`").rlike(pattern))


def open_files(files: Files, readers: Readers) -> Opened:
    """Files with what their titles name.

    Raises:
        InputError: the columns cannot be used.
    """
    from pyspark.sql import functions as spark

    header = recognise(files.titles, readers.kind, readers.vocabulary, files.path)
    if "record" not in header.items:
        raise InputError("spark-without-id", where=files.path)
    if header.types is not None:
        types = files.frame.select(spark.col(str(header.types.index)).cast("string")).distinct().limit(_TYPES)
        check_types([row[0] for row in types.collect()], readers.kind, readers.vocabulary, files.path)
    if ROW not in files.frame.columns:
        refuse_beside(_Looked(files), header, readers.kind, readers.vocabulary, files.path)
    else:
        header = replace(header, items={**header.items, ROW: Item(ROW, Column(-1, ""))})
    return Opened(files, header)


def _parquet(session: Any, path: str) -> Files:
    frame = session.read.parquet(path)
    return Files(path, frame.toDF(*map(str, range(len(frame.columns)))), frame.columns)


def _text(session: Any, path: str) -> Files:
    """Delimited text. A row with more or fewer cells than the header is refused, and with it the file."""
    from pyspark.sql import functions as spark
    from pyspark.sql import types

    reader = session.read.option("sep", separator_of(path)).option("escape", '"').option("mode", "FAILFAST")
    first = reader.csv(path).head(1)
    if not first:
        raise InputError("empty-table", where=path)
    titles = [title or "" for title in first[0]]
    are_names = len({title.lower() for title in titles}) == len(titles)
    names = titles if are_names else [str(position) for position in range(len(titles))]
    schema = types.StructType([types.StructField(name, types.StringType()) for name in names])
    # The header of every file is held against that of the first, where Spark can tell its columns apart.
    reader = reader.schema(schema).option("header", True).option("enforceSchema", not are_names)
    places = [str(position) for position in range(len(titles))]
    frame = reader.option("columnPruning", False).csv(path).toDF(*places)
    # A row without anything in it is no record; the first thing in it may say that it is none.
    first = spark.coalesce(*(spark.when(spark.col(place).rlike(VISIBLE), spark.col(place)) for place in places))
    return Files(path, frame.withColumn(ROW, first).where(spark.col(ROW).isNotNull()), titles)


def read_files(engine: SparkEngine, opened: Opened, readers: Readers, staging: Path) -> Reading:
    """The records with what is not plain in them read.

    Args:
        engine: looks for what is plain.
        opened: the files.
        readers: read what is not.
        staging: a folder that driver and executors see, for what was read.

    Raises:
        InputError: a column has a type that its item cannot be read from.
    """
    raw = engine.table("raw", opened.frame)
    plain = {name: read_plain(item, raw[name], readers.words) for name, item in opened.header.items.items()}
    keys = {
        _KEY + name: choose(one.is_odd, one.key, ibis.literal(None, "string"))
        for name, one in plain.items()
        if one.is_odd is not False
    }
    texts = _texts(engine.frame(raw.select(**keys)), plain, opened, readers, staging) if keys else {}
    if not texts:
        return Reading(raw, frozenset(), {})
    values = {name: plain[name].value for name in texts}
    frame = engine.frame(raw.mutate(**values, **{_KEY + name: keys[_KEY + name] for name in texts}))
    for one in texts.values():
        frame = one.joined(frame, engine.session)
    wordings = {name: one.wordings(engine.session) for name, one in texts.items()}
    return Reading(engine.table("read", frame), frozenset(texts), wordings)


def _texts(looked: Any, plain: dict[str, Plain], opened: Opened, readers: Readers, staging: Path) -> dict[str, _Odd]:
    """The odd texts of all columns, read and written down; the driver holds few of them at a time."""
    from pyspark.sql import functions as spark

    pairs = [
        spark.struct(spark.lit(name.removeprefix(_KEY)).alias("name"), spark.col(f"`{name}`").alias("text"))
        for name in looked.columns
    ]
    odd = looked.select(spark.explode(spark.array(*pairs)).alias("one")).select("one.name", "one.text")
    rows = odd.where(spark.col("text").isNotNull()).distinct().toLocalIterator()
    found: dict[str, _Odd] = {}
    while batch := list(islice(rows, _BATCH)):
        for name in {row["name"] for row in batch}:
            if name not in found:
                one = plain[name]
                reader = Texts(readers, opened.header.items[name], one.written, one.value.type())
                found[name] = _Odd(name, reader, staging)
            found[name].write([row["text"] for row in batch if row["name"] == name])
    for odd_texts in found.values():
        odd_texts.close()
    return found


class _Odd:
    """The odd texts of one column, in Parquet files: what they state, and how those refused are worded."""

    def __init__(self, name: str, texts: Texts, staging: Path) -> None:
        self.name, self.texts = name, texts
        self.paths = [(staging / f"{name}-{part}.parquet").absolute() for part in ("values", "wordings")]
        self.writers: list[pq.ParquetWriter] = []
        self.count = 0

    def write(self, texts: list[str]) -> None:
        """Read some more."""
        tables = [self.texts.table(texts), self.texts.wordings(texts)]
        if not self.writers:
            self.writers = [pq.ParquetWriter(path, one.schema) for path, one in zip(self.paths, tables, strict=True)]
        for writer, table in zip(self.writers, tables, strict=True):
            writer.write_table(table)
        self.count += len(texts)

    def close(self) -> None:
        """There are no more."""
        for writer in self.writers:
            writer.close()

    def joined(self, frame: Any, session: Any) -> Any:
        """Records with the odd texts of this column read."""
        from pyspark.sql import functions as spark

        found = session.read.parquet(self.paths[0].as_uri()).toDF("odd text", "odd value", REFUSED + self.name)
        found = spark.broadcast(found) if self.count <= _SMALL else found
        key, plain = spark.col(f"`{_KEY}{self.name}`"), spark.col(f"`{self.name}`")
        joined = frame.join(found, key == found["odd text"], "left")
        value = spark.when(key.isNull(), plain).otherwise(spark.col("odd value"))
        return joined.withColumn(self.name, value).drop("odd text", "odd value", _KEY + self.name)

    def wordings(self, session: Any) -> Any:
        """How the texts of this column that are refused are worded."""
        return session.read.parquet(self.paths[1].as_uri())
