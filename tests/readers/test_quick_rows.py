"""The fast way through plain rows reads exactly what the careful way reads."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from policykb.model import Record, Vocabulary
from policykb.readers import Reading, read_records
from policykb.readers.quick import QuickRows

HEADERS = (
    "id,企业名称,统一社会信用代码,年度,生产型企业,进出口总额（万元）,上年进出口总额（元）,进出口总额美元值,全区排名,备注,海外仓面积",
    "序号,name,period,creditCode,division,tradeCNY,tradeRank,producer",
    "type,name,period,tradeCNY,boothFeeCNY,overseas,refundClass,programmes,windowStart",
    "企业名称,年度,进出口总鄂,tradeRank,tradeRank,,producer",
)
TEXTS = (
    "",
    "",
    " ",
    "5",
    "0",
    "007",
    "-5",
    "+5",
    "5.50",
    "5.",
    "1,000",
    "6,000",
    "5万元",
    "５００",
    "第2名",
    "2",
    "前三",
    "是",
    "否",
    "√",
    "不清楚",
    "-",
    "--",
    "约6",
    "1E5",
    "2020",
    "2020年",
    "2020-11-05",
    "甲公司",
    "Total",
    "合计",
    "合 计",
    "小计",
    "注：某",
    "备注: x",
    "note 1: x",
    "r17",
    "id",
    "name",
    "企业名称",
    "91370402MA0000015R",
    "91370402 ma0000015r",
    "370402",
    "参展",
    "EnterpriseYear",
    "出口退税",
    "国家级；省级",
    "省级",
    "一类",
    "true",
    "99999999999999999999999999999999999999999999",
    "a\u00a0b",
    "²",
    "①",
    "1 000",
    "=1+1",
    "'5",
    "00",
    "0.0",
    "-0",
    ".5",
)


NAMED = {
    "企业名称": ("甲公司", "乙公司", "A", "枣庄丙（中国）公司"),
    "name": ("甲公司", "乙公司", "A", "枣庄丙（中国）公司"),
    "年度": ("2020", "2020年"),
    "period": ("2020", "2020年"),
}


def told(reading: Reading) -> list[object]:
    """Everything a reading says, places included."""
    found: list[object] = []
    for record in reading.records:
        own = (record.id, record.type, record.period, record.name, record.credit_code, record.division, record.place)
        places = {name: record.places[name] for name in record.facts}
        found.append((own, dict(record.facts), sorted(map(str, record.findings)), places))
    return [*found, *map(str, reading.findings)]


def both_ways(read: Callable[[], Reading], monkeypatch: pytest.MonkeyPatch) -> tuple[list[object], list[object], int]:
    """What is told with the fast way and without it, and how many rows went the fast way."""
    taken = 0
    fast = QuickRows.read

    def counted(self: QuickRows, number: int, cells: Any) -> Record | None:
        nonlocal taken
        record = fast(self, number, cells)
        taken += record is not None
        return record

    with monkeypatch.context() as patch:
        patch.setattr(QuickRows, "read", counted)
        quick = told(read())
    with monkeypatch.context() as patch:
        patch.setattr(QuickRows, "read", lambda self, number, cells: None)
        careful = told(read())
    return quick, careful, taken


@pytest.mark.proof
@pytest.mark.parametrize("header", HEADERS, ids=lambda text: text[:12])
@pytest.mark.parametrize("title", ["", "单位：万元\n"], ids=["plain", "unit above"])
@pytest.mark.parametrize("strict", [False, True])
def test_text_is_read_the_same_both_ways(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch, header: str, title: str, strict: bool
) -> None:
    """Hundreds of rows of plain and odd cells: records, places and findings are the same."""
    dice = random.Random(header + title)
    width = header.count(",") + 1
    lines = []
    for _ in range(400):
        cells = [dice.choice(TEXTS) for _ in range(width + dice.choice((0, 0, 0, 0, 0, 0, 0, -1, 1)))]
        # Most rows name somebody in a period, as those of real tables do; the others are looked at with care.
        for at, name in enumerate(header.split(",")):
            if name in ("企业名称", "name", "年度", "period") and at < len(cells) and dice.random() < 0.7:
                cells[at] = dice.choice(NAMED[name])
        if header.startswith("type"):
            cells[0] = dice.choice(("EnterpriseYear", "参展", "出口退税", "TalentTeamSelection", "ProjectReferral"))
        lines.append(",".join(f'"{cell}"' if "," in cell else cell for cell in cells))
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text(title + header + "\n" + "\n".join(lines) + "\n", encoding="utf-8")

    quick, careful, taken = both_ways(lambda: read_records([path], vocabulary, strict=strict), monkeypatch)

    assert quick == careful
    assert taken > 20 or title or strict or header not in HEADERS[:2]


def test_workbooks_are_read_the_same_both_ways(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for cells that a workbook holds as numbers, texts, truth values and formulas."""
    dice = random.Random(7)
    values = (*TEXTS, 5, 0, 2.5, -3, 44140, True, False, 0.1 + 0.2, 1e20, 913704020000000123, None, None)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "企业年度情况"
    sheet.append(HEADERS[0].split(","))
    for _ in range(500):
        cells = [dice.choice(values) for _ in range(HEADERS[0].count(",") + 1)]
        cells[1], cells[3] = (dice.choice((*NAMED["name"], cells[1])), dice.choice((2020, "2020", cells[3])))
        sheet.append(cells)
    sheet.merge_cells("F20:F22")
    path = tmp_path / "a.xlsx"
    book.save(path)

    quick, careful, taken = both_ways(lambda: read_records([path], vocabulary), monkeypatch)

    assert quick == careful
    assert taken > 50
