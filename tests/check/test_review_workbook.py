"""The review workbook of `apply`: one row per record and clause, numbers as numbers, totals, ready to print."""

from __future__ import annotations

import json
import sys
import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from deciders import as_file, decider_with
from policykb import cli
from policykb.reports import as_workbook
from policykb.reports.phrases import Phrases
from policykb.reports.sheets import Book, Column, Sheet

SAMPLE = Path(__file__).parents[2] / "docs/examples/district-2020.json"
RECORDS = [
    {
        "id": "r1",
        "type": "EnterpriseYear",
        "period": "2020",
        "subject": {"name": "=示例机械有限公司", "creditCode": "91370402MA0000015R"},
        "producer": True,
        "tradeCNY": "5000000",
        "tradeUSD": "700000",
        "priorTradeUSD": "600000",
        "tradeRank": 9,
        "crossBorderEcommerce": True,
        "inStatistics": True,
        "overseasWarehouseArea": "600",
        "overseasWarehouseInvestmentCNY": "2000000",
    },
    {
        "id": "bad",
        "type": "EnterpriseYear",
        "period": "2020",
        "subject": {"name": "示例纺织有限公司"},
        "tradeCNY": "约6000",
    },
]


def workbook(path: Path, lang: str = "zh") -> Any:
    """The review workbook for a file of records."""
    kb = decider_with()
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, lang)  # type: ignore[arg-type]
    answer = kb.apply(kb.read([path]))
    return load_workbook(BytesIO(as_file(answer, kb.near_misses, phrases, "xlsx")))


@pytest.fixture
def book(tmp_path: Path) -> Any:
    """The workbook for two records, one of them wrong."""
    path = tmp_path / "records.json"
    path.write_text(json.dumps({"records": RECORDS}, ensure_ascii=False), encoding="utf-8")
    return workbook(path)


def rows(sheet: Any) -> list[dict[str, object]]:
    """The rows of a sheet by their headers."""
    head, *rest = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rest]


LEAST, MOST = "最低（万元、万美元）", "最高（万元、万美元）"


def test_amounts_and_arithmetic(book: Any) -> None:
    """Amounts in ten thousands are numbers; the arithmetic is written out with the record's own figures."""
    found = {row["事项"]: row for row in rows(book["逐项明细"])}
    growth, warehouse = found["进出口增量奖励"], found["海外仓补助"]

    assert (growth[LEAST], growth[MOST], growth["预计金额"]) == (0.2, 0.2, "2,000元")
    assert growth["计算过程"] == "(70万美元 − 60万美元) × 每美元0.02元 = 2,000元"
    assert warehouse["计算过程"] == "200万元 × 10% = 20万元，超过上限，按最高10万元计"
    assert (warehouse[LEAST], warehouse["计入合计"]) == (10, "是")
    assert warehouse["原文"] == (
        "原文：“对企业海外仓场地购置租赁、仓储设施扩容升级等费用按照年度实际投资额的10%给予补助，"
        "每家企业每年最高不超过10万元。”（第5条）"
    )


def test_what_is_missing_names_its_proof_and_whom_to_ask(book: Any) -> None:
    """What is still to be provided is named with the document that proves it."""
    found = {row["事项"]: row for row in rows(book["逐项明细"])}
    needs = str(found["跨境电商平台服务费补助"]["还要什么、问谁"])

    assert "平台服务费（平台服务费发票、付款凭证）" in needs
    assert "不清楚的，问区商务和投资促进局" in needs


def test_a_wrong_record_is_the_first_row(book: Any) -> None:
    """It says what is wrong, where, and how to mend it, in red on top; no clause is called not eligible."""
    wrong = [row for row in rows(book["逐项明细"]) if row["申报主体"] == "示例纺织有限公司"]
    reasons = str(wrong[0]["原因和说明"])

    assert [(row["结果"], row["条"]) for row in wrong] == [("信息需核对", None)]
    assert rows(book["逐项明细"])[0] == wrong[0]
    assert "records.json、记录 bad、年度进出口总额：“约6000”不是数。" in reasons
    assert "怎么改：写确切的数" in reasons
    assert {cell.fill.fgColor.rgb for cell in book["逐项明细"][2]} == {"FFFFC7CE"}


def test_nothing_becomes_a_formula(book: Any) -> None:
    """A name that begins with = is text."""
    cells = [row[0] for row in book["逐项明细"].iter_rows(min_row=3)]

    assert {(cell.value, cell.data_type) for cell in cells} == {("'=示例机械有限公司", "s")}


def test_days_are_text(tmp_path: Path) -> None:
    """No program makes another day of the period of an event."""
    record = {"id": "e", "type": "Exhibition", "period": "2020-11-05", "subject": {"name": "示例"}, "boothFeeCNY": "1"}
    path = tmp_path / "records.json"
    path.write_text(json.dumps({"records": [record]}), encoding="utf-8")
    cell = next(cell for cell in workbook(path)["逐项明细"][2] if cell.value == "2020-11-05")

    assert (cell.data_type, cell.number_format) == ("s", "@")


