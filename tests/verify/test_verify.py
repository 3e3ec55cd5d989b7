"""The shipped knowledge base proves itself against its text, and no seeded fault escapes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from seeding import ROOT, first_fault

from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.names import DCT, PKB
from policykb.verify import Report, verify
from policykb.verify.accounts import account
from policykb.verify.boundary import read_bounds
from policykb.verify.face import print_report, run
from policykb.verify.numbers import compare
from policykb.verify.numerals import text_units
from policykb.verify.official import check_official, official_shapes
from policykb.verify.places import Places
from policykb.verify.structure import as_graph
from policykb.verify.words import Sentence, read_sentences
from soaking import share

Flip = Callable[[str, str, str], None]

A = "policy/szq-2020-12/articles/art-{}.ttl"
S = "shapes/szq-2020-12/art-{}.ttl"
E = "policy/szq-2020-12/translations/en/art-{}.ttl"
DOCUMENT = "policy/szq-2020-12/document.ttl"
NUMBERS = "policy/szq-2020-12/numbers.ttl"
SOURCE = "policy/szq-2020-12/source.txt"


@pytest.fixture(scope="module")
def report() -> Report:
    """The ledger of the shipped knowledge base, without the slower checks."""
    knowledge = load(ROOT, "szq-2020-12")
    return verify(knowledge, read_rules(knowledge), rules={"ledger", "numbers"})


def test_the_ledger_covers_the_whole_text(report: Report) -> None:
    """All 29 articles, every character in one quote, every numeral accounted for."""
    articles = [row.id for row in report.ledger.rows if row.id.startswith("art-")]

    assert articles == [f"art-{number:02d}" for number in range(1, 30)]
    assert (report.ledger.share_of_characters, report.ledger.share_of_numerals) == (100.0, 100.0)


def test_every_norm_of_an_article_is_modelled(report: Report) -> None:
    """Only the notice and the preamble hold provisions that no clause cites."""
    assert [row.id for row in report.ledger.rows if row.set_aside] == ["notice", "preamble"]


def test_article_10_holds_21_numerals(report: Report) -> None:
    """The article's number, ten bounds, four rates, 2019, 16, 500万, 5000万 twice, three years, once, 30万."""
    row = next(row for row in report.ledger.rows if row.id == "art-10")

    assert (row.numerals, row.typed, row.figures) == (21, 21, 0)


