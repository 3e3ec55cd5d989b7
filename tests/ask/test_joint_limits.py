"""Ceilings on several awards together are limits of the text as well, and the most of each award that they bind."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from made import beside_the_shipped
from policykb.api import Policykb, load_policykb
from policykb.shelf import load_documents

FIXTURE = Path(__file__).parents[1] / "fixtures" / "scopes"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Policykb:
    """The made-up district: every limit that it sets is on several awards together."""
    root = beside_the_shipped(tmp_path_factory.mktemp("scopes"), FIXTURE)
    return load_policykb(root, policy="demo-2023")


def last(iri: object) -> str:
    """The name at the end of an IRI."""
    return str(iri).rpartition("/")[2]


def test_ceilings_on_several_awards_are_listed(district: Policykb) -> None:
    """100,000 a year for exhibitions, 200,000 a year in all, and a fifth of an item for two aids, with their words."""
    rows = [(row["article"], last(row["clause"]), row["limit"], row.get("value")) for row in district.ask("limits")]

    assert rows == [
        ("1", "art-01-year", "ceiling", Decimal(100000)),
        ("3", "art-03-share", "ceiling", None),
        ("4", "art-04-year", "ceiling", Decimal(200000)),
    ]
    assert {row["currency"] for row in district.ask("limits")} == {"CNY"}


def test_what_has_a_ceiling_with_others_has_a_most(district: Policykb) -> None:
    """Half of any booth fee is no more than 100,000 a year; an award of 120,000 keeps its own most."""
    found = {last(row["clause"]): (row.get("most"), row["why"]) for row in district.ask("most-possible")}

    assert found["art-01-booth"] == (Decimal(100000), "joint")
    assert found["art-02-volume"] == (Decimal(120000), "fixed")
    assert found["art-06-foreign"] == (Decimal(300000), "fixed")


def test_the_least_ceiling_counts() -> None:
    """City aid for exhibitions is in two groups of 250,000; what the city gives for research is bound by 3 million."""
    both = load_documents(policy="yunting-2024,qitang-2024")
    found = {last(row["clause"]): (row.get("most"), row["why"]) for row in both.ask("most-possible")}

    assert found["art-16-abroad"] == (Decimal(250000), "joint")
    assert found["art-06-research"] == (Decimal(3000000), "joint")
    assert found["art-05-size"] == (Decimal(1000000), "capped")
    assert found["art-12-rent"] == (None, "uncapped")
