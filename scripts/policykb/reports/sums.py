"""What a subject may get: what can be worked out now, what is possible besides, and on what that hangs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ..answers.answer import add_up
from ..model import Amount, Decision, Entitlement, Record, Text
from .amounts import has_floor_alone, if_eligible
from .items import either, members_alive, open_needs
from .phrases import Phrases
from .teller import Teller
from .told import Line

__all__ = ["certain", "open_total", "subject_sums", "total_words"]


def subject_sums(teller: Teller, owned: Sequence[tuple[Record, Sequence[Decision]]]) -> tuple[Line, ...]:
    """The sums of one subject: now, besides (either this or that where one of a group is had), and all together.

    That nothing fits is said of what was worked out alone, never of wrong data or of another period.

    Args:
        teller: the answer and the wordings.
        owned: its records with their decisions.
    """
    phrases = teller.phrases
    records = {record.id: record for record, _ in owned}
    names = list(records)
    left_out = _left_out(owned, phrases)
    mine = [one for name in names for one in teller.entitlements.get(name, ())]
    unstated = _unstated(teller, names)
    found = [Line("more", phrases.say("told-sum-unstated", titles=phrases.join(unstated)))] if unstated else []
    if not mine and not found and _is_any_decided(owned):
        found.append(Line("sum", phrases.say("told-sum-none")))
    sums: list[Line] = []
    for currency, total in add_up(mine).items():
        own = [one for one in mine if one.amount.currency == currency]
        sums += _of_currency(teller, own, total, records)
    return (*sums, *found, *left_out)


def _is_any_decided(owned: Iterable[tuple[Record, Sequence[Decision]]]) -> bool:
    outside = ("invalid-record", "not-in-force")
    return any(decision.status not in outside for _, decisions in owned for decision in decisions)


def _left_out(owned: Iterable[tuple[Record, Sequence[Decision]]], phrases: Phrases) -> list[Line]:
    """The records that nothing was worked out for: those with wrong data, and those of a period that is not covered."""
    found = []
    for status, name in (("invalid-record", "told-sum-invalid"), ("not-in-force", "told-sum-outside")):
        count = sum(any(decision.status == status for decision in decisions) for _, decisions in owned)
        if count:
            found.append(Line("more", phrases.say(name, count=count)))
    return found


def _unstated(teller: Teller, records: Iterable[str]) -> list[str]:
    """The clauses that grant money, or may, of which the text states no sum; each with its status."""
    phrases = teller.phrases
    clauses = [clause for clause in phrases.book.clauses.values() if clause.is_unstated]
    decisions = [teller.decisions.get((name, clause.id)) for name in records for clause in clauses]
    open_or_had = [d for d in decisions if d is not None and d.status in ("eligible", "undetermined")]
    found = (
        phrases.say("told-with-status", title=phrases.book.clauses[d.clause or ""].title, status=phrases.status(d))
        for d in open_or_had
    )
    return list(dict.fromkeys(found))


def _of_currency(
    teller: Teller, mine: Sequence[Entitlement], total: Amount, records: Mapping[str, Record]
) -> list[Line]:
    phrases = teller.phrases
    now = certain(mine)
    settled = [one for one in mine if one.status == "eligible"]
    found = []
    if now.max == 0 and not settled:
        found.append(Line("sum", phrases.say("told-sum-not-yet")))
    else:
        found.append(Line("sum", phrases.say("told-sum-now", amount=total_words(teller, settled, now))))
    waiting = [one for one in mine if one.status == "undetermined"]
    when = _when(teller, waiting, records)
    for one in sorted(waiting, key=lambda one: (one.amount.max is not None, -(one.amount.max or 0))):
        found.append(_besides(teller, one, when.get((one.source, one.record))))
    if total.max is not None and total.max != now.max and len(mine) > 1:
        found.append(Line("sum", phrases.say("told-sum-most", amount=phrases.money(total.max, total.currency))))
    return found


def _when(teller: Teller, waiting: Sequence[Entitlement], records: Mapping[str, Record]) -> dict[tuple[str, str], str]:
    """By which year, day or else record sums of one measure are told apart that a subject may have several times."""
    found: dict[tuple[str, str], str] = {}
    for source, count in Counter(one.source for one in waiting).items():
        if count > 1:
            own = [one.record for one in waiting if one.source == source]
            years = {joint.members[0].record: joint.period for joint in teller.answer.joints if joint.group == source}
            periods = [years.get(name) or records[name].period for name in own]
            apart = all(periods) and len(set(periods)) == count
            for name, period in zip(own, periods, strict=True):
                found[source, name] = period if apart else teller.heading(records[name])
    return found


def certain(entitlements: Sequence[Entitlement]) -> Amount:
    """What is had in any case: all of what is settled, and of what is open its least."""
    parts = [
        one.amount if one.status == "eligible" else Amount(one.amount.min, one.amount.min, one.amount.currency)
        for one in entitlements
    ]
    found = parts[0]
    for part in parts[1:]:
        found = found.plus(part)
    return found


def total_words(teller: Teller, entitlements: Sequence[Entitlement], amount: Amount) -> str:
    """A total in words; see `open_total`."""
    endless = [one for one in entitlements if one.amount.max is None and one.amount.currency == amount.currency]
    return open_total(amount, len(endless), sum(_has_floor(teller, one) for one in endless), teller.phrases)


def open_total(amount: Amount, endless: int, floors: int, phrases: Phrases) -> str:
    """A total in words; where it has no upper end, whether the text sets none or something is not known yet.

    Args:
        amount: the total.
        endless: how many of its parts have no upper end.
        floors: how many of these have none since the text sets none.
        phrases: the wordings.
    """
    if amount.max is not None:
        return phrases.amount(amount)
    low = phrases.money(amount.min, amount.currency)
    if floors < endless:
        return phrases.say("told-open-total", low=low)
    # Where nothing is sure, the least of a total is no floor that the text sets.
    return phrases.say("told-floors" if amount.min else "told-floors-open", low=low, count=floors)


def _has_floor(teller: Teller, entitlement: Entitlement) -> bool:
    decision = teller.decisions.get((entitlement.record, entitlement.clause or ""))
    return decision is not None and has_floor_alone(decision)


def _besides(teller: Teller, entitlement: Entitlement, when: str | None) -> Line:
    phrases = teller.phrases
    alive = _behind(teller, entitlement)
    on = open_needs(teller, alive, capped=entitlement.clause is None)
    hangs = phrases.say("told-semicolon").join(line.text for line in on)
    least = entitlement.amount.min and phrases.money(entitlement.amount.min, entitlement.amount.currency)

    def told(amount: str) -> str:
        """A sum, and how much of it is in what can be worked out now, so that nobody adds that up twice."""
        return phrases.say("told-counted-above", amount=amount, low=least) if least else amount

    def named(title: Text) -> str:
        own = title.get(phrases.lang)
        return own if when is None else phrases.say("told-with-status", title=own, status=when)

    if len(alive) > 1:
        group = phrases.book.group(entitlement.group or "")
        text = either(alive, phrases, group)
        values = {"group": named(group.label), "needs": hangs}
        if group.combination == "sum":
            amount = told(phrases.amount(entitlement.amount))
            return Line("either", phrases.say("told-sum-joint", **values, either=text, amount=amount))
        return Line("either", phrases.say("told-sum-either", **values, either=text))
    decision = alive[0]
    title = named(phrases.book.clauses[decision.clause or ""].title)
    amount = told(if_eligible(decision, phrases))
    return Line("more", phrases.say("told-sum-more", title=title, amount=amount, needs=hangs))


def _behind(teller: Teller, entitlement: Entitlement) -> list[Decision]:
    """The decisions that an open sum comes from: one clause, or the members of a group that may be had."""
    if entitlement.clause is not None:
        return [teller.decisions[entitlement.record, entitlement.clause]]
    return members_alive(teller, entitlement.record, teller.phrases.book.group(entitlement.group or ""))
