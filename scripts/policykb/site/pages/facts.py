"""The kinds of record and the facts that each can state."""

from __future__ import annotations

import pyoxigraph as ox

from ...engines.program import clause_criteria
from ...model import Fact, RecordType
from ...names import RDFS
from ..content import View
from ..markup import Html, definitions, heading, items, link, page, tag, top

__all__ = ["fact_index", "record_page"]


def fact_index(view: View) -> str:
    """All kinds of record with their facts."""
    vocabulary = view.content.kb.vocabulary
    title = view.say("nav-facts")
    blocks = []
    for kind in vocabulary.record_types.values():
        blocks.append(heading(2, view.get(kind.label), kind.id))
        blocks.append(tag("p", link(kind.id, view.href(kind.iri)), Html(" "), _comment(view, kind.iri)))
        facts = [vocabulary.facts[name] for name in kind.facts]
        blocks.append(items(link(view.get(fact.label), view.to(f"facts/{kind.id}.html#{fact.id}")) for fact in facts))
    return page(
        {"title": title, "description": view.say("facts-why")}, top(title), tag("p", view.say("facts-why")), *blocks
    )


def record_page(view: View, kind: RecordType) -> str:
    """One kind of record: its clauses and its facts, stated and derived."""
    kb = view.content.kb
    clauses = kb.book.by_type.get(kind.id, ())
    derived = [f for f in kb.vocabulary.facts.values() if f.is_derived and set(f.inputs) <= set(kind.facts)]
    title = view.get(kind.label)
    return page(
        {"title": title, "description": _comment(view, kind.iri)},
        top(title),
        tag("p", _comment(view, kind.iri), Html(" "), tag("code", kind.id)),
        tag("p", link(view.say("open-check"), check)) if (check := view.check(f"#type={kind.id}")) else "",
        heading(2, view.say("clauses"), "clauses"),
        items(
            Html(
                link(view.phrases.article(c), view.to(f"articles/{c.article:02d}.html"))
                + " "
                + link(view.get(c.title), view.href(c.iri))
            )
            for c in clauses
        ),
        heading(2, view.say("nav-facts"), "facts"),
        *(_fact(view, kb.vocabulary.facts[name]) for name in (*kind.facts, *(f.id for f in derived))),
    )


def _comment(view: View, iri: str) -> str:
    return view.get(view.content.kb.knowledge.text(ox.NamedNode(iri), RDFS.comment))


def _fact(view: View, fact: Fact) -> str:
    kb = view.content.kb
    unit = kb.vocabulary.units.get(fact.unit or "")
    codes = [f"{view.get(kb.vocabulary.codes[c]) if c in kb.vocabulary.codes else c} ({c})" for c in fact.codes]
    users = [
        c
        for c in kb.book.clauses.values()
        if any(fact.id in (r.path, *(a.other for a in r.atoms)) for r in clause_criteria(c))
        or any(fact.id in option.facts() for option in c.options)
    ]
    inputs = [
        link(view.phrases.fact(name), view.href(kb.vocabulary.facts[name].iri))
        for name in fact.inputs
        if name != fact.id
    ]
    rows = definitions(
        [
            (view.say("property"), tag("code", f"pkb:{fact.id}")),
            (view.say("meaning"), _comment(view, fact.iri)),
            (view.say("evidence-question"), view.get(fact.question)),
            (view.say("datatype"), view.say("list-of", kind=fact.datatype) if fact.is_list else fact.datatype),
            (view.say("unit"), view.get(unit.label) if unit else ""),
            (view.say("codes"), view.say("comma").join(codes)),
            (view.say("evidence-proof"), view.get(fact.proof)),
            (view.say("evidence-decides"), fact.decided_by.label.get(view.lang) if fact.decided_by else ""),
            (view.say("derived-from"), Html(view.say("comma").join(inputs))),
            (
                view.say("used-by"),
                Html(view.say("comma").join(link(view.get(c.title), view.href(c.iri)) for c in users)),
            ),
        ]
    )
    return heading(3, view.get(fact.label), fact.id) + rows
