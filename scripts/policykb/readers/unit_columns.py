"""Columns that say of each row in what its figures are: read where it is plain of which, and asked about elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..model import Place, UnitForm
from .builder import RecordBuilder
from .cells import Cell
from .column import Column
from .numbers import completed
from .sheet.units import may_be_unit, read_units, stated_units
from .sheet.words import SheetWords
from .values import Values
from .words import half_width, normal

__all__ = ["UnitColumns"]


class UnitColumns:
    """What columns such as 单位 and 币种, and the remarks of a table, say of the units of its figures.

    Args:
        values: the readers of values.
        words: the words of sheets.
        columns: the columns of the table.
        loose: the positions of those that are not known.
    """

    def __init__(self, values: Values, words: SheetWords, columns: Sequence[Column], loose: Sequence[int]) -> None:
        self._values, self._words, self._loose = values, words, loose
        self._facts = values.vocabulary.facts
        self._columns = {column.index: column for column in columns}
        named = [column for column in columns if normal(column.title) in words.unit_of]
        self.at = [column.index for column in named if not column.is_recognised]
        self._behind = self._plainly_behind()
        self.used = {at for positions in self._behind.values() for at in positions}

    def _plainly_behind(self) -> dict[int, tuple[int, ...]]:
        """Each figure with the columns of units directly behind it; none where one may be of others as well."""
        found: dict[int, tuple[int, ...]] = {}
        for index, column in self._columns.items():
            if column.unit is not None or column.fault or not self._adds_up(column):
                continue
            end = index + 1
            while end in self.at:
                end += 1
            found[index] = tuple(range(index + 1, end))
        stated = {at for positions in found.values() for at in positions}
        return found if all(found.values()) and stated == {*self.at} else {}

    def _adds_up(self, column: Column) -> bool:
        return any(self._facts[fact].adds_up for fact in column.facts)

    def with_units(self, here: dict[int, Cell]) -> dict[int, Cell]:
        """The cells of a row, each figure with the unit that stands behind it, as if its own format showed that."""
        cells = dict(here) if self._behind else here
        for index, positions in self._behind.items():
            figure = here.get(index)
            behind = [text for at in positions if at in here and (text := half_width(here[at].text))]
            told = [text for text in behind if not self._is_beside_the_point(text, self._columns[index])]
            if figure is None or not told:
                continue
            units = [*([figure.unit] if figure.unit else []), *told]
            cells[index] = replace(figure, unit=self._together(units, self._columns[index]))
        return cells

    def _together(self, units: Sequence[str], column: Column) -> str:
        """The one unit that some texts state, 万 alone being that of the item; all of them where there is none."""
        forms = self._values.forms
        read = read_units(" ".join(units), self._words, forms)
        if read and len(read) == 1:
            return read[0].written
        whole = completed("".join(units), self._facts[column.facts[0]].unit, forms)
        return "、".join(units) if whole is None else whole.written

    def _is_beside_the_point(self, text: str, column: Column) -> bool:
        """Whether a text is the currency of a figure, which says nothing of its multiple, or can be no unit."""
        plain = normal(text)
        form = self._values.forms.get(plain)
        if form is None:
            return not may_be_unit(text, self._words)
        return plain in self._words.currency and any(self._facts[fact].unit == form.unit for fact in column.facts)

    def ask(self, here: Mapping[int, Cell], builder: RecordBuilder, place: Place) -> None:
        """Refuse the figures of a row beside which a column, or a remark, states a unit, and does not say for which."""
        loose = [index for index in here if index in self._loose or index not in self._columns]
        for index in dict.fromkeys((*self.at, *loose)):
            text = here[index].text if index in here and here[index].kind == "text" and index not in self.used else ""
            read = read_units if index in self.at else stated_units
            units = (read(text, self._words, self._values.forms) if text else None) or ()
            # 港币 in a column of its own is a unit as well, though none that is known.
            if not units and not (index in self.at and text and may_be_unit(text, self._words)):
                continue
            for column in self._columns.values():
                cell = here.get(column.index)
                if cell is None or not self._adds_up(column) or (units and self._says_so(column.unit, units)):
                    continue
                spot = replace(place, column=column.title, index=column.index)
                words = {
                    "fact": column.facts[0],
                    "value": cell.text,
                    "unit": text,
                    "written": units[0].written if units else text,
                }
                builder.refuse("unit-column-unclear", spot, **words)

    def _says_so(self, own: UnitForm | None, units: Sequence[UnitForm]) -> bool:
        """Whether a column has a unit of its own, and these say none of its kind but that: 万元 beside 人民币."""
        if own is None:
            return False
        kinds, words = self._values.vocabulary.units, self._words
        same = [unit for unit in units if bool(kinds[unit.unit].currency) == bool(kinds[own.unit].currency)]
        return all(u.unit == own.unit and (u.factor == own.factor or normal(u.written) in words.currency) for u in same)
