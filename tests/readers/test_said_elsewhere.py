"""What a sheet says beside its figures: raised marks, years, units of other cells and sheets, names with marks."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from expect import only, rules
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from made_xlsb import binary_workbook
from policykb.errors import InputError
from policykb.model import Vocabulary
from policykb.readers import Reading, read_records
from policykb.readers.xls import boxes_of

Read = Callable[..., Reading]
HEAD = ["单位名称", "年度", "进出口总额"]


@pytest.fixture
def book(tmp_path: Path, vocabulary: Vocabulary) -> Callable[..., Reading]:
    """Read a workbook of several sheets, by their titles."""

    def read(sheets: dict[str, list[list[Any]]], shape: Callable[[Workbook], None] | None = None) -> Reading:
        workbook = Workbook()
        workbook.remove(workbook.worksheets[0])
        for title, rows in sheets.items():
            sheet = workbook.create_sheet(title)
            for row in rows:
                sheet.append(row)
        if shape:
            shape(workbook)
        workbook.save(tmp_path / "office.xlsx")
        return read_records([tmp_path / "office.xlsx"], vocabulary)

    return read


def raised(text: str, mark: str, place: str = "superscript") -> CellRichText:
    """A text with a mark above or below the line."""
    return CellRichText(text, TextBlock(InlineFont(vertAlign=place), mark))


@pytest.mark.parametrize("place", ["superscript", "subscript"])
def test_a_raised_digit_is_no_digit(place: str, book: Read) -> None:
    """820 with a raised 3 is not 8203, and a name with one is another name; m² is a unit all the same."""
    found = book(
        {
            "EnterpriseYear": [
                [*HEAD, raised("海外仓面积（m", "2")],
                [raised("甲乙贸易有限公司", "3", place), "2020", "50", "300"],
                ["丙丁贸易有限公司", "2020", raised("820", "3", place), "300"],
            ]
        },
        lambda workbook: workbook.worksheets[0].cell(
            1, 4, CellRichText("海外仓面积（m", TextBlock(InlineFont(vertAlign="superscript"), "2"), "）")
        ),
    )
    first, second = found.records
    assert rules(first.findings) == (["name-marked"] if place == "superscript" else [])
    assert rules(second.findings) == ["unknown-unit"]
    assert first.facts["overseasWarehouseArea"] == second.facts["overseasWarehouseArea"] == D(300)


ODF = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(f'xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "table", "text", "style"))
ODS = (
    f"<office:document-content {SPACES}><office:automatic-styles>"
    '<style:style style:name="up" style:family="text">'
    '<style:text-properties style:text-position="{place}"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
    '<table:table table:name="EnterpriseYear">{rows}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


@pytest.mark.parametrize(
    ("place", "wanted"), [("super 58%", ["unknown-unit"]), ("-33% 58%", ["unknown-unit"]), ("0% 100%", [])]
)
def test_a_raised_digit_of_an_open_document(
    place: str, wanted: list[str], tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """The same in a document of LibreOffice, by the position of its words."""

    def row(*cells: str) -> str:
        shown = "".join(f'<table:table-cell office:value-type="string">{one}</table:table-cell>' for one in cells)
        return f"<table:table-row>{shown}</table:table-row>"

    head = row(*(f"<text:p>{title}</text:p>" for title in HEAD))
    figure = '<text:p>820<text:span text:style-name="up">3</text:span></text:p>'
    rows = head + row("<text:p>甲乙贸易有限公司</text:p>", "<text:p>2020</text:p>", figure)
    with zipfile.ZipFile(tmp_path / "office.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(place=place, rows=rows))
    record = only(read_records([tmp_path / "office.ods"], vocabulary))
    assert rules(record.findings) == wanted
    assert record.facts.get("tradeCNY") == (None if wanted else D(8203))


@pytest.mark.parametrize("year", ["（2018）", "[2018]", "（2018年）", "2018年"])
def test_a_year_in_brackets_is_a_year(year: str, read_sheet: Read) -> None:
    """A bare year beside a name is the year of the column, however it stands there."""
    title = f"进出口总额（万元）{year}" if year[0] in "（[" else f"{year}进出口总额（万元）"
    found = read_sheet([["单位名称", "年度", title], ["甲乙贸易有限公司", 2018, 30], ["甲乙贸易有限公司", 2019, 30]])
    assert [dict(record.facts) for record in found.records] == [{"tradeCNY": D(300000)}, {"priorTradeCNY": D(300000)}]


def test_years_of_a_header_may_be_days(book: Read) -> None:
    """Days of which a sheet shows the year head the columns of their years."""

    def shape(workbook: Workbook) -> None:
        sheet = workbook.worksheets[0]
        sheet.merge_cells("C1:D1")
        for cell in ("C2", "D2"):
            sheet[cell].number_format = 'yyyy"年"'

    days = [datetime(2018, 1, 1), datetime(2019, 1, 1)]
    rows = [["单位名称", "年度", "进出口总额（万元）", None], [None, None, *days], ["甲乙贸易有限公司", 2019, 30, 40]]
    record = only(book({"EnterpriseYear": rows}, shape))
    assert rules(record.findings) == []
    assert dict(record.facts) == {"tradeCNY": D(400000), "priorTradeCNY": D(300000)}


LESS = (
    "截至2019年8月底进出口情况",
    "2019年前7个月进出口情况",
    "统计期间：2019年1月1日至2019年9月30日",
    "2019年7月至2020年6月进出口情况",
    "2019年第1-3季度",
    "2019年2季度",
    "2019年Q2",
    "一至九月进出口情况",
    "2019.1-9",
    "20190101-20190930",
    "2019年外贸快报",
)
WHOLE = (
    "2019年进出口情况",
    "2019年1月至12月进出口情况",
    "2019年1-12月",
    "2019年1月1日至2019年12月31日",
    "一至十二月",
    "截至2019年12月底",
    "20190101-20191231",
    "填报日期：2020年1月15日",
)


@pytest.mark.parametrize("title", (*LESS, *WHOLE))
def test_a_title_of_less_than_a_year(title: str, read_sheet: Read) -> None:
    """Yearly figures below a title that speaks of less than a year are in doubt; below one of the year they are not."""
    record = only(read_sheet([[title], [*HEAD[:2], "进出口总额（万元）"], ["甲乙贸易有限公司", 2019, 30]]))
    assert rules(record.findings) == (["title-other-period"] if title in LESS else [])


@pytest.mark.parametrize("line", ["附表3 千元", "表二 千元", "附件1：单位 千元"])
def test_a_unit_behind_the_number_of_a_table(line: str, read_sheet: Read) -> None:
    """附表3 千元 is the third table, counted in thousands, and no sum of 3,000."""
    record = only(read_sheet([[line], HEAD, ["甲乙贸易有限公司", 2020, 30]]))
    assert (dict(record.facts), rules(record.findings)) == ({"tradeCNY": D(30000)}, [])


def test_a_unit_behind_a_title_and_the_number_of_a_table(read_sheet: Read) -> None:
    """Where more stands in the line it is not certain that the unit is of the table, and the figure is in doubt."""
    record = only(read_sheet([["企业情况统计表 附表2 千元"], HEAD, ["甲乙贸易有限公司", 2020, 30]]))
    assert rules(record.findings) == ["unit-line-unclear"]


def test_a_unit_above_one_sheet_may_be_meant_of_the_next(book: Read) -> None:
    """Below the continuation of a table without a unit line of its own the scale is open; with its own it is not."""
    first = [["单位：万元"], HEAD, ["甲乙贸易有限公司", 2020, 30]]
    for line, wanted in (([], ["unit-line-unclear"]), ([["单位：元"]], [])):
        found = book({"企业年度情况": first, "企业年度情况（续）": [*line, HEAD, ["丙丁贸易有限公司", 2020, 40]]})
        assert [rules(record.findings) for record in found.records] == [[], wanted]


@pytest.mark.parametrize(
    ("title", "notes", "wanted"),
    [
        ("填表说明", [["一、填报范围：规上企业。"], ["二、本表金额单位为万元。"]], "万元"),
        ("填报说明", [["指标", "单位", "口径"], ["进出口总额", "万元", "海关数"]], "万元"),
        ("Sheet1", [["2020年外贸企业套表"], ["", "单位：千元"]], "千元"),
        ("填表说明", [["金额单位为元，面积单位为平方米。"]], None),
        ("填表说明", [["进出口总额超过5000万元的企业填报；奖励最高10万元。"]], None),
        ("税收", [["单位：万元"], ["纳税人", "纳税额（万元）", "人数"]], None),
    ],
)
def test_a_unit_in_a_sheet_of_explanations(title: str, notes: list[list[Any]], wanted: str | None, book: Read) -> None:
    """What a cover or 填表说明 says of multiples leaves figures without a unit in doubt; a table does not."""
    table = [HEAD, ["甲乙贸易有限公司", 2020, 600]]
    for sheets in ({title: notes, "企业年度情况": table}, {"企业年度情况": table, title: notes}):
        record = only(book(sheets))
        found = [one for one in record.findings if one.severity == "error"]
        expected = [] if wanted is None else [("unit-line-unclear", f"“进出口总额（{wanted}）”")]
        assert [(one.rule, one.mend.zh.split("例如")[1].split("，")[0]) for one in found] == expected
        named = only(book({**sheets, "企业年度情况": [[*HEAD[:2], "进出口总额（万元）"], table[1]]}))
        assert (rules(named.findings), named.facts["tradeCNY"]) == ([], D(6000000))


def test_the_unit_of_a_remark_stands_in_the_mend(read_sheet: Read) -> None:
    """Whoever copies the example of the mend keeps the multiple that the remark names, and does not lose it for 元."""
    record = only(read_sheet([HEAD, ["甲乙贸易有限公司", 2020, 600], ["注：金额按百万元填列"]]))
    (found,) = (one for one in record.findings if one.severity == "error")
    assert "“进出口总额（百万元）”" in found.mend.zh and "“单位：百万元”" in found.mend.zh


@pytest.mark.parametrize("end", ["oddHeader", "oddFooter"])
def test_a_unit_at_the_head_or_foot_of_the_page(end: str, book: Read) -> None:
    """What is printed on each page is part of the table, also where the other end of the page is empty."""

    def shape(workbook: Workbook) -> None:
        getattr(workbook.worksheets[0], end).right.text = "金额单位：万元"

    record = only(book({"企业年度情况": [HEAD, ["甲乙贸易有限公司", 2020, 600]]}, shape))
    assert (dict(record.facts), rules(record.findings)) == ({"tradeCNY": D(6000000)}, [])


@pytest.mark.parametrize(
    ("remark", "wanted"),
    [
        ("上半年数", ["remark-other-period"]),
        ("为2020年1-9月累计数", ["remark-other-period"]),
        ("截至2020年10月底", ["remark-other-period"]),
        ("Q3数据", ["remark-other-period"]),
        ("预计数", ["remark-other-period"]),
        ("forecast", ["remark-other-period"]),
        ("20200101-20201031", ["remark-other-period"]),
        ("全年数", []),
        ("2020年1-12月", []),
        ("3月份注册", []),
        ("预计2021年投产", []),
        ("9月", []),
    ],
)
def test_a_remark_that_figures_are_of_less_than_a_year(remark: str, wanted: list[str], read_sheet: Read) -> None:
    """What a remark says of nothing but the time of the figures is told; what it says of the enterprise is not."""
    for rows in (
        [[*HEAD, "备注"], ["甲乙贸易有限公司", 2020, 600, remark], ["丙丁贸易有限公司", 2020, 700, ""]],
        [["备注", *HEAD], [remark, "甲乙贸易有限公司", 2020, 600], ["", "丙丁贸易有限公司", 2020, 700]],
    ):
        found = read_sheet(rows)
        assert [rules(record.findings) for record in found.records] == [wanted, []]


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOX = (
    '<d:wsDr xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><d:absoluteAnchor><d:sp><d:txBody>'
    "<a:p><a:r><a:t>{0}</a:t></a:r><a:r><a:t>{1}</a:t></a:r></a:p></d:txBody></d:sp></d:absoluteAnchor></d:wsDr>"
)


@pytest.mark.parametrize(
    ("texts", "value", "wanted"),
    [
        (("单位：", "万元"), D(6000000), []),
        (("数据截至", "2020年10月"), D(600), ["title-other-period"]),
        (("填报前请看", "说明"), D(600), []),
    ],
)
def test_a_text_box_on_a_sheet(
    texts: tuple[str, str], value: D, wanted: list[str], tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """What lies over the cells says of the table what a line above it would say."""
    workbook = Workbook()
    workbook.worksheets[0].title = "企业年度情况"
    for row in (HEAD, ["甲乙贸易有限公司", 2020, 600]):
        workbook.worksheets[0].append(row)
    workbook.save(tmp_path / "plain.xlsx")
    link = f'<drawing xmlns:r="{OFFICE}" r:id="rId1"/></worksheet>'
    kind = f'Type="{OFFICE}/drawing" Target="../drawings/drawing1.xml"'
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(tmp_path / "box.xlsx", "w") as made:
        for name in plain.namelist():
            text = plain.read(name).decode()
            made.writestr(name, text.replace("</worksheet>", link) if name.endswith("sheet1.xml") else text)
        rels = f'<Relationship Id="rId1" {kind}/>'
        space = "http://schemas.openxmlformats.org/package/2006/relationships"
        made.writestr("xl/worksheets/_rels/sheet1.xml.rels", f'<Relationships xmlns="{space}">{rels}</Relationships>')
        made.writestr("xl/drawings/drawing1.xml", BOX.format(*texts))
    record = only(read_records([tmp_path / "box.xlsx"], vocabulary))

    assert rules(record.findings) == wanted
    assert record.facts.get("tradeCNY", D(600)) == value


OPEN_BOX = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"><office:body><office:spreadsheet>
<table:table table:name="企业年度情况">{on_sheet}<table:table-row>{head}</table:table-row>
<table:table-row>{row}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""
SHAPE = "<draw:frame><draw:text-box><text:p>单位：<text:span>万元</text:span></text:p></draw:text-box></draw:frame>"


@pytest.mark.parametrize("where", ["on the sheet", "at a cell"])
def test_a_text_box_in_an_open_document(where: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    """The same in a document of LibreOffice, where shapes stand before the rows of a sheet or in a cell."""

    def cells(*texts: str, shape: str = "") -> str:
        return "".join(
            f'<table:table-cell office:value-type="string">{shape}<text:p>{text}</text:p></table:table-cell>'
            for text in texts
        )

    at_cell = SHAPE if where == "at a cell" else ""
    text = OPEN_BOX.format(
        on_sheet="" if at_cell else f"<table:shapes>{SHAPE}</table:shapes>",
        head=cells(HEAD[0], shape=at_cell) + cells(*HEAD[1:]),
        row=cells("甲乙贸易有限公司", "2020", "600"),
    )
    with zipfile.ZipFile(tmp_path / "box.ods", "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", text)
    record = only(read_records([tmp_path / "box.ods"], vocabulary))

    assert (dict(record.facts), rules(record.findings)) == ({"tradeCNY": D(6000000)}, [])


def test_a_text_box_in_a_binary_workbook(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """The same in .xlsb, whose drawings are those of .xlsx."""
    workbook = Workbook()
    workbook.worksheets[0].title = "企业年度情况"
    for row in (HEAD, ["甲乙贸易有限公司", 2020, 600]):
        workbook.worksheets[0].append(row)
    (tmp_path / "box.xlsb").write_bytes(binary_workbook(workbook))
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    link = f'<Relationship Id="rId1" Type="{OFFICE}/drawing" Target="../drawings/drawing1.xml"/>'
    with zipfile.ZipFile(tmp_path / "box.xlsb", "a") as made:
        made.writestr("xl/worksheets/_rels/sheet1.bin.rels", f'<Relationships xmlns="{space}">{link}</Relationships>')
        made.writestr("xl/drawings/drawing1.xml", BOX.format("单位：", "万元"))
    record = only(read_records([tmp_path / "box.xlsb"], vocabulary))

    assert (dict(record.facts), rules(record.findings)) == ({"tradeCNY": D(6000000)}, [])


def test_text_boxes_of_old_workbooks() -> None:
    """The records of a shape and its text, which may go on in a second one; those of a comment are no text box."""
    a_box, a_comment = (bytes(4) + kind + bytes(2) for kind in (b"\6\0", b"\x19\0"))
    head = bytes(10) + b"\7\0" + bytes(6)
    texts = [b"\1" + "单位：万".encode("utf-16-le"), b"\1" + "元\r说".encode("utf-16-le"), b"\0" * 9]
    records = [(0x5D, a_box), (0x1B6, head), *((0x3C, text) for text in texts)]

    assert list(boxes_of(records)) == ["单位：万元", "说"]
    assert list(boxes_of([(0x5D, a_comment), *records[1:]])) == []


@pytest.mark.parametrize("signed", ["2021年1月5日", "2021年1月", "2021-01"])
def test_a_month_below_the_table_is_that_of_signing(signed: str, read_sheet: Read) -> None:
    """A lone day or month behind the last record is no record without a name."""
    found = read_sheet([HEAD, ["甲乙贸易有限公司", 2020, 600], [signed]])
    assert [(record.name, rules(record.findings)) for record in found.records] == [("甲乙贸易有限公司", [])]


def test_a_doubtful_figure_is_told_as_it_is_written(read_sheet: Read) -> None:
    """Whatever was made of a figure before its unit came into doubt, the message shows what stands in the cell."""
    rows = [["甲乙贸易有限公司", 2020, 30], ["丙丁贸易有限公司※", 2020, 40], ["戊己贸易有限公司", 2020, "50"]]
    found = read_sheet([["单位：万元"], HEAD, *rows, ["单位：元"]])
    told = [one.value for record in found.records for one in record.findings if one.rule == "unit-line-unclear"]
    assert told == ["30", "40", "50"]


def test_a_unit_among_the_rows_that_is_not_the_header_s(read_sheet: Read) -> None:
    """Below a row that says another unit than the header figures are in doubt, and above it they are not."""
    head, rows = [*HEAD[:2], "进出口总额（万元）"], [["甲乙贸易有限公司", 2020, 30], ["丙丁贸易有限公司", 2020, 40]]
    for line, wanted in (("以下单位：元", ["unit-among-rows"]), ("单位：万元", [])):
        found = read_sheet([head, rows[0], [line], rows[1]])
        assert [rules(record.findings) for record in found.records] == [[], wanted]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("美元", ["unit-column-unclear"]),
        ("港币", ["unit-column-unclear"]),
        ("元", ["unit-column-unclear"]),
        ("人民币", []),
        ("万元", []),
    ],
)
def test_a_column_of_units_against_the_header(said: str, wanted: list[str], read_sheet: Read) -> None:
    """A column that says of each row another unit than the header leaves the figures open; the same one does not."""
    title = "币种" if said in ("美元", "港币", "人民币") else "计量单位"
    record = only(read_sheet([[*HEAD[:2], title, "进出口总额（万元）"], ["甲乙贸易有限公司", 2020, said, 30]]))
    assert rules(record.findings) == wanted


def test_a_unit_beside_a_remark_stays_in_the_mend(read_sheet: Read) -> None:
    """Obeying the mend of a remark that is not understood changes no figure."""
    rows = [[*HEAD[:2], "进出口总额（单位：万元，剔除样品）"], ["甲乙贸易有限公司", 2020, 30]]
    (finding,) = [one for one in read_sheet(rows).findings if one.severity == "error"]
    assert (finding.rule, "“进出口总额（万元）”" in finding.mend.zh) == ("remark-unclear", True)
    record = only(read_sheet([[*HEAD[:2], "进出口总额（万元）"], rows[1]]))
    assert dict(record.facts) == {"tradeCNY": D(300000)}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("甲乙贸易有限公司*", "name-marked"),
        ("※甲乙贸易有限公司", "name-marked"),
        ("甲乙贸易有限公司③", "name-marked"),
        ("甲乙贸易有限公司⑪", "name-marked"),
        ("甲乙贸易有限公司⑵", "name-marked"),
        ("甲乙贸易有限公司²", "name-marked"),
        ("作废：甲乙贸易有限公司", "void-row"),
        ("甲乙贸易有限公司-已取消", "void-row"),
        ("甲乙贸易有限公司（重复录入）", "void-row"),
        ("甲乙贸易有限公司等7家", "name-not-a-name"),
        ("甲乙贸易有限公司等", "name-not-a-name"),
        ("三两家企业", "name-not-a-name"),
        ("一般贸易", "name-not-a-name"),
        ("进口", "name-not-a-name"),
        ("占全区比重（%）", "name-not-a-name"),
        ("（续）", "name-not-a-name"),
        ("—以下空白—", "name-not-a-name"),
        ("增长%", "name-not-a-name"),
        ("1-12月", "name-not-a-name"),
        ("各镇街企业", "name-not-a-name"),
        ("请填写企业全称", "name-not-a-name"),
        ("本公司", "name-not-a-name"),
        ("枣庄××有限公司", "name-not-a-name"),
        ("Company name", "name-not-a-name"),
        ("甲乙贸易有限公司？", "name-marked"),
        ("Foo Trading!", None),
        ("（未填名称）", None),  # what the self-check writes for who has not said a name
        ("甲乙贸易有限公司√", "name-marked"),
        ("法人代表：甲乙", "name-marked"),
        ("甲乙贸易有限公司（已注销）", "void-row"),
        ("枣庄本我集团有限公司", None),
        ("Maxx Trading Ltd", None),
        ("五月花贸易有限公司", None),
        ("完美日用品有限公司", None),
        ("甲乙进出口贸易有限公司", None),
        ("新作废旧物资回收有限公司", None),
        ("平等商贸有限公司", None),
        ("Void Trading Ltd", None),
        ("枣庄两个太阳贸易有限公司", None),
    ],
)
def test_names_with_more_than_a_name(
    name: str, wanted: str | None, read_sheet: Read, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """What says that a row is void, or names several, or bears the mark of a note, is refused in tables and in JSON."""
    rows = [[*HEAD[:2], "进出口总额（元）"], ["甲丙贸易有限公司", 2020, 7], [name, 2020, 30]]
    told = [rules(record.findings) for record in read_sheet(rows).records]
    assert told == [[], [] if wanted is None else [wanted]]
    one = {"type": "EnterpriseYear", "period": "2020", "subject": {"name": name}, "tradeCNY": 30}
    (tmp_path / "one.json").write_text(json.dumps([one]), encoding="utf-8")
    record = only(read_records([tmp_path / "one.json"], vocabulary))
    assert rules(record.findings) == ([] if wanted is None else [wanted])


@pytest.mark.parametrize("name", ["合计", "小计：", "其中：进口", "示例：甲公司"])
def test_rows_of_a_table_are_no_subjects_of_json(name: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A total, a part and an example that a program wrote into JSON make no enterprise."""
    one = {"type": "EnterpriseYear", "period": "2020", "subject": {"name": name}, "tradeCNY": 30}
    (tmp_path / "one.json").write_text(json.dumps([one]), encoding="utf-8")
    assert rules(only(read_records([tmp_path / "one.json"], vocabulary)).findings) == ["name-not-a-name"]


