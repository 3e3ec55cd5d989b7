"""What another reading would decide otherwise: only the clauses that it touches are decided again, and nothing worded.

A reading restates a criterion, an option, a group. What every other clause comes to is the same, so that it need not be
worked out; of those it touches only the outcome counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, TypeAlias

import pyoxigraph as ox

from ..engines.choice import BySize
from ..engines.derive import covered
from ..engines.outcome import Outcome
from ..engines.program import clause_criteria, smallest_unit
from ..errors import OverlayConflict
from ..law.data_rules import RecordRules
from ..law.knowledge import Knowledge
from ..law.overlays import Overlay, Source, local_name, read_overlay
from ..law.rules import RuleBook
from ..model import Amount, Clause, Record
from .checked import Checked, repeated_ids
from .comparison import resources
from .decisions import Decider

__all__ = ["Alternative", "Placed", "Told", "alternatives", "batches", "touched"]

Told: TypeAlias = tuple[object, ...]
"""The outcome of a decision, as `versions.outcome` has it."""
Placed: TypeAlias = tuple[int, str]
"""A reading with its place in the text."""


@dataclass
class Alternative:
    """Another version of the rules, held against the one that decides; `reading_of` has the reading of each clause.

    Args:
        base: what decides.
        other: the same under another reading, or under several that touch other clauses each.
        records: all records of the call.
        readings: for each of these readings, by its place in the text, the clauses that it touches; see `touched`.
    """

    base: Decider
    other: Decider
    records: Sequence[Record]
    readings: Mapping[Placed, frozenset[str]]

    def __post_init__(self) -> None:
        book = self.other.book
        self._is_of_days = not any(self.readings.values()) and _days(self.base.book) != _days(book)
        readings = {name: frozenset(book.clauses) for name in self.readings} if self._is_of_days else self.readings
        self.reading_of = {clause: reading for reading, names in readings.items() for clause in names}
        names = self.reading_of.keys()
        groups = {name: group for name, group in book.groups.items() if group.members[0] in names}
        clauses = {name: clause for name, clause in book.clauses.items() if name in names}
        self._book = replace(book, clauses=clauses, groups=groups)
        self._engine = BySize(self._book, is_laid_out=True, is_bare=True) if clauses else None
        self._types = frozenset(clause.record_type for clause in clauses.values())
        self._checked: Checked | None = None
        one, other = self.base.record_rules, self.other.record_rules
        # Bounds are looked at where a sheet shows another figure than it holds.
        is_alike = one.bounds == other.bounds or not any(record.shown for record in self.records)
        if clauses and not (is_alike and _checks_alike(one, other)):
            self._checked = self.other.checked(self.records, repeated_ids(self.records))

    def decide(self, records: Sequence[Record], checked: Checked, day: date | None) -> list[dict[str, Told]]:
        """The outcome of each clause that is touched, for some of the records; none where a record is wrong.

        Args:
            records: some of the records of the call.
            checked: what the version that decides found about all of them.
            day: the as-of day; each record's own period end if None.
        """
        found: list[dict[str, Told]] = [{} for _ in records]
        wrong = (self._checked or checked).wrong
        places = [n for n, one in enumerate(records) if one.type in self._types and one.id not in wrong]
        if self._is_of_days:
            # What both are in force for is decided alike, and what the other is not in force for, not at all.
            one, other = self.base.book, self._book
            places = [n for n in places if covered(one, records[n], day) != covered(other, records[n], day)]
            ended = {n for n in places if not covered(other, records[n], day)}
            for place in ended:
                found[place] = dict(self._told(records[place], Outcome(False)))
            places = [n for n in places if n not in ended]
        if self._engine is not None and places:
            count = len(places) if self._is_of_days else len(self.records)
            outcomes = self._engine.suited(count).decide([records[place] for place in places], day)
            for place, outcome in zip(places, outcomes, strict=True):
                found[place] = dict(self._told(records[place], outcome))
        return found

    def _told(self, record: Record, outcome: Outcome) -> Iterator[tuple[str, Told]]:
        for clause in self._book.by_type.get(record.type, ()):
            if not outcome.covered:
                yield clause.id, ("not-in-force", None, None, None)
                continue
            status, ends = outcome.statuses[clause.id], outcome.amounts.get(clause.id)
            if status == "not-eligible":
                yield clause.id, (status,)
                continue
            amount = None if ends is None else Amount(*ends, clause.options[0].currency)
            yield clause.id, (status, amount, outcome.selected.get(clause.id), outcome.suppressed_by.get(clause.id))


def touched(one: RuleBook, other: RuleBook) -> frozenset[str]:
    """The clauses that two versions of the rules decide otherwise while in force, with those of their groups."""
    facts = _facts_that_differ(one, other)
    money = {option.currency for clause in other.clauses.values() for option in clause.options}
    if any(smallest_unit(one, currency) != smallest_unit(other, currency) for currency in money):
        return frozenset(other.clauses)
    found = {name for name, clause in other.clauses.items() if clause != one.clauses.get(name)}
    if facts:
        found |= {name for name, clause in other.clauses.items() if facts & _facts(clause)}
    for book in (one, other):
        for group in book.groups.values():
            if one.groups.get(group.id) != other.groups.get(group.id):
                found |= {name for name in group.members if name in other.clauses}
    return _with_groups(found, one, other)


def batches(book: RuleBook, readings: Mapping[str, Overlay]) -> list[dict[str, frozenset[str] | None]]:
    """Readings that can be loaded at once, since each touches clauses that the others of its batch do not.

    Args:
        book: the rules without them.
        readings: the overlay that runs each.

    Returns:
        For each batch its readings with the clauses that each may touch; None where that is not known beforehand, for
        a reading that is alone.
    """
    owners: dict[str, set[str]] = {}
    for name, clause in book.clauses.items():
        for resource in {*resources(book, name), *_facts(clause)}:
            owners.setdefault(resource, set()).add(name)
    for notice in book.notices:
        owners.setdefault(notice.iri.rpartition("/")[2], set()).add(notice.clause)
    found: list[dict[str, frozenset[str] | None]] = []
    for reading, overlay in readings.items():
        names = [local_name(subject) for subject in overlay.replaces]
        if not all(name in owners for name in names):
            found.append({reading: None})
            continue
        named = {local_name(q.object) for q in overlay.quads if isinstance(q.object, ox.NamedNode)}
        mine = _with_groups({c for name in names for c in owners[name]} | named.intersection(book.clauses), book, book)
        fit = (b for b in found if all(them is not None and not them & mine for them in b.values()))
        batch = next(fit, None)
        if batch is None:
            found.append({reading: mine})
        else:
            batch[reading] = mine
    return found


def _with_groups(names: set[str], one: RuleBook, other: RuleBook) -> frozenset[str]:
    """Clauses with all that stand in a group with one of them, under either version."""
    found = set(names)
    for group in (*one.groups.values(), *other.groups.values()):
        if found.intersection(group.members):
            found.update(name for name in group.members if name in other.clauses)
    return frozenset(found)


def _days(book: RuleBook) -> tuple[date | None, ...]:
    return book.as_of_from, book.periods_ending_from, book.in_force_through


def _facts_that_differ(one: RuleBook, other: RuleBook) -> set[str]:
    """The facts that are declared or derived otherwise."""
    names = {*one.vocabulary.facts, *other.vocabulary.facts, *one.derived, *other.derived}
    found = {name for name in names if _declared(one, name) != _declared(other, name)}
    derived: Mapping[str, object] = {**one.derived, **other.derived}
    return found | {name for name in derived if found & {*_inputs(one, name), *_inputs(other, name)}}


def _declared(book: RuleBook, name: str) -> tuple[object, object]:
    return book.vocabulary.facts.get(name), book.derived.get(name)


def _inputs(book: RuleBook, name: str) -> tuple[str, ...]:
    derived = book.derived.get(name)
    return () if derived is None else tuple(derived.inputs)


def _facts(clause: Clause) -> set[str]:
    atoms = [atom for criterion in clause_criteria(clause) for atom in criterion.atoms]
    stated = {criterion.path for criterion in clause_criteria(clause)}
    read = {name for option in clause.options for name in option.facts()}
    return stated | read | {name for atom in atoms for name in (atom.path, atom.other) if name is not None}


def _checks_alike(one: RecordRules, other: RecordRules) -> bool:
    """Whether two versions refuse the same records, bounds aside."""
    return _checked_by(one) == _checked_by(other)


def _checked_by(rules: RecordRules) -> tuple[object, ...]:
    across = rules.uniqueness
    return rules.types, rules.subject, rules.computed, across.compared, across.own_division, across.wholes


class _Loaded(Protocol):
    """A knowledge base, as `api.Policykb` is one."""

    @property
    def knowledge(self) -> Knowledge: ...
    @property
    def book(self) -> RuleBook: ...
    @property
    def decider(self) -> Decider: ...
    @property
    def overlays(self) -> tuple[Source, ...]: ...
    def with_overlays(self, overlays: Sequence[Source], /) -> _Loaded: ...
    def version(self, day: date | None, /) -> _Loaded: ...


def alternatives(
    kb: _Loaded, records: Sequence[Record], days: Sequence[date | None]
) -> list[Mapping[date | None, Alternative]]:
    """The readings whose alternative can be run on top of what is loaded, held against the version of each day.

    Those that touch clauses of their own each are loaded and decided together.

    Args:
        kb: what is loaded.
        records: all records of the call.
        days: the days whose versions decide them; None for that as first issued.
    """
    known = {one.id: one.overlay for one in kb.book.readings if one.overlay is not None}
    left = {name: overlay for name, overlay in known.items() if overlay not in kb.knowledge.overlays}
    read = {name: read_overlay(kb.knowledge.root, kb.knowledge.policy, overlay) for name, overlay in left.items()}
    wanted, place = batches(kb.book, read), {name: number for number, name in enumerate(known)}
    found: list[Mapping[date | None, Alternative]] = []
    while wanted:
        batch = wanted.pop()
        try:
            other = kb.with_overlays((*kb.overlays, *map(left.__getitem__, batch)))
        except OverlayConflict:
            # Alone it turns on the same words as a reading that is already run, and cannot be added to it.
            wanted += [{name: None} for name in batch] if len(batch) > 1 else []
            continue
        sides = {day: (kb.version(day).decider, other.version(day).decider) for day in days}
        differ = {day: touched(one.book, two.book) for day, (one, two) in sides.items()}
        ours = frozenset(name for own in batch.values() for name in own or ())
        is_apart = all(differ[day] <= ours and _days(a.book) == _days(b.book) for day, (a, b) in sides.items())
        if len(batch) > 1 and not is_apart:
            wanted += [{name: None} for name in batch]
            continue
        touching = {
            day: {(place[name], name): names if only is None else names & only for name, only in batch.items()}
            for day, names in differ.items()
        }
        found.append({day: Alternative(*both, records, touching[day]) for day, both in sides.items()})
    return found
