"""Make a plain function of a data rule: what it asks of one value of a record."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from ..law.data_rules import FactRule
from ..model import Record, Value

__all__ = ["make_test"]


Test: TypeAlias = Callable[[Value, Record], str | None]


def make_test(rule: FactRule) -> Test:
    """What a rule asks of one value of a record: the constraint that is broken, or None.

    The common kinds of rules become functions without any branch that their rule does not need.
    """
    test = _value_test(rule)
    relation, other = rule.relation, rule.other
    if relation is not None:
        holds, component = relation.holds, relation.component
        if rule.is_bare:
            return lambda value, record: None if holds(value, record) else component
        return lambda value, record: test(value, record) or (None if holds(value, record) else component)
    if other is not None:
        name = "strict" if rule.strict else "other"

        def compare(value: Value, record: Record) -> str | None:
            broken = test(value, record)
            if broken is not None or other not in record.facts:
                return broken
            return None if rule.agrees(value, record.facts[other]) else name

        return compare
    return test


def _value_test(rule: FactRule) -> Test:
    kind, low, high, pattern = rule.kind, rule.low, rule.high, rule.pattern
    simple = rule.allowed is None and not rule.min_length
    if simple and kind is not None and low is None and high is None and pattern is None and kind is not Decimal:
        return lambda value, record: None if type(value) is kind else "datatype"
    if simple and pattern is not None and low is None and high is None and kind in (None, str):
        search = pattern.search
        return lambda value, record: None if type(value) is str and search(value) is not None else rule.breach(value)
    if simple and kind is Decimal and isinstance(low, Decimal) and isinstance(high, Decimal) and pattern is not None:
        search = pattern.search
        # Strictly between its bounds and well written is the ordinary case; whatever is not is looked at with care.
        return lambda value, record: (
            None
            if type(value) is Decimal and value.is_finite() and low < value < high and search(str(value))
            else rule.breach(value)
        )
    return lambda value, record: rule.breach(value)
