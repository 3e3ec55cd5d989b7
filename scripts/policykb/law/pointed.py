"""The resources of kinds that no class tells apart: what points to them says what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ..names import ELI, PKB, RDF, SH
from .knowledge import Knowledge, Term

__all__ = ["pointed"]

_NESTING, _LISTS = (SH.property, SH.node, SH["not"]), (SH["and"], SH["or"])


def pointed(knowledge: Knowledge) -> Iterator[tuple[str, Term]]:
    """The resources of kinds that no class tells apart, each with the local name of the shape that is closed for it.

    Conditions and criteria are what clauses and options point to, shapes and rules of records what targets a record
    type or a subject; a division of the document is no provision, and the document itself no other work.
    """
    for node in (*knowledge.subjects(ELI.date_document), *knowledge.subjects(PKB.undated)):
        if ELI.LegalResource in knowledge.objects(node, RDF.type):
            yield "Policy", node
    for node in knowledge.instances(ELI.LegalResourceSubdivision):
        yield "Division", node
    heads: list[Term] = [*knowledge.subjects(SH.targetObjectsOf, PKB.subject)]
    for record_type in knowledge.instances(PKB.RecordType):
        heads += knowledge.subjects(SH.targetClass, record_type)
    for head in heads:
        yield "RecordShape", head
        for rule in knowledge.objects(head, SH.property):
            if not isinstance(rule, ox.Literal):
                yield "RecordRule", rule
    for shape in _conditions(knowledge):
        yield ("Criterion" if knowledge.objects(shape, SH.path) else "Condition"), shape


def _conditions(knowledge: Knowledge) -> Iterable[Term]:
    """Every shape that a clause or an option rests on, each once; what is no list, or no shape, ends its branch."""
    store = knowledge.store
    found: dict[Term, None] = {}
    pending: list[object] = []
    for predicate in (PKB.eligibility, PKB.condition):
        pending += [quad.object for quad in store.quads_for_pattern(None, predicate, None)]
    while pending:
        node = pending.pop()
        if not isinstance(node, ox.NamedNode | ox.BlankNode) or node in found:
            continue
        quads = list(store.quads_for_pattern(node, None, None))
        found |= {node: None} if quads else {}
        pending += [q.object for q in quads if q.predicate in _NESTING]
        for quad in quads:
            if quad.predicate in _LISTS and not isinstance(quad.object, ox.Literal | ox.Triple):
                pending += knowledge.members(quad.object) or []
    return found
