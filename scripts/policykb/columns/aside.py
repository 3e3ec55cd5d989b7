"""What is set aside for groups over several records, portion by portion, and their combination when all are decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engines.columns.numbers import PRECISION
from ..errors import CallError
from .bonds import Bonds
from .engines import PolarsEngine
from .joint import LOST, ROW, TABLE, Joint, owners_of, places_of_sums
from .outputs import AMOUNTS, HAD, STATUSES, Rows

if TYPE_CHECKING:
    from .portions import Portions

__all__ = ["combine", "like_the_others", "numbered", "put_aside", "with_lost"]

_OWNERS, _ROWS = "owners", "rows"


def numbered(taken: Any, start: int) -> Any:
    """Records with their numbers, the first of which is given."""
    import polars as pl

    return taken.with_columns(pl.int_range(start, start + pl.len(), dtype=pl.Int64).alias(ROW))


def with_lost(rows: Any) -> Any:
    """Rows with the columns that those have besides which groups over several records bind."""
    import polars as pl

    return rows.with_columns(pl.lit(None, pl.String).alias(name) for name in LOST)


def put_aside(
    engine: PolarsEngine, bonds: Bonds, slug: str, taken: Any, rows: Rows | None, folder: Path, number: int
) -> list[Any]:
    """Plans that write who each record of a portion is about, and the rows that groups over several records bind.

    Args:
        engine: carries them out.
        bonds: the groups.
        slug: the document by which they were decided, where there are several.
        taken: the records.
        rows: what was decided of them; None where no group binds it.
        folder, number: where they are written, and of which portion they are.
    """
    import polars as pl

    folder.mkdir(parents=True, exist_ok=True)
    plans = {_OWNERS: engine.frame(owners_of(bonds.book, engine.table("taken", taken)))}
    if rows is not None:
        money = pl.Decimal(PRECISION, places_of_sums(bonds.book))
        plans[_ROWS] = engine.finish(rows).with_columns(
            pl.col("status").cast(pl.String),
            pl.col(*AMOUNTS, HAD).cast(money),
            *([pl.lit(f"{slug}/").add(pl.col(name)).alias(name) for name in ("clause", "group")] if slug else []),
        )
    return [
        plan.sink_parquet(folder / f"{name}-{number:05d}.parquet", compression="uncompressed", lazy=True)
        for name, plan in plans.items()
    ]


def combine(runs: Sequence[Portions], staging: Path) -> None:
    """Combine what was set aside of all tables and documents, and write its rows and what counts of it.

    Args:
        runs: the tables, of each document, all of their portions decided.
        staging: a folder for what is worked out.
    """
    import polars as pl

    aside = [run for run in runs if run.aside is not None]
    if not aside:
        return
    first, engine = aside[0], PolarsEngine()
    (folder := staging / "joint").mkdir(exist_ok=True)
    owners = _scanned(aside, _OWNERS)
    if len(first.bonds.rules) > 1:
        owners = _once(owners, folder)
    tables = engine.table(_OWNERS, owners), engine.table(_ROWS, _scanned(aside, _ROWS))
    found = Joint(engine, first.bonds, *tables, folder, len({run.first for run in aside}) == 1)
    totals = found.totals()
    told = None
    if first.job.rows == "tidy" or first.owed is not None:
        told = engine.frame(found.told()).sort(ROW, "clause", "group", nulls_last=True)
    if told is not None and (len(aside) > 1 or first.owed is not None):
        told.sink_parquet(held := folder / "told.parquet", compression="uncompressed")
        told = pl.scan_parquet(held, glob=False)
    for run in aside:
        mine = None
        if told is not None:
            mine = _own(told.filter(pl.col(ROW).is_between(run.first, run.first + TABLE - 1)).drop(ROW), run.slug)
        ours = totals.get((run.first // TABLE, run.slug), ())
        run.take_in([replace(one, group=one.group.removeprefix(f"{run.slug}/")) for one in ours], mine)


def _own(told: Any, slug: str) -> Any:
    """The rows of one document, by the names that it gives itself; what another one gives keeps its whole name."""
    import polars as pl

    if not slug:
        return told
    names = ("clause", "group", LOST[0])
    mine = told.filter(pl.coalesce("clause", "group").str.starts_with(f"{slug}/"))
    return mine.with_columns(pl.col(name).str.strip_prefix(f"{slug}/") for name in names)


def _scanned(runs: Sequence[Portions], name: str) -> Any:
    """What was set aside of all of them."""
    import polars as pl

    files = [file for run in runs if run.aside is not None for file in sorted(run.aside.glob(f"{name}-*.parquet"))]
    return pl.scan_parquet(files, glob=False)


def _once(owners: Any, folder: Path) -> Any:
    """Each record once, whichever documents have read it.

    Raises:
        CallError: two documents read something else of one record.
    """
    import polars as pl

    owners.sink_parquet(every := folder / "owners.parquet", compression="uncompressed")
    held = pl.scan_parquet(every, glob=False)
    same = ("record", "name", "code", "year")
    others = [name for name in held.collect_schema() if name not in (*same, "row")]
    unlike = held.group_by("row").agg(pl.col(name).n_unique() for name in same)
    if unlike.filter(pl.any_horizontal(pl.col(*same) > 1)).limit(1).collect(engine="streaming").height:
        raise CallError("screen-unlike")
    return held.group_by("row").agg(*(pl.col(name).first() for name in same), *(pl.col(name).max() for name in others))


def like_the_others(rows: Any, parts: list[Path]) -> Any:
    """Rows in the types of those written before."""
    import polars as pl

    if parts:
        return rows.cast(dict(pl.scan_parquet(parts[0], glob=False).collect_schema()))
    return rows.with_columns(pl.col("status").cast(pl.Enum(STATUSES)))
