"""The template: made from the ontology, accepted empty and filled, and the way through to an answer."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from deciders import decider_with
from policykb import cli
from policykb.check import run_check
from policykb.check.template import COLUMNS, template


@pytest.fixture(scope="module")
def book() -> Any:
    """The whole template, in Chinese."""
    return load_workbook(BytesIO(template(decider_with(), "zh")))


def test_a_sheet_for_every_record_type(book: Any) -> None:
    """A read-me sheet, then one sheet per record type; headers with their unit, an English line below."""
    kinds = decider_with().vocabulary.record_types.values()
    sheet = book["企业年度情况"]
    heads = {top.value: below.value for top, below in zip(sheet[1], sheet[2], strict=True)}

    assert book.sheetnames == ["填表说明", *(kind.label.zh for kind in kinds)]
    assert heads["年度进出口总额（元）"] == "Total imports and exports of the year (CNY)"
    assert heads["海外仓总面积（平方米）"] == "Total area of overseas warehouses (m²)"
    assert all(sheet.max_column == len(COLUMNS) + len(kind.facts) for kind in kinds for sheet in [book[kind.label.zh]])


def test_comments_say_what_is_asked_proved_decided_and_needed(book: Any) -> None:
    """The comment on a header has the question, the proof, the body that decides, and the articles."""
    sheet = book["企业年度情况"]
    comment = next(cell.comment.text for cell in sheet[1] if cell.value == "经认定的综合服务平台")

    assert comment.splitlines() == [
        "问：企业是被区政府认定的综合服务平台（跨境电商平台）吗？",
        "证明材料：区政府的认定文件",
        "由区政府确认",
        "用于: 第1条",
    ]


def test_what_a_body_decides_is_confirmed_whatever_its_act(book: Any) -> None:
    """A filing, an approval and a recognition are all confirmed by their body; not all of them are recognitions."""
    lines = [cell.comment.text.splitlines() for sheet in book for cell in sheet[1] if cell.comment]
    confirmed = {line for one in lines for line in one if line.startswith("由") and line.endswith("确认")}

    assert {"由区商务和投资促进局确认", "由区政府确认"} <= confirmed
    assert not any(line.startswith("由") and line.endswith("认定") for one in lines for line in one)


def test_cells_are_guarded(book: Any) -> None:
    """Yes or no, codes of the type, numbers, days, years and lengths within the data rules."""
    rules = {
        (sheet, str(guard.sqref).split(":")[0].rstrip("0123456789")): (guard.type, guard.formula1, guard.formula2)
        for sheet in ("企业年度情况", "人才引进", "项目引荐", "开发区评价")
        for guard in book[sheet].data_validations.dataValidation
    }

    assert rules["企业年度情况", "F"] == ("list", '"是,否"', None)
    assert rules["企业年度情况", "H"] == ("decimal", "0", "1000000000000000")
    assert rules["企业年度情况", "D"] == ("textLength", "18", None)
    assert rules["人才引进", "G"] == ("list", '"国家级,省部级,其他"', None)
    assert rules["开发区评价", "G"] == ("whole", "1", "999999999999999")
    assert ("date", "2", "73050") in rules.values()
    assert rules["企业年度情况", "B"] == ("whole", "1949", "2099")
    assert rules["企业年度情况", "E"] == ("textLength", "6", None)


def test_only_what_a_clause_needs() -> None:
    """--for gives the one sheet with the facts that the clause's conditions and amounts rest on."""
    kb = decider_with()
    small = load_workbook(BytesIO(template(kb, "zh", clause=kb.book.clause("art-05-warehouse"))))
    heads = [cell.value for cell in small["企业年度情况"][1]][len(COLUMNS) :]

    assert small.sheetnames == ["填表说明", "企业年度情况"]
    assert heads == ["跨境电商企业", "纳统企业", "海外仓总面积（平方米）", "海外仓年度实际投资额（元）"]


def test_columns_of_ones_own_leave_the_english_line_a_header(tmp_path: Path) -> None:
    """Two columns are added, one with an English name below: the line below the header is still no record."""
    book = load_workbook(BytesIO(template(decider_with(), "zh", types=("EnterpriseYear",))))
    sheet = book["企业年度情况"]
    sheet["Y1"], sheet["Y2"], sheet["Z1"] = "备注", "Remarks", "联系人"
    sheet["A3"], sheet["B3"], sheet["C3"], sheet["Y3"] = "r1", "2020", "示例公司", "无"
    book.save(tmp_path / "own.xlsx")
    report = run_check(decider_with(), [tmp_path / "own.xlsx"])
    told = [(each.finding.rule, each.finding.place.cell) for each in report.findings if each.finding.severity != "info"]

    assert (report.records, told) == ({"EnterpriseYear": 1}, [("remark-column", "Y1"), ("unknown-column", "Z1")])


def test_the_empty_template_is_accepted(tmp_path: Path) -> None:
    """Checking it finds no error, no warning and no record."""
    path = tmp_path / "empty.xlsx"
    path.write_bytes(template(decider_with(), "en"))
    report = run_check(decider_with(), [path])

    assert (report.findings, dict(report.records)) == ((), {})


def test_filled_it_is_checked_and_decided(tmp_path: Path) -> None:
    """Template, filled in by a program, checked, decided: the sum follows from what was filled in."""
    kb = decider_with()
    whole = load_workbook(BytesIO(template(kb, "zh")))
    fill(
        whole["企业年度情况"],
        期间=2020,
        主体名称="示例机械有限公司",
        统一社会信用代码="91370402MA0000015R",
        跨境电商企业="是",
        纳统企业="是",
        **{"海外仓总面积（平方米）": 600, "海外仓年度实际投资额（元）": 450000},
    )
    fill(whole["人才引进"], 期间=2020, 主体名称="示例科技有限公司", 全职引进="是", 人才层次="国家级")
    path = tmp_path / "filled.xlsx"
    whole.save(path)

    assert run_check(kb, [path]).findings == ()
    answer = kb.apply(kb.read([path]))
    amounts = {d.clause: str(d.amount.min) for d in answer.decisions if d.status == "eligible" and d.amount}
    assert amounts["art-05-warehouse"] == "45000.00"


def fill(sheet: Any, **values: object) -> None:
    """Write values into the first row below the headers."""
    columns = {cell.value: cell.column for cell in sheet[1]}
    for name, value in values.items():
        if name in columns:
            sheet.cell(3, columns[name], value)


@pytest.mark.parametrize("written", ["参展，TaxRefund", "Exhibition、出口退税"])
def test_types_stand_between_commas_of_either_width(
    written: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As they are typed in Chinese."""
    path = tmp_path / "t.xlsx"
    monkeypatch.setattr(sys, "argv", ["policykb", "template", str(path), "--types", written])
    with pytest.raises(SystemExit):
        cli.main()

    assert load_workbook(path).sheetnames[1:] == ["参展", "出口退税"]


def test_the_command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It writes the file, and does not overwrite one unless told to."""
    path = tmp_path / "t.xlsx"

    def call(*more: str) -> int:
        monkeypatch.setattr(sys, "argv", ["policykb", "template", str(path), "--types", "参展,TaxRefund", *more])
        try:
            cli.main()
        except SystemExit as stop:
            return int(stop.code or 0)
        return 0

    codes = [call(), call(), call("--force")]
    assert codes == [0, 2, 0]
    err = capfd.readouterr().err
    assert "已经存在" in err and "already exists" in err
    assert load_workbook(path).sheetnames[1:] == ["参展", "出口退税"]
