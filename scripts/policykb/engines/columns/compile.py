"""Compile the rules about one type of record to columns: statuses, amounts, winners of groups, what is missing.

The rules come from the rule book alone; no threshold, clause or fact is named here. A table of records goes in, the
same table with further columns comes out, in layers, so that every intermediate result is computed once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.common.exceptions import IbisError

from ...errors import CallError, KnowledgeError
from ...law.data_rules import RecordRules
from ...law.rules import RuleBook
from ...model import Clause, Group, Vocabulary
from .amounts import Outcome, clause_outcome
from .conditions import known_when_met, node_key, truth_of, truth_of_atom
from .decided import ClauseColumns, Decided
from .derived import add_derived
from .facts import Facts, day_of_period, is_covered, limits_of
from .groups import GroupColumns, bound_group, currency_of, group_of, has_members, held, places_of, wins_of
from .intervals import ZERO, Interval, option_interval
from .layers import Layers
from .numbers import Number, compare
from .options import OptionColumns, options_of, rebind_option, store_option
from .truth import Truth, any_of, both, certain, column, possible, reverse

__all__ = ["compile_rules"]

COVERED = "is_covered"


def compile_rules(
    book: RuleBook,
    vocabulary: Vocabulary,
    rules: RecordRules,
    record_type: str,
    table: ir.Table,
    day: date | None = None,
    places: Mapping[str, int] | None = None,
    with_options: bool = False,
) -> Decided:
    """Decide a table of valid records of one type.

    Args:
        book: the rules.
        vocabulary: declares the facts.
        rules: the data rules; they bound the digits that numbers can have.
        record_type: the type of all records in the table.
        table: one record a row: `period` as text, facts under their ids with the types of the vocabulary.
        day: the as-of day for all; each record's own period end if None.
        places: the decimals that stand in the table as 64-bit integers counting their last place, with their places
            behind the point.
        with_options: also the columns of each option.

    Raises:
        CallError: no clause speaks about this type of record.
        KnowledgeError: a rule uses something that is not decided over columns, or numbers too long for them.
    """
    clauses = book.by_type.get(record_type)
    if not clauses:
        raise CallError("type-without-clauses", type=record_type, known=tuple(book.by_type))
    layers = Layers(table)
    covered = is_covered(table.period, book, day)
    if isinstance(covered, ir.Value):
        layers.hold(COVERED, covered)
    asked = {atom.path for c in clauses for tree in _trees(c) for leaf in tree.leaves() for atom in leaf.atoms}
    if "periodEnd" in asked.union(*(derived.inputs for derived in book.derived.values())):
        layers.hold("periodEnd", day_of_period(table.period))
    stated = Facts(layers.settle(), vocabulary, limits_of(rules, record_type), book.derived, places or {})
    facts = add_derived(stated, table.period, day)
    layers.table = facts.table
    try:
        return _Compilation(book, clauses, layers, facts, covered, with_options).decided()
    except (IbisError, ValueError) as fault:
        # A number that columns have no type for: 38 digits are the most.
        raise KnowledgeError("rules-beyond-columns", where=book.origin.policy, type=record_type) from fault


@dataclass
class _Compilation:
    """The rules being compiled, layer upon layer: what a step holds is bound to columns when its layer is settled."""

    book: RuleBook
    clauses: tuple[Clause, ...]
    layers: Layers
    facts: Facts
    covered_as_stated: Truth
    with_options: bool
    leaf_names: dict[Any, Any] = field(default_factory=dict)
    leaves: dict[Any, Truth] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    options: dict[str, list[OptionColumns]] = field(default_factory=dict)
    open_options: dict[str, tuple[tuple[Any, Any, tuple[tuple[str, Any], ...]], ...]] = field(default_factory=dict)
    paid: dict[str, tuple[Number | None, Number | None]] = field(default_factory=dict)
    groups: list[GroupColumns] = field(default_factory=list)

    def decided(self) -> Decided:
        """The table with all columns."""
        self._decide_criteria()
        self._decide_clauses(self._conditions())
        wins = self._round_and_select()
        self._decide_groups(wins)
        layers, by_member = self.layers, {member: group for group in self.groups for member in group.wins}
        return Decided(
            table=layers.table,
            covered=self._covered(),
            clauses=tuple(
                _columns(self.book, clause, self.outcomes, self.paid[clause.id], by_member.get(clause.id))
                for clause in self.clauses
            ),
            groups=tuple(self.groups),
            facts=self.facts,
            book=self.book,
            leaves=self.leaves,
            options={name: tuple(rebind_option(layers, one) for one in found) for name, found in self.options.items()},
            open_options={
                name: tuple(
                    (layers.truth(m), layers.truth(o), tuple((fact, layers.truth(turns)) for fact, turns in inputs))
                    for m, o, inputs in opened
                )
                for name, opened in self.open_options.items()
            },
        )

    def _covered(self) -> Truth:
        """Whether the policy is in force for a record."""
        stated = self.covered_as_stated
        return self.layers.table[COVERED] if isinstance(stated, ir.Value) else stated

    def _settle(self) -> None:
        """Bind facts, criteria, outcomes and amounts to the columns of the newest layer."""
        table = self.layers.settle()
        self.facts = replace(self.facts, table=table)
        self.leaves = {key: table[name] if isinstance(name, str) else name for key, name in self.leaf_names.items()}
        self.outcomes = {name: _rebind(self.layers, outcome) for name, outcome in self.outcomes.items()}
        self.paid = {name: (self.layers.number(s), self.layers.number(h)) for name, (s, h) in self.paid.items()}

    def _decide_criteria(self) -> None:
        atoms = dict.fromkeys(
            (atom, leaf.required)
            for clause in self.clauses
            for tree in _trees(clause)
            for leaf in tree.leaves()
            for atom in leaf.atoms
        )
        for number, (atom, required) in enumerate(atoms):
            truth = truth_of_atom(atom, required, self.facts)
            self.leaf_names[atom, required] = self.layers.hold(f"leaf_{number}", truth)
        self._settle()

    def _conditions(self) -> dict[Any, Truth]:
        """The truth of each condition, by whether it is that of a whole clause and what it says."""
        names: dict[Any, Any] = {}
        # Outside the period of the policy no clause applies, so that nothing has to be left out when adding up.
        in_force = self._covered()
        for clause in self.clauses:
            for tree in _trees(clause):
                truth = truth_of(tree, self.facts, self.leaves)
                if tree is clause.root:
                    truth = both(in_force, truth)
                key = (tree is clause.root, node_key(tree))
                if key not in names:
                    names[key] = self.layers.hold(f"condition_{len(names)}", truth)
        self._settle()
        return {key: self.layers.truth(name) for key, name in names.items()}

    def _decide_clauses(self, bound: Mapping[Any, Truth]) -> None:
        layers = self.layers
        for clause in self.clauses:
            outcome, opened = _decide(clause, bound, self.facts)
            self.outcomes[clause.id] = _store(layers, clause.id, outcome)
            if self.with_options:
                smallest = places_of(self.book, clause.options, clause.id)
                self.options[clause.id] = [
                    store_option(layers, f"{clause.id}_{n}", one, smallest)
                    for n, one in enumerate(options_of(clause, bound, self.facts))
                ]
            self.open_options[clause.id] = tuple(
                (
                    layers.hold(f"matters_{clause.id}_{n}", m),
                    layers.hold(f"open_{clause.id}_{n}", o),
                    tuple((fact, layers.hold(f"turns_{clause.id}_{n}_{fact}", turns)) for fact, turns in inputs),
                )
                for n, (m, o, inputs) in enumerate(opened)
            )
        self._settle()

    def _round_and_select(self) -> list[tuple[Group, dict[str, Truth]]]:
        """Round what each clause comes to, and tell which members of each group win."""
        layers = self.layers
        groups = [group for group in self.book.groups.values() if has_members(group, self.clauses)]
        wins = [
            (group, {name: layers.hold(f"wins_{name}", win) for name, win in wins_of(group, self.outcomes).items()})
            for group in groups
        ]
        rounded = {}
        for clause in self.clauses:
            smallest, outcome = places_of(self.book, clause.options, clause.id), self.outcomes[clause.id]
            rounded[clause.id] = (
                layers.hold_number(f"paid_{clause.id}", outcome.sure, smallest),
                layers.hold_number(f"most_{clause.id}", outcome.high, smallest),
            )
        self.paid = rounded
        self._settle()
        return [(group, {name: layers.truth(win) for name, win in found.items()}) for group, found in wins]

    def _decide_groups(self, wins: Sequence[tuple[Group, Mapping[str, Truth]]]) -> None:
        layers = self.layers
        stored = [held(layers, group_of(group, found, self.outcomes, self.paid, self.book)) for group, found in wins]
        self._settle()
        self.groups = [bound_group(layers, group) for group in stored]


def _trees(clause: Clause) -> list[Any]:
    if clause.root is None:
        raise KnowledgeError("clause-without-shape", clause=clause.id)
    return [tree for tree in (clause.root, *(option.condition for option in clause.options)) if tree is not None]


def _decide(
    clause: Clause, bound: Mapping[Any, Truth], facts: Facts
) -> tuple[Outcome, list[tuple[Truth, Truth, tuple[tuple[str, Truth], ...]]]]:
    """What a clause comes to; of each option where its condition matters, where its amount counts, and its inputs."""
    root = bound[True, node_key(clause.root)]  # type: ignore[arg-type]
    whens: list[Truth] = []
    intervals: list[Interval] = []
    sure_of_root = known_when_met(clause.root, facts) if clause.root is not None else frozenset()
    for option in clause.options:
        whens.append(True if option.condition is None else bound[False, node_key(option.condition)])
        intervals.append(option_interval(option, facts, sure_of_root))
    outcome = clause_outcome(clause, root, whens, intervals)
    opened = [
        (matters, both(possible(root), counts), interval.inputs)
        for matters, counts, interval in zip(outcome.matters, outcome.counts, intervals, strict=True)
    ]
    return outcome, opened


def _store(layers: Layers, name: str, outcome: Outcome) -> Outcome:
    """Put the parts of an outcome into the pending layer; they are names of columns until it is settled."""
    return Outcome(
        applies=layers.hold(f"applies_{name}", outcome.applies),
        status=layers.hold(f"status_{name}", outcome.status),
        sure=layers.hold_number(f"sure_{name}", outcome.sure),
        high=layers.hold_number(f"high_{name}", outcome.high),
        endless=layers.hold(f"endless_{name}", outcome.endless),
        exact=outcome.exact,
    )


def _rebind(layers: Layers, outcome: Outcome) -> Outcome:
    return Outcome(
        layers.truth(outcome.applies),
        layers.truth(outcome.status),
        layers.number(outcome.sure),
        layers.number(outcome.high),
        layers.truth(outcome.endless),
        outcome.exact,
    )


def _columns(
    book: RuleBook,
    clause: Clause,
    outcomes: Mapping[str, Outcome],
    paid: tuple[Number | None, Number | None],
    group: GroupColumns | None,
) -> ClauseColumns:
    outcome = outcomes[clause.id]
    selected: Truth = None
    if group is not None:
        others = [win for name, win in group.wins.items() if name != clause.id]
        # Without a winner nobody is selected where no member can apply; else it is open.
        lost = any_of((*others, reverse(any_of(possible(outcomes[name].status) for name in group.wins))))
        selected = _selected(group.wins[clause.id], lost)
    return ClauseColumns(
        clause=clause,
        applies=outcome.applies,
        status=outcome.status,
        sure=paid[0],
        high=paid[1],
        endless=outcome.endless,
        exact=outcome.exact,
        currency=currency_of(clause.options, clause.id) if clause.options else None,
        places=places_of(book, clause.options, clause.id),
        selected=selected,
        group=None if group is None else group.group.id,
        vanishes=_vanishes(outcome.high, paid[1]),
    )


def _vanishes(high: Number | None, rounded: Number | None) -> Truth:
    """Where there is something, and nothing is left of it once it is rounded."""
    if high is None or rounded is None:
        return False
    return both(certain(compare(high, ">", ZERO)), certain(compare(rounded, "==", ZERO)))


def _selected(win: Truth, lost: Truth) -> Truth:
    undecided = ibis.literal(None, "boolean")
    return column(win).ifelse(ibis.literal(True), column(lost).ifelse(ibis.literal(False), undecided))
