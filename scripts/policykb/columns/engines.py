"""The engines that carry out column expressions: Polars on one machine, Spark on a cluster.

Both carry out the same Ibis expressions. What no expression says in a way that is fast in both is done here: decimals
to 64-bit integers that count the last place, on the way in, and back on the way out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ..api import Policykb
from ..engines.columns.compile import compile_rules
from ..engines.columns.decided import Decided
from ..engines.columns.facts import limits_of
from ..engines.columns.numbers import LARGEST
from ..law.relations import CheckCharacter
from .characters import Broken, broken_in_arrays, broken_in_expressions
from .outputs import DIGITS, Rows

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

__all__ = ["Engine", "PolarsEngine", "SparkEngine", "decide_on", "hold_valid"]


class Engine(Protocol):
    """Carries out expressions over frames of its own kind; nothing is computed before a result is asked for."""

    def table(self, name: str, frame: Any) -> ir.Table:
        """A frame as a table for expressions, under a name that replaces an earlier one."""
        ...

    def frame(self, expression: ir.Table) -> Any:
        """What an expression gives, as a frame."""
        ...

    def keep(self, name: str, expression: ir.Table, folder: Path) -> ir.Table:
        """What an expression gives as a table that is worked out once; a folder beside the result may hold it."""
        ...

    def listed(self, name: str, rows: pa.Table) -> ir.Table:
        """Some rows of this process as a table for expressions."""
        ...

    def count(self, frame: Any, places: Mapping[str, int]) -> Any:
        """The frame with these decimals, of so many places, as 64-bit integers that count the last place."""
        ...

    def finish(self, rows: Rows) -> Any:
        """Rows to be written, their amounts decimals again and their codes words."""
        ...

    def wrong_character(self, relation: CheckCharacter) -> Broken:
        """A function of a column of codes: whether the check character of each is wrong."""
        ...


class PolarsEngine:
    """Polars, lazily, on this machine."""

    def __init__(self) -> None:
        self.connection = ibis.polars.connect()

    def table(self, name: str, frame: Any) -> ir.Table:
        """See `Engine`."""
        return self.connection.create_table(name, frame, overwrite=True)

    def frame(self, expression: ir.Table) -> pl.LazyFrame:
        """See `Engine`."""
        return self.connection.compile(expression)  # type: ignore[no-any-return]

    def keep(self, name: str, expression: ir.Table, folder: Path) -> ir.Table:
        """See `Engine`."""
        import polars as pl

        file = folder / f"{name}.parquet"
        self.frame(expression).sink_parquet(file, compression="uncompressed", statistics=False)
        return self.table(name, pl.scan_parquet(file, glob=False))

    def listed(self, name: str, rows: pa.Table) -> ir.Table:
        """See `Engine`."""
        import polars as pl

        frame = pl.from_arrow(rows)
        assert isinstance(frame, pl.DataFrame)
        return self.table(name, frame.lazy())

    def count(self, frame: pl.LazyFrame, places: Mapping[str, int]) -> pl.LazyFrame:
        """See `Engine`."""
        import polars as pl

        # The data rules leave no number that 64 bits do not hold, so that nothing needs to be looked at.
        return frame.with_columns(pl.col(list(places)).to_physical().cast(pl.Int64, wrap_numerical=True))

    def finish(self, rows: Rows) -> pl.LazyFrame:
        """See `Engine`."""
        import polars as pl

        columns = []
        for name, (places, wanted) in rows.counted.items():
            count = pl.col(name)
            if places > wanted:
                count = count // 10 ** (places - wanted)
            columns.append(count.cast(pl.Int128, wrap_numerical=True).reinterpret(dtype=pl.Decimal(DIGITS, wanted)))
        for name, words in rows.coded.items():
            # A choice among literals is several times as fast as a cast.
            *first, last = (pl.lit(word, dtype=pl.Enum(words)) for word in words)
            found = last
            for code, word in reversed([*enumerate(first)]):
                found = pl.when(pl.col(name) == code).then(word).otherwise(found)
            columns.append(found.alias(name))
        return self.frame(rows.table).with_columns(columns)

    def wrong_character(self, relation: CheckCharacter) -> Broken:
        """See `Engine`."""
        return broken_in_arrays(relation)


class SparkEngine:
    """Spark, on the cluster of a session."""

    def __init__(self, session: Any) -> None:
        self.session = session
        # What Spark infers from conditions it combines without end where many columns come from one another.
        session.conf.set("spark.sql.constraintPropagation.enabled", "false")
        self.connection = ibis.pyspark.connect(session)

    def table(self, name: str, frame: Any) -> ir.Table:
        """See `Engine`."""
        frame.createOrReplaceTempView(f"policykb_{name}")
        return self.connection.table(f"policykb_{name}")

    def frame(self, expression: ir.Table) -> Any:
        """See `Engine`."""
        return self.session.sql(self.connection.compile(expression))

    def keep(self, name: str, expression: ir.Table, folder: Path) -> ir.Table:
        """See `Engine`."""
        return self.table(name, self.frame(expression).localCheckpoint())

    def listed(self, name: str, rows: pa.Table) -> ir.Table:
        """See `Engine`."""
        columns = ", ".join(f"{column} string" for column in rows.column_names)
        return self.table(
            name, self.session.createDataFrame([tuple(row.values()) for row in rows.to_pylist()], columns)
        )

    def count(self, frame: Any, places: Mapping[str, int]) -> Any:
        """See `Engine`."""
        from pyspark.sql import functions as spark

        units = {name: spark.lit(Decimal(10) ** scale) for name, scale in places.items()}
        return frame.withColumns({name: (spark.col(name) * unit).cast("bigint") for name, unit in units.items()})

    def finish(self, rows: Rows) -> Any:
        """See `Engine`."""
        from pyspark.sql import functions as spark

        found = self.frame(rows.table)
        columns = {}
        for name, (places, wanted) in rows.counted.items():
            count = spark.col(f"`{name}`").cast(f"decimal({DIGITS + 1},0)")
            columns[name] = (count * spark.lit(Decimal(1).scaleb(-places))).cast(f"decimal({DIGITS},{wanted})")
        for name, words in rows.coded.items():
            listed = spark.array(*(spark.lit(word) for word in words))
            columns[name] = spark.element_at(listed, spark.col(f"`{name}`").cast("int") + 1)
        return found.withColumns(columns)

    def wrong_character(self, relation: CheckCharacter) -> Broken:
        """See `Engine`."""
        return broken_in_expressions(relation)


def hold_valid(engine: Engine, kb: Policykb, record_type: str, valid: Any) -> tuple[ir.Table, Mapping[str, int]]:
    """Valid records of one type as the table "valid", ready to be decided.

    Args:
        engine: carries it out.
        kb: the loaded knowledge base.
        record_type: the type of the records.
        valid: a frame with the columns record and period, and facts under their ids.

    Returns:
        The table, and the decimals that stand in it as 64-bit integers, with their places.
    """
    table = engine.table("valid", valid)
    limits = limits_of(kb.decider.record_rules, record_type)
    places = {}
    for name, kind in table.schema().items():
        if isinstance(kind, dt.Decimal) and name in kb.vocabulary.facts:
            digits = kind.precision
            if name in limits:
                digits = min(digits, limits[name].digits + kind.scale)
            if 10**digits - 1 <= LARGEST:
                places[name] = kind.scale
    return engine.table("valid", engine.count(valid, places)) if places else table, places


def decide_on(
    engine: Engine,
    kb: Policykb,
    record_type: str,
    valid: Any,
    day: date | None = None,
    *,
    with_options: bool = False,
) -> Decided:
    """Decide valid records of one type on an engine.

    Args:
        engine: carries it out.
        kb: the loaded knowledge base.
        record_type: the type of the records.
        valid: see `hold_valid`.
        day: the as-of day for all; each record's own period end if None.
        with_options: also what each option gives.
    """
    table, places = hold_valid(engine, kb, record_type, valid)
    rules = kb.decider.record_rules
    return compile_rules(kb.book, kb.vocabulary, rules, record_type, table, day, places, with_options)
