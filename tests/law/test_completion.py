"""What follows from what is written is derived on loading, and only that: nothing written is overruled or doubled."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from policykb.errors import KnowledgeError, KnowledgeFaults
from policykb.law.completion import complete
from policykb.law.knowledge import Knowledge
from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.law.turtle import parse, parse_text
from policykb.names import CV, DCT, ELI, OA, PKB, RDF, RDFS, SCHEMA

ROOT = Path(__file__).resolve().parents[2]
HEAD = """@base <https://example.org/doc/> .
@prefix cpsv: <http://purl.org/vocab/cpsv#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix pkb-amount: <https://w3id.org/policykb/scheme/amount-kind#> .
@prefix pkb-text: <https://w3id.org/policykb/text#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://example.org/doc> a eli:LegalResource ;
    dct:title "题"@zh ;
    eli:date_document "2021-03-01"^^xsd:date ;
    pkb:textHash "00" ;
    pkb:chapterHeading "{numeral}、{heading}" ;
    pkb:articleHeading "第{nr}条 {heading}" ;
    pkb:defaultActor <body> ;
    pkb:defaultCurrency "CNY" .

pkb-text:heading-of-article rdfs:label "heading"@en .

pkb-text:heading-of-chapter rdfs:label "heading"@en .
"""


def node(name: str) -> ox.NamedNode:
    """A resource of the made-up document."""
    return ox.NamedNode(f"https://example.org/doc/{name}")


def completed(turtle: str, text: str) -> ox.Store:
    """A made-up document, completed."""
    store = ox.Store()
    store.load(HEAD.encode() + turtle.encode(), format=ox.RdfFormat.TURTLE)
    complete(store, ROOT, text)
    return store


def values(store: ox.Store, subject: ox.NamedNode, predicate: ox.NamedNode) -> set[str]:
    """The objects of a subject and predicate, as strings."""
    return {quad.object.value for quad in store.quads_for_pattern(subject, predicate, None)}


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    """The shipped knowledge base."""
    return load(ROOT, "szq-2020-12")


def test_every_quote_stands_where_its_anchor_says(shipped: Knowledge) -> None:
    """source[start:end] is the quote, for each of the 204 anchors; none of the shorthand is left."""
    store, text, seen = shipped.store, shipped.source, 0
    for anchor in shipped.instances(OA.SpecificResource):
        quote, start, end = "", -1, -1
        for selector in (q.object for q in store.quads_for_pattern(anchor, OA.hasSelector, None)):
            quote = "".join(values(store, selector, OA.exact)) or quote
            start = int("".join(values(store, selector, OA.start)) or start)
            end = int("".join(values(store, selector, OA.end)) or end)
        assert text[start:end] == quote
        seen += 1

    assert seen == 204
    assert not list(store.quads_for_pattern(None, PKB.quote, None))


def test_nothing_follows_twice(shipped: Knowledge) -> None:
    """Completed once more, a graph stays as it is; what was derived had not been written."""
    store = ox.Store()
    store.extend(shipped.store)

    assert complete(store, ROOT, shipped.source) == ()
    assert len(set(shipped.derived)) == len(shipped.derived) > 4000


def test_loaded_again_it_is_the_same_to_the_last_name(shipped: Knowledge) -> None:
    """A blank node is named by where it stands, so that what is published changes only where the graph does; nodes of
    two files, and two nodes of one, are never one."""
    again = load(ROOT, "szq-2020-12")
    blanks = [{t.subject for t in parse(path) if isinstance(t.subject, ox.BlankNode)} for path in again.files]

    assert set(again.store) == set(shipped.store)
    assert sum(map(len, blanks)) == len(set().union(*blanks)) > 400
    assert len({quad.object for quad in parse_text("[] <a:b> [] , [] .", "here")}) == 2


def test_chapter_numerals() -> None:
    """Chapters 1 to 99 have headings with Chinese numerals; one that does not stand so in the text has none."""
    digits = "一二三四五六七八九"
    numerals = [*digits, "十", *(f"十{d}" for d in digits)]
    numerals += [f"{t}十{d}" for t in digits[1:] for d in ("", *digits)]
    chapters = "".join(
        f'<chapter-{n}> a eli:LegalResourceSubdivision ; rdfs:label "甲{n}乙"@zh .\n' for n in range(1, 101)
    )
    text = "\n".join(f"{numeral}、甲{n}乙\n" for n, numeral in enumerate(numerals, 1))
    store = completed(chapters, text)
    found = {
        n: "".join(values(store, node(f"chapter-{n}-heading-quote"), OA.exact))
        for n in range(1, 101)
        if values(store, node(f"chapter-{n}-heading-quote"), OA.exact)
    }

    assert found == {n: f"{numeral}、甲{n}乙" for n, numeral in enumerate(numerals, 1)}
    assert len(found) == 99


def test_what_is_written_stays() -> None:
    """A kind, currency, actor, authority, number or identifier that is written is not joined by a default."""
    store = completed(
        """
