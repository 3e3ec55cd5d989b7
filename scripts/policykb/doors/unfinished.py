"""What is not finished yet: files and folders beside their target, which vanish when anything fails.

Each is locked as long as its process lives. After a process was killed outright, the next one that writes to the same
folder finds what is left, sees that nobody holds it, and removes it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

__all__ = ["PREFIX", "exchange", "unfinished_file", "unfinished_folder"]

PREFIX = ".policykb-unfinished-"
"""How the names of all that is not finished begin, however long the name of the target is."""
_ATTEMPTS, _PAUSE = 50, 0.02  # of waiting until another process has cleared a folder, in seconds
_HERE = -100  # AT_FDCWD of openat(2)
_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)


@contextmanager
def unfinished_file(parent: Path) -> Iterator[tuple[IO[bytes], str]]:
    """A new private file in a folder, open for writing, and its name; gone at the end unless it was renamed."""
    _clear(parent)
    # Named before it is made: a signal may come at any moment, and what has no name yet is never removed.
    path = parent / f"{PREFIX}{os.urandom(8).hex()}"
    try:
        with _unswept(parent):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            _hold(descriptor)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream, str(path)
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def unfinished_folder(parent: Path) -> Iterator[Path]:
    """A new private folder in a folder; what stands under its name at the end is gone."""
    _clear(parent)
    folder, descriptor = parent / f"{PREFIX}{os.urandom(8).hex()}", None
    try:
        with _unswept(parent):
            folder.mkdir(0o700)
            descriptor = os.open(folder, os.O_RDONLY)
            _hold(descriptor)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


def exchange(one: Path, other: Path) -> None:
    """Let two folders take each other's place, at once where the system can do that."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    with suppress(AttributeError):
        if not libc.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE):
            return
        number = ctypes.get_errno()
        if number not in (errno.EINVAL, errno.ENOSYS):
            raise OSError(number, os.strerror(number), str(other))
    aside = one.with_name(f"{one.name}.replaced")
    other.rename(aside)
    try:
        one.rename(other)
    except BaseException:
        aside.rename(other)
        raise
    aside.rename(one)


@contextmanager
def _unswept(parent: Path) -> Iterator[None]:
    """Keep other processes from clearing a folder, as long as something in it is made and not yet locked."""
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        for _ in range(_ATTEMPTS):
            if _lock(descriptor, fcntl.LOCK_SH):
                break
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def _hold(descriptor: int) -> None:
    """Lock what is unfinished as long as this process lives; a folder may hold further unfinished files."""
    _lock(descriptor, fcntl.LOCK_SH)


def _lock(descriptor: int, kind: int) -> bool:
    """Whether a lock was had at once. Some file systems know none."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _clear(parent: Path) -> None:
    """Remove what a killed process left; what cannot be removed is left to whoever can."""
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        for path in parent.glob(f"{PREFIX}*") if _lock(descriptor, fcntl.LOCK_EX) else ():
            with suppress(OSError):
                _remove(path)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    """Remove a file or folder that no living process holds."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not _lock(descriptor, fcntl.LOCK_EX):
            return
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    finally:
        os.close(descriptor)
