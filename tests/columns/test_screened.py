"""The totals of a screening on a terminal of any width: no figure and no name is cut off."""

from __future__ import annotations

from pathlib import Path

import pytest

from policykb.api import Policykb
from policykb.columns import doubts
from policykb.columns.screen import Report, Screening, screen
from policykb.commands import screened
from policykb.doors.terminal import Terminal
from policykb.model import Lang

ROWS = """id,name,period,crossBorderEcommerce,inStatistics,overseasWarehouseArea,overseasWarehouseInvestmentCNY
e1,甲有限公司,2020,是,是,500,12345678
e2,乙有限公司,2020,是,是,800,400000
e3,丙有限公司,2020,是,是,499.99,400000
e4,丁有限公司,2020,是,是,,300000
"""
# e1 and e2 have 10 % of what they invested, at most 100,000; e4 has 30,000 if its warehouse is large enough.
WAREHOUSE = {
    "zh": ("海外仓补助", "预计符合：2", "还不能确定：1", "不符合：1", "140,000.00 CNY", "0.00 – 30,000.00 CNY"),
    "en": (
        "Subsidy for overseas warehouses", "Likely eligible: 2", "Not settled yet: 1", "Not eligible: 1",
        "140,000.00 CNY", "0.00 – 30,000.00 CNY",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def report(shipped: Policykb, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What comes of screening the rows."""
    folder = tmp_path_factory.mktemp("screened")
    (path := folder / "EnterpriseYear.csv").write_text(ROWS, encoding="utf-8")
    return screen(shipped, path, Screening(shipped.vocabulary.record_types["EnterpriseYear"], folder / "out"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [30, 80, 140, 200])
def test_no_figure_is_cut(
    width: int, lang: Lang, report: Report, shipped: Policykb, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Where a table does not fit, each clause is told by itself; where it does, it has a row."""
    monkeypatch.setattr(screened, "terminal", lambda: Terminal(highlight=False, width=width))

    screened.print_report(shipped, [shipped], report, Path("out"), lang)
    out = capsys.readouterr().out

    shown = " ".join(out.split())
    title, *counts, eligible, still_open = WAREHOUSE[lang]
    assert "…" not in shown
    assert "art-05-warehouse" in shown
    assert (eligible in shown, still_open in shown) == (True, True)
    if width < 200:
        assert f"art-05-warehouse {title} {' '.join(counts)}" in shown
    else:
        row = next(line.split() for line in out.splitlines() if "art-05-warehouse" in line)
        assert row[-9:] == [*"211", "140,000.00", "CNY", "0.00", "–", "30,000.00", "CNY"]


def test_of_very_many_doubts_the_first_are_listed(
    shipped: Policykb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two sums of each row are too small and do not go together; once three points are listed, no other row is."""
    monkeypatch.setattr(doubts, "LISTED", 3)
    rows = "".join(f"e{n},枣庄虚构{n}有限公司,2020,500,500\n" for n in range(16))
    (path := tmp_path / "EnterpriseYear.csv").write_text(f"id,name,period,tradeCNY,tradeUSD\n{rows}", "utf-8")
    job = Screening(shipped.vocabulary.record_types["EnterpriseYear"], tmp_path / "out", portion=8)
    report = screen(shipped, path, job)
    screened.print_report(shipped, (shipped,), report, tmp_path / "out", "zh")

    assert report.doubtful == 9  # three of each of the first three rows
    assert "doubtful 中只列出前 9 处" in "".join(capsys.readouterr().out.split("\n"))


@pytest.mark.parametrize(
    ("lang", "most", "open_"),
    [
        ("en", "12,500,000.00 CNY or more (1 without upper end, the others up to 7,500,000.00 CNY)",
         "0.00 CNY or more (1 without upper end)"),
        ("zh", "12,500,000.00 CNY 起（1 条没有最高数，其余最高共 7,500,000.00 CNY）", "0.00 CNY 起（1 条没有最高数）"),
    ],
)  # fmt: skip
def test_the_most_is_never_less_than_the_least(
    lang: Lang, most: str, open_: str, shipped: Policykb, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """7,500,000 yuan are agreed with one team; of the other the text says at least 5,000,000; a third one waits."""
    rows = "id,name,period,topTeam,approvedCaseByCase,agreedCNY\na,甲团队,2020,是,是,7500000\n"
    rows += "b,乙团队,2020,是,是,\nc,丙团队,2020,是,,\n"
    (path := tmp_path / "TalentTeamProject.csv").write_text(rows, encoding="utf-8")
    kind = shipped.vocabulary.record_types["TalentTeamProject"]
    screened.print_report(
        shipped, [shipped], screen(shipped, path, Screening(kind, tmp_path / "out")), Path("out"), lang
    )
    shown = " ".join(capsys.readouterr().out.split())

    assert most in shown
    assert open_ in shown
    assert "–" not in shown


@pytest.mark.parametrize(("lang", "said"), [("zh", "未载明金额"), ("en", "amount not stated")])
def test_money_without_a_stated_sum_is_said_to_be_money(
    lang: Lang, said: str, shipped: Policykb, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One enterprise is in the zone, of one nobody says so, and one is not: what article 18 grants states no sum."""
    rows = "id,name,period,inDevelopmentZone\na,甲有限公司,2020,是\nb,乙有限公司,2020,\nc,丙有限公司,2020,否\n"
    (path := tmp_path / "EnterpriseYear.csv").write_text(rows, encoding="utf-8")
    kind = shipped.vocabulary.record_types["EnterpriseYear"]
    found = screen(shipped, path, Screening(kind, tmp_path / "out"))
    screened.print_report(shipped, [shipped], found, Path("out"), lang)
    shown = capsys.readouterr().out

    assert shown.count(said) == 2