<art-3> a eli:LegalResourceSubdivision ; dct:identifier "three" ; eli:number "7" ; rdfs:label "甲"@zh .
<art-3-s1> a pkb:Provision ; pkb:actor <other> ; pkb:quote "乙" .
<art-3-s2> a pkb:Provision ; pkb:quote "丙" .
<clause/a> a pkb:Clause ; cv:hasLegalResource <art-3-s1> ; cv:hasCompetentAuthority <other> .
<clause/b> a pkb:Clause ; cv:hasLegalResource <art-3-s2> ; cpsv:produces <option/b> .
<option/b> a pkb:Option ; pkb:amountKind pkb-amount:ceiling ; schema:currency "USD" .
""",
        "乙丙",
    )
    body = "https://example.org/doc/body"

    assert values(store, node("art-3"), DCT.identifier) == {"three"}
    assert values(store, node("art-3"), ELI.number) == {"7"}
    assert values(store, node("art-3-s1"), PKB.actor) == {"https://example.org/doc/other"}
    assert values(store, node("art-3-s1"), PKB.inferred) == set()
    assert values(store, node("art-3-s2"), PKB.actor) == {body}
    assert values(store, node("art-3-s2"), PKB.inferred) == {PKB.actor.value}
    assert values(store, node("clause/a"), CV.hasCompetentAuthority) == {"https://example.org/doc/other"}
    assert values(store, node("clause/b"), CV.hasCompetentAuthority) == {body}
    assert values(store, node("option/b"), SCHEMA.currency) == {"USD"}
    assert len(values(store, node("option/b"), PKB.amountKind)) == 1
    assert values(store, node("option/b"), DCT.source) == {"https://example.org/doc/art-3-s2"}


def test_a_shared_criterion_has_no_source_of_its_own() -> None:
    """What two clauses share comes from neither, unless both cite the same provision alone."""
    turtle = """
