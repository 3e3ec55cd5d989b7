"""Write a file or a folder whole or not at all, and never over something that somebody may want to keep."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO

from ..errors import CallError
from ..patterns import regex
from ..wording.catalogue import reason
from .files import KNOWLEDGE
from .incoming import path_text
from .unfinished import exchange, unfinished_file, unfinished_folder

__all__ = [
    "checksum",
    "free_target",
    "is_answer",
    "new_file",
    "new_folder",
    "not_put_aside",
    "not_written",
    "only_as_written",
    "place_fault",
    "temporary",
    "told_as",
    "write_bytes",
    "write_text",
]

_MARK = regex(rb"policykb\W{1,8}\d+\.\d+")
"""What every answer bears at its beginning or its end: the program and its version,"""
_HASH = regex(rb"sha256:[0-9a-f]{64}")
"""and beside it the checksum of the rules; the comment of a workbook has the mark alone."""
_MOST_NAMED = 5
_MORE = 2**16  # bytes that a folder must take to be one that can be written to
_ENDS = 8192  # bytes at either end of a file in which the mark is looked for


def free_target(
    path: Path,
    *,
    reads: Iterable[Path] = (),
    beside: Iterable[Path] = (),
    root: Path | None = None,
    force: bool = False,
) -> None:
    """Refuse a target that must not be written to, before any work is done for it.

    An answer may take the place of an earlier one, and of no other file.

    Args:
        path: the file that is to be written.
        reads: what the same call reads; it is never overwritten, whatever name it goes by.
        beside: what the same call writes as well.
        root: the knowledge base that the call reads, no file of which is overwritten either.
        force: overwrite whatever file stands there.

    Raises:
        CallError: the target is a folder, a pipe or a device, is read by the call, or holds something else than an
            answer.
    """
    _refuse_no_file(path)
    if any(_same(path, other) for other in beside):
        raise CallError("written-twice", file=path_text(path))
    known = [] if root is None else [each for name in KNOWLEDGE for each in (root / name).rglob("*")]
    if any(_same(path, read) for read in (*reads, *known)):
        raise CallError("would-overwrite", file=path_text(path))
    if not force and path.is_file() and path.stat().st_size and not is_answer(path):
        raise CallError("already-exists", file=path_text(path))


def _refuse_no_file(path: Path) -> None:
    """Refuse a folder, and what is no ordinary file: a renamed file would take its place, and a pipe may never open."""
    try:
        path.resolve()
    except RuntimeError as fault:  # a link that leads back to itself
        raise not_written(path, OSError(errno.ELOOP, os.strerror(errno.ELOOP))) from fault
    except OSError as fault:
        raise not_written(path, fault) from fault
    if path.is_dir():
        raise CallError("target-is-a-folder", where=path_text(path), folder=path_text(path).rstrip("/"))
    if path.exists() and not path.is_file():
        raise CallError("target-no-ordinary-file", where=path_text(path))


def is_answer(path: Path) -> bool:
    """Whether a file is an answer that was written before."""
    with path.open("rb") as stream:
        start = stream.read(_ENDS)
        stream.seek(max(path.stat().st_size - _ENDS, 0))
        ends = (start, stream.read())
    if start.startswith(b"PK"):
        found = [*_MARK.finditer(ends[1])][-1:]
        return bool(found) and len(ends[1]) - found[0].end() < _MOST_NAMED
    return any(_MARK.search(one) for one in ends) and any(_HASH.search(one) for one in ends)


def _same(path: Path, other: Path) -> bool:
    """Whether two names are of one file: through a link, a second name, or another way of writing it."""
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return os.path.abspath(path) == os.path.abspath(other)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; see `new_file`."""
    with new_file(path) as stream:
        stream.write(data)


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file beside the target that takes its name when all is done, so that nothing half-written is ever found there.

    A link is followed, so that the file it points to is replaced and not the link; what is replaced keeps its mode.

    Raises:
        CallError: the target is a folder or no ordinary file, or cannot be written.
    """
    _refuse_no_file(path)
    try:
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        with unfinished_file(target.parent) as (stream, name):
            yield stream
            stream.flush()
            os.fchmod(stream.fileno(), target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_mask())
            os.replace(name, target)
    except OSError as fault:
        raise not_written(path, fault) from fault


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


@contextmanager
def new_folder(target: Path, *, replaces: Callable[[Path], bool] | None = None) -> Iterator[Path]:
    """A folder beside the target that becomes the target when all is done, and vanishes when anything fails.

    Args:
        target: the folder that is to be there.
        replaces: whether a folder that is there already may be replaced as a whole; never, where left out.

    Raises:
        CallError: the target exists already and is not replaced, or cannot be written.
    """
    target = target.absolute()
    if os.path.lexists(target):
        if target.exists() and target.resolve() in (Path.cwd(), *Path.cwd().parents):
            raise CallError("target-is-here", where=path_text(target))
        if replaces is None or not target.exists() or not replaces(target):
            raise CallError("target-exists", file=path_text(target))
        target = target.resolve()
    elsewhere = False  # whether a fault of the system is about something else than the target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with unfinished_folder(target.parent) as folder:
            elsewhere = True
            with told_as(folder, target):
                yield folder
            elsewhere = False
            folder.chmod(0o777 & ~_mask())
            if target.exists():
                exchange(folder, target)
            else:
                folder.rename(target)
    except OSError as fault:
        if elsewhere:
            raise
        raise not_written(target, fault) from fault


def only_as_written(folder: Path, described: Mapping[str, str], own: str) -> bool:
    """Whether nothing in a folder would be missed: it is empty, or every file is as an earlier call wrote it.

    Args:
        folder: the folder.
        described: the SHA-256 of each file that was written, by its name from the folder on.
        own: the file that says so.

    Raises:
        CallError: it is a file, or holds something else, which is named.
    """
    if not folder.is_dir():
        raise CallError("is-a-file", where=str(folder))
    kept = list(islice(_changed(folder, described, own), _MOST_NAMED + 1))
    if kept:
        shown = (*kept[:_MOST_NAMED], *(("…",) if len(kept) > _MOST_NAMED else ()))
        raise CallError("folder-not-as-written", where=str(folder), files=shown)
    return True


def _changed(folder: Path, described: Mapping[str, str], own: str) -> Iterator[str]:
    """What is not as described in a folder and those in it: other files, links, and folders that cannot be looked into.

    It is looked for no longer than somebody asks: what was named may be the folder of everything.
    """
    hidden: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=hidden.append):
        yield from (path_text(fault.filename) for fault in hidden)
        hidden.clear()
        folders.sort()
        for name in sorted([*files, *(one for one in folders if os.path.islink(os.path.join(place, one)))]):
            path = Path(place, name)
            shown = path.relative_to(folder).as_posix()
            if not (described and shown == own) and (shown not in described or checksum(path) != described[shown]):
                yield path_text(shown)
    yield from (path_text(fault.filename) for fault in hidden)


def checksum(path: Path) -> str | None:
    """The SHA-256 of a file; None where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def place_fault(folder: Path) -> OSError | None:
    """What the system says where a folder takes no more; None where it does.

    An engine that writes there may not say it: what it wrote was cut short.
    """
    try:
        with unfinished_file(folder) as (stream, _):
            stream.write(bytes(_MORE))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as fault:
        return fault
    return None


