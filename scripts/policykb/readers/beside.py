"""Tell what a title says beside the name of an item: a multiple, another time, a plan, something of a unit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import RecordType
from ..patterns import regex
from .column import Column
from .sheet.units import is_multiple, may_state_unit, stated_units
from .words import half_width, normal

if TYPE_CHECKING:
    from .headers import Names

__all__ = ["begun", "beside_name"]

_OF_TIME = regex("[0-9年月季旬周半上前去往今末]")


def beside_name(names: Names, column: Column, base: str, kept: str, kind: RecordType | None) -> Column | None:
    """The fault of a title that says, before or behind the name of an item, a multiple, another time or a plan.

    Whoever took the name alone from a mend would lose what stands beside it: 进出口总额万, 前年进出口总额.

    Args:
        names: the known names.
        column: the column.
        base: its title without brackets.
        kept: the brackets, which stay in the mend.
        kind: the record type of the table, where it has one.
    """
    name = max((one for one in names.of_facts(kind) if _left(base, one)), key=len, default="")
    found = names.named(name) if name else None
    if found is None:
        return None
    rest = _left(base, name)
    if is_multiple(rest, names.words):
        return replace(column, facts=found.facts, fault="unknown-unit", words=(("unit", rest),))
    prior = next((word for word in names.words.prior_year if normal(rest).startswith(word)), "")
    rest = rest[len(prior) :]
    if prior or names.words.is_changing(rest) or _OF_TIME.search(rest):
        return names.unclear(column, rest, prior + name + kept)
    return None


def begun(names: Names, column: Column, text: str, kind: RecordType | None) -> Column:
    """The fault of a title with the name of an item and, behind it, Latin letters or something of a unit."""
    some = names.of_facts(kind)
    name = max((name for name in some if text.startswith(name) and not name.isascii()), key=len, default="")
    rest = text[len(name) :].strip(" \\=|/_-:")
    if not name or not (rest[:1].isascii() or text[len(name)] in " \\=|/") or not _may_say_unit(rest):
        return column
    units = stated_units(rest, names.words, names.values.forms)
    if len(units) != 1:
        return names.unclear(column, rest, name)
    return replace(column, fault="near-column", words=(("suggestion", f"{name}（{units[0].written}）"),))


def _left(base: str, name: str) -> str:
    """What a title says before or behind a name; nothing where it does not begin or end with that."""
    for text, known in ((half_width(base), half_width(name)), (normal(base), normal(name))):
        if text.endswith(known):
            return text.removesuffix(known).strip()
        if text.startswith(known):
            return text.removeprefix(known).strip(" _-/")
    return ""


def _may_say_unit(rest: str) -> bool:
    """Whether what stands behind the name of an item may say in what it is counted."""
    return bool(rest) and (may_state_unit(rest) or (rest[0].isalpha() and rest[0].isascii()))
