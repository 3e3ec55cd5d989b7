"""The review workbook of `apply`: one row per record and clause, numbers as numbers, totals, ready to print."""

from __future__ import annotations

import json
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from deciders import decider_with
from policykb import cli
from policykb.reports.as_workbook import to_workbook
from policykb.reports.phrases import Phrases

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
    return load_workbook(BytesIO(to_workbook(kb.apply(kb.read([path])), phrases)))


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


def test_amounts_bases_and_arithmetic(book: Any) -> None:
    """Amounts in yuan and ten thousands are numbers; the arithmetic is written out with the record's own figures."""
    found = {row["条款"]: row for row in rows(book["审核汇总表"])}
    growth, warehouse = found["art-01-growth"], found["art-05-warehouse"]

    assert (growth["最低金额（元、美元）"], growth["最高金额（万元、万美元）"], growth["计算基数"]) == (
        2000,
        0.2,
        100000,
    )
    assert growth["计算过程"] == "(700,000 − 600,000) × 0.02 = 2,000.00 元"
    assert warehouse["计算过程"] == "2,000,000 元 × 10% = 200,000.00 元，最高 100,000.00 元"
    assert (warehouse["最低金额（元、美元）"], warehouse["计入合计"]) == (100000, "是")
    assert warehouse["依据"] == "“按照年度实际投资额的10%给予补助，每家企业每年最高不超过10万元”"


def test_what_is_missing_names_its_proof(book: Any) -> None:
    """What is still to be provided is named with the document that proves it."""
    found = {row["条款"]: row for row in rows(book["审核汇总表"])}

    assert "平台服务费（平台服务费发票、付款凭证）" in str(found["art-05-platform-fee"]["待补材料"])


def test_a_wrong_record_is_a_row_of_its_own(book: Any) -> None:
    """It says what is wrong, and no clause is called not eligible."""
    wrong = [row for row in rows(book["审核汇总表"]) if row["企业"] == "示例纺织有限公司"]

    assert [(row["结果"], row["条款"], row["说明"]) for row in wrong] == [("数据有误", None, "“约6000”不是数。")]


def test_nothing_becomes_a_formula(book: Any) -> None:
    """A name that begins with = is text."""
    cell = book["审核汇总表"]["A2"]

    assert (cell.value, cell.data_type) == ("'=示例机械有限公司", "s")


def test_totals(book: Any) -> None:
    """By clause and by enterprise; of a group only the winner counts."""
    by_clause = {row["条款"]: row for row in rows(book["条款合计"])}
    by_enterprise = rows(book["企业合计"])

    assert by_clause["art-05-warehouse"]["最低金额（元、美元）"] == 100000
    assert (by_enterprise[0]["最低金额（元、美元）"], by_enterprise[-1]["企业"]) == (102000, "合计")


def test_it_prints(book: Any) -> None:
    """Landscape, as wide as the page, the header on every page, a page number below."""
    sheet = book["审核汇总表"]

    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight, sheet.print_title_rows) == (
        "landscape",
        0,
        "$1:$1",
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert sheet.freeze_panes == "A2"


def test_the_sample_district() -> None:
    """The totals of the sheet are those of the answer, enterprise by enterprise."""
    kb = decider_with()
    answer = kb.apply(kb.read([SAMPLE]))
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, "en")
    sheet = load_workbook(BytesIO(to_workbook(answer, phrases)))["By enterprise"]
    sums: dict[str, float] = {}
    for row in list(sheet.iter_rows(min_row=2, values_only=True)):
        if row[5] is not None and row[1] is not None:
            sums[str(row[1]) + str(row[4])] = float(row[5])
    expected = sum(1 for one in answer.enterprises if one.credit_code for _ in one.total)

    assert len(sums) == expected
    assert sum(sums.values()) == pytest.approx(
        float(sum(total.min for one in answer.enterprises if one.credit_code for total in one.total.values()))
    )


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