<art-1> a eli:LegalResourceSubdivision ; rdfs:label "甲"@zh .
<art-1-s1> a pkb:Provision ; pkb:quote "乙" .
<art-1-s2> a pkb:Provision ; pkb:quote "丙" .
<clause/a> a pkb:Clause ; cv:hasLegalResource <art-1-s1> ; pkb:eligibility <shape/a> .
<clause/b> a pkb:Clause ; cv:hasLegalResource {second} ; pkb:eligibility <shape/b> .
<shape/a> sh:property <shape/common> , <shape/own> .
<shape/b> sh:property <shape/common> .
<shape/common> sh:path pkb:producer .
<shape/own> sh:path pkb:producer .
"""
    one = "https://example.org/doc/art-1-s1"
    apart = completed(turtle.replace("{second}", "<art-1-s2>"), "乙丙")
    alike = completed(turtle.replace("{second}", "<art-1-s1>"), "乙丙")

    assert values(apart, node("shape/common"), DCT.source) == set()
    assert values(apart, node("shape/own"), DCT.source) == {one}
    assert values(alike, node("shape/common"), DCT.source) == {one}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'pkb:quote "支持企业建立海外仓，"',
            'pkb:quote "支持企业设立海外仓，"',
            "line 31: The quote of “art-05-s2” does not stand in source.txt: 支持企业设立海外仓，",
        ),
        (
            'pkb:quote "支持企业建立海外仓，"',
            'pkb:quote "海外仓"',
            "line 31: The quote of “art-05-s2” stands more than once in source.txt: 海外仓",
        ),
        (
            'pkb:quote "支持企业建立海外仓，"',
            'pkb:quote "支持企业建立海外仓，" ;\n    oa:start 7',
            "line 32: The quote of “art-05-s2” does not begin at character 7.",
        ),
        (
            '    pkb:quote "支持企业建立海外仓，" .',
            "    pkb:beneficiary szq-party:enterprises .",
            "line 27: “art-05-s2” is not anchored to the text.",
        ),
    ],
)
def test_a_faulty_quote(old: str, new: str, said: str, tmp_path: Path, edited: Callable[[str, str, str], None]) -> None:
    """A quote that stands nowhere, twice or elsewhere is refused on loading, with its line, and nothing else is."""
    edited("policy/szq-2020-12/articles/art-05.ttl", old, new)
    with pytest.raises(KnowledgeError) as caught:
        read_rules(load(tmp_path, "szq-2020-12"))
    faults = caught.value.faults if isinstance(caught.value, KnowledgeFaults) else (caught.value,)

    assert [fault.say("en").splitlines()[0] for fault in faults] == [f"policy/szq-2020-12/articles/art-05.ttl, {said}"]


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str, str], None]:
    """Makes a change to a copy of the knowledge base."""

    def make(file: str, old: str, new: str) -> None:
        for folder in ("ontology", "policy", "shapes", "queries"):
            shutil.copytree(ROOT / folder, tmp_path / folder)
        path = tmp_path / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        head = "@prefix oa: <http://www.w3.org/ns/oa#> . " if "oa:" in new else ""
        path.write_text(head + text.replace(old, new, 1), encoding="utf-8")

    return make


def test_what_an_overlay_restates_is_completed(tmp_path: Path) -> None:
    """What follows from a restated resource follows from what the overlay says, not from what it replaced."""
    overlay = tmp_path / "mine.ttl"
    overlay.write_text(
        """@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix pkb-kind: <https://w3id.org/policykb/scheme/clause-kind#> .
@prefix szq: <https://w3id.org/policykb/id/szq-2020-12/> .
@prefix szq-clause: <https://w3id.org/policykb/id/szq-2020-12/clause/> .

ex:mine a pkb:Overlay ; pkb:replaces szq-clause:art-05-cross-border .
szq-clause:art-05-cross-border a pkb:Clause ;
    dct:title "甲"@zh , "a"@en ;
    pkb:clauseKind pkb-kind:service ;
    cv:hasLegalResource szq:art-05-s2 ;
    pkb:recordType pkb:EnterpriseYear .
""",
        encoding="utf-8",
    )
    changed = load(ROOT, "szq-2020-12", [overlay])
    clause = ox.NamedNode("https://w3id.org/policykb/id/szq-2020-12/clause/art-05-cross-border")
    shape = ox.NamedNode("https://w3id.org/policykb/id/szq-2020-12/shape/art-05-cross-border")

    assert changed.objects(clause, DCT.identifier) == [ox.Literal("art-05-cross-border")]
    assert changed.objects(clause, PKB.eligibility) == [shape]
    assert [iri.value.rpartition("/")[2] for iri in changed.objects(shape, CV.isDerivedFrom)] == ["art-05-s2"]
    assert {iri.value for iri in changed.objects(clause, RDF.type)} >= {"http://purl.org/vocab/cpsv#PublicService"}
    assert changed.text(clause, DCT.title) == changed.text(clause, DCT.description)
    assert not changed.objects(clause, RDFS.label)
