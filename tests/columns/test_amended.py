"""A screening decides each record by the version of its day, as `apply` does, before and after an amendment."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from made import amended
from policykb.api import Policykb, load_policykb
from policykb.cli import program
from policykb.columns.explain import explain
from policykb.columns.screen import Screening, screen
from policykb.columns.together import screen_together
from policykb.columns.versions import refuse_several
from policykb.errors import CallError

CLAUSE = "art-05-warehouse"
# 500 m² are asked for, and 300 from July 2021 on. e5 is wrong, and counts in no version.
ROWS = """id,name,period,crossBorderEcommerce,inStatistics,overseasWarehouseArea,overseasWarehouseInvestmentCNY
e1,甲有限公司,2020,是,是,400,400000
e2,甲有限公司,2021,是,是,400,350000
e3,乙有限公司,2020,是,是,500,600000
e4,丙有限公司,2021,是,是,299.99,400000
e5,丁有限公司,去年,是,是,600,400000
"""


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Policykb:
    """The shipped document with the (fictional) amendment in its folder."""
    return load_policykb(amended(tmp_path_factory.mktemp("amended")), "szq-2020-12")


def _table(folder: Path) -> Path:
    (path := folder / "EnterpriseYear.csv").write_text(ROWS, encoding="utf-8")
    return path


def _found(folder: Path) -> dict[str, str]:
    rows = pl.concat(
        [pl.read_parquet(path) for path in sorted((folder / "decisions").glob("*.parquet"))], how="vertical"
    )
    mine = rows.filter(pl.col("clause") == CLAUSE)
    return {row["record"]: row["status"] for row in mine.sort("record").iter_rows(named=True)}


BOTH = {"e1": "not-eligible", "e2": "eligible", "e3": "eligible", "e4": "not-eligible"}
BEFORE = {"e1": "not-eligible", "e2": "not-eligible", "e3": "eligible", "e4": "not-eligible"}
AFTER = {"e1": "eligible", "e2": "eligible", "e3": "eligible", "e4": "not-eligible"}


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(
    # 10 % of 350,000 and of 600,000; of 600,000 alone; of 400,000 besides.
    ("day", "statuses", "total"),
    [(None, BOTH, "95000.00"), (date(2021, 6, 30), BEFORE, "60000.00"), (date(2021, 12, 31), AFTER, "135000.00")],
)
def test_each_by_its_version(
    day: date | None, statuses: dict[str, str], total: str, together: bool, kb: Policykb, tmp_path: Path
) -> None:
    """By the end of its own period, or by the day that is asked for; the wrong one is counted once."""
    path, kind = _table(tmp_path), kb.vocabulary.record_types["EnterpriseYear"]
    job = Screening(kind, tmp_path / "out", day, everything=True)
    if together:
        found = screen_together(kb, [path], None, job)
        report, folder = found.reports["EnterpriseYear"], tmp_path / "out" / "EnterpriseYear"
        assert found.owed.subjects == 4
    else:
        report, folder = screen(kb, path, job), tmp_path / "out"
    (mine,) = (one for one in report.summary.clauses if one.clause == CLAUSE)

    assert (report.summary.records, report.invalid) == (4, 1)
    assert mine.eligible_sums is not None
    assert (_found(folder), str(mine.eligible_sums.min)) == (statuses, total)


def test_portions_and_versions(kb: Policykb, tmp_path: Path) -> None:
    """In portions of two records it comes to the same."""
    kind = kb.vocabulary.record_types["EnterpriseYear"]
    report = screen(kb, _table(tmp_path), Screening(kind, tmp_path / "out", everything=True, portion=2))

    assert (_found(tmp_path / "out"), report.invalid) == (BOTH, 1)


def test_explained(kb: Policykb, tmp_path: Path) -> None:
    """What SPARQL decides of a record after the amendment the columns do, too."""
    kind = kb.vocabulary.record_types["EnterpriseYear"]

    assert explain(kb, _table(tmp_path), kind, "e2", None).differences == ()


def test_on_a_cluster(kb: Policykb, shipped: Policykb) -> None:
    """Spark takes all records by one version, and so needs the day."""
    with pytest.raises(CallError, match="2021-07-01"):
        refuse_several([kb], None)
    refuse_several([kb], date(2021, 6, 30))
    refuse_several([shipped], None)


# What belongs to the clause by its name is not said to belong to it.
ADDED = """@base <https://w3id.org/policykb/id/szq-2020-12/> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix pkb-kind: <https://w3id.org/policykb/scheme/clause-kind#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<overlay/2021-counted> a pkb:Overlay ;
    rdfs:label "虚构的修订：纳统奖励"@zh , "a fictional amendment: an award"@en ;
    pkb:validFrom "2021-07-01"^^xsd:date .

<clause/art-05-counted> a pkb:Clause ;
    dct:title "纳统奖励"@zh , "Award for statistics"@en ;
    pkb:clauseKind pkb-kind:award ;
    pkb:recordType pkb:EnterpriseYear ;
    cv:hasLegalResource <art-05-s3> .

<option/art-05-counted> a pkb:Option ;
    schema:value 7000.0 ;
    pkb:words "30万元" .

