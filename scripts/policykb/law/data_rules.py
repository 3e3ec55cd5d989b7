"""The rules about data, as read from their shapes: what a record, its facts and its subject must satisfy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pyoxigraph as ox

from ..model import Severity, Text, Value
from ..names import PKB, SH
from .bounds import Bound
from .relations import Relation
from .uniqueness import Uniqueness

__all__ = ["DataRule", "FactRule", "RecordRules", "TypeRules", "component_iri", "component_key", "written"]

_LONGEST_EXPONENT = 40
_COMPONENTS = {
    "datatype": "Datatype",
    "low": "MinInclusive",
    "above": "MinExclusive",
    "high": "MaxInclusive",
    "below": "MaxExclusive",
    "allowed": "In",
    "length": "MinLength",
    "pattern": "Pattern",
    "other": "LessThanOrEquals",
    "strict": "LessThan",
    "count": "MaxCount",
    "missing": "MinCount",
    "closed": "Closed",
}


@dataclass(frozen=True, slots=True)
class DataRule:
    """A rule about data: its id, how grave a breach is, what is wrong then, and the mend."""

    id: str
    severity: Severity
    message: Text
    mend: Text


@dataclass(frozen=True, slots=True)
class FactRule(DataRule):
    """A property shape about one fact, or about one column that is no fact.

    `kind` is the Python type of a value (None: any); `low` and `high` are bounds, themselves excluded where
    `above` or `below` is set; `other` is a fact that the value may not exceed (`strict`: nor equal). `tells` is what is
    said where one of its tests fails, by the key of the test.
    """

    path: str = ""
    kind: type | None = None
    min_count: int = 0
    max_count: int | None = None
    low: Value | None = None
    above: bool = False
    high: Value | None = None
    below: bool = False
    min_length: int = 0
    pattern: re.Pattern[str] | None = None
    allowed: frozenset[Value] | None = None
    other: str | None = None
    strict: bool = False
    relation: Relation | None = None
    tells: Mapping[str, Text] = field(default_factory=dict)

    def admits(self, value: Value) -> bool:
        """Whether one value satisfies the type, the bounds, the pattern and the list of allowed values."""
        return self.breach(value) is None

    def breach(self, value: Value) -> str | None:
        """The constraint that one value breaks by itself, as a key of the table of SHACL components, or None."""
        if self.kind is not None and type(value) is not self.kind:
            return "datatype"
        if type(value) is Decimal and not value.is_finite():
            return "datatype"
        if self.low is not None and not (value > self.low if self.above else value >= self.low):  # type: ignore[operator]
            return "above" if self.above else "low"
        if self.high is not None and not (value < self.high if self.below else value <= self.high):  # type: ignore[operator]
            return "below" if self.below else "high"
        if self.allowed is not None and value not in self.allowed:
            return "allowed"
        if self.pattern is None and not self.min_length:
            return None
        text = written(value)
        if len(text) < self.min_length:
            return "length"
        return "pattern" if self.pattern is not None and self.pattern.search(text) is None else None

    @property
    def is_bare(self) -> bool:
        """Whether a value by itself always satisfies the rule: it has a relation and nothing else."""
        return (
            self.kind is None
            and self.low is None
            and self.high is None
            and self.pattern is None
            and self.allowed is None
            and not self.min_length
        )

    def agrees(self, value: Value, other: Value) -> bool:
        """Whether the value does not exceed the fact that it is compared with."""
        if type(value) is not type(other) or isinstance(value, tuple):
            return False
        return bool(value < other if self.strict else value <= other)  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class TypeRules:
    """The rules for one record type: about the record itself, and about its facts by fact id."""

    record: tuple[FactRule, ...]
    facts: Mapping[str, tuple[FactRule, ...]]
    required: tuple[FactRule, ...]
    closed: DataRule | None
    once_per_period: bool


@dataclass(frozen=True, slots=True)
class RecordRules:
    """All data rules: by record type, about subjects, the computed ones by their id, and what is compared for them.

    `bounds` are those that the conditions set for the figures of each fact.
    """

    types: Mapping[str, TypeRules]
    subject: tuple[FactRule, ...]
    computed: Mapping[str, DataRule]
    uniqueness: Uniqueness
    bounds: Mapping[str, tuple[Bound, ...]]


def written(value: Value) -> str:
    """A value as text, as its RDF literal would hold it; a decimal without exponent unless it is absurdly small."""
    if type(value) is Decimal:
        text = str(value)
        return format(value, "f") if "E" in text and abs(value.adjusted()) <= _LONGEST_EXPONENT else text
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "; ".join(written(item) for item in value)
    return str(value)


def component_key(iri: ox.NamedNode) -> str:
    """The key of a SHACL constraint component, as `component_iri` reads it."""
    name = iri.value.removeprefix(str(SH)).removesuffix("ConstraintComponent")
    return next((key for key, found in _COMPONENTS.items() if found == name), "")


def component_iri(name: str) -> ox.NamedNode:
    """The SHACL constraint component that a breach, a count or a relation belongs to.

    Args:
        name: a key of the table of components, or the local name of one of the project's own.
    """
    found = _COMPONENTS.get(name)
    return PKB[name] if found is None else SH[f"{found}ConstraintComponent"]
