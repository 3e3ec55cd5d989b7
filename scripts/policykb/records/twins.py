"""Rows of one subject and period, of which there should be one: entered twice, or parts of one whole."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ..law.data_rules import RecordRules
from ..law.subjects import Subjects
from ..model import Finding, Record, Text
from .breaches import Kept, Words

__all__ = ["Twins"]

_LAST = 63  # facts of a type beyond the 64th share the last bit


class Twins:
    """Keeps of yearly records what tells whether two of one subject are parts, and whether such parts can be added up.

    Args:
        rules: the data rules.
        kept: the records, with their places.
        subjects: whose they are.
    """

    def __init__(self, rules: RecordRules, kept: Kept, subjects: Subjects) -> None:
        self._rules, self._kept, self._subjects = rules, kept, subjects
        self._groups: dict[tuple[str, str], array[int]] = {}
        self._at, self._handles, self._facts = array("q"), array("q"), array("q")
        self._sums, self._numbers = array("Q"), array("Q")
        self._bits: dict[str, dict[str, int]] = {}
        # Of records that state what adds up: which of that, and the hashes of all else, a pair of numbers for each.
        self._adding, self._rest, self._ends = array("Q"), array("q"), array("q")

    def add(self, record: Record, handle: int, here: int, *, is_wrong: bool) -> None:
        """Keep a record.

        Args:
            record: a record of a type of which a subject has one a period.
            handle: what `subjects` made of it.
            here: its number among those kept.
            is_wrong: whether there is an error in it.
        """
        rows = self._groups.setdefault((record.type, record.period[:4]), array("q"))
        rows.append(len(self._at))
        self._at.append(here)
        self._handles.append(handle)
        self._facts.append(hash(frozenset(record.facts.items())))
        wholes, sums, numbers, adding = self._rules.uniqueness.wholes, 0, 0, 0
        bits = self._bits.setdefault(record.type, {})
        others: list[tuple[str, object]] = [("division", record.division)]
        for fact, value in record.facts.items():
            mask = 1 << min(_bit(bits, fact), _LAST)
            sums |= mask if type(value) is Decimal else 0
            numbers |= mask if type(value) is int else 0
            if fact in wholes:
                adding |= mask
            else:
                others.append((fact, value))
        if any(finding.severity == "error" for finding in record.findings):
            sums |= _bits_of(bits, (fact for fact in record.places if fact not in record.facts))
        self._sums.append(sums)
        self._numbers.append(numbers)
        self._adding.append(0 if is_wrong else adding)
        if adding and not is_wrong:
            for fact, stated in others:
                if stated is not None:
                    self._rest.extend((_bit(bits, fact), hash(stated)))
        self._ends.append(len(self._rest))

    def finish(self) -> Iterator[tuple[str, Finding]]:
        """The rows that have a twin.

        Yields:
            the record type, and the finding.
        """
        mend = self._rules.uniqueness.mend_of_parts
        for (kind, _), rows in self._groups.items():
            found: dict[int, tuple[str, int, bool]] = {}
            for twins, is_addable in self._sets(rows):
                partners = self._partners(twins)
                for row in twins:
                    if row in partners:
                        found[row] = "differing-record", partners[row], is_addable
                    elif row != twins[0]:
                        found.setdefault(row, ("duplicate-record", twins[0], False))
            for row, (rule, other, is_addable) in sorted(found.items()):
                words: Words = {
                    "other": self._kept.words(self._at[other]),
                    "adding": mend if is_addable else Text("", ""),
                }
                yield kind, self._kept.finding(self._rules.computed[rule], self._at[row], words)

    def addable(self) -> list[list[int]]:
        """The records that can be added up, by their numbers: each a list of all those of one subject and period."""
        sets = (found for rows in self._groups.values() for found in self._sets(rows))
        return sorted([self._at[row] for row in twins] for twins, is_addable in sets if is_addable)

    def _sets(self, rows: Iterable[int]) -> Iterator[tuple[list[int], bool]]:
        """The rows of one type and period that are, or may be, of one subject, and whether they add up.

        A row without a code whose name stands beside several may be of the subject of each of these codes.
        """
        subjects, handles = self._subjects, self._handles
        firsts, later = dict[int, int](), dict[int, list[int]]()
        for row in rows:
            subject = subjects.of(handles[row])
            if firsts.setdefault(subject, row) != row:
                later.setdefault(subject, []).append(row)
        for subject, first in firsts.items():
            own = [first, *later.get(subject, ())]
            named = {subjects.open(handles[row]) for row in own if subjects.is_shared(handles[row])}
            shared = {each for each in named if each in firsts}  # an intersection with keys goes through all of them
            for each in shared - {subject}:
                yield sorted((*own, firsts[each], *later.get(each, ()))), False
            if len(own) > 1:
                yield own, subject not in named and not shared and self._add_up(own)

    def _partners(self, rows: Sequence[int]) -> dict[int, int]:
        """Rows that may be parts of a whole, each with another: both state a sum, or differ and state one number."""
        found: dict[int, int] = {}
        for masks, is_sum in ((self._sums, True), (self._numbers, False)):
            stating: dict[int, list[int]] = {}
            for row in rows:
                mask = masks[row]
                while mask:
                    stating.setdefault(mask & -mask, []).append(row)
                    mask &= mask - 1
            for stated in stating.values():
                if len(stated) > 1 and (is_sum or len({self._facts[row] for row in stated}) > 1):
                    for row in stated:
                        found.setdefault(row, stated[0] if row != stated[0] else stated[1])
        return found

    def _add_up(self, rows: Sequence[int]) -> bool:
        """Whether all state the same of what adds up, and nothing else that differs."""
        if not self._adding[rows[0]] or len({self._adding[row] for row in rows}) > 1:
            return False
        stated: dict[int, int] = {}
        for row in rows:
            pairs = self._rest[self._ends[row - 1] if row else 0 : self._ends[row]]
            for bit, value in zip(pairs[::2], pairs[1::2], strict=True):
                if stated.setdefault(bit, value) != value:
                    return False
        return True


def _bits_of(bits: dict[str, int], facts: Iterable[str]) -> int:
    found = 0
    for fact in facts:
        found |= 1 << min(_bit(bits, fact), _LAST)
    return found


def _bit(bits: dict[str, int], fact: str) -> int:
    """The number of a fact among those of its type; records of one type alone are compared."""
    return bits.setdefault(fact, len(bits))
