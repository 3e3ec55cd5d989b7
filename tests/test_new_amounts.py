"""Two kinds of amounts that no engine knows, told by completion rules and Turtle alone, come out right everywhere.

A sum for each unit of a counted fact, for so many units at the most; and a sum for every full step of a fact above a
mark, so much at the most. The fixture says what they mean in two completion rules; every number here is worked out by
hand.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from column_tables import by_columns, by_sparql, explained_by_columns
from generated_rules import ClauseSpec, Leaf, OptionSpec
from generated_worlds import WORLDS, World
from made import beside_the_shipped
from oracle import rounded, verdict
from policykb.api import Policykb, load_policykb
from policykb.engines.near import near_misses
from policykb.engines.shacl import ShaclEngine
from policykb.law.readings import read_readings
from policykb.model import Place, Record
from policykb.reports.arithmetic import arithmetic, expression
from policykb.reports.phrases import Phrases
from policykb.site.addresses import addresses
from policykb.site.charts import clause_chart
from policykb.site.content import Content, View
from policykb.site.curves import knees
from policykb.site.published import browser_files
from policykb.verify.prove import prove

ROOT = Path(__file__).parents[1]
FIXTURE = Path(__file__).parent / "fixtures" / "new-amounts"
OXIGRAPH = ROOT / ".cache" / "site" / "node_modules" / "oxigraph"
ON = date(2022, 12, 31)


def _ends(low: str, high: str | None = None) -> tuple[Decimal, Decimal]:
    return Decimal(low), Decimal(high if high is not None else low)


STATED: dict[str, tuple[str, dict[str, Any]]] = {
    "none": ("BranchYear", {"opensBranches": True, "overseasBranches": 0}),
    "seven": ("BranchYear", {"opensBranches": True, "overseasBranches": 7}),
    "fifty": ("BranchYear", {"opensBranches": True, "overseasBranches": 50}),
    "more": ("BranchYear", {"opensBranches": True, "overseasBranches": 51}),
    "unsaid": ("BranchYear", {"opensBranches": True}),
    "not": ("BranchYear", {"opensBranches": False, "overseasBranches": 7}),
    "at-mark": ("EnterpriseYear", {"tradeCNY": Decimal("10000000")}),
    "no-step": ("EnterpriseYear", {"tradeCNY": Decimal("10999999.99")}),
    "one-step": ("EnterpriseYear", {"tradeCNY": Decimal("11000000")}),
    "two-steps": ("EnterpriseYear", {"tradeCNY": Decimal("12999999.99")}),
    "at-cap": ("EnterpriseYear", {"tradeCNY": Decimal("30000000")}),
    "above-cap": ("EnterpriseYear", {"tradeCNY": Decimal("31000000")}),
    "unknown": ("EnterpriseYear", {}),
}
ANSWERS = {
    # 2,000 yuan for each branch, for 50 at the most.
    "none": ("eligible", _ends("0.00")),
    "seven": ("eligible", _ends("14000.00")),
    "fifty": ("eligible", _ends("100000.00")),
    "more": ("eligible", _ends("100000.00")),
    "unsaid": ("undetermined", _ends("0.00", "100000.00")),
    "not": ("not-eligible", None),
    # Above 10,000,000 yuan of trade, 5,000 for every full 1,000,000, at most 100,000.
    "at-mark": ("not-eligible", None),
    "no-step": ("eligible", _ends("0.00")),
    "one-step": ("eligible", _ends("5000.00")),
    "two-steps": ("eligible", _ends("10000.00")),
    "at-cap": ("eligible", _ends("100000.00")),
    "above-cap": ("eligible", _ends("100000.00")),
    "unknown": ("undetermined", _ends("0.00", "100000.00")),
}
CLAUSES = {"BranchYear": "art-01-branches", "EnterpriseYear": "art-02-trade"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base folder with the made-up document beside the shipped one."""
    return beside_the_shipped(tmp_path_factory.mktemp("kb"), FIXTURE)


@pytest.fixture(scope="module")
def kb(root: Path) -> Policykb:
    """The made-up document."""
    return load_policykb(root, "demo-2022")


@pytest.fixture(scope="module")
def content(kb: Policykb, root: Path) -> Content:
    """What the site is made of."""
    return Content(kb, read_readings(kb.knowledge), addresses(kb), root)


def _records() -> list[Record]:
    return [
        Record(name, kind, "2022", f"企业 {name}", None, None, facts, Place("test"))
        for name, (kind, facts) in STATED.items()
    ]


def _by_record(found: dict[tuple[str, str], Any]) -> dict[str, Any]:
    return {record: (row[0], row[1]) for (record, _), row in found.items()}


