"""Amounts over columns: the interval of each option, from the least to the most.

The same steps as the query decide-40, over nullable columns: a missing upper end is null. Amounts are never negative:
what of a base is below zero bears no rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..model import Option
from .facts import Facts
from .numbers import Number, compare, constant, greatest, least, pick, quotient, total, where
from .truth import Truth, any_of, both, certain, reverse

__all__ = ["ZERO", "Interval", "option_interval"]

ZERO = constant(Decimal(0))


@dataclass(frozen=True)
class Interval:
    """What an option gives: from `low` to `high`, without upper end where `endless`.

    `lacking` tells where an input of the amount is missing and can change it, `open` the same where the clause applies
    for certain; `inputs` are the facts it rests on. `exact` is set where low and high are the same number in every row
    in which nothing is open.
    """

    low: Number
    high: Number | None
    endless: Truth
    open: Truth
    inputs: tuple[str, ...] = ()
    exact: bool = False
    lacking: Truth = False

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
        return Interval(ZERO if ceiling else value, value, False, False, exact=not ceiling)
    if option.floor is not None:
        return _floor(option, facts)
    return _rated(option, facts, known)


def _floor(option: Option, facts: Facts) -> Interval:
    floor = constant(option.floor or Decimal(0))
    agreed = facts.number(option.agreed) if option.agreed else None
    if agreed is None:
        return Interval(floor, None, True, False)
    is_held = certain(compare(agreed, ">=", floor))
    return Interval(pick(is_held, agreed, floor), where(is_held, agreed), reverse(is_held), False)


def _rated(option: Option, facts: Facts, known: frozenset[str]) -> Interval:
    """A rate of a base, or of each part of it the rate of its band; then the factors, and the cap."""
    assert option.base is not None
    inputs = tuple(name for name in (option.base, option.multiplier, option.divisor) if name)
    factors = [facts.number(name) if name else None for name in (option.multiplier, option.divisor)]
    whole = _whole(option, facts)
    lacks_factor = any(
        name and number is None for name, number in zip((option.multiplier, option.divisor), factors, strict=True)
    )
    reach: Number | None = None
    if whole is not None and not lacks_factor:
        reach = whole
        if factors[0] is not None:
            reach = reach.times(factors[0])
        if factors[1] is not None:
            reach = quotient(reach, factors[1])
    lacking: Truth = any_of(facts.missing(name) for name in inputs)
    if lacking is not False:
        # Where one thing is zero, what is missing of the others does not matter.
        nothing = any_of(
            (option.cap == 0, *(certain(compare(n, "==", ZERO)) for n in (whole, factors[0]) if n is not None))
        )
        lacking = both(lacking, reverse(nothing))
        if nothing is not False:
            reach = where(nothing, ZERO) if reach is None else pick(nothing, ZERO, reach)
    is_open = False if set(inputs) <= known else lacking
    high = reach
    endless: Truth = True if reach is None else False if reach.is_sure else reach.column().isnull()
    if option.cap is not None:
        cap = constant(option.cap)
        high, endless = cap if reach is None else least(reach, cap), False
        if all(facts.is_positive(name) for name in inputs):
            high = high.below(option.cap)
    if option.kind == "ceiling" or high is None:
        low = ZERO
    elif is_open is False:
        low = high
    else:
        low = pick(is_open, ZERO, high)
    return Interval(low, high, endless, is_open, inputs, exact=option.kind != "ceiling", lacking=lacking)


def _whole(option: Option, facts: Facts) -> Number | None:
    """What the base comes to by its rates, or at the most; null, or None, where it has no end."""
    assert option.base is not None
    base = facts.reach(option.base)
    parts = option.parts()
    # Where the base can be whatever it likes, the parts may still have an end.
    has_end = all(upper is not None or not rate for _, upper, rate in parts)
    most = constant(sum(((upper - lower) * rate for lower, upper, rate in parts if upper is not None), Decimal(0)))
    if base is None:
        return most if has_end else None
    found = []
    for lower, upper, rate in parts:
        top = base if upper is None else where(base.column().notnull(), least(base, constant(upper)))
        part = top if not lower and facts.is_positive(option.base) else _above(top, lower)
        found.append(part.times(constant(rate)))
    reached = total(found)
    return reached.coalesce(most) if has_end else reached


def _above(number: Number, lower: Decimal) -> Number:
    """What of a number is above a bound: nothing where it is below, null where it is null."""
    more = number.minus(constant(lower)) if lower else number
    return where(more.column().notnull(), greatest(more, ZERO))
