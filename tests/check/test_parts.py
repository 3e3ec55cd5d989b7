"""Several rows of one subject and period: parts of a whole are not decided apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deciders import decider_with
from policykb.check import run_check
from policykb.shelf import load_documents

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


def test_one_item_each_beside_many_types(tmp_path: Path) -> None:
    """Two rows that state an item each are no parts of a whole, however many items of other types stand before them."""
    kb = load_documents(None, "szq-2020-12,yunting-2024,qitang-2024")
    written = {"boolean": False, "decimal": 1, "integer": 1, "date": "2020-01-01"}
    records = [
        {"id": kind, "type": kind, "period": "2020", "subject": {"name": f"{kind}公司"}}
        | {
            fact: (kb.vocabulary.facts[fact].codes or [written.get(kb.vocabulary.facts[fact].datatype)])[0]
            for fact in known.facts
            if not kb.vocabulary.facts[fact].is_derived
        }
        for kind, known in kb.vocabulary.record_types.items()
        if kind != "ZoneAssessment"
    ]
    zone = {"type": "ZoneAssessment", "period": "2020", "subject": {"name": "枣庄经济开发区"}}
    records += [{"id": "rank", **zone, "cityRank": 2}, {"id": "count", **zone, "zoneCount": 5}]
    path = tmp_path / "records.json"
    path.write_text(json.dumps({"records": records}, ensure_ascii=False), encoding="utf-8")
    report = run_check(kb, [path])
    found = [f.finding.rule for f in report.findings if f.finding.record in ("rank", "count")]

    assert len({name for one in records for name in one}) > 64
    assert "duplicate-record" in found
    assert "differing-record" not in found
