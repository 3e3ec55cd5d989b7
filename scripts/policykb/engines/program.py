"""Lay the rules out as flat triples that one set of SPARQL queries can interpret, whatever the depth of nesting.

The program is a named graph of its own (`run:rules`). It holds no decision logic, only the rules' data: criteria as
one comparison each, nodes with level, operator and children, expressions of two operands each, groups, derivations, and
what each fact rests on. The terms are described in `ontology/run.ttl`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..expression import Expression
from ..law.rules import RuleBook
from ..model import GIVEN, Atom, Clause, Criterion, Node, Option, Value
from ..names import PKB, RUN, XSD

__all__ = ["RULES", "clause_criteria", "halved", "levels_of", "program", "smallest_unit", "value_term"]

RULES = RUN.rules
_LEVELS = (RUN.level, RUN.height)


def value_term(value: Value) -> ox.Literal:
    """A fact's value as an RDF literal of its datatype; decimals in plain notation."""
    if isinstance(value, bool):
        return ox.Literal("true" if value else "false", datatype=XSD.boolean)
    if isinstance(value, int):
        return ox.Literal(str(value), datatype=XSD.integer)
    if isinstance(value, Decimal):
        return ox.Literal(f"{value:f}", datatype=XSD.decimal)
    if isinstance(value, date):
        return ox.Literal(value.isoformat(), datatype=XSD.date)
    return ox.Literal(str(value))


def program(book: RuleBook, types: Collection[str] | None = None) -> list[ox.Quad]:
    """The program of a rule book as quads of the graph run:rules.

    Args:
        book: the rules.
        types: only what concerns records of these types; everything if None.
    """
    triples = dict.fromkeys(_Layout(book, types).triples())
    return [ox.Quad(*triple, RULES) for triple in triples]


def levels_of(rules: Iterable[ox.Quad]) -> int:
    """The highest level of any condition or expression of a program; criteria and facts are level 0."""
    found = (quad.object for quad in rules if quad.predicate in _LEVELS)
    return max((int(level.value) for level in found if isinstance(level, ox.Literal)), default=0)


Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def smallest_unit(book: RuleBook, currency: str) -> Decimal:
    """The smallest unit of a currency (0.01 for the fen of the yuan), as the unit scheme states it."""
    unit = book.vocabulary.units.get(currency)
    if unit is not None and unit.smallest is not None:
        return unit.smallest
    raise KnowledgeError("currency-without-smallest-unit", where="ontology/schemes/unit.ttl", currency=currency)


