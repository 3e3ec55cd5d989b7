"""Totals over decided columns: clause by status, with sums, without writing a single row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ..engines.columns.decided import ClauseColumns, Decided
from ..engines.columns.groups import GroupColumns
from ..engines.columns.numbers import LARGEST, PRECISION, Number, force_cast
from ..engines.columns.truth import Truth, both, certain, choose, unknown
from .totals import JointTotals, Sums

__all__ = ["ClauseTotals", "GroupTotals", "Summary", "Sums", "read_summary", "summary_columns"]

_EXACT = Context(prec=80)
_WORD = 63
"""The bits of a whole number of 64 bits, without its sign."""
_DOUBLE = 53
"""The bits that a double holds exactly."""


@dataclass(frozen=True, slots=True)
class ClauseTotals:
    """One clause over all records: how many by status, and what the eligible and the undetermined ones come to.

    `selected` counts the records in which the clause wins its group; None where it is in none.
    """

    clause: str
    eligible: int
    undetermined: int
    not_eligible: int
    currency: str | None
    eligible_sums: Sums | None
    undetermined_sums: Sums | None
    selected: int | None


@dataclass(frozen=True, slots=True)
class GroupTotals:
    """One group over all records: what it gives, and in how many records each member wins."""

    group: str
    currency: str
    records: int
    sums: Sums
    wins: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """All records: how many were decided, how many are outside the period of the policy, and the totals."""

    records: int
    covered: int
    clauses: tuple[ClauseTotals, ...]
    groups: tuple[GroupTotals, ...]
    joints: tuple[JointTotals, ...] = ()

    @property
    def totals(self) -> dict[str, Sums]:
        """What all records come to in each currency: clauses outside groups, and groups, the same money once."""
        found: dict[str, Sums] = {}
        parts = [(group.currency, group.sums) for group in self.groups]
        for clause in self.clauses:
            if clause.selected is None and clause.currency is not None:
                sums = (clause.eligible_sums, clause.undetermined_sums)
                parts += [(clause.currency, one) for one in sums if one is not None]
        for currency, sums_ in parts:
            found[currency] = found[currency].plus(sums_) if currency in found else sums_
        for joint in self.joints:
            found[joint.currency] = found[joint.currency].minus(joint.before).plus(joint.after)
        return dict(sorted(found.items()))


def summary_columns(decided: Decided, rows: int) -> ir.Table:
    """One row with all counts and sums.

    Equal columns of several clauses are counted once, and sums that follow from others are not taken.

    Args:
        decided: the decided records.
        rows: at most so many records; a sum that could leave 64 bits is taken in two parts.
    """
    table = decided.table
    wanted = _Wanted(table, rows)
    wanted.add("covered", "", decided.covered)
    for clause in decided.clauses:
        _clause(wanted, clause)
    for group in decided.groups:
        _group(wanted, group)
    # What is added up is worked out first, so that nothing that two sums share is worked out twice.
    # A table has at least one column, also where the policy is in force for no record and nothing is added up.
    ready = table.select(**(wanted.columns or {"record": table.record}))
    sums = {name: wanted.reduced.get(name, ir.NumericColumn.sum)(ready[name]) for name in wanted.columns}
    for name in wanted.parted:
        whole = ready[name]
        lower = whole & ibis.literal(2**wanted.low_bits - 1, "int64")
        # Multiples of a power of two are doubles, and so are their sums, in whatever order they are added.
        sums[f"{name}:upper"] = (whole - lower).cast("float64").sum()
        sums[f"{name}:lower"] = lower.sum()
        del sums[name]
    return ready.aggregate(records=ready.count(), **sums)


class _Wanted:
    """What is to be added up, by name; what is there already is not added up twice."""

    def __init__(self, table: ir.Table, rows: int) -> None:
        self.table, self.rows = table, rows
        self.columns: dict[str, ir.Value] = {}
        self.reduced: dict[str, Callable[[Any], ir.Scalar]] = {}
        self.parted: list[str] = []
        self.low_bits = _WORD - rows.bit_length()
        self.done: dict[Any, str] = {}

    def add(self, kind: str, name: str, value: Any, reduced: Callable[[Any], ir.Scalar] | None = None) -> None:
        if isinstance(value, ir.Value):
            self.columns[f"{kind}:{name}"] = value
            if reduced is not None:
                self.reduced[f"{kind}:{name}"] = reduced

    def sum(self, kind: str, name: str, number: Number | None, where: Truth) -> None:
        """Add up a number where a condition holds; of a constant only the count is needed."""
        if number is None or where is False:
            return
        if number.constant is not None:
            self.add(f"{kind}_count", name, where)
            return
        value = number.column()
        is_small = not number.is_whole or number.top * self.rows <= LARGEST
        is_parted = not is_small and number.top.bit_length() + self.rows.bit_length() <= _DOUBLE + self.low_bits
        if not is_small and not is_parted:
            value = force_cast(value, dt.Decimal(PRECISION, 0))
        # A choice and a plain sum keep to one pass over the columns; a filtered sum takes one of its own.
        self.add(kind, name, choose(where, value, force_cast(ibis.literal(0), value.type())))
        if not number.is_whole:
            to = dt.Decimal(PRECISION, number.scale)
            self.reduced[f"{kind}:{name}"] = lambda amounts: force_cast(amounts.sum(), to)
        elif is_parted:
            self.parted.append(f"{kind}:{name}")

    def endless(self, kind: str, name: str, endless: Truth, where: Truth) -> None:
        """Count where a condition holds and there is no upper end."""
        if isinstance(endless, ir.Value):
            self.add(kind, name, both(where, endless))


def _clause(wanted: _Wanted, clause: ClauseColumns) -> None:
    table, name = wanted.table, clause.clause.id
    status = _on(table, clause.status)
    key = status.get_name() if isinstance(status, ir.Value) else status
    if key not in wanted.done:
        wanted.done[key] = name
        if isinstance(status, ir.Value):
            wanted.add("known", name, status, lambda statuses: statuses.count())
            wanted.add("met", name, status)
    if clause.sure is None:
        return
    applies = _on(table, clause.applies)
    sure, high = _on_number(table, clause.sure), _on_number(table, clause.high)
    endless = _on(table, clause.endless)
    wanted.sum("eligible_min", name, sure, certain(status))
    if high is not None and not clause.exact:
        wanted.sum("eligible_max", name, high, certain(status))
        wanted.endless("eligible_endless", name, endless, certain(status))
    if unknown(status) is not False:
        wanted.sum("open_max", name, high, unknown(status))
        wanted.endless("open_endless", name, endless, unknown(status))
        if not _same(status, applies):
            wanted.sum("open_min", name, sure, both(unknown(status), certain(applies)))


def _group(wanted: _Wanted, group: GroupColumns) -> None:
    table, name = wanted.table, group.group.id
    any_member = _on(table, group.any_member)
    wanted.add("records", name, any_member)
    wanted.sum("min", name, _on_number(table, group.low), any_member)
    wanted.sum("max", name, _on_number(table, group.high), any_member)
    wanted.endless("endless", name, _on(table, group.endless), any_member)
    for member, win in group.wins.items():
        wanted.add("wins", member, _on(table, win))


def _same(one: Truth, other: Truth) -> bool:
    """Whether two are the same column, or the same constant."""
    if isinstance(one, ir.Value) and isinstance(other, ir.Value):
        return bool(one.op() == other.op())
    return one is other


def _on(table: ir.Table, value: Any) -> Any:
    """An expression over the decided table, on the filtered one."""
    if not isinstance(value, ir.Value):
        return value
    name = value.get_name()
    return table[name] if name in table.columns else value


def _on_number(table: ir.Table, number: Number | None) -> Number | None:
    return None if number is None else replace(number, value=_on(table, number.value))


def read_summary(decided: Decided, row: Mapping[str, Any]) -> Summary:
    """The summary from the one row of `summary_columns`.

    Args:
        decided: what was summed up.
        row: the values by column; sums over nothing are None.
    """
    reader = _Reader(row, decided.covered)
    first: dict[Any, str] = {}
    wins = {name: win for group in decided.groups for name, win in group.wins.items()}
    clauses = []
    for clause in decided.clauses:
        key = clause.status.get_name() if isinstance(clause.status, ir.Value) else clause.status
        clauses.append(_clause_totals(reader, clause, first.setdefault(key, clause.clause.id), wins))
    groups = tuple(_group_totals(reader, group) for group in decided.groups)
    return Summary(reader.records, reader.covered, tuple(clauses), groups)


class _Reader:
    """Counts and sums by name; what was not taken is zero."""

    def __init__(self, row: Mapping[str, Any], covered: Truth) -> None:
        self.row, self.records = row, int(row["records"])
        self.covered = self.records if covered is True else self.count("covered", "")

    def count(self, kind: str, name: str, constant: Truth = False) -> int:
        key = f"{kind}:{name}"
        if key in self.row:
            return int(self.row[key] or 0)
        return self.covered if constant is True else 0

    def sum(self, kind: str, name: str, number: Number | None, everyone: int) -> Decimal:
        """A sum; of a constant, its value for each of those it holds for."""
        if number is None:
            return Decimal(0)
        if number.constant is not None:
            key = f"{kind}_count:{name}"
            return number.constant * (int(self.row[key] or 0) if key in self.row else everyone)
        if not number.is_whole:
            return Decimal(self.row.get(f"{kind}:{name}") or 0)
        plain, upper, lower = (int(self.row.get(f"{kind}:{name}{part}") or 0) for part in ("", ":upper", ":lower"))
        return Decimal(plain + upper + lower).scaleb(-number.scale, _EXACT)

    def endless(self, kind: str, name: str, endless: Truth, everyone: int) -> int:
        """How many of those there are have no upper end."""
        key = f"{kind}:{name}"
        return int(self.row[key] or 0) if key in self.row else everyone if endless is True else 0


def _clause_totals(reader: _Reader, clause: ClauseColumns, counted: str, wins: Mapping[str, Truth]) -> ClauseTotals:
    name, status = clause.clause.id, clause.status
    if isinstance(status, ir.Value):
        eligible = reader.count("met", counted)
        undetermined = reader.records - reader.count("known", counted)
    else:
        eligible, undetermined = (reader.covered if status is True else 0), (reader.covered if status is None else 0)
    eligible_sums = open_sums = None
    if clause.sure is not None:
        least = _places(reader.sum("eligible_min", name, clause.sure, eligible), clause.places)
        if clause.exact:
            eligible_sums = Sums(least, least, 0)
        else:
            most = _places(reader.sum("eligible_max", name, clause.high, eligible), clause.places)
            eligible_sums = Sums(least, most, reader.endless("eligible_endless", name, clause.endless, eligible))
        open_sums = Sums(
            _places(reader.sum("open_min", name, clause.sure, 0), clause.places),
            _places(reader.sum("open_max", name, clause.high, undetermined), clause.places),
            reader.endless("open_endless", name, clause.endless, undetermined),
        )
    return ClauseTotals(
        clause=name,
        eligible=eligible,
        undetermined=undetermined,
        not_eligible=reader.covered - eligible - undetermined,
        currency=clause.currency,
        eligible_sums=eligible_sums,
        undetermined_sums=open_sums,
        selected=reader.count("wins", name, wins[name]) if name in wins else None,
    )


def _group_totals(reader: _Reader, group: GroupColumns) -> GroupTotals:
    name = group.group.id
    records = reader.count("records", name, group.any_member)
    sums = Sums(
        _places(reader.sum("min", name, group.low, records), group.places),
        _places(reader.sum("max", name, group.high, records), group.places),
        reader.endless("endless", name, group.endless, records),
    )
    wins = {member: reader.count("wins", member, win) for member, win in group.wins.items()}
    return GroupTotals(name, group.currency, records, sums, wins)


def _places(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), context=_EXACT)
