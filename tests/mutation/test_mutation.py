"""The mutation test itself: it notices what it should, and leaves the rules as they were."""

from __future__ import annotations

import pytest
import yaml

from mutation.__main__ import SURVIVORS
from mutation.judge import Judge
from mutation.mutants import KINDS, Mutant, mutants


@pytest.fixture(scope="module")
def judge() -> Judge:
    """The scenarios under the defaults."""
    return Judge("szq-2020-12")


@pytest.fixture(scope="module")
def made(judge: Judge) -> dict[str, Mutant]:
    """All mutants by name."""
    return {mutant.name: mutant for mutant in mutants(judge.knowledge, judge.kb.book)}


def test_kinds(made: dict[str, Mutant]) -> None:
    """Every kind of change is tried, and no two mutants share a name."""
    assert {mutant.kind for mutant in made.values()} == set(KINDS)


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


def test_survivors(made: dict[str, Mutant]) -> None:
    """Every explanation belongs to a mutant."""
    reasons = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8"))

    assert {name for reason in reasons for name in reason["mutants"]} <= made.keys()
