"""The sample district: one set of records in four formats, an office's sheet, and files with faults in them."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from stdnum.cn import uscc

from policykb.answers.answer import Answer
from policykb.answers.plain import canonical, record_hash
from policykb.api import Policykb
from policykb.model import Decision, GroupDecision
from policykb.readers import Reading
from tools.write_examples import FOLDER, SOURCE, derived

FORMATS: dict[str, list[Path]] = {
    "json": [SOURCE],
    "xlsx": [SOURCE.with_suffix(".xlsx")],
    "ttl": [SOURCE.with_suffix(".ttl")],
    "csv": sorted((FOLDER / "district-2020-csv").glob("*.csv")),
}


@pytest.fixture(scope="module")
def readings(shipped: Policykb) -> dict[str, Reading]:
    """The records of each format."""
    return {name: shipped.read(paths) for name, paths in FORMATS.items()}


@pytest.fixture(scope="module")
def answer(shipped: Policykb, readings: dict[str, Reading]) -> Answer:
    """The answer for the source, clauses of other record types included."""
    return shipped.apply(readings["json"], everything=True)


# --- The files ----------------------------------------------------------------------------


def test_derived_files_are_up_to_date(shipped: Policykb, readings: dict[str, Reading]) -> None:
    """The Excel, CSV and Turtle files are what the source gives; `make examples` writes them anew."""
    expected = derived(readings["json"].records, shipped.vocabulary)

    stale = [name for name, data in expected.items() if _content(data) != _content((FOLDER / name).read_bytes())]

    assert stale == []


def test_no_table_is_left_over(shipped: Policykb) -> None:
    """The CSV folder holds one table per record type and nothing else."""
    found = {path.name for path in (FOLDER / "district-2020-csv").iterdir()}

    assert found == {f"{kind}.csv" for kind in shipped.vocabulary.record_types}


def test_a_number_with_too_many_digits_is_refused(shipped: Policykb, readings: dict[str, Reading]) -> None:
    """A spreadsheet keeps 15 digits: a longer number in the source would not come back as it was."""
    first = readings["json"].records[0]
    longest = replace(first, facts={"tradeCNY": Decimal("1234567890123.45")})
    too_long = replace(first, facts={"tradeCNY": Decimal("12345678901234.56")})
    derived([longest], shipped.vocabulary)

    with pytest.raises(ValueError, match="more digits than a spreadsheet keeps"):
        derived([too_long], shipped.vocabulary)


def _content(data: bytes) -> Any:
    """A file's content; of a workbook its parts, as compression differs between versions of zlib."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return {part.filename: (part.date_time, parts.read(part)) for part in parts.infolist()}


# --- One set of records in four formats ------------------------------------------------------


@pytest.mark.parametrize("name", ["xlsx", "csv", "ttl"])
def test_formats_hold_the_same_records(readings: dict[str, Reading], name: str) -> None:
    """Every format reads to the same canonical records, one by one and in their hash."""
    source = {record.id: canonical(record) for record in readings["json"].records}

    assert {record.id: canonical(record) for record in readings[name].records} == source
    assert record_hash(readings[name].records) == record_hash(readings["json"].records)


@pytest.mark.parametrize("name", ["xlsx", "csv", "ttl"])
def test_formats_give_the_same_decisions(
    shipped: Policykb, readings: dict[str, Reading], answer: Answer, name: str
) -> None:
    """Every format gives the same decisions, groups and totals."""
    other = shipped.apply(readings[name], everything=True)

    assert _by_key(other.decisions) == _by_key(answer.decisions)
    assert _groups(other) == _groups(answer)
    assert {(e.name, e.eligible, e.undetermined, str(e.total)) for e in other.enterprises} == {
        (e.name, e.eligible, e.undetermined, str(e.total)) for e in answer.enterprises
    }


@pytest.mark.parametrize("name", list(FORMATS))
def test_nothing_is_wrong_with_the_sample(readings: dict[str, Reading], answer: Answer, name: str) -> None:
    """The sample reads without faults; two projects state that capital used and received differ, which is told."""
    severities = {(finding.severity, finding.rule) for finding in readings[name].all_findings()}

    assert severities <= {("info", "converted")}
    assert [(f.record, f.rule, f.severity) for f in answer.findings if f.severity != "info"] == [
        ("FC-04", "ForeignCapitalProject-fdiUsedUSD-agrees", "warning"),
        ("FC-05", "ForeignCapitalProject-fdiUsedUSD-agrees", "warning"),
    ]


# --- What the sample holds ---------------------------------------------------------------------


