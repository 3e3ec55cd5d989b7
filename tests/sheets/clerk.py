"""A clerk who mends a sheet: reads what a finding says to do, and does just that.

What to write is taken from the words of the mend. Where the mend asks for something that only the clerk knows (the
figure that was estimated, the unit that was not written), the form says it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from openpyxl.utils import coordinate_to_tuple, get_column_letter

from policykb.model import Finding
from sheets.grammar import Look, Sheet

__all__ = ["Clerk", "sheet_of"]

_QUOTED = re.compile("“([^“”]+)”")
_SPAN = re.compile(r"(?P<sort>[>^])(?P<count>[0-9]+) (?P<text>.*)")


def sheet_of(name: str, text: str) -> Sheet:
    """A sheet drawn in text: a line for each row, a stroke between cells; “>3 ” merges across, “^2 ” down."""
    sheet = Sheet(name)
    for line in text.strip("\n").split("\n"):
        sheet.row += 1
        column = 1
        for part in line.strip().split("|"):
            found = _SPAN.fullmatch(part.strip())
            text_of = found["text"] if found else part.strip()
            count = int(found["count"]) if found else 1
            across = count if found and found["sort"] == ">" else 1
            down = count if found and found["sort"] == "^" else 1
            if text_of.startswith("'"):  # a text, whatever it looks like
                sheet.put(column, text_of[1:] or None)
            elif text_of:
                sheet.put(column, int(text_of) if re.fullmatch(r"-?(0|[1-9][0-9]{0,11})", text_of) else text_of)
            if count > 1:
                sheet.merged.append((sheet.row, column, sheet.row + down - 1, column + across - 1))
            column += across
    return sheet


@dataclass
class Clerk:
    """Mends a sheet by its findings.

    Args:
        sheet: the sheet.
        unit: the unit in which figures are kept where the sheet does not say.
        knows: by cell, such as D5, what belongs there.
        done: the rules of the findings that were obeyed.
    """

    sheet: Sheet
    unit: str = ""
    knows: Mapping[str, object] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    def obey(self, finding: Finding) -> None:
        """Do what the mend of a finding says.

        Raises:
            AssertionError: the mend does not say what can be done.
        """
        self.done.append(finding.rule)
        row, column = finding.place.row or 0, (finding.place.index or 0) + 1
        mend = finding.mend.zh
        quoted = _QUOTED.findall(mend)
        if "写“合计”" in mend:
            self._write(row, self._name_column(), quoted[0])
        elif "写进这一列的表头" in mend:
            self._write_header(row, column, quoted)
        elif "表头改成“" in mend or "是的话改成“" in mend:
            self._write(row, column, re.search("改成“([^“”]+)”", mend)[1])  # type: ignore[index]
        elif "改成“" in mend and "表头里的" in mend:
            old, new = re.search("表头里的“([^“”]+)”改成“([^“”]+)”", mend).groups()  # type: ignore[union-attr]
            self._replace(old, new, (row, column))
        elif "去掉，在" in mend:
            self._drop_group(quoted)
        elif "去掉“" in mend:
            self._replace(quoted[0], "")
        elif "移到左边的表下面" in mend:
            self._move_below(column)
        elif "取消合并" in mend:
            self._unmerge(row, column)
        elif "删去这一行" in mend and self._key(row, column) not in self.knows:
            self._delete(row)
        elif "合成一行" in mend or "相加" in mend:
            self._add_up(finding)
        else:
            key = self._key(row, column)
            assert key in self.knows, f"{finding.rule} at {key}: {mend}"
            self._write(row, column, self.knows[key])

    def _key(self, row: int, column: int) -> str:
        return f"{get_column_letter(column)}{row}"

    def _write(self, row: int, column: int, value: object) -> None:
        self.sheet.cells[row, column] = Look(value)

    def _name_column(self) -> int:
        return next(
            at for (_, at), look in self.sheet.cells.items() if str(look.value).endswith(("名称", "企业", "单位"))
        )

    def _write_header(self, row: int, column: int, quoted: list[str]) -> None:
        """One of the titles that the mend offers: the one in the clerk's unit, or else that title with the unit."""
        known = self.knows.get(self._key(row, column))
        title = next((one for one in quoted if one == known or f"（{self.unit}）" in one), None)
        if title is None:
            title = f"{self.sheet.cells[row, column].value}（{self.unit}）"
        self._write(row, column, title)

    def _replace(self, old: str, new: str, place: tuple[int, int] | None = None) -> None:
        """Write a text anew: in the header over a place, or wherever it stands first."""
        cells = [key for key, look in sorted(self.sheet.cells.items()) if old in str(look.value)]
        if place is not None:
            cells = [key for key in cells if key[0] <= place[0] and key[1] <= place[1]][::-1]
        cell = cells[0]
        self.sheet.cells[cell] = Look(str(self.sheet.cells[cell].value).replace(old, new))

    def _drop_group(self, quoted: list[str]) -> None:
        """若“A”就是“B”，把“G”去掉，在“A”处写“B”."""
        leaf, title, group = quoted[:3]
        top = next(key for key, look in sorted(self.sheet.cells.items()) if look.value == group)
        area = next(area for area in self.sheet.merged if area[:2] == top)
        self.sheet.merged.remove(area)
        del self.sheet.cells[top]
        for key, look in list(self.sheet.cells.items()):
            if look.value == leaf and key[0] == top[0] + 1 and area[1] <= key[1] <= area[3]:
                self.sheet.cells[key] = Look(title)

    def _unmerge(self, row: int, column: int) -> None:
        for area in list(self.sheet.merged):
            if area[0] <= row <= area[2] and area[1] <= column <= area[3]:
                self.sheet.merged.remove(area)
                for line in range(area[0], area[2] + 1):
                    for at in range(area[1], area[3] + 1):
                        self._write(line, at, self.knows[self._key(line, at)])

    def _delete(self, row: int) -> None:
        for key in [key for key in self.sheet.cells if key[0] == row]:
            del self.sheet.cells[key]

    def _move_below(self, column: int) -> None:
        """The table on the right below the one on the left."""
        top = min(row for row, at in self.sheet.cells if at >= column)
        below = max(row for row, at in self.sheet.cells if at < column) + 2
        for row, at in sorted(key for key in self.sheet.cells if key[1] >= column):
            self.sheet.cells[row - top + below, at - column + 1] = self.sheet.cells.pop((row, at))

    def _add_up(self, finding: Finding) -> None:
        """The rows of one subject become one, whose figures the clerk has added up."""
        at = self._name_column()
        name = self.sheet.cells[finding.place.row or 0, at]
        kept = {coordinate_to_tuple(key) for key in self.knows}
        for row in [row for (row, column), look in self.sheet.cells.items() if column == at and look == name]:
            if row not in {line for line, _ in kept}:
                self._delete(row)
        for key, value in self.knows.items():
            self._write(*coordinate_to_tuple(key), value)
