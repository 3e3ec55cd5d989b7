"""Groups of several documents that share clauses: the order in which they combine, and which have none that is sound.

Within a document no two groups share a clause unless one is a member of the other; those of two documents may.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from ..law.groups import SCOPES
from ..model import Group

__all__ = ["circle", "crossing", "in_order", "out_of_scope"]


def crossing(groups: Sequence[Group]) -> Iterator[tuple[Group, Group]]:
    """Every two groups that share a clause though neither is a member of the other, each pair once."""
    for one, other in combinations(groups, 2):
        is_nested = one.id in other.inner or other.id in one.inner
        if not is_nested and not {*one.members}.isdisjoint(other.members):
            yield one, other


def out_of_scope(groups: Iterable[Group]) -> tuple[Group, Group] | None:
    """A group of which one is had, and one that caps some of the same in fewer records: neither can come first."""
    for one, other in crossing([*groups]):
        for wide, narrow in ((one, other), (other, one)):
            is_choice = wide.combination != "sum" and narrow.combination == "sum"
            if is_choice and SCOPES.index(wide.scope) > SCOPES.index(narrow.scope):
                return wide, narrow
    return None


def circle(groups: Iterable[Group]) -> tuple[Group, Group] | None:
    """Two groups whose caps cross, and which others connect already; what they leave together is not decided.

    Where caps cross like the branches of a tree, each in turn leaves what is lawful under all; in a circle it does not.
    """
    joined: dict[str, str] = {}

    def root(name: str) -> str:
        while name in joined:
            name = joined[name]
        return name

    for one, other in crossing([group for group in groups if group.combination == "sum"]):
        if root(one.id) == root(other.id):
            return one, other
        joined[root(one.id)] = root(other.id)
    return None


def in_order(groups: Sequence[Group]) -> list[Group]:
    """Groups in the order in which they combine: member groups first, and what is had before how much of it is paid.

    The higher of two is had before a cap counts what is had; else narrow scopes come first, each document by itself.
    """
    before = {one.id: {*one.inner} for one in groups}
    for one, other in crossing(groups):
        for last, first in ((one, other), (other, one)):
            if last.combination == "sum" and first.combination != "sum":
                before[last.id].add(first.id)
    places = {
        one.id: (SCOPES.index(one.scope), bool(one.external), len(one.inner), place) for place, one in enumerate(groups)
    }
    left, found = sorted(groups, key=lambda one: places[one.id]), list[Group]()
    while left:
        waiting = {one.id for one in left}
        # Where each waits for another one, the narrowest is as good as any.
        ready = next((one for one in left if not before[one.id] & waiting), left[0])
        found.append(ready)
        left.remove(ready)
    return found
