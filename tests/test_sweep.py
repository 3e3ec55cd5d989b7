"""Money along one number."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner

from generated_records import generate, near_numbers
from policykb.answers.sweeps import Range, Step, along_fact, read_range
from policykb.api import Policykb
from policykb.cli import program
from policykb.errors import CallError, PolicykbError
from policykb.model import Amount, Record
from policykb.reports.as_sweep import sweep_lines
from policykb.reports.phrases import Phrases
from soaking import times


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
    told = CliRunner().invoke(program(), ["sweep", *call, "--format", "csv"])
    assert told.exit_code == 0, told.output
    return [line.split(",") for line in told.stdout.splitlines()[1:]]


RECORDS = times(4)
STORE = {"crossBorderEcommerce": True, "inStatistics": True, "tradeRank": 9, "traditionalTrader": False}
NONE = {"crossBorderEcommerce": False, "traditionalTrader": False, "tradeRank": 9}
REST = {"producer": False, "recognisedPlatform": False, "tradeCNY": "1000", "priorTradeCNY": "1000"}


@pytest.mark.proof
def test_a_cap_over_several_awards(tmp_path: Path) -> None:
    """300,000 for a retrofit under a quarter and a half of 800,000 of tax, 20,000 for that tax; nobody has a cap."""
    nothing = dict.fromkeys(("plantRentCNY", "newFloorArea", "cityResearchAidCNY", "loanInterestCNY"), "0")
    retrofit = {"retrofitSpentCNY": "3000000", "newTaxCNY": "800000", "productionSince": "2023-06-30"}
    more = {"plantBought": False, "cityRentAidEnded": False, "cityLoanAidCNY": "0"}
    file = written(tmp_path, {"type": "BusinessYear", "period": "2024", **nothing, **retrofit, **more})
    call, chart = ["--data", file, "--policy", "qitang-2024"], tmp_path / "chart.html"
    for name in ("art-10-joint.rate", "qitang-2024/art-10-joint.rate"):
        assert rows([f"{name}=0.25..0.5:0.25", *call]) == [
            [name, "0.25", "CNY", "220000.00", "220000.00", "", "", "false", "true"],
            [name, "0.5", "CNY", "320000.00", "320000.00", "", "", "false", "true"],
        ]

    said = CliRunner().invoke(program(), ["sweep", "art-10-joint.rate=0.25..0.5:0.25", *call, "--chart", str(chart)])
    assert said.exit_code == 0, said.output
    assert "场地补助和节能补助合计不超过新增税收的50%：art-10-joint.rate" in chart.read_text(encoding="utf-8")


@pytest.mark.proof
def test_a_number_of_the_rules(tmp_path: Path) -> None:
    """Article 5 gives 10 % of the investment, at most 100,000: 40,000 to one of 300 m² and 100,000 to one of 600. Each
    is lost where the bound goes past its area, which is told exactly; the subjects that have it are counted."""
    file = written(
        tmp_path,
        {**STORE, **REST, "overseasWarehouseArea": "300", "overseasWarehouseInvestmentCNY": "400000"},
        {**STORE, **REST, "overseasWarehouseArea": "600", "overseasWarehouseInvestmentCNY": "2000000"},
    )
    name, chart = "art-05-warehouse.area", tmp_path / "chart.html"
    assert rows([f"{name}=250..650:200", "--data", file, "--chart", str(chart), "--lang", "en"]) == [
        [name, "250", "CNY", "140000.00", "140000.00", "2", "2", "false", "true"],
        [name, "300", "CNY", "140000.00", "140000.00", "2", "2", "false", "true"],
        [name, "300.01", "CNY", "100000.00", "100000.00", "1", "1", "true", "true"],
        [name, "450", "CNY", "100000.00", "100000.00", "1", "1", "false", "true"],
        [name, "600", "CNY", "100000.00", "100000.00", "1", "1", "false", "true"],
        [name, "600.01", "", "", "", "0", "0", "true", "true"],
        [name, "650", "", "", "", "0", "0", "false", "true"],
    ]
    page = chart.read_text("utf-8")
    (dots,) = drawn(page)
    assert [(str(value), *map(int, amounts)) for value, amounts in dots.items()] == [
        ("250", 140000), ("300", 140000), ("300.01", 100000), ("450", 100000), ("600", 100000),
    ]  # fmt: skip
    assert page.count('pkb-cliff"') == 2
    assert "<td>less than before</td>" in page


def test_a_fact_and_its_cliff(tmp_path: Path) -> None:
    """60 million of trade give 100,000 while the prior year was less (较上年增长): not from 60 million on."""
    file = written(tmp_path, {**REST, **NONE, "tradeCNY": "60000000"})
    name = "priorTradeCNY"
    assert rows([f"{name}=55000000..65000000:5000000", "--data", file]) == [
        [name, "55000000", "CNY", "100000.00", "100000.00", "", "", "false", "true"],
        [name, "59999999.99", "CNY", "100000.00", "100000.00", "", "", "false", "true"],
        [name, "60000000", "", "", "", "", "", "true", "true"],
        [name, "65000000", "", "", "", "", "", "false", "true"],
    ]
    assert rows([f"{name}=-1..0:1", "--data", file])[0] == [name, "'-1", "", "", "", "", "", "false", "false"]


def test_whole_steps_are_leaps(tmp_path: Path) -> None:
    """60,000 yuan for each full 50 million above 200 million: a leap at 250 and 300 million, told from both sides; the
    cap of 1,000,000 is met by the step at 1.05 billion, and there are no leaps above."""
    yes, no = ("registeredInCity", "legalPerson"), ("dishonest", "seriousAccident", "underInvestigation")
    facts = dict.fromkeys(yes, True) | dict.fromkeys(no, False)
    file, name = written(tmp_path, {"type": "BusinessYear", "period": "2025", **facts}), "businessRevenueCNY"

    def least(swept: str) -> list[list[str]]:
        return [[row[1], row[3]] for row in rows([f"{name}={swept}", "--data", file, "--policy", "yunting-2024"])]

    assert least("220000000..330000000:50000000") == [
        ["220000000", "0.00"],
        ["249999999.99", "0.00"],
        ["250000000", "60000.00"],
        ["270000000", "60000.00"],
        ["299999999.99", "60000.00"],
        ["300000000", "120000.00"],
        ["320000000", "120000.00"],
        ["330000000", "120000.00"],
    ]
    assert least("1040000000..1240000000:100000000") == [
        ["1040000000", "960000.00"],
        ["1049999999.99", "960000.00"],
        ["1050000000", "1000000.00"],
        ["1140000000", "1000000.00"],
        ["1240000000", "1000000.00"],
    ]


def test_every_step_is_what_the_record_comes_to(shipped: Policykb) -> None:
    """A step along a fact is the total of the record that states that value, decided by itself."""
    facts = {"foreignInvested": True, "fdiReceivedUSD": Decimal(2_000_000)}
    record = shipped.record("ForeignCapitalProject", 2020, name="示例公司", **facts)
    swept = read_range("fdiUsedUSD=0..24000000:1500000")
    steps = list(along_fact({"": shipped.decider}, shipped.book, record, swept, None))
    for step in steps:
        other = shipped.record("ForeignCapitalProject", 2020, name="示例公司", **facts, fdiUsedUSD=step.value)
        (subject,) = shipped.apply([other]).enterprises
        assert step.total == subject.total
    # 3 %, 4 %, 5 % and 6 % of 2 million: the bounds 3, 10 and 20 million belong to the lower rate.
    by_value = {step.value: str((step.total or {})["USD"].max) for step in steps if step.value}
    assert (by_value[3_000_000], by_value[4_500_000]) == ("60000.00", "80000.00")
    assert (by_value[9_000_000], by_value[10_500_000]) == ("80000.00", "100000.00")
    assert (by_value[19_500_000], by_value[21_000_000]) == ("100000.00", "120000.00")


@pytest.mark.parametrize(
    "text",
    ["a.b", "a.b=1", "a.b=1..2", "a.b=2..1:1", "a.b=1..2:0", "a.b=1..2:-1", "a.b=x..2:1", "=1..2:1", "a.b=1..1e99:1",
     "a.b=1..1e999999999:1", "a.b=1..2:nan", "a.b=1..2:1:1", "a.b=1..1000:1"],
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
    told = CliRunner().invoke(program(), ["sweep", swept, "--data", file])
    assert isinstance(told.exception, PolicykbError)
    assert told.exception.id == error
    assert not told.stdout


def test_a_chart_is_written(tmp_path: Path) -> None:
    """The chart is an SVG file that names what is swept."""
    pytest.importorskip("matplotlib", reason="charts need matplotlib")
    file, chart = written(tmp_path, {**REST, **NONE, "tradeCNY": "60000000"}), tmp_path / "chart.svg"
    call = ["sweep", "priorTradeCNY=55000000..65000000:5000000", "--data", file, "--chart", str(chart)]
    assert CliRunner().invoke(program(), call).exit_code == 0
    assert chart.read_bytes().startswith(b"<?xml")


def drawn(page: str) -> list[dict[Decimal, set[Decimal]]]:
    """The dots of each chart of a page: the amounts by the value that they stand at; the axis must be in proportion."""
    charts = []
    for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        found: dict[Decimal, set[Decimal]] = {}
        places: list[tuple[float, ...]] = []
        for dot in re.findall(r"<circle[^>]*>", svg):
            x, amount, *place = (re.search(rf' {name}="([^"]+)"', dot)[1] for name in _DOT)  # type: ignore[index]
            found.setdefault(Decimal(x), set()).add(Decimal(amount))
            places.append((float(x), float(amount), *map(float, place)))
        for value, on_paper in ((0, 2), (1, 3)):
            low, high = (end(places, key=lambda one: one[value]) for end in (min, max))
            for one in places if high[value] > low[value] else ():
                share = (one[value] - low[value]) / (high[value] - low[value])
                assert abs(low[on_paper] + share * (high[on_paper] - low[on_paper]) - one[on_paper]) < 0.2
        charts.append(found)
    return charts


_DOT = ("data-x", "data-amount", "cx", "cy")


@pytest.mark.parametrize(
    ("lang", "axis", "amount"),
    [
        ("zh", "年度进出口总额（元）", "金额（元）"),
        ("en", "Total imports and exports of the year (CNY)", "Amount (CNY)"),
    ],
)
def test_each_point_of_the_page_is_an_answer(
    shipped: Policykb, tmp_path: Path, lang: str, axis: str, amount: str
) -> None:
    """Every dot is what the record comes to with that value, each cliff is marked, axes have titles with units, and the
    table has a row for each value."""
    facts = {**REST, **NONE, "producer": True, "traditionalTrader": True, "sellsViaPlatform": True}
    facts |= {"platformFeeCNY": "60000", "priorTradeCNY": "50000000", "tradeUSD": "9000000", "priorTradeUSD": "7000000"}
    file, chart = written(tmp_path, facts), tmp_path / "chart.html"
    call = ["sweep", "tradeCNY=0..320000000:40000000", "--data", file, "--chart", str(chart), "--lang", lang]
    told = CliRunner().invoke(program(), call)
    assert told.exit_code == 0, told.output
    page = chart.read_text("utf-8")

    (dots,) = drawn(page)

    (record,) = shipped.read([file]).records
    for value, amounts in dots.items():
        other = replace(record, facts={**record.facts, "tradeCNY": value})
        (subject,) = shipped.apply([other]).enterprises
        assert amounts == {subject.total["CNY"].min, subject.total["CNY"].max}
    # By the text: 0.02 x 2 million from 5 million on, above 50 million 100,000, from 100 150,000, from 300 200,000.
    assert [dots[Decimal(x)] for x in ("4999999.99", "5000000", "50000000.01", "300000000")] == [
        {Decimal(0), Decimal(30000)}, {Decimal(40000), Decimal(70000)}, {Decimal(100000), Decimal(130000)},
        {Decimal(200000), Decimal(230000)},
    ]  # fmt: skip
    assert f">{axis}<" in page and f">{amount}<" in page
    assert page.count("<tr>") == len(dots) + 1
    assert "<script" not in page and "http" not in page


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
@pytest.mark.proof
def test_a_chart_can_be_read_on_a_phone(tmp_path: Path) -> None:
    """In a window 360 wide no text of a chart is drawn under 12 pixels, and only the chart scrolls sideways."""
    sync_api = pytest.importorskip("playwright.sync_api")
    file, chart = written(tmp_path, {**REST, **NONE, "tradeCNY": "60000000"}), tmp_path / "chart.html"
    call = ["sweep", "priorTradeCNY=55000000..65000000:5000000", "--data", file, "--chart", str(chart)]
    assert CliRunner().invoke(program(), call).exit_code == 0
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 360, "height": 800})
        view.goto(chart.as_uri())
        drawn_at = "(found) => found.map((one) => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)"
        sizes = view.eval_on_selector_all("svg text", drawn_at)
        width = view.evaluate("document.documentElement.scrollWidth")
        browser.close()

    assert sizes and min(sizes) >= 12
    assert width == 360


def test_a_cliff_is_drawn_as_it_is(tmp_path: Path) -> None:
    """Where growth ends the award is lost at once: an upright line in red, no dot behind it, and no line across."""
    file, chart = written(tmp_path, {**REST, **NONE, "tradeCNY": "60000000"}), tmp_path / "chart.html"
    call = ["sweep", "priorTradeCNY=55000000..65000000:5000000", "--data", file, "--chart", str(chart)]
    assert CliRunner().invoke(program(), call).exit_code == 0
    page = chart.read_text("utf-8")
    (dots,) = drawn(page)
    assert list(dots) == [Decimal(55000000), Decimal("59999999.99")]
    (cliff,) = re.findall(r'<line[^>]*pkb-cliff"[^>]*>', page)
    ends = [float(re.search(rf'{name}="([^"]+)"', cliff)[1]) for name in ("x1", "x2", "y1", "y2")]  # type: ignore[index]
    assert abs(ends[0] - ends[1]) < 0.2 and ends[3] - ends[2] > 100
    assert page.count("pkb-step") == 2  # one in the style


def _sums(
    kb: Policykb, record: Record, fact: str, values: Sequence[Decimal]
) -> list[dict[str, tuple[Any, Any]] | None]:
    """What a record comes to with each value, decided by itself."""
    whole = kb.vocabulary.facts[fact].datatype == "integer"
    records = [replace(record, facts={**record.facts, fact: int(v) if whole else v}) for v in values]
    found = kb.decider.alone(records)
    added: list[dict[str, tuple[Any, Any]] | None] = []
    for one in found:
        sums: dict[str, tuple[Any, Any]] = {}
        for each in () if one is None else one[1]:
            low, high = sums.get(each.amount.currency, (Decimal(0), Decimal(0)))
            most = None if high is None or each.amount.max is None else high + each.amount.max
            sums[each.amount.currency] = (low + each.amount.min, most)
        added.append(None if one is None else sums)
    return added


def _moves(before: dict[str, tuple[Any, Any]], after: dict[str, tuple[Any, Any]]) -> bool:
    """Whether more than a yuan comes or goes: no rate of the document gives that for the least change of a fact."""
    zero = (Decimal(0), Decimal(0))
    for name in {*before, *after}:
        (low, high), (least, most) = before.get(name, zero), after.get(name, zero)
        if abs(least - low) > 1 or (high is None) != (most is None) or (high is not None and abs(most - high) > 1):
            return True
    return False


@pytest.mark.proof
@pytest.mark.parametrize("type", ["EnterpriseYear", "ForeignCapitalProject", "Exhibition", "ProjectReferral"])
def test_every_leap_is_found(shipped: Policykb, type: str) -> None:
    """Wherever the least change of a fact brings or takes more than its rate would, both sides are told, and no others.

    Every value near a bound of the rules is tried out, of numbers that are no whole ones as well.
    """
    random = Random(type)
    facts = [shipped.vocabulary.facts[name] for name in shipped.vocabulary.record_types[type].facts]
    numbers = [fact for fact in facts if fact.datatype == "decimal"]
    found = 0
    for record in generate(shipped.book, shipped.vocabulary, type, RECORDS, 4):
        fact = random.choice(numbers)
        record = replace(record, period="2020", division=None)
        unit = shipped.vocabulary.step(fact.id)
        tried = {v for n in near_numbers(shipped.book, type, fact) for v in (n - unit, n, n + unit) if v >= 0}
        other = [v for v in record.facts.values() if isinstance(v, Decimal)]
        tried |= {v for n in other for v in (n - unit, n, n + unit) if v >= 0}
        top = max(tried) + 1
        tried |= {Decimal(random.randrange(int(top))) for _ in range(20)}
        sides = sorted({v for value in tried for v in (value, value + unit)})
        sums = dict(zip(sides, _sums(shipped, record, fact.id, sides), strict=True))
        steps = list(along_fact({"": shipped.decider}, shipped.book, record, Range(fact.id, (Decimal(0), top)), None))
        shown = {(a.value, b.value) for a, b in pairwise(steps) if b.value - a.value == unit}

        for value in sorted(tried):
            before, after = sums[value], sums.get(value + unit)
            if before is not None and after is not None:
                assert _moves(before, after) <= ((value, value + unit) in shown), (record.facts, fact.id, value)
        for low, high in shown:
            before, after = _sums(shipped, record, fact.id, [low, high])
            assert before is not None and after is not None
            assert _moves(before, after), (record.facts, fact.id, low)
            found += 1
    assert found or type in ("EnterpriseYear", "Exhibition")


@pytest.mark.proof
def test_every_change_along_a_bound_is_found(tmp_path: Path) -> None:
    """Between the values of a coarse sweep of a bound stand all at which somebody has or loses the clause."""
    areas = ("480", "480.5", "481", "495.25", "499.99", "500", "530")
    shop = {**STORE, **REST, "overseasWarehouseInvestmentCNY": "400000"}
    file = written(tmp_path, *({**shop, "overseasWarehouseArea": area} for area in areas))

    told = rows(["art-05-warehouse.area=470..520:25", "--data", file])

    unit = Decimal("0.01")
    sides = {v for a in map(Decimal, areas) for v in (a, a + unit) if v <= 520}
    within = sorted(sides | {Decimal(470), Decimal(495), Decimal(520)})
    count = {value: sum(Decimal(area) >= value for area in areas) for value in within}
    assert [(Decimal(row[1]), int(row[5])) for row in told] == list(count.items())


@pytest.mark.proof
@pytest.mark.parametrize("period", ["2020-02-30", "去年"])
def test_a_wrong_record_is_decided_under_no_value(tmp_path: Path, period: str) -> None:
    """Where the period of a record cannot be read, the others count along a number of the rules as if it were not
    there, and along an item of its own nothing comes out.
    """
    head, wrong, right = "id,period,name,tradeCNY,producer", f"a,{period},甲,1000000,是", "b,2020,乙,6000000,是"

    def swept(along: str, *rows: str) -> str:
        path = tmp_path / "EnterpriseYear.csv"
        path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
        call = ["sweep", along, "--data", str(path), "--type", "EnterpriseYear", "--format", "csv"]
        said = CliRunner().invoke(program(), call)
        assert said.exception is None, repr(said.exception)
        return said.stdout

    rule, item = "art-05-warehouse.area=200..800:600", "tradeCNY=1000000..9000000:8000000"
    assert swept(rule, wrong, right) == swept(rule, right)
    assert swept(item, wrong).splitlines()[1:] == [
        "tradeCNY,1000000,,,,,,false,false",
        "tradeCNY,9000000,,,,,,false,false",
    ]


PLANT = {
    "registeredInCity": True, "legalPerson": True, "dishonest": False, "seriousAccident": False,
    "underInvestigation": False, "businessRevenueCNY": "1000", "earlierRevenueCNY": "1000", "researchSpentCNY": "0",
    "priorResearchSpentCNY": "0", "equipmentSpentCNY": "0", "technicalLoan": False, "loanInterestCNY": "0",
    "trainees": 0, "trainingDays": 0, "graduatesHired": 0, "productionSince": "2022-03-01", "plantRentCNY": "1000000",
    "publicPlatform": False, "greenFactory": False, "industryBranch": "C26", "newBranchPlants": 0,
    "emergingKind": "other", "emergingAccepted": False, "tripsAbroad": 0, "cityResearchAidCNY": "0",
    "cityLoanAidCNY": "0", "plantBought": False, "plantBoughtArea": "0", "cityRentAidEnded": False, "rentRenewals": 0,
    "newFloorArea": "0", "newTaxCNY": "500000",
}  # fmt: skip
"""A plant rented for a million: 20 % of that, at most 150,000; 20,000 for additional tax of 500,000, half of which is
the most that aid for premises and for saving energy come to together."""


@pytest.mark.proof
@pytest.mark.parametrize("policy", ["qitang-2024", "qitang-2024,yunting-2024"])
def test_a_cap_over_clauses_of_the_record_counts(policy: str, tmp_path: Path) -> None:
    """With a tenth of the investment besides, the cap of 250,000 is met at a million; `apply` and `advise` agree."""
    values, least = ("0", "800000", "1000000", "2000000"), {}
    for value in values:
        facts = {"type": "BusinessYear", "period": "2024", **PLANT, "retrofitSpentCNY": value}
        answer = CliRunner().invoke(
            program(), ["apply", written(tmp_path, facts), "--policy", policy, "--format", "json"]
        )
        least[value] = json.loads(answer.stdout)["enterprises"][0]["total"]["CNY"]["min"]
    file = written(tmp_path, {"type": "BusinessYear", "period": "2024", **PLANT, "retrofitSpentCNY": "2000000"})

    found = {row[1]: row[3] for row in rows(["retrofitSpentCNY=0..2000000:200000", "--data", file, "--policy", policy])}
    if policy == "qitang-2024":
        assert least == dict(zip(values, ("170000.00", "250000.00", "270000.00", "270000.00"), strict=True))
        said = CliRunner().invoke(program(), ["advise", file, "--policy", policy, "--lang", "en"]).output
        assert "stays at RMB 270,000" in " ".join(said.split())
    assert {value: found[value] for value in values} == least


@pytest.mark.parametrize("policy", ["qitang-2024", "qitang-2024,yunting-2024"])
@pytest.mark.proof
def test_a_tier_that_does_not_bear_the_name_of_its_clause(policy: str, tmp_path: Path) -> None:
    """Trade of 48 million has 200,000 up to a bound of exactly that, and from a fen more the lower 80,000."""
    file, name = written(tmp_path, {"period": "2024", "tradeCNY": "48000000"}), "art-12-high.high"

    assert rows([f"{name}=40000000..50000000:5000000", "--data", file, "--policy", policy]) == [
        [name, "40000000", "CNY", "200000.00", "200000.00", "1", "1", "false", "true"],
        [name, "45000000", "CNY", "200000.00", "200000.00", "1", "1", "false", "true"],
        [name, "48000000", "CNY", "200000.00", "200000.00", "1", "1", "false", "true"],
        [name, "48000000.01", "CNY", "80000.00", "80000.00", "1", "1", "true", "true"],
        [name, "50000000", "CNY", "80000.00", "80000.00", "1", "1", "false", "true"],
    ]


@pytest.mark.parametrize(
    ("target", "value", "wanted"),
    [
        (
            "tradeCNY",
            "50000000",
            ("沿“年度进出口总额”（tradeCNY），这条记录合计（其他记录不计）：", "  5000万元：13万元"),
        ),
        (
            "art-05-warehouse.area",
            "500",
            ("沿“仓储总面积达到500平方米”（art-05-warehouse.area），全部记录合计：", "  500平方米：13万元"),
        ),
        ("art-05-warehouse.cap", "100000", ("沿海外仓补助：art-05-warehouse.cap，全部记录合计：", "  10万元：13万元")),
        ("art-05-warehouse.rate", "0.05", ("沿海外仓补助：art-05-warehouse.rate，全部记录合计：", "  0.05：13万元")),
    ],
)
def test_what_is_swept_goes_by_its_name_and_unit(
    target: str, value: str, wanted: tuple[str, str], shipped: Policykb
) -> None:
    """Whoever reads the lines needs not know the names of the data, nor in which unit they are."""
    phrases = Phrases(shipped.book, shipped.vocabulary, shipped.wording, "zh")
    total = {"CNY": Amount(Decimal(130000), Decimal(130000), "CNY")}
    swept = Range(target, (Decimal(value),))

    assert tuple(sweep_lines(swept, [Step(Decimal(value), total)], phrases)) == wanted
