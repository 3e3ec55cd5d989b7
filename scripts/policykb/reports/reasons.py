"""Why a decision turned out as it did, in words: what is missing, awaited, unsettled or missed, what is paid."""

from __future__ import annotations

from collections.abc import Callable

from ..ask.graphs import stand_ins
from ..model import Body, Decision, Document, Provision
from .criteria import missed, missed_words
from .phrases import Phrases
from .quotes import quote_line, readable
from .told import Line

__all__ = [
    "UNNAMED",
    "act_of",
    "awaited",
    "contact",
    "fallback_lines",
    "is_unsettled",
    "lacking",
    "need_lines",
    "needs",
    "outdone",
    "reason",
    "with_proof",
]

UNNAMED = "body-not-named"
"""The body of a decision for which the text names none."""


def contact(phrases: Phrases, document: Document | None = None) -> str:
    """Whom to ask about a document, the one that there is if None."""
    body = (document or phrases.book.document).contact
    return body.label.get(phrases.lang) if body is not None else phrases.say("told-authority")


def awaited(fact: str, body: Body, phrases: Phrases) -> str:
    """What is awaited from which body, in the verb of the act itself."""
    act = act_of(fact, phrases)
    if body.id == UNNAMED:
        return phrases.say("waits-unnamed", act=act)
    return phrases.say("waits", body=body.label, act=act)


def act_of(fact: str, phrases: Phrases) -> str:
    """What the body that decides a fact has to do, to be read after its name."""
    known = phrases.vocabulary.facts.get(fact)
    if known is not None and known.awaited is not None:
        return known.awaited.get(phrases.lang)
    return phrases.say("told-act", fact=phrases.fact(fact))


def is_unsettled(decision: Decision, phrases: Phrases) -> bool:
    """Whether an open decision turns on what the text does not say, and on nothing missing or awaited."""
    clause = phrases.book.clauses.get(decision.clause or "")
    waits = decision.missing or decision.awaiting
    return decision.status == "undetermined" and not waits and clause is not None and clause.combination == "unsettled"


def needs(decision: Decision, phrases: Phrases) -> list[Line]:
    """What an open decision hangs on, each in a few words."""
    key = ("needs", decision.clause, decision.status, decision.missing, decision.awaiting)
    return list(phrases.once(key, lambda: tuple(_needs(decision, phrases))))


def lacking(decision: Decision, phrases: Phrases, named: Callable[[str], str] | None = None) -> list[str]:
    """What is missing for a decision, by its names; of two facts of which one will do either, in one.

    Args:
        decision: the decision.
        phrases: the wordings.
        named: how a fact is told; by its name alone if None.
    """
    tell, clause, book = named or phrases.fact, decision.clause or "", phrases.book
    spared = phrases.once(("stand-ins", clause), lambda: stand_ins(book, book.clauses[clause])) if clause else {}
    will_do = {other: fact for fact, other in spared.items() if {fact, other} <= set(decision.missing)}
    return [
        phrases.say("needs-either", first=tell(fact), second=tell(will_do[fact])) if fact in will_do else tell(fact)
        for fact in decision.missing
        if fact not in will_do.values()
    ]


def _needs(decision: Decision, phrases: Phrases) -> list[Line]:
    found = []
    if decision.missing:
        facts = phrases.join(lacking(decision, phrases))
        found.append(Line("missing", phrases.say("needs", facts=facts)))
    found += [Line("awaits", awaited(fact, body, phrases)) for fact, body in decision.awaiting]
    if decision.status == "undetermined" and not found:
        text = phrases.say("told-unsettled" if is_unsettled(decision, phrases) else "told-window")
        found.append(Line("open", text))
    return found


def need_lines(decision: Decision, phrases: Phrases) -> tuple[Line, ...]:
    """The same with the evidence that would show each fact, and whom to ask."""
    found = needs(decision, phrases)
    if decision.missing:
        facts = phrases.join(lacking(decision, phrases, lambda fact: with_proof(fact, phrases)))
        found[0] = Line("missing", phrases.say("needs", facts=facts))
    unnamed = any(body.id == UNNAMED for _, body in decision.awaiting)
    if decision.missing or unnamed or is_unsettled(decision, phrases):
        found.append(Line("ask", phrases.say("told-ask", body=contact(phrases))))
    return tuple(found)


def with_proof(fact: str, phrases: Phrases) -> str:
    """A fact with the evidence that would show it."""
    known = phrases.vocabulary.facts.get(fact)
    if known is None or known.proof is None:
        return phrases.fact(fact)
    return phrases.say("book-proof", fact=known.label, proof=known.proof)


def outdone(decision: Decision, amount: str, phrases: Phrases) -> str:
    """That another award of the group is paid instead, or the sum of several, and what it comes to."""
    winner = decision.suppressed_by or ""
    title = phrases.book.title(winner)
    if phrases.book.is_excluded(decision.clause or "", winner):
        return phrases.say("told-excluded", winner=title, amount=amount)
    if decision.status != "eligible":
        return phrases.say("told-outdone-open", winner=title, amount=amount)
    is_chosen = phrases.book.is_chosen(decision.clause or "", winner)
    return phrases.say("told-outdone-chosen" if is_chosen else "told-outdone", winner=title, amount=amount)


def fallback_lines(provision: Provision, phrases: Phrases) -> tuple[Line, ...]:
    """That an earlier policy may apply instead: which one, that its text is not at hand, and the words that say so."""
    found = [
        Line("fallback", phrases.say("told-fallback", title=title, number=number)) for number, title in provision.cites
    ]
    quote = quote_line(provision.id, readable(provision.quote), phrases)
    return (*(found or [Line("fallback", phrases.say("told-fallback-unnamed"))]), quote)


def reason(decision: Decision, phrases: Phrases) -> str:
    """Why, in one line: what is missing or awaited, what failed, which clause won, or what is wrong with the data."""
    clause = phrases.book.clauses.get(decision.clause or "")
    parts: list[str] = []
    if decision.status == "undetermined":
        parts += [line.text for line in needs(decision, phrases)]
    if decision.status == "not-eligible" and clause is not None:
        parts += [missed_words(one, phrases) for one in missed(decision, clause)]
    if decision.suppressed_by is not None:
        by = decision.suppressed_by
        name = "suppressed-chosen" if phrases.book.is_chosen(decision.clause or "", by) else "suppressed"
        parts.append(phrases.say(name, winner=phrases.book.title(by)))
    if decision.status == "not-in-force":
        parts += [note.get(phrases.lang) for note in decision.notes[-1:]]
    parts += [finding.message.get(phrases.lang) for finding in decision.findings]
    return phrases.say("told-semicolon").join(part.rstrip("。；;.") for part in dict.fromkeys(parts))
