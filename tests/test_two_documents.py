"""The documents that ship as examples, a fictional city and one of its districts: together, and apart from the rest."""

from __future__ import annotations

import io
import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from rich.console import Console
from typer.testing import CliRunner

from cases_runner import read_cases
from deciders import decider_with
from policykb.answers.several import by_document
from policykb.api import Policykb
from policykb.cli import program
from policykb.columns.screen import Screening
from policykb.columns.together import screen_together_by_each
from policykb.doors.files import KNOWLEDGE
from policykb.law.fingerprint import JOINED
from policykb.law.load import policies, standing
from policykb.model import Place, Record
from policykb.reports.as_json import joint
from policykb.reports.caveats import caveats
from policykb.reports.payments import by_record, payments
from policykb.reports.phrases import Phrases
from policykb.reports.side_by_side import print_article, print_clause
from policykb.reports.tell import tell
from policykb.shelf import each, load_documents
from policykb.verify.face import asked
from policykb.verify.prove import prove
from together import TOGETHER, expected, of_one, totals
from told_formats import workbook

ROOT = Path(__file__).parents[1]
SLUGS = tuple(slug for slug in policies(ROOT) if slug not in standing(ROOT))
CASES = {slug: list(read_cases(slug)) for slug in SLUGS}


@pytest.fixture(params=SLUGS)
def kb(request: pytest.FixtureRequest) -> Policykb:
    """One of the documents."""
    return decider_with(policy=request.param)


def test_together() -> None:
    """Caps over both documents, the higher of the two, and what each gives beside the other, by subject."""
    assert totals(load_documents(policy=JOINED.join(SLUGS))) == expected()


def test_examples_stay_out(shipped: Policykb, tmp_path: Path) -> None:
    """Unless it is named, an example takes no part: the answer and its receipt are those where there is none beside."""

    def examples(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if set(name.split(JOINED)) & set(SLUGS)}

    for name in KNOWLEDGE:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=examples)
    alone, beside = load_documents(tmp_path), load_documents()
    record = Record("r", "Exhibition", "2024-05-01", "甲公司", None, None, {"overseas": True}, Place("test"))

    assert policies(tmp_path) == standing(ROOT)
    assert beside.apply(record) == alone.apply(record) == shipped.apply(record)


def test_side_by_side() -> None:
    """What each document demands of a booth fee and pays by it stands side by side, with its words; made up last."""
    whole = load_documents(policy=JOINED.join(policies(ROOT)))
    found = [row for row in whole.ask("side-by-side", lang="en") if row["factId"] == "boothFeeCNY"]
    columns = ("documents", "document", "article", "name", "lower", "rate", "cap", "words")

    ids = "https://w3id.org/policykb/id/"
    assert [tuple(row.get(name) for name in columns) for row in found] == [
        (2, f"{ids}szq-2020-12", "2", "30% of the booth fee, at most 20,000 yuan", None, Decimal("0.3"),
         Decimal(20000), "每次展位费再补助 30%，最高补助 2 万元"),
        (2, f"{ids}szq-2020-12", "2", "there is a booth fee", Decimal(0), None, None, "每次展位费"),
        (2, f"{ids}qitang-2024", "11", "District aid for exhibitions abroad", None, Decimal("0.5"), Decimal(20000),
         "展位费的50%给予补助，每次最高2万元"),
        (2, f"{ids}qitang-2024", "11", "there is a booth fee", Decimal(0), None, None, "展位费"),
    ]  # fmt: skip


def test_an_example_says_so(kb: Policykb) -> None:
    """Whoever names it is told first that it is made up."""
    receipt = kb.apply([]).receipt

    told = [line.text for line in caveats(receipt, Phrases(kb.book, kb.vocabulary, kb.wording, "en"))]
    assert told[1] == "This document is made up as an example and applies to no real enterprise."


