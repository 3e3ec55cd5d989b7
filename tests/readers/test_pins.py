"""Units in comments and input prompts of workbooks: taken as words of the header, or refused with place and mend."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from decimal import Decimal as D
from pathlib import Path

import pytest
from expect import only, rules
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from made_xlsb import binary_workbook
from policykb.model import Vocabulary
from policykb.readers import Reading, read_records
from policykb.readers.ooxml_pins import prompts
from policykb.readers.pins import Pin
from policykb.readers.xls import prompts_of

Read = Callable[..., Reading]


@pytest.fixture(params=["xlsx", "xlsb"])
def pinned(request: pytest.FixtureRequest, tmp_path: Path, vocabulary: Vocabulary) -> Read:
    """Read two records of 6000 and 700 with a comment or prompt at some cells."""

    def read(
        comment: str = "", prompt: str = "", at: str = "C1", title: str = "进出口总额", author: str = "张三"
    ) -> Reading:
        book = Workbook()
        sheet = book.active
        sheet.title = "EnterpriseYear"
        for row in (["单位名称", "年度", title], ["甲乙贸易有限公司", 2020, 6000], ["丙丁贸易有限公司", 2020, 700]):
            sheet.append(row)
        if comment:
            sheet[at].comment = Comment(comment, author)
        if prompt:
            found = DataValidation(type="decimal", operator="greaterThan", formula1="0", prompt=prompt)
            found.add(at)
            sheet.add_data_validation(found)
        path = tmp_path / f"office.{request.param}"
        if request.param == "xlsx":
            book.save(path)
        else:
            path.write_bytes(binary_workbook(book))
        return read_records([path], vocabulary)

    return read


def figures(reading: Reading) -> list[D | None]:
    """The figures that were read."""
    return [record.facts.get("tradeCNY") for record in reading.records]  # type: ignore[misc]


@pytest.mark.parametrize(
    "text", ["单位：万元", "张三:\n单位：万元", "in 万元", "以万元计", "请按万元填写", "全年数，单位：万元"]
)
def test_a_unit_pinned_to_a_header_is_that_of_its_column(text: str, pinned: Read) -> None:
    """万元 in a comment or input prompt of the header counts as if the header said it."""
    assert figures(pinned(comment=text)) == [D(60000000), D(7000000)]
    assert figures(pinned(prompt=text)) == [D(60000000), D(7000000)]


def test_a_prompt_over_the_figures_counts_for_each(pinned: Read) -> None:
    """A prompt of the cells to be filled in, and of some of them."""
    assert figures(pinned(prompt="单位：万元", at="C2:C500")) == [D(60000000), D(7000000)]
    assert figures(pinned(comment="单位：万元", at="C3")) == [D(6000), D(7000000)]


def test_a_unit_pinned_to_the_name_is_that_of_the_table(pinned: Read) -> None:
    """What can have no unit says it of the table, as in a title."""
    assert figures(pinned(comment="单位：万元", at="A1")) == [D(60000000), D(7000000)]


@pytest.mark.parametrize("text", ["in thousands", "×10^4元", "单位：万美元", "此处万元"])
def test_what_is_not_understood_is_refused_where_it_stands(text: str, pinned: Read) -> None:
    """A multiple that is not understood, or another currency: the column is at fault, with the unit to write."""
    found = pinned(comment=text)
    (first, _) = found.records
    assert figures(found) == [None, None]
    assert rules(first.findings) == ["pin-unclear"]
    (told,) = (one for one in first.findings if one.rule == "pin-unclear")
    assert (told.place.row, told.place.column) == (1, "进出口总额")
    assert told.message.zh == f"“进出口总额”的批注或输入提示写着“{text}”，这一列以什么计因此不清楚。"
    assert "“进出口总额（元）”" in told.mend.zh
    wanted = "wrong-unit" if "美元" in text else "pin-unclear"
    assert [rules(record.findings) for record in pinned(prompt=text, at="C3").records] == [[], [wanted]]


def test_a_header_with_another_unit_is_refused(pinned: Read) -> None:
    """元 in the header and 万元 in its comment disagree; what is not understood leaves a stated unit alone."""
    assert figures(pinned(comment="单位：万元", title="进出口总额（元）")) == [None, None]
    assert figures(pinned(comment="此处万元", title="进出口总额（元）")) == [D(6000), D(700)]
    assert figures(pinned(comment="单位：万元", title="进出口总额（万元）")) == [D(60000000), D(7000000)]


@pytest.mark.parametrize("text", ["按海关数填写", "年进出口500万元以上的企业填写", "见附件2"])
def test_other_remarks_change_nothing(text: str, pinned: Read) -> None:
    """A remark that is about no unit of the figures."""
    assert figures(pinned(comment=text, prompt=text)) == [D(6000), D(700)]


def test_the_comments_of_this_program_change_nothing(pinned: Read) -> None:
    """What a template or an annotated copy says beside a header the header says itself."""
    assert figures(pinned(comment="单位：万元", author="policykb")) == [D(6000), D(700)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("上半年数", "remark-other-period"),
        ("王五:\n前三季度数", "remark-other-period"),
        ("不含进口", "remark-not-whole"),
        ("应为60万", "remark-disputed"),
        ("数字有误", "remark-disputed"),
        ("2018年数", "remark-other-year"),
        ("已作废", "void-row"),
        ("此数为万元", "units-disagree"),
        ("该数为美元", "units-disagree"),
    ],
)
def test_a_comment_on_a_figure_counts_as_a_remark_beside_it(text: str, rule: str, pinned: Read) -> None:
    """What would leave a row in doubt in a column of remarks does so in a comment on a cell; the other row stands."""
    (first, second) = pinned(comment=text, at="C3", title="进出口总额（元）").records
    assert (first.facts["tradeCNY"], rules(first.findings)) == (D(6000), [])
    assert rules(second.findings) == [rule]


@pytest.mark.parametrize("text", ["作废", "预计数"])
def test_a_comment_on_the_name_is_about_the_row(text: str, pinned: Read) -> None:
    """A comment on who it is, in a cell that is no figure."""
    assert [len(rules(record.findings)) for record in pinned(comment=text, at="A2").records] == [1, 0]


@pytest.mark.parametrize("at", ["A1", "C1"])
def test_a_comment_on_a_header_that_says_less_than_the_year(at: str, pinned: Read) -> None:
    """The figures below are refused: of the column, or of the table where it has been pinned to the name."""
    found = pinned(comment="1-9月数", at=at)
    assert figures(found) == [None, None]
    assert [rules(record.findings) for record in found.records] == [["title-other-period"]] * 2
    told = found.records[0].findings[0]
    assert told.message.zh == "表的标题、附注或批注写着“1-9月”，“进出口总额”可能不是全年的实际数。"


@pytest.mark.parametrize("text", ["2020年数", "不填上半年数", "上半年新设的企业也要填", "全年数"])
def test_guidance_in_a_comment_changes_nothing(text: str, pinned: Read) -> None:
    """What only mentions part of a year, or names the year of the row."""
    assert figures(pinned(comment=text)) == figures(pinned(comment=text, at="C2")) == [D(6000), D(700)]
    assert [rules(record.findings) for record in pinned(comment=text, at="C2").records] == [[], []]


_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
_ODS = f"""<office:document-content {_SPACES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:body><office:spreadsheet>
<table:content-validations><table:content-validation table:name="val1">
<table:help-message table:title="面积"><text:p>以亩计</text:p></table:help-message>
</table:content-validation></table:content-validations><table:table table:name="EnterpriseYear">
<table:table-row>{{names}}<table:table-cell office:value-type="string"><office:annotation><dc:creator>张三</dc:creator>
<text:p>单位：万元</text:p></office:annotation><text:p>进出口总额</text:p></table:table-cell>
<table:table-cell table:content-validation-name="val1" office:value-type="string"><text:p>海外仓面积</text:p>
</table:table-cell></table:table-row><table:table-row>{{values}}</table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""


def test_comments_and_prompts_of_open_documents(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """The same in a document of LibreOffice: an annotation, and the help of a validation."""

    def row(*cells: str) -> str:
        return "".join(
            f'<table:table-cell office:value-type="string"><text:p>{one}</text:p></table:table-cell>' for one in cells
        )

    with zipfile.ZipFile(tmp_path / "office.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        values = row("甲乙贸易有限公司", "2020", "6000", "3")
        archive.writestr("content.xml", _ODS.format(names=row("单位名称", "年度"), values=values))
    record = only(read_records([tmp_path / "office.ods"], vocabulary))
    assert record.facts == {"tradeCNY": D(60000000), "overseasWarehouseArea": D(2000)}


def test_prompts_of_old_workbooks() -> None:
    """A record of a validation: the prompt behind its title, in bytes or in UTF-16, and the areas that have it."""
    texts = b"\1\0\0x" + b"\1\0\0\0" + b"\5\0\1" + "单位：万元".encode("utf-16-le") + b"\1\0\0\0"
    formulas = struct.pack("<HH", 3, 0) + b"\x1e\1\0" + struct.pack("<HH", 0, 0)
    areas = struct.pack("<H8H", 2, 0, 0, 2, 2, 1, 99, 3, 3)
    assert list(prompts_of(bytes(4) + texts + formulas + areas)) == [
        Pin("x\n单位：万元", 1, 1, 2, 2),
        Pin("x\n单位：万元", 2, 100, 3, 3),
    ]


def test_prompts_as_spreadsheets_write_them() -> None:
    """With entities and escaped line ends, for several areas, and with the cells behind the formulas of Excel 2010."""
    old = "<dataValidation type='whole' prompt='in &#10;万元' sqref='C2:C9 E1'/>"
    new = (
        '<x14:dataValidation type="list" promptTitle="a" prompt="b_x000a_c"><x14:formula1><xm:f>X!A1</xm:f>'
        "</x14:formula1><xm:sqref>D2:D4</xm:sqref></x14:dataValidation>"
    )
    assert list(prompts((old + new).encode())) == [
        Pin("in \n万元", 2, 9, 2, 2),
        Pin("in \n万元", 1, 1, 4, 4),
        Pin("a\nb\nc", 2, 4, 3, 3),
    ]


@pytest.mark.parametrize(
    ("prompts", "expected"),
    [
        (["单位：万元", "单位：万元"], [D(60_000_000), D(7_000_000)]),
        (["单位：万元", "单位：元"], [None, None]),
        (["单位：元", "单位：万元"], [None, None]),
        # More that differ than a cell can sensibly have: none of them is believed.
        ([f"单位：{n}个万元" for n in range(1, 40)], [None, None]),
    ],
)
def test_prompts_that_disagree(
    prompts: list[str], expected: list[D | None], tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """Where two prompts of one cell name two units, neither is taken, whichever comes first."""
    book = Workbook()
    sheet = book.active
    sheet.title = "EnterpriseYear"
    for row in (["单位名称", "年度", "进出口总额"], ["甲乙贸易有限公司", 2020, 6000], ["丙丁贸易有限公司", 2020, 700]):
        sheet.append(row)
    for prompt in prompts:
        found = DataValidation(type="decimal", operator="greaterThan", formula1="0", prompt=prompt)
        found.add("C2:C3")
        sheet.add_data_validation(found)
    path = tmp_path / "office.xlsx"
    book.save(path)
    reading = read_records([path], vocabulary)

    assert figures(reading) == expected
    told = [rules(record.findings) for record in reading.records]
    assert told == ([["pin-unclear"]] * 2 if expected == [None, None] else [[], []])
