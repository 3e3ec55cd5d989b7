"""How to cite a part of the document: GB/T 7714, BibTeX, and its IRI."""

from __future__ import annotations

import pyoxigraph as ox

from ..names import ELI, SKOS
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
    author = ", ".join(_authors(view))
    standard = f"{author}. {title}: {document.number}[A/OL]. ({document.date.isoformat()}). {iri}."
    bibtex = "\n".join(
        [
            f"@misc{{{document.slug},",
            f"  author = {{{' and '.join(f'{{{name}}}' for name in _authors(view))}}},",
            f"  title  = {{{title}}},",
            f"  number = {{{document.number}}},",
            f"  year   = {{{document.date.year}}},",
            f"  url    = {{{iri}}}",
            "}",
        ]
    )
    return tag(
        "details",
        tag("summary", view.say("cite")),
        tag("p", "GB/T 7714"),
        tag("pre", standard, tabindex="0"),
        tag("p", "BibTeX"),
        tag("pre", bibtex, tabindex="0"),
        tag("p", "IRI ", tag("code", iri)),
        class_="pkb-cite-this",
        data_search_exclude="",
    )


def _authors(view: View) -> list[str]:
    """The issuing bodies by their longest name, as they sign."""
    knowledge = view.content.kb.knowledge
    found = []
    for body in knowledge.objects(ox.NamedNode(view.content.kb.book.document.iri), ELI.passed_by):
        if isinstance(body, ox.NamedNode):
            names = [t.value for t in knowledge.objects(body, SKOS.altLabel) if isinstance(t, ox.Literal)]
            found.append(max([*names, knowledge.label(body).zh], key=len))
    return found
