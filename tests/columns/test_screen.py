"""The screen command: what it writes, what it refuses, and that it leaves nothing half-done."""

from __future__ import annotations

import csv
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from column_tables import arrow_table
from generated_records import generate
from policykb.api import Policykb, load_policykb
from policykb.columns.explain import explain
from policykb.columns.job import PORTION
from policykb.columns.screen import Screening, screen, screen_by_each
from policykb.engines.columns.facts import limits_of
from policykb.engines.columns.numbers import PRECISION
from policykb.errors import CallError, InputError
from policykb.records.check import check_records
from policykb.shelf import each
from soaking import share
from spark_sessions import interpreting, needs_java

KIND = "EnterpriseYear"
SAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "district-2020-csv"


def write_parquet(kb: Policykb, path: Path, count: int, seed: int = 7, kind: str = KIND) -> list[Any]:
    """Generated records in a Parquet file with ids and names; returns the records."""
    records = generate(kb.book, kb.vocabulary, kind, count, seed)
    table = pl.from_arrow(arrow_table(records, kb.vocabulary, kind))
    assert isinstance(table, pl.DataFrame)
    named = table.rename({"record": "id"}).with_columns(name=pl.Series([r.name for r in records]))
    named.write_parquet(path)
    return records


def decisions(folder: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
    """The tidy rows that were written, by record and clause."""
    rows = pl.read_parquet(folder / "decisions" / "*.parquet").rows(named=True)
    keys = ("status", "amount_min", "amount_max", "currency", "selected", "missing", "awaiting", "bodies")
    return {(r["record"], r["clause"]): tuple(r[key] for key in keys) for r in rows if r["clause"] is not None}


@pytest.mark.proof
def test_portions(shipped: Policykb, tmp_path: Path) -> None:
    """Decisions and totals do not depend on how many records are taken at a time, and agree with SPARQL."""
    records = write_parquet(shipped, tmp_path / "in.parquet", 90)
    kind = shipped.vocabulary.record_types[KIND]
    reports = [
        screen(shipped, tmp_path / "in.parquet", Screening(kind, tmp_path / f"out{n}", portion=n, everything=True))
        for n in (1000, 17)
    ]
    answer = shipped.apply([r for r in records])
    expected = {
        (d.record, d.clause): (d.status, d.amount.min if d.amount else None, d.amount.max if d.amount else None)
        for d in answer.decisions
        if d.status != "invalid-record"
    }

    assert reports[0].summary == reports[1].summary
    assert decisions(tmp_path / "out1000") == decisions(tmp_path / "out17")
    assert {key: row[:3] for key, row in decisions(tmp_path / "out17").items()} == expected


def test_totals_are_sums_of_rows(shipped: Policykb, tmp_path: Path) -> None:
    """The totals, which are computed without writing rows, are what the rows add up to."""
    write_parquet(shipped, tmp_path / "in.parquet", 200)
    kind = shipped.vocabulary.record_types[KIND]
    report = screen(shipped, tmp_path / "in.parquet", Screening(kind, tmp_path / "out"))
    rows = pl.read_parquet(tmp_path / "out" / "decisions" / "*.parquet")

    for clause in report.summary.clauses:
        for status, count, sums in (
            ("eligible", clause.eligible, clause.eligible_sums),
            ("undetermined", clause.undetermined, clause.undetermined_sums),
        ):
            mine = rows.filter((pl.col("clause") == clause.clause) & (pl.col("status") == status))
            assert (clause.clause, status, count) == (clause.clause, status, len(mine))
            if sums is not None:
                low = mine["amount_min"].sum() or Decimal(0)
                high = mine["amount_max"].sum() or Decimal(0)
                assert (sums.min, sums.max, sums.endless) == (low, high, mine["amount_max"].null_count())


@pytest.mark.parametrize("portion", [PORTION, 2**31])
def test_large_sums(shipped: Policykb, tmp_path: Path, portion: int) -> None:
    """Sums that 64 bits may not hold are exact: 2 fen for each of 800 and 900 trillion dollars, and for 100.50."""
    increases = [Decimal(text) for text in ("800000000000000.00", "900000000000000.00", "100.50")]
    money = pl.Decimal(18, 2)
    frame = pl.DataFrame(
        {
            "id": list("abc"),
            "period": ["2020"] * 3,
            "name": list("ABC"),
            "producer": [True] * 3,
            "tradeCNY": pl.Series([Decimal(5000000)] * 3, dtype=money),
            "tradeUSD": pl.Series(increases, dtype=money),
            "priorTradeUSD": pl.Series([Decimal(0)] * 3, dtype=money),
        }
    )
    frame.write_parquet(tmp_path / "in.parquet")
    kind = shipped.vocabulary.record_types[KIND]
    job = Screening(kind, tmp_path / "out", rows="none", portion=portion)
    report = screen(shipped, tmp_path / "in.parquet", job)
    (growth,) = (clause for clause in report.summary.clauses if clause.clause == "art-01-growth")

    assert growth.eligible_sums is not None
    assert (growth.eligible, growth.eligible_sums.min) == (3, Decimal("34000000000002.01"))


def test_invalid_records(shipped: Policykb, tmp_path: Path) -> None:
    """Wrong records stand in a file of their own, for the same rules as `check` finds, and are never decided."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text(
        "id,period,name,creditCode,division,tradeCNY,producer,tradeRank\n"
        "ok,2020,甲,,370402,5000000,是,1\n"
        "negative,2020,乙,,,-1,,\n"
        "digits,2020,丙,,,1.00001,,\n"
        "rank,2020,丁,,,,,0\n"
        "code,2020,戊,91370402MA3C0000X1,,,,\n"
        "twice,2020,庚,,,,,\n"
        "twice,2020,辛,,,,,\n",
        encoding="utf-8",
    )
    kind = shipped.vocabulary.record_types[KIND]
    report = screen(shipped, path, Screening(kind, tmp_path / "out", everything=True))
    found = pl.read_parquet(tmp_path / "out" / "invalid" / "*.parquet")
    reading = shipped.read([path])
    errors = {
        (f.record, f.rule)
        for f in (
            *reading.all_findings(),
            *check_records(reading.records, shipped.decider.record_rules, shipped.vocabulary),
        )
        if f.severity == "error"
    }

    assert report.invalid == 6
    assert set(found.select("record", "rule").rows()) == errors
    assert set(found.filter(pl.col("record") == "twice").select("message_zh", "message_en").rows()) == {
        ("同一个编号用了两次，另一处是：另一行。", "The same id is used twice; the other place is another row.")
    }
    assert {record for record, _ in decisions(tmp_path / "out")} == {"ok"}


def test_damaged_file(shipped: Policykb, tmp_path: Path) -> None:
    """A file that is whole at its ends and damaged between them is named as unreadable, and nothing is left."""
    path = tmp_path / "in.parquet"
    write_parquet(shipped, path, 200)
    with path.open("r+b") as stream:
        stream.seek(4)  # after the first four letters, where the first page begins
        stream.write(b"\xff" * 400)
    with pytest.raises(InputError) as found:
        screen(shipped, path, Screening(shipped.vocabulary.record_types[KIND], tmp_path / "out"))

    assert (found.value.id, found.value.where.zh) == ("data-unreadable", str(path))
    assert [file.name for file in tmp_path.iterdir()] == ["in.parquet"]


@pytest.mark.proof
def test_no_room(shipped: Policykb, tmp_path: Path) -> None:
    """Where the system takes no more bytes, the target is named, and nothing is left."""
    path = tmp_path / "in.parquet"
    write_parquet(shipped, path, 2_000)
    tool = str(Path(sys.executable).with_name("policykb"))
    call = [tool, "screen", str(path), "--type", KIND, "--all", "--lang", "en", "--out", str(tmp_path / "out")]
    # What Python compiles would be cut short as well, and kept.
    own = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(call, capture_output=True, text=True, preexec_fn=_only_small_files, env=own)

    assert done.returncode == 2
    assert done.stderr.startswith(f"policykb: {tmp_path / 'out'}: This cannot be written: ")
    assert [file.name for file in tmp_path.iterdir()] == ["in.parquet"]


def _only_small_files() -> None:
    """Let this process write no file of more than a thousand bytes, and tell it so instead of ending it."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))


@pytest.mark.parametrize("rows", ["none", "wide", "tidy"])
def test_before_the_policy(rows: str, shipped: Policykb, tmp_path: Path) -> None:
    """On a day before the document was issued it is in force for nobody, and nothing is added up."""
    write_parquet(shipped, tmp_path / "in.parquet", 5)
    kind = shipped.vocabulary.record_types[KIND]
    job = Screening(kind, tmp_path / "out", date(2019, 1, 1), rows)
    summary = screen(shipped, tmp_path / "in.parquet", job).summary

    assert (summary.records > 0, summary.covered) == (True, 0)
    assert {(c.eligible, c.undetermined, c.not_eligible) for c in summary.clauses} == {(0, 0, 0)}


def test_usual_texts(shipped: Policykb, tmp_path: Path) -> None:
    """A wrong period or place is found however often it stands in the file."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text(
        "id,period,name,division,tradeCNY\n"
        "good,2020,甲,370402,1\n"
        "month,2020-13,乙,370402,1\n"
        "month too,2020-13,丙,370402,1\n"
        "place,2020,丁,3704,1\n"
        "place too,2020,戊,3704,1\n"
        "place again,2020,己,3704,1\n",
        encoding="utf-8",
    )
    kind = shipped.vocabulary.record_types[KIND]
    screen(shipped, path, Screening(kind, tmp_path / "out", everything=True))
    found = pl.read_parquet(tmp_path / "out" / "invalid" / "*.parquet")

    assert set(found.select("record", "item", "value").rows()) == {
        ("month", "period", "2020-13"),
        ("month too", "period", "2020-13"),
        ("place", "division", "3704"),
        ("place too", "division", "3704"),
        ("place again", "division", "3704"),
    }


@pytest.mark.parametrize("kind", ["EnterpriseYear", "ZoneAssessment", "TalentTeamSelection", "ProjectReferral"])
def test_data_rules(kind: str, shipped: Policykb, tmp_path: Path) -> None:
    """On generated records of a type, those found invalid are those that `check` finds wrong."""
    records = write_parquet(shipped, tmp_path / "in.parquet", 120, 3, kind)
    job = Screening(shipped.vocabulary.record_types[kind], tmp_path / "out", rows="none")
    report = screen(shipped, tmp_path / "in.parquet", job)
    findings = check_records(records, shipped.decider.record_rules, shipped.vocabulary)

    assert report.invalid == len({f.record for f in findings if f.severity == "error"})


def test_complete(shipped: Policykb, tmp_path: Path) -> None:
    """Ranks follow from trade in a period without gaps; ties share the better one; a stated rank stays."""
    frame = pl.DataFrame(
        {
            "id": list("abcdefg"),
            "period": ["2020", "2020", "2020", "2020", "2021", "2022", "2022"],
            "name": list("ABCDEFG"),
            "tradeCNY": pl.Series([Decimal(n) for n in (900, 700, 700, 600, 5, 8)] + [None], dtype=pl.Decimal(18, 2)),
            "tradeRank": pl.Series([None, None, None, 1, None, None, None], dtype=pl.Int64),
        }
    )
    frame.write_parquet(tmp_path / "in.parquet")
    kind = shipped.vocabulary.record_types[KIND]
    job = Screening(kind, tmp_path / "out", complete=True, everything=True)
    report = screen(shipped, tmp_path / "in.parquet", job)
    rank = {record: row[0] for (record, clause), row in decisions(tmp_path / "out").items() if clause == "art-01-rank"}
    ties = pl.read_parquet(tmp_path / "out" / "ties" / "*.parquet").select("record", "tradeRank").rows()

    assert rank == dict.fromkeys("abcde", "eligible") | dict.fromkeys("fg", "undetermined")
    assert (report.ties, ties) == (2, [("b", 2), ("c", 2)])


def test_refusals(shipped: Policykb, tmp_path: Path) -> None:
    """Binary floating-point money, a header at fault, no name column, and a target that exists are refused."""
    kind = shipped.vocabulary.record_types[KIND]
    base = {"id": ["a"], "period": ["2020"], "name": ["A"]}
    for number, (columns, words) in enumerate(
        [
            ({**base, "tradeCNY": [1.5]}, r"不能精确读出该项(?s:.*)cannot be read exactly"),
            ({**base, "tradeCNY（万桶）": ["1"]}, r"“万桶”不是认识的单位(?s:.*)“万桶” is no unit that is known"),
            ({**base, "tradeCNY（美元）": ["1"]}, r"单位“美元”不能用于(?s:.*)does not fit"),
            ({**base, "tradeCNY": ["1"], "tradeUSDD": ["1"]}, r"是不是“tradeUSD”(?s:.*)is “tradeUSD” meant"),
            ({**base, "tradeCNY": ["1"], "type": ["参展"]}, r"不是“EnterpriseYear”记录：参展(?s:.*)no records of type"),
            ({"id": ["a"], "period": ["2020"], "tradeRank": [1]}, r"没有列“name”(?s:.*)no column “name”"),
        ]
    ):
        path = tmp_path / f"{number}.parquet"
        pl.DataFrame(columns).write_parquet(path)
        with pytest.raises(InputError, match=words):
            screen(shipped, path, Screening(kind, tmp_path / "out"))
        assert not (tmp_path / "out").exists()
    (tmp_path / "there").mkdir()
    with pytest.raises(CallError, match=r"已经存在(?s:.*)already exists"):
        screen(shipped, tmp_path / "0.parquet", Screening(kind, tmp_path / "there"))
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_explain(shipped: Policykb, tmp_path: Path) -> None:
    """One record of a file, decided again by SPARQL, comes out the same."""
    records = write_parquet(shipped, tmp_path / "in.parquet", 5)
    kind = shipped.vocabulary.record_types[KIND]
    found = explain(shipped, tmp_path / "in.parquet", kind, records[2].id, date(2021, 6, 30))

    assert found.differences == ()
    assert found.compared == len(shipped.book.by_type[KIND])


def test_explain_where_the_winner_of_a_group_is_open(shipped: Policykb, tmp_path: Path) -> None:
    """The sum of an open group, which has a row of its own, is compared with that of SPARQL."""
    row = {"id": "r1", "period": "2020", "name": "甲", "tradeCNY": "60000000", "priorTradeCNY": "50000000"}
    open_rank = pl.DataFrame([row | {"tradeUSD": "9000000", "priorTradeUSD": "1"}])
    open_rank.write_parquet(tmp_path / "in.parquet")
    found = explain(shipped, tmp_path / "in.parquet", shipped.vocabulary.record_types[KIND], "r1", None)

    assert [(one.clause, one.group) for one in found.answer.entitlements if one.clause is None] != []
    assert found.differences == ()


@pytest.mark.proof
def test_killed(shipped: Policykb, tmp_path: Path) -> None:
    """A run that is killed leaves no folder of the target's name."""
    write_parquet(shipped, tmp_path / "in.parquet", 400)
    code = (
        "import sys; from pathlib import Path; from policykb.api import load_policykb;"
        "from policykb.columns.screen import Screening, screen;"
        "kb = load_policykb(); kind = kb.vocabulary.record_types['EnterpriseYear'];"
        "screen(kb, Path(sys.argv[1]), Screening(kind, Path(sys.argv[2]), portion=2))"
    )
    target = tmp_path / "out"
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "in.parquet"), str(target)])
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not list(tmp_path.glob(".policykb-unfinished-*/decisions/*")):
            assert child.poll() is None
            time.sleep(0.02)
        os.kill(child.pid, signal.SIGKILL)
    finally:
        child.wait()

    assert not target.exists()
    assert list(tmp_path.glob(".policykb-unfinished-*"))


