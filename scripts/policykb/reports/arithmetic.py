"""How an amount came about: the option that holds, its base, and the sum written out."""

from __future__ import annotations

from decimal import Decimal

from ..model import Clause, Decision, Option, Record
from .phrases import Phrases

__all__ = ["arithmetic", "base_value", "options_met"]


def options_met(decision: Decision, clause: Clause) -> tuple[Option, ...]:
    """The options of a clause whose every criterion is met; none where the decision has no amount."""
    if decision.amount is None:
        return ()
    met = {result.criterion.iri for result in decision.criteria if result.truth == "met"}
    return tuple(
        option
        for option in clause.options
        if option.condition is None or all(leaf.iri in met for leaf in option.condition.leaves())
    )


def base_value(decision: Decision, record: Record, option: Option) -> Decimal | None:
    """The value of the fact that an option takes a share of: as stated, or as derived; None where it is not known."""
    return _value(decision, record, option.base)


def arithmetic(decision: Decision, record: Record, option: Option, phrases: Phrases) -> str:
    """The amount written out with the record's own numbers, or the rule where a number is missing."""
    base = base_value(decision, record, option)
    if option.rate is None or base is None or option.bands:
        return phrases.option(option)
    derived = phrases.book.derived.get(option.base or "")
    shown = phrases.value(option.base or "", _text(base))
    if derived is not None and derived.kind == "difference":
        parts = [_value(decision, record, name) for name in derived.inputs]
        if len(parts) == 2 and parts[0] is not None and parts[1] is not None:
            shown = f"({_text(parts[0], grouped=True)} − {_text(parts[1], grouped=True)})"
    # What is below zero bears no rate.
    product = max(base, Decimal(0)) * option.rate
    fact = phrases.vocabulary.facts.get(option.base or "")
    is_share = fact is not None and fact.unit == option.currency
    rate = f"{_text(option.rate * 100)}%" if is_share else _text(option.rate)
    text = f"{shown} × {rate}"
    for name, sign in ((option.multiplier, "×"), (option.divisor, "÷")):
        factor = _value(decision, record, name)
        if name is None:
            continue
        if factor is None or not factor:
            return phrases.option(option)
        product = product * factor if sign == "×" else product / factor
        text += f" {sign} {phrases.value(name, _text(factor))}"
    text += f" = {phrases.money(product, option.currency)}"
    if option.cap is not None and product > option.cap:
        text += phrases.say("amount-cap", cap=phrases.money(option.cap, option.currency))
    return phrases.say("amount-ceiling") + text if option.kind == "ceiling" else text


def _value(decision: Decision, record: Record, name: str | None) -> Decimal | None:
    if name is None:
        return None
    stated = record.facts.get(name)
    if isinstance(stated, Decimal | int) and not isinstance(stated, bool):
        return Decimal(stated)
    for result in decision.criteria:
        if result.criterion.path == name and result.actual is not None and "/" not in result.actual:
            return Decimal(result.actual)
    return None


def _text(value: Decimal, *, grouped: bool = False) -> str:
    text = f"{value:,f}" if grouped else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
