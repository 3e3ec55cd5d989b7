"""Every sum that is to be paid or may be, in the order of the text, and what they add up to."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..doors.spill import Spill
from ..reports.payments import Payment
from ..reports.phrases import Phrases

__all__ = ["Ledger", "Split", "masked"]

_HEAD, _TAIL = 6, 4
"""Characters of a credit code that a list for the public shows: those of authority and place, and the last ones."""


@dataclass
class Split:
    """Sums of one currency: how many, what is settled, and the bounds of what is open (None: no upper end).

    `open` counts those that are not settled, since no open sum is something else than an open sum of nothing.
    """

    count: int = 0
    open: int = 0
    certain: Decimal = Decimal(0)
    least: Decimal = Decimal(0)
    most: Decimal | None = Decimal(0)

    def add(self, one: Payment) -> None:
        """Take in one."""
        self.count += 1
        if one.is_settled:
            self.certain += one.amount.min
            return
        self.open += 1
        self.least += one.amount.min
        self.most = None if self.most is None or one.amount.max is None else self.most + one.amount.max


class Ledger:
    """The payments of all subjects; beyond a few thousand they lie in a file."""

    def __init__(self, phrases: Phrases) -> None:
        self._rows: Spill[Payment] = Spill()
        self._of_source: dict[str, array[int]] = {}
        for name in phrases.book.clauses:
            group = phrases.book.group_of.get(name)
            self._of_source[name] = array("Q")
            if group is not None and name == group.members[-1]:
                self._of_source[group.id] = array("Q")
        self._of_source |= {name: array("Q") for name in phrases.book.joints}
        self.by_source: dict[tuple[str, str], tuple[Payment, Split]] = {}
        """By clause or open group, and currency: its first payment, and what all of them come to."""
        self.totals: dict[str, Split] = {}
        """By currency."""

    def take(self, payments: Iterable[Payment]) -> None:
        """Take in the payments of a subject."""
        for one in payments:
            self._of_source[one.source].append(len(self._rows))
            self._rows.append(one)
            self.by_source.setdefault((one.source, one.unit), (one, Split()))[1].add(one)
            self.totals.setdefault(one.unit, Split()).add(one)

    def __iter__(self) -> Iterator[Payment]:
        """All payments by clause, in the order of the text, and by subject."""
        for places in self._of_source.values():
            for place in places:
                yield self._rows[place]

    def sums(self) -> list[tuple[Payment, Split]]:
        """What each clause comes to, in the order of the text."""
        order = {name: number for number, name in enumerate(self._of_source)}
        return [self.by_source[key] for key in sorted(self.by_source, key=lambda key: order[key[0]])]


def masked(code: str) -> str:
    """A code of which at least two fifths are hidden, so that it tells two of a name apart and gives nothing away."""
    head, tail = min(_HEAD, len(code) // 3), min(_TAIL, len(code) // 4)
    return code[:head] + "*" * (len(code) - head - tail) + (code[-tail:] if tail else "")