def test_a_sum_of_several_says_in_the_list_what_it_stands_for() -> None:
    """150,000 for training are of no cap of the district; 200,000 and three booths of 20,000 are, at most 250,000.

    The last booth awaits its filing, and changes nothing: the city's 50,000 and 200,000 are the cap already.
    """
    both = load_documents(policy="yunting-2024,qitang-2024")
    held = {"registeredInCity": True, "legalPerson": True, "dishonest": False, "seriousAccident": False}
    held |= {"underInvestigation": False, "trainees": 100, "trainingDays": 30, "graduatesHired": 0, "tripsAbroad": 7}
    trade = {"tradeCNY": Decimal(60000000)}
    records = [("b", "BusinessYear", "2024", held), ("y", "EnterpriseYear", "2024", trade)]
    for number, filed in enumerate(({"filedWithBureau": True}, {"filedWithBureau": True}, {}), 1):
        records.append(
            (
                f"e{number}",
                "Exhibition",
                f"2024-0{number}-01",
                {"overseas": True, "boothFeeCNY": Decimal(60000)} | filed,
            )
        )
    answer = both.apply([Record(*one, "甲有限公司", None, None, facts, Place("test")) for *one, facts in records])
    phrases = Phrases(both.book, both.vocabulary, both.wording, "zh")
    (subject,) = tell(answer, phrases).subjects
    (found,) = (
        one for one in payments(subject, by_record(answer.entitlements), phrases) if one.source.endswith("art-16-year")
    )

    assert (found.amount.min, found.amount.max) == (Decimal("400000.00"), Decimal("400000.00"))
    assert found.basis[:2] == (
        "培训补助 15万元；市级境外参展补助 5万元；区级境外参展补助 2万元；区级境外参展补助 2万元；"
        "区级境外参展补助 2万元（待部门确认）；外贸奖励 20万元",
        "其中15万元不受这一限额约束：另一份文件把它和限额内的部分合起来限额，所以放在一起算",
    )
    assert found.payee_note == found.basis[1]
    assert [joint(one)["beyond"]["min"] for one in answer.joints if one.beyond is not None] == ["0.00", "150000.00"]


def test_a_cap_is_told_with_its_clauses_and_how_it_comes_about() -> None:
    """100 people, 30 days, 50 yuan: 150,000. Half of 800,000 of tax: 400,000 for 250,000 and 300,000 together.

    A note on a cap stands with the clauses that it binds, and with no other: not with the rent, which none does.
    """
    both = load_documents(policy="yunting-2024,qitang-2024")
    held = {"registeredInCity": True, "legalPerson": True, "dishonest": False, "seriousAccident": False}
    held |= {"underInvestigation": False, "trainees": 100, "trainingDays": 30, "graduatesHired": 3}
    sums = {"equipmentSpentCNY": 1000000, "plantRentCNY": 900000, "retrofitSpentCNY": 3000000, "newTaxCNY": 800000}
    sums |= {"businessRevenueCNY": 0, "researchSpentCNY": 0}
    facts = {**held, "technicalLoan": False, **{name: Decimal(value) for name, value in sums.items()}}
    facts |= {"productionSince": date(2023, 6, 30), "plantBought": True, "plantBoughtArea": Decimal(2500)}
    record = Record("a", "BusinessYear", "2024", "甲有限公司", None, None, facts, Place("test"))
    (subject,) = tell(both.apply([record]), Phrases(both.book, both.vocabulary, both.wording, "zh")).subjects
    (one,) = subject.records
    told = {item.source: [line.text for line in item.lines] for section in one.sections for item in section.items}

    assert "100个 × 30天 × 50元 = 15万元（最高20万元）" in told["yunting-2024/art-10-training"]
    sum_and_cap = "原文：“按每人每天50元给予补助，每年最高20万元。”（云汀政发〔2024〕7号第10条）"
    assert sum_and_cap in told["yunting-2024/art-10-training"]
    assert "限额：新增税收 × 50% = 40万元" in told["qitang-2024/art-10-joint"]
    cap = "说明：规模、研发、设备、贷款四项每年总额不超过300万元"
    assert cap in told["yunting-2024/art-07-equipment"]
    assert cap not in told["yunting-2024/art-12-rent"]
    assert cap not in [line.text for line in one.lines]
    assert not any("说明：境外参展和外贸" in line for line in told["yunting-2024/art-10-training"])


