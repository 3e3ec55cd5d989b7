"""Publish the graph and its tables as files: the same input always gives the same bytes.

rdf, jsonld, tables, bundle → description → this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from ..answers.answer import Answer
from ..doors.writing import new_folder, only_as_written, write_bytes
from ..errors import CallError
from ..law.rules import RuleBook
from ..wording.texts import Wording
from .bundle import FOLDER, bundle_files
from .description import describe, read_checksums
from .jsonld import context, to_jsonld
from .rdf import canonical, to_nquads, to_rdfxml, to_turtle
from .tables import main_tables, to_csv, to_parquet

__all__ = ["FORMATS", "export_files", "may_replace", "write_files"]

FORMATS = ("ttl", "nq", "jsonld", "rdfxml", "parquet", "csv", FOLDER)
DESCRIPTION = "void.ttl"


def export_files(
    quads: Sequence[ox.Quad],
    book: RuleBook,
    wording: Wording,
    prefixes: dict[str, str],
    forms: Sequence[str],
    answer: Answer | None = None,
) -> dict[str, bytes]:
    """The files of an export by their names, the description among them.

    Args:
        quads: the named graphs.
        book: the rules they come from.
        wording: the texts that say what the columns of tables are.
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
    vocabulary = book.vocabulary
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
    if {"csv", "parquet", FOLDER} & set(forms):
        tables = main_tables(book, wording, answer)
        if "csv" in forms:
            files |= {f"tables/{name}.csv": to_csv(table) for name, table in tables.items()}
        if "parquet" in forms:
            files |= {f"tables/{name}.parquet": to_parquet(table) for name, table in tables.items()}
        if FOLDER in forms:
            files |= bundle_files(ordered, book, wording, tables["facts"], prefixes)
    files[DESCRIPTION] = describe(ordered, files, book, prefixes)
    return files


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write an export as a folder of its own, whole or not at all; an earlier export there is replaced as a whole.

    Raises:
        CallError: the folder holds something other than an earlier export, or cannot be written.
    """
    with new_folder(folder, replaces=may_replace) as new:
        for name, data in sorted(files.items()):
            write_bytes(new / name, data)


def may_replace(folder: Path) -> bool:
    """Whether nothing in a folder would be missed: it is empty, or as an earlier export left it.

    Raises:
        CallError: it is a file, or holds something else, which is named.
    """
    return only_as_written(folder, read_checksums(folder / DESCRIPTION), DESCRIPTION)
