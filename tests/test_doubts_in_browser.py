"""The self-check doubts what `check` doubts: the same rules, the same words."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from policykb.api import Policykb
from policykb.model import Place, Record, Value
from policykb.records.check import check_records
from policykb.site.in_browser import data_rules_of

SETS, SEED = 2000, 20201001
ENGINE = Path(__file__).parents[1] / "docs" / "browser" / "engine.js"
NODE = shutil.which("node")
DRIVER = """
const { records, rules } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const filled = (one, text) => text.replace(/\\{(\\w+)\\}/g, (whole, name) => one.values[name] ?? whole);
const words = (one) => [one.id, one.fact, one.message.map((text) => filled(one, text))];
console.log(JSON.stringify(records.map((record) => doubts(record, rules).map(words))));
"""


def records(kb: Policykb) -> list[Record]:
    """Right records of each type, whose figures lie around the bounds of the rules that warn."""
    dice = random.Random(SEED)
    figures = [Decimal(n) for n in (0, 1, "99.99", 100, 500, 999, 1000, 5000, 10000, "99999.99")]
    figures += [Decimal(n) for n in (100000, 4500000, 5000000, 63000000, 450000000)]
    found = []
    for number in range(SETS):
        kind = dice.choice([*kb.vocabulary.record_types.values()])
        facts: dict[str, Value] = {}
        for name in kind.facts:
            fact = kb.vocabulary.facts[name]
            if dice.random() < 0.4 or fact.is_list:
                continue
            if fact.datatype == "decimal":
                facts[name] = (
                    Decimal(dice.choice(("4.9", "6.9", "9"))) if name == "usdCnyRate" else dice.choice(figures)
                )
            elif fact.datatype == "boolean":
                facts[name] = dice.random() < 0.5
            elif fact.codes and fact.datatype != "integer":
                facts[name] = dice.choice(fact.codes)
        period = dice.choice(("2020", "2021", "1948"))
        found.append(Record(f"r{number}", kind.id, period, f"甲{number}", None, None, facts, Place(f"{number}")))
    return found


def as_json(record: Record) -> dict[str, Any]:
    facts = {name: str(value) if isinstance(value, Decimal) else value for name, value in record.facts.items()}
    return {"id": record.id, "type": record.type, "period": record.period, "subject": {"name": record.name}, **facts}


@pytest.mark.skipif(NODE is None, reason="the scripts of the site run on Node")
def test_the_same_doubts(shipped: Policykb, tmp_path: Path) -> None:
    """Two thousand records: each warning about a fact, with its words in both languages."""
    right = []
    expected = []
    for record in records(shipped):
        found = check_records([record], shipped.decider.record_rules, shipped.vocabulary)
        if all(finding.severity == "warning" for finding in found):
            right.append(record)
            expected.append(sorted([f.rule, f.fact, f.message.zh, f.message.en] for f in found))
    script = tmp_path / "doubts.cjs"
    text = re.sub(r"^import .*$", "", ENGINE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    # What looks for doubts calls no engine.
    none = "const [initSync, literal, namedNode, quad, Store] = [];\n"
    script.write_text(none + re.sub(r"^export ", "", text, flags=re.MULTILINE) + DRIVER, encoding="utf-8")
    rules = data_rules_of(SimpleNamespace(kb=shipped))  # type: ignore[arg-type]
    given = json.dumps({"records": [as_json(record) for record in right], "rules": rules})
    done = subprocess.run([str(NODE), str(script)], input=given, capture_output=True, text=True, check=True)
    theirs = [sorted([rule, fact, *words] for rule, fact, words in told) for told in json.loads(done.stdout)]

    assert len(right) > SETS // 2 and sum(map(bool, expected)) > SETS // 4
    assert theirs == expected