@pytest.mark.parametrize(("area", "status"), [(2000, "eligible"), (None, "undetermined")])
def test_a_choice_is_told_as_one(area: int | None, status: str) -> None:
    """20 % of 400,000 is less than 100 yuan for each of 2,000 m²: the higher is counted, and one may choose."""
    district = decider_with(policy="qitang-2024")
    held = {"plantRentCNY": Decimal(400000), "plantBought": True, "newTaxCNY": Decimal(2000000)}
    facts = held if area is None else held | {"plantBoughtArea": Decimal(area)}
    record = Record("a", "BusinessYear", "2024", "甲有限公司", None, None, facts, Place("test"))
    phrases = Phrases(district.book, district.vocabulary, district.wording, "zh")
    (subject,) = tell(district.apply([record]), phrases).subjects
    sections = [part for one in subject.records for part in one.sections]
    items = {item.source: item for part in sections for item in part.items}
    rent = items["art-05-rent"]
    told = [rent.status, *(line.text for line in rent.lines), *(part.heading for part in sections)]

    assert rent.state == "eligible"
    assert items["art-05-buy"].state == status
    assert not any("只发较高" in text for text in told)
    if area is not None:
        assert rent.status == "符合，但几项中只能选一项，按另一项计算"
        assert "几项中选一项：按金额最高的“购置厂房补助”20万元计算，这一项不另发" in told


@pytest.mark.parametrize(("listed", "marks"), [(False, "met"), (True, "unmet")])
def test_what_excludes_is_told_as_all_that_must_not_be(listed: bool, marks: str) -> None:
    """“None of these three” is all of their opposites: one that is there is enough to be left out."""
    city = decider_with(policy="yunting-2024")
    held: dict[str, bool | Decimal] = {"registeredInCity": True, "legalPerson": True, "dishonest": listed}
    held |= {"seriousAccident": False, "underInvestigation": False, "equipmentSpentCNY": Decimal(1000000)}
    record = Record("a", "BusinessYear", "2024", "甲有限公司", None, None, held, Place("test"))
    phrases = Phrases(city.book, city.vocabulary, city.wording, "zh")
    (subject,) = tell(city.apply([record]), phrases, explain=True).subjects
    items = {item.source: item for one in subject.records for part in one.sections for item in part.items}
    (everyone, _) = items["art-07-equipment"].criteria
    excluded = everyone.children[-1]

    assert (excluded.text.endswith("同时满足："), excluded.mark) == (True, marks)
    assert [line.mark for line in excluded.children] == [marks, "met", "met"]
    assert all("不是：" in line.text for line in excluded.children)


def test_each_document_is_named_once() -> None:
    """One without a number goes by its title alone; in English by its English title, and so are its articles."""
    both = load_documents(policy="yunting-2024,qitang-2024")
    zh, en = (Phrases(both.book, both.vocabulary, both.wording, lang) for lang in ("zh", "en"))
    receipt = both.apply([]).receipt
    above = [[line.text for line in caveats(receipt, one)] for one in (zh, en)]

    assert [text.partition("。")[0] for text in above[0] if text.startswith("依据")] == [
        "依据：云汀政发〔2024〕7号《云汀市支持产业发展若干措施》",
        "依据：《栖棠区落实云汀市产业政策实施办法》",
    ]
    assert [text.partition(". ")[0] for text in above[1] if text.startswith("Under")] == [
        "Under document 云汀政发〔2024〕7号, Measures of Yunting City in support of industry",
        "Under Measures of Qitang District to carry out the industrial policy of Yunting City",
    ]
    assert tell(both.apply([]), zh).title == "按云汀政发〔2024〕7号、《栖棠区落实云汀市产业政策实施办法》测算的结果"
    clause = both.book.clauses["qitang-2024/art-08-tax"]
    title = "Measures of Qitang District to carry out the industrial policy of Yunting City"
    assert (zh.article(clause), en.article(clause)) == (
        "《栖棠区落实云汀市产业政策实施办法》二、（六）",
        f"{title}, part 2 (6)",
    )


