"""How an amount came about: the numbers that the engine worked with, written out."""

from __future__ import annotations

from decimal import Decimal

from ..decisions import plain
from ..model import OptionResult, Record
from .phrases import Phrases

__all__ = ["arithmetic", "expression"]


def expression(result: OptionResult) -> str | None:
    """The sum in figures alone, the same in every language: `8,270,000 × 0.02`, `min(1,200,000 × 0.1, 100,000)`.

    None where nothing is worked out, or a number is not known.
    """
    option = result.option
    if result.bands:
        return " + ".join(f"{_figures(part)} × {plain(rate)}" for part, rate in result.bands)
    if option.rate is None or result.product is None or result.base is None:
        return None
    text = f"{_figures(result.base)} × {plain(option.rate)}"
    if result.multiplier is not None:
        text += f" × {_figures(result.multiplier)}"
    if result.divisor is not None:
        text += f" ÷ {_figures(result.divisor)}"
    return f"min({text}, {_figures(option.cap)})" if result.is_capped and option.cap is not None else text


def arithmetic(result: OptionResult, record: Record, phrases: Phrases) -> str:
    """The sum written out with the record's own numbers, or the rule in words where a number is missing."""
    option = result.option
    if result.bands and result.amount.max is not None:
        parts = " + ".join(f"{_figures(part)} × {phrases.rate(rate, option)}" for part, rate in result.bands)
        return f"{parts} = {phrases.money(result.amount.max, option.currency)}"
    if option.rate is None or result.product is None or result.base is None:
        return phrases.option(option)
    text = f"{_base(result, record, phrases)} × {phrases.rate(option.rate, option)}"
    for name, factor, sign in (
        (option.multiplier, result.multiplier, "×"),
        (option.divisor, result.divisor, "÷"),
    ):
        if name is not None and factor is not None:
            text += f" {sign} {phrases.value(name, plain(factor))}"
    text += f" = {phrases.money(result.product, option.currency)}"
    if result.is_capped and option.cap is not None:
        text += phrases.say("amount-cap", cap=phrases.money(option.cap, option.currency))
    return phrases.say("amount-ceiling") + text if option.kind == "ceiling" else text


def _base(result: OptionResult, record: Record, phrases: Phrases) -> str:
    """The base; of a difference its two sides, where the record states both."""
    name = result.option.base or ""
    derived = phrases.book.derived.get(name)
    if derived is not None and derived.kind == "difference" and name not in record.facts:
        sides = [record.facts.get(one) for one in derived.inputs]
        numbers = [Decimal(side) for side in sides if isinstance(side, Decimal | int)]
        if len(numbers) == 2:
            return f"({_figures(numbers[0])} − {_figures(numbers[1])})"
    return phrases.value(name, plain(result.base or Decimal(0)))


def _figures(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
