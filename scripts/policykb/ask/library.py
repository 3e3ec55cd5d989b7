"""The library of queries: each `queries/*.rq` with the question it answers, its parameters and columns.

A file documents itself in its header; the queries of a procedure are not among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..doors.files import read_text
from ..errors import CallError, KnowledgeError
from ..model import Text
from ..patterns import regex
from ..wording.spelling import near_names
from .guard import form_of
from .result import Form

__all__ = ["GROUPS", "Column", "LibraryQuery", "Parameter", "find_query", "parse_query", "read_library"]

GROUPS = ("document", "rules", "decisions")
"""What queries are about, in the order they are listed."""

_PROCEDURES = ("complete-", "decide-", "doubt-", "joint-")
TYPES = ("iri", "string", "integer", "decimal", "boolean", "date", "language", "code")
_PARAM = regex(r"# param\s+\?(\w+)\s+(\w+)(?:\(([\w:|-]+)\))?\s+(optional|required): (.+)")
_COLUMN = regex(r"# column\s+\?(\w+)\s+(\w+)\s+(.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that narrows a query.

    `of` says what it names one of: for an IRI the class, as a prefixed name; for a code the prefix of its scheme; for
    a string the words it may be, with a bar between them.
    """

    name: str
    type: str
    required: bool
    meaning: Text
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer."""

    name: str
    type: str
    meaning: Text


@dataclass(frozen=True, slots=True)
class LibraryQuery:
    """A documented query: its name (the file's), question, group, form, parameters, columns and text."""

    name: str
    question: Text
    group: str
    form: Form
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str


def read_library(root: Path) -> tuple[LibraryQuery, ...]:
    """All library queries of a knowledge base, by group and name.

    Raises:
        KnowledgeError: a header is incomplete; the message names the line that is missing.
    """
    paths = sorted(path for path in (root / "queries").glob("*.rq") if not path.name.startswith(_PROCEDURES))
    found = [parse_query(path.stem, read_text(path), str(path)) for path in paths]
    return tuple(sorted(found, key=lambda query: (GROUPS.index(query.group), query.name)))


def find_query(library: tuple[LibraryQuery, ...], name: str) -> LibraryQuery:
    """A query by its name.

    Raises:
        CallError: there is none; the nearest names are offered.
    """
    for query in library:
        if query.name == name:
            return query
    near = near_names(name, [query.name for query in library], limit=3)
    raise CallError("unknown-query-near" if near else "unknown-query", query=name, near=near)


def parse_query(name: str, text: str, where: str) -> LibraryQuery:
    """Read the header of a query.

    Args:
        name: the name it goes by.
        text: the whole file.
        where: the file, for messages.

    Raises:
        KnowledgeError: a line of the header is missing or not understood.
    """
    header = [line for line in text.splitlines() if line.startswith("#")]
    if len(header) < 2 or not header[0][2:].strip() or not re.search(r"[\u4e00-\u9fff]", header[1]):
        raise KnowledgeError("query-question", where=where)
    group = next((line.split()[2] for line in header if re.match(r"# group\s+\S", line)), "")
    if group not in GROUPS:
        raise KnowledgeError("query-group", where=where, known=GROUPS)
    query = LibraryQuery(
        name=name,
        question=Text(header[1][2:].strip(), header[0][2:].strip()),
        group=group,
        form=form_of(text, where=where),
        parameters=tuple(_parameter(line, where) for line in header if line.startswith("# param")),
        columns=tuple(_column(line, where) for line in header if line.startswith("# column")),
        text=text,
    )
    for parameter in query.parameters:
        if not re.search(rf"^\s*(?:# )?VALUES \?{parameter.name}\b", text, re.MULTILINE):
            raise KnowledgeError("query-parameter-unbound", where=where, parameter=parameter.name)
    return query


def _parameter(line: str, where: str) -> Parameter:
    found = _PARAM.fullmatch(line.strip())
    if found is None or found[2] not in TYPES:
        raise KnowledgeError("query-parameter-line", where=where, line=line, types=TYPES)
    return Parameter(found[1], found[2], found[4] == "required", _both(found[5]), found[3])


def _column(line: str, where: str) -> Column:
    found = _COLUMN.fullmatch(line.strip())
    if found is None:
        raise KnowledgeError("query-column-line", where=where, line=line)
    return Column(found[1], found[2], _both(found[3]))


def _both(words: str) -> Text:
    en, _, zh = words.partition(" / ")
    return Text(zh.strip() or en.strip(), en.strip())
