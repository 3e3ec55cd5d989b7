"""Sheets that say something else than they seem to: parts below a header, scales in English, dashes, no names."""

from __future__ import annotations

from pathlib import Path

import pytest

from policykb.api import Policykb
from policykb.model import Record
from policykb.records.check import check_records

HEADER = "企业名称,年度,生产型企业,进出口总额"


def read(kb: Policykb, folder: Path, text: str) -> tuple[list[Record], list[str]]:
    """The records of a table in CSV, and the rules that it breaks."""
    path = folder / "EnterpriseYear.csv"
    path.write_text(text, encoding="utf-8")
    reading = kb.read([path])
    found = [*reading.all_findings(), *check_records(reading.records, kb.decider.record_rules, kb.vocabulary)]
    return list(reading.records), [finding.rule for finding in found if finding.severity == "error"]


@pytest.mark.parametrize("parts", ["其中：出口,其中：进口", "其中:一般贸易,其中:加工贸易", "内含：本部,内含：分公司"])
def test_parts_below_the_header_are_no_total(parts: str, shipped: Policykb, tmp_path: Path) -> None:
    """A first part is never read as the total over it."""
    _, rules = read(shipped, tmp_path, f"企业名称,年度,进出口总额（万元）,,全区名次\n,,{parts},\n甲公司,2020,40,20,9\n")

    assert "under-unknown-header" in rules


@pytest.mark.parametrize("line", ["Amounts in thousands", "(in millions)", "RMB'000", "figures in '000", "US$ billion"])
def test_a_scale_in_english_is_never_passed_over(line: str, shipped: Policykb, tmp_path: Path) -> None:
    """It is not known to be that of the column, so that the figures are unclear."""
    _, rules = read(shipped, tmp_path, f"{line},,,\n{HEADER}\n甲公司,2020,是,12000\n")

    assert "unit-line-unclear" in rules


@pytest.mark.parametrize("between", ["—", "－", "-", "_", "～", " – "])
def test_a_dash_before_the_unit_is_one_more_mark(between: str, shipped: Policykb, tmp_path: Path) -> None:
    """进出口总额—万元 is the column in 10,000 yuan."""
    records, rules = read(shipped, tmp_path, f"企业名称,年度,进出口总额{between}万元\n甲公司,2020,12000\n")

    assert (records[0].facts["tradeCNY"], rules) == (120_000_000, [])


@pytest.mark.parametrize(
    "name",
    ["填表说明", "备注", "电话", "联系人", "制表", "是", "否", "true", "YES", "各企业", "第1页", "前三名"],
)
def test_what_names_nobody_is_no_name(name: str, shipped: Policykb, tmp_path: Path) -> None:
    """Nobody of that name is given money."""
    _, rules = read(shipped, tmp_path, f"{HEADER}\n{name},2020,是,60000000\n")

    assert rules == ["name-not-a-name"]


TWO_ANSWERS = """企业名称,年度,生产型企业,,是否享受过补贴,,是否纳统（打√）,,进出口总额（万元）
,,是,否,是,否,是,否,
"""


@pytest.mark.parametrize(
    ("ticks", "told"),
    [
        ("√,,√,,√,", {"producer": True, "inStatistics": True}),
        (",√,√,,,√", {"producer": False, "inStatistics": False}),
        (",否,,,是,", {"producer": False, "inStatistics": True}),
        ("√,×,,,0,1", {"producer": True, "inStatistics": False}),
        ("□,☑,,,□,□", {"producer": False}),
        (",,,,/,", {}),
        ("√,√,,,√,", "answers-unclear"),
        ("×,,,,√,", "answers-unclear"),
        (",是,,,√,", "answers-unclear"),
        ("否,,,,√,", "answers-unclear"),
    ],
)
def test_yes_and_no_in_columns_of_their_own(
    ticks: str, told: dict[str, bool] | str, shipped: Policykb, tmp_path: Path
) -> None:
    """Of 是 and 否 below the name of an item the one that is ticked is its answer; anything else is unclear."""
    records, rules = read(shipped, tmp_path, f"{TWO_ANSWERS}甲公司,2020,{ticks},6\n")

    answers = {fact: value for fact, value in records[0].facts.items() if isinstance(value, bool)}
    assert (rules or answers) == ([told] if isinstance(told, str) else told)
    assert [record.name for record in records] == ["甲公司"]