def test_an_article_goes_by_the_number_that_the_text_writes() -> None:
    """The district counts anew in each of its parts: what stands third in part two is no article 5 of its text."""
    sides = [decider_with(policy=slug) for slug in ("qitang-2024", "yunting-2024", "szq-2020-12")]
    found = []
    for kb, clause in zip(sides, ("art-05-buy", "art-05-size", "art-05-warehouse"), strict=True):
        zh, en = (Phrases(kb.book, kb.vocabulary, kb.wording, lang) for lang in ("zh", "en"))
        found.append([one(kb.book.clauses[clause]) for one in (zh.article, en.article, zh.article_cell)])

    assert found == [
        ["二、（三）", "part 2 (3)", "二、（三）"],
        ["第5条", "Art. 5", 5],
        ["第5条", "Art. 5", 5],
    ]


def test_when_to_apply_is_told_above(kb: Policykb) -> None:
    """The city writes from when to when one applies, and the district does not."""
    told = [line.text for line in caveats(kb.apply([]).receipt, Phrases(kb.book, kb.vocabulary, kb.wording, "zh"))]

    window = "何时申报、怎样申报，文件写着：“企业每年申报一次，申报时间为3月1日至3月31日。”（第18条）"
    assert (window in told) == (kb.knowledge.policy == "yunting-2024")


def test_an_amendment_is_no_reading() -> None:
    """From 2026 on article 9 is repealed: told as an amendment with its day, and only where it bears on a record."""
    city = decider_with(policy="yunting-2024")
    facts = {"employedFullTime": True}
    told = []
    for day in ("2025-05-01", "2026-05-01"):
        record = Record("a", "TalentArrival", day, "甲有限公司", None, None, facts, Place("test"))
        phrases = Phrases(city.book, city.vocabulary, city.wording, "zh")
        told.append([line.text for line in caveats(city.apply([record]).receipt, phrases)])

    line = (
        "文件有过修订，每条记录按测算基准日当天有效的版本测算：虚构的修订：自2026年1月1日起废止第九条（自2026-01-01起）"
    )
    assert (line in told[0], line in told[1]) == (False, True)
    assert not any("换用的理解" in text for texts in told for text in texts)


def test_a_cap_of_what_is_not_stated_names_it(tmp_path: Path) -> None:
    """20 % of a rent of 2,000 and 12 % of 5,000 are 1,000 yuan at most; the cap is half of a tax that is not stated."""
    district = decider_with(policy="qitang-2024")
    held = {"registeredInCity": True, "legalPerson": True, "dishonest": False, "seriousAccident": False}
    sums = {"plantRentCNY": 2000, "plantBought": False, "retrofitSpentCNY": 5000, "productionSince": "2020-01-01"}
    record = {"id": "B", "type": "BusinessYear", "period": "2024", "subject": {"name": "甲"}, **held, **sums}
    file = tmp_path / "own.json"
    file.write_text(json.dumps([record]), encoding="utf-8")
    answer = district.apply([file])
    phrases = Phrases(district.book, district.vocabulary, district.wording, "en")
    owed = by_record(answer.entitlements)
    (subject,) = tell(answer, phrases).subjects
    told = payments(subject, owed, phrases)

    assert [(one.source, one.amount.max, one.needs) for one in told if one.source == "art-10-joint"] == [
        ("art-10-joint", Decimal("1000.00"), ("Still needed: Additional tax of the year",))
    ]
    assert [joint(one)["missing"] for one in answer.joints if one.group == "art-10-joint"] == [["newTaxCNY"]]
    (above,) = (line.text for line in subject.sums if line.kind == "either")
    assert above.endswith("Aid for saving energy, RMB 600. Still needed: Additional tax of the year")


