"""Records as tables for the engines over columns, and the decisions of each engine in one comparable form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa

from policykb.api import Policykb
from policykb.columns.engines import Engine, PolarsEngine, SparkEngine, decide_on
from policykb.columns.outputs import tidy
from policykb.engines.columns.numbers import Number
from policykb.engines.columns.truth import certain, column, possible
from policykb.engines.outcome import Ends
from policykb.engines.shacl import ShaclEngine
from policykb.model import Record, Vocabulary

__all__ = [
    "Row",
    "arrow_table",
    "by_columns",
    "by_shapes",
    "by_sparql",
    "counted_by_columns",
    "explained_by_columns",
    "worked_out",
]

Row = tuple[str, tuple[Decimal, Decimal | None] | None, bool | None, str | None, str | None]
"""Status, amounts, whether selected, missing facts, awaited facts."""

_TYPES = {
    "boolean": pa.bool_(),
    "decimal": pa.decimal128(19, 4),
    "integer": pa.int64(),
    "string": pa.string(),
    "date": pa.date32(),
}


def arrow_table(
    records: Sequence[Record], vocabulary: Vocabulary, record_type: str, money: pa.DataType = _TYPES["decimal"]
) -> pa.Table:
    """Records of one type as columns: id, period, division, and every fact that the type can state."""
    columns: dict[str, pa.Array] = {
        "record": pa.array([r.id for r in records], pa.string()),
        "period": pa.array([r.period for r in records], pa.string()),
        "division": pa.array([r.division for r in records], pa.string()),
    }
    for name in vocabulary.record_types[record_type].facts:
        fact = vocabulary.facts[name]
        kind = pa.list_(pa.string()) if fact.is_list else {**_TYPES, "decimal": money}[fact.datatype]
        values = [r.facts.get(name) for r in records]
        columns[name] = pa.array([list(v) if isinstance(v, tuple) else v for v in values], kind)
    return pa.table(columns)


def by_columns(
    kb: Policykb,
    records: Sequence[Record],
    day: date | None = None,
    engine: Engine | None = None,
    money: pa.DataType = _TYPES["decimal"],
) -> dict[tuple[str, str], Row]:
    """Decisions over columns, by record and clause; on Polars where no other engine is given.

    `money` is the type that decimals have: with at most 18 digits they are decided as whole numbers of 64 bits.
    """
    engine = engine if engine is not None else PolarsEngine()
    found: dict[tuple[str, str], Row] = {}
    for record_type, mine in _by_type(records).items():
        arrow = arrow_table(mine, kb.vocabulary, record_type, money)
        decided = decide_on(engine, kb, record_type, _frame(engine, arrow), day)
        for row in _rows(engine.finish(tidy(decided, everything=True))):
            if row["clause"] is None:
                continue  # a group whose winner is open: see `counted_by_columns`
            amount = None if row["amount_min"] is None else (row["amount_min"], row["amount_max"])
            found[row["record"], row["clause"]] = (
                row["status"],
                amount,
                row["selected"],
                row["missing"],
                row["awaiting"],
            )
    return found


def counted_by_columns(
    kb: Policykb, records: Sequence[Record], day: date | None = None, engine: Engine | None = None
) -> dict[tuple[str, str], tuple[Decimal, Decimal | None, str]]:
    """The amounts of the rows that count towards totals, by record and by clause, or group while its winner is open."""
    engine = engine if engine is not None else PolarsEngine()
    found: dict[tuple[str, str], tuple[Decimal, Decimal | None, str]] = {}
    for record_type, mine in _by_type(records).items():
        decided = decide_on(engine, kb, record_type, _frame(engine, arrow_table(mine, kb.vocabulary, record_type)), day)
        for row in _rows(engine.finish(tidy(decided))):
            if row["counted"]:
                amount = (row["amount_min"], row["amount_max"], row["currency"])
                found[row["record"], row["clause"] or row["group"]] = amount
    return found


def _frame(engine: Engine, arrow: pa.Table) -> Any:
    if isinstance(engine, SparkEngine):
        return engine.session.createDataFrame(arrow)
    return pl.from_arrow(arrow).lazy()  # type: ignore[union-attr]


def _rows(frame: Any) -> list[dict[str, Any]]:
    if isinstance(frame, pl.LazyFrame):
        return frame.collect().rows(named=True)
    return [row.asDict() for row in frame.collect()]


def by_sparql(kb: Policykb, records: Sequence[Record], day: date | None = None) -> dict[tuple[str, str], Row]:
    """Decisions on valid records by the SPARQL queries, in the same form."""
    found: dict[tuple[str, str], Row] = {}
    for record, outcome in zip(records, kb.decider.engine.decide(records, day), strict=True):
        for clause in kb.book.by_type.get(record.type, ()):
            if not outcome.covered:
                found[record.id, clause.id] = ("not-in-force", None, None, None, None)
                continue
            status = outcome.statuses[clause.id]
            amount = outcome.amounts.get(clause.id) if status != "not-eligible" else None
            missing = outcome.missing.get(clause.id, ())
            found[record.id, clause.id] = (
                status,
                amount,
                outcome.selected.get(clause.id),
                ";".join(fact for fact, body in missing if body is None) or None,
                ";".join(fact for fact, body in missing if body is not None) or None,
            )
    return found


def by_shapes(kb: Policykb, records: Sequence[Record]) -> dict[tuple[str, str], tuple[str, Ends | None]]:
    """Status and amount by the reference, which validates shapes."""
    return {
        (record.id, clause): (status, outcome.amounts.get(clause))
        for record, outcome in zip(records, ShaclEngine(kb.book).decide(records), strict=True)
        for clause, status in outcome.statuses.items()
    }


def worked_out(cases: Mapping[str, Mapping[str, tuple[Any, str, str, str]]]) -> dict[str, tuple[str, Ends | None]]:
    """Status and amount of each record of cases by clause, written as facts, status, least and most; - is endless."""

    def ends(low: str, high: str) -> Ends | None:
        return (Decimal(low), None if high == "-" else Decimal(high)) if low else None

    return {name: (status, ends(low, high)) for each in cases.values() for name, (_, status, low, high) in each.items()}


def _by_type(records: Iterable[Record]) -> Mapping[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.type, []).append(record)
    return found


def explained_by_columns(
    kb: Policykb, records: Sequence[Record], day: date | None = None
) -> tuple[dict[tuple[str, str], Any], set[tuple[str, str]]]:
    """The options behind each amount, by record and option, as (truth, least, most); and where the fallback applies."""
    engine = PolarsEngine()
    options: dict[tuple[str, str], Any] = {}
    fallbacks: set[tuple[str, str]] = set()
    for record_type, mine in _by_type(records).items():
        arrow = arrow_table(mine, kb.vocabulary, record_type)
        decided = decide_on(engine, kb, record_type, _frame(engine, arrow), day, with_options=True)
        table = decided.table
        columns: dict[str, Any] = {"record": table.record, "covered": column(decided.covered)}
        for clause in decided.clauses:
            name = clause.clause.id
            columns[f"{name} fallback"] = column(certain(decided.fallback(clause)))
            columns[f"{name} applies"] = column(possible(clause.status))
            for number, one in enumerate(decided.options.get(name, ())):
                columns[f"{name} {number} gives"] = column(one.gives)
                columns[f"{name} {number} low"] = one.low.column()
                columns[f"{name} {number} high"] = (one.high or one.low).column()
                columns[f"{name} {number} endless"] = column(certain(one.endless))
        for row in _rows(engine.frame(table.select(**columns))):
            for clause in decided.clauses if row["covered"] else ():
                name = clause.clause.id
                if row[f"{name} fallback"]:
                    fallbacks.add((row["record"], name))
                for number, one in enumerate(decided.options.get(name, ())):
                    gives = row[f"{name} {number} gives"]
                    if gives is False or not row[f"{name} applies"]:
                        continue
                    low = _money(row[f"{name} {number} low"], one.low)
                    is_open = one.high is None or row[f"{name} {number} endless"]
                    high = None if is_open else _money(row[f"{name} {number} high"], one.high)
                    options[row["record"], one.option.iri] = (1 if gives is None else 2, low, high)
    return options, fallbacks


def _money(value: int | Decimal, number: Number) -> Decimal:
    """An amount as it stands in a column, in yuan or dollars with two digits."""
    found = Decimal(value).scaleb(-number.scale) if number.is_whole else Decimal(value)
    return found.quantize(Decimal("0.01"))
