"""What groups leave of the sums of several records, over columns: the same steps as the query joint-10-combine.

A sum is a row: whose it is and of which year, what it comes from, its ends. A group puts the sums of each case (one
record, one subject and year, or one subject) together; what it does to them are rows as well, so that it can be told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ...model import Group
from .numbers import PRECISION, Number, force_cast
from .truth import among, choose

__all__ = ["EVENTS", "KEYS", "SEATS", "SUMS", "Combined", "combine_group", "money"]

SEATS = 4096
"""A sum has the number of its record times this, and its seat within the record: in the order of the document."""
SUMS = ("sum", "row", "subject", "year", "source", "clause", "settled", "low", "had", "high")
"""Columns of the table of sums: `source` and `clause` are numbers of names, `clause` null for a sum of several; `had`
is the least that is had where anything is had, `high` null where there is no upper end."""
EVENTS = ("sum", "into", "is_part", "winner", "winner_by", "winner_row")
"""Columns of what a group did to a sum: the sum that it became (itself where it stands), whether as a part of it, or
the sum by which it is lost, with its clause, or the group that made it one of several, and its record."""
KEYS = {"record": ("row", "subject", "year"), "subject-year": ("subject", "year"), "subject": ("subject",)}
"""What makes sums one case, by the scope of a group."""


@dataclass(frozen=True)
class Combined:
    """What a group leaves: the sums that count now, what was done to those of its cases, and these cases.

    `before` are the sums of its cases, `after` what is left of them; `parts` are those that became one, and `caps` what
    each of those was capped at, where the group caps.
    """

    sums: ir.Table
    events: ir.Table
    cases: ir.Table
    before: ir.Table
    after: ir.Table
    parts: ir.Table
    caps: ir.Table | None


@dataclass(frozen=True)
class _Case:
    """The sums that a group is about, by what makes them one case."""

    mine: ir.Table
    keys: tuple[str, ...]

    def told(self, **columns: ir.Value) -> ir.Table:
        return self.mine.group_by(list(self.keys)).aggregate(**columns)

    def beside(self, cases: ir.Table) -> ir.Table:
        """The sums of these cases, each beside its case."""
        renamed = cases.rename({f"case_{name}": name for name in cases.columns if name not in self.keys})
        return self.mine.inner_join(renamed, list(self.keys))


def combine_group(
    group: Group,
    sums: ir.Table,
    owners: ir.Table,
    names: Collection[int],
    number: int,
    excluding: Collection[int],
    places: int,
    *,
    is_whole: bool,
    keep: Callable[[ir.Table], ir.Table],
    marks: ir.Table | None = None,
) -> Combined | None:
    """What a group leaves of sums; None where it changes nothing.

    Args:
        group: how it combines, and over what.
        sums: all sums, see SUMS.
        owners: all records, with what the group's cap is a share of under its name.
        names: the numbers of its members.
        number: its own number.
        excluding: the numbers of the members by which the others are lost.
        places: the places behind the point that sums have.
        is_whole: whether its sum is held against another one, so that it is one sum whatever the cap.
        keep: has a table worked out once, however often it is used.
        marks: the sums with what of them the group binds, where groups cross; see `crossing.marked`.
    """
    if marks is None:
        is_mine = sums.source.isin(names) | sums.clause.isin(names).coalesce(False)
        mine, others = sums.filter(is_mine), sums.filter(~is_mine)
    else:
        mine, others = marks.filter(marks.is_mine), marks.filter(~marks.is_mine).select(*SUMS)
    case = _Case(mine, KEYS[group.scope])
    if group.combination == "sum":
        cases = keep(_summed(group, case, owners, places, is_whole=is_whole))
    else:
        cases = keep(_chosen(group, case, excluding, keep, is_crossed=marks is not None))
    if not cases.limit(1).to_pyarrow().num_rows:
        return None
    touched = keep(case.beside(cases))
    lost = touched.case_winner.notnull() & (touched["sum"] != touched.case_winner)
    if group.combination == "excluded":
        lost = lost & ~_is_first(touched, excluding)
    is_one = touched.case_winner.isnull()
    events = touched.select(
        sum=touched["sum"],
        into=choose(lost, ibis.literal(None, "int64"), choose(is_one, touched.case_first, touched["sum"])),
        is_part=is_one,
        winner=choose(lost, touched.case_winner, ibis.literal(None, "int64")),
    )
    won = sums.select(winner="sum", winner_by=sums.clause.coalesce(sums.source), winner_row="row")
    events = events.left_join(won, "winner").select(*EVENTS)
    stays = touched.filter(~is_one & ~lost).select(*SUMS)
    after = stays.union(_made(cases.filter(cases.winner.isnull()), sums, case.keys, number))
    rest = others.union(case.mine.anti_join(cases, list(case.keys)).select(*SUMS))
    parts = touched.filter(is_one).select(*SUMS, into="case_first")
    caps = cases.select("cap_low", "cap_high", made="first") if group.combination == "sum" else None
    return Combined(rest.union(after), events, cases, touched.select(*SUMS), after, parts, caps)


def _chosen(
    group: Group, case: _Case, excluding: Collection[int], keep: Callable[[ir.Table], ir.Table], *, is_crossed: bool
) -> ir.Table:
    """The cases in which one is had in the place of others, or may be."""
    sure, vague = _apart(group, case, keep) if is_crossed else (case, None)
    cases = _excluded(sure, excluding) if group.combination == "excluded" else _highest(sure, keep)
    return cases if vague is None else cases.union(vague)


def _apart(group: Group, case: _Case, keep: Callable[[ir.Table], ir.Table]) -> tuple[_Case, ir.Table]:
    """The cases of which it is settled what gives way to what, and what the others leave.

    Of these no less is left than one of the sums, and no more than all.
    """
    mine = case.mine
    is_open = mine.beyond_high.isnull() | (mine.beyond_high != 0).fill_null(False)
    is_open = (is_open | mine.is_first) if group.combination == "excluded" else is_open
    found = keep(case.told(
        vague=is_open.cast("int64").sum(), least=mine.low.min() if group.combination == "excluded" else mine.low.max(),
        most=_added(mine.high), endless=_no_end(mine), first=mine["sum"].min(), first_row=mine.row.min(),
    ))  # fmt: skip
    open_ = found.filter(found.vague > 0)
    sure = _Case(keep(mine.anti_join(open_, list(case.keys))), case.keys)
    high = choose(open_.endless > 0, ibis.literal(None, open_.most.type()), open_.most)
    open_ = open_.mutate(low=open_.least, high=high, settled=ibis.literal(False))
    return sure, _cases(open_.filter(open_.high.isnull() | (open_.most > open_.least).fill_null(False)), case)


def _made(cases: ir.Table, sums: ir.Table, keys: Collection[str], number: int) -> ir.Table:
    """The one sum of each of these cases, from the group with this number."""
    none = {key: ibis.literal(None, sums[key].type()) for key in ("year", "clause")}
    return cases.select(
        sum=cases["first"],
        row=cases.first_row,
        subject=cases.subject,
        year=cases.year if "year" in keys else none["year"],
        source=ibis.literal(number, sums.source.type()),
        clause=none["clause"],
        settled=cases.settled,
        low=cases.low,
        had=cases.low,
        high=cases.high,
    )


def money(value: ir.Value, places: int) -> ir.Value:
    """An amount with room for any sum."""
    return force_cast(value, dt.Decimal(PRECISION, places))


def _no_end(table: ir.Table) -> ir.Value:
    return table.high.isnull().cast("int64").sum()


def _added(value: ir.Value) -> ir.Value:
    """A sum, which some engines give more digits than any engine holds."""
    return force_cast(value.sum(), dt.Decimal(PRECISION, value.type().scale))


def _summed(group: Group, case: _Case, owners: ir.Table, places: int, *, is_whole: bool) -> ir.Table:
    """The cases in which a sum is capped. A cap of which nothing is known reaches from nothing to any sum."""
    mine = case.mine
    found = case.told(
        least=_added(mine.low), most=_added(mine.high.fill_null(_zero(places))), endless=_no_end(mine),
        open=(~mine.settled).cast("int64").sum(), members=mine.count(),
        first=mine["sum"].min(), first_row=mine.row.min(),
    )  # fmt: skip
    if group.rate is None or group.base is None:
        cap = ibis.literal(group.cap, dt.Decimal(PRECISION, places))
        found = found.mutate(cap_low=cap, cap_high=cap)
    else:
        stated = owners.filter(owners[group.base].notnull())
        caps = stated.group_by(list(case.keys)).aggregate(a=stated[group.base].min(), b=stated[group.base].max())
        share = {"cap_low": _share(caps.a, group.rate, places), "cap_high": _share(caps.b, group.rate, places)}
        caps = caps.select(*case.keys, **share)
        found = found.left_join(caps, list(case.keys)).drop(*(f"{name}_right" for name in case.keys))
        found = found.mutate(cap_low=found.cap_low.fill_null(_zero(places)))
    found = found.mutate(own_low=found.cap_low, own_high=found.cap_high)
    if "beyond_low" in mine.columns:
        more = case.told(
            more_low=_added(mine.beyond_low), more_high=_added(mine.beyond_high.fill_null(_zero(places))),
            more_endless=mine.beyond_high.isnull().cast("int64").sum(), crossed=mine.is_crossed.cast("int64").max(),
        )  # fmt: skip
        found = found.left_join(more, list(case.keys)).drop(*(f"{name}_right" for name in case.keys))
        is_bounded = found.more_endless == 0
        high = choose(is_bounded, found.cap_high + found.more_high, ibis.literal(None, found.cap_high.type()))
        is_mixed = (found.crossed > 0) & (~is_bounded | (found.more_high > 0))
        found = found.mutate(
            cap_low=money(found.cap_low + found.more_low, places), cap_high=money(high, places), is_mixed=is_mixed
        )
    is_endless, is_over = found.endless > 0, found.cap_high.notnull() & (found.most > found.cap_high).fill_null(False)
    capped = found.cap_high.notnull() & (is_endless | is_over)
    none = ibis.literal(None, dt.Decimal(PRECISION, places))
    low = choose(found.least < found.cap_low, found.least, found.cap_low)
    high = choose(capped, found.cap_high, choose(is_endless, none, found.most))
    is_known = (found.cap_low == found.cap_high).fill_null(False)
    together = is_endless | (found.most > found.cap_low)
    if is_whole:
        together = together | (found.members > 1)
    if "is_mixed" in found.columns:
        together = together | found.is_mixed
    found = found.filter(together).mutate(
        low=low, high=high, settled=(low == high).fill_null(False) | ((found.open == 0) & is_known)
    )
    return _cases(found, case, cap_low=found.own_low, cap_high=found.own_high)


def _zero(places: int) -> ir.Value:
    return ibis.literal(Decimal(0), dt.Decimal(PRECISION, places))


def _share(base: ir.Value, rate: Decimal, places: int) -> ir.Value:
    """A share of what is stated, rounded half up; nothing of what is below zero."""
    kind = base.type()
    assert isinstance(kind, dt.Decimal)
    positive = choose(base > 0, base, force_cast(ibis.literal(Decimal(0), kind), kind))
    number = Number(positive, 10**kind.precision - 1, kind.scale)
    rated = Number(
        rate, int(rate.scaleb(max(-int(rate.as_tuple().exponent), 0))), max(-int(rate.as_tuple().exponent), 0)
    )
    return money(number.times(rated).rounded(places).column(), places)


def _cases(found: ir.Table, case: _Case, **more: ir.Value) -> ir.Table:
    if "winner" not in found.columns:
        found = found.mutate(winner=ibis.literal(None, "int64"))
    return found.select(*case.keys, "first", "first_row", "winner", "settled", "low", "high", **more)


def _highest(case: _Case, keep: Callable[[ir.Table], ir.Table]) -> ir.Table:
    """The cases with more than one sum. The highest is had: one that no rival can beat; of equal ones the first."""
    mine, none = case.mine, ibis.literal(None, "int64")
    least = choose(_is_certain(mine), mine.low, ibis.literal(None, mine.low.type()))
    several = case.told(members=mine.count(), best=least.max())
    several = case.beside(several.filter(several.members > 1))
    is_best = _is_certain(several) & (several.low == several.case_best).fill_null(False)
    placed = keep(several.mutate(best=several.case_best, at=choose(is_best, several["sum"], none)).drop("case_best"))
    seats = _Case(placed, case.keys).told(seat=placed["at"].min())
    rivals = _Case(placed, case.keys).beside(seats)
    more = rivals.high.isnull() | (rivals.high > rivals.best)
    as_much = (rivals.high == rivals.best) & (rivals["sum"] < rivals.case_seat)
    beats = (rivals["sum"] != rivals.case_seat) & (more.fill_null(False) | as_much.fill_null(False))
    found = _Case(rivals, case.keys).told(
        seat=rivals.case_seat.min(), beaten=beats.fill_null(True).cast("int64").sum(), low=rivals.low.max(),
        most=rivals.high.max(), endless=_no_end(rivals), first=rivals["sum"].min(), first_row=rivals.row.min(),
    )  # fmt: skip
    is_won = found.seat.notnull() & (found.beaten == 0)
    high = choose(found.endless > 0, ibis.literal(None, found.most.type()), found.most)
    won = choose(is_won, found.seat, none)
    return _cases(found.mutate(winner=won, high=high, settled=ibis.literal(False)), case)


def _is_certain(table: ir.Table) -> ir.Value:
    """Whether a sum is had in any case."""
    return table.settled | (table.low > 0)


def _is_first(table: ir.Table, excluding: Collection[int]) -> ir.Value:
    return among(table.clause, excluding).fill_null(False)


def _excluded(case: _Case, excluding: Collection[int]) -> ir.Table:
    """The cases with sums of both sides: where one that excludes is had for certain the others are lost."""
    mine = case.mine
    first, none = _is_first(mine, excluding), ibis.literal(None, mine.low.type())
    zero = force_cast(ibis.literal(Decimal(0), mine.low.type()), mine.low.type())
    high = mine.high.fill_null(zero)
    is_sure = first & _is_certain(mine)
    found = case.told(
        firsts=first.cast("int64").sum(), others=(~first).cast("int64").sum(),
        first_most=_added(choose(first, high, zero)), other_most=_added(choose(first, zero, high)),
        other_least=_added(choose(first, zero, mine.low)), had_least=choose(first, mine.had, none).min(),
        endless=_no_end(mine), first=mine["sum"].min(), first_row=mine.row.min(),
        winner=choose(is_sure, mine["sum"], ibis.literal(None, "int64")).min(),
    )  # fmt: skip
    found = found.filter((found.firsts > 0) & (found.others > 0))
    most = choose(found.first_most > found.other_most, found.first_most, found.other_most)
    low = choose(found.had_least < found.other_least, found.had_least, found.other_least)
    ends = {"low": low, "high": choose(found.endless > 0, _none(most), most)}
    return _cases(found.mutate(settled=ibis.literal(False), **ends), case)


def _none(value: ir.Value) -> ir.Value:
    """Nothing, of the type of a value."""
    return ibis.literal(None, value.type())
