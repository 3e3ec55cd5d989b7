"""Money of which the text states no sum: told as such wherever it is gained, and why it is not had."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from deciders import decider_with
from policykb.model import Lang, Place, Record
from policykb.reports.as_comparison import print_comparison
from policykb.reports.phrases import Phrases
from policykb.reports.tell import tell


def in_zone(division: str) -> Record:
    """An enterprise of the development zone, registered in a division."""
    facts = {"inDevelopmentZone": True}
    return Record("r1", "EnterpriseYear", "2020", "示例企业", None, division, facts, Place("test"))


@pytest.mark.parametrize(("lang", "text"), [("zh", "预计符合 未载明金额"), ("en", "Likely eligible amount not stated")])
def test_a_comparison_says_that_it_is_money(lang: Lang, text: str) -> None:
    """Without the limit to the district an enterprise of the next one gains article 18, which states no sum."""
    kb, other = decider_with(), decider_with("R0-territory:alt")
    out = io.StringIO()
    comparison = kb.compare([in_zone("370403")], other)
    phrases = Phrases(other.book, other.vocabulary, other.wording, lang)
    print_comparison(Console(file=out, width=400), comparison, phrases)

    assert text in out.getvalue()


def test_why_it_is_not_had_is_told_by_the_words_that_are_not_met() -> None:
    """What is not met is the district, of which the preamble speaks; the words that grant the money do not say it."""
    kb = decider_with()
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, "zh")
    told = tell(kb.apply([in_zone("370403")]), phrases)
    sections = [section for s in told.subjects for r in s.records for section in r.sections]
    items = {item.source: item for section in sections for item in section.items}
    places = {name: [line.place for line in item.lines if line.kind == "words"] for name, item in items.items()}

    assert places["art-18-support"] == ["标题和序言"]
