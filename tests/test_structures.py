"""Structures that many policies use, in a made-up document: every answer is worked out by hand, in every engine alike.

The fixture is a made-up county: rent at 80 % in the first two years of production and at 50 % in the three after them;
20,000 for a year of business under a representative of at most 35; 2,000 for each full month of a post, for 36 at most.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner

from column_tables import by_columns, by_shapes, by_sparql, worked_out
from generated_records import generate
from made import beside_the_shipped
from policykb.api import Policykb, load_policykb
from policykb.check.run import run_check
from policykb.cli import program
from policykb.engines.choice import engine_of
from policykb.engines.derive import derive
from policykb.engines.shacl import ShaclEngine
from policykb.errors import KnowledgeFaults
from policykb.law.readings import read_readings
from policykb.model import Place, Record
from policykb.site.addresses import addresses
from policykb.site.content import Content
from policykb.verify.prove import prove
from test_new_amounts import in_browser, needs_node
from test_shapes_bundle import bundle, compare

FIXTURE = Path(__file__).parent / "fixtures" / "structures"
YES, NO, OPEN = "eligible", "not-eligible", "undetermined"
BARS = {"seriouslyDishonest": False, "majorAccident": False, "otherBar": False}
CLEAR = {"provincialAwardCNY": Decimal(200_000), **BARS}
BIG = {"outputCNY": Decimal("100000000.01")}
STEADY = {"keepsJobs": True}
RESEARCH = {"doesResearch": True}
RENT = {"rentCNY": Decimal(100_000)}
OLD, THIRTY = {"businessFrom": date(2010, 1, 1)}, {"directorBorn": date(1995, 1, 1)}

# By clause: the facts of the year 2025 or another period, the status, the least and the most ("-": no upper end).
CASES: dict[str, dict[str, tuple[dict[str, Any], str, str, str]]] = {
    "art-01-rent": {
        "the first year": ({"productionFrom": date(2025, 12, 31), **RENT}, YES, "80000", "80000"),
        "the second": ({"productionFrom": date(2024, 1, 1), **RENT}, YES, "80000", "80000"),
        "the third": ({"productionFrom": date(2023, 12, 31), **RENT}, YES, "50000", "50000"),
        "the fifth": ({"productionFrom": date(2021, 6, 1), **RENT}, YES, "50000", "50000"),
        "the sixth": ({"productionFrom": date(2020, 12, 31), **RENT}, NO, "", ""),
        "not begun yet": ({"productionFrom": date(2026, 1, 1), **RENT}, OPEN, "0", "80000"),
        "begun on a day unknown": (RENT, OPEN, "0", "80000"),
        "a rent unknown": ({"productionFrom": date(2023, 5, 1)}, OPEN, "0", "-"),
    },
    "art-02-young": {
        "a year to the day": ({**THIRTY, "businessFrom": date(2024, 12, 31)}, YES, "20000", "20000"),
        "a day less": ({**THIRTY, "businessFrom": date(2025, 1, 1)}, NO, "", ""),
        "35 until tomorrow": ({**OLD, "directorBorn": date(1990, 1, 1)}, YES, "20000", "20000"),
        "36 today": ({**OLD, "directorBorn": date(1989, 12, 31)}, NO, "", ""),
        "born on 29 February": ({**OLD, "directorBorn": date(1988, 2, 29)}, NO, "", ""),
        "an age unknown": (OLD, OPEN, "0", "20000"),
        "too young a business": ({"businessFrom": date(2025, 6, 1)}, NO, "", ""),
    },
    "art-03-post": {
        "a month to the day": ({"postFrom": date(2025, 11, 30)}, YES, "2000", "2000"),
        "a day too few": ({"postFrom": date(2025, 12, 1)}, NO, "", ""),
        "from the 31st": ({"postFrom": date(2025, 10, 31)}, YES, "4000", "4000"),
        "36 months": ({"postFrom": date(2022, 12, 31)}, YES, "72000", "72000"),
        "37 months": ({"postFrom": date(2022, 11, 30)}, YES, "72000", "72000"),
        "a post of a day unknown": ({}, OPEN, "0", "72000"),
    },
    "art-04-research": {
        "a share not chosen yet": ({**RESEARCH, "researchCNY": Decimal(400_000)}, OPEN, "20000", "80000"),
        "a share chosen": (
            {**RESEARCH, "researchCNY": Decimal(400_000), "researchShare": Decimal("0.1")}, YES, "40000", "40000"
        ),
        "spending unknown": ({**RESEARCH, "researchShare": Decimal("0.2")}, OPEN, "0", "-"),
        "no spending": ({**RESEARCH, "researchCNY": Decimal(0)}, YES, "0", "0"),
        "no research": ({"doesResearch": False, "researchShare": Decimal("0.2")}, NO, "", ""),
    },
    "art-04-platform": {
        "a sum not chosen yet": ({"buildsPlatform": True}, OPEN, "50000", "100000"),
        "the least sum": ({"buildsPlatform": True, "platformAidCNY": Decimal(50_000)}, YES, "50000", "50000"),
        "the most": ({"buildsPlatform": True, "platformAidCNY": Decimal(100_000)}, YES, "100000", "100000"),
        "maybe a platform": ({}, OPEN, "0", "100000"),
    },
    "art-05-province": {
        "above": ({"title": "national"}, YES, "100000", "100000"),
        "on the level": ({"title": "province"}, YES, "100000", "100000"),
        "below": ({"title": "city"}, NO, "", ""),
        "no title": ({"title": "none"}, NO, "", ""),
        "a title unknown": ({}, OPEN, "0", "100000"),
    },
    "art-06-manufacturing": {
        "within the section": ({"industry": "C-other"}, YES, "10000", "10000"),
        "the branch that is left out": ({"industry": "C26"}, NO, "", ""),
        "another section": ({"industry": "K"}, NO, "", ""),
        "an industry unknown": ({}, OPEN, "0", "10000"),
    },
    "art-07-steady": {
        "in the first year": (STEADY, YES, "10000", "10000"),
        "in the last year": ({**STEADY, "period": "2026"}, YES, "10000", "10000"),
        "before its article is in force": ({**STEADY, "period": "2024"}, NO, "", ""),
        "after it": ({**STEADY, "period": "2027"}, NO, "", ""),
        "in force and not known": ({}, OPEN, "0", "10000"),
    },
    "art-08-project": {
        "a project built": ({"projectBuilt": True}, YES, "1000000", "1000000"),
        "a project not built": ({"projectBuilt": False}, NO, "", ""),
    },
    "art-09-employer": {"an employer": ({"bringsTalent": True}, YES, "10000", "10000")},
    "art-09-talent": {"a talent": ({"bringsTalent": True}, YES, "5000", "5000")},
    "art-10-matching": {
        "nothing bars it": (CLEAR, YES, "100000", "100000"),
        "one thing bars it": ({**CLEAR, "majorAccident": True, "otherBar": None}, NO, "", ""),
        "the body has not decided": ({**CLEAR, "otherBar": None}, OPEN, "0", "100000"),
        "the body found another case": ({**CLEAR, "otherBar": True}, NO, "", ""),
        "no award above": ({**CLEAR, "provincialAwardCNY": Decimal(0)}, NO, "", ""),
    },
    "art-12-output": {
        "never before": ({**BIG, "earlierOutputCNY": Decimal(100_000_000)}, YES, "200000", "200000"),
        "once before": ({**BIG, "earlierOutputCNY": Decimal("100000000.01")}, NO, "", ""),
        "earlier years unknown": (BIG, OPEN, "0", "200000"),
    },
    "art-13-show": {
        "the second time": ({"joinsShow": True, "showTime": 2}, YES, "10000", "10000"),
        "the third": ({"joinsShow": True, "showTime": 3}, NO, "", ""),
        "which time is unknown": ({"joinsShow": True}, OPEN, "0", "10000"),
    },
    "art-15-early": {
        "90 days to the day": ({"productionFrom": date(2025, 10, 2)}, YES, "5000", "5000"),
        "89 days": ({"productionFrom": date(2025, 10, 3)}, NO, "", ""),
        "a leap year between": ({"productionFrom": date(2023, 10, 3)}, YES, "5000", "5000"),
        "the last day of the year": ({"productionFrom": date(2025, 12, 31)}, NO, "", ""),
    },
}  # fmt: skip
CLAUSE = {name: clause for clause, cases in CASES.items() for name in cases}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base with the made-up document beside the shipped one."""
    return beside_the_shipped(tmp_path_factory.mktemp("kb"), FIXTURE)


