"""A made-up town that supports inns in words of many kinds: verified against its text, decided as worked out by hand.

Half of a sum, a rate raised by 50 %, a sum for the first 10,000 guests and for every 5,000 more, places from the fourth
to the tenth, three factors with two caps, what a bracket leaves out of a range, rent in full, so much for each between
two ends, what a sum falls short of another. A value that is not the
text's is refused where it stands.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from column_tables import by_columns, by_shapes, by_sparql, worked_out
from made import beside_the_shipped
from policykb.api import Policykb, load_policykb
from policykb.cli import program
from policykb.errors import KnowledgeError
from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.model import Lang, Place, Record
from policykb.reports.phrases import Phrases
from policykb.reports.tell import tell
from policykb.verify import verify
from policykb.verify.prove import prove
from policykb.verify.report import Fault

FIXTURE = Path(__file__).parent / "fixtures" / "inns"
YES, NO, OPEN = "eligible", "not-eligible", "undetermined"
OLD = {"innOpened": date(2015, 6, 1)}
STAFF = {"localStaff": 7, "localMonths": 14}


def _sum(written: str) -> Decimal:
    return Decimal(written)


# By clause: the facts of the year 2026, the status, the least and the most ("-": no upper end).
CASES: dict[str, dict[str, tuple[dict[str, Any], str, str, str]]] = {
    "art-01-size": {
        "a fen too little": ({"innRevenueCNY": _sum("499999.99")}, NO, "", ""),
        "500,000": ({"innRevenueCNY": _sum("500000")}, YES, "20000", "20000"),
        "a fen below a million": ({"innRevenueCNY": _sum("999999.99")}, YES, "20000", "20000"),
        "a million": ({"innRevenueCNY": _sum("1000000")}, YES, "50000", "50000"),
        "revenue unknown": ({}, OPEN, "0", "50000"),
    },
    "art-02-guests": {
        "a guest too few": ({"guestsCount": 9_999}, NO, "", ""),
        "10,000": ({"guestsCount": 10_000}, YES, "20000", "20000"),
        "no full step": ({"guestsCount": 14_999}, YES, "20000", "20000"),
        "one step": ({"guestsCount": 15_000}, YES, "25000", "25000"),
        "sixteen steps": ({"guestsCount": 90_000}, YES, "100000", "100000"),
        "seventeen": ({"guestsCount": 95_000}, YES, "100000", "100000"),
    },
    "art-03-stars": {
        "five": ({**OLD, "innStars": 5}, YES, "80000", "80000"),
        "four": ({**OLD, "innStars": 4}, YES, "40000", "40000"),
        "three": ({**OLD, "innStars": 3}, NO, "", ""),
        "two years to the day": ({"innOpened": date(2024, 12, 31), "innStars": 5}, YES, "80000", "80000"),
        "a day less": ({"innOpened": date(2025, 1, 1), "innStars": 5}, NO, "", ""),
    },
    "art-04-power": {
        # 50,000 above 100,000: 12 % are 6,000, and half as much again 9,000.
        "in the plain": ({"powerCNY": _sum("150000"), "inHills": False}, YES, "6000", "6000"),
        "in the hills": ({"powerCNY": _sum("150000"), "inHills": True}, YES, "9000", "9000"),
        "somewhere": ({"powerCNY": _sum("150000")}, OPEN, "6000", "9000"),
        "100,000": ({"powerCNY": _sum("100000"), "inHills": True}, NO, "", ""),
    },
    "art-05-rent": {
        "in full": ({"innOpened": date(2026, 8, 1), "innRentCNY": _sum("24000")}, YES, "24000", "24000"),
        "in full, capped": ({"innOpened": date(2026, 8, 1), "innRentCNY": _sum("40000")}, YES, "30000", "30000"),
        "the second year": ({"innOpened": date(2025, 8, 1), "innRentCNY": _sum("40000")}, YES, "24000", "24000"),
        "the third": ({"innOpened": date(2024, 8, 1), "innRentCNY": _sum("40000")}, YES, "12000", "12000"),
        "the fourth": ({"innOpened": date(2023, 8, 1), "innRentCNY": _sum("40000")}, NO, "", ""),
    },
    "art-06-loan": {"twice": ({"firstInterestCNY": _sum("1500")}, YES, "3000", "3000")},
    "art-07-live": {
        "two steps and a rest": ({"liveSalesCNY": _sum("299999")}, YES, "1600", "1600"),
        "less than a step": ({"liveSalesCNY": _sum("99999")}, NO, "", ""),
    },
    "art-08-rank": {
        "third": ({"innRank": 3}, NO, "", ""),
        "fourth": ({"innRank": 4}, YES, "6000", "6000"),
        "tenth": ({"innRank": 10}, YES, "6000", "6000"),
        "eleventh": ({"innRank": 11}, NO, "", ""),
    },
    "art-09-staff": {
        # 5 of the 7 for 12 of the 14 months, 300 each.
        "above both caps": (STAFF, YES, "18000", "18000"),
        "below them": ({"localStaff": 2, "localMonths": 3}, YES, "1800", "1800"),
        "months unknown": ({"localStaff": 2}, OPEN, "0", "7200"),
    },
    "art-10-paddy": {
        "a sum set": ({"paddyMu": _sum("12.5"), "paddyAidCNY": _sum("400")}, YES, "5000", "5000"),
        # 300 to 500 for each of 12.5.
        "no sum set": ({"paddyMu": _sum("12.5")}, OPEN, "3750", "6250"),
    },
    "art-12-tax": {
        "five per mille": ({"innTaxCNY": _sum("60000")}, YES, "300", "300"),
        "the least": ({"innTaxCNY": _sum("30000.01")}, YES, "200", "200"),
        "30,000": ({"innTaxCNY": _sum("30000")}, NO, "", ""),
    },
    "art-14-income": {
        "what 12,000.5 lack": ({"innNetCNY": _sum("12000.5")}, YES, "17999.5", "17999.5"),
        "nothing earned": ({"innNetCNY": _sum("0")}, YES, "30000", "30000"),
        "earned enough": ({"innNetCNY": _sum("30000")}, NO, "", ""),
        "earned who knows what": ({}, OPEN, "0", "30000"),
    },
}  # fmt: skip
CLAUSE = {name: clause for clause, cases in CASES.items() for name in cases}
RULES, DOCUMENT = "shapes/inns-2026/rules.ttl", "policy/inns-2026/document.ttl"
# File, what stands there, and what is not the text's.
SWAPPED = (
    (RULES, "sh:minInclusive 500000.0", "sh:minExclusive 500000.0"),
    (RULES, "sh:minInclusive 500000.0", "sh:minInclusive 50.0"),
    (RULES, "sh:maxExclusive 1000000.0", "sh:maxInclusive 1000000.0"),
    (RULES, "sh:minInclusive 1000000.0", "sh:minExclusive 1000000.0"),
    (RULES, "sh:minInclusive 10000 ", "sh:minExclusive 10000 "),
    (RULES, "sh:maxExclusive 2 ", "sh:maxInclusive 2 "),
    (RULES, "sh:hasValue 4 ", "sh:hasValue 3 "),
    (RULES, "sh:minInclusive 4 ;\n    sh:maxInclusive 10 ", "sh:minExclusive 4 ;\n    sh:maxInclusive 10 "),
    (RULES, "sh:minInclusive 4 ;\n    sh:maxInclusive 10 ", "sh:minInclusive 4 ;\n    sh:maxExclusive 10 "),
    (RULES, "sh:minInclusive 100000.0", "sh:minExclusive 100000.0"),
    (RULES, "sh:minExclusive 30000.0", "sh:minInclusive 30000.0"),
    (DOCUMENT, "schema:value 40000.0", "schema:value 45000.0"),
    (DOCUMENT, "schema:value 20000.0", "schema:value 2.0"),
    (DOCUMENT, "pkb:guestsCount 10000.0", "pkb:guestsCount 1000.0"),
    (DOCUMENT, "( <art-02-more> 20000.0 )", "( <art-02-more> 100000.0 )"),
    (DOCUMENT, "( <art-04-above> 0.12 )", "( <art-04-above> 0.5 )"),
    (DOCUMENT, "( <art-04-share> 0.5 )", "( <art-04-share> 1.5 )"),
    (DOCUMENT, "pkb:rate 1.0", "pkb:rate 0.9"),
    (DOCUMENT, "( pkb:innTaxCNY 0.005 )", "( pkb:innTaxCNY 0.05 )"),
    # A share of guests is no money.
    (DOCUMENT, "( pkb:innTaxCNY 0.005 )", "( pkb:guestsCount 0.005 )"),
    (DOCUMENT, "( <art-12-share> 200.0 )", "( <art-12-share> 300.0 )"),
    (DOCUMENT, "pkb:words \"每家不超过5人\"", "pkb:words \"每家不超过6人\""),
    (DOCUMENT, "( 30000.0 pkb:innNetCNY )", "( 35000.0 pkb:innNetCNY )"),
    (DOCUMENT, "schema:maxValue 500.0", "schema:maxValue 600.0"),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base with the made-up document beside the shipped one."""
    return beside_the_shipped(tmp_path_factory.mktemp("kb"), FIXTURE)


