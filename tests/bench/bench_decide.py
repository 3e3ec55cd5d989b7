"""How many enterprise-years a second does SPARQL decide, and how does that compare with the pySHACL reference?

Both decide the same records on the same clauses in the same run; the reference, being slow, a part of them.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from deciders import decider_with
from generated_records import generate
from policykb.engines.shacl import ShaclEngine
from policykb.engines.sparql import SparqlEngine
from policykb.model import Record
from policykb.records.check import check_records

COUNT, PART, SEED = 1000, 100, 20200924
AT_LEAST = 10
RATES: dict[str, float] = {}
STATUSES: dict[str, list[dict[str, str]]] = {}


@pytest.fixture(scope="module")
def enterprise_years() -> list[Record]:
    """A thousand enterprise-years of 2020, from a seed; about a third of the facts of each are missing."""
    kb = decider_with()
    made = generate(kb.book, kb.vocabulary, "EnterpriseYear", 2 * COUNT, SEED)
    records = [replace(record, period="2020") for record in made]
    found = check_records(records, kb.decider.record_rules, kb.vocabulary)
    wrong = {finding.record for finding in found if finding.severity == "error"}
    return [record for record in records if record.id not in wrong][:COUNT]


@pytest.mark.benchmark(group="decide")
def test_sparql(benchmark, enterprise_years) -> None:  # type: ignore[no-untyped-def]
    """SPARQL: statuses, amounts, groups, missing facts and remarks of every clause."""
    engine = SparqlEngine(decider_with().book)

    outcomes = benchmark.pedantic(engine.decide, args=(enterprise_years,), rounds=3, warmup_rounds=0)
    RATES["SPARQL"] = len(enterprise_years) / benchmark.stats.stats.median
    STATUSES["SPARQL"] = [dict(outcome.statuses) for outcome in outcomes]
    assert len(outcomes) == COUNT


@pytest.mark.benchmark(group="decide")
def test_pyshacl(benchmark, enterprise_years, capsys) -> None:  # type: ignore[no-untyped-def]
    """pySHACL: statuses alone, of the same clauses; SPARQL must be at least ten times as fast, and must agree."""
    engine = ShaclEngine(decider_with().book)
    part = enterprise_years[:PART]
    engine.statuses(part[:1])

    statuses = benchmark.pedantic(engine.statuses, args=(part,), rounds=3, warmup_rounds=0)
    RATES["pySHACL"] = len(part) / benchmark.stats.stats.median
    ratio = RATES["SPARQL"] / RATES["pySHACL"]
    with capsys.disabled():
        clauses = len(decider_with().book.by_type["EnterpriseYear"])
        rates = ", ".join(f"{name} {rate:.0f} records/s" for name, rate in RATES.items())
        print(f"\n{COUNT} enterprise-years, {clauses} clauses each: {rates}; ratio {ratio:.1f}")
    assert statuses == STATUSES["SPARQL"][:PART]
    assert ratio >= AT_LEAST
