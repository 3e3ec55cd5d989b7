"""Generated rules on generated records: SPARQL, the column engines, pySHACL and the oracle come to one answer.

`POLICYKB_SOAK` sets how many rule sets are tried; each gives some 240 decisions. A difference is shown by the smallest
example that still has it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any, NoReturn
from unittest.mock import ANY

import pyarrow as pa
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from column_tables import by_columns, by_sparql
from generated_rules import GROUP, PLAIN, ClauseSpec, clauses, in_places, records, to_turtle
from minimal import Example, smallest
from oracle import group_verdict, rounded, verdict
from policykb.api import Policykb, load_policykb
from policykb.decisions import Decider
from policykb.engines.shacl import ShaclEngine
from policykb.engines.sparql import SparqlEngine
from policykb.errors import PolicykbError
from policykb.model import Place, Record
from policykb.names import PKB
from policykb.overlays import Scenario, apply_overlay, read_overlay
from policykb.rules import read_rules

RECORDS = 40
EXAMPLES = int(os.environ.get("POLICYKB_SOAK", "10"))
SPARK_EVERY = 40
"""Spark takes seconds for what Polars does in a fifth of one, so it decides every so many rule sets, and the sixth."""

MONEY = (pa.decimal128(18, 2), pa.decimal128(18, 3), pa.decimal128(18, 4), pa.decimal128(24, 4), pa.int64())
"""The types of decimals in a file: with at most 18 digits they are counted in 64 bits, wider ones stay decimals."""

COUNTED: Counter[str] = Counter()

Answers = dict[tuple[str, str], tuple[Any, ...]]
"""By record and clause: status, amounts, whether selected, missing and awaited facts; what is not told is `ANY`."""


class Difference(Exception):
    """An engine and the column engine differ: on which clauses, on one record, and on which type of decimals."""

    def __init__(self, engine: str, example: Example, money: pa.DataType, said: str) -> None:
        super().__init__(said)
        self.engine, self.example, self.money = engine, example, money


FOUND: list[Difference] = []


@cache
def ground() -> Policykb:
    """The shipped knowledge base, of its clauses only those that are replaced."""
    kb = load_policykb()
    kept = {*GROUP, *PLAIN}
    store = kb.knowledge.store
    for clause in kb.book.clauses.values():
        if clause.id not in kept:
            _forget(store, ox.NamedNode(clause.iri))
    return kb


def loaded(specs: tuple[ClauseSpec, ...]) -> Policykb:
    """The shipped knowledge base with these clauses in place of all of its own."""
    kb = ground()
    knowledge, store = kb.knowledge, ox.Store()
    store.extend(knowledge.store)
    ids = {spec.id for spec in specs}
    for name in (*GROUP, *PLAIN):
        if name not in ids:
            _forget(store, ox.NamedNode(kb.book.clauses[name].iri))
    apply_overlay(store, read_overlay(knowledge.root, knowledge.policy, Scenario("generated", to_turtle(specs))))
    mine = replace(knowledge, store=store)
    book = read_rules(mine)
    decider = Decider(book, kb.vocabulary, kb.decider.record_rules, kb.wording, SparqlEngine(book))
    return Policykb(mine, book, kb.vocabulary, kb.wording, decider)


def _forget(store: ox.Store, clause: ox.NamedNode) -> None:
    """Take a clause away, from its group as well; and a group without members."""
    groups = [quad.subject for quad in store.quads_for_pattern(None, PKB.member, clause)]
    for quad in [*store.quads_for_pattern(clause, None, None), *store.quads_for_pattern(None, PKB.member, clause)]:
        store.remove(quad)
    for group in groups:
        if not list(store.quads_for_pattern(group, PKB.member, None)):
            for quad in list(store.quads_for_pattern(group, None, None)):
                store.remove(quad)


def as_records(found: list[Mapping[str, Any]]) -> list[Record]:
    """Records of 2020 with these facts."""
    return [
        Record(f"r{n}", "EnterpriseYear", "2020", f"r{n}", None, None, facts, Place("generated"))
        for n, facts in enumerate(found)
    ]


def by_oracle(specs: tuple[ClauseSpec, ...], found: list[Mapping[str, Any]]) -> Answers:
    """Status, amounts and selection by trying out completions; decisions with too many are left out."""
    answer: Answers = {}
    for number, facts in enumerate(found):
        verdicts = {spec.id: verdict(spec, facts) for spec in specs}
        members = [(name, verdicts[name]) for name in GROUP if name in verdicts]
        known = all(v is not None for _, v in members)
        winner = group_verdict([(n, v) for n, v in members if v is not None])[0] if known else None
        open_members = any(v is not None and v.status != "not-eligible" for _, v in members)
        for name, found_ in verdicts.items():
            if found_ is None:
                continue
            selected: Any = None
            if name in GROUP:
                selected = ANY if not known else (winner == name) if winner else (None if open_members else False)
            answer[f"r{number}", name] = (found_.status, rounded(found_.amount), selected, ANY, ANY)
    return answer


def by_shacl(kb: Policykb, specs: tuple[ClauseSpec, ...], found: list[Mapping[str, Any]]) -> Answers:
    """Statuses of the first records by the reference."""
    part = as_records(found[:5])
    statuses = ShaclEngine(kb.book, {spec.id for spec in specs}).statuses(part)
    return {
        (record.id, name): (status, ANY, ANY, ANY, ANY)
        for record, found_ in zip(part, statuses, strict=True)
        for name, status in found_.items()
    }


@cache
def spark() -> Any:
    """The columns on Spark; what runs it is shared with the other tests of Spark."""
    from policykb.columns.engines import SparkEngine
    from policykb.columns.spark import connect

    session = connect("local[2]").newSession()
    session.conf.set("spark.sql.leafNodeDefaultParallelism", "1")
    session.conf.set("spark.sql.shuffle.partitions", "1")
    return SparkEngine(session)


def answers(
    engine: str, kb: Policykb, specs: tuple[ClauseSpec, ...], found: list[Mapping[str, Any]], money: pa.DataType
) -> Answers:
    """What an engine says; "columns" are those on Polars."""
    tell: dict[str, Callable[[], Answers]] = {
        "columns": lambda: dict(by_columns(kb, as_records(found), money=money)),
        "Spark": lambda: dict(by_columns(kb, as_records(found), engine=spark(), money=money)),
        "SPARQL": lambda: dict(by_sparql(kb, as_records(found))),
        "oracle": lambda: by_oracle(specs, found),
        "pySHACL": lambda: by_shacl(kb, specs, found),
    }
    return tell[engine]()


def search(examples: int, with_spark: bool) -> None:
    """Generate so many rule sets, and stop at the first difference."""

    def one(specs: tuple[ClauseSpec, ...], drawn: list[dict[str, Any]], money: pa.DataType) -> None:
        trial(specs, drawn, money, with_spark and COUNTED["rule sets"] % SPARK_EVERY == 5)

    bounded = settings(
        max_examples=examples,
        deadline=None,
        derandomize=examples <= 10,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        # What is found is made smaller by `minimal`, which knows what to take away first.
        phases=(Phase.generate,),
    )
    bounded(given(clauses(), records(RECORDS), st.sampled_from(MONEY))(one))()


def trial(specs: tuple[ClauseSpec, ...], drawn: list[dict[str, Any]], money: pa.DataType, with_spark: bool) -> None:
    """One rule set on some records: every engine gives the same decisions."""
    if FOUND:
        raise FOUND[0]  # Hypothesis asks again, to see whether it happens again
    COUNTED["rule sets"] += 1
    found: list[Mapping[str, Any]] = [in_places(facts, getattr(money, "scale", 0)) for facts in drawn]
    kb = loaded(specs)
    columns: Answers = {}
    for engine in ("columns", "SPARQL", "oracle", "pySHACL", *(["Spark"] if with_spark else [])):
        try:
            told = answers(engine, kb, specs, found, money)
        except Exception as fault:
            _found(engine, Example(specs, found[0]), money, f"{type(fault).__name__}: {fault}")
        columns = columns or told
        for key, theirs in told.items():
            COUNTED[engine] += 1
            if columns[key] != theirs:
                example = Example(specs, found[int(key[0][1:])])
                _found(engine, example, money, f"{engine} on {key}: {theirs}, not {columns[key]}")


def _found(engine: str, example: Example, money: pa.DataType, said: str) -> NoReturn:
    FOUND.append(Difference("SPARQL" if engine == "columns" else engine, example, money, said))
    raise FOUND[0]


def differing(engine: str, example: Example, money: pa.DataType) -> list[str]:
    """Where an engine differs from the columns on one record; nothing where the rules themselves cannot be read."""
    found = [example.facts]
    try:
        kb = loaded(example.specs)
        theirs = answers(engine, kb, example.specs, found, money)
        ours = answers("columns", kb, example.specs, found, money)
    except PolicykbError:
        return []
    except Exception as fault:
        return [f"{type(fault).__name__}: {fault}"]
    return [
        f"{clause}: columns {ours[record, clause]}, {engine} {their}"
        for (record, clause), their in theirs.items()
        if ours[record, clause] != their
    ]


def compare(examples: int, with_spark: bool = False) -> None:
    """Search for a difference, and fail with the smallest example of it."""
    FOUND.clear()
    COUNTED.clear()
    try:
        search(examples, with_spark)
    except Difference as difference:
        raise AssertionError(shown(difference)) from None


def shown(difference: Difference) -> str:
    """A difference with its smallest example: the clauses as Turtle, the record, and what both say."""
    engine, money = difference.engine, difference.money
    if not differing(engine, difference.example, money):
        return f"{difference} -- among other records only; {difference.example}, decimals as {money}"
    least, trials = smallest(difference.example, lambda example: bool(differing(engine, example, money)))
    turtle = "\n".join(line for line in to_turtle(least.specs).splitlines() if not line.startswith("@prefix"))
    return "\n".join(
        (
            f"{engine} and the columns differ; the smallest example after {trials} trials:",
            turtle.replace(" ; ", " ;\n    "),
            f"record of 2020: {dict(least.facts)}, decimals as {money}",
            *differing(engine, least, money),
        )
    )


def test_generated(capsys: pytest.CaptureFixture[str]) -> None:
    """At least 2,000 decisions on generated rules agree between all engines."""
    has_java = shutil.which("java") is not None
    compare(EXAMPLES, has_java)

    with capsys.disabled():
        print(f"\ndecisions compared with the column engine: {dict(COUNTED)}")
    assert COUNTED["SPARQL"] >= 2000
    assert COUNTED["oracle"] >= 1500
    assert COUNTED["Spark"] >= 200 or not has_java


def test_seeded_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler with one operator changed, "at least" for "more than", is found out, on a minimal example."""
    from policykb.columns import conditions

    right = conditions._against

    def wrong(op: str, *rest: Any) -> Any:
        return right("ge" if op == "gt" else op, *rest)

    monkeypatch.setattr(conditions, "_against", wrong)
    with pytest.raises(AssertionError) as found:
        compare(10)
    message = str(found.value)

    assert [message.count(part) for part in (" a pkb:Clause ", " a sh:PropertyShape ", " a pkb:Option ")] == [1, 1, 0]
    assert re.findall(r"sh:m\w+Exclusive (\S+)", message) == ["1.0"]
    assert re.search(r"^record of 2020: \{'\w+': Decimal\('1'\)\}, decimals as ", message, re.MULTILINE)
    assert message.endswith("SPARQL ('not-eligible', None, None, None, None)")


