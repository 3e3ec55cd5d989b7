"""How an amount came about: the numbers that the engine worked with, written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from ..answers.figures import grouped
from ..answers.plain import plain
from ..expression import Expression
from ..model import Clause, Decision, OptionResult, Record
from .phrases import Phrases
from .told import Line

__all__ = ["arithmetic", "arithmetic_lines", "expression"]

_SIGNS = {"sum": "+", "excess": "−", "product": "×", "quotient": "÷"}


def expression(result: OptionResult) -> str | None:
    """The sum in figures alone, the same in every language: `8,270,000 × 0.02`, `min(1,200,000 × 0.1, 100,000)`.

    None where nothing is worked out, or a number is not known.
    """
    top = result.option.expression
    return None if top is None or not is_known(top, result.values) else _Figures(result.values).of(top)


def is_known(node: Expression, values: Mapping[str, Decimal]) -> bool:
    """Whether it is known what a number came to, and what it was worked out from in the first place."""
    while node.operands:
        if node.iri not in values:
            return False
        node = node.operands[0]
    return node.iri in values


@dataclass(frozen=True)
class _Figures:
    """Writes expressions in figures, with what each node came to."""

    values: Mapping[str, Decimal]

    def of(self, node: Expression) -> str:
        if not node.operands:
            return self._leaf(node)
        if node.fixed is not None:
            return grouped(node.fixed)
        one, by = node.operands[0], node.operands[-1]
        if node.op in ("least", "greatest"):
            # What does not bind is not shown.
            if self._value(by) == self._value(node) != self._value(one):
                return f"{'min' if node.op == 'least' else 'max'}({self.of(one)}, {self.of(by)})"
            return self.of(one)
        if node.op == "excess" and one.operands and one.fixed is None:
            return grouped(self.values[node.iri])
        if node.op == "sum":
            # A part that comes to nothing is not shown.
            parts = [self.of(part) for part in node.operands if self._value(part)]
            return " + ".join(parts) or "0"
        if node.op == "steps":
            return f"floor({self._within(one)} ÷ {self._within(by)})"
        if by.iri not in self.values and by.number is None:
            return self._within(one)
        number = plain(by.number) if by.number is not None and node.op == "product" else self._within(by)
        return f"{self._within(one)} {_SIGNS[node.op]} {number}"

    def _leaf(self, node: Expression) -> str:
        value = self._value(node)
        return grouped(value) if value >= 0 else f"max({grouped(value)}, 0)"

    def _within(self, node: Expression) -> str:
        text = self.of(node)
        is_long = node.op in ("excess", "sum") and any(sign in text for sign in (" + ", " − "))
        return f"({text})" if is_long else text

    def _value(self, node: Expression) -> Decimal:
        return node.number if node.number is not None else self.values.get(node.iri, Decimal(0))


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
    option, top = result.option, result.option.expression
    if option.agreed is not None and result.amount.max is not None:
        return phrases.say(
            "pair", key=phrases.fact(option.agreed), value=phrases.money(result.amount.max, option.currency)
        )
    while top is not None and top.op == "sum" and len(top.operands) == 1:
        top = top.operands[0]
    if top is None or not is_known(top, result.values):
        return phrases.option(option)
    capped, cap = phrases.under_cap(top)
    told = _Told(result, record, phrases)
    smallest = result.amount.min.as_tuple().exponent
    reached = result.values[capped.iri].quantize(Decimal(1).scaleb(int(smallest)), ROUND_HALF_UP)
    sum_, worked = phrases.money(reached, option.currency), told.of(capped)
    # Where nothing is reckoned with an item, its name says what the sum is.
    is_item = capped.fact is not None and worked in (sum_, phrases.number(result.values[capped.iri], None))
    text = phrases.say("pair", key=phrases.fact(capped.fact or ""), value=sum_) if is_item else f"{worked} = {sum_}"
    if cap is not None:
        # By the sum as it is told: what rounds to the limit is not said to be above it.
        name = "amount-capped" if reached > cap else "amount-cap"
        text += phrases.say(name, cap=phrases.money(cap, option.currency))
    return phrases.say("amount-ceiling") + text if option.kind == "ceiling" else text


@dataclass(frozen=True)
class _Told:
    """Writes expressions with names, units and what each node came to.

    `is_signed` tells that a fact counts as it is, also below zero.
    """

    result: OptionResult
    record: Record
    phrases: Phrases
    is_signed: bool = False

    def of(self, node: Expression) -> str:
        phrases, values = self.phrases, self.result.values
        if node.fact is not None:
            return self._fact(node.fact, values[node.iri])
        if node.number is not None:
            return phrases.number(node.number, None)
        if node.fixed is not None:
            return phrases.number(node.fixed, phrases.unit(node))
        one, by = node.operands[0], node.operands[-1]
        if node.op == "sum":
            return self._sum(node)
        if node.op == "excess" and one.operands and one.fixed is None:
            return phrases.number(values[node.iri], phrases.unit(node))
        first = self._within(one)
        if node.op in ("product", "quotient") and by.number is None and by.iri not in values:
            return first
        unit = phrases.unit(one) or self.result.option.unit_of(node)
        second = phrases.number(by.number, unit) if by.number is not None else self._within(by)
        if node.op == "product" and by.number is not None:
            return phrases.say("told-times", base=first, rate=phrases.rate(node, self.result.option))
        if node.op in ("product", "quotient"):
            return f"{first} {_SIGNS[node.op]} {second}"
        if node.op in ("excess", "difference"):
            return phrases.say("told-difference", first=first, second=second)
        return phrases.say(f"told-{node.op}", first=first, second=second, value=plain(values[node.iri]))

    def _within(self, node: Expression) -> str:
        text = self.of(node)
        return f"({text})" if node.op == "sum" and " + " in text else text

    def _sum(self, node: Expression) -> str:
        values = self.result.values
        parts = [
            self.of(part) if part.number is None else self.phrases.money(part.number, self.result.option.currency)
            for part in node.operands
            if part.number is not None or values.get(part.iri)
        ]
        return " + ".join(parts) or self.phrases.number(Decimal(0), self.phrases.unit(node.operands[0]))

    def _fact(self, name: str, value: Decimal) -> str:
        """A fact with its value; of one that is worked out how it came about, where the record states all of it."""
        phrases, derived = self.phrases, self.phrases.book.derived.get(name)
        shown = phrases.value(name, plain(value))
        if derived is not None and not derived.expression.sources() and name not in self.record.facts:
            stated = {one: self.record.facts.get(one) for one in derived.inputs}
            numbers = {one: Decimal(side) for one, side in stated.items() if isinstance(side, Decimal | int)}
            if len(numbers) == len(stated):
                values = derived.expression.values(numbers)
                shown = replace(self, result=replace(self.result, values=values), is_signed=True).of(derived.expression)
        return phrases.say("told-below-zero", base=shown) if value < 0 and not self.is_signed else shown
