"""Which body decides an item where several documents answer together: the one that each document names.

An item that documents share is described once, and each document may say who decides it there. What is said of it by
one that asks for it comes before what one says that does not; where several ask, each of their conditions has its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pyoxigraph as ox

from ..engines.program import clause_criteria
from ..law.rules import RuleBook
from ..model import Fact
from ..names import PKB, SH

__all__ = ["facts_decided", "with_deciders"]

_RULES = "https://w3id.org/policykb/shape#"
"""Where the rules about data are, which decide nothing."""


def facts_decided(books: Sequence[RuleBook], facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The items of several documents, each with the body of the first document that asks for it."""
    found = dict(facts)
    asked: list[set[str]] | None = None
    for name, fact in facts.items():
        said = [book.vocabulary.facts.get(name, fact).decided_by for book in books]
        if len(set(said)) < 2:
            continue
        asked = asked or [_asked(book) for book in books]
        own = [body for body, mine in zip(said, asked, strict=True) if name in mine]
        found[name] = replace(fact, decided_by=own[0]) if own else fact
    return found


def _asked(book: RuleBook) -> set[str]:
    return {one.path for clause in book.clauses.values() for one in clause_criteria(clause)}


def with_deciders(merged: Iterable[ox.Quad], graphs: Sequence[Iterable[ox.Quad]]) -> list[ox.Quad]:
    """The graphs of several documents together, with the bodies that each of them names.

    Args:
        merged: what stands in any of them, of items as the first describes them.
        graphs: of each document by itself the statements with pkb:decidedBy and sh:path, among others or alone.
    """
    decided: list[dict[object, ox.Quad]] = []
    asked: list[dict[object, list[ox.Quad]]] = []
    for graph in graphs:
        decided.append({})
        asked.append({})
        for quad in graph:
            if quad.predicate == PKB.decidedBy:
                decided[-1][quad.subject] = quad
            elif quad.predicate == SH.path and not str(getattr(quad.subject, "value", "")).startswith(_RULES):
                asked[-1].setdefault(quad.object, []).append(quad)
    dropped: set[ox.Quad] = set()
    own: list[ox.Quad] = []
    for fact in dict.fromkeys(fact for said in decided for fact in said):
        said = [one.get(fact) for one in decided]
        asking = [(body, mine[fact]) for body, mine in zip(said, asked, strict=True) if body and fact in mine]
        if asking and len({body.object for body in said if body}) > 1:
            dropped.update(body for body in said if body)
            own += _named(asking)
    kept = [quad for quad in merged if quad not in dropped] if dropped else list(merged)
    return [*kept, *dict.fromkeys(own)]


def _named(asking: Sequence[tuple[ox.Quad, Sequence[ox.Quad]]]) -> Iterator[ox.Quad]:
    """Who decides an item, and by which condition, where several are named."""
    yield from (body for body, _ in asking)
    if len({body.object for body, _ in asking}) > 1:
        for body, paths in asking:
            yield from (ox.Quad(path.subject, PKB.decidedBy, body.object, path.graph_name) for path in paths)