def test_an_award_whose_sum_cannot_be_read_is_money_all_the_same() -> None:
    """“002元” for each square metre: told among the awards, as money without a sum, and in no total."""
    facts = {"newFloorArea": Decimal(500)}
    record = Record("a", "BusinessYear", "2024", "甲有限公司", None, None, facts, Place("test"))
    district = decider_with(policy="qitang-2024")
    answer = district.apply([record])
    (subject,) = tell(answer, Phrases(district.book, district.vocabulary, district.wording, "zh")).subjects
    (item,) = (i for r in subject.records for s in r.sections for i in s.items if i.source == "art-07-area")

    assert (item.grants, item.status, item.amount_text) == (True, "预计符合", "未载明金额")
    assert "给予资金、但原文没写金额的：扩产奖励（预计符合）" in [line.text for line in subject.sums]
    assert all("原文没有写数额" not in line.text for line in item.lines)


def test_a_day_from_which_it_applies_is_told(kb: Policykb) -> None:
    """No copy says when it was issued; that of the city says from when on it applies, which is not denied."""
    told = [line.text for line in caveats(kb.apply([]).receipt, Phrases(kb.book, kb.vocabulary, kb.wording, "en"))]

    is_stated = kb.knowledge.policy == "yunting-2024"
    assert kb.book.document.date is None
    assert any("is not checked" in text for text in told) != is_stated


def test_no_day_is_told_that_nobody_stated() -> None:
    """A document that says until when it is in force, and not since when, names its last day alone."""
    facts = {"plantRentCNY": Decimal(100)}
    record = Record("a", "BusinessYear", "2027", "甲有限公司", None, None, facts, Place("test"))
    (note,) = {n for d in decider_with(policy="qitang-2024").apply([record]).decisions for n in d.notes}

    assert note.zh == (
        "不在适用时间内：文件施行到2026-12-31，适用于2026-12-31及以前结束的期间；"
        "本记录的期间到2027-12-31为止，测算基准日为2027-12-31。"
    )
    assert "1900" not in note.en


def test_which_document_does_not_cover_a_record_is_told() -> None:
    """Both ended with 2026, the one with a first day and the other without: each sentence says of which it is."""
    facts = {"plantRentCNY": Decimal(100)}
    record = Record("a", "BusinessYear", "2027", "甲有限公司", None, None, facts, Place("test"))
    both = load_documents(policy=JOINED.join(SLUGS))
    (subject,) = tell(both.apply([record]), Phrases(both.book, both.vocabulary, both.wording, "zh")).subjects
    told = [line.text for line in subject.records[0].lines if "不在适用时间内" in line.text]

    assert sorted(text.partition("，")[0] for text in told) == [
        "《栖棠区落实云汀市产业政策实施办法》：不在适用时间内：文件施行到2026-12-31",
        "云汀政发〔2024〕7号：不在适用时间内：文件于2024-01-01起施行",
    ]


def test_a_part_is_cited_from_its_own_document(capsys: pytest.CaptureFixture[str]) -> None:
    """Of two documents a clause and an article are cited under the title and number of their own."""
    both = load_documents(policy=JOINED.join(SLUGS))
    phrases = Phrases(both.book, both.vocabulary, both.wording, "en")
    city = next(one for one in both.book.articles if "/yunting-2024/" in one.iri and one.number == 5)
    print_clause(Console(width=1000), both.book.clauses["qitang-2024/art-12-trade"], phrases)
    print_article(Console(width=1000), city, phrases)
    cited = [line for line in capsys.readouterr().out.splitlines() if "[A/OL]" in line]

    title = "栖棠区落实云汀市产业政策实施办法"
    # Neither text says on which day it was issued, and so none is cited.
    home = "https://w3id.org/policykb/id"
    assert cited == [
        f"  {title} 三、（二） 外贸奖励[A/OL]. {home}/qitang-2024/clause/art-12-trade.",
        f"  云汀市支持产业发展若干措施 第5条: 云汀政发〔2024〕7号[A/OL]. {home}/yunting-2024/art-05.",
    ]


