"""Records in Excel workbooks."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from expect import only, rules
from openpyxl import Workbook

from policykb.errors import InputError
from policykb.model import Vocabulary
from policykb.readers import Reading, read_records

Read = Callable[..., Reading]


def rewrite(path: Path, part: str, change: Callable[[str], str]) -> None:
    """Change the XML of one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


@pytest.fixture
def book(tmp_path: Path, vocabulary: Vocabulary) -> Callable[..., Reading]:
    """Read a workbook after a change to its only sheet, its XML or its sheets."""

    def read(
        rows: list[list[Any]],
        title: str = "EnterpriseYear",
        shape: Callable[[Workbook], None] | None = None,
        xml: Callable[[str], str] | None = None,
    ) -> Reading:
        workbook = Workbook()
        sheet = workbook.active
        sheet.title = title
        for row in rows:
            sheet.append(row)
        if shape:
            shape(workbook)
        path = tmp_path / "district.xlsx"
        workbook.save(path)
        if xml:
            rewrite(path, "xl/worksheets/sheet1.xml", xml)
        return read_records([path], vocabulary)

    return read


HEADER = ["企业名称", "年度", "进出口总额（万元）", "全区排名", "生产型企业"]


def test_typed_cells(read_sheet: Read) -> None:
    """Numbers, truth values and text of a sheet; the id is file, sheet and row."""
    record = only(read_sheet([HEADER, ["甲", 2020, 6000.5, 2, True]], title="企业年度情况"))

    assert (record.id, record.type, record.period, record.facts) == (
        "district#企业年度情况!2",
        "EnterpriseYear",
        "2020",
        {"tradeCNY": D("60005000"), "tradeRank": 2, "producer": True},
    )


def test_merged_titles_notes_and_totals(book: Read) -> None:
    """Title rows above the header, empty rows, totals and remarks are no records."""

    def shape(workbook: Workbook) -> None:
        workbook.active.merge_cells("A1:E1")
        workbook.active.merge_cells("A2:E2")

    rows = [
        ["市中区2020年企业情况表"],
        ["填报单位：区商务局"],
        [],
        HEADER,
        ["甲", 2020, 1, 1, "是"],
        [],
        ["合计", None, 1],
        ["注：海关数据"],
    ]
    reading = book(rows, shape=shape)

    assert [record.place.row for record in reading.records] == [5]
    assert rules(reading.findings, "warning") == ["total-row", "remark-row"]


def test_several_sheets(book: Read) -> None:
    """Each sheet is a type; a sheet of instructions is left out with a warning, a hidden one, too."""

    def shape(workbook: Workbook) -> None:
        shows = workbook.create_sheet("参展")
        shows.append(["企业名称", "日期", "境外展会"])
        shows.append(["甲", date(2020, 9, 1), "否"])
        workbook.create_sheet("说明").append(["请按模板填写"])
        hidden = workbook.create_sheet("Exhibition")
        hidden.append(["企业名称", "日期"])
        hidden.sheet_state = "hidden"

    reading = book([HEADER, ["甲", 2020, 1, 1, "是"]], shape=shape)

    assert [(record.type, record.period) for record in reading.records] == [
        ("EnterpriseYear", "2020"),
        ("Exhibition", "2020-09-01"),
    ]
    assert [(f.rule, f.severity, f.place.sheet) for f in reading.findings] == [
        ("hidden-sheet", "warning", "Exhibition"),
        ("sheet-left-out", "warning", "说明"),
    ]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_records_that_are_hidden_are_named(book: Read, state: str) -> None:
    """Where all that could hold records is hidden, the instructions that can be seen are not blamed."""

    def shape(workbook: Workbook) -> None:
        workbook.active.title = "说明"
        hidden = workbook.create_sheet("Exhibition")
        hidden.append(["企业名称", "日期"])
        hidden.sheet_state = state

    with pytest.raises(InputError, match=r"hidden ones were left out: Exhibition(?s:.*)Unhide"):
        book([["填表说明"]], shape=shape)


def test_dates(read_sheet: Read) -> None:
    """Excel dates and times of day are days; a bare serial number is none."""
    rows = [["名称", "年度", "起算日"], ["A", datetime(2020, 11, 5), date(2018, 3, 1)], ["B", 2020, 43160]]
    reading = read_sheet(rows, title="项目引荐")

    assert [(r.period, r.facts.get("windowStart"), rules(r.findings)) for r in reading.records] == [
        ("2020-11-05", date(2018, 3, 1), []),
        ("2020", None, ["value-not-a-date"]),
    ]


