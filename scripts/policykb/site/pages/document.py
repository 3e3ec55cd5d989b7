"""The document as a whole, its chapters, and its articles."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyoxigraph as ox

from ...amended import amendments_of
from ...model import Article, Provision
from ...names import ELI, PKB, RDFS, SPDX
from ..citations import citation
from ..clause_body import clause_body, kind_badge
from ..content import View
from ..markup import Html, definitions, escape, heading, items, link, page, tag, top
from ..provisions import provision_block, spaced, translated
from .home import chapter_label
from .shelf import number_of, validity

__all__ = ["article_page", "chapter_page", "document_page"]


def document_page(view: View) -> str:
    """The document: what it is, what it says of its validity, its chapters, and the parts outside the articles."""
    knowledge, book = view.content.kb.knowledge, view.content.kb.book
    document = book.document
    node = ox.NamedNode(document.iri)
    outside = [p for p in book.provisions.values() if not p.part.startswith(("art-", "chapter-"))]
    first = min(book.provisions[name].start for article in book.articles for name in article.provisions)
    cited = [iri for iri in knowledge.instances(ELI.LegalResource) if iri != node]
    front = [provision_block(view, p, ()) if p.number else _structure(view, p) for p in outside if p.start < first]
    back = [provision_block(view, p, ()) if p.number else _structure(view, p) for p in outside if p.start >= first]
    others = [
        tag(
            "p",
            tag("b", _cited(view, iri)),
            Html(" "),
            view.get(knowledge.text(iri, RDFS.comment)),
            id=iri.value.rsplit("/", 1)[-1],
        )
        for iri in cited
    ]
    amending = {p.id for one in amendments_of(view.content.kb) for p in one.provisions}
    named = amending | {p.id for p in outside} | {iri.value.rsplit("/", 1)[-1] for iri in cited}
    whole = [
        link(f"{view.say('download')} {kind}", view.graph(f"policykb.{suffix}"), download="")
        for kind, suffix in (("Turtle", "ttl"), ("N-Triples", "nt"), ("JSON-LD", "jsonld"))
    ]
    return page(
        {"title": view.say("nav-document"), "description": document.title.get(view.lang), "jsonld": legislation(view)},
        top(document.title.get(view.lang)),
        tag("p", view.say("not-official"), class_="pkb-quiet"),
        _about(view),
        tag("p", Html(" · ".join(whole)), class_="pkb-downloads"),
        citation(view, document.iri, document.title.zh),
        heading(2, view.say("home-chapters"), "chapters"),
        *_contents(view),
        heading(2, view.say("apply"), "apply"),
        *_applying(view),
        heading(2, view.say("front"), "front"),
        _unofficial(view, outside),
        *front,
        *_section(view, "back", back),
        *_amendments(view),
        *_section(view, "cited-documents", others, "cited"),
        *_section(view, "other-names", _other_names(view, named)),
    )


def _cited(view: View, iri: ox.NamedNode) -> str:
    """A document that this one refers to, by its title and its number, where it is known."""
    knowledge = view.content.kb.knowledge
    title = view.phrases.say("document-titled", title=knowledge.label(iri))
    return " ".join(filter(None, (title, knowledge.string(iri, ELI.number))))


def _section(view: View, name: str, blocks: list[Html], anchor: str = "") -> list[Html]:
    """A part of the page under its heading, where there is anything in it."""
    return [Html(heading(2, view.say(name), anchor or name)), *blocks] if blocks else []


def _amendments(view: View) -> list[Html]:
    """The amendments of the document, each with its text, where there are any."""
    blocks: list[Html] = []
    for one in amendments_of(view.content.kb):
        label = view.phrases.say("told-amendment", label=one.label, day=one.day)
        blocks.append(tag("p", tag("b", label)))
        blocks += [_structure(view, provision) for provision in one.provisions]
        blocks += [] if one.provisions else [tag("p", view.say("amendment-no-text"), class_="pkb-quiet")]
    return _section(view, "amendments", blocks)


def _about(view: View) -> Html:
    """What the document is, who issued it, and for how long it is good."""
    knowledge, book = view.content.kb.knowledge, view.content.kb.book
    document = book.document
    node = ox.NamedNode(document.iri)
    return definitions(
        [
            (view.say("number"), number_of(document)),
            (view.say("title"), document.title.get(view.lang)),
            (view.say("issued-on"), document.issued),
            (view.say("issued-by"), Html(view.say("comma").join(_labels(view, node, ELI.passed_by)))),
            (view.say("validity"), view.get(knowledge.text(node, RDFS.comment))),
            (view.say("covers"), _covers(view)),
            (view.say("checksum"), tag("code", _checksum(view))),
        ]
    )


def _covers(view: View) -> str:
    """The periods that a document covers, where it is inferred the first of them."""
    book = view.content.kb.book
    if view.content.kb.knowledge.subjects(PKB.inferred, PKB.periodsEndingFrom):
        return view.say("covers-from", date=book.periods_ending_from.isoformat())
    return validity(view)


def _applying(view: View) -> list[Html]:
    """What the text says, and does not say, of applying: the deadlines that it states, and whom to ask."""
    book, phrases = view.content.kb.book, view.phrases
    document = book.document
    stated = [
        Html(f"{p.deadline} {link(view.get(p.label), view.href(p.iri))}")
        for p in book.provisions.values()
        if p.deadline
    ]
    blocks = [tag("p", view.get(view.content.kb.knowledge.text(ox.NamedNode(document.iri), RDFS.comment)))]
    if document.contact is not None:
        mark = view.say("inferred") if document.contact_is_inferred else ""
        blocks.append(
            tag("p", phrases.say("pair", key=view.say("apply-ask"), value=view.get(document.contact.label)) + mark)
        )
    for provision in book.provisions.values():
        if provision.iri in document.application:
            cited = link(view.get(provision.label), view.href(provision.iri))
            quote = tag("q", spaced(provision.quote), lang="zh-Hans")
            blocks.append(tag("p", quote, Html(" "), cited, class_="pkb-quote") + translated(view, provision))
    if stated:
        blocks += [tag("p", view.say("apply-deadlines")), items(stated)]
    check = view.check()
    return [*blocks, tag("p", link(view.say("open-check"), check))] if check else blocks


def _contents(view: View) -> list[Html]:
    """The chapters with their articles."""
    book = view.content.kb.book
    return [
        tag(
            "p",
            link(
                f"{view.say('chapter', number=int(name[-1]))} {chapter_label(view, name)}",
                view.to(f"chapters/{name[-1]}.html"),
            ),
            class_="pkb-part",
        )
        + items(_article_link(view, article) for article in book.articles if article.chapter == name)
        for name in dict.fromkeys(article.chapter for article in book.articles)
    ]


def _other_names(view: View, named: set[str]) -> list[Html]:
    """What else resolves to this page (expression, file, checksum, parts), so that each has its place."""
    found: dict[str, str] = {}
    for iri, place in view.content.addresses.items():
        anchor = place.removeprefix(f"{view.page}#")
        if anchor != place and anchor not in named:
            found.setdefault(anchor, iri)
    label = view.content.kb.knowledge.label
    return [
        tag("p", tag("b", view.get(label(ox.NamedNode(iri)))), Html(" "), tag("code", iri), id=anchor)
        for anchor, iri in found.items()
    ]


def _labels(view: View, node: ox.NamedNode, predicate: ox.NamedNode) -> list[str]:
    knowledge = view.content.kb.knowledge
    found = [term for term in knowledge.objects(node, predicate) if isinstance(term, ox.NamedNode)]
    return [link(view.get(knowledge.label(term)), view.href(term.value)) for term in found]


def _checksum(view: View) -> str:
    knowledge = view.content.kb.knowledge
    found = knowledge.subjects(SPDX.checksumValue)
    return f"SHA-256 {knowledge.string(found[0], SPDX.checksumValue)}" if found else ""


def _structure(view: View, part: Provision) -> Html:
    quote = tag("p", spaced(part.quote), class_="pkb-structure", lang="zh-Hans")
    return tag("div", quote, translated(view, part), id=part.id)


def _unofficial(view: View, parts: Iterable[Provision]) -> Html:
    """That a translation is none of the issuing bodies', where the page shows one."""
    if all(part.translation(view.lang) is None for part in parts):
        return Html("")
    return tag("p", view.phrases.say("translation-note"), class_="pkb-quiet pkb-unofficial")


