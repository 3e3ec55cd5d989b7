"""How many rows of a table does `check` take a second, beside pySHACL on the same rows, and in how much memory?

Both apply the same data rules. pySHACL gets them in two ways: those of SHACL Core alone, and all of them, with the
SPARQL-based components. It starts from a graph in memory, while `check` starts from the CSV file.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox
import pytest
import rdflib
from pyshacl import validate

from deciders import decider_with
from policykb.check import run_check
from policykb.engines.program import value_term
from policykb.law.relations import PARAMETERS, CheckCharacter
from policykb.model import Record
from policykb.names import DCT, PKB, RDF, SH
from policykb.readers import stream_records

T = TypeVar("T")
ROWS, PART, FEW, SEED = 100_000, 200, 2, 20200924
AT_LEAST = 30
MOST_MB = 400  # for 100,000 rows, the program itself included
COLUMNS = (
    "id", "name", "creditCode", "period", "producer", "recognisedPlatform", "tradeCNY", "priorTradeCNY", "tradeUSD",
    "priorTradeUSD", "tradeRank", "overseasWarehouseArea", "overseasWarehouseInvestmentCNY", "inDevelopmentZone",
)  # fmt: skip
RATES: dict[str, float] = {}
"""Rows a second of processor time, which other work on the machine changes least."""


def timed(name: str, rows: int, call: Callable[..., T], *args: object, **options: object) -> T:
    """Run a call and keep its rate; the better one of several runs."""
    start = time.process_time()
    result = call(*args, **options)
    RATES[name] = max(RATES.get(name, 0), rows / (time.process_time() - start))
    return result


def code(number: int) -> str:
    """A made-up credit code with both check characters right, by the tables of the data rules."""
    rules = {rule.id: rule.relation for rule in decider_with().decider.record_rules.subject}
    text = f"91370402MA{number:06d}"
    for name in ("credit-code-organisation", "credit-code-check"):
        relation = rules[name]
        assert isinstance(relation, CheckCharacter)
        part = text[relation.start : relation.start + len(relation.tables)]
        total = sum(table[character] for table, character in zip(relation.tables, part, strict=True))
        text += relation.symbols[-total % len(relation.symbols)]
    return text


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred thousand sound enterprise-years as CSV."""
    path = tmp_path_factory.mktemp("check") / "EnterpriseYear.csv"
    dice = random.Random(SEED)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        # The places are those of the trade, so that none contradicts it.
        trade = sorted((dice.randint(100_000, 100_000_000) for _ in range(ROWS)), reverse=True)
        for number, dollars in enumerate(trade):
            prior = int(dollars * dice.uniform(0.5, 2))
            cells = (
                f"r{number}", f"示例企业{number}有限公司", code(number), "2020", dice.choice("是否"), dice.choice("是否"),  # noqa: E501
                f"{dollars * Decimal('6.9'):.2f}", f"{prior * Decimal('6.9'):.2f}", dollars, prior, number + 1,
                dice.randint(0, 9000), f"{dice.uniform(0, 9e6):.2f}", dice.choice(("是", "否", "")),
            )  # fmt: skip
            file.write(",".join(map(str, cells)) + "\n")
    return path


def graph(table: Path, count: int) -> rdflib.Graph:
    """The first records of the table as RDF."""
    triples = []
    for record in stream_records([table], decider_with().vocabulary):
        if not isinstance(record, Record) or len(triples) > 100 * count:
            continue
        node, subject = ox.NamedNode(f"urn:r:{record.id}"), ox.NamedNode(f"urn:s:{record.id}")
        triples += [
            ox.Triple(node, RDF.type, PKB[record.type]),
            ox.Triple(node, DCT.identifier, ox.Literal(record.id)),
            ox.Triple(node, PKB.period, ox.Literal(record.period)),
            ox.Triple(node, PKB.subject, subject),
            ox.Triple(subject, PKB.name, ox.Literal(record.name or "")),
            ox.Triple(subject, PKB.creditCode, ox.Literal(record.credit_code or "")),
            *(ox.Triple(node, PKB[fact], value_term(value)) for fact, value in record.facts.items()),
        ]
        count -= 1
        if not count:
            break
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=data, format="nt")


def shapes(*, core: bool) -> rdflib.Graph:
    """The data rules for pySHACL, with or without those that need SPARQL."""
    folder = decider_with().knowledge.root / "shapes"
    found = rdflib.Graph().parse(folder / "records.ttl")
    if not core:
        return found.parse(folder / "components.ttl")
    parameters = {rdflib.URIRef(name.value) for name in PARAMETERS}
    for shape in {subject for subject, predicate in found.subject_predicates() if predicate in parameters}:
        found.remove((None, rdflib.URIRef(SH.property.value), shape))
        found.remove((shape, None, None))
    return found


@pytest.mark.benchmark(group="check")
def test_check(benchmark, table: Path) -> None:  # type: ignore[no-untyped-def]
    """Rows of CSV a second, from the file to the report."""
    call = ("check", ROWS, run_check, decider_with(), [table])
    report = benchmark.pedantic(timed, args=call, rounds=2, warmup_rounds=0)

    assert sum(report.records.values()) == ROWS
    assert report.findings == ()


@pytest.mark.benchmark(group="check")
@pytest.mark.parametrize(("name", "core", "count"), [("pySHACL, Core", True, PART), ("pySHACL, all", False, FEW)])
def test_pyshacl(benchmark, table: Path, name: str, core: bool, count: int, capsys) -> None:  # type: ignore[no-untyped-def]
    """pySHACL on the first of the same rows: `check` is at least fifty times as fast."""
    data, rules = graph(table, count), shapes(core=core)

    call = (name, count, validate, data)
    options = {"shacl_graph": rules, "inplace": True}
    conforms, _, _ = benchmark.pedantic(timed, args=call, kwargs=options, rounds=1 if count == FEW else 2)
    ratio = RATES["check"] / RATES[name]
    with capsys.disabled():
        print(f"\ncheck {RATES['check']:,.0f} rows/s; {name} {RATES[name]:,.1f} rows/s; ratio {ratio:,.0f}")
    assert conforms
    assert ratio >= AT_LEAST


@pytest.mark.benchmark(group="check")
def test_memory(benchmark, table: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    """The rows are not kept: a hundred thousand of them fit into 400 MB, the program itself included."""
    script = "import sys; from policykb.cli import main; sys.argv[0] = 'policykb'; main()"
    command = [sys.executable, "-c", script, "check", str(table)]

    done = benchmark.pedantic(subprocess.run, args=(command,), kwargs={"capture_output": True}, rounds=1)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    with capsys.disabled():
        print(f"\n{ROWS:,} rows: at most {peak:,.0f} MB")
    assert done.returncode == 0, done.stderr.decode()
    assert peak < MOST_MB
