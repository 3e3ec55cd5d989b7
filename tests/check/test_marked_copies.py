"""The marked copy of a workbook holds what the workbook holds, or is not made."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from typer.testing import CliRunner

from policykb.api import Policykb
from policykb.check.annotate import annotated
from policykb.check.run import run_check
from policykb.cli import program
from policykb.errors import InputError
from policykb.readers.tables import TableReader
from policykb.reports.phrases import Phrases


@pytest.mark.parametrize("row", [1_048_577, 99_999_999])
def test_a_row_beyond_any_sheet(row: int, tmp_path: Path, shipped: Policykb) -> None:
    """What is found there is told with its row; the copy is refused in words."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "EnterpriseYear"
    for cells in (["name", "period", "tradeCNY"], ["甲乙贸易有限公司", "2020", "-7"]):
        sheet.append(cells)
    book.save(tmp_path / "made.xlsx")
    path = tmp_path / "beyond.xlsx"
    with zipfile.ZipFile(tmp_path / "made.xlsx") as made, zipfile.ZipFile(path, "w") as changed:
        for name in made.namelist():
            data = made.read(name)
            if name.endswith("sheet1.xml"):
                text = data.decode().replace('<row r="2"', f'<row r="{row}"')
                for letter in "ABC":
                    text = text.replace(f'r="{letter}2"', f'r="{letter}{row}"')
                data = text.encode()
            changed.writestr(name, data)

    report = run_check(shipped, [path])

    assert [one.finding.place.row for one in report.findings if one.finding.severity == "error"] == [row]
    with pytest.raises(InputError, match="批注"):
        phrases = Phrases(shipped.book, shipped.vocabulary, shipped.wording, "zh")
        annotated(report, phrases, TableReader(shipped.vocabulary))
    said = CliRunner().invoke(program(), ["check", str(path), "--annotate", str(tmp_path / "copy.xlsx")])
    assert (said.exit_code, said.output, (tmp_path / "copy.xlsx").exists()) == (1, "", False)
    assert isinstance(said.exception, InputError)


def test_a_raised_mark_stays_raised_in_the_copy(tmp_path: Path, shipped: Policykb) -> None:
    """Where a copy made 820 with a raised 3 into 8203, whoever goes on with it would state ten times as much."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "EnterpriseYear"
    raised = CellRichText("820", TextBlock(InlineFont(vertAlign="superscript"), "3"))
    for cells in (["name", "period", "tradeCNY"], ["甲乙贸易有限公司", "2020", raised]):
        sheet.append(cells)
    book.save(tmp_path / "sheet.xlsx")

    def findings(path: Path) -> list[tuple[str, str | None]]:
        return [(one.finding.rule, one.finding.value) for one in run_check(shipped, [path]).findings]

    before = findings(tmp_path / "sheet.xlsx")
    report = run_check(shipped, [tmp_path / "sheet.xlsx"])
    phrases = Phrases(shipped.book, shipped.vocabulary, shipped.wording, "zh")
    (tmp_path / "copy.xlsx").write_bytes(annotated(report, phrases, TableReader(shipped.vocabulary)))

    assert before == [("unknown-unit", "820³")]
    assert [one for one in findings(tmp_path / "copy.xlsx") if one[0] == "unknown-unit"] == before
