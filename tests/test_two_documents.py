"""A fictional city and one of its districts: every scenario comes out as worked out by hand, in every engine alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from cases_runner import read_cases, to_record
from column_tables import by_columns, by_sparql
from made import beside_the_shipped
from policykb.api import Policykb, load_policykb
from policykb.cli import app
from policykb.engines.shacl import ShaclEngine
from policykb.model import Place, Record
from policykb.reports.phrases import Phrases
from policykb.reports.tell import caveats
from policykb.shelf import load_documents
from policykb.verify.prove import prove
from test_cases import seen, shown

ROOT = Path(__file__).parents[1]
FIXTURE = Path(__file__).parent / "fixtures" / "two-documents"
CITY, DISTRICT = "yunting-2024", "qitang-2024"
SLUGS = (CITY, DISTRICT)
CASES = {slug: list(read_cases(slug, FIXTURE / "tests" / "cases")) for slug in SLUGS}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base with both documents beside the shipped one."""
    return beside_the_shipped(tmp_path_factory.mktemp("kb"), FIXTURE)


@pytest.fixture(scope="module", params=SLUGS)
def kb(root: Path, request: pytest.FixtureRequest) -> Policykb:
    """One of the documents."""
    return load_policykb(root, request.param)


def test_scenarios(kb: Policykb) -> None:
    """The decision on each scenario is the one worked out by hand."""
    cases = CASES[kb.knowledge.policy]
    answer = kb.apply([to_record(case, number, kb.vocabulary) for number, case in enumerate(cases)])
    found: dict[str, dict[str | None, Any]] = {}
    for decision in answer.decisions:
        found.setdefault(decision.record, {})[decision.clause] = decision

    got, expected = {}, {}
    for number, case in enumerate(cases):
        name, mine = f"{case.file}: {case.name}", found[f"case-{number}"]
        expected[name] = case.expect
        if case.expect == "invalid-record":
            got[name] = "invalid-record" if {d.status for d in mine.values()} == {"invalid-record"} else mine
            continue
        got[name] = {
            clause: {key: seen(mine[clause], key) for key in keys}
            for clause, keys in case.expect.items()
            if clause in mine
        }
    assert got == expected
    groups: dict[tuple[str, str], dict[str, Any]] = {
        (joint.members[0].record, joint.group): {
            "winner": joint.winner.clause if joint.winner else None,
            "amount": shown(joint.amount),
        }
        for joint in answer.joints
    }
    none = {"winner": None, "amount": None}
    assert {
        (case.name, name): groups.get((f"case-{number}", name), none)
        for number, case in enumerate(cases)
        for name in case.groups
    } == {(case.name, name): group for case in cases for name, group in case.groups.items()}


TOGETHER = yaml.safe_load((FIXTURE / "tests" / "cases" / "together.yaml").read_text("utf-8"))
NOTHING = {
    **dict.fromkeys(("registeredInCity", "legalPerson"), True),
    **dict.fromkeys(("dishonest", "seriousAccident", "underInvestigation"), False),
    **dict.fromkeys(("technicalLoan", "publicPlatform", "greenFactory", "plantBought", "cityRentAidEnded"), False),
    **dict.fromkeys(("businessRevenueCNY", "earlierRevenueCNY", "researchSpentCNY", "equipmentSpentCNY"), 0),
    **dict.fromkeys(("loanInterestCNY", "plantRentCNY", "cityResearchAidCNY", "cityLoanAidCNY", "newTaxCNY"), 0),
    **dict.fromkeys(("trainees", "trainingDays", "graduatesHired", "newBranchPlants", "tripsAbroad"), 0),
    **dict.fromkeys(("newFloorArea", "retrofitSpentCNY"), 0),
}


def _of_one(number: int, case: dict[str, Any]) -> list[dict[str, Any]]:
    """The records of one subject: a year in which nothing is had but what is stated, its exhibitions and its trade."""
    subject = {"name": f"示例企业 {number}", **({"division": case["division"]} if "division" in case else {})}
    year = {name: value for name, value in {**NOTHING, **case["zero"]}.items() if value is not None}
    found = [{"type": "BusinessYear", "period": "2024", **year}]
    for fee in case.get("booths", ()):
        stated = {} if fee is None else {"boothFeeCNY": fee}
        found.append(
            {"type": "Exhibition", "period": "2024-05-01", "overseas": True, "filedWithBureau": True, **stated}
        )
    if "tradeCNY" in case:
        found.append({"type": "EnterpriseYear", "period": "2024", "tradeCNY": case["tradeCNY"]})
    return [{"id": f"{number}-{place}", "subject": subject, **one} for place, one in enumerate(found)]