def _article_link(view: View, article: Article) -> Html:
    name = view.phrases.article_name(article.iri, article.number)
    return link(f"{name} {article.label.get(view.lang)}", view.to(f"articles/{article.number:02d}.html"))


def chapter_page(view: View, name: str) -> str:
    """A chapter: its articles with their clauses."""
    book = view.content.kb.book
    number = int(name.rsplit("-", 1)[-1])
    title = f"{view.say('chapter', number=number)} {chapter_label(view, name)}"
    blocks = []
    for article in book.articles:
        if article.chapter != name:
            continue
        blocks.append(
            heading(
                2,
                f"{view.phrases.say('article', number=article.number)} {article.label.get(view.lang)}",
                f"art-{article.number:02d}",
            )
        )
        blocks.append(tag("p", link(view.say("read-article"), view.to(f"articles/{article.number:02d}.html"))))
        blocks.append(
            items(
                Html(
                    link(view.get(book.clauses[c].title), view.href(book.clauses[c].iri))
                    + " "
                    + kind_badge(view, book.clauses[c])
                    + " "
                    + escape(_rule(view, c))
                )
                for c in article.clauses
            )
        )
    return page({"title": title, "description": title}, top(title), *blocks)


def _rule(view: View, clause: str) -> str:
    return view.say("comma").join(view.phrases.amounts(view.content.kb.book.clauses[clause]))


