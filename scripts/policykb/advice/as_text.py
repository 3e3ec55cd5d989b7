"""Advice as lines of text, record by record."""

from __future__ import annotations

from collections.abc import Iterator

from ..answers.answer import Answer
from ..api import Policykb
from ..reports.caveats import caveats
from ..reports.phrases import Phrases
from .advise import advise
from .told import any_changeable, cliff_text, head_text, quote_lines, scope, way_text

__all__ = ["lines"]


def lines(kb: Policykb, answer: Answer, phrases: Phrases, only: str | None = None) -> Iterator[str]:
    """The advice on an answer, line by line.

    Args:
        kb: the knowledge base.
        answer: what it decided.
        phrases: the wordings in the reader's language.
        only: the id of one record, where the others are left out.
    """
    found, lost = advise(kb, answer, only)
    yield from (line.text for line in caveats(answer.receipt, phrases))
    yield from scope(phrases)
    if not found and any_changeable(phrases):
        yield ""
        yield phrases.say("advice-none")
    for record in answer.records:
        ways = [advice for advice in found if advice.decision.record == record.id]
        edges = [cliff for cliff in lost if cliff.decision.record == record.id]
        if ways or edges:
            yield ""
            yield phrases.say(
                "told-record", kind=phrases.kind(record.type), period=record.period, record=record.name or record.id
            )
        for advice in ways:
            yield f"  {head_text(advice, phrases)}"
            for number, way in enumerate(advice.ways):
                yield f"    {phrases.say('advice-or') if number else ''}{way_text(advice, way, phrases)}"
                yield from (
                    f"      {line}" for line in quote_lines(way.changes, advice.decision.clause, way.after, phrases)
                )
        if edges:
            yield f"  {phrases.say('advice-cliffs')}"
            for cliff in edges:
                yield f"    {cliff_text(cliff, phrases)}"
                yield from (
                    f"      {line}" for line in quote_lines([cliff.change], cliff.decision.clause, cliff.now, phrases)
                )
