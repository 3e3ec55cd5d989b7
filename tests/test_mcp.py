"""Model Context Protocol: the official client gets the answers of the commands, with the words and where they stand."""

from __future__ import annotations

import asyncio
import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
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
from mcp.shared.exceptions import MCPError

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
        ("run_query", {"query": "INSERT DATA { <urn:a> <urn:b> 1 }"}, "tool-updates"),
        ("run_query", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, "tool-fetches"),
        ("run_query", {"query": "no-such-query"}, "tool-query"),
        ("run_query", {"query": "limit"}, "tool-query-near"),
        ("decide_all", {}, "no-such-tool"),
    ],
)
def test_refusals(shipped: Policykb, name: str, arguments: dict[str, Any], kind: str | None) -> None:
    """What cannot be answered is an error that says in both languages what is wrong; nothing is written or fetched."""
    found = asked(shipped, lambda client: client.call_tool(name, arguments))

    assert found.is_error
    assert kind is None or found.structured_content["type"].endswith(f"#{kind}")
    said = found.structured_content["zh"], found.structured_content["en"]
    assert all(one["what"] and "--" not in one["mend"] and "openapi" not in one["mend"] for one in said)


@pytest.mark.parametrize("name", ["0", "x", "9" * 5000, "²", "", "../1"])
def test_what_is_no_article_is_refused(shipped: Policykb, name: str) -> None:
    """However it is written."""

    async def read(client: Any) -> int:
        with pytest.raises(MCPError) as refused:
            await client.read_resource(f"policykb://article/{name}")
        return refused.value.error.code

    assert asked(shipped, read) == -32602


@contextmanager
def speaking(*options: str) -> Iterator[Callable[..., Any]]:
    """A server that is sent messages as they are written; the call gives what it says next."""
    words = [sys.executable, "-c", "from policykb.cli import main; main()", "mcp", "--lang", "en", *options]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None

        def say(method: str, params: str = "{}", id: int = 1, answers: bool = True) -> Any:
            head = f'{{"jsonrpc": "2.0", "id": {id}' if id else '{"jsonrpc": "2.0"'
            process.stdin.write(f'{head}, "method": "{method}", "params": {params}}}\n'.encode())
            process.stdin.flush()
            return json.loads(process.stdout.readline()) if answers else process

        client = '{"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}'
        say("initialize", client)
        say("notifications/initialized", id=0, answers=False)
        try:
            yield say
        finally:
            process.kill()


def warehouse(area: str) -> str:
    """A call that decides a record with this area of a warehouse abroad, as it is written."""
    record = (
        '{"id": "w", "type": "EnterpriseYear", "period": "2020", "name": "w", "crossBorderEcommerce": true, '
        f'"inStatistics": true, "overseasWarehouseInvestmentCNY": 300000, "overseasWarehouseArea": {area}}}'
    )
    return f'{{"name": "decide", "arguments": {{"records": [{record}]}}}}'


@pytest.mark.proof
def test_numbers_and_keys_are_those_that_were_written() -> None:
    """No number is rounded, none that is no number is taken for one, and of two values none is picked."""
    with speaking() as say:

        def decided(area: str) -> tuple[set[str], set[str]]:
            answer = say("tools/call", warehouse(area))["result"]["structuredContent"]["answer"]
            made = {one["status"] for one in answer["decisions"] if one["clause"] == "art-05-warehouse"}
            return made, {one["rule"] for one in answer["findings"]}

        assert decided("500.0") == ({"eligible"}, set())
        assert decided("499.99999999999999999") == (set(), {"EnterpriseYear-overseasWarehouseArea"})
        assert decided("499.99") == ({"not-eligible"}, set())
        assert decided('1, "overseasWarehouseArea": 500') == (set(), {"duplicate-key"})
        assert decided("NaN") == (set(), {"value-not-a-number"})
        assert decided("1e400") == (set(), {"number-too-long"})
        twice = say("tools/call", '{"name": "get_article", "arguments": {"number": 1, "number": 2}}')["result"]
        assert twice["isError"] and twice["structuredContent"]["type"].endswith("#call-repeated-parameter")


@pytest.mark.proof
def test_a_name_written_with_escapes_is_that_name() -> None:
    """Some libraries of JSON write the slash of tools/call as \\/; its numbers and keys are those that were written."""
    with speaking() as say:
        for name in ("tools\\/call", "tools/c\\u0061ll"):
            twice = warehouse('600, "overseasWarehouseArea": 1')
            answer = say(name, twice)["result"]["structuredContent"]["answer"]

            assert {one["rule"] for one in answer["findings"]} == {"duplicate-key"}, name