@pytest.mark.parametrize(
    ("beside", "wanted"),
    [
        ({"币种": "港币"}, ["unit-beside-key"]),
        ({"currency": "HKD"}, ["unit-beside-key"]),
        ({"unit": "10k"}, ["unit-beside-key"]),
        ({"币种": "人民币"}, []),
        ({"currency": "CNY"}, []),
        ({"单位": "区商务局"}, []),
    ],
)
def test_a_key_of_a_unit_that_is_not_known(
    beside: dict[str, str], wanted: list[str], tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """Another currency beside the figures is heard whatever it is called, and yuan beside yuan says nothing new."""
    one = {"type": "EnterpriseYear", "period": "2020", "name": "甲乙贸易有限公司", "tradeCNY": 30, **beside}
    (tmp_path / "one.json").write_text(json.dumps([one]), encoding="utf-8")
    assert rules(only(read_records([tmp_path / "one.json"], vocabulary)).findings) == wanted


def test_a_key_with_a_unit_or_a_year(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """The mend of a key that names a unit keeps it, and that of one that names a year names the item of that year."""

    def read(**stated: Any) -> Reading:
        one = {"type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲乙贸易有限公司"}, **stated}
        (tmp_path / "one.json").write_text(json.dumps([one]), encoding="utf-8")
        return read_records([tmp_path / "one.json"], vocabulary)

    (unit,) = [f for f in only(read(**{"进出口总额（万元）": 30})).findings if f.severity == "error"]
    assert unit.rule == "key-with-unit" and "“30万元”" in unit.mend.zh and "“tradeCNY”" in unit.mend.zh
    (again,) = [f for f in only(read(**{"进出口总额（万元）": "30万元"})).findings if f.severity == "error"]
    assert again.rule == "key-with-unit" and "“30万元”" in again.mend.zh
    assert dict(only(read(tradeCNY="30万元")).facts) == {"tradeCNY": D(300000)}
    (year,) = [f for f in only(read(**{"2019年进出口总额": 30})).findings if f.severity == "error"]
    assert year.rule == "near-column" and "“priorTradeCNY”" in year.mend.zh
    other = only(read(**{"2017年进出口总额": 30}))
    assert [f.rule for f in other.findings] == ["unknown-column"] and not other.facts


MULTIPLES = (
    "Trade 2020 (10k CNY)", "(in 10,000s)", "RMB mil", "x10000", "以w计", "数据按亿", "Values in K", "RMB 1,000",
    "'0,000", "×10^4元", "000s omitted", "Thousands", "US$m", "all figures in wan", "按万算", "CNY hundred mn",
)  # fmt: skip


@pytest.mark.parametrize("line", MULTIPLES)
def test_a_multiple_above_a_table_is_not_passed_over(line: str, read_sheet: Read) -> None:
    """However a line writes that the figures are counted in multiples, none is read as yuan."""
    record = only(read_sheet([[line], HEAD, ["甲乙贸易有限公司", 2020, 30]]))
    assert rules(record.findings) == ["unit-line-unclear"]


@pytest.mark.parametrize(
    "line", ["附表3（2）", "名单（M）", "10,000", "K", "T恤出口企业", "百强企业名单", "Made in China", "(100)"]
)
def test_other_lines_say_nothing_of_units(line: str, read_sheet: Read) -> None:
    """Numbers of tables, marks, counts and names leave the figures as they are."""
    record = only(read_sheet([[line], HEAD, ["甲乙贸易有限公司", 2020, 30]]))
    assert (rules(record.findings), dict(record.facts)) == ([], {"tradeCNY": D(30)})


@pytest.mark.parametrize(
    ("remark", "wanted"),
    [
        ("此行作废", ["void-row"]),
        ("单位：万元", ["unit-column-unclear"]),
        ("旧证作废后补办", []),
        ("属实", []),
        ("2018年数据", ["remark-other-year"]),
        ("为去年同期数", ["remark-other-year"]),
        ("2020年度海关统计数", []),
        ("2018年成立", []),
        ("2018年", []),
        ("去年数据未报", []),
    ],
)
def test_a_remark_on_a_row(
    remark: str, wanted: list[str], read_sheet: Read, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """A remark that takes the row back, or tells another unit or year, is heard in tables and in JSON."""
    record = only(read_sheet([[*HEAD, "备注"], ["甲乙贸易有限公司", 2020, 30, remark]]))
    assert rules(record.findings) == wanted
    one = {"type": "EnterpriseYear", "period": "2020", "name": "甲乙贸易有限公司", "tradeCNY": 30, "备注": remark}
    (tmp_path / "one.json").write_text(json.dumps([one]), encoding="utf-8")
    found = only(read_records([tmp_path / "one.json"], vocabulary))
    in_json = ["unit-beside-key" if rule == "unit-column-unclear" else rule for rule in wanted]
    assert rules(found.findings) == in_json
    if in_json == ["unit-beside-key"]:
        assert "“30万元”" in found.findings[-1].mend.zh


@pytest.mark.parametrize(
    ("title", "year_title", "wanted"),
    [
        ("2020年11月外贸企业情况表", "年度", ["title-other-period"]),
        ("外贸企业情况表", "年度（1-6月）", ["title-other-period"]),
        ("外贸企业情况表（2020年11月5日）", "年度", []),
        ("外贸企业情况表（11月）", "年度", ["title-other-period"]),
        ("外贸企业情况表 9月", "年度", ["title-other-period"]),
        ("外贸企业情况表（12月）", "年度", []),
        ("外贸企业情况表（2021年1月）", "年度", []),
        ("2020年12月外贸企业情况表", "年度", []),
        ("2020年11月5日制表", "年度", []),
    ],
)
def test_less_than_a_year_in_a_title(title: str, year_title: str, wanted: list[str], read_sheet: Read) -> None:
    """A month in the title, or in the brackets of the column of years, is no year; a day of signing says nothing."""
    record = only(read_sheet([[title], [HEAD[0], year_title, HEAD[2]], ["甲乙贸易有限公司", 2020, 30]]))
    assert rules(record.findings) == wanted


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("2019年外贸企业情况表", "2019"),
        ("2020年外贸企业情况表", ""),
        ("2019年—2020年情况", ""),
        ("2021年申报表（2020年度数据）", ""),
        ("按鲁政发〔2019〕5号编制", ""),
    ],
)
def test_a_year_in_the_title_that_no_row_has(title: str, years: str, read_sheet: Read) -> None:
    """The row counts, with a warning that its table speaks of another year."""
    record = only(read_sheet([[title], HEAD, ["甲乙贸易有限公司", 2020, 30]]))
    told = [one.message.zh for one in record.findings if one.rule == "period-beside-title"]
    assert told == ([f"表的标题（或工作表的名称）写的是{years}年，这一行的期间写的是“2020”。"] if years else [])
    assert record.period == "2020"