def test_levels_in_columns_of_their_own(shipped: Policykb, tmp_path: Path) -> None:
    """So it is with the values of a list: the one that is ticked."""
    path = tmp_path / "InternetPlatform.csv"
    path.write_text("主体名称,年度,平台级别,,\n,,省级,市级,区级\n甲公司,2020,,√,\n", encoding="utf-8")

    assert [record.facts for record in shipped.read([path]).records] == [{"designatedLevel": "city"}]


@pytest.mark.parametrize(
    ("remark", "rules"),
    [
        ("该数为美元", ["unit-column-unclear"]),
        ("数据为美元", ["unit-column-unclear"]),
        ("金额为千元", ["unit-column-unclear"]),
        ("仅出口", ["remark-not-whole"]),
        ("仅出口数据，不含进口", ["remark-not-whole"]),
        ("不含子公司", ["remark-not-whole"]),
        ("应为60万", ["remark-disputed"]),
        ("应为：600万元", ["remark-disputed"]),
        ("出口额更正为六百万元", ["remark-disputed"]),
        ("实际600", ["remark-disputed"]),
        ("数字有误", ["remark-disputed"]),
        ("有误", ["remark-disputed"]),
        ("与上报数不符", ["remark-disputed"]),
        ("Should be 600", ["remark-disputed"]),
        ("只算到10月", ["remark-other-period"]),
        ("地址应为18号", []),
        ("注册地址有误", []),
        ("名称改为甲贸易", []),
        ("不符合其他条件", []),
        ("暂估数", ["remark-not-whole"]),
        ("人民币", []),
        ("以美元结算", []),
        ("不含税", []),
        ("出口为主", []),
        ("分公司", []),
        ("数据已核", []),
    ],
)
@pytest.mark.parametrize("beside", ["", "A,"], ids=["alone", "with an id"])
def test_what_a_remark_says_of_the_figures_beside(
    remark: str, rules: list[str], beside: str, shipped: Policykb, tmp_path: Path
) -> None:
    """In another currency, but a part, not final: the figure is in doubt. Other remarks leave it as it is."""
    header = "id,企业名称,年度,进出口总额（万元）,备注\n" if beside else "企业名称,年度,进出口总额（万元）,备注\n"
    records, found = read(shipped, tmp_path, f"{header}{beside}甲公司,2020,6,{remark}\n")

    assert found == rules
    assert records[0].facts["tradeCNY"] == 60_000


def test_a_column_of_remarks_is_told_as_such(shipped: Policykb, tmp_path: Path) -> None:
    """备注 is not unused, as 联系人 is: what it says is heard."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text("企业名称,年度,备注,情况说明,备注2,关注,联系人\n甲公司,2020,无,,,,张\n", encoding="utf-8")

    assert [(finding.rule, finding.place.column) for finding in shipped.read([path]).findings] == [
        ("remark-column", "备注"),
        ("remark-column", "情况说明"),
        ("remark-column", "备注2"),
        ("unknown-column", "关注"),
        ("unknown-column", "联系人"),
    ]


def test_a_column_of_dollars_is_told_the_name_of_its_item(shipped: Policykb, tmp_path: Path) -> None:
    """进出口总额（万美元） by itself is the item in dollars: its name is in the mend, and the figures are then read."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text("企业名称,年度,进出口总额（万美元）\n甲公司,2020,6\n", encoding="utf-8")
    (finding,) = [one for one in shipped.read([path]).findings if one.severity == "error"]
    records, rules = read(shipped, tmp_path, "企业名称,年度,美元计年度进出口总额（万美元）\n甲公司,2020,6\n")

    assert finding.mend.zh.startswith("数确以“万美元”计的，表头改成“美元计年度进出口总额（万美元）”；")
    assert (records[0].facts, rules) == ({"tradeUSD": 60_000}, [])