# Each line is one slip of the pen: the rule that must notice it, the file, what stood there, what is written instead.
FLIPS: list[tuple[str, str, str, str]] = [
    # The text and its anchors.
    ("ledger", SOURCE, "总量 500 万元", "总量 600 万元"),
    ("ledger", SOURCE, "共印20份", "共印30份"),
    ("ledger", SOURCE, "前三位", "前二位"),
    ("ledger", SOURCE, "。\n", "。 \n"),
    ("ledger", DOCUMENT, '"41e9dcbf', '"51e9dcbf'),
    ("ledger", A.format("01"), "一次性奖励 15 万元。", "一次性奖励 16 万元。"),
    ("ledger", A.format("08"), 'pkb:quote "丰富利用外资方式', 'pkb:quote "丰富利用外资形式'),
    ("ledger", A.format("08"), 'pkb:quote "丰富利用外资方式', 'pkb:quote "富利用外资方式'),
    ("ledger", "policy/szq-2020-12/front.ttl", "    oa:start 174", "    oa:start 175"),
    ("ledger", A.format("12"), "cv:hasLegalResource szq:art-12-s1", "cv:hasLegalResource szq:art-12-s5"),
    ("ledger", NUMBERS, '"八大冲刺" .', '"重点工作" .'),
    ("ledger", NUMBERS, "dct:source szq:art-11-heading , ", "dct:source "),
    ("ledger", NUMBERS, 'pkb:words "一事一议"', 'pkb:words "一事一议”，给予最低500万元"'),
    # Bounds: value, direction, boundary.
    ("numbers", S.format("01"), "sh:minInclusive 5000000.0", "sh:minInclusive 5000001.0"),
    ("numbers", S.format("01"), "sh:minInclusive 5000000.0", "sh:minExclusive 5000000.0"),
    ("numbers", S.format("01"), "sh:minInclusive 500000000.0", "sh:maxExclusive 500000000.0"),
    ("numbers", S.format("01"), "sh:maxExclusive 500000000.0", "sh:maxInclusive 500000000.0"),
    ("numbers", S.format("01"), "sh:maxInclusive 3 ;", "sh:maxInclusive 2 ;"),
    ("numbers", S.format("01"), "sh:maxInclusive 3 ;", "sh:maxExclusive 3 ;"),
    ("numbers", S.format("01"), "sh:minExclusive 0.0", "sh:minInclusive 0.0"),
    ("numbers", S.format("01"), "sh:minExclusive 0.0", "sh:minExclusive 1.0"),
    ("numbers", S.format("05"), "sh:minInclusive 500.0", "sh:minInclusive 50.0"),
    ("numbers", S.format("05"), "sh:minInclusive 300000.0", "sh:minExclusive 300000.0"),
    ("numbers", S.format("10"), "sh:maxInclusive 3000000.0", "sh:maxExclusive 3000000.0"),
    ("numbers", S.format("10"), "sh:minExclusive 20000000.0", "sh:minInclusive 20000000.0"),
    ("numbers", S.format("10"), "sh:minExclusive 3000000.0", "sh:minInclusive 3000000.0"),
    ("numbers", S.format("10"), "sh:minInclusive 5000000.0", "sh:minInclusive 500000.0"),
    ("numbers", S.format("10"), "sh:path pkb:plannedFdiUSD", "sh:path pkb:tradeCNY"),
    ("numbers", S.format("18"), "sh:in ( 1 )", "sh:in ( 3 )"),
    ("numbers", S.format("24"), "sh:in ( 1 )", "sh:in ( 2 )"),
    ("numbers", "shapes/szq-2020-12/common.ttl", '"370402"', '"370403"'),
    ("numbers", "shapes/szq-2020-12/common.ttl", "    pkb:justification", "    pkb:presumption"),
    # Amounts: sum, rate, cap, floor, kind, currency.
    ("numbers", A.format("01"), "schema:value 300000.0", "schema:value 200000.0"),
    ("numbers", A.format("01"), "pkb:rate 0.02", "pkb:rate 0.2"),
    ("numbers", A.format("01"), "pkb:base pkb:tradeIncreaseUSD", "pkb:base pkb:tradeCNY"),
    ("numbers", A.format("02"), "pkb:rate 0.30", "pkb:rate 0.03"),
    ("numbers", A.format("02"), "schema:maxValue 20000.0", "schema:maxValue 200000.0"),
    ("numbers", A.format("02"), "    pkb:rate 0.30", "    pkb:amountKind pkb-amount:ceiling ;\n    pkb:rate 0.30"),
    ("numbers", A.format("05"), "pkb-amount:ceiling", "pkb-amount:exact"),
    ("numbers", A.format("10"), 'schema:currency "USD"', 'schema:currency "CNY"'),
    ("numbers", A.format("26"), "schema:minValue 5000000.0", "schema:minValue 500000.0"),
    ("numbers", A.format("29"), "    schema:value ", '    schema:currency "USD" ;\n    schema:value '),
    ("numbers", "policy/szq-2020-12/derived.ttl", "pkb:forYears 3", "pkb:forYears 2"),
    # Quantities and days.
    ("numbers", NUMBERS, "pkb:exclusive true", "pkb:exclusive false"),
    ("numbers", NUMBERS, "schema:minValue 30 ", "schema:minValue 31 "),
    ("numbers", NUMBERS, "pkb:unit pkb-unit:working-day", "pkb:unit pkb-unit:year"),
    ("numbers", A.format("20"), '"2020-12-31"', '"2021-12-31"'),
    ("ledger", A.format("24"), '    pkb:deadline "2021-12-31"^^xsd:date ;\n', ""),
    ("numbers", A.format("24"), '"2022-12-30"', '"2022-12-31"'),
    ("numbers", DOCUMENT, 'eli:date_document "2020-09-24"', 'eli:date_document "2020-09-25"'),
    ("numbers", DOCUMENT, 'pkb:asOfFrom "2020-09-24"', 'pkb:asOfFrom "2020-09-14"'),
    # Tiers against each other.
    ("tiers", S.format("01"), "sh:maxExclusive 500000000.0", "sh:minInclusive 500000000.0"),
    ("tiers", A.format("01"), "pkb:condition szq-shape:art-01-volume-1 ", "pkb:condition szq-shape:art-01-volume-2 "),
    (
        "tiers",
        A.format("26"),
        "pkb:condition szq-shape:art-26-platform-1 ",
        "pkb:condition szq-shape:art-26-platform-2 ",
    ),
    # Words, facts, names.
    ("words", S.format("26"), 'pkb:words "成功创建"', 'pkb:words "成功创办"'),
    ("words", S.format("02"), "dct:source szq:art-02-s6", "dct:source szq:art-02-s5"),
    ("facts", S.format("19"), "sh:path pkb:chainProject", "sh:path pkb:producer"),
    ("facts", A.format("05"), "pkb:base pkb:platformFeeCNY", "pkb:base pkb:boothFeeCNY"),
    ("terms", S.format("01"), "sh:path pkb:producer", "sh:path pkb:producr"),
    ("terms", A.format("03"), "pkb:beneficiary szq-party:", "pkb:beneficary szq-party:"),
    ("terms", A.format("07"), "pkb:provisionType pkb-type:obligation", "pkb:provisionType pkb-type:oblige"),
    ("terms", A.format("04"), "szq-party:", "szq-body:"),
    ("terms", S.format("01"), "szq-shape:art-01-growth-threshold , ", ""),
    (
        "terms",
        "ontology/policykb.ttl",
        "pkb:Provision a rdfs:Class",
        "pkb:Unheard a rdfs:Class ;\n    rdfs:label 'x' .\n\npkb:Provision a rdfs:Class",
    ),
    # Form.
    ("structure", A.format("06"), '@zh , "', '@zh , "x"@fr , "'),
    ("structure", A.format("13"), "    pkb:provisionType pkb-type:obligation ;\n", ""),
    ("structure", A.format("16"), "    dct:title ", "    rdfs:comment "),
    ("structure", S.format("21"), "    sh:message ", "    sh:description "),
    ("structure", S.format("22"), '"@zh , "target outside the mainland or outside Shandong"@en', '"@zh'),
    ("structure", A.format("18"), "    pkb:recordType pkb:ZoneAssessment ;\n", ""),
    # An award or subsidy of which nothing says how much.
    ("structure", A.format("22"), "pkb:clauseKind pkb-kind:treatment ;", "pkb:clauseKind pkb-kind:subsidy ;"),
    (
        "structure",
        A.format("10"),
        "szq:art-10 a eli:LegalResourceSubdivision ;",
        'szq:art-10 a eli:LegalResourceSubdivision ;\n    eli:first_date_entry_in_force "2020-09-24" ;',
    ),
    ("structure", "ontology/facts.ttl", '    rdfs:label "生产型企业"@zh , "Producer"@en ;\n', ""),
    ("structure", "policy/szq-2020-12/readings.ttl", "    pkb:default ", "    rdfs:comment "),
    ("shacl", "shapes/records.ttl", "    sh:maxCount 1 ;", '    sh:maxCount "one" ;'),
    # Translations: their numbers and units, what they translate, and that none is missing.
    ("translations", E.format("05"), "RMB 300,000", "RMB 30,000"),
    ("translations", E.format("10"), "US$50 million or more", "RMB 50 million or more"),
    ("translations", E.format("18"), "for second place", "for third place"),
    ("translations", E.format("24"), "takes 2 working", "takes some working"),
    ("translations", E.format("02"), "a further 30%", "a further 30"),
    ("translations", E.format("26"), "pkb:translationOf szq:art-26-s4 ", "pkb:translationOf szq:art-26-s9 "),
    ("translations", E.format("09"), "pkb:translationOf szq:art-09-s2 ", "pkb:translationOf szq:art-09-s1 "),
    ("structure", E.format("07"), '"@en .', '" .'),
    ("overlays", "policy/szq-2020-12/overlays/R1c-each.alt.ttl", "schema:value 50000.0", "schema:value 40000.0"),
]


