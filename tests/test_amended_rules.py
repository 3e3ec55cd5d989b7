"""The rules of an amended document are shown with a word on the version, and those of a day where it is asked."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from documentation import ROOT
from made import AMENDMENT, amended
from policykb.cli import program
from policykb.errors import CallError
from policykb.service.calls import Service
from policykb.shelf import load_documents

SHOWN = (
    ("clause", "art-05-warehouse"),
    ("ask", "clause-criteria", "clause=art-05-warehouse"),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped document with a (fictional) amendment in its folder: 300 m² from July 2021 on, 500 before."""
    return amended(tmp_path_factory.mktemp("amended"))


def _said(root: Path, *words: str) -> tuple[str, str]:
    found = CliRunner().invoke(program(), [*words, "--policy", "szq-2020-12", "--root", str(root), "--lang", "en"])
    assert found.exit_code == 0, found.output
    return found.stdout, found.stderr


@pytest.mark.proof
@pytest.mark.parametrize("words", SHOWN)
def test_the_version_is_told(words: tuple[str, ...], root: Path) -> None:
    """As first issued where no day is asked for, and that there is an amendment; of a day what is in force on it."""
    issued, before, after = (
        _said(root, *words, *day) for day in ((), ("--as-of", "2021-06-30"), ("--as-of", "2021-07-01"))
    )

    assert [("300 m²" in out, "500 m²" in out) for out, _ in (issued, before)] == [(False, True)] * 2
    assert "300 m²" in after[0]
    assert all("as first issued. It was amended: a fictional amendment" in told for _, told in (issued, before))
    assert "in force on 2021-07-01, as amended" in after[1]


def test_an_amendment_that_is_named_is_shown(root: Path) -> None:
    """Named without a day it is shown as from its own day on; of a day before, it is refused."""
    out, told = _said(root, "clause", "art-05-warehouse", "--with", str(AMENDMENT))
    words = ["clause", "art-05-warehouse", "--with", str(AMENDMENT), "--as-of", "2021-06-30", "--root", str(root)]

    assert ("300 m²" in out, "2021-07-01" in told) == (True, True)
    with pytest.raises(CallError, match="2021-06-30"):
        CliRunner().invoke(program(), words, catch_exceptions=False)


def test_nothing_is_told_of_what_was_not_amended() -> None:
    """The shipped document stands as issued."""
    assert _said(ROOT, "clause", "art-05-warehouse")[1] == ""


def test_an_amendment_is_not_compared_with_itself(root: Path, tmp_path: Path) -> None:
    """What amends both sides makes no difference between them, and is not told as if it made none."""
    (path := tmp_path / "r.json").write_text(json.dumps({"records": []}), encoding="utf-8")
    words = ["compare", str(path), "--with", str(AMENDMENT), "--root", str(root), "--lang", "en"]

    with pytest.raises(CallError, match="apply --as-of"):
        CliRunner().invoke(program(), [*words, "--policy", "szq-2020-12"], catch_exceptions=False)


def _service(root: Path, day: date | None = None) -> Service:
    return Service(load_documents(root, "szq-2020-12"), day)


def _area(clause: dict[str, Any]) -> str:
    (found,) = (one["required"] for one in clause["criteria"] if one["fact"] == "overseasWarehouseArea")
    return str(found)


def test_calls_show_the_version_of_a_day(root: Path) -> None:
    """The clause, the article and the list of a call are those of the day it names, and say which version that is."""
    service = _service(root)
    days = (None, date(2021, 6, 30), date(2021, 7, 1))
    clauses = [service.clause("art-05-warehouse", "en", day) for day in days]
    said = [
        "The rules are those of the text as first issued. It was amended: a fictional amendment: warehouses of 300 m² "
        "(from 2021-07-01). Write asOf for the version of a day.",
        "The rules in force on 2021-06-30 are those of the text as first issued. It was amended: a fictional "
        "amendment: warehouses of 300 m² (from 2021-07-01).",
        "The rules are those in force on 2021-07-01, as amended: a fictional amendment: warehouses of 300 m² "
        "(from 2021-07-01). What is quoted is the text as first issued.",
    ]

    assert [_area(clause) for clause in clauses] == ["≥ 500", "≥ 500", "≥ 300"]
    assert [clause["asOf"] for clause in clauses] == [None, "2021-06-30", "2021-07-01"]
    for answers in (
        clauses,
        [service.article(5, "en", asOf=day) for day in days],
        [service.clauses("en", day) for day in days],
    ):
        assert [one["caveats"] for one in answers] == [[line] for line in said]


