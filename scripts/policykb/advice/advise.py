"""Advice on an answer: what would give a record a clause it does not have or its next tier, and what it would lose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..answers.answer import Answer
from ..answers.joint import within
from ..answers.run import Run
from ..answers.several import qualified
from ..api import Policykb
from ..model import Clause, Decision, Entitlement, Record
from ..names import CPSV
from ..shelf import Shelf, each
from .cliffs import cliffs
from .promise import Advice, Cliff
from .search import Search, Wish, given
from .trials import Trials

__all__ = ["advise"]


def advise(kb: Policykb, answer: Answer, only: str | None = None) -> tuple[list[Advice], list[Cliff]]:
    """What could be done about an answer, record by record in its order.

    Every change is decided by the engine under the rules of the record's day, everything else of the record unchanged
    and other records left aside. What a promise says is what the engine said.

    Args:
        kb: the knowledge base.
        answer: what it decided.
        only: the id of one record, where the others are left out.

    Returns:
        For each clause that would be a benefit and is not had, and for each that has a higher tier or another whole
        step, the ways to it, where there are any; and the numbers that what is had stands on.
    """
    if isinstance(kb.told_by(answer.receipt.policy), Shelf):
        return _of_several(kb, answer, only)
    kb = kb.told_by(answer.receipt.policy)
    decided = _decided(answer)
    found: list[Advice] = []
    lost: list[Cliff] = []
    for own, records in kb.by_version(answer):
        if own.book.joints:
            # Other records are left aside, before as after.
            before = _decided(Run.by(own.decider, records, answer.receipt.as_of).answer())
            by_id = {record.id: record for record in records}
            decided |= {
                name: (decisions, within(by_id[name], decisions, sums, own.book))
                for name, (decisions, sums) in before.items()
            }
        search = Search(own.decider, Trials(own.book, own.vocabulary, answer.receipt.as_of))
        benefits = {node.value for node in own.knowledge.instances(CPSV.PublicService)}
        cases = [
            (record, decision, own.book.clauses[str(decision.clause)], decided[record.id][1])
            for record in records
            if only in (None, record.id)
            for decision in decided.get(record.id, ((), ()))[0]
        ]
        cases = [case for case in cases if case[2].iri in benefits]
        wishes = [wish for case in cases for wish in _wishes(*case)]
        search.fulfil(wishes)
        found += [advice for wish in wishes if (advice := wish.advice()).ways]
        lost += cliffs(search, cases)
    order = {record.id: place for place, record in enumerate(answer.records)}
    found.sort(key=lambda one: order[one.decision.record])
    return found, sorted(lost, key=lambda one: order[one.decision.record])


def _of_several(kb: Policykb, answer: Answer, only: str | None) -> tuple[list[Advice], list[Cliff]]:
    """The same of each document by itself: what it gives, and nothing of what others give besides."""
    found: list[Advice] = []
    lost: list[Cliff] = []
    for one in each(kb):
        known = [record for record in answer.records if record.type in one.vocabulary.record_types]
        call: Callable[[Any], Any] = qualified(one.knowledge.policy)
        ways, edges = advise(one, one.apply(known, as_of=answer.receipt.as_of), only)
        found += map(call, ways)
        lost += map(call, edges)
    order = {record.id: place for place, record in enumerate(answer.records)}
    found.sort(key=lambda advice: order[advice.decision.record])
    return found, sorted(lost, key=lambda cliff: order[cliff.decision.record])


def _decided(answer: Answer) -> dict[str, tuple[list[Decision], list[Entitlement]]]:
    """The decisions and entitlements of each record that was decided."""
    found: dict[str, tuple[list[Decision], list[Entitlement]]] = {}
    for decision in answer.decisions:
        if decision.clause is not None and decision.status not in ("not-in-force", "not-applicable"):
            found.setdefault(decision.record, ([], []))[0].append(decision)
    for one in answer.entitlements:
        found.setdefault(one.record, ([], []))[1].append(one)
    return found


def _wishes(record: Record, decision: Decision, clause: Clause, sums: Sequence[Entitlement]) -> Iterator[Wish]:
    now = given(decision, sums)
    if decision.status == "not-eligible":
        yield Wish(record, decision, clause, "have", now, clause.options or (None,))
    elif decision.status == "eligible":
        others = tuple(option for option in clause.options if option.iri not in now.options)
        yield Wish(record, decision, clause, "more", now, others)
