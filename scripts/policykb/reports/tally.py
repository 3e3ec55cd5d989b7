"""What is counted of an answer for its summary, portion by portion: no more than a summary needs is kept."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ..answers.run import Portion
from ..model import Amount, Body, Decision, Entitlement, Record
from .amounts import has_floor_alone
from .reasons import is_unsettled
from .teller import Teller
from .told import FindingTold

__all__ = ["LISTED", "Lacking", "Open", "Sum", "Tally"]

LISTED = 50
"""How many findings or subjects the summary names one by one; the rest is counted, and stands with each subject."""
_ENDLESS = Decimal("Infinity")
Spot = tuple[int, int]
"""Where a decision stands: the place of its record among all, and its own among those of the record."""


def _stake(decision: Decision) -> Decimal:
    """How much is settled with it; more than anything where there is no upper end."""
    amount = decision.amount
    return Decimal(0) if amount is None else _ENDLESS if amount.max is None else amount.max - amount.min


@dataclass
class Sum:
    """Entitlements of one currency: their sum, and how many have no upper end, since the text sets none or else."""

    amount: Amount | None = None
    endless: int = 0
    floors: int = 0
    count: int = 0

    def add(self, amount: Amount, has_floor: bool) -> None:
        """Take in one."""
        self.amount = amount if self.amount is None else self.amount.plus(amount)
        self.endless += amount.max is None
        self.floors += amount.max is None and has_floor
        self.count += 1

    def merge(self, other: Sum) -> None:
        """Take in those that another one took in."""
        if other.amount is not None:
            self.amount = other.amount if self.amount is None else self.amount.plus(other.amount)
        self.endless += other.endless
        self.floors += other.floors
        self.count += other.count


@dataclass
class Open:
    """Open decisions that hang on one thing: how many, and those with most at stake, the greatest first."""

    count: int = 0
    first: Spot = (0, 0)
    _top: list[tuple[Decimal, int, int, str, Decision]] = field(default_factory=list)

    def add(self, decision: Decision, subject: str, spot: Spot) -> None:
        """Take in one."""
        self.first = min(self.first, spot) if self.count else spot
        self.count += 1
        self._name((_stake(decision), -spot[0], -spot[1], subject, decision))

    def merge(self, other: Open) -> None:
        """Take in those that another one took in."""
        if other.count:
            self.first = min(self.first, other.first) if self.count else other.first
        self.count += other.count
        for entry in other._top:
            self._name(entry)

    def _name(self, entry: tuple[Decimal, int, int, str, Decision]) -> None:
        if len(self._top) < LISTED:
            heapq.heappush(self._top, entry)
        elif entry[:3] > self._top[0][:3]:
            heapq.heapreplace(self._top, entry)

    def top(self) -> Iterator[tuple[str, Decision]]:
        """The subjects and decisions that are named."""
        for *_, subject, decision in sorted(self._top, key=lambda entry: entry[:3], reverse=True):
            yield subject, decision

    def key(self) -> tuple[Decimal, Spot]:
        """By which the greatest stake comes first, of equal ones the first."""
        return -max(entry[0] for entry in self._top), self.first


@dataclass
class Lacking:
    """Who lacks a fact: how many subjects, and for which clauses, each with its greatest stake."""

    count: int = 0
    subject: int = -1
    first: Spot = (0, 0)
    clauses: dict[str, tuple[Decimal, Spot]] = field(default_factory=dict)

    def add(self, decision: Decision, subject: int, spot: Spot) -> None:
        """Take in one; the decisions of a subject come together."""
        self.first = min(self.first, spot) if self.count else spot
        self.count += subject != self.subject
        self.subject = subject
        self._stand(decision.clause or "", (-_stake(decision), spot))

    def merge(self, other: Lacking) -> None:
        """Take in those of other subjects that another one took in."""
        self.first = min(self.first, other.first) if self.count else other.first
        self.count += other.count
        self.subject = other.subject
        for clause, entry in other.clauses.items():
            self._stand(clause, entry)

    def _stand(self, clause: str, entry: tuple[Decimal, Spot]) -> None:
        self.clauses[clause] = min(entry, self.clauses.get(clause, entry))

    def key(self) -> tuple[Decimal, Spot]:
        """By which the greatest stake comes first, of equal ones the first."""
        return min(entry[0] for entry in self.clauses.values()), self.first


class Tally:
    """Counts an answer, subject by subject.

    `states` counts by clause how many fit, may fit or do not, the awards of a group that give way left out; `wrong`
    counts the records with wrong data by their type; `settled` and `unsettled` are sums by currency, `sources` those by
    clause or open group, `endless` the clauses (or groups) for which they have no upper end; `yields` counts by group
    the awards that fit and are not paid besides.
    """

    def __init__(self) -> None:
        self.states: dict[str, Counter[str]] = {}
        self.wrong: Counter[str] = Counter()
        self.decided = 0
        self.by_status: dict[str, dict[str, Sum]] = {"eligible": {}, "undetermined": {}}
        self.sources: dict[str, dict[str, Sum]] = {}
        self.endless: set[str] = set()
        self.awaited: dict[tuple[str, str], tuple[Body, Open]] = {}
        self.missing: dict[str, Lacking] = {}
        self.left, self.runs = Open(), Open()
        self.yields: Counter[str] = Counter()
        self.errors, self.warnings = 0, 0
        self.found: dict[str, list[FindingTold]] = {"error": [], "warning": []}
        self._currencies: dict[str, Spot] = {}
        self._giving: dict[str, Spot] = {}

    @property
    def currencies(self) -> list[str]:
        """The currencies in the order of the records that they first stand at."""
        return sorted(self._currencies, key=self._currencies.__getitem__)

    @property
    def giving_way(self) -> list[str]:
        """The groups of which awards give way, in the order of the records."""
        return sorted(self._giving, key=self._giving.__getitem__)

    def add(self, teller: Teller, portion: Portion) -> None:
        """Take in a portion of whole subjects."""
        numbers = portion.subjects or range(len(teller.owned))
        for number, (enterprise, owned) in zip(numbers, teller.owned, strict=True):
            name = enterprise.name or enterprise.records[0]
            for at, (record, decisions) in zip(enterprise.members, owned, strict=True):
                place = portion.places[at]
                self._findings(teller.findings_told(name, record, decisions))
                for spot, decision in enumerate(decisions):
                    self._decision(teller, record, decision, number, (place, spot))
                for spot, one in enumerate(teller.entitlements.get(record.id, ())):
                    self._entitlement(teller, one, (place, spot))

    def merge(self, other: Tally) -> None:
        """Take in the later portions of whole subjects that another one took in."""
        for name, states in other.states.items():
            self.states.setdefault(name, Counter()).update(states)
        self.wrong.update(other.wrong)
        self.yields.update(other.yields)
        self.decided += other.decided
        for mine, theirs in ((self.by_status, other.by_status), (self.sources, other.sources)):
            for name, sums in theirs.items():
                for currency, one in sums.items():
                    mine.setdefault(name, {}).setdefault(currency, Sum()).merge(one)
        self.endless |= other.endless
        for key, (body, found) in other.awaited.items():
            self.awaited.setdefault(key, (body, Open()))[1].merge(found)
        for fact, lacking in other.missing.items():
            self.missing.setdefault(fact, Lacking()).merge(lacking)
        self.left.merge(other.left)
        self.runs.merge(other.runs)
        self.errors, self.warnings = self.errors + other.errors, self.warnings + other.warnings
        for severity, told in other.found.items():
            self.found[severity] += told[: LISTED - len(self.found[severity])]
        for firsts, others in ((self._currencies, other._currencies), (self._giving, other._giving)):
            for name, spot in others.items():
                firsts[name] = min(spot, firsts.get(name, spot))

    def _findings(self, found: Iterable[FindingTold]) -> None:
        for one in dict.fromkeys(found):
            if one.severity == "error":
                self.errors += 1
            else:
                self.warnings += 1
            if len(self.found[one.severity]) < LISTED:
                self.found[one.severity].append(one)

    def _decision(self, teller: Teller, record: Record, decision: Decision, subject: int, spot: Spot) -> None:
        if decision.clause is None:
            self.wrong[record.type] += 1
            return
        group = teller.phrases.book.group_of.get(decision.clause)
        self.decided += decision.status != "not-in-force"
        if decision.suppressed_by is not None:
            if group is not None and decision.status == "eligible":
                self.yields[group.id] += 1
                self._giving[group.id] = min(spot, self._giving.get(group.id, spot))
            return
        self.states.setdefault(decision.clause, Counter())[decision.status] += 1
        if decision.status == "undetermined":
            self._open(teller, record, decision, subject, spot)

    def _open(self, teller: Teller, record: Record, decision: Decision, subject: int, spot: Spot) -> None:
        name = record.name or record.id
        for fact, body in decision.awaiting:
            self.awaited.setdefault((fact, body.id), (body, Open()))[1].add(decision, name, spot)
        for fact in decision.missing:
            self.missing.setdefault(fact, Lacking()).add(decision, subject, spot)
        if is_unsettled(decision, teller.phrases):
            self.left.add(decision, name, spot)
        elif not decision.missing and not decision.awaiting:
            self.runs.add(decision, name, spot)

    def _entitlement(self, teller: Teller, one: Entitlement, spot: Spot) -> None:
        amount = one.amount
        decision = teller.decisions.get((one.record, one.clause or ""))
        has_floor = amount.max is None and decision is not None and has_floor_alone(decision)
        self._currencies[amount.currency] = min(spot, self._currencies.get(amount.currency, spot))
        for sums in (self.by_status[one.status], self.sources.setdefault(one.source, {})):
            sums.setdefault(amount.currency, Sum()).add(amount, has_floor)
        if amount.max is None:
            self.endless.update(self._unbounded(teller, one) or [one.source])

    def _unbounded(self, teller: Teller, one: Entitlement) -> list[str]:
        """The members of an open group of a record that have no upper end themselves."""
        members = teller.phrases.book.group(one.group).members if one.group and one.clause is None else ()
        found = [(name, teller.decisions.get((one.record, name))) for name in members]
        return [name for name, known in found if known is not None and known.amount and known.amount.max is None]
