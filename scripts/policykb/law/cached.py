"""Completed graphs, kept between one run and the next, as Python keeps what it has compiled.

Reading the files, completing what they say and looking through it takes as long as answering for one enterprise does,
and comes to the same as long as nobody changes a byte. What is kept goes by a checksum over all that it is made from,
the program included: whatever is changed is made anew. Only what no fault was found in is kept, and no reading
or scenario.

It stands in the user's cache folder (XDG Base Directory Specification), or where `POLICYKB_CACHE` says; nothing is kept
where that is empty, nor in a folder that others may write to. A file that is cut short is passed over, and what cannot
be written is done without.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pyoxigraph as ox

from .. import names
from ..doors.files import read_bytes
from ..doors.writing import write_bytes
from ..errors import PolicykbError

__all__ = ["CACHE", "CachedGraph", "cache_graph", "cache_name", "cached_graph"]

CACHE = "POLICYKB_CACHE"
"""The variable of the environment that names another folder for what is kept."""
_MOST = 12  # graphs that are kept, of some five megabytes each
_SUFFIX = ".graph"
_MARK = "policykb graph"


@dataclass(frozen=True)
class CachedGraph:
    """A completed graph in which no fault was found; `derived` gives the statements in it that nobody wrote."""

    store: ox.Store
    derived: Callable[[], tuple[ox.Triple, ...]]


def cache_name(parts: Iterable[str]) -> str:
    """What a graph is kept by.

    Args:
        parts: the checksums of all that it is made from.
    """
    return hashlib.sha256("\n".join((_program(), *parts)).encode()).hexdigest()


def cached_graph(name: str) -> CachedGraph | None:
    """The graph that is kept by a name; None where there is none, or none that is whole."""
    folder = _folder()
    if folder is None or not _is_own(folder):
        return None
    path = folder / f"{name}{_SUFFIX}"
    try:
        head, _, data = read_bytes(path).partition(b"\n")
    except PolicykbError:
        return None
    mark, _, rest = head.decode("latin-1").rpartition(" ")
    if mark.rpartition(" ")[0] != _MARK or rest != _checksum(data):
        return None
    cut = int(mark.rpartition(" ")[2])
    store = ox.Store()
    store.extend(ox.parse(data[:cut], ox.RdfFormat.N_QUADS))
    with suppress(OSError):
        os.utime(path)  # what is in use is not the first to go
    return CachedGraph(store, partial(_triples, data[cut:]))


def cache_graph(name: str, store: ox.Store, derived: Sequence[ox.Triple]) -> None:
    """Keep a graph by a name, and let go of what has not been used for longest."""
    folder = _folder()
    if folder is None:
        return
    with suppress(OSError, PolicykbError):
        folder.mkdir(0o700, parents=True, exist_ok=True)
        if not _is_own(folder):
            return
        # A store gives first what it was given last: in this order it will give all as it does now.
        said = ox.serialize(reversed(list(store)), format=ox.RdfFormat.N_QUADS) or b""
        data = said + (ox.serialize(derived, format=ox.RdfFormat.N_TRIPLES) or b"")
        write_bytes(folder / f"{name}{_SUFFIX}", f"{_MARK} {len(said)} {_checksum(data)}\n".encode() + data)
        for path in sorted(folder.glob(f"*{_SUFFIX}"), key=lambda one: -one.stat().st_mtime_ns)[_MOST:]:
            path.unlink(missing_ok=True)


def _triples(data: bytes) -> tuple[ox.Triple, ...]:
    return tuple(quad.triple for quad in ox.parse(data, ox.RdfFormat.N_TRIPLES))


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@cache
def _program() -> str:
    """The checksum of all of the program that a graph is made by."""
    digest = hashlib.sha256(ox.__version__.encode())
    for path in (*sorted(Path(__file__).parent.glob("*.py")), Path(names.__file__)):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _folder() -> Path | None:
    """The folder of what is kept; None where nothing is."""
    named = os.environ.get(CACHE)
    if named is not None:
        return Path(named) if named else None
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        home = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    except RuntimeError:  # nobody's home is known
        return None
    return home / "policykb"


def _is_own(folder: Path) -> bool:
    """Whether nobody else may write to a folder: what stands in it is believed."""
    try:
        found = folder.stat()
    except OSError:
        return False
    is_own = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return is_own and stat.S_ISDIR(found.st_mode) and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
