"""The endpoint under hostile requests: it refuses what is not meant for it, ends what takes too long, and stays up."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest

from documentation import ROOT
from fuzz.mutate import ACTS, Change, changed
from made import served
from policykb.doors.files import KNOWLEDGE

REQUESTS = int(os.environ.get("POLICYKB_REQUESTS", "60"))
"""How many mutated requests are sent."""
SERVED = float(os.environ.get("POLICYKB_SERVED", "0"))
"""For how many seconds many connections at a time are kept up; one round of them where it says nothing."""
CONNECTIONS = 200
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/policykb/ns#Clause> }"
DEEP = 3000
NO_REQUESTS = [
    b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET http://attacker.example/query HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET /query HTTP/9.9\r\n\r\n",
    b"GET /query\r\n\r\n",
    b"\r\n" * 5000,
    b"\x00" * 5000,
    b"GET /query HTTP/1.1\r\n" + b"A" * 200_000 + b"\r\n\r\n",
    b"GET /query HTTP/1.1\r\n" + b"A: b\r\n" * 50_000 + b"\r\n",
    b"POST /query HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999999\r\n\r\n",
    b"POST /query HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /query HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"POST /query HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n",
    b"POST /query HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    b"GET /query?query=%ff%fe%00 HTTP/1.1\r\nHost: \xff\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]
"""What is no request of this endpoint."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a running endpoint that gives a query two seconds."""
    with served(2) as found:
        yield found


