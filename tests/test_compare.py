"""Readings, what-if scenarios and amendments: who gains, who loses, and what each clause comes to."""

from __future__ import annotations

import io
import json
import re
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from deciders import decider_with
from policykb.answers.comparison import Sum
from policykb.answers.scenarios import scenario
from policykb.api import Policykb, load_policykb
from policykb.cli import program
from policykb.errors import CallError, KnowledgeError
from policykb.model import Amount, Lang, Place, Record, Value
from policykb.reports.as_comparison import difference, print_comparison
from policykb.reports.phrases import Phrases

TESTS = Path(__file__).parent
RECORDS = TESTS / "ask" / "records.json"
DISTRICT = TESTS.parent / "docs" / "examples" / "district-2020.json"
AMENDMENT = TESTS / "fixtures" / "amendment-2021.ttl"


def enterprise(name: str, period: str = "2020", **facts: Value) -> Record:
    """An enterprise-year."""
    return Record(name, "EnterpriseYear", period, f"示例{name}", None, None, facts, Place("test"))


def shop(name: str, area: int, period: str = "2020") -> Record:
    """A cross-border shop in the statistics that invested 400,000 yuan in a warehouse of this area."""
    return enterprise(
        name,
        period,
        crossBorderEcommerce=True,
        inStatistics=True,
        overseasWarehouseArea=Decimal(area),
        overseasWarehouseInvestmentCNY=Decimal(400000),
    )


def sums(entries: tuple[Sum, ...]) -> dict[str, tuple[str, str, str, str]]:
    """Name to least and most, before and after."""
    return {e.name: (*ends(e.before), *ends(e.after)) for e in entries}


def ends(interval: Amount) -> tuple[str, str]:
    """Both ends of an interval in words."""
    return str(interval.min), "-" if interval.max is None else str(interval.max)


def test_the_increase_stacks_under_the_other_reading(shipped: Policykb) -> None:
    """A1 had the 100,000 of its tier alone; read the other way, 20,000 for its increase come on top."""
    found = shipped.compare(shipped.read([RECORDS]), decider_with("R1-highest:alt"))

    assert [(c.record.id, c.clause, c.restated) for c in found.changes] == [
        ("A1", "art-01-growth", ("art-01-highest",))
    ]
    assert sums(found.subjects) == {"甲厂": ("100000.00", "103000.00", "120000.00", "123000.00")}
    assert sums(found.totals)["art-01-growth"] == ("0.00", "0.00", "20000.00", "20000.00")
    assert sums(found.totals)["art-01-volume"] == ("100000.00", "100000.00", "100000.00", "100000.00")


def test_the_district_under_the_other_reading_of_article_1(shipped: Policykb) -> None:
    """Fifteen enterprises have an increase: 48,446 for the six that have nothing higher, and 419,790 for the others.

    165,400 (EY-01) + 7,000 + 109,122 + 20,042 + 46,504 + 14,532 + 15,978 + 20,892 + 20,320 = 419,790.
    """
    records = [r for r in shipped.read([DISTRICT]).records if r.id.startswith("EY-") and "tradeCNY" in r.facts]
    found = shipped.compare(records, decider_with("R1-highest:alt"))
    growth = next(entry for entry in found.totals if entry.name == "art-01-growth")

    assert (growth.before.min, growth.after.min) == (Decimal("48446.00"), Decimal("468236.00"))
    assert growth.after.min - growth.before.min == Decimal("419790.00")


def test_a_scenario_of_one_number(shipped: Policykb) -> None:
    """With 300 m² instead of 500, EY-18 (499 m², 420,000 yuan) gets 10 %: 42,000; nobody else changes."""
    other = load_policykb(overlays=[scenario(shipped.knowledge, ["art-05-warehouse.area=300"])])
    found = shipped.compare(shipped.read([DISTRICT]), other)

    assert [(c.record.id, c.clause, c.criteria, c.facts) for c in found.changes] == [
        ("EY-18", "art-05-warehouse", ("art-05-warehouse-area",), ("overseasWarehouseArea",))
    ]
    assert sums(found.subjects) == {"枣庄拾蓼电子商务有限公司": ("0.00", "0.00", "42000.00", "42000.00")}
    assert found.after.overlays == ("art-05-warehouse.area=300",)


