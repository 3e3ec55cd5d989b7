"""How does deciding a hundred thousand enterprise-years over columns compare with merely reading them?

The scan floor is DuckDB adding up the same columns of the same file; both run in this process, side by side. The whole
range of sizes and engines: `make bench-screen`.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest
from measure_screen import KIND, _used, make

from deciders import decider_with
from policykb.columns.engines import PolarsEngine, decide_on
from policykb.columns.summary import summary_columns

COUNT = 100_000


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred thousand enterprise-years in Parquet."""
    path = tmp_path_factory.mktemp("screen") / "in.parquet"
    make(path, COUNT)
    return path


@pytest.mark.benchmark(group="screen")
def test_scan_floor(benchmark, file) -> None:  # type: ignore[no-untyped-def]
    """DuckDB adds up the columns that the rules read."""
    schema = pl.scan_parquet(file).collect_schema()
    used = _used(decider_with(), file)
    sums = [
        f'count("{n}")' if schema[n] == pl.String else f'sum("{n}"{"::INT" if schema[n] == pl.Boolean else ""})'
        for n in used
    ]

    with duckdb.connect() as connection:
        row = benchmark(lambda: connection.execute(f"SELECT {', '.join(sums)} FROM '{file}'").fetchone())
    assert len(row) == len(used)


@pytest.mark.benchmark(group="screen")
def test_decide(benchmark, file) -> None:  # type: ignore[no-untyped-def]
    """Statuses, amounts and groups of all clauses, down to the totals."""
    kb, engine = decider_with(), PolarsEngine()
    decided = decide_on(engine, kb, KIND, pl.scan_parquet(file))
    plan = engine.frame(summary_columns(decided, COUNT))

    totals = benchmark(lambda: plan.collect(engine="streaming"))
    assert totals["records"].item() == COUNT
