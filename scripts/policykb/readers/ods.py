"""Read OpenDocument spreadsheets; what a number format shows is told from the text that the file shows for a number.

Standard: OASIS OpenDocument 1.3, part 3.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeAlias
from xml.etree.ElementTree import Element

from ..patterns import regex
from .book import Area, Frame, HeldBook, HeldSheet, RawRow, area
from .cells import Cell, Layout
from .elements import elements
from .formats import HIDDEN, ZERO_HIDDEN, Format
from .pins import Pin, pin
from .styled import adds_rows, is_zero, shown_digits
from .words import LOWERED, RAISED

__all__ = ["date_shows", "number_shows", "read_ods"]

_ODF = "{urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _STYLE, _TABLE, _TEXT, _DRAW = (
    f"{_ODF}{name}:1.0}}" for name in ("office", "style", "table", "text", "drawing")
)
_AUTHOR = "{http://purl.org/dc/elements/1.1/}creator"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_BREAKS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_ASIDE = (f"{_TEXT}note", f"{_TEXT}ruby-text", f"{_OFFICE}annotation")
_ERROR = regex(r"#[A-Z][A-Z0-9/]*[!?]?|Err:[0-9]{3}")
_DASH = regex(r"[¥￥$€£\s]*[-–—−][\s?]*")
"""How an accountant's format shows a zero."""
_NO_ZEROS = b'config:name="ShowZeroValues" config:type="boolean">false<'
_SETTINGS = 2**20  # bytes of the settings that are looked at
_NUMBER = regex(r"[-−(]?\s*[0-9][0-9,]*(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]+)?")
WIDEST = 16_384  # columns
MOST_CELLS = 8 * 2**20
_Looks: TypeAlias = dict[str, "_Look"]


@dataclass(frozen=True, slots=True)
class _Look:
    """What a style says: of a table, whether it is shown; of cells and words, whether they are struck through.

    `raised` is the text position of words, such as `super 58%`.
    """

    is_shown: bool = True
    is_struck: bool | None = None
    parent: str = ""
    raised: str = ""


def read_ods(path: Path) -> HeldBook:
    """All sheets of a spreadsheet.

    Raises:
        Exception: whatever the parser meets in a broken file.
    """
    with zipfile.ZipFile(path) as archive:
        looks, headings, settings = _Looks(), list[str](), b""
        if "settings.xml" in archive.namelist():
            with archive.open("settings.xml") as source:
                settings = source.read(_SETTINGS)
        if "styles.xml" in archive.namelist():
            with archive.open("styles.xml") as source:
                for _, element in elements(source):
                    _take_look(element, looks)
                    if element.tag in (f"{_STYLE}header", f"{_STYLE}footer"):
                        headings.append(" ".join(_written(element)))
        with archive.open("content.xml") as source:
            content = _Content(looks, tuple(dict.fromkeys(headings)), hides_zeros=_NO_ZEROS in settings)
            return HeldBook(list(content.sheets(elements(source, ("start", "end")))))


def _take_look(element: Element, looks: _Looks) -> None:
    if element.tag != f"{_STYLE}style":
        return
    shown, struck, raised = True, None, ""
    for part in element:
        shown = shown and part.get(f"{_TABLE}display") != "false"
        line = part.get(f"{_STYLE}text-line-through-style") or part.get(f"{_STYLE}text-line-through-type")
        struck = line != "none" if line else struck
        raised = part.get(f"{_STYLE}text-position") or raised
    parent = element.get(f"{_STYLE}parent-style-name", "")
    looks[element.get(f"{_STYLE}name", "")] = _Look(shown, struck, parent, raised)


@dataclass(slots=True)
class _Open:
    """A sheet that is being read."""

    title: str
    is_visible: bool
    rows: list[RawRow] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    styles: list[str] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    number: int = 1


