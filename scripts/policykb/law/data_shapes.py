"""Read the rules about data from their SHACL shapes.

The rules stand in `shapes/records.ttl`. A shape is a rule, and its local name the rule's id. Standard: SHACL Core,
W3C Recommendation of 20 July 2017; of its constraints only those listed in `CONSTRAINTS` are supported, and the
components of `shapes/components.ttl` by their parameters (`relations.PARAMETERS`).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pyoxigraph as ox

from ..errors import Faults
from ..model import Severity, Text, Value
from ..names import PKB, RDF, SH, XSD
from ..wording.catalogue import reason
from ..wording.texts import filled
from .bounds import read_bounds
from .conditions import literal
from .data_refusals import (
    COLUMNS,
    CONSTRAINTS,
    ignored_facts,
    names_of,
    other_targets,
    refuse_foreign,
    refuse_unknown,
    refused,
)
from .data_rules import DataRule, FactRule, RecordRules, TypeRules, component_key
from .knowledge import Knowledge, local
from .literals import is_readable
from .relations import FACT_PARAMETERS, PARAMETERS, read_relation
from .statements import whole_of
from .uniqueness import read_uniqueness

__all__ = ["KINDS", "read_record_rules"]


_REMARKS = {SH.path, SH.severity, SH.message, SH.name, SH.description, SH.order}
_NODE_TERMS = {SH.targetClass, SH.targetObjectsOf, SH.closed, SH.ignoredProperties, SH.property} | (
    _REMARKS - {SH.path}
)
KINDS: dict[ox.NamedNode, type] = {
    XSD.boolean: bool,
    XSD.integer: int,
    XSD.decimal: Decimal,
    XSD.string: str,
    XSD.date: date,
}
_SEVERITIES: dict[ox.NamedNode, Severity] = {SH.Violation: "error", SH.Warning: "warning", SH.Info: "info"}

_EITHER = (
    (SH.minInclusive, SH.minExclusive),
    (SH.maxInclusive, SH.maxExclusive),
    (SH.lessThan, SH.lessThanOrEquals),
)
"""Constraints of which a rule has one: the other would be passed over."""


def read_record_rules(knowledge: Knowledge) -> RecordRules:
    """Read the data rules of a knowledge base: the shapes that target record types and their subjects.

    Raises:
        KnowledgeError: a shape uses a constraint or target that is not supported, or lacks its wording; all such
            faults at once.
    """
    faults = Faults()
    types = {node: local(node) for node in knowledge.instances(PKB.RecordType)}
    faults.add(other_targets(knowledge, set(types)))
    rules = {
        name: found
        for node, name in types.items()
        if _shapes(knowledge, node) and (found := faults.attempt(_type_rules, knowledge, node)) is not None
    }
    subject = [
        faults.attempt(_property_rules, knowledge, shape, None)
        for shape in knowledge.subjects(SH.targetObjectsOf, PKB.subject)
    ]
    computed = {
        local(node): rule
        for node in knowledge.instances(PKB.DataRule)
        if (rule := faults.attempt(_data_rule, knowledge, node)) is not None
    }
    faults.refuse()
    return RecordRules(
        types=MappingProxyType(rules),
        subject=tuple(rule for found in subject for rule in found or ()),
        computed=MappingProxyType(computed),
        uniqueness=read_uniqueness(knowledge),
        bounds=read_bounds(knowledge),
    )


def _shapes(knowledge: Knowledge, record_type: ox.NamedNode) -> list[ox.NamedNode]:
    return knowledge.subjects(SH.targetClass, record_type)


def _type_rules(knowledge: Knowledge, record_type: ox.NamedNode) -> TypeRules:
    rules: list[FactRule] = []
    closed: DataRule | None = None
    faults = Faults()
    for shape in _shapes(knowledge, record_type):
        rules += faults.attempt(_property_rules, knowledge, shape, record_type) or []
        if knowledge.string(shape, SH.closed) == "true":
            closed = faults.attempt(_data_rule, knowledge, shape) or closed
            faults.add(ignored_facts(knowledge, shape))
    faults.refuse()
    columns = set(COLUMNS.values())
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


def _property_rules(knowledge: Knowledge, shape: ox.NamedNode, record_type: ox.NamedNode | None) -> list[FactRule]:
    """The rules of a node shape, about a record type or (None) about subjects."""
    refuse_unknown(knowledge, shape, _NODE_TERMS)
    rules: list[FactRule] = []
    faults = Faults()
    for term in knowledge.objects(shape, SH.property):
        with faults.held():
            if not isinstance(term, ox.NamedNode):
                raise refused("rule-property-unnamed", knowledge, shape, SH.property)
            rules.append(_fact_rule(knowledge, term, record_type))
    faults.refuse()
    return rules


def _fact_rule(knowledge: Knowledge, shape: ox.NamedNode, record_type: ox.NamedNode | None) -> FactRule:
    refuse_unknown(knowledge, shape, _REMARKS | set(CONSTRAINTS), PARAMETERS)
    path = _path(knowledge, shape)
    if path is None:
        raise refused("rule-path", knowledge, shape, SH.path)
    for predicate in (SH.lessThan, SH.lessThanOrEquals, *FACT_PARAMETERS):
        for term in knowledge.objects(shape, predicate):
            if isinstance(term, ox.NamedNode):
                refuse_foreign(knowledge, shape, predicate, term, record_type)
    if path not in COLUMNS:
        refuse_foreign(knowledge, shape, SH.path, path, record_type)
    for pair in _EITHER:
        if all(knowledge.objects(shape, predicate) for predicate in pair):
            raise refused("rule-both", knowledge, shape, pair[1], both=[f"sh:{local(term)}" for term in pair])
    if knowledge.value(shape, SH.nodeKind) is not None and path not in COLUMNS:
        raise refused("rule-node-kind", knowledge, shape, SH.nodeKind)
    base = _data_rule(knowledge, shape)
    datatype = knowledge.node(shape, SH.datatype)
    if datatype is not None and datatype not in KINDS:
        raise refused("rule-datatype", knowledge, shape, SH.datatype, datatype=local(datatype), known=names_of(KINDS))
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
        path=COLUMNS.get(path, local(path)),
        kind=None if datatype is None else KINDS[datatype],
        min_count=whole_of(knowledge, shape, SH.minCount) or 0,
        max_count=whole_of(knowledge, shape, SH.maxCount),
        low=low,
        above=above,
        high=high,
        below=below,
        min_length=whole_of(knowledge, shape, SH.minLength) or 0,
        pattern=None if pattern is None else _pattern(knowledge, shape, pattern),
        allowed=None if choices is None else _allowed(knowledge, shape, choices, datatype),
        other=None if compared is None else local(compared),
        strict=less is not None,
        relation=read_relation(knowledge, shape),
        tells=_tells(knowledge, shape, path, low, high),
    )


def _tells(
    knowledge: Knowledge, shape: ox.NamedNode, path: ox.NamedNode, low: Value | None, high: Value | None
) -> dict[str, Text]:
    """What is said where one test fails, by its key; filled in but for the {value}."""
    found = {}
    for node in knowledge.objects(shape, PKB.tells):
        named = node if isinstance(node, ox.NamedNode) else shape
        key = component_key(knowledge.node(named, PKB.constraint) or PKB.constraint)
        text = knowledge.text(named, SH.message)
        if not key or text is None:
            raise refused("rule-wording", knowledge, shape, PKB.tells)
        bound = low if key in ("low", "above") else high
        shown = f"{bound.normalize():,f}" if isinstance(bound, Decimal) else f"{bound}"
        values = {"item": knowledge.label(path), "bound": shown, "value": "{value}"}
        found[key] = filled(text, values, local(named), "shapes/records.ttl")
    return found


def _path(knowledge: Knowledge, shape: ox.NamedNode) -> ox.NamedNode | None:
    """The property of a shape; of ( pkb:subject pkb:creditCode ) the column of the subject."""
    path = knowledge.value(shape, SH.path)
    if isinstance(path, ox.NamedNode):
        return path
    if isinstance(path, ox.BlankNode) and any(knowledge.objects(path, RDF.first)):
        first, *rest = knowledge.list(path, shape, SH.path)
        if first == PKB.subject and len(rest) == 1 and isinstance(rest[0], ox.NamedNode) and rest[0] in COLUMNS:
            return rest[0]
    return None


def _data_rule(knowledge: Knowledge, shape: ox.NamedNode) -> DataRule:
    message, mend = knowledge.text(shape, SH.message), knowledge.text(shape, PKB.mend)
    severity = knowledge.node(shape, SH.severity) or SH.Violation
    if message is None or mend is None or severity not in _SEVERITIES:
        raise refused("rule-wording", knowledge, shape)
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
        if not isinstance(term, ox.Literal) or term.datatype != datatype or not is_readable(term):
            raise refused("rule-bound-type", knowledge, shape, predicate, property=f"sh:{local(predicate)}")
        return literal(term), predicate == exclusive
    return None, False


def _pattern(knowledge: Knowledge, shape: ox.NamedNode, pattern: str) -> re.Pattern[str]:
    """A SHACL pattern for Python, whose `$` would also match before a closing line break."""
    try:
        return re.compile(pattern.removesuffix("$") + (r"\Z" if pattern.endswith("$") else ""))
    except re.error as fault:
        raise refused("rule-pattern", knowledge, shape, detail=reason(f"{fault}", "pattern")) from fault


def _allowed(
    knowledge: Knowledge,
    shape: ox.NamedNode,
    head: ox.NamedNode | ox.BlankNode | ox.Literal,
    datatype: ox.NamedNode | None,
) -> frozenset[Value]:
    members = [] if isinstance(head, ox.Literal) else knowledge.list(head, shape, SH["in"])
    values = [term for term in members if isinstance(term, ox.Literal)]
    if (
        not members
        or len(values) < len(members)
        or any(term.datatype != datatype or not is_readable(term) for term in values)
    ):
        raise refused("rule-bound-type", knowledge, shape, SH["in"], property="sh:in")
    return frozenset(literal(term) for term in values)
