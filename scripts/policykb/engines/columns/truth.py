"""Three-valued truth over columns: a nullable boolean, or a constant where a whole column is known beforehand.

True is met, False unmet, null (or None) unknown. AND, OR and NOT over nullable booleans are the same as MIN, MAX and
2 - x over 2, 1 and 0, in every engine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, TypeAlias

import ibis
import ibis.expr.types as ir

__all__ = [
    "Truth",
    "all_of",
    "among",
    "any_of",
    "both",
    "certain",
    "choose",
    "column",
    "possible",
    "reverse",
    "unknown",
]

Truth: TypeAlias = ir.BooleanValue | bool | None
"""A nullable boolean column, or its constant value."""


def all_of(parts: Iterable[Truth]) -> Truth:
    """AND: unmet if one part is, else unknown if one part is, else met."""
    return _fold(parts, neutral=True)


def any_of(parts: Iterable[Truth]) -> Truth:
    """OR: met if one part is, else unknown if one part is, else unmet."""
    return _fold(parts, neutral=False)


def both(one: Truth, other: Truth) -> Truth:
    """AND of two."""
    return all_of((one, other))


def reverse(truth: Truth) -> Truth:
    """NOT: unknown stays unknown.

    Said as a comparison, since Ibis writes the test whether a negation is null without parentheses, and SQL then
    negates the test: NOT x IS NULL.
    """
    if isinstance(truth, ir.Value):
        return truth == ibis.literal(False)
    return None if truth is None else not truth


def possible(truth: Truth) -> Truth:
    """Whether it is not ruled out: met or unknown. Never null."""
    return truth.coalesce(True) if isinstance(truth, ir.Value) else truth is not False


def certain(truth: Truth) -> Truth:
    """Whether it is met. Never null."""
    return truth.coalesce(False) if isinstance(truth, ir.Value) else truth is True


def unknown(truth: Truth) -> Truth:
    """Whether it is unknown. Never null."""
    return truth.isnull() if isinstance(truth, ir.Value) else truth is None


def column(truth: Truth) -> ir.BooleanValue:
    """As an expression, whatever it is."""
    return truth if isinstance(truth, ir.Value) else ibis.literal(truth, "boolean")


def choose(condition: Truth, yes: Any, no: Any) -> Any:
    """`yes` where the condition is met, else `no` (also where it is unknown)."""
    if isinstance(condition, ir.Value):
        return condition.ifelse(yes, no)
    return yes if condition else no


def among(value: ir.Value, numbers: Collection[int]) -> ir.BooleanValue:
    """Whether a value is one of these numbers, none of which is below zero.

    Of none at all Ibis makes a constant for SQL, which it then cannot add up.
    """
    return value.isin([*numbers] or [-1])


def _fold(parts: Iterable[Truth], *, neutral: bool) -> Truth:
    found: list[ir.BooleanValue] = []
    open_part = False
    for part in parts:
        if isinstance(part, ir.Value):
            found.append(part)
        elif part is None:
            open_part = True
        elif part is not neutral:
            return not neutral
    if open_part:
        if not found:
            return None
        found.append(ibis.literal(None, "boolean"))
    if not found:
        return neutral
    result = found[0]
    for part in found[1:]:
        result = result & part if neutral else result | part
    return result