@pytest.fixture(scope="module")
def kb(folder: Path) -> Policykb:
    """The made-up document."""
    return load_policykb(folder, "demo-2025")


def _records() -> list[Record]:
    return [
        Record(name, "SupportYear", facts.get("period", "2025"), name, None, None, _stated(facts), Place("test"))
        for cases in CASES.values()
        for name, (facts, *_) in cases.items()
    ]


def _stated(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != "period" and value is not None}


@pytest.mark.parametrize("engine", [by_sparql, by_columns], ids=["queries", "columns"])
def test_decided(kb: Policykb, engine: Any) -> None:
    """On each bound and beside it, and while facts are missing."""
    found = engine(kb, _records())

    assert {name: found[name, clause][:2] for name, clause in CLAUSE.items()} == worked_out(CASES)


@pytest.mark.proof
def test_decided_by_the_reference(kb: Policykb) -> None:
    """So does the reference, which validates shapes."""
    found = by_shapes(kb, _records())

    assert {name: found[name, clause] for name, clause in CLAUSE.items()} == worked_out(CASES)


@needs_node
@pytest.mark.proof
def test_decided_in_the_browser(kb: Policykb, folder: Path, tmp_path: Path) -> None:
    """So does the browser."""
    content = Content(kb, read_readings(kb.knowledge), addresses(kb), folder)
    found = in_browser(content, _records(), tmp_path)

    assert {name: found[name, clause][:2] for name, clause in CLAUSE.items()} == worked_out(CASES)


