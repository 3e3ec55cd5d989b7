"""A finding as the result of a validation (W3C SHACL, section 3.6): what it is about, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pyoxigraph as ox

from ..doors.outgoing import visible
from ..law.data_rules import component_iri
from ..model import Finding, Vocabulary
from ..names import DCT, PKB, RDF, RDFS, SH

__all__ = ["finding_statements"]

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


def finding_statements(
    finding: Finding, vocabulary: Vocabulary
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]:
    """What is said of a finding. That of a reader has its message as source, that of a data rule the shape.

    Args:
        finding: what was found.
        vocabulary: tells what is a message.
    """
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
        yield SH.resultPath, _ITEMS.get(finding.fact, PKB[quote(finding.fact)])
    if finding.value is not None:
        yield SH.value, ox.Literal(finding.value)
    place = finding.place
    stated = [place.file, place.sheet, place.cell or (None if place.row is None else str(place.row)), place.column]
    yield RDFS.comment, ox.Literal(visible(" / ".join(part for part in stated if part)))


def _focus(finding: Finding) -> ox.NamedNode:
    """The record; for what concerns a file or a sheet, that."""
    if finding.record is not None:
        return ox.NamedNode(f"{_URN}record:{quote(finding.record, safe='')}")
    place = finding.place
    return ox.NamedNode(f"{_URN}file:{quote(place.file, safe='')}" + (f"#{quote(place.sheet)}" if place.sheet else ""))
