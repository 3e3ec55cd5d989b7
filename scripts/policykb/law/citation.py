"""How a part of the document is cited: GB/T 7714, and who signs as its authors."""

from __future__ import annotations

import pyoxigraph as ox

from ..names import ELI, SKOS
from .rules import RuleBook

__all__ = ["authors", "standard"]


def standard(book: RuleBook, title: str, iri: str) -> str:
    """The citation of a part in the form of GB/T 7714.

    Args:
        book: the rules of the document.
        title: the title of the part, in the language of the text.
        iri: the part.
    """
    document = book.document
    signed = ", ".join(authors(book))
    return f"{signed}. {title}: {document.number}[A/OL]. ({document.issued}). {iri}."


def authors(book: RuleBook) -> list[str]:
    """The issuing bodies by their longest name, as they sign."""
    knowledge = book.knowledge
    found = []
    for body in knowledge.objects(ox.NamedNode(book.document.iri), ELI.passed_by):
        if isinstance(body, ox.NamedNode):
            names = [t.value for t in knowledge.objects(body, SKOS.altLabel) if isinstance(t, ox.Literal)]
            found.append(max([*names, knowledge.label(body).zh], key=len))
    return found
