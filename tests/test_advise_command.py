"""`policykb advise`: the advice as text and as JSON of the published form."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from typer.testing import CliRunner

from policykb.advice.as_text import lines
from policykb.api import Policykb, load_policykb
from policykb.cli import program
from policykb.model import Lang
from policykb.reports.phrases import Phrases

ROOT = Path(__file__).parents[1]
DISTRICT = ROOT / "docs" / "examples" / "district-2020.json"
REFERENCE = ROOT / "docs" / "reference"


def run(*words: str) -> str:
    """What a call prints."""
    done = CliRunner().invoke(program(), ["advise", str(DISTRICT), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def validator(name: str) -> Draft202012Validator:
    """A published schema, with those that it refers to."""
    files = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in REFERENCE.glob("*.schema.json")}
    registry: Any = Registry().with_resources([(file["$id"], Resource.from_contents(file)) for file in files.values()])
    return Draft202012Validator(files[name], registry=registry)


@pytest.fixture(scope="module")
def district() -> Any:
    """The advice on the example district."""
    return json.loads(run("--format", "json", "--lang", "en"))


def test_json_has_the_published_form(district: Any) -> None:
    """Everything the command prints is described by the schema, and nothing else is in it."""
    assert list(validator("advice.schema.json").iter_errors(district)) == []
    assert {advice["aim"] for advice in district["advice"]} == {"have", "more"}
    assert district["cliffs"]


def test_a_yuan_short_of_a_tier(district: Any) -> None:
    """EY-07 has 99,999,999 yuan of trade: one yuan more is the tier of 100 million, 150,000 instead of 100,000."""
    (advice,) = [a for a in district["advice"] if (a["record"], a["clause"]) == ("EY-07", "art-01-volume")]
    (way,) = advice["ways"]
    (change,) = way["changes"]

    assert (change["fact"], change["actual"], change["needed"], change["gap"]) == (
        "tradeCNY",
        "99999999",
        "100000000",
        "1",
    )
    assert [one["quote"] for one in change["criteria"]] == ["1 亿元"]
    assert way["amount"] == {"min": "150000.00", "max": "150000.00", "currency": "CNY"}
    assert way["gain"] == {"CNY": {"min": "50000.00", "max": "50000.00"}}


def test_one_record_as_text() -> None:
    """One square metre short of the warehouse: the change, the sum, the words; in the reader's language."""
    text = run("--record", "EY-18", "--lang", "zh")

    assert "“海外仓总面积”由499平方米变为500平方米（差1平方米） → 预计符合，4.2万元" in text
    assert "原文：“自主建设或租赁仓储总面积达到500平方米以上”（第5条）" in text
    assert "EY-07" not in text


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh", "“纳统企业”为“是”（现在没有填报），并且"),
        ("en", "Included in the statistics: “yes” (not stated now), and"),
    ],
)
def test_a_yes_is_no_amount_to_reach(shipped: Policykb, lang: Lang, text: str) -> None:
    """Yes or no is not reached as an area is: of what is not stated a yes is told as one."""
    shop = shipped.record("EnterpriseYear", "2020", id="e", name="示例公司", crossBorderEcommerce=False)

    told = "\n".join(
        lines(shipped, shipped.apply([shop]), Phrases(shipped.book, shipped.vocabulary, shipped.wording, lang))
    )

    assert text in told


def test_a_whole_step_has_its_words(shipped: Policykb) -> None:
    """The next full step and the one below are told with the words of the text that count them."""
    kb = load_policykb(shipped.knowledge.root, "yunting-2024")
    said = dict.fromkeys(("registeredInCity", "legalPerson"), True)
    said |= dict.fromkeys(("dishonest", "seriousAccident", "underInvestigation"), False)
    answer = kb.apply([kb.record("BusinessYear", 2025, name="示例公司", **said, businessRevenueCNY=310_000_000)])

    told = list(lines(kb, answer, Phrases(kb.book, kb.vocabulary, kb.wording, "zh")))

    assert "    “年营业收入”由3.1亿元变为3.5亿元（差4000万元） → 预计符合，18万元" in "\n".join(told)
    assert "到3亿元为止都保得住（余地1000万元）；到299,999,999.99元就降为6万元" in "\n".join(told)
    assert told.count("      原文：“每满5000万元”（第5条）") == 2


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        (
            "zh",
            "“美元计年度进出口总额”由7美元变为7.01美元（差0.01美元） → 预计符合，但只做到这一步拿不到钱：0元"
            "（按“美元计进出口增加额 × 每美元0.02元”计算）；这条记录的合计不变，仍为最高30万元",
        ),
        (
            "en",
            "Total imports and exports of the year in US dollars from US$7 to US$7.01 (a gap of US$0.01) → likely "
            "eligible, but this alone brings no money: RMB 0 (worked out as Increase of trade in US dollars × RMB 0.02 "
            "per US$1); all of this record stays at up to RMB 300,000",
        ),
    ],
)
def test_a_change_that_brings_no_money_says_so(shipped: Policykb, lang: Lang, text: str) -> None:
    """A cent more of trade meets the condition of art. 1, and two fen for a dollar of it round to nothing."""
    facts = {"producer": True, "tradeCNY": 5000000, "tradeUSD": 7, "priorTradeUSD": 7}
    record = shipped.record("EnterpriseYear", 2020, name="示例公司", **facts)

    phrases = Phrases(shipped.book, shipped.vocabulary, shipped.wording, lang)
    told = list(lines(shipped, shipped.apply([record]), phrases))

    assert text in [line.strip() for line in told]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh", "“展位费”超过0元（现在是0元） → 预计符合，金额按“展位费 × 30%（最高2万元）”计算"),
        (
            "en",
            "Booth fee: more than RMB 0 (RMB 0 now) → likely eligible, the sum worked out as Booth fee × 30% "
            "(limit: RMB 20,000)",
        ),
    ],
)
def test_what_only_has_to_be_there_is_no_matter_of_a_fen(shipped: Policykb, lang: Lang, text: str) -> None:
    """Any booth fee has 30 % of it paid: what is told is the rule, and not what the first fen comes to."""
    facts = {"overseas": True, "filedWithBureau": True, "recognisedByGovernment": True, "boothFeeCNY": 0}
    answer = shipped.apply([shipped.record("Exhibition", "2020-11-05", name="示例公司", **facts)])
    told = list(lines(shipped, answer, Phrases(shipped.book, shipped.vocabulary, shipped.wording, lang)))

    assert text in [line.strip() for line in told]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh", "“展位费”超过0元（现在是0元） → 还要等区政府决定，金额按“展位费 × 30%（最高2万元）”计算"),
        (
            "en",
            "Booth fee: more than RMB 0 (RMB 0 now) → still awaiting the District Government, the sum worked out as "
            "Booth fee × 30% (limit: RMB 20,000)",
        ),
    ],
)
def test_what_a_body_has_to_decide_is_no_matter_of_a_fen(shipped: Policykb, lang: Lang, text: str) -> None:
    """Where the recognition is awaited, 30 % of any booth fee is not told as what the first fen comes to."""
    facts = {"overseas": True, "filedWithBureau": True, "boothFeeCNY": 0}
    answer = shipped.apply([shipped.record("Exhibition", "2020-11-05", name="示例公司", **facts)])
    told = list(lines(shipped, answer, Phrases(shipped.book, shipped.vocabulary, shipped.wording, lang)))

    assert text in [line.strip() for line in told]


