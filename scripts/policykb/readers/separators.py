"""Figures with one separator before three digits, in a table that writes others as 1.234.567 or 600,5.

1.234 may be 1234 there, and 600,500 no more than 600.5; where figures are grouped as 6,000,000 they are what they seem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from ..model import Place, Record
from ..patterns import regex
from .cells import Cell, TextRow
from .part import Head
from .words import half_width

if TYPE_CHECKING:
    from .tables import TableReader

__all__ = ["OTHERWISE", "Separators"]

_GROUPED = r"[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|[0-9]{1,3}\.[0-9]{3},[0-9]+"
OTHERWISE = rf"^[^0-9.,]*(?:{_GROUPED}|[0-9]+,[0-9]{{1,2}})(?:[^0-9.,].*)?$"
"""A figure whose points group its digits, or whose comma is that of its decimals."""
_OTHERWISE = regex(OTHERWISE)
_AS_USUAL = regex(r"[^0-9.,]*[0-9]{1,3}(?:(?:,[0-9]{3}){2,}(?:\.[0-9]+)?|,[0-9]{3}\.[0-9]+)(?:[^0-9.,].*)?")
_EITHER = regex(r"[^0-9.,]*[1-9][0-9]{0,2}[.,][0-9]{3}(?:[^0-9.,].*)?")


class Separators:
    """What one table shows of how its figures are written.

    Args:
        reader: the reader of the table.
        head: its header.
    """

    def __init__(self, reader: TableReader, head: Head) -> None:
        self._reader = reader
        facts = reader.vocabulary.facts
        counted = {one: [fact for fact in one.facts if facts[fact].datatype == "decimal"] for one in head.columns}
        self._columns = {one.index: (one, facts) for one, facts in counted.items() if facts}
        self._otherwise = ""
        self._is_usual = False
        self._either: dict[int | None, dict[str, tuple[str, Place]]] = {}

    @property
    def otherwise(self) -> str:
        """A figure that shows the other way of writing, unless others show the usual one: then it is a slip."""
        return "" if self._is_usual else self._otherwise

    def note(self, record: Record, cells: Mapping[int, Cell]) -> None:
        """See how the figures of a row are written."""
        texts = cells.texts if type(cells) is TextRow else None
        for index, (column, facts) in self._columns.items():
            if texts is not None:
                text = texts[index] if index < len(texts) else ""
            else:
                text = cells[index].text if index in cells else ""
            if "," not in text and "." not in text:
                continue
            text = half_width(text)
            if _EITHER.fullmatch(text):
                place = replace(record.place, column=column.title, index=index)
                own = {fact: (text, place) for fact in facts if isinstance(record.facts.get(fact), Decimal)}
                self._either.setdefault(record.place.row, {}).update(own)
            elif _OTHERWISE.match(text) and (texts is not None or cells[index].kind == "text"):
                self._otherwise = self._otherwise or text
            elif _AS_USUAL.fullmatch(text):
                self._is_usual = True

    def late(self, record: Record, cells: Mapping[int, Cell]) -> str:
        """The figure of a row that leaves those in doubt which were given on before it; empty where there is none."""
        before, had_any = self.otherwise, bool(self._either)
        self.note(record, cells)
        return self.otherwise if not before and had_any else ""

    def told(self, record: Record) -> Record:
        """A record with an error of each figure that may be another one."""
        if not self.otherwise:
            return record
        found = [
            self._reader.tell(
                "separator-unsure", "error", place, record=record.id, fact=fact, value=text, other=self.otherwise
            )
            for fact, (text, place) in self._either.get(record.place.row, {}).items()
        ]
        return replace(record, findings=(*record.findings, *found)) if found else record
