"""Expressions: every engine knows every operator, and what has no exact ends, or no exact value, is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from test_decidable import AMOUNT, CLAUSE, HEAD, PRODUCER

from policykb.errors import KnowledgeError, KnowledgeFaults
from policykb.expression import Expression
from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.site.curves import Stretch, curve, knees

ROOT = Path(__file__).resolve().parents[2]


def _fact() -> Expression:
    return Expression("x", "fact", fact="x")


def _number(value: str) -> Expression:
    return Expression(value, "number", number=Decimal(value))


def _over(op: str, by: str = "10") -> Expression:
    return Expression(op, op, (_fact(), _number(by)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("op", "low", "high", "ends"),
    [
        ("sum", "0", None, ("10", None)),
        ("excess", "4", "25", ("0", "15")),
        ("excess", "12", None, ("2", None)),
        ("product", "0", "2.5", ("0", "25.0")),
        ("quotient", "5", "25", ("0.5", "2.5")),
        ("steps", "9.99", "20", ("0", "2")),
        ("steps", "0", "0", ("0", "0")),
        ("least", "4", None, ("4", "10")),
        ("greatest", "4", "12", ("10", "12")),
    ],
)
def test_ends(op: str, low: str, high: str | None, ends: tuple[str, str | None]) -> None:
    """From the ends of a fact follow those of what is made of it and ten."""
    found = _over(op).ends({"x": (Decimal(low), None if high is None else Decimal(high))})

    assert found == (Decimal(ends[0]), None if ends[1] is None else Decimal(ends[1]))


def test_ends_that_the_text_states() -> None:
    """An end holds where the whole is the lesser or greater of something and a number, one within the other too."""

    def of(op: str, one: Expression, by: Expression) -> Expression:
        return Expression(op, op, (one, by))  # type: ignore[arg-type]

    capped, raised, y = _over("least"), _over("greatest", "5"), Expression("y", "fact", fact="y")
    for whole, low, high in (
        (capped, 0, 10),
        (of("greatest", capped, _number("5")), 5, 10),
        (of("least", raised, _number("10")), 5, 10),
        (of("least", capped, _number("7")), 0, 7),
        # Not more than another fact comes to, whatever that is; a greater one lifts the ceiling.
        (of("least", capped, y), 0, 10),
        (of("greatest", capped, y), 0, None),
        # What is capped in a sum, or before it is multiplied, is no cap of the whole.
        (of("sum", capped, y), 0, None),
        (of("product", capped, _number("1000")), 0, None),
    ):
        assert whole.stated_ends() == (low, high), whole


def test_nothing_times_anything_is_nothing() -> None:
    """Where one factor is nothing, it does not matter that the other is not known."""
    product = Expression("p", "product", (_fact(), Expression("y", "fact", fact="y")))

    assert product.ends({"x": (Decimal(0), Decimal(0)), "y": (Decimal(0), None)}) == (0, 0)
    assert product.ends({"x": (Decimal(3), Decimal(3)), "y": (Decimal(0), None)}) == (0, None)


def test_curve() -> None:
    """Half of what is above ten, at most five, plus one: level, rising from ten, level again from twenty."""
    half = Expression("h", "product", (_over("excess"), _number("0.5")))
    capped = Expression("c", "least", (half, _number("5")))
    whole = Expression("w", "sum", (capped, _number("1")))
    d = Decimal

    assert curve(whole, d(100)) == [
        Stretch(d(0), d(1), d(0)),
        Stretch(d(10), d(1), d("0.5")),
        Stretch(d(20), d(6), d(0)),
    ]
    assert knees(whole) == (d(10), d(20))


def test_steps_without_end_are_drawn_in_part() -> None:
    """Of steps that never end the first are marked."""
    assert knees(_over("steps"))[:3] == (Decimal(10), Decimal(20), Decimal(30))


OPTION = """ex:option a pkb:Option ;
    pkb:amountKind pkb-amount:exact ;
    schema:currency "CNY" ;
