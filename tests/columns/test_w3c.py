"""The W3C SHACL Core tests for every constraint kind that is claimed: met where a node conforms, else unmet or unknown.

The suite is not part of the project: POLICYKB_CONFORMANCE names the folder that holds w3c-shacl-core, else the folder
../shared/conformance beside the checkout is looked into; without it the tests are skipped. What a shape uses beyond
the supported kinds is refused by name, never ignored.
"""

from __future__ import annotations

import os
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyoxigraph as ox
import pytest

from policykb.columns.conditions import truth_of
from policykb.columns.facts import Facts
from policykb.columns.truth import column
from policykb.conditions import BOUNDS, NESTING, condition, literal
from policykb.errors import KnowledgeError
from policykb.load import Knowledge, local
from policykb.model import Fact, Node, Text, Vocabulary
from policykb.names import RDF, RDFS, SH

HERE = Path(__file__).parents[2]
PLACES = [os.environ.get("POLICYKB_CONFORMANCE"), HERE.parent / "shared" / "conformance", HERE / "conformance"]
SUITE = next((Path(p) / "w3c-shacl-core" for p in PLACES if p and (Path(p) / "w3c-shacl-core").is_dir()), None)
FILES = sorted(p for f in ("node", "property", "path", "misc") for p in (SUITE / f).glob("*.ttl")) if SUITE else []
SHT = "http://www.w3.org/ns/shacl-test#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
CLAIMED = {local(p) for p in (*BOUNDS, *NESTING, SH.minCount)}
ARROW = {
    "integer": pa.int64(),
    "decimal": pa.decimal128(24, 4),
    "boolean": pa.bool_(),
    "string": pa.string(),
    "date": pa.date32(),
}


class NotComparableError(Exception):
    """The data of a test cannot stand in typed columns of single values; the reason."""


def read(path: Path) -> ox.Store:
    """A test file, its blank nodes named."""
    store = ox.Store()
    for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=f"urn:test:{path.stem}"):
        subject, object_ = (
            ox.NamedNode(f"urn:b:{term.value}") if isinstance(term, ox.BlankNode) else term
            for term in (quad.subject, quad.object)
        )
        store.add(ox.Quad(subject, quad.predicate, object_))  # type: ignore[arg-type]
    return store


def objects(store: ox.Store, subject: Any, predicate: Any) -> list[Any]:
    """The objects of a subject and predicate."""
    return [quad.object for quad in store.quads_for_pattern(subject, predicate, None)]


def expected(store: ox.Store) -> set[Any]:
    """The focus nodes that must fail, or a refusal where the graphs lie in other files."""
    validates = list(store.quads_for_pattern(None, RDF.type, ox.NamedNode(SHT + "Validate")))
    if len(validates) != 1:
        raise NotComparableError("the file is a part of another test")
    entry = validates[0].subject
    for action in objects(store, entry, ox.NamedNode(MF + "action")):
        for graph in objects(store, action, ox.NamedNode(SHT + "dataGraph")):
            if not graph.value.startswith("urn:test:") or graph.value.endswith(".ttl"):
                raise NotComparableError("the data lie in another file")
    found: set[Any] = set()
    for report in objects(store, entry, ox.NamedNode(MF + "result")):
        for result in objects(store, report, SH.result):
            found |= set(objects(store, result, SH.focusNode))
    return found


def targets(store: ox.Store) -> dict[Any, list[Any]]:
    """The shapes that have targets, each with its focus nodes."""
    found: dict[Any, list[Any]] = {}
    for shape in {quad.subject for quad in store if isinstance(quad.subject, ox.NamedNode)}:
        nodes = objects(store, shape, SH.targetNode)
        classes = objects(store, shape, SH.targetClass)
        if RDFS.Class in objects(store, shape, RDF.type):
            classes.append(shape)
        nodes += [q.subject for c in classes for q in store.quads_for_pattern(None, RDF.type, c)]
        nodes += [
            q.subject
            for p in objects(store, shape, SH.targetSubjectsOf)
            for q in store.quads_for_pattern(None, p, None)
        ]
        if nodes:
            found[shape] = list(dict.fromkeys(nodes))
    return found


def without_targets(store: ox.Store) -> Knowledge:
    """The shapes as a knowledge base; targets and flags that build no condition are taken away."""
    copy = ox.Store()
    ignored = {SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf}
    copy.extend(quad for quad in store if quad.predicate not in ignored)
    return Knowledge(HERE, "w3c", copy, (), (), "")