def test_a_group_is_shown_by_the_name_that_answers_give_it() -> None:
    """Answers list it beside clauses: how it combines, its cap and its awards; with the name of its document or not."""
    both = ["clause", "--lang", "en", "--policy", "yunting-2024,qitang-2024"]
    whole, short = (
        CliRunner().invoke(program(), [*both, name]).stdout for name in ("qitang-2024/art-10-joint", "art-10-joint")
    )

    assert whole == short
    assert (
        "  Combination: sum\n  Counted over: one subject and year\n  Cap: Additional tax of the year × 50%\n" in whole
    )
    assert "qitang-2024/art-05-buy  Aid for buying a plant" in whole


def test_clauses_stand_by_document_and_bands_with_their_rates() -> None:
    """What can be paid without application is told document by document; 4 % up to 5 million yuan and 6 % above."""
    both = ["clauses", "--policy", "yunting-2024,qitang-2024", "--lang", "zh"]
    listed, ready = (CliRunner().invoke(program(), [*both, *more]).stdout for more in ([], ["--readiness"]))
    heads = [line for line in ready.splitlines() if "项具备" in line]
    of_city = [line.startswith("云汀政发〔2024〕7号") for line in heads]

    assert "分段累进：当年设备投资（500万元以下的部分4%；超过500万元的部分6%）" in listed
    assert of_city == sorted(of_city, reverse=True)
    assert {True, False} == set(of_city)


def test_a_sum_that_is_an_item_is_told_by_its_name() -> None:
    """What the city gives, 600,000 yuan, is matched up to 500,000; 30 % of 1,200,000 is 120,000 above 240,000."""
    facts = {"cityResearchAidCNY": 600000, "loanInterestCNY": 1200000, "cityLoanAidCNY": 240000}
    sums = {name: Decimal(value) for name, value in facts.items()}
    record = Record("a", "BusinessYear", "2024", "甲有限公司", None, None, sums, Place("test"))
    district = decider_with(policy="qitang-2024")
    phrases = Phrases(district.book, district.vocabulary, district.wording, "zh")
    (subject,) = tell(district.apply([record]), phrases).subjects
    items = {item.source: item for one in subject.records for part in one.sections for item in part.items}

    assert [items[name].of("arithmetic") for name in ("art-03-match", "art-04-gap")] == [
        ["取得的市级研发补助：60万元，超过上限，按最高50万元计"],
        ["年贷款利息的30%高于市级贴息的差额：12万元"],
    ]


def test_a_document_without_open_points_says_so() -> None:
    """Nothing found is an answer."""
    done = CliRunner().invoke(program(), ["readings", "--policy", "qitang-2024", "--lang", "en"])

    assert (done.exit_code, done.stdout) == (0, "No open points of the text are recorded.\n")


@pytest.mark.proof
def test_proof(kb: Policykb) -> None:
    """The solver finds no condition that is never met, always met, or judged otherwise while facts are missing."""
    assert [finding for finding in prove(kb.book) if finding.fault] == []


def test_every_clause_has_scenarios(kb: Policykb) -> None:
    """Each clause that concerns records is met in a scenario, and missed in one."""
    said: dict[str, set[str]] = {}
    for case in CASES[kb.knowledge.policy]:
        for clause, keys in case.expect.items() if isinstance(case.expect, dict) else ():
            said.setdefault(clause, set()).add(keys["status"])
    concerned = {name for name, clause in kb.book.clauses.items() if clause.record_type is not None}

    assert {
        name for name in concerned if not {"eligible", "not-eligible", "undetermined"} <= said.get(name, set())
    } == set()


def test_every_document_is_verified() -> None:
    """Without a name every document is verified, examples too, after those that answer; `make check` does so."""
    assert set(asked(ROOT, None)) == set(policies(ROOT))
    assert asked(ROOT, None)[0] in standing(ROOT)


