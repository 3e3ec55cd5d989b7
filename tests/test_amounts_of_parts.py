"""An amount of several parts asks for what can still change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from policykb.api import load_policykb
from policykb.model import Place, Record

ROOT = Path(__file__).parents[1]
OVERLAY = """@base <https://w3id.org/policykb/id/yunting-2024/> .
@prefix ex: <https://example.org/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix pkb-operator: <https://w3id.org/policykb/scheme/operator#> .

ex:parts a pkb:Overlay ; pkb:replaces <option/art-16-abroad> .
<option/art-16-abroad> a pkb:Option ; pkb:expression ex:both ; pkb:words "按每个展会1万元给予补助" .
ex:both pkb-operator:sum ( ex:settled ex:open ) .
ex:settled pkb-operator:product ( ex:steps 10000.0 ) .
ex:steps pkb-operator:steps ( ex:capped 10.0 ) .
ex:capped pkb-operator:least ( pkb:trainees 9.0 ) .
ex:open pkb-operator:product ( pkb:trainingDays 10000.0 ) .
"""


@pytest.mark.parametrize("engine", ["sparql", "columns"])
def test_a_part_that_is_settled_asks_for_nothing(engine: str, tmp_path: Path) -> None:
    """Of nine trainees at the most there is no full ten, however many they are; the days alone are asked for."""
    overlay = tmp_path / "parts.ttl"
    overlay.write_text(OVERLAY, "utf-8")
    kb = load_policykb(ROOT, "yunting-2024", [overlay], engine=engine)
    held = {"registeredInCity": True, "legalPerson": True, "dishonest": False, "seriousAccident": False}
    facts = {**held, "underInvestigation": False, "tripsAbroad": 1}
    answer = kb.apply([Record("a", "BusinessYear", "2024", "甲公司", None, None, facts, Place("test"))])
    (decision,) = [one for one in answer.decisions if one.clause == "art-16-abroad"]

    assert (decision.status, decision.missing) == ("undetermined", ("trainingDays",))
