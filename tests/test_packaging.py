"""The package: what its wheel carries, and that its lists and versions agree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

import policykb

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
KNOWLEDGE = {"ontology", "policy", "shapes", "queries"}
KNOWLEDGE_FILES = {".ttl", ".txt", ".rq", ".ru", ".yaml"}


def knowledge_files(root: Path) -> set[str]:
    """The knowledge files below a folder that holds ontology/, policy/, shapes/ and queries/."""
    return {
        path.relative_to(root).as_posix()
        for folder in KNOWLEDGE
        for path in (root / folder).rglob("*")
        if path.suffix in KNOWLEDGE_FILES
    }


def build(copy: Path, mode: int = 0o644, **environment: str) -> Path:
    """`make wheel` in a copy of the checkout, without anything left over from earlier builds."""
    for name in [*KNOWLEDGE, "scripts"]:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs" / "reference", copy / "docs" / "reference")
    for name in ["pyproject.toml", "README.md", "LICENSE", "Makefile"]:
        shutil.copy(ROOT / name, copy / name)
    for path in copy.rglob("*.ttl"):
        path.chmod(mode)
    # What is installed already is not looked at.
    command = ["make", "--silent", "wheel", f"VENV={sys.prefix}", "-o", f"{sys.prefix}/.run.stamp"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True, text=True, env={**os.environ, **environment})
    (built,) = (copy / "dist").glob("policykb-*.whl")
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the checkout."""
    return build(tmp_path_factory.mktemp("checkout"))


@pytest.mark.proof
def test_the_same_source_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    """Built at another time, in another folder, with other modes and another order of sets: the same bytes."""
    again = build(tmp_path, mode=0o600, PYTHONHASHSEED="7", TZ="Asia/Shanghai")

    assert again.read_bytes() == wheel.read_bytes()


def test_wheel_carries_every_knowledge_file_byte_for_byte(wheel: Path, tmp_path: Path) -> None:
    """An installed command has the same knowledge base as the checkout."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    carried = tmp_path / "policykb" / "kb"

    assert "policy/szq-2020-12/source.txt" in knowledge_files(carried)
    assert knowledge_files(carried) == knowledge_files(ROOT)
    assert all((carried / name).read_bytes() == (ROOT / name).read_bytes() for name in knowledge_files(ROOT))


def test_wheel_carries_every_module(wheel: Path) -> None:
    """No module of the package is left out of the wheel, nor any template of its papers, and none is added."""
    found = [*(ROOT / "scripts/policykb").rglob("*.py"), *(ROOT / "scripts/policykb/papers/templates").iterdir()]
    modules = {path.relative_to(ROOT / "scripts").as_posix() for path in found}
    with zipfile.ZipFile(wheel) as archive:
        carried = {name for name in archive.namelist() if name.endswith((".py", ".docx", ".html"))}

    assert carried == modules


def test_versions_agree() -> None:
    """The package, the citation and the changelog's first heading name one version."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    heading = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert heading is not None
    assert {policykb.__version__, citation["version"], heading[1]} == {policykb.__version__}


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", ["build"]),
        ("requirements-serve.lock", ["build", "serve", "mcp"]),
        ("requirements-dev.lock", ["dev"]),
    ],
)
def test_lock_files_hold_every_pin_with_hashes(lock: str, extras: list[str]) -> None:
    """What pyproject.toml pins is locked at that version with a hash, and no lock file names a host."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    project = PYPROJECT["project"]
    wanted = project["dependencies"] + [pin for extra in extras for pin in project["optional-dependencies"][extra]]
    pins = {pin.lower() for pin in wanted if not pin.startswith("policykb[")}
    locked = set(re.findall(r"^([a-z0-9.-]+==[^ ;\\]+)[^\n]*\\\n    --hash=sha256:", text, re.MULTILINE))

    assert pins <= locked
    assert "://" not in text


def test_every_pin_has_its_reason() -> None:
    """Each direct dependency stands in the decision record with its version."""
    record = (ROOT / "docs/decisions/0003-dependencies.md").read_text(encoding="utf-8")
    project = PYPROJECT["project"]
    pins = [*project["dependencies"], *(pin for group in project["optional-dependencies"].values() for pin in group)]
    missing = [pin for pin in pins if not pin.startswith("policykb[") and pin.replace("==", " ") not in record]

    assert missing == []
