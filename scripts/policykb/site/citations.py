"""How to cite a part of the document: GB/T 7714, BibTeX, and its IRI."""

from __future__ import annotations

from ..law.citation import standard
from .content import View
from .markup import Html, tag

__all__ = ["citation"]


def citation(view: View, iri: str, title: str) -> Html:
    """A folded block with the citation in each form.

    Args:
        view: the page.
        iri: what is cited.
        title: its title, in the language of the text.
    """
    document = view.content.kb.book.document
    bibtex = "\n".join(
        [
            f"@misc{{{document.slug},",
            f"  author = {{{' and '.join(f'{{{name}}}' for name in document.authors)}}},",
            f"  title  = {{{title}}},",
            *([f"  number = {{{document.number}}},"] if document.has_number else []),
            *([f"  year   = {{{document.date.year}}},"] if document.date is not None else []),
            f"  url    = {{{iri}}}",
            "}",
        ]
    )
    return tag(
        "details",
        tag("summary", view.say("cite")),
        tag("p", "GB/T 7714"),
        tag("pre", standard(document, title, iri), tabindex="0"),
        tag("p", "BibTeX"),
        tag("pre", bibtex, tabindex="0"),
        tag("p", "IRI ", tag("code", iri)),
        class_="pkb-cite-this",
        data_search_exclude="",
    )
