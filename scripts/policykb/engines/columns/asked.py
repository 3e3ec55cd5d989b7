"""What whole outcomes ask of a decided table: every truth, number and remark, as columns beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

import ibis.expr.types as ir

from ...law.rules import Derived
from ...model import Clause, Group, Node, Option
from ..program import clause_criteria
from .decided import ClauseColumns, Decided
from .groups import GroupColumns
from .numbers import Number, compare, constant
from .truth import Truth, all_of, any_of, both, certain, possible, reverse, unknown

__all__ = ["Cell", "ClauseCells", "GroupCells", "Missing", "NumberCell", "OptionCells", "Outline", "Remark", "ask"]

Cell: TypeAlias = str | bool | None
"""A truth: the name of a column, or its value where it is the same in every row."""

Remark: TypeAlias = tuple[str, str]
Missing: TypeAlias = tuple[str, str | None]

_BOUNDS = ("ge", "gt", "le", "lt")


@dataclass(frozen=True)
class NumberCell:
    """A number: the name of a column, or its value where it is the same in every row.

    A whole number counts the last of `scale` places; otherwise it is a decimal.
    """

    value: str | Decimal
    scale: int
    is_whole: bool


@dataclass(frozen=True)
class OptionCells:
    """What is asked about an option: whether it gives the amount of its clause, and how much."""

    option: Option
    gives: Cell
    low: NumberCell
    high: NumberCell | None
    endless: Cell


@dataclass(frozen=True)
class ClauseCells:
    """What is asked about a clause; `missing` and `remarks` have where each of them is to be told."""

    clause: Clause
    status: Cell
    applies: Cell
    sure: NumberCell | None
    high: NumberCell | None
    endless: Cell
    currency: str | None
    fallback: Cell
    missing: tuple[tuple[Missing, Cell], ...]
    remarks: tuple[tuple[Remark, Cell], ...]
    options: tuple[OptionCells, ...]


@dataclass(frozen=True)
class GroupCells:
    """What is asked about a group: where each member wins, where one can apply, and what it gives."""

    group: Group
    wins: tuple[tuple[str, Cell], ...]
    any_member: Cell
    low: NumberCell
    high: NumberCell
    endless: Cell
    currency: str


@dataclass(frozen=True)
class Outline:
    """Everything that outcomes of one record type consist of, as cells of one row."""

    covered: Cell
    truths: tuple[tuple[str, Cell], ...]
    clauses: tuple[ClauseCells, ...]
    groups: tuple[GroupCells, ...]
    gaps: tuple[tuple[str, Cell, NumberCell], ...]
    derived: tuple[tuple[Derived, NumberCell], ...]


@dataclass
class _Asked:
    """Columns that are asked for, each once."""

    columns: dict[str, ir.Value] = field(default_factory=dict)
    names: dict[Any, str] = field(default_factory=dict)

    def truth(self, truth: Truth) -> Cell:
        return self._named(truth) if isinstance(truth, ir.Value) else truth

    def number(self, number: Number) -> NumberCell:
        value = number.value
        if isinstance(value, Decimal):
            return NumberCell(value, 0, False)
        return NumberCell(self._named(value), number.scale, number.is_whole)

    def end(self, number: Number | None) -> NumberCell | None:
        return None if number is None else self.number(number)

    def _named(self, value: ir.Value) -> str:
        node = value.op()
        if node not in self.names:
            self.names[node] = f"c{len(self.names)}"
            self.columns[self.names[node]] = value
        return self.names[node]


def ask(decided: Decided, *, is_bare: bool = False) -> tuple[Outline, ir.Table]:
    """What outcomes consist of, and the table that has it; what clauses and groups come to alone if `is_bare`."""
    asked, teller = _Asked(), _Silent(decided) if is_bare else _Teller(decided)
    outline = Outline(
        covered=asked.truth(decided.covered),
        truths=tuple((iri, asked.truth(truth)) for iri, truth in teller.truths()),
        clauses=tuple(_clause(asked, teller, columns) for columns in decided.clauses),
        groups=tuple(_group(asked, columns) for columns in decided.groups),
        gaps=tuple((iri, asked.truth(truth), asked.number(gap)) for iri, truth, gap in teller.gaps()),
        derived=tuple((derived, asked.number(number)) for derived, number in teller.derived()),
    )
    # A table has at least one column, also where everything is the same in every row.
    return outline, decided.table.select(period=decided.table.period, **asked.columns)


def _clause(asked: _Asked, teller: _Teller, columns: ClauseColumns) -> ClauseCells:
    decided, clause = teller.decided, columns.clause
    return ClauseCells(
        clause=clause,
        status=asked.truth(columns.status),
        applies=asked.truth(certain(columns.applies)),
        sure=asked.end(columns.sure),
        high=asked.end(columns.high),
        endless=asked.truth(certain(columns.endless)),
        currency=columns.currency,
        fallback=asked.truth(certain(decided.fallback(columns))),
        missing=tuple((missing, asked.truth(truth)) for missing, truth in teller.missing(columns)),
        remarks=tuple((remark, asked.truth(truth)) for remark, truth in teller.remarks(columns)),
        options=tuple(
            OptionCells(
                option=one.option,
                gives=asked.truth(one.gives),
                low=asked.number(one.low),
                high=asked.end(one.high),
                endless=asked.truth(certain(one.endless)),
            )
            for one in sorted(decided.options.get(clause.id, ()), key=lambda one: one.option.iri)
        ),
    )


def _group(asked: _Asked, columns: GroupColumns) -> GroupCells:
    return GroupCells(
        group=columns.group,
        wins=tuple((name, asked.truth(certain(win))) for name, win in columns.wins.items()),
        any_member=asked.truth(certain(columns.any_member)),
        low=asked.number(columns.low),
        high=asked.number(columns.high),
        endless=asked.truth(certain(columns.endless)),
        currency=columns.currency,
    )


class _Teller:
    """Says where what an answer tells besides statuses and amounts is the case; as the queries decide-91 to 98."""

    def __init__(self, decided: Decided) -> None:
        self.decided, self.facts = decided, decided.facts
        self.book = decided.book

    def truths(self) -> Iterator[tuple[str, Truth]]:
        """Each criterion, and each condition that several of them or a negation make up."""
        found: dict[str, Node] = {}
        for columns in self.decided.clauses:
            for tree in _trees(columns.clause):
                for node in _nodes(tree):
                    found.setdefault(node.iri if node.criterion is None else node.criterion.iri, node)
        for iri, node in found.items():
            if node.criterion is not None or node.op == "not" or len({_top(child) for child in node.children}) > 1:
                yield iri, self.decided.truth(node)

    def gaps(self) -> Iterator[tuple[str, Truth, Number]]:
        """By how much each bound on a number is missed, and where it is."""
        criteria = {c.iri: c for columns in self.decided.clauses for c in clause_criteria(columns.clause)}
        for criterion in criteria.values():
            number = self.facts.number(criterion.path) if self.facts.is_number(criterion.path) else None
            for atom in criterion.atoms if number is not None else ():
                bound = atom.values[0] if atom.op in _BOUNDS else None
                if number is None or not isinstance(bound, Decimal | int):
                    continue
                limit = constant(Decimal(bound))
                gap = limit.minus(number) if atom.op in ("ge", "gt") else number.minus(limit)
                unmet = certain(reverse(self.decided.leaves[atom, criterion.required]))
                yield criterion.iri, both(unmet, reverse(self.facts.missing(criterion.path))), gap

    def derived(self) -> Iterator[tuple[Derived, Number]]:
        """What follows from the facts, where it is known."""
        for derived in self.book.derived.values():
            number = self.facts.number(derived.id) if self.facts.value(derived.id) is not None else None
            if number is not None:
                yield derived, number

    def missing(self, columns: ClauseColumns) -> list[tuple[Missing, Truth]]:
        """Each fact that is missing, with the body whose decision it is."""
        if unknown(columns.status) is False:
            return []
        found = []
        for name, truth in self.decided.missing(columns.clause).items():
            fact = self.book.vocabulary.facts.get(name)
            body = None if fact is None else fact.decided_by
            found.append(((name, None if body is None else body.iri), both(unknown(columns.status), truth)))
        return sorted(found, key=lambda one: str(one[0]))

    def remarks(self, columns: ClauseColumns) -> list[tuple[Remark, Truth]]:
        """Each remark, with where it is to be made."""
        clause, shown, is_open = columns.clause, possible(columns.status), unknown(columns.status)
        found = [(("presumed", iri), both(shown, truth)) for iri, truth in self._presumed(clause)]
        found += [(("stood-in", iri), both(shown, truth)) for iri, truth in self._stood_in(clause)]
        found += [(("window-open", iri), both(is_open, truth)) for iri, truth in self._windows(clause)]
        found += [(("below-floor", iri), both(shown, truth)) for iri, truth in self._below_floor(clause)]
        if clause.combination == "unsettled":
            found.append((("unsettled", clause.iri), both(is_open, self._several(clause))))
        found.append((("rounded-to-zero", clause.iri), both(shown, columns.vanishes)))
        return sorted((one for one in found if one[1] is not False), key=lambda one: str(one[0]))

    def _presumed(self, clause: Clause) -> Iterator[tuple[str, Truth]]:
        for criterion in clause_criteria(clause):
            if criterion.presumption is not None or not criterion.required:
                yield criterion.iri, self.facts.missing(criterion.path)

    def _stood_in(self, clause: Clause) -> Iterator[tuple[str, Truth]]:
        paths = {criterion.path for criterion in clause_criteria(clause)}
        read = {name for option in clause.options if option.expression for name in option.expression.facts()}
        for derived in self.book.derived.values():
            for node in derived.expression.nodes() if derived.id in paths | read else ():
                if node.op == "first":
                    first, *others = (self.facts.missing(name) for name in node.facts())
                    yield derived.iri, both(first, any_of(reverse(other) for other in others))

    def _windows(self, clause: Clause) -> Iterator[tuple[str, Truth]]:
        atoms = self.decided.open_atoms(clause)
        for derived in self.book.derived.values():
            hanging = [truth for atom, truth in atoms if atom.path == derived.id]
            if derived.expression.op == "once" and hanging:
                stated = [reverse(self.facts.missing(name)) for name in derived.inputs]
                yield derived.iri, all_of((any_of(hanging), *stated, self.facts.missing(derived.id)))

    def _below_floor(self, clause: Clause) -> Iterator[tuple[str, Truth]]:
        for option in clause.options:
            agreed = self.facts.number(option.agreed) if option.agreed is not None else None
            if option.floor is not None and agreed is not None:
                yield option.iri, certain(compare(agreed, "<", constant(option.floor)))

    def _several(self, clause: Clause) -> Truth:
        """Where two options under different conditions may hold."""
        whens: dict[str | None, Truth] = {}
        for option in clause.options:
            node = option.condition
            whens.setdefault(_top(node), True if node is None else possible(self.decided.truth(node)))
        maybe: Sequence[Truth] = list(whens.values())
        return any_of(both(one, any_of(maybe[:place])) for place, one in enumerate(maybe))


class _Silent(_Teller):
    """Says nothing besides."""

    def truths(self) -> Iterator[tuple[str, Truth]]:
        yield from ()

    def gaps(self) -> Iterator[tuple[str, Truth, Number]]:
        yield from ()

    def derived(self) -> Iterator[tuple[Derived, Number]]:
        yield from ()

    def missing(self, columns: ClauseColumns) -> list[tuple[Missing, Truth]]:
        return []

    def remarks(self, columns: ClauseColumns) -> list[tuple[Remark, Truth]]:
        return []


def _trees(clause: Clause) -> list[Node]:
    conditions = [option.condition for option in clause.options]
    return [tree for tree in (clause.root, *conditions) if tree is not None]


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _top(node: Node | None) -> str | None:
    """The name of a condition; None where it always holds."""
    if node is None or not (node.children or node.criterion):
        return None
    return node.iri if node.criterion is None else node.criterion.iri