@pytest.fixture(scope="module")
def kb(folder: Path) -> Policykb:
    """The made-up document."""
    return load_policykb(folder, "inns-2026")


def _records() -> list[Record]:
    return [
        Record(name, "InnYear", "2026", name, None, None, facts, Place("test"))
        for cases in CASES.values()
        for name, (facts, *_) in cases.items()
    ]


@pytest.mark.parametrize("engine", [by_sparql, by_columns], ids=["queries", "columns"])
def test_decided(kb: Policykb, engine: Any) -> None:
    """On each bound and beside it, and while facts are missing."""
    found = engine(kb, _records())

    assert {name: found[name, clause][:2] for name, clause in CLAUSE.items()} == worked_out(CASES)


def test_decided_by_the_reference(kb: Policykb) -> None:
    """So does the reference, which validates shapes."""
    found = by_shapes(kb, _records())

    assert {name: found[name, clause] for name, clause in CLAUSE.items()} == worked_out(CASES)


@pytest.mark.parametrize(
    ("lang", "clause", "wanted"),
    [
        ("zh", "art-12-tax", "30,001元 × 0.5%（至少计200元） = 200元"),
        ("en", "art-12-tax", "RMB 30,001 × 0.5% (counting at least RMB 200) = RMB 200"),
        ("en", "art-02-guests", "1 full step of 5,000 in (15,000 − 10,000) × RMB 5,000 + RMB 20,000 = RMB 25,000"),
        ("zh", "art-03-stars", "您的情况：民宿星级4级（要求4级）"),
        ("en", "art-05-rent", "Rent of the inn RMB 40,000 (required: more than RMB 0); Year since opening 3 years "
         "(required: 3 years)"),
    ],
)  # fmt: skip
def test_told_in_its_units_and_by_what_is_asked(kb: Policykb, lang: Lang, clause: str, wanted: str) -> None:
    """0.5 % of 30,001 yuan are 150 and the least is 200 yuan; one step is one; four stars are asked for, not four to
    five."""
    facts = {"innTaxCNY": Decimal(30_001), "guestsCount": 15_000, "innStars": 4, "innRentCNY": Decimal(40_000)}
    record = kb.record("InnYear", "2026", id="i", name="云上民宿", innOpened=date(2024, 8, 1), **facts)
    found = tell(kb.apply([record]), Phrases(kb.book, kb.vocabulary, kb.wording, lang))
    items = [item for one in found.subjects for own in one.records for part in own.sections for item in part.items]
    (told,) = (item for item in items if item.source == clause)

    assert any(wanted in line.text for line in told.lines), [line.text for line in told.lines]


