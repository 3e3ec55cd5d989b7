"""Understand a header over several columns: what it says of each column below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...model import RecordType
from ..column import Column
from ..words import normal
from .titles import Title, clean, take_apart, take_loosely
from .units import of_title

if TYPE_CHECKING:
    from ..headers import Names

__all__ = ["under", "without_total"]


def under(names: Names, column: Column, groups: Sequence[str]) -> Column:
    """A column under the headers over it, from the top: its name, unit and year as the whole path gives them."""
    path = [group for group in groups if normal(group) and normal(group) != normal(column.title)]
    leaf = take_loosely(column.title, names.words, names.values.forms)
    if path and leaf.units and not (leaf.name or leaf.years or leaf.shifts or leaf.unclear):
        # A line of units below the names: the name is the title above.
        column = names.column(column.index, f"{path[-1]}（{leaf.units[0].written}）", None)
        path = path[:-1]
    leaf = take_loosely(column.title, names.words, names.values.forms)
    for group in reversed(path):
        column = _under(names, column, group, leaf)
        leaf = _below(names, take_loosely(group, names.words, names.values.forms), leaf)
    return replace(column, group=column.group or path[-1]) if path else column


def _below(names: Names, parts: Title, leaf: Title) -> Title:
    """What a header and the title below it say together to a header over both."""
    name = (
        "" if normal(parts.name) in names.words.whole or normal(parts.name).endswith(names.words.group) else parts.name
    )
    own = "" if name and normal(leaf.name) in names.words.whole else leaf.name
    return Title(
        name + own,
        tuple(dict.fromkeys((*parts.units, *leaf.units))),
        tuple(dict.fromkeys((*parts.years, *leaf.years))),
        tuple(dict.fromkeys((*parts.shifts, *leaf.shifts))),
        (*parts.unclear, *leaf.unclear),
    )


def _under(names: Names, column: Column, group: str, leaf: Title) -> Column:
    """A column below a header over several; `leaf` is what its title and the headers between the two say."""
    if column.known is not None or column.fault in ("remark-unclear", "group-unclear"):
        return column
    parts, facts = _taken(names, group)
    if column.facts:
        joined = None if facts or not parts.name else _joined(names, column, parts, leaf)
        return _within(names, joined or column, parts, () if joined else facts, group, bool(joined))
    if not leaf.unclear and (not leaf.name or normal(leaf.name) in names.words.whole) and (facts or column.part_of):
        return _whole(names, column, parts, leaf, facts, group)
    joined = _joined(names, column, parts, leaf)
    if joined is not None:
        return _within(names, joined, parts, (), group, True)
    if facts and not names.words.is_derived(column.title):
        prior = names.in_prior_year(facts) if parts.shifts == ("prior",) else ()
        return replace(column, part_of=prior or facts, fault=None, words=(), group=group)
    return column


def _taken(names: Names, group: str) -> tuple[Title, tuple[str, ...]]:
    """A header over several columns taken apart, and the facts that it names, if any."""
    words, forms = names.words, names.values.forms

    def is_fact(name: str) -> bool:
        found = names.exact(0, "", name)
        return found is not None and bool(found.facts)

    parts = take_apart(clean(group), words, forms, is_fact)
    if parts is None:
        return take_loosely(group, words, forms), ()
    found = names.exact(0, "", parts.name)
    return parts, found.facts if found else ()


def _joined(names: Names, column: Column, parts: Title, leaf: Title) -> Column | None:
    """海外仓 over 面积: both together are a name."""
    if not parts.name or not leaf.name:
        return None
    for name in (parts.name + leaf.name, leaf.name + parts.name):
        found = names.exact(column.index, column.title, name)
        if found is not None and found.facts:
            return names.said(found, replace(leaf, name=name))
    return None


def _whole(names: Names, column: Column, parts: Title, leaf: Title, facts: tuple[str, ...], group: str) -> Column:
    """合计, 万元 or 2020年 below the name of a fact: the column of that fact."""
    if parts.units and leaf.units:
        # 万元/万美元 over 人民币 | 美元: of each column the one in its currency.
        own = tuple(unit for unit in parts.units if unit.unit in {one.unit for one in leaf.units})
        parts = replace(parts, units=own or parts.units)
        if len({(unit.unit, unit.factor) for unit in of_title((*parts.units, *leaf.units), names.words)}) > 1:
            return _disagree(column, (*parts.units, *leaf.units), facts)
    both = replace(_below(names, parts, leaf), name=parts.name)
    return names.said(Column(column.index, column.title, facts=facts, group=group), both)


def _within(names: Names, column: Column, parts: Title, facts: tuple[str, ...], group: str, is_named: bool) -> Column:
    """A column that names a fact by itself, in the unit and year of the header over it."""
    if column.fault and column.fault != "wrong-unit":
        return column
    if not is_named and not _is_neutral(names, column, parts, facts):
        unit = "" if column.unit is not None or not parts.units else f"（{parts.units[0].written}）"
        words = (("group", group), ("leaf", column.title), ("suggestion", clean(column.title) + unit))
        return replace(column, fault="group-unclear", words=words)
    if parts.years or parts.shifts:
        if column.year is not None and parts.years != (column.year,):
            return names.unclear(column, "、".join(map(str, parts.years)) or group, clean(column.title))
        if column.year is None:
            column = names.in_year(column, parts)
    counted = [fact for fact in column.facts if names.vocabulary.facts[fact].datatype == "decimal"]
    if not parts.units or not counted or column.fault:
        return column
    if column.unit is not None:
        own = [unit for unit in parts.units if unit.unit == column.unit.unit]
        said = of_title((*own, column.unit), names.words)
        same = bool(own) and len({(unit.unit, unit.factor) for unit in said}) == 1
        return column if same else _disagree(column, (*parts.units, column.unit), column.facts)
    fitting = [unit for unit in parts.units if any(names.vocabulary.facts[f].unit == unit.unit for f in counted)]
    return names.in_unit(column, (fitting or [*parts.units])[0])


def _is_neutral(names: Names, column: Column, parts: Title, facts: tuple[str, ...]) -> bool:
    """Whether a header over several columns merely groups them, or names the item of the column itself."""
    words = names.words
    if any(words.is_changing(text) for text in (parts.name, *parts.unclear)) or parts.unclear:
        return False
    if facts:
        return _linked(names, column, facts)
    name, leaf = normal(parts.name), normal(clean(column.title))
    if not name or name in leaf or leaf in name or names.record_type(parts.name) is not None:
        return True
    return name.endswith((*words.group, "表"))


def _linked(names: Names, column: Column, facts: tuple[str, ...]) -> bool:
    """Whether a column is of the same quantity as one of some facts, in another year or currency."""
    known = names.vocabulary.facts

    def root(fact: str) -> str:
        while (other := known[fact].currency_of or known[fact].prior_of) is not None:
            fact = other
        return fact

    return bool({root(fact) for fact in column.facts} & {root(fact) for fact in facts})


def _disagree(column: Column, units: Sequence[object], facts: tuple[str, ...]) -> Column:
    written = "、".join(dict.fromkeys(str(getattr(unit, "written", unit)) for unit in units))
    return replace(column, facts=facts, fault="group-units-disagree", words=(("units", written),))


def without_total(columns: Sequence[Column], names: Names, kind: RecordType | None) -> list[Column]:
    """The columns, with a fault of those under a named header none of which is the column of that name.

    So have those that name nothing at all, where records of the kind state figures.
    """
    known = names.vocabulary.facts
    counts = kind is None or any(known[fact].adds_up for fact in kind.facts)
    stated = {(column.group, fact) for column in columns for fact in column.facts}
    alone = {fact for column in columns for fact in column.facts if column.year is None}
    found = []
    for column in columns:
        inside = any((column.group, fact) in stated for fact in column.part_of)
        if column.part_of and not inside and not alone & set(column.part_of):
            words = (("group", column.group), ("suggestion", clean(column.group)))
            column = replace(column, facts=column.part_of, fault="group-without-total", words=words)
        elif counts and not (column.is_recognised or column.part_of or column.fault) and _is_nameless(names, column):
            column = replace(column, fault="column-unnamed")
        found.append(column)
    return found


def _is_nameless(names: Names, column: Column) -> bool:
    """Whether neither the title of a column nor the header over it says what its figures are: 上年同期（万元）."""
    words, forms = names.words, names.values.forms
    title = normal(column.title)
    if (
        words.is_derived(title)
        or (title not in words.whole and title.startswith(words.unit_of))
        or title in words.running
    ):
        return False
    said = [take_loosely(text, words, forms) for text in (column.title, column.group) if text]
    added = {fact.unit for fact in names.vocabulary.facts.values() if fact.adds_up}
    return all(not one.name or normal(one.name) in words.whole for one in said) and all(
        unit.unit in added for one in said for unit in one.units
    )
