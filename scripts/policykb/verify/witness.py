"""Write a solution of the solver as a record that `policykb apply` reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import z3

from ..model import Clause
from .symbols import Symbols

__all__ = ["rational", "witness"]


def witness(
    symbols: Symbols, model: z3.ModelRef, clause: Clause, tag: str, changed: Mapping[str, Any]
) -> dict[str, Any]:
    """A record of the clause's type.

    Args:
        symbols: the variables of the type.
        model: the solution.
        clause: the clause that the record is about; it names the record.
        tag: what tells this record from the others of the finding.
        changed: terms in the place of the variables of some facts.
    """
    book = symbols.book
    year = book.periods_ending_from.year
    name = f"{clause.id}-{tag}"
    record: dict[str, Any] = {"id": name, "type": clause.record_type, "period": str(year), "subject": {"name": name}}
    for fact, variable in symbols.variables.items():
        if fact in book.derived:
            for node in book.derived[fact].expression.nodes():
                if node.op == "later":
                    # A first day so early that the window is over by the end of the period.
                    start, years = node.operands
                    record[start.fact or ""] = date(year - int(years.number or 0), 1, 1).isoformat()
            continue
        if fact not in symbols.vocabulary.facts or symbols.datatype(fact) == "date":
            continue
        if fact in symbols.stated and not z3.is_true(model.eval(symbols.stated[fact], model_completion=True)):
            continue
        record[fact] = _value(symbols, model, fact, changed.get(fact, variable))
    return record


def _value(symbols: Symbols, model: z3.ModelRef, fact: str, variable: Any) -> Any:
    if fact in symbols.members:
        members = symbols.members[fact].items()
        return [code for code, has in members if z3.is_true(model.eval(has, model_completion=True))]
    value = model.eval(variable, model_completion=True)
    datatype = symbols.datatype(fact)
    if datatype == "boolean":
        return z3.is_true(value)
    if datatype == "string":
        numbers = {number: code for code, number in symbols.codes[fact].items()}
        return numbers.get(value.as_long(), "other")
    if datatype == "integer":
        return value.as_long()
    return f"{rational(value):f}"


def rational(value: Any) -> Decimal:
    """A rational number of the solver, rounded half up to cents."""
    fraction = Fraction(value.numerator_as_long(), value.denominator_as_long()) if z3.is_rational_value(value) else None
    fraction = Fraction(value.as_long()) if fraction is None else fraction
    cents = (fraction * 100 + Fraction(1, 2)).__floor__()
    return Decimal(cents).scaleb(-2)
