"""What a subject may have by each clause alone, and what binds it: groups within groups form trees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from ..answers.joint import cap_of
from ..law.rules import RuleBook
from ..model import Group, Record

__all__ = ["CHOICES", "Award", "End", "Tree", "come_to", "members_of", "trees_of"]

End: TypeAlias = Literal["least", "most"]
_ENDLESS = Decimal("Infinity")
CHOICES = ("highest", "choice")
"""The combinations by which one part of a group is had, and no other."""


@dataclass(frozen=True, slots=True)
class Award:
    """What a clause alone gives a record, from the least to the most (None: no upper end)."""

    record: str
    clause: str
    year: str
    currency: str
    least: Decimal
    most: Decimal | None

    def at(self, end: End) -> Decimal:
        """One of the two, without end as infinity."""
        return self.least if end == "least" else _ENDLESS if self.most is None else self.most


@dataclass(frozen=True, slots=True)
class Tree:
    """An award, or a group for one record, year or subject with what it binds; `cap` limits the sum."""

    award: Award | None
    group: Group | None = None
    parts: tuple[Tree, ...] = ()
    cap: Decimal | None = None


def trees_of(own: Sequence[Award], end: End, records: Sequence[Record], book: RuleBook) -> list[Tree]:
    """What binds some awards of one subject, outermost groups first to be named; an award that nothing binds is alone.

    Args:
        own: the awards.
        end: at which end caps are taken that are not settled.
        records: all records of the subject, from which caps may be worked out.
        book: the rules.
    """
    groups = {group.id: group for group in book.every_group}
    inner = {name for group in groups.values() for name in group.inner}
    bound = {name for group in groups.values() for name in group.members}
    trees = [Tree(award) for award in own if award.clause not in bound]
    for group in groups.values():
        if group.id not in inner:
            trees += _instances(group, own, end, records, book)
    return trees


def _instances(
    group: Group, own: Sequence[Award], end: End, records: Sequence[Record], book: RuleBook
) -> Iterator[Tree]:
    """A group for each record, year or subject that it has awards of."""
    parts: dict[str, list[Award]] = {}
    for award in own:
        if award.clause in group.members:
            key = {"subject": "", "subject-year": award.year}.get(group.scope, award.record)
            parts.setdefault(key, []).append(award)
    groups = {one.id: one for one in book.every_group}
    below = [groups[name] for name in group.inner]
    nested = {name for one in below for name in one.inner}
    direct = [one for one in below if one.id not in nested]
    within = {name for one in direct for name in one.members}
    for mine in parts.values():
        kids = [Tree(award) for award in mine if award.clause not in within]
        for one in direct:
            kids += _instances(one, mine, end, records, book)
        if firsts := [kid for kid in kids if kid.award is not None and kid.award.clause in group.excluding]:
            kids = firsts
        yield Tree(None, group, tuple(kids), _cap(group, mine[0], end, records, book))


def _cap(group: Group, first: Award, end: End, records: Sequence[Record], book: RuleBook) -> Decimal | None:
    """What limits a sum, at one end; None where nothing does."""
    near = [
        one
        for one in records
        if group.scope == "subject"
        or one.id == first.record
        or (group.scope == "subject-year" and (one.period or "")[:4] == first.year)
    ]
    cap = cap_of(group, near, first.currency, book)
    return None if cap is None else cap[0] if end == "least" else cap[1]


def members_of(tree: Tree) -> tuple[Award, ...]:
    """The awards of a tree."""
    own = () if tree.award is None else (tree.award,)
    return (*own, *(award for part in tree.parts for award in members_of(part)))


def come_to(tree: Tree, chosen: frozenset[Award], end: End) -> Decimal:
    """What a lawful set comes to, exactly."""
    if tree.award is not None:
        return tree.award.at(end) if tree.award in chosen else Decimal(0)
    total = sum((come_to(part, chosen, end) for part in tree.parts), Decimal(0))
    return total if tree.cap is None else min(total, tree.cap)
