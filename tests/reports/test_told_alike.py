"""What is told of a record hangs on nothing that was told before it, however much is worded once for many."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from generated_records import generate
from policykb.api import Policykb
from policykb.doors.outgoing import HARMLESS, csv_cell, visible
from policykb.model import Lang
from policykb.reports.phrases import Phrases
from policykb.reports.tell import tell

COUNT = 30


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tells_a_record_alike_whatever_was_told_before(shipped: Policykb, lang: Lang) -> None:
    """The subjects told in a row with one set of wordings are those that each are told with wordings of their own."""
    records = generate(shipped.book, shipped.vocabulary, "EnterpriseYear", COUNT, 3)
    answer = shipped.apply(records)
    used = Phrases(shipped.book, shipped.vocabulary, shipped.wording, lang)
    in_a_row = list(tell(answer, used, explain=True).subjects)
    assert len(in_a_row) == COUNT
    for place, told in enumerate(in_a_row):
        assert tell(answer, replace(used), explain=True).subjects[place] == told


def test_writes_the_two_zeros_apart_whichever_comes_first(shipped: Policykb) -> None:
    """A number is written as it is stated, and not as an equal one that came before."""
    for first, second in (("0", "-0"), ("-0", "0")):
        phrases = Phrases(shipped.book, shipped.vocabulary, shipped.wording, "en")
        assert [phrases.number(Decimal(one), None) for one in (first, second, first)] == [first, second, first]


def test_takes_every_steering_character_out_of_a_text() -> None:
    """No character that steers a terminal, a page or a spreadsheet stands in what is shown."""
    pattern = re.sub(r"\\x\{([0-9a-f]+)\}", lambda code: f"\\U{int(code[1], 16):08x}", HARMLESS[0][0])
    steering = re.findall(pattern, "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000)))))
    assert len(steering) > 200
    for one in steering:
        assert one not in visible(f"a{one}b")
        assert one not in csv_cell(one)
