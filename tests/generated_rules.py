"""Random clauses in a plain form: trees of criteria, options with amounts, a group of any size, one type of record.

The plain form is what the oracle reads; `generated_turtle` writes it as overlays on the shipped policy, so that the
rules go the whole way through loading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeAlias

from hypothesis import strategies as st

from generated_worlds import DIVISIONS, MARKS, WORLDS, World

__all__ = ["DAYS", "NAMES", "Bounds", "ClauseSpec", "Leaf", "OptionSpec", "RuleSet", "Tree", "is_sound", "rule_sets"]

NAMES = (
    "art-01-growth", "art-01-volume", "art-01-rank", "art-01-nurture", "art-05-warehouse", "art-05-platform-fee",
)  # fmt: skip
"""The clauses of the shipped policy that are replaced."""

DAYS = (None, None, None, date(2020, 9, 23), date(2020, 12, 31), date(2021, 12, 31), date(2022, 2, 28))
"""Days as of which a rule set is decided; None for each record's own."""

SUMS = tuple(Decimal(text) for text in ("0", "5", "10", "10.005", "10.25", "40", "100", "2718281828459.04"))
RATES = tuple(Decimal(text) for text in ("0", "0.00123", "0.02", "0.1", "0.335", "0.5", "12.5"))
STEPS = tuple(Decimal(text) for text in ("1", "0.7", "10", "33.33", "250"))
CAPS = (None, Decimal("10"), Decimal("40.055"), Decimal(0))

Bounds: TypeAlias = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Leaf:
    """A criterion: a fact, its bounds as (SHACL parameter, value or other fact), and whether it is required.

    Without bounds the fact has to be known, whatever it is.
    """

    fact: str
    bounds: Bounds
    required: bool = True

    def others(self) -> tuple[str, ...]:
        """The facts that it is compared with."""
        return tuple(bound for op, bound in self.bounds if op.startswith("lessThan"))


Tree: TypeAlias = "Leaf | tuple[str, tuple[Any, ...]]"
Quantity: TypeAlias = "str | Decimal | tuple[str, tuple[Any, ...]]"
"""A number that is worked out: a fact, a number, or an operator over others."""


@dataclass(frozen=True)
class OptionSpec:
    """An amount rule; `bands` are (lower, upper or None, rate), `quantity` is written as an expression."""

    condition: Tree | None
    kind: str
    value: Decimal | None = None
    rate: Decimal | None = None
    base: str | None = None
    cap: Decimal | None = None
    floor: Decimal | None = None
    agreed: str | None = None
    multiplier: str | None = None
    divisor: str | None = None
    bands: tuple[tuple[Decimal, Decimal | None, Decimal], ...] = ()
    quantity: Quantity | None = None

    def named(self) -> list[str]:
        """The facts that it rests on."""
        written = [name for name in (self.base, self.multiplier, self.divisor) if name is not None]
        return written if self.quantity is None else _named(self.quantity)

    def parts(self) -> tuple[tuple[Decimal, Decimal | None, Decimal], ...]:
        """The parts of the base with the rate of each."""
        return self.bands or (((Decimal(0), None, self.rate),) if self.rate is not None else ())


