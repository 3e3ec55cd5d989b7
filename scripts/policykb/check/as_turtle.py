"""Findings as the standard SHACL validation report (W3C SHACL, section 3.6), in Turtle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from ..doors.outgoing import turtle_text
from ..law.rules import RuleBook
from ..names import PKB, RDF, SH, XSD
from ..reports.finding_rdf import finding_statements
from .run import CheckReport

__all__ = ["report_triples", "to_turtle"]

_URN = "urn:policykb:"


def to_turtle(report: CheckReport, book: RuleBook, prefixes: Mapping[str, str]) -> str:
    """The report as a Turtle document."""
    data = ox.serialize(report_triples(report, book), format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes))
    return turtle_text((data or b"").decode())


def report_triples(report: CheckReport, book: RuleBook) -> Iterator[ox.Triple]:
    """The report as triples. Findings of a reader have the message as their source, those of a data rule the shape."""
    head = ox.NamedNode(f"{_URN}check")
    yield ox.Triple(head, RDF.type, SH.ValidationReport)
    # Any result, of whatever severity, means that the data do not conform.
    conforms = "false" if report.findings else "true"
    yield ox.Triple(head, SH.conforms, ox.Literal(conforms, datatype=XSD.boolean))
    results = [ox.NamedNode(f"{_URN}check:{number}") for number in range(1, len(report.findings) + 1)]
    yield from (ox.Triple(head, SH.result, result) for result in results)
    for result, located in zip(results, report.findings, strict=True):
        for predicate, term in finding_statements(located.finding, book.vocabulary):
            yield ox.Triple(result, predicate, term)
        for name in located.clauses:
            yield ox.Triple(result, PKB.onClause, ox.NamedNode(book.clauses[name].iri))
