"""The media types that answers are written in, and which of them is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pyoxigraph as ox

from ..doors.outgoing import xml_bytes

__all__ = ["GRAPHS", "TABLES", "chosen", "serialized"]

TABLES = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


def chosen(accept: str, kinds: Mapping[str, Any]) -> str:
    """The media type that is wanted most among those there are; the first where none of them is named."""
    wanted: list[tuple[float, str]] = []
    for part in accept[:2000].split(","):
        name, *parameters = (word.strip().lower() for word in part.split(";"))
        weight = next((word[2:] for word in parameters if word.startswith("q=")), "1")
        with suppress(ValueError):
            wanted.append((-float(weight), name))
    for _, name in sorted(wanted, key=lambda pair: pair[0]):
        if name in kinds:
            return name
    return next(iter(kinds))


def serialized(found: Any, media: str, kinds: Mapping[str, Any]) -> bytes:
    """What a query found in one of the media types; XML has no characters that it cannot hold."""
    text: bytes = found.serialize(format=kinds[media]) or b""
    return xml_bytes(text) if media.endswith("xml") else text
