"""Compile the rules about one type of record to columns: statuses, amounts, winners of groups, what is missing.

The rules come from the rule book alone; no threshold, clause or fact is named here. A table of records goes in, the
same table with further columns comes out, in layers, so that every intermediate result is computed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from ...errors import CallError, KnowledgeError
from ...law.data_rules import RecordRules
from ...law.rules import RuleBook
from ...model import Clause, Vocabulary
from .amounts import Outcome, clause_outcome
from .conditions import known_when_met, node_key, truth_of, truth_of_atom
from .decided import ClauseColumns, Decided
from .facts import Facts, add_derived, as_of_number, is_covered, limits_of
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
        KnowledgeError: a rule uses something that is not decided over columns.
    """
    clauses = book.by_type.get(record_type)
    if not clauses:
        raise CallError("type-without-clauses", type=record_type, known=tuple(book.by_type))
    layers = Layers(table)
    covered = is_covered(table.period, book, day)
    if isinstance(covered, ir.Value):
        layers.hold(COVERED, covered)
    as_of = as_of_number(table.period, day) if any(d.kind == "final" for d in book.derived.values()) else 0
    stated = Facts(layers.settle(), vocabulary, limits_of(rules, record_type), book.derived, places or {})
    facts = add_derived(stated, book, as_of)
    layers.table = facts.table

    leaf_names: dict[Any, Any] = {}
    atoms = dict.fromkeys(
        (a, leaf.required) for c in clauses for tree in _trees(c) for leaf in tree.leaves() for a in leaf.atoms
    )
    for number, key in enumerate(atoms):
        truth = truth_of_atom(key[0], key[1], facts)
        leaf_names[key] = layers.hold(f"leaf_{number}", truth)
    facts, leaves = _bind(layers, facts, leaf_names)

    conditions: dict[Any, Any] = {}
    # Outside the period of the policy no clause applies, so that nothing has to be left out when adding up.
    in_force = layers.table[COVERED] if isinstance(covered, ir.Value) else covered
    for clause in clauses:
        for tree in _trees(clause):
            truth = truth_of(tree, facts, leaves)
            if tree is clause.root:
                truth = both(in_force, truth)
            key = (tree is clause.root, node_key(tree))
            if key not in conditions:
                conditions[key] = layers.hold(f"condition_{len(conditions)}", truth)
    facts, leaves = _bind(layers, facts, leaf_names)
    bound = {key: layers.truth(name) for key, name in conditions.items()}

    outcomes: dict[str, Outcome] = {}
    open_options: dict[str, tuple[tuple[Any, Any, tuple[str, ...]], ...]] = {}
    options: dict[str, list[OptionColumns]] = {}
    for clause in clauses:
        outcome, opened = _decide(clause, bound, facts)
        outcomes[clause.id] = _store(layers, clause.id, outcome)
        if with_options:
            options[clause.id] = [
                store_option(layers, f"{clause.id}_{n}", one, places_of(book, clause.options, clause.id))
                for n, one in enumerate(options_of(clause, bound, facts))
            ]
        open_options[clause.id] = tuple(
            (layers.hold(f"matters_{clause.id}_{n}", m), layers.hold(f"open_{clause.id}_{n}", o), inputs)
            for n, (m, o, inputs) in enumerate(opened)
        )
    layers.settle()
    outcomes = {name: _rebind(layers, outcome) for name, outcome in outcomes.items()}

    wins: dict[str, dict[str, Any]] = {}
    groups = [group for group in book.groups.values() if has_members(group, clauses)]
    for group in groups:
        wins[group.id] = {name: layers.hold(f"wins_{name}", win) for name, win in wins_of(group, outcomes).items()}
    rounded = {}
    for clause in clauses:
        smallest = places_of(book, clause.options, clause.id)
        outcome = outcomes[clause.id]
        rounded[clause.id] = (
            layers.hold_number(f"paid_{clause.id}", outcome.sure, smallest),
            layers.hold_number(f"most_{clause.id}", outcome.high, smallest),
        )
    layers.settle()
    outcomes = {name: _rebind(layers, outcome) for name, outcome in outcomes.items()}
    paid = {name: (layers.number(sure), layers.number(high)) for name, (sure, high) in rounded.items()}
    group_columns = []
    for group in groups:
        found = {name: layers.truth(win) for name, win in wins[group.id].items()}
        group_columns.append(held(layers, group_of(group, found, outcomes, paid, book)))
    layers.settle()
    group_columns = [bound_group(layers, group) for group in group_columns]
    outcomes = {name: _rebind(layers, outcome) for name, outcome in outcomes.items()}
    paid = {name: (layers.number(sure), layers.number(high)) for name, (sure, high) in paid.items()}
    facts, leaves = _bind(layers, facts, leaf_names)
    by_member = {member: group for group in group_columns for member in group.wins}
    return Decided(
        table=layers.table,
        covered=layers.table[COVERED] if isinstance(covered, ir.Value) else covered,
        clauses=tuple(
            _columns(book, clause, outcomes, paid[clause.id], by_member.get(clause.id)) for clause in clauses
        ),
        groups=tuple(group_columns),
        facts=facts,
        book=book,
        leaves=leaves,
        options={name: tuple(rebind_option(layers, one) for one in found) for name, found in options.items()},
        open_options={
            name: tuple((layers.truth(m), layers.truth(o), inputs) for m, o, inputs in opened)
            for name, opened in open_options.items()
        },
    )


def _trees(clause: Clause) -> list[Any]:
    if clause.root is None:
        raise KnowledgeError("clause-without-shape", clause=clause.id)
    return [tree for tree in (clause.root, *(option.condition for option in clause.options)) if tree is not None]


def _bind(layers: Layers, facts: Facts, leaf_names: Mapping[Any, Any]) -> tuple[Facts, dict[Any, Truth]]:
    """The facts and leaves as columns of the newest layer."""
    table = layers.settle()
    leaves = {key: table[name] if isinstance(name, str) else name for key, name in leaf_names.items()}
    return replace(facts, table=table), leaves


def _decide(
    clause: Clause, bound: Mapping[Any, Truth], facts: Facts
) -> tuple[Outcome, list[tuple[Truth, Truth, tuple[str, ...]]]]:
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
