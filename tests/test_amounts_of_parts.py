"""An amount of several parts asks for what can still change it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from policykb.api import load_policykb
from policykb.model import Place, Record, Value

ROOT = Path(__file__).parents[1]
HEAD = """@base <https://w3id.org/policykb/id/{policy}/> .
@prefix ex: <https://example.org/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix pkb-operator: <https://w3id.org/policykb/scheme/operator#> .

ex:parts a pkb:Overlay ; pkb:replaces <option/{clause}> .
<option/{clause}> a pkb:Option ; pkb:expression ex:both ; pkb:words "{words}" .
"""
SETTLED = """ex:both pkb-operator:sum ( ex:settled ex:open ) .
ex:settled pkb-operator:product ( ex:steps 10000.0 ) .
ex:steps pkb-operator:steps ( ex:capped 10.0 ) .
ex:capped pkb-operator:least ( pkb:trainees 9.0 ) .
ex:open pkb-operator:product ( pkb:trainingDays 10000.0 ) .
"""
GROWTH = """ex:both pkb-operator:product ( ex:beyond 0.1 ) .
ex:beyond pkb-operator:excess ( pkb:platformFeeCNY pkb:tradeIncreaseCNY ) .
"""
CHOICE = """@base <https://w3id.org/policykb/id/szq-2020-12/> .
@prefix cpsv: <http://purl.org/vocab/cpsv#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix pkb-amount: <https://w3id.org/policykb/scheme/amount-kind#> .
@prefix pkb-combine: <https://w3id.org/policykb/scheme/combination#> .
@prefix pkb-kind: <https://w3id.org/policykb/scheme/clause-kind#> .
@prefix pkb-operator: <https://w3id.org/policykb/scheme/operator#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

ex:choice a pkb:Overlay ; pkb:replaces <clause/art-05-warehouse> .
<clause/art-05-warehouse> a pkb:Clause ; dct:identifier "art-05-warehouse" ; dct:title "海外仓补助"@zh ;
    pkb:clauseKind pkb-kind:subsidy ; cv:hasLegalResource <art-05-s1> ; pkb:recordType pkb:EnterpriseYear ;
    pkb:eligibility ex:shape ; pkb:combination pkb-combine:highest ; cpsv:produces ex:one , ex:other .
ex:shape a sh:NodeShape ; sh:property ex:trades .
ex:trades a sh:PropertyShape ; sh:path pkb:crossBorderEcommerce ; sh:minCount 1 ; sh:hasValue true ;
    dct:source <art-05-s1> .
