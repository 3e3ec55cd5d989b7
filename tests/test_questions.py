"""Next questions: answering all of them leaves nothing open but what bodies decide, the text, or time."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policykb.advice.questions import next_questions
from policykb.answers.answer import Answer
from policykb.api import Policykb, load_policykb
from policykb.cli import program
from policykb.model import Fact, Place, Record, Value

ROOT = Path(__file__).parents[1]
DISTRICT = ROOT / "docs" / "examples" / "district-2020.json"
RECORDS = Path(__file__).parent / "ask" / "records.json"


def asked(kb: Policykb, answer: Answer) -> list[tuple[str, str, bool]]:
    """Record, fact, and whether a body decides it, for each question."""
    return [(row["record"], row["factId"], "body" in row) for row in kb.ask("questions", answer=answer)]


def some_value(fact: Fact, high: bool) -> Value:
    """An answer that fits the fact."""
    if fact.is_list:
        return (fact.codes[0 if high else -1],)
    if fact.codes:
        return fact.codes[0 if high else -1]
    values: dict[str, tuple[Value, Value]] = {
        "boolean": (True, False),
        "integer": (1, 4),
        "decimal": (Decimal(9000000), Decimal(0)),
        "date": (date(2020, 10, 1), date(2020, 10, 1)),
    }
    return values.get(fact.datatype, ("x", "x"))[0 if high else 1]


@pytest.mark.parametrize("high", [True, False])
def test_answering_everything_leaves_only_what_bodies_decide(shipped: Policykb, high: bool) -> None:
    """In the example district, whatever the answers are, what stays undetermined awaits a body.

    Two kinds of open points are no missing data, and say so in a note: a window of three years that is still running
    (PR-01), and sums the text leaves unsettled (TS-01, TO-04).
    """
    records = list(shipped.read([DISTRICT]).records)
    for _ in range(6):
        answer = shipped.apply(records)
        data = [(record, fact) for record, fact, by_body in asked(shipped, answer) if not by_body]
        if not data:
            break
        records = [
            replace(
                r, facts={**r.facts, **{f: some_value(shipped.vocabulary.facts[f], high) for x, f in data if x == r.id}}
            )
            for r in records
        ]
    open_ones = [d for d in answer.decisions if d.status == "undetermined"]

    assert not data
    assert not any(d.missing for d in open_ones)
    without_body = [d for d in open_ones if not d.awaiting]
    assert {d.record for d in without_body} <= {"PR-01", "TS-01", "TO-04"}
    assert all(d.notes for d in without_body)


def test_what_no_longer_matters_is_not_asked(shipped: Policykb) -> None:
    """The exhibition of A2 is overseas and filed: only the recognition is asked for, not the aid of a higher level."""
    answer = shipped.apply(shipped.read([RECORDS]))

    assert [row for row in asked(shipped, answer) if row[0] == "A2"] == [("A2", "recognisedByGovernment", True)]


def test_what_settles_most_comes_first(shipped: Policykb) -> None:
    """An enterprise that states nothing is asked for its trade first: three clauses turn on it alone."""
    record = Record("N", "EnterpriseYear", "2020", "示例", None, None, {"producer": True}, Place("test"))
    rows = list(shipped.ask("questions", answer=shipped.apply([record]), lang="en"))

    assert rows[0]["factId"] == "tradeCNY"
    assert [row["settles"] for row in rows] == sorted((row["settles"] for row in rows), reverse=True)


def ordered(kb: Policykb, records: list[Record]) -> list[tuple[str, str, str]]:
    """Record, item and the sum it is asked for, as they are to be asked."""
    rows = next_questions(kb, kb.apply(records), "en")
    return [(row["record"], row["factId"], str(row.get("money", "-"))) for row in rows]


def test_the_same_questions_in_another_order(shipped: Policykb) -> None:
    """The order adds nothing to the questions of the library and leaves none out."""
    answer = shipped.apply(shipped.read([DISTRICT]))
    listed = [(row["record"], row["factId"]) for row in next_questions(shipped, answer, "zh")]

    assert sorted(listed) == sorted((record, fact) for record, fact, _ in asked(shipped, answer))


def test_what_settles_most_money_for_each_answer_comes_first(shipped: Policykb) -> None:
    """A person's level alone settles 2,000,000; a booth's recognition 20,000; four facts of a warehouse 100,000."""
    year = {"crossBorderEcommerce": True, "tradeCNY": Decimal(1000), "priorTradeCNY": Decimal(2000), "producer": False}
    stated = {
        **year,
        "recognisedPlatform": False,
        "traditionalTrader": False,
        "inDevelopmentZone": False,
        "tradeRank": 9,
    }
    booth = {"overseas": True, "filedWithBureau": True, "boothFeeCNY": Decimal(80000)}
    records = [
        Record("E", "EnterpriseYear", "2020", "甲", None, None, {**stated, "selectedForNurture": False}, Place("test")),
        Record("X", "Exhibition", "2020-11-05", "乙", None, None, booth, Place("test")),
        Record("T", "TalentHire", "2020", "丙", None, None, {"fullTime": True}, Place("test")),
        Record("O", "TalentTeamProject", "2020", "丁", None, None, {"topTeam": True}, Place("test")),
    ]

    assert ordered(shipped, records) == [
        ("O", "agreedCNY", "-"),
        ("O", "approvedCaseByCase", "-"),
        ("T", "level", "2000000.00"),
        ("E", "inStatistics", "100000.00"),
        ("E", "overseasWarehouseArea", "100000.00"),
        ("E", "overseasWarehouseInvestmentCNY", "100000.00"),
        ("X", "recognisedByGovernment", "20000.00"),
    ]


def test_an_item_that_a_joint_cap_turns_on_is_asked_for_the_cap(shipped: Policykb) -> None:
    """Half of the additional tax caps 140,000 of rent and 600,000 of retrofit together: 740,000 turn on the tax, more
    than on the aid of the city, though the award for the tax itself is 100,000 at most."""
    kb = load_policykb(shipped.knowledge.root, "qitang-2024")
    said = dict.fromkeys(("registeredInCity", "legalPerson"), True)
    said |= dict.fromkeys(
        ("dishonest", "seriousAccident", "underInvestigation", "plantBought", "cityRentAidEnded"), False
    )
    figures = {"plantRentCNY": 700_000, "retrofitSpentCNY": 5_000_000, "newFloorArea": 0, "rentRenewals": 1}
    more = {"loanInterestCNY": 100_000, "cityLoanAidCNY": 0, "productionSince": "2015-01-01"}
    record = kb.record("BusinessYear", 2025, name="示例公司", **said, **figures, **more)

    assert [(item, money) for _, item, money in ordered(kb, [record])] == [
        ("newTaxCNY", "740000.00"),
        ("cityResearchAidCNY", "500000.00"),
    ]


def test_command_lists_question_unit_proof_and_body() -> None:
    """Each question comes with its unit, the usual proof and who decides."""
    done = CliRunner().invoke(program(), ["questions", str(RECORDS), "--format", "csv", "--lang", "en"])

    assert done.stdout.splitlines()[0] == "record,factId,question,unit,proof,body,decisions,settles,money,currency"
    assert "B1,inStatistics,Is the enterprise included in the official statistics?" in done.stdout
    assert "szq-2020-12/body/district-government" in done.stdout


def test_people_are_asked_in_words() -> None:
    """In a table headings, items, units and bodies have their names; ids and addresses are for programs."""
    call = ["questions", str(DISTRICT), "--record", "EX-01", "--lang", "zh", "--format"]
    table, page = (CliRunner().invoke(program(), [*call, form]).stdout for form in ("table", "md"))

    assert [tuple(line.split(None, 1)) for line in table.splitlines()] == [
        ("记录", "EX-01"),
        ("数据项", "区政府认定"),
        ("问什么", "参展补助已经区政府认定了吗？"),
        ("凭什么证明", "区政府的认定文件"),
        ("由谁定", "区政府"),
        ("影响的条款数", "1"),
        ("单凭它能定下的条款数", "1"),
        ("为了定下的金额", "14400.00"),
        ("币种", "元"),
    ]
    assert page.splitlines()[2].startswith(
        "| EX-01 | 区政府认定 | 参展补助已经区政府认定了吗？ |  | 区政府的认定文件 | 区政府 |"
    )


def test_an_item_of_two_documents_names_the_body_of_each(tmp_path: Path) -> None:
    """Who takes the filing is said by the documents that ask for it: the one of Qitang, or that and Shizhong's own."""
    facts = {"boothFeeCNY": "10000", "overseas": True}
    record = {"id": "X", "type": "Exhibition", "period": "2024-06-01", "subject": {"name": "甲"}, **facts}
    file = tmp_path / "own.json"
    file.write_text(json.dumps([record]), encoding="utf-8")

    def bodies(policy: str) -> list[str]:
        done = CliRunner().invoke(program(), ["questions", str(file), "--policy", policy, "--format", "csv"])
        rows = csv.DictReader(done.stdout.splitlines())
        return [row["body"].partition("/id/")[2] for row in rows if row["factId"] == "filedWithBureau"]

    assert bodies("qitang-2024") == ["qitang-2024/body/commerce"]
    assert bodies("yunting-2024,qitang-2024") == ["qitang-2024/body/commerce"]
    assert bodies("szq-2020-12,qitang-2024") == ["qitang-2024/body/commerce", "szq-2020-12/body/commerce-bureau"]


