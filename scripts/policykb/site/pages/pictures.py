"""The map of the document, who decides what, and the amounts drawn as steps."""

from __future__ import annotations

from ...engines.program import clause_criteria
from ..charts import clause_chart
from ..content import View
from ..diagrams import document_map
from ..markup import Html, escape, heading, items, link, page, table, tag, top
from .home import chapter_label

__all__ = ["charts_page", "map_page"]


def map_page(view: View) -> str:
    """Document, chapters, articles and clauses as a picture, the same as a list, and the matrix of decisions."""
    title = view.say("nav-map")
    return page(
        {"title": title, "description": view.say("map-why"), "hide": ["toc"]},
        top(title),
        tag("p", view.say("map-why")),
        tag(
            "div",
            document_map(view),
            class_="pkb-scroll pkb-map",
            tabindex="0",
            role="region",
            aria_label=title,
            data_search_exclude="",
        ),
        heading(2, view.say("map-list"), "list", searched=False),
        # On a phone the list stands in the place of the picture, so it is open from the start.
        tag(
            "details",
            tag("summary", view.say("map-list-open")),
            _outline(view),
            class_="pkb-outline",
            open="",
            data_search_exclude="",
        ),
        heading(2, view.say("matrix"), "matrix"),
        tag("p", view.say("matrix-why")),
        _matrix(view),
    )


def _outline(view: View) -> Html:
    book = view.content.kb.book
    chapters = dict.fromkeys(article.chapter for article in book.articles)
    return items(
        Html(
            link(chapter_label(view, chapter), view.to(f"chapters/{chapter[-1]}.html"))
            + items(
                Html(
                    link(
                        f"{view.phrases.say('article', number=article.number)} {article.label.get(view.lang)}",
                        view.to(f"articles/{article.number:02d}.html"),
                    )
                    + items(
                        link(view.get(book.clauses[c].title), view.href(book.clauses[c].iri)) for c in article.clauses
                    )
                )
                for article in book.articles
                if article.chapter == chapter
            )
        )
        for chapter in chapters
    )


def _matrix(view: View) -> Html:
    kb = view.content.kb
    cells: dict[str, dict[str, list[str]]] = {}
    bodies: dict[str, str] = {}
    for clause in kb.book.clauses.values():
        used = {criterion.path for criterion in clause_criteria(clause)}
        for name in sorted(used):
            fact = kb.vocabulary.facts.get(name)
            if fact is not None and fact.decided_by is not None:
                bodies[fact.decided_by.id] = fact.decided_by.label.get(view.lang)
                shown = link(view.get(fact.label), view.href(fact.iri))
                cells.setdefault(clause.id, {}).setdefault(fact.decided_by.id, []).append(shown)
    rows = [
        (
            link(
                f"{view.phrases.article(kb.book.clauses[c])} {view.get(kb.book.clauses[c].title)}",
                view.href(kb.book.clauses[c].iri),
            ),
            *(Html(view.say("comma").join(by_body.get(body, []))) for body in bodies),
        )
        for c, by_body in cells.items()
    ]
    return table([view.say("home-clause"), *bodies.values()], rows, caption=view.say("matrix"))


def charts_page(view: View) -> str:
    """The amount of each clause against the fact that it depends on."""
    title = view.say("nav-charts")
    blocks: list[str] = []
    for clause in view.content.kb.book.clauses.values():
        chart = clause_chart(view, clause)
        if chart:
            name = f"{view.phrases.article(clause)} {view.get(clause.title)}"
            blocks.append(heading(2, name, clause.id))
            blocks.append(tag("p", link(view.say("read-clause"), view.href(clause.iri)), Html(" "), escape("")))
            blocks.append(chart)
    return page(
        {"title": title, "description": view.say("charts-why")}, top(title), tag("p", view.say("charts-why")), *blocks
    )
