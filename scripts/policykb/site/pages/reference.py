"""Reference: own terms, schemes and statuses, shapes, data rules, wordings."""

from __future__ import annotations

import re

import pyoxigraph as ox

from ...law.knowledge import local
from ...names import PKB, RDF, RDFS, SH, SKOS
from ..addresses import OWN, SCHEME, own_iris
from ..content import View
from ..markup import Html, closed, definitions, folded, heading, items, link, page, table, tag, top

__all__ = ["reference_pages"]


def reference_pages(view: View, name: str) -> str:
    """One of the reference pages by its name: terms, schemes, shapes, data-rules, wordings."""
    title = view.say(f"nav-{name}")
    why = view.say(f"{name}-why")
    blocks = {
        "terms": _terms,
        "schemes": _schemes,
        "shapes": _shapes,
        "data-rules": _data_rules,
        "wordings": _wordings,
    }[name](view)
    return page(
        {
            "title": title,
            "description": why,
            "search": {"exclude": name != "schemes"},
            # A page that is one table has no contents to list.
            "hide": None if name == "schemes" else ["toc"],
        },
        top(title),
        tag("p", why),
        *blocks,
    )


def _here(view: View) -> list[tuple[str, str]]:
    """The IRIs that resolve to this page, with their anchors."""
    found = []
    for iri in own_iris(view.content.kb.knowledge):
        path, _, anchor = view.content.addresses[iri].partition("#")
        if path == view.page:
            found.append((iri, anchor))
    return found


def _terms(view: View) -> list[str]:
    knowledge = view.content.kb.knowledge
    groups: dict[str, list[str]] = {}
    for iri, anchor in _here(view):
        node = ox.NamedNode(iri)
        kinds = [local(t) for t in knowledge.objects(node, RDF.type) if isinstance(t, ox.NamedNode)]

        def terms(predicate: ox.NamedNode, node: ox.NamedNode = node) -> Html:
            found = [t for t in knowledge.objects(node, predicate) if isinstance(t, ox.NamedNode)]
            return Html(view.say("comma").join(link(local(t), view.href(t.value)) for t in found))

        name = f"pkb:{local(node)}" if iri.startswith(str(PKB)) else iri
        label = view.get(knowledge.text(node))
        shown = definitions(
            [
                (view.say("label"), label),
                (view.say("meaning"), view.get(knowledge.text(node, RDFS.comment))),
                (view.say("kind"), ", ".join(kinds)),
                (view.say("sub-of"), terms(RDFS.subClassOf) + terms(RDFS.subPropertyOf)),
                (view.say("domain"), terms(RDFS.domain)),
                (view.say("range"), terms(RDFS.range)),
                ("IRI", tag("code", iri)),
            ]
        )
        said = tag("code", name) + Html(" ") + (label or local(node))
        groups.setdefault(", ".join(kinds) or local(RDFS.Resource), []).append(closed(said, shown, id=anchor))
    return [folded(dict(sorted(groups.items())), lambda entries: Html("".join(entries)))]


def _schemes(view: View) -> list[str]:
    knowledge = view.content.kb.knowledge
    blocks: list[str] = []
    for iri, anchor in _here(view):
        node = ox.NamedNode(iri)
        if "#" in iri:
            continue
        blocks.append(heading(2, view.get(knowledge.label(node)), anchor))
        rows = []
        for member in knowledge.subjects(SKOS.inScheme, node):
            key = member.value.removeprefix(SCHEME).replace("#", "-")
            meaning = view.get(knowledge.text(member, SKOS.definition))
            code = tag("code", knowledge.string(member, SKOS.notation) or local(member), id=key)
            rows.append((code, view.get(knowledge.label(member)), meaning))
        head = [view.say("codes"), view.say("label"), view.say("meaning")]
        blocks.append(table(head, rows, caption=view.get(knowledge.label(node))))
    # A concept that is used but belongs to no scheme of the page still has its place.
    shown = "".join(blocks)
    loose = [
        tag("p", tag("code", iri), id=anchor)
        for iri, anchor in _here(view)
        if f'id="{anchor}"' not in shown and f"#{anchor} " not in shown
    ]
    return [*blocks, *loose]


def _shapes(view: View) -> list[str]:
    book, knowledge = view.content.kb.book, view.content.kb.knowledge
    base = f"{book.document.iri}/shape/"
    rows = []
    for iri in own_iris(knowledge):
        if not iri.startswith(base):
            continue
        node, anchor = ox.NamedNode(iri), iri.removeprefix(base)
        path = knowledge.node(node, SH.path)
        name = view.get(knowledge.text(node, SH.name)) or view.get(knowledge.label(node))
        words = knowledge.string(node, PKB.words) or ""
        rows.append(
            (
                tag(
                    "code",
                    link(anchor, view.href(iri)),
                    id=anchor if view.content.addresses[iri].startswith(f"{view.content.base}reference/") else None,
                ),
                name,
                link(view.phrases.fact(local(path)), view.href(path.value)) if path else "",
                tag("q", re.sub(r"\s+", " ", words), lang="zh-Hans") if words else "",
            )
        )
    head = [view.say(f"shape-{name}") for name in ("id", "label", "fact", "words")]
    return [table(head, rows, caption=view.say("nav-shapes"), class_="pkb-named")]


def _data_rules(view: View) -> list[str]:
    knowledge = view.content.kb.knowledge
    rows = [
        (
            tag("code", anchor, id=anchor),
            view.get(knowledge.text(ox.NamedNode(iri), SH.message)),
            view.get(knowledge.text(ox.NamedNode(iri), PKB.mend)),
        )
        for iri, anchor in _here(view)
    ]
    return [
        table(
            [view.say("shape-id"), view.say("wrong"), view.say("mend")],
            rows,
            caption=view.say("nav-data-rules"),
            class_="pkb-named",
        )
    ]


def _wordings(view: View) -> list[str]:
    knowledge = view.content.kb.knowledge
    groups: dict[str, list[str]] = {}
    for iri, anchor in _here(view):
        text = knowledge.text(ox.NamedNode(iri)) or knowledge.label(ox.NamedNode(iri))
        name = iri.removeprefix(OWN)
        entry = (
            tag("code", name, id=anchor),
            tag("div", text.zh, lang="zh-Hans"),
            tag("div", text.en, lang="en"),
        )
        groups.setdefault(re.split("[-#]", name, maxsplit=2)[1], []).append(Html("".join(entry)))
    return [folded(dict(sorted(groups.items())), lambda entries: items(entries, class_="pkb-names"))]