@contextmanager
def told_as(folder: Path, target: Path) -> Iterator[None]:
    """Let what cannot be written into an unfinished folder be told by the name that it would have had.

    A stream that finds no room does not say which file it was: while the folder takes no more, it is that folder.
    """
    try:
        yield
    except OSError as fault:
        refused = None if fault.filename or isinstance(fault, BrokenPipeError) else place_fault(folder)
        if refused is None:
            raise
        raise not_written(target, refused) from fault
    except CallError as fault:
        hidden = path_text(folder)
        if not fault.where.zh.startswith(hidden):
            raise
        where = path_text(target) + fault.where.zh.removeprefix(hidden)
        raise fault.at(where) from fault


def not_written(path: Path, fault: Exception) -> CallError:
    """Why a target cannot be written: a file stands where a folder has to, or what the system says."""
    if not path.is_absolute() and _is_here_gone():
        return CallError("here-is-gone")
    blocking = next((folder for folder in path.parents if folder.is_file()), None)
    if blocking is not None:
        return CallError("is-a-file", where=path_text(blocking))
    return CallError("cannot-write", where=path_text(path), detail=reason(fault, "os"))


def not_put_aside(fault: OSError) -> CallError:
    """Why a file cannot be written that is put aside while something is made."""
    if _is_here_gone():
        return CallError("here-is-gone")
    return CallError("cannot-put-aside", where=path_text(temporary()), detail=reason(fault, "os"))


def _is_here_gone() -> bool:
    """Whether the folder that one works in was removed meanwhile."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def temporary() -> Path:
    """The folder of what is put aside while something is made: the first to be tried, where none can be used."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        return Path(os.environ.get("TMPDIR") or "/tmp")


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
