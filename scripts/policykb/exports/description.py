"""Describe an export for machines: what it holds (VoID), where each file is and its checksum (DCAT, SPDX)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from ..ask.graphs import graph
from ..engines.program import value_term
from ..law.rules import RuleBook
from ..names import DCT, RDF, SPDX, Namespace
from ..version import __version__
from .rdf import by_graph

__all__ = ["describe", "read_checksums"]

DCAT = Namespace("http://www.w3.org/ns/dcat#")
VOID = Namespace("http://rdfs.org/ns/void#")
_Statement: TypeAlias = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]
_BASE = "https://w3id.org/policykb/dataset/"
_MEDIA = {
    "ttl": "text/turtle",
    "nq": "application/n-quads",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "nt": "application/n-triples",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "rq": "application/sparql-query",
    "md": "text/markdown",
}


def describe(
    quads: Sequence[ox.Quad],
    files: Mapping[str, bytes],
    book: RuleBook,
    prefixes: Mapping[str, str],
    root: str | None = None,
    served: str | None = None,
    form: ox.RdfFormat = ox.RdfFormat.TURTLE,
) -> bytes:
    """The description, in Turtle unless another form is asked for.

    Args:
        quads: the named graphs.
        files: the other files of the export by name.
        book: the rules, for title, document and version.
        prefixes: the prefix table.
        root: the address below which the files are; the address of the dataset where None.
        served: the address of the service that answers about the dataset, if one does.
        form: the form of RDF.
    """
    dataset = ox.NamedNode(f"{_BASE}{book.document.slug}")
    document = book.document
    triples: list[_Statement] = [
        (dataset, RDF.type, VOID.Dataset),
        (dataset, RDF.type, DCAT.Dataset),
        (dataset, DCT.title, ox.Literal(document.title.zh, language="zh")),
        (dataset, DCT.title, ox.Literal(document.title.en, language="en")),
        (dataset, DCT.source, ox.NamedNode(document.iri)),
        (dataset, DCT.license, ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")),
        (dataset, DCAT.version, ox.Literal(__version__)),
        (dataset, DCT.identifier, ox.Literal(f"sha256:{book.origin.rules_hash}")),
        (dataset, VOID.triples, value_term(len(quads))),
    ]
    for name, members in by_graph(quads).items():
        subset = graph(name)
        triples.append((dataset, VOID.subset, subset))
        triples.append((subset, RDF.type, VOID.Dataset))
        triples.append((subset, VOID.triples, value_term(len(members))))
    for name, data in sorted(files.items()):
        part = ox.NamedNode(f"{dataset.value}/{name}#distribution")
        checksum = ox.NamedNode(f"{dataset.value}/{name}#sha256")
        triples += [
            (dataset, DCAT.distribution, part),
            (part, RDF.type, DCAT.Distribution),
            (part, DCT.title, ox.Literal(name)),
            (part, DCAT.downloadURL, ox.NamedNode(f"{root or dataset.value + '/'}{name}")),
            (part, DCAT.mediaType, _media(name)),
            (part, DCAT.byteSize, value_term(len(data))),
            (part, SPDX.checksum, checksum),
            (checksum, RDF.type, SPDX.Checksum),
            (checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256),
            (checksum, SPDX.checksumValue, ox.Literal(hashlib.sha256(data).hexdigest())),
        ]
    triples += [] if served is None else _service(dataset, served)
    ordered = sorted((ox.Triple(*triple) for triple in triples), key=str)
    spaces = {"dcat": str(DCAT), "void": str(VOID)}
    spaces |= {prefix: prefixes[prefix] for prefix in ("dct", "spdx", "xsd") if prefix in prefixes}
    return ox.serialize(ordered, format=form, prefixes=spaces) or b""


def _service(dataset: ox.NamedNode, served: str) -> list[_Statement]:
    """What answers about a dataset: the endpoint for queries, and the calls of programs, in a catalogue."""
    catalog, sparql, api = (ox.NamedNode(f"{served}/{name}") for name in ("catalog", "query#service", "api#service"))
    query, described = ox.NamedNode(f"{served}/query"), ox.NamedNode(f"{served}/openapi.json")
    return [
        (dataset, VOID.sparqlEndpoint, query),
        (catalog, RDF.type, DCAT.Catalog),
        (catalog, DCAT.dataset, dataset),
        *((catalog, DCAT.service, one) for one in (sparql, api)),
        *((one, RDF.type, DCAT.DataService) for one in (sparql, api)),
        *((one, DCAT.servesDataset, dataset) for one in (sparql, api)),
        (sparql, DCAT.endpointURL, query),
        (sparql, DCT.conformsTo, ox.NamedNode("https://www.w3.org/TR/sparql11-protocol/")),
        (api, DCAT.endpointURL, ox.NamedNode(f"{served}/api")),
        (api, DCAT.endpointDescription, described),
    ]


def read_checksums(path: Path) -> dict[str, str]:
    """The SHA-256 of each file that a description names; nothing where there is no readable description."""
    checksums: dict[str, str] = {}
    titles: dict[str, str] = {}
    with suppress(OSError, SyntaxError, ValueError):
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                name, _, part = quad.subject.value.rpartition("#")
                if part == "distribution" and quad.predicate == DCT.title:
                    titles[name] = quad.object.value
                elif part == "sha256" and quad.predicate == SPDX.checksumValue:
                    checksums[name] = quad.object.value
    return {title: checksums[name] for name, title in titles.items() if name in checksums}


def _media(name: str) -> ox.NamedNode:
    return ox.NamedNode(
        f"https://www.iana.org/assignments/media-types/{_MEDIA.get(name.rsplit('.', 1)[-1], 'text/plain')}"
    )
