"""The calls of programs over HTTP: the answers of the commands, and refusals in both languages."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from jsonschema import Draft202012Validator
from rdflib import Graph, URIRef
from typer.testing import CliRunner

from made import served
from policykb.cli import program

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
ONE = (EXAMPLES / "one-enterprise.json").read_bytes()
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a running endpoint."""
    with served(60) as found:
        yield found


def call(
    port: int, path: str, body: bytes | None = None, headers: dict[str, str] | None = None, method: str = ""
) -> tuple[int, str, Any]:
    """The status, the media type and the JSON of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(
            method or ("GET" if body is None else "POST"), path, body, JSON if headers is None else headers
        )
        answer = connection.getresponse()
        text = answer.read().decode()
        media = answer.headers.get("Content-Type", "").partition(";")[0]
        return answer.status, media, json.loads(text) if "json" in media else text
    finally:
        connection.close()


def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str, *words: str) -> Any:
    """What a command prints about an example, as JSON."""
    (tmp_path / "records.json").write_bytes((EXAMPLES / example).read_bytes())
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(program(), [words[0], "records.json", *words[1:], "--format", "json"])
    return json.loads(done.stdout)


@pytest.mark.proof
@pytest.mark.parametrize("example", ["one-enterprise.json", "district-2020.json"])
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/api/decide?lang=en", ("apply", "--lang", "en")),
        ("/api/advise?lang=zh", ("advise", "--lang", "zh")),
        ("/api/check", ("check",)),
    ],
)
def test_the_same_answer_as_the_command(
    example: str, path: str, words: tuple[str, ...], port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every field of what HTTP answers is that of the command, the receipt included."""
    status, media, answer = call(port, path, (EXAMPLES / example).read_bytes())

    assert (status, media) == (200, "application/json")
    assert answer == printed(tmp_path, monkeypatch, example, *words)


