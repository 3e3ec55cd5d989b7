"""Letters that are written in several ways are one letter where words and names are compared."""

from __future__ import annotations

import pytest

from policykb.readers.letters import others, simplified
from policykb.readers.words import normal


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("嶗山區驊驪鱸魚養殖廠", "崂山区骅骊鲈鱼养殖厂"),
        ("蘆葦蕩檳榔穀物（煙臺）", "芦苇荡槟榔谷物（烟台）"),
        ("進出口總額", "进出口总额"),
        ("壹佰仟圓", "壹百千元"),
        ("著名", "着名"),
        ("薴烯", "苎烯"),
        ("沈阳东软, 2020", "沈阳东软, 2020"),
        ("ABC Ltd.", "ABC Ltd."),
    ],
)
def test_usual_letters(written: str, usual: str) -> None:
    """Letters of places, trades and names of firms, as they are written now; what is usual stays."""
    assert simplified(written) == usual
    assert normal(written) == normal(usual)


def test_every_letter_has_one_usual_form() -> None:
    """No letter is usual and another one as well, and each is found again by its usual form."""
    assert len(others()) > 3_000
    for usual, written in others().items():
        if usual == "σ":
            continue
        assert simplified(usual) == usual
        assert {simplified(letter) for letter in written} == {usual}
        assert len(set(written)) == len(written)
