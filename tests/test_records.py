"""The data rules of records: each breach is found, named and placed, and pySHACL agrees."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from pyshacl import validate
from rdflib.namespace import RDF, SH
from stdnum.cn import uscc

from policykb.errors import KnowledgeError
from policykb.law.completion import complete
from policykb.law.conditions import literal
from policykb.law.data_rules import RecordRules
from policykb.law.data_shapes import read_record_rules
from policykb.law.knowledge import Knowledge, local
from policykb.law.vocabulary import read_vocabulary
from policykb.model import Finding, Place, Record, Text, Value, Vocabulary
from policykb.names import DCT, PKB
from policykb.names import RDF as RDF_TERMS
from policykb.records.check import check_records

ROOT = Path(__file__).resolve().parents[1]
RULES = ("records.ttl", "components.ttl")
NAME = "示例纺织有限公司"
CODE = "91370402MA0000015R"  # synthetic; its check character is right
OTHER_CODE = "91370402MA0000023L"
PUBLIC_CODE = "11370402MB0000019G"


def load_knowledge(root: Path = ROOT) -> Knowledge:
    """The ontology and the data rules alone, without a policy."""
    files = (*sorted((root / "ontology").rglob("*.ttl")), *(root / "shapes" / name for name in RULES))
    store = ox.Store()
    for path in files:
        store.extend(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))
    complete(store, ROOT, "")
    return Knowledge(root, "none", store, files, (), "")


@cache
def knowledge() -> Knowledge:
    return load_knowledge()


@cache
def vocabulary() -> Vocabulary:
    return read_vocabulary(knowledge())


@cache
def rules() -> RecordRules:
    return read_record_rules(knowledge())


def record(id_: str = "r1", type_: str = "EnterpriseYear", *, row: int = 2, **given: object) -> Record:
    """A sound record but for what is given; anything but a column of every record is a fact."""
    code = PUBLIC_CODE if type_ in ("ZoneAssessment", "TownAssessment") else CODE
    own = {"period": "2020", "name": NAME, "credit_code": code, "division": None}
    own.update({key: given.pop(key) for key in tuple(given) if key in own})
    facts: Mapping[str, Value] = given  # type: ignore[assignment]
    places = {fact: Place("a.csv", row=row, column=fact) for fact in facts}
    return Record(id_, type_, facts=facts, place=Place("a.csv", row=row), places=places, **own)  # type: ignore[arg-type]


def check(*records: Record) -> tuple[Finding, ...]:
    return check_records(records, rules(), vocabulary())


def breaches(*records: Record) -> list[tuple[str | None, str]]:
    return [(finding.record, finding.rule) for finding in check(*records)]


def test_a_sound_record_has_no_findings() -> None:
    """Values on their bounds are good: 0 money, four decimal places, the largest sum, rank 1."""
    sound = record(
        producer=True,
        tradeCNY=Decimal("9999999999.0001"),
        priorTradeCNY=Decimal(0),
        platformFeeCNY=Decimal("999999999999999.9999"),
        priorTradeUSD=Decimal("0E+3"),
        overseasWarehouseArea=Decimal("500.00000"),
        tradeRank=1,
        usdCnyRate=Decimal("6.8976"),
    )

    assert check(sound) == ()


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("tradeCNY", Decimal("-0.01")),
        ("tradeCNY", Decimal("1000000000000000")),
        ("tradeCNY", Decimal("0.00001")),
        ("tradeCNY", Decimal("1E-1000000")),
        ("tradeCNY", Decimal("1E+1000000")),
        ("tradeCNY", Decimal("NaN")),
        ("tradeCNY", Decimal("Infinity")),
        ("tradeCNY", 5000000),
        ("tradeCNY", "5000000"),
        ("tradeCNY", (Decimal(1), Decimal(2))),
        ("tradeRank", 0),
        ("tradeRank", Decimal(1)),
        ("tradeRank", True),
        ("producer", 1),
        ("producer", "是"),
        ("usdCnyRate", Decimal(0)),
        ("usdCnyRate", Decimal(1000)),
    ],
)
def test_a_wrong_value_breaks_the_rule_of_its_fact(fact: str, value: Value) -> None:
    """A negative amount, 10^15, a fifth decimal place, rank 0, a wrong type or a second value is an error."""
    finding = check(record(**{fact: value}))[0]

    assert (finding.rule, finding.severity, finding.fact, finding.place.column) == (
        f"EnterpriseYear-{fact}",
        "error",
        fact,
        fact,
    )


@pytest.mark.parametrize(
    ("type_", "fact", "value", "sound"),
    [
        ("TalentHire", "level", "municipal", False),
        ("InnovationPlatform", "level", "municipal", True),
        ("ProjectReferral", "referrerKind", "employer", False),
        ("TalentReferral", "referrerKind", "employer", True),
        ("TalentTeamSelection", "programmes", ("national", "zaozhuang"), True),
        ("TalentTeamSelection", "programmes", ("national", "provincial"), False),
        ("TaxRefund", "refundClass", 4, True),
        ("TaxRefund", "refundClass", 5, False),
        ("ProjectReferral", "windowStart", date(2020, 10, 1), True),
        ("ProjectReferral", "windowStart", date(9998, 1, 1), False),
    ],
)
def test_a_code_must_be_one_of_the_list_of_its_type(type_: str, fact: str, value: Value, sound: bool) -> None:
    """The allowed values belong to the record type: a municipal platform exists, a municipal hire does not."""
    expected = [] if sound else [("r1", f"{type_}-{fact}")]

    assert breaches(record(type_=type_, **{fact: value})) == expected


def test_an_empty_list_is_an_error() -> None:
    """A list fact without a value is either left out or wrong."""
    assert breaches(record(type_="TalentTeamSelection", programmes=())) == [("r1", "empty-list")]


def test_a_fact_of_another_type_is_refused() -> None:
    """A record states the facts of its type only."""
    assert breaches(record(type_="TaxRefund", tradeCNY=Decimal(1))) == [("r1", "TaxRefund")]


def test_an_unknown_type_is_an_error() -> None:
    """A type that the ontology does not declare has no rules and is not passed over."""
    assert breaches(record(type_="Enterprise")) == [("r1", "unknown-type")]


@pytest.mark.parametrize(("rank", "sound"), [(10, True), (11, False)])
def test_a_rank_is_within_the_number_of_zones(rank: int, sound: bool) -> None:
    """The rank in the city cannot exceed the number of zones assessed."""
    expected = [] if sound else [("r1", "ZoneAssessment-cityRank-within-zoneCount")]

    assert breaches(record(type_="ZoneAssessment", cityRank=rank, zoneCount=10)) == expected


def test_listed_costs_beyond_the_investment_are_a_warning() -> None:
    """Listed costs are a part of the investment; more than it is doubtful, not impossible."""
    finding = check(record(listedCostCNY=Decimal(20000), overseasWarehouseInvestmentCNY=Decimal(10000)))[0]

    assert (finding.rule, finding.severity) == ("EnterpriseYear-listedCostCNY-within-investment", "warning")


@pytest.mark.parametrize(
    ("period", "sound"),
    [
        ("2020", True),
        ("2020-02-29", True),
        ("2000-02-29", True),
        ("2021-02-29", False),
        ("1900-02-29", False),
        ("2020-11-31", False),
        ("2020-13-01", False),
        ("2020-1-5", False),
        ("20", False),
        ("2020\n", False),
        ("二〇二〇", False),
        ("２０２０", False),
    ],
)
def test_a_period_is_a_year_or_an_existing_day(period: str, sound: bool) -> None:
    """2020 and 2020-02-29 exist, 2021-02-29 does not."""
    assert breaches(record(type_="Exhibition", period=period)) == ([] if sound else [("r1", "Record-period")])


@pytest.mark.parametrize(
    ("own", "rule"),
    [
        ({"name": None}, "Subject-name"),
        ({"name": " "}, "Subject-name"),
        ({"name": None, "credit_code": None}, "Record-subject"),
        ({"credit_code": None}, None),
        ({"credit_code": "91370402MA00000"}, "Subject-creditCode"),
        ({"credit_code": "91370402MA000001OR"}, "Subject-creditCode"),
        ({"credit_code": "91370402MA0000015A"}, "credit-code-check"),
        ({"division": "370402"}, None),
        ({"division": "37040"}, "Subject-division"),
    ],
)
def test_a_subject_is_named_and_its_codes_are_well_formed(own: dict[str, str | None], rule: str | None) -> None:
    """A name is required; a credit code has 18 characters and the right check character (GB 32100-2015)."""
    assert breaches(record(**own)) == ([("r1", rule)] if rule else [])


@pytest.mark.parametrize(
    ("code", "rules"),
    [
        ("91370402MA0000015R", []),
        ("91370402MA00003650", []),  # remainder 0: the check character is 0, not one beyond the alphabet
        ("A1370402MA0000015Q", []),  # letters in the first two places are allowed
        ("91370402MA000004X7", []),  # X as the check character of the organisation code
        ("91370402MA0000015A", ["credit-code-check"]),
        ("91370402MA0000001C", ["credit-code-organisation"]),
    ],
)
def test_both_check_characters_of_a_credit_code(code: str, rules: list[str]) -> None:
    """GB 32100-2015 checks the whole code, GB 11714 the organisation code inside it; the second is a warning."""
    found = check(record(type_="TalentHire", credit_code=code))

    assert [(f.rule, f.severity) for f in found] == [
        (rule, "error" if rule == "credit-code-check" else "warning") for rule in rules
    ]


def test_check_characters_agree_with_another_implementation() -> None:
    """python-stdnum computes the same check character for every code it accepts."""
    bodies = [f"9137040{n % 10}MA{n:06d}{n % 7}" for n in range(500)]
    codes = [body + uscc.calc_check_digit(body) for body in bodies]
    found = [f.rule for code in codes for f in check(record(type_="TalentHire", credit_code=code))]

    assert "credit-code-check" not in found


@pytest.mark.parametrize(
    ("type_", "code", "facts", "rule"),
    [
        ("EnterpriseYear", PUBLIC_CODE, {}, "Subject-is-enterprise"),
        ("ZoneAssessment", CODE, {}, "Subject-is-public-body"),
        ("ProjectReferral", CODE, {"referrerKind": "socialOrganisation"}, "Subject-is-social-organisation"),
        ("TalentReferral", PUBLIC_CODE, {"referrerKind": "intermediary"}, "Subject-is-intermediary"),
        ("ProjectReferral", CODE, {"referrerKind": "intermediary"}, None),
        ("ProjectReferral", CODE, {"referrerKind": "other"}, None),
        ("TalentHire", PUBLIC_CODE, {}, None),
    ],
)
def test_the_code_fits_the_kind_of_subject(type_: str, code: str, facts: dict[str, Value], rule: str | None) -> None:
    """The first character of the code tells enterprises, public bodies and social organisations apart: a warning."""
    found = check(record(type_=type_, credit_code=code, **facts))

    assert [(f.rule, f.severity) for f in found] == ([(rule, "warning")] if rule else [])


@pytest.mark.parametrize(
    ("type_", "facts", "rule"),
    [
        ("EnterpriseYear", {"tradeCNY": "500", "tradeUSD": "700000"}, "EnterpriseYear-tradeCNY-rate"),
        ("EnterpriseYear", {"tradeCNY": "3500000", "tradeUSD": "700000"}, None),  # exactly 5
        ("EnterpriseYear", {"tradeCNY": "6300000", "tradeUSD": "700000"}, None),  # exactly 9
        ("EnterpriseYear", {"tradeCNY": "6300000.01", "tradeUSD": "700000"}, "EnterpriseYear-tradeCNY-rate"),
        ("EnterpriseYear", {"priorTradeCNY": "70", "priorTradeUSD": "70"}, "EnterpriseYear-priorTradeCNY-rate"),
        ("EnterpriseYear", {"tradeCNY": "0", "tradeUSD": "700000"}, "EnterpriseYear-tradeCNY-zero"),
        ("EnterpriseYear", {"tradeCNY": "0", "tradeUSD": "0.00"}, None),
        ("EnterpriseYear", {"tradeCNY": "5000000", "priorTradeCNY": "5000"}, "EnterpriseYear-tradeCNY-jump"),
        ("EnterpriseYear", {"tradeUSD": "70", "priorTradeUSD": "700000"}, "EnterpriseYear-tradeUSD-jump"),
        ("EnterpriseYear", {"tradeCNY": "5000000", "priorTradeCNY": "0"}, None),
        ("EnterpriseYear", {"tradeCNY": "4500000", "priorTradeCNY": "50000"}, None),  # exactly 90
        ("EnterpriseYear", {"usdCnyRate": "0.145"}, "EnterpriseYear-usdCnyRate-plausible"),
        (
            "EnterpriseYear",
            {"platformFeeCNY": "1", "sellsViaPlatform": False},
            "EnterpriseYear-platformFeeCNY-only-sellers",
        ),
        ("EnterpriseYear", {"platformFeeCNY": "0", "sellsViaPlatform": False}, None),
        (
            "EnterpriseYear",
            {"qualityEnterprise": True, "inDevelopmentZone": False},
            "EnterpriseYear-qualityEnterprise-only-zone",
        ),
        (
            "ForeignCapitalProject",
            {"fdiUsedUSD": "1", "fdiReceivedUSD": "2"},
            "ForeignCapitalProject-fdiUsedUSD-agrees",
        ),
        ("ForeignCapitalProject", {"fdiUsedUSD": "2", "fdiReceivedUSD": "2.00"}, None),
        (
            "ProjectReferral",
            {"fdiUsedInWindowUSD": "500", "plannedFdiUSD": "4"},
            "ProjectReferral-fdiUsedInWindowUSD-jump",
        ),
        ("ProjectReferral", {"windowStart": date(2021, 1, 1)}, "ProjectReferral-windowStart-within-period"),
        ("ProjectReferral", {"windowStart": date(2020, 12, 31)}, None),
        (
            "TalentTeamProject",
            {"agreedCNY": "1", "approvedCaseByCase": False},
            "TalentTeamProject-agreedCNY-only-approved",
        ),
        (
            "TalentTeamSelection",
            {"programmes": ("national",), "selected": False},
            "TalentTeamSelection-programmes-only-selected",
        ),
    ],
)
def test_contradictions_are_warnings(type_: str, facts: dict[str, object], rule: str | None) -> None:
    """Values that cannot both be right, or were probably written in another unit, are doubtful, not impossible."""
    stated = {name: Decimal(value) if isinstance(value, str) else value for name, value in facts.items()}
    # A figure that is small in itself has a rule of its own.
    found = [f for f in check(record(type_=type_, **stated)) if not f.rule.endswith("-usual")]

    assert [(f.rule, f.severity) for f in found] == ([(rule, "warning")] if rule else [])


def test_an_implied_rate_is_told() -> None:
    """The message names the rate that the two totals imply."""
    finding = check(record(tradeCNY=Decimal(500), tradeUSD=Decimal(700000)))[0]

    assert "0.0007143" in finding.message.zh
    assert "0.0007143" in finding.message.en


@pytest.mark.parametrize(
    ("type_", "period", "rule"),
    [
        ("EnterpriseYear", "2020-12-31", "Record-period-year"),
        ("Exhibition", "2020-12-31", None),
        ("Exhibition", "1948", "Record-period-plausible"),
        ("Exhibition", "1949", None),
    ],
)
def test_doubtful_periods(type_: str, period: str, rule: str | None) -> None:
    """Yearly figures belong to a year; nothing happened here before 1949."""
    assert breaches(record(type_=type_, period=period)) == ([("r1", rule)] if rule else [])


def test_a_record_id_is_used_once() -> None:
    """The second record with an id is the one found, and the message says where the first stands."""
    finding = check(record(name="甲", credit_code=None), record(name="乙", credit_code=None, row=3))[0]

    assert (finding.rule, finding.severity, finding.place.row, "另一处是：a.csv 第 2 行。" in finding.message.zh) == (
        "duplicate-id",
        "error",
        3,
        True,
    )


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [
        (Place("a.xlsx", "企业", 3), "a.xlsx 工作表 企业 第 3 行", "a.xlsx, sheet 企业, row 3"),
        (Place("a.json", row=3), "a.json 第 3 条记录", "a.json, record 3"),
        (Place("a.ttl"), "a.ttl", "a.ttl"),
    ],
)
def test_the_other_place_is_in_words(place: Place, zh: str, en: str) -> None:
    """A row of a sheet, a record of a JSON file, or the file alone, in either language."""
    finding = check(*(replace(record(name=name, credit_code=None), place=place) for name in "甲乙"))[0]

    assert (finding.message.zh, finding.message.en) == (
        f"同一个编号用了两次，另一处是：{zh}。",
        f"The same id is used twice; the other place is {en}.",
    )


@pytest.mark.parametrize(
    ("second", "doubled"),
    [
        ({"name": "另一个写法"}, True),
        ({"credit_code": None}, True),
        ({"credit_code": OTHER_CODE}, False),
        ({"period": "2021"}, False),
        ({"name": "另一家公司", "credit_code": None}, False),
    ],
)
def test_one_enterprise_has_one_record_a_year(second: dict[str, str], doubled: bool) -> None:
    """Same code, or same name where a code is missing: a warning that tells where the other record stands."""
    found = [f for f in check(record("r1"), record("r2", row=3, **second)) if f.rule == "duplicate-record"]

    assert [(f.record, f.rule, f.severity, "is a.csv, row 2." in f.message.en) for f in found] == (
        [("r2", "duplicate-record", "warning", True)] if doubled else []
    )


def test_events_may_repeat() -> None:
    """An enterprise may go to several exhibitions in a year."""
    first, second = (
        record(f"r{n}", "Exhibition", row=n, boothFeeCNY=Decimal(fee)) for n, fee in ((2, "1000"), (3, "2000"))
    )

    assert breaches(first, second) == []


def test_the_same_event_twice_is_doubtful() -> None:
    """Two records that are the same in every item were probably entered twice."""
    first, second = (record(f"r{n}", "Exhibition", row=n, boothFeeCNY=Decimal(1000)) for n in (2, 3))

    assert breaches(first, second) == [("r3", "identical-record")]


def test_every_rule_is_worded_in_both_languages() -> None:
    """Messages and mends exist in Chinese and English, and no rule id is used twice."""
    rules = read_record_rules(knowledge())
    all_rules = [*rules.subject, *rules.computed.values()]
    for type_rules in rules.types.values():
        all_rules += [rule for group in type_rules.facts.values() for rule in group]
    texts = [text for rule in all_rules for text in (rule.message, rule.mend)]
    ids = [rule.id for rule in all_rules]

    assert (all(text.zh and text.en and text.zh != text.en for text in texts), len(ids)) == (True, len(set(ids)))


def test_every_fact_of_a_type_has_a_rule() -> None:
    """The shape of a type covers exactly the facts that the ontology lists for it."""
    rules = read_record_rules(knowledge())

    assert {name: set(type_rules.facts) for name, type_rules in rules.types.items()} == {
        name: set(record_type.facts) for name, record_type in vocabulary().record_types.items()
    }


def test_headers_of_a_type_are_unique() -> None:
    """Within a record type no label or other spelling, zh or en, means two things, the common columns included."""
    skos = "http://www.w3.org/2004/02/skos/core#"
    spellings = (ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), ox.NamedNode(f"{skos}altLabel"))
    columns = knowledge().instances(PKB.Column)
    doubled = []
    for node in knowledge().instances(PKB.RecordType):
        items = [*columns, *knowledge().list(knowledge().value(node, PKB.fact))]
        words = [
            quad.object.value.casefold()
            for item in items
            for spelling in spellings
            for quad in knowledge().store.quads_for_pattern(item, spelling, None)
        ]
        doubled += [(local(node), word) for word in set(words) if words.count(word) > 1]

    assert doubled == []


@pytest.mark.parametrize(
    ("old", "new", "zh", "en"),
    [
        (
            "sh:minExclusive 0.0 ;",
            'sh:minExclusive 0.0 ; sh:languageIn ( "zh" ) ;',
            "用了 sh:languageIn",
            "sh:languageIn",
        ),
        ("sh:targetObjectsOf pkb:subject ;", "sh:targetSubjectsOf pkb:subject ;", "目标不支持", "target"),
        ("sh:maxExclusive 1000.0 ;", "sh:maxExclusive 1000 ;", "的 sh:maxExclusive 与 sh:datatype", "sh:maxExclusive"),
        ("sh:path pkb:tradeCNY ;", "sh:path [ sh:inversePath pkb:tradeCNY ] ;", "sh:path 不是单一属性", "sh:path"),
        ("Rate ;\n    sh:datatype xsd:decimal", "Rate ;\n    sh:datatype xsd:gYear", "数据类型 gYear 不支持", "gYear"),
    ],
)
def test_an_unsupported_constraint_is_refused(tmp_path: Path, old: str, new: str, zh: str, en: str) -> None:
    """What the checks cannot apply is refused when reading, with the shape's name, and never ignored."""
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    (tmp_path / "shapes").mkdir()
    for name in RULES:
        shutil.copy(ROOT / "shapes" / name, tmp_path / "shapes")
    text = (ROOT / "shapes" / "records.ttl").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "shapes" / "records.ttl").write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(KnowledgeError, match=f"数据规则 .*{zh}(?s:.*)The data rule .*{en}"):
        read_record_rules(load_knowledge(tmp_path))


