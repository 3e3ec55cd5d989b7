"""What is drafted from a text agrees with its words: nothing is told of a draft but that it is to be confirmed.

Real texts are read in place: `POLICYKB_TEXTS` names their folder, or ../shared/policies beside the checkout is looked
into; without it that test is skipped.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import test_scaffold as tables

from documentation import ROOT
from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.verify import verify

SENTENCES = [
    case[0]
    for test in (tables.test_what_a_number_is, tables.test_drafts_of_amounts, tables.test_what_grants_nothing)
    for mark in test.pytestmark
    for case in mark.args[1]
]
REAL = Path(os.environ.get("POLICYKB_TEXTS", ROOT.parent / "shared" / "policies"))


def told_of(folder: Path, text: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is told of a draft, but that it is to be confirmed."""
    folder.mkdir()
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "policy").mkdir()
    (folder / "shapes").mkdir()
    for path in (ROOT / "shapes").glob("*.ttl"):
        shutil.copy(path, folder / "shapes")
    assert tables.run(monkeypatch, "new", "drafted", "--from", text, "--root", folder) == 0
    knowledge = load(folder, "drafted")
    rules = {"ledger", "numbers", "tiers", "scopes", "senses", "gaps", "words", "facts", "translations", "terms"}
    return [f"{one.where}: {one.what.en}" for one in verify(knowledge, read_rules(knowledge), rules=rules).faults]


def test_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sentence of which the other tests say what it means, each an article of one text."""
    lines = [f"第{number}条 {sentence}" for number, sentence in enumerate(SENTENCES, 1)]
    text = tmp_path / "text.txt"
    text.write_text("\n".join(lines), encoding="utf-8")

    assert told_of(tmp_path / "kb", text, monkeypatch) == []
    assert len(lines) > 50


@pytest.mark.proof
@pytest.mark.skipif(
    not REAL.is_dir(), reason="the texts of real policies are not here; POLICYKB_TEXTS names their folder"
)
@pytest.mark.parametrize("number", range(5))
def test_real_texts(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The texts of real policies, read in place."""
    assert told_of(tmp_path / "kb", sorted(REAL.glob("*.txt"))[number], monkeypatch) == []