@pytest.mark.proof
def test_decided_by_validators(kb: Policykb) -> None:
    """So does a validator that has the exported shapes and rules alone."""
    records = [replace(record, id=f"r{place}") for place, record in enumerate(_records())]

    assert min(compare(kb, bundle(kb), records).values()) > 10


@pytest.mark.proof
def test_engines_agree_on_records_at_the_bounds(kb: Policykb) -> None:
    """On records that crowd around the bounds, with facts missing, every engine decides alike."""
    made = generate(kb.book, kb.vocabulary, "SupportYear", 120, 11)
    chosen = ("researchShare", "platformAidCNY")  # mostly drawn beyond their ends, which the data rules refuse
    records = [replace(one, facts={k: v for k, v in one.facts.items() if k not in chosen}) for one in made]
    wrong = {decision.record for decision in kb.apply(records).decisions if decision.status == "invalid-record"}
    records = [record for record in records if record.id not in wrong]
    queries = {key: row[:2] for key, row in by_sparql(kb, records).items()}
    outcomes = list(zip(records, ShaclEngine(kb.book).decide(records), strict=True))

    assert len(records) > 80
    assert {key: row[:2] for key, row in by_columns(kb, records).items()} == queries
    for record, outcome in outcomes:
        for clause, status in outcome.statuses.items():
            assert queries[record.id, clause] == (status, outcome.amounts.get(clause)), (record, clause)