@dataclass(frozen=True)
class ClauseSpec:
    """A clause about records of a world: its condition, its options, and how they combine."""

    id: str
    root: Tree
    options: tuple[OptionSpec, ...] = ()
    combination: str = "exclusive"
    exhaustive: bool = False
    currency: str = "CNY"
    world: str = "EnterpriseYear"

    def leaves(self) -> list[Leaf]:
        """All criteria, those of the options included."""
        trees = [self.root, *(o.condition for o in self.options if o.condition is not None)]
        return [leaf for tree in trees for leaf in _leaves(tree)]

    def facts(self) -> list[str]:
        """The stated facts whose lack can matter: of required criteria, and of amounts."""
        world = WORLDS[self.world]
        named = [name for leaf in self.leaves() if leaf.required for name in (leaf.fact, *leaf.others())]
        named += [name for option in self.options for name in option.named()]
        return list(dict.fromkeys(stated for name in named for stated in world.inputs(name)))

    def reads(self) -> set[str]:
        """All stated facts that can make a difference."""
        world = WORLDS[self.world]
        agreed = {option.agreed for option in self.options if option.agreed}
        presumed = {stated for leaf in self.leaves() for stated in world.inputs(leaf.fact)}
        return {*self.facts(), *agreed, *presumed}

    def repeats(self) -> bool:
        """Whether a stated fact stands in more than one comparison, so that they may contradict each other."""
        world = WORLDS[self.world]
        counted = [
            stated
            for leaf in dict.fromkeys(self.leaves())
            for name in (leaf.fact, *leaf.others())
            for stated in world.inputs(name) * max(1, len(leaf.bounds))
        ]
        counted += [stated for option in self.options for name in option.named() for stated in world.inputs(name)]
        return len(set(counted)) < len(counted) or len(set(self.leaves())) < len(self.leaves())


@dataclass(frozen=True)
class RuleSet:
    """Clauses about one type of record, the ids of those of which only the highest is had, and how they are loaded.

    `shared` has equal conditions written once; `cuts` are where the clauses part into overlays of their own.
    """

    world: str
    clauses: tuple[ClauseSpec, ...]
    group: tuple[str, ...] = ()
    day: date | None = None
    shared: bool = False
    cuts: tuple[int, ...] = field(default=())

    def overlays(self) -> list[tuple[ClauseSpec, ...]]:
        """The clauses as they part into overlays."""
        ends = [0, *sorted(cut for cut in set(self.cuts) if 0 < cut < len(self.clauses)), len(self.clauses)]
        return [self.clauses[start:end] for start, end in pairwise(ends)]


def _named(quantity: Quantity) -> list[str]:
    if isinstance(quantity, str):
        return [quantity]
    return [] if isinstance(quantity, Decimal) else [name for part in quantity[1] for name in _named(part)]


def _leaves(tree: Tree) -> Iterator[Leaf]:
    if isinstance(tree, Leaf):
        yield tree
    else:
        for part in tree[1]:
            yield from _leaves(part)


def is_sound(spec: ClauseSpec) -> bool:
    """Whether a clause is of the kind that is generated: nothing in it is ruled out by what data can be alone."""
    for leaf in spec.leaves():
        bounds = {op[:3]: bound for op, bound in leaf.bounds if isinstance(bound, Decimal)}
        low, high = bounds.get("min", Decimal(0)), bounds.get("max", Decimal("1E9"))
        if (leaf.fact not in WORLDS[spec.world].differences and min(bounds.values(), default=1) <= 0) or low >= high:
            return False
        # What every value meets is refused by the proof: it says no more than that the fact is known.
        choices = WORLDS[spec.world].codes.get(leaf.fact, (True, False))
        if any(op == "in" and set(choices) <= set(bound) for op, bound in leaf.bounds):
            return False
    tiers = [option.condition for option in spec.options]
    if spec.exhaustive and not any(tiers == list(_tiers(leaf.fact)) for leaf in spec.leaves()):
        return False
    for option in spec.options:
        ends = [end for _, end, _ in option.bands if end is not None]
        if ends != sorted(set(ends)):
            return False
    return True


# --- Criteria -------------------------------------------------------------------------------------------------


def topics(world: World) -> tuple[str, ...]:
    """What criteria can be about."""
    paired = [larger for _, larger in world.pairs]
    smaller = [smaller for smaller, _ in world.pairs]
    return (
        *world.booleans[:5], *world.numbers, *world.ranks, *world.days, *world.codes, *world.lists,
        *world.differences, *world.stand_ins, *world.finals, *smaller, *paired, "division",
    )  # fmt: skip


