"""The W3C SHACL Core tests for every constraint kind that is claimed: met where a node conforms, else unmet or unknown.

The suite is not part of the project: POLICYKB_CONFORMANCE names the folder that holds w3c-shacl-core, else the folder
../shared/conformance beside the checkout is looked into; without it the tests are skipped. What a shape uses beyond
the supported kinds is refused by name, never ignored.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from policykb.engines.columns.conditions import truth_of
from policykb.engines.columns.truth import column
from policykb.errors import KnowledgeError
from policykb.law.conditions import BOUNDS, NESTING, condition
from policykb.law.knowledge import Knowledge, local
from policykb.model import Node
from policykb.names import RDF, RDFS, SH
from w3c_translation import NAMELESS, NotComparableError, Translation, members, objects

HERE = Path(__file__).parents[2]
PLACES = [os.environ.get("POLICYKB_CONFORMANCE"), HERE.parent / "shared" / "conformance", HERE / "conformance"]
SUITE = next((Path(p) / "w3c-shacl-core" for p in PLACES if p and (Path(p) / "w3c-shacl-core").is_dir()), None)
FILES = sorted(p for f in ("node", "property", "path", "misc") for p in (SUITE / f).glob("*.ttl")) if SUITE else []
BASE = "https://example.org/w3c/"
SHT = "http://www.w3.org/ns/shacl-test#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
CLAIMED = {local(p) for p in (*BOUNDS, *NESTING, SH.minCount)}
REMARKS = {"name", "message", "description", "order", "severity", "path"}


def read(path: Path) -> ox.Store:
    """A test file, its blank nodes named."""
    store = ox.Store()
    for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=BASE + path.name):
        subject, object_ = (
            ox.NamedNode(f"{NAMELESS}{term.value}") if isinstance(term, ox.BlankNode) else term
            for term in (quad.subject, quad.object)
        )
        store.add(ox.Quad(subject, quad.predicate, object_))  # type: ignore[arg-type]
    return store


def read_test(path: Path) -> tuple[ox.Store, ox.Store, set[Any]] | None:
    """The data and the shapes of a test, and the focus nodes that must fail; nothing where the file is no test."""
    store = read(path)
    entries = [quad.subject for quad in store.quads_for_pattern(None, RDF.type, ox.NamedNode(SHT + "Validate"))]
    if not entries:
        return None
    (action,) = objects(store, entries[0], ox.NamedNode(MF + "action"))
    stores = {BASE + path.name: store}
    for term in ("dataGraph", "shapesGraph"):
        for graph in objects(store, action, ox.NamedNode(SHT + term)):
            if graph.value not in stores:
                stores[graph.value] = read(path.parent / graph.value.removeprefix(BASE))
    data, shapes = (
        stores[objects(store, action, ox.NamedNode(SHT + term))[0].value] for term in ("dataGraph", "shapesGraph")
    )
    reports = objects(store, entries[0], ox.NamedNode(MF + "result"))
    results = [result for report in reports for result in objects(store, report, SH.result)]
    return data, shapes, {node for result in results for node in objects(store, result, SH.focusNode)}


def targets(data: ox.Store, shapes: ox.Store) -> dict[Any, list[Any]]:
    """The shapes that have targets, each with its focus nodes."""
    found: dict[Any, list[Any]] = {}
    for shape in {quad.subject for quad in shapes}:
        nodes = objects(shapes, shape, SH.targetNode)
        classes = objects(shapes, shape, SH.targetClass)
        types = objects(shapes, shape, RDF.type)
        if RDFS.Class in types and {SH.NodeShape, SH.PropertyShape} & set(types):
            classes.append(shape)
        for one in classes:  # with the classes below
            classes += [
                q.subject for q in data.quads_for_pattern(None, RDFS.subClassOf, one) if q.subject not in classes
            ]
            nodes += [q.subject for q in data.quads_for_pattern(None, RDF.type, one)]
        for predicate in objects(shapes, shape, SH.targetSubjectsOf):
            nodes += [q.subject for q in data.quads_for_pattern(None, predicate, None)]
        for predicate in objects(shapes, shape, SH.targetObjectsOf):
            nodes += [q.object for q in data.quads_for_pattern(None, predicate, None)]
        if nodes:
            found[shape] = list(dict.fromkeys(nodes))
    return found


def kinds(shapes: ox.Store, shape: Any, above: tuple[Any, ...] = ()) -> Iterator[str]:
    """The constraint kinds that a shape uses, those of the shapes in it included."""
    for quad in list(shapes.quads_for_pattern(shape, None, None)) if shape not in above else []:
        name = local(quad.predicate)
        if not quad.predicate.value.startswith(str(SH)) or name in REMARKS or name.startswith("target"):
            continue
        yield name
        if quad.predicate in NESTING:
            is_list = quad.predicate in (SH["and"], SH["or"])
            for part in members(shapes, quad.object) if is_list else [quad.object]:
                yield from kinds(shapes, part, (*above, shape))


def denies(tree: Node) -> bool:
    """Whether a condition holds a negation."""
    return tree.op == "not" or any(denies(child) for child in tree.children)


def breaches(data: ox.Store, shapes: ox.Store, shape: Any, nodes: list[Any]) -> set[Any]:
    """The focus nodes of a shape that do not conform, by the compiler."""
    translation = Translation(data, shapes, nodes)
    name = translation.shape(shape)
    tree = condition(Knowledge(HERE, "w3c", translation.made, (), (), ""), name)
    owners, facts = translation.facts()
    truths = facts.table.mutate(truth=column(truth_of(tree, facts, {}))).to_pyarrow()["truth"].to_pylist()
    if None in truths and denies(tree):
        raise NotComparableError("unknown with sh:not: SHACL, of two values, takes a missing value for a breach")
    return {node for node, truth in zip(owners, truths, strict=True) if truth is not True}


def outcome(data: ox.Store, shapes: ox.Store, failing: set[Any]) -> str:
    """passed, wrong, or the reason of a refusal."""
    found: set[Any] = set()
    try:
        for shape, nodes in targets(data, shapes).items():
            beyond = sorted(set(kinds(shapes, shape)) - CLAIMED)
            if beyond:
                with pytest.raises(KnowledgeError):
                    condition(Knowledge(HERE, "w3c", shapes, (), (), ""), shape)
                return f"refused: sh:{beyond[0]} is not claimed"
            found |= breaches(data, shapes, shape, nodes)
    except NotComparableError as refusal:
        return f"not in columns: {refusal}"
    except KnowledgeError as refusal:
        return "refused: " + re.sub(r"\bn\d+\b", "a shape", refusal.text.en)
    return "passed" if found == failing else f"wrong: {sorted(map(str, found ^ failing))}"


@pytest.mark.skipif(SUITE is None, reason="the W3C SHACL tests are not here; POLICYKB_CONFORMANCE names their folder")
def test_w3c(capsys: pytest.CaptureFixture[str]) -> None:
    """No test of a claimed constraint kind is answered wrongly; the rest is refused, with the reason."""
    outcomes: dict[str, str] = {}
    used: dict[str, set[str]] = {}
    for path in FILES:
        if test := read_test(path):
            data, shapes, failing = test
            name = f"{path.parent.name}/{path.stem}"
            outcomes[name] = outcome(data, shapes, failing)
            used[name] = {kind for shape in targets(data, shapes) for kind in kinds(shapes, shape)}
    by_outcome: dict[str, list[str]] = defaultdict(list)
    for name, found in outcomes.items():
        by_outcome[found].append(name)
    only = {name for name, found in used.items() if found <= CLAIMED}

    with capsys.disabled():
        print(
            f"\nW3C SHACL Core: {len(outcomes)} tests, {len(only)} of them of claimed constraint kinds alone; passed:"
        )
        for kind in sorted(CLAIMED - {"property"}):
            mine = {name for name in only if kind in used[name]}
            others = sum(kind in found for name, found in used.items() if name not in only)
            passed = len(mine & set(by_outcome["passed"]))
            print(f"  {kind}: {passed} of {len(mine)}; beside kinds that are not claimed in {others} more")
        for found, names in sorted(by_outcome.items(), key=lambda pair: (pair[0] != "passed", pair[0])):
            print(f"  {len(names):2} {found}\n       {', '.join(sorted(names))}")
    assert {name: found for name, found in outcomes.items() if found.startswith("wrong")} == {}
    assert len(by_outcome["passed"]) >= 22
