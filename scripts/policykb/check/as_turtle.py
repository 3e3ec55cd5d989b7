"""Findings as the standard SHACL validation report (W3C SHACL, section 3.6), in Turtle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

import pyoxigraph as ox

from ..datarules import component_iri
from ..model import Finding, Vocabulary
from ..names import DCT, PKB, RDF, RDFS, SH, XSD
from ..rules import RuleBook
from .run import CheckReport, Located

__all__ = ["report_triples", "to_turtle"]

_SEVERITIES = {"error": SH.Violation, "warning": SH.Warning, "info": SH.Info}
_SHAPE = "https://w3id.org/policykb/shape#"
_MESSAGE = "https://w3id.org/policykb/message#"
_URN = "urn:policykb:"
_ITEMS = {
    "id": DCT.identifier,
    "type": RDF.type,
    "period": PKB.period,
    "subject": PKB.subject,
    "name": PKB.name,
    "creditCode": PKB.creditCode,
    "division": PKB.division,
}


def to_turtle(report: CheckReport, book: RuleBook, vocabulary: Vocabulary, prefixes: Mapping[str, str]) -> str:
    """The report as a Turtle document."""
    data = ox.serialize(report_triples(report, book, vocabulary), format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes))
    return (data or b"").decode()


def report_triples(report: CheckReport, book: RuleBook, vocabulary: Vocabulary) -> Iterator[ox.Triple]:
    """The report as triples. Findings of a reader have the message as their source, those of a data rule the shape."""
    head = ox.NamedNode(f"{_URN}check")
    yield ox.Triple(head, RDF.type, SH.ValidationReport)
    # Any result, of whatever severity, means that the data do not conform.
    conforms = "false" if report.findings else "true"
    yield ox.Triple(head, SH.conforms, ox.Literal(conforms, datatype=XSD.boolean))
    results = [ox.NamedNode(f"{_URN}check:{number}") for number in range(1, len(report.findings) + 1)]
    yield from (ox.Triple(head, SH.result, result) for result in results)
    for result, located in zip(results, report.findings, strict=True):
        for predicate, term in _result(located, book, vocabulary):
            yield ox.Triple(result, predicate, term)


def _result(
    located: Located, book: RuleBook, vocabulary: Vocabulary
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]:
    finding = located.finding
    yield RDF.type, SH.ValidationResult
    yield SH.focusNode, _focus(finding)
    yield SH.resultSeverity, _SEVERITIES[finding.severity]
    if finding.rule in vocabulary.messages:
        yield SH.sourceShape, ox.NamedNode(f"{_MESSAGE}{finding.rule}")
        yield SH.sourceConstraintComponent, PKB.ReadingConstraintComponent
    else:
        yield SH.sourceShape, ox.NamedNode(f"{_SHAPE}{finding.rule}")
        component = component_iri(finding.component) if finding.component else PKB.ComputedConstraintComponent
        yield SH.sourceConstraintComponent, component
    for text in (finding.message, finding.mend):
        predicate = SH.resultMessage if text is finding.message else PKB.mend
        for language, words in (("zh", text.zh), ("en", text.en)):
            if words:
                yield predicate, ox.Literal(words, language=language)
    if finding.fact is not None:
        fact = vocabulary.facts.get(finding.fact)
        known = _ITEMS.get(finding.fact, PKB[quote(finding.fact)])
        yield SH.resultPath, known if fact is None else ox.NamedNode(fact.iri)
    if finding.value is not None:
        yield SH.value, ox.Literal(finding.value)
    place = finding.place
    stated = [place.file, place.sheet, place.cell or (None if place.row is None else str(place.row)), place.column]
    yield RDFS.comment, ox.Literal(" / ".join(part for part in stated if part))
    for name in located.clauses:
        yield PKB.onClause, ox.NamedNode(book.clauses[name].iri)


def _focus(finding: Finding) -> ox.NamedNode:
    """The record; for what concerns a file or a sheet, that."""
    if finding.record is not None:
        return ox.NamedNode(f"{_URN}record:{quote(finding.record, safe='')}")
    place = finding.place
    return ox.NamedNode(f"{_URN}file:{quote(place.file, safe='')}" + (f"#{quote(place.sheet)}" if place.sheet else ""))