def test_amounts_can_be_supposed_too(shipped: Policykb) -> None:
    """A cap of 1,000 for exhibitions and a tier of 120,000: A2 could get 1,000 at most, A1 gets 120,000."""
    supposed = scenario(shipped.knowledge, ["art-02-exhibition.cap=1000", "art-01-volume-4.value=120000"])
    found = shipped.compare(shipped.read([RECORDS]), load_policykb(overlays=[supposed]))

    assert sums(found.subjects) == {"甲厂": ("100000.00", "103000.00", "120000.00", "121000.00")}


@pytest.mark.parametrize(
    ("assignment", "what"),
    [
        ("art-05-warehouse.area", "not understood"),
        ("area=300", "not understood"),
        ("art-05-warehouse.size=300", "art-05-warehouse.area"),
        ("art-99-nothing.area=300", "Clauses with amounts"),
        ("art-05-warehouse.area=large", "not a number"),
        ("art-05-warehouse.area=NaN", "not a number"),
        ("art-05-warehouse.area=3_00", "not a number"),
        ("art-05-warehouse.area=３００", "not a number"),
        ("art-01-rank.top=2.5", "not a whole number"),
        ("art-05-warehouse.statistics=maybe", "must be true or false"),
    ],
)
def test_scenarios_that_make_no_sense(shipped: Policykb, assignment: str, what: str) -> None:
    """A scenario names what can be set, and a value that fits."""
    with pytest.raises(CallError) as fault:
        scenario(shipped.knowledge, [assignment])

    assert what in str(fault.value)


def test_one_number_is_supposed_once(shipped: Policykb) -> None:
    """Two values for one number are no scenario, however it is written; two numbers of one clause are."""
    area = "art-05-warehouse.area"
    for other in (f"{area}=450", f" {area} = 400", f"{area}=400"):
        with pytest.raises(CallError, match="set the same number"):
            scenario(shipped.knowledge, [f"{area}=400", other])
    assert scenario(shipped.knowledge, [f"{area}=400", "art-05-warehouse.cap=1"])


def test_an_amendment_applies_from_its_day() -> None:
    """With 400 m²: not enough for 2020, enough for 2021, since the (fictional) amendment applies from July 2021."""
    kb = load_policykb(overlays=[AMENDMENT])
    answer = kb.apply([shop("S0", 400, "2020"), shop("S1", 400, "2021")])
    statuses = {d.record: d.status for d in answer.decisions if d.clause == "art-05-warehouse"}

    assert statuses == {"S0": "not-eligible", "S1": "eligible"}
    assert [(e.name, str(e.total["CNY"].min)) for e in answer.enterprises if "CNY" in e.total][-1] == (
        "示例S1",
        "40000.00",
    )


def test_an_amendment_compared_with_the_text_as_issued(shipped: Policykb) -> None:
    """Of two shops with 400 m² only the one of 2021 gains 10 % of 400,000; its trade is open, and so the upper end."""
    found = shipped.compare([shop("S0", 400, "2020"), shop("S1", 400, "2021")], load_policykb(overlays=[AMENDMENT]))

    assert sums(found.subjects) == {"示例S1": ("0.00", "-", "40000.00", "-")}
    assert found.changes[0].criteria == ("art-05-warehouse-area",)


def test_an_amendment_is_chosen_by_the_as_of_day() -> None:
    """The year 2020, decided as of a day before and after the amendment; the quoted requirement follows."""
    kb = load_policykb(overlays=[AMENDMENT])

    def area(day: date | None) -> tuple[str, str]:
        decision = next(d for d in kb.apply([shop("S0", 400)], as_of=day).decisions if d.clause == "art-05-warehouse")
        asked = next(r.required for r in decision.criteria if r.criterion.path == "overseasWarehouseArea")
        return decision.status, asked

    assert area(None) == ("not-eligible", "≥ 500")
    assert area(date(2021, 7, 1)) == ("eligible", "≥ 300")
    with pytest.raises(
        CallError,
        match=r"自 2021-07-01 起适用，2021-06-30 尚不适用(?s:.*)applies from 2021-07-01, and not on 2021-06-30",
    ):
        area(date(2021, 6, 30))