@pytest.mark.parametrize(
    ("sheet", "title", "wanted"),
    [
        ("2021年企业年度情况", None, ["period-beside-title"]),
        ("2021年企业年度情况", "2020年外贸企业情况", []),
        ("2020年企业年度情况", None, []),
        ("企业年度情况（2021）", None, []),
    ],
)
def test_a_year_in_the_name_of_a_sheet_that_no_row_has(
    sheet: str, title: str | None, wanted: list[str], book: Read
) -> None:
    """The name of a sheet says the year as a title does."""
    above = [] if title is None else [[title]]
    record = only(book({sheet: [*above, HEAD, ["甲乙贸易有限公司", 2020, 30]]}))
    assert (rules(record.findings, "warning"), record.period) == (wanted, "2020")


def test_titles_in_traditional_letters(read_sheet: Read) -> None:
    """A table from elsewhere has the same columns."""
    head = ["企業名稱", "統一社會信用代碼", "年度", "生產型企業", "進出口總額（萬元）"]
    record = only(read_sheet([head, ["甲乙貿易有限公司", "91370402MA0000015R", 2020, "是", 600]]))
    assert (record.name, record.credit_code) == ("甲乙貿易有限公司", "91370402MA0000015R")
    assert dict(record.facts) == {"producer": True, "tradeCNY": D(6000000)}


