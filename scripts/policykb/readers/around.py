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
_SENTENCES = regex(r"[。；;\n]")
_PIECES = regex(r"[\W_]+")
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
        stated = {fact for column in head.columns for fact in column.facts}
        self._turned = {fact: said for text in texts for said, facts in _turned(text, names) for fact in facts & stated}
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
        return bool(self._missing or self._turned or self._otherwise)

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
        found = [self._doubt(record, fact) for fact in _clear(record)]
        record = replace(record, findings=(*record.findings, *(one for one in found if one is not None)))
        return self._missing.told(record, self._reader.written)

    def _doubt(self, record: Record, fact: str) -> Finding | None:
        value, said = record.facts[fact], self._turned.get(fact)
        if said is None and isinstance(value, bool):
            said = self._missing.said_of(str(int(value)))  # 0 was read as no
        if said is not None:
            place = record.places.get(fact, record.place)
            words = {"record": record.id, "fact": fact, "remark": said}
            return self._reader.tell("answers-turned-around", "error", place, **words)
        if fact not in self._otherwise or self._reader.has_unit(record, fact):
            return None
        unit, said, has_own = self._otherwise[fact]
        if has_own:
            return self._reader.unclear_unit(record, fact, unit.written, "unit-said-otherwise", remark=said)
        return self._reader.unclear_unit(record, fact, said, suggestion=unit.written)

    def refuse(self, where: str | Text) -> None:
        """Refuse what stands below records that were given on already, where it leaves their figures in doubt.

        Raises:
            InputError: it states another unit than that of a column, a number that means not stated, or a mark that
                stands for another answer than it was read as.
        """
        for said in self._turned.values():
            raise InputError("answers-below-table", where=where, remark=said)
        for _, said, _ in self._otherwise.values():
            raise InputError("unit-below-table", where=where, unit=said)
        for number, said in self._missing.numbers:
            raise InputError("number-below-table", where=where, value=str(number), remark=said)


class Missing:
    """The numbers of which texts say that they mean not stated; such a figure is an error.

    Args:
        reader: the reader of the records.
        texts: what stands beside them.
    """

    def __init__(self, reader: Reader, texts: Iterable[str]) -> None:
        self._reader = reader
        self.numbers = [told for text in texts for told in _missing(text, reader.names)]

    def __bool__(self) -> bool:
        return bool(self.numbers)

    def said_of(self, figure: str) -> str | None:
        """What says of a figure, as it is written, that it means not stated; None where nothing does."""
        return next((said for number, said in self.numbers if _is_number(figure, number)), None)

    def told(self, record: Record, written: Callable[[Record, str], str]) -> Record:
        """A record with its figures that may mean not stated.

        Args:
            record: the record.
            written: how a figure of a record was written.
        """
        found = list[Finding]()
        for fact in _clear(record) if self else ():
            figure = written(record, fact)
            if (said := self.said_of(figure)) is not None:
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
    others: re.Pattern[str]


@lru_cache(maxsize=8)
def _patterns(names: Names) -> _Patterns:
    words, items, ignore = names.words, _any_of(names.of_facts(None)), re.IGNORECASE
    lacking, beside = _any_of(words.not_stated), _any_of((*words.unit_of, *words.unit_beside))
    # 填写 is 填 and 写 as well: what was tried in one way is not tried in the others.
    stands_for = rf"(?:(?:[=:]|{_any_of(words.stands_for)}|{beside})\s*)++"
    unit = rf"(?:{_any_of(words.currency)})?\s*({_any_of(names.values.forms)})"
    return _Patterns(
        (
            regex(rf"(?<![0-9.]){_NUMBER}\s*{stands_for}(?:{lacking})", ignore),
            regex(rf"(?:{lacking})的?\s*{stands_for}{_NUMBER}(?![0-9.%\w])", ignore),
        ),
        regex(rf"((?:(?:{items})[、和及与]?){{1,9}})的?(?:[\s:]|{beside})++{unit}(?=\s*(?:$|[)]|{beside}))", ignore),
        regex(items, ignore),
        regex(_any_of(words.others), ignore),
    )


def _any_of(words: Iterable[str]) -> str:
    """Some words, which are known without the blanks between them."""
    listed = sorted(words, key=len, reverse=True)
    return (
        "|".join(r"\s?".join(map(re.escape, word)) if word.isascii() else re.escape(word) for word in listed) or "(?!)"
    )


def _turned(text: str, names: Names) -> Iterator[tuple[str, set[str]]]:
    """What a text says by which 1 or √ may mean no, and the facts that it is about: those that it names, or all."""
    for said in filter(names.values.boxes.turned_in, map(str.strip, _SENTENCES.split(text))):
        answers = {fact.id for fact in names.vocabulary.facts.values() if fact.datatype == "boolean"}
        columns = [names.named(piece) for piece in _PIECES.split(half_width(said)) if piece]
        named = {fact for column in columns if column is not None for fact in column.facts}
        yield clip(said), answers & named or answers


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
        found = None if patterns.others.search(clause) else patterns.counted.search(clause)
        if found is not None and (unit := forms.get(normal(found[2]))) is not None:
            columns = [names.named(one) for one in patterns.names.findall(found[1])]
            yield {fact for column in columns if column is not None for fact in column.facts}, unit, clip(clause)
