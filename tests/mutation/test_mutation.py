"""The mutation test itself: it notices what it should, and leaves the rules as they were."""

from __future__ import annotations

import pytest

from deciders import decider_with
from documentation import ROOT
from mutation.__main__ import PAGE, explanations
from mutation.graph_edits import applied
from mutation.judge import Judge, Verdict
from mutation.mutants import KINDS, Mutant, mutants
from mutation.report import sections
from policykb.law.load import documents
from policykb.law.rules import read_rules

DOCUMENTS = documents(ROOT)


@pytest.fixture(scope="module")
def judge() -> Judge:
    """The scenarios under the defaults."""
    return Judge(DOCUMENTS[0])


@pytest.fixture(scope="module")
def made(judge: Judge) -> dict[str, Mutant]:
    """All mutants by name."""
    return {mutant.name: mutant for mutant in mutants(judge.knowledge, judge.kb.book)}


def test_kinds(made: dict[str, Mutant]) -> None:
    """Every kind of change is tried, and no two mutants share a name."""
    assert {mutant.kind for mutant in made.values()} == set(KINDS)


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["missing-met", "bound"])
def test_can_be_loaded(kind: str, judge: Judge, made: dict[str, Mutant]) -> None:
    """A mutant of these kinds is a rule that could have been written: to be refused is not to be noticed."""
    of_kind = [mutant for mutant in made.values() if mutant.kind == kind]
    tried = of_kind[:: len(of_kind) // 12]

    assert len(tried) >= 12
    for mutant in tried:
        with applied(judge.knowledge, mutant.edit):
            read_rules(judge.knowledge)


@pytest.mark.parametrize(
    "name",
    [
        "art-10-foreign-capital-4-low: sh:minInclusive",
        "art-05-warehouse-area: 500 +1",
        "art-10-referral-referrer: sh:or is sh:and",
        "art-01-growth: any part suffices",
        "art-01-highest: removed",
        "art-29-town-front: missing is not met",
    ],
)
def test_noticed(name: str, judge: Judge, made: dict[str, Mutant]) -> None:
    """A rule made wrong is noticed by a scenario, and afterwards the rules are as they were."""
    before = set(judge.knowledge.store)

    verdict = judge.judge(made[name])
    assert verdict.killed
    assert set(judge.knowledge.store) == before


def test_proof(judge: Judge, made: dict[str, Mutant]) -> None:
    """A bound that no scenario can tell from the right one is noticed by the proof of the numbers."""
    verdict = judge.judge(made["art-01-volume-2-high: 500000000 +1"])

    assert (verdict.killed, verdict.proof) == (False, True)


@pytest.mark.parametrize("slug", DOCUMENTS)
def test_survivors(slug: str) -> None:
    """Every explanation belongs to a mutant of its document, which has its part of the page."""
    kb = decider_with(policy=slug)

    assert explanations(slug).keys() <= {mutant.name for mutant in mutants(kb.knowledge, kb.book)}
    assert slug in sections(PAGE.read_text(encoding="utf-8"))


@pytest.mark.proof
@pytest.mark.parametrize("slug", DOCUMENTS[1:])
def test_nothing_changed_is_not_noticed(slug: str) -> None:
    """Without a change every scenario comes out, those of several documents together among them."""
    one = Judge(slug)
    clauses = tuple(clause.id for clause in one.kb.book.clauses.values() if clause.record_type)

    assert one.judge(Mutant("none", 0, "bound", clauses, together=True)) == Verdict(None, False)
