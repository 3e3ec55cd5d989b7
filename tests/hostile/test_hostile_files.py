"""The hostile files: each ends in bounded time and memory, and none is silently taken for what it is not."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from fuzz.calls import call, fault_of
from policykb.api import Policykb
from policykb.ask.contained import contained
from policykb.errors import InputError, PolicykbError
from policykb.records.check import check_records

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
    for file, make in LISTS[name].items():
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


@pytest.mark.skipif(not os.environ.get("POLICYKB_FAULTS"), reason="the long run calls every command with every file")
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "words", [("apply", "--format", "json"), ("apply",), ("check", "--format", "json"), ("check",)], ids=" ".join
)
def test_every_command_bears_every_hostile_file(words: tuple[str, ...], name: str, tmp_path: Path) -> None:
    """Each call ends in an answer or a message."""
    found = {}
    for path in made(tmp_path, name):
        done = call([words[0], path.name, "--type", "EnterpriseYear", *words[1:]], tmp_path)
        found[path.name] = fault_of(done)

    assert {file: fault for file, fault in found.items() if fault is not None} == {}
