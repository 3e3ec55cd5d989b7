"""Several tables and types of records screened at once come to what `apply` says of the same input."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from generated_records import generate
from policykb.api import Policykb, load_policykb
from policykb.cli import program
from policykb.columns.folder import files_of, is_of_files, passed_over
from policykb.columns.screen import Screening
from policykb.columns.together import screen_together, screen_together_by_each
from policykb.errors import InputError
from policykb.model import Record
from soaking import times

KINDS = ("EnterpriseYear", "ForeignCapitalProject", "TownAssessment")
NAMES = tuple(f"虚构{letter}（枣庄）有限公司" for letter in "甲乙丙丁戊己庚辛")
DISTRICTS = times(1)
Sums = dict[str, tuple[Decimal, Decimal, int]]


def district(kb: Policykb, seed: int, *, is_whole: bool) -> dict[str, list[Record]]:
    """Records of several types of a few subjects, whose names are spelt in two ways; `is_whole` has no id twice."""
    dice = random.Random(seed)
    found = {}
    for kind in KINDS:
        names = dice.sample(NAMES, len(NAMES))
        records = []
        for name, record in zip(names, generate(kb.book, kb.vocabulary, kind, len(names), seed), strict=True):
            shown = name if dice.random() < 0.5 else name.replace("（", "(").replace("）", ")")
            new = f"twice-{dice.randrange(8)}" if not is_whole and dice.random() < 0.2 else record.id
            records.append(replace(record, id=new, name=shown))
        found[kind] = records
    return found


def stated(record: Record) -> dict[str, Any]:
    """What a record states, as texts."""
    facts = {name: _text(value) for name, value in record.facts.items()}
    return {"id": record.id, "period": record.period, "name": record.name, "division": record.division, **facts}


def _text(value: object) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def as_csv(records: dict[str, list[Record]], folder: Path) -> list[Path]:
    """A table for each type."""
    for kind, mine in records.items():
        rows = [stated(record) for record in mine]
        names = list(dict.fromkeys(name for row in rows for name in row))
        with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(names)
            table.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return [folder]


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ";".join(value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def as_json(records: dict[str, list[Record]], folder: Path) -> list[Path]:
    """Two files, each with records of all types."""
    files = []
    for half in (0, 1):
        rows = []
        for kind, mine in records.items():
            for record in mine[half::2]:
                row = stated(record)
                subject = {name: row.pop(name) for name in ("name", "division")}
                rows.append(row | {"type": kind, "subject": subject})
        files.append(folder / f"half-{half}.json")
        files[-1].write_text(json.dumps({"records": rows}), encoding="utf-8")
    return files


def by_apply(kb: Policykb, paths: Sequence[Path]) -> tuple[Sums, dict[tuple[str, str], tuple[Any, Any]], int]:
    """The totals by currency, what each subject gets, and how many subjects there are."""
    answer = kb.apply(paths)
    sums: Sums = {}
    for one in answer.entitlements:
        low, high, endless = sums.get(one.amount.currency, (Decimal(0), Decimal(0), 0))
        most = one.amount.max
        sums[one.amount.currency] = (low + one.amount.min, high + (most or 0), endless + (most is None))
    own = {
        (_spelt(str(one.name)), currency): (amount.min, amount.max)
        for one in answer.enterprises
        for currency, amount in one.total.items()
    }
    return sums, own, len(answer.enterprises)


def _spelt(name: str) -> str:
    """A name in one of its two spellings."""
    return name.replace("(", "（").replace(")", "）")


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(DISTRICTS))
@pytest.mark.parametrize("way", ["csv", "columns", "json"])
def test_totals_are_those_of_apply(way: str, seed: int, shipped: Policykb, tmp_path: Path) -> None:
    """Of whatever is read, the totals and those of each subject are the ones of `apply`, wrong records left out."""
    (folder := tmp_path / "in").mkdir()
    records = district(shipped, seed, is_whole=way == "columns")
    inputs = (as_json if way == "json" else as_csv)(records, folder)
    job = Screening(shipped.vocabulary.record_types["EnterpriseYear"], tmp_path / "out")
    compared = 0 if way == "columns" else 1000
    paths = files_of(inputs)
    found = screen_together(shipped, paths, None, job, compared=compared)
    rows = pl.read_parquet(tmp_path / "out" / "subjects" / "*.parquet").drop_nulls("currency")
    own = {(_spelt(name), currency): (low, high) for name, _, _, currency, low, high, _ in rows.iter_rows()}
    sums = {currency: (one.min, one.max, one.endless) for currency, one in found.owed.totals.items()}

    assert (sums, own, found.owed.subjects) == by_apply(shipped, paths)


@pytest.mark.proof
def test_one_id_in_two_tables(shipped: Policykb, tmp_path: Path) -> None:
    """A record that bears the id of one in another table is not decided, nor is that one, however they are read."""
    rows = "id,period,name,producer,tradeCNY\na,2020,虚构甲有限公司,true,6000000\nb,2020,虚构乙有限公司,true,6000000\n"
    for name in ("EnterpriseYear.csv", "Exhibition.csv"):
        text = (
            rows if name.startswith("E") and "Year" in name else "id,period,name,overseas\na,2020,虚构丙有限公司,true\n"
        )
        (tmp_path / name).write_text(text, encoding="utf-8")
    for compared in (0, 1000):
        job = Screening(shipped.vocabulary.record_types["EnterpriseYear"], tmp_path / f"out-{compared}")
        found = screen_together(shipped, files_of([tmp_path]), None, job, compared=compared)

        assert {name: report.invalid for name, report in found.reports.items()} == {
            "EnterpriseYear": 1,
            "Exhibition": 1,
        }


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("other", ["TaxRefund", "HotelYear"])
@pytest.mark.proof
def test_one_id_in_a_table_that_a_document_does_not_decide(form: str, other: str, tmp_path: Path) -> None:
    """An id that stands in a table of which a document says nothing is not that of its own records alone."""
    slugs = "szq-2020-12", "qitang-2024"
    undecided = slugs[1] if other == "TaxRefund" else slugs[0]
    tables = {
        "Exhibition": pl.DataFrame({"id": ["x", "y"], "overseas": ["是", "是"], "boothFeeCNY": ["30000", "40000"]}),
        other: pl.DataFrame({"id": ["x"], "refundClass" if other == "TaxRefund" else "hotelStars": ["3"]}),
    }
    paths = []
    for kind, rows in tables.items():
        table = rows.with_columns(period=pl.lit("2024"), name=pl.lit("虚构甲有限公司"))
        paths.append(tmp_path / f"{kind}.{form}")
        (table.write_csv if form == "csv" else table.write_parquet)(paths[-1])
    documents = [load_policykb(policy=slug) for slug in slugs]
    job = Screening(documents[0].vocabulary.record_types["Exhibition"], tmp_path / "out", format="csv")
    screen_together_by_each(documents, paths, None, job)
    file = tmp_path / f"out/{undecided}/Exhibition/invalid/part-00000.csv"
    told = list(csv.DictReader(file.read_text("utf-8").splitlines()))

    assert [(one["record"], one["rule"]) for one in told] == [("x", "duplicate-id")]


def test_a_folder_of_tables_called_by_their_types(tmp_path: Path) -> None:
    """Parquet files named by record types are so many tables, though others in a folder are the parts of one."""
    held = tmp_path / "2024"
    held.mkdir()
    for kind, fact in (("Exhibition", "boothFeeCNY"), ("TaxRefund", "refundClass")):
        rows = {"id": [kind], "period": ["2024"], "name": ["虚构甲有限公司"], fact: ["1"]}
        pl.DataFrame(rows).write_parquet(held / f"{kind}.parquet")
    found = CliRunner().invoke(
        program(), ["screen", str(held), "--out", str(tmp_path / "out"), "--policy", "szq-2020-12"]
    )

    assert found.exit_code == 0
    assert sorted(one.name for one in (tmp_path / "out").iterdir() if (one / "decisions").is_dir()) == [
        "Exhibition",
        "TaxRefund",
    ]


def test_what_of_a_folder_is_not_read_is_named(tmp_path: Path) -> None:
    """Folders within it, other files and what systems put there; a table in parts is read to any depth."""
    (tmp_path / "later").mkdir()
    notes = ("notes.md", "readme.txt", "Thumbs.db", "~$Exhibition.xlsx", ".x.csv")
    for name in ("EnterpriseYear.csv", "later/Exhibition.csv", *notes):
        (tmp_path / name).write_text("id\n", encoding="utf-8")
    (tmp_path / "only" / "part" / "one").mkdir(parents=True)
    pl.DataFrame({"id": ["a"]}).write_parquet(tmp_path / "only" / "part" / "one" / "0.parquet")
    (tmp_path / "only" / "part" / "_SUCCESS").touch()
    (tmp_path / "only" / "part" / "rows.bak").touch()

    def names(*folders: str) -> list[str]:
        return [Path(one).name for one in passed_over([tmp_path / folder for folder in folders])]

    assert [one.name for one in files_of([tmp_path])] == ["EnterpriseYear.csv"]
    assert names("") == [".x.csv", "Thumbs.db", "later", "notes.md", "only", "readme.txt", "~$Exhibition.xlsx"]
    assert names("", "later", "only/part") == [
        ".x.csv",
        "Thumbs.db",
        "notes.md",
        "only",
        "rows.bak",
        "readme.txt",
        "~$Exhibition.xlsx",
    ]
    assert not is_of_files(tmp_path / "only" / "part") and is_of_files(tmp_path) and names("only/part") == ["rows.bak"]


def test_a_folder_of_folders_names_them(tmp_path: Path) -> None:
    """Nothing is read where only folders within the folder hold records, and the message says which do."""
    (tmp_path / "2020").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "2020" / "EnterpriseYear.csv").write_text("id\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        files_of([tmp_path])
    assert f"Name the folders that are meant: {tmp_path / '2020'}." in refused.value.say("en")
    with pytest.raises(InputError) as refused:
        files_of([tmp_path / "empty"])
    assert refused.value.id == "folder-without-records"
