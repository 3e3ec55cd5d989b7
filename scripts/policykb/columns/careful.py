"""Take in a file through the readers, record by record, as `apply` reads it: whatever is not surely plain.

What the readers and the data rules find wrong stands beside the records, so that nothing is read, or judged, twice.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError
from ..law.data_rules import RecordRules
from ..model import Fact, Finding, Place, Record, RecordType, Value, Vocabulary
from ..readers import stream_records
from ..readers.column import Column
from ..readers.findings import make_finding
from ..readers.reader import NOT_READ
from ..records.check import Checker
from .intake import OWN, repeated_id
from .plain import MONEY
from .sources import Header, Refusals, Source
from .texts import REFUSED, number_in, wordings_of
from .words import ROW, Item

__all__ = ["careful_records", "read_carefully", "sorted_by_type"]

_BATCH = 20_000
_KEY = REFUSED + ROW


def careful_records(path: Path, kind: RecordType, vocabulary: Vocabulary) -> Iterator[Record | Finding]:
    """What the readers make of a file, as `apply` has it.

    Raises:
        InputError: the file cannot be used, or holds records of other types.
    """
    for item in stream_records([path], vocabulary, type=kind.id, conversions=False):
        if isinstance(item, Record) and item.type != kind.id:
            raise InputError("rows-of-other-types", where=str(path), types=[item.type], type=kind.id)
        yield item


def read_carefully(path: Path, kind: RecordType, vocabulary: Vocabulary, rules: RecordRules, staging: Path) -> Source:
    """The records of a file as columns, with what the readers and the data rules refuse.

    Args:
        path: the file.
        kind: the type of its records.
        vocabulary: names the columns.
        rules: the data rules.
        staging: a folder for the columns.

    Raises:
        InputError: as `careful_records`.
    """
    found, loose = sorted_by_type(careful_records(path, kind, vocabulary), vocabulary, rules, staging)
    ignored = dict.fromkeys(one.place.column for one in loose if one.rule in NOT_READ and one.place.column)
    held = found.get(kind.id) or _Columns(kind, vocabulary, rules, staging).source(path.stem)
    return replace(held, stem=path.stem, header=replace(held.header, ignored=tuple(ignored)))


def sorted_by_type(
    items: Iterable[Record | Finding],
    vocabulary: Vocabulary,
    rules: RecordRules,
    staging: Path,
    *,
    is_complete: bool = False,
) -> tuple[dict[str, Source], list[Finding]]:
    """Records as columns, those of each type apart, and held against the data rules together.

    Args:
        items: what the readers yield.
        vocabulary: names the columns.
        rules: the data rules.
        staging: a folder for the columns.
        is_complete: whether the records are all there are.

    Returns:
        The columns by record type, and what was found that concerns no record.
    """
    checker = Checker(rules, vocabulary, is_complete=is_complete)
    columns: dict[str, _Columns] = {}
    loose: list[Finding] = []
    for item in items:
        if isinstance(item, Finding):
            loose.append(item)
            continue
        held = columns.get(item.type)
        if held is None:
            held = columns[item.type] = _Columns(vocabulary.record_types[item.type], vocabulary, rules, staging)
        held.add(item, [*item.findings, *checker.check(item)])
    for _, finding in checker.finish():
        if finding.severity == "error":
            for held in columns.values():
                held.find_late(finding)
    return {name: held.source(name) for name, held in columns.items()}, loose


class _Columns:
    """Writes records as columns, and the errors of those that are wrong."""

    def __init__(self, kind: RecordType, vocabulary: Vocabulary, rules: RecordRules, staging: Path) -> None:
        self.vocabulary, self.rules = vocabulary, rules
        self.facts = [vocabulary.facts[name] for name in kind.facts]
        self.records_at = staging / f"{kind.id}-records.parquet"
        self.errors_at = self.records_at.with_stem(f"{kind.id}-errors")
        own = {name: pa.string() for name in (*OWN, _KEY)}
        self.schema = pa.schema({**own, **{fact.id: _type(fact) for fact in self.facts}})
        self.count, self.seen = 0, {"record", "period"}
        self._late: dict[str, dict[int | None, list[Finding]]] = {}
        self._places = array("q")
        self._twice: set[str] = set()
        self._rows: list[dict[str, Any]] = []
        self._errors: list[tuple[str, str, Finding]] = []
        self._writers = [pq.ParquetWriter(self.records_at, self.schema)]
        self._writers.append(pq.ParquetWriter(self.errors_at, wordings_of([]).schema))

    def find_late(self, finding: Finding, *, everywhere: bool = False) -> None:
        """Keep an error that shows only at the end: of the record at its place, or of all that bear its id.

        Many rows may bear one id, each with an error of its own.
        """
        at = None if everywhere or finding.place.row is None else _spot(finding.place)
        self._late.setdefault(finding.record or "", {}).setdefault(at, []).append(finding)

    def add(self, record: Record, found: Sequence[Finding]) -> None:
        """Keep a record."""
        self._places.append(_spot(record.place))
        errors = [finding for finding in found if finding.severity == "error"]
        twice = self.rules.computed["duplicate-id"].id
        if any(finding.rule == twice for finding in errors):  # the other row is wrong as well
            rule = repeated_id(self.rules)
            told = Finding(rule.id, "error", rule.message, rule.mend, record.place, record.id, "id", record.id)
            if record.id not in self._twice:
                self._twice.add(record.id)
                self.find_late(told, everywhere=True)
            errors = [finding for finding in errors if finding.rule != twice]
        own = (record.id, record.period or None, record.name, record.credit_code, record.division)
        row: dict[str, Any] = dict(zip(OWN, own, strict=True))
        for fact in self.facts:
            value = record.facts.get(fact.id)
            if value is not None:
                row[fact.id] = _held(value, self.schema.field(fact.id).type)
                if row[fact.id] is None and not errors:
                    place = record.places.get(fact.id, record.place)
                    words = {"record": record.id, "fact": fact.id, "value": str(value)}
                    errors.append(make_finding(self.vocabulary, "number-too-long", "error", place, **words))
        key = str(self.count)
        row[_KEY] = key if errors else None
        self._errors += [(key, _item(finding, record), finding) for finding in errors]
        self.seen |= {name for name, value in row.items() if value is not None}
        self._rows.append(row)
        self.count += 1
        if len(self._rows) == _BATCH:
            self._flush()

    def _flush(self) -> None:
        records, errors = self._writers
        records.write_table(pa.Table.from_pylist(self._rows, self.schema))
        errors.write_table(wordings_of(self._errors))
        self._rows, self._errors = [], []

    def source(self, stem: str) -> Source:
        """What was kept, with the errors that showed only at the end."""
        import polars as pl

        self._flush()
        self._writers[0].close()
        path = self.records_at
        if self._late:
            frame = pl.scan_parquet(path, glob=False).with_row_index("at")
            is_late = pl.col("record").is_in(list(self._late))
            rows = frame.filter(is_late).select("at", "record").collect().rows()
            known = {(name, self._places[at]) for at, name in rows}
            for name, by_place in self._late.items():
                # What stands at the place of no record is of all that bear the id.
                loose = [spot for spot in by_place if spot is not None and (name, spot) not in known]
                if loose:
                    by_place.setdefault(None, []).append(by_place[loose[0]][0])
            for at, name in rows:
                own = self._late[name]
                found = [*own.get(None, ()), *own.get(self._places[at], ())]
                self._errors += [(str(at), finding.fact or "", finding) for finding in found]
            self._writers[1].write_table(wordings_of(self._errors))
            path = path.with_stem(f"{path.stem}-late")
            key = pl.when(is_late).then(pl.col("at").cast(pl.String)).otherwise(pl.col(_KEY))
            frame.with_columns(key.alias(_KEY)).drop("at").sink_parquet(path)
        self._writers[1].close()
        facts = {fact.id: fact for fact in self.facts}
        names = [name for name in self.schema.names if name in self.seen]
        items = {name: Item(name, Column(-1, name), facts.get(name)) for name in names if name != _KEY}
        columns = {name: name for name in (*items, _KEY)}
        return Source((path,), self.count, Header(items, None, ()), columns, stem, refusals=Refusals(self.errors_at))


def _spot(place: Place) -> int:
    """A row of a file, in 64 bits."""
    return hash((place.file, place.sheet, place.row))


def _type(fact: Fact) -> pa.DataType:
    if fact.is_list:
        return pa.list_(pa.string())
    kinds = {"boolean": pa.bool_(), "integer": pa.int64(), "date": pa.date32()}
    return kinds.get(fact.datatype, MONEY.to_pyarrow() if fact.datatype == "decimal" else pa.string())


def _held(value: Value, kind: pa.DataType) -> Any:
    """A value as its column holds it; None where it does not."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return list(value) if isinstance(value, tuple) else value
    return number_in(Decimal(value), MONEY if pa.types.is_decimal(kind) else None)


def _item(finding: Finding, record: Record) -> str:
    """What a finding is about: a fact, or a column that is none."""
    if finding.fact is not None:
        return finding.fact
    return next((name for name, place in record.places.items() if place == finding.place), "")