def test_a_day_before_the_document_is_refused_with_the_dates(shipped: Policykb) -> None:
    """As of 2020-09-23 the document had not been issued: nothing is decided, and both days are named."""
    answer = shipped.apply([shop("S0", 600)], as_of=date(2020, 9, 23))

    assert {d.status for d in answer.decisions} == {"not-in-force"}
    assert all("2020-09-24" in d.notes[0].en and "2020-09-23" in d.notes[0].en for d in answer.decisions)


def test_the_shipped_policy_has_no_amendment(shipped: Policykb) -> None:
    """Nothing fictional is shipped."""
    assert shipped.knowledge.amendments == ()


def run(*words: str, records: Path = RECORDS) -> str:
    """The output of `policykb compare`."""
    done = CliRunner().invoke(program(), ["compare", str(records), *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def test_a_sum_that_is_not_paid_is_told_by_itself(tmp_path: Path) -> None:
    """What makes no difference makes none up to no sum: 2 % of 15 million dollars is more than the place gives."""
    facts = {"tradeCNY": "300000000", "priorTradeCNY": "200000000", "tradeUSD": "45000000", "priorTradeUSD": "30000000"}
    one = {
        "id": "a",
        "type": "EnterpriseYear",
        "period": "2020",
        "subject": {"name": "虚构甲有限公司"},
        "producer": True,
    }
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"records": [one | facts]}), encoding="utf-8")
    call = ["compare", str(path), "--with", "R1c-each:alt", "--policy", "szq-2020-12", "--lang", "en"]
    told = " ".join(CliRunner().invoke(program(), call, env={"COLUMNS": "240"}).stdout.split())

    assert "Makes no difference (by itself: up to RMB 150,000)" in told
    assert "Makes no difference (by itself: up to RMB 50,000)" in told


def test_in_whose_place_it_is_not_paid_is_told_where_that_alone_changes(shipped: Policykb) -> None:
    """The place gives 150,000: less than 2 % of 11 million dollars, and then less than 200,000 by volume."""
    facts = {"tradeCNY": 310000000, "priorTradeCNY": 250000000, "tradeUSD": 50000000, "priorTradeUSD": 39000000}
    one = enterprise("a", producer=True, tradeRank=2, **{name: Decimal(value) for name, value in facts.items()})
    other = decider_with("R1-highest:alt")
    out = io.StringIO()
    phrases = Phrases(other.book, other.vocabulary, other.wording, "en")
    print_comparison(Console(file=out, width=400), shipped.compare([one], other), phrases)

    assert "instead (Award on the increase in trade is counted; by itself: RMB 150,000)" in out.getvalue()
    assert "instead (Award by volume of trade is counted; by itself: RMB 150,000)" in out.getvalue()


def test_command_prints_the_three_tables() -> None:
    """The table names the change, the gain and the totals."""
    out = run("--with", "R1-highest:alt", "--lang", "en")

    assert "Award on the increase in trade" in out and "+20,000.00" in out
    assert "Decisions that change" in out and "Who gains and who loses" in out and "Totals by clause" in out


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", ["海外仓总面积：300平方米以上", "海外仓年度实际投资额 × 20%（最高10万元）"]),
        (
            "en",
            [
                "Total area of overseas warehouses: 300 m² or more",
                "Actual investment in overseas warehouses in the year × 20% (limit: RMB 100,000)",
            ],
        ),
    ],
)
def test_what_is_behind_a_change_is_told_as_it_is_supposed(shipped: Policykb, lang: Lang, told: list[str]) -> None:
    """300 m² instead of 500 and 20 % instead of 10: told by the numbers supposed, not by those of the text."""
    records = [shop("甲", 400), shop("乙", 600)]
    set_to = ["art-05-warehouse.area=300", "art-05-warehouse.rate=0.2"]
    other = load_policykb(overlays=[scenario(shipped.knowledge, set_to)])
    stream = io.StringIO()
    phrases = Phrases(other.book, other.vocabulary, other.wording, lang)
    print_comparison(Console(file=stream, width=600), shipped.compare(records, other), phrases)

    rows = [line for line in stream.getvalue().splitlines() if line.startswith((" 甲 ", " 乙 "))]
    assert [re.split(r" {2,}", row.strip())[-1] for row in rows] == told


