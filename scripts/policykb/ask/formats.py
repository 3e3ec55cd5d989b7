"""Write a result: table, CSV, TSV, JSON, Markdown, Turtle.

Standards: SPARQL 1.1 Query Results CSV and TSV Formats; SPARQL 1.1 Query Results JSON Format; Turtle.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pyoxigraph as ox

from ..doors.outgoing import NUMBER, csv_cell, json_text, markdown, turtle_text, visible
from ..errors import CallError
from .result import Result, Term

__all__ = ["FORMATS", "write_result"]

_STRING = "http://www.w3.org/2001/XMLSchema#string"


def write_result(result: Result, form: str, width: int | None = None) -> str:
    """A result in one of the formats.

    Args:
        result: what a query returned.
        form: one of `FORMATS`.
        width: columns of the terminal, for tables.

    Raises:
        CallError: there is no such format, or it does not fit the result.
    """
    if form == "table":
        return _table(result, width)
    if form not in FORMATS:
        raise CallError("unknown-format", format=form, known=FORMATS)
    return _WRITERS[form](result)


def _csv(result: Result) -> str:
    names, rows = result.table()
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(map(csv_cell, names))
    writer.writerows([["" if term is None else _bare(term) for term in row] for row in rows])
    return stream.getvalue()


def _bare(term: Term) -> str:
    """A term without its kind; a text that a spreadsheet would run is made harmless, a number is none."""
    if _number(term):
        return term.value
    return csv_cell(f"_:{term.value}" if term.kind == "bnode" else term.value)


def _tsv(result: Result) -> str:
    names, rows = result.table()
    lines = ["\t".join(f"?{name}" for name in names)]
    lines += ["\t".join("" if term is None else _turtle(term) for term in row) for row in rows]
    return turtle_text("\n".join(lines) + "\n")


def _turtle(term: Term) -> str:
    if term.kind == "iri":
        return f"<{term.value}>"
    if term.kind == "bnode":
        return f"_:{term.value}"
    escaped = json.dumps(term.value, ensure_ascii=False)
    if term.language:
        return f"{escaped}@{term.language}"
    return escaped if term.datatype in (None, _STRING) else f"{escaped}^^<{term.datatype}>"


def _json(result: Result) -> str:
    names, rows = result.table()
    if result.form == "ASK":
        answer: dict[str, Any] = {"head": {}, "boolean": result.truth}
    else:
        bindings = [
            {name: _cell(term) for name, term in zip(names, row, strict=True) if term is not None} for row in rows
        ]
        answer = {"head": {"vars": list(names)}, "results": {"bindings": bindings}}
    return json_text(json.dumps(answer, ensure_ascii=False, indent=1)) + "\n"


def _cell(term: Term) -> dict[str, str]:
    cell = {"type": "uri" if term.kind == "iri" else term.kind, "value": term.value}
    if term.language:
        cell["xml:lang"] = term.language
    elif term.kind == "literal" and term.datatype not in (None, _STRING):
        cell["datatype"] = term.datatype or ""
    return cell


def _markdown(result: Result) -> str:
    names, rows = result.table()
    lines = ["| " + " | ".join(map(markdown, names)) + " |", "|" + "---|" * len(names)]
    for row in rows:
        cells = (markdown(_shown(result, term)) for term in row)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _shown(result: Result, term: Term | None) -> str:
    """A cell for people: IRIs shortened, line breaks of the source's pages as spaces."""
    if term is None:
        return ""
    if term.kind == "iri":
        return visible(result.short(term.value))
    return visible(" ".join(term.value.split()) if "\n" in term.value else term.value)


def _graph(result: Result) -> str:
    if result.form not in ("CONSTRUCT", "DESCRIBE"):
        raise CallError("no-graph", form=result.form)
    used = {
        prefix: space
        for prefix, space in result.prefixes.items()
        if any(space in str(triple) for triple in result.triples)
    }
    return turtle_text((ox.serialize(result.triples, format=ox.RdfFormat.TURTLE, prefixes=used) or b"").decode())


_NARROWEST = 13
"""Characters below which a column of a table can no longer be read."""


def _table(result: Result, width: int | None) -> str:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    names, rows = result.table()
    if len(names) * _NARROWEST > (width or 120):
        return _blocks(result)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for at, name in enumerate(names):
        numeric = all(_number(row[at]) for row in rows) and bool(rows)
        table.add_column(_escape(visible(name)), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_escape(_shown(result, term)) for term in row))
    console = Console(file=io.StringIO(), width=width or 120, highlight=False, no_color=True)
    console.print(table)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"  # type: ignore[attr-defined]


def _blocks(result: Result) -> str:
    """A block of `name: value` lines per row, for results with more columns than a terminal can hold side by side."""
    from rich.cells import cell_len

    names, rows = result.table()
    names = tuple(map(visible, names))
    longest = max(map(cell_len, names))
    blocks = []
    for row in rows:
        shown = ((name, _shown(result, term)) for name, term in zip(names, row, strict=True))
        blocks.append("\n".join(f"{' ' * (longest - cell_len(name))}{name}  {text}" for name, text in shown if text))
    return "\n\n".join(blocks) + "\n"


def _number(term: Term | None) -> bool:
    """Whether a term is a number by its type and by its text, which need not agree."""
    return term is None or (
        (term.datatype or "").endswith(("decimal", "integer")) and re.fullmatch(NUMBER, term.value) is not None
    )


def _escape(text: str) -> str:
    from rich.markup import escape

    return escape(text)


_WRITERS: dict[str, Callable[[Result], str]] = {
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "md": _markdown,
    "ttl": _graph,
}
FORMATS = ("table", *_WRITERS)
"""The formats a result can be written in."""
