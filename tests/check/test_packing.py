"""Every workbook that is written has the same bytes, whenever and in whatever process it is written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from documentation import ROOT

EXAMPLES = ROOT / "docs" / "examples"
CALLS = {
    "template.xlsx": ["template", "template.xlsx"],
    "answer.xlsx": ["apply", str(EXAMPLES / "office-2020.xlsx"), "--out", "answer.xlsx"],
    "marked.xlsx": ["check", str(EXAMPLES / "office-2020.xlsx"), "--annotate", "marked.xlsx"],
    "from-text.xlsx": ["check", str(EXAMPLES / "bad/not-a-number.csv"), "--annotate", "from-text.xlsx"],
}


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two folders, each with every workbook, from processes that order sets differently."""
    folders = [tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")]
    code = f"""
import sys
from policykb.cli import main
for words in {list(CALLS.values())!r}:
    sys.argv = ["policykb", *words, "--lang", "zh"]
    try:
        main()
    except SystemExit as stop:
        assert stop.code in (0, 1), stop.code
"""
    for number, folder in enumerate(folders):
        environment = {**os.environ, "PYTHONHASHSEED": str(number + 1), "TZ": ("UTC", "Asia/Shanghai")[number]}
        subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, env=environment)
    return folders


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.proof
@pytest.mark.proof
def test_two_runs_give_the_same_bytes(name: str, twice: list[Path]) -> None:
    """The answer, the template, a marked copy of a workbook, and one of a text file."""
    one, other = ((folder / name).read_bytes() for folder in twice)

    assert one == other


@pytest.mark.proof
@pytest.mark.parametrize("name", CALLS)
def test_no_workbook_holds_the_time_of_writing(name: str, twice: list[Path]) -> None:
    """Every part, and the properties of the document, are said to be of the same moment."""
    with zipfile.ZipFile(twice[0] / name) as book:
        core = book.read("docProps/core.xml").decode()

        assert {(part.date_time[0], *part.date_time[3:]) for part in book.infolist()} == {(1980, 0, 0, 0)}
    assert set(re.findall(r"<dcterms:\w+[^>]*>([^<]*)", core)) == {"1980-01-01T00:00:00Z"}
