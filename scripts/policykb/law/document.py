"""Read what a document says of itself: number, title, who issued it, and for how long it is good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..model import Body, Document
from ..names import DCT, ELI, PKB, SKOS
from ..wording.catalogue import worded
from .knowledge import Knowledge, local
from .statements import day_of

__all__ = ["amendment_faults", "read_applicability", "read_document"]

_EVER = date(1900, 1, 1)
"""Where the copy of the text says from when on it applies by no day: no period is kept out for that."""


def read_applicability(knowledge: Knowledge) -> tuple[date, date, date | None]:
    """The day from which there is the document, the day before which periods must not have ended, and its last day."""
    found = knowledge.instances(PKB.Applicability)
    if not found and knowledge.subjects(PKB.undated):
        return _EVER, _EVER, None
    if len(found) != 1:
        raise KnowledgeError("applicability-not-one", where=f"policy/{knowledge.policy}")
    first, periods = (
        _EVER
        if knowledge.subjects(PKB.undated) and not knowledge.objects(found[0], day)
        else day_of(knowledge, found[0], day)
        for day in (PKB.asOfFrom, PKB.periodsEndingFrom)
    )
    ends = knowledge.objects(found[0], PKB.inForceThrough)
    last = day_of(knowledge, found[0], PKB.inForceThrough) if ends else None
    if last is not None and knowledge.objects(found[0], PKB.validYears) and not _is_counted(knowledge, found[0]):
        raise KnowledgeError("validity-twice", where=knowledge.locate(found[0], PKB.validYears))
    if last is not None and last < first:
        where = knowledge.locate(found[0], PKB.inForceThrough)
        raise KnowledgeError("ends-before-it-begins", where=where, first=first, last=last)
    return first, periods, last


def amendment_faults(knowledge: Knowledge, first: date, last: date | None) -> Iterator[KnowledgeError]:
    """Amendments of days on which the document is not in force: of a wrong day, or never to apply.

    Args:
        knowledge: the document, with the amendments and readings that were applied.
        first, last: the days of its applicability with these.
    """
    terms = set(knowledge.instances(PKB.Applicability))
    if any(terms & overlay.stated for overlay in knowledge.applied if overlay.valid_from is None):
        return  # a reading or a scenario may well move the days
    # What moves the days binds the amendments from its own day on; those before were held against the days before.
    movers = [one for one in knowledge.amendments if terms & one.stated]
    since = max((one.valid_from for one in movers if one in knowledge.applied and one.valid_from), default=date.min)
    until = min((one.valid_from for one in movers if one not in knowledge.applied and one.valid_from), default=date.max)
    for overlay in knowledge.amendments:
        day = overlay.valid_from
        if day is None or overlay in movers or not since <= day < until:
            continue
        if day < first or (last is not None and day > last):
            where = overlay.place(min(overlay.heads, key=str), None)
            days = worded("days-from", first=first) if last is None else worded("days-between", first=first, last=last)
            yield KnowledgeError("amendment-outside", where=where, amendment=overlay.label, day=day, days=days)


def _is_counted(knowledge: Knowledge, applicability: ox.NamedNode) -> bool:
    """Whether the last day follows from how long a document is valid."""
    return any(t.subject == applicability and t.predicate == PKB.inForceThrough for t in knowledge.derived)


def read_document(knowledge: Knowledge) -> Document:
    documents = {*knowledge.subjects(ELI.date_document), *knowledge.subjects(PKB.undated)}
    found = [iri for iri in documents if knowledge.string(iri, DCT.identifier) == knowledge.policy]
    if len(found) != 1:
        raise KnowledgeError("no-document", where=f"policy/{knowledge.policy}/document.ttl", policy=knowledge.policy)
    iri = found[0]
    expires = knowledge.string(iri, ELI.date_no_longer_in_force)
    contact, number = knowledge.node(iri, ELI.responsibility_of_agent), knowledge.string(iri, ELI.number)
    return Document(
        slug=knowledge.policy,
        iri=iri.value,
        # A copy without a number goes by its title.
        number=number or knowledge.label(iri).zh,
        numbers=(number,) if number else (),
        title=knowledge.label(iri),
        date=day_of(knowledge, iri, ELI.date_document) if knowledge.objects(iri, ELI.date_document) else None,
        text=knowledge.source,
        expires=date.fromisoformat(expires) if expires else None,
        contact=Body(local(contact), knowledge.label(contact), contact.value) if contact else None,
        contact_is_inferred=ELI.responsibility_of_agent in knowledge.objects(iri, PKB.inferred),
        is_example=knowledge.string(iri, PKB.example) == "true",
        authors=_authors(knowledge, iri),
        applies_from=_start(knowledge),
        application=tuple(
            one.value for one in knowledge.objects(iri, PKB.application) if isinstance(one, ox.NamedNode)
        ),
    )


def _start(knowledge: Knowledge) -> date | None:
    """The day from which the document applies, where it is stated."""
    found = [one for one in knowledge.instances(PKB.Applicability) if knowledge.objects(one, PKB.asOfFrom)]
    return day_of(knowledge, found[0], PKB.asOfFrom) if found else None


def _authors(knowledge: Knowledge, document: ox.NamedNode) -> tuple[str, ...]:
    """The issuing bodies by their longest names, as they sign."""
    bodies = [one for one in knowledge.objects(document, ELI.passed_by) if isinstance(one, ox.NamedNode)]
    names = ([t.value for t in knowledge.objects(body, SKOS.altLabel) if isinstance(t, ox.Literal)] for body in bodies)
    return tuple(max([*own, knowledge.label(body).zh], key=len) for body, own in zip(bodies, names, strict=True))
