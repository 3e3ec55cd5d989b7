"""Shapes are looked at in two parts, those that documents share and those of one, and no fault of them escapes."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
import rdflib
from pyshacl.entrypoints import meta_validate
from rdflib import SH
from seeding import ROOT

from policykb.law import cached
from policykb.law.knowledge import Knowledge
from policykb.law.load import load
from policykb.verify import structure
from policykb.verify.places import Places

SHARED = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix x: <https://example.org/> .

x:given a sh:PropertyShape ; sh:path x:value ; sh:minCount 1 .
x:record a sh:NodeShape ; sh:property x:given .
x:short sh:path x:name ; sh:maxLength 9 .
"""
OWN = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix x: <https://example.org/> .

x:one a sh:NodeShape ; sh:node x:record ; sh:property x:given , x:named .
x:named a sh:PropertyShape ; sh:path ( x:a x:b ) ; sh:or ( [ sh:minLength 1 ] [ sh:not x:record ] ) .
"""
SEEDED = [
    "",
    'x:given sh:maxCount "one" .',
    "x:given sh:maxCount 1 , 2 .",
    "x:given sh:minCount 2 .",  # a second one, beside that of the shared shape
    "x:record sh:path x:value .",
    "x:one sh:property x:record .",
    "x:one sh:node x:given .",
    "x:one sh:property x:nowhere .",
    "x:named sh:path x:b .",
    "x:named sh:severity 'bad' .",
    "x:new sh:and ( x:given x:nowhere [ sh:property x:record ] ) .",
    "x:new sh:or x:given .",
    "x:new sh:not 'x' .",
    "x:new sh:in 1 .",
    "x:new sh:qualifiedValueShape x:given ; sh:qualifiedMinCount 'x' ; sh:path x:b .",
    "x:new a sh:NodeShape ; sh:closed 'yes' ; sh:ignoredProperties x:b .",
    "x:new a sh:NodeShape ; sh:pattern 1 ; sh:languageIn 'zh' .",
    "x:new a sh:PropertyShape ; sh:path [ sh:inversePath x:b ] ; sh:uniqueLang 3 .",
    "x:short sh:targetClass 'x' .",
    "x:short sh:message 4 .",
]


@lru_cache(1)
def any_document() -> Knowledge:
    """A document, of which no shape is looked at."""
    return load(ROOT, "yunting-2024")


def files_of(folder: Path, shared: str, own: str) -> Knowledge:
    """A document whose shapes are these two files."""
    (folder / "shapes" / "own").mkdir(parents=True)
    paths = folder / "shapes" / "shared.ttl", folder / "shapes" / "own" / "rules.ttl"
    for path, text in zip(paths, (shared, own), strict=True):
        path.write_text(text, encoding="utf-8")
    return replace(any_document(), root=folder, files=paths)


def told(knowledge: Knowledge) -> set[tuple[str, str]]:
    """Where a fault is found, and what is said of it."""
    return {(one.where, one.what.en) for one in structure.check_shacl(knowledge, Places(knowledge))}


def broken(*texts: str) -> set[str]:
    """The shapes with names in which pySHACL finds a fault, where all of them stand in one graph."""
    graph = rdflib.Graph()
    for text in texts:
        graph.parse(data=text, format="turtle")
    _, results, _ = meta_validate(graph, inference="none")
    assert isinstance(results, rdflib.Graph)
    nodes = set(results.objects(None, SH.focusNode))
    return {str(node).rsplit("/", 1)[-1] if isinstance(node, rdflib.URIRef) else "" for node in nodes}


@pytest.mark.proof
@pytest.mark.parametrize("seeded", SEEDED)
@pytest.mark.parametrize("place", ["shared", "own"])
def test_what_is_wrong_is_found_in_two_parts(seeded: str, place: str, tmp_path: Path) -> None:
    """The shapes blamed are those that pySHACL blames where all stand in one graph."""
    shared, own = (text + (seeded if place == name else "") for name, text in (("shared", SHARED), ("own", OWN)))
    found = told(files_of(tmp_path, shared, own))
    expected = broken(shared, own)

    assert expected - {""} <= {re.split(r"[ :]", said)[0] for _, said in found}
    assert bool(found) == bool(expected)
    assert "genid" not in str(found)  # a shape without a name is told by the one in which it stands


def test_what_was_sound_is_not_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by another process either; but changed by a byte it is, and faults are told each time."""
    monkeypatch.setenv(cached.CACHE, str(tmp_path / "kept"))
    looked: list[int] = []

    def counting(shapes: rdflib.Graph, **rest: object) -> object:
        looked.append(len(shapes))
        return meta_validate(shapes, **rest)

    monkeypatch.setattr(structure, "meta_validate", counting)
    for name, shared, own, times in (
        ("first", SHARED, OWN, 2),
        ("again", SHARED, OWN, 1),
        ("other", SHARED, OWN + SEEDED[8], 1),
        ("changed", SHARED + "#", OWN, 2),
        ("wrong", SHARED + SEEDED[1], OWN, 2),
        ("wrong again", SHARED + SEEDED[1], OWN, 2),
    ):
        looked.clear()
        monkeypatch.setattr(structure, "_SOUND", set())  # as in a new process
        found = told(files_of(tmp_path / name, shared, own))
        assert len(looked) == times, name
        assert bool(found) == (name in ("other", "wrong", "wrong again")), name
