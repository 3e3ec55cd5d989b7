"""The one door through which files come in: ordinary files, opened once, and none larger than can be used.

A pipe or a device may never end, and a folder is no file. What is looked at is what is then read: the open file itself,
not its name once more.
"""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8
from pathlib import Path

from ..errors import InputError
from ..wording.catalogue import reason
from .incoming import path_text

__all__ = ["KNOWLEDGE", "LARGEST", "check_ordinary", "read_bytes", "read_text", "without_mark"]

KNOWLEDGE = ("ontology", "policy", "shapes", "queries")
"""The folders that make up a knowledge base."""
LARGEST = 64 * 2**20
"""Bytes of the largest file of a knowledge base, overlay or query."""


def check_ordinary(path: Path, most: int | None = None) -> int:
    """Refuse what cannot be read as a file, before a library opens it.

    Args:
        path: the file; a link is followed.
        most: the bytes that it may have.

    Returns:
        its size in bytes.

    Raises:
        InputError: there is none, it is a folder, a pipe or a device, cannot be read, or is too large.
    """
    with os.fdopen(_opened(path, most), "rb") as stream:
        return os.fstat(stream.fileno()).st_size


def read_bytes(path: Path, most: int = LARGEST) -> bytes:
    """The bytes of a file.

    Raises:
        InputError: as `check_ordinary`.
    """
    with os.fdopen(_opened(path, most), "rb") as stream:
        try:
            data = stream.read(most + 1)
        except OSError as fault:
            raise InputError("file-unreadable", where=path_text(path), detail=reason(fault, "os")) from fault
    if len(data) > most:
        raise InputError("file-too-large", where=path_text(path), megabytes=most / 2**20)
    return data


def without_mark(data: bytes) -> bytes:
    """Text in UTF-8 without the byte order mark that editors on Windows put before it."""
    return data.removeprefix(BOM_UTF8)


def read_text(path: Path, most: int = LARGEST) -> str:
    """The text of a file in UTF-8, its line breaks as they are, without the mark that some editors put before it.

    Raises:
        InputError: as `check_ordinary`, or it is no UTF-8.
    """
    try:
        return read_bytes(path, most).decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError("file-not-utf8", where=path_text(path), position=fault.start) from fault


def _opened(path: Path, most: int | None) -> int:
    """The open file."""
    where = path_text(path)
    try:
        # Opened without waiting: a pipe to which nobody writes would never open otherwise.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as fault:
        raise InputError("no-such-file", where=where) from fault
    except OSError as fault:
        raise InputError("file-unreadable", where=where, detail=reason(fault, "os")) from fault
    except ValueError as fault:  # a name with a zero in it
        raise InputError("no-such-file", where=where) from fault
    try:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            raise InputError("is-a-folder", where=where, folder=where)
        if not stat.S_ISREG(found.st_mode):
            raise InputError("not-an-ordinary-file", where=where)
        if most is not None and found.st_size > most:
            raise InputError("file-too-large", where=where, megabytes=most / 2**20)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
