"""Tell the rows of a table that are no records, by the words that the ontology lists for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..model import Vocabulary
from ..patterns import regex
from .letters import usual
from .words import BULLETS, MARKS, half_width, normal

__all__ = ["NOT_ALONE", "RULES", "Aside", "Asides", "read_asides"]

Aside: TypeAlias = Literal["total", "part", "example", "void", "perhaps"]
"""What a cell makes of its row: a total, a part of the row above, an example, void; or perhaps a total."""

RULES: Mapping[Aside, str] = {
    "total": "total-row",
    "part": "part-row",
    "example": "example-row",
    "void": "void-row",
    "perhaps": "maybe-total-row",
}
"""The rule by which a row is no record, or is in doubt."""

_AFTER_REMARK = r"\s*(?:[(（\[][^)）\]]{0,8}[)）\]])?\s*([:：]|[0-9]+[.、:：])"
_UP_TO_WHEN = r"(?<=[至止])\s*[0-9]{4}\s*年"
_BRACKETED = regex(r"[(\[{〔〈《「『](.*?)[)\]}〕〉》」』]")
_LEADING = regex(r"^[#*·•\-—─\s]+")
_COUNTERS = "家|户|个|名|项|条|页"
_COUNTED = regex(
    rf"(数|行|值|额|数据|金额|情况)?((共|计|总)?[0-9一二三四五六七八九十百千]*({_COUNTERS})(企业|单位|公司|项目)?|[0-9]*)"
)
_BEFORE_NUMBERS = "第约"
_LONGEST_GENERIC = 24
_APART = regex(r"[:：\-—_、,，;；\s]+")
"""What stands between a name and a word about its row: 作废：甲公司."""
_AND_OTHERS = regex(rf"等([0-9一二三四五六七八九十两几]+({_COUNTERS}).*)?$")
_MARKED = regex(
    r"^[0-9]{1,3}[.、)](?![0-9])|^[(]?[一二三四五六七八九十]{1,3}[、.)]|^[\"'“‘「『].*[\"'”’」』]$|[,;、:]$"
    r"|[\u4e00-\u9fff]\s*:|[(\[](?:备?注|见注|说明)[0-9一二三四五六七八九十]*[)\]]$|(?<![0-9A-Za-z])[0-9A-Z]{18}(?![0-9A-Za-z])"
)
"""A number of the list, quotation marks, a stop, a label, a note, or the credit code beside a name."""
NOT_ALONE = r"[0-9A-Za-z]{18}|[(（\[【].{0,2}[注说]|(?:公司|企业)(?:及|与|以及)"
"""What a text has in it that may be more than one name, as the engines of columns write patterns, too."""
_NOT_ALONE = regex(NOT_ALONE)
_PARTED = regex(r"[、,，;；:：/\s]")
_DOUBTS = "?×√✓✗"
"""Signs behind a name by which somebody has ticked or doubted it."""
_AROUND = "—–~±%?!.…"
"""Signs around words that name nobody: —以下空白—, 增长%."""
_PLACEHOLDER = regex(r"(?<![A-Za-z])[xX×]{2,}(?![A-Za-z])")
"""What stands for a name within one: 枣庄××有限公司."""


@dataclass(frozen=True, slots=True)
class Asides:
    """The words of totals, parts, examples and void rows in their normal form, and what a remark begins with.

    `suspect` finds every text that could be more than a name: it spares the others a closer look. `endings` are the
    words of totals that others may stand before, `latin` those in Latin letters; `words` are all words that make a
    cell more, or less, than a name. `generic` matches what names nobody, which begins with one of `starts`; a name that
    has one of `ends` may be that of a place, one of `areas`, or has a remark in brackets.
    """

    totals: frozenset[str]
    endings: tuple[str, ...]
    latin: re.Pattern[str]
    parts: tuple[str, ...]
    examples: frozenset[str]
    voids: frozenset[str]
    no_name: frozenset[str]
    ditto: frozenset[str]
    bodies: tuple[str, ...]
    remark: re.Pattern[str]
    signed: frozenset[str]
    up_to_when: re.Pattern[str]
    suspect: re.Pattern[str]
    words: frozenset[str]
    generic: re.Pattern[str]
    areas: tuple[str, ...]
    ends: tuple[str, ...]
    starts: frozenset[str]

    def is_total(self, text: str) -> bool:
        """Whether a cell says that its row is a total."""
        return self.kind(text) == "total"

    def rule(self, text: str) -> str | None:
        """The rule by which the row of a cell is no record, or perhaps none."""
        kind = self.kind(text)
        return None if kind is None else RULES[kind]

    def is_remark(self, text: str) -> bool:
        """Whether the first cell of a row begins a remark: 注：, 说明1、, Note:."""
        return self.remark.match(half_width(text)) is not None

    def is_signed(self, text: str) -> bool:
        """Whether the first cell of a row is such a word, and what belongs to it may stand beside: 填表人 | 张三."""
        return normal(text) in self.signed

    def says_up_to_when(self, text: str) -> bool:
        """Whether a cell says up to when the figures beside it go, which alone in its row is a remark: 截至2020年底."""
        return self.up_to_when.match(half_width(text)) is not None

    def kind(self, text: str) -> Aside | None:
        """What a cell makes of its row; None for a name, or anything else."""
        written = _LEADING.sub("", half_width(text))
        inner = [normal(part) for part in _BRACKETED.findall(written)]
        core = normal(_BRACKETED.sub("", written))
        if core in self.totals or (not core and any(part in self.totals for part in inner)):
            return "total"
        beside = [part for part in map(normal, _APART.split(written)) if not part.isascii()]
        if any(part in self.voids for part in (core, *inner, *beside)):
            return "void"
        if core in self.examples or any(part in self.examples for part in inner) or self._begins_example(written):
            return "example"
        if core.startswith(self.parts):
            return "part"
        for word in self.endings:
            if core.endswith(word):
                return "total"
            if core.startswith(word):
                return "total" if _COUNTED.fullmatch(core[len(word) :]) else self._perhaps(core)
        return self._perhaps(core) if self.latin.match(written.casefold()) else None

    def _perhaps(self, core: str) -> Aside | None:
        """合计公司 is a company; 合计甲乙 may be anything."""
        return None if core.endswith(self.bodies) and len(core) > 3 else "perhaps"

    def _begins_example(self, written: str) -> bool:
        lower = written.casefold()
        return any(lower.startswith(word) and re.match(r"\s*[:：0-9]", lower[len(word) :]) for word in self.examples)

    def is_nobody(self, text: str) -> bool:
        """Whether a text in the place of a name is made of words that name nobody: 规上企业, 其他3家, 某公司."""
        plain = normal(_BRACKETED.sub("", half_width(text))) or normal(text).strip("()[]")
        plain = plain.strip(_AROUND)
        is_generic = len(plain) <= _LONGEST_GENERIC and self.generic.fullmatch(plain) is not None
        return is_generic or _PLACEHOLDER.search(half_width(text)) is not None

    def is_marked(self, text: str) -> bool:
        """Whether something stands before or behind a name that is no part of it: 甲公司①, 1.甲公司, 甲公司（注1）."""
        written = half_width(text)
        is_marked = written.startswith(tuple(BULLETS)) or written.endswith((*MARKS, *_DOUBTS, "。"))
        return is_marked or bool(_MARKED.search(written))

    def is_of_several(self, text: str) -> bool:
        """Whether a text names one of several and leaves the others out: 甲公司等5家."""
        return _AND_OTHERS.search(half_width(text)) is not None

    def is_area(self, text: str) -> bool:
        """Whether a name ends like that of a place: 西王庄镇."""
        return normal(_BRACKETED.sub("", half_width(text))).endswith(self.areas)

    def is_surely_a_record(self, text: str, title: str) -> bool:
        """Whether the first filled cell of a row rules out a total, a remark, and the header once more.

        Args:
            text: the cell, without outer blanks.
            title: the normal form of the header above it.
        """
        if not text.isalnum() or not text.isascii():
            if text[0] >= "\uf900" or not text[0].isalnum():
                return False
            if self.suspect.search(usual(text) if text.isalnum() else normal(text)):
                return False
        elif text[0].isalpha() and self.suspect.search(text):
            return False
        return (text[0] != title[:1] and text[0].lower() != title[:1]) or normal(text) != title

    def is_surely_a_name(self, text: str) -> bool:
        """Whether a cell in the place of a name is one beyond doubt; anything else is looked at with care."""
        if (
            not text[0].isalpha()
            or text[0] in _BEFORE_NUMBERS
            or text[0] >= "\uf900"
            or (len(text) > 5 and _NOT_ALONE.search(text))
            or ("X" in text or "x" in text or "×" in text)
            or (not text.isalnum() and _PARTED.search(text))
            or text.endswith(self.ends)
            or (text[0] in self.starts and self.is_nobody(text))
        ):
            return False
        return self.suspect.search(usual(text) if text.isalnum() else normal(text)) is None


def read_asides(vocabulary: Vocabulary) -> Asides:
    """The words of rows that are no records."""

    def words(sort: str, name: str) -> list[str]:
        return [normal(word) for word in vocabulary.aliases.get((sort, name), ())]

    totals, bare = words("row", "total"), words("row", "bare-total")
    parts, examples, voids = words("row", "part"), words("row", "example"), words("words", "void")
    no_name, ditto = words("words", "no-name"), words("words", "ditto")
    remarks = [half_width(word) for word in vocabulary.aliases.get(("row", "remark"), ())]
    any_remark = "|".join(re.escape(word) for word in sorted(remarks, key=len, reverse=True)) or r"(?!)"
    latin = [half_width(word).casefold() for word in vocabulary.aliases.get(("row", "total"), ()) if word.isascii()]
    unknown = [normal(word) for word, truth in vocabulary.truth_forms.items() if truth is None]
    areas = words("words", "area")
    answers = [normal(word) for word, truth in vocabulary.truth_forms.items() if truth is not None]
    # 是, 备注 in the place of a name; a single Latin letter may be a name.
    no_one = [*words("words", "generic"), *map(normal, remarks), *(word for word in answers if word[1:] or word > "z")]
    nobody = [*no_one, *words("words", "placeholder"), *"0123456789一二三四五六七八九十百千"]
    generic = _generic(no_one, words("words", "placeholder"), words("words", "body"))
    wholes = [*unknown, *bare, *examples, *voids, *no_name, *ditto, *(word for word in totals if word.isascii())]
    return Asides(
        totals=frozenset((*totals, *bare)),
        endings=tuple(sorted((word for word in totals if not word.isascii()), key=len, reverse=True)),
        latin=regex(rf"(?:{_any(latin)})(?![a-z0-9])"),
        parts=tuple(parts),
        examples=frozenset(examples),
        voids=frozenset(voids),
        no_name=frozenset(no_name),
        ditto=frozenset(ditto),
        bodies=tuple(word for word in words("words", "body") if len(word) > 1),
        remark=regex(f"({any_remark}){_AFTER_REMARK}", re.IGNORECASE),
        signed=frozenset(normal(word) for word in remarks if not word.isascii() and len(word) > 1),
        up_to_when=regex(f"({any_remark}){_UP_TO_WHEN}"),
        words=frozenset((*totals, *bare, *parts, *examples, *voids, *no_name, *ditto, *unknown)),
        suspect=_suspect([*totals, *parts, *examples, *voids], wholes, remarks),
        generic=regex(generic),
        areas=tuple(areas),
        ends=(*areas, *")）]】。等？%％", *MARKS, *_DOUBTS, *_COUNTERS.split("|")),
        starts=frozenset(letter for word in nobody for letter in (word[0], word[0].upper())),
    )


def _generic(words: Iterable[str], placeholders: Iterable[str], bodies: Iterable[str]) -> str:
    """What texts are made of that name nobody."""
    some = rf"(?:{_any(words)}|[0-9一二三四五六七八九十百千、,])"
    return rf"(?:{some}+|(?:{_any(placeholders)})+(?:有限|责任|{_any(bodies)}|{some})*)"


def _suspect(anywhere: Iterable[str], wholes: Iterable[str], remarks: Iterable[str]) -> re.Pattern[str]:
    """What a text that is more than a name has in it: a word of these anywhere, or nothing but one of those."""
    inside = [word for word in anywhere if not word.isascii() and len(word) > 1]
    latin = [word for word in anywhere if word.isascii()]
    begin = [normal(word) for word in remarks]
    whole = rf"^(?:{_any(wholes)})$|^(?:{_any([*latin, *begin])})|(?:[(\[]|^)(?:{_any(latin)}|例)"
    return regex(rf"{_any(inside)}|(?i:{whole})")


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True)) or r"(?!)"
