"""Ranks that follow from a complete set of records: the place by a number within a period, the highest first.

Which fact is a rank, and of what, is declared by pkb:rankOf; the rule: `policykb.answers.ranks`. A stated rank is
never overwritten; equal numbers share the better place and are flagged as ties. Where a record of the period lacks the
number, no rank of the period is derived: it could come anywhere.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from ..law.knowledge import Knowledge, local
from ..names import PKB

__all__ = ["declared_ranks", "ranked"]


def declared_ranks(knowledge: Knowledge, facts: tuple[str, ...]) -> dict[str, str]:
    """The facts that are ranks, each with the fact it is the rank by; only those among `facts`."""
    found = {}
    for iri in knowledge.subjects(PKB.rankOf):
        by = knowledge.node(iri, PKB.rankOf)
        if by is not None and local(iri) in facts and local(by) in facts:
            found[local(iri)] = local(by)
    return found


def ranked(table: ir.Table, rank: str, by: str) -> ir.Table:
    """The records of the periods without gaps, with their place and whether they share it.

    Args:
        table: the records that take part, with the columns record, period, and `by`, null where it is missing or
            the record is invalid.
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
