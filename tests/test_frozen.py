"""The knowledge base that the site brings to the browser stands by itself."""

from __future__ import annotations

import pytest

from documentation import ROOT
from policykb import api
from policykb.api import Policykb

frozen = pytest.importorskip("policykb.site.frozen")


def test_what_is_thawed_needs_no_files(shipped: Policykb, monkeypatch: pytest.MonkeyPatch) -> None:
    """It decides as what was frozen does, and loads nothing, since there is nothing to load it from."""

    def refuse(*given: object, **named: object) -> None:
        raise AssertionError("loaded from files")

    data = frozen.freeze(shipped)
    monkeypatch.setattr(api, "load", refuse)
    monkeypatch.setattr(api, "load_policykb", refuse)
    reading = shipped.read(ROOT / "docs/examples/one-enterprise.json")
    assert frozen.thaw(data).apply(reading).decisions == shipped.apply(reading).decisions
