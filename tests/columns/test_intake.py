"""What `screen` takes in: typed columns, headers, rows and ids mean what they mean to the other commands."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policykb.api import Policykb
from policykb.columns import staging
from policykb.columns.characters import broken_in_arrays, broken_in_expressions
from policykb.columns.engines import PolarsEngine
from policykb.columns.explain import explain
from policykb.columns.intake import take_in
from policykb.columns.opening import open_source
from policykb.columns.screen import Screening, screen
from policykb.columns.staging import read_source
from policykb.columns.texts import Readers
from policykb.columns.words import Words
from policykb.errors import InputError
from policykb.law.relations import CheckCharacter
from policykb.readers.words import normal
from written_texts import MORE, TABLE
from written_values import Case, applied, files_of, on_polars, write_csv

D = Decimal


def read_in(kb: Policykb, path: Path, kind: str, folder: Path) -> list[dict[str, Any]]:
    """The records of a file as `screen` takes them in, each with the rules that it breaks under "rules"."""
    engine = PolarsEngine()
    readers = Readers.of(kb.vocabulary.record_types[kind], kb.vocabulary, kb.decider.record_rules, str(path))
    folder.mkdir()
    source = open_source(path, readers.kind, kb.vocabulary, folder)
    staged, texts = read_source(engine, source, readers, folder / "read")
    intake = take_in(engine, engine.table("raw", staged.scan()), source.header.items, readers, texts)
    marks = {f"broken:{n}": check.broken.coalesce(False) for n, check in enumerate(intake.checks)}
    rows = engine.frame(intake.table.mutate(**marks)).collect().rows(named=True)
    for row in rows:
        row["rules"] = set()
        for n, check in enumerate(intake.checks):
            if row[f"broken:{n}"]:
                refusal = None if check.rule else texts[check.item].read(row[f"refused:{check.item}"]).refusal
                row["rules"].add(check.rule.id if check.rule else refusal and refusal.rule)
    return rows


MONEY38 = pl.Decimal(38, 10)
NOT_MONEY, NOT_RANK, NOT_CLASS = "EnterpriseYear-tradeCNY", "EnterpriseYear-tradeRank", "TaxRefund-refundClass"
YEAR = "EnterpriseYear"
TYPED: list[tuple[str, str, pl.Series, list[object]]] = [
    (YEAR, "producer", pl.Series([1, 0, None, -1]), [True, False, None, "value-not-a-truth"]),
    (YEAR, "producer", pl.Series([True, False, None]), [True, False, None]),
    (YEAR, "tradeCNY", pl.Series([5, -5], dtype=pl.Int8), [D(5), NOT_MONEY]),
    (YEAR, "tradeCNY", pl.Series([5, 2**64 - 1], dtype=pl.UInt64), [D(5), NOT_MONEY]),
    (YEAR, "tradeCNY", pl.Series(["1.5", "1.00001", "1e15"]).cast(MONEY38), [D("1.5"), NOT_MONEY, NOT_MONEY]),
    (YEAR, "tradeCNY", pl.Series(["1,5", "6万元"], dtype=pl.Categorical), ["unclear-separator", D(60000)]),
    (YEAR, "tradeCNY", pl.Series([None, None], dtype=pl.Null), [None, None]),
    (YEAR, "tradeCNY（万元）", pl.Series([600, -1, 10**18]), [D(6000000), NOT_MONEY, NOT_MONEY]),
    (YEAR, "tradeCNY（万元）", pl.Series(["6.12345678", "6.123456789"]).cast(MONEY38), [D("61234.5678"), NOT_MONEY]),
    (YEAR, "overseasWarehouseArea（亩）", pl.Series([3, 1]), [D(2000), "unit-not-converted"]),
    (YEAR, "overseasWarehouseArea（亩）", pl.Series(["0.75"]).cast(pl.Decimal(9, 2)), [D(500)]),
    (YEAR, "tradeRank", pl.Series(["2.0", "2.5"]).cast(pl.Decimal(5, 1)), [2, "value-not-whole"]),
    (YEAR, "tradeRank", pl.Series([3, 2**64 - 1], dtype=pl.UInt64), [3, NOT_RANK]),
    (YEAR, "period", pl.Series([2020, 1850]), ["2020", "year-out-of-range"]),
    (YEAR, "period", pl.Series([dt.date(2020, 11, 5)]), ["2020-11-05"]),
    (YEAR, "period", pl.Series([dt.datetime(2020, 11, 5, 8)]), ["2020-11-05"]),
    (YEAR, "division", pl.Series([370402, 3704]), ["370402", "Subject-division"]),
    (YEAR, "name", pl.Series([12, 13]), ["name-not-a-name", "name-not-a-name"]),
    (YEAR, "id", pl.Series([913704020000000123]), ["913704020000000123"]),
    ("ProjectReferral", "windowStart", pl.Series([dt.date(2020, 3, 1), None]), [dt.date(2020, 3, 1), None]),
    ("TaxRefund", "refundClass", pl.Series([1, 5, -1]), [1, NOT_CLASS, NOT_CLASS]),
    (
        "TalentTeamSelection",
        "programmes",
        pl.Series([["national", "national"], ["国家级", "taishan"], ["national"], None]),
        [("national",), ("national", "taishan"), ("national",), None],
    ),
    (
        "TalentTeamSelection",
        "programmes",
        pl.Series([[], ["national;taishan"], ["x\x1fy"], [None, "taishan"]], dtype=pl.List(pl.String)),
        ["empty-list", "unknown-code", "value-not-text", "value-not-text"],
    ),
]
"""A column of a file: the type of its records, its title, its values, and what a person says that they mean."""


@pytest.mark.parametrize(("kind", "title", "values", "expected"), TYPED)
def test_typed_columns(
    kind: str, title: str, values: pl.Series, expected: list[object], shipped: Policykb, tmp_path: Path
) -> None:
    """A typed value means what it means in a workbook or JSON, or is refused by the same rule."""
    rows = len(values)
    columns = {"id": [f"r{n}" for n in range(rows)], "period": ["2020"] * rows, "name": [f"甲{n}" for n in range(rows)]}
    fact = pl.Series(["1"] * rows) if kind == "EnterpriseYear" else pl.Series([None] * rows, dtype=pl.String)
    others = {"EnterpriseYear": "usdCnyRate", "ProjectReferral": "industrial", "TaxRefund": "creditCode"}
    frame = pl.DataFrame({**columns, others.get(kind, "selected"): fact, title: values})
    frame.write_parquet(tmp_path / "in.parquet")
    item = {"id": "record"}.get(title, title.partition("（")[0])
    found = [
        next(iter(row["rules"])) if row["rules"] else tuple(row[item]) if isinstance(row[item], list) else row[item]
        for row in read_in(shipped, tmp_path / "in.parquet", kind, tmp_path / "staging")
    ]

    assert found == expected


@pytest.mark.parametrize(
    ("title", "values"),
    [
        ("tradeCNY", pl.Series([True])),
        ("tradeCNY", pl.Series([1.5])),
        ("tradeCNY", pl.Series([b"1"])),
        ("tradeCNY", pl.Series([{"a": 1}])),
        ("tradeCNY", pl.Series([dt.date(2020, 1, 1)])),
        ("tradeCNY", pl.Series([[1]])),
        ("producer", pl.Series([1.0])),
        ("producer", pl.Series([dt.time(1, 2)])),
        ("id", pl.Series([True])),
        ("creditCode", pl.Series([dt.date(2020, 1, 1)])),
        ("period", pl.Series(["2020.5"]).cast(pl.Decimal(5, 1))),
    ],
)
def test_other_types_are_refused(title: str, values: pl.Series, shipped: Policykb, tmp_path: Path) -> None:
    """A column of a type that cannot mean its item is refused by name, before anything is written."""
    columns = {"id": ["a"], "period": ["2020"], "name": ["甲"], "usdCnyRate": ["7"]}
    pl.DataFrame({**columns, title: values}).write_parquet(tmp_path / "in.parquet")
    kind = shipped.vocabulary.record_types["EnterpriseYear"]
    with pytest.raises(InputError) as found:
        screen(shipped, tmp_path / "in.parquet", Screening(kind, tmp_path / "out"))

    assert found.value.id == "column-inexact"
    assert f"“{title}”" in str(found.value)
    assert [file.name for file in tmp_path.iterdir()] == ["in.parquet"]


@pytest.mark.parametrize(
    ("beside", "text"),
    [
        ({"单位": ["元", "万元"]}, "万元"),
        ({"币种": ["人民币", "美元"]}, "美元"),
        ({"单位": ["元", "吨"]}, "吨"),
        ({"备注": ["已核实", "单位：万元"]}, "单位：万元"),
        ({"备注": ["已核实", "此行作废"]}, "此行作废"),
        ({"备注": ["已核实", "2018年数据"]}, "2018年数据"),
        ({"备注": ["元旦前补报", "百货零售"], "币种": ["CNY", "人民币"]}, None),
        ({"进出口总额": ["700", "600万元"]}, "600万元"),
        ({"进出口总额": ["0", "600万元"]}, None),
        ({"进出口总额": ["700", "600元"]}, None),
    ],
)
def test_what_stands_beside_the_figures_of_a_table_of_types(
    beside: dict[str, list[str]], text: str | None, shipped: Policykb, tmp_path: Path
) -> None:
    """A Parquet file in which a text says another unit, or that a row is void, is refused, and never read as yuan."""
    columns = {"年度": ["2020", "2020"], "企业名称": ["甲乙公司", "丙丁公司"], "进出口总额": ["700", "800"], **beside}
    pl.DataFrame(columns).write_parquet(tmp_path / "in.parquet")
    if text is None:
        assert not any(
            row["rules"] for row in read_in(shipped, tmp_path / "in.parquet", "EnterpriseYear", tmp_path / "s")
        )
        return
    kind = shipped.vocabulary.record_types["EnterpriseYear"]
    with pytest.raises(InputError) as found:
        screen(shipped, tmp_path / "in.parquet", Screening(kind, tmp_path / "out"))

    assert (found.value.id, f"“{text}”" in str(found.value)) == ("told-beside", True)


def test_ids_that_are_made_up(shipped: Policykb, tmp_path: Path) -> None:
    """Without an id a row of a text file has the same made-up id as in `apply`; blank rows count and are no records."""
    path = tmp_path / "TaxRefund.csv"
    for header, cells in (("id,", ("A,", ",")), ("", ("", ""))):
        rows = [
            f"{cells[0]}2020,甲,1",
            "",
            f"{cells[1]}2020,乙,2",
            " , " + "," * header.count(","),
            f"{cells[1]}2020,丙,3",
        ]
        path.write_text("\n".join(["", f"{header}period,name,refundClass", *rows, ""]), encoding="utf-8")
        found = read_in(shipped, path, "TaxRefund", tmp_path / f"staging{len(header)}")

        assert [row["record"] for row in found] == [record.id for record in shipped.read([path]).records]
        assert [row["record"] for row in found] == ["A" if header else "TaxRefund#3", "TaxRefund#5", "TaxRefund#7"]


def test_rows_that_are_no_records(shipped: Policykb, tmp_path: Path) -> None:
    """A total, by its first cell or its name, and a remark are not decided, as `apply` leaves them out."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text(
        "序号,id,period,name,tradeCNY\n"
        "1,a,2020,甲,1\n合计,b,2020,乙,2\n,c,2020,小 计,3\n注：某,d,2020,丁,4\n  ,合计,2020,戊,5\n",
        encoding="utf-8",
    )
    kind = shipped.vocabulary.record_types["EnterpriseYear"]
    report = screen(shipped, path, Screening(kind, tmp_path / "out"))

    assert (report.summary.records, report.invalid) == (1, 0)
    assert [record.id for record in shipped.read([path]).records] == ["a"]