PREFIXES = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://example.org/> .
"""
SUBJECT = "pkb:subject :enterprise"
DATA = f"""{PREFIXES}
:enterprise pkb:name "{NAME}" ; pkb:creditCode "{CODE}" .
:zone-1 pkb:name "某开发区" ; pkb:creditCode "{PUBLIC_CODE}" .
:good-1 a pkb:EnterpriseYear ; dct:identifier "good-1" ; pkb:period "2020" ; {SUBJECT} ;
    pkb:producer true ; pkb:tradeCNY 5000000.00 ; pkb:priorTradeCNY 0.0 ; pkb:tradeRank 3 ; pkb:usdCnyRate 6.8976 .
:good-2 a pkb:TalentTeamSelection ; dct:identifier "good-2" ; pkb:period "2020-11-05" ; {SUBJECT} ;
    pkb:programmes "national" , "taishan" .
:good-3 a pkb:ProjectReferral ; dct:identifier "good-3" ; pkb:period "2021" ; pkb:subject [ pkb:name "某商会" ] ;
    pkb:referrerKind "socialOrganisation" ; pkb:windowStart "2020-10-01"^^xsd:date ; pkb:plannedFdiUSD 50000000.0 .
:good-4 a pkb:ZoneAssessment ; dct:identifier "good-4" ; pkb:period "2020" ; pkb:subject :zone-1 ;
    pkb:cityRank 10 ; pkb:zoneCount 10 .
