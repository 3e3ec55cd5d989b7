"""Tell the rows of a table that are no records: totals and remarks, by the words that the ontology lists for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model import Vocabulary
from .words import half_width, normal

__all__ = ["Asides", "read_asides"]

_MARKS = "-*_:：＊－"
_AFTER_REMARK = r"\s*([:：]|[0-9]+[.、:：])"
_FULL_WIDTH = 0xFEE0  # what lies between a letter and its full-width form


@dataclass(frozen=True, slots=True)
class Asides:
    """The words of totals, in their normal form, and what a remark begins with.

    `first` holds every character that a total or a Chinese remark can begin with, `letters` the small letters of
    English totals, `in_english` what English remarks begin with: they spare most rows a closer look.
    """

    totals: frozenset[str]
    remark: re.Pattern[str]
    first: frozenset[str]
    letters: frozenset[str]
    in_english: re.Pattern[str]

    def is_total(self, text: str) -> bool:
        """Whether a cell says that its row is a total."""
        return normal(text) in self.totals

    def is_remark(self, text: str) -> bool:
        """Whether the first cell of a row begins a remark: 注：, 说明1、, Note:."""
        return self.remark.match(half_width(text)) is not None

    def is_surely_a_record(self, text: str, title: str) -> bool:
        """Whether the first filled cell of a row rules out a total, a remark, and the header once more.

        Args:
            text: the cell, without outer blanks.
            title: the normal form of the header above it.
        """
        first = text[0]
        if first.isascii() and first.isalpha():
            lower = text.lower()
            # No total ends in a digit: r17 needs no second look.
            is_total = lower[0] in self.letters and not lower[-1].isdigit() and normal(text) in self.totals
            if is_total or self.in_english.match(lower):
                return False
            return lower[0] != title[:1] or normal(text) != title
        if first in self.first or not first.isalnum() or first >= "\uff00":
            return False
        return first != title[:1] or normal(text) != title


def read_asides(vocabulary: Vocabulary) -> Asides:
    """The words of totals and remarks."""
    totals = [normal(word) for word in vocabulary.aliases.get(("row", "total"), ())]
    remarks = [half_width(word) for word in vocabulary.aliases.get(("row", "remark"), ())]
    any_remark = "|".join(re.escape(word) for word in sorted(remarks, key=len, reverse=True)) or r"(?!)"
    english = "|".join(re.escape(word.lower()) for word in remarks if word.isascii()) or r"(?!)"
    letters = {word[0] for word in totals if word.isascii()}
    widened = {chr(ord(letter) + _FULL_WIDTH) for letter in letters}
    first = {word[0] for word in (*totals, *remarks) if not word.isascii()} | letters | widened | set(_MARKS)
    return Asides(
        frozenset(totals),
        re.compile(f"({any_remark}){_AFTER_REMARK}", re.IGNORECASE),
        frozenset(first | {letter.upper() for letter in letters | widened}),
        frozenset(letters),
        re.compile(english),
    )
