"""Money along one number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from policykb.answers.sweeps import along_fact, read_range
from policykb.api import Policykb
from policykb.cli import app
from policykb.errors import CallError, PolicykbError


def written(folder: Path, *records: dict[str, Any]) -> str:
    """A file of records of 2020, each of a subject of its own."""
    path = folder / "records.json"
    full = [
        {
            "id": f"r{n}",
            "type": "EnterpriseYear",
            "period": "2020",
            "subject": {"name": f"示例{n}公司"},
            **one,
        }
        for n, one in enumerate(records)
    ]
    path.write_text(json.dumps({"records": full}), encoding="utf-8")
    return str(path)


def rows(call: Sequence[str]) -> list[list[str]]:
    """The rows of a sweep as CSV, without the head."""
    told = CliRunner().invoke(app, ["sweep", *call, "--format", "csv"])
    assert told.exit_code == 0, told.output
    return [line.split(",") for line in told.stdout.splitlines()[1:]]


STORE = {"crossBorderEcommerce": True, "inStatistics": True, "tradeRank": 9, "traditionalTrader": False}
NONE = {"crossBorderEcommerce": False, "traditionalTrader": False, "tradeRank": 9}
REST = {"producer": False, "recognisedPlatform": False, "tradeCNY": "1000", "priorTradeCNY": "1000"}


def test_a_number_of_the_rules(tmp_path: Path) -> None:
    """Article 5 gives 10 % of the investment, at most 100,000: 40,000 and 100,000 from 250 m², 100,000 from 450, none
    from 650; the subjects that have it are counted."""
    file = written(
        tmp_path,
        {**STORE, **REST, "overseasWarehouseArea": "300", "overseasWarehouseInvestmentCNY": "400000"},
        {**STORE, **REST, "overseasWarehouseArea": "600", "overseasWarehouseInvestmentCNY": "2000000"},
    )
    name = "art-05-warehouse.area"
    assert rows([f"{name}=250..650:200", "--data", file]) == [
        [name, "250", "CNY", "140000.00", "140000.00", "2", "2", "false", "true"],
        [name, "450", "CNY", "100000.00", "100000.00", "1", "1", "true", "true"],
        [name, "650", "", "", "", "0", "0", "true", "true"],
    ]


def test_a_fact_and_its_cliff(tmp_path: Path) -> None:
    """60 million of trade give 100,000 while the prior year was less (较上年增长): not from 60 million on."""
    file = written(tmp_path, {**REST, **NONE, "tradeCNY": "60000000"})
    name = "priorTradeCNY"
    assert rows([f"{name}=55000000..65000000:5000000", "--data", file]) == [
        [name, "55000000", "CNY", "100000.00", "100000.00", "", "", "false", "true"],
        [name, "60000000", "", "", "", "", "", "true", "true"],
        [name, "65000000", "", "", "", "", "", "false", "true"],
    ]
    assert rows([f"{name}=-1..0:1", "--data", file])[0] == [name, "'-1", "", "", "", "", "", "false", "false"]


def test_every_step_is_what_the_record_comes_to(shipped: Policykb) -> None:
    """A step along a fact is the total of the record that states that value, decided by itself."""
    facts = {"foreignInvested": True, "fdiReceivedUSD": Decimal(2_000_000)}
    record = shipped.record("ForeignCapitalProject", 2020, name="示例公司", **facts)
    swept = read_range("fdiUsedUSD=0..24000000:1500000")
    steps = list(along_fact(shipped.decider, record, swept, None))
    for step in steps:
        other = shipped.record("ForeignCapitalProject", 2020, name="示例公司", **facts, fdiUsedUSD=step.value)
        (subject,) = shipped.apply([other]).enterprises
        assert step.total == subject.total
    # 3 %, 4 %, 5 % and 6 % of 2 million: the bounds 3, 10 and 20 million belong to the lower rate.
    by_value = {int(step.value): str((step.total or {})["USD"].max) for step in steps if step.value}
    assert (by_value[3_000_000], by_value[4_500_000]) == ("60000.00", "80000.00")
    assert (by_value[9_000_000], by_value[10_500_000]) == ("80000.00", "100000.00")
    assert (by_value[19_500_000], by_value[21_000_000]) == ("100000.00", "120000.00")


@pytest.mark.parametrize(
    "text",
    ["a.b", "a.b=1", "a.b=1..2", "a.b=2..1:1", "a.b=1..2:0", "a.b=1..2:-1", "a.b=x..2:1", "=1..2:1", "a.b=1..1e99:1",
     "a.b=1..2:nan", "a.b=1..2:1:1", "a.b=1..1000:1"],
)  # fmt: skip
def test_what_is_no_range_is_refused(text: str) -> None:
    """A range that is written otherwise, runs backwards, stands still or is too long is refused."""
    with pytest.raises(CallError):
        read_range(text)


@pytest.mark.parametrize(
    ("swept", "error"),
    [
        ("tradeCny=1..2:1", "sweep-unknown-fact"),
        ("producer=0..1:1", "sweep-unknown-fact"),
        ("tradeRank=1..2:0.5", "sweep-too-fine"),
        ("tradeCNY=1..2:1", "sweep-one-record"),
        ("art-05-warehouse.size=1..2:1", "set-unknown"),
    ],
)
def test_what_cannot_be_swept_is_refused(tmp_path: Path, swept: str, error: str) -> None:
    """An unknown number, one that is no number, a step too fine for the fact, and several records are refused."""
    one = {**REST, "tradeRank": 9}
    file = written(tmp_path, *([one, one] if error == "sweep-one-record" else [one]))
    told = CliRunner().invoke(app, ["sweep", swept, "--data", file])
    assert isinstance(told.exception, PolicykbError)
    assert told.exception.id == error
    assert not told.stdout


def test_a_chart_is_written(tmp_path: Path) -> None:
    """The chart is an SVG file that names what is swept."""
    pytest.importorskip("matplotlib", reason="charts need matplotlib")
    file, chart = written(tmp_path, {**REST, **NONE, "tradeCNY": "60000000"}), tmp_path / "chart.svg"
    call = ["sweep", "priorTradeCNY=55000000..65000000:5000000", "--data", file, "--chart", str(chart)]
    assert CliRunner().invoke(app, call).exit_code == 0
    assert chart.read_bytes().startswith(b"<?xml")
