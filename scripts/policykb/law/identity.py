"""One name, one thing: identifiers are the names they stand under, and no two things of a kind share one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..names import DCT, ELI, PKB, RDFS
from .knowledge import Knowledge, local

__all__ = ["identity_faults"]

_NAMED = (PKB.Clause, PKB.Group, PKB.Fact, PKB.RecordType)
"""Kinds that are looked up by their identifier and named by their IRI, in one place or another."""

_IDENTIFIED = (*_NAMED, PKB.Option, PKB.Reading, PKB.Column, ELI.LegalResourceSubdivision)


def identity_faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    """Resources that stand twice, identifiers that are not the name or are used twice."""
    for subject, places in knowledge.twice.items():
        yield KnowledgeError("stands-twice", where=places[-1], resource=local(subject), other=places[0])
    for cls in _IDENTIFIED:
        seen: dict[str, ox.NamedNode] = {}
        for node in knowledge.instances(cls):
            for term in knowledge.objects(node, DCT.identifier):
                if cls in _NAMED and term.value != local(node):
                    yield _fault("identifier-other", knowledge, node, identifier=term.value)
                first = seen.setdefault(term.value, node)
                if first != node:
                    other = knowledge.locate(first, DCT.identifier)
                    yield _fault("identifier-twice", knowledge, node, identifier=term.value, other=other)
            if cls in (PKB.Fact, PKB.RecordType) and not node.value.startswith(str(PKB)):
                yield _fault("name-of-others", knowledge, node, space=str(PKB))
    types = knowledge.instances(PKB.RecordType)
    yield from _called_alike(knowledge, types)
    for kind in types:
        heads = knowledge.objects(kind, PKB.fact)
        members = [one for head in heads if not isinstance(head, ox.Literal) for one in knowledge.members(head) or ()]
        yield from _called_alike(knowledge, [one for one in members if isinstance(one, ox.NamedNode)])


def _called_alike(knowledge: Knowledge, nodes: Iterable[ox.NamedNode]) -> Iterator[KnowledgeError]:
    """What stands side by side under one name, in either language: no table, form or answer tells it apart."""
    seen: dict[tuple[str, str], ox.NamedNode] = {}
    for node in dict.fromkeys(nodes):
        for label in knowledge.objects(node, RDFS.label):
            if not isinstance(label, ox.Literal):
                continue
            first = seen.setdefault((label.value.strip().casefold(), label.language or ""), node)
            if first != node:
                where, other = (knowledge.locate(one, RDFS.label) for one in (node, first))
                yield KnowledgeError(
                    "label-twice", where=where, resource=local(node), label=label.value, first=local(first), other=other
                )


def _fault(id: str, knowledge: Knowledge, node: ox.NamedNode, **values: object) -> KnowledgeError:
    return KnowledgeError(id, where=knowledge.locate(node, DCT.identifier), resource=local(node), **values)
