"""Read the amount options of clauses, and refuse what the engines would not decide alike.

An amount is stated in one of five ways: a sum, a rate of a base, marginal bands of a base, a floor, or an expression,
which a rate and bands are spelled out as. What goes with each way stands in one table, `WAYS`; whatever else stands on
the option is refused, since some engine would pass over it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

import pyoxigraph as ox

from ..errors import Faults, KnowledgeError
from ..expression import Expression
from ..model import Clause, Fact, Option
from ..names import DCT, PKB, SCHEMA
from .conditions import Conditions, literal
from .criteria import NUMBERS, Declared
from .exact import expression_faults
from .expressions import read_expression
from .knowledge import Knowledge, local
from .literals import is_readable
from .statements import lacks
from .units import unit_faults

__all__ = ["WAYS", "Way", "option_faults", "read_option"]


@dataclass(frozen=True, slots=True)
class Way:
    """A way of stating an amount: what goes with it, what it needs of that, and the kinds of amount it can be."""

    states: ox.NamedNode
    with_: tuple[ox.NamedNode, ...]
    needs: tuple[ox.NamedNode, ...]
    kinds: tuple[str, ...]


_FACTORS = (PKB.base, PKB.multiplier, PKB.divisor, SCHEMA.maxValue)
WAYS = (
    Way(SCHEMA.value, (), (), ("exact", "ceiling")),
    Way(PKB.rate, _FACTORS, (PKB.base,), ("exact", "ceiling")),
    Way(PKB.band, _FACTORS, (PKB.base,), ("marginal-bands",)),
    Way(SCHEMA.minValue, (PKB.agreed,), (), ("floor",)),
    Way(PKB.expression, (), (), ("exact", "ceiling")),
)
"""The ways of stating an amount."""

_PARTS = tuple(dict.fromkeys(term for way in WAYS[:-1] for term in (way.states, *way.with_)))
_OF_A_BAND = (PKB.rate, PKB.base, PKB.condition)
_FACTS = (PKB.base, PKB.multiplier, PKB.divisor, PKB.agreed)


def read_option(
    knowledge: Knowledge, conditions: Conditions, iri: ox.NamedNode, within: ox.NamedNode | None = None
) -> Option:
    """An amount option with its bands.

    Args:
        knowledge: the loaded knowledge base.
        conditions: reads the shapes.
        iri: the option.
        within: the option that it is a band of.

    Raises:
        KnowledgeError: it lacks its kind or currency, its condition cannot be read, or a number on it cannot.
    """
    faults = Faults()

    def fact(predicate: ox.NamedNode) -> str | None:
        found = knowledge.node(iri, predicate)
        return local(found) if found else None

    def number(predicate: ox.NamedNode) -> Decimal | None:
        found = knowledge.value(iri, predicate)
        if not isinstance(found, ox.Literal) or not is_readable(found):
            return None
        value = literal(found)
        return Decimal(value) if isinstance(value, Decimal | int) else None

    condition, expression, bands = None, None, []
    with faults.held():
        shape = knowledge.node(iri, PKB.condition)
        condition = conditions.tree(shape) if shape else None
    for band in knowledge.objects(iri, PKB.band):
        with faults.held():
            if isinstance(band, ox.NamedNode) and band not in (iri, within):
                bands.append(read_option(knowledge, conditions, band, iri))
    kind, currency = knowledge.node(iri, PKB.amountKind), knowledge.string(iri, SCHEMA.currency)
    needed = ((kind, PKB.amountKind), (currency, SCHEMA.currency))
    faults.add(lacks(knowledge, iri, predicate) for found, predicate in needed if found is None)
    with faults.held():
        expression = _expression(knowledge, iri)
    faults.refuse()
    return Option(
        iri=iri.value,
        label=knowledge.label(iri),
        condition=condition,
        kind=local(cast(ox.NamedNode, kind)),  # type: ignore[arg-type]
        currency=currency or "",
        value=number(SCHEMA.value),
        rate=number(PKB.rate),
        base=fact(PKB.base),
        multiplier=fact(PKB.multiplier),
        divisor=fact(PKB.divisor),
        cap=number(SCHEMA.maxValue),
        floor=number(SCHEMA.minValue),
        agreed=fact(PKB.agreed),
        bands=tuple(sorted(bands, key=lambda band: (band.part()[0], band.iri))),
        provision=fact(DCT.source) or "",
        words=knowledge.string(iri, PKB.words) or "",
        expression=expression,
    )


def _expression(knowledge: Knowledge, iri: ox.NamedNode) -> Expression | None:
    """What an amount is worked out by; None where there is none, or where what it is spelled out from has a fault."""
    node = knowledge.node(iri, PKB.expression)
    if node is None:
        return None
    try:
        return read_expression(knowledge, node)
    except KnowledgeError:
        if _is_spelled_out(iri, node):
            return None
        raise


def _is_spelled_out(option: ox.NamedNode, expression: ox.NamedNode) -> bool:
    """Whether an expression follows from the rate or bands of an option."""
    return expression.value.startswith(f"{option.value}~")


def option_faults(declared: Declared, clause: Clause, option: Option) -> Iterator[KnowledgeError]:
    """Everything about an option that engines would take in different ways, or pass over."""
    knowledge, iri = declared.knowledge, ox.NamedNode(option.iri)
    node = knowledge.node(iri, PKB.expression)
    is_spelled_out = node is not None and _is_spelled_out(iri, node)
    yield from _unit(declared, iri, option)
    if knowledge.objects(iri, PKB.chosen):
        yield from _chosen(declared, clause, iri, option)
        return
    ways = [way for way in WAYS if not (is_spelled_out and way.states == PKB.expression)]
    stated = [way for way in ways if knowledge.objects(iri, way.states)]
    if not stated:
        yield declared.refused("option-without-amount", iri, None, None)
    elif len(stated) > 1:
        shown = [knowledge.prefixed(way.states) for way in stated]
        yield declared.refused("option-several-ways", iri, stated[1].states, None, ways=shown)
    else:
        yield from _way(declared, iri, stated[0], option)
    for predicate in _FACTS:
        yield from declared.named(iri, predicate, clause.record_type)
        for term in knowledge.objects(iri, predicate):
            fact = declared.fact(term)
            if fact is not None:
                yield from _number(declared, clause, iri, predicate, fact)
    yield from _bands(declared, iri, option)
    if option.expression is not None and not is_spelled_out:
        yield from expression_faults(declared, clause, iri, option.expression)


def _unit(declared: Declared, iri: ox.NamedNode, option: Option) -> Iterator[KnowledgeError]:
    """An amount comes to its currency, whatever it is worked out from, or agreed as."""
    worked, way = option.expression, PKB.expression
    if worked is not None and _is_spelled_out(iri, ox.NamedNode(worked.iri)):
        way = PKB.base
    if option.agreed is not None:
        worked, way = Expression(PKB[option.agreed].value, "fact", fact=option.agreed), PKB.agreed
    if worked is not None:
        yield from unit_faults(declared, iri, way, worked, option.currency)


def _chosen(declared: Declared, clause: Clause, iri: ox.NamedNode, option: Option) -> Iterator[KnowledgeError]:
    """An amount that a body chooses between two ends has both, and no record can state one beyond them."""
    ends = {} if option.expression is None else {node.iri: node for node in option.expression.nodes()}
    most, least = (ends.get(f"{iri.value}~chosen-{end}") for end in ("most", "least"))
    beside = [term for term in (*_PARTS, PKB.leastRate) if declared.knowledge.objects(iri, term)]
    if most is None or least is None or beside or option.kind != "exact":
        yield declared.refused("chosen-in-half", iri, PKB.chosen, None)
        return
    yield from expression_faults(declared, clause, iri, option.expression or most)
    fact, (low, high) = most.operands[0].fact or "", (node.operands[1].number or Decimal(0) for node in (least, most))
    rules = declared.rules(clause.record_type, fact)
    is_held = any(rule.low is not None and Decimal(str(rule.low)) >= low for rule in rules) and any(
        rule.high is not None and Decimal(str(rule.high)) <= high for rule in rules
    )
    if not is_held:
        shown = {"low": f"{low:f}", "high": f"{high:f}", "type": clause.record_type}
        yield declared.refused("chosen-beyond", iri, PKB.chosen, None, fact=fact, **shown)


def _way(declared: Declared, iri: ox.NamedNode, way: Way, option: Option) -> Iterator[KnowledgeError]:
    """What stands beside the way an amount is stated, or lacks there."""
    knowledge = declared.knowledge
    for predicate in (*_PARTS, PKB.leastRate):
        if predicate != way.states and predicate not in way.with_:
            for value in knowledge.objects(iri, predicate):
                yield declared.refused("option-beside", iri, predicate, value, way=knowledge.prefixed(way.states))
    for predicate in way.needs:
        if not knowledge.objects(iri, predicate):
            yield lacks(knowledge, iri, predicate)
    if option.kind not in way.kinds:
        yield declared.refused(
            "option-other-kind", iri, PKB.amountKind, None, way=knowledge.prefixed(way.states), known=way.kinds
        )


def _number(
    declared: Declared, clause: Clause, iri: ox.NamedNode, predicate: ox.NamedNode, fact: Fact
) -> Iterator[KnowledgeError]:
    """A fact that an amount is worked out from is a number; a factor is never below zero, a divisor never zero."""
    if fact.datatype not in NUMBERS or fact.is_list:
        yield declared.refused("amount-of-no-number", iri, predicate, None, fact=fact.id, type=fact.datatype)
        return
    if predicate in (PKB.multiplier, PKB.divisor):
        lows = [(rule.low, rule.above) for rule in declared.rules(clause.record_type, fact.id) if rule.low is not None]
        needs_more = predicate == PKB.divisor
        if fact.is_derived or not any(low > 0 or (low == 0 and (above or not needs_more)) for low, above in lows):  # type: ignore[operator]
            id = "divisor-may-be-zero" if needs_more else "multiplier-may-be-negative"
            yield declared.refused(id, iri, predicate, None, fact=fact.id)


def _bands(declared: Declared, iri: ox.NamedNode, option: Option) -> Iterator[KnowledgeError]:
    """Bands follow each other without gap, each with a rate and bounds and nothing else that would count."""
    knowledge, end = declared.knowledge, Decimal(0)
    paths: set[str] = set()
    for number, band in enumerate(option.bands):
        name = ox.NamedNode(band.iri)
        for predicate in (*_PARTS, *_FACTS):
            same = predicate == PKB.base and band.base in (None, option.base)
            if predicate not in _OF_A_BAND or (predicate == PKB.base and not same):
                for value in knowledge.objects(name, predicate):
                    yield declared.refused("band-beside", name, predicate, value, option=local(iri))
        if band.rate is None:
            yield lacks(knowledge, name, PKB.rate)
        if band.currency != option.currency:
            shown = {"option": local(iri), "currency": option.currency}
            yield declared.refused("band-other-currency", name, SCHEMA.currency, None, **shown)
        if band.kind != "exact":
            yield declared.refused("band-other-kind", name, PKB.amountKind, None)
        leaves = band.condition.leaves() if band.condition is not None else ()
        paths |= {leaf.path for leaf in leaves}
        if not leaves or not _is_part(band):
            yield declared.refused("band-without-part", name, PKB.condition, None)
            continue
        lower, upper = band.part()
        if (number and lower != end) or (upper is not None and upper <= lower) or end is None:
            yield declared.refused("band-gap", name, PKB.condition, None, option=local(iri), end=str(end))
        end = upper if upper is not None else cast(Decimal, None)
    if len(paths) > 1 or any(not _alike(declared, path, option.base) for path in paths):
        yield declared.refused("bands-of-others", iri, PKB.band, None, facts=sorted(paths), base=option.base)


def _is_part(band: Option) -> bool:
    """Whether the condition of a band is a lower and an upper bound, or one of them, and nothing else."""
    node = band.condition
    while node is not None and node.op == "and" and len(node.children) == 1:
        node = node.children[0]
    parts = () if node is None else (node,) if node.criterion else node.children if node.op == "and" else ()
    if not parts or any(part.criterion is None for part in parts):
        return False
    ops = [atom.op for part in parts for atom in (part.criterion.atoms if part.criterion else ())]
    sides = ["low" if op in ("ge", "gt") else "high" if op in ("le", "lt") else op for op in ops]
    return bool(sides) and set(sides) <= {"low", "high"} and len(set(sides)) == len(sides)


def _alike(declared: Declared, path: str, base: str | None) -> bool:
    """Whether the bounds of bands are about the base, or about a measure of it in the same unit."""
    one, other = declared.fact(PKB[path]), declared.fact(PKB[base or ""])
    if one is None or other is None:
        return False
    return one.id == other.id or (one.unit is not None and one.unit == other.unit)
