"""Write a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .errors import CallError

__all__ = ["write_bytes", "write_text"]


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
        blocking = next((folder for folder in path.parents if folder.is_file()), None)
        if blocking is not None:
            raise CallError("is-a-file", where=str(blocking)) from fault
        raise CallError("cannot-write-file", where=str(path), detail=fault.strerror) from fault


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        # mkstemp makes private files; a report should be as readable as any other new file.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text whole or not at all."""
    write_bytes(path, text.encode("utf-8"))
