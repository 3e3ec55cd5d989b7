"""What a criterion may ask: of a fact that the records can state, with bounds of exactly that fact's kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..model import GIVEN, Criterion, Fact, RecordType, Vocabulary
from ..names import DCT, PKB, SH, XSD
from ..wording.catalogue import at
from .conditions import BOUNDS, PAIRS, literal
from .data_rules import FactRule, RecordRules
from .knowledge import Knowledge, local
from .literals import FORMS, is_held, is_readable

__all__ = ["Declared"]

ORDERED = ("integer", "decimal", "date")
"""Datatypes of which one value can be more than another."""

NUMBERS = ("integer", "decimal")
_GIVEN = {PKB[name]: Fact(name, PKB[name].value, None, kind) for name, kind in GIVEN.items()}  # type: ignore[arg-type]
_LOWER, _UPPER = (SH.minInclusive, SH.minExclusive), (SH.maxInclusive, SH.maxExclusive)


class Declared:
    """The facts as the ontology declares them, against which criteria and amounts are held.

    Args:
        knowledge: the loaded knowledge base.
        vocabulary: its facts and record types.
        rules: what the data rules leave the values of facts.
    """

    def __init__(self, knowledge: Knowledge, vocabulary: Vocabulary, rules: RecordRules) -> None:
        self.knowledge = knowledge
        self._rules = rules
        self._facts: Mapping[str, Fact] = {fact.iri: fact for fact in vocabulary.facts.values()}
        self._types: Mapping[str, RecordType] = vocabulary.record_types
        self.units = vocabulary.units

    def fact(self, term: object) -> Fact | None:
        """The fact that a term names; a name of another namespace names none."""
        if not isinstance(term, ox.NamedNode):
            return None
        return _GIVEN.get(term) or self._facts.get(term.value)

    def powers(self, unit: str) -> dict[str, int]:
        """A unit as powers of those that it is measured in: one for one of another is the first over the second."""
        known = self.units.get(unit)
        found: dict[str, int] = {}
        for name, power in zip(known.measured if known and known.measured else (unit,), (1, -1), strict=False):
            found[name] = found.get(name, 0) + power
        return {name: power for name, power in found.items() if power}

    def can_state(self, record_type: str | None, fact: Fact) -> bool:
        """Whether records of a type can state a fact, or all that it is derived from."""
        kind = self._types.get(record_type or "")
        asked = {*(fact.inputs if fact.is_derived else (fact.id,))} - GIVEN.keys()
        return not asked or (kind is not None and asked <= set(kind.facts))

    def rules(self, record_type: str | None, fact: str) -> tuple[FactRule, ...]:
        """The data rules about a fact that are errors when broken."""
        if fact in GIVEN:
            about = tuple(rule for rule in self._rules.subject if rule.path == fact)
        else:
            kind = self._rules.types.get(record_type or "")
            about = kind.facts.get(fact, ()) if kind is not None else ()
        return tuple(rule for rule in about if rule.severity == "error")

    def named(self, owner: ox.NamedNode, predicate: ox.NamedNode, record_type: str | None) -> Iterator[KnowledgeError]:
        """What is wrong with a fact that a criterion or an option names: it is not declared, or not stated here."""
        for term in self.knowledge.objects(owner, predicate):
            fact = self.fact(term)
            if fact is None:
                yield self.refused("names-no-fact", owner, predicate, term)
            elif record_type is not None and not self.can_state(record_type, fact):
                yield self.refused("fact-of-others", owner, predicate, term, fact=fact.id, type=record_type)

    def criterion(self, criterion: Criterion, record_types: tuple[str | None, ...]) -> Iterator[KnowledgeError]:
        """Everything that is wrong with a criterion.

        Args:
            criterion: the criterion.
            record_types: those whose clauses use it.
        """
        shape = ox.NamedNode(criterion.iri)
        for record_type in record_types:
            for predicate in (SH.path, *PAIRS):
                yield from self.named(shape, predicate, record_type)
        fact = self.fact(self.knowledge.value(shape, SH.path))
        if self.knowledge.node(shape, DCT.source) is None:
            yield self.refused("criterion-uncited", shape, None, None)
        if not criterion.required and criterion.presumption is None:
            # SHACL would take it as met, and the answer could not say by which words.
            yield self.refused("criterion-open", shape, SH.path, None)
        if fact is None:
            return
        for predicate in BOUNDS:
            for term in self.knowledge.objects(shape, predicate):
                if predicate in PAIRS:
                    yield from self._pair(shape, predicate, term, fact)
                else:
                    yield from self._bound(shape, predicate, term, fact)
                    yield from self._admitted(shape, predicate, term, fact, record_types)
        if not fact.is_list and len(self.knowledge.objects(shape, SH.hasValue)) > 1:
            yield self.refused("value-twice", shape, SH.hasValue, None, fact=fact.id)
        yield from self._order(shape)

    def _pair(self, shape: ox.NamedNode, predicate: ox.NamedNode, term: Any, fact: Fact) -> Iterator[KnowledgeError]:
        other = self.fact(term)
        if other is None:
            return
        kinds = [fact.datatype, other.datatype]
        if fact.id == other.id or kinds[0] != kinds[1] or kinds[0] not in ORDERED or other.is_list:
            yield self.refused("compares-unlike", shape, predicate, term, fact=fact.id, other=other.id, types=kinds)
        elif fact.unit and other.unit and self.powers(fact.unit) != self.powers(other.unit):
            named = [self.units[unit].label for unit in (fact.unit, other.unit) if unit in self.units]
            yield self.refused("units-unlike", shape, predicate, term, units=named)

    def _bound(self, shape: ox.NamedNode, predicate: ox.NamedNode, term: Any, fact: Fact) -> Iterator[KnowledgeError]:
        if predicate in (*_LOWER, *_UPPER) and fact.datatype not in ORDERED:
            yield self.refused("orders-no-number", shape, predicate, term, fact=fact.id)
            return
        values = self.knowledge.members(term) if predicate == SH["in"] else [term]
        for value in values or ():
            if not isinstance(value, ox.Literal):
                continue  # said by the reading of the shape
            if value.datatype != XSD[fact.datatype] or not is_readable(value):
                yield self.refused(
                    "bound-of-other-type",
                    shape,
                    predicate,
                    value,
                    fact=fact.id,
                    type=f"xsd:{fact.datatype}",
                    wanted=at(FORMS[XSD[fact.datatype]]),
                    shown=self.knowledge.prefixed(value)[:80],
                )
            elif fact.codes and value.value not in fact.codes:
                yield self.refused(
                    "bound-no-code", shape, predicate, value, fact=fact.id, code=value.value, known=fact.codes
                )
            elif fact.datatype in NUMBERS and not is_held(Decimal(value.value)):
                yield self.refused("bound-too-long", shape, predicate, value, shown=self.knowledge.prefixed(value)[:80])
        if len(set(values or ())) < len(values or ()):
            yield self.refused("value-twice", shape, predicate, None, fact=fact.id)

    def _admitted(
        self,
        shape: ox.NamedNode,
        predicate: ox.NamedNode,
        term: Any,
        fact: Fact,
        record_types: tuple[str | None, ...],
    ) -> Iterator[KnowledgeError]:
        """Values asked for that no record can state, since the data rules call them wrong."""
        values = self.knowledge.members(term) if predicate == SH["in"] else [term] if predicate == SH.hasValue else []
        for value in values or ():
            if not isinstance(value, ox.Literal) or value.datatype != XSD[fact.datatype] or not is_readable(value):
                continue
            for rule in (rule for kind in record_types for rule in self.rules(kind, fact.id)):
                if not rule.admits(literal(value)) and not (fact.codes and value.value not in fact.codes):
                    yield self.refused("bound-not-admitted", shape, predicate, value, fact=fact.id, rule=rule.id)
                    break

    def _order(self, shape: ox.NamedNode) -> Iterator[KnowledgeError]:
        """Bounds that leave nothing between them."""
        low, high = (
            [
                (literal(term), predicate)
                for predicate in predicates
                for term in self.knowledge.objects(shape, predicate)
                if isinstance(term, ox.Literal) and is_readable(term)
            ]
            for predicates in (_LOWER, _UPPER)
        )
        for least, lower in low:
            for most, upper in high:
                if type(least) is not type(most) or isinstance(least, str):
                    continue
                opens = (lower == SH.minExclusive) + (upper == SH.maxExclusive)
                if _leaves_nothing(least, most, opens):
                    ends = [f"{self.knowledge.prefixed(name)} {end}" for name, end in ((lower, least), (upper, most))]
                    yield self.refused("bounds-leave-nothing", shape, upper, None, least=ends[0], most=ends[1])

    def refused(
        self, id: str, owner: ox.NamedNode, predicate: ox.NamedNode | None, value: Any, **values: Any
    ) -> KnowledgeError:
        """A fault of a statement, with its place."""
        return KnowledgeError(
            id,
            where=self.knowledge.locate(owner, predicate, value),
            resource=local(owner),
            property=self.knowledge.prefixed(predicate) if predicate else "",
            value=self.knowledge.prefixed(value)[:80] if value is not None else "",
            **values,
        )


def _leaves_nothing(least: Any, most: Any, opens: int) -> bool:
    """Whether no value lies between two ends, of which so many are left out; whole numbers and days are one apart."""
    if isinstance(least, Decimal):
        return least > most or (bool(opens) and least == most)
    ends = (least.toordinal(), most.toordinal()) if isinstance(least, date) else (int(least), int(most))
    return ends[1] - ends[0] < opens
