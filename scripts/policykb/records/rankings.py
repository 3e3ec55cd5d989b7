"""The places that records state in one ranking: each is had by one, and none contradicts the figures it goes by."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from decimal import Decimal
from typing import TypeGuard

from ..law.data_rules import RecordRules
from ..law.subjects import Subjects
from ..law.uniqueness import Compared
from ..model import Finding, Record, Value
from .breaches import Kept, Words

__all__ = ["Ranking", "keep_claim", "other_claim"]

_UNKNOWN = -1  # a figure that is not stated, or no figure
_PLACES = 10_000  # the data rules leave a number four decimal places
_MOST = 2**62  # what a column of whole numbers holds


class Ranking:
    """The places stated in one ranking, with the figure that each goes by, in columns until all are known.

    Args:
        compared: the fact that is a place.
        is_complete: whether the records are all there are, as the user declares.
    """

    def __init__(self, compared: Compared, is_complete: bool) -> None:
        self._compared = compared
        self._is_complete = is_complete
        self._places, self._figures, self._rests = array("q"), array("q"), array("i")
        self._handles, self._numbers = array("q"), array("q")
        self._bounded: set[int] = set()
        self._records = 0

    @staticmethod
    def admits(value: Value | None) -> TypeGuard[int]:
        """Whether a value is a place at all; what is none is found by the rule about the fact itself."""
        return type(value) is int and 0 < value < _MOST

    def add(self, record: Record, handle: int, here: int, *, is_bounded: bool) -> None:
        """Take in a record that could state a place.

        Args:
            record: the record.
            handle: whose it is.
            here: its number among those kept.
            is_bounded: whether the number of records says nothing about it: it states how many places there are.
        """
        self._records += 1
        value = record.facts.get(self._compared.fact)
        if not self.admits(value) or self._compared.fact in record.derived:
            return  # What follows from the other records contradicts none of them.
        whole, rest = _split(record.facts.get(self._compared.by) if self._compared.by else None)
        if is_bounded:
            self._bounded.add(here)
        self._places.append(value)
        self._figures.append(whole)
        self._rests.append(rest)
        self._handles.append(handle)
        self._numbers.append(here)

    def findings(self, rules: RecordRules, kept: Kept, subjects: Subjects) -> Iterator[Finding]:
        """Places that several subjects have, in the order of the records; that figures contradict; beyond the last."""
        order = sorted(range(len(self._places)), key=self._places.__getitem__)
        shared: list[tuple[int, int]] = []
        contradicted: list[tuple[int, int]] = []
        better: int | None = None  # of the places before, the record of the last with a figure that has the least
        start = 0
        while start < len(order):
            end = start
            claims: list[tuple[int, int]] = []
            least = most = None
            while end < len(order) and self._places[order[end]] == self._places[order[start]]:
                number = order[end]
                subject = subjects.of(self._handles[number])
                other = other_claim(claims, subject)
                keep_claim(claims, subject, number)
                if other is not None:
                    shared.append((number, other))
                if self._figures[number] != _UNKNOWN:
                    least = number if least is None or self._figure(number) < self._figure(least) else least
                    most = number if most is None or self._figure(number) > self._figure(most) else most
                end += 1
            if better is not None and most is not None and self._figure(better) < self._figure(most):
                contradicted.append((most, better))
            better, start = better if least is None else least, end
        for number, other in sorted(shared):
            yield self._finding("shared-place", rules, kept, number, {"other": kept.words(self._numbers[other])})
        for number, other in sorted(contradicted):
            words: Words = {
                "other": kept.words(self._numbers[other]),
                "by": self._compared.by_label or "",
                "before": str(self._places[other]),
                "figure": self._shown(number),
                "their": self._shown(other),
            }
            yield self._finding("contradicted-place", rules, kept, number, words)
        yield from self._beyond(rules, kept)

    def _beyond(self, rules: RecordRules, kept: Kept) -> Iterator[Finding]:
        """Places beyond the number of records: an error where these are all there are.

        Elsewhere they may be a part of all. They are not where all other places are within their number, or count from
        1 without a gap: then it is a place beyond that is doubtful.
        """
        beyond = [number for number, place in enumerate(self._places) if place > self._records]
        within = {place for place in self._places if place <= self._records}
        if not self._is_complete and (not within or (len(beyond) > 1 and max(within) > len(within))):
            return
        rule = "impossible-place" if self._is_complete else "place-beyond"
        for number in beyond:
            if self._numbers[number] not in self._bounded:
                yield self._finding(rule, rules, kept, number, {"count": str(self._records)})

    def _figure(self, number: int) -> tuple[int, int]:
        return self._figures[number], self._rests[number]

    def _shown(self, number: int) -> str:
        rest = Decimal(self._rests[number]) / _PLACES
        return f"{(self._figures[number] + rest).normalize():f}"

    def _finding(self, rule: str, rules: RecordRules, kept: Kept, number: int, words: Words) -> Finding:
        place = str(self._places[number])
        words = {**words, "item": self._compared.label, "value": place}
        return kept.finding(rules.computed[rule], self._numbers[number], words, self._compared.fact, place)


def other_claim(claims: list[tuple[int, int]], subject: int) -> int | None:
    """Where another subject made the same claim first."""
    return next((mark for who, mark in claims if who != subject), None)


def keep_claim(claims: list[tuple[int, int]], subject: int, mark: int) -> None:
    """Keep a claim: of each set the first, and the first of anyone else, which is all that later ones need."""
    if len(claims) < 2 and all(who != subject for who, _ in claims):
        claims.append((subject, mark))


def _split(figure: Value | None) -> tuple[int, int]:
    """A figure as whole number and ten-thousandths, as the data rules admit it; unknown where it is no such number."""
    if type(figure) is not Decimal or not figure.is_finite() or not 0 <= figure < _MOST:
        return _UNKNOWN, 0
    whole = int(figure)
    rest = (figure - whole) * _PLACES
    return (whole, int(rest)) if rest == int(rest) else (_UNKNOWN, 0)