@pytest.mark.parametrize("policy", ["qitang-2024,yunting-2024", "yunting-2024,qitang-2024"])
def test_a_body_of_one_document_goes_by_its_name_among_several(policy: str, tmp_path: Path) -> None:
    """The bureau that chooses the sum of a platform is the city's; the district, which shares the item, names none."""
    held = {"registeredInCity": True, "legalPerson": True, "publicPlatform": True}
    held |= dict.fromkeys(("dishonest", "seriousAccident", "underInvestigation"), False)
    record = {"id": "B", "type": "BusinessYear", "period": "2024", "subject": {"name": "甲"}, **held}
    file = tmp_path / "own.json"
    file.write_text(json.dumps([record]), encoding="utf-8")
    call = ["questions", str(file), "--policy", policy, "--lang", "zh"]
    told = CliRunner().invoke(program(), call).stdout

    bodies = {line.split()[1] for line in told.splitlines() if line.strip().startswith("由谁定")}
    assert bodies == {"市工业局", "市发展改革局"}


def test_command_says_when_there_is_nothing_to_ask(tmp_path: Path) -> None:
    """A record with all it needs leaves nothing to ask."""
    file = tmp_path / "one.json"
    file.write_text(
        '{"records": [{"id": "T", "type": "TaxRefund", "period": "2020-12-08", '
        '"subject": {"name": "甲"}, "refundClass": 1}]}'
    )
    done = CliRunner().invoke(program(), ["questions", str(file), "--lang", "en"])

    assert done.stdout == "Nothing to ask: no missing item can still change a decision.\n"
