"""What is done to the tables of a screening, whatever portion they hold."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from ..doors.outgoing import HARMLESS
from .outputs import FINDINGS

__all__ = ["beside", "findings_table", "harmless", "repeated_ids", "with_rank", "worded"]


def harmless(frame: Any) -> Any:
    """A table for a CSV file: no text of it steers a terminal or is run by a spreadsheet, as `outgoing.csv_cell`."""
    import polars.selectors as cs

    texts: Any = cs.string()
    for pattern, instead in HARMLESS:
        texts = texts.str.replace_all(pattern, instead)
    return frame.with_columns(texts)


def findings_table(found: list[dict[str, str | None]]) -> Any:
    """Findings as a table."""
    import polars as pl

    return pl.DataFrame(found, schema=dict.fromkeys(FINDINGS, pl.String))


def worded(rows: Any, rule: Any, item: str) -> Any:
    import polars as pl

    words = {"rule": rule.id, "item": item, "mend_zh": rule.mend.zh, "mend_en": rule.mend.en}
    value = pl.col("value").cast(pl.String)
    columns = [value, *(pl.lit(text).alias(name) for name, text in words.items())]
    for lang in ("zh", "en"):
        before, mark, behind = rule.message.get(lang).partition("{value}")
        parts = [pl.lit(before), *([value] if mark else []), pl.lit(behind)]
        columns.append(pl.concat_str(parts).alias(f"message_{lang}"))
    return rows.with_columns(columns).select(FINDINGS)


def with_rank(frame: Any, raw: Any, rank: str, places: Any) -> Any:
    """Records with a derived rank where none is stated; `raw` are those of the portion, of which only the ids count."""
    import polars as pl

    ids = raw.select("record").collect()["record"]
    mine = places.filter(pl.col("record").is_in(ids.implode())).rename({rank: "derived rank"})
    joined = frame.join(mine, on="record", how="left", maintain_order="left")
    stated = pl.col(rank) if rank in frame.collect_schema() else pl.lit(None, pl.Int64)
    return joined.with_columns(pl.coalesce(stated, pl.col("derived rank")).alias(rank)).drop("derived rank")


def beside(work: Callable[[], Any]) -> Future[Any]:
    """Do some work beside what goes on."""
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        return pool.submit(work)
    finally:
        pool.shutdown(wait=False)


def repeated_ids(frame: Any) -> Any:
    """The ids that stand in several rows, found over hashes of eight bytes a row and then compared in full."""
    import polars as pl

    ids = pl.col("record")
    hashed = ids.hash()
    ordered = frame.select(hashed).collect(engine="streaming").to_series().sort()
    twice = ordered.filter((ordered == ordered.shift(1)).fill_null(False)).unique()
    if not len(twice):
        return pl.Series([], dtype=pl.String)
    suspects = frame.select("record").filter(hashed.is_in(twice.implode()))
    counted = suspects.group_by("record").len().filter(pl.col("len") > 1)
    # An id may be a number or a day in the file; what it is compared with is a text.
    return counted.collect(engine="streaming")["record"].drop_nulls().cast(pl.String)