def ask(port: int, query: str = COUNT, method: str = "GET", path: str = "", **headers: str) -> tuple[int, bytes]:
    """The status and the body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        body = None
        if method == "POST":
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
            body = urlencode({"query": query})
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path or ("/query" if body else f"/query?query={quote(query)}"), body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def is_well(port: int) -> bool:
    """Whether the endpoint still answers as it should."""
    status, body = ask(port)
    return status == 200 and int(json.loads(body)["results"]["bindings"][0]["n"]["value"]) > 20


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1.attacker.example:{port}"},
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_another_site_is_behind_is_refused(method: str, headers: dict[str, str], port: int) -> None:
    """A name that leads here, or a page of another site, gets nothing of the graph."""
    filled = {name: value.replace("{port}", str(port)) for name, value in headers.items()}
    status, body = ask(port, method=method, **filled)

    assert (status, b"results" in body) == (403, False)
    assert is_well(port)


@pytest.mark.parametrize(
    "path", ["/", "/store", "/store?default", "/update", "/query/", "/query/../store", "//query", "/%2e%2e/"]
)
def test_only_the_documented_path_is_answered(path: str, port: int) -> None:
    """The whole graph, updates and pages are not there."""
    for method in ("GET", "POST"):
        assert ask(port, method=method, path=path)[0] == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "TRACE", "CONNECT", "PROPFIND", "X" * 200])
def test_other_methods_are_refused(method: str, port: int) -> None:
    """Nothing can be written, and no method ends the endpoint."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as stream:
        stream.sendall(f"{method} /query HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        assert re.match(rb"HTTP/1.1 4\d\d ", stream.recv(100))
    assert is_well(port)


@pytest.mark.parametrize("sent", NO_REQUESTS, ids=lambda sent: repr(sent[:40]))
def test_what_is_no_request_ends_nothing(sent: bytes, port: int) -> None:
    """Broken, foreign and oversized requests are refused or dropped; nothing of the graph comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as stream:
        try:
            stream.sendall(sent)
            stream.shutdown(socket.SHUT_WR)
            assert b" 200 " not in stream.recv(1000)
        except OSError:
            pass
    assert is_well(port)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "Leave SERVICE out"),
        ("SELECT (<http://example.org/f>(1) AS ?x) {}", "custom function <http://example.org/f> is not supported"),
        ("SELECT * { SERVICE SILENT ?x { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "INSERT"),
        ("SELECT * " + "{" * DEEP + "?s ?p ?o" + "}" * DEEP, "100 levels"),
        ("SELECT * { FILTER(" + "!" * DEEP + "true) }", "100 levels"),
        ("SELECT * { " + "OPTIONAL { ?s ?p ?o } " * DEEP + "}", "500"),
        ("SELECT * { " + "BIND(1 AS ?v) " * DEEP + "}", "500"),
        ("SELECT * { ?s ?p", "SPARQL"),
        ("#" * 1_000_001, "1,000,000"),
        ("SELECT (SUM(?x) AS ?y) { ?a ?b ?x . ?c ?d ?e . ?f ?g ?h . ?i ?j ?k }", "2 seconds"),
        ("SELECT ?s (CONCAT(?s, ?s) AS ?t) { BIND('a' AS ?a) " + "".join(
            f"BIND(CONCAT(?{a}, ?{a}) AS ?{b}) " for a, b in zip(
                ["a", *(f"v{n}" for n in range(39))], (f"v{n}" for n in range(40)), strict=True)
        ) + "BIND(?v39 AS ?s) }", "seconds"),
    ],
    ids=lambda value: value[:40],
)  # fmt: skip
def test_a_query_is_bounded(query: str, said: str, port: int) -> None:
    """What reaches out, changes, nests too deep or takes too much ends in a message; the endpoint stays."""
    status, body = ask(port, query, "POST")

    assert (status, said in body.decode()) == (400, True), body[:500]
    assert is_well(port)


def test_mutated_requests_end_nothing(port: int) -> None:
    """Whatever is put into a request, the endpoint answers it, refuses it or drops it, and says nothing of its own."""
    source = random.Random(REQUESTS)
    body = urlencode({"query": COUNT}).encode()
    head = f"Host: 127.0.0.1:{port}\r\nAccept: text/csv\r\nConnection: close\r\n"
    form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    seeds = [f"GET /query?{body.decode()} HTTP/1.1\r\n{head}\r\n".encode(),
             f"POST /query HTTP/1.1\r\n{head}{form}".encode() + body]  # fmt: skip
    faults = []
    for number in range(REQUESTS):
        steps = [Change(source.choice(ACTS), source.randrange(65536), source.randrange(41), source.randrange(90))
                 for _ in range(source.randint(1, 4))]  # fmt: skip
        sent = changed(seeds[number % 2], steps)
        with socket.create_connection(("127.0.0.1", port), timeout=30) as stream:
            try:
                stream.sendall(sent)
                stream.shutdown(socket.SHUT_WR)
                answer = stream.recv(4000)
            except OSError:
                continue
        if re.match(rb"HTTP/1.1 (?:500|502)", answer) or b"Traceback" in answer:
            faults.append((sent[:200], answer[:200]))
    assert faults == []
    assert is_well(port)


def test_many_idle_connections_keep_nobody_out(port: int) -> None:
    """While 200 connections say nothing, another one is answered."""
    idle = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(CONNECTIONS)]
    try:
        for stream in idle[::2]:
            stream.sendall(b"GET /query HTTP/1.1\r\nHost: ")
        assert is_well(port)
    finally:
        for stream in idle:
            stream.close()


def test_many_at_once_are_all_answered(port: int) -> None:
    """Forty clients at a time each get their own answer."""
    found: list[bool] = []
    clients = [threading.Thread(target=lambda: found.append(is_well(port))) for _ in range(40)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(60)

    assert found == [True] * 40


def test_many_hostile_connections_change_nothing(port: int) -> None:
    """Two hundred at a time send what they should not; the endpoint lives, gives nothing and writes nothing."""
    before, end, given = state(), time.monotonic() + SERVED, []

    def send(number: int) -> None:
        source = random.Random(number)
        while True:
            sent = source.choice(NO_REQUESTS)
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=60) as stream:
                    stream.sendall(sent[: source.choice([len(sent), source.randrange(len(sent))])])
                    time.sleep(source.random() * min(SERVED, 2))
                    stream.shutdown(socket.SHUT_WR)
                    given.extend([answer] if b" 200 " in (answer := stream.recv(1000)) else [])
            except OSError:
                pass
            if time.monotonic() >= end:
                return

    clients = [threading.Thread(target=send, args=(number,)) for number in range(CONNECTIONS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()

    assert given == [] and is_well(port)
    assert state() == before


def state() -> dict[str, int]:
    """When the files of the knowledge base were changed last."""
    folders = [ROOT / name for name in KNOWLEDGE]
    return {str(path): path.stat().st_mtime_ns for folder in folders for path in [folder, *folder.rglob("*")]}


def test_answers_come_in_the_form_that_is_asked_for(port: int) -> None:
    """The media types of the standard; the first where none of them is named."""
    forms = {
        "text/csv": b"n\r\n",
        "application/sparql-results+xml": b"<?xml",
        "text/html;q=0.9, text/tab-separated-values;q=0.1": b"?n\n",
        "*/*": b'{"head"',
    }
    assert [ask(port, Accept=accept)[1][: len(start)] for accept, start in forms.items()] == list(forms.values())
    graph = ask(port, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1", Accept="application/n-triples")
    assert graph[0] == 200 and graph[1].endswith(b" .\n")


@pytest.mark.parametrize(("query", "accept"), [
    ("SELECT ('a\x01\x1b\ufffe\x7fb' AS ?n) {}", "application/sparql-results+xml"),
    ("SELECT (STRDT('a\x01\x1b\ufffe\x7fb', <urn:t>) AS ?n) {}", "application/xml"),
    ("CONSTRUCT { <urn:a> <urn:b> 'a\x01\x1b\ufffe\x7fb' } {}", "application/rdf+xml"),
])  # fmt: skip
def test_what_xml_cannot_hold_breaks_no_answer(query: str, accept: str, port: int) -> None:
    """Each such character is shown as one mark, and what XML can hold stays as it is."""
    status, body = ask(port, query, Accept=accept)

    assert (status, "".join(ElementTree.fromstring(body).itertext()).strip()) == (200, "a\ufffd\ufffd\ufffd\x7fb")


@pytest.mark.parametrize("target", ["*", "http://attacker.example/query", "127.0.0.1:22", "x"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "CONNECT"])
def test_what_is_no_path_is_refused_like_another_path(method: str, target: str, port: int) -> None:
    """By the program, with the mend, and not by the library behind it with a page."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as stream:
        stream.sendall(f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: stream.recv(2**16), b"")).decode()
    assert answer.startswith("HTTP/1.1 404 ") and "application/problem+json" in answer and "<html" not in answer


@pytest.mark.proof
def test_what_is_logged_of_a_request_steers_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    """An address that is refused is shown with marks in place of its control characters."""
    with served(2) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as stream:
        head = b"GET /api/clauses/%%ff?\x9b31m HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"
        stream.sendall(head % port)
        assert stream.recv(100)
    shown = capfd.readouterr().err

    assert "GET /api/clauses/%ff?�31m" in shown and "\x9b" not in shown
