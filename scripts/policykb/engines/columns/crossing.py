"""What of each sum is of the clauses that a group binds, over columns, where groups of several documents cross.

The same as `answers.joint` says of members: a sum may be of clauses that a group binds, of others, or of both, since it
is what a group of another document left. Of the last the group's cap limits a part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from .truth import among, choose

__all__ = ["BEHIND", "MARKS", "Capped", "behind_after", "marked"]

BEHIND = ("sum", "clause")
"""Columns of the table of the clauses behind each sum, a row for each."""
MARKS = ("is_mine", "beyond_low", "beyond_high", "is_first", "is_crossed")
"""Columns beside those of sums: whether the group is about it; what of it is of other clauses; whether a clause that
excludes others may be behind it; whether a group still to come binds a clause behind it."""
Keep = Callable[[ir.Table], ir.Table]


@dataclass(frozen=True)
class Capped:
    """What a group that caps made one sum of several.

    `bound` are the numbers of its members, `reach` those of all clauses that may be behind what it left. `parts` are
    the sums with that which they became in `into`, `behind` the clauses behind them, and `caps` what each was capped
    at, by the sum that they became.
    """

    number: int
    bound: frozenset[int]
    reach: frozenset[int]
    parts: ir.Table
    behind: ir.Table
    caps: ir.Table


def marked(
    sums: ir.Table,
    behind: ir.Table,
    names: frozenset[int],
    excluding: frozenset[int],
    later: frozenset[int],
    capped: Sequence[Capped],
    keep: Keep,
) -> ir.Table:
    """Sums with MARKS beside them.

    Args:
        sums: see `joint.SUMS`.
        behind: see BEHIND.
        names: the numbers of the clauses and groups that the group binds.
        excluding: those of its members by which the others are lost.
        later: those of the clauses that groups still to come bind.
        capped: what groups before it capped.
        keep: has a table worked out once.
    """
    counts = behind.group_by("sum").aggregate(
        inside=_number(among(behind.clause, names)), outside=_number(~among(behind.clause, names)),
        first=_number(among(behind.clause, excluding)), later=_number(among(behind.clause, later)),
    )  # fmt: skip
    found = sums.left_join(counts, "sum").drop("sum_right")
    is_named = found.source.isin(names) | found.clause.isin(names).fill_null(False)
    is_mine = is_named | (found.inside.fill_null(0) > 0)
    is_mixed = is_mine & ~is_named & (found.outside.fill_null(0) > 0)
    zero = found.low - found.low
    found = found.select(
        *sums.columns,
        is_mine=is_mine,
        is_mixed=is_mixed,
        beyond_low=choose(is_mine, zero, found.low),
        # Of one of several that may be had it is open whether it is one that the group binds.
        beyond_high=choose(is_mine & ~is_mixed, zero, found.high),
        is_first=found.clause.isnull() & (found["first"].fill_null(0) > 0),
        is_crossed=found.later.fill_null(0) > 0,
    )
    for place, step in enumerate(capped):
        if step.reach & names and step.reach - names:
            found = keep(_less(found, step, names, capped[:place], keep))
    return found.drop("is_mixed")


def _number(condition: ir.BooleanValue) -> ir.Value:
    return condition.cast("int64").sum()


def _less(found: ir.Table, step: Capped, names: frozenset[int], before: Sequence[Capped], keep: Keep) -> ir.Table:
    """The same where a group left the sum: what is of other clauses is no more than it leaves of these alone."""
    inner = [one for one in before if one.reach & step.bound]
    nobody: frozenset[int] = frozenset()
    ends = []
    for number, bound in enumerate((names, names | step.bound)):
        parts = marked(step.parts, step.behind, bound, nobody, nobody, inner, keep)
        added = parts.group_by("into").aggregate(
            low=parts.beyond_low.sum(), high=parts.beyond_high.sum(), endless=_number(parts.beyond_high.isnull())
        )
        high = choose(added.endless > 0, ibis.literal(None, added.high.type()), added.high)
        ends.append(added.select(**{f"into_{number}": added.into, f"low_{number}": added.low, f"high_{number}": high}))
    both = keep(ends[0].inner_join(ends[1], [("into_0", "into_1")]).inner_join(step.caps, [("into_0", "made")]))
    kind = found.low.type()
    most = both.cap_high + both.high_1
    least = ibis.least(both.low_0, both.cap_low + both.low_1).cast(kind)
    # Where one of the two has no end the other one bounds it.
    high = both.high_0.coalesce(most), most.coalesce(both.high_0)
    bounds = keep(both.select(at="into_0", least=least, most=ibis.least(*high).cast(kind)))
    joined = found.left_join(bounds, [("sum", "at")])
    is_here = joined.is_mixed & joined["at"].notnull() & (joined.source == step.number)
    return joined.mutate(
        beyond_low=choose(is_here, joined.least, joined.beyond_low),
        beyond_high=choose(is_here, joined.most, joined.beyond_high),
    ).drop("at", "least", "most")


def behind_after(behind: ir.Table, events: ir.Table) -> ir.Table:
    """The clauses behind each sum after a group has done what it does to them; see `joint.EVENTS`."""
    done = events.select(at="sum", into="into", is_lost=events.winner.notnull())
    found = behind.left_join(done, [("sum", "at")])
    found = found.filter(~found.is_lost.fill_null(False))
    return found.select(sum=found.into.coalesce(found["sum"]), clause=found.clause).distinct()
