"""Rows that are parts: added up where the text makes them a whole and the user asks, an error otherwise."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policykb.api import Policykb
from policykb.check import run_check
from policykb.cli import program
from policykb.model import Finding, Place, Record, Value
from policykb.readers import Reading
from policykb.records.check import check_records
from policykb.records.parts import added_up

SETS, SEED = 2000, 20200925
AREA, COST, FEE, TRADE = "overseasWarehouseArea", "overseasWarehouseInvestmentCNY", "platformFeeCNY", "tradeCNY"
CODE = "91370402MA0000015R"
HEADER = "企业名称,统一社会信用代码,年度,跨境电商企业,纳统企业,海外仓面积（平方米）,海外仓投资额（万元）"


def row(number: int, name: str, code: str | None = None, **stated: Value) -> Record:
    """An enterprise-year in a row of a table."""
    return Record(f"r{number}", "EnterpriseYear", "2020", name, code, None, stated, Place("w.csv", row=number))


def sets() -> Iterator[list[Record]]:
    """Rows of two enterprises that state areas, costs, fees, and now and then something that does not add up."""
    dice = random.Random(SEED)
    for _ in range(SETS):
        with_cost, with_fee = dice.random() < 0.6, dice.random() < 0.3
        records = []
        for number in range(2, dice.randint(4, 7)):
            stated: dict[str, Value] = {AREA: Decimal(dice.choice((100, 300, 300, "250.5")))}
            stated |= {COST: Decimal(dice.choice((0, 200000, 150000)))} if with_cost else {}
            stated |= {FEE: Decimal(dice.randint(1, 9) * 1000)} if with_fee else {}
            odd = dice.random()
            if odd < 0.15:
                stated[TRADE] = Decimal(dice.choice((5000000, 6000000)))
            elif odd < 0.25:
                del stated[AREA]
            elif odd < 0.3:
                stated[AREA] = Decimal(-1)
            elif odd < 0.5:
                stated["inStatistics"] = odd < 0.45
            name = dice.choice(("甲有限公司", "甲 有限责任公司", "乙公司"))
            records.append(row(number, name, CODE if dice.random() < 0.3 and "甲" in name else None, **stated))
        yield records


def add_up_to(records: list[Record]) -> dict[str, Value] | None:
    """The facts of rows of one enterprise as a person adds them up; nothing where these are no parts of a whole."""
    parts = {AREA, COST, FEE}
    stated = [parts & row.facts.keys() for row in records]
    if not stated[0] or any(one != stated[0] for one in stated) or any(row.facts.get(AREA, 1) < 0 for row in records):  # type: ignore[operator]
        return None
    whole: dict[str, Value] = {fact: sum((row.facts[fact] for row in records), Decimal(0)) for fact in stated[0]}  # type: ignore[misc]
    for record in records:
        for fact in record.facts.keys() - parts:
            if whole.setdefault(fact, record.facts[fact]) != record.facts[fact]:
                return None
    return whole


def errors(kb: Policykb, records: tuple[Record, ...] | list[Record]) -> list[Finding]:
    found = check_records(records, kb.decider.record_rules, kb.vocabulary)
    return [finding for finding in found if finding.rule == "differing-record"]


@pytest.mark.proof
def test_added_up_is_what_arithmetic_says_and_the_mend_names_it_only_then(shipped: Policykb) -> None:
    """Two thousand sets: parts become their sum; all else stays as it was; --add-up is named where it works alone."""
    done = 0
    for records in sets():
        owned = defaultdict(list)
        for record in records:
            owned[(record.name or "")[0]].append(record)
        wanted = {
            name: whole for name, rows in owned.items() if len(rows) > 1 and (whole := add_up_to(rows)) is not None
        }
        done += len(wanted)

        found = added_up(Reading(tuple(records), ()), shipped.decider.record_rules, shipped.vocabulary).records
        named = {f.record for f in errors(shipped, records) if "--add-up" in f.mend.zh and "--add-up" in f.mend.en}

        assert named == {record.id for name in wanted for record in owned[name]}
        for name, rows in owned.items():
            mine = [record for record in found if (record.name or "")[0] == name]
            if name in wanted:
                assert [(record.id, record.facts) for record in mine] == [(rows[0].id, wanted[name])]
                assert not any(f.record == rows[0].id for f in errors(shipped, found))
            else:
                assert mine == rows
    assert done > 500


def test_two_warehouses_are_one_subsidy(shipped: Policykb) -> None:
    """300 + 300 square metres and 200,000 + 200,000 yuan: 10% of 400,000; what was added is told with the rows."""
    stated = {"crossBorderEcommerce": True, "inStatistics": True, AREA: Decimal(300), COST: Decimal(200000)}
    records = [row(2, "甲有限公司", CODE, **stated), row(3, "甲有限公司", CODE, **stated)]
    answer = shipped.apply(records, add_up=True)
    amount = next(d.amount for d in answer.decisions if d.clause == "art-05-warehouse")

    assert amount is not None and (amount.min, amount.max) == (Decimal("40000.00"), Decimal("40000.00"))
    assert [(f.rule, f.severity, f.message.en) for f in answer.findings] == [
        (
            "added-up",
            "warning",
            "As --add-up asks, 2 rows of one subject and period (w.csv, row 2, w.csv, row 3) were made one record; "
            "added up are: “Total area of overseas warehouses” 300 + 300 = 600; “Actual investment in overseas "
            "warehouses in the year” 200000 + 200000 = 400000.",
        )
    ]
    assert answer.receipt.options == ("add_up",)
    assert [d.status for d in shipped.apply(records).decisions] == ["invalid-record", "invalid-record"]


def test_other_figures_that_differ_stay_an_error(shipped: Policykb) -> None:
    """Trade of 5 and of 6 million: which one it is nobody knows."""
    records = [row(n, "甲公司", **{AREA: Decimal(300), TRADE: Decimal(n)}) for n in (5000000, 6000000)]
    answer = shipped.apply(records, add_up=True)

    assert {d.status for d in answer.decisions} == {"invalid-record"}
    assert [f.rule for f in answer.findings] == ["differing-record", "differing-record"]
    assert "--add-up" not in answer.findings[0].mend.en


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two warehouses of one enterprise."""
    path = tmp_path / "EnterpriseYear.csv"
    rows = [f"甲有限公司,{CODE},2020,是,是,{area},20" for area in (300, 350)]
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def test_the_mend_obeyed_literally(shipped: Policykb, file: Path) -> None:
    """`check` names --add-up; with it there is no error, and `apply` has the award."""
    before, after = run_check(shipped, [file]), run_check(shipped, [file], add_up=True)
    applied = CliRunner().invoke(program(), ["apply", str(file), "--add-up", "--lang", "en"])

    assert {"--add-up" in located.finding.mend.en for located in before.findings} == {True}
    assert ([located.finding.rule for located in after.findings], after.has_errors) == (["added-up"], False)
    assert applied.exit_code == 0 and "RMB 40,000" in applied.stdout


def test_screening_adds_nothing_up(file: Path, tmp_path: Path) -> None:
    """It says so in one message, and writes nothing."""
    result = CliRunner().invoke(program(), ["screen", str(file), "--out", str(tmp_path / "out"), "--add-up"])

    assert "add-up-on-screen" in repr(result.exception) and not (tmp_path / "out").exists()
