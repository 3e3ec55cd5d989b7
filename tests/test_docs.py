"""Documentation is checked like code: every transcript in it is run and prints what it shows."""

from __future__ import annotations

import contextlib
import re
import shlex
import sys
from pathlib import Path

import pytest

from policykb import cli

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def transcripts() -> list[tuple[str, str, str]]:
    """Every `$ policykb …` of a console block with the output that follows it."""
    found = []
    for page in PAGES:
        for block in re.findall(r"^```console\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            for command, output in re.findall(r"^\$ (policykb .*?)\n(.*?)(?=^\$ |\Z)", block, re.MULTILINE | re.DOTALL):
                found.append((str(page.relative_to(ROOT)), command, output))
    return found


def test_readme_has_a_transcript() -> None:
    """The README shows a question, the command and its answer."""
    assert any(page == "README.md" for page, _, _ in transcripts())


@pytest.mark.parametrize(("page", "command", "output"), transcripts(), ids=lambda value: str(value)[:60])
def test_transcript(
    page: str, command: str, output: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A transcript prints what the page shows, at 100 columns."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    with contextlib.suppress(SystemExit):
        cli.main()
    printed = capfd.readouterr()

    assert _trimmed(printed.out + printed.err) == _trimmed(output)


def _trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
