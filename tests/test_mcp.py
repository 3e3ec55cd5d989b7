"""Model Context Protocol: the official client gets the answers of the commands, with the words and where they stand."""

from __future__ import annotations

import asyncio
import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from policykb.api import Policykb
from policykb.cli import program
from policykb.service.calls import Service

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from policykb.service.mcp import server

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
TOOLS = ["decide", "questions", "advise", "explain", "list_clauses", "get_article", "search_text", "run_query"]


def asked(shipped: Policykb, act: Callable[[Any], Awaitable[Any]]) -> Any:
    """What the official client gets from a server in this process."""

    async def run() -> Any:
        async with Client(server(Service(shipped), "en")) as client:
            return await act(client)

    return asyncio.run(run())


def tool(shipped: Policykb, name: str, **arguments: Any) -> Any:
    """What a tool answers."""
    return asked(shipped, lambda client: client.call_tool(name, arguments)).structured_content


def records(example: str) -> Any:
    """The records of an example."""
    return json.loads((EXAMPLES / example).read_bytes())["records"]


def test_tools_are_read_only_and_described(shipped: Policykb) -> None:
    """Each tool has a description and a schema of what it takes, and says that it changes nothing."""
    tools = asked(shipped, lambda client: client.list_tools()).tools

    assert sorted(one.name for one in tools) == sorted(TOOLS)
    assert all(one.description and one.input_schema["type"] == "object" for one in tools)
    assert all(one.annotations.read_only_hint and not one.annotations.open_world_hint for one in tools)


@pytest.mark.parametrize("example", ["one-enterprise.json", "district-2020.json"])
@pytest.mark.parametrize(("name", "command"), [("decide", "apply"), ("advise", "advise")])
@pytest.mark.proof
def test_the_same_answer_as_the_command(
    shipped: Policykb, example: str, name: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every field is that of the command but the bytes of the file, of which there is none."""
    (tmp_path / "records.json").write_bytes((EXAMPLES / example).read_bytes())
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(program(), [command, "records.json", "--format", "json", "--lang", "en"])
    expected, found = json.loads(done.stdout), tool(shipped, name, records=records(example), lang="en")["answer"]
    for one in (expected, found):
        del one["receipt"]["inputs"]

    assert found == expected


def test_the_call_is_repeated_and_the_words_are_placed(shipped: Policykb) -> None:
    """An answer says what was asked, and each provision that it cites with its article and where it stands."""
    sent = [{"id": "甲", "type": "TaxRefund", "period": "2020-12-08", "subject": {"name": "甲"}, "refundClass": 1}]
    found = tool(shipped, "decide", records=sent, asOf="2020-12-31")
    source = (ROOT / "policy" / "szq-2020-12" / "source.txt").read_bytes().decode()

    assert found["call"] == {"tool": "decide", "arguments": {"records": sent, "asOf": "2020-12-31"}}
    assert found["answer"]["receipt"]["asOf"] == "2020-12-31"
    assert 24 in {one["article"] for one in found["sources"]}
    assert all(source[one["start"] : one["end"]] == one["quote"] for one in found["sources"])
    cited = {one["provision"] for d in found["answer"]["decisions"] for one in d["criteria"]}
    assert cited <= {one["id"] for one in found["sources"]}


def test_the_text(shipped: Policykb) -> None:
    """Words, articles and clauses, as tools and as resources."""
    article = tool(shipped, "get_article", number=29)["answer"]
    resources = asked(shipped, lambda client: client.list_resources()).resources
    read = asked(shipped, lambda client: client.read_resource("policykb://article/29")).contents[0].text

    assert article["number"] == 29 and "各20万元" in read
    assert all(one["quote"] in read for one in article["provisions"])
    assert len(resources) == 29
    assert [p["article"] for p in tool(shipped, "search_text", q="海外仓总面积")["answer"]["passages"]] == []
    assert {p["article"] for p in tool(shipped, "search_text", q="仓储总面积")["answer"]["passages"]} == {5}
    assert len(tool(shipped, "list_clauses")["answer"]["clauses"]) == len(shipped.book.clauses)


def test_queries_of_the_library(shipped: Policykb) -> None:
    """A query about the rules, one with a parameter, and one about records that are sent."""
    ranks = tool(shipped, "run_query", query="rank-rules", lang="en")["answer"]
    one = tool(shipped, "run_query", query="approvals", parameters={"body": "commerce-bureau"})["answer"]
    asked_next = tool(shipped, "run_query", query="questions", records=records("district-2020.json"))["answer"]

    assert len(ranks["rows"]) == 4
    assert [row[one["columns"].index("words")] for row in one["rows"]] == ["经区商务和投资促进局备案"]
    assert len(asked_next["rows"]) > 20


@pytest.mark.parametrize(
    ("name", "arguments", "kind"),
    [
        ("get_article", {"number": 30}, "unknown-article"),
        ("get_article", {}, "call-missing-parameter"),
        ("decide", {}, "call-missing-parameter"),
        ("decide", {"records": [], "lang": "en"}, "empty-list"),
        ("decide", {"records": [{"type": "EnterpriseYear", "tradeCNY": 12345678901234.567}]}, "number-inexact"),
        ("search_text", {"q": "外资", "limit": 5}, "call-unknown-parameter"),
        ("run_query", {"query": "approvals", "parameters": [1]}, "call-wrong-parameter"),
        ("run_query", {"query": "approvals", "parameters": {"lang": "en"}}, "call-unknown-parameter"),
        ("run_query", {"query": "approvals", "parameters": {"answer": "x"}}, "call-unknown-parameter"),
        ("run_query", {"query": "INSERT DATA { <urn:a> <urn:b> 1 }"}, None),
        ("run_query", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, None),
    ],
)
def test_refusals(shipped: Policykb, name: str, arguments: dict[str, Any], kind: str | None) -> None:
    """What cannot be answered is an error that says in both languages what is wrong; nothing is written or fetched."""
    found = asked(shipped, lambda client: client.call_tool(name, arguments))

    assert found.is_error
    assert kind is None or found.structured_content["type"].endswith(f"#{kind}")
    assert found.structured_content["zh"]["what"] and found.structured_content["en"]["what"]


def test_over_standard_input_and_output() -> None:
    """The command speaks the protocol with the official client, and prints nothing else."""

    async def run() -> Any:
        words = ["-c", "from policykb.cli import main; main()", "mcp", "--lang", "zh"]
        path = {"PYTHONPATH": ":".join(entry for entry in sys.path if entry)}
        async with Client(stdio_client(StdioServerParameters(command=sys.executable, args=words, env=path))) as client:
            return await client.call_tool("get_article", {"number": 18})

    assert asyncio.run(run()).structured_content["answer"]["number"] == 18


def test_over_http() -> None:
    """The same over HTTP; what a page of another site is behind is refused."""
    words = ["-c", "from policykb.cli import main; main()", "mcp", "--http", "--port", "0", "--lang", "en"]
    with subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[-1]

            async def run() -> Any:
                async with Client(address) as client:
                    return await client.call_tool("search_text", {"q": "500平方米"})

            found = asyncio.run(run()).structured_content
            refused = http.client.HTTPConnection("127.0.0.1", int(address.split(":")[2].partition("/")[0]), timeout=60)
            refused.request("POST", "/mcp", b"{}", {"Content-Type": "application/json", "Host": "other.example"})
            assert [one["article"] for one in found["answer"]["passages"]] == [5]
            assert refused.getresponse().status in (403, 421)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