def test_totals(book: Any) -> None:
    """By measure and by applicant; of a group only the winner counts."""
    by_clause = {row["事项"]: row for row in rows(book["按条款"])}
    by_subject = rows(book["按主体"])

    assert by_clause["海外仓补助"][LEAST] == 10
    assert (by_subject[0][LEAST], by_subject[-1]["申报主体"]) == (10.2, "合计")


def test_the_first_sheet_is_a_summary(book: Any) -> None:
    """Title, document, that it is no approval, that no expiry is stated, and what is to be corrected, on one page."""
    told = [cell for row in book["测算汇总表"].iter_rows(values_only=True) for cell in row if isinstance(cell, str)]

    assert book.sheetnames[0] == "测算汇总表"
    assert told[0] == "市中发〔2020〕12号 测算汇总表（供审核参考）"
    assert any("不是批准" in line for line in told)
    assert any("没有写明有效期" in line and "区商务和投资促进局" in line for line in told)
    assert "需更正1条记录，没有测算。" in told


def test_criteria_are_indented(book: Any) -> None:
    """An alternative stands deeper than the line that says that one of them is enough, and is not called unmet."""
    cells = [row[-1] for row in book["条件"].iter_rows(min_row=2)]
    heads = [cell for cell in cells if cell.value == "✓ 满足 满足其一："]
    below = [cells[cells.index(head) + step] for head in heads for step in (1, 2)]

    assert heads
    assert all(cell.alignment.indent > 0 for cell in below)
    assert any(str(cell.value).startswith("– 不需要 被区政府认定的综合服务平台") for cell in below)


