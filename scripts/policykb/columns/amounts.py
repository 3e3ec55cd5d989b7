"""Amounts over columns: the interval of each option, and of a clause over the options that are not ruled out.

The same steps as the queries decide-40 and decide-50, over nullable columns: a missing upper end is null. Amounts are
never negative, because a condition on the base rules that out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

import ibis
import ibis.expr.types as ir

from ..errors import KnowledgeError
from ..model import Clause, Option
from .facts import Facts
from .numbers import Number, alike, compare, constant, greatest, least, pick, quotient, total, where
from .truth import Truth, all_of, any_of, both, certain, choose, column, possible, reverse

__all__ = ["ZERO", "Interval", "Outcome", "clause_outcome", "option_interval"]

ZERO = constant(Decimal(0))


@dataclass(frozen=True)
class Interval:
    """What an option gives: from `low` to `high`, without upper end where `endless`.

    `open` tells where an input of the amount is missing, `inputs` are the facts it rests on. `exact` is set where low
    and high are the same number in every row in which nothing is open.
    """

    low: Number
    high: Number | None
    endless: Truth
    open: Truth
    inputs: tuple[str, ...] = ()
    exact: bool = False

    @property
    def can_rise(self) -> bool:
        """Whether the least may turn out as much as the most, once nothing is open any more."""
        return self.exact and self.open is not False


@dataclass(frozen=True)
class Outcome:
    """What a clause comes to: whether it applies, its status, and its interval before rounding.

    `status` is met (eligible), unknown (undetermined) or unmet. `sure` is the least where the clause applies for
    certain (else it is zero); `high` the most where it is not unmet, null where there is no upper end. `exact` is set
    where the two are equal in every eligible row.
    """

    applies: Truth
    status: Truth
    sure: Number | None = None
    high: Number | None = None
    endless: Truth = False
    exact: bool = False


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
    if option.bands:
        return _marginal(option, facts, known)
    return _rate(option, facts, known)


def _floor(option: Option, facts: Facts) -> Interval:
    floor = constant(option.floor or Decimal(0))
    agreed = facts.number(option.agreed) if option.agreed else None
    if agreed is None:
        return Interval(floor, None, True, False)
    is_held = certain(compare(agreed, ">=", floor))
    return Interval(pick(is_held, agreed, floor), where(is_held, agreed), reverse(is_held), False)


def _rate(option: Option, facts: Facts, known: frozenset[str]) -> Interval:
    assert option.rate is not None and option.base is not None
    inputs = tuple(name for name in (option.base, option.multiplier, option.divisor) if name)
    reach_base = facts.reach(option.base)
    factors = [facts.number(name) if name else None for name in (option.multiplier, option.divisor)]
    is_open: Truth = any_of(facts.missing(name) for name in inputs)
    if set(inputs) <= known:
        is_open = False
    lacks_factor = any(
        name and number is None for name, number in zip((option.multiplier, option.divisor), factors, strict=True)
    )
    reach: Number | None = None
    if reach_base is not None and not lacks_factor:
        reach = reach_base.times(constant(option.rate))
        if factors[0] is not None:
            reach = reach.times(factors[0])
        if factors[1] is not None:
            reach = quotient(reach, factors[1])
    high = reach
    endless: Truth = True if reach is None else reach.column().isnull()
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
    return Interval(low, high, endless, is_open, inputs, exact=option.kind == "exact")


def _marginal(option: Option, facts: Facts, known: frozenset[str]) -> Interval:
    assert option.base is not None
    base = facts.reach(option.base)
    if base is None:
        return Interval(ZERO, None, True, True, (option.base,))
    parts = []
    for band in option.bands:
        assert band.rate is not None
        lower, upper = band.part()
        top = base if upper is None else least(base, constant(upper))
        part = greatest(top.minus(constant(lower)), ZERO)
        parts.append(part.times(constant(band.rate)))
    amount = total(parts)
    endless: Truth = base.column().isnull()
    is_open: Truth = False if option.base in known else facts.missing(option.base)
    return Interval(
        pick(is_open, ZERO, amount), where(reverse(endless), amount), endless, is_open, (option.base,), exact=True
    )


def clause_outcome(clause: Clause, root: Truth, whens: Sequence[Truth], intervals: Sequence[Interval]) -> Outcome:
    """What a clause comes to.

    Args:
        clause: the clause.
        root: the truth of its eligibility condition.
        whens: the truth of each option's condition.
        intervals: what each option gives.
    """
    if not clause.options:
        return Outcome(root, root)
    # Where one option always holds, it is enough that one is not ruled out.
    applies = both(root, any_of(possible(when) for when in whens) if clause.exhaustive else any_of(whens))
    if clause.combination not in ("exclusive", "highest", "unsettled", "sum"):
        raise KnowledgeError("combination-undecided", resource=clause.id, combination=clause.combination)
    if len(intervals) == 1:
        outcome = _single(clause, whens[0], intervals[0], applies)
    elif clause.combination in ("unsettled", "sum"):
        outcome = _summed(clause, whens, intervals, applies)
    elif all(interval.exact and interval.low.constant is not None for interval in intervals):
        outcome = _tiers(whens, intervals, applies)
    else:
        outcome = _chosen(whens, intervals, applies)
    return outcome


def _single(clause: Clause, when: Truth, interval: Interval, applies: Truth) -> Outcome:
    low, blurred = interval.low, _open(when, interval)
    if clause.combination == "sum":
        low, blurred = pick(certain(when), low, ZERO), _raised([when], [interval], ZERO, ZERO)
    return Outcome(applies, _settle(applies, blurred), low, interval.high, interval.endless, interval.exact)


def _open(when: Truth, interval: Interval) -> Truth:
    """Where an option that is not ruled out lacks an input of its amount."""
    return False if interval.open is False else both(possible(when), interval.open)


def _tiers(whens: Sequence[Truth], intervals: Sequence[Interval], applies: Truth) -> Outcome:
    """Fixed sums of which one holds: settled exactly where the least and the most are the same."""
    order = sorted(range(len(whens)), key=lambda n: intervals[n].low.constant or Decimal(0))
    shown, top, scale = alike([intervals[n].low for n in order])
    maybe, surely = [possible(whens[n]) for n in order], [certain(whens[n]) for n in order]
    none = ibis.literal(None, shown[0].type())
    most = _first(list(zip(maybe[::-1], shown[::-1], strict=True)), none)
    least_of_all = _first(list(zip(maybe, shown, strict=True)), none)
    sure = _first(list(zip(surely[::-1], shown[::-1], strict=True)), least_of_all)
    low, high = Number(sure, top, scale), Number(most, top, scale)
    return Outcome(applies, _settle(applies, sure != most), low, high, False, exact=True)


def _first(pairs: list[tuple[Truth, ir.Value]], otherwise: ir.Value) -> ir.Value:
    """The value of the first pair whose condition holds."""
    found: list[tuple[ir.BooleanValue, ir.Value]] = []
    for condition, value in pairs:
        if condition is True:
            otherwise = value
            break
        if condition is not False:
            found.append((column(condition), value))
    return ibis.cases(*found, else_=otherwise) if found else otherwise


def _chosen(whens: Sequence[Truth], intervals: Sequence[Interval], applies: Truth) -> Outcome:
    """One option of several holds, each with an interval of its own."""
    maybe = [possible(when) for when in whens]
    endless_of = [both(m, i.endless) for m, i in zip(maybe, intervals, strict=True)]
    endless = any_of(endless_of)
    surely = _extreme(greatest, [(certain(w), i.low) for w, i in zip(whens, intervals, strict=True)])
    least_low = _extreme(least, [(m, i.low) for m, i in zip(maybe, intervals, strict=True)])
    most_low = _extreme(greatest, [(m, i.low) for m, i in zip(maybe, intervals, strict=True)])
    highs = [i.high for i in intervals]
    most = _extreme(greatest, [(m, h) for m, h in zip(maybe, highs, strict=True) if h is not None])
    least_high = _extreme(least, [(m, h) for m, h in zip(maybe, highs, strict=True) if h is not None])
    count = reduce(lambda a, b: a + b, [column(m).cast("int8") for m in maybe])
    endless_count = reduce(lambda a, b: a + b, [column(e).cast("int8") for e in endless_of])
    differ = any_of(
        (_compare(least_low, most_low, "!="), choose(endless, endless_count != count, _compare(most, least_high, "!=")))
    )
    is_open = any_of(_open(w, i) for w, i in zip(whens, intervals, strict=True))
    firm = _firm(whens, intervals)
    had = [
        _extreme(greatest, [(f, n) for f, n in zip(firm, ends, strict=True) if n is not None])
        for ends in ([i.low for i in intervals], highs)
    ]
    raised = _raised(whens, intervals, *had)
    unsettled = any_of((is_open, both(certain(count > 1), certain(differ))))
    # What holds and is known decides, unless one of the others can give more.
    blurred = choose(any_of(firm), column(raised), column(unsettled))
    low = least_low if surely is None else surely if least_low is None else surely.coalesce(least_low)
    high = None if most is None else where(reverse(endless), most)
    status = _settle(applies, blurred)
    exact = all(interval.exact for interval in intervals)
    return Outcome(applies, status, low or ZERO, high, True if high is None else endless, exact)


def _summed(clause: Clause, whens: Sequence[Truth], intervals: Sequence[Interval], applies: Truth) -> Outcome:
    """Options that add up, or of which the text does not say whether they do."""
    maybe = [possible(when) for when in whens]
    endless = any_of(both(m, i.endless) for m, i in zip(maybe, intervals, strict=True))
    parts = [pick(m, i.high, ZERO) for m, i in zip(maybe, intervals, strict=True) if i.high is not None]
    most = total(parts) if parts else None
    if clause.combination == "sum":
        blurred = _raised(whens, intervals, ZERO, ZERO)
        low = total([pick(certain(w), i.low, ZERO) for w, i in zip(whens, intervals, strict=True)])
    else:
        count = reduce(lambda a, b: a + b, [column(m).cast("int8") for m in maybe])
        blurred = any_of((count > 1, *(_open(w, i) for w, i in zip(whens, intervals, strict=True))))
        surely = _extreme(greatest, [(certain(w), i.low) for w, i in zip(whens, intervals, strict=True)])
        least_low = _extreme(least, [(m, i.low) for m, i in zip(maybe, intervals, strict=True)])
        low = (least_low if surely is None else surely if least_low is None else surely.coalesce(least_low)) or ZERO
    high = None if most is None else where(reverse(endless), most)
    status = _settle(applies, blurred)
    exact = all(interval.exact for interval in intervals)
    return Outcome(applies, status, low, high, True if high is None else endless, exact)


def _settle(applies: Truth, doubtful: Truth) -> Truth:
    """Unknown where the amount is in doubt, although the clause applies."""
    if doubtful is False or applies is False:
        return applies
    if doubtful is True:
        return (
            choose(applies, ibis.literal(None, "boolean"), column(applies)) if isinstance(applies, ir.Value) else None
        )
    return column(all_of((applies, doubtful.ifelse(ibis.literal(None, "boolean"), ibis.literal(True)))))  # type: ignore[union-attr]


def _extreme(choice: Callable[[Number, Number], Number], pairs: list[tuple[Truth, Number]]) -> Number | None:
    """The least or greatest number among those whose condition holds; null where none does."""
    found: Number | None = None
    for condition, number in pairs:
        if condition is False:
            continue
        shown = where(condition, number)
        found = shown if found is None else choice(found, shown)
    return found


def _firm(whens: Sequence[Truth], intervals: Sequence[Interval]) -> list[Truth]:
    """Which options hold for certain and lack no input of their amount."""
    return [both(certain(when), reverse(i.open)) for when, i in zip(whens, intervals, strict=True)]


def _raised(
    whens: Sequence[Truth], intervals: Sequence[Interval], least_had: Number | None, most_had: Number | None
) -> Truth:
    """Whether an option that is not firm can give more than what is had anyway, at the least or at the most."""
    firm = _firm(whens, intervals)
    others = [both(possible(when), reverse(f)) for when, f in zip(whens, firm, strict=True)]
    lows = [i.high if i.can_rise else i.low for i in intervals]
    least_other, most_other = (
        _extreme(greatest, [(o, n) for o, n in zip(others, ends, strict=True) if n is not None])
        for ends in (lows, [i.high for i in intervals])
    )
    rising = any_of(both(o, i.endless) for o, i in zip(others, intervals, strict=True) if i.can_rise)
    endless = any_of(both(o, i.endless) for o, i in zip(others, intervals, strict=True))
    firm_endless = any_of(both(f, i.endless) for f, i in zip(firm, intervals, strict=True))
    higher = both(reverse(firm_endless), any_of((endless, _compare(most_other, most_had, ">"))))
    return any_of((rising, _compare(least_other, least_had, ">"), higher))


def _compare(one: Number | None, other: Number | None, sign: str) -> Truth:
    if one is None or other is None:
        return False
    return certain(compare(one, sign, other))
