"""Find and read every number of a Chinese official text, by itself: of the graph it is told the units alone.

A numeral is a run of digits (half or full width) with 万 or 亿, a Chinese numeral, a share (百分之十五), 双 or 半, or a
date. Chinese numerals are read as those of a table are; digits are read exactly, as decimals.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal, Inexact

from ..law.knowledge import Knowledge
from ..names import PKB, SCHEMA, SKOS
from ..patterns import regex
from ..readers.numerals import said

__all__ = ["RANGE", "UNREADABLE", "Numeral", "TextUnit", "scan", "text_units"]

_DIGITS = r"(?:[0-9０-９]{1,3}(?:[,，][0-9０-９]{3})+(?![0-9０-９])|[0-9０-９]+)(?:[.．][0-9０-９]+)?"
_THOUSAND = "千(?![瓦克米卡赫帕])"
"""千 of 千瓦 or 千米 is a part of the unit, and multiplies no number."""
_TIMES = rf"(?:[十百万亿]|{_THOUSAND})+"
_HAN = rf"(?:[〇零一二两三四五六七八九十百万亿廿卅]|{_THOUSAND})+"
_NUMERAL = regex(
    r"(?P<year>[0-9０-９]{4})\s*年(?:\s*(?P<month>[0-9０-９]{1,2})\s*月(?:\s*(?P<day>[0-9０-９]{1,2})\s*日)?)?(?!度)"
    rf"|(?P<whole>{_HAN})分之(?P<part>{_DIGITS}|{_HAN}(?:点{_HAN})?)"
    rf"|(?P<digits>{_DIGITS})(?:\s*(?P<magnitude>{_TIMES})(?P<more>(?:{_DIGITS}(?:{_TIMES})?)*))?"
    r"|(?P<formal>[零壹贰叁肆伍陆柒捌玖拾佰仟萬億万亿]{2,}|[壹贰叁肆伍陆柒捌玖拾]+(?=[万亿元]))"
    r"|(?P<half>[一减折]半|对半(?!年))"
    r"|(?P<double>翻倍|加倍|翻一?番)"
    rf"|(?P<han>{_HAN})"
    r"|(?P<pair>[双半])"
)
_MORE = regex(rf"(?P<digits>{_DIGITS})(?P<magnitude>{_TIMES})?")
_SHARE, _FOLD = "share", "fold"
_ROUGHLY_BEFORE = regex(r"若干|[几多余]|(?<![人家户件次个项台名位总参系指])数")
"""Before 十, 百, 万 and the like by themselves: 几十万元, 500多万元 and 若干万元 are no certain number."""
_ROUGHLY_BEHIND = regex(r"[多余]")
_LAST = regex(r"[百千]*([万亿]*)$")
_TORN = regex(r"[0-9０-９][.．]")
"""What stands before the second half of 5.万元 or 1.2.3."""
_BREAK = regex(r"\n")
_UNIT_BEFORE = regex(r"(?:[（(]\s*(?:单位\s*[:：]\s*)?|单位\s*[:：]\s*)$")
_UNIT_BEHIND = regex(r"\s*(?:[）)/／，,；;。\n]|$)")
_UNIT_OF_HEAD = regex(r"[（(]\s*(?:单位\s*[:：]\s*)?([^（）()\s]+)\s*[）)]\s*$")
"""The unit in the head of a column of a table."""
RANGE = regex(r"\s*[-－—–~～至到]\s*(?:第\s*)?")
"""What stands between the two ends of a range: 50万元至100万元, 第四名至第十名."""
UNREADABLE = Decimal("NaN")
"""The value of what is written like a number and is none that can be read with certainty: it equals no number."""
_ROUGH = regex(r"[一二三四五六七八九两]{2,3}")
_PAIRS = {"双": Decimal(2), "半": Decimal("0.5")}
_HALF, _TWICE, _TEN = Decimal("0.5"), Decimal(2), Decimal(10)
_EXACTLY = Context(prec=28, traps=[Inexact])


@dataclass(frozen=True, slots=True)
class Numeral:
    """One number as written: `text[start:end]` with its unit, the value in that unit, and the day of a date.

    `unit` is the notation of a unit of the knowledge base, empty where none is written. A year alone stands for its
    last day, a month for its last one; `whole_day` says that the day itself is written. `mark` is how many characters
    name the currency before the number, beside the unit behind it: 人民币500万元.
    """

    start: int
    end: int
    written: str
    value: Decimal
    unit: str
    day: date | None = None
    whole_day: bool = False
    mark: int = 0

    @property
    def lead(self) -> int:
        """Where it begins with the name of the currency before it."""
        return self.start - self.mark


@dataclass(frozen=True, slots=True)
class TextUnit:
    """How a text writes a unit: what stands behind the number, and before it if that matters; how many of it one is.

    `mark` is how it is written before the number, in place of behind it or besides. The unit of `id` none is no unit of
    the knowledge base; one of money has a code.
    """

    id: str
    behind: re.Pattern[str]
    before: re.Pattern[str] | None
    factor: Decimal
    mark: re.Pattern[str] | None
    is_money: bool


def text_units(knowledge: Knowledge) -> tuple[TextUnit, ...]:
    """The units that the unit scheme knows in a text."""
    found = []
    for unit in knowledge.subjects(PKB.inText):
        behind, before = knowledge.string(unit, PKB.inText), knowledge.string(unit, PKB.inTextAfter)
        mark = knowledge.string(unit, PKB.inTextBefore)
        # ‰ is another way to write a share.
        kind = knowledge.node(unit, SKOS.broader) or unit
        found.append(
            TextUnit(
                knowledge.string(kind, SKOS.notation) or "",
                re.compile(rf"\s*(?:{behind})"),
                None if before is None else re.compile(rf"(?:{before})\s*$"),
                Decimal(knowledge.string(unit, PKB.factor) or 1),
                None if mark is None else re.compile(rf"(?:{mark})\s*$"),
                knowledge.string(unit, SCHEMA.unitCode) is not None,
            )
        )
    return tuple(found)


def scan(text: str, units: Sequence[TextUnit]) -> tuple[Numeral, ...]:
    """All numerals of a text, in order. The parts of a date are one numeral; the ends of a range are two."""
    found: list[Numeral] = []
    for match in _NUMERAL.finditer(text):
        if found and match.start() < found[-1].end:
            continue  # A part of the unit of the number before: m2, 百分点.
        numeral = _date(match) if match["year"] else _number(text, match, units, found[-1].end if found else 0)
        if numeral and not _is_unit_alone(text, numeral):
            found.append(numeral)
    found = _shared_unit(text, found)
    return tuple(_headed(text, found, units) if "\t" in text else found)


def _is_unit_alone(text: str, numeral: Numeral) -> bool:
    """Whether what looks like 10,000 yuan names a unit: 奖励（万元）, 单位：万元."""
    if numeral.written[0] not in "百千万亿" or _UNIT_BEFORE.search(text, 0, numeral.lead) is None:
        return False
    return _UNIT_BEHIND.match(text, numeral.end) is not None


def _headed(text: str, numerals: list[Numeral], units: Sequence[TextUnit]) -> list[Numeral]:
    """Give the numbers of a table, its cells parted by tabs, the unit that the first row writes: 奖励（万元）."""
    heads = text[: text.index("\n")].split("\t") if "\n" in text else []
    named = [_UNIT_OF_HEAD.search(head) for head in heads]
    scales = [scan(f"1{match[1]}", units) if match else () for match in named]
    if not any(scales):
        return numerals
    starts = [0, *(match.end() for match in _BREAK.finditer(text))]
    rows = [line.split("\t") for line in text.split("\n")]
    found = []
    for numeral in numerals:
        row = bisect_right(starts, numeral.start) - 1
        column = text.count("\t", starts[row], numeral.start)
        cells = rows[row]
        is_cell = row > 0 and len(cells) == len(heads) and cells[column].strip() == numeral.written
        scale = scales[column] if is_cell and not numeral.unit else ()
        match = named[column] if scale else None
        if match and len(scale) == 1 and scale[0].unit and scale[0].written == f"1{match[1]}":
            numeral = replace(numeral, value=numeral.value * scale[0].value, unit=scale[0].unit)
        found.append(numeral)
    return found


def _number(text: str, match: re.Match[str], units: Sequence[TextUnit], after: int) -> Numeral:
    """The number of a match; `after` is where the number before it ends."""
    value, start, end = _value(match), match.start(), match.end()
    if value.is_nan() or _is_rough(text, match):
        return Numeral(start, end, text[start:end], UNREADABLE, "")
    if match["whole"] or match["half"]:
        return Numeral(start, end, text[start:end], value, _SHARE)
    if match["double"]:
        return Numeral(start, end, text[start:end], value, _FOLD)
    behind, marked = _behind(text, start, end, units), _marked(text, start, after, units)
    if behind is None and marked is None:
        return Numeral(start, end, text[start:end], value, "")
    if behind is None and marked is not None:
        start, unit = marked
        return _of_unit(text, start, end, value, unit)
    assert behind is not None
    end, unit = behind
    if text.startswith("半", end):
        return Numeral(start, end + 1, text[start : end + 1], UNREADABLE, "")  # 一年半
    if marked is None or unit.mark is None:
        return _of_unit(text, start, end, value, unit)
    lead, named = marked
    if named is not unit:
        return Numeral(lead, end, text[lead:end], UNREADABLE, "")  # 港币30万元, $100万元
    return replace(_of_unit(text, start, end, value, unit), mark=start - lead)


def _of_unit(text: str, start: int, end: int, value: Decimal, unit: TextUnit) -> Numeral:
    """A number in a unit; none where the knowledge base does not have it."""
    return Numeral(start, end, text[start:end], value * unit.factor if unit.id else UNREADABLE, unit.id)


def _behind(text: str, start: int, end: int, units: Sequence[TextUnit]) -> tuple[int, TextUnit] | None:
    """The unit that stands behind a number, and where it ends.

    The longest counts (个工作日 before 个), and of those as long the one that also says what stands before.
    """
    best: tuple[int, bool, TextUnit] | None = None
    for unit in units:
        written = unit.behind.match(text, end)
        if written is None or (unit.before is not None and unit.before.search(text, 0, start) is None):
            continue
        if best is None or (written.end(), unit.before is not None) > best[:2]:
            best = written.end(), unit.before is not None, unit
    return None if best is None else (best[0], best[2])


def _marked(text: str, start: int, after: int, units: Sequence[TextUnit]) -> tuple[int, TextUnit] | None:
    """Where the name of a currency begins that stands before a number, and is not the unit of the one before it."""
    found = [(match.start(), unit) for unit in units if unit.mark and (match := unit.mark.search(text, after, start))]
    return min(found, key=lambda one: one[0], default=None)


def _is_rough(text: str, match: re.Match[str]) -> bool:
    """Whether words around a number say that it is not certain (几十万, 500多万), or it is torn from another."""
    before, is_bare = text[: match.start()], re.fullmatch("[十百千万亿]+", match[0]) is not None
    if is_bare and any(found.end() == len(before) for found in _ROUGHLY_BEFORE.finditer(before)):
        return True
    is_torn = _TORN.fullmatch(before[-2:]) is not None and (is_bare or match["digits"] is not None)
    return is_torn or _ROUGHLY_BEHIND.match(text, match.end()) is not None


def _value(match: re.Match[str]) -> Decimal:
    if match["digits"]:
        return _with_digits(match)
    if match["whole"]:
        part = match["part"]
        number = _digits(part) if part[0].isdecimal() else _han(part)
        return _exact(number, _han(match["whole"]))
    if match["half"]:
        return _HALF
    if match["double"]:
        return _TWICE
    if match["pair"]:
        return _PAIRS[match["pair"]]
    return _han(match["formal"] or match["han"])


def _digits(written: str) -> Decimal:
    return Decimal(unicodedata.normalize("NFKC", written).replace(",", ""))


def _exact(part: Decimal, whole: Decimal) -> Decimal:
    """A part of a whole, where it is a finite decimal; 三分之二 is none."""
    if part.is_nan() or whole.is_nan() or not whole:
        return UNREADABLE
    try:
        return _EXACTLY.divide(part, whole)
    except Inexact:
        return UNREADABLE


def _with_digits(match: re.Match[str]) -> Decimal:
    """The value of digits with 万 or 亿, and of 1亿5000万 and 1万5千, whose parts grow smaller."""
    number = _digits(match["digits"])
    if len(match["digits"]) > 1 and number.as_tuple().exponent == 0 and unicodedata.digit(match["digits"][0]) == 0:
        return UNREADABLE  # 002元 is a misprint, or no number at all.
    step = _han(match["magnitude"]) if match["magnitude"] else Decimal(1)
    value = number * step
    for further in _MORE.finditer(match["more"] or ""):
        is_told = further["magnitude"] is not None
        less = _han(further["magnitude"]) if is_told else Decimal(1)
        part = _digits(further["digits"]) * less
        # 1万5 could be 15,000 or 10,005.
        if value.is_nan() or part >= step or not (is_told or part >= step / 10):
            return UNREADABLE
        value, step = value + part, less
    return value


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
    whole, point, places = (f"一{written}" if written[0] in "百千万亿佰仟" else written).partition("点")
    number, digits = said(whole), [said(one) for one in places]
    if number is None or None in digits or (point and not digits):
        return UNREADABLE
    return Decimal(f"{number}{point and '.'}{''.join(map(str, digits))}")


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
        # 人民币1至3万元 writes the unit before the lower end, and the magnitude behind the upper one.
        is_marked = low.unit == high.unit and _NUMERAL.match(low.written) is None
        if (low.unit and not is_marked) or not high.unit or low.value.is_nan():
            continue
        if not RANGE.fullmatch(text, low.end, high.lead):
            continue
        read = _NUMERAL.search(high.written)
        if read is not None:
            shared[index] = replace(low, value=_lower(low, high, read), unit=high.unit)
            if shared[index].value.is_nan():
                shared[index] = replace(shared[index], unit="")
    return shared


def _lower(low: Numeral, high: Numeral, read: re.Match[str]) -> Decimal:
    """The lower end of a range in the unit of its upper end: 1万至3万元 has its 万, 1至3万元 shares it.

    `UNREADABLE` where either could be meant, or the lower end would be the larger.
    """
    if read["year"]:
        return low.value
    number = _value(read)
    unit = high.value / number if number else Decimal(1)
    if re.search("[万亿]$", low.written):
        return low.value * unit if low.value * unit <= high.value else UNREADABLE
    if read["more"] or (read[0].endswith("十") and len(read[0]) > 1 and low.value < _TEN):
        return UNREADABLE
    last = _LAST.search((read["magnitude"] or "") if read["digits"] else read[0])
    whole, large = (_han(step) if step else Decimal(1) for step in (last.group(0, 1) if last is not None else ("", "")))
    # 三至五百万, 四百至六百万, and 五千至一万, whose lower end is as large as it is written; 50至30万 is no range.
    for step in (whole, large, Decimal(1)):
        value = low.value * step * unit
        if value <= high.value and (step > 1 or low.value * _TEN >= whole):
            return value
    return UNREADABLE
