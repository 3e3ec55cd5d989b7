"""SPARQL and pySHACL, which share nothing but the condition trees, come to the same statuses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cases_runner import every_case, to_record
from deciders import decider_with
from generated_records import generate
from policykb.api import Policykb, load_policykb
from policykb.engines.outcome import Outcome
from policykb.engines.shacl import ShaclEngine
from policykb.law.load import find_root, standing
from policykb.model import Place, Record
from soaking import share

CASES = list(every_case())
READINGS = sorted({(case.policy, *case.overlays) for case in CASES})
STANDING = standing(find_root())
EXAMPLES = sorted(Path(__file__).parents[1].glob("docs/examples/*.json"))

HEAD = """
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix szq: <https://w3id.org/policykb/id/szq-2020-12/> .
@prefix szq-shape: <https://w3id.org/policykb/id/szq-2020-12/shape/> .
@prefix t: <https://example.org/test/> .

t:overlay a pkb:Overlay ; pkb:replaces szq-shape:art-01-nurture .
"""

# Every kind of nesting and bound at once, two bounds on one criterion, and a negation above what can be missing.
NESTED = f"""{HEAD}szq-shape:art-01-nurture a sh:NodeShape ;
    sh:not t:outside , t:twice ;
    sh:or ( t:producer t:both t:grown ) .
t:outside a sh:NodeShape ; sh:property t:rank , t:platform .
t:twice a sh:NodeShape ; sh:not t:inner .
t:inner a sh:NodeShape ; sh:or ( t:fee t:compared ) .
t:both a sh:NodeShape ; sh:and ( t:span t:listed ) .
t:producer sh:path pkb:producer ; sh:minCount 1 ; sh:hasValue true ; dct:source szq:art-01-s1 .
t:platform sh:path pkb:recognisedPlatform ; sh:minCount 1 ; sh:in ( true ) ; dct:source szq:art-01-s1 .
t:rank sh:path pkb:tradeRank ; sh:minCount 1 ; sh:minExclusive 1 ; sh:maxExclusive 8 ; dct:source szq:art-01-s1 .
t:fee sh:path pkb:platformFeeCNY ; sh:minCount 1 ; sh:maxInclusive 2.0 ; dct:source szq:art-01-s1 .
t:compared sh:path pkb:priorTradeUSD ; sh:minCount 1 ; sh:lessThanOrEquals pkb:tradeUSD ; sh:minInclusive 2.0 ;
    dct:source szq:art-01-s1 .
t:span sh:path pkb:tradeCNY ; sh:maxInclusive 100000000.0 ; sh:minExclusive 2.0 ;
    pkb:presumption "推定"@zh , "presumed"@en ; dct:source szq:art-01-s1 .
t:listed sh:path pkb:traditionalTrader ; sh:in ( true ) ;
    pkb:presumption "推定"@zh , "presumed"@en ; dct:source szq:art-01-s1 .
