"""Publish the graph and its tables as files: the same input always gives the same bytes.

rdf, jsonld, tables → description → this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from ..answers import Answer
from ..errors import CallError
from ..readings import read_readings
from ..rules import RuleBook
from ..vocabulary import read_vocabulary
from ..writing import write_bytes
from .description import describe
from .jsonld import context, to_jsonld
from .rdf import canonical, to_nquads, to_rdfxml, to_turtle
from .tables import main_tables, to_csv, to_parquet

__all__ = ["FORMATS", "export_files", "write_files"]

FORMATS = ("ttl", "nq", "jsonld", "rdfxml", "parquet", "csv")


def export_files(
    quads: Sequence[ox.Quad],
    book: RuleBook,
    prefixes: dict[str, str],
    forms: Sequence[str],
    answer: Answer | None = None,
) -> dict[str, bytes]:
    """The files of an export by their names, the description among them.

    Args:
        quads: the named graphs.
        book: the rules they come from.
        prefixes: the prefix table.
        forms: which formats, of `FORMATS`.
        answer: decisions that are among the quads, for their tables.

    Raises:
        CallError: there is no such format, or what writes it is not installed.
    """
    for form in forms:
        if form not in FORMATS:
            raise CallError("unknown-format", format=form, known=FORMATS)
    ordered = canonical(quads)
    vocabulary = read_vocabulary(book.knowledge)
    files: dict[str, bytes] = {}
    if "ttl" in forms:
        files |= {f"{name}.ttl": data for name, data in to_turtle(ordered, prefixes).items()}
    if "rdfxml" in forms:
        files |= {f"{name}.rdf": data for name, data in to_rdfxml(ordered, prefixes).items()}
    if "nq" in forms:
        files["policykb.nq"] = to_nquads(ordered)
    if "jsonld" in forms:
        files["context.jsonld"] = context(prefixes, vocabulary)
        files["policykb.jsonld"] = to_jsonld(ordered, prefixes, vocabulary)
    if {"csv", "parquet"} & set(forms):
        tables = main_tables(book, vocabulary, read_readings(book.knowledge), answer)
        if "csv" in forms:
            files |= {f"tables/{name}.csv": to_csv(table) for name, table in tables.items()}
        if "parquet" in forms:
            files |= {f"tables/{name}.parquet": to_parquet(table) for name, table in tables.items()}
    files["void.ttl"] = describe(ordered, files, book, prefixes)
    return files


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write an export below a folder, each file whole or not at all.

    Raises:
        CallError: the folder cannot be written to.
    """
    for name, data in sorted(files.items()):
        write_bytes(folder / name, data)
