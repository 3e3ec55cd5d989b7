"""Show a clause: for whom, on what conditions, how much, who decides, what proves it, and how it turns out."""

from __future__ import annotations

from ..engines.program import clause_criteria
from ..model import Clause
from ..reports.reasons import reason
from .conditions import condition_tree
from .content import Example, View
from .markup import Html, closed, definitions, escape, items, link, table, tag
from .provisions import spaced

__all__ = ["clause_body", "kind_badge"]


_BRIEF = ("option", "rule", "words")
"""What of an amount is shown where its clause stands among others."""


def kind_badge(view: View, clause: Clause) -> Html:
    """The kind of a clause as a small label."""
    return tag("span", view.phrases.concept("clause-kind", clause.kind), class_=f"pkb-kind pkb-kind-{clause.kind}")


def clause_body(view: View, clause: Clause, seen: set[str], *, is_among: bool = False) -> Html:
    """The clause as HTML: the rule first, and what explains it folded.

    Args:
        view: the page it stands on.
        clause: the clause.
        seen: anchors already on the page.
        is_among: it stands among others, and its conditions and particulars are folded, too.
    """
    conditions = _conditions(view, clause, seen)
    blocks = [
        _amended(view, clause),
        "" if is_among else _facts(view, clause),
        _amounts(view, clause, seen, is_among=is_among),
        _folded(view, "conditions", conditions) if is_among else _part(view, "conditions", conditions),
        _remarks(view, clause),
        _folded(view, "particulars", _facts(view, clause)) if is_among else "",
        _folded(view, "readings", _readings(view, clause)),
        _folded(view, "evidence", _evidence(view, clause)),
        _folded(view, "examples", _examples(view, clause)),
    ]
    return tag("div", *(Html(block) for block in blocks if block), class_="pkb-clause")


def _amended(view: View, clause: Clause) -> Html:
    """That an amendment changes the rule, with its day and its words: the pages show the text as first issued."""
    lines = []
    for one in view.content.amended.get(clause.id, ()):
        check = view.check() if clause.record_type else None
        more = Html(f" {link(view.say('amended-check'), check)}") if check else Html("")
        lines.append(tag("p", escape(view.say("amended", day=one.day, label=one.label)), more))
        for provision in one.provisions:
            quote = tag("q", spaced(provision.quote), lang="zh-Hans")
            cited = link(view.get(provision.label), view.href(provision.iri))
            lines.append(tag("p", quote, Html(" "), cited, class_="pkb-quote"))
    return Html("".join(lines))


def _facts(view: View, clause: Clause) -> Html:
    book = view.content.kb.book
    inferred = {name: view.say("inferred") for name in clause.inferred}
    authority = view.say("comma").join(body.label.get(view.lang) for body in clause.authority)
    kind = view.content.kb.vocabulary.record_types.get(clause.record_type or "")
    check = view.check(f"#type={kind.id}") if kind else None
    record = link(view.get(kind.label), view.href(kind.iri)) if kind else escape(view.say("no-record"))
    sources = [link(name, view.href(book.provisions[name].iri)) for name in clause.provisions]
    return definitions(
        [
            (view.say("for"), view.get(clause.beneficiary)),
            (view.say("payee"), view.get(clause.payee) + inferred.get("payee", "") if clause.payee else ""),
            (view.say("authority"), authority + inferred.get("hasCompetentAuthority", "")),
            *((view.get(label), view.get(value) + inferred.get(name, "")) for name, label, value in clause.counted),
            (view.say("record-type"), record),
            (view.say("source"), Html(view.say("comma").join(sources))),
            (view.say("check-yourself"), link(view.say("open-check"), check) if check else ""),
        ]
    )


def _part(view: View, title: str, body: str) -> Html:
    return tag("div", tag("p", view.say(title), class_="pkb-part"), Html(body)) if body else Html("")


def _folded(view: View, title: str, body: str) -> Html:
    return closed(view.say(title), Html(body)) if body else Html("")


def _conditions(view: View, clause: Clause, seen: set[str]) -> Html:
    return tag("p", view.say("no-conditions")) if clause.root is None else condition_tree(view, clause.root, seen)


