"""A screening is repeated from its summary.json: totals and rows byte for byte, or what differs."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

pytest.importorskip("polars")
pytest.importorskip("ibis")

from documentation import ROOT
from policykb.api import Policykb, load_policykb
from policykb.columns.screen import Screening, screen, screen_by_each
from policykb.columns.summary_file import SUMMARY
from policykb.replay.found import find_receipt
from policykb.replay.rerun import Outcome, rerun
from policykb.shelf import each, load_documents

DISTRICT = ROOT / "docs/examples/district-2020-csv"
READING = "R1-highest:alt"


def screened(kb: Policykb, folder: Path, file: Path | str, **options: object) -> Path:
    """The folder of a screening of years of enterprises."""
    out = folder / "out"
    screen(kb, Path(file), Screening(kb.vocabulary.record_types["EnterpriseYear"], out, **options))  # type: ignore[arg-type]
    return out


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A file of one's own."""
    return Path(shutil.copy(DISTRICT / "EnterpriseYear.csv", tmp_path))


@pytest.mark.proof
@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("rows", ["tidy", "wide", "none"])
def test_a_screening_is_repeated(form: str, rows: str, shipped: Policykb, mine: Path, tmp_path: Path) -> None:
    """Whatever rows were asked for; the file may have another name since, and is read by the one that it had."""
    out = screened(shipped, tmp_path, mine, rows=rows, everything=True, complete=True, format=form)
    renamed = mine.rename(tmp_path / "renamed.csv")

    assert rerun(find_receipt(out), [renamed]) == Outcome((), None, True)


@pytest.mark.proof
def test_a_table_and_an_overlay_are_repeated(tmp_path: Path, mine: Path) -> None:
    """The table of a database is named as it was; a reading is found in the knowledge base."""
    import duckdb
    import polars as pl

    frame = pl.read_csv(mine, infer_schema=False)
    with duckdb.connect(str(tmp_path / "d.duckdb")) as database:
        database.register("f", frame.to_arrow())
        database.execute("CREATE TABLE years AS SELECT * FROM f")
    out = screened(load_policykb(overlays=[READING]), tmp_path, f"{tmp_path}/d.duckdb::years")

    assert rerun(find_receipt(out), [tmp_path / "d.duckdb::years"]) == Outcome((), None, True)
    assert rerun(find_receipt(out), [tmp_path / "d.duckdb"]) == Outcome((), None, True)


@pytest.mark.proof
def test_what_was_changed_is_told(shipped: Policykb, mine: Path, tmp_path: Path) -> None:
    """Input, totals, rows, options and rules, each as what it is."""
    out = screened(shipped, tmp_path, mine, everything=True, format="csv")

    def fields(root: Path | None = None) -> list[str]:
        return sorted({one.field for one in rerun(find_receipt(out), [mine], root=root).differences})

    data = mine.read_bytes()
    mine.write_bytes(data + b"\n")
    assert fields() == ["input"]
    mine.write_bytes(data)
    (part,) = (out / "decisions").iterdir()
    rows = part.read_bytes()
    part.write_bytes(rows.replace(b"not-eligible", b"undetermined", 1))
    assert fields() == ["text"]
    part.unlink()
    assert fields() == []  # The totals alone, without any rows, are compared by the checksums that they state.
    part.write_bytes(rows)
    summary = (out / SUMMARY).read_text(encoding="utf-8")
    (out / SUMMARY).write_text(summary.replace('"invalid": 0', '"invalid": 1'), encoding="utf-8")
    assert fields() == ["text"]
    for was, now in (('"all": true', '"all": false'), ('"rows=tidy"', '"rows=wide"'), ("period end", "2021-01-01")):
        assert was in summary
        (out / SUMMARY).write_text(summary.replace(was, now, 1), encoding="utf-8")
        assert fields() == ["options"]
    (out / SUMMARY).write_text(summary, encoding="utf-8")
    for name in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(ROOT / name, tmp_path / "root" / name)
    rule = tmp_path / "root/shapes/szq-2020-12/art-01.ttl"
    rule.write_text(rule.read_text(encoding="utf-8") + "# x\n", encoding="utf-8")
    assert set(fields(tmp_path / "root")) >= {"rules"}
    assert "queries" not in fields(tmp_path / "root")


