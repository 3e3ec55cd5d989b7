"""Derived facts over columns: what an expression comes to where it is known, and what bounds it where it is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import ibis
import ibis.expr.types as ir

from ...expression import BETWEEN, FALLING, Expression
from ...law.derivations import Derived
from .facts import DERIVED, UPPER, WINDOW, Facts, as_of_number
from .intervals import OPERATORS, between, least_of, most
from .numbers import Number, compare, constant, where
from .truth import certain

__all__ = ["add_derived"]


def add_derived(facts: Facts, period: ir.Value, day: date | None) -> Facts:
    """The same facts with the derived ones as further columns.

    Args:
        facts: the stated facts, which know what is derived.
        period: the period of each record.
        day: the as-of day for all; each record's own period end if None.
    """
    columns: dict[str, ir.Value] = {}
    places, tops = dict(facts.places), dict(facts.tops)
    worked = _Worked(facts, as_of_number(period, day))
    for derived in facts.derived.values():
        for name, found in (
            (DERIVED + derived.id, worked.known(derived.expression)),
            (UPPER + derived.id, worked.upper(derived)),
        ):
            if found is not None:
                key = name.removeprefix(DERIVED)
                places[key], tops[key] = found.scale, found.top
                columns[name] = found.column()
        for node in derived.expression.nodes():
            if node.op == "once" and (over := worked.is_over(node.operands[1])) is not None:
                columns[WINDOW + derived.id] = over == ibis.literal(False)
    table = facts.table.mutate(**columns) if columns else facts.table
    return replace(facts, table=table, places=places, tops=tops)


@dataclass(frozen=True)
class _Worked:
    """Works expressions out over the stated facts, as of a day."""

    facts: Facts
    as_of: ir.IntegerValue | int

    def known(self, node: Expression) -> Number | None:
        """What a number is where it is known; None where it never is."""
        if node.number is not None:
            return constant(node.number)
        if node.fact is not None:
            return self.facts.number(node.fact)
        if node.op == "once":
            running, over = self.known(node.operands[0]), self.is_over(node.operands[1])
            return None if running is None or over is None else where(over, running)
        if node.op not in ("sum", "difference", "first", *BETWEEN) and (
            node.op == "least" or node.operands[1].number is None
        ):
            # Known is what is the same at the least and at the most.
            high = most(node, self.facts, signed=True)
            return None if high is None else where(certain(compare(high, "==", least_of(node, self.facts))), high)
        if node.op in BETWEEN:
            return between(node, self.facts)
        found, *others = (self.known(operand) for operand in node.operands)
        for other in others:
            found = OPERATORS[node.op](found, other)
        return found

    def upper(self, derived: Derived) -> Number | None:
        """What a derived fact may be at the most; None where it has no such end unless it is known."""
        nodes = derived.expression.nodes()
        if not any(node.op in {*FALLING, "least"} - {*BETWEEN} for node in nodes) or any(
            node.op == "once" for node in nodes
        ):
            return None
        return most(derived.expression, self.facts, signed=True)

    def is_over(self, end: Expression) -> ir.BooleanValue | None:
        """Whether a day has come, so many years after a date; null, or None, where the date is missing."""
        start, years = (operand for operand in end.operands)
        found = self.facts.value(start.fact or "")
        if found is None:
            return None
        # The same day so many years on, compared as a number, so that 29 February needs no calendar.
        year, month, day = (part.cast("int64") for part in (found.year(), found.month(), found.day()))
        return (year + int(years.number or 0)) * 10000 + month * 100 + day <= self.as_of
