"""Records in delimited text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest
from expect import only, rules

from policykb.errors import CallError, InputError
from policykb.model import Place, Vocabulary
from policykb.readers import Reading, read_records, stream_records

Read = Callable[..., Reading]
HEADER = "id,period,name,creditCode,producer,tradeCNY,tradeRank\n"


def test_fact_names_as_headers(read_text: Read) -> None:
    """A row under fact names is a record; its type is the file's name."""
    record = only(read_text(HEADER + "r1,2020,甲公司,91370402MA3C0000XX,是,5000000,9\n"))

    assert (record.id, record.type, record.period, record.name, record.credit_code, record.facts) == (
        "r1",
        "EnterpriseYear",
        "2020",
        "甲公司",
        "91370402MA3C0000XX",
        {"producer": True, "tradeCNY": D("5000000"), "tradeRank": 9},
    )


def test_chinese_labels_with_units_as_headers(read_text: Read) -> None:
    """Labels, other names, and the unit in brackets are understood; the conversion is reported."""
    record = only(read_text('企业名称,年度,进出口总额（万元）,全区排名\n甲公司,2020年,"6,000",第2名\n'))

    assert (record.name, record.period, record.facts) == (
        "甲公司",
        "2020",
        {"tradeCNY": D("60000000"), "tradeRank": 2},
    )
    assert [finding.message.en for finding in record.findings] == [
        "“2020年” read as 2020.",
        "“6,000 万元” read as 60000000 CNY.",
        "“第2名” read as 2.",
    ]


def test_english_labels_as_headers(read_text: Read) -> None:
    """English labels are headers, too, in any case."""
    record = only(read_text("Name,PERIOD,total imports and exports of the year [10000 CNY]\nA,2020,3\n"))

    assert record.facts == {"tradeCNY": D("30000")}


@pytest.mark.parametrize(
    "header",
    [
        "进出口总额/万元",
        "进出口总额(单位：万元)",
        "进出口总额 [万元]",
        "进出口总额（万元）*",
        "进出口总额，万元",
        "进出口总额万元",
    ],
)
def test_where_a_header_can_state_its_unit(read_text: Read, header: str) -> None:
    """In brackets of any width, behind a slash or comma, or right behind the name."""
    record = only(read_text(f"name;period;{header}\nA;2020;3\n"))

    assert record.facts == {"tradeCNY": D("30000")}


def test_a_unit_above_the_table_counts_for_its_columns(read_text: Read) -> None:
    """单位：万元 above the header is the unit of the yuan columns that state none."""
    record = only(read_text("2020年企业情况表\n单位：万元,,,\nname,period,tradeCNY,priorTradeCNY（元）\nA,2020,3,5\n"))

    assert record.facts == {"tradeCNY": D("30000"), "priorTradeCNY": D("5")}


def test_a_unit_above_the_table_is_unclear_for_another_currency(read_text: Read) -> None:
    """单位：万元 above a column of dollars may mean ten thousand dollars, or nothing: an error."""
    record = only(read_text("单位：万元\nname,period,tradeUSD\nA,2020,3\n"))

    assert (record.facts, rules(record.findings)) == ({}, ["unit-above-unclear"])


@pytest.mark.parametrize("mark", [",", "\t", ";", "|", "，", "^", "\x01"])
def test_any_separator(read_text: Read, mark: str) -> None:
    """The separator is the one with which the header names most known columns."""
    record = only(read_text(f"name{mark}period{mark}tradeCNY\n甲{mark}2020{mark}7\n"))

    assert record.facts == {"tradeCNY": D("7")}


