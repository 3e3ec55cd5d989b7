"""How facts follow from others: read, and held against what every engine works out alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..expression import BETWEEN, FALLING, Expression
from ..model import Fact, Text
from ..names import PKB, RDFS
from .criteria import NUMBERS, Declared
from .expressions import read_expression
from .knowledge import Knowledge, local
from .units import unit_faults

__all__ = ["Derived", "derivation_faults", "read_derivation"]

_WAYS = (
    (PKB.minuend, PKB.subtrahend),
    (PKB.stated, PKB.standIn),
    (PKB.finalOf, PKB["from"], PKB.forYears),
    (PKB.counting, PKB.since, PKB.until),
)
"""What authors write in the place of an expression, each with its parts; the first is never left out."""

_COUNTED_IN = {"years": ("year", "age"), "months": ("month",), "days": ("day",)}
"""The units that a count of time is in."""
_UNSIGNED = ("excess", "product", "steps", "least", "greatest")
"""The operators that take nothing below zero."""


@dataclass(frozen=True, slots=True)
class Derived:
    """How a fact follows from stated ones; `remark` is what is said where it rests on a stand-in or an open window."""

    id: str
    iri: str
    expression: Expression
    remark: Text | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """The stated facts that it rests on."""
        return self.expression.facts()


def read_derivation(knowledge: Knowledge, iri: ox.NamedNode) -> Derived:
    """How one fact is derived.

    Raises:
        KnowledgeError: it is not said, or said in several ways, or in half.
    """
    short = [way for way in _WAYS if any(knowledge.objects(iri, name) for name in way)]
    top = knowledge.node(iri, PKB.expression)
    if top is None or len(short) > 1 or bool(short) != top.value.startswith(f"{iri.value}~"):
        raise KnowledgeError("not-derivable", where=knowledge.locate(iri), resource=local(iri))
    try:
        worked = read_expression(knowledge, top)
    except KnowledgeError as fault:
        # What is wrong with the short form is wrong there.
        raise (
            KnowledgeError("not-derivable", where=knowledge.locate(iri), resource=local(iri)) if short else fault
        ) from None
    return Derived(local(iri), iri.value, worked, knowledge.text(iri, PKB.presumption))


def derivation_faults(declared: Declared, derived: Derived, record_types: tuple[str, ...]) -> Iterator[KnowledgeError]:
    """Inputs that are no stated facts, or of another kind than what is derived; what has no exact ends.

    Args:
        declared: the facts.
        derived: the derivation.
        record_types: those that can state its inputs.
    """
    yield from _Check(declared, derived, record_types).faults()


@dataclass(frozen=True)
class _Check:
    declared: Declared
    derived: Derived
    record_types: tuple[str, ...]

    def faults(self) -> Iterator[KnowledgeError]:
        top, owner = self.derived.expression, ox.NamedNode(self.derived.iri)
        result = self.declared.fact(owner)
        if result is not None and result.datatype not in NUMBERS:
            yield self.declared.refused(
                "amount-of-no-number", owner, RDFS.range, None, fact=result.id, type=result.datatype
            )
        units = _COUNTED_IN.get(top.op, ())
        if result is not None and units and result.unit not in (None, *units):
            yield self.declared.refused("counted-in-other-unit", owner, PKB.unit, None, operator=top.op, unit=units[0])
        directions: dict[str, set[bool]] = {}
        for name, rises in top.directions():
            directions.setdefault(name, set()).add(rises)
        for name, ways in directions.items():
            if len(ways) > 1:
                yield self.declared.refused("expression-both-ways", owner, PKB.expression, None, fact=name)
        if result is not None and result.unit is not None:
            yield from unit_faults(self.declared, owner, PKB.unit, top, result.unit)
        yield from self._below(top, "", is_unsigned=False)

    def _below(self, node: Expression, above: str, *, is_unsigned: bool) -> Iterator[KnowledgeError]:
        """What is wrong with an operator, its operands and all below.

        Args:
            node: the expression.
            above: the operator that it is the second operand of.
            is_unsigned: whether it must not be below zero.
        """
        is_misplaced = node.op == "once" and node is not self.derived.expression
        if is_misplaced or (node.operands and not _is_allowed(node, above, is_unsigned=is_unsigned)):
            yield self._refused("derivation-operator", node, node.operands[0], operator=node.op)
        for place, operand in enumerate(node.operands):
            must = node.op not in BETWEEN and (
                is_unsigned or node.op in _UNSIGNED or (place == 1 and node.op in FALLING)
            )
            yield from self._fact(node, operand, is_unsigned=must) if operand.fact is not None else ()
            yield from self._below(operand, node.op if place else "", is_unsigned=must)

    def _fact(self, node: Expression, operand: Expression, *, is_unsigned: bool) -> Iterator[KnowledgeError]:
        fact = self.declared.fact(ox.NamedNode(operand.iri))
        result = self.declared.fact(ox.NamedNode(self.derived.iri))
        if fact is None:
            yield self._refused("names-no-fact", node, operand)
        elif fact.is_derived or fact.is_list:
            yield self._refused("derived-twice", node, operand, derived=self.derived.id, fact=fact.id)
        elif result is not None and fact.datatype not in _wanted(node, result):
            yield self._refused("derived-other-type", node, operand, fact=fact.id, type=fact.datatype)
        elif is_unsigned and not all(
            map(any, self._lows(fact, above=node.op == "steps" and operand is not node.operands[0]))
        ):
            yield self._refused("multiplier-may-be-negative", node, operand, fact=fact.id)

    def _lows(self, fact: Fact, *, above: bool) -> Iterator[list[bool]]:
        """For each type of record, whether its data rules keep a fact from being below zero, or above it."""
        for record_type in self.record_types:
            lows = [rule for rule in self.declared.rules(record_type, fact.id) if rule.low is not None]
            yield [rule.low > 0 or (rule.low == 0 and (rule.above or not above)) for rule in lows]  # type: ignore[operator]

    def _refused(self, fault: str, node: Expression, operand: Expression, **values: object) -> KnowledgeError:
        """A fault where the derivation names what is wrong: in its short form, or in the expression."""
        owner, term = ox.NamedNode(self.derived.iri), ox.NamedNode(operand.iri)
        for predicate in (name for way in _WAYS for name in way):
            if term in self.declared.knowledge.objects(owner, predicate):
                return self.declared.refused(fault, owner, predicate, term, **values)
        at = ox.NamedNode(node.iri)
        predicate = PKB.by if term in self.declared.knowledge.objects(at, PKB.by) else PKB.operand
        return self.declared.refused(fault, at, predicate, term, **values)


def _is_allowed(node: Expression, above: str, *, is_unsigned: bool) -> bool:
    """Whether every engine works an operator out alike, exactly, here."""
    by = node.operands[-1]
    match node.op:
        case "quotient":
            return False
        case "difference":
            return not is_unsigned
        case "first":
            return all(operand.op in ("fact", "first") for operand in node.operands)
        case "once":
            return by.op == "later"
        case "later":
            years = by.number
            return above == "once" and node.operands[0].op == "fact" and years is not None and years % 1 == 0
        case "steps":
            return not by.operands
        case "years" | "months" | "days" | "calendarYears":
            return all(operand.op == "fact" for operand in node.operands)
        case _:
            return True


def _wanted(node: Expression, result: Fact) -> tuple[str, ...]:
    """The datatypes that an operand may be of."""
    if node.op in ("later", *BETWEEN):
        return ("date",)
    return (result.datatype,) if node.op in ("first", "once", "difference") else NUMBERS
