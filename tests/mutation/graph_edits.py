"""Small edits of a loaded graph: each says which triples go and which come, so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

import pyoxigraph as ox

from policykb.law.knowledge import Knowledge, Term
from policykb.law.steps import read_steps
from policykb.names import PKB, RDF, SCHEMA, SH, XSD

__all__ = ["Edit", "applied", "drop", "last_place", "links", "put", "relist", "shifted", "swap", "wrap"]

MUTANT = "https://example.org/mutant/"
_WRITTEN = (PKB.rate, PKB.base, PKB.band, SCHEMA.maxValue, PKB.standIn, PKB.forYears)
Object = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True)
class Edit:
    """Triples of the default graph to take away and to add."""

    gone: tuple[ox.Quad, ...] = ()
    new: tuple[ox.Quad, ...] = ()


@contextmanager
def applied(knowledge: Knowledge, edit: Edit) -> Iterator[None]:
    """The knowledge base with an edit, inside the block only."""
    _replace(knowledge.store, edit.gone, edit.new)
    spelled = _spelled(knowledge, edit)
    _replace(knowledge.store, spelled.gone, spelled.new)
    try:
        yield
    finally:
        _replace(knowledge.store, spelled.new, spelled.gone)
        _replace(knowledge.store, edit.new, edit.gone)


def _spelled(knowledge: Knowledge, edit: Edit) -> Edit:
    """What follows of the expressions of amounts, where an edit changes what they are spelled out from."""
    store = knowledge.store
    if not any(quad.predicate in _WRITTEN for quad in (*edit.gone, *edit.new)):
        return Edit()
    gone = [quad for quad in store.quads_for_pattern(None, PKB.expression, None) if "~" in str(quad.object)]
    for expression in knowledge.instances(PKB.Expression):
        if "~" in expression.value:
            gone += store.quads_for_pattern(expression, None, None)
    left = ox.Store()
    left.extend(quad for quad in store if quad not in set(gone))
    for step in read_steps(knowledge.root, "complete"):
        if step.kind == "construct":
            left.extend(ox.Quad(*triple) for triple in cast(ox.QueryTriples, step.asked(left.query)))
    return Edit(tuple(quad for quad in gone if quad not in left), tuple(quad for quad in left if quad not in store))


def _replace(store: ox.Store, gone: Sequence[ox.Quad], new: Sequence[ox.Quad]) -> None:
    for quad in gone:
        store.remove(quad)
    for quad in new:
        store.add(quad)


def put(subject: Term, predicate: ox.NamedNode, old: Object, new: Object) -> Edit:
    """Another object."""
    return Edit((ox.Quad(subject, predicate, old),), (ox.Quad(subject, predicate, new),))


def swap(subject: Term, old: ox.NamedNode, new: ox.NamedNode, obj: Object) -> Edit:
    """Another predicate."""
    return Edit((ox.Quad(subject, old, obj),), (ox.Quad(subject, new, obj),))


def drop(subject: Term, predicate: ox.NamedNode, obj: Object) -> Edit:
    """One triple less."""
    return Edit((ox.Quad(subject, predicate, obj),))


def links(knowledge: Knowledge, subject: Term) -> list[tuple[ox.NamedNode, ox.NamedNode]]:
    """The parts of a node shape that hold together: (predicate, named member), an sh:or being none of them."""
    found = []
    for predicate in (SH.node, SH.property):
        found += [(predicate, o) for o in knowledge.objects(subject, predicate) if isinstance(o, ox.NamedNode)]
    return found


def relist(
    knowledge: Knowledge, subject: Term, predicate: ox.NamedNode, head: Object, members: Sequence[Object]
) -> Edit:
    """Another list in the place of one; no list at all where no member is left."""
    gone = [ox.Quad(subject, predicate, head)]
    node: Object = head
    while node != RDF.nil and isinstance(node, ox.NamedNode | ox.BlankNode):
        quads = list(knowledge.store.quads_for_pattern(node, None, None))
        gone += quads
        node = next(quad.object for quad in quads if quad.predicate == RDF.rest)  # type: ignore[assignment]
    if not members:
        return Edit(tuple(gone))
    first, quads = new_list(members)
    return Edit(tuple(gone), (ox.Quad(subject, predicate, first), *quads))


def new_list(members: Sequence[Object]) -> tuple[ox.BlankNode, list[ox.Quad]]:
    """The head and the triples of a new RDF list."""
    nodes = [ox.BlankNode() for _ in members]
    quads = []
    for index, (node, member) in enumerate(zip(nodes, members, strict=True)):
        rest = nodes[index + 1] if index + 1 < len(nodes) else RDF.nil
        quads += [ox.Quad(node, RDF.first, member), ox.Quad(node, RDF.rest, rest)]
    return nodes[0], quads


def wrap(knowledge: Knowledge, shape: ox.NamedNode) -> Edit | None:
    """The parts of a node shape, which hold together, made alternatives; None where there is only one."""
    gone, new, members = [], [], []
    for predicate, member in links(knowledge, shape):
        gone.append(ox.Quad(shape, predicate, member))
        members.append(member)
    for predicate in (SH["and"], SH["or"], SH["not"]):
        for number, head in enumerate(knowledge.objects(shape, predicate)):
            inner = ox.NamedNode(f"{MUTANT}{len(members)}-{number}")
            gone.append(ox.Quad(shape, predicate, head))
            new += [ox.Quad(inner, RDF.type, SH.NodeShape), ox.Quad(inner, predicate, head)]
            members.append(inner)
    if len(members) < 2:
        return None
    first, quads = new_list(members)
    return Edit(tuple(gone), (*new, ox.Quad(shape, SH["or"], first), *quads))


def last_place(term: ox.Literal) -> Decimal:
    """One unit of a number: 1 for whole numbers, sums of money and days, the last digit place for rates."""
    if term.datatype == XSD.date:
        return Decimal(1)
    number = Decimal(term.value)
    if term.datatype == XSD.integer or number == number.to_integral_value():
        return Decimal(1)
    return Decimal(1).scaleb(int(number.normalize().as_tuple().exponent))


def shifted(term: ox.Literal, by: Decimal) -> ox.Literal:
    """A number or a day, moved."""
    if term.datatype == XSD.date:
        return ox.Literal((date.fromisoformat(term.value) + timedelta(int(by))).isoformat(), datatype=XSD.date)
    return ox.Literal(f"{Decimal(term.value) + by:f}", datatype=term.datatype)
