"""Amounts over columns: what a clause comes to over the options that are not ruled out.

The same steps as the query decide-50, over nullable columns: a missing upper end is null.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce

import ibis
import ibis.expr.types as ir

from ...errors import KnowledgeError
from ...model import Clause
from .intervals import ZERO, Interval
from .numbers import Number, alike, compare, greatest, least, pick, total, where
from .truth import Truth, all_of, any_of, both, certain, choose, column, possible, reverse, unknown

__all__ = ["Outcome", "clause_outcome"]


@dataclass(frozen=True)
class Outcome:
    """What a clause comes to: whether it applies, its status, and its interval before rounding.

    `status` is met (eligible), unknown (undetermined) or unmet. `sure` is the least where the clause applies for
    certain (else it is zero); `high` the most where it is not unmet, null where there is no upper end. `exact` is set
    where the two are equal in every eligible row. `blurred` tells where the amount is in doubt, `matters` of each
    option where its condition can change what is had, `counts` where its amount can.
    """

    applies: Truth
    status: Truth
    sure: Number | None = None
    high: Number | None = None
    endless: Truth = False
    exact: bool = False
    blurred: Truth = False
    matters: tuple[Truth, ...] = ()
    counts: tuple[Truth, ...] = ()


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
    matters, counts = _matters(clause, whens, intervals, outcome.blurred)
    return replace(outcome, matters=matters, counts=counts)


def _matters(
    clause: Clause, whens: Sequence[Truth], intervals: Sequence[Interval], blurred: Truth
) -> tuple[tuple[Truth, ...], tuple[Truth, ...]]:
    """Where the condition of each option, and its amount, can change what is had; as in the query decide-70."""
    # Also where the clause may not apply, an input of its amount is missing.
    firm = [both(certain(when), reverse(i.lacking)) for when, i in zip(whens, intervals, strict=True)]
    others = [both(possible(when), reverse(f)) for when, f in zip(whens, firm, strict=True)]
    surely = [certain(when) for when in whens]
    # What holds gives its least, also where it is not known how much more.
    held = [(sure, i.at_least) for sure, i in zip(surely, intervals, strict=True)]
    ends = [(sure, i.end_at_least) for sure, i in zip(surely, intervals, strict=True)]
    highs = [(f, i.high) for f, i in zip(firm, intervals, strict=True) if i.high is not None]
    least_had, most_had = (
        ZERO if is_added or found is None else found.coalesce(ZERO)
        for pairs, is_added in (
            (held, clause.combination == "sum"),
            ([*ends, *highs], clause.combination in ("sum", "unsettled")),
        )
        for found in [_extreme(greatest, pairs)]
    )
    had_endless = any_of(both(f, i.endless) for f, i in zip(firm, intervals, strict=True))
    is_certain = any_of(surely)
    # Where the text does not say whether options add up, one more leaves it open, unless two hold already.
    two = any_of(both(one, any_of(surely[:place])) for place, one in enumerate(surely))
    doubles = both(clause.combination == "unsettled", reverse(two))
    # Where none holds for certain, whether the clause applies hangs on each, unless one of them always holds.
    is_narrowed = clause.exhaustive and clause.combination != "unsettled"
    lacking = any_of(both(possible(when), i.lacking) for when, i in zip(whens, intervals, strict=True))
    hangs = both(reverse(is_certain), any_of((blurred, lacking)) if is_narrowed else True)
    matters, counts = [], []
    for when, other, interval in zip(whens, others, intervals, strict=True):
        rises = interval.exact and interval.lacking is not False
        raises = any_of(
            (
                both(rises, interval.endless),
                _compare(interval.high if rises else interval.low, least_had, ">"),
                both(reverse(had_endless), any_of((interval.endless, _compare(interval.high, most_had, ">")))),
            )
        )
        changes = both(other, any_of((both(is_certain, raises), hangs)))
        matters.append(both(unknown(when), any_of((changes, both(other, doubles)))))
        counts.append(both(interval.lacking, changes))
    return tuple(matters), tuple(counts)


def _single(clause: Clause, when: Truth, interval: Interval, applies: Truth) -> Outcome:
    low, blurred = interval.low, _open(when, interval)
    if clause.combination == "sum":
        low, blurred = pick(certain(when), low, ZERO), _raised([when], [interval], ZERO, ZERO)
    return Outcome(applies, _settle(applies, blurred), low, interval.high, interval.endless, interval.exact, blurred)


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
    return Outcome(applies, _settle(applies, sure != most), low, high, False, exact=True, blurred=sure != most)


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
    return Outcome(applies, status, low or ZERO, high, True if high is None else endless, exact, blurred)


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
    return Outcome(applies, status, low, high, True if high is None else endless, exact, blurred)


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