def test_gb18030(read_text: Read) -> None:
    """A file that is not UTF-8 is read as GB18030, and that is said."""
    reading = read_text("企业名称,年度,生产型企业\n枣庄甲公司,2020,是\n", encoding="gb18030")

    assert (only(reading).name, [f.rule for f in reading.findings]) == ("枣庄甲公司", ["read-as-gb18030"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_encodings(read_text: Read, encoding: str) -> None:
    """A byte order mark is not part of the first header."""
    assert only(read_text("企业名称,年度\n甲,2020\n", encoding=encoding)).name == "甲"


def test_rows_that_are_no_records(read_text: Read) -> None:
    """Totals, remarks, empty rows and a repeated header are left out, each but the empty with a warning."""
    reading = read_text(
        "序号,name,period,tradeCNY\n1,A,2020,7\n,,,\n序号,name,period,tradeCNY\n合 计,,,7\n注：以海关数据为准,,,\n"
    )

    assert [record.id for record in reading.records] == ["EnterpriseYear#2"]
    assert rules(reading.findings, "warning") == ["unknown-column", "header-again", "total-row", "remark-row"]


def test_unknown_columns_are_left_out_with_a_warning(read_text: Read) -> None:
    """序号 and 联系人 are nobody's facts; 备注 is looked through all the same."""
    reading = read_text("序号,name,period,联系人,备注\n1,A,2020,张三,无\n")

    assert [(f.rule, f.severity, f.place.column) for f in reading.findings] == [
        ("unknown-column", "warning", "序号"),
        ("unknown-column", "warning", "联系人"),
        ("remark-column", "warning", "备注"),
    ]
    assert only(reading).findings == ()


def test_strict_makes_unknown_columns_errors(read_text: Read) -> None:
    """Under strict an unknown column is an error, also of each record with a value in it."""
    reading = read_text("name,period,备注\nA,2020,x\nB,2020,\n", strict=True)

    assert [rules(record.findings) for record in reading.records] == [["unknown-column"], []]
    assert rules(reading.all_findings()) == ["unknown-column"]


@pytest.mark.parametrize(
    ("header", "suggestion"),
    [("tradeCNYY", "tradeCNY"), ("进出口总额额", "进出口总额"), ("地方进出口总额", "进出口总额")],
)
def test_a_near_miss_is_an_error_that_suggests(read_text: Read, header: str, suggestion: str) -> None:
    """A misspelt column is never left out in silence: its records are invalid."""
    reading = read_text(f"name,period,{header}\nA,2020,7\n")

    assert rules(only(reading).findings) == ["near-column"]
    assert suggestion in reading.findings[0].message.en


@pytest.mark.parametrize(
    ("header", "rule", "mend"),
    [
        ("2020上半年进出口总额", "remark-unclear", "“进出口总额”"),
        ("前年进出口总额（万元）", "remark-unclear", "“进出口总额（万元）”"),
        ("上年度本部进出口总额（万元）", "remark-unclear", "“上年度进出口总额（万元）”"),
        ("进出口总额目标（万元）", "remark-unclear", "“进出口总额（万元）”"),
        ("进出口总额（含税，万元）", "remark-unclear", "“进出口总额（万元）”"),
        ("进出口总额万", "unknown-unit", "万元"),
        ("进出口总额W", "unknown-unit", "万元"),
        ("tradeCNYwan", "unknown-unit", "万元"),
    ],
)
def test_what_stands_beside_a_name_is_not_lost_in_the_mend(read_text: Read, header: str, rule: str, mend: str) -> None:
    """A multiple, another time or a plan beside the name of an item is told; the bare name is no slip of it."""
    record = only(read_text(f"name,period,{header}\nA,2020,7\n"))

    assert rules(record.findings) == [rule]
    assert mend in record.findings[0].mend.zh


@pytest.mark.parametrize(
    ("header", "fact", "value"),
    [
        ("19年进出口总额（万元）", "priorTradeCNY", D(70000)),
        ("进出口总额（20年，万元）", "tradeCNY", D(70000)),
        ("前一年度进出口额（万元）", "priorTradeCNY", D(70000)),
        ("1-12月进出口总额（万元）", "tradeCNY", D(70000)),
        ("年进出口总额（万元）", "tradeCNY", D(70000)),
        ("外贸进出口总值（万元）", "tradeCNY", D(70000)),
        ("4.进出口总额（万元）", "tradeCNY", D(70000)),
        ("四、进出口总额（万元）", "tradeCNY", D(70000)),
        ("(4)进出口总额（万元）", "tradeCNY", D(70000)),
        ("是否为跨境电商企业", "crossBorderEcommerce", True),
    ],
)
def test_titles_as_offices_write_them(read_text: Read, header: str, fact: str, value: object) -> None:
    """Years of two digits, numbers before titles, “whether” and usual names of an item are understood."""
    cell = "是" if value is True else "7"
    record = only(read_text(f"1、name,2.period,{header}\nA,2020,{cell}\n"))

    assert dict(record.facts) == {fact: value}
    assert rules(record.findings) == []


def test_two_columns_of_one_fact(read_text: Read) -> None:
    """Two columns that mean the same contradict or repeat each other."""
    record = only(read_text("name,period,tradeCNY,进出口总额（万元）\nA,2020,7,8\n"))

    assert rules(record.findings) == ["column-twice"]


def test_a_wrong_unit_in_the_header(read_text: Read) -> None:
    """A yuan column in dollars is an error of each record with a value there."""
    reading = read_text("name,period,tradeCNY（万美元）\nA,2020,7\nB,2020,\n")

    assert [rules(record.findings) for record in reading.records] == [["unit-of-another-item"], []]


def test_an_unquoted_thousands_separator_shifts_nothing(read_text: Read) -> None:
    """6,000 without quotation marks makes the row too long: an error, never a shifted value."""
    record = only(read_text("name,period,tradeCNY\nA,2020,6,000\n"))

    assert rules(record.findings) == ["row-too-long"]


TORN = "企业名称,年度,进出口总额（万元）,全区名次,海外仓总面积（平方米）\n"


@pytest.mark.parametrize(
    ("row", "torn"),
    [
        ("甲公司,2020,6,000,5", True),
        ("甲公司,2020,6,000,5,", True),
        ("甲公司,2020,6,000,,", True),
        ("甲公司,2020,6,500,,", True),
        ("甲公司,2020,6,000,", True),
        ("甲公司,2020,6,000", True),
        ("甲公司,2020,6,500", True),
        ("甲公司,2020,6,050.5", True),
        ("甲公司,2020,6,000万元", True),
        ("甲公司,2020,1,234,567.89", True),
        ("甲公司,2020,-6,000,5", True),
        ("甲公司,2020,600,5,300", False),
        ("甲公司,2020,6,5,", False),
        ("甲公司,2020,6000,5,500", False),
        ("甲公司,2020,6000,5,500,", True),
        ('甲公司,2020,"6,000",5,500', False),
        ("甲公司,2020,60.5,500,", False),
        ("甲公司,2020,0,500,", False),
    ],
)
def test_a_torn_number_in_a_row_that_fits(read_text: Read, row: str, torn: bool) -> None:
    """Where empty or left out last cells make room for the second half of 6,000, the number is an error, and no 6."""
    record = only(read_text(TORN + row + "\n"))

    assert ("number-torn" in rules(record.findings)) == torn
    assert "row-too-long" not in rules(record.findings)


@pytest.mark.parametrize(
    ("cells", "torn"),
    [("2,600,400", False), (",600,400", False), (",6,050", True), ("2,6,050", True), (",6,500", False)],
)
def test_no_place_in_a_ranking_is_torn(cells: str, torn: bool, read_text: Read) -> None:
    """名次 2, 面积 600, 投资 400 are three figures in a row of full length: nobody has the place 2,600,400."""
    head = "企业名称,年度,全区名次,海外仓总面积（平方米）,海外仓年度实际投资额（万元）\n"
    record = only(read_text(f"{head}甲公司,2020,{cells}\n"))

    assert ("number-torn" in rules(record.findings)) == torn


@pytest.mark.parametrize(
    ("unit", "cells", "torn"),
    [
        ("（万元）", "720,510,330", False),
        ("（万元）", "720,510,330.5", False),
        ("（万元）", "72,510,330", True),
        ("（万元）", "7,251,033.5", True),
        ("（万元）", "720,051,330", True),
        ("（亿元）", "7,510,330", False),
        ("（千元）", "720,510,330", True),
        ("", "720,510,330", True),
    ],
)
def test_no_number_is_torn_that_would_be_too_large(unit: str, cells: str, torn: bool, read_text: Read) -> None:
    """720,510,330 in 万元 would be seven million million yuan: these are three figures."""
    head = f"企业名称,年度,进出口总额{unit},上年进出口总额{unit},海外仓年度实际投资额{unit}\n"
    record = only(read_text(f"{head}甲公司,2020,{cells}\n"))

    assert ("number-torn" in rules(record.findings)) == torn


def test_a_torn_number_among_rows_that_leave_out_their_last_cells(read_text: Read) -> None:
    """Where rows leave out their last cells, a torn number may fill its row: 6,500,5 is an error, before and behind."""
    rows = "甲公司,2020,6,500,5\n乙公司,2020,7000\n丙公司,2020,8,500,5\n丁公司,2020,9000,4,30\n"
    reading = read_text(TORN + rows)

    assert [rules(record.findings) for record in reading.records] == [["number-torn"], [], ["number-torn"], []]
    assert [record.facts.get("tradeCNY") for record in reading.records] == [None, D("70000000"), None, D("90000000")]


def test_a_wrong_value_keeps_the_record_with_its_error(read_text: Read) -> None:
    """The finding names file, row, column, value, message and mend; the fact is not stated."""
    record = only(read_text("name,period,进出口总额\nA,2020,约6000\n", name="参展.csv", type="EnterpriseYear"))

    (finding,) = record.findings
    assert (finding.place.row, finding.place.column, finding.value, finding.record, finding.fact) == (
        2,
        "进出口总额",
        "约6000",
        "参展#2",
        "tradeCNY",
    )
    assert (finding.message.zh, finding.mend.en[:20], record.facts) == ("“约6000”不是数。", "Write the exact numb", {})


def test_a_type_column_mixes_types(read_text: Read) -> None:
    """With a type column each row has its own type, by id or label, and its own facts."""
    reading = read_text(
        "type,name,period,tradeCNY,境外展会\nEnterpriseYear,A,2020,7,\n参展,A,2020-09-01,,是\n", name="all.csv"
    )

    assert [(record.type, record.facts) for record in reading.records] == [
        ("EnterpriseYear", {"tradeCNY": D("7")}),
        ("Exhibition", {"overseas": True}),
    ]


def test_a_fact_of_another_type_is_left_out_with_a_warning(read_text: Read) -> None:
    """A booth fee says nothing about an enterprise-year."""
    reading = read_text("name,period,展位费\nA,2020,7\n")

    assert (only(reading).facts, rules(reading.findings, "warning")) == ({}, ["fact-of-another-type"])


def test_a_list_and_a_date(read_text: Read) -> None:
    """Lists are separated by ; or ；, dates come in many forms."""
    teams = only(read_text("name,period,programmes\nA,2020,国家级；taishan\n", name="TalentTeamSelection.csv"))
    project = only(read_text("name,period,windowStart\nA,2020,2018年3月1日\n", name="项目引荐.csv"))

    assert (teams.facts["programmes"], project.facts["windowStart"]) == (("national", "taishan"), date(2018, 3, 1))


def test_credit_codes_are_half_width_and_upper_case(read_text: Read) -> None:
    """A credit code typed with full-width or small letters is the same code."""
    record = only(read_text("name,period,统一社会信用代码\nA,2020,９１370402ma3c0000xx\n"))

    assert record.credit_code == "91370402MA3C0000XX"


def test_formulas_are_text(read_text: Read) -> None:
    """A formula in a CSV file is never computed: it is no number."""
    record = only(read_text('name,period,tradeCNY\nA,2020,"=HYPERLINK(""x"")"\n'))

    assert rules(record.findings) == ["value-not-a-number"]


def test_places_of_facts(read_text: Read) -> None:
    """A record knows where each of its values stands, for findings made later."""
    record = only(read_text("名称,period,进出口总额\nA,2020,7\n"))

    assert (record.places["tradeCNY"].row, record.places["tradeCNY"].column) == (2, "进出口总额")


def test_records_are_streamed(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """The first record of a long file comes before the rest is read."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text("name,period,tradeCNY\n" + "A,2020,7\n" * 50_000 + 'B,2020,"broken', encoding="utf-8")

    first = next(stream_records([path], vocabulary))

    assert first.place == Place(str(path), None, 2)


@pytest.mark.parametrize(
    ("text", "name", "zh", "en"),
    [
        ("", "EnterpriseYear.csv", "这个文件是空的", "empty"),
        ("a,b\n1,2\n", "EnterpriseYear.csv", "表头没有一列能对上：a、b。", "No column heading is known: a, b."),
        ("name,period\nA,2020\n", "list.csv", "哪一类记录", "type of record"),
        (
            "type,name,period\nEnterprizeYear,A,2020\n",
            "list.csv",
            "是不是“EnterpriseYear”？",
            "Did you mean “EnterpriseYear”?",
        ),
        ("type,name,period\n,A,2020\n", "list.csv", "第 2 行：", "row 2: "),
        ('name,period\n"A,2020\n', "EnterpriseYear.csv", "第 2 行：", "row 2: "),
        ('{"records": []}', "EnterpriseYear.csv", "JSON 文件，扩展名却是 .csv", "JSON file named .csv"),
        ("@prefix a: <http://a/> .", "EnterpriseYear.csv", "Turtle 文件，扩展名却是 .csv", "Turtle file named .csv"),
        ("<html><table></table></html>", "EnterpriseYear.xlsx", "HTML 或 XML 网页", "HTML or XML page"),
        ("name,period\n", "EnterpriseYear.xlsx", "文本文件，扩展名却是 .xlsx", "text file named .xlsx"),
        ("x", "EnterpriseYear.docx", "不是可以读取的文件类型", "not read"),
        ("name\0,period\n", "EnterpriseYear.csv", "零字节", "zero bytes"),
    ],
)
def test_files_that_cannot_be_used(read_text: Read, text: str, name: str, zh: str, en: str) -> None:
    """One clear message that says what is wrong, where, and what to do, in both languages."""
    with pytest.raises(InputError) as fault:
        read_text(text, name=name)

    assert zh in fault.value.say("zh") and en in fault.value.say("en")


def test_a_missing_file(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A file that does not exist is named."""
    with pytest.raises(InputError, match=r"没有这个文件(?s:.*)no such file"):
        read_records([tmp_path / "x.csv"], vocabulary)


def test_an_unknown_type_of_the_call(read_text: Read) -> None:
    """The nearest record type is suggested, and all are listed."""
    with pytest.raises(CallError, match="EnterpriseYear") as fault:
        read_text("name,period\nA,2020\n", type="EnterpriseYears")

    assert "TownAssessment 镇街考核" in fault.value.mend.zh
    assert "TownAssessment Assessment of a town" in fault.value.mend.en


def test_a_column_like_one_that_is_there(read_text: Read) -> None:
    """出口额 beside 进出口额 is a column of its own, not a slip: left out with a warning."""
    reading = read_text("name,period,进口额,出口额,进出口额\nA,2020,3,4,7\n")

    assert (only(reading).facts, rules(reading.all_findings()), rules(reading.findings, "warning")) == (
        {"tradeCNY": D("7")},
        [],
        ["unknown-column", "unknown-column"],
    )


def test_a_damaged_utf8_file_is_not_taken_for_gb18030(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """One broken byte must not turn all names into other characters."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_bytes("name,period\n枣庄市甲公司,2020\n枣庄市乙公司,2020\n".encode()[:-8] + b",2020\n")

    with pytest.raises(InputError, match=r"第 3 行(?s:.*)line 3"):
        read_records([path], vocabulary)


def test_what_keeps_a_spreadsheet_from_counting(read_text: Read) -> None:
    """A text in ="…" or behind an apostrophe, as programs write codes for spreadsheets, is what stands within."""
    text = (
        "企业名称,年度,统一社会信用代码,进出口总额（万元）\n"
        '甲公司,="2020","=""91370402MA0000015R""",="600"\n'
        "乙公司,'2020,'91370402MA0000023L,'700\n"
    )
    reading = read_text(text)

    assert [(r.period, r.credit_code, r.facts) for r in reading.records] == [
        ("2020", "91370402MA0000015R", {"tradeCNY": D("6000000")}),
        ("2020", "91370402MA0000023L", {"tradeCNY": D("7000000")}),
    ]


def test_systems_that_guard_every_cell(read_text: Read) -> None:
    """A guarded header is a header, and a guarded nothing is nothing."""
    record = only(read_text('="企业名称",="年度",="进出口总额（万元）",="全区名次"\n="甲公司",="2020",="600",=""\n'))

    assert (record.name, record.facts, rules(record.findings)) == ("甲公司", {"tradeCNY": D("6000000")}, [])


EVERYDAY = "企业名称,年度,进出口总额（万元）\n甲公司,2020,6000\n乙公司,2020,600\n"


@pytest.mark.parametrize(
    ("mark", "ends", "named"),
    [(",", "\n", False), ("\t", "\r\n", True), (";", "\r", False), (";", "\r\n", True), ("|", "\r", True)],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_as_programs_write_it(read_text: Read, ends: str, mark: str, encoding: str, named: bool) -> None:
    """Every encoding, separator and line end says the same; a first line sep=; is none of the rows."""
    text = (f"sep={mark}\n" if named else "") + EVERYDAY.replace(",", mark)
    reading = read_text(text.replace("\n", ends), encoding=encoding)

    assert [(record.place.row, record.name, record.facts) for record in reading.records] == [
        (2, "甲公司", {"tradeCNY": D("60000000")}),
        (3, "乙公司", {"tradeCNY": D("6000000")}),
    ]
