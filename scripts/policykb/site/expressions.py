"""Expressions as the browser writes them out: what each node is called, and the numbers of the text in words."""

from __future__ import annotations

from typing import Any

from ..answers.plain import plain
from ..expression import Expression
from ..model import Option
from ..reports.phrases import Phrases

__all__ = ["published_expression"]

_HOLES = {name: f"{{{name}}}" for name in ("first", "second", "value")}


def published_expression(node: Expression, option: Option, phrases: list[Phrases]) -> dict[str, Any]:
    """An expression for display.

    Args:
        node: the expression.
        option: the option whose amount it is part of.
        phrases: in Chinese and in English.

    Returns:
        A fact has its id; a number how it is written; all else its operator, the operands, the unit that it is in and,
        where the operator is written in words, their form. What a product multiplies by is written as a rate.
    """
    if node.fact is not None:
        return {"iri": node.iri, "fact": node.fact}
    one, by = node.operands[0], node.operands[-1]
    found: dict[str, Any] = {"iri": node.iri, "op": node.op, "unit": phrases[0].unit(node)}
    if by.number is not None:
        unit = option.currency if node.op == "sum" else phrases[0].unit(one)
        found["number"] = plain(by.number)
        found["by"] = [p.rate(node, option) if node.op == "product" else p.number(by.number, unit) for p in phrases]
    if node.fixed is not None:
        found["fixed"] = [p.number(node.fixed, p.unit(node)) for p in phrases]
    if node.op in ("excess", "steps", "least", "greatest"):
        name = "told-difference" if node.op == "excess" else f"told-{node.op}"
        found["form"] = [p.say(name, **_HOLES) for p in phrases]
    found["of"] = [
        published_expression(operand, option, phrases) for operand in node.operands if operand.number is None
    ]
    return found
