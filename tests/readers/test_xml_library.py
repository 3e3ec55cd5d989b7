"""What is installed beside the program changes nothing about how workbooks are read."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from documentation import ROOT

COMMAND = [sys.executable, "-c", "from policykb.cli import main; main()"]


def test_workbooks_are_read_by_one_library() -> None:
    """openpyxl would read with lxml where it is installed."""
    shown = subprocess.run(
        [sys.executable, "-c", "import policykb.api, openpyxl; print(openpyxl.LXML)"],
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name != "OPENPYXL_LXML"},
    )

    assert shown.stdout == "False\n"


@pytest.mark.parametrize("with_lxml", ["True", "False"])
def test_a_torn_sheet_is_told_by_either(with_lxml: str, tmp_path: Path) -> None:
    """A sheet that ends in the middle is told in words, also in a program that has openpyxl read with lxml."""
    whole, torn = ROOT / "docs" / "examples" / "district-2020.xlsx", tmp_path / "torn.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(torn, "w") as target:
        for part in source.namelist():
            data = source.read(part)
            target.writestr(part, data[: len(data) // 2] if part.endswith("sheet1.xml") else data)

    done = subprocess.run(
        [*COMMAND, "check", str(torn), "--lang", "en"],
        capture_output=True,
        text=True,
        env=os.environ | {"OPENPYXL_LXML": with_lxml},
    )

    assert (done.returncode, "did not foresee" in done.stderr) == (2, False)
    assert "torn.xlsx" in done.stderr
