"""Several documents together in the browser: each by the version of the period, and combined as one answer."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from policykb.law.load import KNOWLEDGE
from policykb.shelf import load_documents
from policykb.site.content import Content
from policykb.site.deciding import deciding_files
from policykb.site.shelf import together
from test_joint_in_browser import ends
from test_new_amounts import OXIGRAPH, unpacked
from together import TOGETHER, of_one

ROOT = Path(__file__).parents[1]
BROWSER = ROOT / "docs" / "browser"
PERIODS = ("2024", "2025", "2026", "2027")
TALENT = {
    "id": "1",
    "type": "TalentArrival",
    "subject": {"name": "甲公司"},
    **dict.fromkeys(("registeredInCity", "legalPerson", "employedFullTime"), True),
    **dict.fromkeys(("dishonest", "seriousAccident", "underInvestigation"), False),
    "talentTitle": "national",
    "talentBorn": "1985-01-01",
}
needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not OXIGRAPH.is_dir(), reason="node and the site's packages are not installed"
)
RUN = """
import { readFileSync } from "node:fs";
import { initSync } from "oxigraph/web.js";
import { Engine, merged, versionOf } from "./engine.js";
import "./together.js";
initSync({ module: readFileSync("./node_modules/oxigraph/web_bg.wasm") });
const { data, programs, readings, cases } = JSON.parse(readFileSync("./input.json", "utf8"));
// Browsers have them; this version of Node has not.
Object.groupBy ??= (rows, key) => rows.reduce((found, row) => ((found[key(row)] ??= []).push(row), found), {});
const grouped = (found, key, row) => found.set(key, [...(found.get(key) ?? []), row]);
Map.groupBy ??= (rows, key) => rows.reduce((found, row) => grouped(found, key(row), row), new Map());
const { combined, Together } = globalThis.policykb.together;
const several = () => new Together(data, JSON.parse(programs), false, { Engine, merged, versionOf });
const engine = data.of ? several() : new Engine(data, programs);
engine.use(readings);
const answers = cases.map((records) => {
  const found = engine.decide(records);
  const sums = found.flatMap((answer) => answer.entitlements.map((one) => ({
    ...one, members: [one.source], record: answer.record, answer, decisions: answer.decisions,
  })));
  const ends = (amount) => amount && [amount.min, amount.max];
  const left = combined(sums, records, engine).map(({ source, status, amount }) => [source, status, ...ends(amount)]);
  const said = found.flatMap(({ record, decisions }) => decisions.map((one) =>
    [record.id, one.clause, one.status, ends(one.amount), one.missing, one.awaiting, one.criteria]));
  return [left, said, found.flatMap(({ outside }) => outside ?? [])];
});
console.log(JSON.stringify(answers));
"""


def drawn(dice: random.Random, number: int) -> dict[str, Any]:
    """A subject of a year in which some things are had, some are not, and some are not stated."""
    zero: dict[str, Any] = {
        "tripsAbroad": dice.choice((0, 1, 4, 6, None)),
        "trainees": dice.choice((0, 30, 200, None)),
        "trainingDays": dice.choice((4, 20)),
        "graduatesHired": dice.choice((0, 3, 20, None)),
        "plantRentCNY": dice.choice((0, 100000, 750000, None)),
        "productionSince": dice.choice(("2010-01-01", "2024-02-01", None)),
        "newTaxCNY": dice.choice((0, 300000, 1000000, None)),
        "retrofitSpentCNY": dice.choice((0, 500000, None)),
        "plantBought": dice.choice((True, False, None)),
        "plantBoughtArea": dice.choice((800, 3000, None)),
        "cityRentAidEnded": dice.choice((True, False, None)),
        "rentRenewals": dice.choice((0, 2)),
        "equipmentSpentCNY": dice.choice((0, 5000000, 40000000, None)),
        "businessRevenueCNY": dice.choice((0, 750000000, 2000000000, None)),
        "dishonest": dice.choice((False, False, False, True, None)),
    }
    booths = [dice.choice((None, 10000, 40000)) for _ in range(dice.randrange(4))]
    trade = {"tradeCNY": dice.choice((19999999, 20000000, 50000000))} if dice.random() < 0.6 else {}
    return {"zero": zero, "booths": booths, **trade}


def of_a_form(number: int, case: dict[str, Any], period: str) -> list[dict[str, Any]]:
    """The records of a case as those of a form are: of one subject and one period."""
    return [{**one, "period": period} for one in of_one(number, case)]


def in_browser(content: Content, cases: list[Any], folder: Path, readings: Sequence[str] = ()) -> list[Any]:
    """What the browser says of each case: the sums that are left, the decisions, and the documents not in force."""
    files = deciding_files(content)
    data, programs = (unpacked(files[f"assets/kb/{content.base}{name}.js"]) for name in ("data", "program"))
    folder.mkdir(exist_ok=True)
    for name in ("engine.js", "joint.js", "together.js"):
        shutil.copy(BROWSER / name, folder)
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "oxigraph").symlink_to(OXIGRAPH)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "run.js").write_text(RUN)
    given = {"data": json.loads(data), "programs": programs, "readings": readings, "cases": cases}
    (folder / "input.json").write_text(json.dumps(given))
    ran = subprocess.run(["node", "run.js"], cwd=folder, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return list(json.loads(ran.stdout))


@pytest.mark.proof
@needs_node
def test_as_on_the_command_line(tmp_path: Path) -> None:
    """Every decision with its criteria, and every sum that groups leave, is that of `apply` in each period."""
    (content,) = together(ROOT)
    dice = random.Random(20240701)
    told = [*TOGETHER, *(drawn(dice, number) for number in range(40))]
    cases = [of_a_form(n, case, PERIODS[n % 3]) for n, case in enumerate(told)]
    cases += [[{**TALENT, "period": period}] for period in PERIODS]
    answers = in_browser(content, cases, tmp_path)

    kb = load_documents(ROOT, "qitang-2024,yunting-2024")
    for records, (left, said, outside) in zip(cases, answers, strict=True):
        answer = kb.apply(records, everything=False)
        slug = "" if "," in answer.receipt.policy else f"{answer.receipt.policy}/"
        wanted = [
            [slug + (one.group or one.clause or ""), one.status, *ends(one.amount)] for one in answer.entitlements
        ]
        assert left == wanted, records
        decided = {
            (d.record, f"{slug}{d.clause}"): [
                d.status,
                d.amount and [*ends(d.amount)],
                sorted(d.missing),
                sorted(fact for fact, _ in d.awaiting),
                {one.criterion.iri: one.truth for one in d.criteria},
            ]
            for d in answer.decisions
        }
        assert {(record, clause): rest for record, clause, *rest in said} == decided, records
        assert bool(outside) == (records[0]["period"] == "2027")
    talents = [[low for _, _, low, _ in left] for left, _, _ in answers[-4:]]
    assert talents == [[], ["30000.00", "100000.00"], [], []]
    # The page of one document takes up its amendments just so.
    alone = in_browser(next(one for one in content.members if "yunting" in one.base), cases[-4:], tmp_path / "alone")
    assert [[low for _, _, low, _ in left] for left, _, _ in alone] == talents
    assert len({source for left, _, _ in answers for source, *_ in left}) > 20


WAREHOUSE = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix szq: <https://w3id.org/policykb/id/szq-2020-12/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://w3id.org/policykb/id/szq-2020-12/overlay/2025-warehouse> a pkb:Overlay ;
    rdfs:label "虚构的修订：面积改为300平方米"@zh , "a fictional amendment: 300 m²"@en ;
    pkb:validFrom "2025-07-01"^^xsd:date ;
    pkb:replaces <https://w3id.org/policykb/id/szq-2020-12/shape/art-05-warehouse-area> .
<https://w3id.org/policykb/id/szq-2020-12/shape/art-05-warehouse-area> a sh:PropertyShape ;
    sh:path pkb:overseasWarehouseArea ;
    sh:minCount 1 ;
    sh:minInclusive 300.0 ;
    sh:name "仓储总面积达到300平方米"@zh , "warehouse area reaches 300 m²"@en ;
    sh:message "仓储总面积不到300平方米。"@zh , "The warehouse area is below 300 m²."@en ;
    dct:source szq:art-05-s3 ;
    pkb:words "自主建设或租赁仓储总面积达到500平方米以上" .
"""