def test_every_total_is_looked_at(shipped: Policykb) -> None:
    """No character that is read as a letter of a total escapes the pattern that texts are looked through with."""
    readers = Readers.of(
        shipped.vocabulary.record_types["EnterpriseYear"], shipped.vocabulary, shipped.decider.record_rules, ""
    )
    letters = {letter for word in readers.asides.totals for letter in word}
    forms = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000 and normal(chr(code)) in letters]
    pattern = Words(readers.values, readers.asides).total()
    seen = pl.DataFrame({"text": forms}).filter(pl.col("text").str.contains(pattern))["text"].to_list()

    assert len(forms) > 100
    assert seen == forms


@pytest.mark.parametrize("name", ["report[1].csv", "a*b?.csv", "[x].parquet"])
def test_names_that_look_like_patterns(name: str, shipped: Policykb, tmp_path: Path) -> None:
    """The file that is named is read, and no other that its name would match as a pattern."""
    for file in (name, "report1.csv", "axbc.csv", "x.parquet"):
        rows = {"id": [file], "period": ["2020"], "name": ["甲"], "tradeCNY": ["1"]}
        frame = pl.DataFrame(rows)
        frame.write_csv(tmp_path / file) if file.endswith("csv") else frame.write_parquet(tmp_path / file)
    found = read_in(shipped, tmp_path / name, "EnterpriseYear", tmp_path / "staging")

    assert [row["record"] for row in found] == [name]