@pytest.mark.parametrize(
    "heads",
    [
        [["进出口总额（人民币）", "进出口总额（美元）"], ["万元", "万美元"]],
        [["人民币", "美元"], ["进出口总额（万元）", "进出口总额（万美元）"]],
    ],
)
def test_two_currencies_of_one_item(heads: list[list[str]], read_sheet: Read) -> None:
    """The currency over a column, and its unit below, say the same: neither column is the other once more."""
    rows = [[*HEAD[:2], *line] for line in heads]
    found = only(read_sheet([*rows, ["甲乙贸易有限公司", 2020, 600, 90]]))
    assert (rules(found.findings), dict(found.facts)) == ([], {"tradeCNY": D(6000000), "tradeUSD": D(900000)})


def test_a_dash_for_what_cannot_be_zero(read_sheet: Read) -> None:
    """Nobody is told to write 0 for a place in a ranking, or for an exchange rate."""
    rows = [[*HEAD, "进出口额全区名次", "美元兑人民币汇率"], ["甲乙贸易有限公司", 2020, "—", "—", "—"]]
    told = {one.fact: one.rule for one in only(read_sheet(rows)).findings}
    assert told == {"tradeCNY": "dash-is-missing", "tradeRank": "dash-not-given", "usdCnyRate": "dash-not-given"}


