"""Subjects of the example district against what a person worked out: tests/fixtures/worked-by-hand.yaml."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from cases_runner import LOADER
from documentation import ROOT
from policykb.cli import program

DISTRICT = ROOT / "docs/examples/district-2020.json"
WORKED = yaml.load((ROOT / "tests/fixtures/worked-by-hand.yaml").read_text("utf-8"), Loader=LOADER)["subjects"]


def run(*call: str, lang: str = "zh") -> str:
    """What a command prints."""
    told = CliRunner().invoke(program(), [*call, "--lang", lang])
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    return told.stdout


def letters(folder: Path, name: str) -> Iterator[str]:
    """What the letter to a subject says, as a page and as a document."""
    from docx import Document

    for path in folder.glob(f"*-{name.split('（')[0]}*"):
        if path.suffix == ".html":
            yield unescape(re.sub(r"<[^>]*>", "", path.read_text("utf-8")))
        else:
            yield "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)


Files = tuple[Path, Path]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The records of these subjects, with what is changed in them and without those that are."""
    folder = tmp_path_factory.mktemp("worked")
    names = {one["name"] for one in WORKED}
    changed = {record: facts for one in WORKED for record, facts in one.get("changed", {}).items()}
    records = [one for one in json.loads(DISTRICT.read_text("utf-8"))["records"] if one["subject"]["name"] in names]
    sound = [one for one in records if one["id"] not in changed]
    for name, some in (("all", [one | changed.get(one["id"], {}) for one in records]), ("sound", sound)):
        (folder / f"{name}.json").write_text(json.dumps({"records": some}), "utf-8")
    return folder / "all.json", folder / "sound.json"


@pytest.fixture(scope="module")
def told(files: Files) -> dict[str, Any]:
    """What the commands say of these records."""
    file = str(files[0])
    return {
        "answer": json.loads(run("apply", file, "--format", "json"), parse_float=Decimal),
        "questions": json.loads(run("questions", file, "--format", "json"))["results"]["bindings"],
        "advice": json.loads(run("advise", file, "--format", "json")),
    }


def records_of(told: dict[str, Any], subject: dict[str, Any]) -> list[str]:
    """The ids of a subject's records."""
    (found,) = (one["records"] for one in told["answer"]["enterprises"] if one["name"] == subject["name"])
    return list(found)


def each(key: str) -> Any:
    """The subjects of which something is worked out, by their names."""
    return pytest.mark.parametrize("subject", [pytest.param(one, id=one["name"]) for one in WORKED if key in one])


def ends(pair: Any) -> tuple[Decimal | None, ...]:
    """A sum as worked out: the least and the most, none where there is no upper end."""
    return tuple(None if one is None else Decimal(str(one)) for one in pair)


def said(sums: Any) -> dict[str, tuple[Decimal | None, ...]]:
    """Sums as they are told, without those that are nothing."""
    found = {currency: ends((amount["min"], amount["max"])) for currency, amount in (sums or {}).items()}
    return {currency: pair for currency, pair in found.items() if pair != (0, 0)}


def plain(value: Any) -> Any:
    """A value of a fact; "-" is not stated."""
    return None if value == "-" else value if value is None or isinstance(value, bool) else Decimal(str(value))


@each("total")
def test_both_ends(told: dict[str, Any], subject: dict[str, Any]) -> None:
    """What a subject has for certain, and what it may have at the most."""
    (found,) = (one for one in told["answer"]["enterprises"] if one["name"] == subject["name"])
    assert said(found["total"]) == {currency: ends(pair) for currency, pair in subject["total"].items()}


@each("questions")
def test_questions(told: dict[str, Any], subject: dict[str, Any]) -> None:
    """What is still to be asked, no more and no less, in the order that money forces."""
    for record in records_of(told, subject):
        rows = (row for row in told["questions"] if row["record"]["value"] == record)
        asked = iter([row["factId"]["value"] for row in rows])
        groups = subject["questions"].get(record, [])
        found = [sorted(item for _, item in zip(group, asked, strict=False)) for group in groups]
        assert [*found, *asked] == [sorted(group) for group in groups], record


@each("near")
def test_near_misses(told: dict[str, Any], subject: dict[str, Any]) -> None:
    """Every way to a clause or its next tier, from what to what, and what the record has more with it."""
    mine = records_of(told, subject)
    found = [
        (advice["record"], advice["clause"], advice["aim"], changes(way["changes"]), said(way["gain"]))
        for advice in told["advice"]["advice"]
        if advice["record"] in mine
        for way in advice["ways"]
    ]
    wanted = [
        (
            record,
            way["clause"],
            way["aim"],
            {fact: tuple(map(plain, pair)) for fact, pair in way["change"].items()},
            {currency: ends(pair) for currency, pair in way["gain"].items() if any(pair) or None in pair},
        )
        for record, ways in subject["near"].items()
        for way in ways
    ]
    assert sorted(found, key=str) == sorted(wanted, key=str)


def changes(told: list[dict[str, Any]]) -> dict[str, tuple[Any, Any]]:
    """What changes, by the fact: from what to what."""
    return {one["fact"]: (plain(one["actual"]), plain(one["needed"])) for one in told}


@pytest.mark.proof
def test_certificate(files: Files) -> None:
    """The best set, its sum, the runner-up and its sum, and the words that forbid both; the same at both ends."""
    pytest.importorskip("highspy", reason="the certificate needs the solver")
    out = files[1].with_name("certificate.json")
    run("advise", str(files[1]), "--certificate", str(out))
    found = {one["name"]: one["best"] for one in json.loads(out.read_text("utf-8"))["subjects"]}
    worked = [one for one in WORKED if "best" in one]
    for subject in worked:
        (money,), (wanted,) = found[subject["name"]], subject["best"].values()
        for end in (money["least"], money["most"]):
            assert names(end["had"]) == wanted["had"]
            assert Decimal(end["total"]) == wanted["total"]
            assert names(end["runnerUp"]["had"]) == wanted["runner-up"]
            assert Decimal(end["runnerUp"]["total"]) == wanted["runner-up-total"]
            assert [one["words"] for one in end["runnerUp"]["forbidden"]] == [wanted["words"]]
    assert len(worked) == 3


def names(had: list[dict[str, str]]) -> list[str]:
    """Awards as they are written by hand: record and clause."""
    return [f"{one['record']} {one['clause']}" for one in had]


@pytest.mark.proof
def test_letters(files: Files) -> None:
    """Letters say conditions, values, bounds, words, articles, arithmetic, what is missing or awaited, and the readings
    that would change it; and nothing that they may not say. As pages and as documents.
    """
    pytest.importorskip("docxtpl", reason="papers are an optional part of the program")
    folder = files[0].with_name("papers")
    run("papers", str(files[0]), "--out", str(folder), "--readings", "--format", "html", "--format", "docx")
    for subject in WORKED:
        found = list(letters(folder / "告知", subject["name"]))
        assert len(found) == 2
        for letter in found:
            assert [piece for piece in subject["letter"] if piece not in letter] == [], subject["name"]
            assert [piece for piece in subject.get("silent", ()) if piece in letter] == [], subject["name"]


@pytest.mark.proof
def test_english_letters(files: Files) -> None:
    """The English letters say the same in English."""
    pytest.importorskip("docxtpl", reason="papers are an optional part of the program")
    folder = files[0].with_name("english")
    run("papers", str(files[0]), "--out", str(folder), "--format", "html", lang="en")
    for subject in (one for one in WORKED if "english" in one):
        (letter,) = letters(folder / "letters", subject["name"])
        assert [piece for piece in subject["english"] if piece not in letter] == [], subject["name"]
