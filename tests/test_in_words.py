"""A document that writes its numbers in words, in brackets and in proportions is verified and decided like any other.

The text of the fixture has 一百二十万元, 千分之三, 100万元（含）至500万元（不含）, 减半 and 5:3:2; every amount is
worked out by hand.
"""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from policykb.api import Policykb, load_policykb
from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.model import Place, Record
from policykb.verify import faults

ROOT = Path(__file__).parents[1]
FIXTURE = Path(__file__).parent / "fixtures" / "in-words"
SLUG = "demo-2027"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A knowledge base that holds this document alone."""
    kb = tmp_path / "kb"
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, kb / name)
    (kb / "shapes").mkdir()
    for path in (ROOT / "shapes").glob("*.ttl"):
        shutil.copy(path, kb / "shapes")
    shutil.copytree(FIXTURE, kb, dirs_exist_ok=True)
    return kb


def found(root: Path) -> list[tuple[str, str]]:
    """What the verification finds against the words: the rule, and what it is about."""
    knowledge = load(root, SLUG)
    checked = faults(knowledge, read_rules(knowledge), rules={"ledger", "numbers", "words", "tiers", "scopes"})
    return [(fault.rule, fault.what.en.partition(":")[0]) for fault in checked]


def test_it_is_verified(root: Path) -> None:
    """Every number of the text has its place, and every number of the rules its words; 5:2:3 are other payments."""
    assert found(root) == []

    path = root / "policy" / SLUG / "articles.ttl"
    text = path.read_text("utf-8")
    for old, new in (("pkb:rate 0.3 ;", "pkb:rate 0.25 ;"), ("pkb:rate 0.2 ;", "pkb:rate 0.3 ;"), ("0.25", "0.2")):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")

    assert [name for rule, name in found(root) if rule == "numbers"] == ["art-07-payment-2", "art-07-payment-3"]


CASES = {
    # 79 rooms are too few, 80 × 5,000 = 400,000, and 300 × 5,000 = 1,500,000 is capped at 1,200,000.
    "79 rooms": ({"newHotel": True, "rooms": 79}, "art-01-hotel", None),
    "80 rooms": ({"newHotel": True, "rooms": 80}, "art-01-hotel", "400000.00"),
    "300 rooms": ({"newHotel": True, "rooms": 300}, "art-01-hotel", "1200000.00"),
    # Three thousandths from 1 million on, five from 5 million on.
    "below": ({"creativeSalesCNY": Decimal("999999.99")}, "art-02-sales", None),
    "at 1 million": ({"creativeSalesCNY": Decimal("1000000")}, "art-02-sales", "3000.00"),
    "below 5": ({"creativeSalesCNY": Decimal("4999999.99")}, "art-02-sales", "15000.00"),
    "at 5 million": ({"creativeSalesCNY": Decimal("5000000")}, "art-02-sales", "25000.00"),
    "gear": ({"gearCNY": Decimal("3000000")}, "art-03-gear", None),
    "more gear": ({"gearCNY": Decimal("3000001")}, "art-03-gear", "450000.15"),
    # Four steps of ten million, of 45 million more, are 200,000.
    "growth": ({"incomeCNY": Decimal("60000000"), "priorIncomeCNY": Decimal("15000000")}, "art-04-growth", "200000.00"),
}


@pytest.mark.parametrize("engine", ["sparql", "columns"])
def test_it_is_decided(root: Path, engine: str) -> None:
    """Each record gets what a person works out from the words, by both engines."""
    kb: Policykb = load_policykb(root=root, policy=SLUG, engine=engine)
    records = [
        Record(name, "TourFirmYear", "2024", f"{name} Ltd", None, None, facts, Place("test"))
        for name, (facts, _, _) in CASES.items()
    ]
    decided = {(d.record, d.clause): d for d in kb.apply(records).decisions}

    got = {name: decided[name, clause] for name, (_, clause, _) in CASES.items()}
    given = {name: None if d.status == "not-eligible" else str(d.amount and d.amount.max) for name, d in got.items()}
    assert given == {name: amount for name, (_, _, amount) in CASES.items()}