@pytest.mark.parametrize(
    ("title", "rule", "suggestion"),
    [
        ("进出口总额 单位:万元", "near-column", "进出口总额（万元）"),
        ("进出口总额\\万元", "near-column", "进出口总额（万元）"),
        ("进出口总额YTD（万元）", "near-column", "进出口总额（万元）"),
        ("进出口总额 RMB mn", "remark-unclear", "进出口总额"),
        ("进出口总额增长", None, ""),
    ],
)
def test_something_behind_the_name_of_an_item(title: str, rule: str | None, suggestion: str, read_sheet: Read) -> None:
    """What stands behind a known name and may say in what it is counted is not left out with the column."""
    found = read_sheet([[*HEAD[:2], title], ["甲乙贸易有限公司", 2020, 30]]).findings
    told = [(one.rule, f"“{suggestion}”" in one.mend.zh) for one in found if one.severity == "error"]
    assert told == ([] if rule is None else [(rule, True)])


MIXED = [
    ([9000, "5200万元", 0, "7000元", "￥610万元", "-"], {0: "万元"}),
    (["0.8亿", 9000, "6.5亿元"], {1: "亿元"}),
    (["5200元", 9000], {}),
    (["5200万元", "0.8亿元"], {}),
]
AREAS = [["0.06万平方米", "600m2", 600, "600 ㎡"], [None, None, "unit-of-others", None]]


@pytest.mark.parametrize(("figures", "wanted"), MIXED)
def test_a_figure_without_a_unit_among_others_with_a_multiple(
    figures: list[Any], wanted: dict[int, str], read_sheet: Read
) -> None:
    """9000 above 5200万元 may be either; nothing, a figure with its own unit, and a column with one are clear."""
    rows = [[f"枣庄{number}号贸易有限公司", 2020, figure] for number, figure in enumerate(figures)]
    found = read_sheet([HEAD, *rows]).records
    told = {
        at: one.mend.zh.partition("；")[0]
        for at, record in enumerate(found)
        for one in record.findings
        if one.rule == "unit-of-others"
    }

    assert told == {at: f"在这个数后面写上单位，例如“9000{unit}”或“9000元”" for at, unit in wanted.items()}
    below_a_line = read_sheet([["单位：万元"], HEAD, [rows[0][0], 2020, 9000], [rows[1][0], 2020, "5200万元"]])
    assert [rules(record.findings) for record in below_a_line.records] == [[], []]


