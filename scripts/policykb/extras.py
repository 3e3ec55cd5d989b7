"""The optional parts of the program: what each of them needs, what of that is missing, and how it is installed here."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from importlib import util
from pathlib import Path

from .errors import CallError
from .patterns import regex

__all__ = ["install_command", "is_installed", "need"]

_PACKAGE = "policykb"
_REQUIREMENT = regex(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[(?P<extras>[^\]]*)\])?[^;]*;.*extra\s*==\s*[\"'](?P<extra>[^\"']+)[\"']"
)


def need(extra: str, *packages: str) -> None:
    """Go on only where the packages of an extra are installed.

    Args:
        extra: the name of the extra in pyproject.toml, such as `screen`.
        packages: those of its packages that are needed here; all of them where none is named.

    Raises:
        CallError: some are missing; all of these are named, with the command that installs them here.
    """
    missing = [name for name in packages or dict.fromkeys(_packages(extra)) if not is_installed(name)]
    if missing:
        raise CallError("not-installed", programs=missing, command=install_command(extra))


def install_command(extra: str) -> str:
    """The command that installs an extra beside this very program, whatever environment it runs in."""
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    wanted = f'"{_PACKAGE}[{extra}]"'
    if util.find_spec("pip") is None:
        return f"uv pip install --python {python} {wanted}"
    # Debian and others refuse pip outside of a virtual environment (PEP 668) unless it is told to go on.
    managed = Path(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED").exists() and sys.prefix == sys.base_prefix
    return f"{python} -m pip install {'--break-system-packages ' if managed else ''}{wanted}"


def _packages(extra: str) -> Iterator[str]:
    """The packages that an extra names, those of the extras it includes among them."""
    from importlib import metadata

    with suppress(metadata.PackageNotFoundError):
        for line in metadata.requires(_PACKAGE) or ():
            found = _REQUIREMENT.match(line)
            if found is None or found["extra"] != extra:
                continue
            if found["name"] == _PACKAGE:
                for other in (found["extras"] or "").split(","):
                    yield from _packages(other.strip())
            else:
                yield found["name"]


def is_installed(*names: str) -> bool:
    """Whether all of these packages are installed."""
    from importlib import metadata

    try:
        return all(map(metadata.distribution, names))
    except metadata.PackageNotFoundError:
        return False
