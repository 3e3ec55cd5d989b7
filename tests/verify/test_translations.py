"""A translation says the numbers of the sentence that it translates, in figures or words, and no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from policykb.law.fingerprint import fingerprint
from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.verify.accounts import account
from policykb.verify.numbers import compare
from policykb.verify.places import Places
from policykb.verify.translations import compare_numbers, written_units
from policykb.verify.words import read_sentences

ROOT = Path(__file__).parents[2]
KNOWLEDGE = load(ROOT, "szq-2020-12")
BOOK = read_rules(KNOWLEDGE)


Check = Callable[[str, str], list[str]]


@pytest.fixture(scope="module")
def check() -> Check:
    """What is wrong with the numbers of a provision, were it translated like this."""
    knowledge, sentences, places = KNOWLEDGE, read_sentences(KNOWLEDGE, BOOK), Places(KNOWLEDGE)
    accounts = account(knowledge, BOOK, sentences, places)
    for start, iri in compare(knowledge, BOOK, sentences, places).spans():
        accounts.typed.setdefault(start, iri)
    units = written_units(knowledge, "en")
    return lambda name, text: [id for id, _, _ in compare_numbers(sentences[name], text, units, accounts)]


def _slips(text: str) -> Iterator[str]:
    """The text with one figure more or less than right, one at a time."""
    for match in re.finditer(r"\d[\d,.]*\d|\d", text):
        last = match.end() - 1
        digit = str((int(text[last]) + 5) % 10)
        yield text[:last] + digit + text[match.end() :]


def test_no_slip_in_a_figure_of_a_translation_escapes(check: Check) -> None:
    """Whatever figure of whatever translation is changed in its last digit, a fault tells of it."""
    slips = 0
    for provision in BOOK.provisions.values():
        text = provision.translation("en")
        assert text is not None, provision.id
        assert check(provision.id, text) == [], provision.id
        for changed in _slips(text):
            assert check(provision.id, changed), changed
            slips += 1

    assert slips > 100


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        # 对年度进出口额居全区前三位的企业给予一次性奖励 15 万元。
        (
            "art-01-s9",
            "the top three get a one-off award of RMB 150,000",
            "the top three get a one-off award of $150,000",
        ),
        ("art-01-s9", "the top 3 get one award of RMB 0.15 million", "the top four get one award of RMB 0.15 million"),
        # 依托全市5亿元工业互联网专项基金，形成“基地+功能节点”的格局。
        ("art-21-s2", "a fund of RMB 500 million", "a fund of RMB 5 billion"),
        # 一类企业“随报随批、随批随退”。
        ("art-24-s6", "Category I enterprises", "Category II enterprises"),
        # 2020年9月24日印发
        ("imprint-date", "issued on 24 September 2020", "issued on 25 September 2020"),
    ],
)
def test_numbers_and_units_are_read_in_words_and_figures(name: str, right: str, wrong: str, check: Check) -> None:
    """万 and 亿 against thousands, millions and billions; 前三 against three; 元 against RMB and no other money."""
    assert check(name, right) == []
    assert check(name, wrong)


def test_translations_decide_nothing(copy: Path, flip: Callable[[str, str, str], None]) -> None:
    """Who rewords a translation changes no rule, and so no checksum of what decides."""
    before = fingerprint(copy, "szq-2020-12")
    flip("policy/szq-2020-12/translations/en/art-08.ttl", "Enrich", "Diversify")

    assert fingerprint(copy, "szq-2020-12") == before
