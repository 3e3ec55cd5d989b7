"""Read a table of asked columns into outcomes, record by record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import repeat
from typing import TYPE_CHECKING, Any

from ...model import Record, Value
from ..combine import STATUSES
from ..outcome import Counted, Ends, Outcome, Worked
from ..worked import Quantities, shortest
from .asked import Cell, ClauseCells, GroupCells, Missing, NumberCell, OptionCells, Outline, Remark

if TYPE_CHECKING:
    import polars as pl

__all__ = ["gather"]

_ZERO = Decimal(0)
_CODES = {True: 2, None: 1, False: 0}


@dataclass(slots=True)
class _Draft:
    """An outcome in the making: see `Outcome`. `sources` are the sums that count, by the IRI of what gives them."""

    truths: dict[str, int]
    facts: Mapping[str, Value]
    statuses: dict[str, str] = field(default_factory=dict)
    amounts: dict[str, Ends] = field(default_factory=dict)
    missing: dict[str, list[Missing]] = field(default_factory=dict)
    groups: dict[str, tuple[str | None, Decimal | None, Decimal | None]] = field(default_factory=dict)
    selected: dict[str, bool] = field(default_factory=dict)
    suppressed_by: dict[str, str] = field(default_factory=dict)
    fallbacks: dict[str, str] = field(default_factory=dict)
    worked: dict[str, list[Worked]] = field(default_factory=dict)
    sources: dict[str, Counted] = field(default_factory=dict)
    gaps: dict[str, Decimal] = field(default_factory=dict)
    remarks: dict[str, list[Remark]] = field(default_factory=dict)
    derived: dict[str, Decimal] = field(default_factory=dict)

    def whole(self) -> Outcome:
        return Outcome(
            covered=True,
            statuses=self.statuses,
            truths=self.truths,
            amounts=self.amounts,
            missing={name: tuple(found) for name, found in self.missing.items()},
            groups=self.groups,
            selected=self.selected,
            suppressed_by=self.suppressed_by,
            fallbacks=self.fallbacks,
            worked={name: tuple(found) for name, found in self.worked.items()},
            counted=tuple(self.sources[iri] for iri in sorted(self.sources)),
            gaps=self.gaps,
            remarks={name: tuple(found) for name, found in self.remarks.items()},
            derived=self.derived,
        )


class _Table:
    """The cells of a table, as lists with an entry for each record."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.height = frame.height
        self._truths: dict[str, list[bool | None]] = {}
        self._numbers: dict[NumberCell, list[Any]] = {}

    def truths(self, cell: Cell) -> list[bool | None]:
        """A truth for each record."""
        if not isinstance(cell, str):
            return [cell] * self.height
        if cell not in self._truths:
            self._truths[cell] = self.frame[cell].to_list()
        return self._truths[cell]

    def codes(self, cell: Cell) -> list[int]:
        """A truth as 2, 1 or 0, for each record."""
        return [_CODES[truth] for truth in self.truths(cell)]

    def places(self, cell: Cell) -> Sequence[int]:
        """The records of which a truth is met."""
        if isinstance(cell, str):
            return [place for place, truth in enumerate(self.truths(cell)) if truth]
        return range(self.height) if cell else ()

    def numbers(self, cell: NumberCell) -> list[Any]:
        """A number for each record, None where it is missing; those that are the same are one object."""
        if isinstance(cell.value, Decimal):
            return [cell.value] * self.height
        if cell not in self._numbers:
            values = self.frame[cell.value].to_list()
            places = -cell.scale if cell.is_whole else 0
            known: dict[Any, Any] = {v: shortest(Decimal(v).scaleb(places)) for v in {*values} - {None}}
            self._numbers[cell] = [known.get(value) for value in values]
        return self._numbers[cell]

    def ends(self, low: NumberCell, high: NumberCell | None, endless: Cell) -> list[tuple[Decimal, Decimal | None]]:
        """The least and the most, for each record; what they are where there is no amount means nothing."""
        lows = self.numbers(low)
        if high is None:
            return [(low, None) for low in lows]
        triples = zip(lows, self.numbers(high), self.truths(endless), strict=True)
        return [(low, None if is_endless else high) for low, high, is_endless in triples]