def same_on_spark(kb: Policykb, path: Path, kind: str, folder: Path, session: Any = None) -> None:
    """Spark writes the same rows, findings and totals as one machine, byte for byte after sorting; of several documents
    each in its folder."""
    from policykb.columns.spark import screen_on_spark_by_each

    job = Screening(kb.vocabulary.record_types[kind], folder / "one", everything=True, complete=True)
    documents = [one for one in each(kb) if kind in one.book.by_type]
    ones = screen_by_each(documents, path, job)
    all_ = screen_on_spark_by_each(documents, str(path), replace(job, out=folder / "many"), "local[2]", session=session)

    for document, one, many in zip(documents, ones, all_, strict=True):
        told = [(it.summary, it.invalid, it.ties, it.repeated, it.doubtful, it.ignored) for it in (one, many)]
        assert told[0] == told[1]
        own = "" if len(documents) == 1 else document.knowledge.policy
        for name in ("decisions", "invalid", "ties", "doubtful"):
            written = [
                pl.read_parquet(part / own / name / "*.parquet").select(pl.all().cast(pl.String))
                for part in (folder / "one", folder / "many")
                if (part / own / name).exists()
            ]
            texts = [table.sort(table.columns).write_csv() for table in written]
            assert texts in ([], texts[:1] * 2), name


