"""What the columns of a file state, and the words and letters by which a text of theirs is plain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..doors.incoming import UNFIT
from ..model import Fact
from ..readers.asides import NOT_ALONE, Asides
from ..readers.cells import Cell
from ..readers.column import Column
from ..readers.findings import Refused
from ..readers.letters import others
from ..readers.sheet.units import MAY_BE_UNIT
from ..readers.sheet.words import MAY_BE_MONTHS
from ..readers.values import Values
from ..readers.words import half_width, normal

__all__ = ["ROW", "UNTIDY", "VISIBLE", "Item", "Words"]

ROW = "row"
"""The item of the first filled cell of a row of a text file, which may say that the row is no record."""

_BLANK = r"\t\n\x{b}\x{c}\r\x{1c}-\x{1f}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
UNTIDY = rf"[{_BLANK}{UNFIT}]|  |^[ =']| \z|^\z"
_INVISIBLE = r"\x{200b}-\x{200f}\x{2060}\x{feff}"
VISIBLE = rf"[^{_BLANK}{_INVISIBLE} ]"
"""A pattern that a text with anything in it matches."""
_FULL_WIDTH = r"\x{ff01}-\x{ff5e}"
# Blocks of characters that are written for others, such as those of full width: 合計 in any of them.
_FOR_OTHERS = (
    r"\x{2c00}-\x{2dff}\x{a0}-\x{bf}\x{17f}\x{2b0}-\x{2ff}\x{1d00}-\x{1dbf}\x{2000}-\x{2bff}\x{2e80}-\x{2fdf}\x{3000}-\x{33ff}"
    r"\x{a700}-\x{a7ff}\x{f900}-\x{faff}\x{fe00}-\x{ffef}\x{1d400}-\x{1d7ff}\x{1f100}-\x{1f2ff}\x{2f800}-\x{2fa1f}"
)


@dataclass(frozen=True)
class Item:
    """What a column of a file states: a fact, or a column that is no fact (record, period, name and so on).

    Args:
        name: its id; the column of ids is called record.
        column: its header, with the unit in it.
        fact: the fact, where it is one.
    """

    name: str
    column: Column
    fact: Fact | None = None


class Words:
    """The words that are plain in a column, as the readers read them.

    Args:
        values: the readers.
        asides: the words of totals and remarks.
    """

    def __init__(self, values: Values, asides: Asides) -> None:
        self.values = values
        self.asides = asides

    def truths(self, fact: Fact) -> dict[str, bool | None]:
        """What each written truth value says."""
        read = self._read(fact, self.values.vocabulary.truth_forms)
        return {text: None if truth is None else bool(truth) for text, truth in read}

    def codes(self, fact: Fact) -> dict[str, str]:
        """The code that each of its names names, itself included."""
        vocabulary = self.values.vocabulary
        written = list(fact.codes)
        for code in fact.codes:
            label = vocabulary.codes.get(code)
            written += [*((label.zh, label.en) if label else ()), *vocabulary.aliases.get(("code", code), ())]
        found = {}
        for text, read in self._read(fact, written):
            value = read[0] if isinstance(read, tuple) and read else read
            if isinstance(value, str):
                found[text] = value
        return found

    def is_plain(self, item: Item, text: str) -> bool:
        """Whether a text of a column that is no fact is the value that it states."""
        try:
            return item.fact is None and self.values.read_column(item.name, Cell(text)).value == text
        except Refused:
            return False

    def total(self) -> str:
        """A pattern that every text matches that makes its row no record, and hardly any other."""
        asides = self.asides
        long = [_in_any_letters(word) for word in sorted(asides.words) if not word.isascii() and len(word) > 1]
        latin = sorted(word for word in asides.words if word.isascii() and word.isalpha() and len(word) > 1)
        letters = {form for word in asides.words for letter in word for form in (letter, letter.upper())}
        letters |= {other for letter in letters for other in others().get(letter, "")}
        few = re.escape("".join(sorted(letters)))
        return (
            rf"{'|'.join(long)}|{_examples(asides)}|(?i:^[^a-z]*({'|'.join(map(re.escape, latin))})([^a-z]|\z))"
            rf"|^[\s_\-*:{few}{_BLANK}{_INVISIBLE}{_FOR_OTHERS}]{{1,16}}\z|[{_FOR_OTHERS}{_INVISIBLE}]"
        )

    def no_name(self) -> str:
        """A pattern that every text matches which may be no name: a figure, a code, marks alone, words for nobody."""
        generic = rf"(?i:^(?:{self.asides.generic.pattern})[^\p{{L}}]*(?:[(（].*)?\z)"
        marks = r"^[^\p{L}]|^[第约]|^[^\p{L}]*\z|[,;、:，；：]\z"
        ends = "|".join(map(re.escape, sorted(self.asides.ends)))
        return rf"[、,，;；:：/\s_＿*＊－Xx×-]|{marks}|(?:{ends})\z|{NOT_ALONE}|{generic}"

    def place(self) -> str:
        """A pattern that every name matches which may be that of a place."""
        return rf"(?:{'|'.join(map(re.escape, self.asides.areas))})\s*(?:[(\[{{〔〈《「『（【].*)?\z"

    def unit(self) -> str:
        """A pattern of every remark that may be about a unit, void its row, or be of a part or another time."""
        voids = "|".join(_in_any_letters(word) for word in sorted(self.asides.voids))
        known = self.values.vocabulary.aliases
        written = [
            word
            for name in ("part-of-year", "prior-year", "not-whole", "parts", "corrected", "disputed")
            for word in known.get(("words", name), ())
        ]
        parts = "|".join(re.escape(form) for word in written for form in dict.fromkeys((word, normal(word))))
        # Letters and digits of full width may be those of any of them.
        return rf"(?i){MAY_BE_UNIT}|{voids}|{MAY_BE_MONTHS}|{parts}|[\x{{ff10}}-\x{{ff19}}\x{{ff21}}-\x{{ff5a}}]"

    def remark(self) -> str:
        """A pattern that the beginning of every remark matches."""
        known = self.values.vocabulary.aliases.get(("row", "remark"), ())
        words = "|".join(re.escape(half_width(word)) for word in known)
        return rf"(?i)^[\s{_BLANK}{_INVISIBLE}]*({words}|[{_FULL_WIDTH}])"

    def _read(self, fact: Fact, texts: Iterable[str]) -> Iterable[tuple[str, object]]:
        for text in dict.fromkeys(texts):
            try:
                yield text, self.values.read(Cell(text), fact).value
            except Refused:
                continue


def _examples(asides: Asides) -> str:
    """A text that begins with a word for an example and a number, or has one in brackets."""
    words = "|".join(_in_any_letters(word) for word in sorted(asides.examples))
    return rf"(?i:^[^\p{{L}}]*({words})\s*[:：0-9０-９]|[(（\[【]\s*({words}))"


def _in_any_letters(word: str) -> str:
    """A pattern of a word, each of its letters also as others that are compared as it."""
    return "".join(
        rf"[{re.escape(letter + others()[letter])}]" if letter in others() else re.escape(letter) for letter in word
    )
