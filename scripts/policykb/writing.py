"""Write a file or a folder whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import CallError

__all__ = ["new_folder", "not_written", "write_answer", "write_bytes", "write_text"]

_MARK = re.compile(rb"policykb\W{1,8}\d+\.\d+")
"""What every answer bears at its beginning or its end: the program and its version."""
_ENDS = 8192  # bytes at either end of a file in which the mark is looked for


def write_answer(path: Path, data: bytes) -> None:
    """Write an answer; it may take the place of an earlier one, and of no other file.

    Raises:
        CallError: the target exists and is not an answer, or cannot be written.
    """
    if path.is_file() and path.stat().st_size:
        with path.open("rb") as stream:
            start = stream.read(_ENDS)
            stream.seek(max(path.stat().st_size - _ENDS, 0))
            end = stream.read()
        if not _MARK.search(start) and not _MARK.search(end):
            raise CallError("would-replace", file=path)
    write_bytes(path, data)


def write_bytes(path: Path, data: bytes) -> None:
    """Write beside the target and rename, so that an interrupted run leaves nothing half-written.

    Raises:
        CallError: the target is a folder, or cannot be written.
    """
    if path.is_dir():
        raise CallError("target-is-a-folder", where=str(path))
    try:
        _write(path, data)
    except OSError as fault:
        raise not_written(path, fault) from fault


def _write(path: Path, data: bytes) -> None:
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
def new_folder(target: Path) -> Iterator[Path]:
    """A folder beside the target that becomes the target when all is done, and vanishes when anything fails.

    Raises:
        CallError: the target exists already, or cannot be written.
    """
    target = target.absolute()
    if target.exists():
        raise CallError("target-exists", file=target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.unfinished-"))
    except OSError as fault:
        raise not_written(target, fault) from fault
    try:
        yield folder
        folder.chmod(0o777 & ~_mask())
        folder.rename(target)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


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