def test_it_holds_several_records_of_every_type(shipped: Policykb, readings: dict[str, Reading]) -> None:
    """Every record type occurs, three records at least."""
    counts = Counter(record.type for record in readings["json"].records)

    assert {kind: counts[kind] for kind in shipped.vocabulary.record_types if counts[kind] < 3} == {}


def test_it_states_every_fact(shipped: Policykb, readings: dict[str, Reading]) -> None:
    """Every fact of every record type is stated by some record."""
    stated = {(record.type, fact) for record in readings["json"].records for fact in record.facts}
    known = {(kind.id, fact) for kind in shipped.vocabulary.record_types.values() for fact in kind.facts}

    assert sorted(known - stated) == []


def test_it_holds_every_code(shipped: Policykb, readings: dict[str, Reading]) -> None:
    """Of the closed lists every value occurs, except those whose answer another one gives already."""
    stated: set[tuple[str, str]] = set()
    for record in readings["json"].records:
        for fact, value in record.facts.items():
            if shipped.vocabulary.facts[fact].codes:
                stated |= {(fact, str(one)) for one in (value if isinstance(value, tuple) else (value,))}
    known = {(fact.id, code) for fact in shipped.vocabulary.facts.values() for code in fact.codes}

    assert sorted(known - stated) == [
        ("designatedLevel", "city"),
        ("designatedLevel", "district"),
        ("founderKind", "chiefScientistNationalDiscipline"),
        ("founderKind", "other"),
        ("level", "other"),
        ("refundClass", "3"),
        ("refundClass", "4"),
    ]


def test_its_subjects(readings: dict[str, Reading]) -> None:
    """At least 36 subjects, 30 of them enterprises, all codes with the right check characters."""
    subjects = {(record.name, record.credit_code) for record in readings["json"].records}
    codes = [code for _, code in subjects if code]

    assert len(subjects) >= 36
    assert len([code for code in codes if code.startswith("91")]) >= 30
    assert [code for code in codes if not uscc.is_valid(code)] == []


def test_codes_keep_to_number_ranges_of_other_places(readings: dict[str, Reading]) -> None:
    """The organisation numbers begin with MA00, MB00 or MJ00, so that no code is likely to be a real one."""
    codes = {record.credit_code for record in readings["json"].records if record.credit_code}

    assert [
        code for code in sorted(codes) if not re.fullmatch(r"[159][12](37040[23]|310115|440100)M[ABJ]00.{6}", code)
    ] == []


def test_every_status_occurs(shipped: Policykb, answer: Answer) -> None:
    """The sample and its faulty files show every status that a decision can have."""
    faulty = shipped.apply(shipped.read([FOLDER / "bad" / "not-a-number.csv"]))

    assert {decision.status for decision in (*answer.decisions, *faulty.decisions)} == {
        "eligible",
        "not-eligible",
        "undetermined",
        "not-applicable",
        "invalid-record",
        "not-in-force",
    }


