"""What groups over several records leave of a screening: sums of one subject put together, and the rows that say so.

While records are decided, what groups over several records bind is set aside: who each record is about, and its rows.
When all are decided, the sums are combined group by group, and the rows are written with what became of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from ..answers.several import document_of
from ..engines.columns.crossing import Capped, behind_after, marked
from ..engines.columns.decided import Decided
from ..engines.columns.groups import currency_of
from ..engines.columns.joint import KEYS, SEATS, SUMS, Combined, combine_group, money
from ..engines.columns.truth import choose
from ..engines.program import smallest_unit
from ..law.rules import RuleBook
from ..model import Group
from .bonds import Bonds
from .engines import Engine
from .outputs import AMOUNTS, HAD, STATUSES, Rows, tidy
from .plain import MONEY
from .subjects import subjects
from .totals import JointTotals, Sums

__all__ = ["LOST", "ROW", "TABLE", "Joint", "owners_of", "parted", "places_of_sums", "set_aside", "with_lost"]

ROW = "number of the record"
"""The number of a record, in the order in which they stand; no item has such a name."""
LOST = ("suppressed_by", "suppressed_in")
"""Columns of the rows: the clause by which a sum is lost, and the record of that where it is another one."""
TABLE = 2**40
"""The numbers of the records of a table begin with a multiple of this."""


def parted(decided: Decided, bound: Collection[str]) -> tuple[Decided, Decided]:
    """What groups over several records bind, by the names of the clauses, and all the rest."""
    inside = tuple(one for one in decided.clauses if one.clause.id in bound)
    groups = tuple(one for one in decided.groups if not {*one.group.members} - {*bound})
    outside = tuple(one for one in decided.clauses if one.clause.id not in bound)
    others = tuple(one for one in decided.groups if one not in groups)
    return replace(decided, clauses=inside, groups=groups), replace(decided, clauses=outside, groups=others)


def set_aside(inside: Decided, everything: bool) -> Rows | None:
    """The rows of what groups over several records bind, their status in words; None where there are none."""
    if not inside.clauses:
        return None
    rows = tidy(inside, everything, (ROW, HAD))
    status = _texts(rows.table.status, dict(enumerate(STATUSES)))
    return replace(rows, table=rows.table.mutate(status=status), coded={})


def with_lost(rows: Rows) -> Rows:
    """Rows with the columns that those have besides which groups over several records bind."""
    return replace(rows, table=rows.table.mutate(**{name: ibis.literal(None, "string") for name in LOST}))


def owners_of(book: RuleBook, taken: ir.Table) -> ir.Table:
    """Who each record is about, its year, and what caps are a share of."""
    bases = {group.base for group in book.joints.values() if group.base is not None}
    stated = {name: taken[name].cast(MONEY) if name in taken.columns else ibis.literal(None, MONEY) for name in bases}
    none = ibis.literal(None, "string")
    who = {to: taken[one].cast("string") if one in taken.columns else none
           for to, one in (("name", "name"), ("code", "creditCode"))}  # fmt: skip
    year = taken.period.cast("string").substr(0, 4).fill_null("")
    return taken.select("record", row=taken[ROW], **who, year=year, **stated)


@dataclass
class Joint:
    """The combination of what was set aside.

    Args:
        engine: carries it out.
        bonds: the groups.
        owners: all records, see `owners_of`.
        rows: the rows set aside, see `set_aside`.
        folder: holds what is worked out.
        is_one: whether all records are of one table.
    """

    engine: Engine
    bonds: Bonds
    owners: ir.Table
    rows: ir.Table
    folder: Path
    is_one: bool = True
    steps: list[tuple[Group, Combined]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._kept, self._capped = 0, list[Capped]()
        self.book = self.bonds.book
        self.sums = self._first()
        self.behind = self._keep(self._behind()) if self.bonds.is_crossed else None
        numbers = self.sums.select(number="source").union(self.sums.select(number="clause"))
        if self.behind is not None:
            numbers = numbers.union(self.behind.select(number="clause"))
        there = set(numbers.distinct().to_pyarrow()["number"].to_pylist())
        groups = list(self.book.joints.values())
        while groups:
            group = groups.pop(0)
            members = [self._numbers[name] for name in (*group.members, *group.inner)]
            names = [number for number in members if number in there]
            if names:
                self.sums = self._combined(group, names, groups)
                there.add(self._numbers[group.id])

    def _keep(self, table: ir.Table) -> ir.Table:
        self._kept += 1
        return self.engine.keep(f"joint_{self._kept}", table, self.folder)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The number of each clause and group."""
        return {name: n for n, name in enumerate([*self.book.clauses, *self.book.groups, *self.book.joints])}

    @cached_property
    def _places(self) -> int:
        return places_of_sums(self.book)

    def _seat(self, rows: ir.Table) -> ir.Value:
        """The sum that a row belongs to: a group stands where the first of its members does."""
        numbers = self._numbers
        seats = [(name, min(numbers[m] for m in group.members)) for name, group in self.book.groups.items()]
        own = _named(rows.clause, [(name, numbers[name]) for name in self.book.clauses])
        return rows[ROW] * SEATS + (_named(rows.group, seats).fill_null(own) if seats else own)

    def _first(self) -> ir.Table:
        """The sums of the records by themselves."""
        whose = subjects(self.engine, self.owners.drop("record"), self.book.record_rules.uniqueness.forms, self._keep)
        self.whose = whose
        rows = self.rows.filter(self.rows.counted)
        numbers = self._numbers
        clause = _named(rows.clause, [(name, numbers[name]) for name in self.book.clauses])
        group = _named(rows.group, [(name, numbers[name]) for name in self.book.groups])
        settled = rows.status == "eligible"
        low, high, had = (money(rows[name], self._places) for name in (*AMOUNTS, HAD))
        had = choose(settled | (low > 0), low, had)
        sums = rows.select(
            sum=self._seat(rows), row=rows[ROW], source=group.fill_null(clause), clause=clause,
            settled=settled, low=low, had=had.fill_null(low), high=high,
        )  # fmt: skip
        joined = sums.inner_join(whose.select("row", "subject", "year"), "row")
        return self._keep(joined.select(*SUMS))

    def _behind(self) -> ir.Table:
        """The clauses behind each sum of a record."""
        rows, numbers = self.rows, self._numbers
        is_open = rows.group.notnull() & rows.selected.isnull() & rows[AMOUNTS[0]].notnull()
        found = rows.filter(rows.clause.notnull() & (rows.counted | is_open))
        return found.select(
            sum=self._seat(found), clause=_named(found.clause, [(name, numbers[name]) for name in self.book.clauses])
        )

    def _combined(self, group: Group, names: Sequence[int], later: Sequence[Group]) -> ir.Table:
        numbers, joints = self._numbers, self.book.joints
        compared = {inner for one in joints.values() if one.combination != "sum" for inner in one.inner}
        excluding = frozenset(numbers[name] for name in group.excluding if name in numbers)
        marks, bound = None, frozenset(numbers[name] for name in (*group.members, *group.inner))
        if self.behind is not None:
            coming = frozenset(numbers[name] for one in later for name in one.members)
            found_ = marked(self.sums, self.behind, bound, excluding, coming, self._capped, self._keep)
            marks = self._keep(found_)
        found = combine_group(
            group, self.sums, self.whose, names, numbers[group.id], excluding,
            self._places, is_whole=group.id in compared, keep=self._keep, marks=marks,
        )  # fmt: skip
        if found is None:
            return self.sums
        self.steps.append((group, found))
        if self.behind is not None:
            if found.caps is not None:
                made = Capped(numbers[group.id], bound, self._reach(group), found.parts, self.behind, found.caps)
                self._capped.append(made)
            self.behind = self._keep(behind_after(self.behind, found.events))
        return self._keep(found.sums)

    def _reach(self, group: Group) -> frozenset[int]:
        """The numbers of all clauses that may be behind what a group leaves: also those of groups that share some."""
        found, before = {*group.members}, -1
        done = [*self.book.groups.values(), *(one for one, _ in self.steps)]
        while len(found) > before:
            before = len(found)
            found.update(name for one in done if not found.isdisjoint(one.members) for name in one.members)
        return frozenset(self._numbers[name] for name in found)

    # --- What came of it

    def totals(self) -> dict[tuple[int, str], tuple[JointTotals, ...]]:
        """What each group left, by the number of the table in which the sums stand, and the document they are of."""
        found: dict[tuple[int, str], list[JointTotals]] = {}
        for group, step in self.steps:
            both = step.before.mutate(is_left=ibis.literal(False)).union(step.after.mutate(is_left=ibis.literal(True)))
            both = both.mutate(table=self._table(both.row), document=self._document(both.source))
            added = both.group_by(["table", "document", "is_left"]).aggregate(
                low=_sum(both.low), high=_sum(both.high), endless=both.high.isnull().cast("int64").sum()
            )
            nothing = smallest_unit(self.book, _currency(self.book, group)) * 0
            zero = Sums(nothing, nothing, 0)
            ends: dict[tuple[int, str], dict[bool, Sums]] = {}
            for row in added.to_pyarrow().to_pylist():
                least, most = (nothing + (row[name] or 0) for name in ("low", "high"))
                place = row["table"], row["document"]
                ends.setdefault(place, {})[row["is_left"]] = Sums(least, most, row["endless"])
            number = self._changed(group, step)
            for place, mine in sorted(ends.items()):
                two = mine.get(False, zero), mine.get(True, zero)
                told = JointTotals(group.id, _currency(self.book, group), number.get(place, 0), *two)
                found.setdefault(place, []).append(told)
        return {place: tuple(told) for place, told in found.items()}

    def _changed(self, group: Group, step: Combined) -> dict[tuple[int, str], int]:
        """In how many cases a group takes away a sum, or leaves one, that stands in a table and is of a document."""
        events = step.events.filter(step.events.is_part.fill_null(False) | step.events.winner.notnull())
        made = step.after.filter(step.after.source == self._numbers[group.id])
        sums = step.before.semi_join(events, "sum").union(made)
        sums = sums.mutate(table=self._table(sums.row), document=self._document(sums.source))
        cases = sums.select("table", "document", *KEYS[group.scope]).distinct()
        counts = cases.group_by(["table", "document"]).aggregate(cases=cases.count())
        return {(row["table"], row["document"]): row["cases"] for row in counts.to_pyarrow().to_pylist()}

    def _table(self, row: ir.Value) -> ir.Value:
        return ibis.literal(0, "int64") if self.is_one else row // TABLE

    def _document(self, source: ir.Value) -> ir.Value:
        """The slug of the document that a clause or group is of; empty where there is one document alone."""
        if len(self.bonds.rules) == 1:
            return ibis.literal("")
        return _texts(source, {number: document_of(name) for name, number in self._numbers.items()})

    def told(self) -> ir.Table:
        """The rows that were set aside, with what became of them, and those of sums of several; with their numbers."""
        rows = self.rows
        is_open = rows.group.notnull() & rows.selected.isnull() & rows[AMOUNTS[0]].notnull()
        none = ibis.literal(None, "int64")
        rows = rows.mutate(
            sum=choose(rows.counted | is_open, self._seat(rows), none),
            lost_by=none,
            lost_at=none,
        )
        for _, step in self.steps:
            events = step.events.rename({f"event_{name}": name for name in step.events.columns})
            rows = rows.left_join(events, [("sum", "event_sum")])
            is_hit, is_part = rows.event_sum.notnull(), rows.event_is_part.fill_null(False)
            is_lost = rows.event_winner.notnull()
            is_new = is_lost & rows.lost_at.isnull()
            chosen = choose(is_lost, ibis.literal(False), rows.selected.fill_null(True))
            rows = rows.mutate(
                sum=choose(is_hit, rows.event_into, rows["sum"]),
                selected=choose(is_hit & ~is_part & rows.clause.notnull(), chosen, rows.selected),
                counted=rows.counted & ~is_part & ~is_lost,
                lost_by=choose(is_new, rows.event_winner_by, rows.lost_by),
                lost_at=choose(is_new, rows.event_winner_row, rows.lost_at),
            ).drop(*events.columns)
        names = self.owners.select(at="row", winner_record="record")
        elsewhere = choose(rows.lost_at == rows[ROW], none, rows.lost_at)
        rows = rows.mutate(lost_at=elsewhere).left_join(names, [("lost_at", "at")])
        by = _texts(rows.lost_by, {n: name for name, n in self._numbers.items()})
        rows = rows.mutate(suppressed_by=by, suppressed_in=rows.winner_record)
        columns = [name for name in self.rows.columns if name != HAD]
        return rows.select(*columns, *LOST).union(self._together(columns))

    def _together(self, columns: Sequence[str]) -> ir.Table:
        """The rows of sums of several."""
        joints = {self._numbers[name]: name for name in self.book.joints}
        sums = self.sums.filter(self.sums.source.isin([*joints]))
        sums = sums.inner_join(self.owners.select("row", "record"), "row")
        kinds = {name: kind for name, kind in self.rows.schema().items()}
        currency = {n: _currency(self.book, self.book.joints[name]) for n, name in joints.items()}
        hashes = {n: f"sha256:{self.bonds.rules[document_of(name)]}" for n, name in joints.items()}
        given: Mapping[str, Any] = {
            ROW: sums.row,
            "record": sums.record,
            "group": _texts(sums.source, joints),
            "status": choose(sums.settled, ibis.literal("eligible"), ibis.literal("undetermined")),
            AMOUNTS[0]: sums.low.cast(kinds[AMOUNTS[0]]),
            AMOUNTS[1]: sums.high.cast(kinds[AMOUNTS[1]]),
            "currency": _texts(sums.source, currency),
            "counted": ibis.literal(True),
            "rules": _texts(sums.source, hashes),
        }
        found = {name: given[name] if name in given else ibis.literal(None, kinds[name]) for name in columns}
        return sums.select(**found, **{name: ibis.literal(None, "string") for name in LOST})


def places_of_sums(book: RuleBook) -> int:
    """The places behind the point of the sums that groups over several records put together."""
    units = (smallest_unit(book, _currency(book, group)) for group in book.joints.values())
    return max(-int(unit.normalize().as_tuple().exponent) for unit in units)


def _currency(book: RuleBook, group: Group) -> str:
    clauses = (book.clauses[name] for name in group.members)
    return currency_of([option for clause in clauses for option in clause.options], group.id)


def _sum(value: ir.Value) -> ir.Value:
    return money(value.sum(), value.type().scale)


def _named(text: ir.Value, numbers: Sequence[tuple[str, int]]) -> ir.Value:
    """The numbers of names."""
    found = [(name, ibis.literal(number, "int64")) for name, number in numbers]
    return text.cases(*found, else_=ibis.literal(None, "int64")) if found else ibis.literal(None, "int64")


def _texts(number: ir.Value, names: Mapping[int, str]) -> ir.Value:
    """The names of numbers."""
    none = ibis.literal(None, "string")
    return reduce(lambda found, one: choose(number == one[0], ibis.literal(one[1]), found), names.items(), none)
