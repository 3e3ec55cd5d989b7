"""Read the rules about data from their SHACL shapes.

The rules stand in `shapes/records.ttl`. A shape is a rule, and its local name the rule's id. Standard: SHACL Core,
W3C Recommendation of 20 July 2017; of its constraints only those listed in `CONSTRAINTS` are supported, and the
components of `shapes/components.ttl` by their parameters (`relations.PARAMETERS`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pyoxigraph as ox

from .conditions import literal
from .errors import KnowledgeError
from .load import Knowledge, local
from .model import Severity, Text, Value
from .names import DCT, PKB, RDF, SH, XSD
from .relations import PARAMETERS, Relation, read_relation
from .uniqueness import Uniqueness, read_uniqueness

__all__ = [
    "CONSTRAINTS",
    "DataRule",
    "FactRule",
    "RecordRules",
    "TypeRules",
    "component_iri",
    "read_record_rules",
    "written",
]

CONSTRAINTS = (
    SH.datatype,
    SH.nodeKind,
    SH.minCount,
    SH.maxCount,
    SH.minInclusive,
    SH.minExclusive,
    SH.maxInclusive,
    SH.maxExclusive,
    SH.minLength,
    SH.pattern,
    SH["in"],
    SH.lessThan,
    SH.lessThanOrEquals,
)
"""The SHACL constraint parameters that a property shape about records may use.

