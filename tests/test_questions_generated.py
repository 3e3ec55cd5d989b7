"""Next questions on generated records: all that is needed is asked, and nothing that cannot matter."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from deciders import decider_with
from generated_records import generate, near_numbers
from policykb.api import Policykb
from policykb.model import Decision, Fact, Record, Value
from soaking import times

COUNT = times(1)
READINGS = ((), ("R10a-measures:alt",), ("R10a-currency:alt",), ("R1a-measure:alt",))


def made(kb: Policykb, count: int, seed: int) -> list[Record]:
    """Valid records of each type that the document covers, with about half of their facts left out."""
    source = random.Random(seed)
    records = [
        replace(r, period="2020", facts={n: v for n, v in r.facts.items() if source.random() < 0.7})
        for name in kb.vocabulary.record_types
        for r in generate(kb.book, kb.vocabulary, name, count, seed)
    ]
    wrong = {d.record for d in kb.apply(records).decisions if d.status == "invalid-record"}
    return [record for record in records if record.id not in wrong]


def asked(kb: Policykb, records: Sequence[Record]) -> dict[str, list[str]]:
    """The facts that are asked for, by record."""
    found: dict[str, list[str]] = {}
    for row in kb.ask("questions", answer=kb.apply(records)):
        found.setdefault(str(row["record"]), []).append(str(row["factId"]))
    return found


def values(kb: Policykb, record: Record, fact: Fact) -> list[Value]:
    """Answers that fit a fact, on and beside whatever could make a difference."""
    if fact.is_list:
        return [(code,) for code in fact.codes]
    if fact.codes:
        return [int(code) if fact.datatype == "integer" else code for code in fact.codes]
    if fact.datatype == "boolean":
        return [True, False]
    if fact.datatype == "date":
        return [date(2016, 1, 1), date(2020, 1, 1)]
    others = [v for v in record.facts.values() if isinstance(v, Decimal | int) and not isinstance(v, bool)]
    marks = marks_of(kb, record.type, fact) | {Decimal(o) + way for o in others for way in (-1, 0, 1)}
    if fact.datatype == "integer":
        return [int(mark) for mark in sorted(marks) if mark >= 1]
    return [mark for mark in sorted(marks) if mark >= 0]


MARKS: dict[tuple[int, str, str], set[Decimal]] = {}


def marks_of(kb: Policykb, type: str, fact: Fact) -> set[Decimal]:
    """Where a number could make a difference: every bound, and beyond every floor of an amount."""
    key = (id(kb), type, fact.id)
    if key not in MARKS:
        floors = {o.floor + 1 for c in kb.book.by_type[type] for o in c.options if o.floor is not None}
        MARKS[key] = floors | set(near_numbers(kb.book, type, fact))
    return MARKS[key]


def outcome(decision: Decision) -> tuple[object, ...]:
    """What of a decision can turn on an answer."""
    return decision.status, decision.amount


@pytest.mark.proof
@pytest.mark.parametrize("overlays", READINGS, ids=lambda names: "+".join(names) or "default")
def test_all_answers_leave_nothing_open(overlays: tuple[str, ...]) -> None:
    """With every question answered, what is open awaits a body, the text or the end of a window; no fact is missing."""
    kb, source = decider_with(*overlays), random.Random(1)
    records = made(kb, (45 if not overlays else 8) * COUNT, 5)
    questions = asked(kb, records)
    answered = []
    for record in records:
        facts = dict(record.facts)
        for fact in (kb.vocabulary.facts[name] for name in questions.get(record.id, ())):
            if fact.decided_by is None:
                facts[fact.id] = source.choice(values(kb, record, fact))
        answered.append(replace(record, facts=facts))
    decisions = kb.apply(answered).decisions

    assert len(decisions) >= (2000 if not overlays else 200)
    for decision in decisions:
        if decision.status == "undetermined":
            assert decision.missing == (), decision
            assert decision.awaiting or decision.notes, decision


Key = tuple[str, str]
"""A record and a fact that is asked for."""


def one_round(
    kb: Policykb, open_ones: dict[Key, Record], questions: dict[str, list[str]], source: random.Random
) -> dict[Key, dict[Value, tuple[object, ...]]]:
    """For each question, the other questions answered at random: what some valid answers to it come to."""
    variants: list[Record] = []
    meant: list[tuple[Key, Value]] = []
    for (name, fact), record in open_ones.items():
        others = (kb.vocabulary.facts[other] for other in questions[name] if other != fact)
        rest = {other.id: source.choice(values(kb, record, other)) for other in others}
        beside = replace(record, facts={**record.facts, **rest})
        choices = values(kb, beside, kb.vocabulary.facts[fact])
        for value in source.sample(choices, min(len(choices), 6)):
            id = f"{len(meant)}"
            meant.append(((name, fact), value))
            variants.append(replace(beside, id=id, name=id, facts={**beside.facts, fact: value}))
    decided: dict[str, list[tuple[object, ...]]] = {}
    for decision in kb.apply(variants).decisions:
        decided.setdefault(decision.record, []).append(outcome(decision))
    found: dict[Key, dict[Value, tuple[object, ...]]] = {}
    for number, (key, value) in enumerate(meant):
        if all(status != "invalid-record" for status, _ in decided[f"{number}"]):
            found.setdefault(key, {})[value] = tuple(decided[f"{number}"])
    return found


@pytest.mark.parametrize("overlays", READINGS[:2], ids=lambda names: "+".join(names) or "default")
@pytest.mark.proof
def test_every_question_can_matter(overlays: tuple[str, ...]) -> None:
    """For each question there are answers to the others beside which two answers to it lead to two outcomes."""
    kb, source, settled = decider_with(*overlays), random.Random(2), 0
    records = made(kb, 8 * COUNT, 9)
    questions = asked(kb, records)
    open_ones = {(record.id, fact): record for record in records for fact in questions.get(record.id, ())}
    chosen: set[Key] = set()
    for _ in range(120):
        found = one_round(kb, open_ones, questions, source)
        chosen |= {key for key, outcomes in found.items() if len(outcomes) > 1}
        matters = {key for key, outcomes in found.items() if len(set(outcomes.values())) > 1}
        settled += len(matters)
        open_ones = {key: record for key, record in open_ones.items() if key not in matters}

    # A question is none where the rest of the record leaves one valid answer, as the rank of the only zone.
    assert not chosen & set(open_ones)
    assert settled > 100
