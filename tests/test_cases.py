"""Every scenario, decided by SPARQL, gives what a person worked out from the text."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from cases_runner import Case, every_case, to_record
from deciders import decider_with
from policykb.answers.answer import Answer
from policykb.model import Amount, Decision

CASES = list(every_case())


@cache
def answer_for(policy: str, overlays: tuple[str, ...], day: date | None) -> Answer:
    """All cases of a document under these overlays and this as-of day, decided in one batch."""
    kb = decider_with(*overlays, policy=policy)
    mine = [n for n, case in enumerate(CASES) if (case.policy, case.overlays, case.as_of) == (policy, overlays, day)]
    return kb.apply([to_record(CASES[n], n, kb.vocabulary) for n in mine], as_of=day)


def shown(amount: Amount | None) -> list[str | None] | None:
    """An amount as the scenario files write it."""
    return (
        None if amount is None else [str(amount.min), None if amount.max is None else str(amount.max), amount.currency]
    )


def seen(decision: Decision, key: str) -> Any:
    """One key of an expectation, as the decision has it."""
    if key == "amount":
        return shown(decision.amount)
    if key == "missing":
        return sorted(decision.missing)
    if key == "awaiting":
        return sorted(fact for fact, _ in decision.awaiting)
    if key == "notes":
        return [note.zh for note in decision.notes]
    if key == "fallback":
        return decision.fallback is not None
    return {"status": decision.status, "selected": decision.selected, "suppressedBy": decision.suppressed_by}[key]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{c.file}::{c.name}" for c in CASES])
def test_case(number: int) -> None:
    """The decision on each scenario is the one worked out by hand."""
    case: Case = CASES[number]
    answer = answer_for(case.policy, case.overlays, case.as_of)
    mine = [d for d in answer.decisions if d.record == f"case-{number}"]

    if case.expect == "invalid-record":
        assert [d.status for d in mine] == ["invalid-record"]
        return
    by_clause = {d.clause: d for d in mine}
    got = {
        clause: {key: seen(by_clause[clause], key) for key in keys}
        for clause, keys in case.expect.items()
        if clause in by_clause
    }
    assert got == case.expect
    groups = {
        g.group: {"winner": g.winner, "amount": shown(g.amount)} for g in answer.groups if g.record == f"case-{number}"
    } | {
        joint.group: {"winner": joint.winner and joint.winner.clause, "amount": shown(joint.amount)}
        for joint in answer.joints
        if joint.members[0].record == f"case-{number}"
    }
    none = {"winner": None, "amount": None}
    found = {name: {key: groups.get(name, none)[key] for key in keys} for name, keys in case.groups.items()}
    assert found == case.groups
