"""How an amount came about: the numbers that the engine worked with, written out."""

from __future__ import annotations

from decimal import Decimal

from ..decisions import plain
from ..model import Clause, Decision, Option, OptionResult, Record
from .figures import grouped
from .phrases import Phrases
from .told import Line

__all__ = ["arithmetic", "arithmetic_lines", "expression"]


def expression(result: OptionResult) -> str | None:
    """The sum in figures alone, the same in every language: `8,270,000 × 0.02`, `min(1,200,000 × 0.1, 100,000)`.

    None where nothing is worked out, or a number is not known.
    """
    option = result.option
    if result.product is None or result.base is None:
        return None
    if option.rate is None:
        text = " + ".join(f"{grouped(part)} × {plain(rate)}" for part, rate in result.bands) or "0"
        text = f"({text})" if len(result.bands) > 1 and (option.multiplier or option.divisor) else text
    else:
        base = grouped(result.base)
        text = f"{base if result.base >= 0 else f'max({base}, 0)'} × {plain(option.rate)}"
    if result.multiplier is not None:
        text += f" × {grouped(result.multiplier)}"
    if result.divisor is not None:
        text += f" ÷ {grouped(result.divisor)}"
    return f"min({text}, {grouped(option.cap)})" if result.is_capped and option.cap is not None else text


def arithmetic_lines(decision: Decision, clause: Clause, record: Record, phrases: Phrases) -> tuple[Line, ...]:
    """A line for each option that gives the amount, or may give it; nothing where the sum is one fixed number."""
    found = []
    for result in decision.options:
        if len(clause.options) > 1:
            label = result.option.label.get(phrases.lang)
            found.append(phrases.say("pair", key=label, value=arithmetic(result, record, phrases)))
        elif result.option.value is None:
            found.append(arithmetic(result, record, phrases))
    return tuple(Line("arithmetic", text) for text in dict.fromkeys(found))


def arithmetic(result: OptionResult, record: Record, phrases: Phrases) -> str:
    """The sum written out with the record's own numbers, or the rule in words where a number is missing."""
    option = result.option
    if option.agreed is not None and result.amount.max is not None:
        return phrases.say(
            "pair", key=phrases.fact(option.agreed), value=phrases.money(result.amount.max, option.currency)
        )
    if result.product is None or result.base is None:
        return phrases.option(option)
    if option.rate is None:
        unit = _unit(result, phrases)
        parts = [_times(phrases.number(part, unit), rate, option, phrases) for part, rate in result.bands]
        text = " + ".join(parts) or phrases.number(Decimal(0), unit)
        text = f"({text})" if len(parts) > 1 and (option.multiplier or option.divisor) else text
    else:
        text = _times(_base(result, record, phrases), option.rate, option, phrases)
    for name, factor, sign in (
        (option.multiplier, result.multiplier, "×"),
        (option.divisor, result.divisor, "÷"),
    ):
        if name is not None and factor is not None:
            text += f" {sign} {phrases.value(name, plain(factor))}"
    text += f" = {phrases.money(result.product, option.currency)}"
    if option.cap is not None:
        cap = phrases.money(option.cap, option.currency)
        text += phrases.say("amount-capped" if result.is_capped else "amount-cap", cap=cap)
    return phrases.say("amount-ceiling") + text if option.kind == "ceiling" else text


def _times(base: str, rate: Decimal, option: Option, phrases: Phrases) -> str:
    return phrases.say("told-times", base=base, rate=phrases.rate(rate, option))


def _unit(result: OptionResult, phrases: Phrases) -> str | None:
    fact = phrases.vocabulary.facts.get(result.option.base or "")
    return fact.unit if fact is not None else None


def _base(result: OptionResult, record: Record, phrases: Phrases) -> str:
    """The base; of a difference its two sides, where the record states both."""
    name = result.option.base or ""
    derived = phrases.book.derived.get(name)
    if derived is not None and derived.kind == "difference" and name not in record.facts:
        sides = [record.facts.get(one) for one in derived.inputs]
        numbers = [Decimal(side) for side in sides if isinstance(side, Decimal | int)]
        if len(numbers) == 2:
            unit = _unit(result, phrases)
            first, second = (phrases.number(number, unit) for number in numbers)
            shown = phrases.say("told-difference", first=first, second=second)
            return _above_zero(shown, result, phrases)
    return _above_zero(phrases.value(name, plain(result.base or Decimal(0))), result, phrases)


def _above_zero(shown: str, result: OptionResult, phrases: Phrases) -> str:
    """What is below zero bears no rate."""
    is_below = result.base is not None and result.base < 0
    return phrases.say("told-below-zero", base=shown) if is_below else shown
