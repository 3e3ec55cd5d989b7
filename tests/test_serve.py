"""`policykb serve`: a real endpoint that anyone can ask and nobody can change."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from policykb.ask.bounds import Bounds
from policykb.errors import CallError
from policykb.server import Endpoint, free_port
from policykb.service.listening import sockets_at

POLICYKB = str(Path(sys.executable).with_name("policykb"))
RECORDS = str(Path(__file__).parent / "ask" / "records.json")
COUNT = "SELECT (COUNT(*) AS ?n) { ?d a <https://w3id.org/policykb/ns#Decision> }"


@contextmanager
def serving(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`policykb serve` on a free port; yields the process and the address it prints."""
    process = subprocess.Popen(
        [POLICYKB, "serve", *([] if "--port" in words else ["--port", "0"]), "--lang", "en", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/query", line)
        assert found, line
        yield process, found[0]
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=20)


def curl(*words: str) -> subprocess.CompletedProcess[str]:
    """What an unrelated client gets; proxies of the environment are not asked for loopback."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    return subprocess.run(["curl", "--silent", "--noproxy", "*", *words], capture_output=True, text=True, timeout=20)


def gone(port: int, seconds: float = 5) -> bool:
    """Whether nothing listens on a port, soon."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if curl("--max-time", "1", f"http://127.0.0.1:{port}/").returncode == 7:
            return True
        time.sleep(0.1)
    return False


def test_anyone_can_ask_and_nobody_can_write() -> None:
    """curl gets answers from the union and from a named graph; updates, uploads and deletions are refused."""
    with serving("--data", RECORDS) as (process, address):
        rows = curl("-H", "Accept: text/csv", "--data-urlencode", f"query={COUNT}", address)
        graph = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
        graphs = curl("-G", "-H", "Accept: text/csv", "--data-urlencode", f"query={graph}", address)
        base = address.removesuffix("/query")
        status = ["-o", os.devnull, "-w", "%{http_code}"]
        triple = "<urn:a> <urn:b> <urn:c> ."
        update = curl(*status, "--data-urlencode", f"update=INSERT DATA {{ {triple} }}", f"{base}/update")
        direct = curl(*status, "-H", "Content-Type: application/sparql-update", "--data", "DROP ALL", f"{base}/update")
        upload = curl(
            *status, "-X", "PUT", "-H", "Content-Type: text/turtle", "--data", triple, f"{base}/store?default"
        )
        delete = curl(*status, "-X", "DELETE", f"{base}/store?default")
        again = curl("-H", "Accept: text/csv", "--data-urlencode", f"query={COUNT}", address)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)

    assert rows.stdout.split() == again.stdout.split() == ["n", again.stdout.split()[1]]
    assert int(rows.stdout.split()[1]) > 40
    names = [line.split(",")[0].rsplit("/", 1)[-1] for line in graphs.stdout.split()[1:]]
    assert names == ["decisions", "links", "policy", "readings", "records", "shapes", "vocabulary"]
    assert all(int(reply.stdout) >= 400 for reply in (update, direct, upload, delete))
    assert (process.returncode, out.splitlines()[-1], err) == (0, "Stopped.", "")


def test_what_is_no_query_is_told_how_to_become_one() -> None:
    """A request that holds no query, two, or another type or method: what is wrong and the mend, in both languages."""
    direct = ["-H", "Content-Type: application/sparql-query"]
    with serving() as (_, address):
        replies = {
            name: curl("-i", *words, address + query).stdout
            for name, words, query in (
                ("none", (), ""),
                ("two", (), "?query=ASK%7B%7D&query=ASK%7B%7D"),
                ("type", ("-H", "Content-Type: text/plain", "-d", "ASK {}"), ""),
                ("method", ("-X", "DELETE"), ""),
                ("preflight", ("-X", "OPTIONS"), ""),
                ("elsewhere", ("-H", "Host: example.org"), "?query=ASK%7B%7D"),
                ("mended", (*direct, "-d", "ASK {}"), ""),
            )
        }

    status = {name: int(text.split()[1]) for name, text in replies.items()}
    expected = {"none": 400, "two": 400, "type": 415, "method": 405, "preflight": 405, "elsewhere": 403, "mended": 200}
    assert status == expected
    for name in ("none", "two", "type"):
        assert "这不是一个查询" in replies[name]
        assert "Content-Type: application/sparql-query" in replies[name]
    for name in ("method", "preflight"):
        assert "\nAllow: GET, POST\n" in replies[name].replace("\r", "")
        assert "Use GET, POST." in replies[name]
    assert "--name" in replies["elsewhere"]
    assert "true" in replies["mended"]


