"""Compare two answers about the same records: who changes, who gains and loses, what each clause comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..engines.program import clause_criteria
from ..errors import CallError
from ..law.receipt import Receipt
from ..law.rules import RuleBook
from ..model import Amount, CriterionResult, Decision, Entitlement, Record
from ..wording.spelling import near_names
from .answer import Answer
from .plain import required

__all__ = ["PERIOD", "Change", "Comparison", "Sum", "compare", "refuse_unknown_record", "resources", "undecided"]

PERIOD = "period"
"""What is behind a change where the period of the record is covered on one side alone."""
_NOTHING = Decimal("0.00")
_NAMED = 10
"""How many records a message names."""


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that differs. `criteria` names those whose truth differs, or whose requirement where nothing else is
    restated, `facts` what they ask for, or `period` alone where one side alone covers it, `restated` what the overlays
    restate of the clause, where none is named."""

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
    before: Amount
    after: Amount


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


def refuse_unknown_record(answer: Answer, record: str) -> None:
    """Refuse the id of a record that there is not.

    Raises:
        CallError: no record bears it; the near ids are offered.
    """
    ids = [one.id for one in answer.records]
    if record not in ids:
        near = near_names(record, ids)
        raise CallError(
            "unknown-record-near" if near else "unknown-record-among",
            record=record,
            near=near,
            known=ids[:_NAMED],
            count=len(ids),
        )


def compare(
    before: Answer,
    after: Answer,
    restated: Mapping[str, Mapping[str, bool]],
) -> Comparison:
    """Compare two answers about the same records.

    Args:
        before: the one to start from.
        after: the other one.
        restated: a clause's resources that the overlays restate, by clause id, and whether each is one of its amounts.
    """
    old = {(d.record, d.clause): d for d in before.decisions if d.clause is not None}
    new = {(d.record, d.clause): d for d in after.decisions if d.clause is not None}
    records = {record.id: record for record in before.records}
    changes = []
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        if _outcome(was) != _outcome(now):
            clause = str(key[1])
            criteria, others = _behind(was, now, restated.get(clause, {}))
            changes.append(
                Change(
                    records[key[0]],
                    clause,
                    was,
                    now,
                    tuple(result.criterion.id for result in criteria),
                    (PERIOD,) if _is_of_period(was, now) else tuple(dict.fromkeys(r.criterion.path for r in criteria)),
                    others,
                )
            )
    order = {record.id: number for number, record in enumerate(before.records)}
    changes.sort(key=lambda change: (order[change.record.id], change.clause))

    owners = before.owners()

    def subject(entitlement: Entitlement) -> tuple[object, str, str | None]:
        owner = owners[entitlement.record]
        return owner.members, owner.name or owner.credit_code or owner.records[0], owner.credit_code

    subjects = _sums(before.entitlements, after.entitlements, subject)
    totals = _sums(before.entitlements, after.entitlements, lambda one: (one.source, one.source, None))
    return Comparison(
        before.receipt,
        after.receipt,
        len(before.records),
        tuple(changes),
        tuple(entry for entry in subjects if entry.before != entry.after),
        tuple(sorted(totals, key=lambda entry: (entry.name, entry.currency))),
        *undecided(before),
    )


def _sums(
    before: Sequence[Entitlement],
    after: Sequence[Entitlement],
    whose: Callable[[Entitlement], tuple[object, str, str | None]],
) -> list[Sum]:
    """What each one comes to in each currency; `whose` tells one from another, and gives the name and code shown."""
    found: dict[tuple[object, str], list[Amount]] = {}
    names: dict[tuple[object, str], tuple[str, str | None]] = {}
    for side, entries in enumerate((before, after)):
        for entry in entries:
            identity, label, code = whose(entry)
            key = (identity, entry.amount.currency)
            names.setdefault(key, (label, code))
            nothing = Amount(_NOTHING, _NOTHING, entry.amount.currency)
            both = found.setdefault(key, [nothing, nothing])
            both[side] = both[side].plus(entry.amount)
    return [Sum(*names[key], key[1], both[0], both[1]) for key, both in found.items()]


def _outcome(decision: Decision | None) -> tuple[object, ...]:
    if decision is None or decision.status == "not-eligible":
        return (decision and decision.status,)
    # Selected by a group or standing alone makes no difference to anyone.
    return decision.status, decision.amount, decision.selected is not False, decision.suppressed_by


def _is_of_period(was: Decision | None, now: Decision | None) -> bool:
    """Whether a record is of a period that one side covers, and the other does not: of that side nothing is asked."""
    outside = [side is not None and side.status == "not-in-force" for side in (was, now)]
    return outside[0] != outside[1]


def _behind(
    was: Decision | None, now: Decision | None, restated: Mapping[str, bool]
) -> tuple[list[CriterionResult], tuple[str, ...]]:
    """The criteria whose truth is not the same on both sides; or else what is restated.

    Those that stand on one side only are behind another status, and behind another sum where nothing else is restated.
    That a criterion asks for something else, and is met as before, is behind a change where nothing else is restated.
    """
    old = {result.criterion.id: result for result in (was.criteria if was else ())}
    new = {result.criterion.id: result for result in (now.criteria if now else ())}
    if _is_of_period(was, now):
        return [], ()
    is_status = (was and was.status) != (now and now.status)
    turned: list[CriterionResult] = []
    lone: list[CriterionResult] = []
    asking: list[CriterionResult] = []
    for name in dict.fromkeys((*old, *new)):
        a, b = old.get(name), new.get(name)
        if a is None or b is None:
            (turned if is_status else lone).extend(one for one in (b or a,) if one is not None)
        elif a.truth != b.truth:
            turned.append(b)
        elif required(a.criterion) != required(b.criterion):
            asking.append(b)
    # Of several amounts those stand behind a change that give it, or may.
    given = {one.option.iri.rsplit("/", 1)[-1] for side in (was, now) if side is not None for one in side.options}
    names = sorted(name for name, is_amount in restated.items() if not is_amount or not given or name in given)
    others = tuple(name for name in names if name not in {one.criterion.id for one in asking})
    if turned or not others:
        return turned or lone or asking, ()
    return [], others


def resources(book: RuleBook, clause: str) -> dict[str, bool]:
    """The local names of what a clause is made of, and whether each is one of its amounts."""
    found = book.clauses.get(clause)
    if found is None:
        return {clause: False}
    names = {clause, *(criterion.id for criterion in clause_criteria(found))}
    trees = [found.root, *(option.condition for option in found.options)]
    names |= {node.iri.rsplit("/", 1)[-1] for tree in trees if tree is not None for node in tree.nodes()}
    names |= {group.id for group in book.groups.values() if clause in group.members}
    return dict.fromkeys(names, False) | {option.iri.rsplit("/", 1)[-1]: True for option in found.options}
