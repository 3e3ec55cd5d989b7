"""What a rule says is told where its own words say another thing: items, opposites, alternatives, limits, members.

Each seed is one slip of a tired author in a made-up document, and the resource at which it must be told.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from seeding import ROOT

from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.verify import Fault, verify

Flip = Callable[[str, str, str], None]
CITY, CITY_RULES = "policy/yunting-2024/articles.ttl", "shapes/yunting-2024/conditions.ttl"
DISTRICT, DISTRICT_RULES = "policy/qitang-2024/articles.ttl", "shapes/qitang-2024/conditions.ttl"
FIRST = "policy/szq-2020-12/articles/art-{}.ttl"
FIRST_RULES = "shapes/szq-2020-12/art-{}.ttl"
DROPPED = """<shape/everyone-legal> sh:path pkb:legalPerson ;
    sh:hasValue true ;
    sh:name "独立法人企业"@zh , "a legal person of its own"@en ;
    pkb:words "独立法人企业" .
"""
CAP = """<art-10-paid> pkb-operator:least ( <art-10-sum> 200000.0 ) ;
    pkb:words "每年最高20万元" ."""
LEFT = """<number-10-cap> rdfs:label "上限"@zh , "the most"@en ;
    schema:maxValue 200000.0 ;
    pkb:unit pkb-unit:CNY ;
    pkb:words "每年最高20万元" ."""
AGAIN = """<clause/art-14-again> dct:title "再奖励"@zh , "Awarded again"@en ;
    pkb:clauseKind pkb-kind:award ;
    cv:hasLegalResource <art-14-s1> , <art-14-s2> ;
    cv:hasCompetentAuthority <body/industry> ;
    pkb:eligibility <shape/art-14-green> .

<option/art-14-again> schema:value 150000.0 ;
    pkb:words "每家给予15万元奖励" .

<art-15> rdfs:label"""
EXCEPTED = """<shape/art-14-chemicals> sh:property <shape/art-14-chemicals-made> ;
    dct:source <art-14-s2> ."""
MADE = """<shape/art-14-chemicals-made> sh:path pkb:industryBranch ;
    sh:hasValue "C26" ;
    sh:name "化学原料和化学制品制造业"@zh , "chemicals"@en ;
    pkb:words "化学原料和化学制品制造业" ."""

ITEM = """<shape/excluded-investigation> sh:path pkb:underInvestigation ;
    sh:hasValue true ;
    sh:name "正在被立案查处"@zh , "under investigation"@en ;
    pkb:words "正在被立案查处" .
