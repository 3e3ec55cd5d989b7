"""No command but the endpoint opens a connection, whatever the data name."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from documentation import ROOT
from fuzz.calls import Running

LEAVING = ("socket.connect", "socket.getaddrinfo", "socket.bind", "urllib.Request", "http.client.connect")


def watch() -> None:
    """Catch what a call would open or look up, wherever Python does it."""

    def hook(event: str, args: object) -> None:
        if event in LEAVING:
            print("CONNECTS", event, args, file=sys.__stderr__, flush=True)
            raise RuntimeError("no connection is made here")

    sys.addaudithook(hook)


CALLS = (
    ("apply", "good.json", "--out", "o.xlsx"),
    ("apply", "remote.jsonld", "--type", "EnterpriseYear"),
    ("apply", "imports.ttl", "--type", "EnterpriseYear"),
    ("check", "good.json"),
    ("ask", "limits"),
    ("ask", "service.rq"),
    ("ask", "from.rq"),
    ("article", "5"),
    ("clause", "art-05-warehouse"),
    ("readings",),
    ("questions", "good.json"),
    ("compare", "good.json", "--with", "R1-highest:alt"),
    ("template", "form.xlsx"),
    ("export", "graph"),
)
"""Each command, and inputs that name other addresses; `verify` is called by its own tests and is the longest of all."""


@pytest.mark.proof
@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_no_command_connects(words: tuple[str, ...], tmp_path: Path) -> None:
    """Every connection, look-up of a name and request is caught where Python makes it; there is none."""
    shutil.copy(ROOT / "docs/examples/one-enterprise.json", tmp_path / "good.json")
    shutil.copy(ROOT / "docs/examples/district-2020-csv/EnterpriseYear.csv", tmp_path / "good.csv")
    remote = {"@context": "http://127.0.0.1:1/context.jsonld", "@id": "urn:a"}
    (tmp_path / "remote.jsonld").write_text(json.dumps(remote), encoding="utf-8")
    (tmp_path / "imports.ttl").write_text(
        "<urn:a> <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:1/> .", encoding="utf-8"
    )
    (tmp_path / "service.rq").write_text("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", encoding="utf-8")
    (tmp_path / "from.rq").write_text("SELECT * FROM <http://127.0.0.1:1/> { ?s ?p ?o }", encoding="utf-8")
    done = Running(words, tmp_path, prepare=watch).done()

    # sys.__stderr__ is the one of the process that this one is a copy of, and stands for the same descriptor.
    assert "CONNECTS" not in done.err and done.code in (0, 1, 2), done.err[-500:]
    assert "Traceback" not in done.err


def test_the_watch_sees_a_connection(tmp_path: Path) -> None:
    """An endpoint that is named is asked, and that is seen: the test above would notice."""
    done = Running(
        ("ask", "limits", "--endpoint", "http://127.0.0.1:1/", "--retries", "0"), tmp_path, prepare=watch
    ).done()

    assert "no connection is made here" in done.err or "CONNECTS" in done.err or done.code == 2
