"""What stands above every answer: that it is an estimate, how long documents last, whom to ask, and by which rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..law.fingerprint import JOINED
from ..law.receipt import Receipt
from ..model import Document
from .phrases import Phrases
from .quotes import quote_line, readable
from .reasons import contact
from .told import Line

__all__ = ["caveats", "versions_told"]


def caveats(receipt: Receipt, phrases: Phrases) -> tuple[Line, ...]:
    """What stands above everything else: an estimate, how long the document lasts, whom to ask, as at which day."""
    found = []
    used = receipt.policy.split(JOINED)
    for document in phrases.book.documents or (phrases.book.document,):
        if phrases.book.documents and document.slug not in used:
            continue
        body = contact(phrases, document)
        found.append(phrases.say("told-caveat", document=phrases.in_full(document)))
        if document.is_example:
            found.append(phrases.say("told-example"))
        if not document.has_start:
            found.append(phrases.say("told-undated"))
        if document.expires is None:
            found.append(phrases.say("told-no-expiry", body=body))
        else:
            found.append(phrases.say("told-expiry", body=body, day=document.expires))
        if document.contact_is_inferred:
            found.append(phrases.say("told-contact-inferred", body=body))
        found += _application(document, phrases)
    day = receipt.as_of.isoformat() if receipt.as_of else phrases.say("book-period-end")
    found.append(phrases.say("pair", key=phrases.say("book-as-of"), value=day))
    found += versions_told(receipt.overlays, phrases)
    return tuple(Line("caveat", text) for text in found)


def _application(document: Document, phrases: Phrases) -> Iterator[str]:
    """When and how to apply, where the document says so for all of its clauses."""
    for name, provision in phrases.book.provisions.items():
        if provision.iri in document.application:
            line = quote_line(name, readable(provision.quote), phrases)
            yield phrases.say("told-application", quote=line.quote, place=line.place)


def versions_told(overlays: Sequence[str], phrases: Phrases) -> Iterator[str]:
    """Which amendments are known, and which readings or scenarios were asked for in the place of the default ones.

    Args:
        overlays: the names of those that an answer rests on.
        phrases: the wordings, and the rules that know what they are called.
    """
    amendments, readings = phrases.book.amendments, {f"{one.id}:alt": one for one in phrases.book.readings}
    dated = [amendments[name] for name in overlays if name in amendments]
    if dated:
        told = [phrases.say("told-amendment", label=label, day=day) for label, day in dated]
        yield phrases.say("told-amended", amendments=phrases.say("told-semicolon").join(told))
    asked = [name for name in overlays if name not in amendments]
    if asked:
        told = [
            phrases.say(
                "told-with-status", title=name, status=(one.alternative or one.label).get(phrases.lang).rstrip("。.")
            )
            if (one := readings.get(name)) is not None
            else name
            for name in asked
        ]
        yield phrases.say("pair", key=phrases.say("book-overlays"), value=phrases.join(told))
