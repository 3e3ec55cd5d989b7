"""Ranks that follow from a complete set of records, where the user declares that it is complete.

The rule, for each fact with pkb:rankOf: among the records of one type and period, the greatest number has rank 1; equal
numbers share the better rank and are flagged, since the text does not say who comes first. A stated rank is never
overwritten. Records that say they belong elsewhere (another division than the conditions ask for) do not take part. If
a record that takes part lacks the number or is invalid, no rank of its period is derived: it could come anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain

from ..engines.program import clause_criteria
from ..law.data_rules import RecordRules
from ..law.rules import RuleBook
from ..model import Finding, Record, Text, Value, Vocabulary
from ..readers import Reading, Records
from ..readers.findings import make_finding
from ..records.check import check_records
from ..wording.texts import Wording
from .answer import Answer

__all__ = [
    "Ranked",
    "derive_ranks",
    "invalid_records",
    "note_derived",
    "own_divisions",
    "with_facts",
    "with_ranks",
]


@dataclass(frozen=True, slots=True)
class Ranked:
    """The records, ranks filled in (and named in `Record.derived`), and what was found on the way."""

    records: Sequence[Record]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Member:
    """A record of one type and period: its place, the number it is ranked by, and the rank that it states."""

    at: int
    number: Decimal | None
    stated: Value | None


def derive_ranks(
    records: Sequence[Record], book: RuleBook, vocabulary: Vocabulary, invalid: Collection[str] = ()
) -> Ranked:
    """Fill in the ranks that are not stated.

    Args:
        records: all records there are; that is what the user declares.
        book: the rules, which say what is a rank of what.
        vocabulary: the wordings of findings.
        invalid: ids of records that broke a data rule.
    """
    facts = vocabulary.facts
    pairs = sorted((fact.id, fact.rank_of) for fact in facts.values() if fact.rank_of is not None)
    filled, findings = dict[int, dict[str, int]](), list[Finding]()
    own = own_divisions(book)
    for rank, by in pairs:
        labels = {"rank": facts[rank].label, "by": facts[by].label}

        def say(name: str, at: int, rank: str = rank, labels: dict[str, Text] = labels, **words: object) -> Finding:
            record = records[at]
            place = record.places.get(rank, record.place)
            said: dict[str, str | Text] = {**labels, **{key: f"{word}" for key, word in words.items()}}
            return make_finding(vocabulary, name, "warning", place, record=record.id, fact=rank, **said)

        groups: dict[tuple[str, str], list[_Member]] = {}
        for at, record in enumerate(records):
            if _states(book, record.type, by) and (record.division is None or not own or record.division in own):
                number = record.facts.get(by)
                known = number if isinstance(number, Decimal) and record.id not in invalid else None
                member = _Member(at, known, record.facts.get(rank))
                groups.setdefault((record.type, _period(book, record)), []).append(member)
        for members in groups.values():
            for at, place in _places(members, say, findings).items():
                filled.setdefault(at, {})[rank] = place
    return Ranked(with_facts(records, filled) if filled else records, tuple(findings))


def with_facts(records: Sequence[Record], filled: Mapping[int, Mapping[str, Value]]) -> Sequence[Record]:
    """The records with further facts, which follow from them."""
    return Records(
        replace(record, facts={**record.facts, **filled[at]}, derived=record.derived | filled[at].keys())
        if at in filled
        else record
        for at, record in enumerate(records)
    )


def note_derived(answer: Answer, vocabulary: Vocabulary, wording: Wording) -> Answer:
    """The same answer, saying in each decision that a fact it rests on follows from other records."""
    derived = {record.id: record.derived for record in answer.records if record.derived}
    if not derived:
        return answer
    decisions = []
    for decision in answer.decisions:
        notes = []
        used = {result.criterion.path for result in decision.criteria} & derived.get(decision.record, frozenset())
        for name in sorted(used):
            fact = vocabulary.facts[name]
            if fact.rank_of is None:
                notes.append(wording.text("history-derived", fact=fact.label))
            else:
                notes.append(wording.text("rank-derived", rank=fact.label, by=vocabulary.facts[fact.rank_of].label))
        decisions.append(replace(decision, notes=(*decision.notes, *notes)) if notes else decision)
    return replace(answer, decisions=tuple(decisions))


def _places(members: Sequence[_Member], say: Callable[..., Finding], findings: list[Finding]) -> dict[int, int]:
    """The ranks of the members of one type and period that state none."""
    open_ones = [one.at for one in members if one.number is None]
    if open_ones:
        if any(one.stated is None for one in members):
            findings += [say("rank-not-derived", at) for at in open_ones]
        return {}
    shared = Counter(one.number for one in members)
    places: dict[object, int] = {}
    for place, number in enumerate(sorted((one.number for one in members if one.number is not None), reverse=True), 1):
        places.setdefault(number, place)
    found = {}
    for one in members:
        place = places[one.number]
        if shared[one.number] > 1:
            findings.append(say("rank-tied", one.at, number=place, count=shared[one.number]))
        if one.stated is None:
            found[one.at] = place
        elif one.stated != place:
            findings.append(say("rank-differs", one.at, stated=one.stated, number=place))
    return found


def _period(book: RuleBook, record: Record) -> str:
    """The period of a record; of yearly figures the year, also where it is written as one of its days."""
    return record.period[:4] if book.vocabulary.record_types[record.type].is_yearly else record.period


def _states(book: RuleBook, kind: str, fact: str) -> bool:
    """Whether records of a type can state a fact."""
    return fact in book.vocabulary.record_types[kind].facts


def own_divisions(book: RuleBook) -> set[str]:
    """The divisions that the conditions ask for."""
    leaves = [leaf for clause in book.clauses.values() for leaf in clause_criteria(clause) if leaf.path == "division"]
    return {str(value) for leaf in leaves for atom in leaf.atoms for value in atom.values}


def with_ranks(reading: Reading, book: RuleBook, rules: RecordRules) -> Reading:
    """The records with the ranks that follow, and the findings about ties and gaps."""
    invalid = invalid_records(reading, book, rules, is_complete=True)
    ranked = derive_ranks(reading.records, book, book.vocabulary, invalid)
    return replace(reading, records=ranked.records, findings=(*reading.findings, *ranked.findings))


def invalid_records(reading: Reading, book: RuleBook, rules: RecordRules, *, is_complete: bool) -> set[str]:
    """The ids of the records that broke a data rule, beside each other or by themselves."""
    checked = check_records(reading.records, rules, book.vocabulary, is_complete=is_complete)
    found = chain(((f.record, f) for f in chain(reading.findings, checked)), _own_findings(reading.records))
    return {record for record, f in found if f.severity == "error" and record is not None}


def _own_findings(records: Sequence[Record]) -> Iterator[tuple[str, Finding]]:
    """The findings of each record with its id: the fault of a whole column names none of those that it concerns."""
    return ((record.id, finding) for record in records for finding in record.findings)
