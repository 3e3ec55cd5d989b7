"""Installed without its optional parts, the program names all that a function lacks, and how to install it here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from documentation import ROOT
from policykb import extras
from reader_environment import build_wheel, core_packages, make_environment

EXAMPLES = ROOT / "docs/examples"
# What a call needs beyond the program itself, and its extra.
CALLS = {
    "screen EnterpriseYear.csv --out new": ("screen", "duckdb, ibis-framework, polars, pyarrow"),
    "screen EnterpriseYear.csv --explain EY-01": ("screen", "duckdb, ibis-framework, polars, pyarrow"),
    "screen EnterpriseYear.csv --engine spark --out new": (
        "spark", "duckdb, ibis-framework, polars, pyarrow, pyspark",
    ),
    "export new --format parquet": ("screen", "pyarrow"),
    "compare records.json --with R1-highest:alt --chart new.svg": ("charts", "matplotlib"),
    "verify --prove": ("prove", "z3-solver"),
    "serve --port 0": ("serve", "tornado"),
    "papers records.json --out new": ("papers", "docxtpl, jinja2"),
    "mcp": ("mcp", "tornado, mcp, uvicorn"),
}  # fmt: skip
PYTHON = {
    "answer.to_pandas()": ("notebook", "pandas"),
    "answer.to_arrow()": ("notebook", "pyarrow"),
    "kb.ask('limits').to_pandas()": ("notebook", "pandas"),
    "kb.ask('limits').to_arrow()": ("notebook", "pyarrow"),
}
# What works without anything optional.
PLAIN = ("apply records.json", "check records.json", "article 5", "ask limits", "template t.xlsx", "export out")


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel and nothing optional, installed as the README says."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("ontology", "policy", "shapes", "queries", "scripts"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs" / "reference", copy / "docs" / "reference")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    return make_environment(tmp_path_factory.mktemp("reader") / "policykb-env", build_wheel(copy), core_packages())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A reader's own folder, far from the checkout."""
    shutil.copy(EXAMPLES / "one-enterprise.json", tmp_path / "records.json")
    shutil.copy(EXAMPLES / "district-2020-csv/EnterpriseYear.csv", tmp_path)
    return tmp_path


def run(programs: Path, folder: Path, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A program of the environment, found on the PATH as the README sets it."""
    unset = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"
    return subprocess.run([program, *words], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.proof
@pytest.mark.parametrize("call", CALLS)
def test_all_that_is_missing_is_named_at_once(call: str, programs: Path, folder: Path) -> None:
    """Exit code 2, every missing package, the command that installs them into this environment, and nothing written."""
    extra, packages = CALLS[call]
    before = sorted(path.name for path in folder.iterdir())
    done = run(programs, folder, "policykb", *call.split(), "--lang", "en")

    assert done.returncode == 2
    assert f"policykb: Packages that this needs are not installed: {packages}.\n" in done.stderr
    assert f'  Install them with: {programs}/python -m pip install "policykb[{extra}]"\n' in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.proof
@pytest.mark.parametrize("call", PYTHON)
def test_python_says_the_same(call: str, programs: Path, folder: Path) -> None:
    """Tables for pandas and Arrow name their package and the command, in both languages."""
    extra, package = PYTHON[call]
    code = f"import policykb; kb = policykb.load(); answer = kb.apply(kb.read('records.json')); {call}"
    done = run(programs, folder, "python", "-c", code)

    assert f"CallError: 这项功能还缺程序包：{package}。" in done.stderr
    assert f'{programs}/python -m pip install "policykb[{extra}]"' in done.stderr


@pytest.mark.proof
def test_the_rest_works_without_anything_optional(programs: Path, folder: Path) -> None:
    """Every other command works in any folder, with the wheel alone."""
    for call in PLAIN:
        done = run(programs, folder, "policykb", *call.split())
        assert done.returncode == 0, call + done.stderr


@pytest.mark.proof
def test_the_command_says_where_it_is(programs: Path, folder: Path) -> None:
    """The knowledge base is the one that the wheel carries."""
    done = run(programs, folder, "python", "-c", "import policykb; print(policykb.load().knowledge.root)")

    assert re.fullmatch(rf"{re.escape(str(programs.parent))}/lib/python3\.\d+/site-packages/policykb/kb\n", done.stdout)


def test_a_managed_python_needs_one_more_word(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where pip refuses the system's Python (PEP 668), the command says what lets it go on; in an environment not."""
    assert "--break-system-packages" not in extras.install_command("screen")
    (tmp_path / "EXTERNALLY-MANAGED").touch()
    monkeypatch.setattr(extras.sysconfig, "get_path", lambda name: str(tmp_path))
    monkeypatch.setattr(extras.sys, "prefix", extras.sys.base_prefix)

    assert extras.install_command("screen").endswith('-m pip install --break-system-packages "policykb[screen]"')
