"""Who acts, who decides and who benefits."""

from __future__ import annotations

import pyoxigraph as ox

from ...law.knowledge import local
from ...names import CV, PKB, SKOS
from ..content import View
from ..markup import Html, closed, definitions, heading, items, link, page, top

__all__ = ["bodies_page"]


def bodies_page(view: View) -> str:
    """All bodies and parties of the document, with what they decide, do, or get."""
    knowledge, document = view.content.kb.knowledge, view.content.kb.book.document.iri
    blocks: list[str] = []
    for folder in ("body", "party"):
        base = f"{document}/{folder}/"
        blocks.append(heading(2, view.say(f"{folder}-heading"), folder))
        for iri in sorted({q.subject.value for q in knowledge.store if q.subject.value.startswith(base)}):
            blocks.append(_one(view, ox.NamedNode(iri), folder))
    title = view.say("nav-bodies")
    return page({"title": title, "description": view.say("bodies-why")}, top(title), *blocks)


def _one(view: View, node: ox.NamedNode, folder: str) -> str:
    knowledge = view.content.kb.knowledge
    other = [t.value for t in knowledge.objects(node, SKOS.altLabel) if isinstance(t, ox.Literal)]

    def subjects(predicate: ox.NamedNode) -> Html:
        found = knowledge.subjects(predicate, node)
        shown = [link(view.get(knowledge.label(s)), view.href(s.value)) for s in found]
        if len(shown) <= 6:
            return Html(view.say("comma").join(shown))
        return closed(view.say("entries", count=len(shown)), items(shown, class_="pkb-columns"))

    return heading(3, view.get(knowledge.label(node)), f"{folder}-{local(node)}") + definitions(
        [
            (view.say("also-named"), view.say("comma").join(other)),
            (view.say("decides"), subjects(PKB.decidedBy)),
            (view.say("competent-for"), subjects(CV.hasCompetentAuthority)),
            (view.say("acts-in"), subjects(PKB.actor)),
            (view.say("benefits-from"), subjects(PKB.beneficiary)),
            (view.say("is-paid"), subjects(PKB.payee)),
        ]
    )
