"""The main tables of the knowledge base, as CSV and Parquet: exact decimals, both languages, the document's order."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..answers.answer import Answer
from ..answers.plain import plain, required
from ..doors.outgoing import csv_cell
from ..engines.program import clause_criteria
from ..extras import need
from ..law.readings import Reading
from ..law.rules import RuleBook
from ..model import Option, Vocabulary
from ..wording.texts import Wording

__all__ = ["Table", "main_tables", "to_csv", "to_parquet"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: column names with their kinds (text, integer, decimal, boolean), and rows; None is an empty cell."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]


def main_tables(book: RuleBook, wording: Wording, answer: Answer | None) -> dict[str, Table]:
    """The tables by name: articles, provisions, clauses, criteria, amounts, facts, readings, decisions if any, and
    what the columns of all these hold.

    Args:
        book: the rules.
        wording: the texts that say what the columns hold.
        answer: decisions, or None.
    """
    tables = {
        "articles": _articles(book),
        "provisions": _provisions(book),
        "clauses": _clauses(book),
        "criteria": _criteria(book),
        "amounts": _amounts(book),
        "facts": _facts(book.vocabulary),
        "readings": _readings(book.readings),
    }
    if answer is not None:
        tables["decisions"] = _decisions(answer)
    tables["columns"] = _columns(tables, wording)
    return tables


def to_csv(table: Table) -> bytes:
    """A table as CSV in UTF-8 with a byte-order mark, which spreadsheets need to read Chinese."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([name for name, _ in table.columns])
    writer.writerows([[_cell(cell) for cell in row] for row in table.rows])
    return ("\ufeff" + stream.getvalue()).encode()


def _cell(cell: Any) -> str:
    """A cell in plain notation, and none that a spreadsheet would run as a formula."""
    return "" if cell is None else csv_cell(cell) if isinstance(cell, str) else plain(cell)


def to_parquet(table: Table) -> bytes:
    """A table as Parquet.

    Raises:
        CallError: pyarrow is not installed.
    """
    need("screen", "pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"text": pa.string(), "integer": pa.int64(), "decimal": pa.decimal128(38, 6), "boolean": pa.bool_()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in table.columns])
    columns = [pa.array([row[at] for row in table.rows], schema.field(at).type) for at in range(len(schema))]
    sink = io.BytesIO()
    pq.write_table(pa.table(columns, schema=schema), sink, compression="zstd")
    return sink.getvalue()


def _table(columns: str, rows: list[tuple[Any, ...]]) -> Table:
    """A table whose columns are written `name:kind`, text where no kind is named."""
    named = [(word.partition(":")[0], word.partition(":")[2] or "text") for word in columns.split()]
    return Table(tuple(named), tuple(rows))


def _columns(tables: Mapping[str, Table], wording: Wording) -> Table:
    """What each column of each table holds, this one's own included."""
    own = _table("table column kind meaning_zh meaning_en", [])
    rows = []
    for name, table in {**tables, "columns": own}.items():
        for column, kind in table.columns:
            of_table = f"table-{name}-{column}"
            meaning = wording.text(of_table if of_table in wording.texts else f"table-{column}")
            rows.append((name, column, kind, meaning.zh, meaning.en))
    return Table(own.columns, tuple(rows))


def _articles(book: RuleBook) -> Table:
    return _table(
        "number:integer chapter title_zh title_en clauses:integer",
        [(a.number, a.chapter, a.label.zh, a.label.en, len(a.clauses)) for a in book.articles],
    )


def _provisions(book: RuleBook) -> Table:
    return _table(
        "id part number:integer kind label_zh label_en quote start:integer end:integer",
        [
            (p.id, p.part, p.number, p.kind, p.label.zh, p.label.en, p.quote, p.start, p.end)
            for p in book.provisions.values()
        ],
    )


def _clauses(book: RuleBook) -> Table:
    rows = [
        (
            clause.id,
            clause.article,
            clause.kind,
            clause.title.zh,
            clause.title.en,
            clause.record_type,
            clause.beneficiary.zh if clause.beneficiary else None,
            clause.payee.zh if clause.payee else None,
            "; ".join(body.label.zh for body in clause.authority),
            "; ".join(clause.inferred),
            "; ".join(clause.provisions),
            book.group_of[clause.id].id if clause.id in book.group_of else None,
        )
        for clause in book.clauses.values()
    ]
    return _table(
        "id article:integer kind title_zh title_en record_type beneficiary payee authority inferred provisions group",
        rows,
    )


def _criteria(book: RuleBook) -> Table:
    rows = [
        (
            clause.id,
            criterion.id,
            criterion.label.zh,
            criterion.label.en,
            criterion.path,
            required(criterion),
            criterion.required,
            criterion.provision,
            criterion.words,
        )
        for clause in book.clauses.values()
        for criterion in clause_criteria(clause)
    ]
    return _table("clause id label_zh label_en fact required needed:boolean provision words", rows)


def _amounts(book: RuleBook) -> Table:
    def row(clause: str, option: Option) -> tuple[Any, ...]:
        numbers = (option.value, option.rate, option.cap, option.floor)
        name = option.iri.rsplit("/", 1)[-1]
        return (
            clause,
            name,
            option.label.zh,
            option.label.en,
            option.kind,
            *numbers,
            option.base,
            option.currency,
            option.words,
        )

    rows = [row(clause.id, option) for clause in book.clauses.values() for option in clause.options]
    return _table(
        "clause id label_zh label_en kind sum:decimal rate:decimal cap:decimal floor:decimal base currency words", rows
    )


def _facts(vocabulary: Vocabulary) -> Table:
    rows = [
        (
            fact.id,
            fact.label.zh,
            fact.label.en,
            fact.datatype,
            fact.unit,
            fact.question.zh if fact.question else None,
            fact.question.en if fact.question else None,
            fact.proof.zh if fact.proof else None,
            fact.decided_by.label.zh if fact.decided_by else None,
            "; ".join(fact.record_types),
            fact.is_derived,
        )
        for fact in vocabulary.facts.values()
    ]
    return _table(
        "id label_zh label_en datatype unit question_zh question_en proof decided_by record_types derived:boolean", rows
    )


def _readings(readings: Sequence[Reading]) -> Table:
    rows = [
        (
            reading.id,
            reading.kind,
            reading.label.zh,
            reading.label.en,
            "; ".join(reading.words),
            reading.default.zh,
            reading.default.en,
            reading.alternative.zh if reading.alternative else None,
            reading.alternative.en if reading.alternative else None,
        )
        for reading in readings
    ]
    return _table("id kind label_zh label_en words default_zh default_en alternative_zh alternative_en", rows)


def _decisions(answer: Answer) -> Table:
    records = {record.id: record for record in answer.records}
    rows: list[tuple[Any, ...]] = []
    for decision in answer.decisions:
        record, amount = records[decision.record], decision.amount
        sums: tuple[Decimal | None, Decimal | None, str | None] = (None, None, None)
        if amount is not None:
            sums = (amount.min, amount.max, amount.currency)
        about = (decision.record, record.type, record.period, record.name, record.credit_code, decision.clause)
        missing = ("; ".join(decision.missing), "; ".join(fact for fact, _ in decision.awaiting))
        rows.append(
            (*about, decision.article, decision.status, *sums, decision.selected, decision.suppressed_by, *missing)
        )
    return _table(
        "record type period name credit_code clause article:integer status min:decimal max:decimal currency "
        "selected:boolean suppressed_by missing awaiting",
        rows,
    )
