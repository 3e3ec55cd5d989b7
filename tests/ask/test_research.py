"""A researcher's own questions: what the graph answers is what reading the text gives."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest
import yaml

from policykb.api import Policykb

QUESTIONS = yaml.safe_load(Path(__file__).with_name("research.yaml").read_text(encoding="utf-8"))


def written(value: object) -> str:
    """A value in one notation: 500000 and 500000.0 are the same."""
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return str(value)


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked["question"][:50])
def test_the_graph_says_what_the_text_says(asked: dict[str, Any], shipped: Policykb) -> None:
    """Each question of research.yaml gives the rows that a person found in the text, and no others."""
    _, rows = shipped.ask(asked["query"]).table()
    found = sorted([written(None if term is None else term.value) for term in row] for row in rows)

    assert found == sorted([written(value) for value in row] for row in asked["rows"])


def test_there_are_twenty() -> None:
    """Twenty questions, none asked twice."""
    assert len({asked["query"] for asked in QUESTIONS}) == len(QUESTIONS) >= 20
