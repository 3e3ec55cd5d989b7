"""Find amounts that are named wider than they can be while what they rest on is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from ..expression import Expression
from ..model import Atom, Clause, Node
from ..wording.catalogue import worded
from .finding import Citation, Finding

__all__ = ["too_wide"]


def too_wide(clause: Clause) -> Iterator[Finding]:
    """An amount whose base its own condition bounds: while the base is missing, more is named than could be had."""
    for option in clause.options:
        for atom in _conjuncts(clause.root, option.condition):
            if option.expression is None or atom.path not in option.expression.facts() or atom.op not in ("le", "lt"):
                continue
            bound = Decimal(str(atom.values[0]))
            if _most(option.expression, {atom.path: bound}) != _most(option.expression, {}):
                what = worded("proof-wide", option=option.label, bound=str(bound))
                yield Finding(
                    "opposed", True, clause.id, what, (option.iri,), (Citation(option.provision, option.words),)
                )
                break


def _conjuncts(*trees: Node | None) -> Iterator[Atom]:
    """The comparisons that hold wherever all of some conditions do."""
    for tree in trees:
        if tree is not None and tree.criterion is not None:
            yield from tree.criterion.atoms
        elif tree is not None and tree.op == "and":
            yield from _conjuncts(*tree.children)


def _most(expression: Expression, bounds: Mapping[str, Decimal]) -> Decimal | None:
    """What an expression may come to at the most, where some of its facts have an upper end."""
    ends = {name: (Decimal(0), bounds.get(name)) for name in expression.facts()}
    return expression.ends(ends)[1]
