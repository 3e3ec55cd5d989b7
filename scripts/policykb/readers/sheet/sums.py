"""Find records of a table that are sums of other ones: rows of totals that no word calls so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from ...model import Record, Value, Vocabulary

__all__ = ["Line", "Rows", "Running", "added_facts", "line_of", "sums_among"]

_LIKE = Decimal("0.001")
"""A row that lacks what all others have is a total also where it differs by rounding."""


@dataclass(frozen=True, slots=True)
class Line:
    """A record with what sets it apart: whether it has a credit code or an id, and whether a running number.

    `holes` are the figures that could not be read; `is_break` stands for a row between records that is none, such as a
    subtotal.
    """

    row: int
    figures: Mapping[str, Decimal] = field(default_factory=dict)
    is_coded: bool = False
    is_numbered: bool = False
    is_break: bool = False
    holes: frozenset[str] = frozenset()


class Rows(NamedTuple):
    """The first and last row of those that a line adds up; `is_open` where figures of theirs cannot be read."""

    first: int
    last: int
    is_open: bool = False


def figures_of(facts: Mapping[str, Value], added: frozenset[str]) -> dict[str, Decimal]:
    """The figures of a record that add up over records."""
    return {fact: value for fact, value in facts.items() if fact in added and isinstance(value, Decimal)}


def line_of(record: Record, added: frozenset[str], is_numbered: bool) -> Line:
    """A record as a line."""
    return Line(
        record.place.row or 0,
        figures_of(record.facts, added),
        record.credit_code is not None or "id" in record.places,
        is_numbered,
        holes=_holes(record, added) if record.findings else frozenset(),
    )


def _holes(record: Record, added: frozenset[str]) -> frozenset[str]:
    wrong = {finding.place for finding in record.findings if finding.severity == "error"}
    if not wrong:
        return frozenset()
    return frozenset(
        fact for fact in added if fact not in record.facts and fact in record.places and record.places[fact] in wrong
    )


def added_facts(vocabulary: Vocabulary) -> frozenset[str]:
    """The facts whose figures add up."""
    return frozenset(fact.id for fact in vocabulary.facts.values() if fact.adds_up)


def sums_among(lines: Sequence[Line]) -> dict[int, Rows]:
    """The lines that are sums of others: by position the first and last row of those that they add up.

    A line with a credit code or a running number is none. One that lacks what others have may also be the sum of the
    rows of its section, above or below it, or of one row alone.
    """
    coded, numbered = any(line.is_coded for line in lines), any(line.is_numbered for line in lines)
    open_ = [not (line.is_break or line.is_coded or line.is_numbered) for line in lines]
    found: dict[int, Rows] = {}
    strong = coded or numbered
    total, last, every = _Sum(), _Sum(), _Sum()
    for at, line in enumerate(lines):
        if line.is_break:
            last = _Sum()
            continue
        if open_[at]:
            for some in (last, total, every):
                if some.equals(line, strong):
                    found[at] = some.rows
                    break
            if at not in found:
                every.add(line)
            if at in found or strong:
                last = _Sum()
                continue
        else:
            every.add(line)
        total.add(line)
        last.add(line)
    if not strong:
        starts = [0] if lines and open_[0] else []
    else:
        starts = [at for at, is_open in enumerate(open_) if is_open and at not in found]
    for at in starts:
        section, whole = _Sum(), _Sum()
        ended = False
        for later in range(at + 1, len(lines)):
            if later in found or lines[later].is_break or (strong and open_[later]):
                ended = True
                continue
            whole.add(lines[later])
            if not ended:
                section.add(lines[later])
        for some in (section, whole):
            if some.equals(lines[at], strong):
                found[at] = some.rows
                break
    return found


class Running:
    """The same for a long table, line by line: whether each is the sum of all above, or of those since the last."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._total, self._last = _Sum(), _Sum()
        self._strong = any(line.is_coded or line.is_numbered for line in lines)
        for line in lines:
            if line.is_break:
                self._last = _Sum()
            else:
                self._total.add(line)
                self._last.add(line)

    def take(self, line: Line) -> Rows | None:
        """The first and last row that a line adds up, if it does; the line is then left out of the sums."""
        if line.is_break:
            self._last = _Sum()
            return None
        if not (line.is_coded or line.is_numbered):
            for some in (self._last, self._total):
                if some.equals(line, self._strong):
                    self._last = _Sum()
                    return some.rows
        self._total.add(line)
        self._last.add(line)
        return None


class _Sum:
    def __init__(self) -> None:
        self.figures: dict[str, Decimal] = {}
        self.most: dict[str, Decimal] = {}
        self.count = 0
        self.rows = Rows(0, 0)
        self.is_positive = True
        self.holes: set[str] = set()
        self._stated: dict[str, int] = {}

    def add(self, line: Line) -> None:
        figures, most, stated = self.figures, self.most, self._stated
        for fact, value in line.figures.items():
            if fact in figures:
                figures[fact] += value
                stated[fact] += 1
                if value > most[fact]:
                    most[fact] = value
            else:
                figures[fact], stated[fact], most[fact] = value, 1, value
            if value < 0:
                self.is_positive = False
        self.holes |= line.holes
        self.rows = Rows(self.rows.first or line.row, line.row, bool(self.holes))
        self.count += 1

    def equals(self, line: Line, strong: bool) -> bool:
        """Whether a line holds these sums: all of its figures, and not all nothing.

        A sum of figures some of which cannot be read is at least that of the others; where no other figure tells, a
        line that is not less may be the sum, and so may every one that lacks what all others have.
        """
        open_ = {fact for fact, count in self._stated.items() if count < self.count}
        if strong and open_ and self.count > 1 and not self.holes:
            # A total may count what a row does not state: the figures that all of them state tell.
            whole = {fact: value for fact, value in line.figures.items() if fact not in open_}
            rest = {fact: value for fact, value in line.figures.items() if fact in open_}
            if len(whole) < len(line.figures) and all(value >= self.figures[fact] for fact, value in rest.items()):
                line = Line(line.row, whole)
        if self.holes and self.count > 1:
            known = {fact: value for fact, value in line.figures.items() if fact not in self.holes}
            rest = {fact: value for fact, value in line.figures.items() if fact in self.holes}
            if any(value < self.figures.get(fact, 0) for fact, value in rest.items()) and not strong:
                return False
            if not any(known.values()):
                return any(rest.values())
            line = Line(line.row, known)
        if not line.figures or not any(line.figures.values()) or not self.count:
            return False
        if self.count < 2 and not (strong and len(line.figures) > 1):
            return False
        if self.count > 1 and (
            not self.is_positive or all(value <= self.most.get(f, value) for f, value in line.figures.items())
        ):
            return False  # 1, 1, -1, 1: by chance, and no total of anything
        if not strong and len(line.figures) < len(self.figures.keys() - self.holes):
            return False
        for fact, value in line.figures.items():
            own = self.figures.get(fact)
            if own is None:
                return False
            if own != value and not (strong and self.count > 1 and abs(own - value) <= abs(own) * _LIKE):
                return False
        return True
