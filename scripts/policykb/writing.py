"""Write a file or a folder whole or not at all, and never over something that somebody may want to keep."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import CallError

__all__ = ["free_target", "new_folder", "not_written", "write_bytes", "write_text"]

_MARK = re.compile(rb"policykb\W{1,8}\d+\.\d+")
"""What every answer bears at its beginning or its end: the program and its version."""
_ENDS = 8192  # bytes at either end of a file in which the mark is looked for


def free_target(path: Path, *, reads: Iterable[Path] = (), force: bool = False) -> None:
    """Refuse a target that must not be written to, before any work is done for it.

    An answer may take the place of an earlier one, and of no other file.

    Args:
        path: the file that is to be written.
        reads: what the same call reads; it is never overwritten.
        force: overwrite whatever file stands there.

    Raises:
        CallError: the target is a folder, is read by the call, or holds something else than an answer.
    """
    if path.is_dir():
        raise CallError("target-is-a-folder", where=str(path))
    if any(_same(path, read) for read in reads):
        raise CallError("would-overwrite", file=path)
    if not force and path.is_file() and path.stat().st_size and not _is_answer(path):
        raise CallError("already-exists", file=path)


def _is_answer(path: Path) -> bool:
    with path.open("rb") as stream:
        start = stream.read(_ENDS)
        stream.seek(max(path.stat().st_size - _ENDS, 0))
        return _MARK.search(start) is not None or _MARK.search(stream.read()) is not None


def _same(path: Path, other: Path) -> bool:
    if path.exists() and other.exists():
        return path.samefile(other)
    return path.resolve() == other.resolve()


def write_bytes(path: Path, data: bytes) -> None:
    """Write beside the target and rename, so that an interrupted run leaves nothing half-written.

    Raises:
        CallError: the target is a folder, or cannot be written.
    """
    if path.is_dir():
        raise CallError("target-is-a-folder", where=str(path))
    try:
        # A link is followed, so that the file it points to is replaced and not the link.
        _write(path.resolve(), data)
    except OSError as fault:
        raise not_written(path, fault) from fault


def _write(path: Path, data: bytes) -> None:
    if path.exists() and not path.is_file():
        path.write_bytes(data)  # A pipe or a device, such as /dev/stdout: a renamed file would take its place.
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        # mkstemp makes private files; a report should be as readable as any other new file.
        os.chmod(name, 0o666 & ~_mask())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


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
    if target.exists():
        if replaces is None or not replaces(target):
            raise CallError("target-exists", file=target)
        target = target.resolve()
        if target == Path.cwd() or target in Path.cwd().parents:
            raise CallError("target-is-here", where=str(target))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.unfinished-"))
    except OSError as fault:
        raise not_written(target, fault) from fault
    try:
        yield folder
        folder.chmod(0o777 & ~_mask())
        try:
            _put(folder, target)
        except OSError as fault:
            raise not_written(target, fault) from fault
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _put(folder: Path, target: Path) -> None:
    """Let a folder take the place of the target; what stood there is removed only when the new one stands."""
    if not target.exists():
        folder.rename(target)
        return
    aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.replaced-"))
    former = target.rename(aside / target.name)
    try:
        folder.rename(target)
    except BaseException:
        former.rename(target)
        aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def not_written(path: Path, fault: Exception) -> CallError:
    """Why a target cannot be written: a file stands where a folder has to, or what the system says."""
    blocking = next((folder for folder in path.parents if folder.is_file()), None)
    if blocking is not None:
        return CallError("is-a-file", where=str(blocking))
    said = fault.strerror if isinstance(fault, OSError) and fault.strerror else fault
    return CallError("cannot-write", where=str(path), detail=said)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
