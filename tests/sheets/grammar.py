"""A grammar of sheets as offices lay them out: each layout with the records that it means.

A layout is drawn from independent choices (where the unit stands, how deep the header is, which rows are no records,
…). What the sheet means is known from the choices, never from reading it: values are drawn in the unit of the fact and
written into the sheet as the layout shows them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

__all__ = ["CHOICES", "Layout", "Look", "Meant", "Sheet", "draw", "fixed", "write"]

CODES = ("91370402MA0000015R", "91370402MA0000023L", "91370402MA0000031F", "91370402MA000004X7", "91370402MA00003650")
NAMES = (
    "枣庄虚构甲机械有限公司",
    "枣庄虚构乙（中国）贸易公司",
    "枣庄平均律文化传播公司",
    "汇总物流有限公司",
    "枣庄示范园食品厂",
)
UNITS = {"元": 1, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
NOT_UNDERSTOOD = ("单位：万圆", "单位：万", "单位：百万", "货币单位：韩元万")
LINES = (
    "单位：{unit}",
    "单位:{unit}",
    "（单位：{unit}）",
    "(单位 {unit})",
    "单位（{unit}）",
    "金额单位：人民币{unit}",
    "计量单位：{unit}",
    "{unit}",
    "（{unit}）",
    "本表金额以{unit}计",
    "单位：人民币（{unit}）",
    "填报单位：区商务局    单位：{unit}",
    "金额均为{unit}",
    "币种：人民币  单位：{unit}",
)
TOTALS = (
    "合计",
    "总计",
    "小计",
    "全区合计",
    "合计（5家）",
    "合  计",
    "本页合计",
    "全区小计",
    "汇总",
    "平均",
    "平均值",
    "户均",
    "累计",
    "过次页",
    "共计5家",
    "合计:",
    "【合计】",
    "Total",
    "Grand total",
    "其中：规上企业",
    "#其中：外资",
    "示例",
    "例：某公司",
    "（示例）某公司",
)
NO_NAMES = ("同上", "〃", "—", "——", "无", "此行作废", "（此行作废）", "2020年", "1", "暂无", "6000万元", "…")
REMARKS = ("", "（海关口径）", "①", "*", "（必填）", "（全年）")
PART_OF_MEANING = ("（上半年）", "（计划）", "（1-6月）", "（其中出口）", "（含税）")

CHOICES: Mapping[str, tuple[str, ...]] = {
    "title": ("none", "plain", "merged", "with the unit"),
    "unit": ("header", "line", "group", "below", "format", "cell", "none", "unclear line", "footer", "sheet name"),
    "header": (
        "one",
        "group over two",
        "parts and total",
        "parts without total",
        "years",
        "years in groups",
        "currencies",
    ),
    "totals": ("none", "last by a word", "first by a word", "last by arithmetic", "sections", "beside the name"),
    "further": ("none", "below", "below under unknown names", "beside"),
    "dates": ("number", "text", "shown as year", "年度", "shown as month"),
    "merges": ("none", "name", "figure", "across"),
    "names": ("code", "no code", "no name", "void", "twice"),
    "numbers": ("none", "序号", "编号"),
    "rest": ("none", "unused", "footer", "hidden row", "struck", "split thousands", "column numbers"),
    "remark": ("none", "harmless", "changing"),
}


@dataclass(frozen=True)
class Layout:
    """One choice for each place where sheets differ, and the seed of what is drawn beside."""

    choices: Mapping[str, str]
    seed: int

    def __str__(self) -> str:
        said = {place: choice for place, choice in self.choices.items() if choice != CHOICES[place][0]}
        return f"{self.seed}: " + ", ".join(f"{place}={choice}" for place, choice in said.items())


@dataclass(frozen=True)
class Look:
    """A cell: what it holds, its number format, and whether it is struck through."""

    value: object
    format: str = "General"
    struck: bool = False


@dataclass
class Meant:
    """A record that a sheet means: its row and facts; `must_fail` where what it means cannot be known."""

    row: int
    name: str | None
    period: str
    facts: dict[str, Decimal | bool]
    must_fail: bool = False


@dataclass
class Sheet:
    """A sheet: its cells by row and column from 1, merged areas, hidden rows, its name, and what it means."""

    name: str
    cells: dict[tuple[int, int], Look] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    meant: list[Meant] = field(default_factory=list)
    row: int = 0

    def put(self, column: int, value: object, format: str = "General", *, row: int | None = None) -> None:
        """Write a cell of the current row."""
        if value is not None:
            self.cells[row or self.row, column] = Look(value, format)

    def line(self, *values: object) -> None:
        """Write a row."""
        self.row += 1
        for column, value in enumerate(values, start=1):
            self.put(column, value)


def draw(seed: int, most: int = 4) -> Layout:
    """A layout with up to some choices that are not the usual one."""
    dice = random.Random(seed)
    chosen = {place: options[0] for place, options in CHOICES.items()}
    for place in dice.sample(sorted(CHOICES), dice.randint(1, most)):
        chosen[place] = dice.choice(CHOICES[place])
    return Layout(chosen, seed)


def fixed() -> Iterator[Layout]:
    """Every choice by itself, and every pair of a place of the unit with a choice of another place."""
    usual = {place: options[0] for place, options in CHOICES.items()}
    seed = 0
    for place, options in CHOICES.items():
        for option in options:
            yield Layout(usual | {place: option}, seed := seed + 1)
    for unit in CHOICES["unit"][1:6]:
        for place in ("title", "header", "totals", "further", "merges", "remark"):
            for option in CHOICES[place][1:]:
                yield Layout(usual | {"unit": unit, place: option}, seed := seed + 1)


def write(layout: Layout) -> Sheet:
    """The sheet of a layout."""
    return _Writer(layout).sheet


class _Writer:
    def __init__(self, layout: Layout) -> None:
        self.dice = random.Random(f"{layout.seed} {sorted(layout.choices.items())}")
        self.choose = layout.choices
        self.unit = self.dice.choice([unit for unit in UNITS if unit != "元"])
        self.sheet = Sheet("企业年度情况")
        if self.choose["unit"] == "sheet name":
            self.sheet.name = f"企业年度情况（{self.unit}）"
        self.stated = self.choose["unit"] not in ("none", "unclear line")
        self.in_header = self.choose["unit"] == "header" or self.choose["header"] in ("currencies",)
        self.doubt = self.choose["unit"] == "unclear line" and self.choose["header"] != "currencies"
        self.columns: list[tuple[str, str | None]] = []  # what each column holds, and the unit it shows
        self.records = self._records()
        self._top()
        self._header()
        self._body()
        self._bottom()

    # --- What is meant ---------------------------------------------------------------------

    def _records(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for number in range(4 if self.choose["totals"] == "sections" else self.dice.randint(3, 4)):
            now, before = (Decimal(self.dice.randint(200, 90000)) for _ in range(2))
            found.append(
                {
                    "name": NAMES[number], "code": CODES[number], "now": now, "before": before,
                    "usd": Decimal(self.dice.randint(30, 9000)), "producer": self.dice.random() < 0.5,
                }
            )  # fmt: skip
        return found

    def _scale(self) -> int:
        return UNITS[self.unit] if self.stated else 1

    # --- Above ------------------------------------------------------------------------------

    def _top(self) -> None:
        title = self.choose["title"]
        if title != "none":
            unit = f"（{self.unit}）" if title == "with the unit" and self.choose["unit"] == "line" else ""
            self.sheet.line(f"2020年外贸企业情况表{unit}")
            if title == "merged":
                self.sheet.merged.append((self.sheet.row, 1, self.sheet.row, 8))
        if self.choose["unit"] == "line":
            self.sheet.line(*[None] * self.dice.choice((0, 0, 3)), self.dice.choice(LINES).format(unit=self.unit))
        if self.choose["unit"] == "unclear line":
            self.sheet.line(self.dice.choice(NOT_UNDERSTOOD))

    # --- Header -----------------------------------------------------------------------------

    def _header(self) -> None:
        lead = {"序号": "序号", "编号": "编号"}.get(self.choose["numbers"])
        plain = [(lead, "number")] if lead else []
        plain += [("企业名称", "name")]
        if self.choose["names"] != "no code":
            plain += [("统一社会信用代码", "code")]
        plain += [("年度", "period"), ("生产型企业", "producer")]
        figures = self._figure_titles()
        deep = any(group for group, _, _ in figures)
        self.sheet.row += 1
        top = self.sheet.row
        low = top + 1 if deep else top
        for column, (title, what) in enumerate(plain, start=1):
            self.sheet.put(column, title, row=top)
            self.columns.append((what, None))
            if deep:
                self.sheet.merged.append((top, column, low, column))
        column = len(plain)
        start, current = column + 1, None
        for group, title, what in figures:
            column += 1
            self.columns.append((what, self.unit))
            self.sheet.put(column, title, row=low if group else top)
            if deep and not group:
                self.sheet.merged.append((top, column, low, column))
            if group and group != current:
                self.sheet.put(column, group, row=top)
                start = column
            if group and group == current:
                self.sheet.merged = [area for area in self.sheet.merged if area[:2] != (top, start)]
                self.sheet.merged.append((top, start, top, column))
            current = group
        self.sheet.row = low
        self.width = column
        if self.choose["unit"] == "below":
            self.sheet.row += 1
            for at, (what, _) in enumerate(self.columns, start=1):
                if what in ("now", "before", "part"):
                    self.sheet.put(at, self.dice.choice((self.unit, f"（{self.unit}）")))
        if self.choose["rest"] == "column numbers":
            self.sheet.line(*range(1, self.width + 1))

    def _figure_titles(self) -> list[tuple[str, str, str]]:
        """The group, the title and what it holds, of each column of figures."""
        header = self.choose["header"]
        mark = f"（{self.unit}）" if self.choose["unit"] == "header" else ""
        over = f"（{self.unit}）" if self.choose["unit"] == "group" else ""
        note = ""
        if self.choose["remark"] == "harmless":
            note = self.dice.choice(REMARKS)
        elif self.choose["remark"] == "changing":
            note = self.dice.choice(PART_OF_MEANING)
            self.doubt = True
        if header == "one" and over:
            header = "group over two"
        if header == "one":
            return [("", f"进出口总额{mark}{note}", "now"), ("", f"上年进出口总额{mark}{note}", "before")]
        if header == "group over two":
            group = self.dice.choice(("进出口情况", "进出口", "外贸进出口情况"))
            return [
                (group + over, f"进出口总额{mark}{note}", "now"),
                (group + over, f"上年进出口总额{mark}{note}", "before"),
            ]
        if header in ("parts and total", "parts without total"):
            rest = [("", f"上年进出口总额{mark or over}{note}", "before")]
            whole = [(f"进出口总额{over}{note}", f"合计{mark}", "now")] if header == "parts and total" else []
            self.doubt = self.doubt or not whole
            parts = [(f"进出口总额{over}{note}", f"{part}{mark}", "part") for part in ("出口", "进口")]
            return [*parts, *whole, *rest]
        if header == "years":
            return [
                ("", f"2019年进出口额{mark or over}{note}", "before"),
                ("", f"2020年进出口额{mark or over}{note}", "now"),
            ]
        if header == "years in groups":
            return [
                (
                    f"{year}{over}",
                    f"{title}{mark}{note if what != 'part' else ''}",
                    what if title != "出口额" else "part",
                )
                for year, what in self.dice.choice(
                    (
                        (("2020年", "now"), ("2019年", "before")),
                        (("本年", "now"), ("上年", "before")),
                        (("今年", "now"), ("去年同期", "before")),
                    )
                )
                for title in ("进出口额", "出口额")
            ]
        return [
            ("", f"进出口总额（{self.unit}）{note}", "now"), ("", f"进出口总额（万美元）{note}", "usd"),
            ("", f"上年进出口总额（{self.unit}）{note}", "before"),
        ]  # fmt: skip

    # --- Rows -------------------------------------------------------------------------------

    def _body(self) -> None:
        totals = self.choose["totals"]
        if totals == "first by a word":
            self._total_row(self.records)
        first = self.sheet.row + 1
        for number, record in enumerate(self.records):
            if totals == "sections" and number in (0, 2):
                some = self.records[number : number + 2] if number == 0 else self.records[2:]
                self._total_row(some, word=self.dice.choice(("光明路街道", "西王庄镇")), section=True)
            self._record(number, record)
        self._merge(first)
        if totals in ("last by a word", "beside the name"):
            self._total_row(self.records)
        if totals == "last by arithmetic":
            self._total_row(self.records, word=self.dice.choice(("全区", "市中区", "以上企业")), arithmetic=True)

    def _record(self, number: int, record: dict[str, object]) -> None:
        self.sheet.row += 1
        name: object = record["name"]
        fails = self.doubt
        if number == 1 and self.choose["names"] in ("no name", "void"):
            name = self.dice.choice(NO_NAMES) if self.choose["names"] == "no name" else f"{name}（作废）"
            fails = True
        if number == 1 and self.choose["names"] == "twice":
            name = str(self.records[0]["name"])
        for column, (what, _) in enumerate(self.columns, start=1):
            match what:
                case "number":
                    self.sheet.put(column, number + 1)
                case "name":
                    self.sheet.put(column, name)
                case "code":
                    same = number == 1 and self.choose["names"] == "twice"
                    self.sheet.put(column, self.records[0]["code"] if same else record["code"])
                case "period":
                    fails = self._period(column) or fails
                case "producer":
                    self.sheet.put(column, "是" if record["producer"] else "否")
                case "part":
                    self._figure(column, Decimal(self.dice.randint(1, 100)))
                case _:
                    self._figure(column, record[what])
        if number == 1 and self.choose["rest"] == "hidden row":
            self.sheet.hidden.add(self.sheet.row)
        if number == 1 and self.choose["rest"] == "struck":
            for column in range(1, self.width + 1):
                look = self.sheet.cells.get((self.sheet.row, column))
                if look is not None:
                    self.sheet.cells[self.sheet.row, column] = Look(look.value, look.format, True)
        if number == 1 and self.choose["rest"] == "split thousands":
            column = next(at for at, (what, _) in enumerate(self.columns, start=1) if what in ("now", "before"))
            self.sheet.cells[self.sheet.row, column] = Look("000")
            fails = True
        held = {what for what, _ in self.columns}
        facts: dict[str, Decimal | bool] = {"producer": bool(record["producer"])}
        scale = Decimal(self._scale())
        for what, fact, factor in (
            ("now", "tradeCNY", scale),
            ("before", "priorTradeCNY", scale),
            ("usd", "tradeUSD", Decimal(10_000)),
        ):
            if what in held and isinstance(value := record[what], Decimal):
                own = UNITS[self.unit] if self.choose["header"] == "currencies" and what != "usd" else factor
                facts[fact] = value * own
        if self.choose["names"] == "twice" and number < 2:
            fails = True
        self.sheet.meant.append(Meant(self.sheet.row, str(name), "2020", facts, fails))

    def _figure(self, column: int, value: object) -> None:
        """A figure, whose unit may stand in its format or beside it."""
        assert isinstance(value, Decimal)
        place = self.choose["unit"]
        if self.choose["header"] == "currencies" or place not in ("format", "cell"):
            self.sheet.put(column, int(value), self.dice.choice(("General", "#,##0", "0.00", "0;-0;0")))
        elif place == "cell":
            self.sheet.put(column, f"{value}{self.unit}")
        else:
            codes = ('0"{0}"', "0.00{0}", '[=0]"";0"{0}"', '0"{0}";-0"{0}";0', '#,##0"{0}"')
            self.sheet.put(column, int(value), self.dice.choice(codes).format(self.unit))

    def _period(self, column: int) -> bool:
        """The period of a record; whether it is one that cannot be read."""
        match self.choose["dates"]:
            case "number":
                self.sheet.put(column, 2020)
            case "text":
                self.sheet.put(column, "2020")
            case "年度":
                self.sheet.put(column, self.dice.choice(("2020年", "2020年度")))
            case "shown as year":
                day = date(2020, self.dice.randint(1, 12), 1)
                self.sheet.put(column, day, self.dice.choice(('yyyy"年"', "yyyy", 'yyyy"年度"', "[$-804]yyyy")))
            case _:
                self.sheet.put(column, date(2020, 3, 1), 'yyyy"年"m"月"')
                return True
        return False

    def _total_row(
        self, some: list[dict[str, object]], word: str = "", *, section: bool = False, arithmetic: bool = False
    ) -> None:
        self.sheet.row += 1
        beside = self.choose["totals"] == "beside the name"
        for column, (what, _) in enumerate(self.columns, start=1):
            if what == "number" and section:
                self.sheet.put(column, self.dice.choice(("一", "（二）")))
            elif what == "name" and not beside:
                self.sheet.put(column, word or self.dice.choice(TOTALS))
            elif what == "name" and beside and column > 1:
                self.sheet.put(1, self.dice.choice(TOTALS[:12]))
            elif what == "name":
                self.sheet.put(column, self.dice.choice(TOTALS[:12]))
            elif what == "period" and arithmetic:
                self.sheet.put(column, 2020)
            elif what in ("now", "before", "usd"):
                self._figure(column, sum((Decimal(str(record[what])) for record in some), Decimal(0)))

    def _merge(self, first: int) -> None:
        """Merge the first two rows, where that is asked for: both are in doubt then."""
        what = {"name": "name", "figure": "now", "across": "now"}.get(self.choose["merges"])
        if what is None or self.choose["totals"] == "sections":
            return
        column = next((at for at, (held, _) in enumerate(self.columns, start=1) if held == what), None)
        if column is None:
            return
        if self.choose["merges"] == "across":
            if column < self.width and self.columns[column][0] in ("before", "usd"):
                self.sheet.cells.pop((first, column + 1), None)
                self.sheet.merged.append((first, column, first, column + 1))
                self.sheet.meant[0].must_fail = True
            return
        self.sheet.cells.pop((first + 1, column), None)
        self.sheet.merged.append((first, column, first + 1, column))
        for meant in self.sheet.meant[:2]:
            meant.must_fail = True

    # --- Below ------------------------------------------------------------------------------

    def _bottom(self) -> None:
        if self.choose["rest"] == "unused":
            for number in range(3):
                self.sheet.row += 1
                for column, (what, _) in enumerate(self.columns, start=1):
                    if what == "number":
                        self.sheet.put(column, len(self.records) + number + 1)
                    elif what == "producer":
                        self.sheet.put(column, "否")
        further = self.choose["further"]
        if further != "none" and further != "beside":
            self._second_table(further == "below")
        if further == "beside":
            self._beside()
        if self.choose["unit"] == "footer":
            self.sheet.line(
                self.dice.choice(("注：金额单位为{0}", "说明：本表金额以{0}计", "单位：{0}")).format(self.unit)
            )
        if self.choose["rest"] == "footer":
            self.sheet.line("审核人：张三", None, "填表人：李四", None, "填报日期：2021年1月15日")

    def _second_table(self, known: bool) -> None:
        """A table of fees below, whose columns stand in the places of those of the first."""
        titles = {
            "number": ("序号", "项次"), "name": ("企业名称", "单位全称"), "code": ("统一社会信用代码", "证照编号"),
            "period": ("年度", "时间"), "producer": ("生产型企业", "类别"),
        }  # fmt: skip
        lead = [what for what, _ in self.columns if what in titles]
        self.sheet.row += self.dice.choice((0, 1))
        self.sheet.line(self.dice.choice(("表二：平台服务费", "附表2 平台服务费", None)))
        fee_title = "平台服务费（元）" if known else "服务费开支"
        self.sheet.line(*(titles[what][0 if known else 1] for what in lead), fee_title)
        for number in range(2):
            fee, is_producer = Decimal(self.dice.randint(1000, 90000)), self.dice.random() < 0.5
            name = f"枣庄虚构丙{'甲乙'[number]}公司"
            values: dict[str, object] = {
                "number": number + 1, "name": name, "code": ("91370402MA0000381M", "91370402MA0000437Q")[number],
                "period": 2020, "producer": "是" if is_producer else "否",
            }  # fmt: skip
            self.sheet.line(*(values[what] for what in lead), int(fee))
            facts = {"platformFeeCNY": fee, "producer": is_producer}
            self.sheet.meant.append(Meant(self.sheet.row, name, "2020", facts, not known))

    def _beside(self) -> None:
        """A table of towns beside, with a column of figures named as a known one."""
        head = min(row for (row, _), look in self.sheet.cells.items() if look.value == "企业名称")
        self.sheet.cells[head, self.width + 2] = Look("镇街")
        self.sheet.cells[head, self.width + 3] = Look("平台服务费（元）")
        for meant in self.sheet.meant[:2]:
            self.sheet.cells[meant.row, self.width + 2] = Look("光明路街道")
            self.sheet.cells[meant.row, self.width + 3] = Look(777)
            meant.must_fail = True
