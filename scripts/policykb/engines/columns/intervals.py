"""Amounts over columns: the interval of each option, from the least to the most.

The same steps as the queries decide-40 to decide-42, over nullable columns: a missing upper end is null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import ibis.expr.types as ir

from ...expression import BETWEEN, FALLING, Expression
from ...model import Option
from .facts import Facts
from .numbers import Number, compare, constant, greatest, least, pick, quotient, where
from .truth import Truth, all_of, any_of, both, certain, reverse

__all__ = ["OPERATORS", "ZERO", "Interval", "between", "least_of", "most", "option_interval"]

ZERO = constant(Decimal(0))


@dataclass(frozen=True)
class Interval:
    """What an option gives: from `low` to `high`, without upper end where `endless`.

    `lacking` tells where an input of the amount is missing and can change it, `open` the same where the clause applies
    for certain; `inputs` are the facts it rests on, each with whether it can still
    change it while it is missing. `exact` is set where low and high are the same number in every row
    in which nothing is open. `at_least` is the least also where an input is missing because the clause may not apply,
    `end_at_least` the same of the upper end.
    """

    low: Number
    high: Number | None
    endless: Truth
    open: Truth
    inputs: tuple[tuple[str, Truth], ...] = ()
    exact: bool = False
    lacking: Truth = False
    at_least: Number = ZERO
    end_at_least: Number = ZERO

    @property
    def can_rise(self) -> bool:
        """Whether the least may turn out as much as the most, once nothing is open any more."""
        return self.exact and self.open is not False


def option_interval(option: Option, facts: Facts, known: frozenset[str]) -> Interval:
    """The interval of one option, where it is not ruled out.

    Args:
        option: the amount rule.
        facts: the columns.
        known: facts that are certainly known wherever the clause applies for certain.
    """
    if option.value is not None:
        value = constant(option.value)
        ceiling = option.kind == "ceiling"
        low = ZERO if ceiling else value
        return Interval(low, value, False, False, exact=not ceiling, at_least=low)
    if option.floor is not None:
        return _floor(option, facts)
    return _worked(option, facts, known)


def _floor(option: Option, facts: Facts) -> Interval:
    floor = constant(option.floor or Decimal(0))
    agreed = facts.number(option.agreed) if option.agreed else None
    if agreed is None:
        return Interval(floor, None, True, False, at_least=floor)
    is_held = certain(compare(agreed, ">=", floor))
    low = pick(is_held, agreed, floor)
    return Interval(low, where(is_held, agreed), reverse(is_held), False, at_least=low)


def _worked(option: Option, facts: Facts, known: frozenset[str]) -> Interval:
    """What an expression comes to; where nothing is missing its two ends are one column."""
    top = option.expression
    assert top is not None
    named = top.facts()
    high = most(top, facts)
    endless: Truth = True if high is None else False if _has_end(top) or high.is_sure else high.column().isnull()
    lacking: Truth = any_of(facts.missing(name) for name in named)
    least_: Number | None = None
    if lacking is not False:
        if _vanishes(top):
            # Where nothing can be had at all, what is missing does not matter.
            settled = False if high is None else certain(compare(high, "==", ZERO))
        else:
            least_ = least_of(top, facts)
            settled = False if high is None else certain(compare(high, "==", least_))
        lacking = both(lacking, reverse(settled))
    is_open = False if set(named) <= known else lacking
    exact = option.kind != "ceiling"
    end = least_ if least_ is not None else ZERO if high is None else pick(lacking, ZERO, high)
    at_least = end if exact else ZERO
    low = high if exact and is_open is False and high is not None else at_least
    turning = _turning(top, facts)
    return Interval(
        low, high, endless, is_open, turning, exact=exact, lacking=lacking, at_least=at_least, end_at_least=end
    )


def _turning(top: Expression, facts: Facts) -> tuple[tuple[str, Truth], ...]:
    """The facts of an open amount, each with whether it can change it: not where a part that it is in is settled."""
    ways = top.ways()
    if len(ways) < 2:
        return tuple((name, True) for name in ways)
    nodes = {node.iri: node for found in ways.values() for way in found for node in way}
    is_open = {iri: reverse(_is_settled(node, facts)) for iri, node in nodes.items()}
    return tuple(
        (name, any_of(all_of(is_open[node.iri] for node in way) for way in found)) for name, found in ways.items()
    )


def _is_settled(node: Expression, facts: Facts) -> Truth:
    if node.fact is not None and facts.upper(node.fact) is None:
        return False  # It is asked for where it is missing, and nothing bounds it then.
    high = most(node, facts)
    return False if high is None else certain(compare(high, "==", least_of(node, facts)))


def _has_end(node: Expression) -> bool:
    """Whether a number has an upper end whatever its facts are."""
    if node.op == "least":
        return any(map(_has_end, node.operands))
    if node.op in FALLING:
        return _has_end(node.operands[0]) and (node.op == "excess" or node.operands[1].number is not None)
    return node.number is not None or (bool(node.operands) and all(map(_has_end, node.operands)))


def _vanishes(node: Expression) -> bool:
    """Whether a number is nothing at the least wherever one of its facts is missing."""
    if node.fact is not None:
        return True
    if node.op == "greatest" or (node.op in FALLING and node.operands[1].operands):
        return False
    if node.op == "sum" and len({operand.facts() for operand in node.operands}) > 1:
        return False
    return all(_vanishes(operand) for operand in node.operands if operand.number is None)


def most(node: Expression, facts: Facts, *, signed: bool = False) -> Number | None:
    """What a number comes to, or at the most; null, or None, where it has no end.

    Args:
        node: the number.
        facts: the columns.
        signed: what a fact has below zero counts as it stands.
    """
    if node.number is not None:
        return constant(node.number)
    if node.fact is not None:
        found = facts.reach(node.fact)
        return found if signed else _positive(node.fact, found, facts)
    if node.op in BETWEEN:
        return between(node, facts)
    one, *others = node.operands
    found = most(one, facts, signed=signed)
    for by in others:
        end = least_of(by, facts) if node.op in FALLING else most(by, facts, signed=signed)
        found = OPERATORS[node.op](found, end)
    return found


def least_of(node: Expression, facts: Facts) -> Number:
    """What a number comes to at the least that is not below zero."""
    if node.number is not None:
        return constant(node.number)
    if node.fact is not None:
        known = _positive(node.fact, facts.number(node.fact), facts)
        return ZERO if known is None else known.coalesce(ZERO)
    one, *others = node.operands
    if node.op in BETWEEN:
        counted = between(node, facts)
        return ZERO if counted is None else counted.coalesce(ZERO)
    if node.op == "first":
        taken = most(node, facts, signed=True)
        return ZERO if taken is None else taken.coalesce(ZERO)
    found = least_of(one, facts)
    for by in others:
        if node.op in FALLING:
            # What there is no end to leaves nothing.
            end = most(by, facts)
            left = None if end is None else OPERATORS[node.op](found, end)
            found = ZERO if left is None else left.coalesce(ZERO)
        else:
            found = OPERATORS[node.op](found, least_of(by, facts)) or ZERO
    return found


def between(node: Expression, facts: Facts) -> Number | None:
    """What is counted from one day to another one; null, or None, where one is missing or the other comes first."""
    end, start = (facts.value(operand.fact or "") for operand in node.operands)
    if end is None or start is None:
        return None
    parts = ((day.year(), day.month(), day.day()) for day in (end, start))
    (y, m, d), (y_start, m_start, d_start) = (tuple(part.cast("int64") for part in day) for day in parts)
    if node.op == "calendarYears":
        count = y - y_start + 1
    elif node.op == "days":
        count = _ordinal(y, m, d) - _ordinal(y_start, m_start, d_start)
    elif node.op == "months":
        count = (y - y_start) * 12 + m - m_start - (d < d_start).cast("int64")
    else:
        count = y - y_start - (m * 100 + d < m_start * 100 + d_start).cast("int64")
    return where(end >= start, Number(count, _LONGEST, 0))


def _ordinal(year: ir.IntegerValue, month: ir.IntegerValue, day: ir.IntegerValue) -> ir.IntegerValue:
    """The number of a day, by the Julian day number of the Gregorian calendar; years begin with March."""
    is_early = (month < 3).cast("int64")
    years, months = year - is_early, month + 12 * is_early - 3
    return day + (153 * months + 2) // 5 + 365 * years + years // 4 - years // 100 + years // 400


_LONGEST = 9_999_999
"""More days than lie between any two of four-digit years."""


def _positive(fact: str, number: Number | None, facts: Facts) -> Number | None:
    """What of a fact is not below zero; null where it is null."""
    if number is None or facts.is_positive(fact):
        return number
    return where(number.column().notnull(), greatest(number, ZERO))


def _sum(one: Number | None, by: Number | None) -> Number | None:
    return None if one is None or by is None else one.plus(by)


def _excess(one: Number | None, by: Number | None) -> Number | None:
    if one is None or by is None:
        return one
    more = one.minus(by)
    return where(more.column().notnull(), greatest(more, ZERO))


def _product(one: Number | None, by: Number | None) -> Number | None:
    """The product; where one is nothing, what the other may be does not matter."""
    if any(number is not None and number.constant == 0 for number in (one, by)):
        return ZERO
    found = None if one is None or by is None else one.times(by)
    doubtful = [(a, b) for a, b in ((one, by), (by, one)) if a is not None and not (b is not None and b.is_sure)]
    return _but_nothing([number for number, _ in doubtful], found)


def _quotient(one: Number | None, by: Number | None) -> Number | None:
    found = None if one is None or by is None else quotient(one, by)
    return _but_nothing([] if one is None or (by is not None and by.constant) else [one], found)


def _steps(one: Number | None, by: Number | None) -> Number | None:
    found = _quotient(one, by)
    return None if found is None else found.whole()


def _but_nothing(numbers: list[Number], found: Number | None) -> Number | None:
    """A number, but zero where one of these is zero."""
    nothing = any_of(certain(compare(number, "==", ZERO)) for number in numbers)
    if nothing is False:
        return found
    return where(nothing, ZERO) if found is None else pick(nothing, ZERO, found)


def _lesser(one: Number | None, by: Number | None) -> Number | None:
    if one is None or by is None:
        return one or by
    found = least(one, by)
    ends = [number.constant for number in (one, by) if number.constant is not None]
    return found.below(ends[0]) if ends else found


def _greater(one: Number | None, by: Number | None) -> Number | None:
    if one is None or by is None:
        return None
    sure = [number.column().notnull() for number in (one, by) if not number.is_sure]
    return where(all_of(sure) if sure else True, greatest(one, by))


def _difference(one: Number | None, by: Number | None) -> Number | None:
    return None if one is None or by is None else one.minus(by)


def _first(one: Number | None, by: Number | None) -> Number | None:
    return one or by if one is None or by is None else one.coalesce(by)


OPERATORS: Mapping[str, Callable[[Number | None, Number | None], Number | None]] = {
    "sum": _sum,
    "excess": _excess,
    "product": _product,
    "quotient": _quotient,
    "steps": _steps,
    "least": _lesser,
    "greatest": _greater,
    "difference": _difference,
    "first": _first,
}
"""What each operator makes of the ends of two operands; null, or None, where one of them has no upper end."""