class _Content:
    def __init__(self, looks: _Looks, headings: tuple[str, ...], *, hides_zeros: bool) -> None:
        self.looks, self.headings, self.hides_zeros = looks, headings, hides_zeros
        self.prompts: dict[str, list[str]] = {}
        self.count = 0

    def sheets(self, events: Iterator[tuple[str, Element]]) -> Iterator[HeldSheet]:
        """The sheets in their order."""
        here: _Open | None = None
        for event, element in events:
            if event == "start":
                if element.tag == f"{_TABLE}table" and here is None:
                    look = self.looks.get(element.get(f"{_TABLE}style-name", ""), _Look())
                    here = _Open(element.get(f"{_TABLE}name", ""), look.is_shown)
            elif element.tag == f"{_TABLE}content-validation":
                for said in element.iter(f"{_TABLE}help-message"):
                    prompt = [said.get(f"{_TABLE}title", ""), *_written(said)]
                    self.prompts[element.get(f"{_TABLE}name", "")] = prompt
            elif here is None:
                _take_look(element, self.looks)
            elif element.tag == f"{_TABLE}table-column":
                self._column(element, here)
            elif element.tag == f"{_TABLE}shapes":
                here.boxes += filter(None, _written(element))
                element.clear()
            elif element.tag == f"{_TABLE}table-row":
                self._row(element, here)
                element.clear()
            elif element.tag == f"{_TABLE}table" and element.get(f"{_TABLE}name", "") == here.title:
                texts = tuple(dict.fromkeys((*self.headings, *here.boxes)))
                frame = Frame(tuple(sorted(here.merged)), frozenset(here.hidden), texts, tuple(here.pins))
                yield HeldSheet(here.title, here.is_visible, frame, here.rows)
                element.clear()
                here = None

    def _column(self, element: Element, here: _Open) -> None:
        first = len(here.styles)
        count = min(_repeated(element, "columns"), WIDEST - first)
        here.styles += [element.get(f"{_TABLE}default-cell-style-name", "")] * count
        if element.get(f"{_TABLE}visibility", "visible") != "visible":
            here.hidden |= set(range(first, first + count))

    def _row(self, row: Element, here: _Open) -> None:
        times = _repeated(row, "rows")
        is_hidden = row.get(f"{_TABLE}visibility", "visible") != "visible"
        cells: dict[int, Cell] = {}
        column = 0
        for element in row:
            if element.tag not in _CELLS:
                continue
            count = _repeated(element, "columns")
            cell = None
            if element.tag == _CELLS[0]:
                default = here.styles[column] if column < len(here.styles) else ""
                cell = self._cell(element, row.get(f"{_TABLE}default-cell-style-name") or default)
                down = int(element.get(f"{_TABLE}number-rows-spanned", 1))
                wide = int(element.get(f"{_TABLE}number-columns-spanned", 1))
                found = area(here.number, here.number + down - 1, column, column + wide)
                if found is not None:
                    here.merged.append(found)
                last = (here.number + times - 1, column + count - 1)
                for shape in element:
                    here.boxes += filter(None, _written(shape) if shape.tag.startswith(_DRAW) else ())
                for texts, author in self._pinned(element):
                    here.pins += pin(texts, author, here.number, column, last)
            if cell is not None:
                if column + count > WIDEST:
                    raise ValueError("a sheet has no so many columns")
                cells.update(dict.fromkeys(range(column, column + count), cell))
            column += count
        if cells:
            self.count += times * len(cells)
            if self.count > MOST_CELLS:
                raise ValueError("a sheet has no so many cells")
            here.rows += [(here.number + more, dict(cells), is_hidden) for more in range(times)]
        here.number += times

    def _cell(self, element: Element, default: str) -> Cell | None:
        for span in element.iter(f"{_TEXT}span"):
            span.text = (span.text or "").translate(self._raising(span.get(f"{_TEXT}style-name", "")))
        text = "\n".join(part for child in element if child.tag == f"{_TEXT}p" for part in [_paragraph(child)])
        cell = _value(element, text)
        if cell is None:
            return None
        if self.hides_zeros and cell.kind == "number" and is_zero(cell.text):
            cell = replace(cell, fault=ZERO_HIDDEN.fault)
        style = element.get(f"{_TABLE}style-name") or default
        is_struck = self._is_struck(style)
        in_part = any(self._is_struck(span.get(f"{_TEXT}style-name", "")) for span in element.iter(f"{_TEXT}span"))
        sums = adds_rows(_formula(element))
        if is_struck or in_part or sums:
            layout = replace(cell.layout or Layout(), is_struck=is_struck or in_part, adds_rows=sums)
            cell = replace(cell, layout=layout, fault="struck-text" if in_part and not is_struck else cell.fault)
        return cell

    def _pinned(self, element: Element) -> Iterator[tuple[list[str], str]]:
        """What a cell has pinned to it, with the author."""
        for note in element.iterfind(f"{_OFFICE}annotation"):
            yield list(_written(note)), note.findtext(_AUTHOR, "")
        yield self.prompts.get(element.get(f"{_TABLE}content-validation-name", ""), []), ""

    def _raising(self, style: str) -> Mapping[int, int]:
        """What the digits of words in a style are read as: 6000¹ is not 60001."""
        place = self.looks.get(style, _Look()).raised.partition(" ")[0]
        if not place or place in ("0%", "baseline"):
            return {}
        return LOWERED if place == "sub" or place.startswith("-") else RAISED

    def _is_struck(self, style: str) -> bool:
        seen = set[str]()
        while style and style not in seen:
            seen.add(style)
            look = self.looks.get(style, _Look())
            if look.is_struck is not None:
                return look.is_struck
            style = look.parent
        return False