@pytest.mark.parametrize(
    ("reading", "wanted"),
    [
        # 5 % of 12 million dollars, and not the other bands; the marginal bands in the place of all of them.
        ("R10a-currency", ((), (), ("art-10-foreign-capital-3",))),
        ("R10a-whole", ((), (), ("art-10-foreign-capital",))),
        ("R0-period", ((), ("period",), ())),
    ],
)
def test_what_makes_no_difference_is_not_behind_a_change(
    shipped: Policykb, reading: str, wanted: tuple[tuple[str, ...], ...]
) -> None:
    """Another sum comes of the amount that gives it, and of no condition that is met as before."""
    sums = {"fdiUsedUSD": Decimal(12_000_000), "fdiReceivedUSD": Decimal(12_000_000), "usdCnyRate": Decimal(7)}
    project = Record("f", "ForeignCapitalProject", "2020", "外资甲", None, None, {"foreignInvested": True, **sums},
                     Place("test"))  # fmt: skip
    found = shipped.compare([project], decider_with(f"{reading}:alt"))

    (change,) = (one for one in found.changes if one.clause == "art-10-foreign-capital")
    assert (change.criteria, change.facts, change.restated) == wanted


def test_each_thing_behind_a_change_has_a_name(shipped: Policykb) -> None:
    """A condition that is restated and met as before is told by its words, and a period that is not covered as one."""
    sums = {"tradeCNY": Decimal(60_000_000), "priorTradeCNY": Decimal(40_000_000)}
    facts = {**sums, "tradeUSD": Decimal(700_000), "priorTradeUSD": Decimal(600_000), "usdCnyRate": Decimal(7)}
    records = [enterprise("甲", producer=True, **facts)]
    behind = {}
    for reading in ("R1a-measure:alt", "R0-period:alt"):
        other, stream = decider_with(reading), io.StringIO()
        phrases = Phrases(other.book, other.vocabulary, other.wording, "zh")
        print_comparison(Console(file=stream, width=600), shipped.compare(records, other), phrases)
        (row,) = [line for line in stream.getvalue().splitlines() if line.startswith(" 甲 ") and "增量奖励" in line]
        behind[reading] = re.split(r" {2,}", row.strip())[-1]

    assert behind == {
        "R1a-measure:alt": "进出口增加额 × 0.02 ÷ 美元兑人民币汇率；进出口额（人民币）超上年度",
        "R0-period:alt": "期间",
    }


def test_command_says_when_nothing_changes() -> None:
    """A reading that touches none of the records changes nothing, in words."""
    assert "No decision changes." in run("--with", "R19-list:alt", "--lang", "en")


def test_json_and_csv_are_exact() -> None:
    """Amounts are decimal strings; each change is a row with what is behind it."""
    answer = json.loads(run("--set", "art-01-growth.threshold=4999999.99", "--format", "json"))
    rows = run("--set", "art-01-growth.threshold=4999999.99", "--format", "csv").splitlines()

    assert [(c["record"], c["after"]["amount"]["min"], c["criteria"]) for c in answer["changes"]] == [
        ("B1", "200.00", ["art-01-growth-threshold"])
    ]
    assert rows[1].startswith(
        "B1,乙店,91370402MA0000023L,art-01-growth,not-eligible,,,,false,eligible,200.00,200.00,CNY,true,"
    )


def money(least: int, most: int | None, currency: str = "CNY") -> Amount:
    """An amount between two ends."""
    return Amount(Decimal(least), None if most is None else Decimal(most), currency)


