"""What the parts of a sheet were taken for is told: in words by `check --verbose`, in colours by the annotated copy."""

from __future__ import annotations

import sys
import typing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from deciders import decider_with
from policykb import cli
from policykb.check import run_check
from policykb.check.annotate import annotated
from policykb.check.regions import told_regions
from policykb.readers.sheet.regions import Kind, Region, Regions, UnitFrom
from policykb.readers.tables import TableReader
from policykb.reports.phrases import Phrases

CODES = ("91370402MA0000015R", "91370402MA0000023L", "91370402MA0000031F", "91370402MA000004X7")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of it: titles, two header lines, totals, prepared rows, a hidden row, a struck one, a table below."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "企业年度情况"
    sheet.append(["2020年外贸企业情况表"])
    sheet.append(["单位：万元"])
    sheet.append(["序号", "企业名称", "统一社会信用代码", "年度", "进出口情况（千元）", None, "平台服务费", "备注"])
    sheet.append([None, None, None, None, "进出口总额", "上年进出口总额（万元）", None, None])
    for column in "ABCDGH":
        sheet.merge_cells(f"{column}3:{column}4")
    sheet.merge_cells("E3:F3")
    sheet.append(["示例", "某公司", None, 2020, 500, 400])
    for number, code in enumerate(CODES, start=1):
        sheet.append([number, f"枣庄虚构{number}公司", code, 2020, 5000 + number, 4000 + number, 1])
    sheet.append([None, "合计", None, None, 20010, 16010])
    sheet.append([5, None, None, 2020, 0])
    sheet.append([6, None, None, 2020, 0])
    sheet.append(["注：以海关数为准。"])
    sheet.append([None])
    sheet.append(["企业名称", "年度", "年度进出口总额"])
    sheet.append(["枣庄虚构己公司", 2020, 30000])
    sheet.row_dimensions[7].hidden = True
    for cell in sheet[8]:
        cell.font = Font(strike=True)
    path = tmp_path_factory.mktemp("office") / "office.xlsx"
    book.save(path)
    return path


def phrases(lang: str) -> Phrases:
    """The wordings of a language."""
    kb = decider_with()
    return Phrases(kb.book, kb.vocabulary, kb.wording, lang)  # type: ignore[arg-type]


def test_told_in_words(office: Path) -> None:
    """Each part with its rows, what it was taken for and why; each column with headers, unit and where that is."""
    (sheet,) = told_regions(run_check(decider_with(), [office]).regions, phrases("zh"))

    assert [(part.rows, part.taken_for, part.why) for part in sheet.parts] == [
        ("第1行", "标题", "2020年外贸企业情况表"),
        ("第2行", "单位说明", "单位：万元"),
        ("第3–4行", "表头", ""),
        ("第5行", "填写示例，不是记录", "示例"),
        ("第6–9行", "记录", ""),
        ("第7行", "隐藏或筛去的行，照样读取", ""),
        ("第8行", "划掉的行，照样读取", ""),
        ("第10行", "合计，不是记录", "合计"),
        ("第11–12行", "没有用到的预留行", ""),
        ("第13行", "备注，不是记录", "注：以海关数为准。"),
        ("第15行", "表头", ""),
        ("第16行", "记录", ""),
    ]
    assert sheet.parts[2].columns == (
        "A列 序号：序号，不读取",
        "B列 企业名称：主体名称",
        "C列 统一社会信用代码：统一社会信用代码",
        "D列 年度：期间",
        "E列 进出口情况（千元） / 进出口总额：年度进出口总额，单位千元，写在上层表头",
        "F列 进出口情况（千元） / 上年进出口总额（万元）：上年度进出口总额，表头有错（见检查结果）",
        "G列 平台服务费：平台服务费，单位万元，写在表外",
        "H列 备注：备注，不是数据，只看有没有改变各数的话",
    )
    assert sheet.parts[10].columns[2] == "C列 年度进出口总额：年度进出口总额，表上没有写单位：单元格没有写明的，按元读"


def test_told_in_english(office: Path) -> None:
    """The same in English."""
    (sheet,) = told_regions(run_check(decider_with(), [office]).regions, phrases("en"))

    assert [part.taken_for for part in sheet.parts[:5]] == [
        "title",
        "line of units",
        "header",
        "an example, no record",
        "records",
    ]
    assert sheet.parts[2].columns[6] == (
        "column G 平台服务费: Platform service fee, in 万元, as the text around the table says"
    )


def test_printed(office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`check --verbose` prints it above the findings; without it nothing of it is printed."""
    told = []
    for more in (["--verbose"], []):
        monkeypatch.setattr(sys, "argv", ["policykb", "check", str(office), "--lang", "zh", *more])
        with pytest.raises(SystemExit):
            cli.main()
        told.append(capsys.readouterr().out)

    assert f"{office}、企业年度情况 各部分看作什么\n  第1行  标题  2020年外贸企业情况表\n" in told[0]
    assert "各部分" not in told[1]


def test_coloured(office: Path) -> None:
    """The copy has a colour for each kind of part, findings above all, and a sheet that explains the colours."""
    report = run_check(decider_with(), [office])
    copy = load_workbook(BytesIO(annotated(report, phrases("zh"), TableReader(decider_with().vocabulary))))
    sheet, legend = copy["企业年度情况"], copy["表怎样读的"]
    colours = {legend.cell(row, 2).value: legend.cell(row, 2).fill.fgColor.rgb for row in range(1, legend.max_row + 1)}

    assert sheet["B1"].fill.fgColor.rgb == colours["标题"]
    assert sheet["B3"].fill.fgColor.rgb == sheet["B15"].fill.fgColor.rgb == colours["表头"]
    assert sheet["C6"].fill.fgColor.rgb == sheet["C9"].fill.fgColor.rgb == colours["记录"]
    assert sheet["C7"].fill.fgColor.rgb == colours["隐藏或筛去的行，照样读取"]
    assert sheet["C10"].fill.fgColor.rgb == colours["合计，不是记录"]
    assert sheet["F4"].fill.fgColor.rgb == colours["错误"] != colours["记录"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_has_its_words(lang: str) -> None:
    """Whatever a part may be taken for, and wherever a unit may stand, there are words for it."""
    say = phrases(lang).say

    assert all(say(f"region-{kind}") for kind in typing.get_args(Kind))
    assert all(say(f"region-unit-{place}", meaning="a", unit="b") for place in typing.get_args(UnitFrom))


def test_many_parts_are_counted() -> None:
    """Of a sheet with endless parts some are kept and the rest is counted; records that follow each other are one."""
    regions = Regions(most=3)
    reader = TableReader(decider_with().vocabulary, regions=regions)
    assert reader.regions is regions
    for row in range(1, 11):
        regions.add(Region("records" if row < 4 else "total", "a.csv", None, row, row))

    assert [(one.kind, one.first, one.last) for one in regions.found] == [
        ("records", 1, 3),
        ("total", 4, 4),
        ("total", 5, 5),
    ]
    assert regions.left_out == 5


def test_columns_of_answers_are_told_as_one(tmp_path: Path) -> None:
    """是 and 否 below an item stand in one line, and remarks are said to be looked through."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text("企业名称,年度,生产型企业,,备注\n,,是,否,\n甲公司,2020,√,,\n", encoding="utf-8")
    (sheet,) = told_regions(run_check(decider_with(), [path]).regions, phrases("zh"))

    assert sheet.parts[0].columns[2:] == (
        "C、D列 生产型企业：生产型企业",
        "E列 备注：备注，不是数据，只看有没有改变各数的话",
    )
