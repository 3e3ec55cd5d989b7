"""One column of a table, as its header names it."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import UnitForm

__all__ = ["Column"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its title, and what that was recognised as.

    `facts` are the facts of this name (of several record types, one each at most), `known` a column that is no
    fact. `fault` is the rule that the header breaks and `words` its placeholders: every value below is refused
    with it. A column with neither is unknown. `year` is the year that the title names: which fact it is then depends on
    the period of the record. `group` is the header over several columns that it stands under, `part_of` the facts that
    this group names where the column is but a part of it. `answers` are the positions and titles of columns, this
    one among them, of which each is one answer: 是, 否.
    """

    index: int
    title: str
    facts: tuple[str, ...] = ()
    known: str | None = None
    unit: UnitForm | None = None
    fault: str | None = None
    words: tuple[tuple[str, str], ...] = ()
    year: int | None = None
    group: str = ""
    part_of: tuple[str, ...] = ()
    answers: tuple[tuple[int, str], ...] = ()

    @property
    def is_recognised(self) -> bool:
        """Whether the title names something known, with or without a fault in its unit."""
        return bool(self.facts or self.known)
