"""Turn SHACL shapes into condition trees, and refuse every constraint that the engines do not know.

The supported constraint kinds are the two tables below; they are the whole of it. Standard: SHACL Core, W3C
Recommendation of 20 July 2017.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from ..errors import Faults, KnowledgeError
from ..model import Atom, Criterion, Node, Text, Value
from ..model.law import Comparator
from ..names import DCT, PKB, RDF, SH, XSD
from .knowledge import Knowledge, Term, local

__all__ = ["BOUNDS", "NESTING", "PAIRS", "Conditions", "condition", "literal"]

BOUNDS: dict[ox.NamedNode, Comparator] = {
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

PAIRS = (SH.lessThan, SH.lessThanOrEquals)
"""Those of them that compare with another fact."""

NESTING = (SH.property, SH.node, SH["and"], SH["or"], SH["not"])
"""SHACL constraint parameters that build trees."""

_REMARKS = {SH.name, SH.message, SH.description, SH.path, SH.minCount}
_ALLOWED = set(NESTING) | _REMARKS | set(BOUNDS)
_LISTS = (SH["and"], SH["or"])
_SHACL = str(SH)

_DEEPEST = 40
_LARGEST = 4000
"""How deep conditions can nest, and how many nodes one can have where each is written out wherever it is used."""


def condition(knowledge: Knowledge, shape: Term) -> Node:
    """The condition tree of a node shape or property shape.

    Args:
        knowledge: the loaded knowledge base.
        shape: the shape's IRI.

    Raises:
        KnowledgeError: the shape does not exist, nests itself, or uses a constraint that is not supported; all faults
            of the tree at once.
    """
    return Conditions(knowledge).tree(shape)


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


class Conditions:
    """Reads the shapes of one knowledge base, each once, however many conditions share it."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._known: dict[Term, Node] = {}
        self._sizes: dict[str, int] = {}
        self._faults = Faults()

    def tree(self, shape: Term) -> Node:
        """The condition tree of a shape; see `condition`."""
        self._faults = Faults()
        found = self._node(shape, ())
        self._faults.refuse()
        return found

    def _node(self, shape: Term, above: tuple[Term, ...]) -> Node:
        if shape in self._known:
            return self._known[shape]
        before = len(self._faults)
        found = self._faults.attempt(self._read, shape, above) or Node(shape.value, "and")
        if len(self._faults) == before:
            self._known[shape] = found
        return found

    def _read(self, shape: Term, above: tuple[Term, ...]) -> Node:
        owner = above[-1] if above else shape
        if len(above) > _DEEPEST:
            raise self._refused("shape-deep", owner, most=_DEEPEST)
        predicates = {quad.predicate for quad in self.knowledge.store.quads_for_pattern(shape, None, None)}
        if not any(predicate == RDF.type or predicate.value.startswith(_SHACL) for predicate in predicates):
            # A source alone follows from who names it; of a name that is misspelt nothing else is said.
            raise self._refused("shape-missing", shape)
        if not isinstance(shape, ox.NamedNode):
            raise self._refused("shape-unnamed", shape)
        self._refuse_unknown(shape, predicates)
        if SH.path in predicates:
            return Node(shape.value, "leaf", criterion=self._criterion(shape))
        before = len(self._faults)
        found = Node(shape.value, "and", tuple(self._parts(shape, (*above, shape))))
        if not found.children and len(self._faults) == before and not self._is_cited(shape):
            raise self._refused("shape-empty", shape)
        size = 1 + sum(self._sizes.get(child.iri, 1) for child in found.children)
        if size > _LARGEST:
            raise self._refused("shape-large", shape, most=_LARGEST)
        self._sizes[shape.value] = size
        return found

    def _is_cited(self, shape: ox.NamedNode) -> bool:
        """Whether whoever wrote a shape says what it is from: a reading may have one that asks nothing."""
        return any(
            ox.Triple(shape, DCT.source, source) not in self.knowledge.derived
            for source in self.knowledge.objects(shape, DCT.source)
        )

    def _refuse_unknown(self, shape: ox.NamedNode, predicates: set[ox.NamedNode]) -> None:
        known = [f"sh:{local(p)}" for p in (SH.minCount, *BOUNDS, *NESTING)]
        wrong: list[KnowledgeError] = []
        for predicate in sorted(predicates, key=str):
            if predicate.value.startswith(_SHACL) and predicate not in _ALLOWED:
                name = f"sh:{local(predicate)}"
                wrong.append(self._refused("shape-unsupported", shape, predicate, property=name, known=known))
            elif SH.path in predicates and predicate in NESTING:
                wrong.append(self._refused("shape-nesting", shape, predicate, property=f"sh:{local(predicate)}"))
            elif SH.path not in predicates and predicate in BOUNDS:
                wrong.append(self._refused("shape-without-path", shape, predicate, property=f"sh:{local(predicate)}"))
        self._faults.add(wrong)

    def _parts(self, shape: ox.NamedNode, above: tuple[Term, ...]) -> list[Node]:
        parts: list[Node] = []
        for predicate in (SH.node, SH.property):
            for term in self.knowledge.objects(shape, predicate):
                child = self._child(shape, predicate, term, above)
                # In SHACL the one points to a shape without path, the other to one with a path.
                is_read = child is not None and bool(child.criterion or child.children)
                if child and is_read and (child.op == "leaf") != (predicate == SH.property):
                    name = f"sh:{local(predicate)}"
                    self._faults.add([self._refused("shape-misplaced", shape, predicate, term, property=name)])
                parts += [child] if child else []
        for predicate in _LISTS:
            for number, head in enumerate(self.knowledge.objects(shape, predicate), 1):
                members = [
                    child
                    for term in self._list(shape, predicate, head)
                    if (child := self._child(shape, predicate, term, above))
                ]
                name = f"{shape.value}~{local(predicate)}-{number}"
                self._sizes[name] = 1 + sum(self._sizes.get(child.iri, 1) for child in members)
                parts.append(Node(name, "and" if predicate == SH["and"] else "or", tuple(members)))
        for number, term in enumerate(self.knowledge.objects(shape, SH["not"]), 1):
            child = self._child(shape, SH["not"], term, above)
            if child:
                self._sizes[f"{shape.value}~not-{number}"] = 1 + self._sizes.get(child.iri, 1)
                parts.append(Node(f"{shape.value}~not-{number}", "not", (child,)))
        return parts

    def _child(
        self, shape: ox.NamedNode, predicate: ox.NamedNode, term: object, above: tuple[Term, ...]
    ) -> Node | None:
        if term in above:
            self._faults.add([self._refused("shape-circle", shape, predicate, term)])
            return None
        if isinstance(term, ox.NamedNode | ox.BlankNode):
            return self._node(term, above)
        self._faults.add([self._refused("shape-points-to-literal", shape, predicate, term)])
        return None

    def _list(self, shape: ox.NamedNode, predicate: ox.NamedNode, head: object) -> list[Any]:
        """The members of a list; a broken or empty one is a fault."""
        members = None if isinstance(head, ox.Literal) else self.knowledge.members(head)  # type: ignore[arg-type]
        if members is None:
            self._faults.add([self._refused("shape-list-broken", shape, predicate, property=f"sh:{local(predicate)}")])
        elif not members:
            self._faults.add([self._refused("shape-list-empty", shape, predicate, property=f"sh:{local(predicate)}")])
        return members or []

    def _criterion(self, shape: ox.NamedNode) -> Criterion:
        knowledge = self.knowledge
        paths = knowledge.objects(shape, SH.path)
        if len(paths) != 1 or not isinstance(path := paths[0], ox.NamedNode):
            raise self._refused("shape-path", shape, SH.path)
        for short in (PKB.orAbove, PKB.within):
            # Spelled out, it would be gone.
            if knowledge.objects(shape, short):
                self._faults.add([self._refused("shape-codes-open", shape, short, property=f"pkb:{local(short)}")])
        if knowledge.objects(shape, PKB.decidedBy):
            self._faults.add([self._refused("decider-of-some", shape, PKB.decidedBy)])
        is_list = PKB.ListFact in knowledge.objects(path, RDF.type)
        required = self._required(shape)
        atoms = tuple(atom for predicate, op in BOUNDS.items() for atom in self._atoms(shape, path, predicate, op))
        for atom in atoms:
            if atom.op == "has" and not required:
                self._faults.add([self._refused("shape-list-presumed", shape, SH.hasValue)])
            if is_list and atom.op != "has":
                self._faults.add([self._refused("shape-list-bound", shape)])
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

    def _required(self, shape: ox.NamedNode) -> bool:
        counts = self.knowledge.objects(shape, SH.minCount)
        if counts not in ([], [ox.Literal("1", datatype=XSD.integer)]):
            shown = [self.knowledge.prefixed(count) for count in counts]
            self._faults.add(
                [self._refused("shape-min-count", shape, SH.minCount, property="sh:minCount", counts=shown)]
            )
        return bool(counts)

    def _atoms(self, shape: ox.NamedNode, path: ox.NamedNode, predicate: ox.NamedNode, op: Comparator) -> list[Atom]:
        atoms = []
        for term in self.knowledge.objects(shape, predicate):
            if predicate in PAIRS:
                if isinstance(term, ox.NamedNode):
                    atoms.append(Atom(op, local(path), other=local(term)))
                else:
                    self._faults.add([self._refused("shape-not-a-fact", shape, predicate, term)])
                continue
            terms = self._list(shape, predicate, term) if op == "in" else [term]
            if not all(isinstance(one, ox.Literal) for one in terms):
                name = f"sh:{local(predicate)}"
                self._faults.add([self._refused("shape-not-literal", shape, predicate, term, property=name)])
                continue
            with self._faults.held():
                values = [self._value(shape, predicate, one) for one in terms if isinstance(one, ox.Literal)]
                atoms.append(Atom(op, local(path), tuple(values)))
        return atoms

    def _value(self, shape: ox.NamedNode, predicate: ox.NamedNode, term: ox.Literal) -> Value:
        try:
            return literal(term)
        except (ValueError, ArithmeticError):
            value = self.knowledge.prefixed(term)[:80]
            name = f"sh:{local(predicate)}"
            raise self._refused("shape-unreadable", shape, predicate, term, property=name, value=value) from None

    def _refused(
        self, id: str, shape: Term, predicate: ox.NamedNode | None = None, term: Any = None, **values: Any
    ) -> KnowledgeError:
        return KnowledgeError(id, where=self.knowledge.locate(shape, predicate, term), shape=local(shape), **values)
