"""In which ways a resource bears on what is decided, overlays on top.

A way is told by the clause (or group, record shape, policy) at its end and by the parts that are played from there
down: its condition, what it pays, one band of that, a condition of what it pays, a notice, or a fact for any of these.
What the resources between are called does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from ..names import CPSV, PKB, RDF, SH
from .conditions import PAIRS
from .overlays import Overlay

__all__ = ["View", "Way"]

Node = ox.NamedNode | ox.BlankNode
Way = tuple[ox.NamedNode, tuple[str, ...]]
"""What is at the end, and the parts from there down."""

_LONGEST = 8
"""No more parts than that are played in a way; it ends a circle."""

_ROLES: dict[ox.NamedNode, str] = {
    CPSV.produces: "option",
    PKB.band: "band",
    PKB.eligibility: "condition",
    PKB.condition: "condition",
    PKB.notice: "notice",
    PKB.expression: "",
    SH["not"]: "not",
    # Parts of a condition, and of a list, play the part of the whole.
    **dict.fromkeys((SH.property, SH.node, SH["and"], SH["or"], RDF.first, RDF.rest), ""),
    **dict.fromkeys((SH.path, *PAIRS), "fact"),
    **dict.fromkeys((PKB.base, PKB.multiplier, PKB.divisor, PKB.agreed, PKB.chosen, PKB.operand, PKB.by), "amount"),
    **dict.fromkeys((PKB.stated, PKB.standIn, PKB.minuend, PKB.subtrahend, PKB.finalOf, PKB["from"]), "fact"),
    **dict.fromkeys((PKB.since, PKB.until, PKB.highestBefore, PKB.timesThrough, PKB.historySince), "fact"),
}
"""The part that a resource plays for the one that names it, by the property."""

_PARTS = frozenset(
    (PKB.Option, PKB.Expression, PKB.Notice, RDF.Property, PKB.Fact, PKB.DerivedFact, SH.PropertyShape, SH.NodeShape)
)
"""What bears only by way of others."""


class View:
    """A graph as it is with overlays on top, the last one first.

    Args:
        store: the graph without them.
        overlays: in the order in which they apply.
    """

    def __init__(self, store: ox.Store, overlays: Sequence[Overlay]) -> None:
        self._store = store
        self._latest: dict[object, int] = {subject: place for place, o in enumerate(overlays) for subject in o.subjects}
        self._naming: dict[object, list[tuple[int, ox.Quad]]] = {}
        self._said: list[dict[object, list[ox.Quad]]] = [{} for _ in overlays]
        for place, overlay in enumerate(overlays):
            for quad in overlay.quads:
                self._said[place].setdefault(quad.subject, []).append(quad)
                self._naming.setdefault(quad.object, []).append((place, quad))

    def describes(self, subject: ox.NamedNode) -> bool:
        """Whether anything is said about a resource."""
        return next(self._statements(subject), None) is not None

    def values(self, subject: Node, predicate: ox.NamedNode) -> set[ox.NamedNode]:
        """The named values that a resource has of a property."""
        found = (quad.object for quad in self._statements(subject, predicate))
        return {value for value in found if isinstance(value, ox.NamedNode)}

    def ways(self, resource: ox.NamedNode) -> Iterator[Way]:
        """The ways in which a resource bears."""
        pending: list[tuple[Node, tuple[str, ...]]] = [(resource, ())]
        seen = set(pending)
        while pending:
            node, below = pending.pop()
            if isinstance(node, ox.NamedNode) and self._stands_alone(node):
                yield node, below
                continue
            for user, predicate in self._named_by(node):
                role = _ROLES.get(predicate)
                parts = None if role is None else _joined(role, below)
                if parts is None or len(parts) >= _LONGEST:
                    continue
                step = (user, parts)
                if step not in seen:
                    seen.add(step)
                    pending.append(step)

    def _stands_alone(self, node: ox.NamedNode) -> bool:
        types = self.values(node, RDF.type)
        return bool(types) and (not types & _PARTS or bool(self.values(node, SH.targetClass)))

    def _statements(self, subject: Node, predicate: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        place = self._latest.get(subject)
        if place is None:
            return iter(self._store.quads_for_pattern(subject, predicate, None))
        said = self._said[place].get(subject, ())
        return (quad for quad in said if predicate in (None, quad.predicate))

    def _named_by(self, node: Node) -> Iterator[tuple[Node, ox.NamedNode]]:
        """Which resources name one, by which property; nodes of lists that were replaced are named by nothing."""
        for quad in self._store.quads_for_pattern(None, None, node):
            if quad.subject not in self._latest and not isinstance(quad.subject, ox.Triple):
                yield quad.subject, quad.predicate
        for place, quad in self._naming.get(node, ()):
            if self._latest.get(quad.subject, place) == place and not isinstance(quad.subject, ox.Triple):
                yield quad.subject, quad.predicate


def _joined(role: str, below: tuple[str, ...]) -> tuple[str, ...] | None:
    """The parts from a resource down that plays a part itself; None where it does not bear that way."""
    if role == "not" and below[:1] == ("not",):
        return below[1:]
    if below[:1] == ("amount",):
        # Of an option that is a band nothing is read but its rate and its condition.
        return None if role == "band" else ("fact",)
    if role == "amount":
        return ("amount",)
    # A fact has its value wherever it is used, and the condition of a band is that of an option.
    if not role or below[:1] == ("fact",) or (role == "band" and below):
        return below
    return (role, *below)
