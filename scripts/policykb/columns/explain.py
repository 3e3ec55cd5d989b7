"""Decide one record of a file again by SPARQL, and compare with what the column engine says."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..answers import Answer
from ..api import Policykb
from ..errors import CallError
from ..model import Place, Record, RecordType, Value
from .engines import PolarsEngine, decide_on
from .intake import OWN, take_in
from .outputs import tidy
from .sources import open_source

__all__ = ["Difference", "Explained", "explain"]


@dataclass(frozen=True)
class Difference:
    """A clause on which the two engines differ, with what each says."""

    clause: str
    sparql: str
    columns: str


@dataclass(frozen=True)
class Explained:
    """The answer by SPARQL about one record, how many decisions were compared, and where the column engine differs."""

    answer: Answer
    compared: int
    differences: tuple[Difference, ...]


def explain(kb: Policykb, path: Path, kind: RecordType, name: str, day: date | None) -> Explained:
    """Decide one record of a file by SPARQL and over columns.

    Args:
        kb: the loaded knowledge base.
        path: the file.
        kind: the type of its records.
        name: the id of the record.
        day: the as-of day; the record's period end if None.

    Raises:
        CallError: the file has no such record.
    """
    import polars as pl

    with tempfile.TemporaryDirectory() as staging:
        source = open_source(path, kind, kb.vocabulary, Path(staging))
        raw = source.scan().filter(pl.col("record") == name).collect()
    if not len(raw):
        raise CallError("unknown-record", where=str(path), record=name)
    engine = PolarsEngine()
    intake = take_in(engine.table("raw", raw.head(1)), kind.id, kb.vocabulary, kb.decider.record_rules)
    typed = engine.frame(intake.table.mutate(is_broken=intake.broken)).collect()
    row = typed.row(0, named=True)
    answer = kb.apply([_record(row, raw.row(0, named=True), kind, kb, path)], as_of=day)
    by_sparql = {
        d.clause or "": _shown(d.status, (d.amount.min, d.amount.max) if d.amount else None) for d in answer.decisions
    }
    # While the winner of a group is open, the group has a row of its own.
    by_sparql |= {
        one.source: _shown(one.status, (one.amount.min, one.amount.max))
        for one in answer.entitlements
        if one.clause is None
    }
    if row["is_broken"]:
        by_columns = {"": _shown("invalid-record", None)}
    else:
        facts = typed.select([column for column in typed.columns if ":" not in column and column != "is_broken"])
        decided = decide_on(engine, kb, kind.id, facts.lazy(), day)
        rows = engine.finish(tidy(decided, everything=True)).collect().rows(named=True)
        by_columns = {
            r["clause"] or r["group"]: _shown(
                r["status"], None if r["amount_min"] is None else (r["amount_min"], r["amount_max"])
            )
            for r in rows
        }
    differences = tuple(
        Difference(clause, by_sparql.get(clause, "-"), by_columns.get(clause, "-"))
        for clause in {**by_sparql, **by_columns}
        if by_sparql.get(clause) != by_columns.get(clause)
    )
    return Explained(answer, len(answer.decisions), differences)


def _record(row: dict[str, Any], raw: dict[str, Any], kind: RecordType, kb: Policykb, path: Path) -> Record:
    """The row as a record; a value that cannot be read stays text, so that the data rules find it."""
    facts: dict[str, Value] = {}
    for fact in kind.facts:
        value = row.get(fact)
        if value is None and row.get(f"unreadable:{fact}"):
            value = str(raw[fact])
        if value is None:
            continue
        facts[fact] = tuple(value) if isinstance(value, list) else _exact(value, kb.vocabulary.facts[fact].datatype)
    own = {name: row.get(name) for name in OWN}
    return Record(
        own["record"] or "",
        kind.id,
        own["period"] or "",
        own["name"],
        own["creditCode"],
        own["division"],
        facts,
        Place(str(path)),
    )


def _exact(value: Any, datatype: str) -> Value:
    return Decimal(value) if datatype == "decimal" and isinstance(value, int) else value


def _shown(status: str, amount: tuple[Decimal, Decimal | None] | None) -> str:
    if amount is None:
        return status
    return f"{status} [{amount[0]:.2f}, {'∞' if amount[1] is None else format(amount[1], '.2f')}]"
