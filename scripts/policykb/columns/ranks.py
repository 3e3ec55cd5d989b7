"""Ranks that follow from a complete set of records: the place by a number within a period, the highest first.

Which fact is a rank, and of what, is declared by pkb:rankOf; the rule: `policykb.answers.ranks`. A stated rank is
never overwritten; equal numbers share the better place and are flagged as ties. Where a record of the period lacks the
number, no rank of the period is derived: it could come anywhere.
"""

from __future__ import annotations

from collections.abc import Collection

import ibis
import ibis.expr.types as ir

from ..engines.columns.truth import choose
from ..law.knowledge import Knowledge, local
from ..names import PKB

__all__ = ["contenders", "declared_ranks", "ranked"]


def declared_ranks(knowledge: Knowledge, facts: tuple[str, ...]) -> dict[str, str]:
    """The facts that are ranks, each with the fact it is the rank by; only those among `facts`."""
    found = {}
    for iri in knowledge.subjects(PKB.rankOf):
        by = knowledge.node(iri, PKB.rankOf)
        if by is not None and local(iri) in facts and local(by) in facts:
            found[local(iri)] = local(by)
    return found


def contenders(table: ir.Table, by: str, own: Collection[str]) -> ir.Table:
    """The records that take part in a ranking: not those that say they belong elsewhere.

    Args:
        table: all records; `is_broken` marks those that are invalid, of which the number is not known.
        by: the number that they are ranked by.
        own: the districts whose records take part, see `answers.ranks.own_divisions`; where there are none, all do.
    """
    if own and "division" in table.columns:
        table = table.filter(table.division.isnull() | table.division.isin(sorted(own)))
    known = choose(table.is_broken, ibis.literal(None, table[by].type()), table[by])
    return table.select("record", "period", **{by: known})


def ranked(table: ir.Table, rank: str, by: str) -> ir.Table:
    """The records of the periods without gaps, with their place and whether they share it.

    Args:
        table: the records that take part, see `contenders`.
        rank: the fact that is a rank.
        by: the number it is the rank by.

    Returns:
        The columns record, the rank under its own name, and is_tie.
    """
    gap = table[by].isnull().any().over(ibis.window(group_by=table.period))
    marked = table.mutate(has_gap=gap)
    stated = marked.filter(~marked.has_gap)
    place = ibis.rank().over(ibis.window(group_by=stated.period, order_by=ibis.desc(stated[by]))) + 1
    same = stated.count().over(ibis.window(group_by=[stated.period, stated[by]]))
    return stated.select("record", **{rank: place.cast("int64"), "is_tie": same > 1})
