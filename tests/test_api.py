"""The Python front door: examples that run, and answers as pandas and Arrow."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import policykb
import policykb.api
from policykb.answers.answer import Answer
from policykb.api import Policykb
from policykb.errors import CallError
from policykb.model import Record

ROOT = Path(__file__).parents[1]
RECORDS = Path(__file__).parent / "ask" / "records.json"


@pytest.mark.parametrize("module", [policykb, policykb.api], ids=lambda module: module.__name__)
def test_examples_run(module) -> None:  # type: ignore[no-untyped-def]
    """Every example in the documentation of the front door gives what it says."""
    found = doctest.testmod(module)

    assert found.attempted > 0
    assert found.failed == 0


def test_answers_become_tables(shipped: Policykb) -> None:
    """Decisions and query results go to pandas and Arrow, amounts exact."""
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    answer = shipped.apply(shipped.read([RECORDS]))
    frame, table = answer.to_pandas(), answer.to_arrow()
    rows = shipped.ask("totals-by-clause", answer=answer)

    chosen = frame[(frame.record == "A1") & (frame.clause == "art-01-volume")].iloc[0]
    assert (chosen["status"], chosen["min"], chosen["selected"]) == ("eligible", Decimal("100000.00"), True)
    assert table.num_rows == len(frame) == len(answer.decisions)
    assert str(table.schema.field("min").type) == "decimal128(38, 2)"
    assert list(rows.to_pandas().columns) == ["source", "currency", "sums", "least", "most", "open"]
    assert rows.to_arrow().column("least").to_pylist()[0] == Decimal(100000)


def test_records_made_in_a_program_are_checked(shipped: Policykb) -> None:
    """A misspelt type or fact is refused at once."""
    with pytest.raises(CallError, match=r"没有“Exhibitions”这种记录类型(?s:.*)no record type"):
        shipped.record("Exhibitions", "2020")
    with pytest.raises(CallError, match=r"没有“boothFee”这一项(?s:.*)has no item"):
        shipped.record("Exhibition", "2020", boothFee=1)


def test_own_sparql_and_several_values(shipped: Policykb) -> None:
    """SPARQL of one's own and lists of values work as in the command."""
    counted = shipped.ask("SELECT (COUNT(?c) AS ?n) { ?c a pkb:Group }")
    facts = shipped.ask("criteria-by-fact", fact=["tradeRank", "cityRank"])

    assert [row["n"] for row in counted] == [1]
    assert {row["fact"].rsplit("#")[-1] for row in facts} == {"tradeRank", "cityRank"}


DECIDED_LATER = ["2021-01-01", date(2021, 1, 1), datetime(2021, 1, 1, 9, 30)]


@pytest.mark.parametrize("day", DECIDED_LATER, ids=lambda day: type(day).__name__)
def test_a_day_is_the_same_day_however_it_is_given(shipped: Policykb, day: Any) -> None:
    """ISO text, a date and a moment of that day decide alike, and the receipt holds the date."""
    answer = shipped.apply(shipped.read(RECORDS), as_of=day)

    assert answer.receipt.as_of == date(2021, 1, 1)
    assert answer.decisions == shipped.apply(shipped.read(RECORDS), as_of=date(2021, 1, 1)).decisions
    assert "eligible" in {decision.status for decision in answer.decisions}
    assert shipped.compare(shipped.read(RECORDS), shipped, as_of=day).after.as_of == date(2021, 1, 1)


def record(**facts: Any) -> Callable[[Policykb], object]:
    """A call that makes a record with these facts."""
    return lambda kb: kb.record("EnterpriseYear", "2020", **facts)


