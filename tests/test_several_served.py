"""Several documents over HTTP, over the Model Context Protocol, and in advice: all of them answer, each under its name.

Beside the shipped document lies a made-up one: 120,000 yuan for trade of eight million yuan or more, and caps over the
records of a subject.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from made import beside_the_shipped
from policykb.advice.as_json import advice_json
from policykb.advice.questions import next_questions
from policykb.errors import CallError
from policykb.reports.phrases import Phrases
from policykb.service.calls import Service
from policykb.shelf import load_documents
from policykb.web import _pattern

FIXTURE = Path(__file__).parent / "fixtures" / "scopes"
YEAR = {"id": "y", "type": "EnterpriseYear", "period": "2023", "subject": {"name": "甲"}, "producer": True}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A service over two documents."""
    return Service(load_documents(beside_the_shipped(tmp_path_factory.mktemp("kb"), FIXTURE)))


def body(**facts: Any) -> bytes:
    """One record as it is sent."""
    return json.dumps({"records": [{**YEAR, **facts}]}).encode()


def test_decide(service: Service) -> None:
    """Each decision names its document; the total is that of both."""
    found = service.decide(body(tradeCNY=9_000_000, priorTradeCNY=9_500_000, tradeRank=9), "en")
    had = [(one["document"], one["clause"]) for one in found["decisions"] if one["status"] == "eligible"]

    assert ("demo-2023", "art-02-volume") in had
    assert {one["document"] for one in found["decisions"]} == {"demo-2023", "szq-2020-12"}
    assert found["receipt"]["policy"] == "demo-2023,szq-2020-12"


def test_one_document_with_something_to_say(service: Service) -> None:
    """Where one document alone decides, its answer is the answer."""
    record = {"id": "e", "type": "Exhibition", "period": "2020-11-01", "subject": {"name": "甲"}, "overseas": False}
    sent = json.dumps({"records": [record]}).encode()

    assert "text" in service.explain(sent, "zh")
    assert service.questions(sent)["questions"] == []


def test_advice(service: Service) -> None:
    """Seven million yuan are short of the mark of the made-up document: advice says by how much."""
    found = service.advise(body(tradeCNY=7_000_000, priorTradeCNY=9_500_000, tradeRank=9), "en")
    (mine,) = (one for one in found["advice"] if one["clause"].endswith("art-02-volume"))

    assert [change["gap"] for change in mine["ways"][0]["changes"]] == ["1000000"]
    assert any("by itself" in line for line in found["document"]["caveats"])
    assert any("several records together" in line for line in found["document"]["caveats"])


def test_questions(service: Service) -> None:
    """What is asked is asked for all documents, with the sums that a group over records leaves open."""
    found = service.questions(body(tradeCNY=9_000_000), "en")

    assert {"sellsViaPlatform", "overseasWarehouseArea"} <= {row["factId"] for row in found["questions"]}


def test_a_clause_is_found_by_the_name_that_answers_give_it(service: Service) -> None:
    """The slash before the clause may be written as it is; a longer path leads nowhere."""
    found = {
        path: re.fullmatch(_pattern("/api/clauses/{id}"), f"/api/clauses/{path}") for path in ("a", "a/b", "a/b/c")
    }

    assert [match and match["id"] for match in found.values()] == ["a", "a/b", None]
    assert service.clause("demo-2023/art-02-volume")["id"] == "demo-2023/art-02-volume"


def test_articles(service: Service) -> None:
    """An article that several documents have is found by the name of its document, and refused without."""
    assert service.article(2, "zh", "demo-2023")["title"] == "规模奖励"
    assert service.article(29)["document"]["number"] == "市中发〔2020〕12号"
    with pytest.raises(CallError, match="article 2") as refused:
        service.article(2)
    assert "demo-2023" in refused.value.say("en")
    with pytest.raises(CallError):
        service.article(2, "zh", "demo-1999")


def test_clauses(service: Service) -> None:
    """All clauses are listed, and each is found by its full name."""
    listed = {one["id"] for one in service.clauses()["clauses"]}

    assert {"demo-2023/art-02-volume", "szq-2020-12/art-01-volume"} <= listed
    assert service.clause("demo-2023/art-02-volume")["title"] == "规模奖励"


def test_the_documents_are_named_by_what_they_bear(service: Service) -> None:
    """Neither the day nor the IRI of one document is that of several, of which the numbers are told."""
    told, listed = service.advise(body(tradeRank=9), "zh")["document"], service.clauses()["document"]

    assert told["number"] == listed["number"] == "示例区发〔2023〕5号、市中发〔2020〕12号"
    assert (listed["date"], listed["iri"]) == (None, None)
    assert service.article(29)["document"]["date"] == "2020-09-24"


def test_a_document_without_number_has_none() -> None:
    """The one that goes by its title says so by saying nothing; what it lacks is no text."""
    kb = load_documents(policy="qitang-2024")
    record = {"type": "BusinessYear", "period": "2024", "subject": {"name": "甲"}, "newTaxCNY": 5}
    told = Service(kb).decide(json.dumps({"records": [record]}).encode(), "zh")["document"]

    assert (told["number"], told["title"]) == (None, "栖棠区落实云汀市产业政策实施办法")


def test_resources(service: Service) -> None:
    """Over the Model Context Protocol each document has its own articles."""
    pytest.importorskip("mcp", reason="the extra mcp is not installed")
    from test_mcp import asked

    resources = asked(service.kb, lambda client: client.list_resources()).resources
    read = asked(service.kb, lambda client: client.read_resource("policykb://article/demo-2023/4")).contents[0].text

    assert len(resources) == 29 + 6
    assert read == "第四条 总额\n\n单一企业每年按第一条、第二条、第三条、第五条享受的各类资金总额不超过20万元。"


def test_advice_with_one_document_named(service: Service) -> None:
    """A cap over records counts for this record alone, before as after: a cap of the fee of nothing leaves nothing."""
    kb = load_documents(service.kb.knowledge.root, "demo-2023")
    answer = kb.apply([{**YEAR, "tradeCNY": 7_000_000, "sellsViaPlatform": True, "platformFeeCNY": 0}])

    found = advice_json(kb, answer, Phrases(kb.book, kb.vocabulary, kb.wording, "en"))

    (mine,) = (one for one in found["advice"] if one["clause"] == "art-02-volume")
    assert mine["now"]["total"]["CNY"]["min"] == "0.00"
    assert mine["ways"][0]["total"]["CNY"]["min"] == "120000.00"
    assert next_questions(kb, answer, "en", None).rows is not None
