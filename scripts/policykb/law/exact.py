"""Refuse expressions of amounts that have no exact ends while a fact is missing."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..expression import OF_FACTS, Expression
from ..model import Clause
from ..names import PKB
from .criteria import NUMBERS, Declared
from .expressions import DIVIDING, read_expression
from .knowledge import local

__all__ = ["expression_faults"]


def expression_faults(
    declared: Declared, clause: Clause, option: ox.NamedNode, expression: Expression
) -> Iterator[KnowledgeError]:
    """Facts that are no numbers, divide and may be nothing, or work in both directions; quotients that are worked on.

    Args:
        declared: the facts.
        clause: the clause that the option is of.
        option: the option.
        expression: what its amount is worked out by.
    """
    inputs: dict[str, set[bool]] = {}
    for node in expression.nodes():
        iri = ox.NamedNode(node.iri)
        for place, operand in enumerate(node.operands):
            if operand.fact is None:
                continue
            predicate = PKB.by if place and node.op != "sum" else PKB.operand
            term = ox.NamedNode(operand.iri)
            fact = declared.fact(term)
            if fact is None:
                yield declared.refused("names-no-fact", iri, predicate, term)
            elif fact.datatype not in NUMBERS or fact.is_list:
                yield declared.refused("amount-of-no-number", iri, predicate, None, fact=fact.id, type=fact.datatype)
            elif clause.record_type is not None and not declared.can_state(clause.record_type, fact):
                yield declared.refused("fact-of-others", iri, predicate, term, fact=fact.id, type=clause.record_type)
            elif place and node.op in DIVIDING and not _is_above_zero(declared, clause, fact.id):
                yield declared.refused("divisor-may-be-zero", iri, predicate, None, fact=fact.id)
        if node.op in OF_FACTS:
            where = declared.knowledge.locate(iri, PKB.operator)
            yield KnowledgeError("operator-of-facts", where=where, resource=local(iri), operator=node.op)
        if not _is_exact(node):
            where = declared.knowledge.locate(iri, PKB.operator)
            yield KnowledgeError("expression-inexact", where=where, resource=local(iri))
    for name, rises in expression.directions():
        worked = declared.knowledge.node(PKB[name], PKB.expression)
        # What lowers a derived fact lowers what that raises.
        below = read_expression(declared.knowledge, worked).directions() if worked is not None else ((name, True),)
        for stated, turns in below:
            inputs.setdefault(stated, set()).add(rises == turns)
    for stated, directions in inputs.items():
        if len(directions) > 1:
            yield KnowledgeError(
                "expression-both-ways", where=declared.knowledge.locate(option), resource=local(option), fact=stated
            )


def _is_exact(node: Expression) -> bool:
    """Whether nothing is made of a quotient but what is rounded right: it is compared, cut, or added to a number."""
    divided = [operand for operand in node.operands if _is_divided(operand)]
    if node.op in DIVIDING and node.operands[1].op not in ("fact", "number"):
        return False
    return (
        not divided or node.op in ("least", "greatest") or (node.op in ("sum", "excess", "steps") and len(divided) == 1)
    )


def _is_divided(node: Expression) -> bool:
    """Whether a number may have more places behind the point than an engine keeps."""
    return node.op == "quotient" or (node.op != "steps" and any(map(_is_divided, node.operands)))


def _is_above_zero(declared: Declared, clause: Clause, fact: str) -> bool:
    rules = declared.rules(clause.record_type, fact)
    return any(rule.low is not None and (rule.low > 0 or (rule.low == 0 and rule.above)) for rule in rules)  # type: ignore[operator]
