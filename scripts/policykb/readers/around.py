"""Tell what texts around a table say of single items: in what one is counted, and which number means not stated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ..errors import InputError
from ..model import Finding, Record, Text, UnitForm
from ..patterns import regex
from .column import Column
from .findings import clip
from .sheet.units import may_state_unit
from .words import half_width, normal

if TYPE_CHECKING:
    from .headers import Names
    from .part import Head
    from .reader import Reader
    from .tables import TableReader

__all__ = ["Around", "Missing", "is_of_items", "of_some"]

_CLAUSES = regex(r"[，。；;\n]|(?<![0-9]),|,(?![0-9])")
_EXCEPT = regex(r"除|其余|其他|其它|以外|except|other")
_STANDS_FOR = r"(?:=|:|为|即|指|代表|表示|表|均为|means|stands\s*for|is)+"
_WRITTEN_AS = r"(?:的|项|值|数据|处|均|都|统一|一律|请|以|用|按|填写|填|记|计|写|作|为|表示|=|:|as)+"
_IN = r"(?:金额|数据|数|值|的|等|均|都|一律|统一|请|计量)*(?:以|按|用|为|是|系|单位|:|\s)+(?:人民币)?"
_NUMBER = r"[\"“'‘]?(-?[0-9]+(?:\.[0-9]+)?)[\"”'’]?"


def is_of_items(text: str, names: Names) -> bool:
    """Whether a text says anything of a single item, its answers or its numbers."""
    return (
        names.values.boxes.explained_in(text)
        or next(_missing(text, names), None) is not None
        or next(_counted(text, names), None) is not None
    )


def of_some(texts: Iterable[str], columns: Iterable[Column], names: Names) -> tuple[str, ...]:
    """What texts say of the unit of some items, where others have figures without a unit as well: not theirs."""
    known = names.vocabulary.facts
    open_ = [one for one in columns if one.unit is None and any(known[fact].adds_up for fact in one.facts)]
    told = ((facts, said) for text in texts for facts, _, said in _counted(text, names))
    return tuple(said for facts, said in told if any(facts.isdisjoint(column.facts) for column in open_))


class Around:
    """What texts around a table say of single items; a figure that they leave in doubt is an error.

    Args:
        reader: the reader of the table.
        head: its header.
        texts: the texts.
    """

    def __init__(self, reader: TableReader, head: Head, texts: Sequence[str]) -> None:
        names = reader.names
        self._reader, self._head = reader, head
        self._missing = Missing(reader, texts)
        known = reader.vocabulary.facts
        self._otherwise = {
            fact: (unit, said, column.unit is not None)
            for text in texts
            for facts, unit, said in _counted(text, names)
            for column in head.columns
            for fact in column.facts
            if fact in facts and not column.fault and known[fact].unit and not self._is_said(fact, column.unit, unit)
        }

    def __bool__(self) -> bool:
        return bool(self._missing or self._otherwise)

    def _is_said(self, fact: str, own: UnitForm | None, said: UnitForm) -> bool:
        """Whether a column is counted in a unit, by its title or what stands around all columns."""
        words, unit = self._reader.names.words, self._reader.vocabulary.facts[fact].unit
        above = next((one for one in self._head.lines.units if one.unit == unit), None)
        here = own or above
        scale = (unit, Decimal(1)) if here is None else _scale(here)
        is_foreign = said.unit != unit and normal(said.written) in words.currency_unit
        if (is_foreign and here is not None) or normal(said.written) in words.currency:
            return said.unit == scale[0]
        return scale == _scale(said)

    def told(self, record: Record) -> Record:
        """A record with what the texts leave in doubt."""
        if not self:
            return record
        found = [self._doubt(record, fact) for fact in _clear(record) if fact in self._otherwise]
        record = replace(record, findings=(*record.findings, *(one for one in found if one is not None)))
        return self._missing.told(record, self._reader.written)

    def _doubt(self, record: Record, fact: str) -> Finding | None:
        unit, said, has_own = self._otherwise[fact]
        if self._reader.has_unit(record, fact):
            return None
        if has_own:
            return self._reader.unclear_unit(record, fact, unit.written, "unit-said-otherwise", remark=said)
        return self._reader.unclear_unit(record, fact, said, suggestion=unit.written)

    def refuse(self, where: str | Text) -> None:
        """Refuse what stands below records that were given on already, where it leaves their figures in doubt.

        Raises:
            InputError: it states another unit than that of a column, or a number that means not stated.
        """
        for _, said, _ in self._otherwise.values():
            raise InputError("unit-below-table", where=where, unit=said)
        for number, said in self._missing.numbers:
            raise InputError("number-below-table", where=where, value=str(number), remark=said)


class Missing:
    """The numbers of which texts say that they mean not stated; such a figure, or answer, is an error.

    Args:
        reader: the reader of the records.
        texts: what stands beside them.
    """

    def __init__(self, reader: Reader, texts: Iterable[str]) -> None:
        self._reader = reader
        self.numbers = [told for text in texts for told in _missing(text, reader.names)]

    def __bool__(self) -> bool:
        return bool(self.numbers)

    def told(self, record: Record, written: Callable[[Record, str], str]) -> Record:
        """A record with its figures that may mean not stated.

        Args:
            record: the record.
            written: how a figure of a record was written.
        """
        found = list[Finding]()
        for fact in _clear(record) if self else ():
            value = record.facts[fact]
            # 0 was read as no.
            figure = str(int(value)) if isinstance(value, bool) else written(record, fact)
            said = next((said for number, said in self.numbers if _is_number(figure, number)), None)
            if said is not None:
                words = {"record": record.id, "fact": fact, "value": figure, "remark": said}
                place = record.places.get(fact, record.place)
                found.append(self._reader.tell("number-for-missing", "error", place, **words))
        return replace(record, findings=(*record.findings, *found)) if found else record


def _clear(record: Record) -> list[str]:
    """The facts of a record that have no error."""
    refused = {one.fact for one in record.findings if one.severity == "error"}
    return [fact for fact in record.facts if fact not in refused]


def _scale(form: UnitForm) -> tuple[str, Decimal | None]:
    return form.unit, None if form.factor is None else form.factor / form.divisor


def _is_number(written: str, number: Decimal) -> bool:
    try:
        return Decimal(written.replace(",", "")) == number
    except ArithmeticError:
        return False


class _Patterns(NamedTuple):
    """What says that a number is none, in two orders of words, and in what items are counted."""

    missing: tuple[re.Pattern[str], ...]
    counted: re.Pattern[str]
    names: re.Pattern[str]


@lru_cache(maxsize=8)
def _patterns(names: Names) -> _Patterns:
    words, items = _any_of(names.words.not_stated), _any_of(names.of_facts(None))
    units, ignore = _any_of(names.values.forms), re.IGNORECASE
    return _Patterns(
        (
            regex(rf"(?<![0-9.]){_NUMBER}\s*{_STANDS_FOR}\s*(?:{words})", ignore),
            regex(rf"(?:{words})\s*{_WRITTEN_AS}\s*{_NUMBER}(?![0-9.%年月日个家条项户元万亿])", ignore),
        ),
        regex(rf"((?:(?:{items})[、和及与]?){{1,9}}){_IN}\s*({units})(?=$|[)计填列报核统作为])", ignore),
        regex(items, ignore),
    )


def _any_of(words: Iterable[str]) -> str:
    """Some words, which are known without the blanks between them."""
    listed = sorted(words, key=len, reverse=True)
    return (
        "|".join(r"\s?".join(map(re.escape, word)) if word.isascii() else re.escape(word) for word in listed) or "(?!)"
    )


def _missing(text: str, names: Names) -> Iterator[tuple[Decimal, str]]:
    """The numbers of which a text says that they are none, each with the words: 0表示未填报, 缺失值填999."""
    if any(map(str.isdecimal, text)):
        said = half_width(text)
        for pattern in _patterns(names).missing:
            yield from ((Decimal(found[1]), clip(found[0])) for found in pattern.finditer(said))


def _counted(text: str, names: Names) -> Iterator[tuple[set[str], UnitForm, str]]:
    """The facts of which a text says in what they are counted, with the unit and the words: 进出口总额以美元计."""
    if not may_state_unit(text):
        return
    patterns, forms = _patterns(names), names.values.forms
    for clause in map(str.strip, _CLAUSES.split(half_width(text))):
        found = None if _EXCEPT.search(clause) else patterns.counted.search(clause)
        if found is not None and (unit := forms.get(normal(found[2]))) is not None:
            columns = [names.named(one) for one in patterns.names.findall(found[1])]
            yield {fact for column in columns if column is not None for fact in column.facts}, unit, clip(clause)
