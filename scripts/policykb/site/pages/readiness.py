"""Readiness for payment without application: all clauses that grant money, then each with what it lacks."""

from __future__ import annotations

from ...reports.readiness import QUERY, by_clause
from ..content import View
from ..markup import definitions, heading, items, link, page, table, tag, top

__all__ = ["readiness_page"]


def readiness_page(view: View) -> str:
    """Each clause that grants money with its five elements."""
    kb, say = view.content.kb, view.phrases.say
    found = by_clause(kb.ask(QUERY, lang=view.lang), view.phrases)
    names = [element.name for element in next(iter(found.values()))] if found else []
    rows, blocks = [], []
    for name, elements in found.items():
        clause = kb.book.clauses[name]
        shown = link(view.get(clause.title), view.href(clause.iri))
        rows.append([shown, *(say("ready-yes" if one.holds else "ready-no") for one in elements)])
        lacking = [(say(f"ready-{one.name}"), items(one.faults)) for one in elements if not one.holds]
        blocks += [heading(2, f"{view.phrases.article(clause)} {view.get(clause.title)}", name), definitions(lacking)]
    title = view.say("nav-readiness")
    head = [view.say("home-clause"), *(say(f"ready-{name}") for name in names)]
    return page(
        {"title": title, "description": view.say("readiness-why")},
        top(title),
        tag("p", say("ready-scope-note")),
        table(head, rows, caption=title),
        *blocks,
    )
