"""The documents of the site: the shelf with all of them, what they say side by side, and the word on a made-up one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from ...engines.program import clause_criteria
from ...model import Document
from ...names import DCT, ELI, PKB
from ...shelf import shelf
from ..content import Content, View
from ..form import validity_of
from ..markup import Html, heading, link, page, table, tag, top
from ..provisions import spaced
from .tools import check_page

__all__ = ["labelled", "number_of", "shelf_page", "side_by_side_page", "together_page", "validity"]

QUERY = "side-by-side"


def together_page(view: View) -> str:
    """The self-check over several documents: which these are, and that they are made up where they are."""
    content = view.content
    is_made_up = any(one.kb.book.document.is_example for one in content.members)
    documents = [one.kb.book.document for one in content.members]
    named = Html(" · ").join(link(one.title.get(view.lang), view.href(one.iri)) for one in documents)
    ways = tag("p", Html(named), " · ", link(view.say("nav-shelf"), view.to("shelf.html")))
    said = tag("p", tag("b", view.say("check-made-up"))) if is_made_up else ""
    text = check_page(view, [tag("div", said, ways, class_="pkb-made-up" if is_made_up else "pkb-beside")])
    return _unfound(view, text) if is_made_up else text


def shelf_page(view: View, others: Sequence[Content]) -> str:
    """Every document: what it is, who issued it, for where and how long, and whether it is made up."""
    title = view.say("nav-shelf")
    head = [view.say(name) for name in ("title", "number", "issued-by", "shelf-place", "validity")]
    head += [view.say(name) for name in ("shelf-articles", "shelf-clauses", "shelf-mark")]
    return page(
        {"title": title, "description": view.say("shelf-why"), "search": {"exclude": True}, "hide": ["toc"]},
        top(title),
        tag("p", view.say("shelf-why")),
        table(head, (_row(view, one) for one in (view.content, *others)), caption=title),
        tag("p", link(view.say("nav-side-by-side"), view.to("side-by-side.html"))),
        *(tag("p", link(said, target)) for said, target in _checks(view, others)),
        tag("p", view.say("shelf-check")) if any(one.kb.book.document.is_example for one in others) else "",
    )


def _checks(view: View, others: Sequence[Content]) -> Iterator[tuple[str, str]]:
    """The self-checks over several documents, by what they are called."""
    places = {one.check: one.kb.book.document.is_example for one in others if one.check is not None}
    for place, is_made_up in places.items():
        title = view.say("check-together")
        yield view.say("shelf-title", title=title) if is_made_up else title, view.to(place)


def _row(view: View, content: Content) -> list[str]:
    book, knowledge = content.kb.book, content.kb.knowledge
    node = ox.NamedNode(book.document.iri)
    issuing = knowledge.objects(node, ELI.passed_by) or knowledge.objects(node, PKB.defaultActor)
    named = [one for one in issuing if isinstance(one, ox.NamedNode)]
    places = dict.fromkeys(place for one in named if (place := knowledge.node(one, DCT.spatial)))
    seen = content.view(view.lang, view.page)
    return [
        link(book.document.title.get(view.lang), seen.href(book.document.iri)),
        number_of(book.document),
        view.say("comma").join(view.get(knowledge.label(one)) for one in named),
        view.say("comma").join(view.get(knowledge.label(one)) for one in places),
        validity(seen),
        str(len(book.articles)),
        str(len(book.clauses)),
        tag("b", view.say("shelf-example")) if book.document.is_example else view.say("shelf-real"),
    ]


def validity(view: View) -> str:
    """From when and for how long a document is good, as it says itself, or as is inferred."""
    return view.get(validity_of(view.content.kb))


def number_of(document: Document) -> str:
    """The official number; empty where the document has none and goes by its title."""
    return document.number if document.has_number else ""


def side_by_side_page(view: View, others: Sequence[Content]) -> str:
    """The items that several documents use, each with what every document says of it, as the query finds them."""
    contents = {one.kb.book.document.iri: one for one in (view.content, *others)}
    whole = shelf({one.kb.book.document.slug: one.kb for one in contents.values()}, ())
    title, blocks = view.say("nav-side-by-side"), []
    head = [view.say(name) for name in ("side-document", "home-article", "side-part", "side-rule", "shape-words")]
    found = [row for row in whole.ask(QUERY, lang=view.lang) if row["documents"] > 1]
    for (fact, label), rows in groupby(found, key=lambda row: (row["factId"], row["fact"])):
        lines = [_line(contents[row["document"]].view(view.lang, view.page), row) for row in rows]
        blocks.append(heading(2, label, fact))
        blocks.append(table(head, lines, caption=label))
    return page(
        {"title": title, "description": view.say("side-why"), "search": {"exclude": True}},
        top(title),
        tag("p", view.say("side-why")),
        tag("p", link(view.say("nav-shelf"), view.to("shelf.html"))),
        *(blocks or [tag("p", view.say("side-none"))]),
    )


def _line(view: View, row: dict[str, object]) -> list[str]:
    """A condition or an amount of a document, with its bound or rate in words."""
    document = view.content.kb.book.document
    mark = Html(" ") + tag("b", view.say("shelf-example")) if document.is_example else ""
    article = view.phrases.article_name(f"{document.iri}/", int(str(row["article"])))
    return [
        link(number_of(document) or document.title.get(view.lang), view.href(document.iri)) + mark,
        link(article, view.to(f"articles/{int(str(row['article'])):02d}.html")),
        link(str(row["name"]), view.href(str(row["part"]))),
        _rules(view).get(str(row["part"]), ""),
        tag("q", spaced(str(row["words"])), lang="zh-Hans"),
    ]


def _rules(view: View) -> dict[str, str]:
    """What each condition demands and each option gives, in words, by its IRI."""
    phrases, clauses = view.phrases, view.content.kb.book.clauses.values()
    criteria = {one.iri: phrases.required(one) for clause in clauses for one in clause_criteria(clause)}
    return criteria | {one.iri: phrases.option(one) for clause in clauses for one in clause.options}


def labelled(view: View, text: str) -> str:
    """A page of a document that stands beside: under its title the way back, and that it is made up where it is.

    What is made up is not found by the search, and tells no robot that it is law.
    """
    if view.content.kb.book.document.is_example:
        text = _unfound(view, text)
    meta, body = _parted(text)
    title, _, rest = body.partition("\n\n")
    return page(meta, title, Html("").join(_notice(view)), rest)


def _unfound(view: View, text: str) -> str:
    """A page about what is made up: its title says so, no search finds it, and no robot takes it for law."""
    meta, body = _parted(text)
    kept = {key: value for key, value in meta.items() if key not in ("jsonld", "tags")}
    return page(kept | {"title": view.say("shelf-title", title=meta["title"]), "search": {"exclude": True}}, body)


def _parted(text: str) -> tuple[dict[str, Any], str]:
    """What a page says of itself, and the page."""
    head, body = text.removeprefix("---\n").split("\n---\n", 1)
    return {key: json.loads(value) for key, _, value in (line.partition(": ") for line in head.split("\n"))}, body


def _notice(view: View) -> Iterator[Html]:
    document = view.content.kb.book.document
    said = [tag("b", view.phrases.say("told-example"))] if document.is_example else []
    ways = [
        link(document.title.get(view.lang), view.to("document.html")),
        link(view.say("nav-clauses"), view.to("clauses/index.html")),
        link(view.say("nav-bodies"), view.to("bodies.html")),
        link(view.say("nav-shelf"), view.to("shelf.html")),
    ]
    kind = "pkb-made-up" if document.is_example else "pkb-beside"
    yield tag("div", *(tag("p", Html(one)) for one in (*said, Html(" · ").join(ways))), class_=kind)
