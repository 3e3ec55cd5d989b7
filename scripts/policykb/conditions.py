"""Turn SHACL shapes into condition trees, and refuse every constraint that the engines do not know.

The supported constraint kinds are the two tables below; they are the whole of it. Standard: SHACL Core, W3C
Recommendation of 20 July 2017.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from .errors import KnowledgeError
from .load import Knowledge, Term, local
from .model import Atom, Criterion, Node, Text, Value
from .names import DCT, PKB, RDF, SH, XSD

__all__ = ["BOUNDS", "NESTING", "condition", "literal"]

BOUNDS: dict[ox.NamedNode, str] = {
    SH.minInclusive: "ge",
    SH.minExclusive: "gt",
    SH.maxInclusive: "le",
    SH.maxExclusive: "lt",
    SH["in"]: "in",
    SH.hasValue: "has",
    SH.lessThan: "before",
    SH.lessThanOrEquals: "notafter",
}
"""SHACL constraint parameters of a criterion, and the operator each becomes. sh:minCount 1 makes it required."""

NESTING = (SH.property, SH.node, SH["and"], SH["or"], SH["not"])
"""SHACL constraint parameters that build trees."""

_REMARKS = {SH.name, SH.message, SH.description, SH.order, SH.severity, SH.path, SH.minCount}


def condition(knowledge: Knowledge, shape: Term) -> Node:
    """The condition tree of a node shape or property shape.

    Args:
        knowledge: the loaded knowledge base.
        shape: the shape's IRI.

    Raises:
        KnowledgeError: the shape does not exist, nests itself, or uses a constraint that is not supported.
    """
    return _node(knowledge, shape, ())


def literal(term: ox.Literal) -> Value:
    """The Python value of an RDF literal: bool, int, Decimal, date or str."""
    kind = term.datatype
    if kind == XSD.boolean:
        return term.value in ("true", "1")
    if kind == XSD.integer:
        return int(term.value)
    if kind == XSD.decimal:
        return Decimal(term.value)
    if kind == XSD.date:
        return date.fromisoformat(term.value)
    return term.value


def _node(knowledge: Knowledge, shape: Term, above: tuple[Term, ...]) -> Node:
    if shape in above:
        raise _refused("shape-circle", knowledge, shape)
    predicates = {quad.predicate for quad in knowledge.store.quads_for_pattern(shape, None, None)}
    if not predicates:
        raise KnowledgeError("shape-missing", where=knowledge.locate(above[-1] if above else shape), shape=local(shape))
    if not isinstance(shape, ox.NamedNode):
        raise _refused("shape-unnamed", knowledge, above[-1] if above else shape)
    allowed = set(NESTING) | _REMARKS | set(BOUNDS)
    for predicate in sorted(predicates, key=str):
        if predicate.value.startswith(str(SH)) and predicate not in allowed:
            raise _refused(
                "shape-unsupported",
                knowledge,
                shape,
                property=f"sh:{local(predicate)}",
                known=[f"sh:{local(p)}" for p in (SH.minCount, *BOUNDS, *NESTING)],
            )
    if SH.path in predicates:
        if nested := predicates & set(NESTING):
            raise _refused("shape-nesting", knowledge, shape, property=f"sh:{local(sorted(nested, key=str)[0])}")
        return Node(shape.value, "leaf", criterion=_criterion(knowledge, shape))
    if bare := predicates & set(BOUNDS):
        raise _refused("shape-without-path", knowledge, shape, property=f"sh:{local(sorted(bare, key=str)[0])}")
    return Node(shape.value, "and", tuple(_parts(knowledge, shape, (*above, shape))))


def _parts(knowledge: Knowledge, shape: ox.NamedNode, above: tuple[Term, ...]) -> list[Node]:
    parts: list[Node] = []
    for predicate in (SH.node, SH.property):
        parts += [
            _node(knowledge, _named(knowledge, shape, term), above) for term in knowledge.objects(shape, predicate)
        ]
    for predicate in (SH["and"], SH["or"]):
        for number, head in enumerate(knowledge.objects(shape, predicate), 1):
            members = [
                _node(knowledge, _named(knowledge, shape, m), above)
                for m in knowledge.list(_named(knowledge, shape, head))
            ]
            name = f"{shape.value}~{local(predicate)}-{number}"
            parts.append(Node(name, "and" if predicate == SH["and"] else "or", tuple(members)))
    for number, term in enumerate(knowledge.objects(shape, SH["not"]), 1):
        child = _node(knowledge, _named(knowledge, shape, term), above)
        parts.append(Node(f"{shape.value}~not-{number}", "not", (child,)))
    return parts


def _named(knowledge: Knowledge, shape: Term, term: object) -> Term:
    if isinstance(term, ox.NamedNode | ox.BlankNode):
        return term
    raise _refused("shape-points-to-literal", knowledge, shape)


def _criterion(knowledge: Knowledge, shape: ox.NamedNode) -> Criterion:
    path = knowledge.node(shape, SH.path)
    if path is None:
        raise _refused("shape-path", knowledge, shape)
    is_list = PKB.ListFact in knowledge.objects(path, RDF.type)
    atoms = tuple(
        atom for predicate, op in BOUNDS.items() for atom in _atoms(knowledge, shape, local(path), predicate, op)
    )
    required = _required(knowledge, shape)
    for atom in atoms:
        if atom.op == "has" and not required:
            raise _refused("shape-list-presumed", knowledge, shape)
        if is_list and atom.op != "has":
            raise _refused("shape-list-bound", knowledge, shape)
    none = Text("", "")
    return Criterion(
        id=local(shape),
        iri=shape.value,
        label=knowledge.text(shape, SH.name) or none,
        message=knowledge.text(shape, SH.message) or none,
        path=local(path),
        atoms=atoms or (Atom("known", local(path)),),
        required=required,
        provision=local(knowledge.node(shape, DCT.source) or shape),
        words=knowledge.string(shape, PKB.words) or "",
        presumption=knowledge.text(shape, PKB.presumption),
    )


def _required(knowledge: Knowledge, shape: ox.NamedNode) -> bool:
    counts = [term.value for term in knowledge.objects(shape, SH.minCount)]
    if counts not in ([], ["1"]):
        raise _refused("shape-min-count", knowledge, shape, counts=counts)
    return bool(counts)


def _atoms(knowledge: Knowledge, shape: ox.NamedNode, path: str, predicate: ox.NamedNode, op: str) -> list[Atom]:
    atoms = []
    for term in knowledge.objects(shape, predicate):
        if op in ("before", "notafter"):
            atoms.append(Atom(op, path, other=local(_named(knowledge, shape, term))))
            continue
        terms = knowledge.list(_named(knowledge, shape, term)) if op == "in" else [term]
        if not all(isinstance(one, ox.Literal) for one in terms):
            raise _refused("shape-not-literal", knowledge, shape, property=f"sh:{local(predicate)}")
        atoms.append(Atom(op, path, tuple(literal(one) for one in terms if isinstance(one, ox.Literal))))
    return atoms


def _refused(id: str, knowledge: Knowledge, shape: Term, **values: Any) -> KnowledgeError:
    return KnowledgeError(id, where=knowledge.locate(shape), shape=local(shape), **values)
