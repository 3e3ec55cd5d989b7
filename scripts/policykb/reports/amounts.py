"""What a decision comes to, in words: a sum, an interval, a floor that the text sets, or a sum not known yet."""

from __future__ import annotations

from ..model import Amount, Clause, Decision, OptionResult
from .phrases import Phrases
from .reasons import lacking

__all__ = ["amount_words", "has_floor_alone", "if_eligible"]


def amount_words(decision: Decision, clause: Clause, phrases: Phrases) -> str:
    """The amount of a decision, and where the status is open what it would be if the clause fits; else nothing."""
    amount = decision.amount
    if clause.is_unstated and decision.status in ("eligible", "undetermined"):
        return phrases.join(phrases.amounts(clause))
    if amount is None:
        return ""
    least = _least(decision)
    if decision.status == "undetermined" and amount.min == 0 and least is not None and least.min > 0:
        return phrases.say("told-if", amount=if_eligible(decision, phrases))
    return _interval(amount, decision, phrases)


def if_eligible(decision: Decision, phrases: Phrases) -> str:
    """What the clause gives where it fits: from the least that any of its possible options gives."""
    amount, least = decision.amount, _least(decision)
    if amount is None:
        return phrases.say("no-amount")
    if decision.status != "undetermined" or amount.min > 0 or least is None:
        return _interval(amount, decision, phrases)
    return _interval(Amount(least.min, amount.max, amount.currency), decision, phrases)


def has_floor_alone(decision: Decision) -> bool:
    """Whether the amount has no upper end because the text sets a floor and no ceiling, and for no other reason."""
    endless = _endless(decision)
    return bool(endless) and all(result.option.floor is not None for result in endless)


def _endless(decision: Decision) -> list[OptionResult]:
    return [result for result in decision.options if result.amount.max is None]


def _least(decision: Decision) -> Amount | None:
    return min((result.amount for result in decision.options), key=lambda amount: amount.min, default=None)


def _interval(amount: Amount, decision: Decision, phrases: Phrases) -> str:
    if amount.max is not None:
        return phrases.amount(amount)
    if has_floor_alone(decision):
        return phrases.say("amount-floor", floor=phrases.money(amount.min, amount.currency))
    facts = lacking(decision, phrases)
    return phrases.say("told-amount-open", facts=phrases.join(facts)) if facts else phrases.say("told-amount-unknown")
