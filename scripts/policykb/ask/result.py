"""What a query returned, whichever engine answered: rows of terms, a truth value, or triples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pyoxigraph as ox

from ..doors.outgoing import html_table
from ..errors import CallError
from ..extras import need

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

__all__ = ["Form", "Result", "Term", "term_of"]

Form: TypeAlias = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
XSD = "http://www.w3.org/2001/XMLSchema#"
_WHOLE = ("integer", "int", "long", "nonNegativeInteger", "positiveInteger")


@dataclass(frozen=True, slots=True)
class Term:
    """An RDF term in plain Python: an IRI, a literal with its datatype or language, or a blank node."""

    kind: Literal["iri", "literal", "bnode"]
    value: str
    datatype: str | None = None
    language: str | None = None

    def python(self) -> Any:
        """The value as Python has it: int, Decimal, bool or date where the datatype says so, else the string."""
        kind = (self.datatype or "").removeprefix(XSD)
        try:
            if kind in _WHOLE:
                return int(self.value)
            if kind == "decimal":
                return Decimal(self.value)
            if kind == "boolean":
                return self.value in ("true", "1")
            if kind == "date":
                return date.fromisoformat(self.value[:10])
            if kind in ("double", "float"):
                return float(self.value)
        except (ValueError, InvalidOperation):
            return self.value
        return self.value


@dataclass(frozen=True)
class Result:
    """The answer to a query.

    `rows` and `variables` belong to SELECT, `truth` to ASK, `triples` to CONSTRUCT and DESCRIBE. A row holds None
    where a variable is not bound. `prefixes` shorten IRIs for display.
    """

    form: Form
    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()
    truth: bool | None = None
    triples: tuple[ox.Triple, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def table(self) -> tuple[tuple[str, ...], tuple[tuple[Term | None, ...], ...]]:
        """Column names and rows, whatever the form: a truth value is one cell, triples are three columns."""
        if self.form == "SELECT":
            return self.variables, self.rows
        if self.form == "ASK":
            return ("answer",), ((Term("literal", "true" if self.truth else "false", f"{XSD}boolean"),),)
        names = ("subject", "predicate", "object")
        return names, tuple((term_of(t.subject), term_of(t.predicate), term_of(t.object)) for t in self.triples)

    def __len__(self) -> int:
        return len(self.table()[1])

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows as mappings from column to Python value, unbound variables left out."""
        names, rows = self.table()
        for row in rows:
            yield {name: term.python() for name, term in zip(names, row, strict=True) if term is not None}

    def short(self, iri: str) -> str:
        """An IRI with its prefix, where the prefix table has one."""
        best = max(
            ((p, s) for p, s in self.prefixes.items() if iri.startswith(s) and len(iri) > len(s)),
            key=lambda entry: len(entry[1]),
            default=None,
        )
        return iri if best is None else f"{best[0]}:{iri[len(best[1]) :]}"

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas DataFrame: IRIs as strings, decimals as Decimal, unbound as None.

        Raises:
            CallError: pandas is not installed (extra `notebook`).
        """
        need("notebook", "pandas")
        import pandas

        names, rows = self.table()
        return pandas.DataFrame(_columns(names, rows), columns=list(names))

    def to_arrow(self) -> pyarrow.Table:
        """The rows as an Arrow table; a column of mixed kinds becomes text.

        Raises:
            CallError: pyarrow is not installed (extra `notebook`).
        """
        need("notebook", "pyarrow")
        import pyarrow

        names, rows = self.table()
        return pyarrow.table({name: _array(values) for name, values in _columns(names, rows).items()})

    def to_polars(self) -> polars.DataFrame:
        """The rows as a Polars data frame; a column of mixed kinds becomes text.

        Raises:
            CallError: polars or pyarrow is not installed (extra `screen`).
        """
        need("screen", "polars", "pyarrow")
        import polars

        return polars.DataFrame(self.to_arrow())

    def _repr_html_(self) -> str:
        """The first rows as a table, for notebooks."""
        names, rows = self.table()
        return html_table(names, [[None if term is None else self.short(term.value) for term in row] for row in rows])


def term_of(term: object) -> Term | None:
    """A pyoxigraph term as a Term, None as None.

    Raises:
        CallError: it is a statement, which no table holds.
    """
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return Term("iri", term.value)
    if isinstance(term, ox.BlankNode):
        return Term("bnode", term.value)
    if isinstance(term, ox.Literal):
        return Term("literal", term.value, None if term.language else term.datatype.value, term.language)
    raise CallError("result-holds-statement", triple=str(term)[:80])


def _columns(names: Iterable[str], rows: tuple[tuple[Term | None, ...], ...]) -> dict[str, list[Any]]:
    return {
        name: [None if row[at] is None else row[at].python() for row in rows]  # type: ignore[union-attr]
        for at, name in enumerate(names)
    }


def _array(values: list[Any]) -> pyarrow.Array:
    import pyarrow

    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return pyarrow.array(values, type=pyarrow.string())
    if kinds == {Decimal} or kinds == {int, Decimal}:
        return pyarrow.array([None if v is None else Decimal(v) for v in values])
    if len(kinds) > 1:
        values = [None if value is None else str(value) for value in values]
    return pyarrow.array(values)
