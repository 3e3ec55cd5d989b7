"""The namespaces that the code itself must know; everything else is read from the graph."""

from __future__ import annotations

import pyoxigraph as ox

__all__ = [
    "CPSV",
    "CV",
    "DCT",
    "ELI",
    "ID",
    "OA",
    "OWL",
    "PKB",
    "PROV",
    "RDF",
    "RDFS",
    "ROV",
    "RUN",
    "SCHEMA",
    "SH",
    "SKOS",
    "SPDX",
    "XSD",
    "Namespace",
]


class Namespace:
    """A namespace whose attributes and items are IRIs in it: `DCT.source`, `SH["in"]`; `str(DCT)` is its IRI."""

    def __init__(self, iri: str) -> None:
        self._iri = iri

    def __str__(self) -> str:
        return self._iri

    def __getitem__(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._iri}{name}")

    def __getattr__(self, name: str) -> ox.NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        # Kept, so that it is found without coming here again.
        found = self.__dict__[name] = ox.NamedNode(f"{self._iri}{name}")
        return found


CPSV = Namespace("http://purl.org/vocab/cpsv#")
CV = Namespace("http://data.europa.eu/m8g/")
DCT = Namespace("http://purl.org/dc/terms/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
ID = Namespace("https://w3id.org/policykb/id/")
OA = Namespace("http://www.w3.org/ns/oa#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
PKB = Namespace("https://w3id.org/policykb/ns#")
PROV = Namespace("http://www.w3.org/ns/prov#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
ROV = Namespace("http://www.w3.org/ns/regorg#")
RUN = Namespace("https://w3id.org/policykb/run#")
SCHEMA = Namespace("https://schema.org/")
SH = Namespace("http://www.w3.org/ns/shacl#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
