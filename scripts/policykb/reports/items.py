"""One clause, or one group whose winner is open, as it is told for one record."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from ..answers.plain import plain
from ..model import Amount, Clause, Decision, Entitlement, Group, Record
from .amounts import amount_words, if_eligible
from .arithmetic import arithmetic_lines
from .criteria import criterion_lines, missed, missed_words, short_so_far, situation
from .phrases import Phrases
from .quotes import quotes, words_behind
from .reasons import fallback_lines, lacking, need_lines, needs, outdone
from .teller import Teller
from .told import Item, Line

__all__ = ["clause_item", "either", "group_item", "members_alive", "open_needs", "part_name"]

_PARTS = {"sum": "told-part-of", "choice": "told-one-chosen", "excluded": "told-one-excluded"}

_TOLD = ("eligible", "undetermined", "not-eligible")
"""Of which decisions the reasons are told."""


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
    # What is worked out from numbers of the record, or hangs on other awards of its subject, is its own.
    is_beside = decision.suppressed_by is not None or (counts is None and bool(teller.phrases.book.joints))
    if is_beside or any(result.values for result in decision.options):
        return _item(teller, decision, clause, *_frame(teller, record, decision, clause, shared, counts))
    key = (
        "item", teller.is_many, teller.criteria, clause.id, decision.status, _ends(decision.amount), decision.selected,
        counts, id(decision.criteria), id(decision.conditions), decision.missing, decision.awaiting, decision.readings,
        None if decision.fallback is None else decision.fallback.id,
        tuple([(result.option.iri, _ends(result.amount)) for result in decision.options]),
        id(decision.notes), shared and tuple([note.get(teller.phrases.lang) in shared for note in decision.notes]),
        counts is None and _is_alone(teller, record, _open_group(teller, record.id, clause.id)),
    )  # fmt: skip

    def made() -> tuple[Item, object, object]:
        # What tells no number of the record is the same wherever the criteria turned out alike.
        turned = tuple((id(one.criterion), one.truth, one.actual is None) for one in decision.criteria)
        (frame, _) = teller.phrases.once(
            (*key[:8], turned, *key[10:]),
            lambda: (_frame(teller, record, decision, clause, shared, counts), (decision.criteria, decision.notes)),
        )
        return _item(teller, decision, clause, *frame), decision.criteria, (decision.conditions, decision.notes)

    # The results are kept beside what they are told as, so that no others come to have their identity.
    item, *_ = teller.phrases.once(key, made)
    return item


def _ends(amount: Amount | None) -> tuple[Decimal, Decimal | None] | None:
    return None if amount is None else (amount.min, amount.max)


def _item(
    teller: Teller,
    decision: Decision,
    clause: Clause,
    frame: partial[Item],
    before: Sequence[Line],
    after: Sequence[Line],
) -> Item:
    """The item of a record: its frame with the numbers that the record states."""
    if decision.status not in _TOLD:
        return frame()
    lines = (*before, *_numbers(teller, decision, clause), *after)
    return frame(lines=lines, criteria=criterion_lines(decision, clause, teller.phrases) if teller.criteria else ())


def _frame(
    teller: Teller, record: Record, decision: Decision, clause: Clause, shared: frozenset[str], counts: bool | None
) -> tuple[partial[Item], Sequence[Line], Sequence[Line]]:
    """An item without the lines that tell what the record states of its criteria, and those before and after them."""
    phrases = teller.phrases
    is_told = decision.status in _TOLD
    lines = _lines(teller, record, decision, clause, shared) if is_told else ((), ())
    item = partial(
        Item,
        source=clause.id,
        is_group=False,
        title=clause.title.get(phrases.lang),
        article=phrases.article(clause),
        number=phrases.article_cell(clause),
        state=decision.status,
        status=phrases.status(decision),
        amount=decision.amount,
        amount_text=amount_words(decision, clause, phrases) if is_told else "",
        counts=counts,
        counts_text=_counts(teller, record, clause, counts),
        used_text="" if decision.selected is None else phrases.say("yes" if decision.selected else "no"),
        grants=clause.grants_money,
    )
    return item, *lines


def _counts(teller: Teller, record: Record, clause: Clause, counts: bool | None) -> str:
    """Whether a sum is part of the totals, in words."""
    if not clause.options:
        return ""
    if counts is not None:
        return teller.phrases.counts(counts)
    group = _open_group(teller, record.id, clause.id)
    if group.combination == "sum":
        return teller.say("told-joint")
    return teller.say("book-only-one" if _is_alone(teller, record, group) else "book-one-of")


def _is_alone(teller: Teller, record: Record, group: Group) -> bool:
    return not group.is_joint and len(members_alive(teller, record.id, group)) == 1


def _numbers(teller: Teller, decision: Decision, clause: Clause) -> list[Line]:
    """What the record states of the criteria: of those that are missed, or else of those that are met."""
    phrases = teller.phrases
    if decision.status == "not-eligible":
        return [Line("why", missed_words(one, phrases)) for one in missed(decision, clause)]
    met = situation(decision, phrases)
    told = [Line("situation", teller.say("told-situation", facts=met))] if met else []
    # While a period is still running, what is short so far is all that it waits for.
    return [*(Line("why", missed_words(one, phrases)) for one in short_so_far(decision, clause)), *told]


def _lines(
    teller: Teller, record: Record, decision: Decision, clause: Clause, shared: frozenset[str]
) -> tuple[Sequence[Line], Sequence[Line]]:
    """All lines but those of `_numbers`: what stands before them, and what stands after."""
    phrases = teller.phrases
    is_missed = decision.status == "not-eligible"
    found: list[Line] = [] if is_missed else [*arithmetic_lines(decision, clause, record, phrases)]
    if decision.suppressed_by is not None:
        winner = teller.decisions.get((decision.suppressed_in or record.id, decision.suppressed_by))
        joint = teller.joint_of(record.id, clause.id, "winner")
        amount = if_eligible(winner, phrases) if winner is not None else phrases.amount(joint.amount) if joint else ""
        found.append(Line("outdone", outdone(decision, amount, phrases)))
        found += _joint_quotes(teller, record.id, clause.id)
    if decision.status == "undetermined":
        found += need_lines(decision, phrases)
    counted_with = ""
    if teller.counting.get((record.id, clause.id), False) is None:
        group = _open_group(teller, record.id, clause.id)
        counted_with = group.label.get(phrases.lang)
        found.append(Line("outdone", phrases.say(part_name(group), group=group.label)))
    found += words_behind(decision, clause, phrases)
    before = len(found) if not is_missed else 0
    if clause.grants_money and decision.status == "eligible":
        found += _evidence(decision, phrases)
    if decision.fallback is not None:
        found += fallback_lines(decision.fallback, phrases)
    notes = [note.get(phrases.lang) for note in decision.notes]
    found += [
        Line("note", phrases.say("told-note", note=note))
        for note in notes
        if note not in shared and note != counted_with
    ]
    if decision.readings:
        found.append(Line("reading", phrases.say("told-readings", readings=phrases.join(decision.readings))))
    return found[:before], found[before:]


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


def _open_group(teller: Teller, record: str, clause: str) -> Group:
    """The group that a clause of a record is in and that stands for it: over several records, or within this one."""
    joint = teller.joint_of(record, clause, "together")
    book = teller.phrases.book
    return book.group_of[clause] if joint is None else book.joints[joint.group]


def part_name(group: Group) -> str:
    """The wording of what is said of an award whose group stands for it."""
    return _PARTS.get(group.combination, "told-one-of")


def _joint_quotes(teller: Teller, record: str, clause: str) -> tuple[Line, ...]:
    """The words by which one award is had in the place of another one, over several records."""
    joint = teller.joint_of(record, clause, "winner")
    if joint is None:
        return ()
    group = teller.phrases.book.joints[joint.group]
    return quotes([(group.provision, group.words)], teller.phrases)


def members_alive(teller: Teller, record: str, group: Group) -> list[Decision]:
    """The members of a group that fit or may fit; of a group over several records, those of all."""
    names = [(record, name) for name in group.members]
    if group.is_joint:
        found = (one for one in teller.answer.joints if one.group == group.id)
        names = next(([(m.record, m.clause) for m in j.members] for j in found if j.members[0].record == record), [])
    decisions = (teller.decisions.get(name) for name in names)
    return [d for d in decisions if d is not None and d.amount is not None and d.status != "not-eligible"]


def group_item(teller: Teller, entitlement: Entitlement) -> Item:
    """A group whose winner is open, or that stands for all its members: what each of them would give, and the words."""
    phrases = teller.phrases
    group = phrases.book.group(entitlement.group or "")
    alive = members_alive(teller, entitlement.record, group)
    provision = phrases.book.provisions[group.provision]
    lines = [Line("either", either(alive, phrases, group))]
    joint = teller.joint_of(entitlement.record, alive[0].clause or "", "together") if alive and group.is_joint else None
    if joint is not None and joint.beyond is not None:
        lines.append(Line("outdone", phrases.say("told-beyond", amount=phrases.amount(joint.beyond))))
    if joint is not None and joint.cap is not None and joint.cap.max is not None and group.base is not None:
        cap = phrases.money(joint.cap.max, joint.cap.currency)
        rate = f"{plain((group.rate or Decimal(1)) * 100)}%"
        lines.append(Line("arithmetic", phrases.say("told-cap", base=phrases.fact(group.base), rate=rate, cap=cap)))
    # What a sum that is settled all the same lacks can change nothing of it.
    lines += open_needs(teller, alive) if entitlement.status == "undetermined" else []
    lines += quotes([(group.provision, group.words)], phrases)
    return Item(
        source=group.id,
        is_group=True,
        title=group.label.get(phrases.lang),
        article=phrases.place(provision),
        number=phrases.place_cell(provision),
        state=entitlement.status,
        status=phrases.say(_group_status(group, alive)),
        amount=entitlement.amount,
        amount_text=_group_amount(group, entitlement, alive, phrases),
        counts=True,
        counts_text=phrases.counts(True),
        grants=True,
        lines=tuple(lines),
    )


def _group_status(group: Group, alive: Sequence[Decision]) -> str:
    if group.combination == "sum":
        return "told-joint"
    if len(alive) == 1 and not group.is_joint:
        return "group-open-one"
    return {"choice": "group-open-chosen", "excluded": "group-open-excluded"}.get(group.combination, "group-open")


def _group_amount(group: Group, entitlement: Entitlement, alive: Sequence[Decision], phrases: Phrases) -> str:
    """What an open group gives: the sum up to its cap, or what each of the awards would give of which one is had."""
    if group.combination == "sum":
        return phrases.amount(entitlement.amount)
    if len(alive) == 1:
        return _amount_of(alive[0], phrases)
    found = phrases.say("told-either").join(dict.fromkeys(if_eligible(one, phrases) for one in alive))
    # Where each is had only if it fits, nothing may be had at all.
    is_if = all(_amount_of(one, phrases) != if_eligible(one, phrases) for one in alive)
    return phrases.say("told-if", amount=found) if is_if else found


def _amount_of(decision: Decision, phrases: Phrases) -> str:
    return amount_words(decision, phrases.book.clauses[decision.clause or ""], phrases)


def open_needs(teller: Teller, alive: Sequence[Decision], *, capped: bool = True) -> list[Line]:
    """What awards hang on of which one is had, or that are counted together, each thing once.

    Args:
        teller: the answer and the wordings.
        alive: the awards that fit or may fit.
        capped: what the caps on them hang on is told first: of the widest cap, and of any within it.
    """
    phrases = teller.phrases
    facts = [fact for one in alive if capped for fact in teller.caps_lack(one.record, one.clause or "")]
    own = [name for one in alive for name in lacking(one, phrases)]
    named = phrases.join(dict.fromkeys([*map(phrases.fact, facts), *own]))
    lines = [line for one in alive for line in needs(one, phrases) if line.kind != "missing"]
    return [*([Line("missing", phrases.say("needs", facts=named))] if named else []), *dict.fromkeys(lines)]


def either(alive: list[Decision], phrases: Phrases, group: Group) -> str:
    """What each of the awards comes to of which one is had, or that are added up to a cap: the open ones marked."""
    is_sum, parts = group.combination == "sum", []
    for one in alive:
        title = phrases.book.clauses[one.clause or ""].title
        text = phrases.say("told-sum-of", title=title, amount=if_eligible(one, phrases))
        if is_sum and one.status == "undetermined" and one.amount is not None and one.amount.max is not None:
            text = phrases.say("told-with-status", title=text, status=phrases.status(one))
        parts.append(text)
    return phrases.say("told-semicolon" if is_sum else "told-or").join(parts)
