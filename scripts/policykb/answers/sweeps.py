"""What money comes to along one number: a number of the rules over many records, or a fact of one record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Protocol

from ..engines.program import clause_criteria
from ..engines.turning import whole_steps
from ..errors import CallError
from ..law.rules import RuleBook
from ..model import Amount, Clause, Criterion, Decision, Entitlement, Fact, Record, Value, Vocabulary
from ..patterns import regex
from .answer import Answer, add_up
from .decisions import Decider
from .edges import leaps, turns_of_fact
from .joint import within
from .plain import exactly
from .several import qualified

__all__ = ["MOST", "Range", "Step", "along_fact", "clause_of", "criterion_of", "one_record", "read_range", "step_of"]

MOST = 200
"""Values that one sweep takes: enough for a curve, few enough to be decided while somebody waits."""
_RANGE = regex(r"(?P<low>[^.:]+(?:\.\d+)?)\.\.(?P<high>[^.:]+(?:\.\d+)?):(?P<step>[^:]+)")


@dataclass(frozen=True, slots=True)
class Range:
    """What is swept, `CLAUSE.CRITERION` or a fact, and its values from low to high."""

    target: str
    values: tuple[Decimal, ...]

    @property
    def is_rule(self) -> bool:
        """Whether it is a number of the rules, and not a fact."""
        return "." in self.target


@dataclass(frozen=True, slots=True)
class Step:
    """What one value leads to.

    `total` is by currency, None where the record breaks a data rule with this value. `certain` and `possible` count the
    subjects that have, or may have, the clause whose number is swept; None where a fact is, or a number of a group.
    """

    value: Decimal
    total: Mapping[str, Amount] | None
    certain: int | None = None
    possible: int | None = None

    @property
    def told(self) -> object:
        """What the value leads to."""
        return self.total, self.certain, self.possible

    def is_cliff(self, before: Step | None) -> bool:
        """Whether the least or the most that is had is less than with the value before."""
        if before is None or self.total is None or before.total is None:
            return False
        return any(_falls(was, self.total.get(currency)) for currency, was in before.total.items())


def read_range(text: str) -> Range:
    """Read `TARGET=LOW..HIGH:STEP`, numbers in plain decimals.

    Raises:
        CallError: it is written otherwise, the step is not above 0, the end is below the start, or there are too many.
    """
    target, _, rest = text.partition("=")
    found = _RANGE.fullmatch(rest.strip())
    numbers: list[Decimal] = []
    with suppress(InvalidOperation):
        numbers = [exactly(part.strip()) for part in found.groups()] if found else []
    if (
        not target.strip()
        or not numbers
        or not all(number.is_finite() and number.copy_abs() < 10**15 for number in numbers)
    ):
        raise CallError("sweep-not-understood", sweep=text)
    low, high, step = numbers
    if step <= 0 or high < low:
        raise CallError("sweep-not-understood", sweep=text)
    count = int((high - low) / step) + 1
    if count > MOST:
        raise CallError("sweep-too-many", count=count, most=MOST)
    # The end is a value of its own where no step leads to it.
    values = dict.fromkeys((*(low + step * number for number in range(count)), high))
    return Range(target.strip(), tuple(values))


def clause_of(book: RuleBook, target: str) -> str | None:
    """The clause that a number of the rules belongs to: by its name, or since the number is a part of it alone.

    Of several documents the ids begin with the document, as in `slug/clause`.
    """
    document, _, dotted = target.rpartition("/")
    name, owner = dotted.replace(".", "-"), dotted.rpartition(".")[0]
    ids = [one for one in book.clauses if document in ("", book.document.slug, one.rpartition("/")[0])]
    named = [one for one in ids if f"{name}-".startswith(f"{one.rpartition('/')[2]}-")]
    # A tier need not bear the name of its clause.
    bearing = [one for one in ids if not {name, owner}.isdisjoint(_parts(book.clauses[one]))]
    found = [one for one in named if one in bearing] or (bearing if len(bearing) == 1 else named)
    return max(found, key=len, default=None)


def _parts(clause: Clause) -> set[str]:
    """The names of the criteria and options of a clause."""
    known = [*(one.iri for one in clause_criteria(clause)), *(one.iri for one in clause.options)]
    return {iri.rpartition("/")[2] for iri in known}


class _Rules(Protocol):
    @property
    def book(self) -> RuleBook: ...
    @property
    def vocabulary(self) -> Vocabulary: ...


def criterion_of(kb: _Rules, clause: str | None, target: str) -> tuple[Criterion | None, Decimal]:
    """The criterion whose bound is swept, and by what a fact that it compares moves at the least; None for a sum."""
    name = target.replace(".", "-").rpartition("/")[2]
    known = clause_criteria(kb.book.clauses[clause]) if clause is not None else ()
    found = next((one for one in known if one.id.rpartition("/")[2] == name), None)
    facts = kb.vocabulary.facts
    named = (
        []
        if found is None
        else [found.path, *(d.inputs[0] for d in [kb.book.derived.get(found.path)] if d is not None)]
    )
    return found, min((kb.vocabulary.step(one) for one in named if one in facts), default=Decimal(1))


def step_of(answer: Answer, book: RuleBook, clause: str | None, value: Decimal) -> Step:
    """What all records come to, and how many subjects have the clause; what a group keeps back is not had.

    A number that is of no clause, such as the cap of a group, is had by nobody, and nobody is counted.
    """
    if clause is None:
        return Step(value, add_up(answer.entitlements))
    surely = (True,) if clause in book.group_of else (True, None)
    owners = answer.owners()
    counted = {True: set[tuple[int, ...]](), False: set[tuple[int, ...]]()}
    for decision in answer.decisions:
        if decision.clause == clause and decision.status in ("eligible", "undetermined"):
            is_certain = decision.status == "eligible" and decision.selected in surely
            if decision.selected is not False:
                counted[is_certain].add(tuple(owners[decision.record].members))
    certain = counted[True]
    return Step(value, add_up(answer.entitlements), len(certain), len(certain | counted[False]))


def _with_values(record: Record, fact: Fact, values: Iterable[Decimal]) -> list[Record]:
    """A record with each value of a number in the place of what it states."""
    stated: list[Value] = [int(value) if fact.datatype == "integer" else value for value in values]
    return [replace(record, facts={**record.facts, fact.id: value}) for value in stated]


def along_fact(
    sides: Mapping[str, Decider], book: RuleBook, record: Record, swept: Range, day: date | None
) -> Iterator[Step]:
    """What one record comes to, other records left aside, with each value of a fact and on both sides of each leap.

    Args:
        sides: what decides by the rules of the record's day, by the slug of the document.
        book: the rules of all these documents together.
        record: as it is; the swept fact takes the place of what it states.
        swept: a fact and its values.
        day: the as-of day; the record's own period end if None.

    Raises:
        CallError: the record's type states no such number, or a value is finer than the fact can be stated.
    """
    vocabulary: Vocabulary = book.vocabulary
    fact = vocabulary.facts.get(swept.target)
    numbers = [
        one.id
        for one in vocabulary.facts.values()
        if record.type in one.record_types and one.datatype in ("decimal", "integer") and not one.codes
    ]
    if fact is None or fact.id not in numbers:
        raise CallError("sweep-unknown-fact", fact=swept.target, type=record.type, known=numbers)
    finest = vocabulary.step(fact.id)
    if any(value % finest for value in swept.values):
        raise CallError("sweep-too-fine", fact=fact.label, step=finest)
    asked = _with_values(record, fact, swept.values)
    if not any(one is not None for one in _sums_alone(sides, book, asked, day)):
        # Something else is wrong about the record, whatever this number is.
        yield from (Step(value, None) for value in swept.values)
        return
    near: set[Decimal] = set()
    for rules in [side.book for side in sides.values() if fact.id in side.vocabulary.facts]:
        near |= turns_of_fact(rules, record, fact.id, finest)
        clauses, ends = rules.by_type.get(record.type, ()), (swept.values[0], swept.values[-1])
        stairs = tuple(islice(whole_steps(rules, clauses, record, fact.id, ends, finest, day), MOST + 1))
        if len(stairs) <= MOST:  # more of them are a slope
            near |= {value + finest * step for value in stairs for step in (-2, -1, 0, 1)}
    every = sorted({*swept.values, *near})
    records = _with_values(record, fact, every)
    found = [None if one is None else add_up(one) for one in _sums_alone(sides, book, records, day)]
    sums = dict(zip(every, found, strict=True))
    within = [value for value in every if swept.values[0] < value <= swept.values[-1]]
    leapt = leaps([v for v in within if {v - 2 * finest, v - finest, v + finest} <= sums.keys()], sums, finest)
    shown = {*swept.values, *leapt, *(value - finest for value in leapt)}
    yield from (Step(value, sums[value]) for value in every if value in shown)


def _sums_alone(
    sides: Mapping[str, Decider], book: RuleBook, records: Sequence[Record], day: date | None
) -> list[list[Entitlement] | None]:
    """What counts of each record as if there were no other; None for one that breaks a data rule of a document."""
    if len(sides) == 1:
        (side,) = sides.values()
        return [None if one is None else one[1] for one in side.alone(records, day)]
    about = {slug: side for slug, side in sides.items() if records and records[0].type in side.vocabulary.record_types}
    each = {slug: side.alone(records, day, is_joined=False) for slug, side in about.items()}
    found: list[list[Entitlement] | None] = []
    for place, record in enumerate(records):
        own = [(qualified(slug), results[place]) for slug, results in each.items()]
        decisions, sums = list[Decision](), list[Entitlement]()
        for call, one in own:
            if one is not None:
                decisions += map(call, one[0])
                sums += map(call, one[1])
        found.append(None if any(one is None for _, one in own) else within(record, decisions, sums, book))
    return found


def one_record(records: Sequence[Record]) -> Record:
    """The only one of some records.

    Raises:
        CallError: there is none, or there are several.
    """
    if len(records) != 1:
        raise CallError("sweep-one-record", count=len(records), known=[one.id for one in records[:10]])
    return records[0]


def _falls(before: Amount, after: Amount | None) -> bool:
    if after is None:
        return before.min > 0 or before.max != 0
    if after.max is not None and (before.max is None or after.max < before.max):
        return True
    return after.min < before.min