@pytest.mark.proof
def test_what_lies_beside_the_rows_is_named(shipped: Policykb, mine: Path, tmp_path: Path) -> None:
    """Rows that somebody put there are no rows of this answer: files, links, pipes and folders, each by its name."""
    out = screened(shipped, tmp_path, mine)

    def said() -> list[str]:
        return [one.say("en") for one in rerun(find_receipt(out), [mine]).differences]

    assert said() == []
    shutil.copy(out / "decisions/part-00000.parquet", out / "decisions/part-00007.parquet")
    (out / "more.csv").write_text("record\n", encoding="utf-8")
    (out / "later").mkdir()
    (out / "invalid").symlink_to(tmp_path)
    os.mkfifo(out / "decisions/pipe")
    assert said() == [
        f"one too many: {name} is no file of this answer"
        for name in ("invalid", "later", "more.csv", "decisions/part-00007.parquet", "decisions/pipe")
    ]
    alone = tmp_path / "elsewhere"
    alone.mkdir()
    shutil.copy(out / SUMMARY, alone)
    (alone / "notes.txt").write_text("x", encoding="utf-8")
    assert rerun(find_receipt(alone / SUMMARY), [mine]) == Outcome(
        (), None, False
    )  # The totals alone were asked about.
    assert [one.about for one in rerun(find_receipt(alone), [mine]).differences] == ["notes.txt"]


def test_the_summary_binds_input_rows_and_totals(shipped: Policykb, mine: Path, tmp_path: Path) -> None:
    """The checksum of the input, of each file of rows, and of the totals stand in the receipt."""
    out = screened(shipped, tmp_path, mine)
    receipt = json.loads((out / SUMMARY).read_text(encoding="utf-8"))["receipt"]

    assert receipt["inputHash"] == receipt["inputs"][0]["hash"] == receipt["records"]
    assert list(receipt["files"]) == ["decisions/part-00000.parquet"]
    assert {"polars", "duckdb", "ibis-framework", "python", "policykb"} <= set(receipt["versions"])


@pytest.mark.proof
def test_what_several_documents_say_of_each_other_is_repeated(tmp_path: Path) -> None:
    """Totals of one document rest on the rules of all whose groups bind it, and are repeated beside these."""
    documents = each(load_documents(policy="qitang-2024,yunting-2024"))
    mine = tmp_path / "BusinessYear.csv"
    mine.write_text("id,period,name,trainees,trainingDays,graduatesHired,tripsAbroad\na,2024,甲,200,20,20,5\n", "utf-8")
    job = Screening(documents[0].vocabulary.record_types["BusinessYear"], tmp_path / "out")
    screen_by_each(documents, mine, job)
    alone = tmp_path / "alone"
    screen(documents[1], mine, Screening(job.kind, alone))

    for folder in (tmp_path / "out" / "qitang-2024", tmp_path / "out" / "yunting-2024", alone):
        assert rerun(find_receipt(folder), [mine]) == Outcome((), None, True), folder
    folders = tmp_path / "out" / "yunting-2024", alone
    receipts = [json.loads((one / SUMMARY).read_text("utf-8"))["receipt"] for one in folders]
    assert [one["policy"] for one in receipts] == ["qitang-2024,yunting-2024", "yunting-2024"]
    assert receipts[0]["rules"] != receipts[1]["rules"]
    summary = tmp_path / "out" / "yunting-2024" / SUMMARY
    summary.write_text(summary.read_text("utf-8").replace("document=yunting-2024", "document=szq-2020-12"), "utf-8")
    assert [one.field for one in rerun(find_receipt(summary.parent), [mine]).differences] == ["options"]
