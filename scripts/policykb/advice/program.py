"""The best lawful set of a tree of awards as an integer program, solved by HiGHS."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .awards import CHOICES, Award, End, Tree, come_to, members_of

__all__ = ["best_of"]


def best_of(tree: Tree, end: End, lacking: frozenset[Award] | None = None) -> frozenset[Award] | None:
    """The lawful set that comes to most; of equal ones that which has the first award where they differ.

    Args:
        tree: what binds the awards.
        end: which end of each award counts.
        lacking: the set has an award that this one lacks.

    Returns:
        The set; None where there is no such one.
    """
    awards = members_of(tree)
    if not _is_choice(tree):
        return frozenset(awards) if lacking is None else None
    program = _Program(tree, end)
    if lacking is not None:
        others = [program.has[award] for award in awards if award not in lacking]
        if not others:
            return None
        program.highs.addConstr(sum(others) >= 1)
    found = program.solved()
    if found is None:
        return None
    most = come_to(tree, found, end)
    for award in awards:
        # What has been settled so far stays; a solver alone would name any of several equal sets.
        forced = program.solved(award)
        if forced is not None and come_to(tree, forced, end) == most:
            found = forced
            program.highs.changeColBounds(program.has[award].index, 1, 1)
        else:
            program.highs.changeColBounds(program.has[award].index, 0, 0)
    return found


class _Program:
    """A variable for each award, 1 where it is had, and one for what each group comes to."""

    def __init__(self, tree: Tree, end: End) -> None:
        self.highs = _solver()
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.highs.setOptionValue("mip_abs_gap", 1e-6)
        self.awards, self.end = members_of(tree), end
        finite = [value for award in self.awards if (value := award.at(end)).is_finite()]
        # More than all that has an end, so that what has none comes first.
        self.endless = sum(finite, Decimal(1)) + sum(_caps(tree), Decimal(0))
        self.has = {award: self.highs.addBinary() for award in self.awards}
        self.goal = self._sum(tree)

    def _sum(self, tree: Tree) -> Any:
        if tree.award is not None:
            value = tree.award.at(self.end)
            return float(value if value.is_finite() else self.endless) * self.has[tree.award]
        if tree.group is not None and tree.group.combination in CHOICES:
            taken = []
            for part in tree.parts:
                taken.append(self.highs.addBinary())
                for award in members_of(part):
                    self.highs.addConstr(self.has[award] <= taken[-1])
            self.highs.addConstr(sum(taken) <= 1)
        total = sum((self._sum(part) for part in tree.parts), start=0.0 * next(iter(self.has.values())))
        if tree.cap is None:
            return total
        sum_ = self.highs.addVariable(0, float(tree.cap))
        self.highs.addConstr(sum_ <= total)
        return sum_

    def solved(self, with_: Award | None = None) -> frozenset[Award] | None:
        """The best set, with an award among it; None where there is none."""
        if with_ is not None:
            self.highs.changeColBounds(self.has[with_].index, 1, 1)
        self.highs.maximize(self.goal)
        if self.highs.getModelStatus().name != "kOptimal":
            return None
        values = self.highs.getSolution().col_value
        return frozenset(award for award, column in self.has.items() if values[column.index] > 0.5)


def _solver() -> Any:
    """HiGHS, which says nothing on standard output: it would greet there before it can be told not to."""
    import highspy

    class Silent(highspy.Highs):
        def enableCallbacks(self) -> None:
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return Silent()  # type: ignore[no-untyped-call]


def _is_choice(tree: Tree) -> bool:
    """Whether a set that lacks something can be as large as another; caps alone leave nothing out."""
    is_one = tree.group is not None and tree.group.combination in CHOICES and len(tree.parts) > 1
    return is_one or any(map(_is_choice, tree.parts))


def _caps(tree: Tree) -> list[Decimal]:
    return [*([] if tree.cap is None else [tree.cap]), *(cap for part in tree.parts for cap in _caps(part))]