@pytest.mark.parametrize(("explain", "is_listed"), [(False, False), (True, True)])
def test_criteria_of_many_records(
    explain: bool, is_listed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The criteria of many records are listed where that is asked for; else the workbook says how to ask."""
    monkeypatch.setattr(as_workbook, "MOST_EXPLAINED", 1)
    path = tmp_path / "records.json"
    path.write_text(json.dumps({"records": RECORDS}, ensure_ascii=False), encoding="utf-8")
    kb = decider_with()
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, "zh")
    answer = kb.apply(kb.read([path]))
    read = load_workbook(BytesIO(as_file(answer, kb.near_misses, phrases, "xlsx", explain=explain)))
    said = [cell for row in read["计算依据"].iter_rows(values_only=True) for cell in row]

    assert ("条件" in read.sheetnames) == is_listed
    assert ("记录多，没有逐条列出条件；加 --explain 列出“条件”一页。" in said) != is_listed


def test_it_prints(book: Any) -> None:
    """Landscape, as wide as the page, the header on every page, a page number below."""
    sheet = book["逐项明细"]

    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight, sheet.print_title_rows) == (
        "landscape",
        0,
        "$1:$1",
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddHeader.center.text == "市中发〔2020〕12号 测算汇总表（供审核参考）"
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref is not None


def test_the_sample_district() -> None:
    """The totals of the sheet are those of the answer, applicant by applicant."""
    kb = decider_with()
    answer = kb.apply(kb.read([SAMPLE]))
    found = rows(workbook(SAMPLE, "en")["By applicant"])
    sums = [
        float(str(row["Minimum (ten thousands)"])) for row in found[:-2] if row["Minimum (ten thousands)"] is not None
    ]
    totals = [total.min for one in answer.enterprises for total in one.total.values()]

    assert [row["Applicant"] for row in found[-2:]] == ["Total", "Total"]
    assert len(sums) == len(totals)
    assert sum(sums) * 10_000 == pytest.approx(float(sum(totals)))


def test_payments(tmp_path: Path) -> None:
    """A row for each settled sum with code, article and payee; the total is theirs; what is undetermined has no row."""
    growth = {"producer": True, "tradeUSD": "700000", "priorTradeUSD": "600000", "tradeRank": 9}
    one = {"id": "a", "type": "EnterpriseYear", "period": "2020", "tradeCNY": "5000000", **growth}
    town = {"id": "t", "type": "TownAssessment", "period": "2020", "subject": {"name": "示例镇"}}
    records = [
        one | {"subject": {"name": "甲公司", "creditCode": "91370402MA0000015R"}},
        one | {"id": "b", "subject": {"name": "乙公司"}, "tradeRank": None},
        town | {"townOrSubdistrict": True, "districtInFront": True, "chosenOutstanding": True, "chosenImproved": False},
    ]
    path = tmp_path / "records.json"
    path.write_text(json.dumps({"records": records}), encoding="utf-8")
    found = rows(workbook(path)["资金清单（测算）"])
    sums = [(row["申报主体"], row["统一社会信用代码"], row["条"], row["金额（元、美元）"]) for row in found]

    assert sums == [
        ("甲公司", "91370402MA0000015R", 1, 2000),
        ("示例镇", None, 29, 200_000),
        ("合计", None, None, 202_000),
    ]


def test_what_is_missing_by_subject(book: Any) -> None:
    """A row for each thing that is missing, with its proof, whom to ask and the measures that hang on it."""
    found = {row["还缺的信息或待定的事"]: row for row in rows(book["还缺什么"])}
    fee = found["平台服务费（平台服务费发票、付款凭证）"]

    assert (fee["申报主体"], fee["问谁、等谁"]) == ("'=示例机械有限公司", "区商务和投资促进局")
    assert fee["关系到的事项"] == "跨境电商平台服务费补助"


def cut(sheet: Any) -> list[str]:
    """The cells with more text than there is room in their rows and columns, each letter as wide as Calibri has it."""
    areas = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    widths = {
        column: group.width for group in sheet.column_dimensions.values() for column in range(group.min, group.max + 1)
    }
    found = []
    for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
        area = areas.get((cell.row, cell.column))
        columns = range(area.min_col, area.max_col + 1) if area else [cell.column]
        pixels = 7 * sum(widths[column] for column in columns) - 9 * cell.alignment.indent
        lines = 0
        for part in cell.value.split("\n"):
            needed = sum(44 / 3 if letter >= "\u2e80" else 5.5 for letter in part) * cell.font.sz / 11
            lines += max(1, -(-needed // pixels))
        height = sheet.row_dimensions[cell.row].height or sheet.sheet_format.defaultRowHeight
        if lines * 15.9 * cell.font.sz / 11 > height + 1:
            found.append(f"{sheet.title}!{cell.coordinate}")
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_text_is_cut(lang: str) -> None:
    """Every row is as high as its texts need, on every sheet and in both languages."""
    book = workbook(SAMPLE, lang)

    assert [cell for sheet in book.worksheets for cell in cut(sheet)] == []


@pytest.mark.parametrize(
    "text", ["一二三四五六七八九十。" * 60, "some words of any length " * 60, "行\n" * 60, "x" * 900]
)
def test_a_long_text_makes_its_column_wide(text: str, tmp_path: Path) -> None:
    """A text that would need a higher row than any program shows makes its column wider instead."""
    stream = BytesIO()
    book = Book(stream, str(tmp_path), footer="", cut="…", continued="{sheet} {number}".format)
    sheet = Sheet(book, "甲", [Column("一", 8), Column("二", 8)])
    for _ in range(3):
        sheet.row([text[:500], "乙"])
    book.close("")
    read = load_workbook(stream)["甲"]

    assert cut(read) == [] or text.count("\n") > 24
    assert all((read.row_dimensions[row].height or 0) <= 409 for row in (1, 2, 3, 4))


def test_the_same_bytes(tmp_path: Path) -> None:
    """The same answer gives the same file, whenever it is written."""
    path = tmp_path / "records.json"
    path.write_text(json.dumps({"records": RECORDS}), encoding="utf-8")
    kb = decider_with()
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, "zh")
    answer = kb.apply(kb.read([path]))
    first = as_file(answer, kb.near_misses, phrases, "xlsx")
    time.sleep(2.1)  # an archive counts in steps of two seconds

    assert as_file(answer, kb.near_misses, phrases, "xlsx") == first


def sheets(texts: list[str], most: int = 4) -> list[list[object]]:
    """The cells of the first column, sheet by sheet, of a table that holds some texts."""
    stream = BytesIO()
    with TemporaryDirectory() as folder:
        book = Book(stream, folder, footer="f", cut="…", continued="{sheet} {number}".format, most=most)
        sheet = Sheet(book, "a", [Column("Text", 10)])
        for text in texts:
            sheet.row([text])
        sheet.finish()
        book.close("h")
    return [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in load_workbook(stream).worksheets]


def test_a_full_sheet_goes_on_in_another() -> None:
    """No row is lost at the most rows that a sheet can have; each part has the heading."""
    assert sheets(list("123456")) == [["Text", "1", "2", "3"], ["Text", "4", "5", "6"]]


@pytest.mark.parametrize("text", ["<r><t>x</t></r>", "_x000D_", "a\nb", " a ", "&amp;", "😀" * 16_383, "1e5", "001"])
def test_texts_are_kept(text: str) -> None:
    """What looks like markup, an escape or a number is the text that it is."""
    assert unescape(str(sheets([text])[0][1])).removeprefix("'") == text


def test_a_text_too_long_for_a_cell_says_so() -> None:
    """It is cut at 32,767 units of UTF-16, between two characters, and marked."""
    assert sheets(["a" * 40_000, "😀" * 20_000])[0][1:] == ["a" * 32_766 + "…", "😀" * 16_383 + "…"]


STARTS = {"xlsx": b"PK", "ttl": b"@prefix", "csv": b"\xef\xbb\xbf", "html": b"<!DOCTYPE html>"}


@pytest.mark.parametrize(("format", "start"), STARTS.items())
def test_written_to_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, format: str, start: bytes) -> None:
    """--out writes the file whole; standard output stays empty."""
    path = tmp_path / "records.json"
    path.write_text(json.dumps({"records": RECORDS}, ensure_ascii=False), encoding="utf-8")
    out = tmp_path / f"result.{format}"
    monkeypatch.setattr(sys, "argv", ["policykb", "apply", str(path), "--format", format, "--out", str(out)])
    _call()

    assert out.read_bytes().startswith(start)


def _call() -> None:
    try:
        cli.main()
    except SystemExit as stop:
        assert not stop.code
