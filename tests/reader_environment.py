"""The environments that readers of the documentation are in: the package installed, with its optional parts or without.

Nothing is fetched: what a virtual environment holds is linked from the one that the tests run in.
"""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from documentation import ROOT

__all__ = ["build_wheel", "core_packages", "make_environment"]


def build_wheel(checkout: Path) -> Path:
    """The wheel of a copy of the checkout, as `make wheel` builds it."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(checkout / "dist"), str(checkout)], check=True, capture_output=True)
    (built,) = (checkout / "dist").glob("policykb-*.whl")
    return built


def core_packages() -> list[str]:
    """The packages that the program itself needs, with what these need: those that are locked for a plain install."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE)


def make_environment(folder: Path, wheel: Path, packages: Iterable[str]) -> Path:
    """A virtual environment with the wheel installed and these packages linked into it; its folder of programs."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    for name in (*packages, "pip"):
        for file in metadata.distribution(name).files or ():
            top = file.parts[0]
            if top not in ("..", "__pycache__") and not (site / top).exists():
                (site / top).symlink_to(Path(str(file.locate())).parents[len(file.parts) - 1] / top)
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    return folder / "bin"