def _full(start: date, end: date, years: bool) -> int:
    """How many years or months are full, by counting them one by one on the calendar."""
    number = 0
    while True:
        months = start.year * 12 + start.month - 1 + (number + 1) * (12 if years else 1)
        if (months // 12, months % 12 + 1, start.day) > (end.year, end.month, end.day):
            return number
        number += 1


@pytest.mark.proof
def test_days_are_counted_alike(kb: Policykb) -> None:
    """Years, months and calendar years between any two days are those that a calendar gives, in each engine."""
    random = Random(3)
    days = [date(1999, 12, 25) + timedelta(random.randrange(1500)) for _ in range(60)]
    ends = [date(2003, 1, 25) + timedelta(random.randrange(1500)) for _ in days]
    names = ("productionFrom", "businessFrom", "directorBorn", "postFrom")
    pairs = list(enumerate(zip(days, ends, strict=True)))
    records = [
        Record(f"{at}", "SupportYear", f"{end}", f"{at}", None, None, dict.fromkeys(names, day), Place("test"))
        for at, (day, end) in pairs
    ]
    wanted = [
        {
            "supportYear": end.year - day.year + 1,
            "businessYears": _full(day, end, True),
            "directorAge": _full(day, end, True),
            "postMonths": _full(day, end, False),
            "productionDays": (end - day).days,
        }
        if day <= end
        else {}
        for _, (day, end) in pairs
    ]
    engines = (engine_of(kb.book, "sparql"), engine_of(kb.book, "columns"))

    for engine in engines:
        assert [outcome.derived for outcome in engine.decide(records)] == wanted
    derived = [derive(kb.book, record, None).known for record in records]
    assert [{name: known[name] for name in kb.book.derived if name in known} for known in derived] == wanted


@pytest.mark.parametrize(("day", "wanted"), [("2026-01-01", ["1"]), ("2025-12-31", [])])
def test_what_has_not_begun_is_told(kb: Policykb, day: str, wanted: list[str]) -> None:
    """A day from which something is counted, and which lies after the period, is no error and not passed over."""
    facts = {"productionFrom": date.fromisoformat(day), **RENT}
    answer = kb.apply([Record("1", "SupportYear", "2025", "甲", None, None, facts, Place("test"))])

    found = [one for one in answer.findings if one.rule == "SupportYear-productionFrom-within-period"]
    assert [one.record for one in found] == wanted
    assert all(one.severity == "warning" and one.message.zh.endswith("晚于记录的期间。") for one in found)


def test_proof(kb: Policykb) -> None:
    """The solver finds no condition that is never met, always met, or judged otherwise while facts are missing."""
    assert [finding for finding in prove(kb.book) if finding.fault] == []


@pytest.mark.soak
def test_verified(folder: Path) -> None:
    """The verification accounts for every word and number of the text."""
    said = CliRunner().invoke(program(), ["verify", "--root", str(folder), "--policy", "demo-2025"])

    assert said.exit_code == 0, said.stdout


def test_what_goes_with_an_award(kb: Policykb) -> None:
    """The payments of one award, who is paid and when to apply stand beside it; a body of this document decides."""
    facts = {"projectBuilt": True, "bringsTalent": True, "provincialAwardCNY": Decimal(200_000)}
    answer = kb.apply([Record("all", "SupportYear", "2025", "甲", None, None, facts, Place("test"))])
    found = {decision.clause: decision for decision in answer.decisions}

    assert [note.zh for note in found["art-08-project"].notes] == [
        "第1次支付40%：建成当年",
        "第2次支付30%：投产当年",
        "第3次支付30%：达产当年",
        "每年3月10日前申报。",
    ]
    payees = [kb.book.clauses[f"art-09-{name}"].payee for name in ("employer", "talent")]
    assert [payee.zh for payee in payees if payee] == ["用人单位", "人才本人"]
    assert [(fact, body.label.zh) for fact, body in found["art-10-matching"].awaiting] == [("otherBar", "县工信局")]


SINCE = {"businessFrom": date(2022, 5, 1)}
SMALL, SHOW, AIDED = {"outputCNY": Decimal(1)}, {"joinsShow": True}, {"hadShowAid": True}
# The records of a business since 2022, and what is decided of the last year.
HISTORIES = {
    "every year told": ((2022, SMALL), (2023, SMALL), (2024, BIG), "art-12-output", YES),
    "over the mark before": ((2022, BIG), (2023, SMALL), (2024, BIG), "art-12-output", NO),
    "a year missing": ((2022, SMALL), (2024, BIG), "art-12-output", OPEN),
    "a year that says nothing": ((2022, SMALL), (2023, {}), (2024, BIG), "art-12-output", OPEN),
    "a year told in two ways": ((2022, SMALL), (2023, SMALL), (2023, BIG), (2024, BIG), "art-12-output", OPEN),
    "the first year of all": ((2022, BIG), "art-12-output", YES),
    "had once": ((2022, AIDED), (2023, {"hadShowAid": False}), (2024, SHOW), "art-13-show", YES),
    "had twice": ((2022, AIDED), (2023, AIDED), (2024, SHOW), "art-13-show", NO),
    "a year of aid missing": ((2022, AIDED), (2024, SHOW), "art-13-show", OPEN),
}


def test_history(kb: Policykb) -> None:
    """What earlier years come to is known where each of them is told, and else stays open."""
    records = [
        Record(f"{case} {at}", "SupportYear", f"{year}", case, None, None, {**SINCE, **facts}, Place("test"))
        for case, (*told, _, _) in HISTORIES.items()
        for at, (year, facts) in enumerate(told)  # type: ignore[misc]
    ]
    found = {(decision.record, decision.clause): decision for decision in kb.apply(records).decisions}

    for case, (*told, clause, status) in HISTORIES.items():
        last = found[f"{case} {len(told) - 1}", clause]  # type: ignore[index]
        assert (case, last.status) == (case, status)
        assert any("以前各年" in note.zh for note in last.notes) == (status != OPEN)


def test_a_history_that_the_records_deny(kb: Policykb) -> None:
    """What is stated holds; that the records of earlier years tell another story is said, and more than that is not."""
    fact = next(one.id for one in kb.vocabulary.facts.values() if one.history and not one.history.is_count)
    cases = {
        # One hundred million and a fen before, and nothing stated of 2023: it cannot have been 1.
        "less than is known": ([(2022, BIG), (2024, {**SMALL, fact: Decimal(1)})], True),
        "as it is known": ([(2022, BIG), (2023, SMALL), (2024, {**SMALL, fact: Decimal("100000000.01")})], False),
        "more, and a year is missing": ([(2022, SMALL), (2024, {**SMALL, fact: Decimal(5)})], False),
        "more, and no year is missing": ([(2022, SMALL), (2023, SMALL), (2024, {**SMALL, fact: Decimal(5)})], True),
    }
    for case, (told, wanted) in cases.items():
        records = [
            Record(f"{year}", "SupportYear", f"{year}", case, None, None, {**SINCE, **facts}, Place("test"))
            for year, facts in told
        ]
        applied = [one for one in kb.apply(records).findings if one.rule == "history-differs"]
        checked = [one.finding for one in run_check(kb, [], read=records).findings]
        for findings in (applied, [one for one in checked if one.rule == "history-differs"]):
            assert (case, [(one.record, one.severity) for one in findings]) == (case, [("2024", "warning")] * wanted)


TALENT, BUILT, MAYBE = {"bringsTalent": True}, {"projectBuilt": True}, {}
# The records of three enterprises, and what is said of the fund of 30,000 a year and of the two places a year.
ENVELOPES = {
    "within both": ((TALENT, {**TALENT, **BUILT}, {**MAYBE, "bringsTalent": False}), ("within", "open")),
    "both are open": (({**TALENT, **BUILT}, {**TALENT, **BUILT}, MAYBE), ("open", "open")),
    "both are over": (({**TALENT, **BUILT},) * 3, ("over", "over")),
    "neither is asked for": (({"bringsTalent": False, "projectBuilt": False},) * 3, ()),
}


@pytest.mark.parametrize("case", ENVELOPES)
def test_envelopes_are_reported_on(kb: Policykb, case: str) -> None:
    """What all come to beside a fund and a number of places is told, year by year; nobody's award is less for it."""
    told, wanted = ENVELOPES[case]
    other = Record("other", "SupportYear", "2024", "丁", None, None, {**TALENT, "projectBuilt": False}, Place("test"))
    records = [
        Record(f"{at}", "SupportYear", "2025", f"企业{at}", None, None, facts, Place("test"))
        for at, facts in enumerate(told)
    ]

    answer = kb.apply([*records, other])

    found = [one for one in answer.findings if one.rule.startswith("envelope-") and "2025" in one.message.zh]
    assert tuple(one.rule.removeprefix("envelope-") for one in found) == wanted
    employers = [one.amount.max for one in answer.entitlements if one.clause == "art-09-employer"]
    assert set(employers) == {Decimal(10_000)}
    if case == "both are over":
        assert [one.message.zh for one in found] == [
            "“引才补助资金”2025年：这些记录共45000元，超过30000元。",
            "“项目奖励名额”2025年：这些记录共3个，超过2个。",
        ]


DOCUMENT, RULES, RECORDS = (
    f"{folder}/demo-2025/{name}.ttl"
    for folder, name in (("policy", "document"), ("shapes", "rules"), ("ontology", "records"))
)
# File, what stands there, what is put in its place, and the fault that is found.
REFUSED = (
    # A lower end alone; the other one reaches beyond what the data rules admit.
    (DOCUMENT, "    pkb:leastRate 0.05 ;\n", "", "chosen-in-half"),
    (DOCUMENT, "    schema:minValue 50000.0 ;", "    schema:minValue 60000.0 ;", "chosen-beyond"),
    # Years counted since no day, and in half.
    (RECORDS, "pkb:since pkb:businessFrom", "pkb:since pkb:rentCNY", "derived-other-type"),
    (RECORDS, "    pkb:counting pkb-operator:months ;\n", "", "not-derivable"),
    (RECORDS, "pkb-operator:days ;", "pkb-operator:months ;", "counted-in-other-unit"),
    # A level that has no place in the order, an order of other codes, and a code beside what stands below it.
    # Parts that are not the whole, and a body that one of two criteria names.
    (DOCUMENT, "    pkb:rate 0.4 ;", "    pkb:rate 0.3 ;", "payments-in-part"),
    (RULES, "<art-09-talent-brought> a", "<art-09-talent-brought> pkb:decidedBy demo:county ; a", "decider-of-some"),
    # Earlier years of another kind of fact.
    (RECORDS, "pkb:outputCNY ;\n    pkb:historySince pkb:businessFrom", "pkb:outputCNY", "history-unclear"),
    (RECORDS, "pkb:timesThrough pkb:hadShowAid", "pkb:timesThrough pkb:outputCNY", "history-unclear"),
    # A fund of another currency.
    (
        DOCUMENT,
        "    pkb:unit pkb-unit:CNY ;\n    pkb:limits",
        "    pkb:unit pkb-unit:USD ;\n    pkb:limits",
        "envelope-unclear",
    ),
    # An article in force from no day on.
    (DOCUMENT, "    pkb:ofPart <art-07> ;", "    pkb:ofPart <art-11> ;", "validity-of-nothing"),
    (RULES, 'pkb:orAbove "province"', 'pkb:orAbove "none"', "shape-codes-open"),
    (RULES, 'pkb:within "C"', 'pkb:within "D"', "shape-codes-open"),
    (RECORDS, '( "national" "province" "city" ) .', '( "national" "province" "K" ) .', "order-of-others"),
    (RECORDS, '"C26" "C-other"', '"C" "C26"', "code-with-parts"),
)


def test_refused(tmp_path: Path) -> None:
    """What no engine would decide as it is meant is refused, all of it at once."""
    folder = beside_the_shipped(tmp_path, FIXTURE)
    for name, old, new, _ in REFUSED:
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(KnowledgeFaults) as refused:
        load_policykb(folder, "demo-2025")

    assert sorted(one.id for one in refused.value.faults) == sorted(fault for *_, fault in REFUSED)


def test_screening_says_what_it_does_not_follow(folder: Path, tmp_path: Path) -> None:
    """A number of earlier years that `apply` derives from their records stays open in a screening, which says so."""
    table = tmp_path / "SupportYear.csv"
    table.write_text("id,period,name,outputCNY\na,2024,甲,1\nb,2025,甲,2\n", encoding="utf-8")
    words = ["screen", str(table), "--root", str(folder), "--policy", "demo-2025", "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(program(), [*words, "--lang", "en"])

    assert told.exit_code == 0, told.output
    said = " ".join(told.output.split())
    assert "Highest output of earlier years" in said and "is not derived from records of earlier years" in said
