"""Make cells of the values that workbooks hold, as the style of each shows it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, InvalidOperation

from openpyxl.utils.datetime import from_excel

from ..patterns import regex
from .cells import Cell, Layout, Note
from .formats import ZERO_HIDDEN, Formats

__all__ = ["StyledCells", "adds_rows", "digits_of", "is_zero", "shown_digits"]

_DIGITS_SHOWN = 15  # Excel keeps and shows 15 significant digits
_SHOWN = Context(prec=_DIGITS_SHOWN)
_ADDS_ROWS = regex(
    r"(?:SUM|SUBTOTAL|AVERAGE|AGGREGATE)\([^:]*?\$?([A-Z]{1,3})\$?([0-9]+):\$?([A-Z]{1,3})\$?([0-9]+)", re.IGNORECASE
)
_ESCAPED = regex(r"_x([0-9A-Fa-f]{4})_")


class StyledCells:
    """Makes the cells of one workbook.

    Args:
        formats: what its styles show.
        hides_zeros: whether the sheet shows nothing of a zero, whatever its style.
    """

    def __init__(self, formats: Formats, *, hides_zeros: bool = False) -> None:
        self.formats, self.hides_zeros = formats, hides_zeros
        self._plain: dict[int, bool] = {}

    def text(self, text: str, style: int, is_struck_in_part: bool = False) -> Cell:
        """A text as its format shows it; what is struck in part is unclear."""
        if "_x" in text:
            text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        text, fault = self.formats.of_text(style, text)
        if style not in self.formats.struck and not is_struck_in_part:
            return Cell(text, fault=fault) if fault else Cell(text)
        return Cell(text, fault="struck-text" if is_struck_in_part else fault, layout=Layout(is_struck=True))

    def number(self, text: str, style: int, adds_rows: bool = False) -> Cell:
        """A number, or the day that its format shows; `adds_rows` where it is the sum of rows of its own column."""
        formats, plain = self.formats, self._plain
        if style not in plain:
            plain[style] = formats.is_plain(style)
        if self.hides_zeros and is_zero(text):
            return Cell(text, "number", fault=ZERO_HIDDEN.fault)
        if plain[style] and not adds_rows and len(text) <= _DIGITS_SHOWN and "." not in text:
            return Cell(text, "number")
        found = self._day(text, style) if style in formats.dates else self._number(text, style)
        if adds_rows or style in formats.struck:
            layout = replace(found.layout or Layout(), is_struck=style in formats.struck, adds_rows=adds_rows)
            return replace(found, layout=layout)
        return found

    def day(self, text: str, style: int) -> Cell:
        """A day that is written out, as far as its format shows it."""
        try:
            day = datetime.fromisoformat(text.replace("Z", "+00:00")).date()
        except ValueError:
            return Cell(text)
        return self._of_day(day, style)

    def _number(self, text: str, style: int) -> Cell:
        shown, notes = shown_digits(text)
        found = self.formats.of_number(style, text)
        displayed = self.formats.displayed(style, shown) if "." in shown else None
        return Cell(shown, "number", unit=found.unit, fault=found.fault, notes=notes, displayed=displayed)

    def _day(self, text: str, style: int) -> Cell:
        if style in self.formats.spans:
            return Cell(text, fault="value-not-a-date")
        try:
            value = from_excel(float(text), self.formats.epoch)
        except (OverflowError, ValueError, TypeError):
            return Cell(text, fault="value-not-a-date")
        if isinstance(value, datetime):
            return self._of_day(value.date(), style)
        if isinstance(value, time | timedelta) or not isinstance(value, date):
            return Cell(text, fault="value-not-a-date")
        return self._of_day(value, style)

    def _of_day(self, day: date, style: int) -> Cell:
        shows = self.formats.shows(style) if style in self.formats.dates else "ymd"
        return Cell(day.isoformat(), "date", day=day, layout=None if shows == "ymd" else Layout(shows=shows))


def adds_rows(formula: str | None) -> bool:
    """Whether a formula, as Excel or OpenFormula write it, adds up rows of one column."""
    found = _ADDS_ROWS.match(formula) if formula else None
    return found is not None and found[1] == found[3] and found[2] != found[4]


def is_zero(text: str) -> bool:
    """Whether a number is zero, as workbooks write it."""
    return text != "" and not text.strip("-.0")


def digits_of(value: float) -> str:
    """A binary number in the fewest digits that give it back: 6000, 0.3."""
    return repr(float(value)).removesuffix(".0")


def shown_digits(text: str) -> tuple[str, tuple[Note, ...]]:
    """The digits that Excel shows for a stored number, and a note where they differ from the stored ones.

    The file holds up to 17 digits of a binary double, 0.30000000000000004 for 0.3. Excel shows 15.
    """
    if len(text) <= _DIGITS_SHOWN:
        return text, ()
    try:
        stored = Decimal(text)
    except InvalidOperation:
        return text, ()
    if not stored.is_finite() or len(stored.as_tuple().digits) <= _DIGITS_SHOWN or abs(stored.adjusted()) > 40:
        return text, ()
    exact = _SHOWN.create_decimal(repr(float(text)))
    if exact == stored:
        return f"{exact:f}", ()
    shown = f"{exact.normalize():f}"
    return shown, (Note("binary-number", "info", {"stored": text, "result": shown}),)
