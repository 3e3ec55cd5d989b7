"""The library knows no document by name: it answers about another one as well."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from policykb.answers.scenarios import scenario
from policykb.api import load_policykb
from policykb.ask.graphs import graph
from policykb.ask.library import read_library
from policykb.law.overlays import Scenario
from policykb.model import Amount
from policykb.shelf import load_documents

TESTS = Path(__file__).parents[1]


@pytest.mark.proof
def test_every_query_runs_on_another_document(tmp_path: Path) -> None:
    """A made-up document of one article: all queries run, and what it holds is found; a what-if works as well."""
    for folder in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(TESTS.parent / folder, tmp_path / folder)
    shutil.copytree(TESTS / "fixtures" / "second-document", tmp_path, dirs_exist_ok=True)
    kb = load_policykb(tmp_path, "demo-2021")
    facts = {"tradeCNY": Decimal(12000000), "priorTradeCNY": Decimal(11000000)}
    record = kb.record("EnterpriseYear", "2021", name="示例", **facts)
    answer = kb.apply([record])
    found = {
        query.name: len(kb.ask(query.name, answer=answer))
        for query in read_library(tmp_path)
        if not any(parameter.required for parameter in query.parameters)
    }
    supposed: Scenario = scenario(kb.knowledge, [f"{_first_rate(kb)}.rate=0.04"])
    change = kb.compare([record], load_policykb(tmp_path, "demo-2021", [supposed]))

    assert found["articles"] == 1
    assert found["rates"] == 1
    assert found["totals-by-clause"] == 1
    assert [entry.after for entry in change.subjects] == [Amount(Decimal("40000.00"), Decimal("40000.00"), "CNY")]
    assert {quad.graph_name for quad in kb.quads} <= {
        graph(n) for n in ("policy", "vocabulary", "shapes", "links", "readings")
    }


def _first_rate(kb) -> str:  # type: ignore[no-untyped-def]
    """The id of the one option with a rate."""
    return next(option.iri.rsplit("/", 1)[-1] for clause in kb.book.clauses.values() for option in clause.options)


def test_ends_of_what_is_worked_out() -> None:
    """A ceiling that an expression states is a ceiling like any other; where it states none, that is told."""
    kb = load_documents(policy="yunting-2024,qitang-2024")

    def told(query: str, *columns: str) -> set[tuple[Any, ...]]:
        rows = [{**row, "clause": str(row["clause"]).rpartition("/")[2]} for row in kb.ask(query)]
        return {tuple(row.get(column) for column in ("clause", *columns)) for row in rows}

    assert told("limits", "limit", "value") == {
        ("art-03-match", "ceiling", Decimal(500000)), ("art-05-buy", "ceiling", Decimal(300000)),
        ("art-05-rent", "ceiling", Decimal(150000)), ("art-05-size", "ceiling", Decimal(1000000)),
        ("art-10-training", "ceiling", Decimal(200000)), ("art-11-booth", "ceiling", Decimal(20000)),
        ("art-13-platform", "ceiling", Decimal(500000)), ("art-13-platform", "floor", Decimal(200000)),
        ("art-14-nights", "ceiling", Decimal(100000)), ("art-10-joint", "ceiling", None),
        ("art-11-year", "ceiling", Decimal(60000)), ("art-16-year", "ceiling", Decimal(250000)),
        ("art-17-growth-year", "ceiling", Decimal(3000000)), ("art-17-staff-year", "ceiling", Decimal(250000)),
    }  # fmt: skip
    awards = told("cash-awards", "cap", "floor")
    assert ("art-13-platform", Decimal(500000), Decimal(200000)) in awards
    assert ("art-11-graduates", None, None) in awards
    assert told("most-possible", "group", "most", "why") >= {
        ("art-05-size", None, Decimal(1000000), "capped"),
        ("art-05-buy", "art-05-choice", Decimal(300000), "capped"),
        ("art-11-graduates", None, Decimal(250000), "joint"),
        ("art-07-equipment", None, Decimal(3000000), "joint"),
        ("art-15-plants", None, None, "expression"),
        ("art-12-rent", None, None, "uncapped"),
    }
    beside = {(str(row["part"]).rpartition("/")[2], row.get("cap")) for row in kb.ask("side-by-side")}
    assert {("art-05-size", Decimal(1000000)), ("art-05-rent", Decimal(150000)), ("art-11-graduates", None)} <= beside


def test_rates_of_bands_and_of_what_a_body_chooses(tmp_path: Path) -> None:
    """Each band of marginal bands has its rate, and a share that a body chooses has two ends; none is left out."""
    for folder in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(TESTS.parent / folder, tmp_path / folder)
    shutil.copytree(TESTS / "fixtures" / "structures", tmp_path, dirs_exist_ok=True)
    found = set()
    for policy in ("yunting-2024", "demo-2025"):
        kb = load_policykb(tmp_path, policy)
        for row in kb.ask("rates"):
            found.add((str(row["clause"]).rpartition("/")[2], row["rate"], row["words"]))

    assert found >= {
        ("art-07-equipment", Decimal("0.04"), "500万元以下的部分按4%"),
        ("art-07-equipment", Decimal("0.06"), "超过500万元的部分按6%"),
        ("art-06-research", Decimal("0.05"), "部分的5%"),
        ("art-04-research", Decimal("0.05"), "研发投入的5%—20%"),
        ("art-04-research", Decimal("0.2"), "研发投入的5%—20%"),
    }
