"""Texts as people write them into tables, the files that hold them, and what each command makes of them.

A `Case` is a text in a column. `Outcome` is what was made of it, the same for every command: the value, or the ids of
the rules by which it is refused.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import ibis.expr.types as ir
import polars as pl

from policykb.api import Policykb
from policykb.columns.engines import PolarsEngine
from policykb.columns.intake import Intake, take_in
from policykb.columns.opening import open_source
from policykb.columns.plain import read_plain
from policykb.columns.sources import recognise
from policykb.columns.spark_reading import find_files, open_files, read_files
from policykb.columns.staging import read_source
from policykb.columns.texts import Got, Readers, Texts
from policykb.engines.columns.truth import column
from policykb.model import Finding
from policykb.records.check import check_records

__all__ = [
    "COLUMNS",
    "Case",
    "Outcome",
    "applied",
    "files_of",
    "from_json",
    "on_polars",
    "on_spark",
    "plain_values",
    "write_csv",
    "write_json",
    "write_parquet",
]

Outcome: TypeAlias = tuple[str, Any]
"""("value", what it states; None: nothing), or ("refused", the ids of the rules)."""

COLUMNS: Mapping[str, tuple[str, str]] = {
    "money": ("EnterpriseYear", "tradeCNY"),
    "dollars in 10,000": ("EnterpriseYear", "priorTradeUSD（万美元）"),
    "mu": ("EnterpriseYear", "overseasWarehouseArea（亩）"),
    "rate": ("EnterpriseYear", "usdCnyRate"),
    "rank": ("EnterpriseYear", "tradeRank"),
    "truth": ("EnterpriseYear", "producer"),
    "period": ("EnterpriseYear", "period"),
    "name": ("EnterpriseYear", "name"),
    "credit code": ("EnterpriseYear", "creditCode"),
    "division": ("EnterpriseYear", "division"),
    "code": ("ProjectReferral", "referrerKind"),
    "day": ("ProjectReferral", "windowStart"),
    "class": ("TaxRefund", "refundClass"),
    "list": ("TalentTeamSelection", "programmes"),
    "count": ("ZoneAssessment", "zoneCount"),
    "id": ("TradeFiling", "id"),
}
"""What is tried: the type of the record and the title of the column."""


@dataclass(frozen=True)
class Case:
    """A text in a column of `COLUMNS`."""

    kind: str
    text: str


def files_of(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """The cases by the type of their record, in their order."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(COLUMNS[case.kind][0], []).append(case)
    return found


def rows_of(cases: Sequence[Case]) -> tuple[list[str], list[dict[str, str]]]:
    """A table in which each row holds one case and is right otherwise: the titles, and the rows."""
    kind = COLUMNS[cases[0].kind][0]
    titles = ["id", "period", "name", "documentsComplete" if kind == "TradeFiling" else "creditCode"]
    titles += [title for type_, title in COLUMNS.values() if type_ == kind and title not in titles]
    rows = []
    for number, case in enumerate(cases):
        row = {title: "" for title in titles} | {"id": f"c{number}", "period": "2020", "name": f"甲{number}"}
        rows.append(row | {COLUMNS[case.kind][1]: case.text})
    return titles, rows


def write_csv(cases: Sequence[Case], folder: Path) -> Path:
    """The cases of one type as delimited text."""
    titles, rows = rows_of(cases)
    path = folder / f"{COLUMNS[cases[0].kind][0]}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(titles)
        writer.writerows([row[title] for title in titles] for row in rows)
    return path


def write_parquet(cases: Sequence[Case], folder: Path) -> Path:
    """The cases of one type as Parquet, every column of text."""
    titles, rows = rows_of(cases)
    path = folder / f"{COLUMNS[cases[0].kind][0]}.parquet"
    pl.DataFrame({title: [row[title] for row in rows] for title in titles}).write_parquet(path)
    return path


def write_json(cases: Sequence[Case], folder: Path) -> Path:
    """The cases of one type as JSON strings under the ids of facts; a unit in a title has no place there."""
    _, rows = rows_of(cases)
    path = folder / f"{COLUMNS[cases[0].kind][0]}.json"
    records = [{"type": COLUMNS[cases[0].kind][0], **{k: v for k, v in row.items() if v}} for row in rows]
    path.write_text(json.dumps({"records": records}, ensure_ascii=False), encoding="utf-8")
    return path


def _item(case: Case) -> str:
    return COLUMNS[case.kind][1].partition("（")[0]


def applied(kb: Policykb, path: Path, cases: Sequence[Case]) -> list[Outcome]:
    """What `apply` and `check` make of each case: the readers, then the data rules."""
    reading = kb.read([path])
    findings = [*reading.all_findings()]
    findings += check_records(reading.records, kb.decider.record_rules, kb.vocabulary)
    by_row: dict[int, list[Finding]] = {}
    for found in findings:
        by_row.setdefault(found.place.row or 0, []).append(found)
    records = {record.place.row: record for record in reading.records}
    first = 1 if path.suffix == ".json" else 2
    outcomes: list[Outcome] = []
    for row, case in enumerate(cases, start=first):
        rules = {found.rule for found in by_row.get(row, ()) if found.severity == "error" or row not in records}
        if rules:
            outcomes.append(("refused", rules))
            continue
        record = records[row]
        own = {"id": record.id, "period": record.period, "name": record.name}
        own |= {"creditCode": record.credit_code, "division": record.division}
        outcomes.append(("value", own[_item(case)] if _item(case) in own else record.facts.get(_item(case))))
    return outcomes


