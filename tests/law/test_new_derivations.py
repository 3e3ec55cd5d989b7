"""Facts derived in ways that no engine knows, told by Turtle alone, come out alike; every number is by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from test_decidable import CLAUSE, HEAD

from column_tables import by_columns, by_sparql
from policykb.api import Policykb, load_policykb
from policykb.engines.shacl import ShaclEngine
from policykb.model import Place, Record, Value
from policykb.reports.arithmetic import arithmetic
from policykb.reports.phrases import Phrases
from policykb.verify.prove import prove

ROOT = Path(__file__).parents[2]
NAMES = """@prefix pkb-unit: <https://w3id.org/policykb/scheme/unit#> .
@prefix o: <https://w3id.org/policykb/scheme/operator#> .
"""
# One overlay states them all, each for a clause of its own.
PLACES = (
    ("trialOfMore", "art-05-warehouse"),
    ("trialOfSum", "art-05-cross-border"),
    ("trialOfFirst", "art-05-overseas-warehouses"),
    ("trialOfLeast", "art-05-platform-fee"),
)
RULE = """
ex:root a sh:NodeShape ;
    sh:property ex:one .

ex:one a sh:PropertyShape ;
    sh:path pkb:tradeIncreaseCNY ;
    sh:minCount 1 ;
    sh:minInclusive 0.0 ;
    dct:source szq:art-05-s3 .

ex:option a pkb:Option ;
    schema:currency "CNY" ;
    pkb:rate 0.1 ;
    pkb:base pkb:tradeIncreaseCNY .

pkb:tradeIncreaseCNY a pkb:Fact , pkb:DerivedFact ;
    dct:identifier "tradeIncreaseCNY" ;
    rdfs:label "所推出的数"@zh , "the number derived"@en ;
    rdfs:range xsd:decimal ;
    pkb:unit pkb-unit:CNY ;
    pkb:expression ex:top .

"""
WAYS = {
    "above 110 % of the prior year": """
ex:top a pkb:Expression ; pkb:operator o:difference ; pkb:operand pkb:tradeCNY ; pkb:by ex:more .
ex:more a pkb:Expression ; pkb:operator o:product ; pkb:operand pkb:priorTradeCNY ; pkb:by 1.1 .
""",
    "at most 500 of the sum of two": """
ex:top a pkb:Expression ; pkb:operator o:least ; pkb:operand ex:both ; pkb:by 500.0 .
ex:both a pkb:Expression ; pkb:operator o:sum ; pkb:operand pkb:tradeCNY , pkb:priorTradeCNY .
""",
    "the fee, or else the trade, above the prior year": """
ex:top a pkb:Expression ; pkb:operator o:excess ; pkb:operand ex:one-of ; pkb:by pkb:priorTradeCNY .
ex:one-of a pkb:Expression ; pkb:operator o:first ; pkb:operand pkb:platformFeeCNY ; pkb:by pkb:tradeCNY .
""",
    "the lesser of two": """
