"""The jobs of the Makefile: what they say of a fault leads to it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def make(*words: str) -> subprocess.CompletedProcess[str]:
    """A job, with the tools of this environment."""
    command = ["make", "--silent", "--no-print-directory", f"VENV={sys.prefix}", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_check_tells_the_line_of_broken_turtle(tmp_path: Path) -> None:
    """`make check` names the file and the line that is no Turtle, or shows how a line should be written."""
    broken, untidy = tmp_path / "broken.ttl", tmp_path / "untidy.ttl"
    broken.write_text("@prefix a: <urn:a> .\n\na:b a:c a:d ; a:e .\n", encoding="utf-8")
    untidy.write_text("@prefix a: <urn:a> .\n\na:b    a:c a:d .\n", encoding="utf-8")
    done = make("check-turtle", f"TURTLE={broken} {untidy}")

    assert done.returncode != 0
    assert f"{broken}: not formatted, or not valid Turtle\n  Error: Error on line 3" in done.stderr
    assert f"{untidy}: " in done.stderr and "  +a:b a:c a:d ." in done.stderr
    assert "Run 'make fmt'." in done.stderr and "\x1b" not in done.stderr and "Stack backtrace" not in done.stderr


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_check_is_silent_about_good_turtle() -> None:
    """A formatted file passes without a word."""
    done = make("check-turtle", "TURTLE=ontology/wordings/errors.ttl")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
