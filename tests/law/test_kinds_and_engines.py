"""Kinds and engines: every engine translates every kind, and each hole stands in a list, with its reason.

A comparison is put to each engine with values below, on and above what it is compared with; the answers are by hand.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import get_args

import ibis
import pyarrow as pa
import pyoxigraph as ox
import pytest
import z3

from deciders import decider_with
from policykb.answers.plain import required
from policykb.engines.columns import derived, intervals
from policykb.engines.columns.conditions import truth_of_atom
from policykb.engines.columns.facts import Facts
from policykb.engines.program import _Layout
from policykb.engines.twins import Twins
from policykb.exports import rules
from policykb.expression import BETWEEN, OF_FACTS, OPERATORS, Expression, Operator
from policykb.law.conditions import BOUNDS
from policykb.model import Atom, Criterion, Text
from policykb.model.law import Comparator
from policykb.names import PKB, RUN, SH, SKOS
from policykb.reports.phrases import Phrases
from policykb.site.curves import curve
from policykb.verify import symbols

ROOT = Path(__file__).resolve().parents[2]
FIVE = Decimal(5)
VALUES = (Decimal("4.99"), FIVE, Decimal("5.01"))
# Whether a fact of 4.99, 5 and 5.01 compares so to five.
COMPARED: dict[str, tuple[bool, bool, bool]] = {
    "ge": (False, True, True),
    "gt": (False, False, True),
    "le": (True, True, False),
    "lt": (True, False, False),
    "in": (False, True, False),
    "has": (False, True, False),
    "before": (True, False, False),
    "notafter": (True, True, False),
    "known": (True, True, True),
}
HOLES = {
    # An engine asks the day, and which facts are stated, where it has them at hand.
    ("reference", "once"): "`Expression.ends` asks the day",
    ("columns", "once"): "`engines/columns/derived.py` asks the day",
    ("columns", "later"): "`engines/columns/derived.py` compares the date",
    **{("columns", op): "`intervals.between` counts from the days themselves" for op in BETWEEN},
    ("solver", "first"): "`Symbols.term` asks which is stated",
    ("solver", "once"): "`Symbols.term`: what it has come to so far",
    **{("solver", op): "`Symbols.count`: any number lies between some days" for op in BETWEEN},
    ("solver", "later"): "windows are not dated in the solver; a record is taken to be complete",
    # No amount is worked out by these.
    **{("charts", op): "a derived fact is drawn along an axis of its own" for op in OF_FACTS},
    **{("words of rules", op): "a derived fact has a name in words" for op in OF_FACTS},
    **{("words of sums", op): "taken as it stands, by its name" for op in ("first", "later", "once", *BETWEEN)},
}


def _atom(op: str) -> Atom:
    if op in ("before", "notafter"):
        return Atom(op, "tradeCNY", (), "priorTradeCNY")  # type: ignore[arg-type]
    return Atom(op, "tradeCNY", () if op == "known" else (FIVE,))  # type: ignore[arg-type]


def _criterion(op: str) -> Criterion:
    return Criterion("x", "urn:leaf", Text("", ""), Text("", ""), "tradeCNY", (_atom(op),), True, "", "")


def test_the_list_of_comparisons() -> None:
    """What shapes are read into, with what is merely to be known, is the whole list."""
    assert set(get_args(Comparator)) == {*BOUNDS.values(), "known"} == set(COMPARED)


@pytest.mark.parametrize("op", COMPARED)
def test_comparisons_in_the_queries(op: str) -> None:
    """The program states it, and the query tells it."""
    book = decider_with().book
    query = (ROOT / "queries" / "decide-20-criteria.rq").read_text(encoding="utf-8")
    store = ox.Store()
    for triple in _Layout(book, None)._leaf(_criterion(op), PKB.EnterpriseYear):
        store.add(ox.Quad(*triple, RUN.rules))
    records = [ox.NamedNode(f"urn:{place}") for place in range(len(VALUES))]
    for record, value in zip(records, VALUES, strict=True):
        store.add(ox.Quad(record, RUN.covered, PKB.EnterpriseYear, RUN.state))
        for fact, number in (("tradeCNY", value), ("priorTradeCNY", FIVE)):
            store.add(ox.Quad(record, PKB[fact], ox.Literal(number)))
    store.update(query)
    truths = [next(store.quads_for_pattern(record, None, None, RUN.truth)).object.value for record in records]  # type: ignore[union-attr]

    assert tuple(truth == "2" for truth in truths) == COMPARED[op]


@pytest.mark.parametrize("op", COMPARED)
def test_comparisons_in_columns(op: str) -> None:
    """So do the columns."""
    kb = decider_with()
    kind = pa.decimal128(19, 4)
    table = ibis.memtable(pa.table({"tradeCNY": pa.array(VALUES, kind), "priorTradeCNY": pa.array([FIVE] * 3, kind)}))
    truth = truth_of_atom(_atom(op), True, Facts(table, kb.vocabulary, {}, {}))
    found = ibis.polars.connect().to_pyarrow(table.select(truth=truth))["truth"].to_pylist()

    assert tuple(found) == COMPARED[op]


@pytest.mark.parametrize("op", COMPARED)
def test_comparisons_in_the_solver(op: str) -> None:
    """So does the solver."""
    kb = decider_with()
    made = symbols.Symbols(kb.book, kb.vocabulary, kb.book.record_rules, "EnterpriseYear")
    term, five = made.atom(_atom(op)), symbols.number(FIVE)
    trade, prior = made.variable("tradeCNY"), made.variable("priorTradeCNY")
    found = [z3.simplify(z3.substitute(term, (trade, symbols.number(v)), (prior, five))) for v in VALUES]

    assert tuple(map(z3.is_true, found)) == COMPARED[op]


@pytest.mark.parametrize("op", COMPARED)
def test_comparisons_in_shapes_and_words(op: str) -> None:
    """The twins have a constraint for it, and both languages and the short form a wording of its own."""
    kb = decider_with()
    twins = Twins(frozenset())
    twins.target("urn:x", "EnterpriseYear", kb.book.clauses["art-01-growth"].root, certain=True)  # type: ignore[arg-type]
    before = len(twins.graph)
    twins._atom(_atom(op), True, True)

    assert len(twins.graph) > before
    assert required(_criterion(op))
    assert all(Phrases(kb.book, kb.vocabulary, kb.wording, lang).bounds(_criterion(op)) for lang in ("zh", "en"))


def _drawn() -> set[str]:
    fact, ten = Expression("x", "fact", fact="x"), Expression("n", "number", number=Decimal(10))
    return {op for op in set(OPERATORS) - set(OF_FACTS) if curve(Expression(op, op, (fact, ten)), Decimal(100))}  # type: ignore[arg-type]


def test_operators() -> None:
    """Every engine has every operator of amounts and derived facts, but for the holes that are listed."""
    wanted = set(get_args(Operator)) - {"fact", "number"}
    knowledge = decider_with().knowledge
    shape = next(s for s in knowledge.subjects(SH.path, PKB.operator))
    (head,) = knowledge.objects(shape, SH["in"])
    query = (ROOT / "queries" / "decide-41-expressions.rq").read_text(encoding="utf-8")
    texts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "ontology" / "wordings").glob("*.ttl"))
    told = (ROOT / "docs" / "browser" / "told.js").read_text(encoding="utf-8")
    signs = {"sum", "product", "quotient"}
    tables = {
        "scheme": {
            str(knowledge.string(concept, SKOS.notation))
            for concept in knowledge.subjects(SKOS.notation)
            if "scheme/operator#" in concept.value
        },
        "shape": {str(term).rpartition("#")[2].rstrip(">") for term in knowledge.members(head) or ()},
        "reference": set(OPERATORS),
        # The query leaves the last one to the end, unnamed.
        "queries": set(re.findall(r"run:(\w+)", query)) & wanted | ({"steps"} if "FLOOR(" in query else set()),
        "columns": set(intervals.OPERATORS),
        "solver": set(symbols.TERMS),
        "bundle": set(rules.LOW) & set(rules.HIGH),
        "charts": _drawn(),
        "words of rules": signs | set(re.findall(r"pkb-text:amount-(\w+) ", texts)) & wanted,
        # What is above a mark is written as a difference.
        "words of sums": signs | {"excess"} | set(re.findall(r"pkb-text:told-(\w+) ", texts)) & wanted,
    }
    holes = {(engine, op) for engine, known in tables.items() for op in wanted - known}

    assert holes == set(HOLES)
    assert [engine for engine, known in tables.items() if known - wanted] == []
    # What columns do outside their table stands where the list of holes says.
    assert all(f'"{op}"' in Path(derived.__file__).read_text(encoding="utf-8") for op in ("once", "first", "least"))
    assert "node.form" in told and "sum" in told
