"""Read the expressions that amounts are worked out by, and refuse what has no exact ends while a fact is missing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import cast

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..expression import OPERATORS, Expression, Operator
from ..model import Clause
from ..names import PKB, RDF
from .conditions import literal
from .criteria import NUMBERS, Declared
from .knowledge import Knowledge, local
from .literals import is_readable

__all__ = ["expression_faults", "read_expression"]

_DIVIDING = ("quotient", "steps")


def read_expression(knowledge: Knowledge, iri: ox.NamedNode, above: tuple[ox.NamedNode, ...] = ()) -> Expression:
    """An expression with all below it.

    Args:
        knowledge: the loaded knowledge base.
        iri: the expression.
        above: those that it is in.

    Raises:
        KnowledgeError: an operator is none of the known ones, an operand is missing or no number, or the expression is
            in itself.
    """
    operator, by = knowledge.node(iri, PKB.operator), knowledge.value(iri, PKB.by)
    operands = knowledge.objects(iri, PKB.operand)
    op = local(operator) if operator is not None else ""
    is_sum = op == "sum"
    is_whole = (
        iri not in above
        and op in OPERATORS
        and (is_sum or by is not None)
        and (len(operands) == 1 or (is_sum and operands))
    )
    if not is_whole:
        raise _unclear(knowledge, iri, op)
    terms = [*operands, *([] if by is None else [by])]
    found = []
    for place, term in enumerate(terms):
        if isinstance(term, ox.Literal) and place >= len(operands):
            found.append(_number(knowledge, iri, op, term))
        elif isinstance(term, ox.NamedNode) and PKB.Expression in knowledge.objects(term, RDF.type):
            found.append(read_expression(knowledge, term, (*above, iri)))
        elif isinstance(term, ox.NamedNode):
            found.append(Expression(term.value, "fact", fact=local(term)))
        else:
            raise _unclear(knowledge, iri, op)
    return Expression(iri.value, cast(Operator, op), tuple(found), words=knowledge.string(iri, PKB.words) or "")


def _number(knowledge: Knowledge, iri: ox.NamedNode, op: str, term: ox.Literal) -> Expression:
    value = literal(term) if is_readable(term) else None
    if isinstance(value, bool) or not isinstance(value, Decimal | int) or value < 0:
        raise _unclear(knowledge, iri, op)
    if op in _DIVIDING and not value:
        raise KnowledgeError("expression-by-nothing", where=knowledge.locate(iri, PKB.by), resource=local(iri))
    return Expression(f"{iri.value}~by", "number", number=Decimal(value))


def _unclear(knowledge: Knowledge, iri: ox.NamedNode, op: str) -> KnowledgeError:
    where = knowledge.locate(iri, PKB.operand)
    return KnowledgeError("expression-unclear", where=where, resource=local(iri), operator=op)


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
            elif not declared.can_state(clause.record_type, fact):
                yield declared.refused("fact-of-others", iri, predicate, term, fact=fact.id, type=clause.record_type)
            elif place and node.op in _DIVIDING and not _is_above_zero(declared, clause, fact.id):
                yield declared.refused("divisor-may-be-zero", iri, predicate, None, fact=fact.id)
        if not _is_exact(node):
            where = declared.knowledge.locate(iri, PKB.operator)
            yield KnowledgeError("expression-inexact", where=where, resource=local(iri))
    for name, rises in expression.directions():
        fact = declared.fact(PKB[name])
        for stated in fact.inputs if fact is not None and fact.is_derived else (name,):
            # What is taken away in a difference lowers what the difference raises.
            turns = declared.knowledge.node(PKB[name], PKB.subtrahend) == PKB[stated]
            inputs.setdefault(stated, set()).add(rises != turns)
    for stated, directions in inputs.items():
        if len(directions) > 1:
            yield KnowledgeError(
                "expression-both-ways", where=declared.knowledge.locate(option), resource=local(option), fact=stated
            )


def _is_exact(node: Expression) -> bool:
    """Whether nothing is made of a quotient but what is rounded right: it is compared, cut, or added to a number."""
    divided = [operand for operand in node.operands if _is_divided(operand)]
    if node.op in _DIVIDING and node.operands[1].op not in ("fact", "number"):
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
