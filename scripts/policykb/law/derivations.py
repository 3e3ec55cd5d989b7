"""How facts follow from others: read, and held against what every engine works out alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..model import Fact, Text
from ..names import PKB
from .criteria import NUMBERS, Declared
from .knowledge import Knowledge, local

__all__ = ["DERIVATIONS", "Derived", "derivation_faults", "read_derivation"]

DERIVATIONS = {
    "difference": (PKB.minuend, PKB.subtrahend),
    "stand-in": (PKB.stated, PKB.standIn),
    "final": (PKB.finalOf, PKB["from"]),
}
"""The kinds of derivation, each with the properties that name its inputs."""


@dataclass(frozen=True, slots=True)
class Derived:
    """How a fact follows from others: a difference, a stand-in, or the final value of a closed window."""

    id: str
    iri: str
    kind: str
    inputs: tuple[str, ...]
    years: int | None = None
    remark: Text | None = None


def read_derivation(knowledge: Knowledge, iri: ox.NamedNode) -> Derived:
    """How one fact is derived.

    Raises:
        KnowledgeError: it is not said, or said in several ways, or in half.
    """
    ways = [kind for kind, names in DERIVATIONS.items() if any(knowledge.objects(iri, name) for name in names)]
    if len(ways) != 1:
        raise KnowledgeError("not-derivable", where=knowledge.locate(iri), resource=local(iri))
    (kind,) = ways
    inputs = [knowledge.node(iri, predicate) for predicate in DERIVATIONS[kind]]
    years = knowledge.string(iri, PKB.forYears)
    # A stand-in whose second fact an overlay took away still copies the first.
    is_whole = inputs[0] is not None and (inputs[1] is not None or kind == "stand-in")
    if not is_whole or (kind == "final") != (years is not None) or (years is not None and not years.isdecimal()):
        raise KnowledgeError("not-derivable", where=knowledge.locate(iri), resource=local(iri))
    names = tuple(local(name) for name in inputs if name is not None)
    remark = knowledge.text(iri, PKB.presumption)
    return Derived(local(iri), iri.value, kind, names, int(years) if years else None, remark)


def derivation_faults(declared: Declared, derived: Derived, record_types: tuple[str, ...]) -> Iterator[KnowledgeError]:
    """Inputs that are no stated facts, or of another kind than what is derived; a difference with a negative part.

    Args:
        declared: the facts.
        derived: the derivation.
        record_types: those that can state its inputs.
    """
    iri = ox.NamedNode(derived.iri)
    result = declared.fact(iri)
    for predicate in DERIVATIONS[derived.kind]:
        for term in declared.knowledge.objects(iri, predicate):
            fact = declared.fact(term)
            if fact is None:
                yield declared.refused("names-no-fact", iri, predicate, term)
            elif fact.is_derived or fact.is_list:
                yield declared.refused("derived-twice", iri, predicate, term, derived=derived.id, fact=fact.id)
            elif result is not None and fact.datatype != _wanted(derived.kind, predicate, result):
                yield declared.refused("derived-other-type", iri, predicate, term, fact=fact.id, type=fact.datatype)
            elif predicate == PKB.subtrahend:
                yield from _never_negative(declared, iri, fact, record_types)
    if derived.kind == "difference" and result is not None and result.datatype not in NUMBERS:
        yield declared.refused("amount-of-no-number", iri, PKB.minuend, None, fact=derived.id, type=result.datatype)


def _wanted(kind: str, predicate: ox.NamedNode, result: Fact) -> str:
    return "date" if kind == "final" and predicate == PKB["from"] else result.datatype


def _never_negative(
    declared: Declared, iri: ox.NamedNode, fact: Fact, record_types: tuple[str, ...]
) -> Iterator[KnowledgeError]:
    """What is taken away is never below zero, so that the whole bounds what may be left."""
    for record_type in record_types:
        rules = declared.rules(record_type, fact.id)
        if not any(rule.low is not None and rule.low >= 0 for rule in rules):  # type: ignore[operator]
            yield declared.refused("multiplier-may-be-negative", iri, PKB.subtrahend, None, fact=fact.id)
            return
