"""Rules about a value beside other values of its record, or beside its own characters.

SHACL Core cannot say them: each is a constraint component of `shapes/components.ttl`, where a SHACL-SPARQL validator
says what it means and its parameters are the rule. Here the same parameters are followed in plain Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import Any, Protocol

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..model import Record, Value
from ..names import PKB
from ..wording.catalogue import reason
from .conditions import literal
from .knowledge import Knowledge, local
from .literals import is_readable

__all__ = [
    "FACT_PARAMETERS",
    "PARAMETERS",
    "Agreement",
    "CheckCharacter",
    "OnlyWhere",
    "PatternWhere",
    "Quotient",
    "Relation",
    "UsualSize",
    "WithinPeriod",
    "ZeroTogether",
    "check_tables",
    "read_relation",
]

PARAMETERS = (
    PKB.quotientBy,
    PKB.quotientMin,
    PKB.quotientMax,
    PKB.usualFrom,
    PKB.agreesWith,
    PKB.zeroTogetherWith,
    PKB.onlyWhere,
    PKB.whereFact,
    PKB.whereValue,
    PKB.thenPattern,
    PKB.withinPeriod,
    PKB.checkFrom,
    PKB.checkWeights,
    PKB.checkAlphabet,
    PKB.checkSymbols,
)
"""The parameters of the project's own constraint components."""

FACT_PARAMETERS = (PKB.quotientBy, PKB.agreesWith, PKB.zeroTogetherWith, PKB.onlyWhere, PKB.whereFact)
"""Those that name another fact of the record."""

_EXACT = Context(prec=80)
_SHOWN = Context(prec=4)
_PRODUCT: Callable[[Mapping[str, int], str], int] = dict.__getitem__  # type: ignore[assignment]


class Relation(Protocol):
    """A constraint on one value of a record."""

    @property
    def component(self) -> str:
        """The local name of the SHACL constraint component."""
        ...

    def holds(self, value: Value, record: Record) -> bool:
        """Whether the value is as it should be; also where what it is compared with is not stated."""
        ...

    def words(self, value: Value, record: Record) -> Mapping[str, str]:
        """What the message may mention: placeholder to text."""
        ...


class _Plain:
    """A relation whose message mentions nothing."""

    __slots__ = ()

    def words(self, value: Value, record: Record) -> Mapping[str, str]:
        """No placeholders."""
        return {}


@dataclass(frozen=True, slots=True)
class Quotient:
    """The value divided by another fact lies within bounds. Says nothing where one of the two is not above zero."""

    other: str
    low: Decimal
    high: Decimal
    component: str = "QuotientConstraintComponent"

    def holds(self, value: Value, record: Record) -> bool:
        """Compared by multiplication, so that nothing is rounded."""
        other = record.facts.get(self.other)
        if type(value) is not Decimal or type(other) is not Decimal:
            return True
        # NaN cannot be compared; that it is no number is said by the rule about the fact itself.
        if not (value.is_finite() and other.is_finite() and value > 0 and other > 0):
            return True
        return _EXACT.multiply(self.low, other) <= value <= _EXACT.multiply(self.high, other)

    def words(self, value: Value, record: Record) -> Mapping[str, str]:
        """The `quotient`, rounded to four digits."""
        other = record.facts.get(self.other)
        if not isinstance(value, Decimal) or not isinstance(other, Decimal):
            return {}
        quotient = _SHOWN.divide(value, other).normalize(_SHOWN)
        return {"quotient": f"{quotient:f}" if abs(quotient.adjusted()) < 9 else str(quotient)}


@dataclass(frozen=True, slots=True)
class UsualSize:
    """The value is not above zero, or at least as large as is usual."""

    least: Decimal
    component: str = "UsualSizeConstraintComponent"

    def holds(self, value: Value, record: Record) -> bool:
        """What is no number, or below zero, is told by the rule about the fact itself."""
        return type(value) is not Decimal or not value.is_finite() or value <= 0 or value >= self.least

    def words(self, value: Value, record: Record) -> Mapping[str, str]:
        """`{value}` and `{least}`, with their thousands apart."""
        shown = f"{value.normalize():,f}" if isinstance(value, Decimal) else ""
        return {"value": shown, "least": f"{self.least.normalize():,f}"}


@dataclass(frozen=True, slots=True)
class Agreement(_Plain):
    """The value equals another fact, where both are stated."""

    other: str
    component: str = "AgreementConstraintComponent"

    def holds(self, value: Value, record: Record) -> bool:
        """Numbers are compared as numbers: 1.0 equals 1.00."""
        other = record.facts.get(self.other)
        return other is None or type(other) is not type(value) or value == other


@dataclass(frozen=True, slots=True)
class ZeroTogether(_Plain):
    """The value is zero exactly where another fact is, if both are stated."""

    other: str
    component: str = "ZeroTogetherConstraintComponent"

    def holds(self, value: Value, record: Record) -> bool:
        """Both are zero, or neither is."""
        other = record.facts.get(self.other)
        if type(value) is not Decimal or type(other) is not Decimal:
            return True
        return (value == 0) == (other == 0)


@dataclass(frozen=True, slots=True)
class OnlyWhere(_Plain):
    """Where another fact is stated false, the value is zero, false, or not stated."""

    other: str
    component: str = "OnlyWhereConstraintComponent"

    def holds(self, value: Value, record: Record) -> bool:
        """A flag that is missing settles nothing."""
        return record.facts.get(self.other) is not False or not value


