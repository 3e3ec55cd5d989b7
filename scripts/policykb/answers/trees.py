"""The conditions of a clause as they turned out for one record: nested as they are written, each with its truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..model import Clause, ConditionResult, CriterionResult, Node, Truth

__all__ = ["TRUTHS", "condition_results", "with_needs"]

TRUTHS: dict[int, Truth] = {0: "unmet", 1: "unknown", 2: "met"}


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


def with_needs(
    criteria: tuple[CriterionResult, ...], conditions: tuple[ConditionResult, ...]
) -> tuple[CriterionResult, ...]:
    """The criteria of a clause, each marked as needed where any of the places it stands in needs it."""
    needed: dict[str, bool] = {}
    for condition in conditions:
        for leaf in condition.leaves():
            if leaf.result is not None:
                name = leaf.result.criterion.iri
                needed[name] = needed.get(name, False) or leaf.result.is_needed
    return tuple(replace(one, is_needed=needed.get(one.criterion.iri, True)) for one in criteria)
