"""An amendment brings its own text: what it changes quotes that, and is held against it; all else quotes the document.

Made up for the tests: a decision of 2022 that changes article 5 of the shipped document and adds an award.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from documentation import ROOT
from policykb.api import Policykb
from policykb.cli import program
from policykb.errors import PolicykbError
from policykb.law.load import KNOWLEDGE, load
from policykb.law.overlays import decides
from policykb.law.rules import read_rules
from policykb.reports.phrases import Phrases
from policykb.service.law import article_json, clause_json
from policykb.shelf import load_documents
from policykb.site.content import View, load_content
from policykb.site.pages.clauses import clause_page
from policykb.site.pages.document import document_page
from policykb.verify.overlays import check_overlays
from policykb.verify.places import Places

FOLDER = ROOT / "tests" / "fixtures" / "amending"
TURTLE, TEXT = ((FOLDER / f"amendment-2022{ending}").read_text("utf-8") for ending in (".ttl", ".txt"))
AREA = "一、将第五条中的“仓储总面积达到500平方米以上”修改为“仓储总面积达到300平方米以上”。"
AWARD = "三、对纳统企业一次性给予3万元奖励。"
ISSUED = "纳统的跨境电商企业自主建设或租赁仓储总面积达到500平方米以上的"
OVERLAYS = Path("policy") / "szq-2020-12" / "overlays"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ships, with the amendment and its text in the folder of its document."""
    folder = tmp_path_factory.mktemp("amending")
    for name in KNOWLEDGE:
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(FOLDER, folder / OVERLAYS, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def amended(root: Path) -> Policykb:
    found = load_documents(root, "szq-2020-12")
    assert isinstance(found, Policykb)
    return found


def records(folder: Path) -> Path:
    """Three shops in the statistics that sell across borders and put 700,000 into warehouses: 400 m² in 2021, 400 m² in
    2022, 200 m² in 2022."""
    of_all = {
        "type": "EnterpriseYear",
        "inStatistics": True,
        "crossBorderEcommerce": True,
        "overseasWarehouseInvestmentCNY": 700_000,
    }
    found = [
        {"id": id, "name": f"示例{id}有限公司", "period": period, "overseasWarehouseArea": area, **of_all}
        for id, area, period in (("S0", 400, "2021"), ("S1", 400, "2022"), ("S2", 200, "2022"))
    ]
    (path := folder / "shops.json").write_text(json.dumps(found), encoding="utf-8")
    return path


def said(*words: str | Path) -> str:
    found = CliRunner().invoke(program(), [*map(str, words)], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.output


def test_the_words_are_those_of_the_amendment(amended: Policykb) -> None:
    """What is asked of the area, the rate, the cap and the award are quoted from the text that states them; the
    investment, which nobody changed, still from article 5. Places are counted in the decision."""
    book = amended.version("2022-01-01").book
    warehouse, award = book.clauses["art-05-warehouse"], book.clauses["amendment-2022-statistics"]

    assert warehouse.provisions == ("art-05-s3", "amendment-2022-s1", "amendment-2022-s2")
    assert (warehouse.article, award.article, award.provisions) == (5, 0, ("amendment-2022-s3",))
    assert warehouse.root is not None
    assert {leaf.words: leaf.provision for leaf in warehouse.root.leaves()} == {
        "市中区": "preamble-s1",
        "纳统的跨境电商企业": "art-05-s3",
        "跨境电商企业": "art-05-s3",
        "仓储总面积达到300平方米以上": "amendment-2022-s1",
        "年实际投资达到30万元以上": "art-05-s3",
    }
    area = book.provisions["amendment-2022-s1"]
    assert (area.quote, area.start, TEXT[area.start : area.end]) == (AREA, 23, AREA)
    assert [name for name in book.provisions if book.is_amending(name)] == [
        f"amendment-2022-{part}" for part in ("title", "s1", "s2", "s3", "s4")
    ]
    assert amended.book.clauses["art-05-warehouse"].provisions == ("art-05-s3",)


@pytest.mark.parametrize("engine", ["sparql", "columns"])
def test_each_record_is_told_in_the_words_of_its_day(root: Path, engine: str, tmp_path: Path) -> None:
    """400 m²: too little in 2021 by the words of article 5; in 2022 enough, 20 % of 700,000 are 140,000, by those of
    the decision, which also gives 30,000. 200 m² are too little in 2022 by its words."""
    words = ("apply", records(tmp_path), "--root", root, "--policy", "szq-2020-12", "--engine", engine)
    table = csv.DictReader(io.StringIO(said(*words, "--format", "csv", "--lang", "zh").lstrip("\ufeff")))
    found = {(row["记录"], row["条款"]): row for row in table}
    before, after, small = (found[name, "art-05-warehouse"] for name in ("S0", "S1", "S2"))
    award = found["S1", "amendment-2022-statistics"]

    assert ISSUED in before["原文"] and "修改" not in before["原文"]
    assert (after["最低金额"], AREA in after["原文"], ISSUED in after["原文"]) == ("140000.00", True, False)
    assert f"“{AREA}”（2022年的调整（虚构））" in small["原文"]
    assert (award["最低金额"], AWARD in award["原文"]) == ("30000.00", True)
    assert ("S0", "amendment-2022-statistics") not in found


def test_the_article_shows_both_texts(root: Path) -> None:
    """The article stands as issued, and behind it what was decided of it later; on an earlier day that is not there."""
    words = ("article", "5", "--root", root, "--policy", "szq-2020-12", "--lang", "en")
    after, before = said(*words, "--as-of", "2022-06-30"), said(*words, "--as-of", "2021-12-31")

    assert "[amendment-2022-s1] the changes of 2022 (fictional) · area of warehouses" in after
    assert after.index("[art-05-s3]") < after.index(AREA[:20])
    assert "What an amendment with a text of its own changed is quoted from that" in " ".join(after.split())
    assert AREA[:20] not in before


@pytest.mark.proof
def test_what_was_worked_out_is_repeated_with_the_text(root: Path, tmp_path: Path) -> None:
    """An answer under the amendment is repeated byte for byte; where the text is another one, that is what is told."""
    shutil.copytree(FOLDER, mine := tmp_path / "mine")
    answer, shops = tmp_path / "answer.json", records(tmp_path)
    overlay = mine / "amendment-2022.ttl"
    said("apply", shops, "--with", overlay, "--out", answer, "--lang", "en")

    assert "byte for byte" in said("replay", answer, shops, "--with", overlay, "--lang", "en")
    (mine / "amendment-2022.txt").write_text(TEXT + "\n", encoding="utf-8")
    told = CliRunner().invoke(program(), ["replay", *map(str, (answer, shops, "--with", overlay)), "--lang", "en"])
    assert "amendment-2022.ttl" in told.output and "byte for byte" not in told.output


def test_the_checksum_of_the_rules_holds_the_text(tmp_path: Path) -> None:
    """Another text makes other rules, whatever is kept of an earlier run."""
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    path, day = tmp_path / "amendment-2022.ttl", date(2022, 1, 1)
    first = load(ROOT, "szq-2020-12", (path,), day).rules_hash
    (tmp_path / "amendment-2022.txt").write_text(TEXT + "\n", encoding="utf-8")
    second = load(ROOT, "szq-2020-12", (path,), day).rules_hash

    assert first != second
    assert decides(ROOT, "szq-2020-12", path) == b"\0".join((path.read_bytes(), f"{TEXT}\n".encode()))


FAULTS: list[tuple[str, str, str, str]] = [
    # What stands, what is written instead, the fault, and what the message names.
    (AREA[:20], f"{AREA[:6]}X", "quote-not-in-text", "amendment-2022.txt"),
    ('    pkb:sourceFile "amendment-2022.txt" ;\n', "", "amendment-without-text", "amendment-2022-"),
    ('"amendment-2022.txt"', '"../amendment-2022.txt"', "overlay-text-name", "amendment-2022.txt"),
    ('"amendment-2022.txt"', '"/etc/passwd.txt"', "overlay-text-name", "/etc/passwd.txt"),
    ('"amendment-2022.txt"', '".txt"', "overlay-text-name", "amendment-2022.txt"),
    ('"amendment-2022.txt"', '"source.ttl"', "overlay-text-name", "amendment-2022.txt"),
    ('"amendment-2022.txt"', '"none.txt"', "no-such-file", "none.txt"),
    ('"amendment-2022.txt"', '"a.txt" , "b.txt"', "overlay-text-name", "a.txt"),
    ('    pkb:validFrom "2022-01-01"^^xsd:date ;\n', "", "overlay-text-undated", "line"),
    ("<amendment-2022-s1> rdfs", "<art-05-s9> rdfs", "quote-not-in-text", "source.txt"),
]


@pytest.mark.proof
@pytest.mark.parametrize(("there", "instead", "id", "named"), FAULTS)
def test_a_text_that_does_not_fit_is_refused(there: str, instead: str, id: str, named: str, tmp_path: Path) -> None:
    """With its place: a quote of the wrong text, a file that is no text beside the Turtle, a text of no day."""
    assert there in TURTLE
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (path := tmp_path / "amendment-2022.ttl").write_text(TURTLE.replace(there, instead, 1), encoding="utf-8")
    with pytest.raises(PolicykbError) as told:
        read_rules(load(ROOT, "szq-2020-12", (path,), date(2022, 1, 1)))
    faults = getattr(told.value, "faults", (told.value,))

    assert id in [one.id for one in faults], [(one.id, one.text.en) for one in faults]
    assert any(named in f"{one.where}{one.text.en}{one.mend.en}" for one in faults)


SLIPS = [
    ("ttl", "sh:minInclusive 300.0", "sh:minInclusive 301.0", "301"),
    ("ttl", "sh:minInclusive 300.0", "sh:minExclusive 300.0", "at least"),
    ("ttl", "sh:minInclusive 300.0", "sh:minInclusive 500.0", "500"),
    ("ttl", "pkb:rate 0.20", "pkb:rate 0.10", "0.1"),
    ("ttl", "schema:maxValue 160000.0", "schema:maxValue 100000.0", "before the change"),
    ("ttl", "schema:value 30000.0", "schema:value 3000.0", "3000"),
    ("ttl", "dct:source <amendment-2022-s1>", "dct:source <art-05-s3>", "stand in no provision"),
    ("ttl", '"2022-01-01"', '"2022-01-10"', "2022-01-10"),
    ("ttl", 'textHash "', 'textHash "0', ""),
    ("txt", "四、", "四、 ", ""),
    ("txt", "四、", "对违规企业取消资格。\n四、", "对违规企业"),
    ("ttl", 'words "一次性给予3万元奖励"', 'words "一次性给予4万元奖励"', "4万元"),
]


def faults_of(root: Path) -> list[str]:
    """What is said of the amendments; the readings are tried elsewhere."""
    for path in (root / OVERLAYS).glob("*.alt.ttl"):
        path.unlink()
    knowledge = load(root, "szq-2020-12")
    return [one.what.en for one in check_overlays(knowledge, (), Places(knowledge)) if one.rule == "overlays"]


@pytest.mark.proof
@pytest.mark.parametrize(("ending", "there", "instead", "named"), [("ttl", "", "", ""), *SLIPS])
def test_a_slip_is_noticed(root: Path, ending: str, there: str, instead: str, named: str, tmp_path: Path) -> None:
    """A number, a bound, a day, a checksum or a sentence that is not what the text of the amendment says."""
    for name in KNOWLEDGE:
        shutil.copytree(root / name, tmp_path / name)
    path = tmp_path / OVERLAYS / f"amendment-2022.{ending}"
    before = path.read_text(encoding="utf-8")
    assert there in before
    path.write_text(before.replace(there, instead, 1) if there else before, encoding="utf-8")
    told = faults_of(tmp_path)

    assert bool(told) == bool(there), told
    assert named in "".join(told)


@pytest.mark.proof
def test_an_amendment_without_a_text_is_named(root: Path, tmp_path: Path) -> None:
    """What changes rules and quotes nothing that says so is told, with the file to keep the text in."""
    for name in KNOWLEDGE:
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "tests" / "fixtures" / "amendment-2021.ttl", tmp_path / OVERLAYS)
    for path in (tmp_path / OVERLAYS).glob("*.alt.ttl"):
        path.unlink()
    knowledge = load(tmp_path, "szq-2020-12")
    (fault,) = check_overlays(knowledge, (), Places(knowledge))

    assert fault.what.en.endswith("it quotes no words that could be held against it.") or "no text" in fault.what.en
    assert "amendment-2021.txt" in fault.mend.en


@pytest.mark.proof
@pytest.mark.parametrize(
    ("lang", "title", "from_then"), [("zh", "修订", "自2022-01-01起"), ("en", "Amendments", "from 2022-01-01")]
)
def test_the_pages_show_the_text(root: Path, lang: str, title: str, from_then: str) -> None:
    """The page of the document has the whole text of the amendment, each place with its anchor; the page of a clause
    has what amends it, and leads there; the page of another clause has nothing of it."""
    content = load_content(root)
    views = {
        name: View(content, lang, name, content.phrases(lang))  # type: ignore[arg-type]
        for name in ("document.html", "clauses/x.html")
    }
    whole = document_page(views["document.html"])
    clauses = content.kb.book.clauses
    mine, other = (
        clause_page(views["clauses/x.html"], clauses[f"art-05-{name}"]) for name in ("warehouse", "platform-fee")
    )

    assert title in whole and from_then in whole
    assert all(f'id="amendment-2022-{part}"' in whole for part in ("title", "s1", "s2", "s3", "s4"))
    assert AREA in mine and 'document.html#amendment-2022-s1"' in mine
    assert AWARD not in mine and AREA not in other


def test_programs_get_the_text_of_a_day(amended: Policykb) -> None:
    """Over HTTP and MCP the clause of a day has the amending words with the amendment that they are from, and the
    article has them apart from its own; as first issued there are none."""
    phrases = {
        day: Phrases(amended.version(day).book, amended.vocabulary, amended.wording, "en")
        for day in (None, "2022-01-01")
    }
    issued, later = (clause_json(one.book.clauses["art-05-warehouse"], one) for one in phrases.values())
    before, after = (article_json(5, one) for one in phrases.values())

    assert [one["amendment"] for one in issued["provisions"]] == [None]
    assert [one["amendment"] for one in later["provisions"]] == [None, *["the changes of 2022 (fictional)"] * 2]
    assert (before["amendments"], [one["id"] for one in after["amendments"]]) == (
        [],
        ["amendment-2022-s1", "amendment-2022-s2"],
    )
    assert before["provisions"] == after["provisions"]


@pytest.mark.proof
def test_what_an_amendment_adds_can_be_supposed_and_varied(root: Path, tmp_path: Path) -> None:
    """Its number is varied like any other, and nothing is paid by it before its day; it is called by its title, and
    stands in the amendment and in no article 0. Beside 280,000 for two warehouses 90,000 or 150,000."""
    shops, of = records(tmp_path), ("--root", root, "--policy", "szq-2020-12", "--lang", "en")
    swept = said(
        "sweep", "amendment-2022-statistics.value=30000..50000:20000", "--data", shops, *of, "--as-of", "2022-06-30"
    )
    named = said("clause", "amendment-2022-statistics", *of, "--as-of", "2022-06-30")
    before = said("compare", shops, "--set", "amendment-2022-statistics.value=50000", *of, "--as-of", "2022-06-30")

    assert re.findall(r"RMB ([\d,]+):.*?RMB ([\d,]+)", swept) == [("30,000", "370,000"), ("50,000", "430,000")]
    assert "the changes of 2022 (fictional) Award for enterprises in the statistics" in " ".join(named.split())
    assert "Art. 0" not in named + before and "Award for" in before


LATER = """@base <https://w3id.org/policykb/id/szq-2020-12/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix pkb-type: <https://w3id.org/policykb/scheme/provision-type#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<amendment-2024> a pkb:Overlay ;
    rdfs:label "2024年的调整（虚构）"@zh , "the changes of 2024 (fictional)"@en ;
    pkb:validFrom "2024-01-01"^^xsd:date ;
    pkb:sourceFile "amendment-2024.txt" ;
    pkb:textHash "{hash}" ;
    pkb:replaces <shape/art-05-warehouse-area> .

<amendment-2024-s1> rdfs:label "海外仓面积"@zh , "area of warehouses"@en ;
    pkb:provisionType pkb-type:incentive ;
    pkb:quote "自2024年1月1日起，“仓储总面积达到300平方米以上”修改为“仓储总面积达到200平方米以上”。" .

<shape/art-05-warehouse-area> sh:path pkb:overseasWarehouseArea ;
    sh:minCount 1 ;
    sh:minInclusive 200.0 ;
    sh:name "仓储总面积达到200平方米"@zh , "warehouse area reaches 200 m²"@en ;
    sh:message "仓储总面积不到200平方米。"@zh , "The warehouse area is below 200 m²."@en ;
    dct:source <amendment-2024-s1> ;
    pkb:words "仓储总面积达到200平方米以上" .
"""


@pytest.mark.proof
def test_an_amendment_is_amended(root: Path, tmp_path: Path) -> None:
    """The area of 2022 holds until 2024, that of 2024 from then on; each is quoted from its own text, the rate still
    from that of 2022, and nothing is amiss with either."""
    for name in KNOWLEDGE:
        shutil.copytree(root / name, tmp_path / name)
    text = "自2024年1月1日起，“仓储总面积达到300平方米以上”修改为“仓储总面积达到200平方米以上”。\n"
    turtle = LATER.replace("{hash}", hashlib.sha256(text.encode()).hexdigest())
    (tmp_path / OVERLAYS / "amendment-2024.txt").write_text(text, encoding="utf-8")
    (tmp_path / OVERLAYS / "amendment-2024.ttl").write_text(turtle, encoding="utf-8")
    kb = load_documents(tmp_path, "szq-2020-12")
    cited = {
        day: kb.version(day).book.clauses["art-05-warehouse"].provisions
        for day in ("2021-01-01", "2022-01-01", "2024-01-01")
    }

    assert faults_of(tmp_path) == []
    assert cited == {
        "2021-01-01": ("art-05-s3",),
        "2022-01-01": ("art-05-s3", "amendment-2022-s1", "amendment-2022-s2"),
        "2024-01-01": ("art-05-s3", "amendment-2022-s2", "amendment-2024-s1"),
    }
    decided = kb.apply(kb.read(records(tmp_path)), as_of=date(2024, 6, 1)).decisions
    asked = {d.record: d.status for d in decided if d.clause == "art-05-warehouse"}
    assert asked == dict.fromkeys(("S0", "S1", "S2"), "eligible")


@pytest.mark.proof
def test_queries_leave_out_nothing_that_an_amendment_adds(root: Path, tmp_path: Path) -> None:
    """What it adds stands in no article, and in the totals all the same: 90,000 for three shops, once; what it changes
    is counted in its own article alone, 280,000 for two warehouses."""
    of = ("--root", root, "--policy", "szq-2020-12", "--as-of", "2022-06-30", "--format", "csv")

    def asked(name: str) -> list[dict[str, str]]:
        found = CliRunner().invoke(program(), [*map(str, ("ask", name, "--data", records(tmp_path), *of))])
        assert found.exit_code == 0, found.output
        return list(csv.DictReader(io.StringIO(found.stdout)))

    articles = {row["article"]: (row["articleTitle"], row["least"]) for row in asked("totals-by-article")}
    clauses = {row["clause"].rpartition("/")[2] for row in asked("clauses-of-type")}

    assert articles[""] == ("2022年的调整（虚构）", "90000")
    assert articles["5"] == ("大力发展跨境电商", "280000")
    assert sum(int(row["least"]) for row in asked("totals-by-chapter")) == 370_000
    assert {"amendment-2022-statistics", "art-05-warehouse"} <= clauses
