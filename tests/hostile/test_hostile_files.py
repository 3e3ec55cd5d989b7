"""The hostile files: each ends in bounded time and memory, and none is silently taken for what it is not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from documentation import ROOT
from fuzz.calls import Running, fault_of
from policykb.api import Policykb
from policykb.ask.contained import contained
from policykb.errors import InputError, PolicykbError
from policykb.records.check import check_records
from soaking import share

from .corpus import ANY, REFUSED, WRONG

SECONDS = 60
"""After which a file that still is read is said to hang; nothing is timed."""
LISTS = {"refused": REFUSED, "wrong": WRONG, "any": ANY}


def outcome(kb: Policykb, path: Path) -> str:
    """What the readers and the data rules make of a file: refused, wrong, or any."""
    kind = kb.vocabulary.record_types["EnterpriseYear"]
    try:
        reading = kb.read([path], type=kind.id)
    except InputError:
        return "refused"
    except Exception as fault:
        return repr(fault)[:200]
    findings = [*reading.all_findings(), *check_records(reading.records, kb.decider.record_rules, kb.vocabulary)]
    return "wrong" if any(found.severity == "error" for found in findings) else "any"


def made(folder: Path, name: str) -> Iterable[Path]:
    """The files of a list."""
    for file, make in share(list(LISTS[name].items()), 2):
        path = folder / file
        path.write_bytes(make())
        yield path
        path.unlink()


def test_there_are_enough() -> None:
    """At least 150 files, of every format."""
    names = [name for files in LISTS.values() for name in files]
    assert len(names) >= 150
    assert {name.rpartition(".")[2] for name in names} == {"csv", "json", "jsonld", "ttl", "xlsx"}


@pytest.mark.proof
@pytest.mark.parametrize("name", LISTS)
def test_every_hostile_file_ends_and_lies_to_nobody(name: str, shipped: Policykb, tmp_path: Path) -> None:
    """What is no file of records is refused, what states nothing sound is called wrong, and no file hangs or fills the
    memory: each is read in a process that may take so much and no more."""
    allowed = {"refused": {"refused"}, "wrong": {"refused", "wrong"}, "any": set(LISTS)}[name]
    found = {}
    for path in made(tmp_path, name):
        try:
            found[path.name] = contained(lambda path=path: outcome(shipped, path), SECONDS)  # type: ignore[misc]
        except PolicykbError as fault:
            found[path.name] = f"{fault.id}: the process ended"

    assert {file: said for file, said in found.items() if said not in allowed} == {}


COMMANDS: tuple[tuple[str, ...], ...] = (
    *(("apply", "FILE", "--format", form) for form in ("json", "jsonl", "csv", "md", "html", "ttl", "table")),
    ("apply", "FILE", "--engine", "columns"),
    ("apply", "FILE", "--format", "xlsx", "--out", "o.xlsx", "--force"),
    ("check", "FILE"),
    ("check", "FILE", "--format", "json"),
    ("check", "FILE", "--annotate", "n.xlsx", "--force"),
    ("questions", "FILE"),
    ("advise", "FILE", "--format", "json"),
    ("compare", "FILE", "--with", "R1-highest:alt"),
    ("ask", "decisions", "--data", "FILE"),
    ("ask", "FILE"),
    ("apply", "good.json", "--with", "FILE"),
    ("replay", "FILE", "good.json"),
    ("new", "drafted", "--from", "FILE", "--root", "kb"),
    ("new", "qitang-2024", "--sheet", "FILE"),
    ("screen", "FILE", "--out", "rows", "--all"),
    ("screen", "good.json", "FILE", "--totals", "--out", "rows"),
    ("papers", "FILE", "--out", "slips", "--format", "html"),
    ("sweep", "art-05-warehouse.area=200..800:200", "--data", "FILE"),
)
"""What is done with a file, wherever one is named."""
TYPED = {words[0] for words in COMMANDS} - {"ask", "replay", "new"}
"""What reads tables, whose record type the call says."""
COUNT = 4 * int(os.environ.get("POLICYKB_FAULTS", "2"))
"""Calls that are drawn."""


@pytest.mark.proof
def test_every_command_bears_every_hostile_file(tmp_path: Path) -> None:
    """Each call ends in an answer or one message, in bounded time and memory, and leaves nothing half written."""
    shutil.copy(ROOT / "docs/examples/one-enterprise.json", tmp_path / "good.json")
    kb = tmp_path / "kb"
    (kb / "policy").mkdir(parents=True)
    for part in ("ontology", "shapes", "queries"):
        (kb / part).symlink_to(ROOT / part)
    cases = [(file, make, words) for files in LISTS.values() for file, make in files.items() for words in COMMANDS]
    found = {}
    for file, make, words in Random(COUNT).sample(cases, min(COUNT, len(cases))):
        (tmp_path / file).write_bytes(make())
        typed = ["--type", "EnterpriseYear"] if words[0] in TYPED else []
        asked = [file if word == "FILE" else word for word in words] + typed
        # What screens has threads, and cannot begin as a copy of a process.
        done = Running(asked, tmp_path, is_new=words[0] == "screen").done()
        left = {path.name for path in (*tmp_path.iterdir(), *(kb / "policy").iterdir())}
        left -= {"good.json", file, "o.xlsx", "n.xlsx", "kb"}
        written = {"rows", "slips", "drafted"} if done.code in (0, 1) else set()
        for folder in (tmp_path / "rows", tmp_path / "slips", kb / "policy/drafted"):
            shutil.rmtree(folder, ignore_errors=True)
        (tmp_path / file).unlink()
        if (fault := fault_of(done)) is not None or left - written:
            found[file, words] = fault or f"left behind: {left}"

    assert found == {}