@st.composite
def _leaf(draw: st.DrawFn, world: World, fact: str) -> Leaf:
    presumed = draw(st.integers(0, 5)) == 5
    if fact in (*world.booleans, *world.numbers, *world.codes, *world.lists) and draw(st.integers(0, 9)) == 9:
        return Leaf(fact, ())
    if fact == "division":
        return Leaf(fact, (("in", DIVISIONS[: draw(st.integers(1, 2))]),), not presumed)
    if fact in world.booleans:
        wanted = draw(st.booleans())
        return Leaf(fact, (("in", (wanted,)),), False) if presumed else Leaf(fact, (("hasValue", wanted),))
    if fact in world.codes:
        codes = world.codes[fact]
        some = draw(st.lists(st.sampled_from(codes), min_size=1, max_size=len(codes) - 1, unique=True))
        return Leaf(fact, draw(st.sampled_from(((("in", tuple(some)),), (("hasValue", some[0]),)))))
    if fact in world.lists:
        some = draw(st.lists(st.sampled_from(world.lists[fact]), min_size=1, max_size=2, unique=True))
        return Leaf(fact, tuple(("hasValue", code) for code in some))
    if fact in world.days:
        early, late = date(2017, 12, 31), date(2019, 1, 1)
        lower = (draw(st.sampled_from(("minInclusive", "minExclusive"))), early)
        upper = (draw(st.sampled_from(("maxInclusive", "maxExclusive"))), late)
        return Leaf(fact, draw(st.sampled_from(((lower,), (upper,), (lower, upper)))), not presumed)
    if fact in dict(world.pairs):
        other = dict(world.pairs)[fact]
        return Leaf(fact, ((draw(st.sampled_from(("lessThan", "lessThanOrEquals"))), other),))
    if fact in world.ranks:
        ranks = tuple(sorted(draw(st.sets(st.integers(1, 4), min_size=1, max_size=3))))
        one = ((("in", ranks),), (("maxInclusive", ranks[-1]),), (("hasValue", ranks[0]),))
        return Leaf(fact, draw(st.sampled_from(one)))
    low, high = sorted(draw(st.lists(st.sampled_from(MARKS), min_size=2, max_size=2, unique=True)))
    if fact in world.differences and draw(st.booleans()):
        return Leaf(fact, (("minExclusive", Decimal(0)),))
    lower = (draw(st.sampled_from(("minInclusive", "minExclusive"))), low)
    upper = (draw(st.sampled_from(("maxInclusive", "maxExclusive"))), high)
    derived = {*world.differences, *world.stand_ins, *world.finals}
    bounds = draw(st.sampled_from(((lower,), (upper,), (lower, upper))))
    return Leaf(fact, bounds, fact in derived or not presumed)


@st.composite
def _tree(draw: st.DrawFn, world: World, facts: list[str]) -> Tree:
    """A condition over these facts, each used once."""
    if len(facts) == 1:
        leaf = draw(_leaf(world, facts[0]))
        return ("not", (leaf,)) if draw(st.integers(0, 4)) == 4 else leaf
    cut = draw(st.integers(1, len(facts) - 1))
    parts = (draw(_tree(world, facts[:cut])), draw(_tree(world, facts[cut:])))
    tree = (draw(st.sampled_from(("and", "or"))), parts)
    return ("not", (tree,)) if draw(st.integers(0, 5)) == 5 else tree


# --- Amounts --------------------------------------------------------------------------------------------------


@st.composite
def _bands(draw: st.DrawFn) -> tuple[tuple[Decimal, Decimal | None, Decimal], ...]:
    """One to three bands that follow each other; the first may begin above nothing, the last may end."""
    marks = [
        draw(st.sampled_from((Decimal(0), Decimal(0), Decimal("5")))),
        Decimal("20.5"),
        Decimal("100"),
        Decimal(300),
    ]
    count = draw(st.integers(1, 3))
    ends: list[Decimal | None] = [*marks[1:count]]
    ends.append(marks[count] if draw(st.integers(0, 2)) == 2 else None)
    rates = draw(st.lists(st.sampled_from(RATES), min_size=count, max_size=count))
    return tuple(zip(marks[:count], ends, rates, strict=True))


