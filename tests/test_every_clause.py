"""A condition of the whole document is written once and binds every clause that concerns records.

The made-up document gives 120,000 yuan for trade of eight million yuan, 10,000 for an exhibition abroad, 50,000 for a
branch abroad; here it also says that the applicant is registered in the city, whose division is 370100.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from made import beside_the_shipped
from policykb.api import Policykb, load_policykb
from policykb.engines.shacl import ShaclEngine
from policykb.errors import KnowledgeError

FIXTURE = Path(__file__).parent / "fixtures" / "beside"
DOCUMENT, RULES = "policy/demo-2019/document.ttl", "shapes/demo-2019/rules.ttl"
CONDITION = """
<everyone> a sh:NodeShape ;
    sh:property <everyone-here> .

<everyone-here> a sh:PropertyShape ;
    sh:path pkb:division ;
    sh:minCount 1 ;
    sh:in ( "370100" ) ;
    sh:name "注册在本市"@zh , "registered in the city"@en ;
    dct:source <https://w3id.org/policykb/id/demo-2019/art-01-s1> ;
    pkb:words "企业" .
"""
RECORDS: list[dict[str, Any]] = [
    {"id": "y", "type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲"}, "tradeCNY": 8_000_000},
    {"id": "e", "type": "Exhibition", "period": "2020-05-01", "subject": {"name": "甲"}, "overseas": True},
    {"id": "b", "type": "BranchYear", "period": "2020", "subject": {"name": "甲"}, "opensBranches": True},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base whose made-up document has a condition of its own."""
    found = beside_the_shipped(tmp_path_factory.mktemp("kb"), FIXTURE)
    text = (found / DOCUMENT).read_text("utf-8")
    named = "<https://w3id.org/policykb/id/demo-2019> a eli:LegalResource ;"
    assert named in text
    text = text.replace(named, f"{named}\n    pkb:everyClause <shape/everyone> ;")
    (found / DOCUMENT).write_text(text, "utf-8")
    rules = (found / RULES).read_text("utf-8")
    (found / RULES).write_text(f"@prefix dct: <http://purl.org/dc/terms/> .\n{rules}{CONDITION}", "utf-8")
    return found


@pytest.fixture(scope="module")
def kb(folder: Path) -> Policykb:
    """The made-up document."""
    return load_policykb(folder, "demo-2019")


def within(division: str | None) -> list[dict[str, Any]]:
    """The records of an applicant that is registered there."""
    subject = {"name": "甲", **({} if division is None else {"division": division})}
    return [{**one, "subject": subject} for one in RECORDS]


@pytest.mark.parametrize(
    ("division", "status"), [("370100", "eligible"), ("370402", "not-eligible"), (None, "undetermined")]
)
def test_every_clause_is_bound(kb: Policykb, division: str | None, status: str) -> None:
    """Each clause is met, fails or stays open with it, by each engine and by a validator of SHACL."""
    records = kb.reading_of(within(division)).records

    answer = kb.apply(records)

    wanted = dict.fromkeys(("art-01-volume", "art-02-abroad", "art-03-branch"), status)
    assert {one.clause: one.status for one in answer.decisions} == wanted
    by_columns = load_policykb(kb.knowledge.root, "demo-2019", engine="columns").apply(records)
    assert {one.clause: one.status for one in by_columns.decisions} == wanted
    judged = ShaclEngine(kb.book).decide(records)
    assert {name: found for one in judged for name, found in one.statuses.items()} == wanted


def test_it_is_named_in_the_answer(kb: Policykb) -> None:
    """The answer says which words keep the clause from being met."""
    decision = kb.apply(within("370402")).decisions[0]
    failed = [one.criterion.id for one in decision.criteria if one.truth == "unmet"]

    assert failed == ["everyone-here"]


def test_an_item_that_records_cannot_state_is_refused(folder: Path) -> None:
    """A condition on what some records cannot state would leave their clauses open for ever."""
    text = (folder / RULES).read_text("utf-8")
    (folder / RULES).write_text(
        text.replace(
            'pkb:division ;\n    sh:minCount 1 ;\n    sh:in ( "370100" )',
            "pkb:overseas ;\n    sh:minCount 1 ;\n    sh:hasValue true",
        ),
        "utf-8",
    )
    try:
        with pytest.raises(KnowledgeError, match="EnterpriseYear"):
            load_policykb(folder, "demo-2019")
    finally:
        (folder / RULES).write_text(text, "utf-8")


def test_a_condition_that_is_none_is_refused(folder: Path) -> None:
    """What is named for every clause must be a condition."""
    text = (folder / DOCUMENT).read_text("utf-8")
    (folder / DOCUMENT).write_text(text.replace("<shape/everyone>", "<shape/nobody>"), "utf-8")
    try:
        with pytest.raises(KnowledgeError, match=r"document\.ttl, line"):
            load_policykb(folder, "demo-2019")
    finally:
        (folder / DOCUMENT).write_text(text, "utf-8")
