"""What is set aside for groups over several records, portion by portion, and their combination when all are decided."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engines.columns.numbers import PRECISION
from ..law.rules import RuleBook
from .engines import PolarsEngine
from .joint import LOST, ROW, TABLE, Joint, owners_of, places_of_sums
from .outputs import AMOUNTS, HAD, STATUSES, Rows

if TYPE_CHECKING:
    from .portions import Portions

__all__ = ["combine", "is_bound", "like_the_others", "numbered", "put_aside", "with_lost"]

_OWNERS, _ROWS = "owners", "rows"


def is_bound(book: RuleBook, kind: str) -> bool:
    """Whether a group over several records binds a clause about a type of record."""
    return not {clause.id for clause in book.by_type.get(kind, ())}.isdisjoint(
        name for group in book.joints.values() for name in group.members
    )


def numbered(taken: Any, start: int) -> Any:
    """Records with their numbers, the first of which is given."""
    import polars as pl

    return taken.with_columns(pl.int_range(start, start + pl.len(), dtype=pl.Int64).alias(ROW))


def with_lost(rows: Any) -> Any:
    """Rows with the columns that those have besides which groups over several records bind."""
    import polars as pl

    return rows.with_columns(pl.lit(None, pl.String).alias(name) for name in LOST)


def put_aside(
    engine: PolarsEngine, book: RuleBook, taken: Any, rows: Rows | None, folder: Path, number: int
) -> list[Any]:
    """Plans that write who each record of a portion is about, and the rows that groups over several records bind."""
    import polars as pl

    folder.mkdir(parents=True, exist_ok=True)
    plans = {_OWNERS: engine.frame(owners_of(book, engine.table("taken", taken)))}
    if rows is not None:
        money = pl.Decimal(PRECISION, places_of_sums(book))
        plans[_ROWS] = engine.finish(rows).with_columns(
            pl.col("status").cast(pl.String), pl.col(*AMOUNTS, HAD).cast(money)
        )
    return [
        plan.sink_parquet(folder / f"{name}-{number:05d}.parquet", compression="uncompressed", lazy=True)
        for name, plan in plans.items()
    ]


def combine(runs: Sequence[Portions], staging: Path) -> None:
    """Combine what was set aside of all tables, and write its rows and what counts of it.

    Args:
        runs: the tables, all of their portions decided, in the order of their numbers.
        staging: a folder for what is worked out.
    """
    import polars as pl

    aside = [run for run in runs if run.aside is not None]
    if not aside:
        return
    first, engine = aside[0], PolarsEngine()
    (folder := staging / "joint").mkdir(exist_ok=True)
    owners, bound = (
        engine.table(name, _scanned([run.aside for run in runs if run.aside is not None], name))
        for name in (_OWNERS, _ROWS)
    )
    found = Joint(engine, first.kb.book, owners, bound, folder, len(runs) == 1)
    totals = found.totals()
    told = None
    if first.job.rows == "tidy" or first.owed is not None:
        told = engine.frame(found.told()).sort(ROW, "clause", "group", nulls_last=True)
    if told is not None and (len(runs) > 1 or first.owed is not None):
        told.sink_parquet(held := folder / "told.parquet", compression="uncompressed")
        told = pl.scan_parquet(held, glob=False)
    for place, run in enumerate(runs):
        start = place * TABLE
        mine = None if told is None else told.filter(pl.col(ROW).is_between(start, start + TABLE - 1)).drop(ROW)
        run.take_in(totals.get(place, ()), mine)


def _scanned(folders: list[Path], name: str) -> Any:
    import polars as pl

    files = [file for folder in folders for file in sorted(folder.glob(f"{name}-*.parquet"))]
    return pl.scan_parquet(files, glob=False)


def like_the_others(rows: Any, parts: list[Path]) -> Any:
    """Rows in the types of those written before."""
    import polars as pl

    if parts:
        return rows.cast(dict(pl.scan_parquet(parts[0], glob=False).collect_schema()))
    return rows.with_columns(pl.col("status").cast(pl.Enum(STATUSES)))
