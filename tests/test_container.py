"""The container file: it names only what exists, and starts what the program has, as a user without rights."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

from typer.testing import CliRunner

from policykb.cli import program

ROOT = Path(__file__).parents[1]
LINES = re.sub(r"\\\n\s*", "", (ROOT / "Containerfile").read_text(encoding="utf-8")).splitlines()


def said(instruction: str) -> list[str]:
    """What follows an instruction, each time it is given."""
    return [line.partition(" ")[2] for line in LINES if line.startswith(f"{instruction} ")]


def test_it_copies_what_exists_and_all_that_is_built_from() -> None:
    """Every file and folder that is copied is there, and those of which the wheel is made are among them."""
    copied = [word for one in said("COPY") if not one.startswith("--from") for word in shlex.split(one)[:-1]]
    built_from = re.search(r"cp -R (.*) build/source;", (ROOT / "Makefile").read_text(encoding="utf-8"))

    assert all((ROOT / one).exists() for one in copied)
    assert built_from is not None and set(built_from[1].split()) <= set(copied)
    assert "requirements-serve.lock" in copied


def test_it_installs_by_checksum_and_runs_without_rights() -> None:
    """Packages are those of the lock file alone, and what runs is no administrator."""
    pip = [part for one in said("RUN") for part in one.split("&&") if "pip install" in part]

    assert ["--require-hashes" in one or "--no-index" in one for one in pip] == [True] * len(pip) == [True, True]
    assert [user for user in said("USER") if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)] == []
    assert LINES.index(f"USER {said('USER')[-1]}") > max(n for n, line in enumerate(LINES) if line.startswith("RUN"))


def test_what_it_starts_is_what_it_tells() -> None:
    """The command and its options exist, and listen on the port that is exposed and looked after."""
    (entry,), words = (json.loads(said(name)[-1]) for name in ("ENTRYPOINT", "CMD"))
    helped = CliRunner().invoke(program(), [words[0], "--help"]).output
    port = words[words.index("--port") + 1]

    assert entry == "policykb"
    assert all(word in helped for word in words if word.startswith("--"))
    assert said("EXPOSE") == [port]
    assert f"'127.0.0.1', {port}" in said("HEALTHCHECK")[0] and "'/ready'" in said("HEALTHCHECK")[0]