def test_seeded_oracle_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """An oracle that takes no notice of caps is found out, on one option and the one fact that it is a rate of."""
    right = verdict

    def wrong(clause: ClauseSpec, facts: Mapping[str, Any]) -> Any:
        return right(replace(clause, options=tuple(replace(option, cap=None) for option in clause.options)), facts)

    monkeypatch.setattr("test_generated.verdict", wrong)
    with pytest.raises(AssertionError) as found:
        compare(10)
    message = str(found.value)

    assert [message.count(part) for part in (" a pkb:Clause ", " a sh:PropertyShape ", " a pkb:Option ")] == [1, 1, 1]
    assert message.count("schema:maxValue") == 1


def test_oracle_by_hand() -> None:
    """The oracle itself, on a clause worked out by hand: 10 % of a fee, at most 40.05, for a producer."""
    from generated_rules import Leaf, OptionSpec

    option = OptionSpec(None, "exact", rate=Decimal("0.1"), base="platformFeeCNY", cap=Decimal("40.05"))
    clause = ClauseSpec("c", Leaf("producer", (("hasValue", True),)), (option,))
    answers = [
        verdict(clause, facts)
        for facts in (
            {"producer": True, "platformFeeCNY": Decimal("99.99")},
            {"platformFeeCNY": Decimal(1000)},
            {"producer": True},
            {"producer": False},
        )
    ]

    assert [(a.status, rounded(a.amount)) for a in answers if a] == [
        ("eligible", (Decimal("10.00"), Decimal("10.00"))),
        ("undetermined", (Decimal("0.00"), Decimal("40.05"))),
        ("undetermined", (Decimal("0.00"), Decimal("40.05"))),
        ("not-eligible", None),
    ]
