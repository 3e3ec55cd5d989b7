"""The query library: complete headers, the answers worked out by hand, the same rows on every engine."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

from cases_runner import LOADER
from policykb.api import Policykb
from policykb.ask.binding import bind
from policykb.ask.library import LibraryQuery
from policykb.ask.local import ask_store
from policykb.ask.result import Result, Term
from sparql_engines import RdflibEngine, ask_remote, rows_of

EXPECTED = yaml.load(Path(__file__).with_name("expected.yaml").read_text(encoding="utf-8"), LOADER)


def shown(term: Term | None) -> str:
    """A cell as expected.yaml writes it."""
    if term is None:
        return "-"
    if term.kind == "iri":
        return re.split(r"[#/]", term.value)[-1]
    return written(term.value)


def written(value: object) -> str:
    """A value in one notation: 5000000 and 5000000.0 are the same."""
    with contextlib.suppress(InvalidOperation):
        return f"{Decimal(str(value)).normalize():f}"
    return str(value)


def question(case: dict[str, Any], library: dict[str, LibraryQuery], kb: Policykb, table: dict[str, str]) -> str:
    """The text of a case's query, parameters bound."""
    given = case.get("with", {})
    values = {k: [str(one) for one in (v if isinstance(v, list) else [v])] for k, v in given.items()}
    return bind(library[case["query"]], values, kb.knowledge, table)


def cell(row: tuple[Term | None, ...], names: tuple[str, ...], column: str) -> str:
    """A cell of a row; of a column with a question mark, whether there is a value."""
    term = row[names.index(column.removesuffix("?"))]
    return shown(term) if not column.endswith("?") else "no" if term is None else "yes"


@pytest.mark.parametrize("case", EXPECTED, ids=[f"{n}-{case['query']}" for n, case in enumerate(EXPECTED)])
def test_answer(
    case: dict[str, Any],
    library: dict[str, LibraryQuery],
    shipped: Policykb,
    store: ox.Store,
    prefix_table: dict[str, str],
) -> None:
    """Each query gives the rows that a person worked out."""
    result = ask_store(store, question(case, library, shipped, prefix_table), {})
    names, rows = result.table()
    dropped = case.get("without", {}).items()
    rows = tuple(row for row in rows if all(cell(row, names, column) != value for column, value in dropped))
    found = sorted([cell(row, names, column) for column in case.get("columns", names)] for row in rows)

    if "rows" in case:
        assert found == sorted([written(value) for value in row] for row in case["rows"])
    for row in case.get("among", ()):
        assert [written(value) for value in row] in found
    for column, expected in case.get("tally", {}).items():
        assert Counter(cell(row, names, column) for row in rows) == expected
    assert len(found) == case.get("count", len(found))


def test_every_query_is_answered_over_the_whole_document(library: dict[str, LibraryQuery]) -> None:
    """Each query has a case, worked out by hand, that holds all its rows: nothing but what it requires is bound."""

    def is_whole(case: dict[str, Any]) -> bool:
        required = {parameter.name for parameter in library[case["query"]].parameters if parameter.required}
        return set(case.get("with", {})) <= required and ("rows" in case or "tally" in case)

    assert {case["query"] for case in EXPECTED if is_whole(case)} == set(library)


def test_a_parameter_keeps_its_own_rows_and_no_other(
    library: dict[str, LibraryQuery], shipped: Policykb, store: ox.Store, prefix_table: dict[str, str]
) -> None:
    """Where a parameter is a column, too, binding it to a value gives the rows that have the value, unchanged."""
    tried = 0
    for query in library.values():
        everything = ask_store(store, query.text, {})
        for parameter in query.parameters:
            if parameter.name not in everything.variables or not everything.rows:
                continue
            at = everything.variables.index(parameter.name)
            for value in {row[at] for row in everything.rows if row[at] is not None and row[at].value}:
                text = bind(query, {parameter.name: [value.value]}, shipped.knowledge, prefix_table)
                own = [row for row in everything.rows if row[at] == value]
                assert rows_of(ask_store(store, text, {})) == sorted(
                    rows_of(Result("SELECT", everything.variables, tuple(own)))
                ), (
                    query.name,
                    parameter.name,
                    value.value,
                )
                tried += 1
    assert tried > 50


def test_columns_are_the_documented_ones(library: dict[str, LibraryQuery], store: ox.Store) -> None:
    """The header names the columns of the answer, in their order."""
    for query in library.values():
        if query.form == "SELECT":
            assert ask_store(store, query.text, {}).variables == tuple(column.name for column in query.columns), (
                query.name
            )


def test_headers_speak_both_languages(library: dict[str, LibraryQuery]) -> None:
    """Question, parameters and columns have a Chinese and an English wording."""
    for query in library.values():
        wordings = [query.question, *(p.meaning for p in query.parameters), *(c.meaning for c in query.columns)]
        assert all(re.search("[\u4e00-\u9fff]", text.zh) and text.en != text.zh for text in wordings), query.name


def test_queries_are_plain_sparql_1_1(library: dict[str, LibraryQuery]) -> None:
    """No query uses a construct beyond SPARQL 1.1, and rdflib's parser, an independent one, reads each."""
    from rdflib.plugins.sparql import prepareQuery

    for query in library.values():
        prepareQuery(query.text)
        assert not re.search(r"<<|\bLATERAL\b|\bNOW\(|\bSERVICE\b|\bRAND\(", query.text), query.name


def bound_texts(library: dict[str, LibraryQuery], kb: Policykb, table: dict[str, str]) -> list[tuple[str, str]]:
    """Every query as it stands, and as each case binds it."""
    plain = [(query.name, query.text) for query in library.values()]
    return plain + [(case["query"], question(case, library, kb, table)) for case in EXPECTED if case.get("with")]


def assert_same(texts: list[tuple[str, str]], store: ox.Store, ask: Any) -> None:
    """One engine answers every text as the embedded store does."""
    different = {}
    for name, text in texts:
        theirs: Result = ask(text)
        if rows_of(theirs) != rows_of(ask_store(store, text, {})):
            different[name] = rows_of(theirs)[:3]
    assert different == {}


@pytest.mark.soak
def test_rdflib_gives_the_same_rows(
    library: dict[str, LibraryQuery],
    shipped: Policykb,
    quads: list[ox.Quad],
    store: ox.Store,
    prefix_table: dict[str, str],
) -> None:
    """rdflib answers every query as embedded Oxigraph does."""
    assert_same(bound_texts(library, shipped, prefix_table), store, RdflibEngine(quads).ask)


@pytest.mark.proof
def test_oxigraph_server_gives_the_same_rows(
    library: dict[str, LibraryQuery],
    shipped: Policykb,
    oxigraph_url: str,
    store: ox.Store,
    prefix_table: dict[str, str],
) -> None:
    """The Oxigraph server answers every query over HTTP as embedded Oxigraph does."""
    assert_same(bound_texts(library, shipped, prefix_table), store, lambda text: ask_remote(oxigraph_url, text))


@pytest.mark.proof
def test_virtuoso_gives_the_same_rows(
    library: dict[str, LibraryQuery],
    shipped: Policykb,
    virtuoso_url: str,
    store: ox.Store,
    prefix_table: dict[str, str],
) -> None:
    """Virtuoso 7 answers every query as embedded Oxigraph does."""
    assert_same(bound_texts(library, shipped, prefix_table), store, lambda text: ask_remote(virtuoso_url, text))
