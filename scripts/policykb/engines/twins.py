"""Build the twin SHACL shapes that give a two-valued validator three values.

A condition is *certain* where a record conforms to its certain twin: every required criterion must have its value. It
is *possible* where it conforms to the possible twin: a criterion may also be passed by having no value. A record that
fails the possible twin is ruled out; one that fails the certain twin alone is undetermined. Under sh:not the twins
change places. A criterion that is not required is presumed met when its value is missing, in both twins.

An upper bound of a derived fact (its prior year missing) stands on a helper property, `run:upper-<fact>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef

from ..model import Atom, Criterion, Node, Value
from ..names import PKB, RUN
from .program import value_term

__all__ = ["TWIN", "Twins", "fact_iri", "rdf_value", "upper_iri"]

TWIN = "urn:policykb:twin:"
_BOUNDS = {"ge": SH.minInclusive, "gt": SH.minExclusive, "le": SH.maxInclusive, "lt": SH.maxExclusive}
_PAIRS = {"before": SH.lessThan, "notafter": SH.lessThanOrEquals}


def fact_iri(name: str) -> URIRef:
    """The property of a fact."""
    return URIRef(PKB[name].value)


def upper_iri(name: str) -> URIRef:
    """The helper property that holds the upper bound of a derived fact."""
    return URIRef(RUN[f"upper-{name}"].value)


def rdf_value(value: Value) -> Literal:
    """A value as an rdflib literal of its datatype, in plain notation."""
    term = value_term(value)
    return Literal(term.value, datatype=URIRef(term.datatype.value))


def _is_number(value: Value) -> bool:
    return isinstance(value, Decimal | int) and not isinstance(value, bool)


@dataclass
class Twins:
    """A shapes graph under construction: each node of a condition tree gets its twins once.

    `bounded` are the derived facts whose upper bound a record can carry.
    """

    bounded: frozenset[str]
    graph: Graph = field(default_factory=Graph)
    made: dict[tuple[str, bool], URIRef | BNode] = field(default_factory=dict)
    number: int = 0

    def target(self, name: str, record_type: str, node: Node, *, certain: bool) -> URIRef:
        """A shape with a target that reports exactly one result where a record of the type fails the twin."""
        top = URIRef(f"{TWIN}{name}")
        self.graph.add((top, RDF.type, SH.NodeShape))
        self.graph.add((top, SH.targetClass, fact_iri(record_type)))
        self.graph.add((top, SH.node, self._node_shape(self.twin(node, certain))))
        return top

    def failing(self, record_type: str) -> URIRef:
        """A shape that every record of the type fails: proof that the validator saw shape and record."""
        top = URIRef(f"{TWIN}failing:{record_type}")
        self.graph.add((top, RDF.type, SH.NodeShape))
        self.graph.add((top, SH.targetClass, fact_iri(record_type)))
        self.graph.add((top, SH["not"], self._all([])))
        return top

    def twin(self, node: Node, certain: bool) -> URIRef | BNode:
        """The certain or the possible twin of a condition; a node shape or a property shape."""
        key = (node.iri, certain)
        if key not in self.made:
            self.made[key] = self._build(node, certain)
        return self.made[key]

    def _build(self, node: Node, certain: bool) -> URIRef | BNode:
        if node.criterion is not None:
            return self._criterion(node.criterion, certain)
        if node.op == "not":
            shape = self._all([])
            self.graph.add((shape, SH["not"], self.twin(node.children[0], not certain)))
            return shape
        parts = [self.twin(child, certain) for child in node.children]
        return self._any(parts) if node.op == "or" else self._all(parts)

    def _criterion(self, criterion: Criterion, certain: bool) -> URIRef | BNode:
        parts = [self._atom(atom, criterion.required, certain) for atom in criterion.atoms]
        return parts[0] if len(parts) == 1 else self._all(parts)

    def _atom(self, atom: Atom, required: bool, certain: bool) -> BNode:
        """One comparison; where several bounds share a property shape each one gets its own twin."""
        if atom.path in self.bounded and atom.op in _BOUNDS:
            return self._bounded(atom, required, certain)
        plain = self._comparison(atom, fact_iri(atom.path))
        if atom.op == "known":
            return self._counted(atom.path, least=1) if required and certain else self._all([])
        if not required:
            return plain
        if not certain:
            missing = [self._counted(name, most=0) for name in (atom.path, atom.other) if name]
            return self._any([plain, *missing])
        self.graph.add((plain, SH.minCount, Literal(1)))
        return self._all([plain, self._counted(atom.other, least=1)]) if atom.other else plain

    def _bounded(self, atom: Atom, required: bool, certain: bool) -> BNode:
        """A bound on a derived fact: by its value, or where that is not known by the upper bound."""
        known = self._comparison(atom, fact_iri(atom.path))
        self.graph.add((known, SH.minCount, Literal(1)))
        unknown = [self._counted(atom.path, most=0)]
        reached = self._comparison(atom, upper_iri(atom.path))
        if atom.op in ("ge", "gt"):
            # An upper bound below what is asked rules the criterion out; one above it settles nothing.
            if required and certain:
                return known
            unknown.append(reached)
        elif required and certain:
            # An upper bound within a maximum settles the criterion as met.
            self.graph.add((reached, SH.minCount, Literal(1)))
            unknown.append(reached)
        return self._any([known, self._all(unknown)])

    def _comparison(self, atom: Atom, path: URIRef) -> BNode:
        shape = self._node()
        self.graph.add((shape, RDF.type, SH.PropertyShape))
        self.graph.add((shape, SH.path, path))
        if atom.other is not None:
            self.graph.add((shape, _PAIRS[atom.op], fact_iri(atom.other)))
        elif atom.op == "in" and _is_number(atom.values[0]):
            self.graph.add((shape, SH["or"], self._list([self._equal(value) for value in atom.values])))
        elif atom.op == "has" and _is_number(atom.values[0]):
            self.graph.add((shape, SH.qualifiedValueShape, self._equal(atom.values[0])))
            self.graph.add((shape, SH.qualifiedMinCount, Literal(1)))
        elif atom.op == "in":
            self.graph.add((shape, SH["in"], self._list([rdf_value(value) for value in atom.values])))
        elif atom.op == "has":
            self.graph.add((shape, SH.hasValue, rdf_value(atom.values[0])))
        elif atom.op in _BOUNDS:
            self.graph.add((shape, _BOUNDS[atom.op], rdf_value(atom.values[0])))
        return shape

    def _equal(self, number: Value) -> BNode:
        """What one number meets, however it is written: sh:in and sh:hasValue tell 1.5 from 1.50."""
        shape = self._node()
        self.graph.add((shape, RDF.type, SH.NodeShape))
        for bound in (SH.minInclusive, SH.maxInclusive):
            self.graph.add((shape, bound, rdf_value(number)))
        return shape

    def _counted(self, name: str, *, least: int | None = None, most: int | None = None) -> BNode:
        shape = self._node()
        self.graph.add((shape, RDF.type, SH.PropertyShape))
        self.graph.add((shape, SH.path, fact_iri(name)))
        if least is not None:
            self.graph.add((shape, SH.minCount, Literal(least)))
        if most is not None:
            self.graph.add((shape, SH.maxCount, Literal(most)))
        return shape

    def _all(self, parts: Sequence[URIRef | BNode]) -> BNode:
        shape = self._node()
        self.graph.add((shape, RDF.type, SH.NodeShape))
        for part in parts:
            self.graph.add((shape, SH.property if self._is_property(part) else SH.node, part))
        return shape

    def _any(self, parts: Sequence[URIRef | BNode]) -> BNode:
        shape = self._node()
        self.graph.add((shape, RDF.type, SH.NodeShape))
        self.graph.add((shape, SH["or"], self._list(parts)))
        return shape

    def _node_shape(self, shape: URIRef | BNode) -> URIRef | BNode:
        return self._all([shape]) if self._is_property(shape) else shape

    def _is_property(self, shape: URIRef | BNode) -> bool:
        return (shape, SH.path, None) in self.graph

    def _list(self, members: Sequence[URIRef | BNode | Literal]) -> BNode:
        nodes = [self._node() for _ in members]
        for node, member, rest in zip(nodes, members, [*nodes[1:], RDF.nil], strict=True):
            self.graph.add((node, RDF.first, member))
            self.graph.add((node, RDF.rest, rest))
        return nodes[0]

    def _node(self) -> BNode:
        # Numbered, so that the same rules always give the same bytes: naming blank nodes by their graph takes too long.
        self.number += 1
        return BNode(f"s{self.number}")