def test_each_side_has_its_own_currency(tmp_path: Path) -> None:
    """3 % of 2 million dollars is 420,000 yuan where it is paid in yuan, at 7 for a dollar, and 60,000 dollars else."""
    own = tmp_path / "own.json"
    facts = {"foreignInvested": True, "fdiUsedUSD": "2000000", "fdiReceivedUSD": "2000000", "usdCnyRate": "7"}
    about = {"id": "f", "type": "ForeignCapitalProject", "period": "2020", "subject": {"name": "外资甲"}}
    own.write_text(json.dumps([about | facts]), "utf-8")
    sides = ("--with", "R10a-whole:alt", "--against", "R10a-currency:alt")
    rows = run(*sides, "--format", "csv", records=own).splitlines()

    assert [row.split(",")[4:14] for row in rows[1:]] == [
        ["eligible", "420000.00", "420000.00", "CNY", "", "eligible", "60000.00", "60000.00", "USD", ""]
    ]


@pytest.mark.parametrize(
    ("before", "after", "zh", "en"),
    [
        ((500, 500), (0, None), "-500.00起", "-500.00 or more"),
        ((200, None), (700, 700), "+500.00，或更少", "+500.00 or less"),
        ((200, 900), (300, None), "-600.00起", "-600.00 or more"),
        ((0, None), (7, None), "不能确定：前后都还没有上限", "not known: neither side has an upper end yet"),
        ((100, 400), (150, 600), "+50.00 … +200.00", "+50.00 … +200.00"),
        ((0, 900), (200, 700), "最少+200.00，最多-200.00", "least +200.00, most -200.00"),
    ],
)
def test_an_open_difference_says_so(
    shipped: Policykb, before: tuple[int, int | None], after: tuple[int, int | None], zh: str, en: str
) -> None:
    """Where a side has no upper end, the difference has none either, or no lower one."""
    entry = Sum("x", None, "CNY", money(*before), money(*after))

    told = [
        difference(entry, Phrases(shipped.book, shipped.vocabulary, shipped.wording, lang)) for lang in ("zh", "en")
    ]

    assert told == [zh, en]


@pytest.mark.proof
def test_numbers_of_two_documents_are_supposed_at_once(tmp_path: Path) -> None:
    """Trade of 48 million reaches a bound of 45, and revenue of 520 none of 600; receipts are enough to repeat it."""
    held = {"registeredInCity": True, "legalPerson": True}
    held |= dict.fromkeys(("dishonest", "seriousAccident", "underInvestigation"), False)
    about = {"period": "2024", "subject": {"name": "甲"}}
    firm = {"id": "B", "type": "BusinessYear", "businessRevenueCNY": "520000000", **about, **held}
    trade = {"id": "E", "type": "EnterpriseYear", "tradeCNY": "48000000", **about}
    own, told = tmp_path / "own.json", tmp_path / "told.json"
    own.write_text(json.dumps([firm, trade]), "utf-8")
    sets = ("--set", "art-12-high.high=45000000", "--set", "art-05-size.step=600000000")

    found = json.loads(run(*sets, "--policy", "qitang-2024,yunting-2024", "--format", "json", records=own))
    told.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    again = CliRunner().invoke(program(), ["replay", str(told), str(own), "--lang", "en"])

    assert [(one["clause"], one["before"]["amount"], one["after"]["amount"]) for one in found["changes"]] == [
        ("yunting-2024/art-05-size", {"min": "360000.00", "max": "360000.00", "currency": "CNY"}, None),
        ("qitang-2024/art-12-trade",
         {"min": "80000.00", "max": "80000.00", "currency": "CNY"},
         {"min": "200000.00", "max": "200000.00", "currency": "CNY"}),
    ]  # fmt: skip
    assert again.output.startswith("The same")


