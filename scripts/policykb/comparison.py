"""Compare two answers about the same records: who changes, who gains and loses, what each clause comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .answers import Answer, Receipt
from .decisions import required
from .engines.program import clause_criteria
from .model import Amount, CriterionResult, Decision, Record, Status
from .rules import RuleBook

__all__ = [
    "Change",
    "Comparison",
    "Entitlement",
    "Interval",
    "Sum",
    "compare",
    "entitlements",
    "resources",
    "undecided",
]


@dataclass(frozen=True, slots=True)
class Interval:
    """A sum from the least to the most; `most` None means no upper end."""

    least: Decimal = Decimal("0.00")
    most: Decimal | None = Decimal("0.00")

    def plus(self, amount: Amount) -> Interval:
        """With an amount added."""
        most = None if self.most is None or amount.max is None else self.most + amount.max
        return Interval(self.least + amount.min, most)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A sum that counts towards totals: of a decision outside any group, or of a group; `source` is clause or group."""

    record: str
    source: str
    status: Status
    amount: Amount


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that differs. `criteria` names those whose truth or requirement differs, `facts` what they ask for,
    `restated` what else the overlays restate of the clause, where no criterion differs."""

    record: Record
    clause: str
    before: Decision | None
    after: Decision | None
    criteria: tuple[str, ...]
    facts: tuple[str, ...]
    restated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """What something comes to in one currency, before and after: a subject's money, or a clause's total."""

    name: str
    code: str | None
    currency: str
    before: Interval
    after: Interval


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two answers differ. `subjects` holds those whose money differs, `totals` every clause that grants any.

    `undecided` names the records that were not decided since their data are wrong, `loose` counts the errors that
    belong to no record.
    """

    before: Receipt
    after: Receipt
    records: int
    changes: tuple[Change, ...]
    subjects: tuple[Sum, ...]
    totals: tuple[Sum, ...]
    undecided: tuple[str, ...] = ()
    loose: int = 0


def undecided(answer: Answer) -> tuple[tuple[str, ...], int]:
    """The records that were not decided since their data are wrong, and how many errors belong to no record."""
    wrong = tuple(decision.record for decision in answer.decisions if decision.status == "invalid-record")
    return wrong, sum(finding.record is None and finding.severity == "error" for finding in answer.findings)


def entitlements(answer: Answer, book_of: Callable[[Record], RuleBook]) -> tuple[Entitlement, ...]:
    """The sums that count towards totals, the same money once.

    Args:
        answer: what was decided.
        book_of: the rules that each record was decided under.
    """
    books = {record.id: book_of(record) for record in answer.records}
    statuses = {(d.record, d.clause): d.status for d in answer.decisions}
    found = []
    for decision in answer.decisions:
        if decision.clause is None or decision.amount is None:
            continue
        if decision.clause not in books[decision.record].group_of:
            found.append(Entitlement(decision.record, decision.clause, decision.status, decision.amount))
    for group in answer.groups:
        if group.amount is not None:
            status = "undetermined" if group.winner is None else statuses[group.record, group.winner]
            found.append(Entitlement(group.record, group.winner or group.group, status, group.amount))
    return tuple(found)


def compare(
    before: Answer,
    after: Answer,
    book_before: Callable[[Record], RuleBook],
    book_after: Callable[[Record], RuleBook],
    restated: Mapping[str, Sequence[str]],
) -> Comparison:
    """Compare two answers about the same records.

    Args:
        before: the one to start from.
        after: the other one.
        book_before: the rules that each record was decided under in `before`.
        book_after: the same for `after`.
        restated: a clause's resources that the overlays restate, by clause id.
    """
    old = {(d.record, d.clause): d for d in before.decisions if d.clause is not None}
    new = {(d.record, d.clause): d for d in after.decisions if d.clause is not None}
    records = {record.id: record for record in before.records}
    changes = []
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        if _outcome(was) != _outcome(now):
            criteria = _differing(was, now)
            clause = str(key[1])
            changes.append(
                Change(
                    records[key[0]],
                    clause,
                    was,
                    now,
                    tuple(result.criterion.id for result in criteria),
                    tuple(dict.fromkeys(result.criterion.path for result in criteria)),
                    () if criteria else tuple(restated.get(clause, ())),
                )
            )
    sums_before = entitlements(before, book_before)
    sums_after = entitlements(after, book_after)
    order = {record.id: number for number, record in enumerate(before.records)}
    changes.sort(key=lambda change: (order[change.record.id], change.clause))

    def subject(entitlement: Entitlement) -> tuple[str, str | None]:
        record = records[entitlement.record]
        return record.name or record.credit_code or record.id, record.credit_code

    subjects = _sums(sums_before, sums_after, subject)
    return Comparison(
        before.receipt,
        after.receipt,
        len(before.records),
        tuple(changes),
        tuple(entry for entry in subjects if entry.before != entry.after),
        tuple(sorted(_sums(sums_before, sums_after, lambda e: (e.source, None)), key=lambda s: (s.name, s.currency))),
        *undecided(before),
    )


def _sums(
    before: Sequence[Entitlement], after: Sequence[Entitlement], name: Callable[[Entitlement], tuple[str, str | None]]
) -> list[Sum]:
    found: dict[tuple[str, str], list[Interval]] = {}
    names: dict[tuple[str, str], tuple[str, str | None]] = {}
    for side, entries in enumerate((before, after)):
        for entry in entries:
            label, code = name(entry)
            # The code identifies a subject; a name is only shown.
            key = (code or label, entry.amount.currency)
            names.setdefault(key, (label, code))
            both = found.setdefault(key, [Interval(), Interval()])
            both[side] = both[side].plus(entry.amount)
    return [Sum(*names[key], key[1], both[0], both[1]) for key, both in found.items()]


def _outcome(decision: Decision | None) -> tuple[object, ...]:
    if decision is None or decision.status == "not-eligible":
        return (decision and decision.status,)
    # Selected by a group or standing alone makes no difference to anyone.
    return decision.status, decision.amount, decision.selected is not False, decision.suppressed_by


def _differing(was: Decision | None, now: Decision | None) -> list[CriterionResult]:
    """The criteria whose truth or requirement is not the same on both sides, or that stand on one side only."""
    old = {result.criterion.id: result for result in (was.criteria if was else ())}
    new = {result.criterion.id: result for result in (now.criteria if now else ())}
    differing = []
    for name in dict.fromkeys((*old, *new)):
        a, b = old.get(name), new.get(name)
        if a is None or b is None or a.truth != b.truth or required(a.criterion) != required(b.criterion):
            differing.append(b or a)
    return [result for result in differing if result is not None]


def resources(book: RuleBook, clause: str) -> set[str]:
    """The local names of what a clause is made of."""
    found = book.clauses.get(clause)
    if found is None:
        return {clause}
    names = {clause, *(criterion.id for criterion in clause_criteria(found))}
    names |= {option.iri.rsplit("/", 1)[-1] for option in found.options}
    trees = [found.root, *(option.condition for option in found.options)]
    names |= {tree.iri.rsplit("/", 1)[-1] for tree in trees if tree is not None}
    names |= {group.id for group in book.groups.values() if clause in group.members}
    return names
