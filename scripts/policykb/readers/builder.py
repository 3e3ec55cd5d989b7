"""Gather the values of one record, with a finding for everything wrong, odd or converted."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from decimal import Decimal

from ..errors import InputError
from ..model import Finding, Place, Record, RecordType, Severity, Text, UnitForm, Value, Vocabulary
from ..patterns import regex
from .cells import Cell, Note, Read
from .findings import Refused, clip, make_finding
from .headers import Column, Names
from .sheet.units import Lines
from .values import Values
from .words import half_width

__all__ = ["RecordBuilder", "homes", "known_types", "unit_line_words", "unknown_type"]

_OF_MORE = regex(r"(?:[十百千万0-9,]|(?i:\b(?:ten|hundred|thousand)))\s*$")


def known_types(vocabulary: Vocabulary) -> tuple[Text, ...]:
    """All record types with their ids and names, for messages."""
    kinds = vocabulary.record_types.values()
    return tuple(Text(f"{kind.id} {kind.label.zh}", f"{kind.id} {kind.label.en}") for kind in kinds)


def homes(vocabulary: Vocabulary, fact: str) -> Text:
    """The record types that have a fact, for messages."""
    found = [kind.label for kind in vocabulary.record_types.values() if fact in kind.facts]
    return Text("、".join(f"“{label.zh}”" for label in found), ", ".join(f"“{label.en}”" for label in found))


def unit_line_words(vocabulary: Vocabulary, fact: str, lines: str) -> dict[str, str]:
    """What the finding mentions that a line about units is not understood: the line, and a unit to write instead."""
    unit = vocabulary.facts[fact].unit
    own = [form for form in vocabulary.unit_forms.values() if form.unit == unit]
    usual = [form.written for form in own if form.factor == 1]
    label = vocabulary.units[unit].label.zh if unit is not None and unit in vocabulary.units else ""
    # The multiple that the line names is meant more likely than 元: whoever copies the example must not lose it.
    scaled = [form.written for form in own if form.factor != form.divisor]
    is_money = unit is not None and unit in vocabulary.units and vocabulary.units[unit].currency
    named = [written for written in scaled if _names(written, lines)]
    named = named or (_of_multiple(scaled, usual, lines) if is_money else [])
    bare = label or "".join(usual[:1])
    # 美元 beside an item in yuan: whoever copied 元 would turn dollars into yuan.
    money = (one.written for one in vocabulary.unit_forms.values() if is_money and vocabulary.units[one.unit].currency)
    other = max((written for written in money if len(written) > 1 and _names(written, lines)), key=len, default="")
    meant = max(named, key=len, default="") or other or bare
    return {"unit": lines, "lines": lines, "usual": bare, "suggestion": meant}


def _names(written: str, lines: str) -> bool:
    """Whether a unit, or a multiple, stands in some words by itself: no thousand yuan in ten thousand yuan."""
    return any(not _OF_MORE.search(lines[: one.start()]) for one in re.finditer(re.escape(written), lines))


def _of_multiple(scaled: list[str], usual: list[str], lines: str) -> list[str]:
    """The units of the multiple that some words name alone, the longest: 万元 of “单位：万”, no 元."""
    ends = [(one.removesuffix(bare).strip(), one) for bare in usual for one in scaled if one.endswith(bare)]
    multiples = dict(sorted(ends, key=lambda end: -len(end[1])))  # 万元 rather than 万元人民币
    found = [multiple for multiple in multiples if multiple and _names(multiple, lines)]
    return [multiples[max(found, key=len)]] if found else []


def _states_unit(cell: Cell) -> bool:
    """Whether a cell has anything in it or its format besides a number."""
    return bool(cell.unit or re.search(r"[^0-9.,+\-\s]", half_width(cell.text)))


class RecordBuilder:
    """Gathers the values of one record, with a finding for everything that is wrong or was converted.

    Args:
        vocabulary: for the messages.
        kind: the record's type.
        place: where the record stands.
        record_id: its id.
    """

    def __init__(self, vocabulary: Vocabulary, kind: RecordType, place: Place, record_id: str) -> None:
        self.vocabulary = vocabulary
        self.kind = kind
        self.place = place
        self.id = record_id
        self.facts: dict[str, Value] = {}
        self.places: MutableMapping[str, Place] = {}
        self.columns: dict[str, str] = {}
        self.findings: list[Finding] = []
        self.shown: dict[str, Decimal] = {}
        self.stated: dict[str, str | UnitForm] = {}

    def take(
        self,
        values: Values,
        own: list[str],
        column: Column,
        cell: Cell,
        lines: Lines,
        place: Place,
    ) -> None:
        """Read the cell of a fact's column."""
        if len(own) > 1:
            self.refuse("ambiguous-column", place, facts=", ".join(own))
            return
        fact = self.vocabulary.facts[own[0]]
        unit = column.unit
        if unit is None and lines and fact.unit is not None and fact.datatype == "decimal":
            fitting = [form for form in lines.units if form.unit == fact.unit]
            money = self.vocabulary.units.get(fact.unit)
            meant = any((other := self.vocabulary.units.get(form.unit)) and other.currency for form in lines.units)
            if lines.unclear and fact.adds_up and not _states_unit(cell):
                self.places[fact.id] = place
                words = unit_line_words(self.vocabulary, fact.id, "、".join(lines.unclear))
                self.refuse("unit-line-unclear", place, fact=fact.id, value=cell.text, **words)
                return
            if len(fitting) == 1:
                unit = fitting[0]
            elif not _states_unit(cell) and (len(fitting) > 1 or (meant and money is not None and money.currency)):
                # 单位：万元 above a column of dollars: the scale may be meant, the currency cannot be.
                self.places[fact.id] = place
                self.refuse(
                    "unit-above-unclear",
                    place,
                    fact=fact.id,
                    value=cell.text,
                    unit="、".join(form.written for form in lines.units),
                    expected=fact.unit,
                )
                return
        if cell.layout is not None and cell.layout.pinned and unit is None and fact.adds_up and not _states_unit(cell):
            self.places[fact.id] = place
            words = unit_line_words(self.vocabulary, fact.id, cell.layout.pinned)
            words["suggestion"] = f"{column.title}（{words['suggestion']}）"
            self.refuse("pin-unclear", place, fact=fact.id, value=cell.text, **words)
            return
        self.put(fact.id, place, cell.text, lambda: values.read(cell, fact, unit))
        if cell.unit and cell.unit.isalpha() and fact.id in self.facts:
            self.stated.setdefault(fact.id, f"{cell.text} {cell.unit}")  # 元, by which nothing is converted
        if cell.displayed is not None and isinstance(self.facts.get(fact.id), Decimal):
            shown = values.read(Cell(cell.displayed, "number", unit=cell.unit), fact, unit).value
            if isinstance(shown, Decimal):
                self.shown[fact.id] = shown

    def take_column(self, values: Values, column: str, cell: Cell, place: Place) -> None:
        """Read the cell of a column that is no fact: id, period, name, credit code, division."""
        if column == "type":
            return
        self.put(column, place, cell.text, lambda: values.read_column(column, cell))

    def put(self, name: str, place: Place, written: object, reading: Callable[[], Read]) -> None:
        """Keep what a reading gives, or the finding of its refusal."""
        self.places[name] = place
        fact = name if name in self.vocabulary.facts else None
        try:
            read = reading()
        except Refused as refused:
            self.refuse(refused.rule, place, fact=fact, value=written, **refused.words)
            return
        for note in read.notes:
            self.note(note, place, fact, written)
            if note.rule == "converted" and fact is not None:
                self.stated[fact] = str(note.words["written"])
        if read.value is None:
            return
        if fact is not None:
            self.facts[name] = read.value
        else:
            self.columns[name] = str(read.value)

    def note(self, note: Note, place: Place, fact: str | None, written: object) -> None:
        """Report a conversion."""
        self.tell(note.rule, note.severity, place, fact=fact, value=written, **note.words)

    def refuse(
        self, rule: str, place: Place, *, fact: str | None = None, value: object = None, **words: str | Text
    ) -> None:
        """Keep an error: the record is not decided."""
        self.tell(rule, "error", place, fact=fact, value=value, **words)

    def tell(
        self,
        rule: str,
        severity: Severity,
        place: Place,
        *,
        fact: str | None = None,
        value: object = None,
        **words: str | Text,
    ) -> None:
        """Keep a finding of this record."""
        self.findings.append(
            make_finding(self.vocabulary, rule, severity, place, record=self.id, fact=fact, value=value, **words)
        )

    def record(self) -> Record:
        """The record as far as it could be read."""
        return Record(
            id=self.id,
            type=self.kind.id,
            period=self.columns.get("period", ""),
            name=self.columns.get("name"),
            credit_code=self.columns.get("creditCode"),
            division=self.columns.get("division"),
            facts=self.facts,
            place=self.place,
            findings=tuple(self.findings),
            places=self.places,
            shown=self.shown,
            stated=self.stated,
        )


def unknown_type(names: Names, written: str, where: str | Text) -> InputError:
    """The error for a record type that does not exist."""
    near = names.nearest_type(written)
    return InputError(
        "unknown-record-type-near" if near else "unknown-record-type",
        where=where,
        type=clip(written),
        near=near,
        known=known_types(names.vocabulary),
    )
