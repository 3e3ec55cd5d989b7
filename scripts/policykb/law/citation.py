"""How a part of the document is cited: GB/T 7714."""

from __future__ import annotations

from .rules import RuleBook

__all__ = ["standard"]


def standard(book: RuleBook, title: str, iri: str) -> str:
    """The citation of a part in the form of GB/T 7714.

    Args:
        book: the rules of the document.
        title: the title of the part, in the language of the text.
        iri: the part.
    """
    document = book.document
    signed = ", ".join(document.authors)
    return f"{signed}. {title}: {document.number}[A/OL]. ({document.issued}). {iri}."
