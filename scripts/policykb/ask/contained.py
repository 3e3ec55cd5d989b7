"""Run a query in a process of its own: whatever it does, it ends in bounded time, and ends nothing else.

The process is a copy of this one, so that it has the graph at once and gives it back with its end.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import select
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from ..doors.crew import end_with_parent
from ..errors import CallError, PolicykbError

__all__ = ["MOST_BYTES", "Job", "bound", "contained", "frugal", "late"]

T = TypeVar("T")
MOST_BYTES = 512 * 2**20
"""Bytes of the largest result."""
_MEMORY = 4 * 2**30  # bytes that a query may take beyond what the graph has
_BLOCK = 2**16


class Job:
    """Some work that goes on in a process of its own; `pipe` can be read when there is something of its result.

    Args:
        work: what is to be done.
        seconds: after which it ends, done or not.
    """

    def __init__(self, work: Callable[[], object], seconds: float) -> None:
        self.seconds = seconds
        self.pipe, write = os.pipe()
        with warnings.catch_warnings():
            # The work calls the engine alone, and takes no lock that a thread of this process could hold.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process = os.fork()
        if not self._process:
            _carry_out(work, write, seconds)
        os.close(write)
        self._parts: list[bytes] = []
        self._size = 0

    def take(self) -> bool:
        """Take what there is of the result; whether that was the end of it.

        Raises:
            CallError: the result is too large.
        """
        block = os.read(self.pipe, _BLOCK)
        self._parts.append(block)
        self._size += len(block)
        if self._size > MOST_BYTES:
            raise CallError("result-too-large", megabytes=MOST_BYTES // 2**20)
        return not block

    def result(self) -> Any:
        """The whole result, after the end of it.

        Raises:
            PolicykbError: what ended the work.
        """
        try:
            done, value = pickle.loads(b"".join(self._parts))
        except (EOFError, pickle.UnpicklingError) as fault:
            raise CallError("query-broke", seconds=round(self.seconds)) from fault
        if not done:
            raise value
        return value

    def late(self) -> CallError:
        """The message for work that takes too long."""
        return late(self.seconds)

    def end(self) -> None:
        """End the process, whether it is done or not."""
        os.close(self.pipe)
        with suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._process, 0)


def late(seconds: float) -> CallError:
    """The message for work that takes longer than so many seconds."""
    return CallError("query-late", seconds=round(seconds))


def contained(work: Callable[[], T], seconds: float) -> T:
    """What some work gives that calls the engine and nothing else.

    Raises:
        PolicykbError: what the work raises; it takes too long, too much memory, or gives too much.
    """
    job = Job(work, seconds)
    try:
        end = time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([job.pipe], [], [], max(end - time.monotonic(), 0))
            if not ready:
                raise job.late()
            if job.take():
                return cast(T, job.result())
    finally:
        job.end()


def _carry_out(work: Callable[[], object], pipe: int, seconds: float) -> None:
    """Do the work in the process made for it, and end."""
    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        gc.disable()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what ends it is told by a message of our own
        bound(pipe, seconds)
        try:
            result: tuple[bool, object] = (True, work())
        except (PolicykbError, SyntaxError, OSError, ValueError, RuntimeError) as fault:
            result = (False, fault)
        except MemoryError:
            result = (False, CallError("out-of-memory"))
        with os.fdopen(pipe, "wb") as stream:
            stream.write(pickle.dumps(result))
        status = 0
    finally:
        os._exit(status)


def bound(pipe: int, seconds: float | None) -> None:
    """Bound what the process may take, and let go of all that is not its own.

    Args:
        pipe: the one file that it keeps.
        seconds: of the processor that it may take; None where whoever made it sees to that.
    """
    end_with_parent()
    os.closerange(3, pipe)
    os.closerange(pipe + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    _allow(_MEMORY)
    with suppress(OSError, ValueError):
        if seconds is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 2, int(seconds) + 2))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@contextmanager
def frugal(beyond: int) -> Iterator[None]:
    """Have what takes more memory fail with MemoryError, in this process; not where the system does not tell of it.

    Args:
        beyond: bytes that may be taken beyond what the process has.
    """
    before = resource.getrlimit(resource.RLIMIT_AS)
    _allow(beyond)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _allow(beyond: int) -> None:
    """Let this process take so many bytes beyond what it has, where the system says how many these are."""
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + beyond
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most if soft == resource.RLIM_INFINITY else min(soft, most), hard))
