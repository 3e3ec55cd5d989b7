"""Letters that are written in several ways are one letter where words and names are compared."""

from __future__ import annotations

import pytest

from policykb.readers.letters import others, simplified, usual
from policykb.readers.words import normal


@pytest.mark.parametrize(
    ("written", "now"),
    [
        ("嶗山區驊驪鱸魚養殖廠", "崂山区骅骊鲈鱼养殖厂"),
        ("蘆葦蕩檳榔穀物（煙臺）", "芦苇荡槟榔谷物（烟台）"),
        ("進出口總額", "进出口总额"),
        ("佰草商號", "佰草商号"),
        ("著名", "着名"),
        ("薴烯", "苎烯"),
        ("沈阳东软, 2020", "沈阳东软, 2020"),
        ("ABC Ltd.", "ABC Ltd."),
    ],
)
def test_usual_letters(written: str, now: str) -> None:
    """Letters of places, trades and names of firms, as they are written now; what is usual stays."""
    assert simplified(written) == now
    assert normal(written) == normal(now)


@pytest.mark.parametrize("written", ["佰萬圓", "佰万元", "百萬元"])
def test_letters_of_a_cheque(written: str) -> None:
    """Units are known in the letters of a cheque, which a firm may bear in its name as its own."""
    assert usual(written) == "百万元"


def test_every_letter_has_one_usual_form() -> None:
    """No letter is usual and another one as well, and each is found again by its usual form."""
    assert len(others()) > 3_000
    for now, written in others().items():
        if now == "σ":
            continue
        assert usual(now) == now
        assert {usual(letter) for letter in written} == {now}
        assert len(set(written)) == len(written)
