"""The edge of a program: its standard output, the signals that end it, and the net under everything.

Whatever happens, a user sees an answer or one message. What no layer foresaw has a code, by which it can be reported
and found.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

from .doors.incoming import path_text
from .doors.writing import not_put_aside
from .errors import CallError, InputError, PolicykbError
from .wording.catalogue import reason

__all__ = ["OutputLost", "stoppable", "streams", "telling_of", "unforeseen"]

_ENDING = (signal.SIGTERM, signal.SIGHUP)
_PACKAGE = Path(__file__).parent
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS, errno.ENOENT}
"""What befalls a file that has no name for the user: one that is put aside."""
_ENOUGH = 200  # characters of what a library said
_SOON = 0.01  # seconds
Handler: TypeAlias = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None


class OutputLost(Exception):
    """Standard output cannot be written to: the disk is full, or it is closed.

    Args:
        fault: what the system says.
    """

    def __init__(self, fault: OSError) -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.written = ""
        """The folder that was written before, where one was."""

    def told(self) -> PolicykbError:
        """The message for it."""
        detail = reason(self.fault, "os")
        if self.written:
            return CallError("written-not-printed", where=self.written, detail=detail)
        return CallError("cannot-print", detail=detail)


@contextmanager
def telling_of(folder: Path) -> Iterator[None]:
    """Print about a folder that is written already: where that cannot be printed, the folder is there none the less."""
    try:
        yield
        sys.stdout.flush()
    except OutputLost as lost:
        lost.written = path_text(folder)
        raise


class _Output(io.FileIO):
    """Standard output, whose faults are told from those of every other file."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as fault:
            raise OutputLost(fault) from fault


class _Closed(io.RawIOBase):
    """Standard output where there is none."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        raise OutputLost(OSError(errno.EBADF, os.strerror(errno.EBADF)))


@contextmanager
def streams() -> Iterator[None]:
    """Make standard output and error fit for any text and any fault, and see at the end that all was written.

    Raises:
        OutputLost: standard output cannot be written to.
    """
    # A file that is opened while one of these is closed would take its place, and be written into.
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    if sys.stdout is None or sys.stdout is sys.__stdout__:
        raw = _Closed() if sys.stdout is None else _Output(1, "wb", closefd=False)
        lines = sys.stdout is not None and sys.stdout.isatty()
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(raw), line_buffering=lines)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A console of another encoding (Windows, LANG=C) must not end the answer in a traceback.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        yield
        sys.stdout.flush()
    except (OutputLost, BrokenPipeError):
        # What is still to be written would fail again when the interpreter ends.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        raise


class _Heard:
    """Standard error, which nobody hears once a signal came: a library in another language prints that it panics."""

    def __init__(self) -> None:
        self._kept: list[int] = []

    def hush(self) -> None:
        """Let no more be heard."""
        with suppress(OSError):
            if not self._kept:
                self._kept.append(os.dup(2))
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 2)
                os.close(nowhere)

    def again(self) -> None:
        """Let it be heard as before."""
        while self._kept:
            os.dup2(self._kept[-1], 2)
            os.close(self._kept.pop())


@contextmanager
def stoppable(ended: list[int] | None = None) -> Iterator[None]:
    """Let the signals that end a program unwind it, so that what is unfinished is cleared; once, and no second time.

    Args:
        ended: takes the numbers of those that came; a library may make another fault of what unwinds it.
    """
    came = [] if ended is None else ended
    heard = _Heard()

    def interrupt(number: int, frame: FrameType | None) -> None:
        came.append(number)
        heard.hush()
        raise KeyboardInterrupt

    def stop(number: int, frame: FrameType | None) -> None:
        came.append(number)
        heard.hush()
        for each in _ENDING:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    def once_more(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + came[0])

    def lost(thrown: sys.UnraisableHookArgs) -> None:
        """See to what came just when Python threw something away: it was thrown away as well, and comes again."""
        if came and issubclass(thrown.exc_type, KeyboardInterrupt | SystemExit):
            signal.setitimer(signal.ITIMER_REAL, _SOON)
        else:
            told(thrown)

    before: dict[int, Handler] = {}
    told = sys.unraisablehook
    if threading.current_thread() is threading.main_thread():
        # What is ignored, as under nohup, stays so.
        before = {each: signal.SIG_DFL for each in _ENDING if signal.getsignal(each) == signal.SIG_DFL}
        for each in before:
            signal.signal(each, stop)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            before[signal.SIGINT] = signal.signal(signal.SIGINT, interrupt)
        if hasattr(signal, "setitimer"):
            before[signal.SIGALRM] = signal.signal(signal.SIGALRM, once_more)
            sys.unraisablehook = lost
    try:
        yield
    finally:
        sys.unraisablehook = told
        if signal.SIGALRM in before:
            signal.setitimer(signal.ITIMER_REAL, 0)  # it would end the program once its handler is gone
        for each, handler in before.items():
            signal.signal(each, handler)
        heard.again()


def unforeseen(fault: BaseException, *, debug: bool = False) -> PolicykbError:
    """The message for what no layer foresaw.

    Args:
        fault: what happened.
        debug: print it in full first.
    """
    if debug:
        traceback.print_exception(fault)
    if isinstance(fault, MemoryError):
        return CallError("out-of-memory")
    if isinstance(fault, OSError) and isinstance(fault.filename, str | bytes):
        # A name that is too long, or a folder that may not be looked into: it was only asked what stands there.
        return InputError("file-unreadable", where=path_text(os.fsdecode(fault.filename)), detail=reason(fault, "os"))
    if isinstance(fault, OSError) and fault.errno in _NO_ROOM:
        return not_put_aside(fault)
    said = next(iter(str(fault).splitlines()), "")[:_ENOUGH]
    name = type(fault).__name__
    return CallError("unforeseen", code=_code(fault), detail=reason(f"{name}: {said}" if said else name, "os"))


def _code(fault: BaseException) -> str:
    """Six letters and digits that stay the same for the same fault at the same place."""
    frames = traceback.extract_tb(fault.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    place = f"{Path(own[-1].filename).relative_to(_PACKAGE)} {own[-1].name}" if own else ""
    return hashlib.sha256(f"{type(fault).__name__} {place}".encode()).hexdigest()[:6]