def gather(outline: Outline, frame: pl.DataFrame, records: Sequence[Record], quantities: Quantities) -> list[Outcome]:
    """The outcomes of records.

    Args:
        outline: what stands in which column.
        frame: the columns, a row for each record.
        records: the records, in the same order.
        quantities: what the amounts are worked out by.
    """
    table = _Table(frame)
    names = [iri for iri, _ in outline.truths]
    rows = zip(*(table.codes(cell) for _, cell in outline.truths), strict=True) if names else repeat((), table.height)
    drafts = [_Draft(dict(zip(names, row, strict=True)), r.facts) for row, r in zip(rows, records, strict=True)]
    for derived, number in outline.derived:
        for draft, value in zip(drafts, table.numbers(number), strict=True):
            if value is not None:
                draft.derived[derived.id] = value
                draft.facts = {**draft.facts, derived.id: value}
    for iri, cell, number in outline.gaps:
        gaps = table.numbers(number)
        for place in table.places(cell):
            drafts[place].gaps[iri] = gaps[place]
    grouped = {name for cells in outline.groups for name in cells.group.members}
    for clause in outline.clauses:
        _clause(table, drafts, clause, quantities, is_grouped=clause.clause.id in grouped)
    for group in outline.groups:
        _group(table, drafts, group)
    covered = table.truths(outline.covered)
    return [draft.whole() if is_covered else Outcome(False) for draft, is_covered in zip(drafts, covered, strict=True)]


def _clause(
    table: _Table, drafts: Sequence[_Draft], cells: ClauseCells, quantities: Quantities, *, is_grouped: bool
) -> None:
    name = cells.clause.id
    for draft, code in zip(drafts, table.codes(cells.status), strict=True):
        draft.statuses[name] = STATUSES[code]
    if cells.sure is not None:
        applies = table.truths(cells.applies)
        ends = table.ends(cells.sure, cells.high, cells.endless)
        for place, draft in enumerate(drafts):
            status = draft.statuses[name]
            if status != STATUSES[0]:
                low, high = ends[place]
                amount = draft.amounts[name] = (low if applies[place] else _ZERO), high
                if not is_grouped:
                    assert cells.currency is not None
                    draft.sources[cells.clause.iri] = Counted(name, None, status, amount, cells.currency)
    for place in table.places(cells.fallback):
        drafts[place].fallbacks[name] = str(cells.clause.fallback)
    for missing, cell in cells.missing:
        for place in table.places(cell):
            drafts[place].missing.setdefault(name, []).append(missing)
    for remark, cell in cells.remarks:
        for place in table.places(cell):
            drafts[place].remarks.setdefault(name, []).append(remark)
    for option in cells.options:
        _option(table, drafts, name, option, quantities)


def _option(table: _Table, drafts: Sequence[_Draft], clause: str, cells: OptionCells, quantities: Quantities) -> None:
    ends = table.ends(cells.low, cells.high, cells.endless)
    for place, gives in enumerate(table.truths(cells.gives)):
        if gives is not False:
            draft = drafts[place]
            values = quantities.values(cells.option, draft.facts)
            worked = Worked(cells.option.iri, 2 if gives else 1, ends[place], values)
            draft.worked.setdefault(clause, []).append(worked)


def _group(table: _Table, drafts: Sequence[_Draft], cells: GroupCells) -> None:
    """Who wins, what the group gives, and who gives way; nothing is said of members while that is open."""
    ends = table.ends(cells.low, cells.high, cells.endless)
    winners: list[str | None] = [None] * table.height
    for name, cell in cells.wins:
        for place in table.places(cell):
            winners[place] = name
    name, members = cells.group.id, cells.group.members
    for place, (draft, is_possible) in enumerate(zip(drafts, table.truths(cells.any_member), strict=True)):
        winner = winners[place]
        if not is_possible:
            draft.groups[name] = (None, None, None)
            draft.selected |= dict.fromkeys(members, False)
            continue
        draft.groups[name] = (winner, *ends[place])
        status = "undetermined" if winner is None else draft.statuses[winner]
        draft.sources[cells.group.iri] = Counted(winner, name, status, ends[place], cells.currency)
        if winner is not None:
            for member in members:
                draft.selected[member] = member == winner
                if member != winner and draft.statuses[member] != STATUSES[0]:
                    draft.suppressed_by[member] = winner
