"""Put the breach of a data rule into a finding, and the place of another record into words."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

from ..law.data_rules import DataRule, FactRule, written
from ..model import Finding, Place, Record, Text, UnitForm, Value
from ..readers.findings import clip
from ..readers.sources import FORMATS
from ..wording import texts as wording
from ..wording.catalogue import at

__all__ = ["Kept", "Marks", "Seen", "Words", "earlier", "filled", "finding_of"]

_END = "\x00"  # stands in no name
Seen: TypeAlias = dict[int, int]
"""Where something stands first, by its hash."""

Words: TypeAlias = Mapping[str, str | Text]
"""What a message mentions: placeholder to text."""


def finding_of(
    rule: DataRule,
    record: Record,
    item: str,
    value: Value | None,
    component: str,
    words: Words | None = None,
) -> Finding:
    """The finding that a record breaks a rule.

    Args:
        rule: the rule.
        record: the record.
        item: the fact or column that is wrong.
        value: what it states, if anything.
        component: the constraint that is broken, as a key of the table of SHACL components.
        words: what the message mentions: placeholder to text.
    """
    message, shown = rule.message, None if value is None else written(value)
    if isinstance(rule, FactRule):
        message = rule.tells.get(component, message)
        if rule.relation is not None and value is not None:
            words = rule.relation.words(value, record)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=filled(
            message, {"value": clip(_as_stated(record, item, value) or ""), "item": item, **(words or {})}, rule
        ),
        mend=rule.mend,
        place=record.places.get(item, record.place),
        record=record.id,
        fact=item,
        value=shown,
        component=component,
    )


def _as_stated(record: Record, item: str, value: Value | None) -> str | None:
    """A value as it stands in the file, so that its message can be held against the cell."""
    stated = record.stated.get(item)
    if isinstance(stated, UnitForm) and isinstance(value, Decimal) and stated.factor:
        return f"{(value / stated.factor).normalize():f} {stated.written}"
    if isinstance(stated, str):
        return stated
    return None if value is None else written(value)


def filled(text: Text, words: Words, rule: DataRule) -> Text:
    """A sentence of a data rule with its placeholders filled in, in either language."""
    return wording.filled(text, words, rule.id, "shapes/records.ttl")


def earlier(seen: Seen, key: int, here: int) -> int | None:
    """The place that had a key first, or None where this is the first, which is kept."""
    first = seen.get(key)
    if first is None:
        seen[key] = here
    return first


class Marks:
    """Places as one number each: the table's in the upper bits, the row in the lower 32."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str | None], int] = {}
        self._names: list[tuple[str, str | None]] = []

    def of(self, place: Place) -> int:
        """The number of a place."""
        table = (place.file, place.sheet)
        number = self._tables.get(table)
        if number is None:
            number = self._tables[table] = len(self._names)
            self._names.append(table)
        return number << 32 | (place.row or 0)

    def place(self, mark: int) -> Place:
        """A marked place: the row of a table, or the record of a file."""
        file, sheet = self._names[mark >> 32]
        return Place(file, sheet, (mark & 0xFFFFFFFF) or None)

    def words(self, mark: int) -> str | Text:
        """A marked place in words: the row of a table, or which record of a file it is."""
        file, sheet = self._names[mark >> 32]
        row = mark & 0xFFFFFFFF
        if not row:
            return file
        if sheet is not None:
            return at("at-sheet-row", file=file, sheet=sheet, row=row)
        if FORMATS.get(Path(file).suffix.lower()) in ("csv", "workbook"):
            return at("at-row", file=file, row=row)
        return at("at-record", file=file, record=row)


class Kept:
    """The records of a call: of each what a finding needs that is made when all are known, its place, id and name."""

    def __init__(self) -> None:
        self._marks = Marks()
        self._at, self._ends = array("q"), array("q")
        self._texts = bytearray()
        self._columns: dict[tuple[int, str], Place] = {}

    def __len__(self) -> int:
        return len(self._at)

    def add(self, record: Record, items: Iterable[str]) -> int:
        """Keep a record; its number, from 0.

        Args:
            record: the record.
            items: the facts and columns that a finding may be about later.
        """
        mark = self._marks.of(record.place)
        self._at.append(mark)
        name = record.name or record.credit_code or ""
        self._texts += f"{record.id}{_END}{name}".encode("utf-8", "surrogatepass")
        self._ends.append(len(self._texts))
        for item in items:
            # The columns of a table are those of its first record.
            if (mark >> 32, item) not in self._columns and item in record.places:
                self._columns[mark >> 32, item] = record.places[item]
        return len(self._at) - 1

    def words(self, number: int) -> str | Text:
        """Where a record stands, in words."""
        return self._marks.words(self._at[number])

    def finding(
        self, rule: DataRule, number: int, words: Words, item: str = "name", value: str | None = None
    ) -> Finding:
        """The finding about a record that was kept, or an item of it, as `finding_of` makes it of one at hand."""
        mark, start = self._at[number], self._ends[number - 1] if number else 0
        texts = bytes(self._texts[start : self._ends[number]]).decode("utf-8", "surrogatepass")
        record, _, name = texts.rpartition(_END)
        column = self._columns.get((mark >> 32, item), self._marks.place(mark))
        return Finding(
            rule=rule.id,
            severity=rule.severity,
            message=filled(rule.message, words, rule),
            mend=filled(rule.mend, words, rule),
            place=replace(column, row=(mark & 0xFFFFFFFF) or None),
            record=record,
            fact=item,
            value=name or None if item == "name" else value,
            component="",
        )
