"""Collect the numbers that the graph claims to have from the text: bounds, rates, sums, caps, floors, quantities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import pyoxigraph as ox

from ..expression import Expression
from ..law.conditions import literal
from ..law.knowledge import Knowledge, local
from ..law.rules import Derived, RuleBook
from ..law.statements import whole_of
from ..model import Criterion, Group, Node, Option
from ..names import DCT, PKB, SCHEMA, SKOS

__all__ = ["Claim", "collect", "conditions"]

_ALIKE = {"le": "lt", "gt": "ge", "ge": "gt", "eq": "eq"}
"""At the very number an expression comes to the same: 达到1万人次，每增加… and 超过1万人次的部分."""
_KINDS = {"exact": "eq", "marginal-bands": "eq", "ceiling": "le", "floor": "ge"}


@dataclass(frozen=True, slots=True)
class Claim:
    """One number of the graph and the words it is claimed to come from.

    `operator` is what the words must say (ge, gt, le, lt, eq); `unit` the notation of its unit, empty for codes.
    `per` is the unit of what a rate applies to, None where an exchange rate comes in between and for all else.
    Of a product it is that of what is multiplied.
    `tier` names the option whose condition holds the bound, `path` the bounded fact. `justified` marks a number
    with a pkb:justification; `place` is which of several payments it is of, counted from 1.
    """

    iri: str
    role: str
    value: Decimal
    operator: str
    unit: str
    provision: str
    words: str
    justified: bool = False
    clause: str = ""
    tier: str = ""
    path: str = ""
    per: str | None = None
    place: int = 0

    @property
    def means(self) -> tuple[str, ...]:
        """What the words may say; whether an amount stays below its most or reaches it, and whether nothing is above
        a number or there is no more than it, is the same."""
        return (self.operator, _ALIKE[self.operator]) if self.role == "pkb:by" else (self.operator,)


def collect(knowledge: Knowledge, book: RuleBook) -> tuple[Claim, ...]:
    """Every claim of a rule book, in the document's order, each once."""
    found: dict[tuple[str, str, Decimal, str], Claim] = {}
    for claim in _all(knowledge, book):
        found.setdefault((claim.iri, claim.role, claim.value, claim.tier), claim)
    return tuple(found.values())


def conditions(book: RuleBook) -> Iterator[tuple[str, str, Node]]:
    """Every condition tree: the clause, the option (empty for the eligibility of the clause itself), the tree."""
    for clause in book.clauses.values():
        if clause.root:
            yield clause.id, "", clause.root
        for option in clause.options:
            for each in (option, *option.bands):
                if each.condition:
                    yield clause.id, each.iri, each.condition


def _all(knowledge: Knowledge, book: RuleBook) -> Iterator[Claim]:
    for clause, tier, tree in conditions(book):
        for criterion in tree.leaves():
            yield from _criterion(knowledge, clause, tier, criterion)
    for found in book.clauses.values():
        for option in found.options:
            for each in (option, *option.bands):
                yield from _option(knowledge, found.id, each)
    for group in book.joints.values():
        yield from _cap(knowledge, group, book)
    for derived in book.derived.values():
        yield from _derived(knowledge, derived)
    for periods in knowledge.instances(PKB.Applicability):
        if (years := whole_of(knowledge, periods, PKB.validYears)) is not None:
            yield _plain(knowledge, periods.value, "pkb:validYears", Decimal(years), "eq", "year")
    for payment in knowledge.instances(PKB.Payment):
        if (share := knowledge.string(payment, PKB.rate)) is not None:
            paid = _plain(knowledge, payment.value, "pkb:rate", Decimal(share), "eq", "share")
            yield replace(paid, place=whole_of(knowledge, payment, PKB.position) or 0)
    for quantity in knowledge.instances(PKB.Quantity):
        yield from _quantity(knowledge, quantity)


def _criterion(knowledge: Knowledge, clause: str, tier: str, criterion: Criterion) -> Iterator[Claim]:
    unit = unit_of(knowledge, str(PKB) + criterion.path)
    for atom in criterion.atoms:
        for value in atom.values:
            number = _decimal(value)
            if number is None:
                continue
            yield Claim(
                iri=criterion.iri,
                role=atom.op,
                value=number,
                operator="eq" if atom.op in ("in", "has") else atom.op,
                unit=unit,
                provision=criterion.provision,
                words=criterion.words,
                justified=_justified(knowledge, criterion.iri),
                clause=clause,
                tier=tier,
                path=criterion.path,
            )


def _option(knowledge: Knowledge, clause: str, option: Option) -> Iterator[Claim]:
    kind = _KINDS.get(option.kind, "eq")
    numbers = (
        ("schema:value", option.value, kind),
        ("pkb:rate", option.rate, kind),
        ("schema:maxValue", option.cap, "le"),
        ("schema:minValue", option.floor, "ge"),
    )
    for role, value, operator in numbers:
        if value is None:
            continue
        per = None
        if role == "pkb:rate":
            # A rate that is converted may be in another currency than its base.
            converted = option.multiplier or option.divisor
            per = None if converted else unit_of(knowledge, str(PKB) + (option.base or ""))
        yield Claim(
            iri=option.iri,
            role=role,
            value=value,
            operator=operator,
            unit=option.currency,
            provision=option.provision,
            words=option.words,
            justified=_justified(knowledge, option.iri),
            clause=clause,
            per=per,
        )
    for node in option.expression.nodes() if option.expression is not None else ():
        # What is spelled out from a rate, a cap or bands has its number there.
        if node.words and node.operands and node.operands[-1].number is not None:
            yield _expression(knowledge, clause, option, node, node.operands[-1].number)