@pytest.mark.parametrize(
    ("titles", "rule"),
    [
        ("id,period,name,tradeCNY,tradeCNY", "是同一项"),
        ("id,period,name,tradeCNY,进出口总额", "是同一项"),
        ("id,period,name,tradeCNY（桶）", "不是认识的单位"),
        ("id,period,name,tradeCNY（美元）", "不能用于"),
        ("id,period,name,producer,进出口总鄂", "是不是"),
        ("id,period,period,name,tradeCNY", "是同一项"),
    ],
)
def test_headers_at_fault(titles: str, rule: str, shipped: Policykb, tmp_path: Path) -> None:
    """What `apply` calls a fault of a header is an error of each record, in the same words."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text(f"{titles}\n{','.join('1' for _ in titles.split(','))}\n", encoding="utf-8")
    said = [finding.message.zh for finding in shipped.read([path]).findings if finding.severity == "error"]
    report = screen(shipped, path, Screening(shipped.vocabulary.record_types["EnterpriseYear"], tmp_path / "out"))
    found = pl.read_parquet(tmp_path / "out" / "invalid" / "*.parquet")

    assert report.invalid == 1
    assert rule in said[0]
    assert said[0] in found["message_zh"]


def test_pieces(shipped: Policykb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read does not depend on how many odd texts are held at a time, nor on what is remembered."""
    monkeypatch.setattr(staging, "_TEXTS", 500)
    monkeypatch.setattr(staging, "_FEWEST", 40)
    cases = [Case(kind, text) for kind, text, _ in TABLE] + [Case(kind, text) for kind in MORE for text in MORE[kind]]
    for kind, mine in files_of(cases).items():
        (tmp_path / kind).mkdir()
        path = write_csv(mine, tmp_path / kind)

        assert on_polars(shipped, path, mine, tmp_path / kind) == applied(shipped, path, mine)


