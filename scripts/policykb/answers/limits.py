"""How far a number of the rules can go: what the data rules of its fact allow, and what an amount of its kind can be.

A supposition beyond these limits is a slip of the pen (30 for 30 %, a negative area), or more than an engine can hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from ..errors import CallError
from ..law.data_rules import FactRule, written
from ..law.data_shapes import read_record_rules
from ..law.knowledge import Knowledge, local
from ..law.vocabulary import read_vocabulary
from ..model import Text, Value, Vocabulary
from ..names import CPSV, PKB, SCHEMA, SH
from ..readers.numbers import plain
from ..wording.catalogue import worded

__all__ = ["Limits", "Supposed"]

_PLACES = 9  # behind the point of a rate: products with it stay exact in every engine


@dataclass(frozen=True)
class Supposed:
    """A number that is supposed to be another one: the assignment as it was written, and the number as it is now."""

    assignment: str
    old: str

    def refused(self, id: str, value: Value, **words: object) -> CallError:
        """The error that says why the number cannot be this one."""
        return CallError(id, where="", assignment=self.assignment, old=self.old, value=written(value), **words)


@dataclass(frozen=True)
class Limits:
    """What numbers of a loaded knowledge base can be set to: the data rules by fact that speak of a value by itself."""

    knowledge: Knowledge
    vocabulary: Vocabulary
    rules: Mapping[str, tuple[FactRule, ...]]

    @classmethod
    def of(cls, knowledge: Knowledge) -> Limits:
        """The limits that follow from the data rules of the facts."""
        found: dict[str, dict[str, FactRule]] = {}
        for kind in read_record_rules(knowledge).types.values():
            for fact, rules in kind.facts.items():
                own = {rule.id: rule for rule in rules if rule.severity == "error" and not rule.is_bare}
                found.setdefault(fact, {}).update(own)
        return cls(knowledge, read_vocabulary(knowledge), {fact: tuple(own.values()) for fact, own in found.items()})

    def check_bound(self, shape: ox.NamedNode, value: Value, supposed: Supposed) -> None:
        """Refuse a bound of a criterion that its fact can never have.

        Raises:
            CallError: the value is beyond what the data rules of the fact allow.
        """
        path = self.knowledge.node(shape, SH.path)
        fact = None if path is None else self.vocabulary.facts.get(local(path))
        if path is None or fact is None:
            return
        if isinstance(value, Decimal) and self._is_difference(path):
            value = abs(value)  # What is left when one fact is taken from another can be less than nothing.
        self._admit(fact.inputs[:1], fact.label, value, supposed)

    def check_amount(self, option: ox.NamedNode, predicate: ox.NamedNode, value: Decimal, supposed: Supposed) -> None:
        """Refuse a sum or a rate that an amount of this kind cannot have.

        Raises:
            CallError: a sum that no fact in this currency can have, or one finer than the currency; a rate above the
                whole of its base, or one that is no rate between the two currencies.
        """
        currency = self._currency(option)
        if predicate != PKB.rate:
            self._admit(self._facts_in(currency), worded("a-sum"), value, supposed)
            self._check_places(value, self._places_of(currency), supposed)
            return
        base = self._base_unit(option, currency)
        if base == currency:
            if value > 1 and value / 100 <= 1:
                near, percent = plain(value / 100), plain(value * 100)
                raise supposed.refused("set-percent-as-rate", value, percent=percent, near=near)
            if not 0 <= value <= 1:
                ends = [worded("bound-from", end="0"), worded("bound-to", end="1")]
                raise supposed.refused("set-beyond", value, subject=worded("a-rate"), bounds=ends)
        elif value < 0:
            ends = [worded("bound-from", end="0")]
            raise supposed.refused("set-beyond", value, subject=worded("a-rate"), bounds=ends)
        else:
            self._admit(self._facts_in(f"{currency}-per-{base}") if value else (), worded("a-rate"), value, supposed)
        self._check_places(value, _PLACES, supposed)

    def _currency(self, part: ox.NamedNode) -> str:
        """The currency of an amount, or of the awards that a group counts together."""
        seen, pending = set[ox.NamedNode](), [part]
        while pending:
            node = pending.pop()
            if (found := self.knowledge.string(node, SCHEMA.currency)) is not None:
                return found
            seen.add(node)
            below = (*self.knowledge.objects(node, PKB.member), *self.knowledge.objects(node, CPSV.produces))
            pending += [one for one in below if isinstance(one, ox.NamedNode) and one not in seen]
        return ""

    def _is_difference(self, fact: ox.NamedNode) -> bool:
        """Whether a fact is what is left when one is taken from another."""
        top = self.knowledge.node(fact, PKB.expression)
        operator = None if top is None else self.knowledge.node(top, PKB.operator)
        return operator is not None and local(operator) == "difference"

    def _facts_in(self, unit: str) -> tuple[str, ...]:
        """The stated facts in a unit that have rules."""
        return tuple(fact.id for fact in self.vocabulary.facts.values() if fact.unit == unit and fact.id in self.rules)

    def _base_unit(self, option: ox.NamedNode, currency: str) -> str | None:
        """The unit of what a rate is applied to, after any conversion; None where it is counted in something else."""
        units: list[str | None] = []
        for part in (PKB.base, PKB.multiplier, PKB.divisor):
            node = self.knowledge.node(option, part)
            fact = None if node is None else self.vocabulary.facts.get(local(node))
            units.append(None if fact is None else fact.unit)
        base, multiplier, divisor = units
        if multiplier == f"{currency}-per-{base}" or divisor == f"{base}-per-{currency}":
            return currency
        return base if multiplier is None and divisor is None else None

    def _places_of(self, currency: str) -> int:
        """The digits behind the point that a sum in a currency can have."""
        for unit in self.knowledge.subjects(SCHEMA.unitCode, ox.Literal(currency)):
            smallest = self.knowledge.string(unit, PKB.smallestUnit)
            if smallest is not None:
                return _places(Decimal(smallest))
        return _PLACES

    def _check_places(self, value: Decimal, most: int, supposed: Supposed) -> None:
        if _places(value) > most:
            raise supposed.refused("set-too-exact", value, places=most)

    def _admit(self, facts: Sequence[str], subject: Text, value: Value, supposed: Supposed) -> None:
        """Go on where the rules of one of the facts admit a value; else say what those of the last one ask for."""
        broken: FactRule | None = None
        for fact in facts:
            broken = next((rule for rule in self.rules.get(fact, ()) if not rule.admits(value)), None)
            if broken is None:
                return
        if broken is None:
            return
        if broken.allowed is not None:
            raise supposed.refused("set-not-listed", value, subject=subject, known=sorted(map(str, broken.allowed)))
        if broken.breach(value) in ("low", "above", "high", "below"):
            raise supposed.refused("set-beyond", value, subject=subject, bounds=_ends(broken))
        raise supposed.refused("set-too-long", value)


def _places(value: Decimal) -> int:
    """The digits behind the point of a number, without superfluous zeros."""
    return len(plain(value).partition(".")[2])


def _ends(rule: FactRule) -> list[Text]:
    """The ends of what a rule admits, in words."""
    ends = []
    if rule.low is not None:
        ends.append(worded("bound-above" if rule.above else "bound-from", end=written(rule.low)))
    if rule.high is not None:
        ends.append(worded("bound-below" if rule.below else "bound-to", end=written(rule.high)))
    return ends