class _Layout:
    """Walks the rule book and yields triples."""

    def __init__(self, book: RuleBook, types: Collection[str] | None) -> None:
        self.book = book
        self.types = set(book.by_type) if types is None else set(types)
        self.lists = {fact.id for fact in book.vocabulary.facts.values() if fact.is_list}

    def triples(self) -> Iterator[Triple]:
        yield RUN.policy, RUN.asOfFrom, value_term(self.book.as_of_from)
        yield RUN.policy, RUN.periodsEndingFrom, value_term(self.book.periods_ending_from)
        if self.book.in_force_through is not None:
            yield RUN.policy, RUN.inForceThrough, value_term(self.book.in_force_through)
        for name, clauses in self.book.by_type.items():
            if name not in self.types:
                continue
            yield PKB[name], RUN.decides, RUN.policy
            for clause in clauses:
                yield from self._clause(clause, PKB[name])
        for group in self.book.groups.values():
            first = self.book.clauses[group.members[0]] if group.members else None
            assert first is not None and first.record_type is not None
            if first.record_type not in self.types:
                continue
            iri = ox.NamedNode(group.iri)
            yield iri, RUN["for"], PKB[first.record_type]
            yield iri, RUN.combination, RUN[group.combination]
            yield from self._smallest(iri, {o.currency for m in group.members for o in self.book.clauses[m].options})
            for member in group.members:
                yield iri, RUN.member, ox.NamedNode(self.book.clauses[member].iri)
        yield from self._facts()

    def _clause(self, clause: Clause, record_type: ox.NamedNode) -> Iterator[Triple]:
        iri = ox.NamedNode(clause.iri)
        yield iri, RUN["for"], record_type
        yield iri, RUN.position, value_term(list(self.book.clauses).index(clause.id))
        yield iri, RUN.combination, RUN[clause.combination]
        yield iri, RUN.exhaustive, value_term(clause.exhaustive or not clause.options)
        assert clause.root is not None
        yield iri, RUN.root, self._top(clause.root)
        yield from self._node(clause.root, record_type)
        if clause.options:
            yield from self._smallest(iri, {option.currency for option in clause.options})
        for criterion in clause_criteria(clause):
            yield iri, RUN.criterion, ox.NamedNode(criterion.iri)
            if clause.fallback and criterion.provision not in clause.provisions:
                yield iri, RUN.foreign, ox.NamedNode(criterion.iri)
        if clause.fallback:
            yield iri, RUN.fallback, ox.NamedNode(self.book.provisions[clause.fallback].iri)
        for place, option in enumerate(clause.options):
            name = ox.NamedNode(option.iri)
            yield iri, RUN.option, name
            yield name, RUN.position, value_term(place)
            yield from self._option(option, name)
            if option.condition is None:
                yield name, RUN.when, RUN.always
            else:
                yield name, RUN.when, self._top(option.condition)
                yield from self._node(option.condition, record_type)

    def _smallest(self, iri: ox.NamedNode, currencies: set[str]) -> Iterator[Triple]:
        """The smallest unit that the results of a clause or group are rounded to, once, at the end."""
        (currency,) = currencies
        yield iri, RUN.currency, ox.Literal(currency)
        yield iri, RUN.perUnit, value_term(1 / smallest_unit(self.book, currency))

    def _top(self, node: Node) -> ox.NamedNode:
        return ox.NamedNode(node.iri) if node.children or node.criterion else RUN.always

    def _node(self, node: Node, record_type: ox.NamedNode) -> Iterator[Triple]:
        iri = ox.NamedNode(node.iri)
        if node.criterion is not None:
            yield from self._leaf(node.criterion, record_type)
            return
        if not node.children:
            return
        yield iri, RUN["for"], record_type
        yield iri, RUN.level, value_term(_level(node))
        yield iri, RUN.op, RUN[node.op]
        for child in node.children:
            yield iri, RUN.child, self._top(child)
            yield from self._node(child, record_type)

    def _leaf(self, criterion: Criterion, record_type: ox.NamedNode) -> Iterator[Triple]:
        iri = ox.NamedNode(criterion.iri)
        if criterion.presumption is not None or not criterion.required:
            yield iri, RUN.presumed, PKB[criterion.path]
        if len(criterion.atoms) == 1:
            yield from self._atom(iri, criterion.atoms[0], criterion.required, record_type)
            return
        # Several constraints on one property shape hold together, so they become an AND of one comparison each.
        yield iri, RUN.path, PKB[criterion.path]
        yield iri, RUN["for"], record_type
        yield iri, RUN.level, value_term(1)
        yield iri, RUN.op, RUN["and"]
        for number, atom in enumerate(criterion.atoms, 1):
            part = ox.NamedNode(f"{criterion.iri}~{number}")
            yield iri, RUN.child, part
            yield from self._atom(part, atom, criterion.required, record_type)

    def _atom(self, iri: ox.NamedNode, atom: Atom, required: bool, record_type: ox.NamedNode) -> Iterator[Triple]:
        yield iri, RUN["for"], record_type
        yield iri, RUN.path, PKB[atom.path]
        yield iri, RUN.ifMissing, value_term(1 if required else 2)
        if atom.other is not None:
            yield iri, RUN.op, RUN[atom.op]
            yield iri, RUN.other, PKB[atom.other]
        elif atom.op in ("in", "has") and (len(atom.values) != 1 or atom.path in self.lists):
            for value in atom.values:
                yield iri, RUN.oneOf, value_term(value)
        elif atom.op == "known":
            yield iri, RUN.op, RUN.known
        else:
            yield iri, RUN.op, RUN.eq if atom.op in ("in", "has") else RUN[atom.op]
            yield iri, RUN.bound, value_term(atom.values[0])

    def _option(self, option: Option, name: ox.NamedNode) -> Iterator[Triple]:
        yield name, RUN.amount, RUN[option.kind]
        yield name, RUN.currency, ox.Literal(option.currency)
        for key, number in (("value", option.value), ("floor", option.floor)):
            if number is not None:
                yield name, RUN[key], value_term(number)
        if option.agreed is not None:
            yield name, RUN.agreed, PKB[option.agreed]
        if option.expression is not None:
            for fact in option.expression.facts():
                yield name, RUN.reads, PKB[fact]
            whole = halved(option.expression)
            yield from self._expression(whole, name)
            yield from self._ways(whole, name)

    def _ways(self, top: Expression, option: ox.NamedNode) -> Iterator[Triple]:
        """By what each of several facts comes to an amount; one alone matters while the amount is open.

        A stated fact that is missing can be anything; a derived one can be settled before all of its inputs are known.
        """
        ways = top.ways()
        for fact, found in ways.items() if len(ways) > 1 else ():
            for number, way in enumerate(found):
                iri = ox.NamedNode(f"{option.value}~by-{fact}-{number}")
                yield option, RUN.way, iri
                yield iri, RUN.leads, PKB[fact]
                for node in way:
                    if node.fact is None or node.fact in self.book.derived:
                        yield iri, RUN.through, ox.NamedNode(node.iri)

    def _expression(self, top: Expression, owner: ox.NamedNode) -> Iterator[Triple]:
        """An operator over two operands each, level by level above the facts, for an option or a derived fact."""
        for node in top.nodes():
            if not node.operands:
                continue
            iri, (one, by) = ox.NamedNode(node.iri), node.operands
            yield iri, RUN.of, owner
            yield iri, RUN.height, value_term(_height(node))
            yield iri, RUN["apply"], RUN[node.op]
            yield iri, RUN.operand, ox.NamedNode(one.iri)
            yield iri, *((RUN.by, ox.NamedNode(by.iri)) if by.number is None else (RUN.number, value_term(by.number)))
        yield owner, RUN.top, ox.NamedNode(top.iri)

    def _facts(self) -> Iterator[Triple]:
        for name in GIVEN:
            yield PKB[name], RUN.input, PKB[name]
        for fact in self.book.vocabulary.facts.values():
            if fact.decided_by is not None:
                yield PKB[fact.id], RUN.decidedBy, ox.NamedNode(fact.decided_by.iri)
            if fact.id not in self.book.derived:
                yield PKB[fact.id], RUN.input, PKB[fact.id]
        for derived in self.book.derived.values():
            iri = ox.NamedNode(derived.iri)
            yield from self._expression(halved(derived.expression), iri)
            if derived.expression.ends(dict.fromkeys(derived.inputs, (Decimal(0), None)))[1] is not None:
                # What bounds it also where nothing is stated.
                yield iri, RUN.bounded, value_term(True)
            for name in derived.inputs:
                yield iri, RUN.input, PKB[name]


