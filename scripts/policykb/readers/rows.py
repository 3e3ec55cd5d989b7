"""Read the ordinary rows of a table fast: what needs a second look is left to the careful reader.

Most cells of a large table are plain: a number in digits, 是, an empty cell, a name. A `Slot` reads those of one column
and remembers what it made of texts that come again; for anything else it says None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from decimal import Decimal
from typing import TypeAlias

from ..doors.incoming import is_fit
from ..model import Fact, Finding, Place, RecordType, Severity, Text, UnitForm, Value, Vocabulary
from ..patterns import regex
from .cells import Cell, Note
from .column import Column
from .findings import Refused, clip, word_finding
from .numbers import LONGEST, in_unit, was_converted
from .sheet.units import Lines
from .values import Values

__all__ = ["RowPlaces", "Slot", "Worded", "make_slot", "tell"]

MOST_REMEMBERED = 4096  # texts of one column
_PLAIN = regex(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_CODE = regex(r"[0-9A-Z]{18}")

Worded: TypeAlias = tuple[str, Severity, Text, Text, str]
"""A conversion to be reported: rule, severity, message, mend, and the value as shown."""
Got: TypeAlias = tuple[Value | None, tuple[Worded, ...]]
"""What a cell states (None: nothing) and what is to be reported about it."""


class RowPlaces(MutableMapping[str, Place]):
    """The places of a row's values, made when someone asks for them."""

    __slots__ = ("_row", "columns", "own")

    def __init__(self, row: Place, columns: Mapping[str, Column]) -> None:
        self._row = row
        self.columns = columns
        self.own: dict[str, Place] = {}

    def __getitem__(self, name: str) -> Place:
        if name in self.own:
            return self.own[name]
        column = self.columns[name]
        return Place(self._row.file, self._row.sheet, self._row.row, column.title, column.index)

    def __setitem__(self, name: str, place: Place) -> None:
        self.own[name] = place

    def __delitem__(self, name: str) -> None:
        raise TypeError("places are not taken back")

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self.columns, *self.own)))

    def __len__(self) -> int:
        return len(dict.fromkeys((*self.columns, *self.own)))

    def __contains__(self, name: object) -> bool:
        return name in self.own or name in self.columns


class Slot:
    """One column of a table for one record type.

    `name` is the fact or the column that is no fact; `own` the facts its title can mean, for the careful reader.
    `read` takes the text of a cell and gives what it states, or None where the careful reader must look at it.
    """

    __slots__ = ("column", "fact", "index", "is_number", "name", "own", "read", "unit")

    def __init__(self, column: Column, name: str, fact: Fact | None, own: list[str], read: Callable[[str], Got | None]):
        self.unit: UnitForm | None = None
        self.index = column.index
        self.column = column
        self.name = name
        self.fact = fact
        self.own = own
        self.is_number = fact is not None and fact.datatype in ("decimal", "integer") and not fact.codes
        self.read = read


def make_slot(column: Column, kind: RecordType, values: Values, lines: Lines, *, conversions: bool) -> Slot | None:
    """The slot of a column, or None where the careful reader must look at every cell of it.

    Args:
        column: the column of the header.
        kind: the record type of the rows.
        values: the reader of values.
        lines: what stands around the table about units.
        conversions: whether to report conversions.
    """
    vocabulary = values.vocabulary
    if column.fault:
        return None
    if column.known is not None:
        return _known(column, column.known, values, conversions)
    own = [fact for fact in column.facts if fact in kind.facts]
    if len(own) != 1:
        return None
    fact = vocabulary.facts[own[0]]
    if fact.datatype in ("decimal", "integer") and not fact.codes and not fact.is_list:
        unit = column.unit
        if unit is None and lines and fact.unit is not None and fact.datatype == "decimal":
            fitting = [form for form in lines.units if form.unit == fact.unit]
            if len(fitting) != 1 or lines.unclear:
                return None
            unit = fitting[0]
        if unit is not None and (unit.unit != fact.unit or unit.divisor != 1 or unit.factor is None):
            return None
        slot = Slot(column, fact.id, fact, own, _number(column, fact, unit, vocabulary, conversions))
        slot.unit = None if unit is None or unit.factor == 1 else unit
        return slot
    return Slot(column, fact.id, fact, own, _remembered(column, fact, values, conversions))


def _number(
    column: Column, fact: Fact, unit: UnitForm | None, vocabulary: Vocabulary, conversions: bool
) -> Callable[[str], Got | None]:
    """Plain digits, in the unit of the column."""
    factor = unit.factor if unit is not None and unit.factor != 1 else None
    whole = fact.datatype == "integer"
    if whole and factor is not None:
        return lambda text: None

    def read(text: str) -> Got | None:
        if _PLAIN.fullmatch(text) is None or len(text) > LONGEST:
            return None
        if whole:
            return (int(text), ()) if "." not in text else None
        value = Decimal(text)
        if factor is None or unit is None:
            return value, ()
        value = in_unit(value, factor)
        if not conversions:
            return value, ()
        note = was_converted(f"{text} {unit.written}", value, fact)
        return value, _word((note,), column, fact, text, vocabulary)

    return read


def _remembered(column: Column, fact: Fact, values: Values, conversions: bool) -> Callable[[str], Got | None]:
    """Truth values, codes, dates: few different texts, each read once."""
    seen: dict[str, Got | None] = {}

    def read(text: str) -> Got | None:
        if text in seen:
            return seen[text]
        try:
            found = values.read(Cell(text), fact, column.unit)
        except Refused:
            got = None
        else:
            notes = tuple(note for note in found.notes if conversions or note.severity != "info")
            got = (found.value, _word(notes, column, fact, text, values.vocabulary))
        if len(seen) < MOST_REMEMBERED:
            seen[text] = got
        return got

    return read


def _known(column: Column, name: str, values: Values, conversions: bool) -> Slot | None:
    """The columns that are no facts. The type is settled before."""
    if name in ("id", "name"):
        return Slot(column, name, None, [], lambda text: (" ".join(text.split()), ()) if is_fit(text) else None)
    if name == "creditCode":
        return Slot(column, name, None, [], lambda text: (text, ()) if _CODE.fullmatch(text) else None)
    if name not in ("period", "division"):
        return None
    seen: dict[str, Got | None] = {}

    def read(text: str) -> Got | None:
        if text in seen:
            return seen[text]
        try:
            found = values.read_column(name, Cell(text))
        except Refused:
            got = None
        else:
            notes = tuple(note for note in found.notes if conversions or note.severity != "info")
            got = (found.value, _word(notes, column, None, text, values.vocabulary))
        if len(seen) < MOST_REMEMBERED:
            seen[text] = got
        return got

    return Slot(column, name, None, [], read)


def _word(
    notes: tuple[Note, ...], column: Column, fact: Fact | None, text: str, vocabulary: Vocabulary
) -> tuple[Worded, ...]:
    found = []
    for note in notes:
        shown = clip(text)
        message, mend = word_finding(
            vocabulary, note.rule, column=column.title, fact=fact.id if fact else None, value=shown, words=note.words
        )
        found.append((note.rule, note.severity, message, mend, shown))
    return tuple(found)


def tell(worded: Worded, place: Place, record: str, fact: str | None) -> Finding:
    """The finding of a conversion, at its place."""
    rule, severity, message, mend, shown = worded
    return Finding(rule, severity, message, mend, place, record, fact, shown)