def from_json(kb: Policykb, cases: Sequence[Case], folder: Path) -> list[Outcome]:
    """What `apply` makes of the same texts as JSON strings."""
    return applied(kb, write_json(cases, folder), cases)


def on_polars(kb: Policykb, path: Path, cases: Sequence[Case], folder: Path) -> list[Outcome]:
    """What `screen` makes of each case on one machine."""
    engine, readers = PolarsEngine(), _readers(kb, path, cases)
    staging = folder / f"staging-{path.name}"
    staging.mkdir()
    source = open_source(path, readers.kind, kb.vocabulary, staging)
    staged, texts = read_source(engine, source, readers, staging / "read")
    intake = take_in(engine, engine.table("raw", staged.scan()), source.header.items, readers, texts)
    rows = engine.frame(_asked(intake)).collect().rows(named=True)
    rules = {item: {} for item in texts}
    for item, one in texts.items():
        refused = {row[f"refused:{item}"] for row in rows} - {None}
        rules[item] = {text: found.rule for text in refused if (found := one.read(text).refusal) is not None}
    return _outcomes(intake, rows, rules, cases)


def on_spark(kb: Policykb, path: Path, cases: Sequence[Case], folder: Path, engine: Any) -> list[Outcome]:
    """What `screen` makes of each case on Spark."""
    readers = _readers(kb, path, cases)
    staging = folder / f"spark-{path.name}"
    staging.mkdir()
    opened = open_files(find_files(engine.session, str(path)), readers)
    reading = read_files(engine, opened, readers, staging)
    intake = take_in(engine, reading.table, opened.header.items, readers, reading.read)
    rows = [row.asDict() for row in engine.frame(_asked(intake)).collect()]
    rules = {item: {row["text"]: row["rule"] for row in words.collect()} for item, words in reading.wordings.items()}
    by_name = {row["name"]: row for row in rows}
    named = [row["name"] for row in rows_of(cases)[1]]
    # Spark keeps no order; only rows whose name is the case itself have no other mark than their id.
    by_id = {row["record"]: row for row in rows}
    found = [
        by_id[f"c{number}"] if case.kind != "id" else by_name[name]
        for number, (case, name) in enumerate(zip(cases, named, strict=True))
    ]
    return _outcomes(intake, found, rules, cases)


def plain_values(kb: Policykb, case: Case, texts: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of those texts that are plain in the column of a case: what is read at once, and what the readers read."""
    engine, readers = PolarsEngine(), _readers(kb, Path("made up"), [case])
    header = recognise(rows_of([case])[0], readers.kind, kb.vocabulary, "made up")
    item = header.items[{"id": "record"}.get(_item(case), _item(case))]
    table = engine.table("texts", pl.DataFrame({"text": texts}).lazy())
    plain = read_plain(item, table.text, readers.words)
    rows = engine.frame(table.select(table.text, is_odd=column(plain.is_odd), value=plain.value)).collect().rows()
    one = Texts(readers, item, "text", plain.value.type())
    found = {text: value for text, is_odd, value in rows if not is_odd}
    return found, {text: _listed(one.read(text)) for text in found}


def _listed(got: Got) -> Any:
    if got.refusal is not None:
        return got.refusal.rule
    return list(got.value) if isinstance(got.value, tuple) else got.value


def _readers(kb: Policykb, path: Path, cases: Sequence[Case]) -> Readers:
    kind = kb.vocabulary.record_types[COLUMNS[cases[0].kind][0]]
    return Readers.of(kind, kb.vocabulary, kb.decider.record_rules, str(path))


def _asked(intake: Intake) -> ir.Table:
    """The values of all columns and, numbered, which rules each row breaks."""
    broken = {f"broken:{number}": check.broken.coalesce(False) for number, check in enumerate(intake.checks)}
    return intake.table.mutate(**broken) if broken else intake.table


def _outcomes(
    intake: Intake, rows: Sequence[Mapping[str, Any]], rules: Mapping[str, Mapping[str, str]], cases: Sequence[Case]
) -> list[Outcome]:
    assert len(rows) == len(cases)
    outcomes: list[Outcome] = []
    for row, case in zip(rows, cases, strict=True):
        broken = set()
        for number, check in enumerate(intake.checks):
            if row[f"broken:{number}"]:
                broken.add(check.rule.id if check.rule else rules[check.item][row[f"refused:{check.item}"]])
        value = row.get({"id": "record"}.get(_item(case), _item(case)))
        outcomes.append(
            ("refused", broken) if broken else ("value", tuple(value) if isinstance(value, list) else value)
        )
    return outcomes