ex:top a pkb:Expression ; pkb:operator o:least ; pkb:operand pkb:tradeCNY ; pkb:by pkb:priorTradeCNY .
""",
}
STATED: dict[str, dict[str, Value]] = {
    "both": {"tradeCNY": Decimal("1200"), "priorTradeCNY": Decimal("1000")},
    "even": {"tradeCNY": Decimal("1100"), "priorTradeCNY": Decimal("1000")},
    "less": {"tradeCNY": Decimal("1099.99"), "priorTradeCNY": Decimal("1000")},
    "no-prior": {"tradeCNY": Decimal("300")},
    "no-trade": {"priorTradeCNY": Decimal("1000")},
    "nothing": {},
    "zero": {"tradeCNY": Decimal("0")},
    "fee": {"platformFeeCNY": Decimal("2000"), "tradeCNY": Decimal("1200"), "priorTradeCNY": Decimal("1000")},
}
RECORDS = [
    Record(name, "EnterpriseYear", "2021", name, None, None, facts, Place("test")) for name, facts in STATED.items()
]
NOT, OPEN, YES = "not-eligible", "undetermined", "eligible"
ANSWERS = {
    "above 110 % of the prior year": {
        "both": (YES, "10.00", "10.00"), "even": (YES, "0.00", "0.00"), "less": (NOT,),
        "no-prior": (OPEN, "0.00", "30.00"), "no-trade": (OPEN, "0.00", None), "nothing": (OPEN, "0.00", None),
        "zero": (OPEN, "0.00", "0.00"), "fee": (YES, "10.00", "10.00"),
    },
    "at most 500 of the sum of two": {
        "both": (YES, "50.00", "50.00"), "even": (YES, "50.00", "50.00"), "less": (YES, "50.00", "50.00"),
        "no-prior": (OPEN, "0.00", "50.00"), "no-trade": (YES, "50.00", "50.00"), "nothing": (OPEN, "0.00", "50.00"),
        "zero": (OPEN, "0.00", "50.00"), "fee": (YES, "50.00", "50.00"),
    },
    "the fee, or else the trade, above the prior year": {
        "both": (YES, "20.00", "20.00"), "even": (YES, "10.00", "10.00"), "less": (YES, "10.00", "10.00"),
        "no-prior": (OPEN, "0.00", "30.00"), "no-trade": (OPEN, "0.00", None), "nothing": (OPEN, "0.00", None),
        "zero": (YES, "0.00", "0.00"), "fee": (YES, "100.00", "100.00"),
    },
    "the lesser of two": {
        "both": (YES, "100.00", "100.00"), "even": (YES, "100.00", "100.00"), "less": (YES, "100.00", "100.00"),
        "no-prior": (OPEN, "0.00", "30.00"), "no-trade": (OPEN, "0.00", "100.00"), "nothing": (OPEN, "0.00", None),
        "zero": (YES, "0.00", "0.00"), "fee": (YES, "100.00", "100.00"),
    },
}  # fmt: skip
TOLD = {
    "above 110 % of the prior year": "(1,200元 − 1,000元 × 110%) × 10% = 10元",
    "at most 500 of the sum of two": "(1,000元 + 1,200元)（最多计500元） × 10% = 50元",
}


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Policykb:
    """The knowledge base with a clause for each way."""
    _, head, clause = CLAUSE.partition("szq-clause:art-05-warehouse a")
    names = ", ".join(f"szq-clause:{name}" for _, name in PLACES)
    turtle = f"ex:overlay a pkb:Overlay ;\n    pkb:replaces {names} .\n\n"
    for number, ((fact, name), way) in enumerate(zip(PLACES, WAYS.values(), strict=True)):
        own = (head + clause + RULE + way).replace("art-05-warehouse", name).replace("tradeIncreaseCNY", fact)
        turtle += own.replace("ex:", f"ex:w{number}-")
    path = tmp_path_factory.mktemp("own") / "own.ttl"
    path.write_text(HEAD + NAMES + turtle, encoding="utf-8")
    return load_policykb(ROOT, "szq-2020-12", overlays=[path])


@pytest.fixture(scope="module")
def found(kb: Policykb) -> dict[str, dict[tuple[str, str], tuple[str, object]]]:
    """What each engine says of each record and clause."""
    outcomes = zip(RECORDS, ShaclEngine(kb.book).decide(RECORDS), strict=True)
    return {
        "queries": {key: row[:2] for key, row in by_sparql(kb, RECORDS).items()},
        "columns": {key: row[:2] for key, row in by_columns(kb, RECORDS).items()},
        "reference": {
            (record.id, clause): (status, outcome.amounts.get(clause))
            for record, outcome in outcomes
            for clause, status in outcome.statuses.items()
        },
    }


@pytest.mark.proof
@pytest.mark.parametrize("place", range(len(WAYS)), ids=list(WAYS))
def test_alike(place: int, kb: Policykb, found: dict[str, dict[tuple[str, str], tuple[str, object]]]) -> None:
    """The queries, the columns and the reference decide it, on the bound, beside it, and while facts are missing."""
    way, clause = list(WAYS)[place], PLACES[place][1]
    wanted = {
        name: (status, tuple(None if end is None else Decimal(end) for end in ends) if ends else None)
        for name, (status, *ends) in ANSWERS[way].items()
    }
    for engine, rows in found.items():
        assert {record: row for (record, name), row in rows.items() if name == clause} == wanted, engine
    alone = replace(kb.book, clauses={clause: kb.book.clauses[clause]}, groups={})
    assert {finding.kind for finding in prove(alone) if finding.fault} <= {"implied"}


def test_told(kb: Policykb) -> None:
    """How the derived fact came about is written out where the record states all of it."""
    decisions = {d.clause: d for d in kb.apply(RECORDS[:1]).decisions}
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, "zh")
    told = {
        way: arithmetic(decisions[clause].options[0], RECORDS[0], phrases)
        for way, (_, clause) in zip(WAYS, PLACES, strict=True)
        if way in TOLD
    }

    assert told == TOLD