def facts_of(tree: Node, nodes: list[Any], store: ox.Store) -> Facts:
    """The values of the focus nodes as columns, one for each path of the condition."""
    paths = {name for leaf in tree.leaves() for atom in leaf.atoms for name in (atom.path, atom.other) if name}
    bounds: dict[str, set[str]] = defaultdict(set)
    for leaf in tree.leaves():
        for atom in leaf.atoms:
            bounds[atom.path] |= {kind(value) for value in atom.values}
    columns: dict[str, Any] = {"record": [str(n) for n in nodes]}
    facts: dict[str, Fact] = {}
    for name in sorted(paths):
        values = []
        kinds = set(bounds[name])
        for node in nodes:
            terms = (
                [q.object for q in store.quads_for_pattern(node, None, None) if local(q.predicate) == name]
                if not isinstance(node, ox.Literal)
                else []
            )
            if len(terms) > 1:
                raise NotComparableError("several values of one property")
            if any(not isinstance(term, ox.Literal) for term in terms):
                raise NotComparableError("values that are no literals")
            value = literal(terms[0]) if terms else None
            if value is not None:
                if isinstance(value, str) and local(terms[0].datatype) != "string":
                    raise NotComparableError(f"values of the datatype {local(terms[0].datatype)}")
                kinds.add(kind(value))
            values.append(value)
        kinds = {"decimal"} if kinds <= {"integer", "decimal"} and len(kinds) > 1 else kinds or {"string"}
        if len(kinds) > 1:
            raise NotComparableError("values of several datatypes")
        datatype = kinds.pop()
        shown = [Decimal(v) if datatype == "decimal" and v is not None else v for v in values]
        columns[name] = pa.array(shown, ARROW[datatype])
        facts[name] = Fact(name, name, Text(name, name), datatype)
    vocabulary = Vocabulary(facts, {}, {}, {}, {}, {}, {})
    connection = ibis.polars.connect()
    return Facts(connection.create_table("nodes", pa.table(columns)), vocabulary, {}, {})


def denies(tree: Node) -> bool:
    """Whether a condition holds a negation."""
    return tree.op == "not" or any(denies(child) for child in tree.children)


def kind(value: Any) -> str:
    """The datatype of a Python value."""
    return {bool: "boolean", int: "integer", Decimal: "decimal", str: "string"}.get(type(value), "date")


def outcome(path: Path) -> str:
    """passed, failed, or the reason of a refusal."""
    store = read(path)
    try:
        failing = expected(store)
        found: set[Any] = set()
        for shape, nodes in targets(store).items():
            tree = condition(without_targets(store), shape)
            paths = [quad.object.value for quad in store.quads_for_pattern(None, SH.path, None)]  # type: ignore[union-attr]
            if any(name.startswith("urn:b:") for name in paths):
                raise NotComparableError("a path that is not one property")
            facts = facts_of(tree, nodes, store)
            truth = column(truth_of(tree, facts, {}))
            answers = facts.table.mutate(truth=truth).to_pyarrow()["truth"].to_pylist()
            if any(a is None and n not in failing for n, a in zip(nodes, answers, strict=True)) and denies(tree):
                raise NotComparableError(
                    "unknown below sh:not: SHACL, of two values, takes a missing value for a breach"
                )
            found |= {node for node, answer in zip(nodes, answers, strict=True) if answer is not True}
    except NotComparableError as refusal:
        return f"not in columns: {refusal}"
    except KnowledgeError as refusal:
        return f"refused: {refusal.text.en}"
    return "passed" if found == failing else f"failed: {sorted(map(str, found ^ failing))}"


@pytest.mark.skipif(SUITE is None, reason="the W3C SHACL tests are not here; POLICYKB_CONFORMANCE names their folder")
def test_w3c(capsys: pytest.CaptureFixture[str]) -> None:
    """No test of a claimed constraint kind is answered wrongly; the rest is refused, with the reason."""
    outcomes = {f"{path.parent.name}/{path.stem}": outcome(path) for path in FILES if path.stem != "manifest"}
    passed = sorted(name for name, found in outcomes.items() if found == "passed")
    wrong = {name: found for name, found in outcomes.items() if found.startswith("failed")}

    with capsys.disabled():
        print(
            f"\nW3C SHACL Core, constraint kinds {', '.join(sorted(CLAIMED))}: {len(passed)} passed, {len(wrong)} wrong"
        )
        for name, found in sorted(outcomes.items()):
            print(f"  {name}: {found}")
    assert wrong == {}
    assert passed
