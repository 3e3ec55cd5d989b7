"""What the self-check hides is proved not to matter: held against trying out the answers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox
import pytest

from deciders import decider_with
from generated_records import generate
from policykb.api import Policykb
from policykb.engines.outcome import Outcome
from policykb.engines.sparql import SparqlEngine
from policykb.law.steps import read_steps
from policykb.model import Clause, Record
from soaking import times

COUNT = times(1)
DEFAULT = ((), ("R10a-measures:alt", "R2-major:alt"))
READINGS = DEFAULT if COUNT == 1 else (*DEFAULT, ("R1a-measure:alt",), ("R5a-base:alt",), ("R10b-major:alt",))


class Doubting(SparqlEngine):
    """Decides as the self-check does to know what to ask: under rules that take nothing for granted."""

    def _program(self, types: frozenset[str]) -> tuple[list[ox.Quad], int]:
        rules, depth = super()._program(types)
        store = ox.Store()
        store.extend(rules)
        for step in read_steps(self.book.origin.root, "doubt"):
            store.update(step.text)
        return list(store), depth


def still_open(outcome: Outcome, clause: Clause, record: Record) -> set[str]:
    """The facts that can still change a decision, as the self-check gathers them."""
    found = {fact for fact, _ in outcome.missing.get(clause.id, ())}
    if outcome.statuses.get(clause.id) != "not-eligible":
        found |= {option.agreed for option in clause.options if option.agreed and option.agreed not in record.facts}
    return found


def trials(kb: Policykb, source: random.Random) -> Iterator[tuple[Record, str, list[Record]]]:
    """A record with gaps, a fact that it does not state, and records that state it in several ways, alone and beside
    other facts that were not stated."""
    for kind in kb.vocabulary.record_types.values():
        drawn = generate(kb.book, kb.vocabulary, kind.id, 16 * COUNT + 24, source.randrange(10**6))
        drawn = [replace(record, period="2020", facts=dict(record.facts)) for record in drawn]
        for number in range(4 * COUNT):
            gappy = drawn[number]
            kept = {name: value for name, value in gappy.facts.items() if source.random() < 0.6}
            record = replace(gappy, facts=kept)
            for fact in kind.facts:
                if fact in kept:
                    continue
                values = [one.facts[fact] for one in drawn if fact in one.facts]
                told = source.sample(values, min(3, len(values)))
                beside = {n: v for n, v in source.choice(drawn).facts.items() if n not in kept and n != fact}
                yield (
                    record,
                    fact,
                    [replace(record, facts={**kept, **more, fact: v}) for more in ({}, beside) for v in told]
                    + [replace(record, facts={**kept, **more}) for more in ({}, beside)],
                )


def told(outcome: Outcome, clause: str) -> tuple[object, object]:
    return outcome.statuses.get(clause), outcome.amounts.get(clause)


@pytest.mark.proof
@pytest.mark.parametrize("overlays", READINGS)
def test_what_is_hidden_cannot_matter(overlays: tuple[str, ...]) -> None:
    """A fact that is not among those still open changes neither status nor amount of the clause, whatever it is, be it
    alone or beside any other facts."""
    kb = decider_with(*overlays)
    found = list(trials(kb, random.Random(20200924)))
    engine, doubting = SparqlEngine(kb.book), Doubting(kb.book)
    asked = list({id(record): record for record, _, _ in found}.values())
    opened = dict(zip((id(record) for record in asked), doubting.decide(asked), strict=True))
    flat = [one for _, _, tried in found for one in tried]
    decided = iter(engine.decide(flat))
    wrong, hidden = [], 0
    for record, fact, tried in found:
        outcomes = [next(decided) for _ in tried]
        count = (len(tried) - 2) // 2
        for clause in kb.book.by_type.get(record.type, ()):
            if fact in still_open(opened[id(record)], clause, record):
                continue
            hidden += 1
            alone, beside = outcomes[:count], outcomes[count : 2 * count]
            for without, with_ in ((outcomes[-2], alone), (outcomes[-1], beside)):
                if any(told(one, clause.id) != told(without, clause.id) for one in with_):
                    wrong.append((clause.id, fact, dict(record.facts)))

    assert hidden > 200
    assert wrong == []
