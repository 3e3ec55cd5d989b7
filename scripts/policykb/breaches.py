"""Put the breach of a data rule into a finding, and the place of another record into words."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from . import wording
from .catalogue import at
from .datarules import DataRule, FactRule, written
from .model import Finding, Place, Record, Text, Value
from .readers.findings import clip
from .readers.sources import FORMATS

__all__ = ["Firsts", "Marks", "Seen", "Words", "earlier", "filled", "finding_of"]

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
        message=filled(message, {"value": clip(shown or ""), "item": item, **(words or {})}, rule),
        mend=rule.mend,
        place=record.places.get(item, record.place),
        record=record.id,
        fact=item,
        value=shown,
        component=component,
    )


def filled(text: Text, words: Words, rule: DataRule) -> Text:
    """A sentence of a data rule with its placeholders filled in, in either language."""
    return wording.filled(text, words, rule.id, "shapes/records.ttl")


def earlier(seen: Seen, key: int, here: int) -> int | None:
    """The place that had a key first, or None where this is the first, which is kept."""
    first = seen.get(key)
    if first is None:
        seen[key] = here
    return first


class Firsts:
    """Where each of many numbers stands first; numbers that come one after another take eight bytes each."""

    _SPARE = 1024

    def __init__(self) -> None:
        self._near = array("q")  # the mark of each number, from 1; 0 where there is none
        self._far: Seen = {}
        self._count = 0

    def get(self, number: int) -> int | None:
        """Where a number stands first, if anywhere."""
        if number < len(self._near) and self._near[number]:
            return self._near[number] - 1
        return self._far.get(number)

    def first(self, number: int, here: int) -> int | None:
        """The same; where it stands nowhere yet, `here` is kept."""
        found = self.get(number)
        if found is not None:
            return found
        self._count += 1
        # Room is made for numbers not far beyond those that came, so that it stays in proportion to them.
        if number < 2 * self._count + self._SPARE:
            if number >= len(self._near):
                self._near.extend(bytes(1) * (number + 1 - len(self._near)))
            self._near[number] = here + 1
        else:
            self._far[number] = here
        return None


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
