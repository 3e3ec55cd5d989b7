"""The knowledge base as a set of named graphs, for queries, endpoints and exports.

Each resource goes to the graph of the file that describes it; what an overlay restates stays where the original was.
What follows from the rest stands with it, and once more in the graph of derived statements, which an export adds.
The graph of links is computed, so that a query reaches every criterion of a clause in one step on any engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from ..engines.program import clause_criteria
from ..law.knowledge import Knowledge
from ..law.rules import RuleBook
from ..law.turtle import parse
from ..model import Clause, Criterion, Node
from ..names import ELI, PKB, RDF, XSD

__all__ = ["GRAPHS", "derived_quads", "graph", "knowledge_quads", "prefixes", "stand_ins"]

GRAPHS = ("policy", "vocabulary", "shapes", "readings", "links", "derived", "records", "decisions")
"""The local names of the named graphs, in the order in which they are published."""

_BASE = "https://w3id.org/policykb/graph/"


def graph(name: str) -> ox.NamedNode:
    """The IRI of a named graph."""
    return ox.NamedNode(f"{_BASE}{name}")


def prefixes(knowledge: Knowledge) -> dict[str, str]:
    """The prefix table: prefix to namespace, as the ontology and the policy document declare them."""
    return knowledge.prefixes


def knowledge_quads(knowledge: Knowledge, book: RuleBook) -> Iterator[ox.Quad]:
    """The loaded knowledge base, overlays applied, as quads of named graphs, with the computed links.

    Args:
        knowledge: what is loaded.
        book: its rules.
    """
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
    yield from _links(knowledge, book)


def derived_quads(knowledge: Knowledge) -> Iterator[ox.Quad]:
    """The statements that nobody wrote, in a graph of their own: they stand in the graphs of their subjects, too."""
    for triple in knowledge.derived:
        yield ox.Quad(triple.subject, triple.predicate, triple.object, graph("derived"))


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
    # What nobody wrote about follows from the text of the document: anchors, selectors, headings.
    for triple in knowledge.derived:
        homes.setdefault(triple.subject, "policy")
    return homes


def _overlay_heads(knowledge: Knowledge) -> Iterator[ox.Quad]:
    """What each overlay in the folder says about itself, without what it restates."""
    for path in sorted((knowledge.root / "policy" / knowledge.policy / "overlays").glob("*.ttl")):
        quads = list(parse(path))
        heads = {q.subject for q in quads if q.predicate == RDF.type and q.object == PKB.Overlay}
        for quad in quads:
            if quad.subject in heads:
                yield ox.Quad(quad.subject, quad.predicate, quad.object, graph("readings"))


def _links(knowledge: Knowledge, book: RuleBook) -> Iterator[ox.Quad]:
    links = graph("links")
    for clause in book.clauses.values():
        iri = ox.NamedNode(clause.iri)
        for criterion in clause_criteria(clause):
            node = ox.NamedNode(criterion.iri)
            yield ox.Quad(iri, PKB.criterion, node, links)
            for name in _stated(book, _criterion_facts(criterion)):
                yield ox.Quad(node, PKB.restsOn, PKB[name], links)
        for article in _articles(knowledge, book, clause.provisions):
            yield ox.Quad(iri, PKB.ofArticle, article, links)
        for option in clause.options:
            node = ox.NamedNode(option.iri)
            yield from _condition(node, option.condition, links)
            for name in _stated(book, option.facts()):
                yield ox.Quad(node, PKB.restsOn, PKB[name], links)
            for end, sum_ in zip((PKB.floor, PKB.ceiling), option.stated_ends(), strict=True):
                if sum_ is not None:
                    yield ox.Quad(node, end, ox.Literal(f"{sum_:f}", datatype=XSD.decimal), links)
        for name in stand_ins(book, clause):
            yield ox.Quad(iri, PKB.spares, PKB[name], links)
    for group in book.every_group:
        # Where its own words stand, and not where its members do: what it gives is no sum of each of theirs.
        for article in _articles(knowledge, book, (group.provision,)):
            yield ox.Quad(ox.NamedNode(group.iri), PKB.ofArticle, article, links)
    vocabulary = book.vocabulary
    for kind in vocabulary.record_types.values():
        for name in kind.facts:
            yield ox.Quad(ox.NamedNode(kind.iri), PKB.states, PKB[name], links)
    for fact in vocabulary.facts.values():
        for name in fact.inputs:
            yield ox.Quad(ox.NamedNode(fact.iri), PKB.restsOn, PKB[name], links)


def _criterion_facts(criterion: Criterion) -> tuple[str, ...]:
    """The facts, stated or derived, that a criterion compares."""
    others = (atom.other for atom in criterion.atoms if atom.other is not None)
    return (criterion.path, *others)


def _stated(book: RuleBook, names: Iterable[str]) -> list[str]:
    """The stated facts behind some facts, each once."""
    return list(dict.fromkeys(fact for name in names for fact in _inputs(book, name)))


def _inputs(book: RuleBook, name: str) -> tuple[str, ...]:
    return book.derived[name].inputs if name in book.derived else (name,)


def stand_ins(book: RuleBook, clause: Clause) -> dict[str, str]:
    """The facts of a clause that need not be asked for, each with the other one that is asked for and will do.

    Of two facts that stand in for each other wherever the clause uses either, one is enough. The one that some clause
    of the record type needs for itself is kept, else the one that comes first in the record's own order.
    """
    if clause.record_type is None:
        return {}
    order = book.vocabulary.record_types[clause.record_type].facts
    used, found = _used(clause), dict[str, str]()
    for derived in book.derived.values():
        if derived.expression.op != "first" or len(derived.inputs) != 2 or derived.id not in used:
            continue
        first, second = sorted(derived.inputs, key=order.index)
        free = [fact for fact, other in ((second, first), (first, second)) if _replaced(book, clause, fact, other)]
        kept = [fact for fact in free if _kept(book, clause.record_type, fact, second if fact == first else first)]
        for fact in [fact for fact in free if fact not in kept][:1] or free[:1]:
            found.setdefault(fact, second if fact == first else first)
    return found


def _kept(book: RuleBook, record_type: str, fact: str, other: str) -> bool:
    """Whether some clause of the record type needs a fact for itself, and not another one in its place."""
    return any(not _replaced(book, clause, fact, other) for clause in book.by_type[record_type])


def _used(clause: Clause) -> set[str]:
    """The facts that a clause names itself, stated or derived."""
    names = {name for criterion in clause_criteria(clause) for name in _criterion_facts(criterion)}
    return names | {name for option in clause.options for name in option.facts()}


def _replaced(book: RuleBook, clause: Clause, fact: str, other: str) -> bool:
    """Whether another fact will do wherever a clause uses this one."""
    uses = [name for name in _used(clause) if fact in _inputs(book, name)]
    return all(
        name in book.derived and book.derived[name].expression.op == "first" and other in book.derived[name].inputs
        for name in uses
    )


def _articles(knowledge: Knowledge, book: RuleBook, provisions: Iterable[str]) -> list[ox.NamedNode]:
    """The articles that provisions belong to; of what an amendment adds, the amendment."""
    every = list(provisions)
    named = [name for name in every if not book.is_amending(name)] or every
    parts = (knowledge.node(ox.NamedNode(book.provisions[name].iri), ELI.is_part_of) for name in named)
    return list(dict.fromkeys(part for part in parts if part is not None))


def _condition(option: ox.NamedNode, condition: Node | None, links: ox.NamedNode) -> Iterator[ox.Quad]:
    for criterion in condition.leaves() if condition is not None else ():
        yield ox.Quad(option, PKB.criterion, ox.NamedNode(criterion.iri), links)