@pytest.mark.proof
def test_odd_texts_with_ranks_and_portions(shipped: Policykb, tmp_path: Path) -> None:
    """Ranks, totals, rows and repeated ids are the same whether numbers are written plainly or not."""
    trades = [900, 700, 700, 600, 5, None, 100]
    ways: dict[str, Callable[[int | None], str]] = {
        "plain": lambda trade: "" if trade is None else str(trade * 10000),
        "odd": lambda trade: "——" if trade is None else f"{trade:,}万元",
    }
    kind = shipped.vocabulary.record_types["EnterpriseYear"]
    told = []
    for way, write in ways.items():
        path = tmp_path / f"{way}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(["id", "period", "name", "producer", "tradeCNY", "tradeUSD", "priorTradeUSD"])
            for number, trade in enumerate(trades):
                period = {"plain": "2020", "odd": "２０２０年"}[way] if number < 5 else "2021"
                mark = {"plain": "c5", "odd": " c5 "}[way] if number == 6 else f"c{number}"
                rows.writerow([mark, period, f"甲{number}", {"plain": "是", "odd": "是 "}[way], write(trade), "7", "6"])
        out = tmp_path / f"out-{way}"
        report = screen(shipped, path, Screening(kind, out, everything=True, complete=True, portion=3))
        tables = [pl.read_parquet(out / name / "*.parquet") for name in ("decisions", "invalid", "ties")]
        rows_ = [sorted(map(str, table.drop("value", strict=False).rows())) for table in tables]
        told.append((report.summary, report.invalid, report.ties, rows_))

    assert told[0] == told[1]
    assert told[0][1:3] == (2, 2)


