"""Ranks of a complete set are the same over columns as record by record."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policykb.api import Policykb
from policykb.cli import program

pytest.importorskip("polars")

ROWS = [
    ("A", "2020", "370402", "400"),
    ("B", "2020", "", "300"),
    ("C", "2020", "", "300"),
    ("D", "2020", "370402", "200"),
    ("E", "2020", "", "100"),
    ("X", "2020", "370403", "900"),
    ("F", "2021", "", "50"),
    ("G", "2021", "", "40"),
    ("H", "2022", "", "70"),
    ("I", "2022", "", ""),
]


def test_both_ways_give_the_same_statuses(shipped: Policykb, tmp_path: Path) -> None:
    """Ties, another district, other years and a missing number: the award for the top three is decided alike."""
    file = tmp_path / "EnterpriseYear.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "period", "name", "division", "tradeCNY"])
        writer.writerows([(name, period, f"示例{name}", division, trade) for name, period, division, trade in ROWS])
    done = CliRunner().invoke(
        program(),
        [
            "screen",
            str(file),
            "--complete",
            "--all",
            "--format",
            "csv",
            "--out",
            str(tmp_path / "out"),
        ],
    )
    assert done.exit_code == 0, done.output
    screened = {}
    for part in (tmp_path / "out").rglob("*.csv"):
        for row in csv.DictReader(part.open(encoding="utf-8-sig")):
            if row.get("clause") == "art-01-rank" and "status" in row:
                screened[row["record"]] = row["status"]
    answer = shipped.apply(shipped.read([file]), complete=True)
    applied = {d.record: d.status for d in answer.decisions if d.clause == "art-01-rank"}

    assert screened == applied
    assert applied == {
        "A": "eligible",
        "B": "eligible",
        "C": "eligible",
        "D": "not-eligible",
        "E": "not-eligible",
        "X": "not-eligible",
        "F": "eligible",
        "G": "eligible",
        "H": "undetermined",
        "I": "undetermined",
    }
