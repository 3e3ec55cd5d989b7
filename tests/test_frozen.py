"""The knowledge base that the site brings to the browser stands by itself."""

from __future__ import annotations

import importlib.util
import io
import pickle
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pyoxigraph as ox
import pytest

from documentation import ROOT
from policykb import api
from policykb.api import Policykb

frozen = pytest.importorskip("policykb.site.frozen")


@pytest.mark.proof
def test_what_is_thawed_needs_no_files(shipped: Policykb, monkeypatch: pytest.MonkeyPatch) -> None:
    """It decides as what was frozen does, and loads nothing, since there is nothing to load it from."""

    def refuse(*given: object, **named: object) -> None:
        raise AssertionError("loaded from files")

    data = frozen.freeze(shipped)
    monkeypatch.setattr(api, "load", refuse)
    monkeypatch.setattr(api, "load_policykb", refuse)
    reading = shipped.read(ROOT / "docs/examples/one-enterprise.json")
    assert frozen.thaw(data).apply(reading).decisions == shipped.apply(reading).decisions


@pytest.fixture
def in_browser(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """What stands in pyoxigraph's place on a page, without the page's engine."""
    monkeypatch.setitem(sys.modules, "oxigraph", SimpleNamespace(engine=None))
    spec = importlib.util.spec_from_file_location("in_browser", ROOT / "docs/browser/pyoxigraph.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "in_browser", module)
    spec.loader.exec_module(module)
    return module


def thawed(data: bytes, module: ModuleType) -> Any:
    """What pyoxigraph's own terms were frozen to, made by what stands in its place."""

    class Thawer(pickle.Unpickler):
        def find_class(self, name: str, one: str) -> Any:
            return getattr(module, one) if name == "pyoxigraph" else super().find_class(name, one)

    return Thawer(io.BytesIO(data)).load()


NAME, NODE = ox.NamedNode("https://example.org/区#a"), ox.BlankNode("b0")
NUMBER = ox.Literal("1.50", datatype=ox.NamedNode("http://d"))
TEXTS = (ox.Literal('5%"以上"\n\\', language="zh"), NUMBER, ox.Literal("x"))
TRIPLES = tuple(ox.Triple(NAME, NAME, one) for one in (*TEXTS, NODE))
QUADS = tuple(ox.Quad(*triple, graph) for triple in TRIPLES for graph in (ox.DefaultGraph(), NAME))
TERMS = (NAME, NODE, ox.Variable("v"), *TEXTS, *TRIPLES, *QUADS)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: type(term).__name__)
def test_every_term_is_whole_in_the_browser(term: Any, in_browser: ModuleType) -> None:
    """A term that the build froze says the same on a page, and can be looked up there."""
    found = thawed(pickle.dumps(term, protocol=5), in_browser)
    assert str(found) == str(term)
    assert {found: 1}[thawed(pickle.dumps(found, protocol=5), in_browser)] == 1
    assert type(found).__name__ == type(term).__name__


def test_a_store_in_the_browser_takes_frozen_quads(in_browser: ModuleType) -> None:
    """Quads that the build froze are held beside those that the page reads."""
    store = in_browser.Store()
    store.extend(thawed(pickle.dumps(QUADS, protocol=5), in_browser))
    assert [str(one) for one in store] == [str(one) for one in QUADS]
    assert len(list(store.quads_for_pattern(in_browser.NamedNode(NAME.value), None, None))) == len(QUADS)
