"""Write the sheets of a layout, and what they mean."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from sheets.further import write_beside, write_further, write_sheets
from sheets.grammar import Layout, Look, Meant, Sheet
from sheets.heads import FIGURES, FORCED, draw_head, write_head
from sheets.wordings import (
    CODES,
    LINES,
    NAMES,
    NO_FIGURES,
    NO_NAMES,
    NOBODY,
    NOT_A_YEAR,
    NOT_STATED,
    NOT_UNDERSTOOD,
    ONLY_TOTALS,
    PART_OF_YEAR,
    PLACES,
    TOTALS,
    UNITS,
)  # fmt: skip

__all__ = ["Writer", "write"]

_FACTS = {"now": "tradeCNY", "before": "priorTradeCNY", "usd": "tradeUSD", "usd before": "priorTradeUSD"}
_FULL = str.maketrans("0123456789", "０１２３４５６７８９")


def write(layout: Layout) -> list[Sheet]:
    """The sheets of a layout."""
    return Writer(layout).sheets


class Writer:
    """Writes one layout: `sheets` are its sheets, the first of them in all its choices."""

    def __init__(self, layout: Layout) -> None:
        self.dice = random.Random(f"{layout.seed} {sorted(layout.choices.items())}")
        self.choose = dict(layout.choices)
        self.unit = self.dice.choice([unit for unit in UNITS if unit != "元"])
        place = self.choose["unit"]
        self.sheet = Sheet("企业年度情况" + (f"（{self.unit}）" if place == "sheet name" else ""))
        self.is_forced = self.choose["header"] in FORCED
        self.scale = UNITS[self.unit] if self.is_forced or place not in ("none", "unclear line") else 1
        self.head = draw_head(self.choose, self.unit, self.dice)
        self.doubt = (
            self.head.doubt
            or self.choose["rest"] == "remark of part of a year"
            or (not self.is_forced and place in ("unclear line", "between the rows"))
        )
        self.records = self._records()
        self._top()
        self.head_row = self.sheet.row + 1
        write_head(self.sheet, self.head, self.choose, self.unit, self.dice)
        self.width = len(self.head.columns)
        self._body()
        self._bottom()
        self.sheets = [self.sheet, *write_sheets(self.choose["sheets"], self.dice)]

    def _records(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for number in range(4 if self.choose["totals"] == "sections" else self.dice.randint(3, 4)):
            now, before = (Decimal(self.dice.randint(200, 90000)) for _ in range(2))
            found.append(
                {
                    "name": NAMES[number], "code": CODES[number], "now": now, "before": before,
                    "usd": Decimal(self.dice.randint(30, 9000)), "usd before": Decimal(self.dice.randint(30, 9000)),
                    "producer": self.dice.random() < 0.5,
                }
            )  # fmt: skip
        return found

    def at(self, holds: str) -> int | None:
        """The first column that holds something, from 1."""
        return next((at for at, column in enumerate(self.head.columns, start=1) if column.holds == holds), None)

    def _top(self) -> None:
        title, place = self.choose["title"], self.choose["unit"]
        if title == "part of a year":
            self.sheet.line(self.dice.choice(PART_OF_YEAR))
        elif title != "none":
            unit = f"（{self.unit}）" if title == "with the unit" and place == "line" else ""
            self.sheet.line(f"2020年外贸企业情况表{unit}")
            if title == "merged":
                self.sheet.merged.append((self.sheet.row, 1, self.sheet.row, 8))
        if place in ("line", "currency below a line"):
            self.sheet.line(*[None] * self.dice.choice((0, 0, 3)), self.dice.choice(LINES).format(unit=self.unit))
        if place == "unclear line":
            self.sheet.line(self.dice.choice(NOT_UNDERSTOOD))

    # --- Rows -------------------------------------------------------------------------------

    def _body(self) -> None:
        totals = self.choose["totals"]
        if totals == "first by a word":
            self._total_row(self.records)
        first = self.sheet.row + 1
        for number, record in enumerate(self.records):
            if totals == "sections" and number in (0, 2):
                some = self.records[number : number + 2] if number == 0 else self.records[2:]
                self._total_row(some, word=self.dice.choice(PLACES[:2]), section=True)
            self._record(number, record)
            if number == 0:
                self._between()
        self._merge(first)
        if totals in ("last by a word", "beside the name"):
            self._total_row(self.records)
        if totals == "last by arithmetic" and any(column.holds in _FACTS for column in self.head.columns):
            self._total_row(
                self.records, word=self.dice.choice(("全区", "市中区", "以上企业", "甲乙丙")), arithmetic=True
            )

    def _between(self) -> None:
        """What stands between the first two records."""
        if self.choose["unit"] == "between the rows":
            self.sheet.line(self.dice.choice(("单位：{0}", "（以下单位：{0}）", "注：以下单位为{0}")).format(self.unit))
        if self.choose["rest"] == "remark between":
            self.sheet.line(self.dice.choice(("注：以下企业已核实", "说明：数据来自海关")))
        if self.choose["rest"] == "note merged":
            self.sheet.line("以下企业由各镇街报送")
            self.sheet.merged.append((self.sheet.row, 1, self.sheet.row, self.width))

    def _record(self, number: int, record: dict[str, object]) -> None:
        self.sheet.row += 1
        names = self.choose["names"]
        name, fails = self._name(number, str(record["name"]))
        same = number == 1 and names.startswith("twice")
        skip: set[str] = set()
        for column, (what, _) in enumerate(((one.holds, one) for one in self.head.columns), start=1):
            match what:
                case "number" | "corner":
                    again = self.choose["numbers"] == "sections of 1, 2" and what == "number"
                    self.sheet.put(column, number % 2 + 1 if again else number + 1)
                case "name":
                    self.sheet.put(column, name)
                case "code":
                    if not (names == "place" and number == 1):
                        code = str(self.records[0]["code"] if same else record["code"])
                        full = self.choose["spelling"] == "full width"
                        self.sheet.put(column, code.translate(_FULL) if full else code)
                case "period":
                    fails = self._period(column, number) or fails
                case "producer":
                    self.sheet.put(column, "是" if record["producer"] else "否")
                case "part":
                    self._figure(column, Decimal(self.dice.randint(1, 100)))
                case _:
                    value = record[what]
                    assert isinstance(value, Decimal)
                    odd = number == 1 and what == "now" and self.choose["figures"] != "plain"
                    fails = (self._odd_figure(column, value, skip) if odd else self._figure(column, value)) or fails
        self._rest(number)
        first = next(column.holds for column in self.head.columns if column.holds in FIGURES)
        fails = fails or (number == 1 and self.choose["rest"] == "split thousands" and first != "part")
        if names.startswith("twice") and number < 2:
            fails = fails or number == 1 or self.choose["dates"] not in ("no year", "in words")
        self.sheet.meant.append(Meant(self.sheet.row, name, "2020", self._facts(record, skip), self.doubt or fails))

    def _name(self, number: int, name: str) -> tuple[str, bool]:
        """The name of a record, and whether it is none."""
        if number != 1:
            return name, False
        first = str(self.records[0]["name"])
        match self.choose["names"]:
            case "no name":
                return self.dice.choice(NO_NAMES), True
            case "void":
                return f"{name}（作废）", True
            case "nobody":
                return self.dice.choice(NOBODY), True
            case "place":
                return self.dice.choice(PLACES), True
            case "twice":
                return first, True
            case "twice with a blank":
                return first[:4] + " " + first[4:], True
        return name, False

    def _facts(self, record: dict[str, object], skip: set[str]) -> dict[str, Decimal | bool]:
        facts: dict[str, Decimal | bool] = {"producer": bool(record["producer"])}
        held = {column.holds for column in self.head.columns}
        for what, fact in _FACTS.items():
            value = record[what]
            if what in held and what not in skip and isinstance(value, Decimal):
                facts[fact] = (
                    value * self.own_scale if what == "now" and record is self.records[1] else value * self.scale
                )
        return facts

    def _rest(self, number: int) -> None:
        if number != 1:
            return
        rest = self.choose["rest"]
        if rest == "hidden row":
            self.sheet.hidden.add(self.sheet.row)
        if rest == "struck":
            for column in range(1, self.width + 1):
                look = self.sheet.cells.get((self.sheet.row, column))
                if look is not None:
                    self.sheet.cells[self.sheet.row, column] = Look(look.value, look.format, True)
        if rest == "split thousands":
            column = next(at for at, one in enumerate(self.head.columns, start=1) if one.holds in FIGURES)
            self.sheet.cells[self.sheet.row, column] = Look("000")

    own_scale = property(lambda self: self._own_scale if self._own_scale is not None else self.scale)
    _own_scale: int | None = None

    def _odd_figure(self, column: int, value: Decimal, skip: set[str]) -> bool:
        """A figure written in another way; whether it cannot be read."""
        place = self.choose["unit"]
        match self.choose["figures"]:
            case "no figure":
                some, more = self.dice.randint(10, 99), self.dice.randint(10, 99)
                self.sheet.put(column, self.dice.choice(NO_FIGURES).format(some, more))
                return True
            case "not stated":
                self.sheet.put(column, self.dice.choice(NOT_STATED) or None)
                skip.add("now")
                return False
            case "own unit" | "other own unit" as which:
                other = [unit for unit in UNITS if unit not in ("元", self.unit)]
                unit = self.unit if which == "own unit" else self.dice.choice(other)
                self.sheet.put(column, f"{value}{self.dice.choice(('', ' '))}{unit}")
                self._own_scale = UNITS[unit]
                is_open = place in ("none", "cell", "format", "footer") and not self.is_forced
                return unit != self.unit and not is_open
        text = {"grouped": f"{value:,}", "full width": str(value).translate(_FULL), "as text": str(value)}[
            self.choose["figures"]
        ]
        bare = self.is_forced or place not in ("cell", "format")
        self.sheet.put(column, text if bare else text + self.unit)
        return False

    def _figure(self, column: int, value: Decimal) -> bool:
        """A figure, whose unit may stand in its format or beside it."""
        place = self.choose["unit"]
        if self.is_forced or place not in ("format", "cell"):
            self.sheet.put(column, int(value), self.dice.choice(("General", "#,##0", "0.00", "0;-0;0")))
        elif place == "cell":
            self.sheet.put(column, f"{value}{self.unit}")
        else:
            codes = ('0"{0}"', "0.00{0}", '[=0]"";0"{0}"', '0"{0}";-0"{0}";0', '#,##0"{0}"')
            self.sheet.put(column, int(value), self.dice.choice(codes).format(self.unit))
        return False

    def _period(self, column: int, number: int) -> bool:
        """The period of a record; whether it is one that cannot be read."""
        match self.choose["dates"]:
            case "number":
                self.sheet.put(column, 2020)
            case "text":
                self.sheet.put(column, "2020")
            case "full width":
                self.sheet.put(column, "２０２０")
            case "年度":
                self.sheet.put(column, self.dice.choice(("2020年", "2020年度", "二〇二〇年", "2020年1-12月")))
            case "shown as year":
                day = date(2020, self.dice.randint(1, 12), 1)
                self.sheet.put(column, day, self.dice.choice(('yyyy"年"', "yyyy", 'yyyy"年度"', "[$-804]yyyy")))
            case "no year":
                self.sheet.put(column, None if number == 1 else 2020)
                return number == 1
            case "shown with words":
                if self.dice.random() < 0.5:
                    self.sheet.put(column, date(2020, 3, 1), 'yyyy"年上半年"')
                else:
                    self.sheet.put(column, 2020, '"预计"0')
                return True
            case "in words":
                self.sheet.put(column, self.dice.choice(NOT_A_YEAR) if number == 1 else 2020)
                return number == 1
            case _:
                self.sheet.put(column, date(2020, 3, 1), 'yyyy"年"m"月"')
                return True
        return False

    def _total_row(
        self, some: list[dict[str, object]], word: str = "", *, section: bool = False, arithmetic: bool = False
    ) -> None:
        self.sheet.row += 1
        beside = self.choose["totals"] == "beside the name"
        for column, what in enumerate((one.holds for one in self.head.columns), start=1):
            if what == "number" and section:
                self.sheet.put(column, self.dice.choice(("一", "（二）")))
            elif what == "name" and not beside:
                self.sheet.put(column, word or self.dice.choice(TOTALS))
            elif what == "name" and column > 1 and self.head.columns[0].holds != "corner":
                self.sheet.put(1, self.dice.choice(ONLY_TOTALS))
            elif what == "name":
                self.sheet.put(column, self.dice.choice(ONLY_TOTALS))
            elif what == "period" and arithmetic:
                self.sheet.put(column, 2020)
            elif what in _FACTS:
                self._figure(column, sum((Decimal(str(record[what])) for record in some), Decimal(0)))

    def _merge(self, first: int) -> None:
        """Merge the first two rows, where that is asked for: both are in doubt then."""
        choice = self.choose["merges"]
        column = self.at({"figure": "now", "across": "now"}.get(choice, choice)) if choice != "none" else None
        if (
            column is None
            or self.choose["totals"] == "sections"
            or self.sheet.meant[1].row != self.sheet.meant[0].row + 1
        ):
            return
        if choice == "across":
            if column < self.width and self.head.columns[column].holds in _FACTS:
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
                for column, what in enumerate((one.holds for one in self.head.columns), start=1):
                    if what in ("number", "corner"):
                        self.sheet.put(column, len(self.records) + number + 1)
                    elif what == "producer":
                        self.sheet.put(column, "否")
        if self.choose["further"].startswith("beside"):
            write_beside(self)
        elif self.choose["further"] != "none":
            write_further(self)
        if self.choose["unit"] == "footer":
            words = ("注：金额单位为{0}", "说明：本表金额以{0}计", "单位：{0}", "以上数据单位：{0}")
            self.sheet.line(self.dice.choice(words).format(self.unit))
        if self.choose["rest"] == "remark of part of a year":
            self.sheet.line(self.dice.choice(("注：以上为1-11月数据", "说明：部分企业为预计数", "备注：上半年数")))
        if self.choose["rest"] == "footer":
            self.sheet.line("审核人：张三", None, "填表人：李四", None, "填报日期：2021年1月15日")
            self.sheet.line("联系电话：0632-0000000")
