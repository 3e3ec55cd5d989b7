"""What rules and records come to, by trying out every completion of what is missing. For tests alone.

Independent of the product: it knows no SHACL, no RDF, no three-valued logic. A fact that is missing is given every
value that could make a difference; the outcomes of all these completions are the answer. Rules come in the plain form
of `generated_rules`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import product
from math import prod
from typing import Any

from generated_rules import ClauseSpec, Leaf, OptionSpec, Quantity, Tree
from generated_worlds import DIVISIONS, WORLDS, World

__all__ = ["HUGE", "UNKNOWN", "Verdict", "as_of", "completions", "group_verdict", "is_covered", "rounded", "verdict"]

HUGE = Decimal(10) ** 30
"""Stands for any number however large; a sum that grows with it has no upper end."""

TINY = Decimal("1E-30")
ENDLESS = Decimal(10) ** 22
MOST_COMPLETIONS = 3000
ISSUED = date(2020, 9, 24)
FUTURE = "final value"

Interval = tuple[Decimal, Decimal | None]


@dataclass(frozen=True)
class Verdict:
    """The status of a clause and its interval, unrounded; `certain` where no completion rules it out.

    `matters` are the facts of which some value, with some completion of the others, changes the outcome; `unsettled`
    tells that a completion leaves it to the text, `waiting` that what a window will bring decides.
    """

    status: str
    amount: Interval | None
    certain: bool
    matters: frozenset[str] = field(default=frozenset())
    unsettled: bool = False
    waiting: bool = False


def period_end(period: str) -> date:
    """The last day of a year or of an event."""
    return date(int(period), 12, 31) if len(period) == 4 else date.fromisoformat(period)


def as_of(period: str, day: date | None) -> date:
    """The day of a decision."""
    return day or period_end(period)


def is_covered(period: str, day: date | None) -> bool:
    """Whether the document speaks of a record: it was issued by then, and the period had not ended before."""
    return as_of(period, day) >= ISSUED and period_end(period) >= ISSUED


def completions(clause: ClauseSpec, facts: Mapping[str, Any], on: date) -> dict[str, list[Any]] | None:
    """The values that can make a difference of each fact that is missing; None where there are too many to try."""
    world = WORLDS[clause.world]
    settled = {
        name
        for first, second in world.stand_ins.values()
        for name in (first, second)
        if first in facts or second in facts
    }
    free = {name: _candidates(clause, name, facts, on) for name in clause.facts() if name not in {*facts, *settled}}
    if any(leaf.fact in world.finals for leaf in clause.leaves()):
        free[FUTURE] = _candidates(clause, FUTURE, facts, on)
    return None if prod(map(len, free.values())) > MOST_COMPLETIONS else free


def verdict(clause: ClauseSpec, facts: Mapping[str, Any], on: date) -> Verdict | None:
    """What a clause comes to for a record as of a day; None where there are too many completions to try."""
    free = completions(clause, facts, on)
    if free is None:
        return None
    outcomes: dict[tuple[Any, ...], tuple[Interval | None, bool]] = {}
    with localcontext() as context:
        context.prec = 80
        for values in product(*free.values()):
            complete = {**facts, **{name: value for name, value in zip(free, values, strict=True) if value is not None}}
            if all(first in complete or second in complete for first, second in _pairs(clause, free)):
                outcomes[values] = _outcome(clause, complete, facts, on)
    if clause.exhaustive and any(outcome is not None for outcome, _ in outcomes.values()):
        # One of the options always holds, so that a completion in which none does cannot be.
        outcomes = {values: found for values, found in outcomes.items() if found != (None, True)}
    found = {outcome for outcome, _ in outcomes.values()}
    unsettled = any(doubtful and outcome is not None for outcome, doubtful in outcomes.values())
    changing = frozenset(name for place, name in enumerate(free) if _changes(outcomes, place))
    matters, waiting = changing - {FUTURE}, FUTURE in changing
    if found == {None}:
        return Verdict("not-eligible", None, False)
    certain = None not in found
    status = "eligible" if len(found) == 1 and not unsettled else "undetermined"
    if not clause.options:
        return Verdict(status, None, certain, matters, unsettled, waiting)
    had = [o for o in found if o is not None]
    low = min(o[0] for o in had) if certain else Decimal(0)
    highs = [o[1] for o in had]
    high = None if None in highs else max(h for h in highs if h is not None)
    return Verdict(status, (low, high), certain, matters, unsettled, waiting)


def _pairs(clause: ClauseSpec, free: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The stand-ins of which neither is stated: one of the two will be."""
    pairs = WORLDS[clause.world].stand_ins.values()
    return [(first, second) for first, second in pairs if first in free and second in free]


