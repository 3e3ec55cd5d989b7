"""An answer that is held as a whole, given out as `run.Run` gives out one that is decided portion by portion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from ..law.receipt import Receipt
from ..model import Finding
from .answer import Answer, EnterpriseTotal
from .run import Portion, most

__all__ = ["Held"]

T = TypeVar("T")


class Held:
    """The answer in one portion; its parts are those of `Run`."""

    size = 0

    def __init__(self, answer: Answer) -> None:
        self._answer, self.records, self.base = answer, answer.records, answer.receipt
        self.grouping: Sequence[EnterpriseTotal] = answer.enterprises
        self.repeated = {name for name, count in Counter(one.id for one in answer.records).items() if count > 1}

    def by_record(self) -> Iterator[Portion]:
        """The answer in the order of the records."""
        yield self._whole()

    def by_subject(self) -> Iterator[Portion]:
        """The answer subject by subject."""
        yield self._whole()

    def each_of_records(self, work: Callable[[Portion], T], processes: int = 1) -> Iterator[T]:
        """What is made of the portion of `by_record`."""
        yield work(self._whole())

    def each(self, work: Callable[[Portion], T], processes: int = 1) -> Iterator[T]:
        """What is made of the portion of `by_subject`."""
        yield work(self._whole())

    def totals(self) -> Iterator[EnterpriseTotal]:
        """What each subject gets."""
        return iter(self._answer.enterprises)

    def wrong(self) -> Iterator[Portion]:
        """The records that are not decided, subject by subject."""
        answer, decided = self._answer, self._answer.by_record()
        for subject in answer.enterprises:
            places = tuple(place for place in subject.members if any(one.clause is None for one in decided[place][1]))
            if places:
                records = tuple(self.records[place] for place in places)
                mine = replace(subject, members=tuple(range(len(places))))
                # Of records that share an id, each has its own.
                decisions = tuple(one for place in places for one in decided[place][1])
                yield Portion(replace(answer, records=records, decisions=decisions, enterprises=(mine,)), places)

    def findings(self) -> Sequence[Finding]:
        """All findings."""
        return self._answer.findings

    def receipt(self) -> Receipt:
        """What it rests on."""
        return self.base

    def answer(self) -> Answer:
        """The answer."""
        return self._answer

    def sort(self) -> None:
        """Put the subjects with most at stake first."""
        names = list(dict.fromkeys(name for one in self._answer.enterprises for name in one.total))
        order = sorted(self._answer.enterprises, key=lambda one: [-most(one, name) for name in names])
        self._answer = replace(self._answer, enterprises=tuple(order))
        self.base = self._answer.receipt

    def _whole(self) -> Portion:
        return Portion(self._answer, range(len(self.records)))
