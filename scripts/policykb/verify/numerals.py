"""Find and read every number of a Chinese official text, by itself: of the graph it is told the units alone.

A numeral is a run of digits (half or full width) with 万 or 亿, a Chinese numeral, 双 or 半, or a date. cn2an reads
the Chinese numerals; digits are read exactly, as decimals.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import cn2an

from ..law.knowledge import Knowledge
from ..names import PKB, SKOS

__all__ = ["RANGE", "UNREADABLE", "Numeral", "TextUnit", "scan", "text_units"]

_DIGITS = r"(?:[0-9０-９]{1,3}(?:[,，][0-9０-９]{3})+(?![0-9０-９])|[0-9０-９]+)(?:[.．][0-9０-９]+)?"
_NUMERAL = re.compile(
    r"(?P<year>[0-9０-９]{4})\s*年(?:\s*(?P<month>[0-9０-９]{1,2})\s*月(?:\s*(?P<day>[0-9０-９]{1,2})\s*日)?)?(?!度)"
    rf"|(?P<digits>{_DIGITS})(?:\s*(?P<magnitude>[十百千万亿]+))?"
    r"|(?P<formal>[零壹贰叁肆伍陆柒捌玖拾佰仟萬億万亿]{2,}|[壹贰叁肆伍陆柒捌玖拾]+(?=[万亿元]))"
    r"|(?P<han>[〇零一二两三四五六七八九十百千万亿廿卅]+)"
    r"|(?P<pair>[双半])"
)
RANGE = re.compile(r"\s*[-－—–~～至到]\s*")
"""What stands between the two ends of a range."""
UNREADABLE = Decimal("NaN")
"""The value of what is written like a number and is none that can be read with certainty: it equals no number."""
_ROUGH = re.compile(r"[一二三四五六七八九两]{2,3}")
_PAIRS = {"双": Decimal(2), "半": Decimal("0.5")}


@dataclass(frozen=True, slots=True)
class Numeral:
    """One number as written: `text[start:end]` with its unit, the value in that unit, and the day of a date.

    `unit` is the notation of a unit of the knowledge base, empty where none is written. A year alone stands for its
    last day, a month for its last one; `whole_day` says that the day itself is written.
    """

    start: int
    end: int
    written: str
    value: Decimal
    unit: str
    day: date | None = None
    whole_day: bool = False


@dataclass(frozen=True, slots=True)
class TextUnit:
    """How a text writes a unit: what stands behind the number, and before it if that matters; how many of it one is."""

    id: str
    behind: re.Pattern[str]
    before: re.Pattern[str] | None
    factor: Decimal


def text_units(knowledge: Knowledge) -> tuple[TextUnit, ...]:
    """The units that the unit scheme knows in a text."""
    found = []
    for unit in knowledge.subjects(PKB.inText):
        behind, before = knowledge.string(unit, PKB.inText), knowledge.string(unit, PKB.inTextAfter)
        # ‰ is another way to write a share.
        kind = knowledge.node(unit, SKOS.broader) or unit
        found.append(
            TextUnit(
                knowledge.string(kind, SKOS.notation) or "",
                re.compile(rf"\s*(?:{behind})"),
                None if before is None else re.compile(rf"(?:{before})\s*$"),
                Decimal(knowledge.string(unit, PKB.factor) or 1),
            )
        )
    return tuple(found)


def scan(text: str, units: Sequence[TextUnit]) -> tuple[Numeral, ...]:
    """All numerals of a text, in order. The parts of a date are one numeral; the ends of a range are two."""
    found: list[Numeral] = []
    for match in _NUMERAL.finditer(text):
        numeral = _date(match) if match["year"] else _number(text, match, units)
        if numeral:
            found.append(numeral)
    return tuple(_shared_unit(text, found))


def _number(text: str, match: re.Match[str], units: Sequence[TextUnit]) -> Numeral:
    value, start, end = _value(match), match.start(), match.end()
    if value.is_nan():
        return Numeral(start, end, text[start:end], value, "")
    # The longest counts (个工作日 before 个), and of those as long the one that also says what stands before.
    best: tuple[int, bool, TextUnit] | None = None
    for unit in units:
        written = unit.behind.match(text, end)
        if written is None or (unit.before is not None and unit.before.search(text, 0, start) is None):
            continue
        if best is None or (written.end(), unit.before is not None) > best[:2]:
            best = written.end(), unit.before is not None, unit
    if best is None:
        return Numeral(start, end, text[start:end], value, "")
    return Numeral(start, best[0], text[start : best[0]], value * best[2].factor, best[2].id)


def _value(match: re.Match[str]) -> Decimal:
    if match["digits"]:
        number = Decimal(unicodedata.normalize("NFKC", match["digits"]).replace(",", ""))
        if len(match["digits"]) > 1 and number.as_tuple().exponent == 0 and unicodedata.digit(match["digits"][0]) == 0:
            return UNREADABLE  # 002元 is a misprint, or no number at all.
        return number * (_han(match["magnitude"]) if match["magnitude"] else 1)
    if match["pair"]:
        return _PAIRS[match["pair"]]
    return _han(match["formal"] or match["han"])


def _han(written: str) -> Decimal:
    """A Chinese numeral; a bare 百, 万 or 亿 stands for one of it. `UNREADABLE` where it is none, such as 十三五."""
    written = written.replace("廿", "二十").replace("卅", "三十")
    if len(written) > 1 and _ROUGH.fullmatch(written):
        return UNREADABLE  # 三五家 is some, not 35.
    if len(written) > 1 and all(character in "十百千万亿" for character in written[1:]) and written[0] in "百千万亿":
        value = Decimal(1)
        for character in written:
            value *= _han(character)
        return value
    try:
        return Decimal(cn2an.cn2an(f"一{written}" if written[0] in "百千万亿佰仟" else written, "normal"))
    except ValueError:
        return UNREADABLE


def _date(match: re.Match[str]) -> Numeral | None:
    year, month, day = (int(part) if part else 0 for part in match.group("year", "month", "day"))
    try:
        last = calendar.monthrange(year, month or 12)[1]
        when = date(year, month or 12, day or last)
    except ValueError:
        return None
    return Numeral(match.start(), match.end(), match.group(), Decimal(year), "date", when, bool(day))


def _shared_unit(text: str, numerals: list[Numeral]) -> list[Numeral]:
    """Give the lower end of a range ("300-1000 万美元") the magnitude and unit that only its upper end writes."""
    shared = list(numerals)
    for index in range(len(shared) - 2, -1, -1):
        low, high = shared[index], shared[index + 1]
        if low.unit or not high.unit or not RANGE.fullmatch(text, low.end, high.start):
            continue
        bare = re.match(_DIGITS, unicodedata.normalize("NFKC", high.written))
        if bare:
            factor = high.value / Decimal(bare.group().replace(",", ""))
            shared[index] = replace(low, value=low.value * factor, unit=high.unit)
    return shared