WRONG: dict[str, tuple[Callable[[Policykb], object], str]] = {
    # What is given, and what the message says in both languages of it.
    "as_of: no day": (lambda kb: kb.apply([], as_of="nonsense"), "“nonsense”"),
    "as_of: a year": (lambda kb: kb.apply([], as_of=2021), "“2021”"),  # type: ignore[arg-type]
    "as_of: no such day": (lambda kb: kb.apply([], as_of="2021-02-30"), "“2021-02-30”"),
    "as_of: not ISO": (lambda kb: kb.apply([], as_of="1/2/2021"), "“1/2/2021”"),
    "as_of: empty": (lambda kb: kb.apply([], as_of=""), "“”"),
    "as_of of compare": (lambda kb: kb.compare([], kb, as_of="nonsense"), "“nonsense”"),
    "as_of of load": (lambda kb: policykb.load(as_of="nonsense"), "“nonsense”"),
    "as_of of book_of": (lambda kb: kb.book_of(exhibition(kb), "nonsense"), "“nonsense”"),
    "the day of a version": (lambda kb: kb.version("nonsense"), "“nonsense”"),
    "records: nothing": (lambda kb: kb.apply(None), "None (NoneType)"),  # type: ignore[arg-type]
    "readings: the name of one": (lambda kb: kb.apply([], readings="R1-highest"), "'R1-highest' (str)"),  # type: ignore[arg-type]
    "complete: a word": (lambda kb: kb.apply([], complete="yes"), "'yes' (str)"),  # type: ignore[arg-type]
    "everything: a number": (lambda kb: kb.apply([], everything=1), "1 (int)"),  # type: ignore[arg-type]
    "other: the name of a reading": (lambda kb: kb.compare([], "R1-highest:alt"), "'R1-highest:alt' (str)"),  # type: ignore[arg-type]
    "paths: a number": (lambda kb: kb.read(5), "5 (int)"),  # type: ignore[arg-type]
    "paths: bytes": (lambda kb: kb.read([b"x.csv"]), "b'x.csv' (bytes)"),  # type: ignore[list-item]
    "type: a class": (lambda kb: kb.read("x.csv", type=Record), "(type)"),  # type: ignore[arg-type]
    "strict: a word": (lambda kb: kb.read("x.csv", strict="yes"), "'yes' (str)"),  # type: ignore[arg-type]
    "query: no text": (lambda kb: kb.ask(None), "None (NoneType)"),  # type: ignore[arg-type]
    "answer: the records": (lambda kb: kb.ask("limits", answer=kb.read(RECORDS)), "(Reading)"),  # type: ignore[arg-type]
    "answer of quads": (lambda kb: kb.answer_quads([]), "[] (list)"),  # type: ignore[arg-type]
    "lang: another": (lambda kb: kb.ask("limits", lang="fr"), "“fr”"),  # type: ignore[arg-type]
    "parameter: float": (lambda kb: kb.ask("rates", least=0.5), "0.5 (float)"),  # type: ignore[arg-type]
    "root: a number": (lambda kb: policykb.load(5), "5 (int)"),  # type: ignore[arg-type]
    "policy: a number": (lambda kb: policykb.load(policy=12), "12 (int)"),  # type: ignore[arg-type]
    "overlays: a number": (lambda kb: policykb.load(overlays=[12]), "12 (int)"),  # type: ignore[list-item]
    "record: no such type": (lambda kb: kb.record("Exhibitions", "2020"), "“Exhibitions”"),
    "record: the period": (lambda kb: kb.record("Exhibition", "10/11/2020"), "“10/11/2020”"),
    "record: no period": (lambda kb: kb.record("Exhibition", None), "“None”"),  # type: ignore[arg-type]
    "record: the name": (lambda kb: kb.record("Exhibition", 2020, name=5), "5 (int)"),  # type: ignore[arg-type]
    "record: the id": (lambda kb: kb.record("Exhibition", 2020, id=None), "None (NoneType)"),  # type: ignore[arg-type]
    "number: float": (record(tradeCNY=0.1), "0.1"),
    "number: a whole float": (record(tradeRank=3.0), "3.0"),
    "number: not a number": (record(tradeCNY=float("nan")), "nan (float)"),
    "number: no end": (record(tradeCNY=Decimal("Infinity")), "Decimal('Infinity')"),
    "number: a truth value": (record(tradeCNY=True), "True (bool)"),
    "number: words": (record(tradeCNY="约6000"), "'约6000' (str)"),
    "number: several": (record(tradeCNY=[1, 2]), "[1, 2] (list)"),
    "whole number: a part": (record(tradeRank=Decimal("3.5")), "Decimal('3.5')"),
    "whole number: a range": (record(tradeRank="前三"), "'前三' (str)"),
    "truth: a number": (record(producer=1), "1 (int)"),
    "truth: a word": (record(producer="maybe"), "'maybe' (str)"),
    "truth: empty": (record(producer=""), "'' (str)"),
    "date: two days": (lambda kb: kb.record("ProjectReferral", 2020, windowStart="10/11/2020"), "'10/11/2020' (str)"),
    "date: a year": (lambda kb: kb.record("ProjectReferral", 2020, windowStart=2020), "2020 (int)"),
    "code: none such": (lambda kb: kb.record("TalentHire", 2020, level="highest"), "'highest' (str)"),
    "codes: one of none": (lambda kb: kb.record("TalentTeamSelection", 2020, programmes=["x"]), "['x'] (list)"),
    "codes: empty": (lambda kb: kb.record("TalentTeamSelection", 2020, programmes=[]), "[] (list)"),
}