def test_questions_in_the_order_of_the_command(port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The questions of a district, as the command lists them."""
    _, _, answer = call(port, "/api/questions?lang=en", (EXAMPLES / "district-2020.json").read_bytes())
    listed = printed(tmp_path, monkeypatch, "district-2020.json", "questions", "--lang", "en")

    rows = [{name: cell["value"] for name, cell in row.items()} for row in listed["results"]["bindings"]]
    assert [{name: value for name, value in row.items() if value is not None} for row in answer["questions"]] == rows
    assert answer["receipt"]["records"].startswith("sha256:")


def test_words_that_a_client_does_not_escape(port: int) -> None:
    """As curl sends an address, in UTF-8 byte by byte: read as it is escaped; other bytes are refused."""
    escaped = call(port, f"/api/search?q={quote('海外仓')}")[2]
    sent = {}
    for words in ("海外仓".encode(), "海外仓".encode("gb18030")):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(b"GET /api/search?q=%s HTTP/1.0\r\nHost: 127.0.0.1:%d\r\n\r\n" % (words, port))
            head, _, body = b"".join(iter(lambda line=line: line.recv(65536), b"")).partition(b"\r\n\r\n")
        sent[words] = int(head.split()[1]), json.loads(body)

    assert escaped["passages"]
    assert sent["海外仓".encode()] == (200, escaped)
    assert sent["海外仓".encode("gb18030")][0] == 400


def test_several_records_and_exact_numbers(port: int) -> None:
    """Each record of a call is answered; a JSON number is the decimal that is written."""
    record = '{"id": "%s", "type": "EnterpriseYear", "period": "2020", "subject": {"name": "%s"}, "tradeCNY": %s}'
    records = ", ".join(record % (n, n, "49999999.99") for n in "甲乙")
    _, _, answer = call(port, "/api/decide", f'{{"records": [{records}]}}'.encode())

    volume = [d for d in answer["decisions"] if d["clause"] == "art-01-volume"]
    assert [(d["record"], d["status"]) for d in volume] == [("甲", "not-eligible"), ("乙", "not-eligible")]
    assert {c["actual"] for d in volume for c in d["criteria"] if c["id"] == "art-01-volume-4-low"} == {"49999999.99"}


def test_the_text_and_the_model(port: int) -> None:
    """Clauses, a clause, an article, and where words stand: every quote is the source, and has its translation."""
    source = (ROOT / "policy" / "szq-2020-12" / "source.txt").read_bytes().decode()
    clauses, clause = call(port, "/api/clauses?lang=en")[2], call(port, "/api/clauses/art-05-warehouse?lang=en")[2]
    article, found = call(port, "/api/articles/5")[2], call(port, f"/api/search?q={quote('500平方米')}")[2]

    assert [c["id"] for c in clauses["clauses"] if c["article"] == 5 and c["grantsMoney"]] == [
        "art-05-warehouse",
        "art-05-platform-fee",
    ]
    assert clause["options"][0]["amount"].startswith("Actual investment in overseas warehouses in the year × 10%")
    assert [passage["article"] for passage in found["passages"]] == [5]
    told = {one["id"]: one["translations"]["en"] for one in article["provisions"]}
    assert "up to RMB 50,000 each year" in told["art-05-s4"]
    for passage in (*clause["provisions"], *article["provisions"], *found["passages"]):
        assert source[passage["start"] : passage["end"]] == passage["quote"]


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "kind"),
    [
        ("GET", "/api/clauses/art-05-warehous", None, JSON, 404, "unknown-clause-near"),
        ("GET", "/api/articles/30", None, JSON, 404, "unknown-article"),
        ("GET", "/api/articles/five", None, JSON, 400, "call-wrong-parameter"),
        ("GET", "/api/search", None, JSON, 400, "call-missing-parameter"),
        ("GET", "/api/search?q=%20", None, JSON, 400, "nothing-to-find"),
        ("GET", "/api/clauses?language=en", None, JSON, 400, "call-unknown-parameter"),
        ("GET", "/api/clauses?lang=en&lang=zh", None, JSON, 400, "call-repeated-parameter"),
        ("GET", "/api/clauses/art-05-warehouse?id=a", None, JSON, 400, "call-repeated-parameter"),
        ("GET", "/api", None, JSON, 404, "call-no-such-path"),
        ("GET", "/api/decide", None, JSON, 405, "call-method"),
        ("POST", "/api/clauses", b"{}", JSON, 405, "call-method"),
        ("POST", "/api/decide", b"{}", {"Content-Type": "text/plain"}, 415, "call-not-json"),
        ("POST", "/api/decide", b'{"records": [', JSON, 400, "invalid-json"),
        ("POST", "/api/decide", b'{"records": []}', JSON, 400, "empty-list"),
        ("POST", "/api/decide", b'{"records": [{"type": "Enterprise"}]}', JSON, 400, None),
        ("POST", "/api/decide?asOf=2020-13-01", b"{}", JSON, 400, "call-wrong-parameter"),
        ("POST", "/api/advise?record=9", ONE, JSON, 404, "unknown-record-among"),
        ("POST", "/api/decide", b"{}", {**JSON, "Origin": "https://other.example"}, 403, "call-from-elsewhere"),
        ("GET", "/health", None, {"Host": "other.example"}, 403, "call-from-elsewhere"),
    ],
)  # fmt: skip
def test_refusals(
    method: str, path: str, body: bytes | None, headers: dict[str, str], status: int, kind: str | None, port: int
) -> None:
    """What cannot be answered is a problem document that says in both languages what is wrong and how to mend it."""
    found = call(port, path, body, headers, method)

    assert found[:2] == (status, "application/problem+json")
    assert kind is None or found[2]["type"] == f"https://w3id.org/policykb/error#{kind}"
    assert found[2]["status"] == status
    for lang in ("zh", "en"):
        assert found[2][lang]["what"] and found[2][lang]["mend"]
    assert re.search("[\u4e00-\u9fff]", found[2]["zh"]["what"])


def test_a_wrong_record_is_an_answer_with_its_finding(port: int) -> None:
    """Wrong data are told as the command tells them, and are no fault of the call."""
    body = b'{"records": [{"type": "EnterpriseYear", "period": "2020", "subject": {"name": "A"}, "tradeCNY": "-1"}]}'
    status, _, answer = call(port, "/api/decide", body)

    assert (status, [d["status"] for d in answer["decisions"]]) == (200, ["invalid-record"])
    assert call(port, "/api/check", body)[2]["summary"]["errors"] == 1


@pytest.mark.proof
def test_the_description_is_of_what_is_answered(port: int) -> None:
    """OpenAPI names every path; its schemas hold of the answers, and of the records of the examples."""
    described = call(port, "/openapi.json")[2]
    schemas = described["components"]["schemas"]

    def valid(name: str, value: Any) -> bool:
        schema = {**described, "$ref": f"#/components/schemas/{name}"}
        return not list(Draft202012Validator(schema).iter_errors(value))

    sent = json.loads((EXAMPLES / "district-2020.json").read_bytes())
    body = json.dumps(sent).encode()
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {
        *(f"/api/{name}" for name in ("decide", "check", "questions", "advise", "explain", "clauses", "search")),
        "/api/clauses/{id}",
        "/api/articles/{number}",
    }
    assert {"answer", "check", "advice", "records", "problem"} <= set(schemas)
    assert valid("records", sent)
    assert not valid("records", {"records": [{"type": "Enterprise", "period": "2020"}]})
    assert valid("answer", call(port, "/api/decide", body)[2])
    assert valid("advice", call(port, "/api/advise", body)[2])
    assert valid("check", call(port, "/api/check", body)[2])
    assert valid("problem", call(port, "/api/articles/30")[2])


def test_every_example_finds_something(port: int) -> None:
    """What names something comes with an example, and a call with the examples of its parameters is answered."""
    paths = call(port, "/openapi.json")[2]["paths"]
    tried = []
    for path, operations in paths.items():
        for method, operation in operations.items():
            examples = {one["name"]: one["example"] for one in operation["parameters"] if "example" in one}
            assert all(one["name"] in examples for one in operation["parameters"] if one["required"])
            if method == "get":
                given = urlencode({name: value for name, value in examples.items() if f"{{{name}}}" not in path})
                status, _, found = call(port, f"{path.format(**examples)}?{given}")
                tried.append(path)
                assert status == 200 and any(found.values())
    assert len(tried) == 4


def test_health_and_figures(port: int) -> None:
    """Which rules answer, and how many calls were answered how."""
    before = call(port, "/health")[2]
    call(port, "/api/articles/30")
    text = call(port, "/metrics")[2]

    assert before["status"] == "ok" and before["rules"].startswith("sha256:")
    assert call(port, "/ready")[0] == 200
    assert re.search(r'^policykb_calls_total\{call="article",status="404"\} [1-9]', text, re.MULTILINE)


@pytest.mark.proof
@pytest.mark.parametrize("path", ["/.well-known/void", "/catalog"])
@pytest.mark.parametrize(
    ("accept", "form"),
    [("*/*", "turtle"), ("application/ld+json", "json-ld"), ("text/html, application/rdf+xml;q=0.5", "xml")],
)
def test_the_dataset_and_its_services_are_described(path: str, accept: str, form: str, port: int) -> None:
    """VoID and DCAT in the form that is wanted: how many triples there are, and where queries and calls go."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Accept": accept})
    answer = connection.getresponse()
    graph = Graph().parse(data=answer.read(), format=form)
    connection.close()
    base, dcat, void = f"http://127.0.0.1:{port}", "http://www.w3.org/ns/dcat#", "http://rdfs.org/ns/void#"
    (dataset,) = graph.objects(URIRef(f"{base}/catalog"), URIRef(f"{dcat}dataset"))
    (count,) = graph.objects(dataset, URIRef(f"{void}triples"))
    query = quote("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    counted = call(port, f"/query?query={query}", headers={"Accept": "application/json"})[2]

    assert count.toPython() == int(counted["results"]["bindings"][0]["n"]["value"]) > 10_000
    assert set(graph.objects(dataset, URIRef(f"{void}sparqlEndpoint"))) == {URIRef(f"{base}/query")}
    assert set(graph.objects(None, URIRef(f"{dcat}endpointDescription"))) == {URIRef(f"{base}/openapi.json")}


@pytest.mark.parametrize(
    "path", ["/health", "/api/clauses", "/api/articles/5", "/openapi.json", "/query?query=ASK%7B%7D"]
)
def test_what_is_there_can_be_asked_for_its_head_alone(path: str, port: int) -> None:
    """HEAD has the status and the headers of GET, and nothing behind them."""
    answers = {}
    for method in ("GET", "HEAD"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request(method, path)
        answer = connection.getresponse()
        answers[method] = answer.status, answer.headers["Content-Type"], answer.headers["Content-Length"], answer.read()
        connection.close()

    assert answers["HEAD"] == (*answers["GET"][:3], b"")
    assert (answers["GET"][0], len(answers["GET"][3])) == (200, int(answers["HEAD"][2]))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_is_found_where_nothing_is(method: str, port: int) -> None:
    """Whatever the method: who was told to use another one would find nothing either."""
    status, media, told = call(port, "/api/nowhere?lang=en", method=method)

    assert (status, media, told["type"].rpartition("#")[2]) == (404, "application/problem+json", "call-no-such-path")


@pytest.mark.parametrize(
    ("path", "mend"),
    [
        ("/api/articles/five?lang=en", "Write a whole number, such as 5."),
        ("/api/clauses/art-05-warehouse?lang=fr", "Write zh or en."),
        ("/api/clauses/art-05-warehouse?asOf=2021-7-1", "Write a day, such as 2020-12-31."),
        ("/api/clauses?asOf=2021-02-30", "Write a day, such as 2020-12-31."),
    ],
)
def test_a_wrong_parameter_is_told_what_to_write(path: str, mend: str, port: int) -> None:
    """For the parameter that is wrong, and no other kind."""
    status, _, told = call(port, path)

    assert (status, told["en"]["mend"]) == (400, mend)


def test_no_mend_of_the_service_is_an_option_of_the_command_line(port: int) -> None:
    """A record without a type: the mend can be followed where there is no command line."""
    told = call(port, "/api/decide", b'{"records": [{"period": "2020"}]}')[2]

    assert told["en"]["mend"].startswith('Add "type" to the record. Record types: EnterpriseYear')


def test_more_than_is_taken_is_refused_as_all_else_is(port: int) -> None:
    """Five million bytes: a problem with the status for that and what to do, and the endpoint goes on."""
    status, media, told = call(port, "/api/decide", b'{"records": [' + b" " * 5_000_000 + b"]}")

    assert (status, media, told["type"].rpartition("#")[2]) == (413, "application/problem+json", "call-too-large")
    assert told["en"]["what"] == "More than 4 MB were sent at once."
    assert told["en"]["mend"].startswith("Send less at a time")
    assert call(port, "/health")[0] == 200


def test_an_unknown_clause_is_looked_up_where_the_caller_can(port: int) -> None:
    """The list of the service, and no command."""
    status, _, told = call(port, "/api/clauses/nothing-like-it?lang=en")

    assert (status, told["en"]["mend"]) == (404, "All clauses are listed in /api/clauses.")
