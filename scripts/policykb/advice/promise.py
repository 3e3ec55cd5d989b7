"""What advice promises: a change of a record, and what the record would then get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from ..model import Amount, Body, CriterionResult, Decision, Record, Status, Value

__all__ = ["Advice", "Aim", "Change", "Cliff", "Given", "Totals", "Way"]

Aim: TypeAlias = Literal["have", "more"]
"""To have a clause at all, or its next higher tier or whole step."""

Totals: TypeAlias = Mapping[str, Amount]
"""What a record gets in all, by currency, combinations observed."""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact of a record as it is and as it would have to be.

    `actual` is None where the record states nothing; `criteria` are those that turn with it, as they are now.
    """

    fact: str
    actual: Value | None
    needed: Value
    criteria: tuple[CriterionResult, ...]

    @property
    def gap(self) -> Decimal | None:
        """How far a number is from the one needed; None for what is no number, or is not stated."""
        if isinstance(self.needed, bool) or not isinstance(self.needed, Decimal | int):
            return None
        if not isinstance(self.actual, Decimal | int):
            return None
        return abs(Decimal(self.needed) - Decimal(self.actual))

    @property
    def length(self) -> Decimal:
        """How far it is in figures: from what is stated, or from nothing; nothing for what is no number."""
        if isinstance(self.needed, bool) or not isinstance(self.needed, Decimal | int):
            return Decimal(0)
        return Decimal(self.needed) if self.gap is None else self.gap

    @property
    def distance(self) -> Decimal:
        """How far it is as a share of the larger number, between 0 and 1; 1 for what is no number or not stated."""
        gap = self.gap
        if gap is None or not isinstance(self.actual, Decimal | int) or not isinstance(self.needed, Decimal | int):
            return Decimal(1)
        return gap / max(Decimal(self.actual), Decimal(self.needed))


@dataclass(frozen=True, slots=True)
class Given:
    """What a clause comes to for a record, by which of its options, and what the record gets in all."""

    status: Status
    amount: Amount | None
    options: frozenset[str]
    awaiting: tuple[tuple[str, Body], ...]
    total: Totals

    def pays_more_than(self, other: Given) -> bool:
        """Whether its sum is higher at the least than another's, where both have one."""
        return self.amount is not None and other.amount is not None and self.amount.min > other.amount.min


@dataclass(frozen=True, slots=True)
class Way:
    """Changes that do together what no part of them does, and nothing less than they are; and what they lead to."""

    changes: tuple[Change, ...]
    after: Given
    record: Record


@dataclass(frozen=True, slots=True)
class Advice:
    """For one record and clause: what would do, the smallest change first; each way changes other facts."""

    decision: Decision
    aim: Aim
    now: Given
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Cliff:
    """A number that a clause or its tier stands on: the last value that holds, and the next one, which does not."""

    decision: Decision
    now: Given
    change: Change
    holds: Value
    after: Given

    @property
    def margin(self) -> Decimal:
        """How far the number may still move."""
        return abs(Decimal(self.change.actual) - Decimal(self.holds))  # type: ignore[arg-type]
