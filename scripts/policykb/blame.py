"""Which criteria are to blame where a clause is not had: those whose failing no other branch makes up for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from .model import Clause, Criterion, CriterionResult, Node

__all__ = ["blamed"]


def blamed(clause: Clause, results: Sequence[CriterionResult]) -> tuple[list[Criterion], list[Criterion]]:
    """The criteria to blame in the condition of a clause, and in the conditions of its options, each in their order.

    Args:
        clause: a clause that is not had.
        results: how its criteria turned out.
    """
    truths = {result.criterion.iri: result.truth for result in results}
    conditions = [option.condition for option in clause.options if option.condition is not None]
    own = _blame(clause.root, truths) if clause.root else []
    return own, _nearest(_blame(Node("", "or", tuple(conditions)), truths))


def _blame(node: Node, truths: Mapping[str, str]) -> list[Criterion]:
    if node.criterion is not None:
        return [node.criterion] if truths.get(node.criterion.iri) == "unmet" else []
    if node.op == "not":
        return list(node.leaves())
    found = [_blame(child, truths) for child in node.children]
    if node.op == "or" and not all(found):
        return []
    return [criterion for blamed in found for criterion in blamed]


def _nearest(failed: list[Criterion]) -> list[Criterion]:
    """Of several missed lower bounds of one fact the lowest, since it is the one nearest; all others as they are."""
    lower = [c for c in failed if c.atoms[0].op in ("ge", "gt")]
    lowest: dict[str, Criterion] = {}
    for criterion in lower:
        best = lowest.setdefault(criterion.path, criterion)
        if Decimal(str(criterion.atoms[0].values[0])) < Decimal(str(best.atoms[0].values[0])):
            lowest[criterion.path] = criterion
    return [c for c in failed if c not in lower or c is lowest[c.path]]