def test_explain_reads_as_apply_does(shipped: Policykb, tmp_path: Path) -> None:
    """The record that is decided again is the one that `apply` reads, whatever its file looks like."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text(
        "id,期间,企业名称,生产型企业,进出口总额（万元）,tradeUSD,priorTradeUSD\n"
        ' a ,2020年,甲,√,"5,000",70 万美元,６０００００\nb,2020,乙,-1,.5,,\n',
        encoding="utf-8",
    )
    kind = shipped.vocabulary.record_types["EnterpriseYear"]
    good, bad = (explain(shipped, path, kind, name, None) for name in ("a", "b"))
    answer = shipped.apply(shipped.read([path]))

    assert (good.differences, bad.differences) == ((), ())
    assert {(d.clause, d.status, d.amount) for d in good.answer.decisions} == {
        (d.clause, d.status, d.amount) for d in answer.decisions if d.record == "a"
    }
    assert {f.rule for f in bad.answer.decisions[0].findings} == {"value-not-a-truth", "value-not-a-number"}


CODE = st.text("0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZa中 ", min_size=15, max_size=20)


@settings(max_examples=8, derandomize=True, database=None)
@given(st.lists(CODE, min_size=1, max_size=50))
def test_check_characters(codes: list[str]) -> None:
    """In arrays, in expressions and one by one the same codes have a wrong check character."""
    relation = CheckCharacter(0, WEIGHTS, "0123456789ABCDEFGHJKLMNPQRTUWXY")
    right = [code[:17] + symbol for code in codes for symbol in relation.symbols if len(code) > 16]
    texts = [*codes, *right, "", None]
    table = ibis.memtable({"code": texts}, schema={"code": "string"})
    expected = [bool(text) and not relation.fits(text) for text in texts]
    duck = ibis.duckdb.connect().to_polars(table.select(table.code, x=broken_in_expressions(relation)(table.code)))
    engine = PolarsEngine()
    raw = engine.table("codes", pl.DataFrame({"code": pl.Series(texts, dtype=pl.String)}).lazy())
    mine = engine.frame(raw.select(x=broken_in_arrays(relation)(raw.code))).collect()

    assert [bool(x) for x in mine["x"]] == expected
    found = dict(zip(duck["code"], duck["x"], strict=True))
    assert [bool(found[text]) for text in texts] == expected


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple({letter: value * pow(3, place, 31) for value, letter in enumerate(ALPHABET)} for place in range(17))
