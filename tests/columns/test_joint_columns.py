"""What groups leave over several records, in columns: the same as the query says, held against every completion."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import ibis.expr.types as ir
import polars as pl
import pytest

from policykb.columns.engines import PolarsEngine
from policykb.engines.columns.joint import SEATS, SUMS, combine_group
from policykb.engines.joint import Case, Found
from policykb.model import Group, Text
from test_scopes import agrees, cases_of

MONEY = pl.Decimal(38, 0)
KINDS = (*[pl.Int64] * 3, pl.String, *[pl.Int64] * 2, pl.Boolean, *[MONEY] * 3)
OWNERS = {"row": pl.Int64, "subject": pl.Int64, "year": pl.String, "fee": pl.Decimal(18, 0)}


def by_columns(cases: list[Case], combination: str) -> list[Found]:
    """What columns leave of cases of one combination; of a sum each case states its cap as a share of a fact."""
    engine = PolarsEngine()
    rate = Decimal(1) if combination == "sum" else None
    group = Group(
        "g", "urn:g", Text("组", "group"), ("a", "b"), combination, "p", "w", "subject", rate=rate, base="fee"
    )
    sums = [
        (
            n * SEATS + place,
            n,
            n,
            "2023",
            int(one.excludes),
            int(one.excludes),
            one.is_settled,
            one.low,
            one.had,
            one.high,
        )
        for n, case in enumerate(cases)
        for place, one in enumerate(case.members)
    ]
    stated = [
        (number, number, "2023", cap)
        for number, case in enumerate(cases)
        for cap in (case.cap or (None, None))
        if case.cap is not None and case.cap[1] is not None
    ]
    frame = pl.DataFrame(sums, schema=dict(zip(SUMS, KINDS, strict=True)), orient="row")
    owners = pl.DataFrame(stated, schema=OWNERS, orient="row")
    count = iter(range(100))

    def keep(table: ir.Table) -> ir.Table:
        return engine.table(f"kept{next(count)}", engine.frame(table).collect().lazy())

    made = combine_group(
        group,
        engine.table("sums", frame.lazy()),
        engine.table("owners", owners.lazy()),
        (0, 1),
        2,
        (1,),
        0,
        is_whole=False,
        keep=keep,
    )
    assert made is not None
    left, told = (engine.frame(one).collect() for one in (made.sums, made.cases))
    by_case: dict[int, Any] = {row["subject"]: row for row in told.iter_rows(named=True)}
    found = []
    for number, case in enumerate(cases):
        mine = left.filter(pl.col("subject") == number)
        row = by_case.get(number)
        if row is None:
            assert len(mine) == len(case.members)
            found.append(Found("apart", None, "undetermined", (Decimal(0), None)))
            continue
        ends = row["low"], row["high"]
        if row["winner"] is not None:
            place = row["winner"] % SEATS
            stay = {place} | {p for p, one in enumerate(case.members) if combination == "excluded" and one.excludes}
            assert {one % SEATS for one in mine["sum"]} == stay
            found.append(Found("winner", place, "undetermined", ends))
        else:
            assert [(one["low"], one["high"], one["settled"]) for one in mine.iter_rows(named=True)] == [
                (*ends, row["settled"])
            ]
            found.append(Found("together", None, "eligible" if row["settled"] else "undetermined", ends))
    return found


@pytest.mark.parametrize("combination", ["sum", "highest", "choice", "excluded"])
def test_every_completion_in_columns(combination: str) -> None:
    """Whatever is missing comes to, the ends that columns give are those of all that may be."""
    cases = [case for case in cases_of(Random(7), 1500) if case.combination == combination]

    found = by_columns(cases, combination)

    assert len(cases) > 200
    assert [(case, one) for case, one in zip(cases, found, strict=True) if not agrees(case, one)] == []
