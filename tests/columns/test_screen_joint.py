"""Screening decides groups over several records as `apply` does: every sum, who wins, and the totals.

The groups are drawn anew over the clauses of the fixture with such groups: every combination over every scope, one
within another, with caps that are stated or a share of what records state.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from test_screen import same_on_spark
from typer.testing import CliRunner

import two_districts
from made import beside_the_shipped
from policykb.answers.answer import Answer
from policykb.api import Policykb, load_policykb
from policykb.cli import program
from policykb.columns.screen import Screening
from policykb.columns.together import screen_together
from policykb.shelf import load_documents
from soaking import times
from spark_sessions import interpreting, needs_java
from test_groups_across import has_circle, has_narrow_cap
from test_scopes import FIXTURE
from together import TOGETHER, of_one
from two_districts import SLUGS, Bound, drawn, written

ROOT = Path(__file__).parents[2]
DOCUMENTS = max(9, times(0))
EVERYDAY = 2
DRAWN = max(1, times(0))
YEARLY = ("02-volume", "03-warehouse", "03-platform")
"""Clauses of yearly records; see `two_districts.GIVEN`."""
CLAUSES = ("01-booth", "02-volume", "03-warehouse", "03-platform", "05-talent", "05-project", "06-foreign", "06-chain")
SCOPES = ("record", "subject-year", "subject")
NAMES = ("虚构甲有限公司", "虚构甲有限责任公司", "虚构乙", "Fictional C Co., Ltd.", "虚构（丁）公司", "有限责任")
CODES = ("91110000600037341L", "91310000132612345X", None, None)


def drawn_groups(random: Random) -> str:
    """Groups as Turtle: the clauses shared out among some, of which some are members of a wider one."""
    names = [f"<clause/art-{name}>" for name in random.sample(CLAUSES, len(CLAUSES))]
    inner: list[tuple[str, str]] = []
    texts = []
    while names:
        members = [names.pop() for _ in range(min(len(names), random.randint(1, 3)))]
        inner.append(_group(random, f"art-01-g{len(inner)}", members, random.choice(SCOPES), texts))
    while len(inner) > 1 and random.random() < 0.7:
        parts = [inner.pop(random.randrange(len(inner))) for _ in range(random.randint(1, len(inner)))]
        widest = max((scope for _, scope in parts), key=SCOPES.index)
        scope = random.choice(SCOPES[SCOPES.index(widest) :])
        inner.append(_group(random, f"art-01-w{len(texts)}", [name for name, _ in parts], scope, texts))
    return "\n".join(texts)


def _group(random: Random, name: str, members: list[str], scope: str, texts: list[str]) -> tuple[str, str]:
    clauses = [one for one in members if "-g" not in one and "-w" not in one]
    is_of_one_type = {one[12:14] for one in members} <= {"02", "03"} and len(clauses) == len(members)
    ways = ["sum", "share"] + (["choice"] if len(members) > 1 else [])
    ways += ["highest"] if len(members) > 1 and (scope != "record" or is_of_one_type) else []
    ways += ["excluded"] if len(clauses) > 0 and len(members) > 1 else []
    way = random.choice(ways)
    more = {"sum": f"schema:maxValue {random.choice((30_000, 60_000, 90_000, 250_000))}.0 ;",
            "share": f"pkb:rate {random.choice(('0.2', '0.35'))} ; pkb:base pkb:platformFeeCNY ;",
            "excluded": f"pkb:excluding {random.choice(clauses) if clauses else ''} ;"}  # fmt: skip
    texts.append(
        f'<clause/{name}> a pkb:Group ; rdfs:label "组"@zh , "group"@en ; pkb:scope pkb-scope:{scope} ;'
        f" pkb:combination pkb-combine:{'sum' if way == 'share' else way} ; pkb:member {' , '.join(members)} ;"
        f' {more.get(way, "")} dct:source <art-01-s2> ; pkb:words "每家企业每年参展补助最高不超过10万元" .'
    )
    return f"<clause/{name}>", scope


def drawn_records(random: Random, count: int) -> list[dict[str, Any]]:
    """Records of few subjects and years, with facts missing, on a bound or wrong, so that cases have many members."""
    facts: dict[str, dict[str, Any]] = {
        "Exhibition": {"overseas": (True, True, False), "boothFeeCNY": (100_000, 60_000, "33333.33", 1, -5)},
        "EnterpriseYear": {"tradeCNY": (8_000_000, 100), "sellsViaPlatform": (True, False),
                           "overseasWarehouseArea": (0, 1), "platformFeeCNY": (150_000, 0, "99999.99")},
        "TalentReferral": {"fullTime": (True, True, False)},
        "ProjectReferral": {"newlyIntroduced": (True, False)},
        "ForeignCapitalProject": {"foreignInvested": (True, True, False)},
        "ChainProject": {"chainProject": (True, False)},
    }  # fmt: skip
    found = []
    for number in range(count):
        kind = random.choice([*facts, "Exhibition"])
        year = random.choice(("2022", "2023", "2023"))
        name, code = random.choice(NAMES), random.choice(CODES)
        subject = {"name": name, **({"creditCode": code} if code and random.random() < 0.5 else {})}
        stated = {fact: random.choice(values) for fact, values in facts[kind].items() if random.random() < 0.85}
        found.append({"id": f"r{number}", "type": kind, "period": year, "subject": subject, **stated})
    return sorted(found, key=lambda one: list(facts).index(one["type"]))


def district(folder: Path, random: Random) -> Policykb:
    """The fixture with its groups drawn anew."""
    path = folder / "policy" / "demo-2023" / "document.ttl"
    text = (FIXTURE / "policy" / "demo-2023" / "document.ttl").read_text("utf-8")
    kept = re.sub(r"(?ms)^<clause/[\w-]+> a pkb:Group ;.*?\.\n(?=\n|\Z)", "", text)
    path.write_text(f"{kept}\n{drawn_groups(random)}\n", "utf-8")
    return load_policykb(folder, "demo-2023", engine="columns")


def as_told(answer: Answer) -> tuple[set[Any], set[Any]]:
    """What counts, and what became of every clause with an amount."""
    sums = {(e.record, e.clause, e.group, e.status, e.amount.min, e.amount.max) for e in answer.entitlements}
    fates = {(d.record, d.clause, d.selected, d.suppressed_by, d.suppressed_in) for d in answer.decisions if d.amount}
    return sums, fates


def as_written(folders: list[Path]) -> tuple[set[Any], set[Any]]:
    """The same of the rows that a screening wrote."""
    rows = [
        row for folder in folders for file in folder.glob("*.parquet") for row in pl.read_parquet(file).rows(named=True)
    ]
    money = ("amount_min", "amount_max")
    sums = {
        (r["record"], r["clause"], r["group"], r["status"], *(r[one] for one in money)) for r in rows if r["counted"]
    }
    names = ("record", "clause", "selected", "suppressed_by", "suppressed_in")
    fates = {tuple(r[name] for name in names) for r in rows if r["clause"] is not None and r["amount_min"] is not None}
    return sums, fates


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base with the fixture beside the shipped document."""
    return beside_the_shipped(tmp_path_factory.mktemp("kb"), FIXTURE)


