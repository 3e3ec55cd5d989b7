"""The places that records state in one ranking: each is had by one, and none contradicts the figures it goes by."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TypeGuard

from .breaches import Marks, Words, filled
from .datarules import DataRule, RecordRules
from .model import Finding, Place, Record, Value
from .uniqueness import Compared

__all__ = ["Ranking", "keep_claim", "other_claim"]

_UNKNOWN = -1  # a figure that is not stated, or no figure
_PLACES = 10_000  # the data rules leave a number four decimal places
_MOST = 2**62  # what a column of whole numbers holds


class Ranking:
    """The places stated in one ranking, with the figure that each goes by, in columns until all are known."""

    def __init__(self, compared: Compared) -> None:
        self._compared = compared
        self._places, self._figures, self._rests = array("q"), array("q"), array("i")
        self._subjects, self._marks, self._ends = array("q"), array("q"), array("q")
        self._ids = bytearray()
        self._columns: dict[int, Place] = {}

    @staticmethod
    def admits(value: Value) -> TypeGuard[int]:
        """Whether a value is a place at all; what is none is found by the rule about the fact itself."""
        return type(value) is int and 0 < value < _MOST

    def add(self, record: Record, place: int, subject: int, here: int) -> None:
        """Keep what a record states."""
        figure = record.facts.get(self._compared.by) if self._compared.by else None
        whole, rest = _split(figure)
        self._places.append(place)
        self._figures.append(whole)
        self._rests.append(rest)
        self._subjects.append(subject)
        self._marks.append(here)
        self._ids += record.id.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._ids))
        if here >> 32 not in self._columns:
            self._columns[here >> 32] = record.places.get(self._compared.fact, record.place)

    def findings(self, rules: RecordRules, marks: Marks) -> Iterator[Finding]:
        """Places that several subjects have, in the order of the records, and places that the figures contradict."""
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
                other = other_claim(claims, self._subjects[number])
                keep_claim(claims, self._subjects[number], number)
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
            words: Words = {"item": self._compared.label}
            yield self._finding(rules.computed["shared-place"], number, other, words, marks)
        for number, other in sorted(contradicted):
            words = {
                "item": self._compared.label,
                "by": self._compared.by_label or "",
                "before": str(self._places[other]),
                "figure": self._shown(number),
                "their": self._shown(other),
            }
            yield self._finding(rules.computed["contradicted-place"], number, other, words, marks)

    def _figure(self, number: int) -> tuple[int, int]:
        return self._figures[number], self._rests[number]

    def _shown(self, number: int) -> str:
        rest = Decimal(self._rests[number]) / _PLACES
        return f"{(self._figures[number] + rest).normalize():f}"

    def _finding(self, rule: DataRule, number: int, other: int, words: Words, marks: Marks) -> Finding:
        place = str(self._places[number])
        said = filled(rule.message, {**words, "value": place, "other": marks.words(self._marks[other])}, rule)
        mark, start = self._marks[number], self._ends[number - 1] if number else 0
        column = self._columns[mark >> 32]
        return Finding(
            rule=rule.id,
            severity=rule.severity,
            message=said,
            mend=filled(rule.mend, words, rule),
            place=replace(column, row=(mark & 0xFFFFFFFF) or None),
            record=bytes(self._ids[start : self._ends[number]]).decode("utf-8", "surrogatepass"),
            fact=self._compared.fact,
            value=place,
            component="",
        )


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