def _amounts(view: View, clause: Clause, seen: set[str], *, is_among: bool) -> Html:
    if not clause.options:
        said = view.say("comma").join(view.phrases.amounts(clause)) or view.say("no-amount")
        return _part(view, "amount", tag("p", said))
    rows = []
    for option in clause.options:
        name = option.iri.rsplit("/", 1)[-1]
        title = tag("span", view.get(option.label), id=_once(f"option-{name}", seen))
        base = view.content.kb.vocabulary.facts.get(option.facts()[0]) if option.expression else None
        rule = link(view.phrases.option(option), view.href(base.iri) if base else None)
        when = condition_tree(view, option.condition, seen) if option.condition else escape(view.say("always"))
        words = tag("q", spaced(option.words), lang="zh-Hans")
        kind = view.phrases.concept("amount-kind", option.kind)
        whole = {"option": title, "when": when, "rule": tag("b", rule), "kind": kind, "words": words}
        rows.append({name: whole[name] for name in (_BRIEF if is_among else whole)})
    head = [view.say(f"amount-{name}") for name in rows[0]]
    body = table(head, [tuple(row.values()) for row in rows], caption=view.say("amounts-of", title=clause.title))
    if len(clause.options) > 1:
        body = Html(body + tag("p", view.phrases.concept("combination", clause.combination), class_="pkb-quiet"))
    return _part(view, "amount", body)


def _once(anchor: str, seen: set[str]) -> str | None:
    if anchor in seen:
        return None
    seen.add(anchor)
    return anchor


def _remarks(view: View, clause: Clause) -> Html:
    book = view.content.kb.book
    remarks: list[str] = []
    group = book.group_of.get(clause.id)
    if group is not None:
        rivals = [link(view.get(book.clauses[m].title), view.href(book.clauses[m].iri)) for m in group.members]
        quote = tag("q", spaced(group.words), lang="zh-Hans")
        name = link(view.get(group.label), view.href(group.iri))
        remarks.append(Html(f"{name} {quote} {view.say('comma').join(rivals)}"))
    if clause.fallback:
        fallback = book.provisions[clause.fallback]
        quote = tag("q", spaced(fallback.quote), lang="zh-Hans")
        remarks.append(Html(f"{escape(view.say('fallback'))} {quote} {link(fallback.id, view.href(fallback.iri))}"))
    remarks += [view.get(notice.text) for notice in book.notices if notice.clause == clause.id]
    return _part(view, "remarks", items(remarks)) if remarks else Html("")


def _readings(view: View, clause: Clause) -> Html:
    rows = []
    for reading in view.content.readings_of[clause.id]:
        name = link(view.get(reading.label), view.href(reading.iri))
        words = Html(" ").join(tag("q", spaced(word), lang="zh-Hans") for word in reading.words)
        other = view.get(reading.alternative) if reading.alternative else view.say("reading-note")
        rows.append((name, Html(words), view.get(reading.default), other))
    head = [view.say(f"reading-{name}") for name in ("point", "words", "default", "other")]
    return table(head, rows, caption=view.say("readings-of", title=clause.title)) if rows else Html("")


def _evidence(view: View, clause: Clause) -> Html:
    vocabulary = view.content.kb.vocabulary
    used = [criterion.path for criterion in clause_criteria(clause)]
    used += [atom.other for criterion in clause_criteria(clause) for atom in criterion.atoms if atom.other]
    used += [fact for option in clause.options for fact in option.facts()]
    stated = dict.fromkeys(name for fact in used if fact in vocabulary.facts for name in vocabulary.facts[fact].inputs)
    rows = []
    for name in stated:
        fact = vocabulary.facts[name]
        who = fact.decided_by.label.get(view.lang) if fact.decided_by else ""
        rows.append(
            (link(view.get(fact.label), view.href(fact.iri)), view.get(fact.question), view.get(fact.proof), who)
        )
    head = [view.say(f"evidence-{name}") for name in ("fact", "question", "proof", "decides")]
    return table(head, rows, caption=view.say("evidence-of", title=clause.title)) if rows else Html("")


def _examples(view: View, clause: Clause) -> Html:
    cards = [_example(view, clause, example) for example in view.content.examples.get(clause.id, ())]
    if not cards:
        return Html("")
    return tag("div", *cards, class_="pkb-examples", data_search_exclude="")


def _example(view: View, clause: Clause, example: Example) -> Html:
    phrases, decision = view.phrases, example.decision
    title = tag("p", example.title, lang="en") if view.lang == "en" else Html("")
    facts = definitions(
        (phrases.fact(name), phrases.stated(name, value)) for name, value in example.record.facts.items()
    )
    amount = phrases.amount(decision.amount) if clause.options and decision.amount else ""
    status = tag("b", phrases.status(decision), class_=f"pkb-status pkb-{decision.status}")
    result = tag("p", status, Html(" "), amount, Html(" "), reason(decision, phrases))
    return tag("div", title, facts, result, class_="pkb-example")