"""


def expression(*nodes: str, option: str = "    pkb:expression ex:top .\n") -> str:
    """A clause whose option is worked out by ex:top."""
    shown = "".join(
        f"\nex:{node.partition(' ')[0]} a pkb:Expression ;\n    {node.partition(' ')[2]} .\n" for node in nodes
    )
    return f"{CLAUSE}{PRODUCER}{OPTION}{option}{shown}"


FAULTS = {
    "a product of one": (expression("top pkb:operator o:product ; pkb:operand pkb:tradeCNY"), "expression-unclear"),
    "two operands of what takes one": (
        expression("top pkb:operator o:least ; pkb:operand pkb:tradeCNY , pkb:tradeUSD ; pkb:by 5.0"),
        "expression-unclear",
    ),
    "a number below zero": (
        expression("top pkb:operator o:excess ; pkb:operand pkb:tradeCNY ; pkb:by -5.0"),
        "expression-unclear",
    ),
    "a text for a number": (
        expression('top pkb:operator o:least ; pkb:operand pkb:tradeCNY ; pkb:by "5"'),
        "expression-unclear",
    ),
    "an expression in itself": (
        expression(
            "top pkb:operator o:least ; pkb:operand ex:below ; pkb:by 5.0",
            "below pkb:operator o:product ; pkb:operand ex:top ; pkb:by 2.0",
        ),
        "expression-unclear",
    ),
    "steps of nothing": (
        expression("top pkb:operator o:steps ; pkb:operand pkb:tradeCNY ; pkb:by 0.0"),
        "expression-by-nothing",
    ),
    "a share that is nothing": (
        expression("top pkb:operator o:quotient ; pkb:operand pkb:tradeCNY ; pkb:by 0"),
        "expression-by-nothing",
    ),
    "a fact that may be nothing below the line": (
        expression("top pkb:operator o:quotient ; pkb:operand pkb:tradeCNY ; pkb:by pkb:tradeUSD"),
        "divisor-may-be-zero",
    ),
    "a fact in both directions": (
        expression("top pkb:operator o:excess ; pkb:operand pkb:tradeCNY ; pkb:by pkb:tradeCNY"),
        "expression-both-ways",
    ),
    "a difference and its part": (
        expression("top pkb:operator o:sum ; pkb:operand pkb:tradeIncreaseUSD , pkb:priorTradeUSD"),
        "expression-both-ways",
    ),
    "a quotient multiplied": (
        expression(
            "top pkb:operator o:product ; pkb:operand ex:below ; pkb:by 3.0",
            "below pkb:operator o:quotient ; pkb:operand pkb:tradeCNY ; pkb:by 3.0",
        ),
        "expression-inexact",
    ),
    "two quotients added": (
        expression(
            "top pkb:operator o:sum ; pkb:operand ex:one , ex:two",
            "one pkb:operator o:quotient ; pkb:operand pkb:tradeCNY ; pkb:by 3.0",
            "two pkb:operator o:quotient ; pkb:operand pkb:tradeUSD ; pkb:by 3.0",
        ),
        "expression-inexact",
    ),
    "a fact that is no number": (
        expression("top pkb:operator o:product ; pkb:operand pkb:producer ; pkb:by 5.0"),
        "amount-of-no-number",
    ),
    "a fact of other records": (
        expression("top pkb:operator o:product ; pkb:operand pkb:boothFeeCNY ; pkb:by 5.0"),
        "fact-of-others",
    ),
    "no fact": (
        expression("top pkb:operator o:product ; pkb:operand pkb:nothing ; pkb:by 5.0"),
        "name-unknown",
    ),
    "another operator": (
        expression("top pkb:operator o:power ; pkb:operand pkb:tradeCNY ; pkb:by 2.0"),
        "closed-value",
    ),
    "a rate beside it": (
        expression(
            "top pkb:operator o:product ; pkb:operand pkb:tradeCNY ; pkb:by 2.0",
            option="    schema:value 5.0 ;\n    pkb:expression ex:top .\n",
        ),
        "option-several-ways",
    ),
    "another kind": (
        expression("top pkb:operator o:product ; pkb:operand pkb:tradeCNY ; pkb:by 2.0").replace(
            "pkb-amount:exact", "pkb-amount:floor"
        ),
        "option-other-kind",
    ),
}


@pytest.mark.proof
@pytest.mark.parametrize("name", FAULTS)
def test_refused(name: str, tmp_path: Path) -> None:
    """Each is refused by its own message, with the file."""
    turtle, id = FAULTS[name]
    path = tmp_path / "overlay.ttl"
    prefix = "@prefix o: <https://w3id.org/policykb/scheme/operator#> .\n"
    path.write_text(f"{prefix}{HEAD}\n{turtle}", encoding="utf-8")
    with pytest.raises((KnowledgeError, KnowledgeFaults)) as raised:
        read_rules(load(ROOT, "szq-2020-12", [path]))
    faults = raised.value.faults if isinstance(raised.value, KnowledgeFaults) else (raised.value,)

    assert id in {fault.id for fault in faults}
    assert all("overlay.ttl" in str(fault) for fault in faults)


def test_read_as_written(tmp_path: Path) -> None:
    """An expression that is written as it is, is read as it is."""
    path = tmp_path / "overlay.ttl"
    turtle = expression("top pkb:operator o:product ; pkb:operand pkb:tradeCNY ; pkb:by 2.0")
    path.write_text(f"@prefix o: <https://w3id.org/policykb/scheme/operator#> .\n{HEAD}\n{turtle}", encoding="utf-8")
    (option,) = read_rules(load(ROOT, "szq-2020-12", [path])).clauses["art-05-warehouse"].options

    assert AMOUNT not in turtle
    assert option.expression is not None
    assert (option.expression.op, option.expression.facts()) == ("product", ("tradeCNY",))
    assert option.expression.operands[1].number == Decimal(2)
