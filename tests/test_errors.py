"""Errors and faults are worded in data: every id that the code names is in the catalogue, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pyoxigraph as ox
import pytest

from policykb.errors import CallError, InputError, PolicykbError
from policykb.model import Text
from policykb.wording import catalogue

ROOT = Path(__file__).parents[1]
CODE = sorted((ROOT / "scripts/policykb").rglob("*.py"))
LABEL, MEND = (
    ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"),
    ox.NamedNode("https://w3id.org/policykb/ns#mend"),
)
ERRORS = {"PolicykbError", "KnowledgeError", "OverlayConflict", "InputError", "CallError"}
FILES = ("errors.ttl", "verify-texts.ttl")
WORDED = ("at", "breach", "worded")
OWN = {"id", "where"}  # what the exceptions take for themselves


@dataclass(frozen=True)
class Raised:
    """An error as the code states it: where, its id, and the names of the values that it gives."""

    place: str
    id: str
    values: frozenset[str]
    needs_mend: bool


def entries() -> dict[str, dict[str, dict[str, str]]]:
    """The catalogue: id to "label" and "mend", each by language."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for file in FILES:
        for quad in ox.parse(path=ROOT / "ontology" / "wordings" / file, format=ox.RdfFormat.TURTLE):
            if quad.predicate in (LABEL, MEND):
                assert isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
                name = quad.subject.value.rpartition("#")[2]
                by_part = found.setdefault(name, {"label": {}, "mend": {}})[
                    "label" if quad.predicate == LABEL else "mend"
                ]
                assert quad.object.language not in by_part, name
                by_part[quad.object.language or ""] = quad.object.value
    return found


def placeholders(template: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def called(node: ast.Call) -> str:
    """The name of the function that is called, empty for a method other than one of `self`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr if isinstance(node.func.value, ast.Name) and node.func.value.id == "self" else ""
    return node.func.id if isinstance(node.func, ast.Name) else ""


def ids_of(node: ast.expr) -> list[str]:
    """The ids of an argument: a string, or the two of a conditional expression."""
    if isinstance(node, ast.IfExp):
        return ids_of(node.body) + ids_of(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def raisers(tree: ast.Module) -> dict[str, set[str]]:
    """What makes an error of a module from an id: its classes, and functions that pass an `id` on with more values."""
    found: dict[str, set[str]] = {name: set() for name in (*ERRORS, *WORDED)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(isinstance(b, ast.Name) and b.id in ERRORS for b in node.bases):
            found[node.name] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and passes_on(node):
            for call in (each for each in ast.walk(node) if isinstance(each, ast.Call) and called(each) in found):
                found[node.name] = {word.arg for word in call.keywords if word.arg}
    return found


def passes_on(node: ast.FunctionDef) -> bool:
    """Whether the first parameter of a function is an id."""
    return "id" in [argument.arg for argument in node.args.args if argument.arg != "self"][:1]


def raised(paths: list[Path]) -> Iterator[Raised]:
    """Every error that the code makes, and every place that it words."""
    for path in paths:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known = raisers(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in known and node.args:
                given = {word.arg for word in node.keywords if word.arg} | known[called(node)]
                for name in ids_of(node.args[0]):
                    yield Raised(
                        f"{path.relative_to(ROOT)}:{node.lineno}",
                        name,
                        frozenset(given - OWN),
                        called(node) not in ("at", "worded"),
                    )


def test_every_error_has_a_wording() -> None:
    """Every id that the code raises stands in the catalogue, and every placeholder of its wording is given there."""
    catalog, errors, faults = entries(), list(raised(CODE)), []
    assert len({error.id for error in errors}) > 200
    for error in errors:
        if error.id not in catalog:
            faults.append(f"{error.place}: {error.id} is not in the catalogue")
            continue
        wanted = {name for part in catalog[error.id].values() for text in part.values() for name in placeholders(text)}
        if missing := wanted - error.values:
            faults.append(f"{error.place}: {error.id} is not given {sorted(missing)}")

    assert faults == []


def test_no_error_without_an_id() -> None:
    """The first argument of an error is an id, or a choice of two, and no sentence or made-up string."""
    faults = []
    for path in CODE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        passed_on = {
            id(call)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and passes_on(node)
            for call in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in ERRORS and id(node) not in passed_on:
                names = ids_of(node.args[0]) if node.args else []
                if not names or not all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names):
                    faults.append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert faults == []


def test_every_wording_is_used() -> None:
    """The catalogue holds nothing that no code names."""
    named = {
        node.value
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert set(entries()) - named == set()


def test_every_wording_is_in_both_languages() -> None:
    """Label and mend are in Chinese and English, with the same placeholders; what is no sentence has no mend."""
    with_mend = {error.id for error in raised(CODE) if error.needs_mend}
    faults = []
    for name, parts in entries().items():
        for part, texts in parts.items():
            if set(texts) != {"zh", "en"} and (texts or part == "label" or name in with_mend):
                faults.append(f"{name}: {part} in {sorted(texts)}")
            elif texts and placeholders(texts["zh"]) != placeholders(texts["en"]):
                faults.append(f"{name}: {part} has other placeholders in English")
            elif name in with_mend and texts["zh"] == texts["en"]:
                faults.append(f"{name}: {part} is the same in both languages")

    assert faults == []


def test_both_languages() -> None:
    """A message says the place, the fault and the mend, in Chinese and then in English."""
    error = InputError("no-such-file", where="a.csv")

    assert str(error) == (
        "a.csv：没有这个文件。\n  核对文件名和所在的文件夹。\n"
        "a.csv: There is no such file.\n  Check the name and the folder."
    )
    assert error.say("en") == "a.csv: There is no such file.\n  Check the name and the folder."


def test_values_follow_the_language() -> None:
    """A list is written as each language lists things, a text in the same language; nothing at all is said in words."""
    meaning = Text("条号", "the article")
    missing = CallError("missing-parameter", query="q", parameter="p", meaning=meaning)
    format = CallError("unknown-format", format="pdf", known=("csv", "json"))
    policy = CallError("unknown-policy", policy="x", known=())

    assert (missing.mend.zh, missing.mend.en) == ("加上 p=值：条号。", "Add p=VALUE: the article.")
    assert (format.mend.zh, format.mend.en) == ("可用的格式：csv、json。", "Formats: csv, json.")
    assert (policy.mend.zh, policy.mend.en) == ("已有的文件：无。", "Known documents: none.")


@pytest.mark.parametrize("values", [{}, {"clause": "x"}])
def test_a_fault_in_the_catalogue_hides_no_error(values: dict[str, object]) -> None:
    """An unknown id, or a placeholder without its value, is said bare, with the values that were given."""
    assert str(PolicykbError("no-such-id", where="a.ttl", **values)).startswith("a.ttl：no-such-id")
    assert str(PolicykbError("unknown-article", **values)).startswith("unknown-article")


def test_a_broken_catalogue_hides_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the catalogue itself cannot be read, an error still says its id and values."""
    (tmp_path / "ontology" / "wordings").mkdir(parents=True)
    (tmp_path / "ontology" / "wordings" / "errors.ttl").write_text("pkb-error:", encoding="utf-8")
    monkeypatch.setattr(catalogue, "HOMES", (tmp_path,))
    catalogue._read.cache_clear()
    try:
        said = str(CallError("unknown-clause", where="x", clause="art-0"))
    finally:
        catalogue._read.cache_clear()

    assert said == "x：unknown-clause, clause=art-0\nx: unknown-clause, clause=art-0"