@pytest.mark.proof
@needs_java
def test_spark_gives_the_same(shipped: Policykb, tmp_path: Path) -> None:
    """Generated records are decided on Spark as on one machine."""
    write_parquet(shipped, tmp_path / "in.parquet", 150)

    same_on_spark(shipped, tmp_path / "in.parquet", KIND, tmp_path)


@pytest.fixture
def interpreted() -> Iterator[Any]:
    """See `interpreting`."""
    with interpreting() as session:
        yield session


@pytest.mark.soak
@needs_java
def test_samples_on_spark(shipped: Policykb, interpreted: Any, tmp_path: Path) -> None:
    """Every file of the sample district (every third unless POLICYKB_SOAK is set), with every column it has, is decided
    on Spark as on one machine."""
    for path in share(sorted(SAMPLES.glob("*.csv")), 3):
        (tmp_path / path.stem).mkdir()
        same_on_spark(shipped, path, path.stem, tmp_path / path.stem, interpreted)


@pytest.mark.proof
@needs_java
def test_who_is_ranked_on_spark(shipped: Policykb, interpreted: Any, tmp_path: Path) -> None:
    """Ranks are derived as on one machine: among those of the own district, in a year of which every trade is known.

    In 2020 the eleven of another district sell more, and 甲 is the first. In 2021 the trade of 乙 is wrong, and ranks
    are not known.
    """
    others = [(f"o{n}", "2020", f"外{n}公司", "370481", "99000000") for n in range(11)]
    own = [("a20", "2020", "甲公司", "370402", "9000000"), ("a21", "2021", "甲公司", "370402", "9000000"),
           ("b21", "2021", "乙公司", "370402", "-1")]  # fmt: skip
    names = ("id", "period", "name", "division", "tradeCNY")
    path = tmp_path / "in.parquet"
    pl.DataFrame([*own, *others], schema=dict.fromkeys(names, pl.String), orient="row").write_parquet(path)

    same_on_spark(shipped, path, KIND, tmp_path, interpreted)
    found = decisions(tmp_path / "many")
    told = [(found[record, "art-01-rank"][0], found[record, "art-01-rank"][-3]) for record in ("a20", "a21")]
    assert told == [("eligible", None), ("undetermined", "tradeRank")]