def clause_criteria(clause: Clause) -> tuple[Criterion, ...]:
    """All criteria of a clause, those of its options included, each once, in their order."""
    found: dict[str, Criterion] = {}
    for tree in _trees(clause):
        for leaf in tree.leaves():
            found.setdefault(leaf.iri, leaf)
    return tuple(found.values())


def _trees(clause: Clause) -> list[Node]:
    conditions = [option.condition for option in clause.options]
    return [tree for tree in (clause.root, *conditions) if tree is not None]


def halved(node: Expression) -> Expression:
    """The same with sums of two terms each, in halves, so that a long one is not as high as it is long."""
    terms = tuple(halved(operand) for operand in node.operands)
    if node.op != "sum":
        return replace(node, operands=terms)
    if len(terms) == 1:
        return terms[0]
    cut = len(terms) // 2
    halves = (
        half[0] if len(half) == 1 else halved(replace(node, iri=f"{node.iri}~{place}", operands=half))
        for place, half in enumerate((terms[:cut], terms[cut:]))
    )
    # A number comes second, whatever it is added to.
    return replace(node, operands=tuple(sorted(halves, key=lambda half: half.number is not None)))


def _height(node: Expression) -> int:
    return 1 + max(map(_height, node.operands)) if node.operands else 0


def _level(node: Node) -> int:
    if node.criterion is not None:
        return 1 if len(node.criterion.atoms) > 1 else 0
    return 1 + max((_level(child) for child in node.children), default=0)
