"""Figures of one year that a subject states twice: in the record of that year, and as those of the prior year later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from ..law.data_rules import RecordRules, written
from ..law.subjects import Subjects
from ..model import Finding, Record, Text
from .breaches import Kept, Words

__all__ = ["Years"]

MOST = 2**18
"""Figures that are kept, of some 65,000 records: each stays in memory."""


class _Figure(NamedTuple):
    """What a record states of a year, by its number; `prior` is the item, where it states that of the year before."""

    kind: str
    handle: int
    fact: str
    year: int
    value: Decimal | int
    here: int
    prior: str = ""


class Years:
    """Keeps the figures that two records of following years both have.

    Args:
        rules: the data rules.
        kept: the records, with their places.
        subjects: whose they are.
        priors: by item of the prior year that of the year itself.
        labels: what items are called.
        units: what the units of items are called; a header may name another one.
    """

    def __init__(
        self,
        rules: RecordRules,
        kept: Kept,
        subjects: Subjects,
        priors: Mapping[str, str],
        labels: Mapping[str, Text],
        units: Mapping[str, Text],
    ) -> None:
        self._rule, self._kept, self._subjects = rules.computed.get("differing-year"), kept, subjects
        self._priors, self._labels = tuple(priors.items()), labels
        self._units = units
        self._figures: list[_Figure] = []

    def add(self, record: Record, handle: int, here: int) -> None:
        """Keep what a yearly record states; `here` is its number, `handle` what `subjects` made of it."""
        year = record.period[:4]
        if self._rule is None or not year.isdecimal() or len(self._figures) >= MOST:
            return
        for prior, fact in self._priors:
            for name, back, item in ((fact, 0, ""), (prior, 1, prior)):
                value = record.facts.get(name)
                if isinstance(value, Decimal | int) and name not in record.derived:
                    figure = _Figure(record.type, handle, fact, int(year) - back, value, here, item)
                    self._figures.append(figure)

    def finish(self) -> Iterator[tuple[str, Finding]]:
        """The figures of the prior year that are others in the record of that year.

        Yields:
            the record type, and the finding.
        """
        own: dict[tuple[str, int, str, int], _Figure] = {}
        for one in self._figures:
            if not one.prior:
                own.setdefault(self._key(one), one)
        for one in self._figures:
            other = own.get(self._key(one)) if one.prior else None
            if other is not None and other.value != one.value and self._rule is not None:
                words: Words = {
                    "item": self._labels[one.fact],
                    "year": str(one.year),
                    "value": self._shown(one),
                    "other": self._kept.words(other.here),
                    "before": self._shown(other),
                }
                yield one.kind, self._kept.finding(self._rule, one.here, words, one.prior, written(one.value))

    def _shown(self, one: _Figure) -> Text:
        unit, value = self._units.get(one.fact, Text("", "")), written(one.value)
        return Text(f"{value}{unit.zh}", f"{value} {unit.en}".strip())

    def _key(self, one: _Figure) -> tuple[str, int, str, int]:
        return one.kind, self._subjects.of(one.handle), one.fact, one.year