@pytest.mark.proof
@pytest.mark.parametrize(("rule", "name", "old", "new"), share(FLIPS, 6))
def test_a_seeded_fault_is_found(rule: str, name: str, old: str, new: str, flip: Flip, copy: Path) -> None:
    """Whoever changes one word, digit or name of the knowledge base hears of it, from the rule that guards it.

    Every sixth of them is tried with every change, and all of them in `make soak`.
    """
    flip(name, old, new)
    fault = first_fault(copy, rule)

    assert fault is not None
    assert fault.rule in (rule, "load")
    assert fault.where and fault.what.zh and fault.what.en and fault.mend.en


@pytest.mark.proof
@pytest.mark.parametrize(
    ("new", "said"),
    [("", "The SHA-256 of source.txt is not stated."), (f'pkb:textHash "{"0" * 64}" ;', "the graph states another.")],
)
def test_the_checksum_of_the_text(new: str, said: str, flip: Flip, copy: Path) -> None:
    """None is told apart from another; where the document says it, and which one is right."""
    actual = "41e9dcbf168d6ae3bb755af01fabd795b514481ce113ce3a55aef659152ff7a6"
    flip(DOCUMENT, f'pkb:textHash "{actual}" ;', new)
    knowledge = load(copy, "szq-2020-12")
    (fault,) = verify(knowledge, read_rules(knowledge), rules={"ledger"}).faults

    assert said in fault.what.en
    assert fault.where.startswith(DOCUMENT)
    assert actual in fault.what.en + fault.mend.en


