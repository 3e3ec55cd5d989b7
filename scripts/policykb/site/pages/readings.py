"""The open points of the text: the words, the default, the reason, and what another reading would change."""

from __future__ import annotations

from ..content import View
from ..markup import Html, closed, definitions, heading, link, page, tag, top
from ..provisions import spaced

__all__ = ["readings_page"]


def readings_page(view: View) -> str:
    """All readings and notes, in the document's order."""
    title = view.say("nav-readings")
    blocks = []
    for reading in view.content.readings:
        where: list[str] = [
            link(view.phrases.say("article", number=n), view.to(f"articles/{n:02d}.html")) for n in reading.articles
        ] or [view.say("whole-document")]
        bears = [
            clause for clause in view.content.kb.book.clauses.values() if reading in view.content.readings_of[clause.id]
        ]
        run = tag("code", f"policykb compare FILE --with {reading.overlay}") if reading.overlay else ""
        blocks.append(heading(2, view.get(reading.label), reading.id))
        told = [
            (view.say("stands-in"), Html(view.say("comma").join(where))),
            (view.say("reading-words"), Html(" ".join(tag("q", spaced(w), lang="zh-Hans") for w in reading.words))),
            (view.say("reading-default"), view.get(reading.default)),
        ]
        more = [
            ("id", tag("code", reading.id)),
            (view.say("reason"), view.get(reading.reason)),
            (
                view.say("reading-other"),
                view.get(reading.alternative) if reading.alternative else view.say("reading-note"),
            ),
            (view.say("reading-run"), run or (view.say("reading-recorded") if reading.kind == "recorded" else "")),
            (
                view.say("changes"),
                Html(view.say("comma").join(link(view.get(c.title), view.href(c.iri)) for c in bears[:12])),
            ),
        ]
        blocks += [
            definitions(told),
            closed(view.say("comma").join((view.say("reason"), view.say("reading-other"))), definitions(more)),
        ]
    return page(
        {"title": title, "description": view.say("readings-why")},
        top(title),
        tag("p", view.say("readings-why")),
        *blocks,
    )