<shape/art-05-counted> a sh:NodeShape ;
    sh:property <shape/art-05-counted-yes> .

<shape/art-05-counted-yes> a sh:PropertyShape ;
    sh:path pkb:inStatistics ;
    sh:hasValue true ;
    sh:name "纳入统计"@zh , "in the statistics"@en ;
    dct:source <art-05-s3> ;
    pkb:words "500平方米以上" .
"""


def test_a_clause_that_an_amendment_adds(kb: Policykb, tmp_path: Path) -> None:
    """It is decided from its day on, by `apply` and by a screening: 7,000 for each of two, and before there is none."""
    (added := tmp_path / "2021-counted.ttl").write_text(ADDED, encoding="utf-8")
    more, path = kb.with_overlays([added]), _table(tmp_path)
    kind = kb.vocabulary.record_types["EnterpriseYear"]
    report = screen(more, path, Screening(kind, tmp_path / "out"))
    answer = more.apply(more.read(path))
    (mine,) = (one for one in report.summary.clauses if one.clause == "art-05-counted")

    assert (mine.eligible, mine.not_eligible, str(mine.eligible_sums.min if mine.eligible_sums else "")) == (
        2,
        0,
        "14000.00",
    )
    given = {one.record: str(one.amount.min) for one in answer.entitlements if one.clause == "art-05-counted"}
    assert given == {"e2": "7000.00", "e4": "7000.00"}
    assert "art-05-counted" not in {one.clause for one in answer.decisions if one.record in ("e1", "e3")}


def test_an_added_clause_is_told(kb: Policykb, tmp_path: Path) -> None:
    """An answer over records from before and after it names the clause that the document as issued does not know."""
    (added := tmp_path / "2021-counted.ttl").write_text(ADDED, encoding="utf-8")
    words = ["apply", str(_table(tmp_path)), "--with", str(added), "--policy", "szq-2020-12", "--lang", "en"]
    found = CliRunner().invoke(program(), [*words, "--root", str(kb.knowledge.root)])

    assert (found.exit_code, "Award for statistics" in found.stdout) == (0, True), found.output


CAPPED = """@base <https://w3id.org/policykb/id/szq-2020-12/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix pkb-combine: <https://w3id.org/policykb/scheme/combination#> .
@prefix pkb-scope: <https://w3id.org/policykb/scheme/scope#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<overlay/2021-capped> a pkb:Overlay ;
    rdfs:label "虚构的修订：一家企业一年合计封顶"@zh , "a fictional amendment: a cap over the records of a year"@en ;
    pkb:validFrom "2021-07-01"^^xsd:date .

<clause/art-05-capped> a pkb:Group ;
    rdfs:label "第5条合计封顶"@zh , "The cap of article 5"@en ;
    pkb:scope pkb-scope:subject-year ;
    pkb:combination pkb-combine:sum ;
    pkb:member <clause/art-05-warehouse> ;
    schema:maxValue 100000.0 ;
    dct:source <art-05-s3> ;
    pkb:words "每家企业每年最高不超过10万元" .
"""


@pytest.mark.proof
def test_an_amended_group_over_records(kb: Policykb, tmp_path: Path) -> None:
    """Records before and after a cap over several records are not screened together; as of one day they are."""
    (added := tmp_path / "2021-capped.ttl").write_text(CAPPED, encoding="utf-8")
    words = ["screen", str(_table(tmp_path)), "--with", str(added), "--root", str(kb.knowledge.root)]
    words += ["--policy", "szq-2020-12", "--lang", "en", "--out", str(tmp_path / "out")]
    with pytest.raises(CallError) as refused:
        CliRunner().invoke(program(), words, catch_exceptions=False)
    found = CliRunner().invoke(program(), [*words, "--as-of", "2021-12-31"])

    assert (refused.value.id, refused.value.values["start"]) == ("screen-amended-groups", date(2021, 7, 1))
    assert (found.exit_code, "135,000.00 CNY" in found.stdout) == (0, True), found.output


AMENDED = (
    "The document was amended; each record is worked out by the version in force on its day: "
    "a fictional amendment: warehouses of 300 m² (from 2021-07-01)"
)


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(("day", "is_told"), [("", True), ("2021-06-30", False), ("2021-12-31", True)])
@pytest.mark.proof
def test_the_amendments_are_told(day: str, is_told: bool, together: bool, kb: Policykb, tmp_path: Path) -> None:
    """The summary says which amendments it rests on, and from what day, in the words of `apply`."""
    path = _table(tmp_path)
    inputs = [str(path)]
    if together:
        (other := tmp_path / "Exhibition.csv").write_text("id,name,period\nx1,甲有限公司,2021-03-01\n", "utf-8")
        inputs.append(str(other))
    words = ["--root", str(kb.knowledge.root), "--policy", "szq-2020-12", "--lang", "en"]
    words += ["--as-of", day] if day else []
    screened = CliRunner().invoke(program(), ["screen", *inputs, "--out", str(tmp_path / "out"), *words])
    applied = CliRunner().invoke(program(), ["apply", *inputs, "--format", "jsonl", *words])

    assert (screened.exit_code, AMENDED in screened.stdout) == (0, is_told), screened.output
    assert (AMENDED in applied.stdout) == is_told