@pytest.mark.soak
@needs_node
def test_documents_in_force(tmp_path: Path) -> None:
    """Were all documents in force, one page would answer them all: each with its amendments, and a reading on top."""
    folder = tmp_path / "kb"
    for name in KNOWLEDGE:
        shutil.copytree(ROOT / name, folder / name)
    for slug in ("qitang-2024", "yunting-2024"):
        document = folder / "policy" / slug / "document.ttl"
        document.write_text(document.read_text("utf-8").replace("pkb:example true ;", ""), "utf-8")
    overlays = folder / "policy" / "szq-2020-12" / "overlays"
    for path in overlays.glob("*.ttl"):
        if not path.name.startswith("R5a-base"):
            path.unlink()
    (overlays / "2025-warehouse.ttl").write_text(WAREHOUSE, "utf-8")
    real, *made_up = together(folder)
    facts = {"crossBorderEcommerce": True, "inStatistics": True, "overseasWarehouseArea": 400}
    sums = {"overseasWarehouseInvestmentCNY": 350000, "listedCostCNY": 200000}
    year = {"id": "1", "type": "EnterpriseYear", "subject": {"name": "甲公司"}, **facts, **sums, "tradeCNY": 0}
    cases = [
        [{**year, "period": period}, {**TALENT, "id": "2", "period": period}] for period in ("2024", "2025", "2026")
    ]

    assert ([one.base for one in made_up], real.base, real.check) == ([], "documents/", "documents/check.html")
    found = {}
    for reading in ((), ("R5a-base:alt",)):
        names = [f"szq-2020-12/{name}" for name in reading]
        kb = load_documents(folder, None, reading)
        found[reading] = in_browser(real, cases, tmp_path / f"with{len(reading)}", names)
        for records, (left, _, _) in zip(cases, found[reading], strict=True):
            counted = kb.apply(records).entitlements
            assert left == [[one.group or one.clause, one.status, *ends(one.amount)] for one in counted]
    warehouse = [
        [low for source, _, low, _ in left if source == "szq-2020-12/art-05-warehouse"]
        for answers in found.values()
        for left, _, _ in answers
    ]
    assert warehouse == [[], ["35000.00"], ["35000.00"], [], ["20000.00"], ["20000.00"]]
