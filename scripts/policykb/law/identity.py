"""One name, one thing: identifiers are the names they stand under, and no two things of a kind share one."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..names import DCT, ELI, PKB
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


def _fault(id: str, knowledge: Knowledge, node: ox.NamedNode, **values: object) -> KnowledgeError:
    return KnowledgeError(id, where=knowledge.locate(node, DCT.identifier), resource=local(node), **values)