"""
ELSEWHERE = (
    "szq:art-01-s6 ;\n    sh:node szq-shape:territory ;\n    sh:property szq-shape:art-01-growth-threshold",
    "szq:art-01-s6 ;\n    sh:property szq-shape:art-01-growth-threshold",
)
BY_INDUSTRY = "<art-13-s2> ;\n    cv:hasCompetentAuthority <body/industry>"

SEEDS: list[tuple[str, str, str, list[tuple[str, str, str]]]] = [
    # Groups: one named is left out, another is in, one above is left out, one alone is added up.
    ("scopes", "art-17-staff-year", "yunting-2024", [(CITY, " , <clause/art-16-abroad>", "")]),
    (
        "scopes",
        "art-17-staff-year",
        "yunting-2024",
        [(CITY, "<clause/art-16-abroad> ;", "<clause/art-16-abroad> , <clause/art-15-plants> ;")],
    ),
    ("scopes", "art-01-highest", "szq-2020-12", [(FIRST.format("01"), " , szq-clause:art-01-rank", "")]),
    (
        "scopes",
        "art-11-higher",
        "qitang-2024",
        [(DISTRICT, "pkb-combine:highest ;", "pkb-combine:sum ;\n    schema:maxValue 1.0 ;")],
    ),
    # Growth: the prior year on the wrong side, and the very number that no longer counts, or now does.
    (
        "senses",
        "art-06-research-growth",
        "yunting-2024",
        [
            (CITY_RULES, "sh:path pkb:researchGrownCNY", "sh:path pkb:researchSpentCNY"),
            (CITY_RULES, "OrEquals pkb:researchSpentCNY", "OrEquals pkb:researchGrownCNY"),
        ],
    ),
    ("senses", "art-06-research-growth", "yunting-2024", [(CITY_RULES, "sh:lessThanOrEquals", "sh:lessThan")]),
    (
        "senses",
        "art-01-volume-growth",
        "szq-2020-12",
        [(FIRST_RULES.format("01"), "sh:lessThan pkb:trade", "sh:lessThanOrEquals pkb:trade")],
    ),
    # Yes for no, all for any, any for all, what is denied for what is asked, the aid of another level.
    (
        "senses",
        "art-06-research-growth",
        "yunting-2024",
        [
            (CITY_RULES, "sh:property <shape/art-06-research-growth> , ", "sh:or ( <shape/art-06-research-growth> "),
            (CITY_RULES, "<shape/art-06-research-above> .", "<shape/art-06-research-above> ) ."),
        ],
    ),
    (
        "senses",
        "excluded-accident",
        "yunting-2024",
        [(CITY_RULES, "sh:not <shape/excluded>", "sh:node <shape/excluded>")],
    ),
    (
        "senses",
        "everyone-legal",
        "yunting-2024",
        [(CITY_RULES, "pkb:legalPerson ;\n    sh:hasValue true", "pkb:legalPerson ;\n    sh:hasValue false")],
    ),
    (
        "senses",
        "excluded-dishonest",
        "yunting-2024",
        [(CITY_RULES, "sh:or ( <shape/excluded-dishonest>", "sh:and ( <shape/excluded-dishonest>")],
    ),
    (
        "senses",
        "art-03-match-aid",
        "qitang-2024",
        [("ontology/qitang-2024,yunting-2024/records.ttl", "市级研发补助", "省级研发补助")],
    ),
    # What the words say and nothing takes up: an item of a list, an exception, a condition by name, a body, a cap.
    (
        "gaps",
        "art-03-s1",
        "yunting-2024",
        [(CITY_RULES, " <shape/excluded-investigation> )", " )"), (CITY_RULES, ITEM, "")],
    ),
    (
        "gaps",
        "art-14-s2",
        "yunting-2024",
        [
            (CITY_RULES, " ;\n    sh:not <shape/art-14-chemicals>", ""),
            (CITY_RULES, EXCEPTED, ""),
            (CITY_RULES, MADE, ""),
        ],
    ),
    ("gaps", "art-15-plants-named", "yunting-2024", [(CITY_RULES, '"newEnergy" "newMaterials"', '"newEnergy"')]),
    ("gaps", "art-01-growth", "szq-2020-12", [(FIRST_RULES.format("01"), *ELSEWHERE)]),
    ("gaps", "art-02-s1", "yunting-2024", [(CITY_RULES, " , <shape/everyone-legal>", ""), (CITY_RULES, DROPPED, "")]),
    ("gaps", "art-13-platform", "yunting-2024", [(CITY, BY_INDUSTRY, BY_INDUSTRY.replace("industry", "finance"))]),
    ("gaps", "art-11-booth", "qitang-2024", [(DISTRICT_RULES, "    pkb:decidedBy <body/commerce> ;\n", "")]),
    ("gaps", "art-05-size", "yunting-2024", [(CITY_RULES, "minInclusive 250000000.0", "minInclusive 249999999.0")]),
    ("gaps", "art-09-validity", "yunting-2024", [(CITY, "pkb:ofPart <art-09>", "pkb:ofPart <art-10>")]),
    (
        "numbers",
        "number-10-cap",
        "yunting-2024",
        [(CITY, "pkb:expression <art-10-paid>", "pkb:expression <art-10-sum>"), (CITY, CAP, LEFT)],
    ),
    ("numbers", "art-14-again", "yunting-2024", [(CITY, "<art-15> rdfs:label", AGAIN)]),
]


def found(root: Path, slug: str) -> tuple[Fault, ...]:
    """What the verification finds by the words."""
    knowledge = load(root, slug)
    return verify(knowledge, read_rules(knowledge), rules={"numbers", "scopes", "senses", "gaps"}).faults


@pytest.mark.parametrize(("rule", "name", "slug", "flips"), SEEDS)
@pytest.mark.proof
def test_a_slip_is_told_by_the_words(
    rule: str, name: str, slug: str, flips: list[tuple[str, str, str]], flip: Flip, copy: Path
) -> None:
    """Each slip is told by the rule that guards it, at the resource, with its file and line and a mend."""
    for file, old, new in flips:
        flip(file, old, new)
    told = [one for one in found(copy, slug) if one.rule == rule and name in one.what.zh.partition("：")[0]]

    assert told
    assert all(", line " in one.where and one.what.en and one.mend.zh and one.mend.en for one in told)


@pytest.mark.parametrize("slug", ["szq-2020-12", "yunting-2024", "qitang-2024"])
@pytest.mark.proof
def test_what_is_right_is_told_nothing_of(slug: str) -> None:
    """The documents that ship are right, and nothing is told of them."""
    assert found(ROOT, slug) == ()


def test_a_justification_lets_it_pass(flip: Flip, copy: Path) -> None:
    """Where a limit left as a number is explained, it passes, and the explanation is not called idle."""
    why = 'pkb:words "每年最高20万元" ;\n    pkb:justification "另按预算掌握。"@zh , "Kept by the budget."@en .'
    flip(CITY, "pkb:expression <art-10-paid>", "pkb:expression <art-10-sum>")
    flip(CITY, CAP, LEFT.replace('pkb:words "每年最高20万元" .', why))

    assert found(copy, "yunting-2024") == ()


def test_a_justification_lets_a_clause_ask_less(flip: Flip, copy: Path) -> None:
    """A clause without the condition that all others of its kind have passes where it says why."""
    file, clause = FIRST.format("01"), "szq-clause:art-01-growth a pkb:Clause ;"
    flip(FIRST_RULES.format("01"), *ELSEWHERE)
    flip(file, clause, clause + '\n    pkb:justification "不限于区内。"@zh , "Not in the district alone."@en ;')

    assert found(copy, "szq-2020-12") == ()


@pytest.mark.parametrize("wrong", ["sh:maxExclusive 45 ;", "sh:maxInclusive 54 ;"])
def test_what_has_its_number_is_told_once(wrong: str, flip: Flip, copy: Path) -> None:
    """A bound that is wrong is told of the bound, and its number is not asked for again as unaccounted."""
    flip(CITY_RULES, "sh:maxInclusive 45 ;", wrong)
    knowledge = load(copy, "yunting-2024")
    told = verify(knowledge, read_rules(knowledge), rules={"ledger", "numbers"}).faults

    assert [(one.rule, one.what.en.partition(":")[0]) for one in told] == [("numbers", "art-09-talent-age")]


def test_articles_in_a_row(flip: Flip, copy: Path) -> None:
    """第五条至第八条 names the two articles between as well: their clauses are no strays, and must be members."""
    for file in (CITY, "policy/yunting-2024/source.txt"):
        flip(file, "本措施第五条、第六条、第七条、第八条取得", "本措施第五条至第八条取得")
    flip(CITY, "eli:refers_to <art-05> , <art-06> , <art-07> , <art-08>", "eli:refers_to <art-05> , <art-08>")
    whole = [one.what.en for one in found(copy, "yunting-2024")]
    flip(CITY, "<clause/art-06-research> , <clause/art-07-equipment>", "<clause/art-07-equipment>")
    (lacking,) = found(copy, "yunting-2024")

    assert whole == []
    assert "art-17-growth-year" in lacking.what.en
    assert "art-06-research" in lacking.what.en