@dataclass(frozen=True, slots=True)
class PatternWhere(_Plain):
    """Where another fact has a certain value, the value matches a pattern."""

    other: str
    expected: Value
    pattern: re.Pattern[str]
    component: str = "PatternWhereConstraintComponent"

    def holds(self, value: Value, record: Record) -> bool:
        """Another value of the other fact settles nothing."""
        return record.facts.get(self.other) != self.expected or self.pattern.search(str(value)) is not None


@dataclass(frozen=True, slots=True)
class WithinPeriod(_Plain):
    """A day is not after the end of the record's period."""

    component: str = "WithinPeriodConstraintComponent"

    def holds(self, value: Value, record: Record) -> bool:
        """Compared as text: 2020-10-01 is within 2020, and not after 2020-11-05."""
        return type(value) is not date or value.isoformat()[: len(record.period)] <= record.period


@dataclass(frozen=True, slots=True)
class CheckCharacter(_Plain):
    """A character of a code follows from those before it: the weighted sum's remainder, taken from the modulus.

    `tables` gives, for each position from `start` (from 0), the product of a character's value and its weight;
    the modulus is the number of `symbols`, and a remainder of 0 leads to the first of them.
    """

    start: int
    tables: tuple[Mapping[str, int], ...]
    symbols: str
    component: str = "CheckCharacterConstraintComponent"

    def holds(self, value: Value, record: Record) -> bool:
        """See `fits`; the record does not matter."""
        return self.fits(str(value))

    def fits(self, text: str) -> bool:
        """Whether a code has the check character that follows from the others.

        A code that is too short or has foreign characters is left to the rule about its form.
        """
        end = self.start + len(self.tables)
        if len(text) <= end:
            return True
        try:
            total = sum(map(_PRODUCT, self.tables, text[self.start : end]))
        except KeyError:
            return True
        return text[end] == self.symbols[-total % len(self.symbols)]


def check_tables(alphabet: str, weights: str) -> tuple[dict[str, int], ...]:
    """The products of values and weights, position by position.

    Args:
        alphabet: the characters in the order of their values, from 0.
        weights: two digits for each position.
    """
    steps = [int(weights[at : at + 2]) for at in range(0, len(weights), 2)]
    return tuple({character: value * step for value, character in enumerate(alphabet)} for step in steps)


def read_relation(knowledge: Knowledge, shape: ox.NamedNode) -> Relation | None:
    """The constraint of one of the project's own components, where the shape has its parameters.

    Raises:
        KnowledgeError: a parameter is missing, of the wrong kind, or of another component.
    """
    given = {name: term for name in PARAMETERS if (term := knowledge.value(shape, name)) is not None}

    def fact(name: ox.NamedNode) -> str:
        term = given.pop(name)
        if not isinstance(term, ox.NamedNode):
            raise _refused("rule-not-a-fact", knowledge, shape, property=f"pkb:{local(name)}")
        return local(term)

    def value(name: ox.NamedNode) -> Value:
        term = given.pop(name)
        if not isinstance(term, ox.Literal) or not is_readable(term):
            raise _refused("rule-not-a-value", knowledge, shape, property=f"pkb:{local(name)}")
        return literal(term)

    def number(name: ox.NamedNode) -> Decimal:
        found = value(name)
        if not isinstance(found, Decimal):
            raise _refused("rule-not-a-decimal", knowledge, shape, property=f"pkb:{local(name)}")
        return found

    found: Relation | None = None
    try:
        if PKB.quotientBy in given:
            found = Quotient(fact(PKB.quotientBy), number(PKB.quotientMin), number(PKB.quotientMax))
        elif PKB.usualFrom in given:
            found = UsualSize(number(PKB.usualFrom))
        elif PKB.agreesWith in given:
            found = Agreement(fact(PKB.agreesWith))
        elif PKB.zeroTogetherWith in given:
            found = ZeroTogether(fact(PKB.zeroTogetherWith))
        elif PKB.onlyWhere in given:
            found = OnlyWhere(fact(PKB.onlyWhere))
        elif PKB.whereFact in given:
            pattern = _pattern(knowledge, shape, str(value(PKB.thenPattern)))
            found = PatternWhere(fact(PKB.whereFact), value(PKB.whereValue), pattern)
        elif PKB.withinPeriod in given:
            found = WithinPeriod() if value(PKB.withinPeriod) is True else None
        elif PKB.checkFrom in given:
            tables = check_tables(str(value(PKB.checkAlphabet)), str(value(PKB.checkWeights)))
            found = CheckCharacter(int(str(value(PKB.checkFrom))) - 1, tables, str(value(PKB.checkSymbols)))
    except KeyError as missing:
        name = local(missing.args[0])
        raise _refused("rule-parameter-missing", knowledge, shape, property=f"pkb:{name}") from None
    if given:
        raise _refused("rule-several-components", knowledge, shape, parameters=[local(term) for term in given])
    return found


def _pattern(knowledge: Knowledge, shape: ox.NamedNode, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as fault:
        raise _refused("rule-pattern", knowledge, shape, detail=reason(f"{fault}", "pattern")) from fault


def _refused(id: str, knowledge: Knowledge, shape: ox.NamedNode, **values: Any) -> KnowledgeError:
    return KnowledgeError(id, where=knowledge.locate(shape), rule=local(shape), **values)
