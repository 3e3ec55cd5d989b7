"""A mend is right when it is obeyed literally."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from policykb.api import Policykb
from policykb.check import run_check


@pytest.mark.parametrize(
    ("title", "yuan"),
    [
        ("进出口总额", "6"),
        ("进出口总额（元）", "6"),
        ("进出口总额（千元）", "6000"),
        ("进出口总额（万元）", "60000"),
        ("进出口总额（亿元）", "600000000"),
    ],
)
def test_a_figure_is_mended_in_the_unit_of_its_column(title: str, yuan: str, shipped: Policykb, tmp_path: Path) -> None:
    """Below zero it is wrong; one number in the unit that the header names is right, and yuan where it names none."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text(f"企业名称,年度,{title}\n甲公司,2020,-6\n", encoding="utf-8")
    answer = shipped.apply(shipped.read([path]))
    (found,) = [finding for finding in answer.findings if finding.severity == "error"]
    path.write_text(path.read_text(encoding="utf-8").replace("-6", "6"), encoding="utf-8")
    (record,) = shipped.read([path]).records

    assert found.mend.en.startswith("Write one number in the unit that the header names, or a line above the table; ")
    assert "where none is named, in yuan" in found.mend.en
    assert found.mend.zh.startswith("填一个数，单位同表头或表格上方所写；都没有写的按元")
    assert record.facts == {"tradeCNY": Decimal(yuan)}


def test_a_figure_is_told_as_the_sheet_states_it(shipped: Policykb, tmp_path: Path) -> None:
    """-50 under 万元 is told as -50 万元 and not as the yuan it was read as, whichever way the row was read."""
    path = tmp_path / "EnterpriseYear.csv"
    for row in ("甲公司,2020,-50", "甲公司,2020,-50万元"):
        path.write_text(f"name,period,进出口总额（万元）\n{row}\n", encoding="utf-8")
        (wrong,) = [each.finding for each in run_check(shipped, [path]).findings if each.finding.severity == "error"]

        assert "“-50 万元”" in wrong.message.zh or "“-50万元”" in wrong.message.zh
        assert "500000" not in wrong.message.zh + wrong.message.en
