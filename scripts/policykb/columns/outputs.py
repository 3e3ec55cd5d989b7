"""Decided columns as tables to be written: one row for each record and clause, or one row for each record."""

from __future__ import annotations

from functools import reduce
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from .amounts import ZERO, pick
from .compile import ClauseColumns, Decided
from .numbers import Number, force_cast
from .truth import Truth, any_of, both, certain, choose, column, unknown

__all__ = ["FINDINGS", "STATUSES", "TIDY", "tidy", "tidy_clause", "wide"]

STATUSES = ("eligible", "undetermined", "not-eligible", "not-in-force")
TIDY = (
    "record",
    "clause",
    "status",
    "amount_min",
    "amount_max",
    "currency",
    "selected",
    "missing",
    "awaiting",
    "bodies",
    "rules",
)
"""Columns of the tidy table, in their order."""

FINDINGS = ("record", "period", "rule", "item", "value", "message_zh", "message_en")
"""Columns of the table of invalid records, in their order."""


def tidy(decided: Decided, everything: bool = False) -> ir.Table:
    """One row for each record and clause.

    Args:
        decided: what `compile_rules` returned.
        everything: also rows that are not eligible or not in force; else only eligible and undetermined ones.
    """
    amount = _amount_type(decided)
    parts = [tidy_clause(decided, clause, amount, everything) for clause in decided.clauses]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def tidy_clause(decided: Decided, clause: ClauseColumns, amount: dt.Decimal, everything: bool = False) -> ir.Table:
    """The rows of one clause."""
    table = decided.table
    covered, status = decided.covered, clause.status
    shown = both(covered, any_of((certain(status), unknown(status))))
    is_open = both(covered, unknown(status))
    missing = decided.missing(clause.clause) if unknown(status) is not False else {}
    bodies = {name: decided.facts.vocabulary.facts[name].decided_by for name in missing}
    plain = {name: both(is_open, where) for name, where in missing.items() if bodies[name] is None}
    awaited = {name: both(is_open, where) for name, where in missing.items() if bodies[name] is not None}
    by_body: dict[str, Truth] = {}
    for name, where in awaited.items():
        body = bodies[name].id  # type: ignore[union-attr]
        by_body[body] = any_of((by_body.get(body, False), where))
    rows = table.select(
        record=table.record,
        clause=ibis.literal(clause.clause.id),
        status=_status_word(covered, status),
        amount_min=_amount(_least(clause), shown, amount),
        amount_max=_amount(clause.high, shown, amount),
        currency=choose(shown, ibis.literal(clause.currency, "string"), ibis.literal(None, "string")),
        selected=choose(covered, column(clause.selected), ibis.literal(None, "boolean")),
        missing=_words(plain),
        awaiting=_words(awaited),
        bodies=_words(dict(sorted(by_body.items()))),
        rules=ibis.literal(f"sha256:{decided.book.knowledge.rules_hash}"),
        is_shown=column(shown),
    )
    if not everything:
        rows = rows.filter(rows.is_shown)
    return rows.drop("is_shown")


def wide(decided: Decided) -> ir.Table:
    """One row for each record: a column for each clause's status, amounts, selection; winners and amounts of groups.

    A status is a code, 2 eligible, 1 undetermined, 0 not eligible, null not in force; an amount is null where the
    status is not 2 or 1, and the most also where there is no upper end.
    """
    table = decided.table
    columns: dict[str, ir.Value] = {"record": table.record}
    for clause in decided.clauses:
        name = clause.clause.id
        columns[f"{name}.status"] = choose(decided.covered, _code(clause.status), ibis.literal(None, "int8"))
        shown = both(decided.covered, any_of((certain(clause.status), unknown(clause.status))))
        if clause.sure is not None:
            columns[f"{name}.min"] = _amount(_least(clause), shown, _money(clause.sure, clause.places))
            columns[f"{name}.max"] = _amount(clause.high, shown, _money(clause.high or clause.sure, clause.places))
        if clause.in_group:
            columns[f"{name}.selected"] = choose(
                decided.covered, column(clause.selected), ibis.literal(None, "boolean")
            )
    return table.select(**columns)


def _code(status: Truth) -> ir.Value:
    if not isinstance(status, ir.Value):
        return ibis.literal(1 if status is None else 2 * int(status), "int8")
    return (status.cast("int8") * ibis.literal(2, "int8")).cast("int8").coalesce(ibis.literal(1, "int8"))


def _status_word(covered: Truth, status: Truth) -> ir.Value:
    word = choose(
        certain(status),
        ibis.literal("eligible"),
        choose(unknown(status), ibis.literal("undetermined"), ibis.literal("not-eligible")),
    )
    return choose(covered, word, ibis.literal("not-in-force"))


def _amount_type(decided: Decided) -> dt.Decimal:
    """One type for the amounts of all clauses."""
    types = [
        _money(n, clause.places) for clause in decided.clauses for n in (clause.sure, clause.high) if n is not None
    ]
    scale = max((t.scale for t in types), default=2)
    return dt.Decimal(max((t.precision - t.scale for t in types), default=1) + scale, scale)


def _money(number: Number, places: int) -> dt.Decimal:
    return dt.Decimal(max(number.digits, 1) + places, places)


def _least(clause: ClauseColumns) -> Number | None:
    """The least amount: zero where it is not certain that the clause applies."""
    return None if clause.sure is None else pick(certain(clause.applies), clause.sure, ZERO)


def _amount(number: Number | None, shown: Truth, to: dt.Decimal) -> ir.Value:
    none = ibis.literal(None, to)
    if number is None:
        return none
    return choose(shown, force_cast(number.column(), to), none)


def _words(where: dict[str, Truth]) -> ir.Value:
    """The names whose condition holds, separated by semicolons; null where none does."""
    if not where:
        return ibis.literal(None, "string")
    parts: list[Any] = [
        choose(condition, ibis.literal(f";{name}"), ibis.literal("")) for name, condition in where.items()
    ]
    text = reduce(lambda a, b: a + b, parts)
    return text.substr(1).nullif("")
