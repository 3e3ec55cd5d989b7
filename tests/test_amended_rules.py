"""The rules of an amended document are shown with a word on the version, and those of a day where it is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from documentation import ROOT
from made import AMENDMENT, amended
from policykb.cli import program
from policykb.errors import CallError

SHOWN = (
    ("clause", "art-05-warehouse"),
    ("ask", "clause-criteria", "clause=art-05-warehouse"),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped document with a (fictional) amendment in its folder: 300 m² from July 2021 on, 500 before."""
    return amended(tmp_path_factory.mktemp("amended"))


def _said(root: Path, *words: str) -> tuple[str, str]:
    found = CliRunner().invoke(program(), [*words, "--policy", "szq-2020-12", "--root", str(root), "--lang", "en"])
    assert found.exit_code == 0, found.output
    return found.stdout, found.stderr


@pytest.mark.proof
@pytest.mark.parametrize("words", SHOWN)
def test_the_version_is_told(words: tuple[str, ...], root: Path) -> None:
    """As first issued where no day is asked for, and that there is an amendment; of a day what is in force on it."""
    issued, before, after = (
        _said(root, *words, *day) for day in ((), ("--as-of", "2021-06-30"), ("--as-of", "2021-07-01"))
    )

    assert [("300 m²" in out, "500 m²" in out) for out, _ in (issued, before)] == [(False, True)] * 2
    assert "300 m²" in after[0]
    assert all("as first issued. It was amended: a fictional amendment" in told for _, told in (issued, before))
    assert "in force on 2021-07-01, as amended" in after[1]


def test_an_amendment_that_is_named_is_shown(root: Path) -> None:
    """Named without a day it is shown as from its own day on; of a day before, it is refused."""
    out, told = _said(root, "clause", "art-05-warehouse", "--with", str(AMENDMENT))
    words = ["clause", "art-05-warehouse", "--with", str(AMENDMENT), "--as-of", "2021-06-30", "--root", str(root)]

    assert ("300 m²" in out, "2021-07-01" in told) == (True, True)
    with pytest.raises(CallError, match="2021-06-30"):
        CliRunner().invoke(program(), words, catch_exceptions=False)


def test_nothing_is_told_of_what_was_not_amended() -> None:
    """The shipped document stands as issued."""
    assert _said(ROOT, "clause", "art-05-warehouse")[1] == ""


def test_an_amendment_is_not_compared_with_itself(root: Path, tmp_path: Path) -> None:
    """What amends both sides makes no difference between them, and is not told as if it made none."""
    (path := tmp_path / "r.json").write_text(json.dumps({"records": []}), encoding="utf-8")
    words = ["compare", str(path), "--with", str(AMENDMENT), "--root", str(root), "--lang", "en"]

    with pytest.raises(CallError, match="apply --as-of"):
        CliRunner().invoke(program(), [*words, "--policy", "szq-2020-12"], catch_exceptions=False)