def test_against_another_reading() -> None:
    """--against sets the other side: a reading compared with itself changes nothing."""
    assert "No decision changes." in run("--with", "R1-highest:alt", "--against", "R1-highest:alt", "--lang", "en")


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_chart_has_the_same_bytes_each_time(tmp_path: Path, suffix: str) -> None:
    """A chart is written beside the answer, and drawing it again gives the same file."""
    pytest.importorskip("matplotlib")
    for name in ("a", "b"):
        run("--with", "R1-highest:alt", "--chart", str(tmp_path / f"{name}{suffix}"))
    first, second = ((tmp_path / f"{name}{suffix}").read_bytes() for name in ("a", "b"))

    assert first == second
    assert first.startswith(b"\x89PNG" if suffix == ".png" else b"<?xml")


def test_calls_that_make_no_sense() -> None:
    """Nothing to compare with, an unknown format, a chart of another kind."""
    for words, what in (
        ([], "nothing to compare"),
        (["--with", "R1-highest:alt", "--format", "xml"], "no format"),
        (["--with", "R1-highest:alt", "--chart", "c.pdf"], ".png, .svg"),
        (["--with", "R9-none:alt"], "no reading"),
    ):
        with pytest.raises(CallError) as fault:
            run(*words)
        assert what in str(fault.value)


@pytest.fixture(scope="module")
def amended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the knowledge base in whose folder of overlays the (fictional) amendment lies."""
    root = tmp_path_factory.mktemp("amended")
    for name in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(TESTS.parent / name, root / name)
    shutil.copy(AMENDMENT, root / "policy" / "szq-2020-12" / "overlays" / AMENDMENT.name)
    return root


def test_amendments_in_the_folder_apply_by_themselves(amended: Path) -> None:
    """Nobody has to name an amendment that lies beside the policy; the receipt does."""
    answer = load_policykb(amended).apply([shop("S0", 400, "2020"), shop("S1", 400, "2021")])
    statuses = {d.record: d.status for d in answer.decisions if d.clause == "art-05-warehouse"}

    assert statuses == {"S0": "not-eligible", "S1": "eligible"}
    assert answer.receipt.overlays == (AMENDMENT.name,)


@pytest.mark.proof
def test_decisions_of_a_version_as_rdf_and_questions(amended: Path) -> None:
    """What is asked and written about an amended year follows the amended rules."""
    kb = load_policykb(amended)
    record = replace(
        shop("S1", 400, "2021"), facts={"crossBorderEcommerce": True, "overseasWarehouseArea": Decimal(299)}
    )
    answer = kb.apply([record])

    assert [
        row["criterion"].rsplit("/")[-1] for row in kb.ask("why-not", answer=answer, clause="art-05-warehouse")
    ] == ["art-05-warehouse-area"]


@pytest.mark.proof
def test_near_misses_follow_the_version_of_the_day(amended: Path) -> None:
    """What a record just misses is what was asked for on its day: 500 square metres, and 300 once amended."""
    kb = load_policykb(amended)
    answer = kb.apply([shop("S0", 450, "2020"), shop("S1", 290, "2021")])
    rows = [row for row in kb.ask("near-misses", answer=answer) if row["clause"].endswith("art-05-warehouse")]

    assert [(row["record"], row["needed"]) for row in rows] == [("S0", 500), ("S1", 300)]


def test_a_reading_does_not_undo_an_amendment(amended: Path) -> None:
    """A reading of words that were amended is refused for days after the amendment."""
    reading = amended / "policy" / "szq-2020-12" / "overlays" / "R5a-both.alt.ttl"
    changed = AMENDMENT.read_text(encoding="utf-8")
    overlay = reading.read_text(encoding="utf-8").replace(
        "pkb:replaces szq-shape:art-05-warehouse ",
        "pkb:replaces szq-shape:art-05-warehouse , szq-shape:art-05-warehouse-area ",
    )
    body = changed[changed.index("szq-shape:art-05-warehouse-area a ") :]
    own = amended / "R5a-amended.alt.ttl"
    own.write_text(overlay + "\n" + body, encoding="utf-8")
    kb = load_policykb(amended, overlays=[own])

    assert kb.apply([shop("S0", 400, "2020")]).decisions
    with pytest.raises(KnowledgeError, match=r"自 2021-07-01 起修订了它(?s:.*)amended it from 2021-07-01"):
        kb.apply([shop("S1", 400, "2021")])