def article_page(view: View, article: Article) -> str:
    """An article: its text with the rules beside it, its clauses, downloads, and how to cite it."""
    book = view.content.kb.book
    heads = [book.provisions[name] for name in article.provisions if not book.provisions[name].number]
    norms = [book.provisions[name] for name in article.provisions if book.provisions[name].number]
    by_provision = {p.id: [c for c in article.clauses if p.id in book.clauses[c].provisions] for p in norms}
    title = f"{view.phrases.say('article', number=article.number)} {article.label.get(view.lang)}"
    seen: set[str] = set()
    blocks: list[str] = []
    for name in article.clauses:
        clause = book.clauses[name]
        blocks.append(heading(3, view.get(clause.title), name, searched=False))
        permalink = link(name, view.href(clause.iri), class_="pkb-cite")
        blocks.append(tag("p", kind_badge(view, clause), Html(" "), permalink))
        blocks.append(clause_body(view, clause, seen, is_among=True))
    groups = [g for g in book.every_group if set(g.members) & set(article.clauses)]
    for group in groups:
        blocks.append(heading(3, view.get(group.label), group.id, searched=False))
        quote = tag("q", spaced(group.words), lang="zh-Hans")
        blocks.append(tag("p", quote, Html(" "), link(group.id, view.href(group.iri), class_="pkb-cite")))
    stem = f"art-{article.number:02d}"
    downloads = [
        link(f"{view.say('download')} {kind}", view.graph(f"{stem}.{suffix}"), download="")
        for kind, suffix in (("Turtle", "ttl"), ("JSON-LD", "jsonld"))
    ]
    return page(
        {
            "title": title,
            "description": spaced(norms[0].quote)[:140],
            "jsonld": legislation(view, article),
            "search": {"boost": 2},
        },
        top(title),
        tag(
            "p",
            link(
                f"{view.say('chapter', number=int(article.chapter[-1]))} {chapter_label(view, article.chapter)}",
                view.to(f"chapters/{article.chapter[-1]}.html"),
            ),
            class_="pkb-eyebrow",
        ),
        heading(2, view.say("text"), "text"),
        tag("p", view.say("text-why"), class_="pkb-quiet", data_search_exclude=""),
        _unofficial(view, norms),
        *(_structure(view, p) for p in heads),
        *(provision_block(view, p, by_provision[p.id]) for p in norms),
        heading(2, view.say("clauses"), "clauses", searched=False),
        *blocks,
        heading(2, view.say("data"), "data", searched=False),
        tag("p", Html(" · ".join(downloads)), class_="pkb-downloads"),
        citation(view, article.iri, f"{book.document.title.zh} 第{article.number}条"),
    )


def legislation(view: View, article: Article | None = None) -> str:
    """schema.org Legislation in JSON-LD; `<` is written as an escape, so that no text can close the script."""
    document = view.content.kb.book.document
    whole = {
        "@type": "Legislation",
        "@id": document.iri,
        "name": document.title.zh,
        "legislationIdentifier": document.number,
        "inLanguage": "zh-Hans",
    }
    if document.date is not None:
        whole["legislationDate"] = document.issued
    found: dict[str, object] = {"@context": "https://schema.org", **whole}
    if article is not None:
        found |= {"@id": article.iri, "name": article.label.zh, "isPartOf": whole, "position": article.number}
    return json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")
