"""Match the header of a table with the facts and columns that are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ..model import RecordType, Text, UnitForm, Vocabulary
from ..patterns import regex
from .beside import begun, beside_name
from .column import Column
from .sheet.answers import with_answers
from .sheet.groups import under, without_total
from .sheet.titles import Title, clean, on_one_line, take_apart
from .sheet.units import of_title
from .sheet.words import read_sheet_words
from .values import Values
from .words import nearest, normal, parts_of_name

__all__ = ["Column", "Names"]

MOST_REMEMBERED = 4096  # titles
_BRACKETED = regex(r"(?P<base>.+?)\s*[(\[](?P<inner>[^()\[\]]+)[)\]].*")
_INNER = regex(r"[(\[]([^()\[\]]+)[)\]]")


class Names:
    """The written names of facts, columns and record types.

    Args:
        vocabulary: where the names come from.
        values: the reader of values, for the written units.
    """

    def __init__(self, vocabulary: Vocabulary, values: Values) -> None:
        self.vocabulary = vocabulary
        self.values = values
        self.words = read_sheet_words(vocabulary)
        self._prior = {fact.prior_of: fact.id for fact in vocabulary.facts.values() if fact.prior_of}
        self._titles: dict[str, Column | None] = {}
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
        """The record type that the name of a file or sheet names, or None.

        Years, brackets, counters and words such as 导出 or 汇总表 around it do not matter: 导出_参展（2020年）(1).
        """
        found = self._types.get(normal(written))
        if found is None:
            parts = tuple(parts_of_name(written, self.words.sheet_name))
            named = {self._types[part] for part in parts if part in self._types}
            if len(named) == 1 and not any(part in self._notes for part in parts):
                (found,) = named
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

    def columns(
        self,
        titles: Mapping[int, str],
        kind: RecordType | None,
        groups: Mapping[int, tuple[str, ...]] = MappingProxyType({}),
    ) -> tuple[Column, ...]:
        """What the titles of a header name, in their order.

        Args:
            titles: the titles by position.
            kind: the record type of the whole table, where it has one.
            groups: by position the headers over several columns that a title stands under, from the top.
        """
        first = [under(self, self.column(at, title, kind), groups.get(at, ())) for at, title in titles.items()]
        taken = {("fact", fact) for column in first for fact in column.facts}
        taken |= {("column", column.known) for column in first if column.known}
        narrowed: list[Column] = []
        for column in first:
            if column.fault == "near-column":
                column = under(self, self.column(column.index, column.title, kind, taken), groups.get(column.index, ()))
            if kind is not None and column.facts and not column.fault:
                own = tuple(fact for fact in column.facts if fact in kind.facts)
                column = replace(column, facts=own or column.facts)
            narrowed.append(column)
        found: list[Column] = []
        names: dict[tuple[str, str, int | None], Column] = {}
        beside = False
        for column in without_total(with_answers(narrowed, self, kind), self, kind):
            column = self._in_other_currency(column, narrowed, kind)
            own_names = _names_of(column)
            twin = next((names[name] for name in own_names if name in names), None)
            for name in own_names:
                names.setdefault(name, column)
            if twin is not None and not (column.fault and column.facts):
                beside = beside or column.known == "name"
                fault = "tables-side-by-side" if beside else "column-twice"
                column = replace(column, fault=fault, words=(("other", twin.title),))
            found.append(column)
        return tuple(found)

    def _in_other_currency(self, column: Column, columns: Sequence[Column], kind: RecordType | None) -> Column:
        """进出口总额（万美元） beside 进出口总额（万元）: the unit tells the two apart."""
        if column.fault != "wrong-unit" or column.unit is None:
            return column
        beside = [one for one in columns if one.facts == column.facts and one.year == column.year and not one.fault]
        known = self.vocabulary.facts
        other = [
            fact.id
            for fact in known.values()
            if fact.currency_of in column.facts
            and fact.unit == column.unit.unit
            and (not kind or fact.id in kind.facts)
        ]
        if len(other) != 1 or (not beside and column.year is not None):
            return column
        if not beside:
            name = f"{known[other[0]].label.zh}（{column.unit.written}）"
            return replace(column, fault="unit-of-another-item", words=(("unit", column.unit.written), ("item", name)))
        return replace(column, facts=(other[0],), fault=None, words=(), unit=self.scale(column.unit))

    def in_prior_year(self, facts: Sequence[str]) -> tuple[str, ...]:
        """The facts that say the same of the year before."""
        return tuple(self._prior[fact] for fact in facts if fact in self._prior)

    def of_period(self, column: Column, year: int) -> Sequence[str]:
        """The facts that a column states of a record of a year: those of the year before, where it names that one."""
        if column.year is None or column.year == year:
            return column.facts
        return self.in_prior_year(column.facts) if column.year == year - 1 else ()

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
        found = self.named(title)
        if found is not None:
            return replace(found, index=index)
        text = clean(title)
        if self.words.is_derived(text):
            return Column(index, title)
        split = _BRACKETED.fullmatch(text)
        base = split["base"] if split else text
        if (turned := self._denied(index, title, base)) is not None:
            return turned
        near = self.nearest_name(base, kind, taken) or self._whole_of(base)
        if near is not None:
            # The unit stays in the mend: without it the figures would be read in another one.
            kept = "".join(f"（{part}）" for part in _INNER.findall(text))
            told = beside_name(self, Column(index, title), base, kept, kind)
            return told or Column(index, title, fault="near-column", words=(("suggestion", near + kept),))
        return begun(self, Column(index, title), text, kind)

    def _denied(self, index: int, title: str, base: str) -> Column | None:
        """The fault of a title that denies an item of yes or no: 非生产型企业. Its 是 is no answer to 生产型企业."""
        plain = normal(base)
        for word in self.words.negation:
            found = self.exact(index, title, plain[len(word) :]) if plain.startswith(word) else None
            if found and found.facts and all(self.vocabulary.facts[fact].datatype == "boolean" for fact in found.facts):
                words = (("remark", word), ("suggestion", self.vocabulary.facts[found.facts[0]].label.zh))
                return replace(found, fault="answers-turned", words=words)
        return None

    def _whole_of(self, base: str) -> str | None:
        """The name of the item of which a title asks for the whole: 展位费 of 展位费总额."""
        plain = normal(base)
        for word in self.words.whole:
            found = self.exact(0, "", plain[: -len(word)]) if plain.endswith(word) else None
            if found is not None and found.facts:
                return plain[: -len(word)]
        return None

    def named(self, title: str) -> Column | None:
        """What a title names by itself, at no position; None where it names nothing that is known."""
        if title not in self._titles:
            if len(self._titles) > MOST_REMEMBERED:
                self._titles.clear()
            found = self._named(title)
            self._titles[title] = found if found is not None and found.is_recognised else None
        return self._titles[title]

    def _named(self, title: str) -> Column | None:
        whole = on_one_line(title).strip("*: ")
        found = self.exact(0, title, whole)
        if found is not None:
            return found
        parts = take_apart(
            clean(title), self.words, self.values.forms, lambda name: self.exact(0, title, name) is not None
        )
        if parts is None:
            return None
        found = self.exact(0, title, parts.name)
        assert found is not None
        return self.said(found, parts)

    def said(self, column: Column, parts: Title) -> Column:
        """A column with what the rest of its title says of units, the year and the like."""
        if column.known is not None:
            return column
        facts = self.vocabulary.facts
        column = self.in_year(column, parts)
        again = [part for part in parts.unclear if (found := self.exact(0, "", part)) and found.facts == column.facts]
        parts = replace(parts, unclear=tuple(part for part in parts.unclear if part not in again))
        quantities = [fact for fact in column.facts if facts[fact].unit is not None]
        if column.fault or not quantities:
            answers = any(facts[fact].datatype == "boolean" for fact in column.facts)
            turned = [part for part in parts.unclear if answers and self.values.boxes.turns(part)]
            if turned and not column.fault:
                return replace(self.unclear(column, turned[0], parts.understood), fault="answers-turned")
            unclear = [part for part in parts.unclear if self.words.is_changing(part)]
            return self.unclear(column, unclear[0], parts.understood) if unclear and not column.fault else column
        units = of_title(parts.units, self.words)
        if parts.unclear:
            rest = parts.unclear[0]
            if units or parts.beside or self.words.is_changing(rest):
                return self.unclear(column, rest, parts.understood)
            return replace(column, fault="unknown-unit", words=(("unit", rest),))
        if len({(unit.unit, unit.factor) for unit in units}) > 1:
            words = (("units", "、".join(unit.written for unit in units)),)
            return replace(column, fault="units-disagree", words=words)
        return self.in_unit(column, units[0]) if units else column

    def in_unit(self, column: Column, form: UnitForm) -> Column:
        """A column of quantities with the unit of its figures, or the fault that it does not fit."""
        facts = self.vocabulary.facts
        quantities = [fact for fact in column.facts if facts[fact].unit is not None]
        fits = tuple(fact for fact in quantities if facts[fact].unit == form.unit)
        if fits:
            return replace(column, facts=fits, unit=self.scale(form))
        words = (("unit", form.written), ("expected", facts[quantities[0]].unit or ""))
        return replace(column, unit=form, fault="wrong-unit", words=words)

    def scale(self, form: UnitForm) -> UnitForm | None:
        """A unit, unless it names a currency alone: the scale is then what is written elsewhere."""
        return None if normal(form.written) in self.words.currency else form

    def in_year(self, column: Column, parts: Title) -> Column:
        """A column in the year that its title names, if it names one."""
        if len(parts.years) > 1 or (parts.years and parts.shifts) or len(parts.shifts) > 1:
            return self.unclear(column, "、".join((*map(str, parts.years), *parts.shifts)), parts.understood)
        is_prior = any(self.vocabulary.facts[fact].prior_of for fact in column.facts)
        if parts.years:
            if is_prior:
                return self.unclear(column, str(parts.years[0]), replace(parts, years=()).understood)
            return replace(column, year=parts.years[0])
        if parts.shifts == ("prior",):
            prior = self.in_prior_year(column.facts)
            if is_prior or not prior:
                return column if is_prior else replace(column, facts=(), known=None)
            return replace(column, facts=prior)
        return column

    def unclear(self, column: Column, remark: str, name: str) -> Column:
        """A column whose title says something that is not understood."""
        words = (("remark", remark), ("suggestion", name))
        return replace(column, fault="remark-unclear", words=words)

    def _names(self, sort: str, name: str, label: Text) -> tuple[str, ...]:
        return tuple(filter(None, (name, label.zh, label.en, *self.vocabulary.aliases.get((sort, name), ()))))

    def is_name(self, text: str) -> bool:
        """Whether a text is the name of a fact or column, just as it is known."""
        key = normal(text)
        return key in self._columns or key in self._facts

    def of_facts(self, kind: RecordType | None) -> list[str]:
        """The written names of all facts, or of those of a record type."""
        allowed = self.vocabulary.facts if kind is None else kind.facts
        return [name for name, (sort, known) in self._written.items() if sort == "fact" and known in allowed]

    def known(self) -> frozenset[str]:
        """All names of facts and columns, in their normal form."""
        return frozenset((*self._columns, *self._facts))

    def exact(self, index: int, title: str, name: str) -> Column | None:
        """The column whose name is exactly this, or None."""
        key = normal(name)
        if key in self._facts:
            return Column(index, title, facts=tuple(self._facts[key]))
        if key in self._columns:
            return Column(index, title, known=self._columns[key])
        asked = next((word for word in self.words.whether if key.startswith(word)), "")
        facts = tuple(self._facts.get(key[len(asked) :], ())) if asked else ()
        if facts and all(self.vocabulary.facts[fact].datatype == "boolean" for fact in facts):
            return Column(index, title, facts=facts)  # 是否外资企业
        return None


def _names_of(column: Column) -> list[tuple[str, str, int | None]]:
    """What no other column of a table may name as well, of the same year."""
    if column.known is not None:
        return [("column", column.known, column.year)]
    return [("fact", fact, column.year) for fact in column.facts]