def _value(element: Element, text: str) -> Cell | None:
    """What a cell holds; None where it holds nothing."""
    kind = element.get(f"{_OFFICE}value-type")
    formula = _formula(element)
    if element.get(f"{_CALC}value-type") == "error" or (formula and _ERROR.fullmatch(text.strip())):
        return Cell(text or "#?", "error")
    value = element.get(f"{_OFFICE}value", "")
    match kind:
        case "float" if text.upper() in ("TRUE", "FALSE"):
            return Cell(text.lower(), "truth")
        case "float" | "percentage" | "currency":
            shown, notes = shown_digits(value)
            found = number_shows(value, text)
            return Cell(shown, "number", unit=found.unit, fault=found.fault, notes=notes)
        case "date":
            return _day(element.get(f"{_OFFICE}date-value", ""), text)
        case "time":
            return Cell(text, fault="value-not-a-date")
        case "boolean":
            return Cell("true" if element.get(f"{_OFFICE}boolean-value") == "true" else "false", "truth")
    text = text or element.get(f"{_OFFICE}string-value", "")
    if not text and formula and kind is None:
        return Cell(f"={formula}", "uncalculated")
    return Cell(text) if text else None


def _day(written: str, text: str) -> Cell:
    try:
        day = datetime.fromisoformat(written.replace("Z", "+00:00")).date()
    except ValueError:
        return Cell(text or written, fault="value-not-a-date")
    shows = date_shows(day, text)
    return Cell(day.isoformat(), "date", day=day, layout=None if shows == "ymd" else Layout(shows=shows))


def number_shows(value: str, text: str) -> Format:
    """What is shown beside the digits of a number: a unit, or the rule that the text breaks.

    Args:
        value: the number that is stored.
        text: the text that is shown for it.
    """
    shown = text.strip()
    found = _NUMBER.search(shown)
    if found is None:
        is_shown = shown and not _DASH.fullmatch(shown)
        return HIDDEN if is_shown or not is_zero(value) else Format() if shown else ZERO_HIDDEN
    beside = (shown[: found.start()] + shown[found.end() :]).replace(")", "").strip()
    try:
        stored = Decimal(value)
        digits = Decimal(re.sub(r"[-−(,\s]", "", found[0].partition("E")[0])) if "E" not in found[0] else None
    except InvalidOperation:
        return Format(fault="scaled-format")
    percent = "%" in beside or "％" in beside
    size = abs(stored) * (100 if percent else 1)
    is_minus = found[0][0] in "-−(" or beside.startswith(("-", "−"))
    if digits is None:
        digits = Decimal(found[0].replace("−", "-").replace(",", "").lstrip("-("))
    step = Decimal(1).scaleb(int(digits.as_tuple().exponent))
    is_other = abs(size - digits) > step * Decimal("0.5000001") or (is_minus != (stored < 0) and digits)
    if is_other or any(letter.isdigit() for letter in beside):
        return Format(fault="scaled-format")
    if percent:
        return Format(unit="%")
    unit = beside.lstrip("-−+").strip()
    return Format(unit=unit) if re.search(r"\w|[^\W\d_]|[¥￥$€£]", unit) else Format()


def date_shows(day: date, text: str) -> str:
    """How much of a day a text shows: y, ym or ymd.

    Args:
        day: the day that is stored.
        text: the text that is shown for it.
    """
    numbers = re.findall(r"[0-9]+", text)
    years = (str(day.year), f"{day.year % 100:02}")
    letters = re.sub(r"[0-9\s年度./-]", "", text)
    if not text or len(numbers) > 2:
        return "ymd"
    if len(numbers) == 2:
        by_year = [number for number in numbers if number == years[0]]
        is_month = any(int(number) == day.month for number in numbers if number not in by_year[:1])
        return "ym" if by_year and is_month else "ymd"
    if len(numbers) == 1:
        if numbers[0] not in years:
            return "ymd"
        return "ym" if letters else "y"
    return "y" if text.strip().endswith("年") else "ym" if text.strip().endswith("月") else "ymd"


def _formula(element: Element) -> str:
    """The formula of a cell as Excel writes it: SUM(C2:C9) for of:=SUM([.C2:.C9])."""
    written = element.get(f"{_TABLE}formula", "")
    return re.sub(r"\[|\]|(?<=[\[:])\.", "", written.partition("=")[2])


def _repeated(element: Element, of: str) -> int:
    return max(1, int(element.get(f"{_TABLE}number-{of}-repeated", 1)))


def _written(element: Element) -> Iterator[str]:
    for part in element.iter(f"{_TEXT}p"):
        yield _paragraph(part)


def _paragraph(element: Element) -> str:
    """The text of a paragraph, without notes and reading aids."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            parts.append(" " * min(int(child.get(f"{_TEXT}c", 1)), WIDEST))
        elif child.tag in _BREAKS:
            parts.append(_BREAKS[child.tag])
        elif child.tag not in _ASIDE:
            parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)
