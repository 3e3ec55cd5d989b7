"""Work on the parts of something large in several processes at once; what comes of them comes in their order.

The processes are copies of this one, so that each has at once what was loaded and read, and they end with it.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import select
import signal
import struct
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

__all__ = ["MOST", "end_with_parent", "in_order", "processors"]

P = TypeVar("P")
T = TypeVar("T")
MOST = 8
"""Processes at the most: each takes memory of its own for what it works on."""
_PARENT_DEATH = 1  # PR_SET_PDEATHSIG of prctl(2)
_IDLE = ("jemalloc_bg_thd", "polars-ooc-clea")
"""Threads that a library starts on being loaded, and that hold nothing between two of its calls."""
_HEAD = struct.Struct("!Q")
_BLOCK = 2**20  # bytes that are read at once


def processors() -> int:
    """How many processes can work at once: one for each processor that this process may use, and not too many."""
    return min(len(os.sched_getaffinity(0)), MOST) if sys.platform == "linux" else 1


def in_order(work: Callable[[P], T], parts: Sequence[P], processes: int) -> Iterator[T]:
    """What some work makes of each part, in the order of the parts.

    Where one process is asked for or enough, and where this one cannot be copied, since other threads work in it, the
    work is done here.

    Args:
        work: what is done, the same whichever process does it; what it makes can be pickled.
        parts: one after the other each process takes its share of them.
        processes: how many work at once.

    Raises:
        MemoryError: a process was ended for want of memory.
        Exception: what the work raised.
    """
    count = min(processes, len(parts))
    if count < 2 or not _is_alone():
        yield from map(work, parts)
        return
    hands: list[_Hand] = []
    try:
        for number in range(count):
            try:
                hands.append(_Hand.of(work, parts[number::count], hands))
            except OSError:  # The machine has no room for another process.
                if number:
                    _end(hands)
                    hands.clear()
                yield from map(work, parts)
                return
        for number in range(len(parts)):
            yield hands[number % count].next()
    finally:
        _end(hands)


@dataclass(frozen=True)
class _Hand:
    """A process that works, and what it sends."""

    process: int
    pipe: int

    @classmethod
    def of(cls, work: Callable[[P], object], parts: Sequence[P], others: Sequence[_Hand]) -> _Hand:
        """A new process for some parts, which lets go of what the others send."""
        read, write = os.pipe()
        with warnings.catch_warnings():
            # No thread works in this process that could hold a lock: see `_is_alone`.
            warnings.simplefilter("ignore", DeprecationWarning)
            process = os.fork()
        if not process:
            for one in (read, *(other.pipe for other in others)):
                os.close(one)
            _carry_out(work, parts, write)
        os.close(write)
        return cls(process, read)

    def next(self) -> Any:
        """What it made of its next part."""
        head = self._read(_HEAD.size)
        data = self._read(*_HEAD.unpack(head)) if head else b""
        if not data:
            _, status = os.waitpid(self.process, 0)
            if os.waitstatus_to_exitcode(status) == -signal.SIGKILL:
                raise MemoryError
            raise RuntimeError(f"a process that worked on a part ended with {os.waitstatus_to_exitcode(status)}")
        is_made, value = pickle.loads(data)  # Written by a process that is a copy of this one.
        if not is_made:
            raise value
        return value

    def _read(self, size: int) -> bytearray:
        """So many bytes; none where the process ended before it sent them."""
        data = bytearray()
        while len(data) < size:
            # A signal ends this wait, while a library may have had reading begin anew after one.
            select.select([self.pipe], [], [])
            block = os.read(self.pipe, min(size - len(data), _BLOCK))
            if not block:
                return bytearray()
            data += block
        return data


def _end(hands: Sequence[_Hand]) -> None:
    """End the processes, done or not."""
    for hand in hands:
        os.close(hand.pipe)
        with suppress(ProcessLookupError):
            os.kill(hand.process, signal.SIGKILL)
    for hand in hands:
        with suppress(ChildProcessError):
            os.waitpid(hand.process, 0)


def _is_alone() -> bool:
    """Whether no thread works beside those of Python, which a copy lacks without harm.

    The threads in which a library works do not follow into a copy, where it would wait for them for ever.
    """
    try:
        names = [path.read_text(encoding="utf-8").strip() for path in Path("/proc/self/task").glob("*/comm")]
    except OSError:
        return False
    return sum(name not in _IDLE for name in names) <= threading.active_count()


def end_with_parent() -> None:
    """Have the system end this process with the one that made it."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PARENT_DEATH, signal.SIGKILL)


def _carry_out(work: Callable[[P], object], parts: Sequence[P], pipe: int) -> NoReturn:
    """Do the work in the process made for it, and end."""
    status = 1
    try:
        end_with_parent()
        # The process that made this one is told to stop, and ends it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.environ["POLARS_MAX_THREADS"] = "1"  # The others have the other processors.
        gc.freeze()
        with os.fdopen(pipe, "wb") as stream:
            for part in parts:
                try:
                    made: tuple[bool, object] = (True, work(part))
                except Exception as fault:
                    made = (False, fault)
                data = pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
                stream.write(_HEAD.pack(len(data)))
                stream.write(data)
                stream.flush()
                if not made[0]:
                    break
        status = 0
    finally:
        os._exit(status)
