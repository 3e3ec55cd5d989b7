"""Random clauses, in a plain form and as a Turtle overlay: trees of criteria, options with amounts, one group.

The plain form is what the oracle reads; the overlay restates clauses of the shipped policy, so that they go the whole
way through loading, and the three that are a group stay one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from hypothesis import strategies as st

__all__ = [
    "DIFFERENCES", "GROUP", "NUMBERS", "PLAIN", "ClauseSpec", "Leaf", "OptionSpec", "Tree", "clauses", "in_places",
    "is_sound", "records", "to_turtle",
]  # fmt: skip

DIFFERENCES = {"tradeIncreaseUSD": ("tradeUSD", "priorTradeUSD")}
BOOLEANS = (
    "producer", "recognisedPlatform", "crossBorderEcommerce", "inStatistics", "traditionalTrader", "sellsViaPlatform",
    "inDevelopmentZone", "qualityEnterprise", "previouslyAwarded",
)  # fmt: skip
NUMBERS = ("overseasWarehouseArea", "platformFeeCNY", "listedCostCNY", "overseasWarehouseInvestmentCNY")
MONEY = (*NUMBERS, "tradeCNY", "priorTradeCNY", "tradeUSD", "priorTradeUSD")
GROUP = ("art-01-growth", "art-01-volume", "art-01-rank")
PLAIN = ("art-01-nurture", "art-05-warehouse", "art-05-platform-fee")
MARKS = tuple(Decimal(text) for text in ("10", "20.5", "33.33335", "99.99", "100", "250.01"))
SUMS = tuple(Decimal(text) for text in ("5", "10", "10.005", "10.25", "40", "100", "2718281828459.04"))
RATES = tuple(Decimal(text) for text in ("0.00123", "0.02", "0.1", "0.335", "0.5"))


@dataclass(frozen=True)
class Leaf:
    """A criterion: a fact, its bounds as (SHACL parameter, value or other fact), and whether it is required.

    Without bounds the fact has to be known, whatever it is.
    """

    fact: str
    bounds: tuple[tuple[str, Any], ...]
    required: bool = True

    def inputs(self) -> tuple[str, ...]:
        """The stated facts it rests on."""
        others = tuple(b for op, b in self.bounds if op.startswith("lessThan"))
        return (*DIFFERENCES.get(self.fact, (self.fact,)), *others)


INCREASE = Leaf("tradeIncreaseUSD", (("minExclusive", Decimal(0)),))
"""There is an increase; where an amount rests on it."""

Tree: TypeAlias = "Leaf | tuple[str, tuple[Any, ...]]"


@dataclass(frozen=True)
class OptionSpec:
    """An amount rule; `bands` are (lower, upper or None, rate)."""

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


@dataclass(frozen=True)
class ClauseSpec:
    """A clause: its condition, its options, and how they combine."""

    id: str
    root: Tree
    options: tuple[OptionSpec, ...] = ()
    combination: str = "exclusive"

    def leaves(self) -> list[Leaf]:
        """All criteria, those of the options included."""
        trees = [self.root, *(o.condition for o in self.options if o.condition is not None)]
        return [leaf for tree in trees for leaf in _leaves(tree)]

    def facts(self) -> list[str]:
        """The stated facts whose lack can matter: of required criteria, and of amounts."""
        found = [name for leaf in self.leaves() if leaf.required for name in leaf.inputs()]
        for option in self.options:
            base = DIFFERENCES.get(option.base, (option.base,)) if option.base else ()
            found += [name for name in (*base, option.multiplier, option.divisor) if name]
        return list(dict.fromkeys(found))

    def reads(self) -> set[str]:
        """All stated facts that can make a difference."""
        agreed = {option.agreed for option in self.options if option.agreed}
        return {name for leaf in self.leaves() for name in leaf.inputs()} | set(self.facts()) | agreed

    def booleans(self) -> frozenset[str]:
        """Facts that are true or false."""
        return frozenset(BOOLEANS)

    def whole_numbers(self) -> frozenset[str]:
        """Facts that are whole numbers from 1."""
        return frozenset({"tradeRank"})

    def divisors(self) -> frozenset[str]:
        """Facts that are never zero."""
        return frozenset({"usdCnyRate"})


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
        if leaf != INCREASE and (
            min(bounds.values(), default=1) <= 0 or bounds.get("min", 0) >= bounds.get("max", 1e9)
        ):
            return False
    for option in spec.options:
        ends = [end for _, end, _ in option.bands if end is not None]
        if ends != sorted(set(ends)) or (option.base in DIFFERENCES and INCREASE not in _conjuncts(spec.root)):
            return False
    return True


def _conjuncts(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, tuple) and tree[0] == "and":
        yield from (found for part in tree[1] for found in _conjuncts(part))
    else:
        yield tree


@st.composite
def _leaf(draw: st.DrawFn, fact: str) -> Leaf:
    if fact in (*BOOLEANS, *NUMBERS) and draw(st.integers(0, 9)) == 0:
        return Leaf(fact, ())
    if fact in BOOLEANS:
        wanted = draw(st.booleans())
        presumed = draw(st.integers(0, 4)) == 0
        return Leaf(fact, (("in", (wanted,)),), False) if presumed else Leaf(fact, (("hasValue", wanted),))
    if fact == "priorTradeCNY":
        return Leaf(fact, ((draw(st.sampled_from(("lessThan", "lessThanOrEquals"))), "tradeCNY"),))
    if fact == "tradeRank":
        ranks = tuple(sorted(draw(st.sets(st.integers(1, 4), min_size=1, max_size=3))))
        return Leaf(
            fact, draw(st.sampled_from(((("in", ranks),), (("maxInclusive", ranks[-1]),), (("hasValue", ranks[0]),))))
        )
    low, high = sorted(draw(st.lists(st.sampled_from(MARKS), min_size=2, max_size=2, unique=True)))
    lower = (draw(st.sampled_from(("minInclusive", "minExclusive"))), low)
    upper = (draw(st.sampled_from(("maxInclusive", "maxExclusive"))), high)
    required = fact in DIFFERENCES or draw(st.integers(0, 5)) > 0
    return Leaf(fact, draw(st.sampled_from(((lower,), (upper,), (lower, upper)))), required)


@st.composite
def _tree(draw: st.DrawFn, facts: list[str], depth: int) -> Tree:
    """A condition over these facts, each used once."""
    if len(facts) == 1:
        leaf = draw(_leaf(facts[0]))
        return ("not", (leaf,)) if draw(st.integers(0, 4)) == 0 else leaf
    cut = draw(st.integers(1, len(facts) - 1))
    parts = (draw(_tree(facts[:cut], depth - 1)), draw(_tree(facts[cut:], depth - 1)))
    tree = (draw(st.sampled_from(("and", "or"))), parts)
    return ("not", (tree,)) if draw(st.integers(0, 5)) == 0 else tree


@st.composite
def _option(draw: st.DrawFn, condition: Tree | None, bases: list[str], factors: list[str]) -> OptionSpec:
    resting = ["rate", "rate", "bands", "ceiling-rate", "agreed"]
    kind = draw(st.sampled_from(["value", "ceiling", "floor", *(resting if bases else [])]))
    if kind in ("value", "ceiling"):
        return OptionSpec(condition, "ceiling" if kind == "ceiling" else "exact", value=draw(st.sampled_from(SUMS)))
    if kind == "floor":
        return OptionSpec(condition, "floor", floor=draw(st.sampled_from(SUMS)))
    base = bases.pop()
    if kind == "agreed" and base not in DIFFERENCES:
        return OptionSpec(condition, "floor", floor=draw(st.sampled_from(SUMS)), agreed=base)
    if kind == "bands":
        one, two = Decimal("20.5"), Decimal("100")
        rates = draw(st.lists(st.sampled_from(RATES), min_size=3, max_size=3))
        bands = ((Decimal(0), one, rates[0]), (one, two, rates[1]), (two, None, rates[2]))
        return OptionSpec(condition, "marginal-bands", base=base, bands=bands)
    factor = draw(st.sampled_from((None, None, "multiplier", "divisor"))) if factors else None
    return OptionSpec(
        condition,
        "ceiling" if kind == "ceiling-rate" else "exact",
        rate=draw(st.sampled_from(RATES)),
        base=base,
        cap=draw(st.sampled_from((None, Decimal("10"), Decimal("40.055")))),
        **({factor: factors.pop()} if factor else {}),
    )


@st.composite
def _clause(draw: st.DrawFn, name: str, *, paid: bool) -> ClauseSpec:
    facts = draw(
        st.permutations((*BOOLEANS[:5], "priorTradeCNY", "tradeRank", "overseasWarehouseArea", "tradeIncreaseUSD"))
    )
    free = list(facts[: draw(st.integers(1, 3))])
    root: Tree = draw(_tree(free, 3))
    if not paid:
        return ClauseSpec(name, root)
    count = draw(st.sampled_from((1, 1, 2, 3)))
    spare = list(draw(st.permutations((*BOOLEANS[5:], "platformFeeCNY"))))
    bases = list(draw(st.permutations(("overseasWarehouseInvestmentCNY", "listedCostCNY"))))
    # Only an increase that is required to be positive is a base.
    if "tradeIncreaseUSD" not in free and draw(st.booleans()):
        bases.append("tradeIncreaseUSD")
        root = ("and", (root, INCREASE))
    options, factors = [], ["usdCnyRate"]
    for _ in range(count):
        condition = None if draw(st.integers(0, 3)) == 0 else draw(_tree([spare.pop()], 1))
        options.append(draw(_option(condition, bases, factors)))
    combination = draw(st.sampled_from(("exclusive", "highest", "unsettled", "sum"))) if count > 1 else "exclusive"
    return ClauseSpec(name, root, tuple(options), combination)


@st.composite
def clauses(draw: st.DrawFn) -> tuple[ClauseSpec, ...]:
    """Six clauses about an enterprise-year: three of one group, one without money, two on their own."""
    return tuple(draw(_clause(name, paid=name != PLAIN[0])) for name in (*GROUP, *PLAIN))


def in_places(facts: dict[str, Any], places: int) -> dict[str, Any]:
    """The same facts with so many decimal places; what is more than nothing stays so."""
    last = Decimal(1).scaleb(-places)
    return {
        name: max(last if value else value, value.quantize(last)) if isinstance(value, Decimal) else value
        for name, value in facts.items()
    }


def records(count: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    """The facts of some records, values on and beside every bound, about a quarter missing."""
    step = Decimal("0.01")
    near = sorted(
        {max(Decimal(0), m + d) for m in MARKS for d in (-step, Decimal(0), step)}
        | {Decimal("33.3333"), Decimal("1000"), Decimal("31415926535897.93"), Decimal("99999999999999.99")}
    )
    money, truth = st.sampled_from(near), st.booleans()
    shape: dict[str, st.SearchStrategy[Any]] = dict.fromkeys(BOOLEANS, truth)
    shape |= dict.fromkeys(MONEY, money)
    shape |= {
        "tradeRank": st.integers(1, 5),
        "usdCnyRate": st.sampled_from([Decimal(t) for t in ("1", "6.8976", "7", "0.3333")]),
    }
    # Nothing is below zero, so that "less than nothing" would be ruled out by what data can be, not by the rules.
    shape["tradeCNY"] = st.sampled_from([n for n in near if n > 0])
    gaps = {name: st.one_of(st.none(), found, found, found) for name, found in shape.items()}
    one = st.fixed_dictionaries(gaps).map(lambda facts: {n: v for n, v in facts.items() if v is not None})
    return st.lists(one, min_size=count, max_size=count)


PREFIXES = """@prefix cpsv: <http://purl.org/vocab/cpsv#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix pkb-amount: <https://w3id.org/policykb/scheme/amount-kind#> .
@prefix pkb-combine: <https://w3id.org/policykb/scheme/combination#> .
@prefix pkb-kind: <https://w3id.org/policykb/scheme/clause-kind#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix szq: <https://w3id.org/policykb/id/szq-2020-12/> .
@prefix szq-clause: <https://w3id.org/policykb/id/szq-2020-12/clause/> .
@prefix t: <https://example.org/generated/> .
"""


def to_turtle(specs: tuple[ClauseSpec, ...]) -> str:
    """The clauses as an overlay on the shipped policy."""
    writer = _Writer()
    replaced = ", ".join(f"szq-clause:{spec.id}" for spec in specs)
    writer.lines.append(f"t:overlay a pkb:Overlay ; pkb:replaces {replaced} .")
    for number, spec in enumerate(specs, 1):
        writer.clause(spec, number)
    return PREFIXES + "\n".join(writer.lines) + "\n"


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.count = 0

    def name(self) -> str:
        self.count += 1
        return f"t:s{self.count}"

    def clause(self, spec: ClauseSpec, number: int) -> None:
        root = self.node(spec.root)
        options = [self.option(option) for option in spec.options]
        produced = f" ; cpsv:produces {', '.join(options)}" if options else ""
        self.lines.append(
            f'szq-clause:{spec.id} a pkb:Clause ; dct:identifier "{spec.id}" ; dct:title "{spec.id}"@zh ; '
            f"pkb:clauseKind pkb-kind:award ; cv:hasLegalResource szq:art-01-s{number} ; "
            f"pkb:recordType pkb:EnterpriseYear ; pkb:eligibility {root} ; "
            f"pkb:combination pkb-combine:{spec.combination}{produced} ."
        )

    def option(self, option: OptionSpec) -> str:
        name = self.name()
        parts = [f'a pkb:Option ; pkb:amountKind pkb-amount:{option.kind} ; schema:currency "CNY"']
        numbers = {"schema:value": option.value, "pkb:rate": option.rate}
        numbers |= {"schema:maxValue": option.cap, "schema:minValue": option.floor}
        parts += [f"{term} {_decimal(number)}" for term, number in numbers.items() if number is not None]
        facts = {"base": option.base, "agreed": option.agreed}
        facts |= {"multiplier": option.multiplier, "divisor": option.divisor}
        parts += [f"pkb:{term} pkb:{fact}" for term, fact in facts.items() if fact is not None]
        if option.condition is not None:
            parts.append(f"pkb:condition {self.node(option.condition)}")
        for lower, upper, rate in option.bands:
            bounds: tuple[tuple[str, Any], ...] = (("minExclusive", lower),)
            if upper is not None:
                bounds = (*bounds, ("maxInclusive", upper))
            band = self.name()
            self.lines.append(
                f'{band} a pkb:Option ; pkb:amountKind pkb-amount:exact ; schema:currency "CNY" ; '
                f"pkb:rate {_decimal(rate)} ; pkb:base pkb:{option.base} ; "
                f"pkb:condition {self.node(Leaf(option.base or '', bounds))} ."
            )
            parts.append(f"pkb:band {band}")
        self.lines.append(f"{name} {' ; '.join(parts)} .")
        return name

    def node(self, tree: Tree) -> str:
        """A node shape that holds a condition."""
        name = self.name()
        if isinstance(tree, Leaf):
            self.lines.append(f"{name} a sh:NodeShape ; sh:property {self.leaf(tree)} .")
            return name
        operator, parts = tree
        members = [self.leaf(part) if isinstance(part, Leaf) else self.node(part) for part in parts]
        if operator == "and" and self.count % 2:
            # What holds together may as well be said without a list.
            terms = ["sh:property" if isinstance(part, Leaf) else "sh:node" for part in parts]
            shown = " ; ".join(f"{term} {member}" for term, member in zip(terms, members, strict=True))
            self.lines.append(f"{name} a sh:NodeShape ; {shown} .")
            return name
        shown = members[0] if operator == "not" else f"( {' '.join(members)} )"
        self.lines.append(f"{name} a sh:NodeShape ; sh:{operator} {shown} .")
        return name

    def leaf(self, leaf: Leaf) -> str:
        name = self.name()
        parts = [f"sh:path pkb:{leaf.fact} ; dct:source szq:art-01-s1"]
        if leaf.required:
            parts.append("sh:minCount 1")
        for op, bound in leaf.bounds:
            if isinstance(bound, str):
                parts.append(f"sh:{op} pkb:{bound}")
            elif isinstance(bound, tuple):
                parts.append(f"sh:{op} ( {' '.join(map(_literal, bound))} )")
            else:
                parts.append(f"sh:{op} {_literal(bound)}")
        self.lines.append(f"{name} a sh:PropertyShape ; {' ; '.join(parts)} .")
        return name


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _decimal(value)


def _decimal(value: Decimal) -> str:
    text = f"{value:f}"
    return text if "." in text else f"{text}.0"
