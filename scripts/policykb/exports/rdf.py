"""The named graphs as Turtle, RDF/XML and N-Quads, in one order.

Blank nodes are named by RDF Dataset Canonicalization (RDFC-1.0), so that the bytes depend on the graph alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox

__all__ = ["by_graph", "canonical", "graph_name", "to_nquads", "to_rdfxml", "to_turtle"]


def canonical(quads: Sequence[ox.Quad]) -> list[ox.Quad]:
    """The quads with canonical blank nodes, each once, sorted."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=lambda quad: (str(quad.graph_name), str(quad)))


def by_graph(quads: Sequence[ox.Quad]) -> dict[str, list[ox.Triple]]:
    """The triples of each named graph, by the graph's short name."""
    found: dict[str, list[ox.Triple]] = {}
    for quad in quads:
        found.setdefault(graph_name(quad), []).append(ox.Triple(quad.subject, quad.predicate, quad.object))
    return dict(sorted(found.items()))


def graph_name(quad: ox.Quad) -> str:
    """The short name of a quad's graph."""
    return quad.graph_name.value.rsplit("/", 1)[-1] if isinstance(quad.graph_name, ox.NamedNode) else "default"


def to_turtle(quads: Sequence[ox.Quad], prefixes: Mapping[str, str]) -> dict[str, bytes]:
    """Each graph as Turtle, with the prefixes it uses."""
    return {
        name: ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_used(triples, prefixes)) or b""
        for name, triples in by_graph(quads).items()
    }


def to_rdfxml(quads: Sequence[ox.Quad], prefixes: Mapping[str, str]) -> dict[str, bytes]:
    """Each graph as RDF/XML."""
    return {
        name: ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=_used(triples, prefixes)) or b""
        for name, triples in by_graph(quads).items()
    }


def to_nquads(quads: Sequence[ox.Quad]) -> bytes:
    """All graphs as N-Quads."""
    return ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""


def _used(triples: Sequence[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    text = "\n".join(map(str, triples))
    return {prefix: space for prefix, space in prefixes.items() if f"<{space}" in text}
