"""Records that are checked as a whole and decided portion by portion, so that any number of them fits into memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import TypeAlias, TypeVar

from ..doors.crew import in_order
from ..doors.spill import Spill
from ..law.receipt import Receipt
from ..model import Entitlement, Finding, GroupDecision, Record
from .alternatives import Alternative, Placed
from .answer import Answer, EnterpriseTotal
from .checked import Checked, repeated_ids
from .decisions import Decided, Decider
from .digest import Digest
from .grouping import Grouping, Sums, total_of
from .versions import outcome

__all__ = ["PORTION", "Portion", "Run", "Tick", "most"]

T = TypeVar("T")
PORTION = 500
"""Records that are decided at once, or those of one subject where it has more."""
Tick: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how many records of how many are done."""
Noted: TypeAlias = Callable[[Answer], Answer]


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of an answer: some records, and where they stand among all; `subjects` has the number of each subject."""

    answer: Answer
    places: Sequence[int]
    subjects: Sequence[int] = ()


@dataclass
class Run:
    """What is to be decided.

    Args:
        records: all records of the call.
        loose: findings of the reading that belong to no record, and of what was derived for one.
        deciders: the version of each day by which records are decided; under None that as first issued.
        day_of: the version of a record.
        base: what the answer rests on, without its own checksum.
        day: decide as of this day; each record's own period end if None.
        everything: also list the clauses of other record types.
        others: other readings, those together that touch other clauses each, held against the version of each day.
        noted: what is to be said of every portion besides.
        tick: told how far it is.
        size: records of a portion.
    """

    records: Sequence[Record]
    loose: Sequence[Finding]
    deciders: Mapping[date | None, Decider]
    day_of: Callable[[Record], date | None]
    base: Receipt
    day: date | None = None
    everything: bool = False
    others: Sequence[Mapping[date | None, Alternative]] | None = None
    noted: Noted | None = None
    tick: Tick = field(default=lambda what, done, count: None)
    size: int = PORTION

    def __post_init__(self) -> None:
        count = len(self.records)
        # The engine suits all records, and not those of a portion.
        self.deciders = {day: replace(one, engine=one.engine.suited(count)) for day, one in self.deciders.items()}
        self.repeated = repeated_ids(self.records)
        self._checked: dict[date | None, Checked] = {
            day: decider.checked(self.records, self.repeated, lambda done: self.tick("checked", done, count))
            for day, decider in self.deciders.items()
        }
        self._last = list(self.deciders.values())[-1]
        self._derived: dict[str, list[Finding]] = {}
        for finding in self.loose:
            if finding.record is not None:
                self._derived.setdefault(finding.record, []).append(finding)
        self.grouping = Grouping(self.records, self._last.record_rules.uniqueness.forms)
        self.order: Sequence[int] = range(len(self.grouping))
        self._digest = Digest(count, len(self.grouping))

    @classmethod
    def by(cls, decider: Decider, records: Sequence[Record], day: date | None = None) -> Run:
        """All records by one version of the rules."""
        return cls(records, (), {None: decider}, lambda record: None, decider.receipt(records, day), day=day)

    # --- What is known before anything is decided

    def findings(self) -> Iterator[Finding]:
        """All findings: of the files, of the reading of each record, of the data rules; each once."""
        of_files = dict.fromkeys(self.loose)
        yield from of_files
        for record in self.records:
            for finding in dict.fromkeys(record.findings):
                if finding.record is not None or finding not in of_files:
                    of_files |= {finding: None} if finding.record is None else {}
                    yield finding
        yield from self._checked[None].findings

    def is_wrong(self, place: int) -> bool:
        """Whether a record is not decided, since its data are wrong."""
        record = self.records[place]
        return record.id in self._checked[self.day_of(record)].wrong

    def wrong(self) -> Iterator[Portion]:
        """The records that are not decided, subject by subject, without any sums."""
        if not any(checked.wrong for checked in self._checked.values()):
            return
        for number in self.order:
            places = [place for place in self.grouping.places(number) if self.is_wrong(place)]
            if places:
                yield self._portion(places, [self._decide(places)], [number], [self.grouping.places(number)])

    # --- Deciding

    def by_record(self) -> Iterator[Portion]:
        """The answer in the order of the records, without totals; `totals` has these when all is decided."""
        return self.each_of_records(_itself)

    def each_of_records(self, work: Callable[[Portion], T], processes: int = 1) -> Iterator[T]:
        """What is made of each portion of `by_record`; see `each`."""
        self._sums: Spill[Sums] = Spill()
        count = len(self.records)
        parts = [range(start, min(start + self.size, count)) for start in range(0, count, self.size)]

        def made(places: Sequence[int]) -> tuple[T, list[Sums], tuple[bytes, bytes]]:
            decided = self._decide(places)
            records = [self.records[place] for place in places]
            sums = [self._decider(record).sums(one) for record, one in zip(records, decided, strict=True)]
            portion = self._taken(self._noted(self._portion(places, [decided])))
            return work(portion), sums, self._digest.part(places, ())

        for places, (one, sums, part) in zip(parts, in_order(made, parts, processes), strict=True):
            for each in sums:
                self._sums.append(each)
            self._digest.put(places, (), part)
            yield one
            self.tick("decided", places.stop, count)

    def totals(self) -> Iterator[EnterpriseTotal]:
        """What each subject gets, after `by_record`."""
        for number in self.order:
            members = self.grouping.places(number)
            total = total_of([self.records[at] for at in members], members, [self._sums[at] for at in members])
            self._digest.subject(number, total)
            yield total

    def by_subject(self) -> Iterator[Portion]:
        """The answer subject by subject, with their totals."""
        return self.each(_itself)

    def each(self, work: Callable[[Portion], T], processes: int = 1) -> Iterator[T]:
        """What is made of each portion of `by_subject`, in their order.

        Args:
            work: makes something of a portion.
            processes: how many decide and make at once; what is made is then sent from one to the other.
        """
        parts, done = [array("q", numbers) for numbers in self._portions()], 0

        def made(numbers: Sequence[int]) -> tuple[T, tuple[bytes, bytes]]:
            members = [self.grouping.places(number) for number in numbers]
            places = list(chain.from_iterable(members))
            portion = self._noted(self._portion(places, [self._decide(places)], numbers, members))
            for number, total in zip(numbers, portion.answer.enterprises, strict=True):
                self._digest.subject(number, total)
            return work(self._taken(portion)), self._digest.part(places, numbers)

        for numbers, (one, part) in zip(parts, in_order(made, parts, processes), strict=True):
            places = list(chain.from_iterable(map(self.grouping.places, numbers)))
            self._digest.put(places, numbers, part)
            yield one
            done += len(places)
            self.tick("decided", done, len(self.records))

    def sort(self) -> None:
        """Put the subjects with most at stake first: the greatest sum that may be had, settled or open, by currency."""
        stakes: list[tuple[Decimal, ...]] = [()] * len(self.grouping)
        currencies: list[str] = []
        for portion in self.by_subject():
            for number, total in zip(portion.subjects, portion.answer.enterprises, strict=True):
                currencies += [name for name in total.total if name not in currencies]
                stakes[number] = tuple(most(total, name) for name in currencies)
        width = len(currencies)
        keys = [tuple(-one for one in stake) + (Decimal(0),) * (width - len(stake)) for stake in stakes]
        self.order = sorted(range(len(self.grouping)), key=keys.__getitem__)

    def receipt(self) -> Receipt:
        """What the answer rests on, when all of it has been decided."""
        return replace(self.base, answer=self._digest.text(self.findings()))

    def answer(self) -> Answer:
        """The whole answer at once."""
        portions = [portion.answer for portion in self.by_record()]
        enterprises = tuple(self.totals())
        return Answer(
            self.receipt(),
            tuple(self.records),
            tuple(one for part in portions for one in part.decisions),
            tuple(one for part in portions for one in part.groups),
            tuple(one for part in portions for one in part.entitlements),
            enterprises,
            tuple(self.findings()),
        )

    def _portions(self) -> Iterator[list[int]]:
        """The numbers of whole subjects, as many as have the records of a portion."""
        found, count = list[int](), 0
        for number in self.order:
            found.append(number)
            count += len(self.grouping.places(number))
            if count >= self.size:
                yield found
                found, count = [], 0
        if found:
            yield found

    def _decider(self, record: Record) -> Decider:
        return self.deciders[self.day_of(record)]

    def _decide(self, places: Sequence[int]) -> list[Decided]:
        """What is decided of some records, each by the version of its day."""
        records = [self.records[place] for place in places]
        by_day: dict[date | None, list[int]] = {}
        for number, record in enumerate(records):
            by_day.setdefault(self.day_of(record), []).append(number)
        found: dict[int, Decided] = {}
        for day, numbers in by_day.items():
            own = [records[number] for number in numbers]
            decider, checked = self.deciders[day], self._checked[day]
            found |= zip(numbers, decider.decide(own, checked, day=self.day, everything=self.everything), strict=True)
        decided = [found[number] for number in range(len(records))]
        return decided if self.others is None else self._with_readings(decided, places)

    def _with_readings(self, decided: Sequence[Decided], places: Sequence[int]) -> list[Decided]:
        """Name in each decision the readings whose alternative changes it."""
        changing: list[dict[str, list[Placed]]] = [{} for _ in places]
        before = [{one.clause: outcome(one) for one in mine.decisions} for mine in decided]
        for versions in self.others or ():
            for day, other in versions.items():
                numbers = [n for n, place in enumerate(places) if self.day_of(self.records[place]) == day]
                records = [self.records[places[number]] for number in numbers]
                for number, theirs in zip(numbers, other.decide(records, self._checked[day], self.day), strict=True):
                    for clause, told in theirs.items():
                        if clause in before[number] and before[number][clause] != told:
                            changing[number].setdefault(clause, []).append(other.reading_of[clause])
        return [
            replace(
                one,
                decisions=tuple(
                    replace(d, readings=tuple(name for _, name in sorted(changed.get(d.clause or "", ()))))
                    for d in one.decisions
                ),
            )
            for one, changed in zip(decided, changing, strict=True)
        ]

    def _portion(
        self,
        places: Sequence[int],
        decided: Sequence[Sequence[Decided]],
        numbers: Sequence[int] = (),
        members: Sequence[Sequence[int]] = (),
    ) -> Portion:
        records = [self.records[place] for place in places]
        all_of = list(chain.from_iterable(decided))
        sums = {place: self._decider(r).sums(one) for place, r, one in zip(places, records, all_of, strict=True)}
        at, held = {place: number for number, place in enumerate(places)}, dict(zip(places, records, strict=True))
        enterprises = []
        for own in members:
            owned = [held.get(place) or self.records[place] for place in own]
            known = [place for place in own if place in at]
            enterprises.append(total_of(owned, [at[place] for place in known], [sums[place] for place in known]))
        findings = [finding for record in records for finding in record.findings]
        for name in dict.fromkeys(record.id for record in records):
            findings += (*self._derived.get(name, ()), *self._checked[None].of(name))
        answer = Answer(
            self.base,
            tuple(records),
            tuple(d for one in all_of for d in one.decisions),
            tuple(g for one in all_of for g in one.groups),
            tuple(e for one in all_of for e in one.entitlements),
            tuple(enterprises),
            tuple(dict.fromkeys(findings)),
        )
        return Portion(answer, places, numbers)

    def _noted(self, portion: Portion) -> Portion:
        return portion if self.noted is None else replace(portion, answer=self.noted(portion.answer))

    def _taken(self, portion: Portion) -> Portion:
        """A portion that is final, with its checksums taken."""
        answer = portion.answer
        grouped: dict[str, list[GroupDecision]] = {}
        for group in answer.groups:
            grouped.setdefault(group.record, []).append(group)
        counted: dict[str, list[Entitlement]] = {}
        for one in answer.entitlements:
            counted.setdefault(one.record, []).append(one)
        for place, (record, decisions) in zip(portion.places, answer.by_record(), strict=True):
            self._digest.record(place, decisions, grouped.get(record.id, ()), counted.get(record.id, ()))
        return portion


def _itself(portion: Portion) -> Portion:
    return portion


def most(total: EnterpriseTotal, currency: str) -> Decimal:
    """The greatest sum that a subject may get in a currency; more than any number where there is no upper end."""
    amount = total.total.get(currency)
    return Decimal(0) if amount is None else Decimal("Infinity") if amount.max is None else amount.max