@pytest.mark.proof
@needs_java
def test_what_stands_beside_the_figures_on_spark(shipped: Policykb, interpreted: Any, tmp_path: Path) -> None:
    """A Parquet file in which a text says another unit, or that a row is void, is refused as on one machine, in the
    same words; one whose texts say nothing of the figures is decided."""
    from policykb.columns.spark import screen_on_spark

    rows = {"id": ["a", "b", "c"], "年度": ["2020"] * 3, "企业名称": ["甲公司", "乙公司", "丙公司"],
            "进出口总额": ["700", "800", "900"]}  # fmt: skip
    others: list[tuple[dict[str, list[str]], str]] = [
        ({"单位": ["元", "元", "万元"]}, "万元"),
        ({"备注": ["已核实", "此行作废", ""]}, "此行作废"),
        ({"进出口总额": ["700", "0", "600万元"]}, "600万元"),
        ({"备注": ["元旦前补报", "百货零售", "无"], "币种": ["CNY", "人民币", "元"]}, ""),
    ]
    for number, (other, text) in enumerate(others):
        path = tmp_path / f"{number}.parquet"
        pl.DataFrame({**rows, **other}).write_parquet(path)
        job = Screening(shipped.vocabulary.record_types[KIND], tmp_path / f"one{number}")
        if not text:
            same_on_spark(shipped, path, KIND, tmp_path, interpreted)
            continue
        told = []
        for act, more in ((screen, {}), (screen_on_spark, {"master": "local[2]", "session": interpreted})):
            with pytest.raises(InputError) as found:
                act(shipped, path if act is screen else str(path), job, **more)
            told.append((found.value.id, found.value.say("zh")))
        assert told[0] == told[1]
        assert (told[0][0], f"“{text}”" in told[0][1]) == ("told-beside", True)


