"""The shipped knowledge base under overlays, loaded once for each set of them."""

from __future__ import annotations

from functools import cache

from policykb.answers.answer import Answer
from policykb.answers.held import Held
from policykb.api import Policykb, load_policykb
from policykb.reports.forms import Near, written
from policykb.reports.job import Job
from policykb.reports.phrases import Phrases

__all__ = ["as_file", "decider_with"]


@cache
def decider_with(*overlays: str, policy: str | None = None) -> Policykb:
    """A document of the shipped knowledge base, the only one if None, under these overlays."""
    return load_policykb(policy=policy, overlays=overlays)


def as_file(
    answer: Answer, near: Near, phrases: Phrases, form: str, *, explain: bool = False, everything: bool = False
) -> bytes:
    """An answer that is held as a whole, in a format."""
    return written(Job(Held(answer), phrases, lambda data: None, explain=explain, everything=everything), near, form)
