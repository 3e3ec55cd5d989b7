"""Compare written words: full-width and half-width, spaces, case, and the nearest known word."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..patterns import regex
from .letters import usual

__all__ = [
    "BLANKS",
    "BULLETS",
    "HALF_WIDTH",
    "JOINTS",
    "LONGEST_NAME",
    "LOWERED",
    "MARKS",
    "RAISED",
    "half_width",
    "nearest",
    "normal",
    "parts_of_name",
    "said",
]

NEAR = 80  # of 100: 进出口总额 and 上年进出口总额 are near, 备注 and 序号 are not
SHORTEST_NEAR = 3
LONGEST_NAME = 200  # characters: no name is as long
HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",  # ideographic space
    0x00A0: " ",
    0x2212: "-",  # minus sign
    0xFFE5: "¥",
    0x3010: "[",
    0x3011: "]",
}
"""What each full-width letter, digit or sign is read as."""
_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
RAISED, LOWERED = (str.maketrans("0123456789", digits) for digits in (_RAISED, _LOWERED))
"""Digits as they are written above and below the line."""
BULLETS = "*☆★※#△▲●○◎■□"
"""Marks of notes that stand before a word or behind it."""
MARKS = BULLETS + "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇❶❷❸❹❺❻❼❽❾❿" + _RAISED
"""All marks of notes; circled and raised numbers stand behind."""
JOINTS = regex(r"[\s_\-*:]+")
BLANKS = regex(r"\s+(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])\s+")
_BRACKETED = regex(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|〔[^〕]*〕|《|》|“|”")
_DATED = regex(r"(?<![0-9])(19|20)[0-9]{2}([-./]?[0-9]{1,2}([-./]?[0-9]{1,2})?)?年?度?(?![0-9])|[0-9]{5,}")
_MONTHS = regex(r"[0-9]{1,2}(\s*[-—~至]\s*[0-9]{1,2})?\s*月份?([0-9]{1,2}日)?")
_BETWEEN = regex(r"[\s_\-—–~.,、;:+#]+")
_INVISIBLE = regex("[\u200b-\u200f\u2060\ufeff]")


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones, outer blanks and invisible marks removed.

    Not NFKC: that would read 5² as 52 and ① as 1.
    """
    if text.isascii():
        return text.strip()
    return _INVISIBLE.sub("", text).translate(HALF_WIDTH).strip()


@lru_cache(maxsize=64)
def _normal_forms(choices: tuple[str, ...]) -> list[str]:
    """The forms of the names that words are held against: the same ones again and again."""
    return [normal(name) for name in choices]


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """The form in which names are compared: half-width, lower case, without blanks, hyphens, stars and colons."""
    return JOINTS.sub("", unicodedata.normalize("NFKC", usual(half_width(text)))).casefold()


def said(text: str) -> str:
    """The form in which a value is compared with known words: half-width, lower case, 是 with blanks around or in it.

    Of values nothing else may be left out as of names: -1 is not 1, and n-o is not no.
    """
    return " ".join(BLANKS.sub("", half_width(text)).split()).casefold()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` nearly matches, or None. Both sides are compared in their `normal` form."""
    if len(word) > LONGEST_NAME:
        return None
    wanted = normal(word)
    if len(wanted) < SHORTEST_NEAR:
        return None
    from rapidfuzz import fuzz, process  # most files have only names that are known

    choices = tuple(known)
    forms = _normal_forms(choices)
    found = process.extractOne(wanted, forms, scorer=fuzz.ratio, score_cutoff=NEAR)
    if found is not None:
        return choices[found[2]]
    # 2020年进出口总额: a known name behind a prefix.
    ends = [
        name for name, form in zip(choices, forms, strict=True) if len(form) > SHORTEST_NEAR and wanted.endswith(form)
    ]
    return max(ends, key=len, default=None)


def parts_of_name(name: str, beside: Iterable[str]) -> Iterator[str]:
    """What the name of a file or sheet may mean, in normal form: without years, brackets and counters, part by part.

    Args:
        name: the name.
        beside: words that may stand before or behind what it means, in normal form.
    """
    words = tuple(beside)
    text = _MONTHS.sub(" ", _DATED.sub(" ", _BRACKETED.sub(" ", half_width(name))))
    pieces = [piece for piece in _BETWEEN.split(text) if piece]
    for piece in ("".join(pieces), *pieces):
        part, before = normal(piece), ""
        while part and part != before:
            yield part
            before = part
            ends = [part.removesuffix(word) for word in words]
            starts = [part.removeprefix(word).lstrip("0123456789") for word in words if part.startswith(word)]
            part = min((*ends, *starts, part.strip("0123456789")), key=len, default=part)
