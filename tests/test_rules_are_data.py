"""Rules are data: no number, id or wording of the policy stands in code or queries."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from pathlib import Path

import pytest

from policykb.api import Policykb
from policykb.engines.program import clause_criteria

ROOT = Path(__file__).parents[1]
CODE = sorted(
    path
    for folder in ("scripts", "queries", "docs")
    for suffix in ("py", "rq", "js", "mjs", "html", "css")
    for path in (ROOT / folder).rglob(f"*.{suffix}")
    if "node_modules" not in path.parts and "examples" not in path.parts
)


# Numbers of the machinery that happen to equal one of the policy's: what each is for.
MACHINERY = {
    "answers/run.py": {"500"},  # records decided at once
    "check/annotate.py": {"200_000"},  # cells that are coloured
    "check/run.py": {"100_000"},  # findings kept in memory
    "columns/careful.py": {"20_000"},  # records written at a time
    "columns/opening.py": {"100_000"},  # rows read at a time
    "columns/portions.py": {"100_000"},  # wrong records that are worded at a time
    "columns/sure.py": {"100_000"},  # texts that are looked at one by one
    "columns/spark.py": {"100_000"},  # rows from which values count as repeated
    "columns/spark_reading.py": {"200_000"},  # odd texts that every executor is sent
    "columns/staging.py": {"1_000_000"},  # values in one piece
    "commands/apply.py": {"100_000"},  # objects made between two looks for garbage
    "commands/check.py": {"20_000"},  # rows from which progress is shown
    "doors/unfinished.py": {"0.02"},  # seconds until a folder is tried again
    "law/overlays.py": {"500"},  # resources that an overlay can speak of
    "law/tokens.py": {"1_000_000", "500"},  # characters and nested parts of a query
    "reports/forms.py": {"500"},  # subjects of one page
    "server.py": {"0.05"},  # seconds between two looks
    "verify/prover.py": {"20_000"},  # milliseconds for one question
}


def code(path: Path) -> str:
    """The text of a file; of Python the code alone, since docstrings may give examples that the doctests run."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            body[0].value.value = ""
    # A string that documents a constant stands after it, as an expression of its own.
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            node.value.value = ""
    return ast.unparse(tree)


def numbers(kb: Policykb) -> set[str]:
    """The policy's own numbers as they might be typed: 5000000, 5_000_000, 0.02; small whole numbers say nothing."""
    found: set[Decimal] = set()
    for clause in kb.book.clauses.values():
        for criterion in clause_criteria(clause):
            found |= {Decimal(v) for a in criterion.atoms for v in a.values if isinstance(v, Decimal)}
        for option in clause.options:
            found |= {n for n in (option.value, option.rate, option.cap, option.floor) if n is not None}
    plain = {f"{n.normalize():f}" for n in found if n >= 500 or 0 < n < Decimal("0.5")}
    return plain | {f"{int(n):_}" for n in found if n >= 1000}


def test_there_is_code_to_look_at() -> None:
    """The search covers the package and the queries."""
    assert {"scripts", "queries"} <= {path.relative_to(ROOT).parts[0] for path in CODE}


@pytest.mark.parametrize("path", CODE, ids=[str(path.relative_to(ROOT)) for path in CODE])
def test_no_rule_in_code(path: Path, shipped: Policykb) -> None:
    """A threshold, rate, amount, article id, clause id or reading id in code is a defect."""
    text = code(path)
    ids = set(re.findall(r"\bart-\d\d\b|\bR\d+[a-z]?-[a-z]+\b", text))
    values = {n for n in numbers(shipped) if re.search(rf"(?<![\w.]){re.escape(n)}(?![\w.])", text)}
    values -= {n.replace("_", "") for n in MACHINERY.get("/".join(path.parts[-2:]), MACHINERY.get(path.name, set()))}

    assert ids | values == set()


@pytest.mark.parametrize("path", CODE, ids=[str(path.relative_to(ROOT)) for path in CODE])
def test_no_wording_in_code(path: Path, shipped: Policykb) -> None:
    """Labels of criteria, clauses and facts come from the graph."""
    text = code(path)
    labels = {clause.title.zh for clause in shipped.book.clauses.values()}
    labels |= {c.label.zh for clause in shipped.book.clauses.values() for c in clause_criteria(clause)}
    labels |= {fact.label.zh for fact in shipped.vocabulary.facts.values()}

    assert sorted(label for label in labels if len(label) > 3 and label in text) == []
