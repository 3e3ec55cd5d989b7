"""Records in Turtle, N-Quads and JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from expect import only, rules

from policykb.errors import InputError
from policykb.readers import Reading

Read = Callable[..., Reading]

PREFIXES = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <http://example.org/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix pkb-code: <https://w3id.org/policykb/scheme/code#> .
@prefix rov: <http://www.w3.org/ns/regorg#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CONTEXT = {"@vocab": "https://w3id.org/policykb/ns#", "id": "http://purl.org/dc/terms/identifier"}


@pytest.fixture
def turtle(read_text: Read) -> Callable[..., Reading]:
    """Read one enterprise-year that states the given properties."""

    def read(items: str, kind: str = "EnterpriseYear", **options: Any) -> Reading:
        text = f'{PREFIXES}ex:r1 a pkb:{kind} ; pkb:period "2020" ; {items} .'
        return read_text(text, name="records.ttl", **options)

    return read


def test_a_record_in_turtle(turtle: Read) -> None:
    """Facts are properties; the subject has its name, credit code and division."""
    record = only(
        turtle(
            'dct:identifier "r1" ; pkb:subject [ rov:legalName "甲公司" ; pkb:creditCode "91370402MA3C0000XX" ; '
            'pkb:division "370402" ] ; pkb:producer true ; pkb:tradeCNY 5000000.00 ; '
            "pkb:tradeUSD 700000 ; pkb:tradeRank 9"
        )
    )

    assert (record.id, record.type, record.period, record.name, record.credit_code, record.division, record.facts) == (
        "r1",
        "EnterpriseYear",
        "2020",
        "甲公司",
        "91370402MA3C0000XX",
        "370402",
        {"producer": True, "tradeCNY": D("5000000.00"), "tradeUSD": D("700000"), "tradeRank": 9},
    )
    assert record.findings == ()


def test_the_iri_is_the_id_of_a_record_without_one(turtle: Read) -> None:
    """Without dct:identifier the IRI names the record."""
    assert only(turtle("pkb:tradeRank 9")).id == "http://example.org/r1"


def test_codes_lists_and_dates(turtle: Read) -> None:
    """Codes are strings or their IRIs; list facts repeat or are RDF lists; dates are xsd:date."""
    repeated = only(turtle('pkb:programmes "national" , "taishan"', "TalentTeamSelection"))
    listed = only(turtle("pkb:programmes ( pkb-code:taishan pkb-code:national )", "TalentTeamSelection"))
    project = only(turtle('pkb:windowStart "2018-03-01"^^xsd:date ; pkb:referrerKind "other"', "ProjectReferral"))

    assert (repeated.facts, listed.facts, project.facts) == (
        {"programmes": ("national", "taishan")},
        {"programmes": ("taishan", "national")},
        {"windowStart": date(2018, 3, 1), "referrerKind": "other"},
    )


@pytest.mark.parametrize(
    ("items", "rule"),
    [
        ('pkb:tradeCNY "20"', "wrong-datatype"),
        ("pkb:tradeCNY 2e1", "wrong-datatype"),
        ('pkb:tradeCNY "6,000"^^xsd:decimal', "value-not-a-number"),
        ("pkb:tradeCNY ex:much", "wrong-datatype"),
        ("pkb:tradeCNY 7.0 , 8.0", "several-values"),
        ("pkb:tradeRank 2.0", "wrong-datatype"),
        ('pkb:producer "是"', "wrong-datatype"),
        ('pkb:producer "yes"^^xsd:boolean', "value-not-a-truth"),
        ("pkb:tradeCNYY 7.0", "near-column"),
        ("ex:tradeCNY 7.0", "near-column"),
        ('pkb:subject "甲"', "subject-not-an-object"),
        ('pkb:subject [ pkb:name "甲" ; pkb:creditcode "x" ]', "near-column"),
        ('dct:identifier "a" , "b"', "several-values"),
        ("a pkb:Exhibition", "several-types"),
        (f'pkb:tradeCNY "{"9" * 5000}"^^xsd:decimal', "number-too-long"),
    ],
)
def test_a_wrong_property_is_an_error_of_its_record(turtle: Read, items: str, rule: str) -> None:
    """A wrong datatype or a second value is an error with its value, never "not eligible"."""
    assert rules(only(turtle(items)).findings) == [rule]


def test_an_empty_list_is_an_error(turtle: Read) -> None:
    """rdf:nil names no programme at all."""
    assert rules(only(turtle("pkb:programmes ()", "TalentTeamSelection")).findings) == ["empty-list"]


def test_foreign_properties_are_left_out_with_a_warning(turtle: Read) -> None:
    """Properties of other vocabularies are not ours to judge; under strict they are errors."""
    assert rules(turtle("ex:colour 7").findings, "warning") == ["unknown-column"]
    assert rules(only(turtle("ex:colour 7", strict=True)).findings) == ["unknown-column"]


def test_n_quads(read_text: Read) -> None:
    """Named graphs are read as one."""
    text = (
        "<http://e.org/r> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<https://w3id.org/policykb/ns#EnterpriseYear> <http://e.org/g> .\n"
        '<http://e.org/r> <https://w3id.org/policykb/ns#period> "2020" .\n'
    )

    assert only(read_text(text, name="x.nq")).period == "2020"


def json_ld(items: dict[str, Any], context: Any = CONTEXT) -> str:
    """A JSON-LD document with one enterprise-year."""
    return json.dumps({"@context": context, "@id": "r1", "@type": "EnterpriseYear", "period": "2020"} | items)


def test_a_record_in_json_ld(read_text: Read) -> None:
    """A JSON number is read with its own digits, although JSON-LD calls it a double."""
    record = only(
        read_text(json_ld({"tradeCNY": 5000000.1, "producer": True, "subject": {"name": "甲"}}), name="x.jsonld")
    )

    assert (record.id, record.name, record.facts, rules(record.findings)) == (
        "r1",
        "甲",
        {"tradeCNY": D("5000000.1"), "producer": True},
        [],
    )


def test_a_typed_value_in_json_ld(read_text: Read) -> None:
    """A decimal may be written as a typed string; an untyped string is no number."""
    typed = {"@value": "20.50", "@type": "http://www.w3.org/2001/XMLSchema#decimal"}

    assert only(read_text(json_ld({"tradeCNY": typed}), name="x.jsonld")).facts == {"tradeCNY": D("20.50")}
    assert rules(only(read_text(json_ld({"tradeCNY": "20.50"}), name="x.jsonld")).findings) == ["wrong-datatype"]


@pytest.mark.parametrize(
    "context", ["https://example.org/c.jsonld", [CONTEXT, "https://example.org/c"], {"@import": "x"}]
)
def test_a_remote_context_is_refused(read_text: Read, context: Any) -> None:
    """Nothing is ever fetched, and the message says which context was wanted."""
    with pytest.raises(InputError, match=r"远程上下文(?s:.*)remote context"):
        read_text(json_ld({}, context), name="x.jsonld")


def test_a_term_that_the_context_does_not_define(read_text: Read) -> None:
    """JSON-LD would drop it without a word."""
    context = {
        "EnterpriseYear": "https://w3id.org/policykb/ns#EnterpriseYear",
        "period": "https://w3id.org/policykb/ns#period",
    }

    with pytest.raises(InputError, match="tradeCNYY"):
        read_text(json_ld({"tradeCNYY": 7}, context), name="x.jsonld")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PREFIXES + "ex:r a pkb:EnterpriseYear ;\n pkb:tradeCNY .", "line 9"),
        (PREFIXES + "ex:r a ex:Thing .", "no records"),
        (PREFIXES + 'ex:r a pkb:EnterpriseYr ; pkb:period "2020" .', "Did you mean “EnterpriseYear”?"),
        (PREFIXES + 'ex:r pkb:period "2020" .', "no type"),
    ],
)
def test_turtle_that_cannot_be_used(read_text: Read, text: str, words: str) -> None:
    """One clear message with line or record."""
    with pytest.raises(InputError) as fault:
        read_text(text, name="x.ttl")

    assert words in str(fault.value)


def test_a_subject_of_many_records_is_told_in_short(read_text: Read) -> None:
    """Whatever stands of a subject that many records share, each of them tells of the first values alone."""
    head = "@prefix pkb: <https://w3id.org/policykb/ns#> .\n"
    rows = (
        f'<urn:r{n}> a pkb:EnterpriseYear ; pkb:period "2020" ; pkb:subject <urn:s> .\n<urn:s> pkb:name "甲{n}公司" .\n'
        for n in range(40)
    )
    found = read_text(head + "".join(rows), "records.ttl")

    told = [one for record in found.records for one in record.findings if one.rule == "several-values"]
    assert len(found.records) == len(told) == 40
    assert all(one.value is not None and one.value.endswith("…") and one.value.count("公司") == 8 for one in told)
