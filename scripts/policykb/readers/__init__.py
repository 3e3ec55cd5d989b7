"""Read records from files: workbooks, delimited text, JSON, JSON-LD, Turtle. One reader per format, one record model.

words, cells, findings → numbers, dates → values → headers → builder, reader → json_records, rdf_records; rows →
tables → csv_table, workbook → this module. contents tells what a file is; book is what workbooks of every kind are
read as: formats, styled → ooxml, xls, xlsb, ods → workbook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..doors.incoming import path_text
from ..doors.patience import patiently
from ..doors.spill import MOST_HELD
from ..errors import CallError
from ..law.fingerprint import sha256, sha256_of_file
from ..law.receipt import Input
from ..model import Finding, Record, Vocabulary
from .builder import known_types
from .json_records import json_found, parse_json, read_json
from .reader import Reader
from .sources import FORMATS, format_of
from .spilled import Records

if TYPE_CHECKING:
    from .sheet.regions import Regions

__all__ = ["FORMATS", "Reader", "Reading", "Records", "read_posted", "read_records", "stream_records"]

_TABLES = {"csv", "workbook"}
"""The formats of which files are tables."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the records in their order, and the findings that belong to no single record.

    A fault of a whole column stands in `findings` once, and again in `Record.findings` of every record that has a
    value in that column, so that none of them is decided without it.
    """

    records: Sequence[Record]
    findings: tuple[Finding, ...]
    options: tuple[str, ...] = ()
    """What the call said about how to read, such as `strict` and `type=EnterpriseYear`."""
    inputs: tuple[Input, ...] = ()
    """The files it was read from."""

    def all_findings(self) -> tuple[Finding, ...]:
        """The findings of the files and of the records, each once."""
        return tuple(dict.fromkeys((*self.findings, *(found for record in self.records for found in record.findings))))


def read_records(
    paths: Sequence[Path],
    vocabulary: Vocabulary,
    *,
    type: str | None = None,
    strict: bool = False,
    names: Sequence[str] = (),
    tick: Callable[[int], None] | None = None,
) -> Reading:
    """Read all records of some files; where they are many, they lie in a file and not in memory.

    Args:
        paths: the files; their format follows from the suffix.
        vocabulary: the facts, record types, units and messages that are known.
        type: the record type (id or label) of rows that neither say it themselves nor by their sheet's name.
        strict: make every unknown column an error.
        names: what each file is called, in messages and where its type follows from it; by default its path.
        tick: called with the number of records read so far.

    Raises:
        InputError: a file cannot be used at all.
        CallError: no files, or an unknown `type`; the records find no room on the disk.
    """
    records = Records()
    findings: list[Finding] = []
    for item in stream_records(paths, vocabulary, type=type, strict=strict, names=names):
        if isinstance(item, Record):
            records.append(item)
            if tick is not None:
                tick(len(records))
        else:
            findings.append(item)
    said = {f"type={type}": type is not None, "strict": strict}
    options = tuple(word for word, was in said.items() if was)
    inputs = tuple(Input(name, sha256_of_file(path)) for path, name in _named(paths, names))
    held = records if len(records) > MOST_HELD else tuple(records)
    return Reading(held, tuple(findings), options, inputs)


def stream_records(
    paths: Sequence[Path],
    vocabulary: Vocabulary,
    *,
    type: str | None = None,
    strict: bool = False,
    conversions: bool = True,
    names: Sequence[str] = (),
    regions: Regions | None = None,
) -> Iterator[Record | Finding]:
    """The same one by one, in the order of the files; delimited text and Excel are never held as a whole.

    Without `conversions`, what was merely converted is not reported, and large tables are read faster. `regions` are
    told what the parts of the sheets were taken for.

    Raises:
        InputError, CallError: as `read_records`, when the fault is reached.
    """
    if not paths:
        raise CallError("no-file-named")
    formats = [format_of(path) for path in paths]
    if _TABLES.isdisjoint(formats):
        reader = Reader(vocabulary, strict=strict)
    else:
        from .tables import TableReader

        reader = TableReader(vocabulary, strict=strict, conversions=conversions, regions=regions)
    kind = None
    if type is not None:
        kind = reader.names.record_type(type)
        if kind is None:
            near = reader.names.nearest_type(type)
            raise CallError(
                "unknown-record-type-near" if near else "unknown-record-type",
                type=type,
                near=near,
                known=known_types(vocabulary),
            )
    named = _named(paths, names)
    stems = Counter(Path(name).stem for _, name in named)
    for (path, name), form in zip(named, formats, strict=True):
        read = _reader(form)
        stem = Path(name).stem
        called = stem if stems[stem] == 1 else name
        yield from patiently(read(path, name, called, kind or reader.names.record_type(stem), reader), name)


def read_posted(data: bytes, reader: Reader, *, name: str) -> Reading:
    """Read records from JSON that somebody sent, as `read_records` reads it from a file.

    Args:
        data: the JSON, in UTF-8.
        reader: the names and values that are known, and whether every unknown key is an error.
        name: what it is called, in messages and in the receipt.

    Raises:
        InputError: it is no JSON, holds no list of records, or a record has no known type.
    """
    found = list(json_found(parse_json(data, name), name, Path(name).stem, None, reader))
    records = tuple(item for item in found if isinstance(item, Record))
    findings = tuple(item for item in found if isinstance(item, Finding))
    return Reading(records, findings, ("strict",) if reader.strict else (), (Input(name, sha256(data)),))


def _named(paths: Sequence[Path], names: Sequence[str]) -> list[tuple[Path, str]]:
    """Each file with what it is called."""
    return list(zip(map(Path, paths), names or map(path_text, paths), strict=True))


def _reader(name: str) -> Callable[..., Iterator[Record | Finding]]:
    """The reader of a format; what reads tables or graphs, and the library for Excel files, nothing else waits for."""
    match name:
        case "csv":
            from .csv_table import read_csv

            return read_csv
        case "workbook":
            from .workbook import read_workbook

            return read_workbook
        case "rdf":
            from .rdf_records import read_rdf

            return read_rdf
        case _:
            return read_json
