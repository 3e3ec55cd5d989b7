"""The knowledge base as a set of named graphs, for queries, endpoints and exports.

Each resource goes to the graph of the file that describes it; what an overlay restates stays where the original was.
The graph of links is computed, so that a query reaches every criterion of a clause in one step on any engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from .engines.program import clause_criteria
from .load import Knowledge
from .model import Clause, Node
from .names import ELI, PKB, RDF
from .rules import RuleBook
from .turtle import parse
from .vocabulary import read_vocabulary

__all__ = ["GRAPHS", "graph", "knowledge_quads", "prefixes"]

GRAPHS = ("policy", "vocabulary", "shapes", "readings", "links", "records", "decisions")
"""The local names of the named graphs, in the order in which they are published."""

_BASE = "https://w3id.org/policykb/graph/"


def graph(name: str) -> ox.NamedNode:
    """The IRI of a named graph."""
    return ox.NamedNode(f"{_BASE}{name}")


def prefixes(knowledge: Knowledge) -> dict[str, str]:
    """The prefix table: prefix to namespace, as the ontology and the policy document declare them."""
    return knowledge.prefixes


def knowledge_quads(book: RuleBook) -> Iterator[ox.Quad]:
    """The loaded knowledge base, overlays applied, as quads of named graphs, with the computed links."""
    knowledge = book.knowledge
    homes = _homes(knowledge)
    parents = {q.object: q.subject for q in knowledge.store if isinstance(q.object, ox.BlankNode)}
    for quad in knowledge.store:
        subject = quad.subject
        while isinstance(subject, ox.BlankNode) and subject in parents:
            subject = parents[subject]
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph(homes.get(subject, "readings")))
    for quad in _overlay_heads(knowledge):
        if quad.subject not in homes:
            yield quad
    yield from _links(book)


def _homes(knowledge: Knowledge) -> Mapping[object, str]:
    """Which graph each named resource belongs to."""
    homes: dict[object, str] = {}
    for path in knowledge.files:
        top, *rest = path.relative_to(knowledge.root).parts
        name = "vocabulary" if top == "ontology" else top
        if path.name == "readings.ttl" and rest:
            name = "readings"
        for quad in parse(path):
            homes.setdefault(quad.subject, name)
    return homes


def _overlay_heads(knowledge: Knowledge) -> Iterator[ox.Quad]:
    """What each overlay in the folder says about itself, without what it restates."""
    for path in sorted((knowledge.root / "policy" / knowledge.policy / "overlays").glob("*.ttl")):
        quads = list(parse(path))
        heads = {q.subject for q in quads if q.predicate == RDF.type and q.object == PKB.Overlay}
        for quad in quads:
            if quad.subject in heads:
                yield ox.Quad(quad.subject, quad.predicate, quad.object, graph("readings"))


def _links(book: RuleBook) -> Iterator[ox.Quad]:
    links, knowledge = graph("links"), book.knowledge
    for clause in book.clauses.values():
        iri = ox.NamedNode(clause.iri)
        for criterion in clause_criteria(clause):
            yield ox.Quad(iri, PKB.criterion, ox.NamedNode(criterion.iri), links)
        for article in _articles(book, clause):
            yield ox.Quad(iri, PKB.ofArticle, article, links)
        for option in clause.options:
            yield from _condition(ox.NamedNode(option.iri), option.condition, links)
    for group in book.groups.values():
        for article in dict.fromkeys(a for member in group.members for a in _articles(book, book.clauses[member])):
            yield ox.Quad(ox.NamedNode(group.iri), PKB.ofArticle, article, links)
    vocabulary = read_vocabulary(knowledge)
    for kind in vocabulary.record_types.values():
        for name in kind.facts:
            yield ox.Quad(ox.NamedNode(kind.iri), PKB.states, PKB[name], links)
    for fact in vocabulary.facts.values():
        for name in fact.inputs:
            yield ox.Quad(ox.NamedNode(fact.iri), PKB.restsOn, PKB[name], links)


def _articles(book: RuleBook, clause: Clause) -> list[ox.NamedNode]:
    """The articles that the provisions of a clause belong to."""
    parts = (book.knowledge.node(ox.NamedNode(book.provisions[name].iri), ELI.is_part_of) for name in clause.provisions)
    return list(dict.fromkeys(part for part in parts if part is not None))


def _condition(option: ox.NamedNode, condition: Node | None, links: ox.NamedNode) -> Iterator[ox.Quad]:
    for criterion in condition.leaves() if condition is not None else ():
        yield ox.Quad(option, PKB.criterion, ox.NamedNode(criterion.iri), links)
