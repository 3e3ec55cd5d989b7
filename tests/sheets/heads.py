"""The header of a drawn sheet: the titles over each column, and what the column holds."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from sheets.grammar import Sheet
from sheets.wordings import DOLLARS, PART_OF_MEANING, REMARKS

__all__ = ["ENGLISH", "Column", "Head", "draw_head", "write_head"]

ENGLISH = {
    "number": "No.", "corner": "No.", "name": "Enterprise name", "code": "Credit code", "period": "Year",
    "producer": "Producer", "now": "Trade", "before": "Trade before", "usd": "Trade in USD",
    "usd before": "Trade before in USD", "part": "Exports",
}  # fmt: skip
FIGURES = ("now", "before", "usd", "usd before", "part")
FORCED = ("currencies", "currencies in groups")
"""Headers that state the unit of every figure themselves, wherever else it may stand."""


@dataclass(frozen=True)
class Column:
    """A column: the titles over it from the top, and what it holds."""

    path: tuple[str, ...]
    holds: str


@dataclass
class Head:
    """The columns of a sheet; `doubt` where what the figures are cannot be known from them."""

    columns: list[Column]
    doubt: bool = False

    @property
    def depth(self) -> int:
        """The number of lines."""
        return max(len(column.path) for column in self.columns)


def draw_head(choose: Mapping[str, str], unit: str, dice: random.Random) -> Head:
    """The header of a layout, whose figures are in a unit."""
    plain: list[Column] = []
    if choose["unit"] == "corner":
        plain.append(Column((f"单位：{unit}",), "corner"))
    lead = {"序号": "序号", "编号": "编号", "No.": "No.", "sections of 1, 2": "序号"}.get(choose["numbers"])
    plain += [Column((lead,), "number")] if lead else []
    plain.append(Column((dice.choice(("企业名称", "企业名称", "单位名称", "名称", "申报企业")),), "name"))
    if choose["names"] != "no code":
        plain.append(Column(("统一社会信用代码",), "code"))
    plain += [Column((dice.choice(("年度", "年份", "所属年度")),), "period"), Column(("生产型企业",), "producer")]
    figures, doubt = _Figures(choose, unit, dice).draw()
    return Head(
        [*plain, *(Column(tuple(_spelt(t, choose["spelling"], dice) for t in path), what) for path, what in figures)],
        doubt,
    )


def _spelt(title: str, spelling: str, dice: random.Random) -> str:
    match spelling:
        case "blanks":
            return title[:2] + dice.choice((" ", "\u00a0", "\u3000", "  ")) + title[2:]
        case "carriage returns":
            return title.replace("（", "_x000D_\n（", 1)
        case "two lines":
            return title.replace("（", "\n（", 1)
        case "full width":
            return (
                title.replace("（", "(").replace("）", ")")
                if dice.random() < 0.5
                else title.replace("2", "２").replace("0", "０")
            )
    return title


class _Figures:
    """The columns of figures: their titles from the top, and what each holds."""

    def __init__(self, choose: Mapping[str, str], unit: str, dice: random.Random) -> None:
        self.choose, self.unit, self.dice = choose, unit, dice
        place = choose["unit"]
        self.mark = {
            "header": f"（{unit}）",
            "first column alone": f"（{unit}）",
            "currency below a line": "（人民币）",
        }.get(place, "")
        self.over = f"（{unit}）" if place == "group" else ""
        self.note, self.doubt = "", choose["title"] == "part of a year"
        if choose["remark"] == "harmless":
            self.note = dice.choice(REMARKS)
        elif choose["remark"] == "changing":
            self.note = dice.choice(PART_OF_MEANING)
            self.doubt = True

    def draw(self) -> tuple[list[tuple[tuple[str, ...], str]], bool]:
        """The columns, and whether they leave open what is meant."""
        header = self.choose["header"]
        if self.over and header in ("one", "years", "months of a year", "bare prior year"):
            header = "group over two"
        found = self._of(header)
        if self.choose["unit"] == "first column alone" and header not in FORCED:
            found = [(path if at == 0 else tuple(title.replace(self.mark, "") for title in path), what)
                     for at, (path, what) in enumerate(found)]  # fmt: skip
            self.doubt = self.doubt or len(found) > 1
        return found, self.doubt

    def _of(self, header: str) -> list[tuple[tuple[str, ...], str]]:
        now = self.dice.choice(("进出口总额", "进出口额", "全年进出口总额", "年度进出口总额"))
        before = self.dice.choice(("上年进出口总额", "上年进出口额", "去年进出口总额", "上年度进出口总额"))
        end, over = self.mark + self.note, self.over + self.note
        years = self.dice.choice((("2020年", "2019年"), ("本年", "上年"), ("2020", "2019"), ("2020年度", "2019年度")))
        match header:
            case "one":
                return [((now + end,), "now"), ((before + end,), "before")]
            case "bare prior year":
                return [((now + end,), "now"), ((self.dice.choice(("上年同期", "上年")) + end,), "before")]
            case "group over two":
                group = self.dice.choice(("进出口情况", "进出口", "外贸进出口情况")) + self.over
                return [((group, now + end), "now"), ((group, before + end), "before")]
            case "parts and total" | "parts without total":
                total = [((now + over, "合计" + self.mark), "now")] if header == "parts and total" else []
                self.doubt = self.doubt or not total
                parts = [((now + over, part + self.mark), "part") for part in ("出口", "进口")]
                return [*parts, *total, ((before + (self.mark or self.over) + self.note,), "before")]
            case "years":
                return [(("2019年进出口额" + end,), "before"), (("2020年进出口额" + end,), "now")]
            case "months of a year":
                if self.dice.random() < 0.5:
                    return [(("2020年1-12月进出口总额" + end,), "now"), (("2019年1-12月进出口总额" + end,), "before")]
                return [
                    ((now + over, "2020年1-12月" + self.mark), "now"),
                    ((now + over, "2019年1-12月" + self.mark), "before"),
                ]
            case "years in groups":
                this, last = self.dice.choice((("2020年", "2019年"), ("本年", "上年"), ("今年", "去年同期")))
                return [((year + self.over, title), what)
                        for year, own in ((this, "now"), (last, "before"))
                        for title, what in (("进出口额" + end, own), ("出口额" + self.mark, "part"))]  # fmt: skip
            case "three lines":
                this, last = years
                if self.dice.random() < 0.5:
                    return [((now + over, part, year + self.mark), what if part == "合计" else "part")
                            for part in ("合计", "出口")
                            for year, what in ((this, "now"), (last, "before"))]  # fmt: skip
                return [((now + over, year, part + self.mark), what if part == "合计" else "part")
                        for year, what in ((this, "now"), (last, "before"))
                        for part in ("出口", "合计")]  # fmt: skip
            case "three lines of a part":
                self.doubt = True
                return [
                    ((now + over, self.dice.choice(("出口", "其中：一般贸易")), year + self.mark), "part")
                    for year in years
                ]
            case "currencies":
                return [((now + f"（{self.unit}）{self.note}",), "now"),
                        ((now + f"（{DOLLARS[self.unit]}）{self.note}",), "usd"),
                        ((before + f"（{self.unit}）{self.note}",), "before")]  # fmt: skip
        return self._currencies(now, before)

    def _currencies(self, now: str, before: str) -> list[tuple[tuple[str, ...], str]]:
        """Currencies below the names, or the names below currencies."""
        unit, dollars = self.unit, DOLLARS[self.unit]
        leaves = self.dice.choice(
            ((unit, dollars), (f"人民币（{unit}）", f"美元（{dollars}）"), (f"人民币{unit}", dollars))
        )
        pairs = ((now, "now", "usd"), (before, "before", "usd before"))
        if self.dice.random() < 0.5:
            return [
                ((name + self.note, leaf), what)
                for name, *both in pairs
                for leaf, what in zip(leaves, both, strict=True)
            ]
        return [((leaf, name + self.note), both[at]) for at, leaf in enumerate(leaves) for name, *both in pairs]


def write_head(sheet: Sheet, head: Head, choose: Mapping[str, str], unit: str, dice: random.Random) -> None:
    """Write the lines of a header, merged as they span, and what stands right below them."""
    top, low = sheet.row + 1, sheet.row + head.depth
    for at, column in enumerate(head.columns, start=1):
        for line, title in enumerate(column.path):
            before = head.columns[at - 2].path if at > 1 else ()
            is_last = line == len(column.path) - 1
            if not is_last and before[: line + 1] == column.path[: line + 1] and len(before) > line + 1:
                continue
            bottom = low if is_last else top + line
            right = at
            while (
                not is_last
                and right < len(head.columns)
                and head.columns[right].path[: line + 1] == column.path[: line + 1]
            ):
                right += 1
            sheet.put(at, title, row=top + line)
            if bottom > top + line or right > at:
                sheet.merged.append((top + line, at, bottom, right))
    sheet.row = low
    figures = [at for at, column in enumerate(head.columns, start=1) if column.holds in FIGURES]
    if choose["header"] not in FORCED:
        _units_below(sheet, head, figures, choose["unit"], unit, dice)
    _lines_below(sheet, head, choose["head below"])


def _units_below(sheet: Sheet, head: Head, figures: list[int], place: str, unit: str, dice: random.Random) -> None:
    match place:
        case "below":
            sheet.row += 1
            for at in figures:
                sheet.put(at, dice.choice((unit, f"（{unit}）")))
        case "below merged":
            sheet.row += 1
            sheet.put(figures[0], unit)
            if len(figures) > 1:
                sheet.merged.append((sheet.row, figures[0], sheet.row, figures[-1]))
        case "below announced":
            sheet.row += 1
            names = next(at for at, column in enumerate(head.columns, start=1) if column.holds == "name")
            sheet.put(names, dice.choice((f"单位：{unit}", f"（单位：{unit}）", f"计量单位：{unit}")))


def _lines_below(sheet: Sheet, head: Head, below: str) -> None:
    width = len(head.columns)
    match below:
        case "column numbers":
            sheet.line(*range(1, width + 1))
        case "letters":
            sheet.line("甲", "乙", *range(1, width - 1))
        case "in English":
            sheet.line(*(ENGLISH[column.holds] for column in head.columns))
        case "formulas":
            sheet.line(*range(1, width), f"{width}={width - 1}-1")