def test_together(root: Path) -> None:
    """Caps over both documents, the higher of the two, and what each gives beside the other, by subject."""
    both = load_documents(root, f"{CITY},{DISTRICT}")
    answer = both.apply([record for number, case in enumerate(TOGETHER) for record in _of_one(number, case)])
    totals = {one.name: one.total.get("CNY") for one in answer.enterprises}

    got = {
        case["case"]: [str(total.min), str(total.max)] if total else ["0.00", "0.00"]
        for number, case in enumerate(TOGETHER)
        for total in (totals[f"示例企业 {number}"],)
    }
    assert got == {case["case"]: case["total"] for case in TOGETHER}


def test_examples_stay_out(root: Path) -> None:
    """Unless it is named, an example takes no part: the answer and its receipt are those where there is none beside."""
    alone, beside = load_policykb(ROOT), load_documents(root)
    record = Record("r", "Exhibition", "2024-05-01", "甲公司", None, None, {"overseas": True}, Place("test"))

    assert beside.knowledge.policy == alone.knowledge.policy
    assert beside.apply(record) == alone.apply(record)


def test_an_example_says_so(kb: Policykb) -> None:
    """Whoever names it is told first that it is made up."""
    receipt = kb.apply([]).receipt

    told = [line.text for line in caveats(receipt, Phrases(kb.book, kb.vocabulary, kb.wording, "en"))]
    assert told[1] == "This document is made up as an example and applies to no real enterprise."


@pytest.mark.proof
def test_the_reference_agrees(kb: Policykb) -> None:
    """The reference, which validates shapes, comes to the same statuses."""
    cases = [case for case in CASES[kb.knowledge.policy] if case.expect != "invalid-record"]
    records = [to_record(case, number, kb.vocabulary) for number, case in enumerate(cases)]
    # An amendment is in force on some days alone: the reference is asked about one version at a time.
    mine = [(case, one) for case, one in zip(cases, records, strict=True) if (one.period or "") < "2026"]
    found = ShaclEngine(kb.book).decide([one for _, one in mine])

    got = {
        case.name: {clause: outcome.statuses.get(clause, "not-in-force") for clause in case.expect}
        for (case, _), outcome in zip(mine, found, strict=True)
    }
    assert got == {case.name: {c: keys["status"] for c, keys in case.expect.items()} for case, _ in mine}


@pytest.mark.proof
def test_proof(kb: Policykb) -> None:
    """The solver finds no condition that is never met, always met, or judged otherwise while facts are missing.

    Save one, of research that grows by 20 %: after a year near the greatest number that can be stated, no number that
    can be stated is 20 % more.
    """
    assert {finding.clause for finding in prove(kb.book) if finding.fault} <= {"art-06-research"}


@pytest.mark.proof
def test_engines_agree(kb: Policykb) -> None:
    """Both engines come to the same decision on every record and clause."""
    mine = [
        to_record(case, number, kb.vocabulary)
        for number, case in enumerate(CASES[kb.knowledge.policy])
        if case.expect != "invalid-record"
    ]

    assert by_columns(kb, mine) == by_sparql(kb, mine)


def test_every_clause_has_scenarios(kb: Policykb) -> None:
    """Each clause that concerns records is met in a scenario, and missed in one."""
    said: dict[str, set[str]] = {}
    for case in CASES[kb.knowledge.policy]:
        for clause, keys in case.expect.items() if isinstance(case.expect, dict) else ():
            said.setdefault(clause, set()).add(keys["status"])
    concerned = {name for name, clause in kb.book.clauses.items() if clause.record_type is not None}

    assert {
        name for name in concerned if not {"eligible", "not-eligible", "undetermined"} <= said.get(name, set())
    } == set()


@pytest.mark.proof
@pytest.mark.parametrize("slug", SLUGS)
def test_verified(root: Path, slug: str) -> None:
    """The verification accounts for every word and number of the text."""
    told = CliRunner().invoke(app, ["verify", "--root", str(root), "--policy", slug])

    assert told.exit_code == 0, told.stdout