def test_what_gives_way_to_several_says_so() -> None:
    """Three booths of the district come to 60,000 yuan and are had in the place of 50,000 of the city."""
    kb = load_documents(policy=JOINED.join(SLUGS))
    records = of_one(0, {"zero": {"tripsAbroad": 5}, "booths": [40000, 40000, 40000]})
    answer = kb.apply(records)
    (lost,) = (one for one in answer.decisions if one.clause == "yunting-2024/art-16-abroad")
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, "en")
    subject = tell(answer, phrases).subjects[0]
    told = {
        item.source: (section.kind, [line.text for line in item.lines if line.kind == "outdone"])
        for record in subject.records
        for section in record.sections
        for item in section.items
    }

    assert (lost.status, lost.selected, lost.suppressed_by) == ("eligible", False, "qitang-2024/art-11-year")
    assert told["yunting-2024/art-16-abroad"] == (
        "outdone",
        ["Only the highest is paid: At most 60,000 yuan a year for exhibitions abroad, RMB 60,000; nothing more for this one"],  # noqa: E501
    )  # fmt: skip
    (iri,) = (q.object.value for q in kb.answer_quads(answer) if q.predicate.value.endswith("#suppressedBy"))
    assert iri == "https://w3id.org/policykb/id/qitang-2024/clause/art-11-year"


@pytest.mark.proof
def test_screened_together_with_types_that_one_document_alone_knows(tmp_path: Path) -> None:
    """A document says nothing of records whose type it does not know; all documents come to what `apply` comes to."""
    records = [
        {"id": "a", "type": "BusinessYear", "period": "2024", "subject": {"name": "甲星公司"}, "newTaxCNY": "2000000"},
        {"id": "b", "type": "TalentArrival", "period": "2024-05-01", "subject": {"name": "甲星公司"}},
        {
            "id": "c",
            "type": "EnterpriseYear",
            "period": "2024",
            "subject": {"name": "乙星公司"},
            "tradeCNY": "60000000",
        },
    ]
    file = tmp_path / "all.json"
    file.write_text(json.dumps({"records": records}), encoding="utf-8")
    kb = load_documents(policy=JOINED.join(policies(ROOT)))
    job = Screening(next(iter(kb.vocabulary.record_types.values())), tmp_path / "out")

    found = {
        one.knowledge.policy: set(told.reports) for one, told in screen_together_by_each(each(kb), [file], None, job)
    }

    decided = {
        slug: {d.record for d in part.decisions if d.clause} for slug, part in by_document(kb.apply(kb.read(file)))
    }
    types = {one["id"]: one["type"] for one in records}
    assert found == {slug: {types[name] for name in names} for slug, names in decided.items()}


def test_a_workbook_names_the_document_of_each_article() -> None:
    """In each sheet with a column of articles: the document beside the number, also of groups.

    Expected from each document read alone; of a measure that both have a row may name either.
    """
    where: dict[str, set[str]] = {}
    called = {"yunting-2024": "云汀政发〔2024〕7号", "qitang-2024": "《栖棠区落实云汀市产业政策实施办法》"}
    for slug in SLUGS:
        one = decider_with(policy=slug)
        alone, phrases = one.book, Phrases(one.book, one.vocabulary, one.wording, "zh")
        for clause in alone.clauses.values():
            cited = f"{called[slug]}{phrases.article(clause)}"
            where.setdefault(clause.title.zh, set()).add(cited)
            group = alone.group_of.get(clause.id)
            if group is not None:
                where.setdefault(group.label.zh, set()).add(cited)
    several = load_documents(policy=JOINED.join(SLUGS))
    answer = several.apply([one for number, case in enumerate(TOGETHER) for one in of_one(number, case)])
    book = load_workbook(io.BytesIO(workbook(answer, Phrases(several.book, several.vocabulary, several.wording, "zh"))))
    seen = set()
    for sheet in book:
        head, *rows = sheet.iter_rows(values_only=True)
        if "条" in head:
            for row in rows:
                found = dict(zip(head, row, strict=True))
                if found["条"] is not None and found["事项"] in where:
                    assert found["条"] in where[found["事项"]], (sheet.title, found)
                    seen.add((sheet.title, *(name for name in called.values() if str(found["条"]).startswith(name))))
                elif found["条"] is not None:
                    assert not str(found["条"]).isdecimal()

    assert len(seen) == 6
