"""How many records repeat another of the same subject and period, so that totals count them twice.

Only yearly figures, of which a subject has one record a period, are counted. Subjects are told apart by their credit
code, or else by their name; `check` compares them more closely and names the records.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import ibis
import ibis.expr.types as ir

__all__ = ["count_on_polars", "count_on_spark"]

_SUBJECT = ("creditCode", "name")
_YEAR = 4  # characters of a period


def count_on_polars(frame: Any, columns: Collection[str]) -> int:
    """Count over hashes of eight bytes a row.

    Args:
        frame: the raw records, a Polars LazyFrame.
        columns: the columns that it has.
    """
    import polars as pl

    names = [name for name in _SUBJECT if name in columns]
    if not names or "period" not in columns:
        return 0
    stated = [pl.col(name).cast(pl.String).str.strip_chars() for name in names]
    subject = pl.coalesce([pl.when(one != "").then(one) for one in stated])
    year = pl.col("period").cast(pl.String).str.strip_chars().str.slice(0, _YEAR)
    keys = frame.select(key=pl.concat_str([subject, year], separator="\x00")).drop_nulls()
    hashed = keys.select(pl.col("key").hash()).collect(engine="streaming").to_series().sort()
    return int((hashed == hashed.shift(1)).sum())


def count_on_spark(table: ir.Table) -> int:
    """Count the different ones; `table` are the typed records, on whatever backend."""
    names = [name for name in _SUBJECT if name in table.columns]
    if not names or "period" not in table.columns:
        return 0
    subject = ibis.coalesce(*(table[name].strip().nullif("") for name in names))
    keys = table.select(key=subject.concat("|", table.period.substr(0, _YEAR))).filter(ibis._.key.notnull())
    row = keys.aggregate(records=keys.count(), different=keys.key.nunique()).to_pyarrow().to_pylist()[0]
    return int(row["records"]) - int(row["different"])
