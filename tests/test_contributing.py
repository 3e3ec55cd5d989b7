"""CONTRIBUTING followed to the letter in a copy of the checkout: the changes in data, and the files of the others."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cases_runner import every_case
from documentation import ROOT, SPAN, blocks

PAGE = ROOT / "CONTRIBUTING.md"
COPIED = ("ontology", "policy", "shapes", "queries", "scripts", "tests")
# The changes a contributor makes in data, by the heading of the recipe, with the files that its blocks change or make.
RECIPES = {
    "A scenario": ["tests/cases/szq-2020-12/art-05/warehouse.yaml"],
    "Suppose another value": ["example.ttl"],
    "An amendment": [f"policy/szq-2020-12/overlays/2030-warehouse.{ending}" for ending in ("txt", "ttl")],
    "A reading": [
        "policy/szq-2020-12/readings.ttl",
        "policy/szq-2020-12/overlays/R5c-threshold.alt.ttl",
        "tests/cases/szq-2020-12/art-05/readings.yaml",
    ],
    "A fact": ["ontology/facts.ttl", "ontology/facts.ttl"],
    "A data rule": ["shapes/records.ttl"],
    "A record type": ["ontology/facts.ttl"],
    "A unit": ["ontology/schemes/unit.ttl"],
    "A query": ["queries/evidence.rq", "tests/ask/expected.yaml"],
    "A wording": ["ontology/wordings/errors.ttl"],
}
CHANGED = RECIPES["An amendment"][0].split("/")[1]
"""The document that the recipes change."""
# Those that need code: the recipe names the files.
IN_CODE = ("an output format", "a command", "a comparison", "an operator of amounts", "a kind of data rule")
RECORDS = {
    "records": [
        {"id": "refund", "type": "TaxRefund", "period": "2020", "subject": {"name": "甲"}, "refundClass": 1,
         "refundedCNY": "500.25"},
        {"id": "visit", "type": "CustomsVisit", "period": "2020-03-01", "subject": {"name": "甲"},
         "documentsComplete": True},
        {"id": "dear", "type": "Exhibition", "period": "2020-11-05", "subject": {"name": "乙"},
         "boothFeeCNY": "10000001"},
        {"id": "later", "type": "EnterpriseYear", "period": "2030", "subject": {"name": "丙"}, "inStatistics": True,
         "crossBorderEcommerce": True, "overseasWarehouseArea": 400, "overseasWarehouseInvestmentCNY": 350000},
    ]
}  # fmt: skip


def sections() -> dict[str, str]:
    """The recipes by the English half of their headings."""
    parts = re.split(r"^## .*? · (.+)\n", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def recipe_blocks(text: str) -> list[tuple[str, str, str]]:
    """The blocks of a recipe that are data: kind, file, and what is to be written."""
    found = []
    for kind, body in re.findall(r"^```(turtle|text|yaml|sparql|diff)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        first, _, rest = body.partition("\n")
        assert first.startswith("# "), f"the first line names no file: {first}"
        found.append((kind, first.removeprefix("# "), rest))
    return found


def follow(root: Path, kind: str, name: str, text: str) -> None:
    """Do what the page says: make the file, add at its end, or put the lines with + in the place of those with -."""
    path = root / name
    if kind == "diff":
        old, new = ("".join(f"{line[1:]}\n" for line in text.splitlines() if line[0] == sign) for sign in "-+")
        before = path.read_text(encoding="utf-8")
        assert before.count(old) == 1, f"{name} no longer has:\n{old}"
        path.write_text(before.replace(old, new), encoding="utf-8")
    elif path.exists():
        gap = "\n" if kind == "turtle" else ""
        path.write_text(f"{path.read_text(encoding='utf-8')}{gap}{text}", encoding="utf-8")
    else:
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout in which every recipe has been followed."""
    root = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    shutil.copy(ROOT / "pyproject.toml", root)
    for section in RECIPES:
        for kind, name, text in recipe_blocks(sections()[section]):
            follow(root, kind, name, text)
    (root / "records.json").write_text(json.dumps(RECORDS, ensure_ascii=False), encoding="utf-8")
    return root


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the page in the copy, with the copy's own program and tests."""
    programs = {"policykb": ["-c", "from policykb.cli import main; main()"], "pytest": ["-m", "pytest"]}
    paths = os.pathsep.join((str(root / "scripts"), str(root / "tests")))
    command = [sys.executable, *programs[words[0]], *words[1:]]
    environment = {**os.environ, "PYTHONPATH": paths, "COLUMNS": "200"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


def test_every_change_has_its_recipe() -> None:
    """Each change has a heading, and its blocks name the files that it touches."""
    found = {name: [file for _, file, _ in recipe_blocks(text)] for name, text in sections().items()}

    assert {name: files for name, files in found.items() if files} == RECIPES


@pytest.mark.proof
def test_the_changed_knowledge_base_is_sound(changed: Path) -> None:
    """After all recipes the knowledge base still agrees with its text."""
    done = run(changed, "policykb", "verify", "--policy", CHANGED, "--lang", "en")

    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_written_is_formatted(changed: Path) -> None:
    """The Turtle of the recipes is formatted as `make check` asks for."""
    turtlefmt = Path(sys.executable).with_name("turtlefmt")
    if not turtlefmt.exists():
        pytest.skip("turtlefmt is not installed")
    files = {name for files in RECIPES.values() for name in files if name.endswith(".ttl")}
    faults = [
        name for name in files if subprocess.run([turtlefmt, "--check", changed / name], capture_output=True).returncode
    ]

    assert faults == []


@pytest.mark.proof
def test_the_scenarios_of_the_article_hold(changed: Path) -> None:
    """The command that the page gives for one article runs its scenarios, the new ones among them, in seconds."""
    words = next(line.split() for line in shell() if "-k art-05" in line)
    done = run(changed, *words, "-p", "no:cacheprovider")
    before = [case for case in every_case() if "/art-05" in case.file]
    added = sum(text.count("- case: ") for text in sections().values())

    assert done.returncode == 0, done.stdout
    assert f"{len(before) + added} passed" in done.stdout, done.stdout


@pytest.mark.proof
def test_the_answers_of_the_queries_hold(changed: Path) -> None:
    """The new query gives the answer that was worked out."""
    done = run(changed, "pytest", "-q", "tests/ask", "-k", "test_answer and evidence", "-p", "no:cacheprovider")

    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout


@pytest.mark.proof
def test_records_follow_the_changes(changed: Path) -> None:
    """The new type, fact and rule are read and checked; the amendment decides the later year."""
    checked = run(changed, "policykb", "check", "records.json", "--format", "json")
    applied = json.loads(run(changed, "policykb", "apply", "records.json", "--format", "json").stdout)
    found = [(f["rule"], f["severity"]) for f in json.loads(checked.stdout)["findings"] if f["severity"] != "info"]
    warehouse = {d["record"]: d["status"] for d in applied["decisions"] if d["clause"] == "art-05-warehouse"}

    assert ("Exhibition-boothFeeCNY-plausible", "warning") in found
    assert [severity for _, severity in found if severity == "error"] == []
    assert warehouse["later"] == "eligible"


@pytest.mark.proof
def test_what_if_and_wording_follow(changed: Path) -> None:
    """The supposed value applies where it is named, the reading can be run, and the new words are shown."""
    supposed = run(changed, "policykb", "apply", "records.json", "--with", "example.ttl", "--as-of", "2029-01-01")
    reading = run(changed, "policykb", "readings", "R5c-threshold", "--lang", "en")
    worded = run(changed, "policykb", "template", "t.xlsx", "--types", "CustomsVisit,TaxRefund")

    assert (supposed.returncode, reading.returncode, worded.returncode) == (0, 0, 0), supposed.stderr + reading.stderr
    assert "--with R5c-threshold:alt" in reading.stdout
    assert "端口号 {port} 不存在。" in (changed / "ontology/wordings/errors.ttl").read_text(encoding="utf-8")


def shell() -> list[str]:
    """The commands of the page's shell blocks, without the remarks behind them."""
    lines = [line for kind, body in blocks(PAGE) if kind == "sh" for line in body.splitlines()]
    return [re.sub(r"\s+#.*", "", line) for line in lines]


@pytest.mark.parametrize("change", IN_CODE)
def test_changes_of_code_name_their_files(change: str) -> None:
    """The row of a change that needs code names the files it touches; each exists, and has what stands in brackets."""
    row = next(
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and change in line
    )
    files = [span for span in SPAN.findall(row) if "/" in span or "." in span]
    names = {file: re.findall(rf"`{re.escape(file)}`（((?:`\w+`、?)+)）", row) for file in files}

    assert len(files) >= 3
    assert [file for file in files if not (ROOT / file).exists()] == []
    for file, found in names.items():
        text = (ROOT / file).read_text(encoding="utf-8") if found else ""
        assert [name for group in found for name in SPAN.findall(group) if not re.search(rf"\b{name}\b", text)] == []