@pytest.mark.proof
def test_a_hostile_line_ends_nothing() -> None:
    """More digits than Python counts, an id of half a character, a line without end: each is told, and others go on."""
    with speaking() as say:
        answer = say("tools/call", warehouse("7" * 5000))["result"]["structuredContent"]["answer"]
        half = say("ping", '{}, "id": "\\ud800"')
        long = say("ping", f'{{"x": "{"y" * 2**24}"}}')

        assert {one["rule"] for one in answer["findings"]} == {"number-too-long"}
        assert (half["id"], half["error"]["code"]) == (None, -32600)
        assert long["error"]["message"] == (
            "A line that came is too long: more than 16 MB.\n  Make several calls of it, with fewer records each."
        )
        assert say("ping", id=3) == {"jsonrpc": "2.0", "id": 3, "result": {}}


@pytest.mark.proof
def test_others_are_answered_while_a_call_is_worked_on() -> None:
    """A query without end keeps nobody waiting, nor who ends the program."""
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with speaking() as say:
        query = json.dumps({"name": "run_query", "arguments": {"query": endless}})
        process = say("tools/call", query, 2, answers=False)

        assert say("ping", id=3) == {"jsonrpc": "2.0", "id": 3, "result": {}}
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130


@pytest.mark.proof
def test_who_waits_for_nothing_can_be_ended() -> None:
    """A server to which nobody says anything ends when it is told to."""
    with speaking() as say:
        process = say("notifications/initialized", id=0, answers=False)
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 143


@pytest.mark.proof
def test_who_sends_no_message_is_told_so() -> None:
    """A line that is no JSON or no message of the protocol is answered; an empty one is not."""
    lines = [b"{bad", b"", b'{"jsonrpc": "2.0", "id": 7}', b'[{"jsonrpc": "2.0", "id": 8, "method": "ping"}]']
    lines += [
        b'{"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": 5}',
        b"\xff",
        b'{"id": 10, "method": "ping"}',
    ]
    lines += [b'{"jsonrpc": "2.0", "id": null, "method": "ping"}', b'{"jsonrpc": "2.0", "id": 1.5, "method": "ping"}']
    words = [sys.executable, "-c", "from policykb.cli import main; main()", "mcp", "--lang", "en"]
    done = subprocess.run(words, input=b"\n".join(lines), capture_output=True, timeout=120)
    said = [json.loads(line) for line in done.stdout.splitlines()]

    assert (done.returncode, done.stderr) == (0, b"")
    expected = [(None, -32700), (7, -32600), (None, -32600), (9, -32600), (None, -32700), (10, -32600)]
    assert [(one["id"], one["error"]["code"]) for one in said] == [*expected, (None, -32600), (None, -32600)]
    assert said[0]["error"]["message"] == "A line that came is no JSON.\n  Write one message a line, in UTF-8."


@pytest.mark.proof
def test_how_long_a_call_may_take_can_be_said() -> None:
    """A query without end is given up after the time that was allowed."""
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with speaking("--timeout", "1") as say:
        query = json.dumps({"name": "run_query", "arguments": {"query": endless}})
        told = say("tools/call", query, 2)["result"]

    assert told["isError"] and "(1 second)" in told["structuredContent"]["title"]


def test_over_standard_input_and_output() -> None:
    """The command speaks the protocol with the official client, and prints nothing else."""

    async def run() -> Any:
        words = ["-c", "from policykb.cli import main; main()", "mcp", "--lang", "zh"]
        path = {"PYTHONPATH": ":".join(entry for entry in sys.path if entry)}
        async with Client(stdio_client(StdioServerParameters(command=sys.executable, args=words, env=path))) as client:
            return await client.call_tool("get_article", {"number": 18})

    assert asyncio.run(run()).structured_content["answer"]["number"] == 18


@pytest.mark.proof
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
            numbers = http.client.HTTPConnection("127.0.0.1", int(address.split(":")[2].partition("/")[0]), timeout=60)
            sent = warehouse("499.99999999999999999")
            body = f'{{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {sent}}}'
            accepted = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
            numbers.request("POST", "/mcp", body.encode(), accepted)
            made = json.loads(numbers.getresponse().read())["result"]["structuredContent"]["answer"]["findings"]
            assert [one["rule"] for one in made] == ["EnterpriseYear-overseasWarehouseArea"]
            refused = http.client.HTTPConnection("127.0.0.1", int(address.split(":")[2].partition("/")[0]), timeout=60)
            refused.request("POST", "/mcp", b"{}", {"Content-Type": "application/json", "Host": "other.example"})
            assert [one["article"] for one in found["answer"]["passages"]] == [5]
            assert refused.getresponse().status in (403, 421)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
