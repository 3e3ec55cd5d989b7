"""Groups of clauses of which only the highest counts, over columns: who wins, and what the group gives.

The same steps as the query decide-60.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce

from ...errors import KnowledgeError
from ...law.rules import RuleBook
from ...model import Clause, Group, Option
from ..program import smallest_unit
from .amounts import Outcome
from .intervals import ZERO
from .layers import Layers
from .numbers import Number, compare, greatest, where
from .truth import Truth, all_of, any_of, both, certain, possible, reverse

__all__ = ["GroupColumns", "bound_group", "currency_of", "group_of", "has_members", "held", "places_of", "wins_of"]


@dataclass(frozen=True)
class GroupColumns:
    """Where the decided table holds what about one group: the members that win, and what the group gives."""

    group: Group
    wins: Mapping[str, Truth]
    any_member: Truth
    low: Number
    high: Number
    endless: Truth
    currency: str
    places: int

    @property
    def is_open(self) -> Truth:
        """Where a member can apply and no winner is known."""
        return both(self.any_member, reverse(any_of(self.wins.values())))


def has_members(group: Group, clauses: tuple[Clause, ...]) -> bool:
    """Whether the members of a group are among these clauses.

    Raises:
        KnowledgeError: only some of them are, or have amounts; or the group combines in a way that is not decided here.
    """
    mine = [clause for clause in clauses if clause.id in group.members]
    if mine and (len(mine) != len(group.members) or not all(clause.options for clause in mine)):
        raise KnowledgeError("group-mixed", group=group.id)
    if mine and group.combination != "highest":
        raise KnowledgeError("combination-undecided", resource=group.id, combination=group.combination)
    return bool(mine)


def wins_of(group: Group, outcomes: Mapping[str, Outcome]) -> dict[str, Truth]:
    """Where each member wins: it surely applies, and no other can give more, nor as much while standing earlier."""
    members = [outcomes[name] for name in group.members]
    wins: dict[str, Truth] = {}
    for place, name in enumerate(group.members):
        least = members[place].sure
        unbeaten: list[Truth] = [certain(members[place].applies)]
        for other, rival in enumerate(members):
            if other == place:
                continue
            weaker: Truth = False
            if rival.high is not None and least is not None:
                weaker = both(
                    reverse(rival.endless), certain(compare(rival.high, "<=" if place < other else "<", least))
                )
            unbeaten.append(any_of((reverse(possible(rival.applies)), weaker)))
        wins[name] = all_of(unbeaten)
    return wins


def group_of(
    group: Group,
    wins: Mapping[str, Truth],
    outcomes: Mapping[str, Outcome],
    paid: Mapping[str, tuple[Number | None, Number | None]],
    book: RuleBook,
) -> GroupColumns:
    """What a group gives: from the highest least amount to the highest most, each member rounded on its own."""
    members = [(outcomes[name], *paid[name]) for name in group.members]
    any_member = any_of(possible(outcome.applies) for outcome, _, _ in members)
    # No amount is below zero; with zero to start from, nothing in between is missing.
    lows = [where(certain(outcome.applies), sure) for outcome, sure, _ in members if sure is not None]
    highs = [where(possible(outcome.applies), high) for outcome, _, high in members if high is not None]
    endless = any_of(both(possible(outcome.applies), outcome.endless) for outcome, _, _ in members)
    options = [option for name in group.members for option in book.clauses[name].options]
    return GroupColumns(
        group=group,
        wins=wins,
        any_member=any_member,
        low=reduce(lambda most, low: greatest(low, most), lows, ZERO),
        high=where(reverse(endless), reduce(lambda most, high: greatest(high, most), highs, ZERO)),
        endless=endless,
        currency=currency_of(options, group.id),
        places=places_of(book, options, group.id),
    )


def held(layers: Layers, group: GroupColumns) -> GroupColumns:
    """The same with its columns in the pending layer."""
    name = group.group.id
    return replace(
        group,
        any_member=layers.hold(f"any_{name}", group.any_member),
        low=layers.hold_number(f"low_{name}", group.low),
        high=layers.hold_number(f"high_{name}", group.high),
        endless=layers.hold(f"endless_{name}", group.endless),
    )


def bound_group(layers: Layers, group: GroupColumns) -> GroupColumns:
    """The same with columns of the newest layer."""
    return replace(
        group,
        wins={name: layers.truth(win) for name, win in group.wins.items()},
        any_member=layers.truth(group.any_member),
        low=layers.number(group.low) or ZERO,
        high=layers.number(group.high) or ZERO,
        endless=layers.truth(group.endless),
    )


def currency_of(options: Sequence[Option], name: str) -> str:
    """The currency that these options share.

    Raises:
        KnowledgeError: they are in several.
    """
    currencies = {option.currency for option in options}
    if len(currencies) != 1:
        raise KnowledgeError("mixed-currencies", resource=name, currencies=sorted(currencies))
    return currencies.pop()


def places_of(book: RuleBook, options: Sequence[Option], name: str) -> int:
    """The places behind the point that results are rounded to, once, at the end; 0 where there is no amount."""
    if not options:
        return 0
    currency = currency_of(options, name)
    smallest = smallest_unit(book, currency)
    exponent = smallest.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or smallest != Decimal(1).scaleb(exponent) or exponent > 0:
        raise KnowledgeError(
            "smallest-unit-no-place", where="ontology/schemes/unit.ttl", currency=currency, smallest=smallest
        )
    return -exponent
