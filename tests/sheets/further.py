"""What stands below or beside the first table of a drawn sheet, and its other sheets."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sheets.grammar import Look, Meant, Sheet
from sheets.wordings import UNITS

if TYPE_CHECKING:
    from sheets.writer import Writer

__all__ = ["write_beside", "write_further", "write_sheets"]

_TITLES = {
    "number": ("序号", "项次"), "corner": ("行号", "项次"), "name": ("企业名称", "单位全名"),
    "code": ("统一社会信用代码", "证照编号"), "period": ("年度", "时间"), "producer": ("生产型企业", "类别"),
}  # fmt: skip
_CODES = ("91370402MA0000381M", "91370402MA0000437Q")


def write_further(writer: Writer) -> None:
    """A table of fees below, whose columns stand in the places of those of the first, or the first once more."""
    choice, sheet, dice = writer.choose["further"], writer.sheet, writer.dice
    sheet.row += dice.choice((0, 1))
    if choice == "once more below another unit" and writer.head.depth == 1:
        _once_more(writer)
        return
    known = choice != "below under unknown names"
    caption = dice.choice(("表二：平台服务费", "附表2 平台服务费", None))
    if caption:
        sheet.line(caption)
    if choice == "below in another unit":
        sheet.line("单位：元")
    bare = choice in ("below without its unit", "below in another unit")
    lead = [column.holds for column in writer.head.columns if column.holds in _TITLES]
    fee_title = "服务费开支" if not known else "平台服务费" if bare else "平台服务费（元）"
    sheet.line(*(_TITLES[what][0 if known else 1] for what in lead), fee_title)
    fails, scale = not known, 1
    if choice == "below without its unit":
        own = ("header", "group", "format", "cell", "none", "below", "below merged", "first column alone")
        own = (*own, "below announced") if writer.is_forced else own
        fails = fails or writer.choose["unit"] not in (*own, "sheet name")
        scale = UNITS[writer.unit] if writer.choose["unit"] == "sheet name" else 1
    fails = fails or (bare and writer.choose["title"] == "part of a year")
    for number in range(2):
        fee = Decimal(dice.randint(1000, 90000))
        sheet.line(*_lead(lead, number, dice), int(fee))
        is_producer = sheet.cells[sheet.row, lead.index("producer") + 1].value == "是"
        facts: dict[str, Decimal | bool] = {"platformFeeCNY": fee * scale, "producer": is_producer}
        sheet.meant.append(Meant(sheet.row, _name(number), "2020", facts, fails))


def _lead(lead: list[str], number: int, dice: random.Random) -> list[object]:
    values: dict[str, object] = {
        "number": number + 1, "corner": number + 1, "name": _name(number), "code": _CODES[number], "period": 2020,
        "producer": dice.choice(("是", "否")),
    }  # fmt: skip
    return [values[what] for what in lead]


def _name(number: int) -> str:
    return f"枣庄虚构丙{'甲乙'[number]}公司"


def _once_more(writer: Writer) -> None:
    """The header of the first table once more, below a line of another unit."""
    sheet, place = writer.sheet, writer.choose["unit"]
    sheet.line("单位：元")
    sheet.line(*(column.path[0] for column in writer.head.columns))
    stays = writer.is_forced or place in ("header", "format", "cell")
    open_ = place in ("corner", "footer") and not writer.is_forced
    lead = [column.holds for column in writer.head.columns if column.holds in _TITLES]
    for number in range(2):
        values = _lead(lead, number, writer.dice)
        sheet.line(*values)
        facts: dict[str, Decimal | bool] = {
            "producer": sheet.cells[sheet.row, lead.index("producer") + 1].value == "是"
        }
        for at, column in enumerate(writer.head.columns, start=1):
            fact = {"now": "tradeCNY", "before": "priorTradeCNY", "usd": "tradeUSD", "usd before": "priorTradeUSD"}
            if column.holds in fact:
                value = Decimal(writer.dice.randint(200, 90000))
                writer._figure(at, value)
                facts[fact[column.holds]] = value * (writer.scale if stays or writer.unit in column.path[0] else 1)
        fails = open_ or (writer.head.doubt and place != "first column alone")
        sheet.meant.append(Meant(sheet.row, _name(number), "2020", facts, fails))


def write_beside(writer: Writer) -> None:
    """A table of towns beside, with a column of figures named as a known one, or cells without a header."""
    sheet, head, at = writer.sheet, writer.head_row, writer.width + 2
    has_header = writer.choose["further"] == "beside"
    if has_header:
        sheet.cells[head, at] = Look("镇街")
        sheet.cells[head, at + 1] = Look("平台服务费（元）")
    for meant in sheet.meant[:2]:
        sheet.cells[meant.row, at] = Look("光明路街道" if has_header else "合计")
        sheet.cells[meant.row, at + 1] = Look(777)
        meant.must_fail = meant.must_fail or has_header


def write_sheets(choice: str, dice: random.Random) -> list[Sheet]:
    """The other sheets of a workbook."""
    if choice == "another type":
        sheet = Sheet("参展")
        sheet.line("2020年上半年参展情况")
        sheet.line("单位：万元")
        sheet.line("序号", "参展企业", "日期", "展位费", "境外展会")
        for number in range(2):
            fee, overseas = Decimal(dice.randint(1, 90)), dice.random() < 0.5
            sheet.line(number + 1, _name(number), None, int(fee), "是" if overseas else "否")
            sheet.put(3, date(2020, 5, 1 + number), "yyyy-mm-dd")
            facts: dict[str, Decimal | bool] = {"boothFeeCNY": fee * 10_000, "overseas": overseas}
            sheet.meant.append(Meant(sheet.row, _name(number), f"2020-05-0{1 + number}", facts))
        return [sheet]
    if choice == "another unit":
        sheet = Sheet("企业年度情况2019")
        sheet.line("单位：元")
        sheet.line("企业名称", "年度", "进出口总额")
        for number in range(2):
            value = Decimal(dice.randint(1000, 90000))
            sheet.line(_name(number), 2019, int(value))
            sheet.meant.append(Meant(sheet.row, _name(number), "2019", {"tradeCNY": value}))
        return [sheet]
    if choice == "notes":
        sheet = Sheet("填表说明")
        sheet.line("企业名称：填全称。金额单位：元。")
        return [sheet]
    return []
