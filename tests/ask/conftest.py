"""What the tests of questions share: the knowledge base with decisions on a few records, as quads and as a store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from policykb.api import Policykb
from policykb.ask.graphs import knowledge_quads, prefixes
from policykb.ask.library import LibraryQuery, read_library
from policykb.ask.local import store_of
from policykb.reports.as_rdf import answer_quads
from sparql_engines import oxigraph_server, virtuoso, virtuoso_installed

RECORDS = [Path(__file__).with_name(name) for name in ("records.json", "edge-records.json")]


@pytest.fixture(scope="session")
def quads(shipped: Policykb) -> list[ox.Quad]:
    """The shipped knowledge base and the decisions on records.json and edge-records.json."""
    answer = shipped.apply(shipped.read(RECORDS))
    return list(dict.fromkeys([*knowledge_quads(shipped.knowledge, shipped.book), *answer_quads(answer, shipped.book)]))


@pytest.fixture(scope="session")
def store(quads: list[ox.Quad]) -> ox.Store:
    """The quads in an embedded store."""
    return store_of(quads)


@pytest.fixture(scope="session")
def library(shipped: Policykb) -> dict[str, LibraryQuery]:
    """The query library by name."""
    return {query.name: query for query in read_library(shipped.knowledge.root)}


@pytest.fixture(scope="session")
def prefix_table(shipped: Policykb) -> dict[str, str]:
    """The prefix table."""
    return prefixes(shipped.knowledge)


@pytest.fixture(scope="session")
def oxigraph_url(quads: list[ox.Quad], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query address of an Oxigraph server with the quads."""
    with oxigraph_server(quads, tmp_path_factory.mktemp("oxigraph")) as url:
        yield url


@pytest.fixture(scope="session")
def virtuoso_url(quads: list[ox.Quad], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query address of a Virtuoso server with the quads."""
    if not virtuoso_installed():
        pytest.skip("Virtuoso 7 is not installed (Debian package virtuoso-opensource-7)")
    with virtuoso(quads, tmp_path_factory.mktemp("virtuoso")) as url:
        yield url
