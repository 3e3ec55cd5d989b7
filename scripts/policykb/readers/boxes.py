"""Read answers that are ticked off in one cell: ☑是 □否, 是（√） 否（ ）."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ..model import Vocabulary
from ..patterns import regex
from .words import half_width

__all__ = ["NOTHING", "UNTICKED", "Boxes"]

NOTHING, UNTICKED = "nothing", "unticked"
"""A text that offers no answers; one that offers them with none ticked."""
_BETWEEN = regex(r"[/、,;|]+")
_JOINED, _APART = frozenset("填写选打划画记为=:"), frozenset("/、,;|或和请-—")


class Boxes:
    """Reads the answers of forms that print all of them, with a mark before or behind each.

    Args:
        vocabulary: its truth values are the answers; the lists of words `ticked` and `unticked` are the marks,
            and `stands-for` what joins a mark to the answer that it stands for.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._answers: dict[str, bool | None] = {
            _tight(written): truth for written, truth in vocabulary.truth_forms.items() if written.isalpha()
        }
        marks = {
            _tight(mark): ticked
            for name, ticked in (("unticked", False), ("ticked", True))
            for mark in vocabulary.aliases.get(("words", name), ())
        }
        self._marks: Mapping[str, bool] = marks
        every = sorted((*marks, *self._answers), key=lambda word: (-len(word), word))
        self._token = regex(_any_of(every))
        self._truths = {
            _tight(written): truth for written, truth in vocabulary.truth_forms.items() if truth is not None
        }
        self._legend = _legend(self._truths, vocabulary.aliases.get(("words", "stands-for"), ()))
        self._any = regex(_any_of(marks))

    def read(self, text: str) -> bool | str | None:
        """The answer that a text ticks off, NOTHING or UNTICKED.

        A mark between two answers that have no other is of either of them, and two ticks are no answer.
        """
        tight = _tight(text)
        if self._any.search(tight) is None:
            return NOTHING
        tokens = self._tokens(tight)
        if not tokens:
            return NOTHING
        words = [at for at, token in enumerate(tokens) if token in self._answers]
        marks = [at for at in range(len(tokens)) if at not in words]
        answers = [self._answers[tokens[at]] for at in words]
        if len(set(answers)) < len(answers) or (len(words) > 1 and not {True, False} <= set(answers)):
            return NOTHING
        step = -1 if not words or words[0] else 1  # marks stand before their answers, or behind them
        ticked = {at: self._marks[tokens[at + step]] for at in words if at + step in marks}
        is_open = step == 1 and (len(words) == 1 or tokens[-1] not in self._marks)
        if len(ticked) != len(marks) or is_open:
            return NOTHING
        chosen = [self._answers[tokens[at]] for at, is_ticked in ticked.items() if is_ticked]
        if len(chosen) == 1:
            return chosen[0]
        return UNTICKED if not chosen and len(ticked) == len(words) > 1 else NOTHING

    def mark(self, text: str) -> bool | None:
        """Whether a text is the mark of what is ticked or of what is not; None where it is no such mark."""
        return self._marks.get(_tight(text))

    def turns(self, remark: str) -> bool:
        """Whether a remark in a header turns its answers round: 否, 否填1, 1否2是; not 是/否, 是填1否填0."""
        if self.turned_in(remark):
            return True
        groups: list[list[str]] = [[]]
        tight, at, is_joined = _tight(remark), 0, False
        while at < len(tight):
            known = next(
                (word for word in sorted(self._truths, key=len, reverse=True) if tight.startswith(word, at)), ""
            )
            if known or tight[at].isdecimal():
                groups[-1].append(known or tight[at])
            elif tight[at] in _APART:
                groups.append([])
            elif tight[at] not in _JOINED:
                return False
            is_joined = is_joined or tight[at] in _JOINED
            at += len(known) or 1
        for group in groups:
            if len(group) == 2 and not is_joined and all(map(str.isalpha, group)):
                continue  # 是否
            truths = [self._truths.get(word) for word in group]
            if any({one, other} == {True, False} for one, other in zip(truths[::2], truths[1::2], strict=False)):
                return True
        return {self._truths.get(word) for group in groups for word in group} == {False}

    def turned_in(self, text: str) -> bool:
        """Whether a text explains a mark as the other answer than it is read as: 注：1代表否，2代表是."""
        return any(self._truths[mark] != self._truths[answer] for mark, answer in self._explained(text))

    def explained_in(self, text: str) -> bool:
        """Whether a text says which answer a mark stands for."""
        return next(self._explained(text), None) is not None

    def _explained(self, text: str) -> Iterator[tuple[str, str]]:
        pairs = (found.groupdict() for found in self._legend.finditer(_tight(text)))
        both = ((one["mark"] or one["mark2"], one["answer"] or one["latin"] or one["answer2"]) for one in pairs)
        return ((mark, answer) for mark, answer in both if mark and answer)

    def _tokens(self, tight: str) -> list[str]:
        """The marks and answers that a text is made of; none where it has anything else."""
        found, at = [], 0
        while at < len(tight):
            if token := self._token.match(tight, at):
                found.append(token[0])
            elif not (token := _BETWEEN.match(tight, at)):
                return []
            at = token.end()
        return found


def _legend(truths: Mapping[str, bool], words: Iterable[str]) -> re.Pattern[str]:
    """A mark with the answer that it stands for, in either order; 是否 is neither."""
    marks = _any_of(word for word in truths if not any(map(str.isalpha, word)))
    answers = _any_of(word for word in truths if word.isalpha() and not word.isascii())
    latin = _any_of(word for word in truths if word.isalpha() and word.isascii() and len(word) > 1)
    mark, joined = rf"(?<![0-9.])(?:{marks})(?!\.?[0-9])", rf"(?:[=:-]|—+|{_any_of(map(_tight, words))})"
    return regex(
        rf"是否|(?P<mark>{mark})(?:(?:{joined}|[.、,])?(?P<answer>{answers})(?![\u4e00-\u9fff])"
        rf"|{joined}(?P<latin>{latin})(?![a-z.]))"
        rf"|(?P<answer2>{answers}|(?<![a-z])(?:{latin})){joined}(?P<mark2>{mark})"
    )


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or r"(?!)"


def _tight(text: str) -> str:
    return "".join(half_width(text).split()).casefold()
