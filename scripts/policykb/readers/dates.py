"""Read written days and years; a form that could mean two days is refused."""

from __future__ import annotations

from datetime import date

from ..patterns import regex
from .cells import Cell, Note, Read
from .findings import Refused
from .numerals import NUMERALS, in_digits
from .words import half_width

__all__ = ["DAY", "DIGITS", "YEAR", "read_day", "read_period"]

_CLOCK = r"(?:[T\s]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?)?"
DAY = regex(
    r"(?:(?P<y1>[0-9]{4})\s*年\s*(?P<m1>[0-9]{1,2})\s*月\s*(?P<d1>[0-9]{1,2})\s*[日号]"
    r"|(?P<y2>[0-9]{4})(?P<sep>[-/.])(?P<m2>[0-9]{1,2})(?P=sep)(?P<d2>[0-9]{1,2})"
    r"|(?P<y3>[0-9]{4})(?P<m3>[0-9]{2})(?P<d3>[0-9]{2}))" + _CLOCK
)
_TO = r"\s*[-—–~～至到]+\s*"
YEAR = regex(
    r"([0-9〇○零一二三四五六七八九]{4})(?:\.0)?\s*(?:年度?)?"
    r"(?:\s*全年|(?:(?<=[年度])\s*|[./])(?:"
    rf"0?1(?:月份?)?{_TO}(?:\1[./年]\s*)?12(?:月份?)?|0?1[月./]0?1[日号]?{_TO}(?:\1[./年]\s*)?12[月./]31[日号]?)"
    rf"|-0?1(?:-0?1{_TO}\1-12-31|{_TO}\1-12)|0101{_TO}(?:\1)1231)?"
)
"""A year as it is written, with all of its months behind it or not: 2020年, 2020年1-12月, 20200101-20201231.

A program that holds years as numbers writes 2020.0.
"""
DIGITS = {"○": "0"} | {numeral: str(digit) for numeral, digit in NUMERALS["digits"].items()}
"""The digits of 二〇二〇年 and what they stand for."""
_DIGITS = str.maketrans(DIGITS)
_ONES = "一二三四五六七八九"
_IN_NUMERALS = regex(rf"([〇○零{_ONES}]{{4}})年([{_ONES}十]{{1,3}})月([{_ONES}十]{{1,3}})[日号]")
_MONTH = regex(r"[0-9]{4}\s*(?:年|[-/.])\s*[0-9]{1,2}\s*月?")
_TURNED = regex(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})")
_YEAR_SHOWN = regex(r"\s*年度?\s*")
FIRST_YEAR, LAST_YEAR = 1900, 2199


def read_day(cell: Cell) -> Read:
    """The day that a cell states.

    Raises:
        Refused: it is no day, or could be read as several.
    """
    if cell.kind == "date" and cell.day is not None:
        if cell.shows != "ymd":
            raise Refused("date-without-day")
        return Read(cell.day, cell.notes)
    text = half_width(cell.text)
    found = DAY.fullmatch(_with_digits(text))
    if found is None:
        if _TURNED.fullmatch(text):
            raise Refused("ambiguous-date")
        if _MONTH.fullmatch(text) or YEAR.fullmatch(text):
            raise Refused("date-without-day")
        raise Refused("value-not-a-date")
    if cell.kind == "number" and found["y3"] is None:
        # 44140 or 2020.11: what a spreadsheet counts or computes is no written day.
        raise Refused("value-not-a-date")
    year, month, day = (int(found[f"{part}1"] or found[f"{part}2"] or found[f"{part}3"]) for part in "ymd")
    _check_year(year)
    try:
        value = date(year, month, day)
    except ValueError:
        raise Refused("date-not-in-calendar") from None
    return Read(value, _changed(cell, value.isoformat()))


def _with_digits(text: str) -> str:
    """二〇二〇年十一月五日 in digits; any other text as it is."""
    found = _IN_NUMERALS.fullmatch(text)
    month, day = (in_digits(found[2]), in_digits(found[3])) if found else (None, None)
    return f"{found[1].translate(_DIGITS)}年{month}月{day}日" if found and month and day else text


def read_period(cell: Cell) -> Read:
    """The period that a cell states: a year ("2020") or a day ("2020-11-05").

    Raises:
        Refused: it is neither, or could be read in several ways.
    """
    if cell.kind == "date" and cell.day is not None and cell.shows == "y":
        _check_year(cell.day.year)
        return Read(str(cell.day.year), _changed(cell, str(cell.day.year)))
    year = YEAR.fullmatch(half_width(cell.text)) if cell.kind != "date" else None
    if year is not None:
        if cell.unit and not _YEAR_SHOWN.fullmatch(cell.unit):
            raise Refused("value-not-a-period")  # 2020 shown as 预计2020
        digits = year[1].translate(_DIGITS)
        _check_year(int(digits))
        return Read(digits, _changed(cell, digits))
    try:
        read = read_day(cell)
    except Refused as refused:
        raise Refused("value-not-a-period") if refused.rule == "value-not-a-date" else refused from None
    assert isinstance(read.value, date)
    return Read(read.value.isoformat(), read.notes)


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("year-out-of-range")


def _changed(cell: Cell, result: str) -> tuple[Note, ...]:
    if cell.text.strip() == result:
        return cell.notes
    return (*cell.notes, Note("converted", "info", {"written": cell.text, "result": result}))
