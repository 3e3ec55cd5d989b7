"""The self-check combines what several records of one subject come to as the command line does."""

from __future__ import annotations

import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from made import beside_the_shipped
from policykb.api import load_policykb
from policykb.law.readings import read_readings
from policykb.model import Amount
from policykb.site.addresses import addresses
from policykb.site.content import Content
from policykb.site.published import browser_files
from test_new_amounts import OXIGRAPH, unpacked
from test_scopes import FIXTURE, TOLD

ROOT = Path(__file__).parents[1]
BROWSER = ROOT / "docs" / "browser"
RUN = """
import { readFileSync } from "node:fs";
import { initSync } from "oxigraph/web.js";
import { Engine } from "./engine.js";
import { combined } from "./joint.js";
initSync({ module: readFileSync("./node_modules/oxigraph/web_bg.wasm") });
const { data, program, cases } = JSON.parse(readFileSync("./input.json", "utf8"));
// Browsers have them; this version of Node has not.
Object.groupBy ??= (rows, key) => rows.reduce((found, row) => ((found[key(row)] ??= []).push(row), found), {});
const grouped = (found, key, row) => found.set(key, [...(found.get(key) ?? []), row]);
Map.groupBy ??= (rows, key) => rows.reduce((found, row) => grouped(found, key(row), row), new Map());
const engine = new Engine(data, program);
const answers = cases.map((records) => {
  const found = engine.decide(records);
  const sums = found.flatMap((answer) => answer.entitlements.map((one) => ({
    ...one, members: [one.source], record: answer.record, answer, decisions: answer.decisions,
  })));
  return combined(sums, records, engine).map(({ source, status, amount }) => [source, status, amount.min, amount.max]);
});
console.log(JSON.stringify(answers));
"""


def in_one_year(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records as those of a form are: of one subject and year, with what is stated alone."""
    same = {"subject": {"name": "甲公司"}}
    kept = [{key: value for key, value in one.items() if value is not None} for one in records]
    return [{**one, **same, "period": "2023" + one["period"][4:]} for one in kept]


def ends(amount: Amount) -> tuple[str, str | None]:
    """The ends of a sum, as the browser writes them."""
    return str(amount.min), None if amount.max is None else str(amount.max)


@pytest.mark.proof
@pytest.mark.skipif(
    shutil.which("node") is None or not OXIGRAPH.is_dir(), reason="node and the site's packages are not installed"
)
def test_sums(tmp_path: Path) -> None:
    """Sum by sum the same source, status and ends, and in all what was worked out by hand."""
    folder = beside_the_shipped(tmp_path / "kb", FIXTURE)
    kb = load_policykb(folder, "demo-2023")
    content = Content(kb, read_readings(kb.knowledge), addresses(kb), folder)
    files = browser_files(content)
    data, program = (unpacked(files[f"assets/kb/{name}.js"]) for name in ("data", "program"))
    for name in ("engine.js", "joint.js"):
        shutil.copy(BROWSER / name, tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "oxigraph").symlink_to(OXIGRAPH)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "run.js").write_text(RUN)
    cases = [in_one_year(records) for records, _, _ in TOLD.values()]
    (tmp_path / "input.json").write_text(json.dumps({"data": json.loads(data), "program": program, "cases": cases}))
    ran = subprocess.run(["node", "run.js"], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr

    as_told = 0
    for records, found, (stated, low, high) in zip(cases, json.loads(ran.stdout), TOLD.values(), strict=True):
        wanted = [[one.group or one.clause, one.status, *ends(one.amount)] for one in kb.apply(records).entitlements]
        assert found == wanted, records
        if [(one["period"], one["subject"]) for one in records] == [(one["period"], one["subject"]) for one in stated]:
            as_told += 1
            assert sum(Decimal(least) for _, _, least, _ in found) == low, records
            assert sum(Decimal(most) for _, _, _, most in found) == high, records
    assert as_told > 10
