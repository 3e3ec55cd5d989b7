"""Every page of the site in one language: its path and its Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ..model import Lang
from .content import Content, View
from .pages.bodies import bodies_page
from .pages.clauses import clause_index, clause_page, group_page
from .pages.commands import api_page, commands_page
from .pages.desk import desk_page
from .pages.document import article_page, chapter_page, document_page
from .pages.facts import fact_index, record_page
from .pages.home import chapter_label, home
from .pages.ledger import ledger_page
from .pages.pictures import charts_page, map_page
from .pages.queries import queries_page
from .pages.readiness import readiness_page
from .pages.readings import readings_page
from .pages.reference import reference_pages
from .pages.shelf import labelled, shelf_page, side_by_side_page, together_page
from .pages.tools import changelog_page, check_page, licences_page, names_page, playground_page

__all__ = ["navigation", "pages"]

REFERENCE = ("terms", "schemes", "shapes", "data-rules", "wordings")


def pages(
    content: Content,
    others: Sequence[Content],
    together: Sequence[Content],
    lang: Lang,
    libraries: list[dict[str, str]],
) -> Iterator[tuple[str, str]]:
    """All generated pages: path below the documentation folder, Markdown.

    Args:
        content: the document that the site is about.
        others: the documents beside it.
        together: several of them that answer together.
        lang: the language of the pages.
        libraries: what the site carries.
    """
    makers: dict[str, Callable[[View], str]] = {
        "index": home,
        **_of_document(content),
        "shelf": partial(shelf_page, others=others),
        "side-by-side": partial(side_by_side_page, others=others),
        "check": check_page,
        "desk": desk_page,
        "playground": playground_page,
        "map": map_page,
        "charts": charts_page,
        "readiness": readiness_page,
        "queries": queries_page,
        "commands": commands_page,
        "api": api_page,
        "ledger": ledger_page,
        "changelog": changelog_page,
        "licences": partial(licences_page, libraries=libraries),
        "names": partial(names_page, others=others),
        "facts/index": fact_index,
    }
    for path, make in makers.items():
        yield f"{path}.md", make(content.view(lang, f"{path}.html"))
    for other in others:
        for path, make in _of_document(other).items():
            if f"{path}.html" in other.own:
                view = other.view(lang, f"{other.base}{path}.html")
                yield f"{other.base}{path}.md", labelled(view, make(view))
    for several in together:
        yield f"{several.base}check.md", together_page(several.view(lang, f"{several.base}check.html"))


def _of_document(content: Content) -> dict[str, Callable[[View], str]]:
    """The pages of a document; what names none of its own terms one beside does not have."""
    book = content.kb.book
    return {
        "document": document_page,
        "bodies": bodies_page,
        "readings": readings_page,
        "clauses/index": clause_index,
        **{f"reference/{name}": partial(reference_pages, name=name) for name in REFERENCE},
        **{
            f"chapters/{name[-1]}": partial(chapter_page, name=name)
            for name in dict.fromkeys(a.chapter for a in book.articles)
        },
        **{f"articles/{a.number:02d}": partial(article_page, article=a) for a in book.articles},
        **{f"clauses/{c.id}": partial(clause_page, clause=c) for c in book.clauses.values()},
        **{f"clauses/{g.id}": partial(group_page, group=g) for g in book.every_group},
        **{f"facts/{k.id}": partial(record_page, kind=k) for k in content.kb.vocabulary.record_types.values()},
    }


def navigation(content: Content, lang: Lang, written: list[tuple[str, str]]) -> list[object]:
    """The navigation; `written` lists the hand-written guides as (path, title)."""
    view = content.view(lang, "index.html")
    book = content.kb.book
    say = view.say

    def one(name: str) -> dict[str, str]:
        return {say(f"nav-{name}"): f"{name}.md"}

    chapters: list[object] = [one("document"), one("shelf"), one("side-by-side")]
    for name in dict.fromkeys(article.chapter for article in book.articles):
        title = f"{say('chapter', number=int(name[-1]))} {chapter_label(view, name)}"
        articles: list[object] = [
            {f"{view.phrases.say('article', number=a.number)} {a.label.get(lang)}": f"articles/{a.number:02d}.md"}
            for a in book.articles
            if a.chapter == name
        ]
        chapters.append({title: [f"chapters/{name[-1]}.md", *articles]})
    return [
        {say("nav-home"): "index.md"},
        {say("nav-text"): chapters},
        {say("nav-check-tab"): ["check.md"]},
        {say("nav-desk-tab"): ["desk.md"]},
        {say("nav-explore"): [one("playground"), one("map"), one("charts"), one("queries")]},
        {
            say("nav-reference"): [
                {say("nav-clauses"): "clauses/index.md"},
                {say("nav-facts"): "facts/index.md"},
                one("readings"),
                one("readiness"),
                one("bodies"),
                {say("nav-schemes"): "reference/schemes.md"},
                {say("nav-terms"): "reference/terms.md"},
                {say("nav-shapes"): "reference/shapes.md"},
                {say("nav-data-rules"): "reference/data-rules.md"},
                one("ledger"),
                one("commands"),
                one("api"),
                {say("nav-wordings"): "reference/wordings.md"},
                one("names"),
            ]
        },
        {say("nav-guides"): [*({title: path} for path, title in written), one("changelog"), one("licences")]},
    ]