:negative a pkb:EnterpriseYear ; dct:identifier "negative" ; pkb:period "2019" ; {SUBJECT} ; pkb:tradeCNY -0.01 .
:fine a pkb:EnterpriseYear ; dct:identifier "fine" ; pkb:period "2018" ; {SUBJECT} ; pkb:tradeUSD 0.00001 .
:huge a pkb:EnterpriseYear ; dct:identifier "huge" ; pkb:period "2017" ; {SUBJECT} ; pkb:tradeUSD 1000000000000000.0 .
:whole a pkb:EnterpriseYear ; dct:identifier "whole" ; pkb:period "2016" ; {SUBJECT} ;
    pkb:tradeUSD 700000 ; pkb:tradeRank 0 .
:doubtful a pkb:EnterpriseYear ; dct:identifier "doubtful" ; pkb:period "2015" ; {SUBJECT} ;
    pkb:listedCostCNY 2.0 ; pkb:overseasWarehouseInvestmentCNY 1.0 ; pkb:usdCnyRate 0.0 .
:stray a pkb:TaxRefund ; dct:identifier "stray" ; pkb:period "2020" ; {SUBJECT} ;
    pkb:tradeCNY 1.0 ; pkb:refundClass 5 .
:codes a pkb:TalentHire ; dct:identifier "codes" ; pkb:period "2020" ; {SUBJECT} ;
    pkb:level "municipal" ; pkb:fullTime "是" .
