"""Facts that follow from the records of earlier years of the same subject, where these are all there.

Two rules: the highest that a number was in any earlier year (for what is given on first passing a mark), and which time
it is that something is had (for what is given once, or so many times). Nothing is believed of a year of which no record
tells: every year since the day that the declaration names, or since the document is in force, needs one that states the
fact. A stated value is never overwritten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ..law.data_rules import RecordRules
from ..law.rules import RuleBook
from ..law.subjects import Subjects
from ..model import Finding, History, Record, Text, Value, Vocabulary
from ..readers import Reading
from ..readers.findings import make_finding
from .plain import plain
from .ranks import invalid_records, with_facts, with_ranks

__all__ = ["with_derived", "with_history"]


def with_derived(reading: Reading, book: RuleBook, rules: RecordRules, *, is_complete: bool) -> Reading:
    """The records with what follows from those of earlier years, and with ranks where they are all there are."""
    reading = with_history(reading, book, rules)
    return with_ranks(reading, book, rules) if is_complete else reading


def with_history(reading: Reading, book: RuleBook, rules: RecordRules) -> Reading:
    """The records with what follows from those of earlier years."""
    facts = book.vocabulary.facts.values()
    wanted = [(fact.id, fact.history) for fact in facts if fact.history is not None]
    if not wanted:
        return reading
    records = reading.records
    subjects = Subjects(rules.uniqueness.forms)
    handles = [subjects.add(record) for record in records]
    owners = [subjects.of(handle) for handle in handles]
    invalid = invalid_records(reading, book, rules, is_complete=False)
    filled: dict[int, dict[str, Value]] = {}
    findings: list[Finding] = []
    for name, history in wanted:
        told = _told(records, owners, invalid, history.source)
        for at, record in enumerate(records):
            kind = book.vocabulary.record_types.get(record.type)
            if kind is None or name not in kind.facts:
                continue
            own = told.get(owners[at], {})
            value = _value(history, record, book.as_of_from, own)
            if name in record.facts:
                findings += _doubts(name, history, record, value, own, book.vocabulary)
            elif value is not None:
                filled.setdefault(at, {})[name] = value
    records = with_facts(records, filled) if filled else records
    return replace(reading, records=records, findings=(*reading.findings, *findings))


def _doubts(
    name: str,
    history: History,
    record: Record,
    value: Value | None,
    told: Mapping[int, set[Value | None]],
    vocabulary: Vocabulary,
) -> Iterator[Finding]:
    """A finding where what a record states of earlier years is not what the records of these years tell."""
    stated = record.facts[name]
    if value is None and record.period[:4].isdecimal() and isinstance(stated, Decimal | int):
        # Years may be missing: what is known of the others is the least that it can be.
        known = [ones for year, ones in told.items() if year < int(record.period[:4])]
        least = _of_years(history, [next(iter(ones)) for ones in known if len(ones) == 1])
        value = least if least > stated else None
    if value is not None and value != stated:
        words: dict[str, str | Text] = {"stated": plain(stated), "number": plain(value)}
        place = record.places.get(name, record.place)
        yield make_finding(vocabulary, "history-differs", "warning", place, record=record.id, fact=name, **words)


def _told(
    records: Sequence[Record], owners: Sequence[int], invalid: Collection[str], source: str
) -> dict[int, dict[int, set[Value | None]]]:
    """By subject and year, what its records say of a fact; None where one says nothing that can be used."""
    found: dict[int, dict[int, set[Value | None]]] = {}
    for owner, record in zip(owners, records, strict=True):
        if record.period[:4].isdecimal() and (source in record.facts or record.id in invalid):
            value = None if record.id in invalid else record.facts.get(source)
            found.setdefault(owner, {}).setdefault(int(record.period[:4]), set()).add(value)
    return found


def _value(history: History, record: Record, begun: date, told: Mapping[int, set[Value | None]]) -> Value | None:
    """What follows for one record; None where a year is not known, or told in two ways."""
    first = begun if history.since is None else record.facts.get(history.since)
    if not isinstance(first, date) or not record.period[:4].isdecimal():
        return None
    values: list[Value] = []
    for year in range(first.year, int(record.period[:4])):
        one = next(iter(told.get(year, ())), None)
        if one is None or len(told[year]) > 1:
            return None
        values.append(one)
    return _of_years(history, values)


def _of_years(history: History, values: Sequence[Value | None]) -> Decimal | int:
    """What follows from what some years tell: the greatest, or which time it is."""
    if history.is_count:
        return sum(value is True for value in values) + 1
    return max((Decimal(value) for value in values if isinstance(value, Decimal | int)), default=Decimal(0))
