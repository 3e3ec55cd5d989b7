"""Write the sample district in every format, from its one hand-written source, docs/examples/district-2020.json.

Headers, units and codes come from the vocabulary; no fact is named here. Run by `make examples`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from policykb.answers.plain import plain
from policykb.doors.writing import write_bytes
from policykb.law.load import load
from policykb.law.vocabulary import read_vocabulary
from policykb.model import Record, RecordType, Value, Vocabulary
from policykb.readers import read_records
from tools.example_workbooks import district_workbook, office_workbook

__all__ = ["FOLDER", "SOURCE", "derived", "main"]

FOLDER = Path(__file__).parents[2] / "docs" / "examples"
SOURCE = FOLDER / "district-2020.json"
DATA = "https://w3id.org/policykb/id/example/district-2020/"
NAMESPACES = (
    ("dct", "http://purl.org/dc/terms/"),
    ("pkb", "https://w3id.org/policykb/ns#"),
    ("record", f"{DATA}record/"),
    ("subject", f"{DATA}subject/"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
)


def derived(records: Sequence[Record], vocabulary: Vocabulary) -> dict[str, bytes]:
    """The derived files, by their path below docs/examples.

    Args:
        records: the records of the source, in its order.
        vocabulary: headers, units, codes.

    Raises:
        ValueError: one credit code stands for two subjects, or a number has more digits than a spreadsheet keeps.
    """
    stem = SOURCE.stem
    files = {f"{stem}.ttl": turtle(records).encode()}
    for kind in vocabulary.record_types.values():
        of_kind = [record for record in records if record.type == kind.id]
        files[f"{stem}-csv/{kind.id}.csv"] = table(of_kind, kind).encode()
    files[f"{stem}.xlsx"] = district_workbook(records, vocabulary)
    files["office-2020.xlsx"] = office_workbook(records, vocabulary)
    return files


def table(records: Sequence[Record], kind: RecordType) -> str:
    """Records of one type as comma-separated text; its headers are the names of JSON keys."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["id", "period", "name", "creditCode", "division", *kind.facts])
    for record in records:
        facts = (record.facts.get(fact) for fact in kind.facts)
        rows.writerow(
            [
                record.id,
                record.period,
                record.name or "",
                record.credit_code or "",
                record.division or "",
                *("" if value is None else plain(value) for value in facts),
            ]
        )
    return text.getvalue()


def turtle(records: Sequence[Record]) -> str:
    """Records as Turtle: the subjects first, then one node for each record."""
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in NAMESPACES]
    lines += ["", "# A synthetic district: no enterprise, body or person in it is real."]
    for node, record in _subjects(records).items():
        stated = [("pkb:name", record.name), ("pkb:creditCode", record.credit_code), ("pkb:division", record.division)]
        lines += ["", *_node(node, [(name, _literal(value)) for name, value in stated if value])]
    for record in records:
        about = [
            ("a", f"pkb:{record.type}"),
            ("dct:identifier", _literal(record.id)),
            ("pkb:period", _literal(record.period)),
            ("pkb:subject", _subject(record)),
        ]
        lines += [
            "",
            *_node(f"record:{record.id}", about + [(f"pkb:{fact}", _literal(v)) for fact, v in record.facts.items()]),
        ]
    return "\n".join(lines) + "\n"


def _subjects(records: Sequence[Record]) -> dict[str, Record]:
    """The first record of every subject, by the subject's node."""
    found: dict[str, Record] = {}
    for record in records:
        first = found.setdefault(_subject(record), record)
        stated = [(each.name, each.credit_code, each.division) for each in (first, record)]
        if stated[0] != stated[1]:
            raise ValueError(f"{record.id}: {stated[1]} is another subject than {stated[0]} of {first.id}")
    return found


def _subject(record: Record) -> str:
    return f"subject:{record.credit_code or record.name}"


def _node(name: str, statements: Sequence[tuple[str, str]]) -> list[str]:
    (first, value), *rest = statements
    lines = [f"{name} {first} {value}", *(f"    {predicate} {term}" for predicate, term in rest)]
    return [*(f"{line} ;" for line in lines[:-1]), f"{lines[-1]} ."]


def _literal(value: Value) -> str:
    if isinstance(value, tuple):
        return " , ".join(_literal(item) for item in value)
    if isinstance(value, date):
        return f'"{value.isoformat()}"^^xsd:date'
    if isinstance(value, Decimal):
        text = plain(value)
        return text if "." in text else f"{text}.0"
    return plain(value) if isinstance(value, bool | int) else json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Write the derived files."""
    vocabulary = read_vocabulary(load())
    reading = read_records([SOURCE], vocabulary)
    for name, data in derived(reading.records, vocabulary).items():
        write_bytes(FOLDER / name, data)
        print(FOLDER.name + "/" + name)


if __name__ == "__main__":
    main()