sh:nodeKind binds the columns of a record in RDF; how it is read settles it for a `Record`.
"""

_REMARKS = {SH.path, SH.severity, SH.message, SH.name, SH.description, SH.order}
_NODE_TERMS = {SH.targetClass, SH.targetObjectsOf, SH.closed, SH.ignoredProperties, SH.property} | (
    _REMARKS - {SH.path}
)
_KINDS: dict[ox.NamedNode, type] = {
    XSD.boolean: bool,
    XSD.integer: int,
    XSD.decimal: Decimal,
    XSD.string: str,
    XSD.date: date,
}
_SEVERITIES: dict[ox.NamedNode, Severity] = {SH.Violation: "error", SH.Warning: "warning", SH.Info: "info"}
_COLUMNS = {
    DCT.identifier: "id",
    PKB.period: "period",
    PKB.subject: "subject",
    PKB.name: "name",
    PKB.creditCode: "creditCode",
    PKB.division: "division",
}


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
    `above` or `below` is set; `other` is a fact that the value may not exceed (`strict`: nor equal).
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
    """All data rules: by record type, about subjects, the computed ones by their id, and what is compared for them."""

    types: Mapping[str, TypeRules]
    subject: tuple[FactRule, ...]
    computed: Mapping[str, DataRule]
    uniqueness: Uniqueness


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


def component_iri(name: str) -> ox.NamedNode:
    """The SHACL constraint component that a breach, a count or a relation belongs to.

    Args:
        name: a key of the table of components, or the local name of one of the project's own.
    """
    found = _COMPONENTS.get(name)
    return PKB[name] if found is None else SH[f"{found}ConstraintComponent"]


def read_record_rules(knowledge: Knowledge) -> RecordRules:
    """Read the data rules of a knowledge base: the shapes that target record types and their subjects.

    Raises:
        KnowledgeError: a shape uses a constraint or target that is not supported, or lacks its wording.
    """
    types = {node: local(node) for node in knowledge.instances(PKB.RecordType)}
    _refuse_other_targets(knowledge, set(types))
    return RecordRules(
        types=MappingProxyType(
            {name: _type_rules(knowledge, node) for node, name in types.items() if _shapes(knowledge, node)}
        ),
        subject=tuple(
            rule
            for shape in knowledge.subjects(SH.targetObjectsOf, PKB.subject)
            for rule in _property_rules(knowledge, shape)
        ),
        computed=MappingProxyType(
            {local(node): _data_rule(knowledge, node) for node in knowledge.instances(PKB.DataRule)}
        ),
        uniqueness=read_uniqueness(knowledge),
    )


def _shapes(knowledge: Knowledge, record_type: ox.NamedNode) -> list[ox.NamedNode]:
    return knowledge.subjects(SH.targetClass, record_type)


def _type_rules(knowledge: Knowledge, record_type: ox.NamedNode) -> TypeRules:
    rules: list[FactRule] = []
    closed: DataRule | None = None
    for shape in _shapes(knowledge, record_type):
        rules += _property_rules(knowledge, shape)
        if knowledge.string(shape, SH.closed) == "true":
            closed = _data_rule(knowledge, shape)
    columns = set(_COLUMNS.values())
    facts: dict[str, tuple[FactRule, ...]] = {}
    for rule in rules:
        if rule.path not in columns:
            facts[rule.path] = (*facts.get(rule.path, ()), rule)
    return TypeRules(
        record=tuple(rule for rule in rules if rule.path in columns),
        facts=MappingProxyType(facts),
        required=tuple(rule for rule in rules if rule.path not in columns and rule.min_count > 0),
        closed=closed,
        once_per_period=knowledge.string(record_type, PKB.oncePerPeriod) == "true",
    )


def _property_rules(knowledge: Knowledge, shape: ox.NamedNode) -> list[FactRule]:
    _refuse_unknown(knowledge, shape, _NODE_TERMS)
    rules: list[FactRule] = []
    for term in knowledge.objects(shape, SH.property):
        if not isinstance(term, ox.NamedNode):
            raise _refused("rule-property-unnamed", knowledge, shape)
        rules.append(_fact_rule(knowledge, term))
    return rules


def _fact_rule(knowledge: Knowledge, shape: ox.NamedNode) -> FactRule:
    _refuse_unknown(knowledge, shape, _REMARKS | set(CONSTRAINTS), PARAMETERS)
    path = _path(knowledge, shape)
    if path is None:
        raise _refused("rule-path", knowledge, shape)
    if knowledge.value(shape, SH.nodeKind) is not None and path not in _COLUMNS:
        raise _refused("rule-node-kind", knowledge, shape)
    base = _data_rule(knowledge, shape)
    datatype = knowledge.node(shape, SH.datatype)
    if datatype is not None and datatype not in _KINDS:
        raise _refused("rule-datatype", knowledge, shape, datatype=local(datatype), known=_names(_KINDS))
    low, above = _bound(knowledge, shape, SH.minInclusive, SH.minExclusive, datatype)
    high, below = _bound(knowledge, shape, SH.maxInclusive, SH.maxExclusive, datatype)
    pattern = knowledge.string(shape, SH.pattern)
    choices = knowledge.value(shape, SH["in"])
    less = knowledge.node(shape, SH.lessThan)
    compared = less or knowledge.node(shape, SH.lessThanOrEquals)
    return FactRule(
        id=base.id,
        severity=base.severity,
        message=base.message,
        mend=base.mend,
        path=_COLUMNS.get(path, local(path)),
        kind=None if datatype is None else _KINDS[datatype],
        min_count=_number(knowledge, shape, SH.minCount) or 0,
        max_count=_number(knowledge, shape, SH.maxCount),
        low=low,
        above=above,
        high=high,
        below=below,
        min_length=_number(knowledge, shape, SH.minLength) or 0,
        pattern=None if pattern is None else _pattern(knowledge, shape, pattern),
        allowed=None if choices is None else _allowed(knowledge, choices),
        other=None if compared is None else local(compared),
        strict=less is not None,
        relation=read_relation(knowledge, shape),
    )


def _path(knowledge: Knowledge, shape: ox.NamedNode) -> ox.NamedNode | None:
    """The property of a shape; of ( pkb:subject pkb:creditCode ) the column of the subject."""
    path = knowledge.value(shape, SH.path)
    if isinstance(path, ox.NamedNode):
        return path
    if isinstance(path, ox.BlankNode) and any(knowledge.objects(path, RDF.first)):
        first, *rest = knowledge.list(path)
        if first == PKB.subject and len(rest) == 1 and isinstance(rest[0], ox.NamedNode) and rest[0] in _COLUMNS:
            return rest[0]
    return None


def _data_rule(knowledge: Knowledge, shape: ox.NamedNode) -> DataRule:
    message, mend = knowledge.text(shape, SH.message), knowledge.text(shape, PKB.mend)
    severity = knowledge.node(shape, SH.severity) or SH.Violation
    if message is None or mend is None or severity not in _SEVERITIES:
        raise _refused("rule-wording", knowledge, shape)
    return DataRule(local(shape), _SEVERITIES[severity], message, mend)


def _bound(
    knowledge: Knowledge,
    shape: ox.NamedNode,
    inclusive: ox.NamedNode,
    exclusive: ox.NamedNode,
    datatype: ox.NamedNode | None,
) -> tuple[Value | None, bool]:
    """A bound and whether it is itself excluded."""
    for predicate in (exclusive, inclusive):
        term = knowledge.value(shape, predicate)
        if term is None:
            continue
        if not isinstance(term, ox.Literal) or term.datatype != datatype:
            raise _refused("rule-bound-type", knowledge, shape, property=f"sh:{local(predicate)}")
        return literal(term), predicate == exclusive
    return None, False


def _number(knowledge: Knowledge, shape: ox.NamedNode, predicate: ox.NamedNode) -> int | None:
    text = knowledge.string(shape, predicate)
    return None if text is None else int(text)


def _pattern(knowledge: Knowledge, shape: ox.NamedNode, pattern: str) -> re.Pattern[str]:
    """A SHACL pattern for Python, whose `$` would also match before a closing line break."""
    try:
        return re.compile(pattern.removesuffix("$") + (r"\Z" if pattern.endswith("$") else ""))
    except re.error as fault:
        raise _refused("rule-pattern", knowledge, shape, detail=fault) from fault


def _allowed(knowledge: Knowledge, head: ox.NamedNode | ox.BlankNode | ox.Literal) -> frozenset[Value]:
    members = [] if isinstance(head, ox.Literal) else knowledge.list(head)
    return frozenset(literal(member) for member in members if isinstance(member, ox.Literal))


def _refuse_unknown(
    knowledge: Knowledge, shape: ox.NamedNode, known: set[ox.NamedNode], own: Iterable[ox.NamedNode] = ()
) -> None:
    predicates = {quad.predicate for quad in knowledge.store.quads_for_pattern(shape, None, None)}
    if not predicates:
        raise _refused("rule-missing", knowledge, shape)
    for predicate in sorted(predicates - known, key=str):
        if predicate.value.startswith(str(SH)):
            raise _refused(
                "rule-unsupported", knowledge, shape, property=f"sh:{local(predicate)}", known=_names(CONSTRAINTS)
            )
        if predicate.value.startswith(str(PKB)) and predicate not in own and predicate != PKB.mend:
            raise _refused(
                "rule-unsupported", knowledge, shape, property=f"pkb:{local(predicate)}", known=_names(PARAMETERS)
            )


def _refuse_other_targets(knowledge: Knowledge, types: set[ox.NamedNode]) -> None:
    """Refuse shapes that reach records in a way that the checks do not follow, so that none is ignored."""
    facts = set(knowledge.instances(PKB.Fact)) | set(_COLUMNS)
    strays = [
        *knowledge.subjects(SH.targetClass, PKB.Record),
        *(shape for fact in facts for shape in knowledge.subjects(SH.targetSubjectsOf, fact)),
        *(shape for fact in facts - {PKB.subject} for shape in knowledge.subjects(SH.targetObjectsOf, fact)),
        *(node for node in types if SH.NodeShape in knowledge.objects(node, RDF.type)),
    ]
    for shape in strays:
        raise _refused("rule-target", knowledge, shape)


def _refused(id: str, knowledge: Knowledge, shape: ox.NamedNode, **values: Any) -> KnowledgeError:
    return KnowledgeError(id, where=knowledge.locate(shape), rule=local(shape), **values)


def _names(terms: Iterable[ox.NamedNode]) -> list[str]:
    return [local(term) for term in terms]
