"""The named graphs as JSON-LD 1.1 in compact form, and the context that goes with it.

The document carries its context inside, so that reading it fetches nothing; the same context is published beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from ..ask.graphs import graph
from ..model import Vocabulary
from ..names import RDF
from .rdf import graph_name

__all__ = ["context", "to_jsonld"]

_PLAIN = "http://www.w3.org/2001/XMLSchema#string"
_NEST = 100


def context(prefixes: Mapping[str, str], vocabulary: Vocabulary) -> bytes:
    """The published context: prefixes, and every fact as a term of its datatype."""
    return _dump({"@context": _context(prefixes, vocabulary)})


def to_jsonld(quads: Sequence[ox.Quad], prefixes: Mapping[str, str], vocabulary: Vocabulary) -> bytes:
    """The graphs as one JSON-LD document.

    Args:
        quads: the named graphs, canonical and sorted.
        prefixes: the prefix table.
        vocabulary: the facts, for the context.
    """
    graphs: dict[str, list[ox.Quad]] = {}
    for quad in quads:
        graphs.setdefault(graph_name(quad), []).append(quad)
    parts = []
    for name, members in sorted(graphs.items()):
        parts.append({"@id": graph(name).value, "@graph": _Graph(members, prefixes).nodes()})
    return _dump({"@context": _context(prefixes, vocabulary), "@graph": parts})


def _context(prefixes: Mapping[str, str], vocabulary: Vocabulary) -> dict[str, Any]:
    terms: dict[str, Any] = {"@version": 1.1}
    terms |= dict(sorted(prefixes.items()))
    for fact in sorted(vocabulary.facts.values(), key=lambda fact: fact.id):
        terms[fact.id] = {"@id": f"pkb:{fact.id}", "@type": f"xsd:{fact.datatype}"}
    return terms


def _dump(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


class _Graph:
    """One graph on its way to JSON: lists become @list, and other blank nodes are nested where they are used."""

    def __init__(self, quads: Sequence[ox.Quad], prefixes: Mapping[str, str]) -> None:
        self.prefixes = sorted(prefixes.items(), key=lambda entry: -len(entry[1]))
        self.out: dict[ox.NamedNode | ox.BlankNode, list[ox.Quad]] = {}
        self.uses: dict[ox.BlankNode, int] = {}
        for quad in quads:
            self.out.setdefault(quad.subject, []).append(quad)  # type: ignore[arg-type]
            if isinstance(quad.object, ox.BlankNode):
                self.uses[quad.object] = self.uses.get(quad.object, 0) + 1

    def nodes(self) -> list[dict[str, Any]]:
        """The nodes that stand by themselves."""
        return [self._node(subject, 0) for subject in self.out if not self._nested(subject)]

    def _nested(self, subject: object) -> bool:
        return isinstance(subject, ox.BlankNode) and self.uses.get(subject) == 1

    def _node(self, subject: ox.NamedNode | ox.BlankNode, depth: int) -> dict[str, Any]:
        node: dict[str, Any] = {} if self._nested(subject) else {"@id": self._iri(subject)}
        for quad in self.out.get(subject, ()):
            if quad.predicate == RDF.type and isinstance(quad.object, ox.NamedNode):
                node.setdefault("@type", []).append(self._iri(quad.object))
            else:
                node.setdefault(self._iri(quad.predicate), []).append(self._value(quad.object, depth))
        return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in node.items()}

    def _value(self, term: object, depth: int) -> Any:
        if isinstance(term, ox.Literal):
            if term.language:
                return {"@value": term.value, "@language": term.language}
            if term.datatype.value == _PLAIN:
                return term.value
            return {"@value": term.value, "@type": self._iri(term.datatype)}
        assert isinstance(term, ox.NamedNode | ox.BlankNode)
        members = self._list(term)
        if members is not None:
            return {"@list": [self._value(member, depth + 1) for member in members]}
        if self._nested(term) and depth < _NEST:
            return self._node(term, depth + 1)
        return {"@id": self._iri(term)}

    def _list(self, head: ox.NamedNode | ox.BlankNode) -> list[object] | None:
        """The members of a well-formed list, or None."""
        members: list[object] = []
        while head != RDF.nil:
            found = {quad.predicate: quad.object for quad in self.out.get(head, ())}
            if not self._nested(head) or set(found) != {RDF.first, RDF.rest} or len(self.out[head]) != 2:
                return None
            members.append(found[RDF.first])
            head = found[RDF.rest]  # type: ignore[assignment]
        return members

    def _iri(self, term: ox.NamedNode | ox.BlankNode) -> str:
        if isinstance(term, ox.BlankNode):
            return f"_:{term.value}"
        for prefix, space in self.prefixes:
            rest = term.value[len(space) :]
            if term.value.startswith(space) and rest and not rest.startswith("//"):
                return f"{prefix}:{rest}"
        return term.value