def test_the_readme_names_only_what_is_there(readings: dict[str, Reading]) -> None:
    """Every record and file that the README names exists, and it names every record."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    known = {record.id for record in readings["json"].records}
    named = set(re.findall(r"\b[A-Z]{2}-\d{2}\b", text))
    files = set(re.findall(r"`((?:bad/|district|office)[\w./-]+)`", text))

    assert sorted(named - known) == []
    assert sorted(known - named) == []
    assert [name for name in sorted(files) if not (FOLDER / name).exists()] == []


# --- Telling cases, worked out by hand -----------------------------------------------------------

CNY, USD = "CNY", "USD"
TELLING = [
    # article 1: 0.02 yuan per dollar of increase; tiers of 500, 300, 100 and 50 million yuan; the first three
    ("EY-01", "art-01-growth", "eligible", ("165400.00", "165400.00", CNY)),  # 91,040,000 − 82,770,000 = 8,270,000
    ("EY-01", "art-01-volume", "eligible", ("300000.00", "300000.00", CNY)),
    ("EY-03", "art-01-growth", "eligible", ("7000.00", "7000.00", CNY)),  # 350,000 dollars more, yuan less
    ("EY-03", "art-01-volume", "not-eligible", None),
    ("EY-03", "art-01-rank", "eligible", ("150000.00", "150000.00", CNY)),
    ("EY-04", "art-01-volume", "eligible", ("200000.00", "200000.00", CNY)),  # exactly 300 million
    ("EY-05", "art-01-volume", "eligible", ("150000.00", "150000.00", CNY)),  # exactly 100 million
    ("EY-07", "art-01-volume", "eligible", ("100000.00", "100000.00", CNY)),  # one yuan below 100 million
    ("EY-09", "art-01-volume", "not-eligible", None),  # one fen below 50 million
    ("EY-10", "art-01-volume", "not-eligible", None),  # exactly 50 million, as the year before
    ("EY-11", "art-01-growth", "eligible", ("2000.00", "2000.00", CNY)),  # exactly 5 million, 100,000 dollars more
    ("EY-19", "art-01-growth", "not-eligible", None),  # one fen below 5 million
    ("EY-12", "art-01-growth", "undetermined", ("0.00", "22048.00", CNY)),  # 1,102,400 dollars
    ("EY-15", "art-01-growth", "eligible", ("17978.00", "17978.00", CNY)),  # all of 898,900 dollars
    ("EY-16", "art-01-growth", "undetermined", ("0.00", "440732.00", CNY)),  # at most all of 22,036,600 dollars
    ("EY-24", "art-01-volume", "not-eligible", None),  # another district
    ("EY-27", "art-01-growth", "undetermined", ("0.00", None, CNY)),
    ("EY-28", "art-01-volume", "not-in-force", None),
    # article 2: 30 % of the booth fee, at most 20,000
    ("EX-01", "art-02-exhibition", "undetermined", ("0.00", "14400.00", CNY)),
    ("EX-02", "art-02-exhibition", "eligible", ("20000.00", "20000.00", CNY)),  # 30 % would be 25,800
    ("EX-03", "art-02-exhibition", "not-eligible", None),
    ("EX-04", "art-02-exhibition", "eligible", ("10000.01", "10000.01", CNY)),  # 10,000.005, half up
    # article 5: from 500 m² and 300,000 yuan 10 %, at most 100,000; up to half of the fee, at most 50,000
    ("EY-17", "art-05-warehouse", "eligible", ("100000.00", "100000.00", CNY)),  # 10 % would be 136,000
    ("EY-18", "art-05-warehouse", "not-eligible", None),  # 499 m²
    ("EY-19", "art-05-warehouse", "eligible", ("30000.00", "30000.00", CNY)),
    ("EY-25", "art-05-warehouse", "undetermined", ("0.00", "52000.00", CNY)),
    ("EY-20", "art-05-platform-fee", "eligible", ("0.00", "34000.00", CNY)),
    ("EY-21", "art-05-platform-fee", "eligible", ("0.00", "50000.00", CNY)),  # half would be 66,000
    # article 10: 3 % to 3 million dollars, 4 % to 10, 5 % to 20, 6 % above
    ("FC-01", "art-10-foreign-capital", "eligible", ("90000.00", "90000.00", USD)),
    ("FC-02", "art-10-foreign-capital", "eligible", ("120000.04", "120000.04", USD)),
    ("FC-03", "art-10-foreign-capital", "eligible", ("600000.00", "600000.00", USD)),
    ("FC-04", "art-10-foreign-capital", "eligible", ("1080000.00", "1080000.00", USD)),  # 6 % of what was received
    ("FC-07", "art-10-foreign-capital", "eligible", ("1000000.00", "1000000.00", USD)),  # 20 million: still 5 %
    ("FC-04", "art-10-land", "eligible", None),
    ("FC-05", "art-10-land", "undetermined", None),
    ("FC-07", "art-10-land", "not-eligible", None),
    ("PR-01", "art-10-referral", "undetermined", ("0.00", "300000.00", CNY)),
    ("PR-02", "art-10-referral", "undetermined", ("0.00", "300000.00", CNY)),
    ("PR-03", "art-10-referral", "eligible", ("300000.00", "300000.00", CNY)),
    ("PR-04", "art-10-referral", "not-eligible", None),
    # articles 16 to 24
    ("EY-01", "art-16-land", "eligible", None),
    ("EY-22", "art-16-land", "undetermined", None),
    ("ZA-01", "art-18-award", "eligible", ("200000.00", "200000.00", CNY)),
    ("ZA-02", "art-18-award", "not-eligible", None),
    ("ZA-02", "art-18-summons", "eligible", None),
    ("ZA-03", "art-18-award", "not-eligible", None),
    ("CP-01", "art-19-chain", "eligible", None),
    ("IP-01", "art-21-platform", "eligible", None),
    ("PT-01", "art-21-technology", "eligible", None),
    ("AC-01", "art-22-acquisition", "eligible", None),
    ("AC-02", "art-22-acquisition", "not-eligible", None),
    ("TF-02", "art-24-filing", "not-eligible", None),
    ("TR-01", "art-24-refund", "eligible", None),
    ("TR-02", "art-24-refund", "not-eligible", None),
    # article 26
    ("NP-01", "art-26-platform", "eligible", ("500000.00", "500000.00", CNY)),
    ("NP-02", "art-26-platform", "eligible", ("200000.00", "200000.00", CNY)),
    ("NP-03", "art-26-platform", "not-eligible", None),
    ("TT-01", "art-26-top-team", "undetermined", ("0.00", None, CNY)),
    ("TT-02", "art-26-top-team", "eligible", ("8000000.00", "8000000.00", CNY)),
    ("TT-03", "art-26-top-team", "eligible", ("5000000.00", None, CNY)),
    ("TS-01", "art-26-selected-team", "undetermined", ("2000000.00", "3000000.00", CNY)),
    ("TS-02", "art-26-selected-team", "eligible", ("200000.00", "200000.00", CNY)),
    ("TS-03", "art-26-selected-team", "undetermined", ("200000.00", "3200000.00", CNY)),
    ("TH-01", "art-26-hire", "eligible", ("2000000.00", "2000000.00", CNY)),
    ("RF-01", "art-26-referral", "eligible", ("300000.00", "300000.00", CNY)),
    ("RF-02", "art-26-referral", "not-eligible", None),
    ("RF-03", "art-26-referral", "undetermined", ("0.00", "300000.00", CNY)),
    ("RF-05", "art-26-referral", "eligible", ("300000.00", "300000.00", CNY)),
    ("FO-01", "art-26-founder", "eligible", ("1000000.00", None, CNY)),
    ("FO-02", "art-26-founder", "eligible", ("1500000.00", "1500000.00", CNY)),
    ("FO-03", "art-26-founder", "undetermined", ("0.00", None, CNY)),
    # article 29
    ("TO-01", "art-29-town", "eligible", ("200000.00", "200000.00", CNY)),
    ("TO-02", "art-29-town", "undetermined", ("0.00", "200000.00", CNY)),
    ("TO-03", "art-29-town", "not-eligible", None),
    ("TO-04", "art-29-town", "undetermined", ("200000.00", "400000.00", CNY)),
]


@pytest.mark.parametrize(("record", "clause", "status", "amount"), TELLING)
def test_telling_case(
    answer: Answer, record: str, clause: str, status: str, amount: tuple[str, str | None, str] | None
) -> None:
    """What the README says of a case is what is decided."""
    found = _by_key(answer.decisions)[record, clause]

    assert found[:2] == (status, amount)


@pytest.mark.parametrize(
    ("record", "winner", "amount"),
    [
        ("EY-01", "art-01-volume", ("300000.00", "300000.00", CNY)),
        ("EY-03", "art-01-rank", ("150000.00", "150000.00", CNY)),
        ("EY-06", "art-01-volume", ("200000.00", "200000.00", CNY)),  # no rank can beat 200,000
        ("EY-08", None, ("100000.00", "150000.00", CNY)),  # a rank among the first three would
        ("EY-10", "art-01-growth", ("20.00", "20.00", CNY)),
        ("EY-12", None, ("0.00", "22048.00", CNY)),
        ("EY-26", None, None),
    ],
)
def test_the_highest_award_of_article_1(
    answer: Answer, record: str, winner: str | None, amount: tuple[str, str, str] | None
) -> None:
    """Of the three awards one is granted, the highest; an unknown matters only where it can change that."""
    assert _groups(answer)[record] == (winner, amount)


@pytest.mark.parametrize(
    ("record", "clause", "awaited"),
    [
        ("EY-12", "art-01-growth", [("recognisedPlatform", "区政府")]),
        ("EX-01", "art-02-exhibition", [("recognisedByGovernment", "区政府")]),
        ("FC-05", "art-10-land", [("approvedByCommittee", "区委")]),
        ("PR-01", "art-10-referral", []),  # only time settles it
        ("PR-02", "art-10-referral", [("referrerAccepted", "未载明")]),
        ("TT-01", "art-26-top-team", [("approvedCaseByCase", "未载明")]),
        ("FO-03", "art-26-founder", [("platformAccepted", "未载明")]),
        ("TO-02", "art-29-town", [("chosenImproved", "区委、区政府（推定）")]),
    ],
)
def test_whose_decision_is_awaited(answer: Answer, record: str, clause: str, awaited: list[tuple[str, str]]) -> None:
    """A decision not taken yet is awaited from the body that takes it, and is no missing fact."""
    decision = next(d for d in answer.decisions if (d.record, d.clause) == (record, clause))

    assert [(fact, body.label.zh) for fact, body in decision.awaiting] == awaited
    assert decision.missing == ()


# --- The sheet as an office keeps it ---------------------------------------------------------------


def test_the_office_sheet_gives_only_the_expected_warnings(shipped: Policykb) -> None:
    """Columns that are no facts, the total, the signatures, and dashes: reported, and nothing else."""
    answer = shipped.apply(shipped.read([FOLDER / "office-2020.xlsx"]))

    assert Counter(
        (f.severity, f.rule, f.place.column or f.value) for f in answer.findings if f.severity != "info"
    ) == {
        ("warning", "unknown-column", "序号"): 1,
        ("warning", "unknown-column", "联系人"): 1,
        ("warning", "remark-column", "备注"): 1,
        ("warning", "total-row", "合计"): 1,
        ("warning", "remark-row", "填表人：张女士 审核人：李先生"): 1,
        ("warning", "dash-for-truth", "重点培植对象"): 1,
        ("warning", "dash-is-missing", "海外仓实际投资额 （万元）"): 1,
        ("warning", "dash-for-truth", "平台销售"): 1,
        ("warning", "dash-not-given", "人民币汇率 （元/美元）"): 1,
        ("warning", "dash-is-missing", "列明费用 （万元）"): 1,
        ("warning", "dash-for-truth", "是否传统外贸企业"): 1,
    }


def test_the_office_sheet_is_decided_like_the_district(shipped: Policykb, answer: Answer) -> None:
    """万元, full-width digits, thousands separators, √ and × change no decision: 26 enterprises, as in the source."""
    office = shipped.apply(shipped.read([FOLDER / "office-2020.xlsx"]))
    ids = {
        record.name: record.id for record in answer.records if record.id.startswith("EY") and record.period == "2020"
    }
    names = {record.id: record.name for record in office.records}
    decided = {(ids[names[key[0]]], key[1]): value for key, value in _by_key(office.decisions).items()}
    source = _by_key(answer.decisions)

    assert len(office.records) == 26
    assert decided == {key: source[key] for key in decided}
    assert len(decided) == 26 * len([c for c in shipped.book.clauses.values() if c.record_type == "EnterpriseYear"])


# --- Files with faults --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "findings"),
    [
        ("contradiction.json", ["ZoneAssessment-cityRank-within-zoneCount", "EnterpriseYear-tradeRank"]),
        ("credit-code.json", ["credit-code-check", "Subject-creditCode"]),
        ("duplicate-id.csv", ["duplicate-id"]),
        ("negative-amount.csv", ["Exhibition-boothFeeCNY"]),
        ("not-a-number.csv", ["value-not-a-number"]),
        ("unclear-date.csv", ["ambiguous-date"]),
        ("unknown-code.json", ["unknown-code"]),
        ("unknown-unit.csv", ["unknown-unit"]),
        ("wrong-type.json", ["truth-not-json", "empty-list"]),
    ],
)
def test_a_fault_is_found_and_never_means_not_eligible(shipped: Policykb, name: str, findings: list[str]) -> None:
    """A faulty record gives exactly its findings and no decision; the other record of the file is decided."""
    answer = shipped.apply(shipped.read([FOLDER / "bad" / name]))
    bad = [decision for decision in answer.decisions if decision.record.startswith("bad")]
    good = [decision for decision in answer.decisions if decision.record == "good-1"]

    assert [finding.rule for finding in answer.findings if finding.severity != "info"] == findings
    assert {(decision.clause, decision.status) for decision in bad} == {(None, "invalid-record")}
    assert "invalid-record" not in {decision.status for decision in good} and good


def test_the_faulty_files_are_all_tried() -> None:
    """No file with faults lies there untested."""
    tried = test_a_fault_is_found_and_never_means_not_eligible.pytestmark[0].args[1]  # type: ignore[attr-defined]

    assert sorted(path.name for path in (FOLDER / "bad").iterdir()) == [name for name, _ in tried]


# --- Plain forms ----------------------------------------------------------------------------------------


def _by_key(decisions: tuple[Decision, ...]) -> dict[tuple[str, str | None], tuple[Any, ...]]:
    """What a decision says, whatever file it came from: status, amount, selection, missing and awaited facts."""
    return {
        (d.record, d.clause): (
            d.status,
            _amount(d),
            d.selected,
            d.suppressed_by,
            d.missing,
            tuple(fact for fact, _ in d.awaiting),
        )
        for d in decisions
    }


def _groups(answer: Answer) -> dict[str, tuple[str | None, tuple[str, str | None, str] | None]]:
    return {group.record: (group.winner, _amount(group)) for group in answer.groups}


def _amount(found: Decision | GroupDecision) -> tuple[str, str | None, str] | None:
    amount = found.amount
    return (
        None if amount is None else (str(amount.min), None if amount.max is None else str(amount.max), amount.currency)
    )
