"""Take the title of a column apart: its name, units, the year it speaks of, and the remarks in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ...model import UnitForm
from ...patterns import regex
from ..words import BULLETS, LONGEST_NAME, MARKS, half_width, normal
from .units import read_units, together
from .words import SheetWords

__all__ = ["Said", "Title", "clean", "on_one_line", "said_of", "take_apart", "take_loosely"]

Shift: TypeAlias = Literal["this", "prior"]
"""The year of a record's period, or the year before."""

_OPEN, _CLOSED = r"(\[{〔〈《‹<", r")\]}〕〉》›>"
_BRACKETS = regex(rf"[{_OPEN}]([^{_OPEN}{_CLOSED}]*)[{_CLOSED}]")
_UNCLOSED = regex(rf"[{_OPEN}][^{_OPEN}{_CLOSED}]*")
_MARKS = regex(rf"^[{BULLETS}\s]+|(?:[{MARKS.replace('²', '')}\s:]|(?<![mM米])²|\*+注[0-9]*|注[0-9]+)+$")
_NUMBERED = regex(r"^(?:[1-9][0-9]?|[一二三四五六七八九十]{1,3})(?:[、]|[.)](?![0-9]))\s*(?=[^0-9\s])")
_SHORT_YEAR = regex(rf"(?:^|(?<=[{_OPEN}]))(?=[12][0-9]年)")
_PIECES = regex(r"[,;，；、]|\s+")
_BETWEEN = "/,，、|;：:_-‐‑‒–—―─~～·"
_PARTS = regex(rf"\s*[{re.escape(_BETWEEN)}]+\s*")
_YEAR = regex(r"(?P<year>(?:19|20)[0-9]{2})(?:-|—|至|~)?\s*(?:年度|年|财年)?的?")
_YEAR_BEHIND = regex(r"(?P<base>.*?)[\s_\-]*(?P<year>(?:19|20)[0-9]{2})\s*(?:年度|年)?")
_ONLY_YEAR = regex(r"(?P<year>(?:19|20)[0-9]{2})\s*(?:年度|年|年度数|年数)?")
_ONLY_MARK = regex(r"(?:[1-9][0-9]?)?[*①-⑳⑴-⒇]*|注[0-9]*|note ?[0-9]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What a part of a title says: units, a year, this or the prior year, or a remark without effect."""

    units: tuple[UnitForm, ...] = ()
    year: int | None = None
    shift: Shift | None = None
    is_harmless: bool = False

    @property
    def is_understood(self) -> bool:
        """Whether anything is known of it."""
        return bool(self.units or self.year or self.shift or self.is_harmless)


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart: the name that is left, and what its parts say, those not understood as they are written."""

    name: str
    units: tuple[UnitForm, ...] = ()
    years: tuple[int, ...] = ()
    shifts: tuple[Shift, ...] = ()
    unclear: tuple[str, ...] = ()
    beside: tuple[UnitForm, ...] = ()
    """Units that stand beside words that are not understood: （万元，保税除外）."""

    @property
    def understood(self) -> str:
        """The title without what is not understood: its name, with the year and the unit that it states."""
        year = f"{self.years[0]}年" if len(self.years) == 1 and not self.shifts else ""
        return year + self.name + "".join(f"（{unit.written}）" for unit in (self.units or self.beside)[:1])


def clean(title: str) -> str:
    """A title on one line, in half width, without its number and marks of footnotes, its last bracket closed.

    19年 is written out as 2019年.
    """
    text = _SHORT_YEAR.sub("20", _NUMBERED.sub("", on_one_line(title)))
    behind = text[max(map(text.rfind, ")]}〕〉》›>")) + 1 :]
    opened = _UNCLOSED.search(behind)
    if opened is not None and opened.end() == len(behind):
        text += ")"
    elif text.endswith((")", "]", ">", "›")) and not re.search(rf"[{_OPEN}]", text):
        text = text[:-1]
    return _MARKS.sub("", text).strip("*: ")


def on_one_line(title: str) -> str:
    """A title in half width on one line, also where a line end stands in it as workbooks write one: _x000D_."""
    return " ".join(half_width(title.replace("_x000D_", " ")).split())


def said_of(part: str, words: SheetWords, forms: Mapping[str, UnitForm]) -> Said:
    """What a part of a title says, such as the inside of a bracket."""
    text = clean(part)
    plain = normal(text)
    found = _ONLY_YEAR.fullmatch(text)
    if found is not None:
        return Said(year=int(found["year"]))
    if _ONLY_MARK.fullmatch(text) or plain in words.remark or plain in words.period_note:
        return Said(is_harmless=True)
    if plain in words.prior_year:
        return Said(shift="prior")
    if plain in words.this_year:
        return Said(shift="this")
    units = read_units(text, words, forms)
    pieces = (
        [said_of(piece, words, forms) for piece in _PIECES.split(text)] if not units and _PIECES.search(text) else []
    )
    if any(one.isdecimal() and piece.units for one, piece in zip(_PIECES.split(text), pieces[1:], strict=False)):
        return Said()  # 10 万元 is ten of them, and no 万元 with a mark
    if pieces and all(piece.is_understood for piece in pieces):
        # 万元，保留两位小数; 2019年，万元: of what contradicts itself nothing is understood.
        stated = {piece.units for piece in pieces if piece.units}
        years = {(piece.year, piece.shift) for piece in pieces if piece.year or piece.shift}
        if len(stated) > 1 or len(years) > 1:
            return Said()
        year, shift = next(iter(years), (None, None))
        return Said(next(iter(stated), ()), year, shift, is_harmless=not stated and not years)
    return Said(units=units or ())


def take_apart(
    title: str, words: SheetWords, forms: Mapping[str, UnitForm], is_known: Callable[[str], bool]
) -> Title | None:
    """The parts of a title whose name is known; None where none of its parts names anything.

    Args:
        title: the title, cleaned.
        words: the words of sheets.
        forms: the written units by their normal form.
        is_known: whether a text is the name of a fact or column.
    """
    inner = [part for part in _BRACKETS.findall(title) if part.strip()]
    bare = clean(_BRACKETS.sub(" ", title))
    for name, parts, years, shifts in _names(bare, words, forms, is_known):
        units: list[UnitForm] = []
        unclear: list[str] = []
        beside: list[UnitForm] = []
        for part in (*parts, *inner):
            said = said_of(part, words, forms)
            units += said.units
            years += [said.year] if said.year else []
            shifts += [said.shift] if said.shift else []
            if not said.is_understood and normal(part) != normal(name):
                unclear.append(part.strip())
                pieces = _PIECES.split(part)  # of 10 万元 the unit is no 万元
                counted = any(piece.strip().isdecimal() for piece in pieces)
                beside += [unit for piece in pieces for unit in said_of(piece, words, forms).units if not counted]
        return Title(
            name,
            together(units, words),
            tuple(dict.fromkeys(years)),
            tuple(dict.fromkeys(shifts)),
            tuple(unclear),
            together(beside, words),
        )
    return None


def take_loosely(title: str, words: SheetWords, forms: Mapping[str, UnitForm]) -> Title:
    """The parts of a title whose name need not be known, such as that of a header over several columns."""
    text = clean(title)
    bare = clean(_BRACKETS.sub(" ", text))
    parts = [part for part in _BRACKETS.findall(text) if part.strip()]
    years: list[int] = []
    shifts: list[Shift] = []
    units: list[UnitForm] = []
    found = _ONLY_YEAR.fullmatch(bare) or _YEAR.match(bare)
    if found is not None:
        years.append(int(found["year"]))
        bare = bare[found.end() :].strip(" -—_")
    plain = normal(bare)
    listed: tuple[tuple[Shift, tuple[str, ...]], ...] = (("prior", words.prior_year), ("this", words.this_year))
    for shift, some in listed:
        word = next((word for word in some if plain.startswith(word)), None) if not shifts else None
        if word is not None:
            shifts.append(shift)
            bare = plain = plain[len(word) :]
    bare = "" if plain in words.period_note else bare
    whole = read_units(bare, words, forms) if bare and plain not in words.whole else None
    if whole:
        units, bare = [*whole], ""
    for form in sorted(forms.values(), key=lambda form: -len(form.written)):
        if bare.endswith(form.written) and len(form.written) > 1:
            units, bare = [form], bare[: -len(form.written)].strip(" /,，、:")
            break
    unclear = []
    for part in parts:
        said = said_of(part, words, forms)
        units += said.units
        years += [said.year] if said.year else []
        shifts += [said.shift] if said.shift else []
        if not said.is_understood:
            unclear.append(part.strip())
    if whole and len(whole[0].written) > 1 and len({form.unit for form in units}) == 1:
        units = units[-1:]  # 美元（万美元）: the bracket says the scale of the currency before it
    return Title(
        bare, together(units, words), tuple(dict.fromkeys(years)), tuple(dict.fromkeys(shifts)), tuple(unclear)
    )


def _names(
    bare: str, words: SheetWords, forms: Mapping[str, UnitForm], is_known: Callable[[str], bool]
) -> Iterator[tuple[str, list[str], list[int], list[Shift]]]:
    """The name in a title without brackets, with what stands beside it: the first that is known."""
    if len(bare) > LONGEST_NAME:
        return
    pieces = [piece for piece in _PARTS.split(bare) if piece]
    for end in range(len(pieces), 0, -1):
        # 进出口总额/万元: the name comes first. What holds a mark in itself is tried as a whole.
        head = bare if end == len(pieces) else bare[: bare.index(pieces[end], len(pieces[0]))].rstrip(" " + _BETWEEN)
        for name, years, shifts in _without_year(head, words, is_known):
            yield name, pieces[end:], years, shifts
        for unit in sorted(forms.values(), key=lambda form: -len(form.written)):
            if head.endswith(unit.written) and len(head) > len(unit.written):
                for name, years, shifts in _without_year(head[: -len(unit.written)].strip(), words, is_known):
                    yield name, [unit.written, *pieces[end:]], years, shifts
            if head.startswith(unit.written) and len(unit.written) > 1 and is_known(head[len(unit.written) :].strip()):
                yield head[len(unit.written) :].strip(), [unit.written, *pieces[end:]], [], []  # 万元进出口总额


def _without_year(
    text: str, words: SheetWords, is_known: Callable[[str], bool]
) -> Iterator[tuple[str, list[int], list[Shift]]]:
    """The known name in a text that may have a year, or a word for one, before or behind it."""
    if is_known(text):
        yield text, [], []
        return
    for name in _without_note(text, words, is_known):
        yield name, [], []
    found = _YEAR.match(text)
    if found is not None:
        rest = text[found.end() :].strip(" -—_")
        for name in _without_note(rest, words, is_known):
            yield name, [int(found["year"])], []
    behind = _YEAR_BEHIND.fullmatch(text)
    if behind is not None and is_known(behind["base"]):
        yield behind["base"], [int(behind["year"])], []
    plain = normal(text)
    shifts: tuple[tuple[Shift, tuple[str, ...]], ...] = (("prior", words.prior_year), ("this", words.this_year))
    for shift, listed in shifts:
        for word in listed:
            if plain.startswith(word):
                for name in _without_note(plain[len(word) :].lstrip("的"), words, is_known):
                    yield name, [], [shift]
            if plain.endswith(word) and is_known(plain[: -len(word)]):
                yield plain[: -len(word)], [], [shift]


def _without_note(text: str, words: SheetWords, is_known: Callable[[str], bool]) -> Iterator[str]:
    if is_known(text):
        yield text
        return
    plain = normal(text)
    for note in words.period_note:
        if plain.startswith(note) and is_known(plain[len(note) :]):
            yield plain[len(note) :]
        if plain.endswith(note) and is_known(plain[: -len(note)]):
            yield plain[: -len(note)]