def test_an_area_without_a_unit_among_others(read_sheet: Read) -> None:
    """A unit that ends in a digit is one as well."""
    figures, wanted = AREAS
    rows = [[f"枣庄{number}号贸易有限公司", 2020, figure] for number, figure in enumerate(figures)]
    found = read_sheet([["单位名称", "年度", "海外仓面积"], *rows]).records

    assert [next(iter(rules(record.findings)), None) for record in found] == wanted


@pytest.mark.parametrize(
    ("figures", "wanted"),
    [
        # Points group the digits of the first: 2.345 may be 2345 yuan, 7.5 may not.
        (["12.345.678,90", "2.345", "7.5", "2345"], ["value-not-a-number", "separator-unsure", None, None]),
        # The comma of 80,5 is that of decimals, and that of 800,500 may be.
        (["80,5", "800,500", "8005", "1.25"], ["unclear-separator", "separator-unsure", None, None]),
        # 80,5 is a slip where others are grouped as usual.
        (["80,5", "800,500", "8,005,000", "12,500.75"], ["unclear-separator", None, None, None]),
        (["1.234", "800,500", "8000.25", "7"], [None, None, None, None]),
    ],
)
def test_one_separator_among_figures_that_are_written_otherwise(
    figures: list[str], wanted: list[str | None], read_sheet: Read, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """A figure that would be a thousand times another one in the way in which its table writes figures is refused."""
    rows = [[f"枣庄{number}号贸易有限公司", "2020", figure] for number, figure in enumerate(figures)]
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text("\n".join(";".join(row) for row in [HEAD, *rows]), encoding="utf-8")

    for found in (read_sheet([HEAD, *rows]), read_records([path], vocabulary)):
        told = [[rule for rule in rules(one.findings) if rule != "sum-row-unsure"] for one in found.records]
        assert [next(iter(one), None) for one in told] == wanted


def test_a_separator_far_below_figures_that_were_given_on(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """The table is refused where thousands of figures were read before the one that leaves them in doubt."""
    lines = [f"枣庄{number}号贸易有限公司;2020;9.{100 + number % 900}" for number in range(5005)]
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text("\n".join([";".join(HEAD), *lines, "末号贸易有限公司;2020;1.200.300"]), encoding="utf-8")
    with pytest.raises(InputError, match=r"1\.200\.300") as refused:
        read_records([path], vocabulary)
    assert refused.value.id == "separator-below-table"


def test_a_multiple_far_below_figures_that_were_given_on(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Where thousands of figures without a unit were read already, a later multiple refuses the table."""
    lines = [f"枣庄{number}号贸易有限公司,2020,{9000 + number}" for number in range(5005)]
    (tmp_path / "EnterpriseYear.csv").write_text(
        "\n".join([",".join(HEAD), *lines, "末号贸易有限公司,2020,5200万元"]), encoding="utf-8"
    )
    with pytest.raises(InputError, match="万元") as refused:
        read_records([tmp_path / "EnterpriseYear.csv"], vocabulary)
    assert refused.value.id == "unit-below-table"


@pytest.mark.parametrize(
    ("beside", "wanted"),
    [
        ({"title": "2020年1-10月外贸企业"}, ["title-other-period"]),
        ({"meta": {"说明": "全年预计数"}}, ["title-other-period"]),
        ({"meta": {"说明": "数据暂估"}}, ["title-not-whole"]),
        ({"title": "2020年外贸企业", "exported": "2021-01-05"}, []),
    ],
)
def test_less_than_a_year_beside_the_records_of_json(
    beside: dict[str, Any], wanted: list[str], tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """What an object says beside its records is heard like a title; a remark may stand before the period."""
    one = {"type": "EnterpriseYear", "备注": "2020年数", "period": "2020", "name": "甲乙贸易有限公司", "tradeCNY": 30}
    (tmp_path / "all.json").write_text(json.dumps({**beside, "records": [one]}), encoding="utf-8")

    assert rules(only(read_records([tmp_path / "all.json"], vocabulary)).findings) == wanted


def test_the_unit_of_a_row_in_a_column_of_its_own(read_sheet: Read) -> None:
    """What the mend says makes each figure clear, where the whole column has one unit and where the rows differ."""
    head, names = [*HEAD[:2], "计量单位", HEAD[2]], ("甲乙贸易有限公司", "丙丁贸易有限公司")
    told = read_sheet([head, [names[0], 2020, "万元", 72], [names[1], 2020, "亿元", 0.8]]).records
    assert [one.findings[-1].mend.zh.partition("；")[2] for one in told] == [
        f"各行单位不同的，核实后写在数的后面（确是{figure}的，写“{figure}”），再删去写单位的那一格。"
        for figure in ("72万元", "0.8亿元")
    ]
    for mended in (
        [head, [names[0], 2020, None, "72万元"], [names[1], 2020, None, "0.8亿元"]],
        [[*HEAD[:2], "进出口总额（万元）", "计量单位"], [names[0], 2020, 72, "万元"], [names[1], 2020, 8000, "万元"]],
    ):
        found = read_sheet(mended).records
        assert [(one.facts["tradeCNY"], rules(one.findings)) for one in found] == [(D(720000), []), (D(80000000), [])]


@pytest.mark.parametrize(
    ("remark", "is_turned"),
    [
        ("（否）", True), ("-否", True), ("（否填1）", True), ("（是填0否填1）", True), ("（不是打√）", True),
        ("（1否0是）", True), ("（1否2是）", True),
        ("（是）", False), ("（是/否）", False), ("（是否）", False), ("（Y/N）", False), ("（1是0否）", False),
        ("（是填1，否填0）", False), ("（有或无）", False), ("（按营业执照）", False),
    ],
)  # fmt: skip
def test_a_header_that_turns_answers_round(remark: str, is_turned: bool, read_sheet: Read) -> None:
    """√ below 生产型企业（否） is no yes."""
    record = only(read_sheet([[*HEAD[:2], f"生产型企业{remark}"], ["甲乙贸易有限公司", 2020, "1"]]))

    assert (rules(record.findings), record.facts.get("producer")) == (
        (["answers-turned"], None) if is_turned else ([], True)
    )


LEGENDS = [
    ("注：1代表否，2代表是", True), ("填表说明：√=否，×=是", True), ("1-否 2-是", True), ("是——0，否——1", True),
    ("说明：0表示是，1表示否", True), ("生产型企业：1否2是", True), ("Note: 1 = no, 2 = yes", True),
    ("no: 1, yes: 2", True), ("1 = yes, 0 = no", False), ("1. No. of employees as of 31 December", False),
    ("注：1代表是，0代表否", False), ("填表说明：√=是，×=否", False), ("是填1，否填0", False), ("是、否", False),
    ("注：1. 是否生产型企业按营业执照填写", False), ("1、否则不予受理", False), ("审核通过1家，否决2家", False),
]  # fmt: skip


@pytest.mark.parametrize(("legend", "is_turned"), LEGENDS)
@pytest.mark.parametrize("place", ["above", "below", "comment", "sheet"])
def test_a_legend_that_turns_answers_round(legend: str, is_turned: bool, place: str, book: Read) -> None:
    """Where a note anywhere in the workbook says that 1 is no, a 1 is no yes; the figures are read all the same."""
    table = [[*HEAD[:2], "生产型企业", "进出口总额（元）"], ["甲乙贸易有限公司", 2020, 1, 600]]
    around = {"above": [[legend], *table], "below": [*table, [legend]]}
    sheets = {"EnterpriseYear": around.get(place, table), **({"填表说明": [[legend]]} if place == "sheet" else {})}

    def comment(workbook: Workbook) -> None:
        workbook["EnterpriseYear"]["C1"].comment = Comment(legend, "填报人")

    record = book(sheets, comment if place == "comment" else None).records[0]
    errors = [one.rule for one in record.findings if one.severity == "error"]
    assert record.facts["tradeCNY"] == 600
    if is_turned:
        assert errors in (["answers-turned-around"], ["answers-turned"])
    else:
        assert (errors, record.facts["producer"]) == ([], True)


def test_a_legend_of_one_item_alone(read_sheet: Read) -> None:
    """A legend that names an item is about it alone; with yes and no in its place, and without it, all is read."""
    head = [*HEAD[:2], "生产型企业", "入选重点培植对象"]
    record = only(read_sheet([["生产型企业：1-否，2-是"], head, ["甲乙贸易有限公司", 2020, 1, 1]]))
    (refused,) = [one for one in record.findings if one.severity == "error"]
    mended = only(read_sheet([head, ["甲乙贸易有限公司", 2020, "是", 1]]))

    assert (refused.rule, refused.place.cell) == ("answers-turned-around", "C3")
    assert record.facts["selectedForNurture"] is True
    assert (mended.facts["producer"], mended.facts["selectedForNurture"]) == (True, True)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("注：不含进口", ["title-not-whole"]),
        ("以上数据为暂估，未经审计。", ["title-not-whole"]),
        ("以上为出口数", ["title-not-whole"]),
        ("注：上年数", ["title-not-whole"]),
        ("报告期：2020年11月", ["title-other-period"]),
        ("报告期：2020年12月", []),
        ("制表时间：2020年11月", []),
        ("报告期：2020-11", ["title-other-period"]),
        ("报告期：2021年1月5日", []),
        ("统计时间：2021年1月", []),
        ("初步名单", []),
        ("注：含子公司", []),
        ("出口企业数据", []),
    ],
)
def test_what_stands_around_a_table_of_its_figures(said: str, wanted: list[str], read_sheet: Read) -> None:
    """What leaves the figures of a row in doubt in its remark leaves those of a table in doubt above or below it."""
    rows = [["甲乙贸易有限公司", 2020, 600], ["丙丁贸易有限公司", 2020, 700]]
    above = read_sheet([["外贸企业情况表"], [said], HEAD, *rows])
    assert [rules(record.findings) for record in above.records] == [wanted, wanted]
    below = read_sheet([HEAD, *rows, [said, None, None]] if wanted else [HEAD, *rows])
    assert [rules(record.findings) for record in below.records] == [wanted, wanted]


@pytest.mark.parametrize(
    ("said", "period", "wanted"),
    [
        ("注：本表数据为2019年", 2020, ["title-not-whole"]),
        ("注：本表数据为2020年", 2020, []),
        ("数据来源：2019年统计年鉴", 2020, []),
    ],
)
def test_another_year_below_a_table(said: str, period: int, wanted: list[str], read_sheet: Read) -> None:
    """A remark below a table that its figures are of a year is held against the period of each row."""
    (record,) = read_sheet([HEAD, ["甲乙贸易有限公司", period, 600], [said, None, None]]).records
    assert rules(record.findings) == wanted


@pytest.mark.parametrize(
    "said",
    [
        "统计时间：2021年1月5日",
        "报告期：2020年",
        "截止日期：2021年1月31日",
        "报送时间：2021年1月",
        "数据截至2020年12月31日",
        "截止2020年底",
        "报表日期：2021-01-15",
    ],
)
def test_a_line_with_a_label_below_a_table_is_no_name(said: str, read_sheet: Read) -> None:
    """When figures were made or are due is a remark, in the column of names as elsewhere."""
    (record,) = read_sheet([HEAD, ["甲乙贸易有限公司", 2020, 600], [said, None, None]]).records
    assert rules(record.findings) == []


def test_a_total_below_a_table_says_nothing_of_it(read_sheet: Read) -> None:
    """平均 is the name of a row, and no remark that the figures above are averages."""
    found = read_sheet([HEAD, ["甲乙贸易有限公司", 2020, 600], ["丙丁贸易有限公司", 2020, 700], ["平均", None, 650]])
    assert [rules(record.findings) for record in found.records] == [[], []]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("注：表中金额单位为万美元", ["unit-below-header"]),
        ("单位：元", ["unit-below-header"]),
        ("单位：万元", []),
        ("注：1美元=6.9元", []),
    ],
)
def test_another_unit_below_columns_with_their_own(line: str, wanted: list[str], read_sheet: Read) -> None:
    """Where every column has a unit, and none the one that is stated below, one of them is wrong."""
    head, row = [*HEAD[:2], "进出口总额（万元）"], ["甲乙贸易有限公司", 2020, 600]
    (record,) = read_sheet([head, row, [line, None, None]]).records
    assert rules(record.findings) == wanted


def test_an_area_is_told_a_unit_of_area(read_sheet: Read) -> None:
    """The unit that the mend shows for an item is never one of another kind."""
    rows = [["单位：万元（面积除外）"], ["单位名称", "年度", "海外仓面积"], ["甲乙贸易有限公司", 2020, 600]]
    (record,) = read_sheet(rows).records
    (finding,) = record.findings
    assert "海外仓面积（平方米）" in finding.mend.zh
    assert "万元）”，或" not in finding.mend.zh


@pytest.mark.parametrize(
    ("line", "shown"), [("单位：万", "万元"), ("(RMB in thousands)", "thousand RMB"), ("单位：10万元", "元")]
)
def test_the_mend_of_a_multiple_keeps_it(line: str, shown: str, read_sheet: Read) -> None:
    """Whoever copies the unit that the mend shows does not turn 万 into 元, nor ten of them into one."""
    (finding,) = only(read_sheet([[line], HEAD, ["甲乙贸易有限公司", 2020, 600]])).findings
    assert f"“单位：{shown}”" in finding.mend.zh


@pytest.mark.parametrize(
    ("remark", "said", "rule"),
    [("注：以上为1-10月数据", "1-10月", "doubt-below-table"), ("1代表否，2代表是", "2代表是", "answers-below-table")],
)
def test_a_doubt_far_below_what_was_given_on(
    remark: str, said: str, rule: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """Where thousands of records were read already, a remark that leaves them in doubt refuses the table."""
    lines = [f"枣庄{number}号贸易有限公司,2020,{9000 + number},1" for number in range(5005)]
    (tmp_path / "EnterpriseYear.csv").write_text(
        "\n".join([",".join([*HEAD, "生产型企业"]), *lines, f"{remark},,,"]), encoding="utf-8"
    )
    with pytest.raises(InputError, match=said) as refused:
        read_records([tmp_path / "EnterpriseYear.csv"], vocabulary)
    assert refused.value.id == rule


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        ("5 亿元", D(500000000)),
        ("10 万元", D(100000)),
        ("600（万元）", D(6000000)),
        ("约600（万元）", "value-not-a-number"),
        ("（万元）600", "value-not-a-number"),
        ("3 平方米", "wrong-unit"),
    ],
)
def test_a_figure_with_its_unit_is_no_line_of_units(first: str, wanted: object, read_sheet: Read) -> None:
    """A number with its unit in the first row is the figure of a record, and not the unit of all the rows below."""
    one, two = read_sheet([HEAD, ["甲乙贸易有限公司", 2020, first], ["丙丁贸易有限公司", 2020, 700]]).records
    assert one.facts.get("tradeCNY", next(iter(rules(one.findings)), None)) == wanted
    assert dict(two.facts) == {"tradeCNY": D(700)}
    assert rules(two.findings) == (["unit-of-others"] if isinstance(wanted, D) else [])


@pytest.mark.parametrize("title", ["进出口总额（10 万元）", "进出口总额（1 万元）", "进出口总额（5 亿元）"])
def test_a_number_of_units_in_a_title_is_not_passed_over(title: str, read_sheet: Read) -> None:
    """A column counted in so many of a multiple is not read as if it were counted in one of them."""
    record = only(read_sheet([[*HEAD[:2], title], ["甲乙贸易有限公司", 2020, 30]]))
    assert (rules(record.findings), dict(record.facts)) == (["unknown-unit"], {})


UNIT_HEAD = [*HEAD, "单位"]
NAMES = ("甲乙贸易有限公司", "丙丁贸易有限公司", "戊己贸易有限公司")


def figures_of(read_sheet: Read, head: list[str], *rows: list[object]) -> list[object]:
    """What each row states of its sum, or the first rule that refuses it."""
    cells = [[name, 2020, *row] for name, row in zip(NAMES, rows, strict=False)]
    told = []
    for record in read_sheet([head, *cells]).records:
        wrong = [rule for rule in rules(record.findings) if rule != "sum-row-unsure"]
        told.append(wrong[0] if wrong else record.facts["tradeCNY"])
    return told


def test_a_column_of_units_directly_behind_its_figures(read_sheet: Read) -> None:
    """Each figure is in the unit beside it; 万 alone is 万元, and a cell may say the same unit once more."""
    assert figures_of(read_sheet, UNIT_HEAD, [600, "万元"], [700, "元"], [2, "亿元"]) == [
        D(6000000),
        D(700),
        D(200000000),
    ]
    assert figures_of(read_sheet, UNIT_HEAD, [5, "万"], ["6万元", "万元"]) == [D(50000), D(60000)]
    assert figures_of(read_sheet, [*HEAD, "币种"], [600, "人民币"]) == [D(600)]
    assert figures_of(read_sheet, [*UNIT_HEAD, "币种"], [600, "万元", "人民币"]) == [D(6000000)]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("万港元", "other-currency"),
        ("吨", "unknown-unit"),
        ("美元", "wrong-unit"),
        ("平方米", "wrong-unit"),
        ("", "unit-of-others"),
        ("区商务局", "unit-of-others"),
    ],
)
def test_a_row_whose_unit_is_not_known(said: str, wanted: str, read_sheet: Read) -> None:
    """A row whose unit is another, unknown or left out is asked about; it used to be read as yuan beside 万元."""
    assert figures_of(read_sheet, UNIT_HEAD, [600, "万元"], [700, said]) == [D(6000000), wanted]


def test_a_column_of_units_that_may_be_of_several(read_sheet: Read) -> None:
    """One unit for two figures, or before its figure, is asked about; two units for two figures are read."""
    head = [*HEAD[:2], "上年进出口总额", "进出口总额", "单位"]
    assert figures_of(read_sheet, head, [600, 700, "万元"]) == ["unit-column-unclear"]
    assert figures_of(read_sheet, [*HEAD[:2], "单位", "进出口总额"], ["万元", 700]) == ["unit-column-unclear"]
    two = [*UNIT_HEAD, "海外仓总面积", "计量单位"]
    record = only(read_sheet([two, [NAMES[0], 2020, 600, "万元", 3, "亩"]]))
    assert dict(record.facts) == {"tradeCNY": D(6000000), "overseasWarehouseArea": D(2000)}


def test_the_unit_of_a_total_is_that_of_its_own_figure(read_sheet: Read) -> None:
    """万元 beside the figure of a total below is no line about the whole table."""
    rows = [[NAMES[0], 2020, 600, "万元"], [NAMES[1], 2020, 800, "元"], ["合计", None, 6000800, "元"]]
    found = read_sheet([UNIT_HEAD, *rows])
    assert [(record.facts["tradeCNY"], rules(record.findings)) for record in found.records] == [
        (D(6000000), []),
        (D(800), []),
    ]
    assert "unknown-column" not in [finding.rule for finding in found.findings]


@pytest.mark.parametrize(
    "row", [["填表人", "张三"], ["审核", None, "李四"], ["联系电话", "0632-1234567"], ["制表日期", "2021-01-05"]]
)
def test_a_signature_in_cells_beside_each_other(row: list[Any], read_sheet: Read) -> None:
    """填表人 with the name in the next cell is a remark below the table, and no enterprise of that name."""
    found = read_sheet([HEAD, ["甲乙贸易有限公司", 2020, 600], row])
    assert [(record.name, rules(record.findings)) for record in found.records] == [("甲乙贸易有限公司", [])]
    assert [finding.rule for finding in found.findings if finding.place.row == 3] == ["remark-row"]


@pytest.mark.parametrize("other", ["5万元", "万元5", "人民币伍万元整", "1亿2000万元", "5（万元）", "5万"])
@pytest.mark.parametrize("bare", ["700", "¥700"])
def test_a_figure_without_a_multiple_beside_one_with_it(other: str, bare: str, read_sheet: Read) -> None:
    """However a multiple is written, a figure of the same column without one is in doubt; ¥ says nothing of it."""
    rows = [[NAMES[0], 2020, other], [NAMES[1], 2020, bare]]
    assert [rules(record.findings) for record in read_sheet([HEAD, *rows]).records] == [[], ["unit-of-others"]]


@pytest.mark.parametrize("title", ["EnterpriseYear（作废）", "EnterpriseYear"])
def test_a_sheet_that_says_it_is_void(title: str, read_sheet: Read) -> None:
    """作废 in the name of the sheet, or in the title above the table; not where a note tells of others."""
    above = [] if "作废" in title else [["企业年度情况（作废）"]]
    found = read_sheet([*above, HEAD, ["甲乙贸易有限公司", 2020, 6000]], title=title).records
    noted = read_sheet([HEAD, ["甲乙贸易有限公司", 2020, 6000], ["注：已作废的企业不在表内"]]).records

    assert [rules(record.findings) for record in found] == [["title-not-whole"]]
    assert [rules(record.findings) for record in noted] == [[]]