@pytest.mark.proof
def test_every_digit_of_a_typed_number_counts() -> None:
    """Were text and quote changed alike, in any digit of any number that decides, the graph would no longer agree."""
    knowledge = load(ROOT, "szq-2020-12")
    book = read_rules(knowledge)
    sentences = read_sentences(knowledge, book)
    places = Places(knowledge)
    units, bounds = text_units(knowledge), read_bounds(knowledge)
    typed = {start for start, _ in compare(knowledge, book, sentences, places).spans()}
    escaped = []
    for provision in book.provisions.values():
        for match in re.finditer(r"[0-9]+", provision.quote):
            if provision.start + match.start() not in typed:
                continue
            digit = match.start()
            other = "8" if provision.quote[digit] != "8" else "7"
            quote = provision.quote[:digit] + other + provision.quote[digit + 1 :]
            changed = sentences | {provision.id: Sentence(replace(provision, quote=quote), units, bounds)}
            found = [
                *compare(knowledge, book, changed, places).faults,
                *account(knowledge, book, changed, places).faults,
            ]
            if not found:
                escaped.append((provision.id, match.group()))

    assert len(typed) > 60
    assert escaped == []


def test_a_second_document_is_verified_by_the_same_checks(copy: Path, tmp_path: Path) -> None:
    """Nothing in the checks knows the first document: a made-up one beside it is sound by the same rules."""
    shutil.copytree(copy, tmp_path, dirs_exist_ok=True)
    shutil.copytree(ROOT / "tests" / "fixtures" / "second-document", tmp_path, dirs_exist_ok=True)
    knowledge = load(tmp_path, "demo-2021")
    quick = {"ledger", "numbers", "tiers", "words", "facts", "terms"}
    report = verify(knowledge, read_rules(knowledge), rules=quick)

    assert [f"{fault.where}: {fault.what.en}" for fault in report.faults] == []


def test_a_fault_names_file_and_line(flip: Flip, copy: Path) -> None:
    """An editor goes straight to the place."""
    flip(S.format("01"), "sh:minInclusive 5000000.0", "sh:minExclusive 5000000.0")
    fault = first_fault(copy, "numbers")

    assert fault is not None
    assert fault.where == "shapes/szq-2020-12/art-01.ttl, line 70"
    assert fault.what.en == "art-01-growth-threshold: gt 5000000 means “more than”, but the words say “at least”."


def test_official_shapes_notice_a_service_without_name() -> None:
    """The official shapes are really applied: without its titles a service violates CPSV-AP."""
    knowledge = load(ROOT, "szq-2020-12")
    files = official_shapes(knowledge, None)
    if not files:
        pytest.skip("the official shapes are not at hand")
    graph = as_graph(knowledge)
    graph.update(
        "DELETE { ?s <http://purl.org/dc/terms/title> ?t } WHERE "
        "{ ?s a <http://purl.org/vocab/cpsv#PublicService> ; <http://purl.org/dc/terms/title> ?t }"
    )

    assert len(list(check_official(files, graph, Places(knowledge)))) > 0


@pytest.mark.parametrize("policy", sorted(path.name for path in (ROOT / "policy").iterdir() if path.is_dir()))
def test_every_condition_of_a_clause_has_an_identifier(policy: str) -> None:
    """CPSV-AP 3.2 asks it of every requirement: the last part of its name, however a clause came by its condition."""
    knowledge = load(ROOT, policy)
    conditions = {knowledge.node(one, PKB.eligibility) for one in knowledge.subjects(PKB.eligibility)}

    assert conditions
    assert [one for one in conditions if knowledge.string(one, DCT.identifier) != one.value.rsplit("/", 1)[-1]] == []


def test_official_shapes_may_be_absent(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the folder the check is skipped, and says so."""
    monkeypatch.delenv("POLICYKB_CONFORMANCE", raising=False)
    knowledge = load(copy, "szq-2020-12")

    assert official_shapes(knowledge, None) == ()


@pytest.mark.parametrize(("lang", "words"), [("zh", "知识库与原文一致"), ("en", "agrees with its text")])
def test_the_report_reads_in_both_languages(lang: str, words: str, report: Report) -> None:
    """The ledger, the checks and the verdict are printed in Chinese or in English."""
    out = StringIO()
    print_report(report, Console(file=out, width=120), lang)  # type: ignore[arg-type]

    assert words in out.getvalue()
    assert "art-29" in out.getvalue()


def test_run_fails_on_a_knowledge_base_that_does_not_load(flip: Flip, copy: Path) -> None:
    """A broken file is one clear message and exit code 1."""
    flip(A.format("01"), "pkb:rate 0.02 ;", "pkb:rate 0.02")
    out = StringIO()

    assert run(copy, "szq-2020-12", console=Console(file=out, width=200)) == 1
    assert "art-01.ttl" in out.getvalue()
