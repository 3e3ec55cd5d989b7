"""Read what is not plain in a column as `apply` reads a cell, each different text once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from functools import lru_cache

import ibis.expr.datatypes as dt
import pyarrow as pa

from ..law.data_rules import FactRule, RecordRules
from ..model import Finding, Place, RecordType, Value, Vocabulary
from ..readers.asides import Asides, read_asides
from ..readers.builder import RecordBuilder
from ..readers.cells import Cell
from ..readers.findings import clip
from ..readers.headers import Names
from ..readers.values import Values
from ..records.breaches import filled
from .plain import LIST_MARK, Typed
from .words import ROW, Item, Words

__all__ = ["REFUSED", "Got", "Readers", "Texts", "number_in", "wordings_of"]

REFUSED = "refused:"
"""Prefix of the columns that hold, beside what was read, the texts that were refused."""

REMEMBERED = 2**16
"""Texts of one column that are remembered."""
_COLUMNS = {"record": "id"}
_WIDE = Context(prec=80)


@dataclass(frozen=True, slots=True)
class Got:
    """What a text states (None: nothing), or why it is refused."""

    value: Value | None
    refusal: Finding | None = None


@dataclass(frozen=True)
class Readers:
    """What reading the values of one kind of record needs.

    Args:
        kind: the type of the records.
        vocabulary: the facts and messages.
        rules: the data rules, which say what is wrong with a number that no column holds.
        where: the file, for places.
    """

    kind: RecordType
    vocabulary: Vocabulary
    rules: RecordRules
    where: str
    values: Values
    names: Names
    asides: Asides

    @staticmethod
    def of(kind: RecordType, vocabulary: Vocabulary, rules: RecordRules, where: str) -> Readers:
        """The readers of a vocabulary."""
        values = Values(vocabulary)
        return Readers(kind, vocabulary, rules, where, values, Names(vocabulary, values), read_asides(vocabulary))

    @property
    def words(self) -> Words:
        """The words that are plain."""
        return Words(self.values, self.asides)


class Texts:
    """Reads the texts of one column.

    Args:
        readers: the readers.
        item: what the column states.
        written: how the file types its cells.
        kind: the type of the column of values.
    """

    def __init__(self, readers: Readers, item: Item, written: Typed, kind: dt.DataType) -> None:
        self.readers, self.item, self.written, self.kind = readers, item, written, kind
        self.read: Callable[[str], Got] = lru_cache(maxsize=REMEMBERED)(self._read)

    def table(self, texts: Iterable[str]) -> pa.Table:
        """Texts with what they state and, once more, those that are refused: the columns text, value, refused."""
        listed = list(texts)
        got = [self.read(text) for text in listed]
        values = [list(one.value) if isinstance(one.value, tuple) else one.value for one in got]
        refused = [None if one.refusal is None else text for text, one in zip(listed, got, strict=True)]
        return pa.table(
            {
                "text": pa.array(listed, pa.string()),
                "value": pa.array(values, self.kind.to_pyarrow()),
                "refused": pa.array(refused, pa.string()),
            }
        )

    def wordings(self, texts: Iterable[str]) -> pa.Table:
        """Those texts that are refused, with the columns of a table of invalid records that say why."""
        got = [(text, self.item.name, self.read(text).refusal) for text in texts]
        return wordings_of([(text, item, found) for text, item, found in got if found is not None])

    def _read(self, text: str) -> Got:
        item, readers = self.item, self.readers
        place = Place(readers.where, column=item.column.title)
        builder = RecordBuilder(readers.vocabulary, readers.kind, place, "")
        aside = self._aside(text)
        if aside is not None:
            builder.refuse(aside, place, value=text)
            return Got(None, builder.findings[0])
        name = _COLUMNS.get(item.name, item.name) if item.fact is None else item.name
        if name != ROW:
            self._put(builder, name, text)
        errors = [found for found in builder.findings if found.severity == "error"]
        if errors:
            return Got(None, errors[0])
        value = builder.facts.get(name) if item.fact is not None else builder.columns.get(name)
        return Got(None) if value is None else self._held(value, builder)

    def _put(self, builder: RecordBuilder, name: str, text: str) -> None:
        """Read a text as the cell of a table, or the list of a record."""
        values, fact, place = self.readers.values, self.item.fact, builder.place
        if fact is not None and self.written == "list":
            count, *members = text.split(LIST_MARK)
            shown = json.dumps(members, ensure_ascii=False)
            cells = [Cell(member) for member in members] if count != "0" else []
            if len(cells) == int(count):
                builder.put(name, place, shown, lambda: values.read_list(cells, fact))
            else:  # a member is missing, or holds the mark itself
                builder.refuse("value-not-text", place, fact=name, value=shown)
            return
        assert self.written != "list"
        cell = Cell(text, self.written, day=date.fromisoformat(text) if self.written == "date" else None)
        if fact is None:
            builder.put(name, place, text, lambda: values.read_column(name, cell))
        else:
            builder.put(name, place, text, lambda: values.read(cell, fact, self.item.column.unit))

    def _aside(self, text: str) -> str | None:
        """The rule by which the row of a text is no record."""
        if self.item.name in (ROW, "name") and (rule := self.readers.asides.rule(text)) is not None:
            return rule
        asides = self.readers.asides
        is_remark = self.item.name == ROW and (asides.is_remark(text) or asides.is_signed(text))
        return "remark-row" if is_remark else None

    def _held(self, value: Value, builder: RecordBuilder) -> Got:
        """The value as the column holds it. What it cannot hold breaks a data rule, or has too many digits for it."""
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return Got(value)
        held = number_in(Decimal(value), self.kind if isinstance(self.kind, dt.Decimal) else None)
        if held is not None:
            return Got(held)
        about = self.readers.rules.types[self.readers.kind.id].facts.get(self.item.name, ())
        for rule in about:
            if rule.severity == "error" and not rule.admits(value):
                return Got(None, _broken(rule, builder, self.item.name, value))
        most = f"{self.kind.precision if isinstance(self.kind, dt.Decimal) else 18}"
        builder.refuse("number-too-long", builder.place, fact=self.item.name, value=value, most=most)
        return Got(None, builder.findings[-1])


def number_in(value: Decimal, kind: dt.Decimal | None) -> int | Decimal | None:
    """A number as a type holds it, a whole one of 64 bits where that is None; None where it does not."""
    scale = kind.scale or 0 if kind is not None else 0
    scaled = value.scaleb(scale, _WIDE)
    if scaled != scaled.to_integral_value():
        return None
    whole = int(scaled)
    if kind is not None:
        return Decimal(whole).scaleb(-scale, _WIDE) if abs(whole) < 10 ** (kind.precision or 0) else None
    return whole if -(2**63) <= whole < 2**63 else None


def wordings_of(refused: Sequence[tuple[str, str, Finding]]) -> pa.Table:
    """Texts with the item each stands for and why it is refused: columns of a table of invalid records."""
    columns = {
        "text": [text for text, _, _ in refused],
        "item": [item for _, item, _ in refused],
        "rule": [found.rule for _, _, found in refused],
        "shown": [found.value for _, _, found in refused],
        "message_zh": [found.message.zh for _, _, found in refused],
        "message_en": [found.message.en for _, _, found in refused],
        "mend_zh": [found.mend.zh for _, _, found in refused],
        "mend_en": [found.mend.en for _, _, found in refused],
    }
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _broken(rule: FactRule, builder: RecordBuilder, item: str, value: Value) -> Finding:
    message = rule.tells.get(rule.breach(value) or "", rule.message)
    shown = filled(message, {"value": clip(value), "item": item}, rule)
    return Finding(rule.id, rule.severity, shown, rule.mend, builder.place, None, item, clip(value))