t:grown sh:path pkb:tradeIncreaseUSD ; sh:minCount 1 ; sh:maxInclusive 7.0 ; dct:source szq:art-01-s1 .
"""


def _marks(policy: str) -> list[pytest.MarkDecorator]:
    """The documents that are examples are for the longer proofs."""
    return [] if policy in STANDING else [pytest.mark.proof]


def differences(
    kb: Policykb, records: Sequence[Record], day: date | None, clauses: Sequence[str] | None = None
) -> tuple[list[tuple[str, ...]], int]:
    """(record, clause, SPARQL, pySHACL) wherever the two differ, and the number of decisions compared."""
    answer = kb.apply(records, as_of=day)
    invalid = {d.record for d in answer.decisions if d.status == "invalid-record"}
    valid = [record for record in records if record.id not in invalid]
    reference = ShaclEngine(kb.book, clauses).statuses(valid, day)
    expected = {
        (r.id, clause): status for r, found in zip(valid, reference, strict=True) for clause, status in found.items()
    }
    decided = {(d.record, str(d.clause)): str(d.status) for d in answer.decisions if d.record not in invalid}
    if clauses is not None:
        decided = {key: status for key, status in decided.items() if key[1] in clauses}
    both = sorted(expected.keys() | decided.keys())
    wrong = [
        (*key, decided.get(key, ""), expected.get(key, "")) for key in both if decided.get(key) != expected.get(key)
    ]
    return wrong, len(both)


@pytest.mark.proof
@pytest.mark.parametrize(
    "named", [pytest.param(one, marks=_marks(one[0]), id="+".join(one)) for one in share(READINGS, 4)]
)
def test_scenarios(named: tuple[str, ...]) -> None:
    """On every scenario, every clause has the same status from both engines, under each reading.

    The reference is asked about the text as first issued: records that an amendment is in force for it does not decide.
    """
    policy, *overlays = named
    kb = decider_with(*overlays, policy=policy)
    numbers = [n for n, case in enumerate(CASES) if (case.policy, *case.overlays) == named]
    for day in {CASES[n].as_of for n in numbers}:
        records = [to_record(CASES[n], n, kb.vocabulary) for n in numbers if CASES[n].as_of == day]
        records = [record for record in records if kb.book_of(record, day) is kb.book]
        # Of the documents that are examples every third with every change.
        records = list(share(records, 1 if policy in STANDING else 3))

        wrong, _ = differences(kb, records, day)
        assert wrong == []


@pytest.mark.proof
def test_generated(shipped: Policykb) -> None:
    """On records that crowd around the bounds with facts missing, both engines agree clause by clause."""
    records = [
        r for name in shipped.vocabulary.record_types for r in generate(shipped.book, shipped.vocabulary, name, 20, 1)
    ]

    wrong, compared = differences(shipped, records, None)
    assert wrong == []
    assert compared > 250


@pytest.mark.proof
def test_nesting(tmp_path: Path) -> None:
    """Negation swaps the twins, several bounds are several comparisons, and presumptions count in both."""
    overlay = tmp_path / "nested.ttl"
    overlay.write_text(NESTED, encoding="utf-8")
    kb = load_policykb(overlays=[overlay])
    records = generate(kb.book, kb.vocabulary, "EnterpriseYear", 150, 2)

    wrong, _ = differences(kb, records, None, ["art-01-nurture"])
    statuses = {d.status for d in kb.apply(records).decisions if d.clause == "art-01-nurture"}
    assert wrong == []
    assert {"eligible", "not-eligible", "undetermined"} <= statuses


def whole(outcome: Outcome) -> tuple[Any, ...]:
    """What both engines say of a record, in one form: amounts, groups, selection, fallback, options, what counts."""
    return (
        outcome.covered,
        dict(outcome.statuses),
        {name: ends for name, ends in outcome.amounts.items() if outcome.statuses[name] != "not-eligible"},
        dict(outcome.groups),
        dict(outcome.selected),
        dict(outcome.suppressed_by),
        dict(outcome.fallbacks),
        {name: {(w.option, w.truth, w.ends) for w in found} for name, found in outcome.worked.items()},
        set(outcome.counted),
    )


NUMBERS = f"""{HEAD}szq-shape:art-01-nurture a sh:NodeShape ; sh:property t:one , t:some , t:place .
t:one sh:path pkb:platformFeeCNY ; sh:minCount 1 ; sh:hasValue 1.5 ; dct:source szq:art-01-s1 .
t:some sh:path pkb:tradeCNY ; sh:minCount 1 ; sh:in ( 2.50 600.0 ) ; dct:source szq:art-01-s1 .
t:place sh:path pkb:tradeRank ; sh:in ( 3 8 ) ;
    pkb:presumption "推定"@zh , "presumed"@en ; dct:source szq:art-01-s1 .
"""


def test_numbers_are_compared_by_their_values(tmp_path: Path) -> None:
    """1.50 is 1.5, and 600 is 600.0, in every engine and for the validators of others; 1.51 is not."""
    overlay = tmp_path / "numbers.ttl"
    overlay.write_text(NUMBERS, encoding="utf-8")
    kb = load_policykb(overlays=[overlay])
    stated = {
        "as written": ("1.5", "2.50", 3),
        "with noughts": ("1.50", "2.5", 8),
        "without": ("1.500", "600", 3),
        "no place": ("1.50", "600.00", None),
        "another fee": ("1.51", "600", 3),
        "another trade": ("1.50", "600.01", 3),
        "another place": ("1.50", "600", 4),
    }
    records = [
        Record(name, "EnterpriseYear", "2020", name, None, None, facts, Place("test"))
        for name, (fee, trade, rank) in stated.items()
        for facts in [
            {"platformFeeCNY": Decimal(fee), "tradeCNY": Decimal(trade)} | ({"tradeRank": rank} if rank else {})
        ]
    ]

    wrong, _ = differences(kb, records, None, ["art-01-nurture"])
    met = {d.record: d.status for d in kb.apply(records).decisions if d.clause == "art-01-nurture"}
    assert wrong == []
    assert [name for name, status in met.items() if status == "not-eligible"] == [
        "another fee",
        "another trade",
        "another place",
    ]


@pytest.mark.proof
def test_whole_outcomes(shipped: Policykb) -> None:
    """Amounts, groups, selection, where the earlier policy steps in, the options and what counts: all the same."""
    records = [
        r for name in shipped.vocabulary.record_types for r in generate(shipped.book, shipped.vocabulary, name, 8, 3)
    ]
    records += [
        to_record(case, n, shipped.vocabulary)
        for n, case in enumerate(CASES)
        if case.policy == shipped.knowledge.policy and not case.overlays and n % 8 == 0
    ]
    answer = shipped.apply(records)
    invalid = {d.record for d in answer.decisions if d.status == "invalid-record"}
    valid = [record for record in records if record.id not in invalid]
    ours, theirs = shipped.decider.engine.decide(valid), ShaclEngine(shipped.book).decide(valid)

    for record, one, other in zip(valid, ours, theirs, strict=True):
        assert (record.id, whole(one)) == (record.id, whole(other))
    assert len(valid) > 100


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples(path: Path, shipped: Policykb) -> None:
    """On the sample data both engines agree clause by clause."""
    reading = shipped.read([path])

    wrong, compared = differences(shipped, reading.records, None)
    assert wrong == []
    assert compared > 0
