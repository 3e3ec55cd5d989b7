"""Single values of a resource in their Python form; what cannot be read is a fault with its place."""

from __future__ import annotations

from datetime import date

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..wording.catalogue import at
from .knowledge import Knowledge, Term, local

__all__ = ["day_of", "lacks", "need", "whole_of"]
_MOST_DIGITS = 9


def need(knowledge: Knowledge, iri: ox.NamedNode, predicate: ox.NamedNode) -> str:
    """The one value of a property that a resource must have.

    Raises:
        KnowledgeError: it has none, or several.
    """
    found = knowledge.string(iri, predicate)
    if found is None:
        raise lacks(knowledge, iri, predicate)
    return found


def lacks(knowledge: Knowledge, iri: ox.NamedNode, predicate: ox.NamedNode) -> KnowledgeError:
    """The fault of a resource that lacks a property."""
    return KnowledgeError(
        "lacks-property",
        where=knowledge.locate(iri),
        resource=local(iri),
        property=knowledge.prefixed(predicate),
    )


def day_of(knowledge: Knowledge, iri: ox.NamedNode, predicate: ox.NamedNode) -> date:
    """A day that a resource must state.

    Raises:
        KnowledgeError: it states none, several, or what is no day.
    """
    text = need(knowledge, iri, predicate)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unreadable(knowledge, iri, predicate, "form-date") from None


def whole_of(knowledge: Knowledge, iri: Term, predicate: ox.NamedNode) -> int | None:
    """A whole number that a resource may state, not negative.

    Raises:
        KnowledgeError: there are several, or what stands there is no such number.
    """
    text = knowledge.string(iri, predicate)
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise _unreadable(knowledge, iri, predicate, "form-integer")
    return int(text)


def _unreadable(knowledge: Knowledge, iri: Term, predicate: ox.NamedNode, form: str) -> KnowledgeError:
    value = knowledge.value(iri, predicate)
    return KnowledgeError(
        "closed-form",
        where=knowledge.locate(iri, predicate),
        resource=local(iri),
        property=knowledge.prefixed(predicate),
        value="" if value is None else knowledge.prefixed(value)[:80],
        wanted=at(form),
    )
