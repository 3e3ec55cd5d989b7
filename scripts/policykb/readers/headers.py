"""Match the header of a table with the facts and columns that are known."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ..model import RecordType, Text, UnitForm, Vocabulary
from .values import Values
from .words import half_width, nearest, normal

__all__ = ["Column", "Names"]

_BRACKETED = re.compile(r"(?P<base>.+?)\s*[(\[](?P<inner>[^()\[\]]+)[)\]]")
_BEHIND_MARK = re.compile(r"(?P<base>.+?)\s*[/,，、:|]\s*(?P<inner>.+)")
_UNIT_WORD = re.compile(r"^(计量)?单位\s*[:：]?\s*|^(unit|in)\s*[:：]?\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its title, and what that was recognised as.

    `facts` are the facts of this name (of several record types, one each at most), `known` a column that is no
    fact. `fault` is the rule that the header breaks and `words` its placeholders: every value below is refused
    with it. A column with neither is unknown.
    """

    index: int
    title: str
    facts: tuple[str, ...] = ()
    known: str | None = None
    unit: UnitForm | None = None
    fault: str | None = None
    words: tuple[tuple[str, str], ...] = ()

    @property
    def is_recognised(self) -> bool:
        """Whether the title names something known, with or without a fault in its unit."""
        return bool(self.facts or self.known)


class Names:
    """The written names of facts, columns and record types.

    Args:
        vocabulary: where the names come from.
        values: the reader of values, for the written units.
    """

    def __init__(self, vocabulary: Vocabulary, values: Values) -> None:
        self.vocabulary = vocabulary
        self.values = values
        self._facts: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._columns: dict[str, str] = {}
        self._types: dict[str, str] = {}
        self._written: dict[str, tuple[str, str]] = {}
        self._notes = {
            normal(name) for (sort, _), names in vocabulary.aliases.items() if sort == "notes" for name in names
        }
        for fact in vocabulary.facts.values():
            if fact.record_types:
                for name in self._names("fact", fact.id, fact.label):
                    self._facts[normal(name)][fact.id] = None
                    self._written.setdefault(name, ("fact", fact.id))
        for column, label in vocabulary.columns.items():
            for name in self._names("column", column, label):
                self._columns[normal(name)] = column
                self._written.setdefault(name, ("column", column))
        for kind in vocabulary.record_types.values():
            for name in self._names("type", kind.id, kind.label):
                self._types[normal(name)] = kind.id

    def record_type(self, written: str) -> RecordType | None:
        """The record type of this name, or None. A year behind the name does not matter: EnterpriseYear-2020."""
        found = self._types.get(normal(written)) or self._types.get(normal(re.sub(r"[\W_]*\d{4}年?度?$", "", written)))
        return self.vocabulary.record_types[found] if found else None

    def is_notes(self, written: str) -> bool:
        """Whether a sheet of this name holds explanations, such as 填表说明."""
        return normal(written) in self._notes

    def nearest_type(self, written: str) -> str | None:
        """The name of a record type that `written` nearly matches."""
        names = [
            name for kind in self.vocabulary.record_types.values() for name in self._names("type", kind.id, kind.label)
        ]
        return nearest(written, names)

    def nearest_name(
        self, written: str, kind: RecordType | None, taken: Collection[tuple[str, str]] = ()
    ) -> str | None:
        """The name of a fact (of a record type, if given) or column that `written` nearly matches.

        `taken` holds the ("fact" | "column", id) that another column names exactly: 出口额 beside 进出口额 is no slip.
        """
        allowed = self.vocabulary.facts if kind is None else kind.facts
        names = (
            name
            for name, (sort, known) in self._written.items()
            if (sort == "column" or known in allowed) and (sort, known) not in taken
        )
        return nearest(written, names)

    def columns(self, titles: Mapping[int, str], kind: RecordType | None) -> tuple[Column, ...]:
        """What the titles of a header name, in their order.

        Args:
            titles: the titles by position.
            kind: the record type of the whole table, where it has one.
        """
        first = [self.column(index, title, kind) for index, title in titles.items()]
        taken = {("fact", fact) for column in first for fact in column.facts}
        taken |= {("column", column.known) for column in first if column.known}
        found: list[Column] = []
        names: dict[tuple[str, str], Column] = {}
        for column in first:
            if column.fault == "near-column":
                column = self.column(column.index, column.title, kind, taken)
            if kind is not None and column.facts and not column.fault:
                own = tuple(fact for fact in column.facts if fact in kind.facts)
                column = replace(column, facts=own or column.facts)
            own_names = _names_of(column)
            twin = next((names[name] for name in own_names if name in names), None)
            for name in own_names:
                names.setdefault(name, column)
            if twin is not None:
                column = replace(column, fault="column-twice", words=(("other", twin.title),))
            found.append(column)
        return tuple(found)

    def column(
        self, index: int, title: str, kind: RecordType | None, taken: Collection[tuple[str, str]] = ()
    ) -> Column:
        """What a header names: facts or a known column, with the unit written beside the name.

        Args:
            index: position in the table.
            title: the header as written.
            kind: the record type of the whole table, where it has one.
            taken: what other columns name exactly; see `nearest_name`.
        """
        text = " ".join(half_width(title).split()).strip("*: ")
        found = self._exact(index, title, text)
        if found is not None:
            return found
        for pattern in (_BRACKETED, _BEHIND_MARK):
            split = pattern.fullmatch(text)
            if split is None:
                continue
            found = self._exact(index, title, split["base"])
            if found is not None:
                return self._with_unit(found, split["inner"])
        for unit in sorted(self.values.forms.values(), key=lambda form: -len(form.written)):
            if text.endswith(unit.written) and (found := self._exact(index, title, text[: -len(unit.written)])):
                return self._with_unit(found, unit.written)
        split = _BRACKETED.fullmatch(text)
        near = self.nearest_name(split["base"] if split else text, kind, taken)
        if near is not None:
            return Column(index, title, fault="near-column", words=(("suggestion", near),))
        return Column(index, title)

    def _names(self, sort: str, name: str, label: Text) -> tuple[str, ...]:
        return tuple(filter(None, (name, label.zh, label.en, *self.vocabulary.aliases.get((sort, name), ()))))

    def _exact(self, index: int, title: str, name: str) -> Column | None:
        key = normal(name)
        if key in self._facts:
            return Column(index, title, facts=tuple(self._facts[key]))
        if key in self._columns:
            return Column(index, title, known=self._columns[key])
        return None

    def _with_unit(self, column: Column, written: str) -> Column:
        """The column with the unit in its title; brackets that hold no unit are a hint, except beside a quantity."""
        form = self.values.forms.get(normal(_UNIT_WORD.sub("", written.strip())))
        quantities = [fact for fact in column.facts if self.vocabulary.facts[fact].unit is not None]
        if form is not None and quantities:
            fits = [fact for fact in quantities if self.vocabulary.facts[fact].unit == form.unit]
            fault = None if fits else "wrong-unit"
            expected = self.vocabulary.facts[quantities[0]].unit or ""
            words = () if fits else (("unit", form.written), ("expected", expected))
            return Column(column.index, column.title, tuple(fits) or column.facts, None, form, fault, words)
        same = self._exact(column.index, column.title, written)
        if quantities and not (same and same.facts == column.facts):
            return Column(
                column.index, column.title, column.facts, None, None, "unknown-unit", (("unit", written.strip()),)
            )
        return column


def _names_of(column: Column) -> list[tuple[str, str]]:
    """What no other column of a table may name as well."""
    return [("column", column.known)] if column.known is not None else [("fact", fact) for fact in column.facts]
