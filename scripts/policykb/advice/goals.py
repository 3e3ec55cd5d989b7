"""What has to turn for a clause: sets of criteria, each with how it has to be, any one set of which would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from ..model import Clause, Criterion, Node, Option, Truth

__all__ = ["Turn", "to_turn", "trees"]

Turn = tuple[tuple[Criterion, bool], ...]
"""Criteria that are not yet as they have to be, each with whether it has to be met."""

_MOST = 96
"""Sets that are looked at for one clause; the rules of a document have a handful."""


def trees(clause: Clause, option: Option | None) -> list[Node]:
    """The conditions that hold where an option of a clause does; those of the clause alone without one."""
    found = [clause.root, None if option is None else option.condition]
    return [tree for tree in found if tree is not None]


def to_turn(conditions: Sequence[Node], truths: Mapping[str, Truth]) -> list[Turn]:
    """The sets of criteria that make all conditions hold when they turn, those of fewest criteria first.

    Args:
        conditions: what has to hold.
        truths: how each criterion is, by its IRI.
    """
    sets = (tuple(dict.fromkeys(turn for part in parts for turn in part)) for parts in _every(conditions, truths, True))
    return sorted(dict.fromkeys(islice(sets, _MOST)), key=len)


def _every(nodes: Sequence[Node], truths: Mapping[str, Truth], wanted: bool) -> Iterator[tuple[Turn, ...]]:
    return product(*([*_sets(node, truths, wanted)] for node in nodes))


def _sets(node: Node, truths: Mapping[str, Truth], wanted: bool) -> Iterator[Turn]:
    if node.criterion is not None:
        is_so = truths[node.criterion.iri] == ("met" if wanted else "unmet")
        yield () if is_so else ((node.criterion, wanted),)
    elif node.op == "not":
        yield from _sets(node.children[0], truths, not wanted)
    elif (node.op == "and") == wanted:
        for parts in islice(_every(node.children, truths, wanted), _MOST):
            yield tuple(dict.fromkeys(turn for part in parts for turn in part))
    else:
        for child in node.children:
            yield from _sets(child, truths, wanted)
