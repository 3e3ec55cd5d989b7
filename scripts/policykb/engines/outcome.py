"""What an engine found for one record: everything that is decided, and nothing that is only said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

__all__ = ["Counted", "Ends", "Outcome", "Worked"]

Ends: TypeAlias = tuple[Decimal, Decimal | None]
"""The least and the most of an amount, rounded; None where there is no upper end."""


@dataclass(frozen=True, slots=True)
class Worked:
    """How one option that is not ruled out was worked out.

    `truth` is 2 where the option holds and 1 where that is open; `values` are (IRI, what it came to) of each node
    of its expression, exact; none where an input is missing that matters.
    """

    option: str
    truth: int
    ends: Ends
    values: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """A sum that counts towards totals: of a clause outside any group, or of a group.

    `clause` is None where the winner of the group is open, `group` where the clause is in none.
    """

    clause: str | None
    group: str | None
    status: str
    ends: Ends
    currency: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decisions on one record, keyed by clause, criterion and group; amounts rounded, None where absent.

    `truths` maps a criterion to 2, 1 or 0; `statuses` a clause to its status; `amounts` a clause to its ends;
    `missing` a clause to its missing facts with the body that decides each; `groups` a group to (winner, least, most);
    `selected` a clause to whether its group grants it, nothing where there is no group or the winner is open;
    `suppressed_by` a clause to the one it gives way to; `fallbacks` a clause to the provision by which another policy
    applies instead; `worked` a clause to the options behind its amount; `counted` are the sums that count towards
    totals; `gaps` tells by how much a bound is missed, by criterion; `remarks` maps a clause to (kind, subject IRI);
    `derived` a derived fact to its value.
    """

    covered: bool
    statuses: Mapping[str, str] = field(default_factory=dict)
    truths: Mapping[str, int] = field(default_factory=dict)
    amounts: Mapping[str, Ends] = field(default_factory=dict)
    missing: Mapping[str, tuple[tuple[str, str | None], ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str | None, Decimal | None, Decimal | None]] = field(default_factory=dict)
    selected: Mapping[str, bool] = field(default_factory=dict)
    suppressed_by: Mapping[str, str] = field(default_factory=dict)
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    worked: Mapping[str, tuple[Worked, ...]] = field(default_factory=dict)
    counted: tuple[Counted, ...] = ()
    gaps: Mapping[str, Decimal] = field(default_factory=dict)
    remarks: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    derived: Mapping[str, Decimal] = field(default_factory=dict)