def test_stored_results_of_formulas(book: Read) -> None:
    """The stored result of a formula is read; the formula is never computed."""

    def xml(text: str) -> str:
        return re.sub(r"(<f>3000\*2</f>)<v ?/>|(<f>3000\*2</f>)<v></v>", "<f>3000*2</f><v>6000</v>", text)

    record = only(book([HEADER, ["甲", 2020, "=3000*2", 1, "是"]], xml=xml))

    assert record.facts["tradeCNY"] == D("60000000")


def test_a_formula_without_a_result_is_an_error(read_sheet: Read) -> None:
    """A workbook that was never calculated has no value there."""
    record = only(read_sheet([HEADER, ["甲", 2020, "=3000*2", 1, "是"]]))

    assert ("tradeCNY" in record.facts, rules(record.findings)) == (False, ["formula-not-calculated"])


def test_an_error_value_is_an_error(book: Read) -> None:
    """#DIV/0! is an error, not a missing value."""
    record = only(book([HEADER, ["甲", 2020, "#DIV/0!", 1, "是"]]))

    assert rules(record.findings) == ["cell-error"]


@pytest.mark.parametrize(
    ("stored", "value", "told"),
    [
        ("0.1", D("1000.0"), False),
        ("0.10000000000000001", D("1000.0"), True),
        ("0.30000000000000004", D("3000.0"), True),
        ("1234567.8900000001", D("12345678900.00"), True),
        ("6E3", D("60000000"), False),
        ("123456789012345", D("1234567890123450000"), False),
    ],
)
def test_the_shown_decimal_counts(book: Read, stored: str, value: D, told: bool) -> None:
    """Excel stores binary numbers; the decimal it shows is read from the XML and a difference is said."""
    reading = book(
        [["企业名称", "年度", "tradeCNY（万元）"], ["甲", 2020, 77777]],
        xml=lambda text: text.replace("<v>77777</v>", f"<v>{stored}</v>"),
    )

    record = only(reading)
    assert (record.facts["tradeCNY"], "binary-number" in [f.rule for f in record.findings]) == (value, told)


@pytest.mark.parametrize(
    ("number_format", "value", "rule"),
    [
        ("#,##0.00", D("6000"), None),
        ('0"万元"', D("60000000"), None),
        ("¥#,##0.00", D("6000"), None),
        ('#,##0"万"', D("60000000"), None),
        ('"HK$"#,##0', None, "other-currency"),
        ("0%", None, "percentage"),
        ('0.00,,"百万"', None, "scaled-format"),
        ("[$$-409]#,##0.00", None, "wrong-unit"),
        ("G/通用格式", D("6000"), None),
        ('[DBNum2]G/通用格式"元整"', D("6000"), None),
        ('0"（万元）"', D("60000000"), None),
        ("0(元)", D("6000"), None),
        ('"-"#,##0', None, "format-hides-value"),
        ('"（"0"）"', None, "format-hides-value"),
        ("#,##0_);(#,##0)", D("6000"), None),
        ('_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', D("6000"), None),
    ],
)
def test_units_in_number_formats(book: Read, number_format: str, value: D | None, rule: str | None) -> None:
    """A unit that a number format shows is part of what the user sees: it counts, or it is refused."""

    def shape(workbook: Workbook) -> None:
        workbook.active["C2"].number_format = number_format

    record = only(book([["企业名称", "年度", "tradeCNY"], ["甲", 2020, 6000]], shape=shape))

    assert (record.facts.get("tradeCNY"), rules(record.findings)) == (value, [rule] if rule else [])


@pytest.mark.parametrize(
    ("number_format", "value", "rule"),
    [
        ("0.00", D(0), None),
        ("General", D(0), None),
        ("#,##0", D(0), None),
        # An accountant's zero is a dash, which is seen.
        ('_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', D(0), None),
        ("#", None, "zero-not-shown"),
        ("#,###", None, "zero-not-shown"),
        ("???", None, "zero-not-shown"),
        ("0;-0;;@", None, "zero-not-shown"),
        ("0.0;;", None, "zero-not-shown"),
        ("[=0]#;0", None, "zero-not-shown"),
    ],
)
def test_a_zero_that_nobody_sees(book: Read, number_format: str, value: D | None, rule: str | None) -> None:
    """A zero of which the cell shows nothing may be a blank to whoever filled the sheet in: it is asked about."""

    def shape(workbook: Workbook) -> None:
        workbook.active["C2"].number_format = number_format

    record = only(book([["企业名称", "年度", "tradeCNY"], ["甲", 2020, 0]], shape=shape))

    assert (record.facts.get("tradeCNY"), rules(record.findings)) == (value, [rule] if rule else [])


