"""One answer, three faces: command, HTTP and MCP say the same of every example, field by field, refusals included."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from made import served
from made_inputs import read_inputs
from policykb.api import Policykb
from policykb.cli import program
from policykb.errors import PolicykbError
from policykb.model import Record
from policykb.service.calls import Service

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp import Client

from policykb.service.mcp import server

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
FILES = sorted(path for path in EXAMPLES.rglob("*") if path.suffix in (".json", ".ttl", ".xlsx", ".csv"))
CASES = {case.title: case for case in read_inputs("valid")}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a running endpoint."""
    with served(120) as found:
        yield found


def stated(record: Record) -> dict[str, Any]:
    """A record as it is sent: numbers as text, which every face reads exactly."""
    values = {name: stated_value(value) for name, value in record.facts.items() if name not in record.derived}
    subject = {"name": record.name, "creditCode": record.credit_code, "division": record.division}
    about = {name: value for name, value in subject.items() if value is not None}
    return {"id": record.id, "type": record.type, "period": record.period, "subject": about, **values}


def stated_value(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, tuple):
        return [stated_value(one) for one in value]
    if isinstance(value, bool):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else str(value)


def sent(path: Path, shipped: Policykb) -> str | None:
    """What a file states, as JSON; None where no face can read it from a table with a fault."""
    if path.suffix == ".json":
        return path.read_text(encoding="utf-8")
    try:
        reading = shipped.read(path)
    except PolicykbError:
        return None
    return json.dumps({"records": [stated(one) for one in reading.records]}, ensure_ascii=False)


def by_command(text: str) -> tuple[Any, str]:
    """What `apply` prints, or the first line of why not."""
    Path("records.json").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(program(), ["apply", "records.json", "--format", "json", "--lang", "en"])
    return (json.loads(done.stdout), "") if done.exit_code == 0 else (None, done.stderr)


def by_http(text: str, port: int) -> Any:
    """What HTTP answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("POST", "/api/decide?lang=en", text.encode(), {"Content-Type": "application/json"})
    found = json.loads(connection.getresponse().read())
    connection.close()
    return found


def by_mcp(text: str, shipped: Policykb) -> Any:
    """What the official client of MCP gets."""

    async def run() -> Any:
        async with Client(server(Service(shipped), "en")) as client:
            return await client.call_tool("decide", {"records": json.loads(text)["records"], "lang": "en"})

    return asyncio.run(run()).structured_content


def same(text: str, port: int, shipped: Policykb) -> None:
    """Hold the three against each other."""
    (expected, refused), answered, offered = by_command(text), by_http(text, port), by_mcp(text, shipped)
    if expected is None:
        assert answered["en"]["what"] in " ".join(refused.split())
        assert (offered["type"], offered["en"]["what"]) == (answered["type"], answered["en"]["what"])
        return
    assert answered == expected
    found = offered["answer"]
    for one in (expected, found):
        del one["receipt"]["inputs"]
    assert found == expected


@pytest.mark.proof
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(EXAMPLES).as_posix())
def test_every_example(
    path: Path, port: int, shipped: Policykb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every sample file, the bad ones among them."""
    text = sent(path, shipped)
    monkeypatch.chdir(tmp_path)
    if text is None:
        assert path.parent.name == "bad"
    else:
        same(text, port, shipped)


@pytest.mark.proof
@pytest.mark.parametrize("title", CASES)
def test_every_valid_input(
    title: str, port: int, shipped: Policykb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every unusual input that is right."""
    text = sent(CASES[title].build(tmp_path), shipped)
    monkeypatch.chdir(tmp_path)
    assert text is not None
    same(text, port, shipped)