@pytest.mark.parametrize(
    ("lang", "text"), [("zh", "预计符合，未载明金额"), ("en", "likely eligible, amount not stated")]
)
def test_money_of_no_stated_sum_is_not_nothing(shipped: Policykb, lang: Lang, text: str) -> None:
    """An enterprise that moves into the zone is granted money, though the text does not say how much."""
    record = shipped.record("EnterpriseYear", 2020, name="示例公司", inDevelopmentZone=False)
    told = list(
        lines(shipped, shipped.apply([record]), Phrases(shipped.book, shipped.vocabulary, shipped.wording, lang))
    )

    assert [line for line in told if " → " in line and text in line]


@pytest.mark.parametrize(
    ("lang", "text"),
    [("zh", "还要等原文没有写明的机关决定"), ("en", "still awaiting a body that the policy does not name")],
)
def test_a_body_without_a_name_is_said_so_in_a_sentence(shipped: Policykb, lang: Lang, text: str) -> None:
    """A referrer of another kind waits for whoever accepts it, whom the text does not name."""
    facts = {"referrerKind": "other", "newlyIntroduced": True, "industrial": True, "windowStart": date(2020, 10, 3)}
    facts |= {"plannedFdiUSD": 49999999, "fdiUsedInWindowUSD": 50000000}
    record = shipped.record("ProjectReferral", "2021-02-01", name="示例公司", **facts)
    told = list(
        lines(shipped, shipped.apply([record]), Phrases(shipped.book, shipped.vocabulary, shipped.wording, lang))
    )

    assert [line for line in told if " → " in line and text in line]


def test_two_intervals_are_told_apart(shipped: Policykb) -> None:
    """At 50 million yuan 100,000 are certain; the unknown rank may make them 150,000: each told by its name."""
    facts = {"producer": False, "recognisedPlatform": False, "crossBorderEcommerce": False, "traditionalTrader": False}
    trade = {"tradeCNY": 49_000_000, "priorTradeCNY": 45_000_000}
    answer = shipped.apply([shipped.record("EnterpriseYear", 2020, name="示例公司", **facts, **trade)])
    told = list(lines(shipped, answer, Phrases(shipped.book, shipped.vocabulary, shipped.wording, "en")))

    (said,) = [line for line in told if "RMB 50,000,000" in line]
    assert said.endswith("; all of this record: up to RMB 150,000 now, RMB 100,000 to RMB 150,000 then")


def test_a_document_without_changeable_facts_says_so(shipped: Policykb) -> None:
    """Nothing is advised where nobody has said what an applicant can change, and no clause is blamed for it."""
    facts = {name: replace(fact, is_changeable=False) for name, fact in shipped.vocabulary.facts.items()}
    kb = replace(shipped, vocabulary=replace(shipped.vocabulary, facts=facts))
    answer = kb.apply([kb.record("EnterpriseYear", 2020, name="示例公司", tradeCNY=1)])

    told = list(lines(kb, answer, Phrases(kb.book, kb.vocabulary, kb.wording, "en")))

    assert [line for line in told if line.startswith("No advice")] == [
        "No advice: the knowledge base does not say yet which items an applicant can change (pkb:applicantCanChange)."
    ]


def test_a_record_that_is_not_there_is_refused() -> None:
    """The id of no record is a mistake of the call."""
    done = CliRunner().invoke(program(), ["advise", str(DISTRICT), "--record", "EY-99"])

    assert done.exit_code != 0
