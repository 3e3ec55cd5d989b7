"""What the number formats of a workbook show: units, how much of a date, and figures other than those stored."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import WINDOWS_EPOCH

from ..patterns import regex

__all__ = ["HIDDEN", "ZERO_HIDDEN", "Format", "Formats", "built_in", "parts_of_date", "read_format"]

_PIECE = regex(r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_(?P<blank>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]')
_SECTION = regex(r'(?:"[^"]*"|\[[^\]]*\]|[\\!_*].|[^;"\[\\!_*])*', re.DOTALL)
_CONDITION = regex(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+(?:[eE][+-]?[0-9]+)?)")
_DIGITS = "0#?"
_SCALED = regex(r"[0#?.],+(?:[^0#?,]|$)")
_NO_UNIT = regex(r"[\s()*_,.;:+\-/\'’]*")
_EXACT = Context(prec=80)
_GENERAL = "G/通用格式"
"""How Chinese installations write General."""
_AROUND_UNIT = regex(r"[(（\[](?P<inner>[^()（）\[\]]+)[)）\]]|(?P<whole>.+)[整正]", re.DOTALL)
"""600（万元） and 600万元整 are in 万元."""
_DATE_LETTERS = regex(r"[ymdhsebgaYMDHSEBGA]")
_MONTHS, _DAYS, _TIMES = 'yyyy"年"m"月"', 'm"月"d"日"', 'h"时"mm"分"'
_CHINESE_DATES = {
    **dict.fromkeys((27, 36, 50, 52, 57), _MONTHS),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), _DAYS),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), _TIMES),
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
}


@dataclass(frozen=True, slots=True)
class Format:
    """What a section of a number format shows beside the digits: a unit, or the rule that it breaks."""

    unit: str | None = None
    fault: str | None = None


_NOTHING = Format()
HIDDEN = Format(fault="format-hides-value")
"""Something else is seen than the number."""
ZERO_HIDDEN = Format(fault="zero-not-shown")
"""Of a zero nothing is seen."""


@dataclass(frozen=True, slots=True)
class _Section:
    test: tuple[str, Decimal] | None
    format: Format
    turns: bool
    """Whether it shows a minus, or an opening bracket, before the digits."""
    blanks: bool
    """Whether it shows nothing at all of a zero."""


class _Code:
    """A number format: its sections, each for the values that it shows."""

    def __init__(self, code: str) -> None:
        parts = [part for part in _sections(code.replace(_GENERAL, "General"))]
        self.sections = [_Section(_test(part), _shown(part), _turns(part), _blanks(part)) for part in parts[:4]]
        # The section of texts is the fourth, or an only one that has a place for them; without one they are shown.
        texts = parts[3:4] or [part for part in parts[-1:] if "@" in _PIECE.sub("", part)]
        self.text = _around_text(texts[0]) if texts else ("", "")
        is_turned = self.sections[0].turns and self.sections[0].test is None
        is_bare = all(one.format == Format() and not one.blanks for one in self.sections)
        self.is_plain = is_bare and not is_turned and self.text == ("", "")

    def of_number(self, value: Decimal) -> Format:
        """What is shown beside a number."""
        given = [section for section in self.sections[:3] if section.test is not None]
        if given:
            for section in self.sections[:3]:
                if section.test is None or _holds(section.test, value):
                    return ZERO_HIDDEN if value == 0 and section.blanks else section.format
            return HIDDEN
        if value == 0:
            section = self.sections[2 if len(self.sections) > 2 else 0]
            return ZERO_HIDDEN if section.blanks else section.format
        if len(self.sections) > 1 and value < 0:
            return self.sections[1].format
        if self.sections[0].turns and value > 0:
            return HIDDEN  # 600 shown as -600 or (600)
        return self.sections[0].format


class Formats:
    """The formats of the cell styles of a workbook.

    Args:
        codes: the number format of each style.
        struck: the styles that strike through.
        epoch: the day from which the workbook counts days.
    """

    def __init__(self, codes: Sequence[str], struck: Collection[int] = (), epoch: datetime = WINDOWS_EPOCH) -> None:
        self.epoch = epoch
        self.struck = frozenset(struck)
        self.dates = frozenset(style for style, code in enumerate(codes) if is_date_format(code))
        self.spans = frozenset(style for style, code in enumerate(codes) if is_timedelta_format(code))
        self._written = codes
        self._codes: dict[int, _Code | None] = {}
        self._shows: dict[int, str] = {}
        self._places: dict[int, int | None] = {}

    def is_plain(self, style: int) -> bool:
        """Whether a style shows a number as what it is, and nothing beside it."""
        return style not in self.dates and style not in self.struck and self._code(style) is None

    def of_number(self, style: int, text: str) -> Format:
        """What a style shows beside a number."""
        code = self._code(style)
        if code is None:
            return _NOTHING
        try:
            return code.of_number(Decimal(text))
        except InvalidOperation:
            return _NOTHING

    def of_text(self, style: int, text: str) -> tuple[str, str | None]:
        """A text as a style shows it, with words before and behind it; and the rule that the style breaks, if any."""
        code = self._code(style)
        if code is None:
            return text, None
        if code.text is None:
            return text, "format-hides-value"
        before, behind = code.text
        return f"{before}{text}{behind}", None

    def displayed(self, style: int, text: str) -> str | None:
        """The number that a style shows, where it rounds the one that is held; half away from zero, as Excel does."""
        if style not in self._places:
            self._places[style] = _places_shown(self._written[style] if style < len(self._written) else "")
        places, held = self._places[style], Decimal(text)
        if places is None or not held.is_finite():
            return None
        shown = held.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT)
        return None if shown == held else f"{shown:f}"

    def shows(self, style: int) -> str:
        """How much of a date a style shows: y, ym or ymd."""
        if style not in self._shows:
            self._shows[style] = parts_of_date(self._written[style])
        return self._shows[style]

    def _code(self, style: int) -> _Code | None:
        """The format of a style; None where it shows nothing but the value."""
        if style not in self._codes:
            written = self._written[style] if style < len(self._written) else ""
            code = None if written in ("", "General", "@") else _Code(written)
            self._codes[style] = None if code is None or code.is_plain else code
        return self._codes[style]


def built_in(number: int) -> str:
    """The format code of a built-in number format.

    Those of currencies follow the locale of the machine that shows them: they tell no unit. Those of dates are as in
    Chinese installations, the only ones that use these numbers (ISO/IEC 29500-1, 18.8.30).
    """
    if number in range(5, 9) or number in range(41, 45):
        return BUILTIN_FORMATS[number].replace('"$"', "").replace("$", "")
    return _CHINESE_DATES.get(number) or BUILTIN_FORMATS.get(number, "General")


def read_format(code: str, value: str) -> Format:
    """What a number format shows beside a number."""
    return _Code(code).of_number(Decimal(value))


def _sections(code: str) -> list[str]:
    found, rest = [], code
    while True:
        match = _SECTION.match(rest)
        part = match[0] if match else ""
        found.append(part)
        rest = rest[len(part) :]
        if not rest.startswith(";"):
            return found
        rest = rest[1:]


def _test(section: str) -> tuple[str, Decimal] | None:
    for piece in _PIECE.finditer(section):
        found = _CONDITION.fullmatch(piece["bracket"] or "")
        if found is not None:
            return found[1], Decimal(found[2])
    return None


def _holds(test: tuple[str, Decimal], value: Decimal) -> bool:
    sign, bound = test
    return {
        "<": value < bound,
        ">": value > bound,
        "<=": value <= bound,
        ">=": value >= bound,
        "=": value == bound,
        "<>": value != bound,
    }[sign]


def _words(section: str) -> tuple[str, str]:
    """The words that a section shows, quoted or not, and its pattern without them."""
    words, bare, at = "", "", 0
    for piece in _PIECE.finditer(section):
        bare += section[at : piece.start()]
        bracket = piece["bracket"]
        if bracket is not None:
            currency = bracket[1:].partition("-")[0] if bracket.startswith("$") else ""
            words += currency
            bare += " " if currency else ""
        else:
            words += piece["quoted"] or piece["escaped"] or ""
            bare += " " if piece["quoted"] or piece["escaped"] else ""
        at = piece.end()
    bare += section[at:]
    pattern = "".join(letter for letter in bare if letter in "0#?.,%Ee+-@/ ")
    loose = "".join(letter for letter in bare.replace("General", "") if letter not in "0#?.,%+-@/ ()")
    return (words + loose).strip(), pattern if "General" not in bare else pattern + "0"


def _turns(section: str) -> bool:
    before = re.split(r"[0#?@]|General", _PIECE.sub(_literal, section))[0]
    return re.search(r"[-(（−]", before) is not None


def _blanks(section: str) -> bool:
    words, pattern = _words(section)
    return not section or (not words and set(pattern) <= {*"#?.,", " "} and bool(set(pattern) & {*"#?"}))


def _literal(piece: re.Match[str]) -> str:
    """What a piece of a section shows as it stands."""
    return piece["quoted"] or piece["escaped"] or ""


def _shown(section: str) -> Format:
    if not section.strip():
        return HIDDEN if section == "" else Format()
    words, pattern = _words(section)
    has_digits = any(letter in _DIGITS for letter in pattern) or "@" in pattern
    if not has_digits:
        return Format() if _is_colour(section) else HIDDEN
    literal = [piece["quoted"] or piece["escaped"] or "" for piece in _PIECE.finditer(section)]
    if _SCALED.search(pattern) or any(re.search(r"[.,0-9]", text) for text in literal):
        return Format(fault="scaled-format")
    if "%" in pattern:
        return Format(unit="%")
    loose = re.sub(r"^[Ee]$", "", words)
    if _NO_UNIT.fullmatch(loose):
        return Format()
    inner = _AROUND_UNIT.fullmatch(loose)
    return Format(unit=(inner["inner"] or inner["whole"]) if inner else loose)


def _places_shown(code: str) -> int | None:
    """How many places behind the point a format shows of a number above zero; None where that is not fixed."""
    section = _sections(code)[0]
    _, pattern = _words(section)
    if (
        "General" in section
        or _test(section) is not None
        or re.search(r"[%Ee/@]|^\D*$", pattern.replace("#", "0").replace("?", "0"))
    ):
        return None
    return sum(letter in _DIGITS for letter in pattern.partition(".")[2])


def _is_colour(section: str) -> bool:
    """Whether a section holds nothing but a colour or condition: it shows the number as it is."""
    return not _PIECE.sub(lambda piece: "" if piece["bracket"] is not None else piece[0], section).strip()


def _around_text(section: str) -> tuple[str, str] | None:
    """What a section shows before and behind a text; None where it does not show the text itself."""
    shown, at = "", 0
    for piece in _PIECE.finditer(section):
        shown += section[at : piece.start()].replace("@", "\0")
        bracket = piece["bracket"] or ""
        shown += bracket[1:].partition("-")[0] if bracket.startswith("$") else piece["quoted"] or piece["escaped"] or ""
        at = piece.end()
    parts = (shown + section[at:].replace("@", "\0")).split("\0")
    return (parts[0].strip(), parts[-1].strip()) if len(parts) == 2 else ("", "") if len(parts) > 2 else None


_WHOLE_YEAR = regex(r"\s*(年度?)?\s*")


def parts_of_date(code: str) -> str:
    """How much of a date a format shows."""
    bare = _PIECE.sub(" ", code.split(";")[0]).casefold()
    if not _DATE_LETTERS.search(bare):
        return "ymd"
    year, day = bool(re.search(r"[yebg]", bare)), "d" in bare or "a" in bare
    month = "m" in re.sub(r"h+[^a-z]*m+|m+[^a-z]*s+", " ", bare)
    if year and not day and not month:
        words = "".join(re.findall(r'"([^"]*)"', code.split(";")[0]))
        return "y" if _WHOLE_YEAR.fullmatch(words) else "ym"  # "2020年上半年" shows less than the year
    return "ym" if year and not day else "ymd"