def _changes(outcomes: Mapping[tuple[Any, ...], Any], place: int) -> bool:
    """Whether the values of one fact lead to different outcomes, the others being the same."""
    seen: dict[tuple[Any, ...], Any] = {}
    return any(
        seen.setdefault((*values[:place], *values[place + 1 :]), outcome) != outcome
        for values, outcome in outcomes.items()
    )


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
    """An interval rounded half up to the hundredth of its currency."""
    if amount is None:
        return None
    low, high = amount
    hundredth = Decimal("0.01")
    with localcontext() as context:
        context.prec = 80
        return low.quantize(hundredth, ROUND_HALF_UP), None if high is None else high.quantize(hundredth, ROUND_HALF_UP)


# --- One completion -------------------------------------------------------------------------------------------


def _outcome(
    clause: ClauseSpec, facts: Mapping[str, Any], stated: Mapping[str, Any], on: date
) -> tuple[Interval | None, bool]:
    """What one completion comes to: None for not eligible; and whether the text leaves it unsettled.

    Of options one of which always holds, that none holds is marked in the same way.
    """
    case = _Case(WORLDS[clause.world], facts, stated, on)
    if not case.holds(clause.root):
        return None, False
    if not clause.options:
        return (Decimal(0), Decimal(0)), False
    given = [case.amount(o) for o in clause.options if o.condition is None or case.holds(o.condition)]
    if not given:
        return None, clause.exhaustive
    lows, highs = [low for low, _ in given], [high for _, high in given]
    endless = None in highs
    total = None if endless else sum((h for h in highs if h is not None), Decimal(0))
    top = None if endless else max(h for h in highs if h is not None)
    if clause.combination == "sum":
        return (sum(lows, Decimal(0)), total), False
    if clause.combination == "unsettled" and len(given) > 1:
        return (max(lows), total), True
    return (max(lows), top), False


