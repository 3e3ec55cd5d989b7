"""Knowledge bases and servers that tests make for themselves."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from documentation import ROOT
from policykb.law.load import KNOWLEDGE

__all__ = ["AMENDMENT", "amended", "beside_the_shipped", "served"]

AMENDMENT = ROOT / "tests" / "fixtures" / "amendment-2021.ttl"
"""A fictional amendment of the shipped document: 300 m² are asked of a warehouse from July 2021 on, 500 before."""


def beside_the_shipped(folder: Path, fixture: Path) -> Path:
    """A knowledge base in a folder: what ships, and a made-up document beside it."""
    for name in KNOWLEDGE:
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(fixture, folder, dirs_exist_ok=True)
    return folder


def amended(folder: Path) -> Path:
    """A knowledge base in a folder: what ships, with the amendment in the folder of its document."""
    for name in KNOWLEDGE:
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(AMENDMENT, folder / "policy" / "szq-2020-12" / "overlays" / AMENDMENT.name)
    return folder


@contextmanager
def served(seconds: int, *more: str) -> Iterator[int]:
    """The port of a running endpoint that gives a query so many seconds; at the end it must still run, and end well."""
    command = "from policykb.cli import main; main()"
    words = ["serve", "--port", "0", "--timeout", str(seconds), "--lang", "en", *more]
    with subprocess.Popen([sys.executable, "-c", command, *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())
            assert found is not None
            yield int(found[1])
            assert process.poll() is None
        finally:
            process.send_signal(signal.SIGTERM)
            process.stdout.read()
    assert process.returncode == 0
