"""What the tests of the verification share: a copy of the knowledge base whose files a test may flip."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from seeding import ROOT

FOLDERS = ("ontology", "policy", "shapes", "queries")


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped knowledge base folder."""
    root = tmp_path_factory.mktemp("kb")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, root / folder)
    return root


@pytest.fixture
def flip(copy: Path) -> Iterator[Callable[[str, str, str], None]]:
    """Replace words of a file of the copy for the length of one test."""
    before: dict[Path, bytes] = {}

    def replace(name: str, old: str, new: str) -> None:
        path = copy / name
        before.setdefault(path, path.read_bytes())
        text = path.read_bytes().decode("utf-8")
        assert old in text, f"{name} no longer holds {old!r}"
        path.write_bytes(text.replace(old, new, 1).encode("utf-8"))

    yield replace
    for path, content in before.items():
        path.write_bytes(content)