@dataclass(frozen=True)
class _Case:
    """A record completed, what of it was stated at first, and the day."""

    world: World
    facts: Mapping[str, Any]
    stated: Mapping[str, Any]
    on: date

    def holds(self, tree: Tree) -> bool:
        if isinstance(tree, Leaf):
            if not tree.required and tree.fact not in self.stated:
                return True  # presumed
            value = self.value(tree.fact)
            if not tree.bounds or value == UNKNOWN:
                return value != UNKNOWN
            return all(self.compares(value, op, bound) for op, bound in tree.bounds)
        operator, parts = tree
        truths = [self.holds(part) for part in parts]
        return all(truths) if operator == "and" else any(truths) if operator == "or" else not truths[0]

    def compares(self, value: Any, op: str, bound: Any) -> bool:
        if op == "lessThan":
            return bool(value < self.facts[bound])
        if op == "lessThanOrEquals":
            return bool(value <= self.facts[bound])
        if op in ("in", "hasValue"):
            if isinstance(value, tuple):
                return bound in value
            return value in bound if isinstance(bound, tuple) else bool(value == bound)
        return bool(
            {
                "minInclusive": lambda: value >= bound,
                "minExclusive": lambda: value > bound,
                "maxInclusive": lambda: value <= bound,
                "maxExclusive": lambda: value < bound,
            }[op]()
        )

    def value(self, fact: str) -> Any:
        if fact in self.world.differences:
            whole, part = self.world.differences[fact]
            return self.facts[whole] - self.facts[part]
        if fact in self.world.stand_ins:
            first, second = self.world.stand_ins[fact]
            return self.facts[first] if first in self.facts else self.facts[second]
        if fact in self.world.finals:
            running, start, years = self.world.finals[fact]
            day = self.facts[start]
            over = (self.on.year, self.on.month, self.on.day) >= (day.year + years, day.month, day.day)
            return self.facts[running] if over else self.facts[FUTURE]
        return self.facts[fact]

    def known(self, fact: str) -> Any:
        """The value of a fact as far as it follows from what was stated; None if it does not."""
        try:
            return replace(self, facts=self.stated).value(fact)
        except KeyError:
            return None

    def amount(self, option: OptionSpec) -> Interval:
        if option.value is not None:
            return (Decimal(0) if option.kind == "ceiling" else option.value), option.value
        if option.floor is not None:
            agreed = self.known(option.agreed) if option.agreed else None
            return (agreed, agreed) if agreed is not None and agreed >= option.floor else (option.floor, None)
        sum_ = self.paid(option) if option.quantity is None else self.worked(option.quantity)
        endless = sum_ >= ENDLESS
        high = option.cap if option.cap is not None and sum_ > option.cap else None if endless else sum_
        low = Decimal(0) if option.kind == "ceiling" else sum_ if high is None else high
        return low, high

    def paid(self, option: OptionSpec) -> Decimal:
        """What a rate or bands come to, before any cap."""
        assert option.base is not None
        base, found = self.value(option.base), Decimal(0)
        for lower, upper, rate in option.parts():
            found += max(Decimal(0), (base if upper is None else min(base, upper)) - lower) * rate
        if option.multiplier:
            found *= self.facts[option.multiplier]
        return found / self.facts[option.divisor] if option.divisor else found

    def worked(self, quantity: Quantity) -> Decimal:
        """What a number comes to that is worked out; of a fact only what is above nothing counts."""
        if isinstance(quantity, Decimal):
            return quantity
        if isinstance(quantity, str):
            return max(Decimal(0), Decimal(self.value(quantity)))
        operator, (first, second) = quantity
        one, by = self.worked(first), self.worked(second)
        if operator in ("least", "greatest"):
            return min(one, by) if operator == "least" else max(one, by)
        if operator == "excess":
            return one - by if one > by else Decimal(0)
        if operator == "sum":
            return one + by
        return one * by if operator == "product" else one / by if operator == "quotient" else one // by


UNKNOWN = "it turns out that there is none"


# --- What could make a difference -----------------------------------------------------------------------------


def _candidates(clause: ClauseSpec, fact: str, facts: Mapping[str, Any], on: date) -> list[Any]:
    """The values of a missing fact that can make a difference; None where another may stand in for it."""
    world = WORLDS[clause.world]
    leaves = [leaf for leaf in clause.leaves() if fact in (*_read(world, leaf.fact), *leaf.others())]
    bare = [UNKNOWN] if any(leaf.fact == fact and not leaf.bounds for leaf in leaves) else []
    if fact in world.booleans:
        return [True, False, *bare]
    if fact in world.codes:
        return [*world.codes[fact], *bare]
    if fact in world.lists:
        codes = world.lists[fact]
        return [tuple(c for n, c in enumerate(codes) if bits >> n & 1) for bits in range(1, 2 ** len(codes))] + bare
    if fact == "division":
        return [*DIVISIONS, "110000"]
    if fact in world.starts():
        return _days(world, leaves, on)
    step = Decimal(1 if fact in world.ranks else "0.001")
    marks = {Decimal(0), TINY, HUGE}
    for leaf in leaves:
        for base in _bases(world, leaf, fact, facts):
            marks |= {base + d for d in (-step, Decimal(0), step)}
    marks |= {d for option in clause.options for d in _knees(world, option, fact, facts)}
    if fact in world.ranks:
        return sorted({int(m) for m in marks if 1 <= m < ENDLESS} | {1})
    either = [None] if any(fact in pair for pair in world.stand_ins.values()) else []
    # What is multiplied alone is nothing at the least, as engines have it, also where it never is exactly that.
    positive = fact in world.divisors and any(_divides(option, fact) for option in clause.options)
    return [
        *either,
        *bare,
        *sorted(m for m in marks if (m > 0 if positive else m >= 0 or _may_be_negative(clause, fact))),
    ]