@pytest.mark.proof
@needs_java
def test_no_text_of_a_csv_file_is_run(shipped: Policykb, interpreted: Any, tmp_path: Path) -> None:
    """What a spreadsheet would run begins with an apostrophe, and what steers a terminal is �, on either engine."""
    from policykb.columns.spark import screen_on_spark

    ids = ["=1+1", "+1", "-1", "@A1", "＝1", '"x", =1', "=\u200b1", "ab"]
    path = tmp_path / "in.parquet"
    names = [f"甲{number}公司" for number in range(8)]  # several rows of one subject would be an error
    pl.DataFrame({"id": ids, "period": "2020", "name": names, "tradeCNY": ["1"] * 7 + ["=x"]}).write_parquet(path)
    job = Screening(shipped.vocabulary.record_types[KIND], tmp_path / "one", everything=True, format="csv")
    screen(shipped, path, job)
    screen_on_spark(shipped, str(path), replace(job, out=tmp_path / "many"), "local[2]", session=interpreted)

    for out in ("one", "many"):
        files = {name: (tmp_path / out / name).glob("*.csv") for name in ("decisions", "invalid")}
        rows = {name: [row for one in found for row in csv.DictReader(one.open(encoding="utf-8", newline=""))]
                for name, found in files.items()}  # fmt: skip
        assert {row["record"] for row in rows["decisions"]} == {
            "'=1+1", "'+1", "'-1", "'@A1", "'＝1", '"x", =1', "'=�1"
        }  # fmt: skip
        assert [(row["record"], row["value"]) for row in rows["invalid"]] == [("ab", "'=x")]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((("error", 0, 1000), ("warning", 5, 9)), (3, True)),
        ((("warning", 5, 9), ("error", 0, 1000)), (3, True)),
        ((("error", 0, 10**15), ("error", None, 100)), (2, True)),
        ((("error", -50_000, 1000),), (5, False)),
        ((("error", None, 1000), ("warning", 0, 9)), None),
        ((("error", 0, None),), (PRECISION, True)),
        ((("warning", 0, 9),), None),
    ],
)
def test_limits(bounds: Any, expected: tuple[int, bool] | None, shipped: Policykb) -> None:
    """What a number can be follows from the errors alone, in any order, and from the tightest of them."""
    rules = shipped.decider.record_rules
    (error, *_) = rules.types["ForeignCapitalProject"].facts["usdCnyRate"]
    about = tuple(
        replace(error, severity=severity, low=None if low is None else Decimal(low), high=high and Decimal(high))
        for severity, low, high in bounds
    )
    mine = replace(rules.types["ForeignCapitalProject"], facts={"usdCnyRate": about})
    found = limits_of(replace(rules, types={"ForeignCapitalProject": mine}), "ForeignCapitalProject").get("usdCnyRate")

    assert (found and (found.digits, found.positive)) == expected


def test_rate_of_two_digits(tmp_path: Path) -> None:
    """A rate that is valid, if doubtful, is reckoned with: 4 % of 9,000,000 dollars at 10 yuan are 3,600,000 yuan."""
    path = tmp_path / "ForeignCapitalProject.csv"
    path.write_text(
        "id,period,name,foreignInvested,fdiReceivedUSD,usdCnyRate\nr1,2020,甲,true,9000000,10\n", encoding="utf-8"
    )
    kb = load_policykb(overlays=["R10a-currency:alt"])
    screen(kb, path, Screening(kb.vocabulary.record_types["ForeignCapitalProject"], tmp_path / "out"))

    assert decisions(tmp_path / "out")["r1", "art-10-foreign-capital"][:4] == (
        "eligible",
        Decimal(3600000),
        Decimal(3600000),
        "CNY",
    )
