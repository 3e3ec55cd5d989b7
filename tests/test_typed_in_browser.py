"""The self-check reads a typed number by the rules of the readers, and as a form may: with a multiple alone, or 5e6."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from policykb.api import Policykb, load_policykb
from policykb.engines.period import last_day
from policykb.model import Fact, UnitForm, Vocabulary
from policykb.readers.cells import Cell
from policykb.readers.findings import Refused, narrowed
from policykb.readers.numbers import plain, read_number
from policykb.readers.numerals import NUMERALS as KNOWN
from policykb.readers.values import Values
from policykb.readers.words import normal
from policykb.site.form import typed_of

COUNT, SEED = 3000, 20200924
SCRIPT = Path(__file__).parents[1] / "docs" / "browser" / "typed.js"
NODE = shutil.which("node")
DRIVER = """
import { readFileSync } from "node:fs";
import { readTyped } from "./typed.mjs";
const { grammar, cases } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(([text, fact, unit]) => readTyped(text, fact, grammar, unit))));
"""
FACTS = ("tradeCNY", "tradeUSD", "overseasWarehouseArea", "tradeRank", "usdCnyRate", "zoneCount")
FIELDS = {"CNY": ("元", "万元"), "USD": ("美元", "万美元"), "m2": ("平方米",)}
DIGITS = ("0", "5", "007", "500", "6,000,000", "1,2,3", "60,00", "12.5", "0.3333", "5e6", "1.5E3", "5e-3", "9" * 41, "")
STEPPED = ("1亿2000万", "2万5000", "3万5", "1亿500", "1亿2千万", "2万5千", "1亿2千", "3千5", "1百2百万")
NUMERALS = ("五百", "两千零五", "三万五", "一亿二千", "十二", "零", "百", "二百五", "壹拾", "二〇二〇", "三十万零六")
SILENT = ("-", "－", "—", "——", "/", "不清楚", "不 详", "N/A", "暂无")
AROUND = (*[""] * 6, *"¥￥$￡第约-+", "US$", "HK$", "港币", "欧元", "人民币", "(万元)", "--", "¥-")
BEHIND = (
    "",
    "",
    "",
    "",
    "",
    "元",
    "万元",
    "亿元",
    "美元",
    "万美元",
    "万",
    "亿",
    "㎡",
    "亩",
    "名",
    "左右",
    "港元",
    "%",
    "年",
    "-",
    "万 元",
    "万元整",
    "（万元）",
    "萬",
    "億元",
    "萬圓",
    ")",
    "(预计)",
)
WIDE = {code - 0xFEE0: code for code in range(0xFF01, 0xFF5F)}


def numerals(dice: random.Random) -> str:
    """Chinese numerals, or letters of them in any order."""
    letters = "零〇一二两三五九十百千万亿壹拾佰"
    return dice.choice((dice.choice(NUMERALS), "".join(dice.choices(letters, k=dice.randint(1, 6)))))


def texts(dice: random.Random) -> str:
    """A number as people write it, or nearly; or that there is none."""
    if dice.random() < 0.05:
        return dice.choice(SILENT)
    text = (
        dice.choice(AROUND)
        + (dice.choice((*DIGITS, *STEPPED)) if dice.random() < 0.7 else numerals(dice))
        + dice.choice(("", "", " "))
        + dice.choice(BEHIND)
    )
    return text.translate(WIDE) if dice.random() < 0.3 else text


def silence(text: str, fact: Fact, vocabulary: Vocabulary) -> str | None:
    """The rule by which a cell of a table states nothing."""
    try:
        read = Values(vocabulary).read(Cell(text), fact)
    except Refused:
        return None
    return read.notes[0].rule if read.value is None and read.notes else None


def read(text: str, fact: Fact, forms: dict[str, UnitForm], beside: UnitForm | None, vocabulary: Vocabulary) -> str:
    """What the readers make of a cell below a header with this unit; in a form, a unit behind the number goes first."""
    try:
        kind = "number" if re.search("[0-9０-９][eEｅＥ]", text) else "text"
        value = plain(read_number(Cell(text, kind), fact, forms, beside).value)  # type: ignore[arg-type]
        return "0" if value == "-0" else value
    except Refused as refused:
        # 一亿二千万 in a field of 万元 may be as many yuan, whatever goes first.
        own = str(refused.words.get("units", "")).partition("、")[0]
        is_sure = own not in KNOWN["multiples"] or re.search("[0-9０-９]", text) is not None
        if refused.rule in ("units-disagree", "multiple-twice") and beside is not None and is_sure:
            return read(text, fact, forms, None, vocabulary)
        return narrowed(vocabulary, refused.rule, fact.id, refused.words)


def in_browser(shipped: Policykb, cases: list[Any], folder: Path) -> list[Any]:
    """What the script of the form makes of typed texts, each with its fact and the unit of its field."""
    (folder / "typed.mjs").write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "driver.mjs").write_text(DRIVER, encoding="utf-8")
    grammar = typed_of(SimpleNamespace(kb=shipped))  # type: ignore[arg-type]
    given = json.dumps({"grammar": grammar, "cases": cases})
    done = subprocess.run(
        [str(NODE), "driver.mjs"], input=given, capture_output=True, text=True, cwd=folder, check=True
    )
    found: list[Any] = json.loads(done.stdout)
    return found


@pytest.mark.proof
@pytest.mark.skipif(NODE is None, reason="the scripts of the site run on Node")
def test_the_same_numbers(shipped: Policykb, tmp_path: Path) -> None:
    """Three thousand texts: the value in the unit of the fact, the rule that refuses it, or the one it is silent by."""
    dice = random.Random(SEED)
    forms = {normal(written): form for written, form in shipped.vocabulary.unit_forms.items()}
    cases, expected = [], []
    for _ in range(COUNT):
        fact = shipped.vocabulary.facts[dice.choice(FACTS)]
        unit = dice.choice(FIELDS.get(fact.unit or "", ("",)))
        text = texts(dice)
        cases.append([text, {"datatype": fact.datatype, "unit": fact.unit, "addsUp": fact.adds_up}, unit])
        told = silence(text, fact, shipped.vocabulary)
        expected.append(told or read(text, fact, forms, forms.get(normal(unit)), shipped.vocabulary))
    found = in_browser(shipped, cases, tmp_path)
    theirs = [one.get("value", one.get("refused", one.get("nothing"))) for one in found]

    assert {"dash-is-missing", "dash-not-given", "stated-unknown"} <= {*expected}
    assert sum(one[0].isdigit() for one in expected) > COUNT // 20
    assert [pair for pair in zip(cases, expected, theirs, strict=True) if pair[1] != pair[2]] == []


def test_what_people_type(tmp_path: Path, shipped: Policykb) -> None:
    """500万, ¥6,000,000, 5e6 and full-width digits are the amounts that people mean by them."""
    if NODE is None:
        pytest.skip("the scripts of the site run on Node")
    fact = {"datatype": "decimal", "unit": "CNY"}
    wanted = {
        "500万": "5000000",
        "600元": "600",
        "¥6,000,000": "6000000",
        "5e6": "5000000",
        "５００ 万元": "5000000",
        "1.2亿": "120000000",
        "360萬": "3600000",
        "2.5億元": "250000000",
        "柒萬圓": "70000",
    }
    found = in_browser(shipped, [[text, fact, "元"] for text in wanted], tmp_path)
    assert [one.get("value") for one in found] == [*wanted.values()]


def test_a_dash_states_nothing_and_no_zero(tmp_path: Path, shipped: Policykb) -> None:
    """A dash is a warning as in tables, and no error: a sum that adds up might have been meant as zero."""
    if NODE is None:
        pytest.skip("the scripts of the site run on Node")
    trade = {"datatype": "decimal", "unit": "CNY", "addsUp": True}
    rank = {"datatype": "integer", "unit": "rank", "addsUp": False}
    cases = [["—", trade, "元"], [" - ", trade, "元"], ["—", rank, ""], ["不清楚", trade, "元"], ["-5", trade, "元"]]
    found = in_browser(shipped, cases, tmp_path)

    assert found == [
        {"nothing": "dash-is-missing"},
        {"nothing": "dash-is-missing"},
        {"nothing": "dash-not-given"},
        {"nothing": "stated-unknown"},
        {"value": "-5"},
    ]
    grammar = typed_of(SimpleNamespace(kb=shipped))  # type: ignore[arg-type]
    assert grammar["silences"]["dash-is-missing"] == [
        ["“{value}”按未填处理，不算作零。", "“{value}” is read as not given, not as zero."],
        ["为零的填 0；不清楚的可以不改。", "Enter 0 for zero; leave it if it is not known."],
    ]


WINDOWS = [
    ("2021-03-15", 3, "2024-03-14"),
    ("2021-01-01", 3, "2023-12-31"),
    ("2021-03-01", 3, "2024-02-29"),
    ("2020-02-29", 3, "2023-02-28"),
    ("2020-02-29", 4, "2024-02-28"),
]


def test_the_last_day_of_a_window() -> None:
    """The day before the same day so many years later; of 29 February, where there is none then, 28 February."""
    assert [last_day(date.fromisoformat(start), years).isoformat() for start, years, _ in WINDOWS] == [
        end for _, _, end in WINDOWS
    ]


@pytest.mark.skipif(NODE is None, reason="the scripts of the site run on Node")
def test_the_last_day_of_a_window_in_the_browser(tmp_path: Path) -> None:
    """The self-check says the same day."""
    (tmp_path / "typed.mjs").write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    told = f"{json.dumps(WINDOWS)}.map((one) => lastDay(...one))"
    script = f'import {{ lastDay }} from "./typed.mjs"; console.log(JSON.stringify({told}));'
    (tmp_path / "driver.mjs").write_text(script, encoding="utf-8")
    done = subprocess.run([str(NODE), "driver.mjs"], capture_output=True, text=True, cwd=tmp_path, check=True)

    assert json.loads(done.stdout) == [end for _, _, end in WINDOWS]


@pytest.mark.parametrize("engine", ["sparql", "columns"])
def test_an_open_window_names_its_last_day(engine: str) -> None:
    """A sum that is open until the three years are over says when that is; once they are, nothing is said of it."""
    kb = load_policykb(policy="szq-2020-12", engine=engine)
    facts = {"referrerKind": "intermediary", "newlyIntroduced": True, "industrial": True, "plannedFdiUSD": 60_000_000}
    facts |= {"fdiUsedInWindowUSD": 1_000_000, "windowStart": "2021-03-15"}
    record = {"id": "p", "type": "ProjectReferral", "period": "2021", "subject": {"name": "甲"}, **facts}
    notes = {}
    for day in (None, "2024-03-14", "2024-03-15"):
        (found,) = (one for one in kb.apply([record], as_of=day).decisions if one.clause == "art-10-referral")
        notes[day] = [note.en for note in found.notes if "last day of the window" in note.en]

    said = "The window is still open; whether the sum is reached is settled only when it ends."
    assert notes[None] == notes["2024-03-14"] == [f"{said} The last day of the window is 2024-03-14."]
    assert notes["2024-03-15"] == []
