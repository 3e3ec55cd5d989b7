"""What rules and records come to, by trying out every completion of what is missing. For tests alone.

Independent of the product: it knows no SHACL, no RDF, no three-valued logic. A fact that is missing is given every
value that could make a difference; the outcomes of all these completions are the answer. Rules come in the plain form
of `generated_rules`, in which no two criteria of a clause speak about the same fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from math import prod
from typing import Any

from generated_rules import DIFFERENCES, ClauseSpec, Leaf, OptionSpec, Tree

__all__ = ["HUGE", "Verdict", "group_verdict", "rounded", "verdict"]

HUGE = Decimal(10) ** 18
"""Stands for any number however large; a sum that grows with it has no upper end."""

TINY = Decimal("1E-24")
MOST_COMPLETIONS = 3000

Interval = tuple[Decimal, Decimal | None]


@dataclass(frozen=True)
class Verdict:
    """The status of a clause and its interval, unrounded; `certain` where no completion rules it out."""

    status: str
    amount: Interval | None
    certain: bool


def verdict(clause: ClauseSpec, facts: Mapping[str, Any]) -> Verdict | None:
    """What a clause comes to for a record; None where there are too many completions to try."""
    free = {name: found for name in clause.facts() if name not in facts for found in [_candidates(clause, name, facts)]}
    if prod(len(values) for values in free.values()) > MOST_COMPLETIONS:
        return None
    outcomes: set[Interval | None] = set()
    unsettled = False
    for values in product(*free.values()):
        complete = {**facts, **dict(zip(free, values, strict=True))}
        outcome, doubtful = _outcome(clause, complete, facts)
        outcomes.add(outcome)
        unsettled = unsettled or doubtful
    if outcomes == {None}:
        return Verdict("not-eligible", None, False)
    certain = None not in outcomes
    status = "eligible" if len(outcomes) == 1 and not unsettled else "undetermined"
    if not clause.options:
        return Verdict(status, None, certain)
    found = [o for o in outcomes if o is not None]
    low = min(o[0] for o in found) if certain else Decimal(0)
    highs = [o[1] for o in found]
    return Verdict(status, (low, None if None in highs else max(h for h in highs if h is not None)), certain)


def group_verdict(members: Sequence[tuple[str, Verdict]]) -> tuple[str | None, Interval | None]:
    """Who wins "only the highest", by interval arithmetic over the members; of equal ones the first."""
    chances = [(name, v) for name, v in members if v.amount is not None]
    if not chances:
        return None, None
    winner = None
    for place, (name, mine) in enumerate(chances):
        if not mine.certain or mine.amount is None:
            continue
        rivals = [
            (other, v.amount[1]) for other, (_, v) in enumerate(chances) if other != place and v.amount is not None
        ]
        if all(
            high is not None and (high <= mine.amount[0] if place < other else high < mine.amount[0])
            for other, high in rivals
        ):
            winner = name
    highs = [v.amount[1] for _, v in chances if v.amount is not None]
    low = max(v.amount[0] for _, v in chances if v.amount is not None)
    return winner, (low, None if None in highs else max(h for h in highs if h is not None))


def rounded(amount: Interval | None) -> Interval | None:
    """An interval rounded half up to the fen."""
    if amount is None:
        return None
    fen = Decimal("0.01")
    low, high = amount
    return low.quantize(fen, ROUND_HALF_UP), None if high is None else high.quantize(fen, ROUND_HALF_UP)


def _outcome(clause: ClauseSpec, facts: Mapping[str, Any], stated: Mapping[str, Any]) -> tuple[Interval | None, bool]:
    """What one completion comes to: None for not eligible; and whether the text leaves it unsettled."""
    if not _holds(clause.root, facts, stated):
        return None, False
    if not clause.options:
        return (Decimal(0), Decimal(0)), False
    given = [_amount(o, facts) for o in clause.options if o.condition is None or _holds(o.condition, facts, stated)]
    if not given:
        return None, False
    lows, highs = [low for low, _ in given], [high for _, high in given]
    endless = None in highs
    total = None if endless else sum(h for h in highs if h is not None)
    top = None if endless else max(h for h in highs if h is not None)
    if clause.combination == "sum":
        return (sum(lows, Decimal(0)), total), False  # type: ignore[return-value]
    if clause.combination == "unsettled" and len(given) > 1:
        return (max(lows), total), True  # type: ignore[return-value]
    return (max(lows), top), False


def _holds(tree: Tree, facts: Mapping[str, Any], stated: Mapping[str, Any]) -> bool:
    if isinstance(tree, Leaf):
        if not tree.required and tree.fact not in stated:
            return True  # presumed
        if not tree.bounds:
            return facts[tree.fact] is not None
        value = _value(tree.fact, facts)
        return all(_compares(value, op, bound, facts) for op, bound in tree.bounds)
    operator, parts = tree
    truths = [_holds(part, facts, stated) for part in parts]
    return all(truths) if operator == "and" else any(truths) if operator == "or" else not truths[0]


def _compares(value: Any, op: str, bound: Any, facts: Mapping[str, Any]) -> bool:
    if op == "lessThan":
        return bool(value < facts[bound])
    if op == "lessThanOrEquals":
        return bool(value <= facts[bound])
    if op in ("in", "hasValue"):
        return value in bound if isinstance(bound, tuple) else bool(value == bound)
    return bool(
        {
            "minInclusive": value >= bound,
            "minExclusive": value > bound,
            "maxInclusive": value <= bound,
            "maxExclusive": value < bound,
        }[op]
    )


def _value(fact: str, facts: Mapping[str, Any]) -> Any:
    if fact in DIFFERENCES:
        whole, part = DIFFERENCES[fact]
        return facts[whole] - facts[part]
    return facts[fact]


def _amount(option: OptionSpec, facts: Mapping[str, Any]) -> Interval:
    if option.value is not None:
        return (Decimal(0) if option.kind == "ceiling" else option.value), option.value
    if option.floor is not None:
        agreed = facts.get(option.agreed) if option.agreed else None
        return (agreed, agreed) if agreed is not None and agreed >= option.floor else (option.floor, None)
    assert option.base is not None
    base = _value(option.base, facts)
    if option.bands:
        sum_ = sum(
            (
                max(Decimal(0), (base if upper is None else min(base, upper)) - lower) * rate
                for lower, upper, rate in option.bands
            ),
            Decimal(0),
        )
    else:
        assert option.rate is not None
        sum_ = base * option.rate
    if option.multiplier:
        sum_ *= facts[option.multiplier]
    if option.divisor:
        sum_ /= facts[option.divisor]
    # A sum that grows with what is missing has no end; one divided by it may as well come to nothing.
    grows = option.multiplier is not None and facts[option.multiplier] == HUGE
    endless = base >= HUGE / 2 or grows or (option.divisor is not None and facts[option.divisor] == TINY)
    high = option.cap if option.cap is not None and (endless or sum_ > option.cap) else None if endless else sum_
    low = Decimal(0) if option.kind == "ceiling" else sum_ if high is None else high
    return low, high


def _candidates(clause: ClauseSpec, fact: str, facts: Mapping[str, Any]) -> list[Any]:
    """The values of a missing fact that can make a difference; None where it may turn out that there is none."""
    if any(leaf.fact == fact and not leaf.bounds for leaf in clause.leaves()):
        return [Decimal(1), None]
    if fact in clause.booleans():
        return [True, False]
    step = Decimal("0.001")
    marks = {Decimal(0), TINY, HUGE}
    for leaf in clause.leaves():
        known = [facts[n] for n in leaf.inputs() if n != fact and n in facts]
        for _, bound in leaf.bounds:
            if isinstance(bound, str):
                marks |= {k + d for k in known for d in (-step, Decimal(0), step)}
                continue
            for one in bound if isinstance(bound, tuple) else (bound,):
                if isinstance(one, bool) or fact not in leaf.inputs():
                    continue
                base = [Decimal(one)]
                if leaf.fact in DIFFERENCES:
                    whole, _ = DIFFERENCES[leaf.fact]
                    # With the other part missing, too, that part may be zero.
                    base = [
                        k + one if fact == whole else k - one for k in known or ([Decimal(0)] if fact == whole else [])
                    ]
                marks |= {b + d for b in base for d in (-step, Decimal(0), step)}
    if fact in clause.whole_numbers():
        return sorted({int(m) for m in marks if m >= 1} | {1})
    positive = fact in clause.divisors()
    return sorted(m for m in marks if (m > 0 if positive else m >= 0))
