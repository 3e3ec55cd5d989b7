"""Decide one record of a file again by SPARQL, and compare with what the column engine says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from ..answers.answer import Answer
from ..api import Policykb
from ..doors.unfinished import unfinished_folder
from ..doors.writing import temporary
from ..errors import CallError
from ..model import Place, Record, RecordType
from ..readers.builder import RecordBuilder
from ..readers.cells import Cell
from ..readers.sheet.units import Lines
from .careful import careful_records
from .engines import PolarsEngine, decide_on
from .intake import take_in
from .opening import open_records
from .outputs import tidy
from .staging import read_source
from .texts import Readers
from .words import ROW, Item

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

    engine = PolarsEngine()
    readers = Readers.of(kind, kb.vocabulary, kb.decider.record_rules, str(path))
    with unfinished_folder(temporary()) as staging:
        source = open_records(path, kind, kb.vocabulary, kb.decider.record_rules, staging)
        is_judged = source.refusals is not None
        staged, texts = (source, source.titles) if is_judged else read_source(engine, source, readers, staging / "read")
        numbered = staged.scan().with_row_index("position")
        read = numbered.filter(pl.col("record") == name).head(1).collect()
        if not len(read):
            raise CallError("unknown-record", where=str(path), record=name)
        row = source.numbered().slice(read["position"].item(), 1).collect().row(0, named=True)
    items = source.header.items
    if is_judged:
        told = careful_records(path, kind, kb.vocabulary)
        record = next(item for item in told if isinstance(item, Record) and item.id == name)
    else:
        record = _record({items[one]: row[title] for one, title in source.titles.items()}, name, readers)
    intake = take_in(engine, engine.table("raw", read.drop("position")), items, readers, texts, is_judged=is_judged)
    typed = engine.frame(intake.table.mutate(is_broken=intake.broken)).collect()
    answer = kb.apply([record], as_of=day)
    by_sparql = _by_sparql(answer)
    if typed["is_broken"].item():
        by_columns = {"": _shown("invalid-record", None)}
    else:
        facts = typed.select([column for column in typed.columns if ":" not in column and column != "is_broken"])
        decided = decide_on(engine, kb.by_version(answer)[-1][0], kind.id, facts.lazy(), day)
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


def _by_sparql(answer: Answer) -> dict[str, str]:
    """What SPARQL decided by clause; while the winner of a group is open, the group has a row of its own."""
    found = {
        d.clause or "": _shown(d.status, (d.amount.min, d.amount.max) if d.amount else None) for d in answer.decisions
    }
    return found | {
        one.source: _shown(one.status, (one.amount.min, one.amount.max))
        for one in answer.entitlements
        if one.clause is None
    }


def _record(cells: Mapping[Item, Any], name: str, readers: Readers) -> Record:
    """A row as it stands in the file, read as `apply` reads the rows of a table and the lists of JSON."""
    place = Place(readers.where)
    builder = RecordBuilder(readers.vocabulary, readers.kind, place, name)
    for item, value in cells.items():
        if value is None or item.name in (ROW, "record"):
            continue
        if item.fact is None:
            builder.take_column(readers.values, item.name, Cell(str(value)), place)
        elif not isinstance(value, list):
            builder.take(readers.values, [item.name], item.column, _cell(value), Lines(), place)
        elif None in value:
            builder.refuse("value-not-text", place, fact=item.name, value=value)
        else:
            reading = partial(readers.values.read_list, [Cell(member) for member in value], item.fact)
            builder.put(item.name, place, value, reading)
    return builder.record()


def _cell(value: object) -> Cell:
    """A value of a file as the cell of a table."""
    if isinstance(value, bool):
        return Cell("true" if value else "false", "truth")
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Cell(value.isoformat(), "date", day=value)
    return Cell(str(value), "number" if isinstance(value, int | Decimal) else "text")


def _shown(status: str, amount: tuple[Decimal, Decimal | None] | None) -> str:
    if amount is None:
        return status
    return f"{status} [{amount[0]:.2f}, {'∞' if amount[1] is None else format(amount[1], '.2f')}]"