@pytest.mark.parametrize(("shows", "value", "rule"), [(True, D(0), None), (False, None, "zero-not-shown")])
def test_a_sheet_that_shows_no_zeros(book: Read, shows: bool, value: D | None, rule: str | None) -> None:
    """Where the sheet is set to show no zeros, one is asked about, and other figures are what they are."""

    def shape(workbook: Workbook) -> None:
        workbook.active.sheet_view.showZeros = shows

    record = only(book([["企业名称", "年度", "tradeCNY", "tradeUSD"], ["甲", 2020, 0, 100]], shape=shape))

    assert (record.facts.get("tradeCNY"), rules(record.findings)) == (value, [rule] if rule else [])
    assert record.facts["tradeUSD"] == D(100)


@pytest.mark.parametrize(
    ("number_format", "text", "value", "rule"),
    [
        ('@"万元"', "6000", D("60000000"), None),
        ('@"美元"', "6000", None, "wrong-unit"),
        ('"约"@"万元"', "6000", None, "value-not-a-number"),
        ('0;0;0;"—"', "6000", None, "format-hides-value"),
        ("@", "6000", D("6000"), None),
    ],
)
def test_texts_are_read_as_their_format_shows_them(
    book: Read, number_format: str, text: str, value: D | None, rule: str | None
) -> None:
    """What a format puts around a text is part of what the user sees; where it hides the text, that is refused."""

    def shape(workbook: Workbook) -> None:
        workbook.active["C2"].number_format = number_format

    record = only(book([["企业名称", "年度", "tradeCNY"], ["甲", 2020, text]], shape=shape))

    found = [one.rule for one in record.findings if one.severity == "error"]
    assert (record.facts.get("tradeCNY"), found[:1]) == (value, [rule] if rule else [])


def test_a_header_is_read_as_its_format_shows_it(book: Read) -> None:
    """进出口总额 in a cell whose format adds （万元） is counted in it."""

    def shape(workbook: Workbook) -> None:
        workbook.active["C1"].number_format = '@"（万元）"'

    record = only(book([["企业名称", "年度", "进出口总额"], ["甲", 2020, 6]], shape=shape))

    assert record.facts == {"tradeCNY": D("60000")}


def test_a_credit_code_stored_as_a_number(read_sheet: Read) -> None:
    """Excel keeps 15 digits of a number; an 18-digit code is lost."""
    record = only(read_sheet([["企业名称", "年度", "统一社会信用代码"], ["甲", 2020, 913704000000000123]]))

    assert (record.credit_code, rules(record.findings)) == (None, ["number-lost-digits"])


def test_a_date_in_a_money_column(read_sheet: Read) -> None:
    """Excel turns 6-1 into a date; that is no amount."""
    record = only(read_sheet([HEADER, ["甲", 2020, date(2020, 6, 1), 1, "是"]]))

    assert rules(record.findings) == ["date-for-number"]


def test_values_beside_the_table(read_sheet: Read) -> None:
    """A remark in a column without header is left out with a warning."""
    record = only(read_sheet([HEADER, ["甲", 2020, 1, 1, "是", None, "待核实"]]))

    assert rules(record.findings, "warning") == ["cell-without-header"]


def make(path: Path) -> Path:
    """A small sound workbook."""
    workbook = Workbook()
    workbook.active.title = "EnterpriseYear"
    workbook.active.append(HEADER)
    workbook.active.append(["甲", 2020, 1, 1, "是"])
    workbook.save(path)
    return path


