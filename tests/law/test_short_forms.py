"""What is written short says the same as what is written out; what could be meant in two ways is not guessed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from test_completion import node, values

from policykb.errors import KnowledgeError, KnowledgeFaults
from policykb.law.completion import complete
from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.names import CPSV, CV, DCT, ELI, PKB, RDF, RDFS, SH

ROOT = Path(__file__).resolve().parents[2]
FORMS = ROOT / "tests" / "fixtures" / "short-forms"
HEAD = (FORMS / "short.ttl").read_text("utf-8").partition("\n#")[0]
TEXT = "第1条 甲\n来的给100元，最高900元。\n\n第2条 乙\n办公室管。\n\n设立丙会。\n\n好的给二元。坏的给一元。\n"
BARE = """
<https://example.org/doc> a eli:LegalResource ;
    dct:title "题"@zh ;
    pkb:undated true .
"""
DEFAULTS = """
<https://example.org/doc> pkb:defaultBeneficiary <party/firms> ; pkb:defaultRecordType pkb:Visit .
"""


def completed(turtle: str, text: str = TEXT) -> ox.Store:
    """A made-up document with the ontology, completed."""
    store = ox.Store()
    for path in sorted((ROOT / "ontology").glob("**/*.ttl")):
        if path.parent.name in ("ontology", "schemes", "wordings"):
            store.load(path=path, format=ox.RdfFormat.TURTLE)
    store.load(path=ROOT / "shapes" / "records.ttl", format=ox.RdfFormat.TURTLE)
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE)
    complete(store, ROOT, text)
    return store


def canonical(store: ox.Store) -> set[str]:
    """The statements of a graph, what has no name being named by what is said of it."""
    found = ox.Dataset(store)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in found}


def test_short_and_long_say_the_same() -> None:
    """A document in every short form, and the same written out, complete to one graph, statement for statement."""
    short, long = (canonical(completed((FORMS / f"{form}.ttl").read_text("utf-8"))) for form in ("short", "long"))

    assert sorted(short - long) == []
    assert sorted(long - short) == []
    assert sum("example.org/doc" in line for line in short) > 250


TWO = """
<art-01> a eli:LegalResourceSubdivision ; rdfs:label "甲"@zh .
<art-01-s1> a pkb:Provision ; rdfs:label "一"@zh ; pkb:quote "来的给100元，" .
<art-01-s2> a pkb:Provision ; rdfs:label "二"@zh ; pkb:quote "最高900元。" .
<clause/art-01-a> pkb:clauseKind pkb-kind:award ; pkb:combination <exclusive> .
<clause/art-01-b> pkb:clauseKind pkb-kind:award ; pkb:combination <exclusive> .
<option/art-01-c> schema:value 1.0 ; pkb:words "元" .
<figure-01-yuan> rdfs:label "元"@zh ; pkb:words "元" .
"""


def test_what_could_be_two_is_neither() -> None:
    """Two provisions with the words, two clauses of an article, two that could have the option: nothing follows."""
    store = completed(HEAD + BARE + TWO)

    assert values(store, node("figure-01-yuan"), DCT.source) == set()
    for clause in ("clause/art-01-a", "clause/art-01-b"):
        assert values(store, node(clause), CV.hasLegalResource) == set()
        assert values(store, node(clause), CPSV.produces) == set()
        assert values(store, node(clause), DCT.title) == set()
        # A document that names no record type for all has none.
        assert values(store, node(clause), PKB.recordType) == set()
    assert values(store, node("art-01-s1"), PKB.provisionType) == set()


def test_the_words_of_the_amount_tell_which_provision() -> None:
    """Of two provisions of an article a clause states the one where the words of its amount stand."""
    own = '<option/art-01-a> schema:value 900.0 ; pkb:words "最高900元" .'
    store = completed(HEAD + BARE + TWO + own)

    assert values(store, node("clause/art-01-a"), CV.hasLegalResource) == {node("art-01-s2").value}
    assert values(store, node("clause/art-01-b"), CV.hasLegalResource) == set()
    # The option that is named for no clause could still be of either.
    assert values(store, node("clause/art-01-a"), CPSV.produces) == {node("option/art-01-a").value}
    assert values(store, node("clause/art-01-b"), CPSV.produces) == set()


@pytest.mark.parametrize(
    ("line", "name", "predicate", "kept"),
    [
        ('<art-02-s1> pkb:beneficiary <other> ; pkb:quote "办公室管。" .', "art-02-s1", PKB.beneficiary, "other"),
        ('<art-02-s1> a pkb:Structure ; pkb:quote "办公室管。" .', "art-02-s1", RDF.type, PKB.Structure.value),
        ('<art-02-s1> pkb:quote "办公室管。" ; rdfs:label "丁"@zh .', "art-02-s1", RDFS.label, "丁"),
        ('<figure-02> pkb:words "办公室" ; dct:source <art-09> .', "figure-02", DCT.source, "art-09"),
        ('<figure-02> pkb:words "办公室" ; rdfs:comment "戊"@zh .', "figure-02", RDFS.comment, "戊"),
        ("<shape/x> sh:path pkb:open ; sh:hasValue true ; sh:minCount 0 .", "shape/x", SH.minCount, "0"),
        ("<art-01-payment-2> pkb:ofClause <clause/a> ; pkb:position 5 .", "art-01-payment-2", PKB.position, "5"),
        ("<art-05> eli:is_part_of <ch-2> . <chapter-1> eli:has_part <art-05> .", "art-05", ELI.is_part_of, "ch-2"),
    ],
)  # fmt: skip
def test_what_is_written_stays(line: str, name: str, predicate: ox.NamedNode, kept: str) -> None:
    """What a person wrote is neither overruled nor doubled by what would follow without it."""
    article = '<art-02> a eli:LegalResourceSubdivision ; rdfs:label "乙"@zh .\n<art-02-s1> eli:is_part_of <art-02> .\n'
    store = completed(HEAD + BARE + DEFAULTS + article + line)

    assert {value.removeprefix("https://example.org/doc/") for value in values(store, node(name), predicate)} == {kept}


def test_what_says_otherwise_is_not_completed() -> None:
    """A criterion that is presumed is not made a requirement; a quote that is not named as a sentence is none."""
    presumed = '<shape/x> sh:path pkb:open ; sh:hasValue true ; pkb:presumption "推定"@zh , "presumed"@en .\n'
    store = completed(
        HEAD + BARE + presumed + '<art-02-first> pkb:quote "办公室管。" .\n<note> pkb:quote "设立丙会。" .'
    )

    assert values(store, node("shape/x"), SH.minCount) == set()
    assert values(store, node("art-02-first"), RDF.type) == set()
    assert values(store, node("note"), RDF.type) == {PKB.Structure.value}


def test_an_article_without_a_chapter() -> None:
    """A document without chapters lists its articles nowhere: what is named art-03 and has a name is one."""
    store = completed(HEAD + BARE + '<art-03> rdfs:label "丙"@zh .\n<art-03-note> rdfs:label "丁"@zh .\n')

    assert values(store, node("art-03"), RDF.type) == {ELI.LegalResourceSubdivision.value}
    assert values(store, node("art-03"), ELI.number) == {"3"}
    assert values(store, node("art-03-note"), RDF.type) == set()


OPERATOR = "pkb-operator:product ( pkb:trainees pkb:trainingDays )"


@pytest.mark.proof
@pytest.mark.parametrize(
    "written",
    [
        "pkb-operator:product ( pkb:trainees pkb:trainingDays 2.0 )",
        "pkb-operator:product ( pkb:trainees )",
        "pkb-operator:product ()",
        "pkb-operator:product pkb:trainees",
        "pkb-operator:product ( pkb:trainees pkb:trainees )",
        "pkb-operator:sum ( pkb:trainees pkb:trainees )",
        f"{OPERATOR} ; pkb-operator:sum ( pkb:trainees pkb:trainingDays )",
        f"{OPERATOR} , ( pkb:trainees 3.0 )",
        f"{OPERATOR} ; pkb:operand pkb:tripsAbroad",
    ],
)
def test_an_operator_that_is_not_whole_is_refused(written: str, tmp_path: Path) -> None:
    """Too many, too few, the same twice, two operators or a further operand: refused with the line, never half read."""
    for folder in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    path = tmp_path / "policy" / "yunting-2024" / "articles.ttl"
    lines = path.read_text("utf-8").split("\n")
    line = next(place for place, text in enumerate(lines, 1) if OPERATOR in text)
    path.write_text("\n".join(lines).replace(OPERATOR, written), "utf-8")

    with pytest.raises(KnowledgeError) as caught:
        read_rules(load(tmp_path, "yunting-2024"))
    faults = caught.value.faults if isinstance(caught.value, KnowledgeFaults) else (caught.value,)

    assert any(fault.say("en").startswith(f"policy/yunting-2024/articles.ttl, line {line}: ") for fault in faults)


@pytest.mark.parametrize(
    ("file", "name", "other"),
    [
        ("shapes/yunting-2024/conditions.ttl", "<shape/art-05-size> ", "<shape/art-05-sise> "),
        ("policy/yunting-2024/articles.ttl", "<option/art-09-talent> ", "<option/art-09-talant> "),
    ],
)
def test_what_nothing_uses_is_refused(file: str, name: str, other: str, tmp_path: Path) -> None:
    """A condition or amount whose name is misspelt, so that its clause would ask or pay nothing, is refused by name."""
    for folder in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    text = (tmp_path / file).read_text("utf-8")
    line = text[: text.index(f"\n{name}")].count("\n") + 2
    (tmp_path / file).write_text(text.replace(f"\n{name}", f"\n{other}"), "utf-8")

    with pytest.raises(KnowledgeError) as caught:
        read_rules(load(tmp_path, "yunting-2024"))
    misspelt, meant = (each[1:-2].partition("/")[2] for each in (other, name))

    assert f"{file}, line {line}: No clause or condition uses “{misspelt}”" in caught.value.say("en")
    assert f"did you mean {meant}?" in caught.value.say("en")


def test_twenty_five_lines_a_sentence() -> None:
    """The two examples, all their files counted, take at most 25 lines of Turtle for each sentence of their texts."""
    slugs = ("qitang-2024", "yunting-2024")
    folders = [ROOT / "policy" / slug for slug in slugs] + [ROOT / "shapes" / slug for slug in slugs]
    folders += [path for path in (ROOT / "ontology").iterdir() if set(path.name.split(",")) & set(slugs)]
    lines = sum(len(path.read_text("utf-8").splitlines()) for folder in folders for path in folder.rglob("*.ttl"))
    texts = (path.read_text("utf-8") for slug in slugs for path in (ROOT / "policy" / slug).rglob("*.txt"))
    sentences = sum(len(re.findall("。", text)) for text in texts)

    assert sentences == 69
    assert lines <= 25 * sentences
