"""Columns and SPARQL decide alike: every decision whole, whatever the records, and every format byte for byte."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from cases_runner import read_cases, to_record
from deciders import as_file, decider_with
from generated_records import generate
from policykb.answers.answer import Answer
from policykb.answers.digest import answer_hash
from policykb.api import Policykb, load_policykb
from policykb.engines.choice import MANY, BySize, engine_of
from policykb.engines.columns.engine import ColumnsEngine
from policykb.engines.sparql import SparqlEngine
from policykb.errors import CallError
from policykb.model import Record
from policykb.records.check import check_records
from policykb.reports.forms import FORMATS
from policykb.reports.phrases import Phrases
from soaking import times

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
FILES = sorted(
    path for path in (*EXAMPLES.iterdir(), *(EXAMPLES / "bad").iterdir()) if path.suffix in (".json", ".ttl", ".xlsx")
)
SOAK = times(0)
SMALL = ("one-enterprise.json", "office-2020.xlsx")
"""The files that are told in every format each day; the others are where more time is given."""
DRAWN = 4 * SOAK or 8
"""Records of each type."""
EACH = 1 if SOAK else 6
"""Of the scenarios under the default readings every so many-th; of the others all."""
FINER = ("0.0001", "0.0049", "0.000001")
CASES = list(read_cases("szq-2020-12"))
DEFAULT: tuple[tuple[str, ...], date | None] = ((), None)
SIDES = sorted({(case.overlays, case.as_of) for case in CASES} - {DEFAULT}, key=str)
GROUPS = [DEFAULT, *SIDES[:: 1 if SOAK else 9]]


@cache
def loaded(engine: str) -> Policykb:
    """The shipped knowledge base with an engine by its name."""
    return load_policykb(engine=engine)


def told(answer: Answer) -> list[tuple[object, ...]]:
    """What an answer says, part by part."""
    return [(one,) for one in (*answer.decisions, *answer.groups, *answer.entitlements, *answer.enterprises)]


def both(kb: Policykb, records: Sequence[Record], day: date | None = None) -> tuple[Answer, Answer]:
    """The answer by SPARQL and the one over columns."""
    rest = SparqlEngine(kb.book)
    sides = (replace(kb, decider=replace(kb.decider, engine=engine)) for engine in (rest, ColumnsEngine(rest)))
    sparql, columns = (side.apply(records, as_of=day, everything=True) for side in sides)
    return sparql, columns


def drawn(kb: Policykb, kind: str, seed: int) -> list[Record]:
    """Records of a type, some with facts of more places than two, without those that break a data rule."""
    source = random.Random(f"{kind} {seed}")
    found = []
    for record in generate(kb.book, kb.vocabulary, kind, DRAWN, seed):
        numbers = {n: v for n, v in record.facts.items() if isinstance(v, Decimal) and source.random() < 0.05}
        finer = {name: value + Decimal(source.choice(FINER)) for name, value in numbers.items()}
        found.append(replace(record, facts={**record.facts, **finer}))
    wrong = {one.record for one in check_records(found, kb.book.record_rules, kb.vocabulary) if one.severity == "error"}
    return [record for record in found if record.id not in wrong]


@pytest.mark.proof
@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_scenarios(group: tuple[tuple[str, ...], date | None]) -> None:
    """Every scenario under its reading and day: the same decisions, with every criterion, remark and number."""
    overlays, day = group
    kb = decider_with(*overlays)
    records = [
        to_record(case, number, kb.vocabulary)
        for number, case in enumerate(CASES)
        if (case.overlays, case.as_of) == group
    ][:: EACH if group == DEFAULT else 1]
    sparql, columns = both(kb, records, day)

    assert told(columns) == told(sparql)
    assert answer_hash(columns) == answer_hash(sparql)


@pytest.mark.proof
@pytest.mark.parametrize("day", [None, *([date(2020, 10, 1), date(2023, 12, 31)] if SOAK else [])], ids=str)
def test_drawn_records(day: date | None) -> None:
    """Records on, above and below every bound, with gaps: the same decisions."""
    kb = loaded("columns")
    records = [record for kind in kb.book.by_type for record in drawn(kb, kind, day.year if day else 1)]
    sparql, columns = both(kb, records, day)

    assert len(records) > DRAWN * len(kb.book.by_type) / 2
    assert told(columns) == told(sparql)
    assert answer_hash(columns) == answer_hash(sparql)


@pytest.mark.parametrize("file", [file for file in FILES if SOAK or file.name in SMALL], ids=lambda file: file.name)
@pytest.mark.proof
def test_formats(file: Path) -> None:
    """A file of the examples in every format: byte for byte the same, but for the engine that the receipt names."""
    sides = []
    for engine in ("sparql", "columns"):
        kb = loaded(engine)
        answer = kb.apply(kb.read(file), everything=True)
        receipt = replace(answer.receipt, engine="", versions={})
        sides.append((answer.receipt.engine.split()[0], kb, replace(answer, receipt=receipt)))
    (first, kb, sparql), (second, other, columns) = sides

    assert (first, second) == ("pyoxigraph", "polars")
    for form in FORMATS:
        phrases = Phrases(kb.book, kb.vocabulary, kb.wording, "zh")
        one = as_file(sparql, kb.near_misses, phrases, form, explain=True, everything=True)
        assert as_file(columns, other.near_misses, phrases, form, explain=True, everything=True) == one, form


def test_chosen_by_number() -> None:
    """Below the bound SPARQL decides, from it on columns do; asked for by name, each decides whatever the number is."""
    book = loaded("sparql").book
    chosen = engine_of(book)

    assert isinstance(chosen, BySize)
    assert [chosen.suited(count).libraries[0] for count in (0, MANY - 1, MANY, 10**6)] == [
        "pyoxigraph",
        "pyoxigraph",
        "polars",
        "polars",
    ]
    assert engine_of(book, "sparql").suited(10**6).libraries[0] == "pyoxigraph"
    assert engine_of(book, "columns").suited(1).libraries[0] == "polars"
    with pytest.raises(CallError) as found:
        engine_of(book, "spark")
    assert "spark" in str(found.value)


def test_what_columns_do_not_hold() -> None:
    """Numbers of more digits than a column has are decided all the same, beside records that columns decide."""
    kb = loaded("columns")
    plain = drawn(kb, "EnterpriseYear", 3)[:6]
    decimals = [name for name, fact in kb.vocabulary.facts.items() if fact.datatype == "decimal"]
    names = [name for name in decimals if name in plain[0].facts]
    odd = [replace(plain[0], id="long", facts={**plain[0].facts, names[0]: Decimal("1000.000000001")})]
    engine = ColumnsEngine(SparqlEngine(kb.book))
    asked: list[int] = []
    engine.rest.decide, rest = (lambda r, d=None: asked.append(len(r)) or rest(r, d)), engine.rest.decide  # type: ignore[method-assign]

    assert engine.decide([*plain, *odd]) == [*engine.decide(plain), *SparqlEngine(kb.book).decide(odd)]
    assert asked == [1]