@st.composite
def _quantity(draw: st.DrawFn, bases: list[str], factors: list[str]) -> Quantity:
    """Steps, units, parts above or below a mark, and what is added to them; a division comes last."""
    found = draw(_paid(bases))
    form = draw(st.sampled_from(("plain", "least", "greatest", "plus", "sum", "quotient")))
    if form == "quotient":
        found = (
            "quotient",
            (found, factors.pop() if factors and draw(st.booleans()) else draw(st.sampled_from(STEPS))),
        )
    if form in ("least", "quotient") and (cap := draw(st.sampled_from(CAPS))) is not None:
        return ("least", (found, cap))
    if form == "greatest":
        return ("greatest", (found, draw(st.sampled_from(SUMS))))
    if form == "plus":
        return ("sum", (found, draw(st.sampled_from(SUMS))))
    if form == "sum" and bases:
        return ("sum", (found, draw(_paid(bases))))
    return found


@st.composite
def _paid(draw: st.DrawFn, bases: list[str]) -> Quantity:
    """A sum for each unit or step of a fact, or a share of it, or of what of it is above or below a mark."""
    found: Quantity = bases.pop()
    form = draw(st.sampled_from(("plain", "excess", "least", "greatest", "excess-of", "lesser-of")))
    if form in ("excess-of", "lesser-of") and bases:
        found = ("excess" if form == "excess-of" else "least", (found, bases.pop()))
    elif form in ("excess", "least", "greatest"):
        found = (form, (found, draw(st.sampled_from(MARKS))))
    if draw(st.booleans()):
        found = ("steps", (found, draw(st.sampled_from(STEPS))))
    return ("product", (found, draw(st.sampled_from(RATES))))


@st.composite
def _option(
    draw: st.DrawFn, condition: Tree | None, bases: list[str], agreed: list[str], factors: list[str]
) -> OptionSpec:
    kinds = ["value", "ceiling", "floor"]
    kinds += ["rate", "rate", "bands", "ceiling-rate", "worked-out", "worked-out"] if bases else []
    kind = draw(st.sampled_from([*kinds, *(["agreed"] if agreed else [])]))
    if kind in ("value", "ceiling"):
        return OptionSpec(condition, "ceiling" if kind == "ceiling" else "exact", value=draw(st.sampled_from(SUMS)))
    if kind in ("floor", "agreed"):
        named = agreed.pop() if kind == "agreed" else None
        return OptionSpec(condition, "floor", floor=draw(st.sampled_from(SUMS)), agreed=named)
    if kind == "worked-out":
        amount = draw(st.sampled_from(("exact", "exact", "ceiling")))
        return OptionSpec(condition, amount, quantity=draw(_quantity(bases, factors)))
    base = bases.pop()
    factor = draw(st.sampled_from((None, None, "multiplier", "divisor"))) if factors else None
    by: dict[str, Any] = {factor: factors.pop()} if factor else {}
    cap = draw(st.sampled_from(CAPS))
    if kind == "bands":
        return OptionSpec(condition, "marginal-bands", base=base, bands=draw(_bands()), cap=cap, **by)
    amount = "ceiling" if kind == "ceiling-rate" else "exact"
    return OptionSpec(condition, amount, rate=draw(st.sampled_from(RATES)), base=base, cap=cap, **by)


def _tiers(fact: str) -> tuple[Tree, ...]:
    """Three tiers of a number that follow each other."""
    one, two = Decimal("20.5"), Decimal("100")
    return (
        Leaf(fact, (("maxExclusive", one),)),
        Leaf(fact, (("minInclusive", one), ("maxInclusive", two))),
        Leaf(fact, (("minExclusive", two),)),
    )


