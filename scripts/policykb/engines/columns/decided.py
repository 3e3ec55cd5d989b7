"""Where a decided table holds what about each clause, group and option, and what follows from these columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir

from ...law.rules import RuleBook
from ...model import GIVEN, Atom, Clause, Node
from ..program import clause_criteria
from .conditions import open_leaves, truth_of
from .facts import Facts
from .groups import GroupColumns
from .numbers import Number
from .options import OptionColumns
from .truth import Truth, all_of, any_of, certain, reverse

__all__ = ["ClauseColumns", "Decided"]


@dataclass(frozen=True)
class ClauseColumns:
    """Where the decided table holds what about one clause.

    `status` is true for eligible, null for undetermined, false for not eligible; `applies` is the same but for doubts
    about the amount. `sure` is the least amount where the clause applies for certain (else the least is zero), `high`
    the most where it is not ruled out, null where there is no upper end, as `endless` tells; both are rounded. `exact`
    is set where the two are equal for everyone eligible. `selected` is null where the clause is in no group or the
    winner is open; `group` is the id of that group. `vanishes` tells where the most is rounded to nothing.
    """

    clause: Clause
    applies: Truth
    status: Truth
    sure: Number | None
    high: Number | None
    endless: Truth
    exact: bool
    currency: str | None
    places: int
    selected: Truth
    group: str | None
    vanishes: Truth = False

    @property
    def counted(self) -> Truth:
        """Where its amount counts towards totals: outside groups always, in one where it wins."""
        return self.sure is not None if self.group is None else certain(self.selected)


@dataclass(frozen=True)
class Decided:
    """A table of records with the columns of its decisions.

    `table` has every record; where `covered` is false, the policy is not in force for the record and no clause
    applies. `facts` gives the facts behind it. `options` has the options of each clause where they were asked for.
    """

    table: ir.Table
    covered: Truth
    clauses: tuple[ClauseColumns, ...]
    groups: tuple[GroupColumns, ...]
    facts: Facts
    book: RuleBook
    leaves: Mapping[Any, Truth] = field(default_factory=dict)
    open_options: Mapping[str, tuple[tuple[Truth, Truth, tuple[tuple[str, Truth], ...]], ...]] = field(
        default_factory=dict
    )
    options: Mapping[str, tuple[OptionColumns, ...]] = field(default_factory=dict)

    def truth(self, node: Node) -> Truth:
        """The truth of a condition, whether or not the policy is in force."""
        return truth_of(node, self.facts, dict(self.leaves))

    def fallback(self, columns: ClauseColumns) -> Truth:
        """Where another policy applies instead of a clause: its own words are not met, and no others."""
        clause = columns.clause
        if clause.fallback is None:
            return False
        foreign = [c for c in clause_criteria(clause) if c.provision not in clause.provisions]
        unmet = [
            any_of(certain(reverse(self.leaves[atom, criterion.required])) for atom in criterion.atoms)
            for criterion in foreign
        ]
        return all_of((self.covered, certain(reverse(columns.status)), *(reverse(one) for one in unmet)))

    def missing(self, clause: Clause) -> dict[str, Truth]:
        """Where each stated fact is missing behind an undetermined decision; facts in the order of their ids.

        Meant for rows whose status is undetermined.
        """
        found: dict[str, list[Truth]] = {}
        for atom, is_open in self.open_atoms(clause):
            for path in (atom.path, *([atom.other] if atom.other else [])):
                for name in self._inputs(path):
                    found.setdefault(name, []).append(all_of((is_open, *self._open(path, name))))
        for _, counts, inputs in self.open_options.get(clause.id, ()):
            for path, turns in inputs:
                for name in self._inputs(path):
                    found.setdefault(name, []).append(all_of((counts, turns, *self._open(path, name))))
        merged = {name: any_of(found[name]) for name in sorted(found)}
        return {name: where for name, where in merged.items() if where is not False}

    def open_atoms(self, clause: Clause) -> list[tuple[Atom, Truth]]:
        """The comparisons that an undetermined decision hangs on, each with where it does."""
        matters = self.open_options.get(clause.id, ())
        conditions = [
            (clause.root, True),
            *((o.condition, m) for o, (m, _, _) in zip(clause.options, matters, strict=True)),
        ]
        leaves = dict(self.leaves)
        return [
            pair
            for condition, above in conditions
            if condition is not None
            for pair in open_leaves(condition, self.facts, leaves, above)
        ]

    def _inputs(self, path: str) -> list[str]:
        named = (*self.facts.vocabulary.facts, *GIVEN)
        return [name for name in self.facts.inputs(path) if name in named]

    def _open(self, path: str, name: str) -> tuple[Truth, ...]:
        """Where an input of a fact is missing, the fact not known without it, and stating it would tell something."""
        return self.facts.missing(path), self.facts.missing(name), reverse(self.facts.window_open(path))