def exhibition(kb: Policykb) -> Record:
    """A record."""
    return kb.record("Exhibition", "2020-11-05", name="示例企业", overseas=True)


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_argument_is_refused_with_its_mend(shipped: Policykb, case: str) -> None:
    """The message shows what was given and says in both languages what to give instead; nothing is answered."""
    call, shown = WRONG[case]
    with pytest.raises(CallError) as caught:
        call(shipped)
    zh, en = caught.value.say("zh"), caught.value.say("en")

    assert shown in zh and shown in en
    assert len(zh.splitlines()) == len(en.splitlines()) == 2
    assert re.search("[\u4e00-\u9fff]", zh)
    assert caught.value.id not in en


@pytest.mark.parametrize(
    ("type", "fact", "given", "stated"),
    [
        ("EnterpriseYear", "tradeCNY", 10**15 - 1, Decimal(10**15 - 1)),
        ("EnterpriseYear", "tradeCNY", Decimal("0.1"), Decimal("0.1")),
        ("EnterpriseYear", "tradeCNY", "5000000.05", Decimal("5000000.05")),
        ("EnterpriseYear", "tradeRank", Decimal(3), 3),
        ("EnterpriseYear", "tradeRank", "第三名", 3),
        ("EnterpriseYear", "producer", "是", True),
        ("EnterpriseYear", "producer", False, False),
        ("ProjectReferral", "windowStart", "2020-11-05", date(2020, 11, 5)),
        ("ProjectReferral", "windowStart", datetime(2020, 11, 5, 8), date(2020, 11, 5)),
        ("TaxRefund", "refundClass", "一类", 1),
        ("TalentHire", "level", "国家级", "national"),
        ("TalentTeamSelection", "programmes", "taishan", ("taishan",)),
        ("TalentTeamSelection", "programmes", ["taishan", "national"], ("taishan", "national")),
    ],
)
def test_an_obvious_value_is_taken_exactly(shipped: Policykb, type: str, fact: str, given: Any, stated: object) -> None:
    """A value that can mean one thing alone becomes the fact's own type, every digit kept."""
    found = shipped.record(type, "2020", **{fact: given}).facts

    assert (found, [value.__class__ for value in found.values()]) == ({fact: stated}, [stated.__class__])


