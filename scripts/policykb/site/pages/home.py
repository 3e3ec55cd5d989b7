"""The first page: the question it answers, three ways in, what there is to get, and the chapters."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pyoxigraph as ox

from ..clause_body import kind_badge
from ..content import View
from ..markup import Html, heading, link, page, table, tag, top

__all__ = ["home"]


def home(view: View) -> str:
    """Markdown of the home page."""
    head = [view.say(f"home-{name}") for name in ("article", "clause", "kind", "payee", "amount")]
    chapters = [
        tag(
            "a",
            tag("span", view.say("chapter", number=number), class_="pkb-eyebrow"),
            tag("b", label),
            tag("span", view.say("articles-from-to", first=numbers[0], last=numbers[-1])),
            href=view.to(f"chapters/{number}.html"),
            class_="pkb-door",
        )
        for number, label, numbers in _chapters(view)
    ]
    return page(
        {"title": view.say("home-title"), "description": view.say("home-question"), "hide": ["navigation", "toc"]},
        top(view.say("home-title")),
        _hero(view),
        heading(2, view.say("home-amounts"), "amounts"),
        tag("p", view.say("home-amounts-why")),
        table(head, _amounts(view), caption=view.say("home-amounts"), class_="pkb-numbered"),
        heading(2, view.say("home-chapters"), "chapters"),
        tag("div", *chapters, class_="pkb-doors pkb-chapters"),
        tag("p", view.say("not-official"), class_="pkb-quiet"),
    )


def _hero(view: View) -> Html:
    """What the site answers, and the three ways in."""
    book, document = view.content.kb.book, view.content.kb.book.document
    doors = ("check", "document", "playground")
    cards = [
        tag(
            "a",
            tag("b", view.say(f"door-{name}")),
            tag("span", view.say(f"door-{name}-why", articles=len(book.articles))),
            href=view.to(f"{name}.html"),
            class_=f"pkb-door pkb-door-{name}",
        )
        for name in doors
    ]
    meta = view.say("issued", number=document.number, date=document.issued)
    return tag(
        "div",
        tag("p", meta, class_="pkb-eyebrow"),
        tag("p", view.say("home-question"), class_="pkb-lead"),
        tag("div", *cards, class_="pkb-doors"),
        class_="pkb-hero",
    )


def _amounts(view: View) -> list[tuple[str | Html, ...]]:
    """The clauses that grant money, the least of each first."""
    book = view.content.kb.book
    rows: list[tuple[str | Html, ...]] = []
    for clause in book.clauses.values():
        if not clause.grants_money:
            continue
        rising = sorted(clause.options, key=lambda option: option.value or option.rate or Decimal(0))
        amounts = view.phrases.amounts(replace(clause, options=tuple(rising)))
        shown = (
            view.say("and-more", first=amounts[0], last=amounts[-1])
            if len(amounts) > 2
            else view.say("comma").join(amounts)
        )
        rows.append(
            (
                link(view.phrases.article(clause), view.to(f"articles/{clause.article:02d}.html")),
                link(view.get(clause.title), view.href(clause.iri)),
                kind_badge(view, clause),
                view.get(clause.payee or clause.beneficiary),
                tag("b", shown),
            )
        )
    return rows


def _chapters(view: View) -> list[tuple[int, str, list[int]]]:
    book = view.content.kb.book
    found: dict[str, list[int]] = {}
    for article in book.articles:
        found.setdefault(article.chapter, []).append(article.number)
    return [(int(name.rsplit("-", 1)[-1]), chapter_label(view, name), numbers) for name, numbers in found.items()]


def chapter_label(view: View, name: str) -> str:
    """The heading of a chapter by its id."""
    iri = ox.NamedNode(f"{view.content.kb.book.document.iri}/{name}")
    return view.get(view.content.kb.knowledge.label(iri))
