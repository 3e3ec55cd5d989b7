"""Two documents side by side: each decides by its own words, and what they give a subject is told in one answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from made import beside_the_shipped
from policykb import cli, load
from policykb.api import Policykb, load_policykb
from policykb.errors import CallError
from policykb.law.overlays import Source
from policykb.model import Place, Record, Value
from policykb.shelf import Shelf, load_documents

ROOT = Path(__file__).parents[1]
FIXTURE = Path(__file__).parent / "fixtures" / "beside"
OTHER, BESIDE = "szq-2020-12", "demo-2019"
RECORDS = {
    "records": [
        {
            "id": "y",
            "type": "EnterpriseYear",
            "period": "2020",
            "subject": {"name": "甲公司", "creditCode": "91370402MA0000015R"},
            "producer": True,
            "tradeCNY": "9000000",
            "tradeUSD": "1200000",
            "priorTradeUSD": "600000",
            "tradeRank": 2,
        },
        {
            "id": "x",
            "type": "Exhibition",
            "period": "2020-11-05",
            "subject": {"name": "甲公司", "creditCode": "91370402MA0000015R"},
            "overseas": True,
            "filedWithBureau": True,
            "boothFeeCNY": "40000",
        },
        {
            "id": "b",
            "type": "BranchYear",
            "period": "2020",
            "subject": {"name": "甲公司", "creditCode": "91370402MA0000015R"},
            "opensBranches": True,
        },
    ]
}
Run = Callable[..., tuple[int, str]]


_loaded = cache(load_documents)


def _load(root: Path, policy: str | None, overlays: Sequence[Source], **rest: Any) -> Policykb:
    return _loaded(root, policy, tuple(overlays), **rest)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base with the shipped document and the made-up one."""
    return beside_the_shipped(tmp_path_factory.mktemp("kb"), FIXTURE)


@pytest.fixture(scope="module")
def both(root: Path) -> Policykb:
    """Both documents."""
    return load(root)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], root: Path) -> Run:
    """The command line on both documents: exit code and standard output."""

    # Loading is the slow part, and none of what the commands differ in.
    monkeypatch.setattr("policykb.shelf.load_documents", _load)

    def ran(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["policykb", *map(str, words), "--root", str(root)])
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capfd.readouterr()
        assert code == 0, err
        return code, out

    return ran


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records as a file."""
    path = tmp_path_factory.mktemp("records") / "records.json"
    path.write_text(json.dumps(RECORDS, ensure_ascii=False), encoding="utf-8")
    return path


def record(kind: str, period: str, **facts: Value) -> Record:
    """A record of one enterprise."""
    return Record(f"{kind}-{period}", kind, period, "甲公司", None, None, facts, Place("test"))


def test_one_answer(both: Policykb, file: Path) -> None:
    """What a subject gets under both is added up: 150,000 for rank 2 of the district, 120,000 for 8 million of trade
    and 10,000 for the exhibition abroad and 50,000 for the branch of the city; 12,000 more awaits the district."""
    answer = both.apply(both.read(file))
    (subject,) = answer.enterprises
    given = {(d.record, d.clause): d.amount.min for d in answer.decisions if d.status == "eligible" and d.amount}

    assert given == {
        ("y", f"{OTHER}/art-01-growth"): Decimal("12000.00"),
        ("y", f"{OTHER}/art-01-rank"): Decimal("150000.00"),
        ("y", f"{BESIDE}/art-01-volume"): Decimal("120000.00"),
        ("x", f"{BESIDE}/art-02-abroad"): Decimal("10000.00"),
        ("b", f"{BESIDE}/art-03-branch"): Decimal("50000.00"),
    }
    assert subject.total["CNY"].min == Decimal("330000.00")
    assert answer.receipt.policy == f"{BESIDE},{OTHER}"
    assert [sum_.amount.max for sum_ in answer.entitlements if sum_.clause == f"{OTHER}/art-02-exhibition"] == [
        Decimal("12000.00")
    ]


def test_policy_narrows(root: Path, both: Policykb) -> None:
    """One document that is named answers alone; one that is not there is refused."""
    records = [record("EnterpriseYear", "2020", tradeCNY=Decimal(9_000_000))]
    alone = load(root, BESIDE)

    assert [d.clause for d in alone.apply(records).decisions] == ["art-01-volume"]
    assert {(d.clause or "").partition("/")[0] for d in both.apply(records).decisions} == {OTHER, BESIDE}
    with pytest.raises(CallError, match="demo-2020"):
        load(root, f"{BESIDE},demo-2020")


def test_another_document_changes_no_receipt(root: Path, both: Policykb) -> None:
    """Where one document alone has something to say, the answer is that which it gives where there is no other."""
    before = load_policykb(ROOT, OTHER)
    for one in (
        record("Acquisition", "2020", districtKeySOE=True),
        # The other document was valid until 30 June 2022.
        record("EnterpriseYear", "2023", tradeCNY=Decimal(9_000_000)),
    ):
        was, now = before.apply(one), both.apply(one)
        assert now == was
        assert (now.receipt.rules, now.receipt.answer) == (was.receipt.rules, was.receipt.answer)
        assert both.told_by(now.receipt.policy).book.document == before.book.document


def test_not_in_force(both: Policykb) -> None:
    """Where no document is in force, each says so; where one is, the others are silent unless all is asked for."""
    early, late = (record("EnterpriseYear", year, tradeCNY=Decimal(9_000_000)) for year in ("2018", "2023"))

    assert {d.status for d in both.apply(early).decisions} == {"not-in-force"}
    assert {(d.clause or "").partition("/")[0] for d in both.apply(early).decisions} == {OTHER, BESIDE}
    idle = [d.clause for d in both.apply(late, everything=True).decisions if d.status == "not-in-force"]
    assert idle == [f"{BESIDE}/art-01-volume"]


def test_nothing_leaks(both: Policykb) -> None:
    """What two documents call by one name stays apart: titles, words, bodies and provisions are each one's own."""
    assert isinstance(both, Shelf)
    names = {slug: set(kb.book.clauses) for slug, kb in both.documents.items()}
    assert names[OTHER] & names[BESIDE] == {"art-01-volume"}
    for slug, kb in both.documents.items():
        for name, clause in kb.book.clauses.items():
            told = both.book.clauses[f"{slug}/{name}"]
            assert (told.title, told.authority, told.beneficiary) == (
                clause.title,
                clause.authority,
                clause.beneficiary,
            )
            assert {both.book.provisions[one].quote for one in told.provisions} == {
                kb.book.provisions[one].quote for one in clause.provisions
            }
            assert both.book.document_of(told) == kb.book.document
    with pytest.raises(CallError, match=f"{BESIDE}/art-01-volume"):
        both.book.clause("art-01-volume")


