"""What a shape of records may not say: refused on loading, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..names import DCT, PKB, RDF, SH
from .knowledge import Knowledge, local
from .relations import PARAMETERS

__all__ = [
    "COLUMNS",
    "CONSTRAINTS",
    "ignored_facts",
    "names_of",
    "other_targets",
    "refuse_foreign",
    "refuse_unknown",
    "refused",
]

CONSTRAINTS = (
    SH.datatype,
    SH.nodeKind,
    SH.minCount,
    SH.maxCount,
    SH.minInclusive,
    SH.minExclusive,
    SH.maxInclusive,
    SH.maxExclusive,
    SH.minLength,
    SH.pattern,
    SH["in"],
    SH.lessThan,
    SH.lessThanOrEquals,
)
"""The SHACL constraint parameters that a property shape about records may use.

sh:nodeKind binds the columns of a record in RDF; how it is read settles it for a `Record`.
"""


_SAID = {PKB.mend, PKB.tells}


COLUMNS = {
    DCT.identifier: "id",
    PKB.period: "period",
    PKB.subject: "subject",
    PKB.name: "name",
    PKB.creditCode: "creditCode",
    PKB.division: "division",
}


def refuse_foreign(
    knowledge: Knowledge,
    shape: ox.NamedNode,
    predicate: ox.NamedNode,
    term: ox.NamedNode | ox.BlankNode | ox.Literal,
    record_type: ox.NamedNode | None,
) -> None:
    """Refuse a fact that the records cannot state, under whatever name."""
    head = None if record_type is None else knowledge.value(record_type, PKB.fact)
    facts = [] if head is None or isinstance(head, ox.Literal) else knowledge.members(head) or []
    if term not in facts:
        where = "" if record_type is None else local(record_type)
        shown = knowledge.prefixed(term)
        raise refused("rule-other-fact", knowledge, shape, predicate, term, fact=shown, type=where)


def ignored_facts(knowledge: Knowledge, shape: ox.NamedNode) -> Iterator[KnowledgeError]:
    """Facts that a closed shape passes over: the checks would not."""
    facts = set(knowledge.instances(PKB.Fact))
    for head in knowledge.objects(shape, SH.ignoredProperties):
        members = [] if isinstance(head, ox.Literal) else knowledge.list(head, shape, SH.ignoredProperties)
        for term in members:
            if term in facts:
                fact = knowledge.prefixed(term)
                yield refused("rule-ignores-fact", knowledge, shape, SH.ignoredProperties, fact=fact)


def refuse_unknown(
    knowledge: Knowledge, shape: ox.NamedNode, known: set[ox.NamedNode], own: Iterable[ox.NamedNode] = ()
) -> None:
    predicates = {quad.predicate for quad in knowledge.store.quads_for_pattern(shape, None, None)}
    if not predicates:
        raise refused("rule-missing", knowledge, shape)
    for predicate in sorted(predicates - known, key=str):
        if predicate.value.startswith(str(SH)):
            name, listed = f"sh:{local(predicate)}", names_of(CONSTRAINTS)
            raise refused("rule-unsupported", knowledge, shape, predicate, property=name, known=listed)
        if predicate.value.startswith(str(PKB)) and predicate not in own and predicate not in _SAID:
            name, listed = f"pkb:{local(predicate)}", names_of(PARAMETERS)
            raise refused("rule-unsupported", knowledge, shape, predicate, property=name, known=listed)


def other_targets(knowledge: Knowledge, types: set[ox.NamedNode]) -> Iterator[KnowledgeError]:
    """Shapes that reach records in a way that the checks do not follow, so that none is ignored."""
    facts = set(knowledge.instances(PKB.Fact)) | set(COLUMNS)
    strays = [
        *knowledge.subjects(SH.targetClass, PKB.Record),
        *(shape for fact in facts for shape in knowledge.subjects(SH.targetSubjectsOf, fact)),
        *(shape for fact in facts - {PKB.subject} for shape in knowledge.subjects(SH.targetObjectsOf, fact)),
        *(shape for node in types for shape in knowledge.subjects(SH.targetNode, node)),
        *(node for node in types if SH.NodeShape in knowledge.objects(node, RDF.type)),
    ]
    return (refused("rule-target", knowledge, shape) for shape in strays)


def refused(
    id: str,
    knowledge: Knowledge,
    shape: ox.NamedNode,
    predicate: ox.NamedNode | None = None,
    term: ox.NamedNode | ox.BlankNode | ox.Literal | None = None,
    **values: Any,
) -> KnowledgeError:
    return KnowledgeError(id, where=knowledge.locate(shape, predicate, term), rule=local(shape), **values)


def names_of(terms: Iterable[ox.NamedNode]) -> list[str]:
    return [local(term) for term in terms]
