"""Decided columns as tables to be written: one row for each record and clause, or one row for each record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ..engines.columns.decided import ClauseColumns, Decided
from ..engines.columns.groups import GroupColumns
from ..engines.columns.intervals import ZERO
from ..engines.columns.numbers import Number, alike, force_cast, pick
from ..engines.columns.truth import Truth, any_of, both, certain, choose, column, possible, reverse, unknown

__all__ = ["AMOUNTS", "FINDINGS", "HAD", "STATUSES", "Rows", "tidy", "wide"]

STATUSES = ("eligible", "undetermined", "not-eligible", "not-in-force")
AMOUNTS = ("amount_min", "amount_max")
HAD = "had"
DIGITS = 18
"""The digits of a decimal that 64 bits hold whatever they are."""
FINDINGS = ("record", "period", "rule", "item", "value", "message_zh", "message_en", "mend_zh", "mend_en")
"""Columns of the table of invalid records, in their order."""


@dataclass(frozen=True)
class Rows:
    """A table to be written, and what an engine still has to do to some of its columns.

    `counted` are amounts in 64-bit integers that count the last of so many places, to become decimals with fewer;
    `coded` are numbers to become the words at that position.
    """

    table: ir.Table
    counted: Mapping[str, tuple[int, int]]
    coded: Mapping[str, tuple[str, ...]]


def tidy(decided: Decided, everything: bool = False, beside: tuple[str, ...] = ()) -> Rows:
    """One row for each record and clause, and one for each group whose winner is open.

    The amounts of the rows that are `counted` add up to every total: of a group only the winner counts, and while that
    is open the row of the group, which names no clause.

    Args:
        decided: what `compile_rules` returned.
        everything: also rows that are not eligible or not in force; else only eligible and undetermined ones.
        beside: columns of the table to be kept, and HAD: the least that is had where anything is had.
    """
    places = max((clause.places for clause in decided.clauses if clause.sure is not None), default=0)
    numbers = [n for clause in decided.clauses for n in (clause.sure, clause.high) if n is not None]
    numbers += [n for group in decided.groups for n in (group.low, group.high)]
    numbers.append(ZERO.at(places))
    _, top, scale = alike(numbers)
    parts = [_tidy_clause(decided, clause, numbers, everything, beside) for clause in decided.clauses]
    parts += [_tidy_group(decided, group, numbers, beside) for group in decided.groups]
    table = ibis.union(*parts) if len(parts) > 1 else parts[0]
    is_counted = _fits(top, scale, places)
    amounts = [name for name in (*AMOUNTS, HAD) if name in table.columns]
    counted = {name: (scale, places) for name in amounts if is_counted and table[name].type().is_int64()}
    if not counted:
        money = dt.Decimal(max(len(str(top)) - scale, 1) + places, places)
        table = table.mutate(**{name: force_cast(table[name], money) for name in amounts})
    return Rows(table, counted, {"status": STATUSES})


def _tidy_clause(
    decided: Decided, clause: ClauseColumns, numbers: list[Number], everything: bool, beside: tuple[str, ...]
) -> ir.Table:
    """The rows of one clause; its amounts in a form that all these numbers share."""
    table = decided.table
    covered, status = decided.covered, clause.status
    shown, is_open = possible(status), unknown(status)
    missing = decided.missing(clause.clause) if unknown(status) is not False else {}
    facts = decided.facts.vocabulary.facts
    bodies = {name: facts[name].decided_by if name in facts else None for name in missing}
    plain = {name: both(is_open, where_) for name, where_ in missing.items() if bodies[name] is None}
    awaited = {name: both(is_open, where_) for name, where_ in missing.items() if bodies[name] is not None}
    by_body: dict[str, Truth] = {}
    for name, where_ in awaited.items():
        body = bodies[name].id  # type: ignore[union-attr]
        by_body[body] = any_of((by_body.get(body, False), where_))
    amounts = [ZERO if number is None else number for number in (_least(clause), clause.high, clause.sure)]
    values, _, _ = alike([*amounts, *numbers])
    stated = [both(shown, number is not None) for number in (clause.sure, clause.high)]
    rows = table.select(
        record=table.record,
        clause=ibis.literal(clause.clause.id),
        group=ibis.literal(clause.group, "string"),
        status=_status(covered, status),
        amount_min=_only(stated[0], values[0]),
        amount_max=_only(stated[1], values[1]),
        currency=choose(shown, ibis.literal(clause.currency, "string"), ibis.literal(None, "string")),
        selected=choose(covered, column(clause.selected), ibis.literal(None, "boolean")),
        counted=column(both(shown, clause.counted)),
        missing=_words(plain),
        awaiting=_words(awaited),
        bodies=_words(dict(sorted(by_body.items()))),
        rules=ibis.literal(f"sha256:{decided.book.origin.rules_hash}"),
        is_shown=column(shown),
        **_beside(table, values[2], beside),
    )
    if not everything:
        rows = rows.filter(rows.is_shown)
    return rows.drop("is_shown")


def _beside(table: ir.Table, had: ir.Value, names: tuple[str, ...]) -> dict[str, ir.Value]:
    return {name: had if name == HAD else table[name] for name in names}


def _tidy_group(decided: Decided, group: GroupColumns, numbers: list[Number], beside: tuple[str, ...]) -> ir.Table:
    """The rows of a group, where one of its members is had and it is open which."""
    table = decided.table
    values, _, _ = alike([group.low, group.high, *numbers])
    none = ibis.literal(None, "string")
    rows = table.select(
        record=table.record,
        clause=none,
        group=ibis.literal(group.group.id),
        status=ibis.literal(STATUSES.index("undetermined"), "int8"),
        amount_min=values[0],
        amount_max=_only(reverse(group.endless), values[1]),
        currency=ibis.literal(group.currency),
        selected=ibis.literal(None, "boolean"),
        counted=ibis.literal(True),
        missing=none,
        awaiting=none,
        bodies=none,
        rules=ibis.literal(f"sha256:{decided.book.origin.rules_hash}"),
        is_shown=column(group.is_open),
        **_beside(table, values[0], beside),
    )
    return rows.filter(rows.is_shown).drop("is_shown")


def wide(decided: Decided) -> Rows:
    """One row for each record: columns for each clause's status, amounts and selection, and for each group's amounts.

    What counts towards totals are the amounts of groups, and those of clauses that have no column `selected`.

    An amount is null where the clause is not eligible or undetermined, and the most also where there is no upper end.
    """
    table = decided.table
    columns: dict[str, ir.Value] = {"record": table.record}
    counted: dict[str, tuple[int, int]] = {}
    coded: dict[str, tuple[str, ...]] = {}
    for clause in decided.clauses:
        name = clause.clause.id
        columns[f"{name}.status"] = _status(decided.covered, clause.status)
        coded[f"{name}.status"] = STATUSES
        shown = possible(clause.status)
        if clause.sure is not None:
            _ends(columns, counted, name, (_least(clause), clause.high), clause.places, (shown, shown))
        if clause.group is not None:
            columns[f"{name}.selected"] = choose(
                decided.covered, column(clause.selected), ibis.literal(None, "boolean")
            )
    for group in decided.groups:
        bounded = both(group.any_member, reverse(group.endless))
        name, shown_ends = group.group.id, (group.any_member, bounded)
        _ends(columns, counted, name, (group.low, group.high), group.places, shown_ends)
    return Rows(table.select(**columns), counted, coded)


def _ends(
    columns: dict[str, ir.Value],
    counted: dict[str, tuple[int, int]],
    name: str,
    ends: tuple[Number | None, Number | None],
    places: int,
    shown: tuple[Truth, Truth],
) -> None:
    """Add the least and the most of a clause or group."""
    for end, number, is_shown in zip(("min", "max"), ends, shown, strict=True):
        value, kind = _money(number, places)
        columns[f"{name}.{end}"] = _only(both(is_shown, number is not None), value)
        if kind is not None:
            counted[f"{name}.{end}"] = kind


def _status(covered: Truth, status: Truth) -> ir.Value:
    """The position of a status among STATUSES."""
    met, open_, unmet, outside = (ibis.literal(place, "int8") for place in range(len(STATUSES)))
    return choose(covered, choose(certain(status), met, choose(unknown(status), open_, unmet)), outside)


def _money(number: Number | None, places: int) -> tuple[ir.Value, tuple[int, int] | None]:
    """A rounded amount as a column of counts, with its places and those wanted; or of decimals."""
    found = (ZERO if number is None else number).at(places)
    value = found.column()
    if value.type().is_int64() and _fits(found.top, found.scale, places):
        return value, (found.scale, places)
    return force_cast(value, dt.Decimal(max(len(str(found.top)) - found.scale, 1) + places, places)), None


def _fits(top: int, scale: int, places: int) -> bool:
    """Whether counts of the last of `scale` places are decimals of 64 bits when only so many places are kept."""
    return len(str(top)) <= DIGITS + scale - places


def _least(clause: ClauseColumns) -> Number | None:
    """The least amount: zero where it is not certain that the clause applies."""
    return None if clause.sure is None else pick(certain(clause.applies), clause.sure, ZERO)


def _only(shown: Truth, value: ir.Value) -> ir.Value:
    return choose(shown, value, ibis.literal(None, value.type()))


def _words(where: dict[str, Truth]) -> ir.Value:
    """The names whose condition holds, separated by semicolons; null where none does."""
    if not where:
        return ibis.literal(None, "string")
    parts: list[Any] = [
        choose(condition, ibis.literal(f";{name}"), ibis.literal("")) for name, condition in where.items()
    ]
    text = reduce(lambda a, b: a + b, parts)
    return text.substr(1).nullif("")
