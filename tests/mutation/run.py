"""Try the mutants, on several processes: each loads the knowledge base once."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

from cases_runner import read_cases

from .judge import Judge, Verdict
from .mutants import Mutant, mutants

__all__ = ["Row", "run"]

_JUDGES: dict[str, tuple[Judge, list[Mutant]]] = {}


@dataclass(frozen=True)
class Row:
    """A mutant and what came of it."""

    mutant: Mutant
    verdict: Verdict


def _judge(policy: str) -> tuple[Judge, list[Mutant]]:
    if policy not in _JUDGES:
        judge = Judge(policy)
        _JUDGES[policy] = (judge, list(mutants(judge.knowledge, judge.kb.book)))
    return _JUDGES[policy]


def _try(policy: str, number: int) -> Verdict:
    judge, made = _judge(policy)
    return judge.judge(made[number])


def _try_reading(policy: str, overlays: tuple[str, ...], numbers: list[int]) -> dict[int, Verdict]:
    """The mutants among these that a scenario under a reading notices."""
    _, made = _judge(policy)
    judge = Judge(policy, overlays)
    found = {}
    for number in numbers:
        if judge.concerns(made[number]):
            verdict = judge.judge(made[number])
            if verdict.killed:
                found[number] = verdict
    return found


def run(policy: str, workers: int, only: str = "") -> list[Row]:
    """Try all mutants, or those whose name holds a word: under the defaults, and the survivors under each reading."""
    _, made = _judge(policy)
    numbers = [number for number, mutant in enumerate(made) if only in mutant.name]
    readings = sorted({case.overlays for case in read_cases(policy)} - {()})
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        tried = pool.map(_try, [policy] * len(numbers), numbers, chunksize=8)
        verdicts = dict(zip(numbers, tried, strict=True))
        left = [number for number, verdict in verdicts.items() if not verdict.killed]
        count = len(readings)
        for found in pool.map(_try_reading, [policy] * count, readings, [left] * count):
            for number, verdict in found.items():
                verdicts[number] = replace(verdict, proof=verdicts[number].proof)
    return [Row(made[number], verdict) for number, verdict in verdicts.items()]