def test_several_figures_beside_each_other_can_be_written_in_delimited_text(shipped: Policykb, tmp_path: Path) -> None:
    """600,600,689.76 may be one number; with decimals, as the mend asks for, they are three."""
    header = "企业名称,年度,海外仓年度实际投资额,平台服务费,进出口总额\n"
    _, torn = read(shipped, tmp_path, f"{header}甲公司,2020,600,600,689.76\n")
    records, rules = read(shipped, tmp_path, f"{header}甲公司,2020,600.00,600.00,689.76\n")

    assert (torn, rules) == (["number-torn"], [])
    assert [str(value) for value in records[0].facts.values()] == ["600.00", "600.00", "689.76"]


def test_a_row_is_no_exact_sum_of_what_cannot_be_read(shipped: Policykb, tmp_path: Path) -> None:
    """Below a figure that cannot be read a row may be a total or not; below 100 and 50, 150 adds up."""
    header = "企业名称,年度,进出口总额（万元）\n甲公司,2020,100\n"
    _, unread = read(shipped, tmp_path, f"{header}乙公司,2020,约50\n丙公司,2020,150\n")
    _, exact = read(shipped, tmp_path, f"{header}乙公司,2020,50\n丙公司,2020,150\n")

    assert (unread, exact) == (["value-not-a-number", "sum-row-unsure"], ["sum-row"])


@pytest.mark.parametrize(
    ("heading", "rules"),
    [
        ("一、税郭镇,,", []),
        ("（二）重点企业,,", []),
        ("一、税郭镇,2020,6", ["name-marked"]),
        ("三一重工,,", ["Record-period"]),
    ],
)
def test_a_heading_between_records_is_none(heading: str, rules: list[str], shipped: Policykb, tmp_path: Path) -> None:
    """一、税郭镇 and nothing else is the heading of a section; with figures beside it may be a total."""
    records, found = read(
        shipped, tmp_path, f"企业名称,年度,进出口总额（万元）\n甲公司,2020,7\n{heading}\n乙公司,2020,9\n"
    )

    assert found == rules
    assert [record.facts for record in records if record.name in ("甲公司", "乙公司")] == [
        {"tradeCNY": 70_000},
        {"tradeCNY": 90_000},
    ]


def test_a_heading_in_the_column_of_running_numbers(shipped: Policykb, tmp_path: Path) -> None:
    """So it is where 一 stands for a running number, and a name beside it."""
    rows = "一,税郭镇,,\n1,甲公司,2020,7\n二,孟庄镇,,\n1,乙公司,2020,9\n"
    records, found = read(shipped, tmp_path, f"序号,企业名称,年度,进出口总额（万元）\n{rows}")

    assert (found, [record.name for record in records]) == ([], ["甲公司", "乙公司"])


@pytest.mark.parametrize("title", ["2020年进出口情况（美元口径）", "外贸情况（美元值）", "外贸情况（按美元统计）"])
def test_a_title_that_counts_in_dollars_is_heard(title: str, shipped: Policykb, tmp_path: Path) -> None:
    """Below 美元口径 a figure of an item in yuan is in doubt."""
    _, rules = read(shipped, tmp_path, f"{title},,,\n{HEADER}\n甲公司,2020,是,12000\n")

    assert rules == ["unit-above-unclear"]


def test_nobody_is_told_to_write_yuan_for_dollars(shipped: Policykb, tmp_path: Path) -> None:
    """The mend for figures above 以上数据为美元 names 美元."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text("企业名称,年度,进出口总额\n甲公司,2020,6000\n以上数据为美元,,\n", encoding="utf-8")
    found = shipped.read([path]).all_findings()

    (mend,) = [one.mend.zh for one in found if one.rule == "unit-line-unclear"]
    assert mend.startswith("把单位写进这一列的表头，例如“进出口总额（美元）”，")


@pytest.mark.parametrize("title", ["非生产型企业", "不是生产型企业", "非生产型企业（打√）"])
def test_an_item_that_is_denied_is_not_taken_for_the_item(title: str, shipped: Policykb, tmp_path: Path) -> None:
    """是 below 非生产型企业 is no yes to 生产型企业, and the mend asks for new answers."""
    records, rules = read(shipped, tmp_path, f"企业名称,年度,{title}\n甲公司,2020,是\n")

    assert (rules, records[0].facts) == (["answers-turned"], {})