def test_no_shorthand_is_left(kb: Policykb) -> None:
    """What the author wrote is spelled out as expressions, each number with its words and its provision."""
    written = [quad for quad in kb.knowledge.store if "example.org/amount" in str(quad.predicate)]
    (option,) = kb.book.clauses["art-02-trade"].options
    assert option.expression is not None
    spelled = [(node.op, str(node.operands[1].number)) for node in option.expression.nodes() if node.operands]

    assert written == []
    assert spelled == [("excess", "10000000"), ("steps", "1000000"), ("product", "5000"), ("least", "100000")]
    assert {node.words for node in option.expression.nodes() if node.operands} == {option.words}


def test_sparql(kb: Policykb) -> None:
    """The queries decide both kinds, below, on and above each bound, and while the fact is missing."""
    assert _by_record(by_sparql(kb, _records())) == ANSWERS


def test_columns(kb: Policykb) -> None:
    """So do the columns, and they give the same options behind the amounts."""
    options, _ = explained_by_columns(kb, _records())

    assert _by_record(by_columns(kb, _records())) == ANSWERS
    assert {record: ends for (record, _), (_, *ends) in options.items()} == {
        name: list(ends) for name, (status, ends) in ANSWERS.items() if status != "not-eligible"
    }


def test_reference(kb: Policykb) -> None:
    """So does pySHACL with plain Python above it."""
    records = _records()
    outcomes = ShaclEngine(kb.book).decide(records)

    assert {
        record.id: (outcome.statuses[CLAUSES[record.type]], outcome.amounts.get(CLAUSES[record.type]))
        for record, outcome in zip(records, outcomes, strict=True)
    } == ANSWERS


def test_oracle(monkeypatch: pytest.MonkeyPatch) -> None:
    """So does trying out every completion of what is missing."""
    world = World("BranchYear", ("opensBranches",), numbers=("overseasBranches",))
    monkeypatch.setitem(WORLDS, "BranchYear", world)
    units = ("product", (("least", ("overseasBranches", Decimal(50))), Decimal(2000)))
    above = ("steps", (("excess", ("tradeCNY", Decimal(10000000))), Decimal(1000000)))
    steps = ("least", (("product", (above, Decimal(5000))), Decimal(100000)))
    clauses = {
        "BranchYear": ClauseSpec(
            "a", Leaf("opensBranches", (("hasValue", True),)), (OptionSpec(None, "exact", quantity=units),),
            world="BranchYear",
        ),
        "EnterpriseYear": ClauseSpec(
            "b", Leaf("tradeCNY", (("minExclusive", Decimal(10000000)),)), (OptionSpec(None, "exact", quantity=steps),)
        ),
    }  # fmt: skip
    found = {}
    for name, (kind, facts) in STATED.items():
        answer = verdict(clauses[kind], facts, ON)
        assert answer is not None
        found[name] = (answer.status, rounded(answer.amount))

    assert found == ANSWERS


def test_missing(kb: Policykb) -> None:
    """The fact that the amount hangs on is asked for."""
    missing = {d.record: d.missing for d in kb.apply(_records()).decisions if d.missing}

    assert missing == {"unsaid": ("overseasBranches",), "unknown": ("tradeCNY",)}


def test_near_miss(kb: Policykb) -> None:
    """A cent more than the mark would make the award apply."""
    records = [record for record in _records() if record.id == "at-mark"]
    (near,) = near_misses(kb.book, records, kb.apply(records).decisions, None)

    assert (near.clause, near.needed) == ("art-02-trade", Decimal("10000000.01"))


def test_proof(kb: Policykb) -> None:
    """The solver finds nothing against the rules."""
    assert prove(kb.book) == ()


TOLD = {
    ("seven", "zh"): "7个（最多计50个） × 2,000元 = 1.4万元",
    ("more", "en"): "51 (counting at most 50) × RMB 2,000 = RMB 100,000",
    ("two-steps", "zh"): "(12,999,999.99元 − 1000万元)中满100万元的2次 × 5,000元 = 1万元（最高10万元）",
    ("one-step", "en"): (
        "1 full step of RMB 1,000,000 in (RMB 11,000,000 − RMB 10,000,000) × RMB 5,000 = RMB 5,000 (limit: RMB 100,000)"
    ),
    ("above-cap", "zh"): "(3100万元 − 1000万元)中满100万元的21次 × 5,000元 = 10.5万元，超过上限，按最高10万元计",
    ("unsaid", "zh"): "新设海外分支机构数（最多计50个） × 2,000元",
    ("unsaid", "en"): "Branches opened abroad (counting at most 50) × RMB 2,000",
    ("unknown", "zh"): "年度进出口总额超过1000万元的部分每满100万元计一次 × 5,000元（最高10万元）",
    ("unknown", "en"): (
        "every full RMB 1,000,000 of the part of Total imports and exports of the year above RMB 10,000,000 "
        "× RMB 5,000 (limit: RMB 100,000)"
    ),
}
FIGURES = {
    "seven": "7 × 2000",
    "more": "min(51, 50) × 2000",
    "two-steps": "floor((12,999,999.99 − 10,000,000) ÷ 1,000,000) × 5000",
    "above-cap": "min(floor((31,000,000 − 10,000,000) ÷ 1,000,000) × 5000, 100,000)",
    "unsaid": None,
}


