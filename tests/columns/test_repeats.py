"""Repeated records of a screening: counted, so that no total is doubled without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policykb.api import Policykb

pl = pytest.importorskip("polars")
ibis = pytest.importorskip("ibis")

from policykb.columns.repeats import count_on_polars, count_on_spark  # noqa: E402
from policykb.columns.screen import Screening, screen  # noqa: E402

# Two of 甲 in 2020, one year written as its last day; two of one code under two names; the rest stand alone.
ROWS = {
    "record": ["a", "b", "c", "d", "e", "f", "g"],
    "period": ["2020", "2020-12-31", "2021", "2020", "2020", "2020", "2020"],
    "name": ["甲", " 甲", "甲", "乙", "丙", None, None],
    "creditCode": [None, "", None, "91370402MA0000015R", "91370402MA0000015R", None, None],
}


def test_both_engines_count_the_same() -> None:
    """By code, else by name; a day is of its year; records without a subject are compared with none."""
    frame = pl.DataFrame(ROWS)

    assert count_on_polars(frame.lazy(), frame.columns) == 2
    assert count_on_spark(ibis.memtable(frame)) == 2


def test_a_table_without_subjects_has_none() -> None:
    """Where neither names nor codes stand there is nothing to compare."""
    frame = pl.DataFrame({"record": ["a", "b"], "period": ["2020", "2020"]})

    assert count_on_polars(frame.lazy(), frame.columns) == 0
    assert count_on_spark(ibis.memtable(frame)) == 0


@pytest.mark.parametrize(
    ("kind", "fact", "repeated"), [("EnterpriseYear", "producer", 1), ("TalentHire", "fullTime", 0)]
)
def test_the_summary_says_how_many(shipped: Policykb, tmp_path: Path, kind: str, fact: str, repeated: int) -> None:
    """Yearly figures that stand twice are counted; of events a subject may have several."""
    path = tmp_path / f"{kind}.csv"
    path.write_text(f"id,name,period,{fact}\na,甲,2020,是\nb,甲,2020,是\nc,乙,2020,是\n", encoding="utf-8")
    job = Screening(shipped.vocabulary.record_types[kind], tmp_path / "out", rows="none")
    report = screen(shipped, path, job)

    assert report.repeated == repeated
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["repeated"] == repeated
