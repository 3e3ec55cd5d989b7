"""Read the direction of a number from the words around it: at least, more than, at most, less than, or exactly.

The words are those of official Chinese. 以上, 以下, 以内 include the number; 过 and 超 do not. What no single word
settles is read from the sentence: 以上 is strict where an earlier band of the sentence already includes the number;
the lower end of a range is strict for the same reason; a list joined by 、 shares the word before its first number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .numerals import Numeral

__all__ = ["OPPOSITE", "direction"]

OPPOSITE = {"ge": "lt", "lt": "ge", "gt": "le", "le": "gt"}
"""The other side of a bound: what a neighbouring tier must say."""

_BEFORE: tuple[tuple[str, str], ...] = (
    (r"(?:不低于|不少于)前", "le"),
    (r"(?:不超过|不高于|不多于|至多)", "le"),
    (r"最高\S{0,2}", "le"),
    (r"最低\S{0,2}", "ge"),
    (r"(?:不低于|不少于|至少|达到|达)", "ge"),
    (r"(?:低于|少于|不到|不足)", "lt"),
    (r"(?:超过|高于|超|过)", "gt"),
    (r"含", "le"),
    (r"第", "eq"),
    (r"前", "le"),
)
_AFTER: tuple[tuple[str, str], ...] = (
    (r"及以上", "ge"),
    (r"以上", "over"),
    (r"(?:及以下|以下|以内|之内|内)", "le"),
)
_RANGE = re.compile(r"\s*[-－—–~～至]\s*")
_STOPS = "，。；、：（）“”\n"


def direction(sentence: str, numerals: Sequence[Numeral], index: int) -> str:
    """The operator (ge, gt, le, lt, eq) that the words give to one numeral.

    Args:
        sentence: the words of one provision.
        numerals: all numerals of that sentence, in order, with offsets into it.
        index: which of them.
    """
    numeral = numerals[index]
    after = _after(sentence, numeral)
    if after == "over":
        return "gt" if _included_before(sentence, numerals, index) else "ge"
    if after:
        return after
    if index + 1 < len(numerals) and _RANGE.fullmatch(sentence, numeral.end, numerals[index + 1].start):
        return "gt" if _included_before(sentence, numerals, index) else "ge"
    if index and _RANGE.fullmatch(sentence, numerals[index - 1].end, numeral.start):
        return "le" if _says_included(sentence, numerals, index) else "lt"
    before = _before(sentence, numerals, index)
    if before:
        return before
    if index and re.fullmatch(r"\s*、\s*", sentence[numerals[index - 1].end : numeral.start]):
        return _before_list(sentence, numerals, index - 1)
    return "eq"


def _before_list(sentence: str, numerals: Sequence[Numeral], index: int) -> str:
    while index and re.fullmatch(r"\s*、\s*", sentence[numerals[index - 1].end : numerals[index].start]):
        index -= 1
    return _before(sentence, numerals, index) or "eq"


def _before(sentence: str, numerals: Sequence[Numeral], index: int) -> str:
    start = numerals[index - 1].end if index else 0
    # Line breaks inside a sentence come from the page, not from the author.
    words = re.sub(r"\s+", "", sentence[start : numerals[index].start])
    words = re.split(f"[{_STOPS}]", words)[-1]
    for pattern, operator in _BEFORE:
        if re.search(rf"{pattern}$", words):
            return operator
    return ""


def _after(sentence: str, numeral: Numeral) -> str:
    words = re.sub(r"\s+", "", sentence[numeral.end : numeral.end + 8])
    for pattern, operator in _AFTER:
        if re.match(pattern, words):
            return operator
    return ""


def _included_before(sentence: str, numerals: Sequence[Numeral], index: int) -> bool:
    """Whether an earlier band of the sentence already includes this very number."""
    same = [
        i
        for i in range(index)
        if (numerals[i].value, numerals[i].unit) == (numerals[index].value, numerals[index].unit)
    ]
    return any(direction(sentence, numerals, i) == "le" for i in same)


def _says_included(sentence: str, numerals: Sequence[Numeral], index: int) -> bool:
    """Whether a bracket right after the range says that it includes its upper end: （含…）."""
    if index + 1 >= len(numerals) or numerals[index + 1].value != numerals[index].value:
        return False
    return bool(re.fullmatch(r"\s*[（(]\s*含\s*", sentence[numerals[index].end : numerals[index + 1].start]))