@pytest.mark.proof
@pytest.mark.parametrize(("words", "allowed"), [((), False), (("--cors",), True)])
def test_pages_of_other_sites(words: tuple[str, ...], allowed: bool) -> None:
    """A page of another site is answered only where it was let."""
    with serving(*words) as (_, address):
        found = curl("-i", "-H", "Origin: https://example.org", "--data-urlencode", "query=ASK {}", address)

    assert ("200 OK" if allowed else "403 Forbidden") in found.stdout
    assert ("access-control-allow-origin" in found.stdout.lower()) is allowed


def test_from_is_obeyed() -> None:
    """FROM asks the graphs it names and no others: the records of another graph are not counted."""
    with serving("--data", RECORDS) as (_, address):
        found = [
            curl("-H", "Accept: text/csv", "--data-urlencode", "query=" + COUNT.replace("{", clause + " {"), address)
            for clause in (
                "",
                "FROM <https://w3id.org/policykb/graph/decisions>",
                "FROM <https://w3id.org/policykb/graph/policy>",
            )
        ]
    whole, same, none = (int(reply.stdout.split()[1]) for reply in found)

    assert whole == same > 40
    assert none == 0


@pytest.mark.proof
def test_a_killed_server_leaves_nothing_broken() -> None:
    """After the worst signal nothing listens any more, and the next one starts as ever."""
    with serving() as (process, address):
        port = int(re.search(r":(\d+)/", address)[1])  # type: ignore[index]
        process.kill()
        process.wait(10)
        assert gone(port)
    with serving("--port", str(port)) as (process, address):
        assert "true" in curl("-H", "Accept: application/sparql-results+json", f"{address}?query=ASK%7B%7D").stdout
        process.terminate()
        assert process.wait(20) == 0
        assert gone(port)


def test_a_taken_port_is_named() -> None:
    """A port in use ends in one message and exit code 2."""
    import socket

    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = subprocess.run([POLICYKB, "serve", "--port", str(port)], capture_output=True, text=True, timeout=30)

    assert done.returncode == 2
    assert f"端口 {port} 不能使用" in done.stderr
    assert f"Port {port} cannot be used" in done.stderr


@pytest.mark.parametrize(
    ("host", "fault"),
    [
        ("", "address-empty"),
        (" ", "address-empty"),
        ("198.51.100.7", "no-such-address"),
        ("no-such-host.invalid", "no-such-address"),
        ("a" * 70, "no-such-address"),
    ],
)
def test_what_is_no_address_of_this_machine_is_blamed(host: str, fault: str) -> None:
    """An empty address is not every address, and a wrong one is no fault of the port."""
    with pytest.raises(CallError) as refused:
        sockets_at(host, free_port())

    assert refused.value.id == fault and "--host 127.0.0.1" in refused.value.say("zh")


@pytest.mark.parametrize(
    ("host", "base", "called"),
    [
        ("::1", "http://[::1]:7878", "[::1]:7878"),
        ("FD00::5", "http://[FD00::5]:7878", "[fd00::5]:7878"),
        ("::", "http://127.0.0.1:7878", "[::1]:7878"),
        ("0.0.0.0", "http://127.0.0.1:7878", "127.0.0.1:7878"),
        ("192.0.2.1", "http://192.0.2.1:7878", "192.0.2.1:7878"),
    ],
)
def test_an_address_with_colons_stands_in_brackets(host: str, base: str, called: str) -> None:
    """It is printed and called as browsers write it."""
    endpoint = Endpoint(ox.Store(), {}, 7878, Bounds(1), host=host)

    assert endpoint.base == base and endpoint.admits({"Host": called})
    assert not endpoint.admits({"Host": "other.example:7878"})
