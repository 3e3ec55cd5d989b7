"""The conditions of a clause as they turned out: nested as written, each with its truth, and what is to blame."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from deciders import decider_with
from policykb.answers.trees import condition_results
from policykb.model import ConditionResult, Criterion, CriterionResult, Decision, Node, Text, Truth

TREES = 400
NAMES: dict[int, Truth] = {0: "unmet", 1: "unknown", 2: "met"}


def growth(**facts: bool | int) -> Decision:
    """The award on the increase in trade for a record of 2020."""
    kb = decider_with()
    typed = {name: value if isinstance(value, bool) else Decimal(value) for name, value in facts.items()}
    record = kb.record("EnterpriseYear", "2020", name="示例企业", **typed)  # type: ignore[arg-type]
    return next(d for d in kb.apply([record]).decisions if d.clause == "art-01-growth")


def shape(result: ConditionResult) -> object:
    """A condition as nested tuples: (op, truth, parts), a criterion as (id, truth, needed, blamed)."""
    if result.result is not None:
        one = result.result
        return one.criterion.id, result.truth, one.is_needed, result.is_blamed
    return result.op, result.truth, [shape(child) for child in result.children]


def test_an_unmet_alternative_of_a_fulfilled_condition_is_not_needed() -> None:
    """A producer need not be a recognised platform as well: that is not needed, and not to blame."""
    decision = growth(producer=True, recognisedPlatform=False, tradeCNY=5000000, tradeUSD=700000, priorTradeUSD=600000)

    assert [shape(condition) for condition in decision.conditions] == [
        (
            "and",
            "met",
            [
                ("and", "met", [("territory-division", "met", True, False)]),
                ("art-01-growth-threshold", "met", True, False),
                (
                    "or",
                    "met",
                    [
                        ("art-01-growth-producer", "met", True, False),
                        ("art-01-growth-platform", "unmet", False, False),
                    ],
                ),
                ("art-01-growth-increase", "met", True, False),
            ],
        )
    ]
    assert {one.criterion.id: one.is_needed for one in decision.criteria}["art-01-growth-platform"] is False


def test_both_alternatives_of_an_unmet_condition_are_to_blame() -> None:
    """Neither a producer nor a recognised platform: each of the two would do, and the trade is enough."""
    decision = growth(producer=False, recognisedPlatform=False, tradeCNY=5000000, tradeUSD=700000, priorTradeUSD=0)
    blamed = [leaf.result.criterion.id for c in decision.conditions for leaf in c.leaves() if leaf.is_blamed]  # type: ignore[union-attr]

    assert blamed == ["art-01-growth-producer", "art-01-growth-platform"]
    assert all(one.is_needed for one in decision.criteria)


def test_the_tiers_that_are_not_reached_are_not_needed_where_one_is() -> None:
    """Of four tiers one holds; the others are alternatives that need not hold."""
    kb = decider_with()
    record = kb.record("EnterpriseYear", "2020", name="示例企业", tradeCNY=Decimal(60000000), priorTradeCNY=Decimal(1))
    decision = next(d for d in kb.apply([record]).decisions if d.clause == "art-01-volume")
    tiers = decision.conditions[1]

    assert [(tier.truth, tier.label.zh if tier.label else "") for tier in tiers.children] == [
        ("unmet", "5亿元档"),
        ("unmet", "3亿元档"),
        ("unmet", "1亿元档"),
        ("met", "5000万元档"),
    ]
    assert not any(leaf.is_blamed for leaf in tiers.leaves())


def test_what_is_to_blame_and_what_is_not_needed() -> None:
    """In any nesting: a condition as asked has nobody to blame; with what is blamed as asked it is met; and what is
    not needed can turn out any way, outside negations."""
    dice = random.Random(17)
    for number in range(TREES):
        tree = made(dice, f"{number}", 3)
        truths = {leaf.iri: dice.choice((0, 0, 1, 2, 2)) for leaf in tree.leaves()}
        (found,) = condition_results_of(tree, truths)
        asked = dict(wanted(tree))
        blamed = {leaf.result.criterion.iri for leaf in found.leaves() if leaf.result and leaf.is_blamed}
        spared = {x.result.criterion.iri for x in found.leaves() if x.result and not x.result.is_needed}

        assert NAMES[value(tree, truths)] == found.truth
        assert bool(blamed) == (found.truth != "met")
        assert value(tree, truths | {name: asked[name] for name in blamed}) == 2
        for name in spared:
            if asked[name] == 2:
                assert {value(tree, truths | {name: other}) for other in (0, 1, 2)} == {value(tree, truths)}
            assert truths[name] < 2


def made(dice: random.Random, name: str, depth: int) -> Node:
    """A random condition; every criterion in it is one of its own."""
    op = dice.choice(("and", "or", "not", "leaf")) if depth else "leaf"
    if op == "leaf":
        none = Text("", "")
        return Node(name, "leaf", criterion=Criterion(name, name, none, none, "producer", (), True, "", ""))
    parts = 1 if op == "not" else dice.randint(1, 3)
    return Node(name, op, tuple(made(dice, f"{name}.{part}", depth - 1) for part in range(parts)))  # type: ignore[arg-type]


def value(node: Node, truths: Mapping[str, int]) -> int:
    """AND is the least, OR the most, NOT the opposite."""
    if node.criterion is not None:
        return truths[node.iri]
    found = [value(child, truths) for child in node.children]
    return min(found) if node.op == "and" else max(found) if node.op == "or" else 2 - found[0]


def wanted(node: Node, asked: int = 2) -> Iterator[tuple[str, int]]:
    """What each criterion is asked to be: met, or unmet under a negation."""
    if node.criterion is not None:
        yield node.iri, asked
    for child in node.children:
        yield from wanted(child, 2 - asked if node.op == "not" else asked)


def condition_results_of(tree: Node, truths: Mapping[str, int]) -> tuple[ConditionResult, ...]:
    """The results for a clause that has nothing but this condition."""
    clause = replace(decider_with().book.clauses["art-01-nurture"], root=tree, options=())
    known = dict(truths) | {node.iri: value(node, truths) for node in nodes(tree)}
    results = {c.iri: CriterionResult(c, NAMES[truths[c.iri]], "", None, "") for c in tree.leaves()}
    return condition_results(clause, known, results)


def nodes(node: Node) -> Iterator[Node]:
    """The conditions above the criteria that an engine tells the truth of."""
    if node.criterion is None and (node.op == "not" or len(node.children) > 1):
        yield node
    for child in node.children:
        yield from nodes(child)
