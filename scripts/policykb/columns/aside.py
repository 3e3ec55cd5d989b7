"""What is set aside for groups over several records, by table and document, and their combination when all are decided.

It is the same on one machine and on a cluster, but for where the rows lie meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir

from ..engines.columns.joint import money
from ..engines.columns.truth import choose
from ..errors import CallError
from .bonds import Bonds
from .engines import Engine
from .job import Screening
from .joint import LOST, ROW, TABLE, Joint, owners_of, places_of_sums
from .outputs import AMOUNTS, HAD, STATUSES, Rows
from .totals import JointTotals

__all__ = ["Run", "combine", "like_the_others", "numbered", "put_aside", "read_back", "written"]

_OWNERS, _ROWS = "owners", "rows"


class Run(Protocol):
    """One table, decided by one document; `first` is the number of its first record, see `TABLE`."""

    bonds: Bonds
    slug: str
    job: Screening
    first: int
    owed: Path | None

    def held(self, name: str) -> Any:
        """A frame of what was set aside under a name, see `put_aside`; None where nothing was."""
        ...

    def take_in(self, joints: Sequence[JointTotals], told: Any) -> None:
        """Take in what groups over several records leave: their totals, and the rows that they bind."""
        ...


def put_aside(engine: Engine, bonds: Bonds, slug: str, taken: ir.Table, rows: Rows | None) -> dict[str, Any]:
    """Frames of who each record is about, and of the rows that groups over several records bind.

    Args:
        engine: carries them out.
        bonds: the groups.
        slug: the document by which they were decided, where there are several.
        taken: the records.
        rows: what was decided of them; None where no group binds it.
    """
    found = {_OWNERS: engine.frame(owners_of(bonds.book, taken))}
    if rows is not None:
        bound, places = engine.table("bound", engine.finish(rows)), places_of_sums(bonds.book)
        whole = {name: ibis.literal(f"{slug}/") + bound[name] for name in ("clause", "group")} if slug else {}
        sums = {name: money(bound[name], places) for name in (*AMOUNTS, HAD)}
        found[_ROWS] = engine.frame(bound.mutate(**whole, **sums))
    return found


def combine(engine: Engine, runs: Sequence[Run], folder: Path) -> None:
    """Combine what was set aside of all tables and documents, and have each take in what becomes of its own.

    Args:
        engine: carries it out.
        runs: the tables, of each document, all of them decided.
        folder: for what is worked out; it is made.

    Raises:
        CallError: two documents read something else of one record.
    """
    aside = [run for run in runs if run.held(_OWNERS) is not None]
    if not aside:
        return
    folder.mkdir()
    first, is_one = aside[0], len({run.first for run in aside}) == 1
    owners, rows = _gathered(engine, aside, _OWNERS), _gathered(engine, aside, _ROWS)
    if len(first.bonds.rules) > 1:
        owners = _once(engine, owners, folder)
    found = Joint(engine, first.bonds, owners, rows, folder, is_one)
    totals, told = found.totals(), None
    if first.job.rows == "tidy" or first.owed is not None:
        told = found.told()
    if told is not None and (len(aside) > 1 or first.owed is not None):
        told = engine.keep("told", told, folder)
    for run in aside:
        mine = told
        if mine is not None and not is_one:
            mine = mine.filter(mine[ROW].between(run.first, run.first + TABLE - 1))
        ours = totals.get((run.first // TABLE, run.slug), ())
        joints = [replace(one, group=one.group.removeprefix(f"{run.slug}/")) for one in ours]
        run.take_in(joints, None if mine is None else engine.frame(_own(mine, run.slug)))


def _gathered(engine: Engine, runs: Sequence[Run], name: str) -> ir.Table:
    """What was set aside of all of them."""
    frames = [run.held(name) for run in runs]
    tables = [engine.table(f"{name}_{n}", frame) for n, frame in enumerate(frames) if frame is not None]
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def _once(engine: Engine, owners: ir.Table, folder: Path) -> ir.Table:
    """Each record once, whichever documents have read it.

    Raises:
        CallError: two documents read something else of one record.
    """
    same = ["row", "record", "name", "code", "year"]
    others = {name: owners[name].max() for name in owners.columns if name not in same}
    found = owners.group_by(same).aggregate(**others) if others else owners.distinct()
    found = engine.keep("once", found, folder)
    counts = found.aggregate(all=found.count(), different=found.row.nunique()).to_pyarrow().to_pylist()[0]
    if counts["all"] > counts["different"]:
        raise CallError("screen-unlike")
    return found


def _own(told: ir.Table, slug: str) -> ir.Table:
    """The rows of one document, by the names that it gives itself; what another one gives keeps its whole name."""
    if not slug:
        return told
    own = f"{slug}/"
    mine = told.filter(told.clause.coalesce(told.group).startswith(own))
    names = {name: mine[name] for name in ("clause", "group", LOST[0])}
    return mine.mutate(**{name: choose(one.startswith(own), one.substr(len(own)), one) for name, one in names.items()})


# --- On one machine, portion by portion


def numbered(taken: Any, start: int) -> Any:
    """Records with their numbers, the first of which is given."""
    import polars as pl

    return taken.with_columns(pl.int_range(start, start + pl.len(), dtype=pl.Int64).alias(ROW))


def written(frames: Mapping[str, Any], folder: Path, number: int) -> list[Any]:
    """Plans that write what is set aside of a portion."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        frame.sink_parquet(folder / f"{name}-{number:05d}.parquet", compression="uncompressed", lazy=True)
        for name, frame in frames.items()
    ]


def read_back(folder: Path, name: str) -> Any:
    """What was written of all portions under a name; None where nothing was."""
    import polars as pl

    files = sorted(folder.glob(f"{name}-*.parquet"))
    return pl.scan_parquet(files, glob=False) if files else None


def like_the_others(rows: Any, parts: list[Path]) -> Any:
    """Rows in the order of their records, and in the types of those written before."""
    import polars as pl

    rows = rows.sort(ROW, "clause", "group", nulls_last=True).drop(ROW)
    if parts:
        return rows.cast(dict(pl.scan_parquet(parts[0], glob=False).collect_schema()))
    return rows.with_columns(pl.col("status").cast(pl.Enum(STATUSES)))