def as_parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Records as a table of texts."""
    subjects = [{**row, **row.get("subject", {})} for row in rows]
    names = [
        name for name in dict.fromkeys(name for row in subjects for name in row) if name not in ("type", "subject")
    ]
    texts = {name: [None if row.get(name) is None else str(row[name]) for row in subjects] for name in names}
    path.parent.mkdir(exist_ok=True)
    pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String)).write_parquet(path)
    return path


@pytest.mark.soak
@needs_java
def test_same_on_spark(folder: Path, tmp_path: Path) -> None:
    """One table on Spark: the same rows and totals as on one machine, under each combination."""
    with interpreting() as session:
        for seed in range(2):
            kb = district(folder, Random(seed))
            records = [one for one in drawn_records(Random(seed), 200) if one["type"] == "EnterpriseYear"]
            own = tmp_path / str(seed)
            path = as_parquet(own / "EnterpriseYear.parquet", records)

            same_on_spark(kb, path, "EnterpriseYear", own, session)


@pytest.mark.soak
@needs_java
@pytest.mark.parametrize("kind", ["Exhibition", *(["EnterpriseYear", "BusinessYear"] if DRAWN > 1 else [])])
def test_documents_on_spark(kind: str, tmp_path: Path) -> None:
    """The three documents together, on a table of each type that groups of theirs bind, over two years; the types with
    most clauses take a minute each and are tried by the long proofs alone."""
    kb = load_documents(ROOT, "szq-2020-12,qitang-2024,yunting-2024")
    rows = [
        {**row, "id": f"{row['id']}-{year}", "period": row["period"].replace("2024", year)}
        for year in ("2024", "2025")
        for number, case in enumerate(TOGETHER)
        for row in of_one(number, case)
        if row["type"] == kind
    ]

    with interpreting() as session:
        same_on_spark(kb, as_parquet(tmp_path / f"{kind}.parquet", rows), kind, tmp_path, session)


def in_year(name: str, year: str, **facts: Any) -> dict[str, Any]:
    """A record of a year in which nothing is had but what is stated."""
    nothing = {"tradeCNY": 0, "overseasWarehouseArea": 0, "sellsViaPlatform": False}
    return {"id": f"{name}{year}", "period": year, "name": name, **nothing, **facts}


@pytest.mark.proof
@needs_java
def test_documents_that_cross_on_spark(tmp_path: Path) -> None:
    """Of the volume of both documents the higher is had; volume and warehouse of one document stop at 150,000 yuan,
    the warehouses of both at 60,000.

    甲 has everything: 120,000 for its volume, 40,000 and 55,000 for warehouses, 30,000 and 20,000 for its platform. The
    first cap leaves 150,000; with the second, 60,000 and beside them the volume, 180,000. 乙 has its volume alone. 丙
    has a warehouse in two years, of which 60,000 are left. Of 丁 the trade is not stated: from nothing to 120,000.
    """
    home, (demo, other) = written(tmp_path / "kb"), SLUGS
    two_districts.district(home, [
        Bound(demo, "art-01-g0", (f"{demo}/02-volume", f"{demo}/03-warehouse"), "subject", "sum", 150_000),
        Bound(other, "art-01-g0", (f"{other}/02-volume", f"{demo}/02-volume"), "subject-year", "highest"),
        Bound(other, "art-01-g1", (f"{other}/03-warehouse", f"{demo}/03-warehouse"), "subject", "sum", 60_000),
    ])  # fmt: skip
    rows = [
        in_year("甲", "2023", tradeCNY=8_000_000, overseasWarehouseArea=1, sellsViaPlatform=True),
        in_year("乙", "2023", tradeCNY=8_000_000),
        *(in_year("丙", year, overseasWarehouseArea=1) for year in ("2022", "2023")),
        in_year("丁", "2023", tradeCNY=None),
    ]
    path = as_parquet(tmp_path / "EnterpriseYear.parquet", rows)
    with interpreting() as session:
        same_on_spark(load_documents(home, ",".join(SLUGS)), path, "EnterpriseYear", tmp_path, session)
        receipt = str(tmp_path / "many" / other / "summary.json")
        assert CliRunner().invoke(program(), ["replay", receipt, str(path), "--root", str(home)]).exit_code == 0

    totals, lost = {}, []
    for slug in SLUGS:
        summary = json.loads((tmp_path / "many" / slug / "summary.json").read_text("utf-8"))
        totals[slug] = summary["totals"]["CNY"]["min"], summary["totals"]["CNY"]["max"]
        found = pl.read_parquet(tmp_path / "many" / slug / "decisions" / "*.parquet").rows(named=True)
        lost += [(slug, row["record"], row["clause"], row["suppressed_by"]) for row in found if row["suppressed_by"]]
    assert totals == {demo: ("150000.00", "150000.00"), other: ("260000.00", "380000.00")}
    assert sorted(lost) == [
        (other, "乙2023", "art-02-volume", f"{demo}/art-02-volume"),
        (other, "甲2023", "art-02-volume", f"{demo}/art-02-volume"),
    ]


@pytest.mark.soak
@needs_java
@pytest.mark.parametrize("seed", range(DRAWN))
def test_drawn_documents_on_spark(tmp_path: Path, seed: int) -> None:
    """Two documents whose groups are drawn, with facts missing, under different names of one subject."""
    random, home = Random(seed), written(tmp_path / "kb")
    groups = [Bound("", "", ("", ""), "subject", "highest"), Bound("", "", ("", ""), "record", "sum")]
    while has_circle(groups) or has_narrow_cap(groups):
        groups = drawn(random, ("sum", "sum", "highest", "choice", "excluded"), YEARLY)
    two_districts.district(home, groups)
    facts: dict[str, tuple[Any, ...]] = {"tradeCNY": (8_000_000, 8_000_000, 1, None), "sellsViaPlatform": (True, None),
                                         "overseasWarehouseArea": (1, 1, 0, None)}  # fmt: skip
    rows = [
        {"id": f"{number}-{year}", "period": year, "name": f"虚构{number}{random.choice(('有限公司', '有限责任公司'))}",
         **{fact: random.choice(values) for fact, values in facts.items()}}
        for number in range(20) for year in random.sample(("2021", "2022", "2023"), random.randint(1, 3))
    ]  # fmt: skip
    path = as_parquet(tmp_path / "EnterpriseYear.parquet", rows)

    with interpreting() as session:
        same_on_spark(load_documents(home, ",".join(SLUGS)), path, "EnterpriseYear", tmp_path, session)


@pytest.mark.parametrize(
    "seed", [*range(EVERYDAY), *(pytest.param(seed, marks=pytest.mark.proof) for seed in range(EVERYDAY, DOCUMENTS))]
)
def test_same_as_apply(folder: Path, tmp_path: Path, seed: int) -> None:
    """Over several types of records: the same sums from the same sources, the same winners, totals of all and each."""
    random = Random(seed)
    kb, records = district(folder, random), drawn_records(random, 160)
    source = tmp_path / "r.json"
    source.write_text(json.dumps({"records": records}), "utf-8")
    answer = kb.apply([source])
    job = Screening(kb.vocabulary.record_types["Exhibition"], tmp_path / "out", portion=29)

    found = screen_together(kb, [source], None, job)

    assert as_written([tmp_path / "out" / name / "decisions" for name in found.reports]) == as_told(answer)
    totals = [one.total["CNY"] for one in answer.enterprises if one.total]
    counted = [one.amount for one in answer.entitlements]
    low, high = sum(one.min for one in counted), sum(one.max or 0 for one in counted)
    assert (found.owed.totals["CNY"].min, found.owed.totals["CNY"].max) == (low, high)
    of_tables = [report.summary.totals["CNY"] for report in found.reports.values() if report.summary.totals]
    assert (sum(one.min for one in of_tables), sum(one.max for one in of_tables)) == (low, high)
    subjects = pl.read_parquet(tmp_path / "out" / "subjects" / "*.parquet")
    assert sorted(subjects["amount_min"].drop_nulls()) == sorted(one.min for one in totals)