ex:one a pkb:Option ; pkb:expression ex:atLeast .
ex:atLeast pkb-operator:greatest ( ex:share 50000.0 ) .
ex:share pkb-operator:product ( pkb:platformFeeCNY 0.1 ) .
ex:other a pkb:Option ; pkb:rate 0.5 ; pkb:base pkb:listedCostCNY ; schema:maxValue MOST .
"""
CITY = {
    "registeredInCity": True,
    "legalPerson": True,
    "dishonest": False,
    "seriousAccident": False,
    "underInvestigation": False,
    "tripsAbroad": 1,
}
WAREHOUSE = {
    "inStatistics": True,
    "crossBorderEcommerce": True,
    "overseasWarehouseArea": Decimal(500),
    "overseasWarehouseInvestmentCNY": Decimal(300000),
}


def _outcome(engine: str, overlay: Path, policy: str, clause: str, record: Record) -> tuple[str, tuple[str, ...]]:
    """The status of a clause under an overlay, and what it asks for."""
    answer = load_policykb(ROOT, policy, [overlay], engine=engine).apply([record])
    (decision,) = [one for one in answer.decisions if one.clause == clause]
    return decision.status, decision.missing


@pytest.mark.parametrize("engine", ["sparql", "columns"])
def test_a_part_that_is_settled_asks_for_nothing(engine: str, tmp_path: Path) -> None:
    """Of nine trainees at the most there is no full ten, however many they are; the days alone are asked for."""
    overlay = tmp_path / "parts.ttl"
    words = "按每个展会1万元给予补助"
    overlay.write_text(HEAD.format(policy="yunting-2024", clause="art-16-abroad", words=words) + SETTLED, "utf-8")
    record = Record("a", "BusinessYear", "2024", "甲公司", None, None, CITY, Place("test"))

    found = _outcome(engine, overlay, "yunting-2024", "art-16-abroad", record)

    assert found == ("undetermined", ("trainingDays",))


@pytest.mark.parametrize("engine", ["sparql", "columns"])
@pytest.mark.parametrize(
    ("trade", "asked"), [("0", ("platformFeeCNY",)), ("0.01", ("platformFeeCNY", "priorTradeCNY"))]
)
def test_what_cannot_have_grown_asks_for_no_year_before(
    engine: str, trade: str, asked: tuple[str, ...], tmp_path: Path
) -> None:
    """Trade of nothing has not grown, whatever it was a year ago; trade of one fen may have."""
    overlay = tmp_path / "parts.ttl"
    words = "按照年度实际投资额的10%给予补助"
    overlay.write_text(HEAD.format(policy="szq-2020-12", clause="art-05-warehouse", words=words) + GROWTH, "utf-8")
    facts: dict[str, Value] = {**WAREHOUSE, "tradeCNY": Decimal(trade)}
    record = Record("a", "EnterpriseYear", "2020", "甲公司", None, "370402", facts, Place("test"))

    found = _outcome(engine, overlay, "szq-2020-12", "art-05-warehouse", record)

    assert found == ("undetermined", asked)


@pytest.mark.proof
@pytest.mark.parametrize("engine", ["sparql", "columns"])
@pytest.mark.parametrize("kind", ["exact", "ceiling"])
@pytest.mark.parametrize(
    ("most", "asked"), [("50000.0", ("platformFeeCNY",)), ("50000.01", ("listedCostCNY", "platformFeeCNY"))]
)
def test_what_can_never_be_the_highest_is_not_asked_for(
    engine: str, kind: str, most: str, asked: tuple[str, ...], tmp_path: Path
) -> None:
    """Of one sum of at least 50,000 yuan and another one of at most as much, the second is never had."""
    overlay = tmp_path / "choice.ttl"
    turtle = CHOICE.replace("MOST", most).replace(
        "a pkb:Option ;", f"a pkb:Option ; pkb:amountKind pkb-amount:{kind} ;"
    )
    overlay.write_text(turtle, "utf-8")
    facts: dict[str, Value] = {"crossBorderEcommerce": True}
    record = Record("a", "EnterpriseYear", "2020", "甲公司", None, "370402", facts, Place("test"))

    found = _outcome(engine, overlay, "szq-2020-12", "art-05-warehouse", record)

    assert found == ("undetermined", asked)


@pytest.mark.parametrize("engine", ["sparql", "columns"])
@pytest.mark.parametrize(("least", "asked"), [("1.0", ("traditionalTrader",)), ("2.0", ())])
def test_what_leaves_it_to_the_text_all_the_same_is_not_asked_for(
    engine: str, least: str, asked: tuple[str, ...], tmp_path: Path
) -> None:
    """Two sums hold of which one is open, and a third of 2 yuan cannot be more than what the other two may be."""
    overlay = tmp_path / "choice.ttl"
    turtle = CHOICE.replace("combine:highest", "combine:unsettled").replace("50000.0", least)
    third = """ex:third a pkb:Option ; schema:value 2.0 ; pkb:condition ex:old .
ex:old a sh:NodeShape ; sh:property ex:oldTrader .
ex:oldTrader a sh:PropertyShape ; sh:path pkb:traditionalTrader ; sh:minCount 1 ; sh:hasValue true ;
    dct:source <art-05-s1> .
"""
    other = "pkb:amountKind pkb-amount:floor ; schema:minValue 1.0"
    turtle = turtle.replace("pkb:rate 0.5 ; pkb:base pkb:listedCostCNY ; schema:maxValue MOST", other)
    turtle = turtle.replace("ex:other .", "ex:other , ex:third .", 1) + third
    overlay.write_text(turtle, "utf-8")
    facts: dict[str, Value] = {"crossBorderEcommerce": True}
    record = Record("a", "EnterpriseYear", "2020", "甲公司", None, "370402", facts, Place("test"))

    found = _outcome(engine, overlay, "szq-2020-12", "art-05-warehouse", record)

    assert found == ("undetermined", ("platformFeeCNY", *asked))