def _may_be_negative(clause: ClauseSpec, fact: str) -> bool:
    """Whether what is compared with another fact may be any number: decisions know no bounds of the data rules.

    They take the part of a difference, and what an amount is multiplied by, for never negative.
    """
    world = WORLDS[clause.world]
    parts = {part for _, part in world.differences.values()} | {option.multiplier for option in clause.options}
    compared = {name for leaf in clause.leaves() for name in (leaf.fact, *leaf.others()) if leaf.others()}
    return fact not in parts and any(fact in world.inputs(name) for name in compared)


def _read(world: World, fact: str) -> tuple[str, ...]:
    return (*world.inputs(fact), *([FUTURE] if fact in world.finals else []))


def _days(world: World, leaves: Sequence[Leaf], on: date) -> list[Any]:
    """Days on and beside every bound, and on and beside where a window is just over."""
    marks = {date(1900, 1, 1), on}
    for leaf in leaves:
        if leaf.fact in world.finals:
            years = world.finals[leaf.fact][2]
            marks.add(date(on.year - years, on.month, min(on.day, 28)))
        marks |= {bound for _, bound in leaf.bounds if isinstance(bound, date)}
    return sorted({day + timedelta(days=d) for day in marks for d in (-1, 0, 1)})


def _bases(world: World, leaf: Leaf, fact: str, facts: Mapping[str, Any]) -> Iterator[Decimal]:
    """Where a number crosses a bound of a criterion."""
    for _, bound in leaf.bounds:
        if isinstance(bound, str):
            yield from (facts[n] for n in (leaf.fact, bound) if n != fact and n in facts)
            continue
        for one in bound if isinstance(bound, tuple) else (bound,):
            if isinstance(one, bool) or not isinstance(one, Decimal | int):
                continue
            yield from _crossing(world, leaf.fact, fact, facts, Decimal(one))


def _crossing(world: World, named: str, fact: str, facts: Mapping[str, Any], bound: Decimal) -> list[Decimal]:
    """The values of a stated fact at which what is derived from it comes to a bound."""
    if named not in world.differences:
        return [bound]
    whole, part = world.differences[named]
    if fact == whole:
        return [facts.get(part, Decimal(0)) + bound]
    return [facts[whole] - bound] if whole in facts else []


def _knees(world: World, option: OptionSpec, fact: str, facts: Mapping[str, Any]) -> Iterator[Decimal]:
    """Where an amount changes its slope; of an expression, beyond all numbers in it and all that is known of it."""
    if option.quantity is not None:
        inputs = {name for named in option.named() for name in world.inputs(named)}
        if fact in inputs:
            known = [abs(facts[name]) for name in inputs if isinstance(facts.get(name), Decimal | int)]
            yield sum((*_numbers(option.quantity), *known), Decimal(1))
    if option.base is not None and fact in world.inputs(option.base):
        for lower, upper, _ in option.parts():
            for bound in (lower, upper):
                yield from _crossing(world, option.base, fact, facts, bound) if bound is not None else ()


def _divides(option: OptionSpec, fact: str) -> bool:
    """Whether an amount is divided by a fact."""

    def within(quantity: Any) -> bool:
        if quantity is None or isinstance(quantity, str | Decimal):
            return False
        return (quantity[0] == "quotient" and quantity[1][1] == fact) or any(map(within, quantity[1]))

    return option.divisor == fact or within(option.quantity)


def _numbers(quantity: Any) -> Iterator[Decimal]:
    """The numbers in an expression."""
    if isinstance(quantity, Decimal):
        yield quantity
    elif not isinstance(quantity, str):
        for part in quantity[1]:
            yield from _numbers(part)
