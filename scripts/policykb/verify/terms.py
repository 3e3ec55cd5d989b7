"""Names: every IRI of our namespaces is defined once, every own term and every resource of a document is used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox

from ..law.completion import types_of
from ..law.knowledge import Knowledge, local
from ..names import DCT, OA, PKB, RDF, RDFS
from .places import Places
from .report import Fault, breach

__all__ = ["check_terms"]

RULE = "terms"
HOME = str(PKB).removesuffix("ns#")
"""What the IRIs of the ontology and of all policy documents begin with."""

_Term = ox.NamedNode | ox.BlankNode | ox.Literal


def check_terms(knowledge: Knowledge, places: Places) -> Iterator[Fault]:
    """Faults of names in the knowledge base, its overlays and its queries."""
    defined = _defined([(quad.subject, quad.predicate, quad.object) for quad in knowledge.store])
    quads = [(quad.subject, quad.predicate, quad.object) for quad in knowledge.store]
    used = _used(quads)
    # The ontology serves all documents of the folder, so what another one defines or uses counts; of a document that
    # is not in the folder it says nothing that could be looked up.
    absent = _absent(knowledge)
    quads = [triple for triple in quads if not any(isinstance(t, ox.NamedNode) and absent(t.value) for t in triple)]
    for path in _other_documents(knowledge, places):
        triples = _triples(path)
        # What is misspelt there is found with that document.
        defined |= {subject for subject, _, _ in triples if isinstance(subject, ox.NamedNode)}
        used |= _used(triples)
    yield from _undefined(quads, defined, places)
    for path in places.overlays:
        triples = _triples(path, knowledge.root)
        yield from _undefined(triples, defined | _defined(triples), places)
        used |= _used(triples)
    yield from _unused_terms(knowledge, used | _named_by_program(knowledge), places)


def _absent(knowledge: Knowledge) -> Callable[[str], bool]:
    """Whether an IRI belongs to a document that is not in the folder."""
    there = {path.parent.name for path in (knowledge.root / "policy").glob("*/document.ttl")}
    home = f"{HOME}id/"
    return lambda iri: iri.startswith(home) and iri.removeprefix(home).partition("/")[0] not in there


def _other_documents(knowledge: Knowledge, places: Places) -> list[Path]:
    every = {path for folder in ("ontology", "policy", "shapes") for path in (knowledge.root / folder).rglob("*.ttl")}
    return sorted(every - {*knowledge.files, *places.overlays})


def _triples(path: Path, root: Path | None = None) -> list[tuple[_Term, ox.NamedNode, _Term]]:
    """What a file says; of an overlay, with the types that follow from that."""
    found = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    derived = types_of(root, found) if root is not None else ()
    return [(quad.subject, quad.predicate, quad.object) for quad in (*found, *derived)]


def _defined(triples: list[tuple[_Term, ox.NamedNode, _Term]]) -> set[ox.NamedNode]:
    """What is given a type, a label or a title."""
    return {s for s, p, _ in triples if p in (RDF.type, RDFS.label, DCT.title) and isinstance(s, ox.NamedNode)}


def _used(triples: list[tuple[_Term, ox.NamedNode, _Term]]) -> set[ox.NamedNode]:
    """What is said something with, or pointed to by another resource; a remark about a thing is no use of it."""
    found: set[ox.NamedNode] = set()
    for subject, predicate, target in triples:
        found.add(predicate)
        remark = predicate in (OA.hasTarget, PKB.replaces)
        if isinstance(target, ox.NamedNode) and target != subject and not remark:
            found.add(target)
    return found


def _named_by_program(knowledge: Knowledge) -> set[ox.NamedNode]:
    """The terms that a query asks for or that the program reads or writes."""
    package = Path(__file__).resolve().parents[1]
    paths = [*(knowledge.root / "queries").glob("*.r[qu]"), *package.rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    # A name in quotes counts as well: PKB[truth] names a term that only the run knows.
    names = re.findall(r"""(?:\bpkb:|\bPKB\.|["'])([A-Za-z][\w-]*)""", text)
    return {PKB[name] for name in names}


def _undefined(
    triples: list[tuple[_Term, ox.NamedNode, _Term]], defined: set[ox.NamedNode], places: Places
) -> Iterator[Fault]:
    """A misspelt IRI: used, and defined nowhere."""
    reported = set()
    for subject, predicate, target in triples:
        if predicate.value.endswith("#versionIRI"):
            continue
        for term in (subject, predicate, target):
            if not isinstance(term, ox.NamedNode) or not term.value.startswith(HOME):
                continue
            if term in defined or term in reported:
                continue
            reported.add(term)
            yield breach("verify-undefined", RULE, places.use(term.value), name=local(term), iri=term.value)


def _unused_terms(knowledge: Knowledge, used: set[ox.NamedNode], places: Places) -> Iterator[Fault]:
    """A class or property of our own that nothing uses."""
    for cls in (RDFS.Class, RDF.Property):
        for term in knowledge.instances(cls):
            if term.value.startswith(str(PKB)) and term not in used and not _is_of_others(knowledge, term):
                yield breach("verify-term-idle", RULE, places.definition(term.value), name=local(term))


def _is_of_others(knowledge: Knowledge, term: ox.NamedNode) -> bool:
    """Whether a derived fact is about records that the document says nothing about."""
    if PKB.DerivedFact not in knowledge.objects(term, RDF.type):
        return False
    decided = {quad.object for quad in knowledge.store.quads_for_pattern(None, PKB.recordType, None)}
    inputs = {q.object for q in knowledge.store.quads_for_pattern(term, None, None)}
    heads = [q for q in knowledge.store.quads_for_pattern(None, PKB.fact, None) if q.subject in decided]
    return not any(inputs & set(knowledge.members(q.object) or ()) for q in heads)  # type: ignore[arg-type]