def _cap(knowledge: Knowledge, group: Group, book: RuleBook) -> Iterator[Claim]:
    """The cap of a group, a sum of money or a share of one."""
    currency = book.clauses[group.members[0]].options[0].currency
    if group.cap is not None:
        yield _plain(knowledge, group.iri, "schema:maxValue", group.cap, "le", currency)
    if group.rate is not None:
        share = _plain(knowledge, group.iri, "pkb:rate", group.rate, "eq", currency)
        yield replace(share, per=unit_of(knowledge, str(PKB) + (group.base or "")))


_SAYS = {"excess": "gt", "least": "le", "greatest": "ge"}


def _expression(knowledge: Knowledge, clause: str, option: Option, node: Expression, value: Decimal) -> Claim:
    """The number of an expression: a sum of money in a product or a sum, else in the unit of what it goes with."""
    unit, is_money = _unit(knowledge, node.operands[0]), node.op in ("product", "sum") or node == option.expression
    if node.fixed is not None:
        # A number that stands first is in the unit of what is taken from it.
        unit, is_money = _unit(knowledge, node.operands[0].operands[0]), False
    return Claim(
        iri=node.iri,
        role="pkb:by",
        value=value,
        operator=_SAYS.get(node.op, "eq"),
        unit=option.currency if is_money else unit or "",
        provision=option.provision,
        words=node.words,
        justified=_justified(knowledge, node.iri),
        clause=clause,
        per=(option.currency if _is_money(knowledge, node.operands[0], option.currency) else unit or "")
        if node.op == "product"
        else None,
    )


def _is_money(knowledge: Knowledge, node: Expression, currency: str) -> bool:
    """Whether an expression is a sum of money: a part of one, several of them, or so much for each."""
    if node.fact is not None:
        return unit_of(knowledge, str(PKB) + node.fact) == currency
    if node.op == "product" and node.operands[-1].number is not None:
        return True  # The number is the sum, or what it goes with is one.
    if node.op in ("sum", "product"):
        return any(_is_money(knowledge, one, currency) for one in node.operands)
    return node.op not in ("number", "steps") and _is_money(knowledge, node.operands[0], currency)


def _derived(knowledge: Knowledge, derived: Derived) -> Iterator[Claim]:
    """The numbers by which a fact is derived: of its short form, or each of its expression."""
    for node in derived.expression.nodes():
        value = node.operands[-1].number if node.operands else None
        if value is None:
            continue
        is_short = node.iri.startswith(f"{derived.iri}~")
        at, role = (derived.iri, "pkb:forYears") if is_short else (node.iri, "pkb:by")
        unit = "year" if node.op == "later" else "" if node.op == "product" else _unit(knowledge, node.operands[0])
        yield _plain(knowledge, at, role, value, "le" if node.op == "later" else _SAYS.get(node.op, "eq"), unit or "")


def _unit(knowledge: Knowledge, node: Expression) -> str | None:
    """The unit of the fact that a number is a part of; None where it counts something."""
    if node.fact is not None:
        return unit_of(knowledge, str(PKB) + node.fact)
    return _unit(knowledge, node.operands[0]) if node.op in ("excess", "difference", "least", "greatest") else None


def _quantity(knowledge: Knowledge, iri: ox.NamedNode) -> Iterator[Claim]:
    strict = knowledge.string(iri, PKB.exclusive) == "true"
    unit = knowledge.node(iri, PKB.unit)
    notation = (knowledge.string(unit, SKOS.notation) or "") if unit else ""
    for role, predicate, operator in (
        ("schema:value", SCHEMA.value, "eq"),
        ("schema:minValue", SCHEMA.minValue, "gt" if strict else "ge"),
        ("schema:maxValue", SCHEMA.maxValue, "lt" if strict else "le"),
    ):
        term = knowledge.value(iri, predicate)
        number = _decimal(literal(term)) if isinstance(term, ox.Literal) else None
        if number is not None:
            yield _plain(knowledge, iri.value, role, number, operator, notation)


def _plain(knowledge: Knowledge, iri: str, role: str, value: Decimal, operator: str, unit: str) -> Claim:
    node = ox.NamedNode(iri)
    source = knowledge.node(node, DCT.source)
    return Claim(
        iri=iri,
        role=role,
        value=value,
        operator=operator,
        unit=unit,
        provision=local(source) if source else "",
        words=knowledge.string(node, PKB.words) or "",
        justified=_justified(knowledge, iri),
    )


def _decimal(value: object) -> Decimal | None:
    """The number of a literal; a code of digits counts as one, a truth value or another code does not."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, str) and value.isdigit():
        return Decimal(value)
    return None


def _justified(knowledge: Knowledge, iri: str) -> bool:
    return knowledge.text(ox.NamedNode(iri), PKB.justification) is not None


def unit_of(knowledge: Knowledge, fact: str) -> str:
    """The notation of a fact's unit, empty where it has none."""
    unit = knowledge.node(ox.NamedNode(fact), PKB.unit)
    return (knowledge.string(unit, SKOS.notation) or "") if unit else ""
