"""What other people's validators need to decide, as a folder of its own: shapes, rules, facts, and the policy.

rules → shapes → this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from ..ask.graphs import graph
from ..law.rules import RuleBook
from ..names import RDF, RDFS
from ..wording.texts import Wording
from .rdf import by_graph, to_turtle
from .rules import sparql_rules
from .tables import Table, to_csv

__all__ = ["FOLDER", "bundle_files"]

FOLDER = "shapes-bundle"


def bundle_files(
    quads: Sequence[ox.Quad], book: RuleBook, wording: Wording, facts: Table, prefixes: Mapping[str, str]
) -> dict[str, bytes]:
    """The files of the bundle by name.

    Args:
        quads: the named graphs, canonical.
        book: the rules.
        wording: the texts of messages and of the file that says how to begin.
        facts: the dictionary of facts.
        prefixes: the prefix table.
    """
    from .shapes import shapes_graph  # rdflib is slow to load, and no other form needs it.

    rules = sparql_rules(book, book.vocabulary)
    lines = shapes_graph(book, rules, wording).serialize(format="nt")
    shapes = _turtle("shapes", list(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)), prefixes)
    graphs = by_graph(quads)
    policy = [*graphs["policy"], *_types(graphs)]
    files = {
        "README.md": "\n".join(wording.text("bundle-readme").get(lang) for lang in ("zh", "en")).encode(),
        "shapes.ttl": shapes,
        "facts.csv": to_csv(facts),
        "facts.ttl": _turtle("vocabulary", graphs["vocabulary"], prefixes),
        "policy.ttl": _turtle("policy", policy, prefixes),
    }
    files |= {f"rules/{rule.order}-{rule.id}.rq": rule.construct.encode() for rule in rules}
    return {f"{FOLDER}/{name}": data for name, data in files.items()}


def _turtle(name: str, triples: Sequence[ox.Triple], prefixes: Mapping[str, str]) -> bytes:
    quads = [ox.Quad(t.subject, t.predicate, t.object, graph(name)) for t in sorted(set(triples), key=str)]
    return to_turtle(quads, prefixes)[name]


def _types(graphs: Mapping[str, Sequence[ox.Triple]]) -> list[ox.Triple]:
    """The types, inherited ones included, of all that the policy describes, for engines that infer nothing."""
    types: dict[object, set[ox.NamedNode]] = {}
    above: dict[object, set[ox.NamedNode]] = {}
    for triples in graphs.values():
        for triple in triples:
            if isinstance(triple.object, ox.NamedNode) and triple.predicate in (RDF.type, RDFS.subClassOf):
                found = types if triple.predicate == RDF.type else above
                found.setdefault(triple.subject, set()).add(triple.object)
    named = {triple.subject for triple in graphs["policy"]}
    made = []
    for term in named & types.keys():
        todo, done = list(types[term]), set[ox.NamedNode]()
        while todo:
            kind = todo.pop()
            if kind not in done:
                done.add(kind)
                todo += above.get(kind, ())
        made += [ox.Triple(term, RDF.type, kind) for kind in done]
    return made