def test_explanation(kb: Policykb) -> None:
    """The sum is written out in both languages, and in figures alone; where the fact is missing the rule is told."""
    records = {record.id: record for record in _records()}
    options = {d.record: d.options[0] for d in kb.apply(list(records.values())).decisions if d.options}
    phrases = {lang: Phrases(kb.book, kb.vocabulary, kb.wording, lang) for lang in ("zh", "en")}  # type: ignore[arg-type]

    assert {key: arithmetic(options[key[0]], records[key[0]], phrases[key[1]]) for key in TOLD} == TOLD
    assert {name: expression(options[name]) for name in FIGURES} == FIGURES


def test_chart(kb: Policykb, content: Content) -> None:
    """A line for the units up to the fiftieth, and twenty steps from eleven to thirty million yuan."""
    bends = [knees(clause.options[0].expression) for clause in kb.book.clauses.values()]  # type: ignore[arg-type]
    drawn = {
        clause.id: str(clause_chart(View(content, "zh", "clauses/x.html", content.phrases("zh")), clause))
        for clause in kb.book.clauses.values()
    }

    assert bends == [(Decimal(50),), tuple(Decimal(million) * 1000000 for million in range(11, 31))]
    for name, marks in (("art-01-branches", ("50个", "10万元")), ("art-02-trade", ("1000万元", "9万元", "10万元"))):
        assert all(f">{mark}<" in drawn[name] for mark in marks)
    # A stretch from the mark and one from each of twenty steps; a dot at the mark, two at each step.
    assert [len(re.findall(f"<{shape} ", drawn["art-02-trade"])) for shape in ("polyline", "circle")] == [
        1 + 20,
        1 + 40,
    ]


IN_BROWSER = """
import { readFileSync } from "node:fs";
import { initSync } from "oxigraph/web.js";
import { Engine } from "./engine.js";
import { told } from "./told.js";
initSync({ module: readFileSync("./node_modules/oxigraph/web_bg.wasm") });
const { data, program, records } = JSON.parse(readFileSync("./input.json", "utf8"));
// Browsers have it; this version of Node has not.
Object.groupBy ??= (rows, key) => rows.reduce((found, row) => ((found[key(row)] ??= []).push(row), found), {});
const engine = new Engine(data, program);
const write = { fact: (name, value) => value, number: (value) => value, pick: (texts) => texts[0] };
const answers = engine.decide(records).flatMap(({ record, findings, decisions, values }) => {
  if (findings.length) throw new Error(JSON.stringify(findings));
  return decisions.map(({ clause, status, amount }) => {
    const [option] = data.clauses[clause].options;
    const known = option.expression && values[option.iri]?.[option.expression.iri];
    const said = known ? told(option.expression, values[option.iri], write) : null;
    return [record.id, clause, status, amount && [amount.min, amount.max], said];
  });
});
console.log(JSON.stringify(answers));
"""
needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not OXIGRAPH.is_dir(), reason="node and the site's packages are not installed"
)


def unpacked(script: bytes) -> str:
    text = max(re.findall(r'"([A-Za-z0-9+/=]{100,})"', script.decode()), key=len)
    return gzip.decompress(base64.b64decode(text)).decode()


def in_browser(content: Content, records: list[Record], folder: Path) -> dict[tuple[str, str], tuple[str, Any, Any]]:
    """What the browser's engine decides, on the queries and the program that the site publishes, by record and clause.

    Each with its status, its amount, and how that came about.
    """
    files = browser_files(content)
    data, program = (unpacked(files[f"assets/kb/{name}.js"]) for name in ("data", "program"))
    for name in ("engine.js", "told.js"):
        shutil.copy(ROOT / "docs" / "browser" / name, folder)
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "oxigraph").symlink_to(OXIGRAPH)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "run.js").write_text(IN_BROWSER)
    plain = [
        {"id": one.id, "type": one.type, "period": one.period, "subject": {"name": one.name}}
        | json.loads(json.dumps(dict(one.facts), default=str))
        for one in records
    ]
    (folder / "input.json").write_text(json.dumps({"data": json.loads(data), "program": program, "records": plain}))
    ran = subprocess.run(["node", "run.js"], cwd=folder, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return {
        (record, clause): (status, ends and tuple(None if end is None else Decimal(end) for end in ends), said)
        for record, clause, status, ends, said in json.loads(ran.stdout)
    }


@needs_node
def test_browser(content: Content, tmp_path: Path) -> None:
    """The browser's engine decides and explains the same."""
    found = {record: answer for (record, _), answer in in_browser(content, _records(), tmp_path).items()}

    assert {name: answer[:2] for name, answer in found.items()} == ANSWERS
    assert found["more"][2] == "51（最多计50个） × 2,000元"
    assert found["two-steps"][2] == "(12999999.99 − 1000万元)中满100万元的2次 × 5,000元"
    assert found["unsaid"][2] is None