@st.composite
def _clause(draw: st.DrawFn, name: str, world: World, *, paid: bool) -> ClauseSpec:
    # No stated fact is read in two ways, but by chance below.
    chosen: list[str] = []
    for fact in draw(st.permutations(topics(world))):
        taken = {stated for other in chosen for stated in _touched(world, other)}
        if not taken & set(_touched(world, fact)):
            chosen.append(fact)
    free = chosen[: draw(st.integers(1, 3))]
    root: Tree = draw(_tree(world, free))
    spare = [fact for fact in chosen if fact not in free]
    if draw(st.integers(0, 9)) == 9:
        root = (draw(st.sampled_from(("and", "or"))), (root, draw(_leaf(world, draw(st.sampled_from(free))))))
    if not paid:
        return ClauseSpec(name, root, world=world.name)
    count = draw(st.sampled_from((1, 1, 2, 3)))
    numbers = [fact for fact in spare if fact in (*world.numbers, *world.differences, *world.stand_ins)]
    # Two bases may meet in one quantity, in which a fact may not both add and take away.
    bases: list[str] = []
    for fact in (*world.bases, *numbers):
        if not {stated for other in bases for stated in world.inputs(other)} & set(world.inputs(fact)):
            bases.append(fact)
    if numbers and draw(st.integers(0, 4)) == 4:
        return draw(_tiered(name, world, root, numbers[0], bases))
    conditions: list[Tree | None] = []
    for _ in range(count):
        usable = [fact for fact in spare if fact not in bases]
        condition = None
        if usable and draw(st.integers(0, 3)) < 3:
            spare.remove(usable[-1])
            condition = draw(_tree(world, [usable[-1]]))
        conditions.append(condition)
    agreed, factors = [bases.pop()] if len(bases) > 2 else [], list(world.divisors)
    options = tuple(draw(_option(condition, bases, agreed, factors)) for condition in conditions)
    # Two that always exclude each other are refused.
    drawn = (
        ("highest", "unsettled", "sum") if conditions.count(None) > 1 else ("exclusive", "highest", "unsettled", "sum")
    )
    combination = draw(st.sampled_from(drawn))
    currency = draw(st.sampled_from(("CNY", "CNY", "USD")))
    return ClauseSpec(name, root, options, combination, False, currency, world.name)


@st.composite
def _tiered(draw: st.DrawFn, name: str, world: World, root: Tree, fact: str, bases: list[str]) -> ClauseSpec:
    """A clause with three tiers of a number: each with an amount of its own, or with its own rate of that number."""
    factors = list(world.divisors)
    if draw(st.booleans()):
        rates = draw(st.lists(st.sampled_from(RATES[1:]), min_size=3, max_size=3))
        options = tuple(
            OptionSpec(tier, "exact", rate=rate, base=fact) for tier, rate in zip(_tiers(fact), rates, strict=True)
        )
    else:
        others = [base for base in bases if base != fact]
        options = tuple(draw(_option(tier, others, [], factors)) for tier in _tiers(fact))
    # That tiers add up is a contradiction, which the proof refuses.
    combination = draw(st.sampled_from(("exclusive", "exclusive", "highest", "highest", "sum")))
    return ClauseSpec(name, root, options, combination, draw(st.booleans()), "CNY", world.name)


def _touched(world: World, fact: str) -> tuple[str, ...]:
    """What a topic reads; the two sides of a stand-in may both be read."""
    if fact in world.stand_ins:
        return (fact,)
    larger = dict(world.pairs).get(fact)
    return (*world.inputs(fact), *((larger,) if larger else ()))


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    """Six clauses about one type of record, and a group of some of those that give money in one currency."""
    world = WORLDS[draw(st.sampled_from(("EnterpriseYear", *WORLDS)))]
    specs = tuple(draw(_clause(name, world, paid=name != NAMES[3])) for name in NAMES)
    paid = [spec.id for spec in specs if spec.options and spec.currency == "CNY"]
    size = draw(st.integers(0, len(paid)))
    return RuleSet(
        world.name,
        specs,
        tuple(paid[:size]) if size > 1 else (),
        draw(st.sampled_from(DAYS)),
        draw(st.booleans()),
        draw(st.sampled_from(((), (), (3,), (2, 4)))),
    )
