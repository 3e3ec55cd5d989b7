"""Find amounts that are named wider than they can be while what they rest on is missing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..catalogue import worded
from ..model import Atom, Clause, Node, Option
from .finding import Citation, Finding

__all__ = ["too_wide"]


def too_wide(clause: Clause) -> Iterator[Finding]:
    """An amount whose base its own condition bounds: while the base is missing, more is named than could be had."""
    for option in clause.options:
        for atom in _conjuncts(clause.root, option.condition):
            if atom.path != option.base or atom.op not in ("le", "lt"):
                continue
            bound = Decimal(str(atom.values[0]))
            if option.multiplier or option.divisor or option.cap is None or _at(option, bound) < option.cap:
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


def _at(option: Option, base: Decimal) -> Decimal:
    """What a rate comes to for a base, before factors and cap."""
    parts = ((base if end is None else min(base, end), low, rate) for low, end, rate in option.parts())
    return sum((max(top - low, Decimal(0)) * rate for top, low, rate in parts), Decimal(0))
