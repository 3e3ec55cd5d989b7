"""What may be more than fits into memory: a list that goes on in a file without a name, which ends with the process."""

from __future__ import annotations

import io
import os
import pickle
import shutil
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Generic, TypeVar, overload

from ..errors import CallError
from .incoming import path_text
from .writing import not_put_aside

__all__ = ["MOST_HELD", "Spill", "copy", "foresee", "scratch", "spilling"]

T = TypeVar("T")
MOST_HELD = 5_000
"""Items that are held in memory."""
_MEGABYTE = 2**20
_PART = 2**20  # bytes that are copied or read ahead at once
_SPARE = 1.1  # of the room that is foreseen


class Spill(Sequence[T], Generic[T]):
    """A sequence that is added to at its end; beyond a number of items all of them lie in a file.

    Args:
        items: the first items.
        most: how many are held in memory.
    """

    def __init__(self, items: Iterable[T] = (), *, most: int = MOST_HELD) -> None:
        self._most = most
        self._held: list[T] = []
        self._file: IO[bytes] | None = None
        self._ends = array("Q", [0])
        for item in items:
            self.append(item)

    def append(self, item: T) -> None:
        """Add an item.

        Raises:
            CallError: it finds no room on the disk.
        """
        if self._file is None:
            self._held.append(item)
            if len(self._held) > self._most:
                self._file = scratch()
                held, self._held = self._held, []
                for one in held:
                    self._put(self._file, one)
            return
        self._put(self._file, item)

    def _put(self, file: IO[bytes], item: T) -> None:
        data = self.packed(item)
        with spilling():
            file.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def packed(self, item: T) -> bytes:
        """An item as bytes."""
        return pickle.dumps(item, pickle.HIGHEST_PROTOCOL)

    def unpacked(self, data: bytes) -> T:
        """The item again; the bytes are those that this process wrote into a file that no other one can open."""
        item: T = pickle.loads(data)
        return item

    def __len__(self) -> int:
        return len(self._held) if self._file is None else len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...

    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if self._file is None:
            return self._held[place]
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        number = place + len(self) if place < 0 else place
        if not 0 <= number < len(self):
            raise IndexError(place)
        start, end = self._ends[number], self._ends[number + 1]
        with spilling():
            self._file.flush()
            return self.unpacked(os.pread(self._file.fileno(), end - start, start))

    def __iter__(self) -> Iterator[T]:
        if self._file is None:
            yield from self._held
            return
        # A stretch at a time: a call of the system for each item would take longer than to read it.
        place, count = 0, len(self)
        while place < count:
            start, last = self._ends[place], place + 1
            while last < count and self._ends[last + 1] - start <= _PART:
                last += 1
            with spilling():
                self._file.flush()
                data = os.pread(self._file.fileno(), self._ends[last] - start, start)
            for number in range(place, last):
                yield self.unpacked(data[self._ends[number] - start : self._ends[number + 1] - start])
            place = last


def scratch() -> IO[bytes]:
    """A file without a name for what is written later: nothing of it is left, however the process ends.

    Raises:
        CallError: there is no room for it.
    """
    with spilling():
        return tempfile.TemporaryFile(prefix="policykb-")


@contextmanager
def spilling() -> Iterator[None]:
    """Let what the system says of the folder of temporary files be told as one message."""
    try:
        yield
    except OSError as fault:
        raise not_put_aside(fault) from fault


def copy(source: IO[bytes], write: Callable[[bytes], Any]) -> None:
    """Copy a file from its beginning."""
    with spilling():
        source.flush()
        source.seek(0, io.SEEK_SET)
    while True:
        with spilling():
            data = source.read(_PART)
        if not data:
            return
        write(data)


def foresee(needed: Iterable[tuple[Path, float]]) -> None:
    """Refuse a work whose result will find no room.

    Args:
        needed: folders with the bytes that will be written there; those on one disk are added up.

    Raises:
        CallError: a disk has less than that free.
    """
    wanted: dict[int, tuple[Path, float]] = {}
    for folder, size in needed:
        try:
            disk = os.stat(folder).st_dev
        except OSError:
            continue  # Whether it can be written to is told where it is.
        wanted[disk] = (folder, size + wanted.get(disk, (folder, 0.0))[1])
    for folder, size in wanted.values():
        free = shutil.disk_usage(folder).free
        # Less than that is tried, so that what cannot be written is named.
        if size * _SPARE > max(free, _MEGABYTE):
            more, left = (f"{each / _MEGABYTE:,.0f}" for each in (size * _SPARE, free))
            raise CallError("disk-too-small", where=path_text(folder), needed=more, free=left)
