"""How a part of the document is cited: GB/T 7714."""

from __future__ import annotations

from ..model import Document

__all__ = ["standard"]


def standard(document: Document, title: str, iri: str) -> str:
    """The citation of a part in the form of GB/T 7714.

    Args:
        document: the document that the part is of.
        title: the title of the part, in the language of the text.
        iri: the part.
    """
    signed = f"{', '.join(document.authors)}. " if document.authors else ""
    numbered = f": {document.number}" if document.has_number else ""
    dated = f"({document.issued}). " if document.date is not None else ""
    return f"{signed}{title}{numbered}[A/OL]. {dated}{iri}."