:late a pkb:ProjectReferral ; dct:identifier "late" ; pkb:period "2020" ; {SUBJECT} ;
    pkb:windowStart "2100-01-01"^^xsd:date .
:zone a pkb:ZoneAssessment ; dct:identifier "zone" ; pkb:period "2021-02-29" ; pkb:subject :enterprise ;
    pkb:cityRank 11 ; pkb:zoneCount 10 .
:nobody a pkb:Acquisition ; dct:identifier "nobody" ; pkb:period "2020" ; pkb:costCNY 0.0 .
:nameless a pkb:Acquisition ; dct:identifier "nameless" ; pkb:period "2020" ;
    pkb:subject [ pkb:creditCode "91370402MA000001OR" ; pkb:division "37040" ] .
:team a pkb:TalentTeamSelection ; dct:identifier "team" ; pkb:period "2020" ; {SUBJECT} ;
    pkb:programmes "national" , "else" .
:slip a pkb:EnterpriseYear ; dct:identifier "slip" ; pkb:period "2014" ; {SUBJECT} ;
    pkb:tradeCNY 500.0 ; pkb:tradeUSD 700000.0 ; pkb:priorTradeCNY 7.0 ; pkb:priorTradeUSD 0.0 ;
    pkb:platformFeeCNY 1.0 ; pkb:sellsViaPlatform false ; pkb:qualityEnterprise true ; pkb:inDevelopmentZone false .