def test_the_cap_over_two(kb: Policykb) -> None:
    """50,000 and 25,000 come to half of the tax of the year at the most: 30,000 of 60,000."""
    facts = {"innRevenueCNY": _sum("1000000"), "guestsCount": 15_000, "innTaxCNY": _sum("60000")}
    answer = kb.apply([Record("1", "InnYear", "2026", "甲", None, None, facts, Place("test"))])

    (total,) = answer.enterprises
    # With 300 by the tax itself, which the cap does not reach.
    assert total.total["CNY"].min == Decimal(30_300)


@pytest.mark.proof
def test_verified(folder: Path) -> None:
    """The verification accounts for every word and number of the text."""
    said = CliRunner().invoke(program(), ["verify", "--root", str(folder), "--policy", "inns-2026"])

    assert said.exit_code == 0, said.stdout


def test_proof(kb: Policykb) -> None:
    """No condition is never met, always met, or judged otherwise while facts are missing."""
    assert [finding for finding in prove(kb.book) if finding.fault] == []


def _faults(folder: Path) -> tuple[Fault, ...]:
    knowledge = load(folder, "inns-2026")
    return verify(knowledge, read_rules(knowledge), rules={"ledger", "numbers", "tiers", "words", "facts"}).faults


@pytest.mark.parametrize(
    ("condition", "overlaps"),
    [
        ("sh:property <shape/art-04-plain-hills> .", False),
        ("sh:not <shape/art-04-hills> .", False),
        ("sh:property <shape/art-04-hills-hills> .", True),
    ],
)
def test_tiers_by_yes_and_no(condition: str, overlaps: bool, folder: Path) -> None:
    """A tier for the hills and one for what is not in them are apart, however the second says so, and leave no hole."""
    path = folder / RULES
    before = path.read_text("utf-8")
    start, end = before.index("<shape/art-04-plain> "), before.index("<shape/art-04-hills> ")
    kept = before[start:end] if "plain-hills" in condition else ""
    inner = kept.split(".\n\n", 1)[1] if kept else ""
    path.write_text(f"{before[:start]}<shape/art-04-plain> {condition}\n\n{inner}{before[end:]}", "utf-8")
    try:
        found = [fault for fault in _faults(folder) if fault.rule == "tiers"]
    finally:
        path.write_text(before, "utf-8")

    assert bool(found) == overlaps


