"""The table of structures names each once, in both languages; its terms exist, and its tests do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COUNT = 36


def _rows(lang: str) -> dict[int, list[str]]:
    text = (ROOT / "docs" / "reference" / f"structures.{lang}.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in text.splitlines() if "|" in line]
    found = {int(number): cells for number, *cells in rows if number.isdigit()}
    assert len(found) == sum(number.isdigit() for number, *_ in rows)
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_are_named(lang: str) -> None:
    """Each structure once, with what becomes of it, how or why, and its test."""
    rows = _rows(lang)

    assert list(rows) == list(range(1, COUNT + 1))
    assert all(len(cells) == 4 and all(cells) for cells in rows.values())


def test_both_languages_name_the_same_terms() -> None:
    """A term that one language names stands in the other, and is declared."""
    zh, en = (
        {n: set(re.findall(r"`([^`]+)`", " ".join(cells))) for n, cells in _rows(x).items()} for x in ("zh", "en")
    )
    declared = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "ontology").rglob("*.ttl")))
    terms = {term for found in en.values() for one in found for term in re.findall(r"pkb(?:-\w+)?:\w+", one)}

    assert zh == en
    assert [term for term in sorted(terms) if not re.search(rf"^{term} a ", declared, re.MULTILINE)] == []


def test_each_test_exists() -> None:
    """What is said to show it is a test of this project."""
    named = {cells[-1].strip("`") for cells in _rows("en").values()}

    for one in named:
        path, _, name = one.partition("::")
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), one


def test_examples_stand_in_the_fictional_document() -> None:
    """What is shown as Turtle is a part of a document that is tested."""
    files = sorted((ROOT / "tests" / "fixtures" / "structures").rglob("*.ttl"))
    lines = {line.rstrip(" ;.") for path in files for line in path.read_text(encoding="utf-8").splitlines()}
    text = (ROOT / "docs" / "reference" / "structures.en.md").read_text(encoding="utf-8")
    shown = [line for block in re.findall(r"```turtle\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]

    assert [line for line in shown if line.rstrip(" ;.") not in lines] == []