def test_wrong_data_are_decided_by_none(both: Policykb) -> None:
    """A record that breaks a data rule is invalid once, whatever documents there are."""
    answer = both.apply(record("EnterpriseYear", "2020", tradeCNY=Decimal(-1)))

    assert [(d.clause, d.status) for d in answer.decisions] == [(None, "invalid-record")]
    assert answer.entitlements == ()


def test_each_overlay_goes_to_its_document(root: Path, both: Policykb, file: Path) -> None:
    """A reading of one document changes nothing in the other."""
    kb = load(root, overlays="R1-highest:alt")
    assert isinstance(kb, Shelf)

    assert {slug: one.knowledge.overlays for slug, one in kb.documents.items()} == {
        BESIDE: (),
        OTHER: ("R1-highest:alt",),
    }
    changes = {(c.record.id, c.clause) for c in both.compare(both.read(file), kb).changes}
    assert changes == {("y", f"{OTHER}/art-01-growth")}
    with pytest.raises(CallError, match="R9-none"):
        load(root, overlays="R9-none:alt")


def test_near_misses_and_quads(both: Policykb) -> None:
    """Near misses are found under the document that they belong to, and the graph points to its clauses."""
    answer = both.apply(record("EnterpriseYear", "2020", tradeCNY=Decimal(7_999_999)))
    near = {miss.clause: miss.needed for miss in both.near_misses(answer)}
    quads = both.answer_quads(answer)

    assert near[f"{BESIDE}/art-01-volume"] == Decimal(8_000_000)
    named = {quad.object.value for quad in quads if quad.predicate.value.endswith("#onClause")}  # type: ignore[union-attr]
    home = "https://w3id.org/policykb/id"
    assert {f"{home}/{BESIDE}/clause/art-01-volume", f"{home}/{OTHER}/clause/art-01-volume"} <= named


def test_json_and_replay(run: Run, file: Path, tmp_path: Path) -> None:
    """Each decision in JSON names its document; the answer comes out again from its receipt."""
    out = tmp_path / "answer.json"
    run("apply", file, "--out", out)
    answer = json.loads(out.read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "docs/reference/answer.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(answer, schema)

    volume = {d["document"]: d["status"] for d in answer["decisions"] if d["clause"] == "art-01-volume"}
    assert volume == {BESIDE: "eligible", OTHER: "not-eligible"}
    assert run("replay", out, file)[0] == 0


@pytest.mark.proof
def test_commands(run: Run, file: Path, tmp_path: Path) -> None:
    """Every command that reads rules or records works over both."""
    assert "示例市发〔2019〕3号第1条" in run("apply", file, "--format", "md", "--lang", "zh")[1]
    assert "3" in run("check", file, "--lang", "zh")[1]
    assert "selectedForNurture" in run("questions", file, "--format", "csv")[1]
    run("template", tmp_path / "template.xlsx")
    articles = run("ask", "articles", "--format", "csv", "--lang", "zh")[1]
    assert "支持参展" in articles and "强化对外开放考核奖惩" in articles
    told = run("article", 1, "--lang", "zh")[1]
    assert "示例市发〔2019〕3号" in told and "市中发〔2020〕12号" in told
    assert "市级参展补助" in run("clause", "art-02-abroad", "--lang", "zh")[1]
    assert "R1-highest" in run("readings")[1]


def test_export(both: Policykb) -> None:
    """The graph holds both documents, and what they share once: no list of a record type stands in it twice."""
    heads = [q for q in both.quads if q.predicate.value.endswith("#fact") and q.subject.value.endswith("#Exhibition")]  # type: ignore[union-attr]
    policies = {q.subject.value for q in both.quads if q.predicate.value.endswith("date_document")}  # type: ignore[union-attr]

    assert len(heads) == 1
    assert policies == {f"https://w3id.org/policykb/id/{slug}" for slug in (OTHER, BESIDE)}


def test_screen(run: Run, tmp_path: Path) -> None:
    """A table is screened under every document that decides its records, each in a folder of its own."""
    table = tmp_path / "EnterpriseYear.csv"
    table.write_text("id,period,name,tradeCNY\n1,2020,甲,9000000\n2,2020,乙,7000000\n", encoding="utf-8")
    out = tmp_path / "out"
    run("screen", table, "--out", out)
    summary = json.loads((out / BESIDE / "summary.json").read_text(encoding="utf-8"))

    assert {path.name for path in out.iterdir()} == {OTHER, BESIDE}
    assert summary["totals"]["CNY"]["min"] == "120000.00"
