"""Read files of records on Spark: what is plain on the cluster, each different odd text once, on the driver."""

from __future__ import annotations

from dataclasses import dataclass
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
from .engines import SparkEngine
from .plain import Plain, read_plain
from .sources import Header, check_types, recognise, separator_of
from .texts import REFUSED, Readers, Texts
from .words import ROW, VISIBLE, Item

__all__ = ["Opened", "Reading", "open_files", "read_files"]

_BATCH = 10_000
"""Odd texts that the driver reads at a time."""
_SMALL = 200_000
"""So many different odd texts are sent to every executor; more are joined where they are."""
_TYPES = 1_000
_KEY, _ODD = "key:", "odd:"


@dataclass(frozen=True)
class Opened:
    """Files as a Spark frame whose columns bear the ids of `header.items`."""

    frame: Any
    header: Header


@dataclass(frozen=True)
class Reading:
    """Records with every value plain or read; the columns that were read; how the texts they refuse are worded."""

    table: ir.Table
    read: frozenset[str]
    wordings: dict[str, Any]


def open_files(session: Any, path: str, readers: Readers) -> Opened:
    """Parquet or delimited text, as Spark names it.

    Raises:
        InputError: it cannot be read, or its columns cannot be used.
    """
    from pyspark.sql import functions as spark

    try:
        frame, titles = _text(session, path) if separator_of(path) is not None else _parquet(session, path)
    except Exception as fault:
        raise InputError(
            "data-unreadable", where=path, detail=reason(str(fault).partition("\n")[0], "data", "os")
        ) from fault
    header = recognise(titles, readers.kind, readers.vocabulary, path)
    if "record" not in header.items:
        raise InputError("spark-without-id", where=path)
    names = [str(position) for position in range(len(titles))]
    if header.types is not None:
        types = frame.select(spark.col(names[header.types.index]).cast("string")).distinct().limit(_TYPES)
        check_types([row[0] for row in types.collect()], readers.kind, readers.vocabulary, path)
    chosen = [spark.col(names[item.column.index]).alias(name) for name, item in header.items.items()]
    if separator_of(path) is None:
        return Opened(frame.select(chosen), header)
    # A row without anything in it is no record; the first thing in it may say that it is none.
    first = spark.coalesce(*(spark.when(spark.col(name).rlike(VISIBLE), spark.col(name)) for name in names))
    items = {**header.items, ROW: Item(ROW, Column(-1, ""))}
    filled = frame.select(*chosen, first.alias(ROW)).where(spark.col(ROW).isNotNull())
    return Opened(filled, Header(items, header.types, header.ignored))


def _parquet(session: Any, path: str) -> tuple[Any, list[str]]:
    """A frame whose columns bear their positions, and their titles."""
    frame = session.read.parquet(path)
    return frame.toDF(*map(str, range(len(frame.columns)))), frame.columns


def _text(session: Any, path: str) -> tuple[Any, list[str]]:
    """The same for delimited text. A row with more or fewer cells than the header is refused, and with it the file."""
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
    frame = reader.option("columnPruning", False).csv(path)
    return frame.toDF(*map(str, range(len(titles)))), titles


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
