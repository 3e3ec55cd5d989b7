"""A file opened in the self-check is read as on the command line, or refused with what is wrong; none of it is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from readers import Reader

expect = pytest.importorskip("playwright.sync_api").expect

A_FAIR = {"type": "Exhibition", "period": "2020", "subject": {"name": "甲公司"}, "boothFeeCNY": 20000}
A_YEAR = {"type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲公司"}, "tradeCNY": 60000000}


def opened(visit: Any, folder: Path, content: Any, lang: str = "") -> Reader:
    """The self-check after a file was chosen there; a text is the file as it stands."""
    path = folder / "记录.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    reader = Reader(visit(), lang)
    reader.page.locator(".pkb-begin input[type=file]").set_input_files(path)
    return reader


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([A_FAIR, {**A_FAIR, "subject": {"name": "乙公司"}}], "不止一个主体名称：甲公司、乙公司"),
        ([A_FAIR, {**A_FAIR, "period": "2021"}], "不止一个期间：2020、2021"),
        ([{**A_FAIR, "period": d} for d in ("2020-11-05", "2020-05-05")], "不止一个期间：2020-11-05、2020-05-05"),
        ([A_FAIR, {**A_FAIR, "subject": {}, "name": "丙公司"}], "不止一个主体名称：甲公司、丙公司"),
        ([{**A_YEAR, "tradeCNYY": 1}], "不认识的项：tradeCNYY"),
        ([{**A_YEAR, "subject": {"name": "甲公司", "电话": "1"}}], "不认识的项：subject.电话"),
        ([A_YEAR, {**A_FAIR, "type": "Exhibitions"}], "不认识的项：type: Exhibitions"),
        ({"records": [A_YEAR], "unit": "万元"}, "不认识的项：unit"),
        ([{**A_YEAR, "period": "2020年下半年"}], "期间“2020年下半年”不是一个年份"),
        ([{**A_YEAR, "period": "2021-02-29"}], "期间“2021-02-29”不是一个年份"),
        ([{**A_YEAR, "period": 2020.11}], "期间“2020.11”不是一个年份"),
        ([{"type": "EnterpriseYear", "tradeCNY": 1}], "期间“未填”不是一个年份"),
        ([{**A_YEAR, "tradeCNY": True}], "“年度进出口总额”写的是 true"),
        ([{**A_YEAR, "tradeCNY": {"value": 1}}], '“年度进出口总额”写的是 {"value":"1"}'),
        ([A_YEAR, A_YEAR], "“企业年度情况”写了不止一次"),
        ([{**A_FAIR, "id": "x"}, {**A_FAIR, "id": "x"}], "“记录编号 x”写了不止一次"),
        ('[{"type": "EnterpriseYear", "period": "2020", "tradeCNY": 1, "tradeCNY": 2}]', "“tradeCNY”写了不止一次"),
        ("[]", "没有可用的记录"),
        ([A_FAIR] * 201, "太大，没有打开：自测最多取同一类的 200 条记录"),
        ([{**A_YEAR, "备注": "长" * 2_000_000}], "太大，没有打开"),
        ([{**A_YEAR, "tradeCNY": {"value": "9" * 1000}}], '“年度进出口总额”写的是 {"value":"' + "9" * 30 + "…"),
    ],
)
def test_what_is_not_opened(visit: Any, tmp_path: Path, records: Any, said: str) -> None:
    """What one applicant in one period cannot hold is refused by name, and leads to the page for files."""
    page = opened(visit, tmp_path, records).page

    expect(page.locator(".pkb-opened")).to_contain_text(said)
    assert page.locator(".pkb-opened a").get_attribute("href").endswith("/desk.html")
    assert page.locator(".pkb-begin input:checked").count() == 0


@pytest.mark.parametrize(
    ("period", "year", "day"),
    [
        (2021, "2021", ""),
        ("2021年", "2021", ""),
        ("２０２１年度", "2021", ""),
        ("2021年3月5日", "2021", "2021-03-05"),
        (20210305, "2021", "2021-03-05"),
        ("2019", "2019", ""),
    ],
)
def test_the_period_of_a_file(visit: Any, tmp_path: Path, period: Any, year: str, day: str) -> None:
    """A period is read as the readers read it, and the form shows that one and no other."""
    page = opened(visit, tmp_path, {**A_YEAR, "period": period}).settle().page

    assert page.input_value("#field-year") == year
    assert page.input_value("#field-period") == day


def test_digits_of_a_file_are_kept(visit: Any, tmp_path: Path) -> None:
    """A number of twenty-two digits stays what it is: too large, and not another one."""
    reader = opened(visit, tmp_path, [{**A_YEAR, "tradeCNY": 1234567890123456789012}]).settle()

    assert reader.page.input_value(reader.field("EnterpriseYear", "tradeCNY")) == "1234567890123456789012"


def test_two_fairs_of_one_applicant(visit: Any, tmp_path: Path) -> None:
    """Several events of one applicant in one period are several entries."""
    page = opened(visit, tmp_path, [A_FAIR, {**A_FAIR, "boothFeeCNY": "3万元"}]).settle().page

    assert page.locator('.pkb-entry[data-type="Exhibition"]').count() == 2
    assert page.input_value("#fact-Exhibition-1-boothFeeCNY") == "3万元"


def test_no_other_year_stands_in_for_a_period(visit: Any) -> None:
    """A period that is typed and not understood leaves everything open; written as 2021年 it is that year."""
    reader = Reader(visit(), "en/").choose("art-01-growth").answer("EnterpriseYear", {"tradeCNY": "60000000"})
    page = reader.page
    page.locator(".pkb-form summary").first.click()
    page.fill("#field-period", "last year")
    reader.settle()

    expect(page.locator(".pkb-results .pkb-note-line")).to_contain_text("no other year")
    assert page.locator(".pkb-sum, .pkb-card").count() == 0
    page.fill("#field-period", "2021年")
    reader.settle()
    expect(page.locator(".pkb-results .pkb-print")).to_contain_text("2021")
    assert page.locator(".pkb-card").count() > 0
