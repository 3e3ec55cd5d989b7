"""The documents that ship as examples, a fictional city and one of its districts: together, and apart from the rest."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from cases_runner import FOLDER, read_cases
from deciders import decider_with
from policykb.api import Policykb
from policykb.cli import app
from policykb.doors.files import KNOWLEDGE
from policykb.law.fingerprint import JOINED
from policykb.law.load import policies, standing
from policykb.model import Place, Record
from policykb.reports.phrases import Phrases
from policykb.reports.tell import caveats
from policykb.shelf import load_documents
from policykb.verify.prove import prove

ROOT = Path(__file__).parents[1]
SLUGS = tuple(slug for slug in policies(ROOT) if slug not in standing(ROOT))
CASES = {slug: list(read_cases(slug)) for slug in SLUGS}


@pytest.fixture(params=SLUGS)
def kb(request: pytest.FixtureRequest) -> Policykb:
    """One of the documents."""
    return decider_with(policy=request.param)


TOGETHER = yaml.safe_load((FOLDER / "together.yaml").read_text("utf-8"))
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


def test_together() -> None:
    """Caps over both documents, the higher of the two, and what each gives beside the other, by subject."""
    both = load_documents(policy=JOINED.join(SLUGS))
    answer = both.apply([record for number, case in enumerate(TOGETHER) for record in _of_one(number, case)])
    totals = {one.name: one.total.get("CNY") for one in answer.enterprises}

    got = {
        case["case"]: [str(total.min), str(total.max)] if total else ["0.00", "0.00"]
        for number, case in enumerate(TOGETHER)
        for total in (totals[f"示例企业 {number}"],)
    }
    assert got == {case["case"]: case["total"] for case in TOGETHER}


def test_examples_stay_out(shipped: Policykb, tmp_path: Path) -> None:
    """Unless it is named, an example takes no part: the answer and its receipt are those where there is none beside."""

    def examples(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if set(name.split(JOINED)) & set(SLUGS)}

    for name in KNOWLEDGE:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=examples)
    alone, beside = load_documents(tmp_path), load_documents()
    record = Record("r", "Exhibition", "2024-05-01", "甲公司", None, None, {"overseas": True}, Place("test"))

    assert policies(tmp_path) == standing(ROOT)
    assert beside.apply(record) == alone.apply(record) == shipped.apply(record)


def test_side_by_side() -> None:
    """What each document demands of a booth fee and pays by it stands side by side, with its words."""
    whole = load_documents(policy=JOINED.join(policies(ROOT)))
    found = [row for row in whole.ask("side-by-side", lang="en") if row["factId"] == "boothFeeCNY"]
    columns = ("documents", "document", "article", "name", "lower", "rate", "cap", "words")

    ids = "https://w3id.org/policykb/id/"
    assert [tuple(row.get(name) for name in columns) for row in found] == [
        (2, f"{ids}qitang-2024", "11", "District aid for exhibitions abroad", None, Decimal("0.5"), Decimal(20000),
         "展位费的50%给予补助，每次最高2万元"),
        (2, f"{ids}qitang-2024", "11", "there is a booth fee", Decimal(0), None, None, "展位费"),
        (2, f"{ids}szq-2020-12", "2", "30% of the booth fee, at most 20,000 yuan", None, Decimal("0.3"),
         Decimal(20000), "每次展位费再补助 30%，最高补助 2 万元"),
        (2, f"{ids}szq-2020-12", "2", "there is a booth fee", Decimal(0), None, None, "每次展位费"),
    ]  # fmt: skip


def test_an_example_says_so(kb: Policykb) -> None:
    """Whoever names it is told first that it is made up."""
    receipt = kb.apply([]).receipt

    told = [line.text for line in caveats(receipt, Phrases(kb.book, kb.vocabulary, kb.wording, "en"))]
    assert told[1] == "This document is made up as an example and applies to no real enterprise."


@pytest.mark.proof
def test_proof(kb: Policykb) -> None:
    """The solver finds no condition that is never met, always met, or judged otherwise while facts are missing."""
    assert [finding for finding in prove(kb.book) if finding.fault] == []


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
def test_verified() -> None:
    """Without a name every document is verified, examples too: all words and numbers of each text are accounted for."""
    told = CliRunner().invoke(app, ["verify", "--lang", "zh"], env={"COLUMNS": "200"})

    assert told.exit_code == 0, told.stdout
    titles = [decider_with(policy=slug).book.document.title.zh for slug in policies(ROOT)]
    assert [title for title in titles if title not in told.stdout] == []