:differ a pkb:ForeignCapitalProject ; dct:identifier "differ" ; pkb:period "2020" ; {SUBJECT} ;
    pkb:fdiUsedUSD 1.0 ; pkb:fdiReceivedUSD 2.0 .
:same a pkb:ForeignCapitalProject ; dct:identifier "same" ; pkb:period "2020" ; {SUBJECT} ;
    pkb:fdiUsedUSD 2.0 ; pkb:fdiReceivedUSD 2.00 .
:early a pkb:ProjectReferral ; dct:identifier "early" ; pkb:period "2020" ; {SUBJECT} ;
    pkb:windowStart "2021-01-01"^^xsd:date ; pkb:referrerKind "socialOrganisation" .
:refused a pkb:TalentTeamSelection ; dct:identifier "refused" ; pkb:period "1948-01-01" ; {SUBJECT} ;
    pkb:programmes "national" ; pkb:selected false .
:digit a pkb:Acquisition ; dct:identifier "digit" ; pkb:period "2020" ;
    pkb:subject [ pkb:name "甲" ; pkb:creditCode "91370402MA0000015A" ] .
:inner a pkb:Acquisition ; dct:identifier "inner" ; pkb:period "2020" ;
    pkb:subject [ pkb:name "乙" ; pkb:creditCode "91370402MA0000001C" ] .
