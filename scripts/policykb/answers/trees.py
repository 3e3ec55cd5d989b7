"""The conditions of a clause as they turned out for one record: nested as they are written, each with its truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeAlias

from ..engines.outcome import Outcome
from ..engines.program import clause_criteria
from ..model import Clause, ConditionResult, Criterion, CriterionResult, Node, Provision, Truth, Value
from .plain import plain, required

__all__ = ["TRUTHS", "Conditions", "condition_results"]

_KEPT = 2_000
"""Of how many different records what a clause came to is kept."""

Told: TypeAlias = tuple[tuple[CriterionResult, ...], tuple[ConditionResult, ...]]
_Turn: TypeAlias = tuple[int, Decimal | None, tuple[Value | None, ...]]
"""How one criterion turned out: its truth, by how much its bound is missed, and the values of its facts."""

TRUTHS: dict[int, Truth] = {0: "unmet", 1: "unknown", 2: "met"}


class Conditions:
    """The conditions of a clause as they turn out for records; what is the same for several is worked out once.

    Args:
        clause: the clause.
        provisions: those of the document.
    """

    def __init__(self, clause: Clause, provisions: Mapping[str, Provision]) -> None:
        self.clause = clause
        self.criteria = [(c, required(c), c.words or provisions[c.provision].quote) for c in clause_criteria(clause)]
        self._paths = [(c.iri, (c.path, *(atom.other for atom in c.atoms if atom.other))) for c, _, _ in self.criteria]
        self._kept: dict[tuple[_Turn, ...], Told] = {}
        self._shapes: dict[tuple[int, ...], tuple[tuple[ConditionResult, ...], frozenset[str]]] = {}

    def results(self, outcome: Outcome, known: Mapping[str, Value | None]) -> Told:
        """Every criterion once, and the conditions that they make up.

        Args:
            outcome: what the engine found.
            known: what is known of facts.
        """
        truths, gaps, value_of = outcome.truths, outcome.gaps, known.get
        turns = tuple([(truths[iri], gaps.get(iri), tuple(map(value_of, paths))) for iri, paths in self._paths])
        found = self._kept.get(turns)
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[turns] = self._results(outcome, turns)
        return found

    def _results(self, outcome: Outcome, turns: Sequence[_Turn]) -> Told:
        results = {
            criterion.iri: _criterion_result(criterion, asked, quote, turn)
            for (criterion, asked, quote), turn in zip(self.criteria, turns, strict=True)
        }
        # From the truths of the criteria follow those of all conditions, and what is to blame.
        truths = tuple(truth for truth, _, _ in turns)
        shape = self._shapes.get(truths)
        if shape is None:
            conditions = condition_results(self.clause, outcome.truths, results)
            needless = _needless_of(conditions)
            self._shapes[truths] = conditions, needless
        else:
            conditions, needless = tuple([_filled(condition, results) for condition in shape[0]]), shape[1]
        return tuple([_needless(one) if iri in needless else one for iri, one in results.items()]), conditions


def _criterion_result(criterion: Criterion, asked: str, quote: str, turn: _Turn) -> CriterionResult:
    truth, gap, (value, *others) = turn
    actual = None if value is None else plain(value)
    if others:
        other = None if others[0] is None else plain(others[0])
        actual = None if actual is None and other is None and len(others) == 1 else f"{actual or '?'} / {other or '?'}"
    return CriterionResult(criterion, TRUTHS[truth], asked, actual, quote, gap)


def _filled(shape: ConditionResult, results: Mapping[str, CriterionResult]) -> ConditionResult:
    """A condition of another record that turned out the same, with the results of this one."""
    if shape.result is None:
        children = tuple([_filled(child, results) for child in shape.children])
        return ConditionResult(shape.op, shape.truth, children, None, shape.label, shape.is_blamed)
    result = results[shape.result.criterion.iri]
    if not shape.result.is_needed:
        result = _needless(result)
    return ConditionResult("leaf", shape.truth, (), result, shape.label, shape.is_blamed)


def condition_results(
    clause: Clause, truths: Mapping[str, int], criteria: Mapping[str, CriterionResult]
) -> tuple[ConditionResult, ...]:
    """The condition of a clause, and those of its options as alternatives.

    Args:
        clause: the clause.
        truths: the truth that the engine found for each criterion, and for each condition of several parts.
        criteria: the results of the criteria, by their IRI.
    """
    found = [] if clause.root is None else [_result(clause.root, truths, criteria)]
    options = [option for option in clause.options if option.condition is not None]
    if options and len(options) == len(clause.options):
        parts = tuple(
            replace(_result(option.condition, truths, criteria), label=option.label)
            for option in options
            if option.condition is not None
        )
        # The engine keeps no node over the options; one that holds is enough for the clause.
        best: Truth = next((truth for truth in ("met", "unknown") if any(p.truth == truth for p in parts)), "unmet")
        found.append(ConditionResult("or", best, parts))
    return tuple(_blamed(result, asked="met", live=True) for result in found)


def _result(node: Node, truths: Mapping[str, int], criteria: Mapping[str, CriterionResult]) -> ConditionResult:
    if node.criterion is not None:
        result = criteria[node.criterion.iri]
        return ConditionResult("leaf", result.truth, result=result)
    children = tuple(_result(child, truths, criteria) for child in node.children)
    if node.iri in truths:
        return ConditionResult(node.op, TRUTHS[truths[node.iri]], children)
    # A condition of one part is as true as that part; one of none always holds.
    return ConditionResult(node.op, children[0].truth if children else "met", children)


def _blamed(result: ConditionResult, *, asked: Truth, live: bool) -> ConditionResult:
    """The same condition with what is to blame marked.

    Args:
        result: the condition.
        asked: what it is asked to be: met, or unmet under a negation.
        live: whether what it turned out to be matters, since no alternative beside it is as asked.
    """
    as_asked = result.truth == asked
    # Of an OR one part is enough; of a negated AND it is enough that one part is not met.
    one_is_enough = result.op == ("or" if asked == "met" else "and")
    below = live and not (one_is_enough and as_asked)
    turned: Truth = asked if result.op != "not" else "unmet" if asked == "met" else "met"
    children = tuple(_blamed(child, asked=turned, live=below) for child in result.children)
    criterion = result.result
    if criterion is not None and criterion.truth != "met":
        matters = live and not as_asked
        criterion = replace(criterion, is_needed=matters)
    return replace(result, children=children, result=criterion, is_blamed=live and not as_asked)


def _needless_of(conditions: Sequence[ConditionResult]) -> frozenset[str]:
    """The criteria that none of the places they stand in needs."""
    needed: dict[str, bool] = {}
    for condition in conditions:
        for leaf in condition.leaves():
            if leaf.result is not None:
                name = leaf.result.criterion.iri
                needed[name] = needed.get(name, False) or leaf.result.is_needed
    return frozenset(name for name, is_needed in needed.items() if not is_needed)


def _needless(one: CriterionResult) -> CriterionResult:
    """The same result where it takes nothing away."""
    return CriterionResult(one.criterion, one.truth, one.required, one.actual, one.quote, one.gap, False)
