"""Ranks that follow from a complete set of records."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from policykb.answers.answer import Answer
from policykb.api import Policykb
from policykb.ask.graphs import graph
from policykb.model import Finding, Place, Record, Text, Value
from policykb.names import PKB, PROV, RDF
from policykb.reports.as_rdf import answer_quads


def year(name: str, trade: int | None, division: str | None = None, period: str = "2020", **facts: Value) -> Record:
    """An enterprise-year with this much trade in yuan."""
    stated: dict[str, Value] = {} if trade is None else {"tradeCNY": Decimal(trade)}
    return Record(name, "EnterpriseYear", period, f"示例{name}", None, division, {**stated, **facts}, Place("test"))


def ranks(answer: Answer) -> dict[str, Value | None]:
    """The rank of each record, None where there is none."""
    return {record.id: record.facts.get("tradeRank") for record in answer.records}


def award(answer: Answer, record: str) -> str:
    """The status of the award for the top three."""
    return next(d.status for d in answer.decisions if (d.record, d.clause) == (record, "art-01-rank"))


def found(answer: Answer) -> list[tuple[str, str | None]]:
    """The findings about ranks."""
    return [(f.rule, f.record) for f in answer.findings if f.rule.startswith("rank-")]


SET = [year("A", 400), year("B", 300), year("C", 200), year("D", 100)]


def test_the_greatest_comes_first(shipped: Policykb) -> None:
    """Of four enterprises the one with the most trade is first, and three have the award."""
    answer = shipped.apply(SET, complete=True)

    assert ranks(answer) == {"A": 1, "B": 2, "C": 3, "D": 4}
    assert [award(answer, name) for name in "ABCD"] == ["eligible", "eligible", "eligible", "not-eligible"]
    assert found(answer) == []


def test_without_the_declaration_nothing_is_derived(shipped: Policykb) -> None:
    """A set that is not said to be complete leaves ranks open."""
    answer = shipped.apply(SET)

    assert set(ranks(answer).values()) == {None}
    assert award(answer, "A") == "undetermined"


def test_ties_share_the_better_place_and_are_flagged(shipped: Policykb) -> None:
    """Two with equal trade share place 3; both have the award, and both are flagged."""
    answer = shipped.apply(
        [year("A", 400), year("B", 300), year("C", 200), year("D", 200), year("E", 100)], complete=True
    )

    assert ranks(answer) == {"A": 1, "B": 2, "C": 3, "D": 3, "E": 5}
    assert found(answer) == [("rank-tied", "C"), ("rank-tied", "D")]


def test_a_stated_rank_is_never_overwritten(shipped: Policykb) -> None:
    """D states place 2; it keeps it, and the contradiction is flagged."""
    answer = shipped.apply([*SET[:3], year("D", 100, tradeRank=2)], complete=True)

    assert ranks(answer)["D"] == 2
    assert found(answer) == [("rank-differs", "D")]
    assert next(r for r in answer.records if r.id == "D").derived == frozenset()


def test_a_missing_number_could_come_anywhere(shipped: Policykb) -> None:
    """E states no trade: nobody's rank follows, and E is named."""
    answer = shipped.apply([*SET, year("E", None)], complete=True)

    assert set(ranks(answer).values()) == {None}
    assert found(answer) == [("rank-not-derived", "E")]


def test_an_invalid_record_could_come_anywhere(shipped: Policykb) -> None:
    """A negative total is no total."""
    answer = shipped.apply([*SET, year("E", -1)], complete=True)

    assert found(answer) == [("rank-not-derived", "E")]


def test_a_column_at_fault_makes_its_records_unusable(shipped: Policykb) -> None:
    """The fault of a whole column names no record, and still each that has a value there could come anywhere."""
    fault = Finding("unit-not-shown", "error", Text("", ""), Text("", ""), Place("test"))
    answer = shipped.apply([*SET, replace(year("E", 50), findings=(fault,))], complete=True)

    assert set(ranks(answer).values()) == {None}
    assert found(answer) == [("rank-not-derived", "E")]


def test_each_period_and_the_own_district_alone(shipped: Policykb) -> None:
    """An enterprise of another district, and other years, do not take part; one that states no division does."""
    records = [year("A", 300, "370402"), year("B", 200), year("X", 900, "370403"), year("A1", 100, period="2021")]
    answer = shipped.apply(records, complete=True)

    assert ranks(answer) == {"A": 1, "B": 2, "X": None, "A1": 1}


def test_a_derived_rank_says_so(shipped: Policykb) -> None:
    """The decision carries a note, and in RDF the rank is a derived value, not a statement of the record."""
    answer = shipped.apply(SET, complete=True)
    decision = next(d for d in answer.decisions if (d.record, d.clause) == ("A", "art-01-rank"))
    quads = list(answer_quads(answer, shipped.book))
    values = [q for q in quads if q.predicate == PKB.ofFact and q.object == PKB.tradeRank]

    assert any("derived from all records" in note.en for note in decision.notes)
    assert not any(q.predicate == PKB.tradeRank for q in quads)
    assert len(values) == 4 and {q.graph_name for q in values} == {graph("decisions")}
    about = {q.predicate: q.object for q in quads if q.subject == values[0].subject}
    assert {PROV.wasDerivedFrom, RDF.value, PKB.onRecord} <= set(about)
