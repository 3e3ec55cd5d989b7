"""One clause, or one group whose winner is open, as it is told for one record."""

from __future__ import annotations

from ..answers.plain import plain
from ..model import Clause, Decision, Entitlement, Group, Record
from .amounts import amount_words, if_eligible
from .arithmetic import arithmetic_lines
from .criteria import criterion_lines, missed, missed_words, situation
from .phrases import Phrases
from .quotes import quotes, words_behind
from .reasons import fallback_lines, need_lines, needs, outdone
from .teller import Teller
from .told import Item, Line

__all__ = ["clause_item", "group_item", "members_alive"]


def clause_item(teller: Teller, record: Record, decision: Decision, shared: frozenset[str]) -> Item:
    """A clause with all that is to be said of it.

    Args:
        teller: the answer and the wordings.
        record: the record that is decided.
        decision: what was decided.
        shared: notes that are said once for the whole record, in this language.
    """
    clause = teller.phrases.book.clauses[decision.clause or ""]
    counts = teller.counting.get((record.id, clause.id), False)
    # What is worked out from numbers of the record, or set beside another award, is its own.
    if decision.suppressed_by is not None or any(result.values for result in decision.options):
        return _item(teller, record, decision, clause, shared, counts)
    key = (
        "item", teller.is_many, teller.criteria, clause.id, decision.status, decision.amount, decision.selected, counts,
        id(decision.criteria), id(decision.conditions), decision.missing, decision.awaiting, decision.readings,
        None if decision.fallback is None else decision.fallback.id,
        tuple((result.option.iri, result.amount) for result in decision.options),
        decision.notes, tuple(note.get(teller.phrases.lang) in shared for note in decision.notes),
    )  # fmt: skip
    # The results are kept beside what they are told as, so that no others come to have their identity.
    item, *_ = teller.phrases.once(
        key,
        lambda: (
            _item(teller, record, decision, clause, shared, counts),
            decision.criteria,
            decision.conditions,
        ),
    )
    return item


def _item(
    teller: Teller, record: Record, decision: Decision, clause: Clause, shared: frozenset[str], counts: bool | None
) -> Item:
    phrases = teller.phrases
    is_told = decision.status in ("eligible", "undetermined", "not-eligible")
    lines = _lines(teller, record, decision, clause, shared) if is_told else ()
    return Item(
        source=clause.id,
        is_group=False,
        title=clause.title.get(phrases.lang),
        article=phrases.article(clause),
        number=clause.article,
        state=decision.status,
        status=phrases.status(decision),
        amount=decision.amount,
        amount_text=amount_words(decision, clause, phrases) if is_told else "",
        counts=counts,
        counts_text=phrases.counts(counts) if clause.options else "",
        used_text="" if decision.selected is None else phrases.say("yes" if decision.selected else "no"),
        grants=clause.grants_money,
        lines=lines,
        criteria=criterion_lines(decision, clause, phrases) if is_told and teller.criteria else (),
    )


def _lines(
    teller: Teller, record: Record, decision: Decision, clause: Clause, shared: frozenset[str]
) -> tuple[Line, ...]:
    phrases = teller.phrases
    found: list[Line] = []
    if decision.status == "not-eligible":
        found += [Line("why", missed_words(one, phrases)) for one in missed(decision, clause)]
    else:
        found += arithmetic_lines(decision, clause, record, phrases)
    if decision.suppressed_by is not None:
        winner = teller.decisions[record.id, decision.suppressed_by]
        found.append(Line("outdone", outdone(decision, winner, phrases)))
    if decision.status == "undetermined":
        found += need_lines(decision, phrases)
    if teller.counting.get((record.id, clause.id), False) is None:
        group = phrases.book.group_of[clause.id]
        found.append(Line("outdone", phrases.say("told-one-of", group=group.label)))
    found += words_behind(decision, clause, phrases)
    if decision.status != "not-eligible":
        met = situation(decision, phrases)
        found += [Line("situation", teller.say("told-situation", facts=met))] if met else []
    if clause.grants_money and decision.status == "eligible":
        found += _evidence(decision, phrases)
    if decision.fallback is not None:
        found += fallback_lines(decision.fallback, phrases)
    notes = [note.get(phrases.lang) for note in decision.notes]
    found += [Line("note", phrases.say("told-note", note=note)) for note in notes if note not in shared]
    if decision.readings:
        found.append(Line("reading", phrases.say("told-readings", readings=phrases.join(decision.readings))))
    return tuple(found)


def _evidence(decision: Decision, phrases: Phrases) -> list[Line]:
    """What would show the facts that the clause rests on."""
    facts = phrases.vocabulary.facts
    names = [one.criterion.path for one in decision.criteria if one.truth == "met" and one.actual is not None]
    names += [name for result in decision.options for name in result.option.facts()]
    stated = [name for fact in names if fact in facts for name in facts[fact].inputs if name in facts]
    proofs = dict.fromkeys(facts[name].proof for name in stated)
    texts = [proof.get(phrases.lang) for proof in proofs if proof is not None]
    separator = phrases.say("told-semicolon")
    return [Line("evidence", phrases.say("told-evidence", proofs=separator.join(texts)))] if texts else []


def members_alive(teller: Teller, record: str, group: Group) -> list[Decision]:
    """The members of a group that fit or may fit."""
    decisions = (teller.decisions.get((record, name)) for name in group.members)
    return [d for d in decisions if d is not None and d.amount is not None and d.status != "not-eligible"]


def group_item(teller: Teller, entitlement: Entitlement) -> Item:
    """A group whose winner is open: what each of its members would give, and what decides between them."""
    phrases = teller.phrases
    group = phrases.book.groups[entitlement.group or ""]
    alive = members_alive(teller, entitlement.record, group)
    number = phrases.book.clauses[group.members[0]].article
    lines = [Line("either", either(alive, phrases))]
    lines += dict.fromkeys(line for one in alive for line in needs(one, phrases))
    lines += quotes([(group.provision, group.words)], phrases)
    return Item(
        source=group.id,
        is_group=True,
        title=group.label.get(phrases.lang),
        article=phrases.say("article", number=plain(number)),
        number=number,
        state="undetermined",
        status=phrases.say("group-open"),
        amount=entitlement.amount,
        amount_text=phrases.say("told-either").join(dict.fromkeys(if_eligible(one, phrases) for one in alive)),
        counts=True,
        counts_text=phrases.counts(True),
        grants=True,
        lines=tuple(lines),
    )


def either(alive: list[Decision], phrases: Phrases) -> str:
    """What each of the awards comes to of which one is had."""
    parts = [
        phrases.say("told-sum-of", title=phrases.book.clauses[one.clause or ""].title, amount=if_eligible(one, phrases))
        for one in alive
    ]
    return phrases.say("told-or").join(parts)