:twice a pkb:Exhibition ; dct:identifier "twice" ; pkb:period "2020" ; {SUBJECT} ; pkb:boothFeeCNY 1.0 , 2.0 .
"""


def read_data() -> Iterator[Record]:
    """The records of DATA, in their order."""
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
    skipped = {RDF_TERMS.type, DCT.identifier, PKB.period, PKB.subject}
    for quad in store.quads_for_pattern(None, DCT.identifier, None):
        node = quad.subject
        found: dict[ox.NamedNode, list[ox.Term]] = {}
        for own in store.quads_for_pattern(node, None, None):
            found.setdefault(own.predicate, []).append(own.object)
        facts = {
            local(fact): literal(terms[0]) if len(terms) == 1 else tuple(literal(term) for term in terms)
            for fact, terms in found.items()
            if fact not in skipped
        }
        subject = {
            q.predicate: q.object.value
            for head in found.get(PKB.subject, [])
            for q in store.quads_for_pattern(head, None, None)
        }
        yield Record(
            quad.object.value,
            local(found[RDF_TERMS.type][0]),
            found[PKB.period][0].value,
            subject.get(PKB.name),
            subject.get(PKB.creditCode),
            subject.get(PKB.division),
            facts,
            Place("data.ttl"),
        )


@pytest.mark.proof
def test_pyshacl_gives_the_same_verdicts() -> None:
    """The rules mean in plain Python what they mean in SHACL: the same records break the same rules."""
    data = rdflib.Graph().parse(data=DATA, format="turtle")
    triples = knowledge().store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    shapes = rdflib.Graph().parse(data=triples, format="nt")
    # pySHACL 0.40.1 leaves a value that is zero or false unbound in SPARQL, so the zero stands on the other side.
    report = validate(data, shacl_graph=shapes, advanced=False, inplace=False)[1]
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        shape, focus = report.value(result, SH.sourceShape), report.value(result, SH.focusNode)
        owner = data.value(predicate=rdflib.URIRef(PKB.subject.value), object=focus) or focus
        name = str(data.value(owner, rdflib.URIRef(DCT.identifier.value)))
        path = shapes.value(shape, SH.path)
        item = path if isinstance(path, rdflib.URIRef) else rdflib.URIRef(PKB.creditCode.value)
        found.add((name, str(item), str(shape).rsplit("#", 1)[-1], report.value(result, SH.resultSeverity)))
    # What is wrong in itself is not called doubtful as well, and a code of the wrong form has no check character.
    wrong = {(name, item) for name, item, _, severity in found if severity == SH.Violation}
    formless = {name for name, _, rule, _ in found if rule == "Subject-creditCode"}
    theirs = {
        (name, rule)
        for name, item, rule, severity in found
        if (severity == SH.Violation or (name, item) not in wrong)
        and not (rule == "credit-code-check" and name in formless)
    }
    ours = set(breaches(*read_data()))

    assert ours == theirs
    assert ours == {
        ("negative", "EnterpriseYear-tradeCNY"),
        ("fine", "EnterpriseYear-tradeUSD"),
        ("huge", "EnterpriseYear-tradeUSD"),
        ("whole", "EnterpriseYear-tradeUSD"),
        ("whole", "EnterpriseYear-tradeRank"),
        ("doubtful", "EnterpriseYear-listedCostCNY-within-investment"),
        ("doubtful", "EnterpriseYear-listedCostCNY-usual"),
        ("doubtful", "EnterpriseYear-overseasWarehouseInvestmentCNY-usual"),
        ("differ", "ForeignCapitalProject-fdiReceivedUSD-usual"),
        ("differ", "ForeignCapitalProject-fdiUsedUSD-usual"),
        ("same", "ForeignCapitalProject-fdiReceivedUSD-usual"),
        ("same", "ForeignCapitalProject-fdiUsedUSD-usual"),
        ("slip", "EnterpriseYear-platformFeeCNY-usual"),
        ("slip", "EnterpriseYear-tradeCNY-usual"),
        ("doubtful", "EnterpriseYear-usdCnyRate"),
        ("stray", "TaxRefund"),
        ("stray", "TaxRefund-refundClass"),
        ("codes", "TalentHire-level"),
        ("codes", "TalentHire-fullTime"),
        ("late", "ProjectReferral-windowStart"),
        ("zone", "Record-period"),
        ("zone", "ZoneAssessment-cityRank-within-zoneCount"),
        ("nobody", "Record-subject"),
        ("nameless", "Subject-name"),
        ("nameless", "Subject-creditCode"),
        ("nameless", "Subject-division"),
        ("team", "TalentTeamSelection-programmes"),
        ("twice", "Exhibition-boothFeeCNY"),
        ("slip", "EnterpriseYear-tradeCNY-rate"),
        ("slip", "EnterpriseYear-priorTradeCNY-zero"),
        ("slip", "EnterpriseYear-platformFeeCNY-only-sellers"),
        ("slip", "EnterpriseYear-qualityEnterprise-only-zone"),
        ("differ", "ForeignCapitalProject-fdiUsedUSD-agrees"),
        ("early", "ProjectReferral-windowStart-within-period"),
        ("early", "Subject-is-social-organisation"),
        ("refused", "Record-period-plausible"),
        ("refused", "TalentTeamSelection-programmes-only-selected"),
        ("zone", "Subject-is-public-body"),
        ("digit", "credit-code-check"),
        ("inner", "credit-code-organisation"),
    }


def test_messages_are_texts() -> None:
    """A finding carries its message and its mend, in both languages, from the rule."""
    finding = check(record(tradeRank=0))[0]

    assert (finding.message, finding.mend, finding.value) == (
        Text(
            "“进出口额全区名次”填的是“0”，不能小于 1。",
            "“Rank by trade in the district” is “0”. It cannot be less than 1.",
        ),
        Text(
            "填名次的数字，第一名填 1；不清楚的不填。",
            "Write the place as a number, 1 for the first; leave it out if it is not known.",
        ),
        "0",
    )


@pytest.mark.parametrize(
    ("old", "new", "zh", "en"),
    [
        ("pkb:quotientMin 5.0 ;", "", "缺少 pkb:quotientMin", "lacks pkb:quotientMin"),
        ("pkb:quotientMin 5.0 ;", "pkb:quotientMin 5 ;", "pkb:quotientMin 不是十进制数", "not a decimal"),
        (
            "pkb:quotientMin 5.0 ;",
            "pkb:quotientMin 5.0 ; pkb:agreesWith pkb:tradeUSD ;",
            "混有几个构件的参数",
            "several components",
        ),
        (
            "pkb:agreesWith pkb:fdiReceivedUSD ;",
            'pkb:agreesWith "fdiReceivedUSD" ;',
            "pkb:agreesWith 不是属性",
            "not a property",
        ),
        (
            "pkb:withinPeriod true ;",
            "pkb:withinPeriode true ;",
            "用了 pkb:withinPeriode，不支持",
            "pkb:withinPeriode, which is not supported",
        ),
        ('pkb:thenPattern "^5" ;', 'pkb:thenPattern "^(5" ;', "模式无法读取", "pattern that cannot be read"),
    ],
)
def test_a_component_needs_its_parameters(tmp_path: Path, old: str, new: str, zh: str, en: str) -> None:
    """A parameter that is missing, wrong, or of another component is refused when reading."""
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    (tmp_path / "shapes").mkdir()
    shutil.copy(ROOT / "shapes" / "components.ttl", tmp_path / "shapes")
    text = (ROOT / "shapes" / "records.ttl").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "shapes" / "records.ttl").write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(KnowledgeError, match=f"数据规则 .*{zh}(?s:.*)The data rule .*{en}"):
        read_record_rules(load_knowledge(tmp_path))


def test_repeated_records_need_no_rows() -> None:
    """Records made by a program, without a row of a file, are compared like others."""
    places = {"place": Place("none")}
    first, second = (replace(record("r1", name=name, credit_code=None), **places) for name in ("甲", "乙"))

    assert breaches(first, second) == [("r1", "duplicate-id")]


@pytest.mark.parametrize(
    ("facts", "zh", "en"),
    [
        ({"boothFeeCNY": Decimal("-3000")}, "“展位费”填的是“-3000”，不能是负数。", "“-3000”. It cannot be negative."),
        (
            {"boothFeeCNY": Decimal("1000000000000000")},
            "“展位费”填的是“1000000000000000”，太大了，要小于 1,000,000,000,000,000。",
            "which is too large. It must be below 1,000,000,000,000,000.",
        ),
        (
            {"boothFeeCNY": Decimal("0.12345")},
            "“展位费”填的是“0.12345”，小数最多四位。",
            "It can have four decimal places at most.",
        ),
        ({"boothFeeCNY": (Decimal(1), Decimal(2))}, "“展位费”填了几个值（1; 2），只能填一个。", "it can have one."),
    ],
)
def test_a_message_says_which_test_failed(facts: dict[str, Value], zh: str, en: str) -> None:
    """Of the several tests of one rule, the message names the one that failed, with the value that was given."""
    (finding,) = check(record(type_="Exhibition", period="2020-11-05", **facts))

    assert (finding.rule, finding.message.zh) == ("Exhibition-boothFeeCNY", zh)
    assert finding.message.en.endswith(en)
