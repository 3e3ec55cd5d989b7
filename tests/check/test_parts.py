"""Several rows of one subject and period: parts of a whole are not decided apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from deciders import decider_with
from policykb.check import run_check

HEAD = (
    "name,creditCode,period,crossBorderEcommerce,inStatistics,overseasWarehouseArea,"
    "overseasWarehouseInvestmentCNY,tradeRank"
)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["甲,91370402MA0000015R,2020,是,是,300,200000,", "甲,91370402MA0000015R,2020,是,是,300,200000,"], [2, 3]),
        (["甲,,2020,是,是,300,1,", "乙,,2020,是,是,300,1,", "甲,,2020,是,是,400,,"], [2, 4]),
        (["甲,,2020,,,,,2", "甲,,2020,,,,,3"], [2, 3]),
        (["甲,,2020,,,,,2", "甲,,2020,,,,,2"], []),
        (["甲,,2020,,,300,,", "甲,,2020,,,,1,"], []),
        (["甲,,2020,,,300,,", "甲,,2021,,,400,,"], []),
    ],
    ids=["two alike warehouses", "two areas", "two ranks", "entered twice", "one item each", "two years"],
)
def test_rows_of_one_subject(rows: list[str], found: list[int], tmp_path: Path) -> None:
    """Rows that state the same figure of one subject and period are errors, each of them; no clause is refused."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    kb = decider_with()
    report = run_check(kb, [path])
    told = sorted(f.finding.place.row or 0 for f in report.findings if f.finding.rule == "differing-record")
    answer = kb.apply(kb.read([path]))
    wrong = {decision.record for decision in answer.decisions if decision.status == "invalid-record"}

    assert told == found
    assert wrong == {f"EnterpriseYear#{row}" for row in found}
    assert sum(report.invalid.values()) == len(found)
