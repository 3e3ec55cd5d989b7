"""The coverage ledger: every stretch of the text with the provision or structure that accounts for it."""

from __future__ import annotations

from ..content import View
from ..markup import link, page, table, tag, top
from ..provisions import notes_of, spaced

__all__ = ["ledger_page"]


def ledger_page(view: View) -> str:
    """All stretches in order; a gap other than white space would show as a row of its own."""
    book = view.content.kb.book
    rows, position, gaps = [], 0, 0
    for provision in book.provisions.values():
        between = book.document.text[position : provision.start]
        if between.strip():
            gaps += 1
            rows.append(
                (
                    f"{position}–{provision.start}",
                    view.say("ledger-gap"),
                    "",
                    tag("q", spaced(between), lang="zh-Hans"),
                    "",
                )
            )
        kind = (
            view.phrases.concept("provision-type", provision.kind) if provision.kind else view.say("ledger-structure")
        )
        quote = spaced(provision.quote)
        rows.append(
            (
                f"{provision.start}–{provision.end}",
                link(provision.id, view.href(provision.iri)),
                kind,
                tag("q", quote[:24] + ("…" if len(quote) > 24 else ""), lang="zh-Hans"),
                str(len(notes_of(view, provision)) or ""),
            )
        )
        position = max(position, provision.end)
    if book.document.text[position:].strip():
        gaps += 1
    title = view.say("nav-ledger")
    head = [view.say(f"ledger-{name}") for name in ("position", "provision", "type", "words", "notes")]
    total = view.say("ledger-total", characters=len(book.document.text), provisions=len(book.provisions), gaps=gaps)
    return page(
        {"title": title, "description": view.say("ledger-why"), "search": {"exclude": True}},
        top(title),
        tag("p", view.say("ledger-why")),
        tag("p", total),
        tag("div", table(head, rows, caption=title), data_search_exclude=""),
    )
