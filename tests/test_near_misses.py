"""Near misses: whoever would have a clause if one number were another, no more and no less."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from generated_records import generate
from near_by_trial import within_reach
from policykb.api import Policykb, load_policykb
from policykb.engines.near import near_misses
from policykb.model import Place, Record, Value
from soaking import times
from test_agreement import NESTED

COUNT = 30 * times(1)


def assert_all_and_only(kb: Policykb, records: list[Record]) -> tuple[int, int]:
    """Every near miss, its number alone changed, is eligible; none is left out. Gives how many decisions and misses."""
    # Every other record has whatever it says yes or no to, so that numbers are what stands in the way.
    records = [_agreeing(record) if number % 2 else record for number, record in enumerate(records)]
    answer = kb.apply(records)
    invalid = {d.record for d in answer.decisions if d.status == "invalid-record"}
    valid = [record for record in records if record.id not in invalid]
    by_id = {record.id: record for record in valid}
    found = {(near.record, near.clause): near for near in near_misses(kb.book, valid, answer.decisions, None)}
    tried = within_reach(kb, valid)
    left_out = {key: facts for key, facts in tried.items() if key not in found}

    assert all(near.needed != near.actual for near in found.values())
    wanted = [(by_id[near.record], near.fact, near.needed, near.clause) for near in found.values()]
    assert [
        near for near, status in zip(found.values(), statuses(kb, wanted), strict=True) if status != "eligible"
    ] == []
    # Another value may be no valid one beside the rest of the record.
    others = [
        (by_id[r], fact, v, clause) for (r, clause), facts in left_out.items() for fact in facts for v in facts[fact]
    ]
    assert not {"eligible"} & set(statuses(kb, others)), left_out
    for near in found.values():
        values = tried.get((near.record, near.clause), {}).get(near.fact, ())
        assert near.distance <= min((replace(near, needed=v).distance for v in values), default=near.distance), near
    return len(answer.decisions), len(found)


def statuses(kb: Policykb, changes: list[tuple[Record, str, Decimal, str]]) -> list[str]:
    """How a clause turns out for each record with another number, all data rules observed."""
    variants = []
    for number, (one, fact, value, _) in enumerate(changes):
        typed: Value = int(value) if kb.vocabulary.facts[fact].datatype == "integer" else value
        variants.append(replace(one, id=f"{number}", name=f"{number}", facts={**one.facts, fact: typed}))
    decided = {(d.record, d.clause): str(d.status) for d in kb.apply(variants).decisions}
    return [decided.get((f"{n}", clause), "invalid-record") for n, (*_, clause) in enumerate(changes)]


def _agreeing(record: Record) -> Record:
    return replace(record, division=None, facts={n: True if v is False else v for n, v in record.facts.items()})


@pytest.mark.proof
def test_generated_records(shipped: Policykb) -> None:
    """On at least 2,000 decisions about generated records, near misses are those that trying every number finds."""
    decisions = near = 0
    for name in shipped.vocabulary.record_types:
        count = COUNT * (3 if name in ("ZoneAssessment", "ProjectReferral") else 1)
        some = assert_all_and_only(shipped, generate(shipped.book, shipped.vocabulary, name, count, 7))
        decisions, near = decisions + some[0], near + some[1]

    assert decisions >= 2000
    assert near >= 25


@pytest.mark.proof
def test_nested_conditions(tmp_path: Path) -> None:
    """Through OR, AND and NOT in one another, several bounds on one number, presumptions and facts compared."""
    overlay = tmp_path / "nested.ttl"
    overlay.write_text(NESTED, encoding="utf-8")
    kb = load_policykb(overlays=[overlay])

    assert assert_all_and_only(kb, generate(kb.book, kb.vocabulary, "EnterpriseYear", 30, 3))[1] >= 10


@pytest.mark.proof
@pytest.mark.parametrize(
    ("readings", "name"),
    [
        (("R1a-measure:alt", "R5a-both:alt"), "EnterpriseYear"),
        (("R1a-threshold:alt",), "EnterpriseYear"),
        (("R10a-measures:alt",), "ForeignCapitalProject"),
    ],
)
def test_under_readings(readings: tuple[str, ...], name: str) -> None:
    """Readings that add alternatives, other measures and other facts change what is near, too."""
    kb = load_policykb(overlays=readings)

    assert assert_all_and_only(kb, generate(kb.book, kb.vocabulary, name, 12, 11))[0] >= 40


def record(type: str, **facts: Value) -> Record:
    """A record of the year 2020."""
    return Record("r", type, "2020", "示例", None, None, facts, Place("test"))


@pytest.mark.parametrize(
    ("given", "clause", "found"),
    [
        (
            record("ZoneAssessment", zaozhuangZone=True, cityRank=3, zoneCount=6),
            "art-18-award",
            ("cityRank", 3, 2, 2, "art-18-award-2-rank"),
        ),
        (
            record("EnterpriseYear", tradeCNY=Decimal(49000000), priorTradeCNY=Decimal(49500000)),
            "art-01-volume",
            ("tradeCNY", 49000000, 50000000, 50000000, "art-01-volume-4-low"),
        ),
        (
            record("EnterpriseYear", tradeCNY=Decimal(60000000), priorTradeCNY=Decimal(61000000)),
            "art-01-volume",
            ("tradeCNY", 60000000, 61000000, Decimal("61000000.01"), "art-01-volume-growth"),
        ),
        (
            record(
                "EnterpriseYear",
                producer=True,
                tradeCNY=Decimal(5000000),
                tradeUSD=Decimal(700000),
                priorTradeUSD=Decimal(700000),
            ),
            "art-01-growth",
            ("tradeUSD", 700000, 700000, Decimal("700000.01"), "art-01-growth-increase"),
        ),
        (
            record("ForeignCapitalProject", policyConforming=True, approvedByCommittee=True, approvedByGovernment=True,
                   fdiReceivedUSD=Decimal(4800000)),
            "art-10-land",
            ("fdiReceivedUSD", 4800000, 5000000, 5000000, "art-10-land-used"),
        ),
    ],
    ids=["rank", "volume", "growth", "increase", "stand-in"],
)  # fmt: skip
def test_by_hand(shipped: Policykb, given: Record, clause: str, found: tuple[object, ...]) -> None:
    """The number, what it is, where the line is, what would do, and at which criterion."""
    near = near_misses(shipped.book, [given], shipped.apply([given]).decisions, None)

    assert [
        (n.fact, n.actual, n.bound, n.needed, n.criterion.rsplit("/", 1)[-1]) for n in near if n.clause == clause
    ] == [found]


def test_two_hindrances_are_no_near_miss(shipped: Policykb) -> None:
    """One square metre short, and a yuan short as well: no single number would do."""
    facts = {"inStatistics": True, "crossBorderEcommerce": True}
    near = record(
        "EnterpriseYear", **facts, overseasWarehouseArea=Decimal(499), overseasWarehouseInvestmentCNY=Decimal(299999)
    )

    assert not [
        n for n in near_misses(shipped.book, [near], shipped.apply([near]).decisions, None) if "warehouse" in n.clause
    ]
