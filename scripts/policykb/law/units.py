"""Which unit a quantity comes to, as far as its facts state theirs: unlike figures are neither added nor compared.

A number of the text has whatever unit its sentence gives it (0.02 yuan for each dollar, 50 yuan a head and day): what
is multiplied or divided by one may come to another unit, but not to any. It may come to money, or to one currency for
one of another, and never to yuan times yuan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..expression import Expression
from ..model import Text
from ..names import PKB
from ..wording.catalogue import at
from .criteria import Declared

__all__ = ["unit_faults"]

_ALIKE = ("sum", "excess", "difference", "least", "greatest", "first")
"""The operators whose operands are in one unit, in which their result is."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """The powers of the units of a quantity, and whether a number of the text has scaled it."""

    powers: Mapping[str, int]
    is_scaled: bool = False

    def times(self, other: _Measure, sign: int) -> _Measure:
        """Multiplied by another one, or with sign -1 divided by it."""
        names = dict.fromkeys((*self.powers, *other.powers))
        found = {name: self.powers.get(name, 0) + sign * other.powers.get(name, 0) for name in names}
        powers = {name: power for name, power in found.items() if power}
        return _Measure(powers, self.is_scaled or other.is_scaled)


_NUMBER = _Measure({}, is_scaled=True)


def unit_faults(
    declared: Declared, owner: ox.NamedNode, predicate: ox.NamedNode, expression: Expression, unit: str
) -> Iterator[KnowledgeError]:
    """Operands in other units than those that they are added to or compared with, and a result in another one.

    Args:
        declared: the facts and units.
        owner, predicate: what the expression is worked out for, to say where its result is wrong.
        expression: the expression.
        unit: the currency of the amount, or the unit of the derived fact.
    """
    check = _Check(declared, [])
    found = check.measure(expression)
    yield from check.faults
    wanted = _Measure(declared.powers(unit))
    parts = [found] if found is None or not found.is_scaled else check.parts(expression)
    for part in parts if not check.faults else ():
        if part is not None and not check.fits(part, wanted):
            shown = {"unit": check.shown(part), "wanted": check.shown(wanted)}
            yield declared.refused("amount-other-unit", owner, predicate, None, **shown)
            return


@dataclass(frozen=True)
class _Check:
    declared: Declared
    faults: list[KnowledgeError]

    def measure(self, node: Expression) -> _Measure | None:
        """What an expression is in; None where no fact tells."""
        if node.fact is not None:
            fact = self.declared.fact(ox.NamedNode(node.iri))
            return None if fact is None or fact.unit is None else _Measure(self.declared.powers(fact.unit))
        if node.number is not None:
            return _NUMBER
        found = [self.measure(operand) for operand in node.operands]
        if node.op in _ALIKE:
            return self._alike(node, found)
        if node.op == "once":
            return found[0]
        if node.op == "steps" and node.operands[1].number is not None:
            return None if found[0] is None else _NUMBER
        if node.op not in ("product", "quotient", "steps") or found[0] is None or found[1] is None:
            return None
        return found[0].times(found[1], 1 if node.op == "product" else -1)

    def parts(self, node: Expression) -> list[_Measure | None]:
        """What is added and compared to make an amount, each of which comes to the unit of that."""
        if node.op in _ALIKE:
            return [part for operand in node.operands for part in self.parts(operand)]
        return [self.measure(node)]

    def _alike(self, node: Expression, found: list[_Measure | None]) -> _Measure | None:
        """The unit of operands, which is that of one that no number has scaled."""
        known = [(operand, measure) for operand, measure in zip(node.operands, found, strict=True) if measure]
        wanted = next((measure for _, measure in known if not measure.is_scaled), None)
        if wanted is None:
            return next((measure for _, measure in known if measure.powers), known[0][1] if known else None)
        for place, (operand, measure) in enumerate(known):
            if not self.fits(measure, wanted):
                iri, term = ox.NamedNode(node.iri), ox.NamedNode(operand.iri)
                predicate = PKB.by if place and node.op != "sum" else PKB.operand
                units = [self.shown(wanted), self.shown(measure)]
                self.faults.append(self.declared.refused("units-unlike", iri, predicate, term, units=units))
        return wanted

    def fits(self, measure: _Measure, wanted: _Measure) -> bool:
        """Whether a quantity can be in a unit, with a number that a text can state."""
        rest = wanted.times(measure, -1).powers
        money = {name: power for name, power in rest.items() if self._is_money(name)}
        has_money = any(map(self._is_money, (*measure.powers, *wanted.powers)))
        if not measure.is_scaled:
            # A price has the unit of money, for however many heads, days or square metres.
            return not (money if has_money else rest)
        above, below = ([name for name, power in money.items() if power * sign > 0] for sign in (1, -1))
        if any(abs(power) > 1 for power in money.values()) or len(above) > 1 or len(below) > 1:
            return False
        return not any(map(self._is_money, wanted.powers)) or not below or (bool(above) and above[0] in wanted.powers)

    def _is_money(self, unit: str) -> bool:
        known = self.declared.units.get(unit)
        return known is not None and known.currency is not None

    def shown(self, measure: _Measure) -> Text:
        """A unit in words: those above the line times each other, divided by those below."""
        labels = {name: known.label for name in measure.powers if (known := self.declared.units.get(name))}
        named = {name: labels.get(name, Text(name, name)) for name in measure.powers}
        return at("no-unit") if not named else Text(_shown(measure, named, "zh"), _shown(measure, named, "en"))


def _shown(measure: _Measure, named: Mapping[str, Text], lang: str) -> str:
    above, below = (
        [named[name].get(lang) for name, power in measure.powers.items() for _ in range(power * sign)]  # type: ignore[arg-type]
        for sign in (1, -1)
    )
    return " ÷ ".join((" × ".join(above) or "1", *below))
