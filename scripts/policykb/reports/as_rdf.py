"""An answer as RDF: the records, the decisions on them, what they are entitled to, what was found, and the receipt.

The terms are described in `ontology/decisions.ttl`; receipts follow PROV-O. The same answer always gives the same
triples in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from urllib.parse import quote

import pyoxigraph as ox

from ..answers.answer import Answer
from ..doors.outgoing import turtle_text
from ..engines.near import NearMiss, near_misses
from ..engines.program import value_term
from ..law.fingerprint import JOINED
from ..law.receipt import Receipt, receipt_text
from ..law.rules import RuleBook
from ..model import Amount, Decision, Entitlement, GroupDecision, Record, Text
from ..names import DCT, PKB, PROV, RDF, RDFS, ROV, SCHEMA
from .criteria import failing
from .finding_rdf import finding_statements

__all__ = ["DECISIONS", "RECORDS", "answer_quads", "to_turtle"]

GRAPH = "https://w3id.org/policykb/graph/"
DECISIONS = ox.NamedNode(f"{GRAPH}decisions")
RECORDS = ox.NamedNode(f"{GRAPH}records")
STATUS = "https://w3id.org/policykb/scheme/status#"
URN = "urn:policykb:"

Subject = ox.NamedNode
Object = ox.NamedNode | ox.Literal
Triple = tuple[Subject, ox.NamedNode, Object]


def answer_quads(answer: Answer, book: RuleBook, near: Sequence[NearMiss] | None = None) -> Iterator[ox.Quad]:
    """An answer as quads: its records in the graph of records, the rest in the graph of decisions.

    Args:
        answer: what `apply` returned.
        book: the rules it was decided under.
        near: the near misses among its decisions, where its records were decided under rules of different days.
    """
    names = _record_names(answer.records)
    for record, name in zip(answer.records, names, strict=True):
        yield from (ox.Quad(*triple, RECORDS) for triple in _record(record, name))
    if near is None:
        near = near_misses(book, answer.records, answer.decisions, answer.receipt.as_of)
    yield from (ox.Quad(*triple, DECISIONS) for triple in _answer(answer, book, names, near))


def to_turtle(
    answer: Answer, book: RuleBook, prefixes: Mapping[str, str], near: Sequence[NearMiss] | None = None
) -> str:
    """An answer as one Turtle document, records and decisions together.

    Args:
        answer: what `apply` returned.
        book: the rules it was decided under.
        prefixes: prefix to namespace, as the prefix table states them.
        near: as in `answer_quads`.
    """
    triples = dict.fromkeys(ox.Triple(q.subject, q.predicate, q.object) for q in answer_quads(answer, book, near))
    data = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes))
    return turtle_text((data or b"").decode()) + f"# policykb {answer.receipt.version}\n"


def _record_names(records: Sequence[Record]) -> list[str]:
    """A name for each record, fit for an IRI; ids are free text, and a wrong file may repeat one."""
    taken: dict[str, int] = {}
    names = []
    for record in records:
        name = quote(record.id, safe="")
        taken[name] = taken.get(name, 0) + 1
        names.append(name if taken[name] == 1 else f"{name};{taken[name]}")
    return names


def _record(record: Record, name: str) -> Iterator[Triple]:
    iri = ox.NamedNode(f"{URN}record:{name}")
    yield iri, RDF.type, PKB[record.type]
    yield iri, DCT.identifier, ox.Literal(record.id)
    yield iri, PKB.period, ox.Literal(record.period)
    subject = _subject(record, name)
    yield iri, PKB.subject, subject
    for fact, value in record.facts.items():
        if fact in record.derived:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            yield iri, PKB[fact], value_term(one)
    yield subject, RDF.type, ROV.RegisteredOrganization if record.credit_code else PROV.Agent
    for predicate, stated in (
        (PKB.name, record.name),
        (PKB.creditCode, record.credit_code),
        (PKB.division, record.division),
    ):
        if stated is not None:
            yield subject, predicate, ox.Literal(stated)


def _subject(record: Record, name: str) -> ox.NamedNode:
    # Everything stated about the subject is in the name, so that no record's statement leaks into another's.
    parts = [part for part in (record.credit_code, record.name, record.division) if part]
    return ox.NamedNode(f"{URN}subject:{quote('/'.join(parts), safe='')}" if parts else f"{URN}subject-of:{name}")


def _answer(answer: Answer, book: RuleBook, names: Sequence[str], near: Sequence[NearMiss]) -> Iterator[Triple]:
    receipt = ox.NamedNode(f"{URN}receipt:{answer.receipt.records[:16]}-{answer.receipt.rules[:16]}")
    yield from _receipt(receipt, answer.receipt, book)
    # Records that share an id are all invalid, so which of them a decision meets makes no difference.
    by_id: dict[str, str] = {}
    for record, name in zip(answer.records, names, strict=True):
        by_id.setdefault(record.id, name)
    yield from _gathered(answer, names)
    derived: set[tuple[str, str]] = set()
    for record, name in zip(answer.records, names, strict=True):
        for fact in sorted(record.derived):
            yield from _derived_value(name, fact, value_term(record.facts[fact]))
    for decision in answer.decisions:
        yield from _decision(decision, by_id[decision.record], book, receipt)
        yield from _derived(decision, by_id[decision.record], book, derived)
    for miss in near:
        yield from _near(miss, by_id[miss.record])
    for group in answer.groups:
        yield from _group(group, by_id[group.record], book, receipt)
    for joint in answer.joints:
        if joint.how == "together":
            first = joint.members[0].record
            yield from _group(GroupDecision(first, joint.group, None, joint.amount), by_id[first], book, receipt)
    for entitlement in answer.entitlements:
        yield from _entitlement(entitlement, by_id[entitlement.record], book)
    for number, finding in enumerate(answer.findings, 1):
        iri = ox.NamedNode(f"{URN}finding:{number}")
        yield iri, RDF.type, PKB.Finding
        yield iri, PROV.wasGeneratedBy, receipt
        for predicate, term in finding_statements(finding, book.vocabulary):
            yield iri, predicate, term


def _gathered(answer: Answer, names: Sequence[str]) -> Iterator[Triple]:
    """Where records of one subject state it in several ways: under which of these it is gathered."""
    for enterprise in answer.enterprises:
        stated = {place: _subject(answer.records[place], names[place]) for place in enterprise.members}
        coded = (place for place in stated if answer.records[place].credit_code)
        whole = stated[next(coded, enterprise.members[0])]
        for subject in dict.fromkeys(stated.values()):
            if subject != whole:
                yield subject, PKB.gatheredAs, whole


def _receipt(iri: ox.NamedNode, receipt: Receipt, book: RuleBook) -> Iterator[Triple]:
    yield iri, RDF.type, PKB.Receipt
    for document in book.documents or (book.document,):
        if not book.documents or document.slug in receipt.policy.split(JOINED):
            yield iri, PROV.used, ox.NamedNode(document.iri)
    yield iri, PKB.version, ox.Literal(receipt.version)
    yield iri, PKB.rulesHash, ox.Literal(f"sha256:{receipt.rules}")
    yield iri, PKB.recordsHash, ox.Literal(f"sha256:{receipt.records}")
    if receipt.as_of is not None:
        yield iri, PKB.asOf, value_term(receipt.as_of)
    for overlay in receipt.overlays:
        yield iri, PKB.underOverlay, ox.Literal(overlay)
    yield iri, PKB.answerHash, ox.Literal(f"sha256:{receipt.answer}")
    yield iri, PKB.receiptText, ox.Literal(receipt_text(receipt), datatype=RDF.JSON)


def _decision(decision: Decision, name: str, book: RuleBook, receipt: ox.NamedNode) -> Iterator[Triple]:
    iri = ox.NamedNode(f"{URN}decision:{name}" + (f":{decision.clause}" if decision.clause else ""))
    yield iri, RDF.type, PKB.Decision
    yield iri, PKB.onRecord, ox.NamedNode(f"{URN}record:{name}")
    yield iri, PKB.status, ox.NamedNode(f"{STATUS}{decision.status}")
    yield iri, PROV.wasGeneratedBy, receipt
    if decision.clause is not None:
        clause = ox.NamedNode(book.clauses[decision.clause].iri)
        yield iri, PKB.onClause, clause
        if decision.amount is not None:
            yield from _amount(iri, decision.amount)
    if decision.selected is not None:
        yield iri, PKB.selectedInGroup, value_term(decision.selected)
    if decision.suppressed_by is not None:
        yield iri, PKB.suppressedBy, ox.NamedNode(_iri(book, decision.suppressed_by))
    for result in decision.criteria:
        yield iri, PKB[result.truth], ox.NamedNode(result.criterion.iri)
    for option in decision.options:
        yield iri, PKB.throughOption, ox.NamedNode(option.option.iri)
    if decision.clause is not None and decision.status == "not-eligible":
        for result in chain(*failing(decision, book.clauses[decision.clause])):
            yield iri, PKB.failsAt, ox.NamedNode(result.criterion.iri)
    for fact in decision.missing:
        yield iri, PKB.missing, PKB[fact]
    for fact, _body in decision.awaiting:
        yield iri, PKB.awaiting, PKB[fact]
    if decision.fallback is not None:
        yield iri, PKB.fallback, ox.NamedNode(decision.fallback.iri)
    for reading in decision.readings or ():
        yield iri, PKB.dependsOnReading, ox.Literal(reading)
    for text in (*decision.notes, *(finding.message for finding in decision.findings)):
        yield from _comment(iri, text)


def _iri(book: RuleBook, name: str) -> str:
    """The IRI of a clause, or of a group."""
    return book.clauses[name].iri if name in book.clauses else book.group(name).iri


def _near(near: NearMiss, name: str) -> Iterator[Triple]:
    iri = ox.NamedNode(f"{URN}decision:{name}:{near.clause}")
    yield iri, PKB.turnsOn, PKB[near.fact]
    yield iri, PKB.turnsAt, ox.NamedNode(near.criterion)
    yield iri, PKB.actual, value_term(near.actual)
    yield iri, PKB.bound, value_term(near.bound)
    yield iri, PKB.needed, value_term(near.needed)


def _derived(decision: Decision, name: str, book: RuleBook, done: set[tuple[str, str]]) -> Iterator[Triple]:
    for result in decision.criteria:
        fact = result.criterion.path
        compared = any(atom.other for atom in result.criterion.atoms)
        if fact not in book.derived or result.actual is None or compared or (name, fact) in done:
            continue
        done.add((name, fact))
        yield from _derived_value(name, fact, value_term(Decimal(result.actual)))


def _derived_value(name: str, fact: str, value: ox.Literal) -> Iterator[Triple]:
    iri = ox.NamedNode(f"{URN}derived:{name}:{fact}")
    record = ox.NamedNode(f"{URN}record:{name}")
    yield iri, RDF.type, PKB.DerivedValue
    yield iri, PKB.onRecord, record
    yield iri, PKB.ofFact, PKB[fact]
    yield iri, RDF.value, value
    yield iri, PROV.wasDerivedFrom, record


def _group(group: GroupDecision, name: str, book: RuleBook, receipt: ox.NamedNode) -> Iterator[Triple]:
    iri = ox.NamedNode(f"{URN}decision:{name}:{group.group}")
    yield iri, RDF.type, PKB.GroupDecision
    yield iri, PKB.onRecord, ox.NamedNode(f"{URN}record:{name}")
    yield iri, PKB.onGroup, ox.NamedNode(book.group(group.group).iri)
    yield iri, PROV.wasGeneratedBy, receipt
    if group.winner is not None:
        yield iri, PKB.winner, ox.NamedNode(book.clauses[group.winner].iri)


def _entitlement(entitlement: Entitlement, name: str, book: RuleBook) -> Iterator[Triple]:
    """What counts is said of the decision that gives it: that of the group, or of a clause outside any."""
    iri = ox.NamedNode(f"{URN}decision:{name}:{entitlement.group or entitlement.clause}")
    clause, group = entitlement.clause, entitlement.group
    yield iri, RDF.type, PKB.Entitlement
    yield iri, PKB.credits, ox.NamedNode(book.clauses[clause].iri if clause else book.group(group or "").iri)
    yield iri, PKB.status, ox.NamedNode(f"{STATUS}{entitlement.status}")
    yield from _amount(iri, entitlement.amount)


def _amount(iri: ox.NamedNode, amount: Amount) -> Iterator[Triple]:
    yield iri, PKB.least, value_term(amount.min)
    if amount.max is not None:
        yield iri, PKB.most, value_term(amount.max)
    yield iri, SCHEMA.currency, ox.Literal(amount.currency)


def _comment(iri: ox.NamedNode, text: Text) -> Iterator[Triple]:
    for language, words in (("zh", text.zh), ("en", text.en)):
        if words:
            yield iri, RDFS.comment, ox.Literal(words, language=language)
