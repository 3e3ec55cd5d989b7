"""Added intervals, and what groups over several records leave of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["JointTotals", "Sums"]


@dataclass(frozen=True, slots=True)
class Sums:
    """Added intervals: the least, the most, and how many have no upper end (they add nothing to the most)."""

    min: Decimal
    max: Decimal
    endless: int

    def plus(self, other: Sums) -> Sums:
        """Both together."""
        return Sums(self.min + other.min, self.max + other.max, self.endless + other.endless)

    def minus(self, other: Sums) -> Sums:
        """What is left when some of these are taken out."""
        return Sums(self.min - other.min, self.max - other.max, self.endless - other.endless)


@dataclass(frozen=True, slots=True)
class JointTotals:
    """One group over several records: in how many cases it changes something, and their sums before and after."""

    group: str
    currency: str
    cases: int
    before: Sums
    after: Sums