def test_a_share_with_a_least_sum(folder: Path) -> None:
    """A least sum beside a rate is refused, and the mend is how the document itself says it."""
    path = folder / DOCUMENT
    before = path.read_text("utf-8")
    old = "<option/art-12-tax> pkb:expression <art-12-paid> ;"
    assert before.count(old) == 1
    beside = "pkb:rate 0.005 ;\n    pkb:base pkb:innTaxCNY ;\n    schema:minValue 200.0 ;"
    path.write_text(before.replace(old, f"<option/art-12-tax> {beside}"), "utf-8")
    try:
        with pytest.raises(KnowledgeError) as caught:
            _faults(folder)
    finally:
        path.write_text(before, "utf-8")

    assert "pkb-operator:greatest" in str(caught.value)


def test_a_body_of_which_nothing_is_known(folder: Path) -> None:
    """Whoever an answer waits for has a name; one that is misspelt is told where it is said that it decides."""
    path = folder / "ontology" / "inns-2026" / "records.ttl"
    before = path.read_text("utf-8")
    path.write_text(before.replace("inns-2026/body/town>", "inns-2026/body/twon>"), "utf-8")
    try:
        (fault,) = _faults(folder)
    finally:
        path.write_text(before, "utf-8")

    assert (fault.rule, "records.ttl" in fault.where, "body/twon" in fault.what.en) == ("facts", True, True)


@pytest.mark.proof
@pytest.mark.parametrize(("name", "old", "new"), SWAPPED)
def test_what_is_not_in_the_text(name: str, old: str, new: str, folder: Path) -> None:
    """A number, a comparison or a word that is not the text's is found, in the file in which it stands."""
    path = folder / name
    before = path.read_text("utf-8")
    assert before.count(old) >= 1
    path.write_text(before.replace(old, new, 1), "utf-8")
    try:
        found = _faults(folder)
    finally:
        path.write_text(before, "utf-8")

    assert any(name.rsplit("/", 1)[-1] in fault.where for fault in found)