def test_an_excel_file_named_csv(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """The content decides, and the message says so."""
    path = make(tmp_path / "a.xlsx").rename(tmp_path / "EnterpriseYear.csv")

    with pytest.raises(InputError, match=r"workbook \(\.xlsx\) named \.csv"):
        read_records([path], vocabulary)


def test_a_truncated_workbook(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A cut-off archive is broken, in words."""
    path = make(tmp_path / "a.xlsx")
    path.write_bytes(path.read_bytes()[:2000])

    with pytest.raises(InputError, match=r"已损坏或不完整(?s:.*)broken or cut off"):
        read_records([path], vocabulary)


def test_a_zip_bomb(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """An archive that would unpack to gigabytes is refused before it is unpacked."""
    path = make(tmp_path / "a.xlsx")
    data = bytearray(path.read_bytes())
    for found in re.finditer(b"PK\x01\x02", bytes(data)):
        data[found.start() + 24 : found.start() + 28] = (2**30).to_bytes(4, "little")
    path.write_bytes(data)

    with pytest.raises(InputError, match=r"解压后(?s:.*)would unpack"):
        read_records([path], vocabulary)


def test_xml_entities(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """No Excel file declares entities; one that does is refused."""
    path = make(tmp_path / "a.xlsx")
    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda text: re.sub(r"(<worksheet)", r'<!DOCTYPE w [<!ENTITY a "aaaa">]>\1', text, count=1),
    )

    with pytest.raises(InputError, match=r"XML 实体(?s:.*)XML entities"):
        read_records([path], vocabulary)


def test_a_sheet_with_a_misspelt_type_and_data(book: Read) -> None:
    """A sheet with known columns but no type would lose its records: an error."""
    with pytest.raises(InputError, match=r"看不出这张表是哪一类记录(?s:.*)what type of record"):
        book([HEADER, ["甲", 2020, 1, 1, "是"]], title="Sheet1")


def test_an_empty_workbook(book: Read) -> None:
    """Nothing to read is said, not passed over."""
    with pytest.raises(InputError, match=r"没有一张工作表含有记录(?s:.*)No sheet of this workbook holds records"):
        book([])


def test_a_value_merged_over_several_rows(book: Read) -> None:
    """A cell merged over two rows may hold the sum of both or the value of each: an error of either record."""
    rows = [HEADER, ["甲", 2020, 1, 1, "是"], ["乙", 2020, None, 2, "是"]]
    reading = book(rows, shape=lambda workbook: workbook.active.merge_cells("C2:C3"))

    assert [rules(record.findings) for record in reading.records] == [["merged-value"], ["merged-cell"]]


def test_a_year_merged_over_several_rows(book: Read) -> None:
    """A year or a record type that is merged over rows is that of each; a figure of them all is not."""
    rows = [
        ["类型", "企业名称", "年度", "全区名次"],
        ["企业年度情况", "甲", 2020, 1],
        [None, "合计", None, None],
        [None, "乙", None, 2],
        [None, "丙", 2021, 1],
        [None, "丁", None, 2],
    ]

    def shape(workbook: Workbook) -> None:
        for area in ("A2:A6", "C2:C4", "C5:C6"):
            workbook.active.merge_cells(area)

    reading = book(rows, shape=shape)

    assert [(record.name, record.period, rules(record.findings)) for record in reading.records] == [
        ("甲", "2020", []),
        ("乙", "2020", []),
        ("丙", "2021", []),
        ("丁", "2021", []),
    ]


def test_a_merged_column_of_another_type_says_nothing(book: Read) -> None:
    """镇街 merged over the enterprises of a town is no item of theirs, and no record is refused for it."""
    rows = [["镇街", *HEADER], ["是", "甲", 2020, 1, 1, "是"], [None, "乙", 2020, 2, 2, "是"]]
    reading = book(rows, shape=lambda workbook: workbook.active.merge_cells("A2:A3"))

    assert [(record.name, rules(record.findings)) for record in reading.records] == [("甲", []), ("乙", [])]


def test_a_header_of_two_lines(book: Read) -> None:
    """Where cells of the header reach into the next row, that row names the other columns."""

    def shape(workbook: Workbook) -> None:
        for area in ("A1:A2", "B1:B2", "C1:D1"):
            workbook.active.merge_cells(area)

    rows = [
        ["企业名称", "年度", "进出口情况"],
        [None, None, "进出口总额（万元）", "上年进出口总额（万元）"],
        ["甲", 2020, 7, 6],
    ]
    record = only(book(rows, shape=shape))

    assert record.facts == {"tradeCNY": D("70000"), "priorTradeCNY": D("60000")}
