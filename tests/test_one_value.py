"""A text means one value: in `apply`, `check` and `screen`, on one machine and on Spark, from CSV, Parquet and JSON.

`POLICYKB_TEXTS` sets how many texts the property test draws.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from policykb.api import Policykb
from policykb.cli import program
from policykb.columns.screen import Screening, screen
from policykb.records.check import check_records
from spark_sessions import needs_java
from written_texts import MARK, MORE, TABLE, R
from written_values import (
    COLUMNS,
    Case,
    Outcome,
    applied,
    files_of,
    from_json,
    on_polars,
    on_spark,
    plain_values,
    write_csv,
    write_parquet,
)

DRAWN = int(os.environ.get("POLICYKB_TEXTS", "2000"))
"""How many texts the property test draws."""


TEXTS = [Case(kind, text) for kind, text, _ in TABLE] + [Case(kind, text) for kind in MORE for text in MORE[kind]]
IN_JSON = ("money", "rate", "rank", "period", "credit code", "division", "code", "day", "class", "list", "count")
"""Where a JSON string is read as the text of a cell; truth values, names of totals and units in titles are not."""


def differences(cases: list[Case], one: list[Outcome], other: list[Outcome]) -> list[tuple[Case, Outcome, Outcome]]:
    """The cases of which two commands make something different, the shortest first."""
    found = [(case, a, b) for case, a, b in zip(cases, one, other, strict=True) if a != b]
    return sorted(found, key=lambda entry: len(entry[0].text))[:20]


def all_alike(kb: Policykb, cases: list[Case], folder: Path) -> None:
    """Every command of this machine makes the same of every case."""
    for kind, mine in files_of(cases).items():
        here = folder / kind
        here.mkdir()
        path = write_csv(mine, here)
        expected = applied(kb, path, mine)
        assert differences(mine, on_polars(kb, path, mine, here), expected) == []
        # What stands first in a row of Parquet says nothing of the row, and its rows are numbered in another way.
        stated = [case for case in mine if case.kind != "id"]
        in_table = [outcome for case, outcome in zip(mine, expected, strict=True) if case.kind != "id"]
        if stated:
            path = write_parquet(stated, here)
            assert differences(stated, on_polars(kb, path, stated, here), in_table) == []
        quoted = [case for case in mine if case.kind in IN_JSON]
        in_json = [outcome for case, outcome in zip(mine, expected, strict=True) if case.kind in IN_JSON]
        if quoted:
            assert differences(quoted, from_json(kb, quoted, here), in_json) == []


@pytest.fixture(scope="module")
def spark() -> Any:
    """Spark on this machine."""
    from policykb.columns.engines import SparkEngine
    from policykb.columns.spark import connect

    return SparkEngine(connect("local[2]"))


def test_what_people_say(shipped: Policykb, tmp_path: Path) -> None:
    """A text states what a person says that it states, or is refused by the rule that a person names."""
    expected = [("refused", {str(said)}) if isinstance(said, R) else ("value", said) for *_, said in TABLE]
    cases = TEXTS[: len(TABLE)]
    found: dict[Case, Outcome] = {}
    for mine in files_of(cases).values():
        found |= dict(zip(mine, applied(shipped, write_csv(mine, tmp_path), mine), strict=True))

    assert len(cases) >= 60 and len(set(cases)) == len(cases)
    assert differences(cases, [found[case] for case in cases], expected) == []


def test_all_commands_read_alike(shipped: Policykb, tmp_path: Path) -> None:
    """Of more than 150 texts, in every kind of column, all commands make the same."""
    assert len(set(TEXTS)) >= 150 and {case.kind for case in TEXTS} == set(COLUMNS)
    all_alike(shipped, TEXTS, tmp_path)


def test_check_finds_what_apply_refuses(shipped: Policykb, tmp_path: Path) -> None:
    """`check` calls wrong what `apply` does not decide, by the same rules, and nothing else."""
    for mine in files_of(TEXTS).values():
        path = write_csv(mine, tmp_path)
        done = CliRunner().invoke(program(), ["check", str(path), "--format", "json"])
        found: dict[int, set[str]] = {}
        for finding in json.loads(done.stdout)["findings"]:
            is_row = finding["rule"] in ("total-row", "remark-row")
            if finding["severity"] == "error" or is_row:
                found.setdefault(finding["row"], set()).add(finding["rule"])
        checked = [found.get(row, set()) for row in range(2, len(mine) + 2)]

        assert checked == [said if how == "refused" else set() for how, said in applied(shipped, path, mine)]


def plain(value: str | None) -> str:
    """A value as it is shown, whether or not zeros end it; nothing where nothing is shown."""
    return (value or "").removesuffix(".0000")


def test_screen_writes_why(shipped: Policykb, tmp_path: Path) -> None:
    """The invalid records that `screen` writes name rule, message and mend as `apply` does, and are not decided."""
    mine = [case for case in files_of(TEXTS)["EnterpriseYear"] if case.kind != "name"]
    path = write_csv(mine, tmp_path)
    kind = shipped.vocabulary.record_types["EnterpriseYear"]
    report = screen(shipped, path, Screening(kind, tmp_path / "out", everything=True))
    rows = pl.read_parquet(tmp_path / "out" / "invalid" / "*.parquet").rows(named=True)
    rows = [row | {"value": plain(row["value"])} for row in rows]
    reading = shipped.read([path])
    findings = [
        *reading.all_findings(),
        *check_records(reading.records, shipped.decider.record_rules, shipped.vocabulary),
    ]
    errors = {
        (f.record, f.rule, plain(f.value), f.message.zh, f.message.en, f.mend.zh, f.mend.en)
        for f in findings
        if f.severity == "error"
    }
    decided = set(pl.read_parquet(tmp_path / "out" / "decisions" / "*.parquet")["record"])
    names = ("record", "rule", "value", "message_zh", "message_en", "mend_zh", "mend_en")

    assert {tuple(row[name] for name in names) for row in rows} == errors
    assert report.invalid == len({record for record, *_ in errors})
    assert decided == {record.id for record in reading.records} - {record for record, *_ in errors}


@pytest.mark.soak
@needs_java
def test_spark_reads_alike(shipped: Policykb, spark: Any, tmp_path: Path) -> None:
    """Spark makes of every text what `apply` makes of it, from CSV and from Parquet."""
    for kind, mine in files_of(TEXTS + drawn()).items():
        here = tmp_path / kind
        here.mkdir()
        stated = [case for case in mine if case.kind != "id"]
        if not stated:
            continue
        expected = applied(shipped, write_csv(stated, here), stated)
        path = write_parquet(stated, here)
        assert differences(stated, on_spark(shipped, path, stated, here, spark), expected) == []
    # In delimited text Spark ends a row at every line break.
    lines = [case for case in files_of(TEXTS)["EnterpriseYear"] if not set(case.text) & {"\n", "\r"}]
    path = write_csv(lines, tmp_path)
    assert differences(lines, on_spark(shipped, path, lines, tmp_path, spark), applied(shipped, path, lines)) == []


# --- Drawn texts ------------------------------------------------------------------------

BLANKS = st.sampled_from(["", "", "", " ", "  ", "\t", "\u00a0", "\u3000", "\u2003", "\u200b"])
DIGITS = st.text("0123456789", min_size=1, max_size=18)
WIDE = DIGITS.map(lambda text: text.translate({ord(digit): 0xFF10 + int(digit) for digit in "0123456789"}))
CHINESE = st.text("〇零一二三四五六七八九十百千万亿", min_size=1, max_size=4)
UNITS = st.sampled_from("元¦万元¦亿元¦万美元¦美元¦$¦¥¦￥¦平方米¦亩¦名¦个¦%¦万¦CNY¦RMB".split(MARK))
WORDS = st.sampled_from(
    (
        "是¦否¦√¦×¦Y¦n¦TRUE¦不清楚¦待定¦-¦——¦/¦合计¦Total¦注：¦national¦国家级¦中介机构¦社会组织¦other¦一类¦class 2"
        "¦前三¦第¦约¦不是¦N/A¦91370402MA0000015R¦370402"
    ).split(MARK)
)
NUMBERS = st.one_of(
    st.integers(-(10**16), 10**16).map(str),
    st.decimals(-(10**12), 10**12, places=3).map(str),
    st.integers(0, 10**12).map("{:,}".format),
    st.builds("{}.{}".format, DIGITS, DIGITS),
    st.builds("{}{}e{}".format, st.sampled_from("+-"), DIGITS, st.integers(-9, 9)),
    st.builds("{}.".format, DIGITS),
    st.builds(".{}".format, DIGITS),
    WIDE,
    CHINESE,
)
DAYS = st.builds(
    "{}{}{}{}{}{}".format,
    st.integers(1890, 2210) | st.integers(0, 99),
    st.sampled_from("-/.年"),
    st.integers(0, 13) | st.integers(1, 12).map("{:02}".format),
    st.sampled_from("-/.月"),
    st.integers(0, 32) | st.integers(1, 31).map("{:02}".format),
    st.sampled_from(["", "", "日", "号", " 08:00", "T00:00:00Z"]),
)
YEARS = st.builds("{}{}".format, st.integers(1890, 2210), st.sampled_from(["", "", "年", "年度", ".0", "-11"]))
JUNK = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)
PIECES = st.one_of(NUMBERS, DAYS, YEARS, WORDS, UNITS, JUNK)
TEXT = st.one_of(
    PIECES,
    st.builds("{}{}{}".format, BLANKS, PIECES, BLANKS),
    st.builds("{}{}{}".format, NUMBERS, BLANKS, UNITS),
    st.builds("{}{}{}".format, UNITS, BLANKS, NUMBERS),
    st.lists(PIECES, min_size=2, max_size=3).map("".join),
    st.lists(WORDS, min_size=2, max_size=3).map(";".join),
)


@cache
def drawn() -> list[Case]:
    """So many different texts, drawn once: what is cheap to draw is compared in few, large files."""
    found: dict[Case, None] = {}

    @settings(
        max_examples=2 * DRAWN,
        derandomize=DRAWN <= 2000,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.builds(Case, st.sampled_from([kind for kind in COLUMNS if kind != "id"]), TEXT))
    def draw(case: Case) -> None:
        if len(found) < DRAWN:
            found[case] = None

    draw()
    return [*found]


@pytest.mark.proof
def test_drawn_texts_are_read_alike(shipped: Policykb, tmp_path: Path) -> None:
    """Of texts drawn from digits, signs, separators, blanks, units, words, days and junk all commands make the same."""
    assert len(drawn()) >= min(DRAWN, 2000)
    all_alike(shipped, drawn(), tmp_path)


# --- What is called plain ---------------------------------------------------------------


@pytest.mark.proof
def test_plain_is_what_the_readers_say(shipped: Policykb) -> None:
    """Whatever is called plain is read by the readers without a refusal, and means the same to them."""
    texts = sorted({case.text for case in [*TEXTS, *drawn()]} - {""})
    for kind in COLUMNS:
        found, read = plain_values(shipped, Case(kind, ""), texts)
        wrong = [(text, found[text], read[text]) for text in found if read[text] != found[text]]

        assert wrong[:5] == []
        assert found or kind == "mu", kind  # a mu is no finite number of square metres
