"""Read the expressions that amounts and derived facts are worked out by."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..expression import OPERATORS, Expression, Operator
from ..names import PKB, RDF
from .conditions import literal
from .knowledge import Knowledge, local
from .literals import is_held, is_readable

__all__ = ["DIVIDING", "read_expression"]

DIVIDING = ("quotient", "steps")
"""The operators that divide by their second operand."""


_DEEPEST = 32
_LARGEST = 200
"""Nodes of an expression once it is written out: one that stands in several places counts in each."""


def read_expression(knowledge: Knowledge, iri: ox.NamedNode) -> Expression:
    """An expression with all below it.

    Args:
        knowledge: the loaded knowledge base.
        iri: the expression.

    Raises:
        KnowledgeError: an operator is none of the known ones, an operand is missing or no number, the expression is in
            itself, or it is too deep or too large.
    """
    return _read(knowledge, iri, (), [])


def _read(
    knowledge: Knowledge, iri: ox.NamedNode, above: tuple[ox.NamedNode, ...], read: list[ox.NamedNode]
) -> Expression:
    """The same within others, `above`; `read` are all that were read so far."""
    read.append(iri)
    if len(above) > _DEEPEST or len(read) > _LARGEST:
        where, top = knowledge.locate(iri), above[0] if above else iri
        raise KnowledgeError("expression-large", where=where, resource=local(top), deep=_DEEPEST, most=_LARGEST)
    operator, by = knowledge.node(iri, PKB.operator), knowledge.value(iri, PKB.by)
    operands = knowledge.objects(iri, PKB.operand)
    op = local(operator) if operator is not None else ""
    is_sum = op == "sum"
    is_whole = (
        iri not in above
        and op in (*OPERATORS, "once")
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
            found.append(_read(knowledge, term, (*above, iri), read))
        elif isinstance(term, ox.NamedNode):
            read.append(term)
            found.append(Expression(term.value, "fact", fact=local(term)))
        else:
            raise _unclear(knowledge, iri, op)
    return Expression(iri.value, cast(Operator, op), tuple(found), words=knowledge.string(iri, PKB.words) or "")


def _number(knowledge: Knowledge, iri: ox.NamedNode, op: str, term: ox.Literal) -> Expression:
    value = literal(term) if is_readable(term) else None
    if isinstance(value, bool) or not isinstance(value, Decimal | int) or value < 0:
        raise _unclear(knowledge, iri, op)
    if not is_held(Decimal(value)):
        where, shown = knowledge.locate(iri, PKB.by), knowledge.prefixed(term)[:80]
        raise KnowledgeError("bound-too-long", where=where, resource=local(iri), property="pkb:by", shown=shown)
    if op in DIVIDING and not value:
        raise KnowledgeError("expression-by-nothing", where=knowledge.locate(iri, PKB.by), resource=local(iri))
    return Expression(f"{iri.value}~by", "number", number=Decimal(value))


def _unclear(knowledge: Knowledge, iri: ox.NamedNode, op: str) -> KnowledgeError:
    where = knowledge.locate(iri, PKB.operand)
    if not op:
        return KnowledgeError("expression-short", where=where, resource=local(iri))
    return KnowledgeError("expression-unclear", where=where, resource=local(iri), operator=op)