def test_numbers_of_other_libraries_are_numbers(shipped: Policykb) -> None:
    """What NumPy and pandas wrap is taken as the plain value; their floats and missing values are refused."""
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    made = shipped.record("EnterpriseYear", 2020, tradeCNY=numpy.int64(7), producer=numpy.bool_(True))

    assert dict(made.facts) == {"tradeCNY": Decimal(7), "producer": True}
    with pytest.raises(CallError, match="cannot hold decimals exactly"):
        shipped.record("EnterpriseYear", 2020, tradeCNY=numpy.float64(0.1))
    with pytest.raises(CallError, match="NaT"):
        shipped.apply([], as_of=pandas.NaT)


def test_what_is_not_known_may_be_none(shipped: Policykb) -> None:
    """None leaves a fact out: missing, and neither zero nor no."""
    assert dict(shipped.record("EnterpriseYear", 2020, tradeCNY=None, producer=None).facts) == {}


@pytest.mark.parametrize("period", ["2020", 2020, "2020年"])
def test_a_year_may_be_a_number(shipped: Policykb, period: str | int) -> None:
    """The period of a record is a year, or a day, as text."""
    assert shipped.record("Exhibition", period).period == "2020"
    assert shipped.record("Exhibition", date(2020, 11, 5)).period == "2020-11-05"


def test_a_conversion_stays_with_the_record(shipped: Policykb) -> None:
    """A text in another unit is converted, and the record says so, as when it is read from a file."""
    made = shipped.record("EnterpriseYear", 2020, tradeCNY="600万元")

    assert made.facts["tradeCNY"] == Decimal(6_000_000)
    assert [(finding.rule, finding.severity) for finding in made.findings] == [("converted", "info")]


def test_one_or_several_of_everything(shipped: Policykb) -> None:
    """One file, one record, one overlay are taken as a list of one; a generator as a list."""
    one = shipped.read(str(RECORDS))

    assert one.records == shipped.read([RECORDS]).records == shipped.read(path for path in [RECORDS]).records  # type: ignore[arg-type]
    assert shipped.apply(exhibition(shipped)).decisions == shipped.apply(iter([exhibition(shipped)])).decisions
    assert policykb.load(overlays="R1-highest:alt").knowledge.overlays == ("R1-highest:alt",)
    assert policykb.load(str(ROOT)).knowledge.rules_hash == shipped.knowledge.rules_hash


CALLS = """
from datetime import date
from decimal import Decimal
from pathlib import Path
import policykb
kb = policykb.load("folder", overlays="R1-highest:alt", as_of="2021-01-01")
kb = policykb.load(Path("folder"), overlays=["R1-highest:alt", Path("own.ttl")], as_of=date(2021, 1, 1))
records = kb.read(["records.xlsx"])
records = kb.read("records.xlsx")
records = kb.read([Path("records.xlsx"), "more.csv"])
one = kb.record("Exhibition", 2020, boothFeeCNY=5000, overseas=True, higherLevelAidCNY=None)
one = kb.record("TalentTeamSelection", date(2020, 1, 5), programmes=["taishan"])
answer = kb.apply(records, as_of="2021-01-01")
answer = kb.apply([one])
kb.compare(one, kb, as_of=date(2021, 1, 1))
kb.ask("criteria-by-fact", answer=answer, lang="en", fact=["tradeRank"], least=Decimal("0.5"))
"""


@pytest.mark.proof
def test_calls_of_the_guides_are_well_typed(tmp_path: Path) -> None:
    """What the guides and the docstrings show passes a strict type check, as it works."""
    (tmp_path / "calls.py").write_text(CALLS, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(tmp_path / "calls.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert (done.stdout, done.returncode) == ("", 0)


def test_answers_are_what_ask_takes(shipped: Policykb) -> None:
    """Nothing to decide is an answer, too: it is empty, and can be asked about."""
    nothing = shipped.apply([])

    assert isinstance(nothing, Answer) and nothing.decisions == ()
    assert len(shipped.ask("totals-by-clause", answer=nothing)) == 0
