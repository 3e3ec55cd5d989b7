"""Decisions as RDF: complete, deterministic, described in the ontology, and readable again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from policykb.answers.answer import Answer
from policykb.api import Policykb
from policykb.ask.graphs import prefixes
from policykb.names import DCT, PKB, PROV, RDF, RDFS, SCHEMA, SH
from policykb.reports.as_rdf import answer_quads, to_turtle

RECORDS = Path(__file__).parent / "ask" / "records.json"
DISTRICT = Path(__file__).parents[1] / "docs" / "examples" / "district-2020.json"


@pytest.fixture(scope="module")
def answer(shipped: Policykb) -> Answer:
    """The decisions on a few records."""
    return shipped.apply(shipped.read([RECORDS]))


def about(quads: list[ox.Quad], iri: str) -> dict[ox.NamedNode, set[object]]:
    """What is said of a resource."""
    found: dict[ox.NamedNode, set[object]] = {}
    for quad in quads:
        if quad.subject == ox.NamedNode(iri):
            found.setdefault(quad.predicate, set()).add(quad.object)
    return found


def test_a_decision_in_triples(shipped: Policykb, answer: Answer) -> None:
    """The award by volume of A1: eligible for 100,000 yuan, selected, each criterion with its truth."""
    quads = list(answer_quads(answer, shipped.book))
    decision = about(quads, "urn:policykb:decision:A1:art-01-volume")

    assert decision[PKB.status] == {ox.NamedNode("https://w3id.org/policykb/scheme/status#eligible")}
    assert {term.value for term in decision[PKB.least]} == {"100000.00"}  # type: ignore[attr-defined]
    assert {term.value for term in decision[SCHEMA.currency]} == {"CNY"}  # type: ignore[attr-defined]
    assert decision[PKB.selectedInGroup] == {ox.Literal(True)}
    assert ox.NamedNode("https://w3id.org/policykb/id/szq-2020-12/shape/art-01-volume-4-low") in decision[PKB.met]
    assert len(decision[PROV.wasGeneratedBy]) == 1
    assert PKB.Entitlement not in decision[RDF.type]  # The group's decision is the one that counts.


def test_no_upper_end_is_left_out(shipped: Policykb, answer: Answer) -> None:
    """A floor without a ceiling has a least amount and no most."""
    decision = about(list(answer_quads(answer, shipped.book)), "urn:policykb:decision:C1:art-26-top-team")

    assert PKB.least in decision and PKB.most not in decision
    assert PKB.Entitlement in decision[RDF.type]


def test_the_receipt_repeats_the_answer(shipped: Policykb, answer: Answer) -> None:
    """Hashes of rules and records, the version, and the document used."""
    quads = list(answer_quads(answer, shipped.book))
    (receipt,) = {q.subject for q in quads if q.object == PKB.Receipt}
    said = about(quads, receipt.value)  # type: ignore[union-attr]

    assert said[PKB.rulesHash] == {ox.Literal(f"sha256:{answer.receipt.rules}")}
    assert said[PKB.recordsHash] == {ox.Literal(f"sha256:{answer.receipt.records}")}
    assert said[PROV.used] == {ox.NamedNode("https://w3id.org/policykb/id/szq-2020-12")}


def test_every_term_is_described_in_both_languages(shipped: Policykb) -> None:
    """Each own property and class of an answer has a Chinese and an English label in the ontology."""
    answer = shipped.apply(shipped.read([DISTRICT]), everything=True)
    quads = list(answer_quads(answer, shipped.book))
    terms = {q.predicate for q in quads} | {q.object for q in quads if q.predicate == RDF.type}
    own = [term for term in terms if isinstance(term, ox.NamedNode) and term.value.startswith(str(PKB))]
    bare = [t for t in own if not (shipped.knowledge.text(t, RDFS.label) and shipped.knowledge.label(t).en)]

    assert len(own) > 30
    assert bare == []


@pytest.mark.parametrize("source", [RECORDS, DISTRICT], ids=["few", "district"])
def test_turtle_can_be_read_and_decided_again(shipped: Policykb, source: Path, tmp_path: Path) -> None:
    """The records come back from the Turtle as they went in, and the decisions are the same."""
    first = shipped.apply(shipped.read([source]))
    file = tmp_path / "answer.ttl"
    file.write_text(to_turtle(first, shipped.book, prefixes(shipped.knowledge)), encoding="utf-8")
    second = shipped.apply(shipped.read([file]))

    assert [(r.id, r.type, r.period, r.name, r.credit_code, dict(r.facts)) for r in second.records] == [
        (r.id, r.type, r.period, r.name, r.credit_code, dict(r.facts)) for r in first.records
    ]
    assert second.receipt == first.receipt
    assert [(d.record, d.clause, d.status, d.amount) for d in second.decisions] == [
        (d.record, d.clause, d.status, d.amount) for d in first.decisions
    ]


def test_ids_are_free_text(shipped: Policykb, answer: Answer) -> None:
    """Spaces, quotes, slashes and Chinese in an id, and an id used twice, still give valid and distinct IRIs."""
    names = ['r 1/"甲"<>#?%', "r", "r", "r~2"]
    records = [replace(answer.records[0], id=name, credit_code=None, name=f"示例{n}") for n, name in enumerate(names)]
    quads = list(answer_quads(shipped.apply(records), shipped.book))
    ids = {q.subject: q.object for q in quads if q.predicate == DCT.identifier}

    assert len(ids) == len(names)
    assert list(ox.parse(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"", format=ox.RdfFormat.N_QUADS))


def test_an_invalid_record_has_one_decision_without_a_clause(shipped: Policykb, answer: Answer) -> None:
    """Wrong data: the status, what is wrong in both languages, and no clause."""
    broken = replace(answer.records[0], facts={**answer.records[0].facts, "tradeRank": 0})
    quads = list(answer_quads(shipped.apply([broken]), shipped.book))
    decision = about(quads, "urn:policykb:decision:A1")

    assert decision[PKB.status] == {ox.NamedNode("https://w3id.org/policykb/scheme/status#invalid-record")}
    assert PKB.onClause not in decision
    assert {term.language for term in decision[RDFS.comment]} == {"zh", "en"}  # type: ignore[attr-defined]


def test_a_finding_of_a_valid_record_is_a_resource(shipped: Policykb) -> None:
    """A warning tells its record, its severity, what is wrong and how to mend it, as a SHACL result does."""
    booth = shipped.record(
        "Exhibition", "2020-11-05", id="A1", name="示例企业", overseas=True, boothFeeCNY=Decimal(50000)
    )
    twice = shipped.apply([booth, replace(booth, id="again")])
    quads = list(answer_quads(twice, shipped.book))
    found = [about(quads, q.subject.value) for q in quads if q.object == PKB.Finding]  # type: ignore[union-attr]
    warnings = [one for one in found if one[SH.resultSeverity] == {SH.Warning}]

    assert len(found) == len(twice.findings)
    assert {focus for one in warnings for focus in one[SH.focusNode]} <= {
        ox.NamedNode("urn:policykb:record:A1"),
        ox.NamedNode("urn:policykb:record:again"),
    }
    assert warnings and all(len(one[SH.resultMessage]) == len(one[PKB.mend]) == 2 for one in warnings)


def test_the_options_behind_an_amount(shipped: Policykb, answer: Answer) -> None:
    """The tier that gives 100,000 yuan is named, so that its words can be asked for."""
    decision = about(list(answer_quads(answer, shipped.book)), "urn:policykb:decision:A1:art-01-volume")

    assert decision[PKB.throughOption] == {
        ox.NamedNode("https://w3id.org/policykb/id/szq-2020-12/option/art-01-volume-4")
    }


def test_the_same_answer_has_the_same_triples(shipped: Policykb, answer: Answer) -> None:
    """Twice the same, in the same order."""
    assert list(answer_quads(answer, shipped.book)) == list(answer_quads(answer, shipped.book))