def test_a_query_of_a_call_asks_the_version_of_a_day(root: Path) -> None:
    """A query of the library asks the graph of the version; without a day that of the text as first issued."""
    service = _service(root)
    found = [
        service.query("clause-criteria", "en", {"clause": "art-05-warehouse"}, asOf=day)
        for day in (None, date(2021, 7, 1))
    ]

    assert [("300 m²" in str(one["rows"]), "500 m²" in str(one["rows"])) for one in found] == [
        (False, True),
        (True, False),
    ]


def test_a_service_of_a_day(root: Path) -> None:
    """What is served as of a day shows the rules of that day and works out by them where a call names no other."""
    record = {
        "id": "w", "type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲"}, "crossBorderEcommerce": True,
        "inStatistics": True, "overseasWarehouseArea": 400, "overseasWarehouseInvestmentCNY": 300_000,
    }  # fmt: skip
    sent = json.dumps({"records": [record]}).encode()
    service = _service(root, date(2021, 7, 1))
    answers = service.decide(sent), service.decide(sent, asOf=date(2020, 12, 31))
    status = [next(d["status"] for d in one["decisions"] if d["clause"] == "art-05-warehouse") for one in answers]

    assert _area(service.clause("art-05-warehouse")) == "≥ 300"
    assert (answers[0]["receipt"]["asOf"], status) == ("2021-07-01", ["eligible", "not-eligible"])


def test_what_was_not_amended_has_no_word_on_a_version() -> None:
    """The shipped document as a call shows it, of any day."""
    service = Service(load_documents(policy="szq-2020-12"))

    assert [service.clause("art-05-warehouse", asOf=day)["caveats"] for day in (None, date(2022, 1, 1))] == [[], []]


@pytest.mark.parametrize(
    ("day", "area", "said"),
    [
        ("", "500 m²", "are those of the text as first issued. It was amended: a fictional amendment"),
        ("2021-06-30", "500 m²", "in force on 2021-06-30 are those of the text as first issued"),
        ("2021-07-01", "300 m²", "are those in force on 2021-07-01, as amended: a fictional amendment"),
    ],
)
@pytest.mark.proof
def test_a_guide_is_of_the_version_of_the_day(day: str, area: str, said: str, root: Path, tmp_path: Path) -> None:
    """The guide to the clause that was amended states what is asked on that day, and says of which version it is;
    those to other clauses say nothing of versions."""
    pytest.importorskip("docxtpl", reason="the extra papers is not installed")
    record = {"id": "w", "type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲"}, "inStatistics": True}
    (path := tmp_path / "r.json").write_text(json.dumps({"records": [record]}), encoding="utf-8")
    words = ["papers", str(path), "--out", str(tmp_path / "out"), "--format", "html"]
    _said(root, *words, *(["--as-of", day] if day else []))
    guides = {
        one.stem: one.read_text(encoding="utf-8") for one in (tmp_path / "out").rglob("art-05-*.html")
    }  # fmt: skip

    assert f"warehouse area reaches {area}" in guides["art-05-warehouse"]
    assert [name for name, text in guides.items() if said in text] == ["art-05-warehouse"]


def test_tools_show_the_version_of_a_day(root: Path) -> None:
    """Over the Model Context Protocol the same calls take the same day, and cite the words that they rest on."""
    pytest.importorskip("mcp", reason="the extra mcp is not installed")
    from mcp import Client

    from policykb.service.mcp import server

    service = _service(root)

    async def asked(name: str, **given: Any) -> Any:
        async with Client(server(service, "en")) as client:
            return (await client.call_tool(name, given)).structured_content

    article = asyncio.run(asked("get_article", number=5, asOf="2021-07-01"))
    query = asyncio.run(
        asked("run_query", query="clause-criteria", parameters={"clause": "art-05-warehouse"}, asOf="2021-07-01")
    )
    wrong = asyncio.run(asked("list_clauses", asOf="July 2021"))

    assert ["as amended" in one["answer"]["caveats"][0] for one in (article, query)] == [True, True]
    assert "warehouse area reaches 300 m²" in str(query["answer"]["rows"])
    assert "art-05-s3" in {one["id"] for one in article["sources"]} | {
        one["id"] for one in article["answer"]["provisions"]
    }
    assert wrong["en"]["mend"] == "Write a day, such as 2020-12-31."
