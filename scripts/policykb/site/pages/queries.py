"""The query library: what each query answers, its parameters and columns, its first results, and its text."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox

from ...ask.graphs import prefixes
from ...ask.library import LibraryQuery, read_library
from ...ask.local import ask_store
from ...ask.result import Term
from ...law.knowledge import local
from ...law.steps import read_steps
from ..content import View
from ..markup import Html, escape, heading, link, page, table, tag, top

__all__ = ["in_language", "queries_page", "runnable"]

_ROWS = 8


def runnable(query: LibraryQuery) -> bool:
    """Whether a query asks the graph alone and needs no parameter: what the playground can run."""
    return query.group != "decisions" and not any(parameter.required for parameter in query.parameters)


def in_language(query: LibraryQuery, lang: str) -> str:
    """The text of a query with its default language for labels set."""
    return query.text.replace('VALUES ?lang { "zh" }', f'VALUES ?lang {{ "{lang}" }}')


def queries_page(view: View) -> str:
    """All queries by group, then the steps that complete what is written, and those that decide."""
    root: Path = view.content.kb.knowledge.root
    title = view.say("nav-queries")
    blocks: list[str] = [tag("p", view.say("queries-why"))]
    group = ""
    for query in read_library(root):
        if query.group != group:
            group = query.group
            blocks.append(heading(2, view.say(f"queries-{group}"), f"group-{group}"))
        blocks += _query(view, query)
    for procedure in ("complete", "decide", "doubt"):
        blocks.append(heading(2, view.say(f"queries-{procedure}"), procedure))
        blocks.append(tag("p", view.say(f"queries-{procedure}-why")))
        for step in read_steps(root, procedure):
            blocks.append(heading(3, step.name, step.name))
            blocks.append(_text(step.name, step.text))
    return page(
        {"title": title, "description": view.say("queries-why"), "search": {"exclude": True}}, top(title), *blocks
    )


def _query(view: View, query: LibraryQuery) -> list[str]:
    blocks = [heading(3, query.name, query.name), tag("p", tag("b", view.get(query.question)))]
    if runnable(query):
        blocks.append(tag("p", link(view.say("open-playground"), view.to(f"playground.html#name={query.name}"))))
    rows = [(tag("code", f"?{p.name}"), p.type, view.get(p.meaning)) for p in query.parameters]
    head = [view.say(f"column-{name}") for name in ("name", "kind", "meaning")]
    if rows:
        blocks.append(table([view.say("parameter"), *head[1:]], rows, caption=f"{query.name}: {view.say('parameter')}"))
    if query.columns:
        columns = [(tag("code", f"?{c.name}"), c.type, view.get(c.meaning)) for c in query.columns]
        blocks.append(table(head, columns, caption=f"{query.name}: {view.say('column-name')}"))
    if runnable(query):
        blocks.append(_results(view, query))
    blocks.append(_text(query.name, query.text))
    return blocks


def _results(view: View, query: LibraryQuery) -> Html:
    """The first rows of the answer from the graph as it is."""
    found = ask_store(view.content.graph, in_language(query, view.lang), prefixes(view.content.kb.knowledge))
    if found.form != "SELECT":
        return Html("")
    rows = [[_term(view, term) for term in row] for row in found.rows]
    caption = view.say("rows-of", shown=min(_ROWS, len(rows)), count=len(rows))
    shown = table(list(found.variables), rows[:_ROWS], caption=caption)
    return tag("details", tag("summary", view.say("rows", count=len(rows))), shown, data_search_exclude="")


def _term(view: View, term: Term | None) -> str:
    if term is None:
        return ""
    if term.kind == "iri":
        return link(local(ox.NamedNode(term.value)), view.href(term.value))
    chinese = (term.language or "").startswith("zh")
    return tag("span", re.sub(r"\s+", " ", term.value), lang="zh-Hans" if chinese else None)


def _text(name: str, text: str) -> Html:
    body = tag("pre", tag("code", escape(text)), tabindex="0", class_="pkb-code")
    return tag("details", tag("summary", f"{name}.rq"), body, data_search_exclude="")
