"""Calls of the command line, each in a process of its own that is bounded in time, memory and what it writes.

The process is a copy of this one, which has the shipped knowledge base loaded, so that a call takes a fraction of a
second; where the call names another knowledge base or an overlay, it is loaded as ever.
"""

from __future__ import annotations

import json
import os
import re
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from policykb import api, cli
from policykb.wording.catalogue import message

__all__ = ["Done", "Running", "call", "fault_of"]

SECONDS = 60
"""Of computing; a call that needs more never ends."""
MEMORY = 2 * 2**30
"""Bytes beyond what this process has."""
WRITTEN = 256 * 2**20
"""Bytes of the largest file, standard output among them."""
RAW = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Done:
    """How a call ended: its exit code, or minus the signal that ended it, and what it printed."""

    words: tuple[str, ...]
    code: int
    out: bytes
    err: str


@cache
def _loaded() -> api.Policykb:
    return api.load_policykb()


class Running:
    """A call that goes on.

    Args:
        words: the words behind the name of the program.
        folder: where it runs.
        seconds: of computing that it may take; four times as many may pass.
        prepare: what is done in its process before it begins.
        is_new: whether the process is a new one; a copy of one with threads may wait for ever for what those hold.
    """

    def __init__(
        self,
        words: Sequence[str],
        folder: Path,
        seconds: int = SECONDS,
        prepare: Callable[[], None] | None = None,
        *,
        is_new: bool = False,
    ) -> None:
        self.words, self.seconds = tuple(words), seconds
        self._streams = [os.memfd_create(name) for name in ("out", "err")]
        if is_new:
            self.process = _begin(words, folder, self._streams, seconds, prepare)
        else:
            _loaded()
            self.process = os.fork()
            if not self.process:
                _run(words, folder, self._streams, seconds, prepare)
        self._watched = os.pidfd_open(self.process)

    def ends(self, seconds: float) -> bool:
        """Whether it ends within so many seconds."""
        return bool(select.select([self._watched], [], [], seconds)[0])

    def done(self) -> Done:
        """How it ended."""
        if not self.ends(4 * self.seconds):
            os.kill(self.process, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        os.close(self._watched)
        said = []
        for each in self._streams:
            with os.fdopen(each, "rb") as stream:
                stream.seek(0)
                said.append(stream.read())
        return Done(self.words, code, said[0], said[1].decode("utf-8", "replace"))


def call(words: Sequence[str], folder: Path, seconds: int = SECONDS) -> Done:
    """Run `policykb` with these words in a folder."""
    return Running(words, folder, seconds).done()


def _bound(seconds: int, memory: int) -> None:
    """Bound this process in computing, memory and what it writes."""
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _begin(
    words: Sequence[str], folder: Path, streams: Sequence[int], seconds: int, prepare: Callable[[], None] | None
) -> int:
    """Begin a call as a user does, in a new process; its number."""

    def bound() -> None:
        _bound(seconds, 2 * MEMORY)
        if prepare is not None:
            prepare()

    command = [sys.executable, "-c", "from policykb.__main__ import main; main()", *words]
    # Where a file may have no more than so many bytes, what Python compiles would be cut short as well, and kept.
    own = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    begun = subprocess.Popen(command, cwd=folder, stdout=streams[0], stderr=streams[1], preexec_fn=bound, env=own)
    begun.returncode = 0  # it is waited for by its number
    return begun.pid


def _run(
    words: Sequence[str], folder: Path, streams: Sequence[int], seconds: int, prepare: Callable[[], None] | None
) -> NoReturn:
    """Carry out a call in the process made for it."""
    code = 99
    try:
        os.chdir(folder)
        for number, stream in enumerate(streams, start=1):
            os.dup2(stream, number)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        _bound(seconds, pages * resource.getpagesize() + MEMORY)
        if prepare is not None:
            prepare()
        plain = api.load_policykb

        def load(*given: Any, **named: Any) -> api.Policykb:
            return plain(*given, **named) if any((*given, *named.values())) else _loaded()

        api.load_policykb = load
        sys.argv = ["policykb", *words]
        sys.stdout = sys.__stdout__
        sys.stderr = open(2, "w", encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
        cli.main()
    except SystemExit as stop:
        code = int(stop.code or 0)
    except KeyboardInterrupt:
        code = 130  # before the program began
    except BaseException as fault:
        print("Traceback:", repr(fault), file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def fault_of(done: Done) -> str | None:
    """What a call shows that no call may show; None where there is nothing.

    It ends by itself with a documented exit code; no traceback and nothing unforeseen; no message without a fault and
    no fault without one; nothing printed before a fault; nothing that steers a terminal; JSON that is JSON.
    """
    if done.code not in (0, 1, 2):
        return f"exit code {done.code}"
    for id in ("unforeseen", "out-of-memory"):
        start = message(id, {"code": "", "detail": ""})[0].en.partition("  ")[0][:40]
        if start in done.err:
            return f"{id}: {done.err[-300:]}"
    if "Traceback" in done.err or "Traceback (most" in done.out[:1000].decode("utf-8", "replace"):
        return f"traceback: {done.err[-300:]}"
    if done.code == 2 and (done.out or not done.err.strip()):
        return "exit code 2 with an answer, or without a message"
    text = done.out.decode("utf-8", "replace")
    if (found := RAW.search(text) or RAW.search(done.err)) is not None:
        return f"prints {found.group()!a}"
    if done.code != 2 and "json" in done.words:
        try:
            json.loads(text)
        except (ValueError, RecursionError) as fault:
            return f"prints no JSON: {fault}"
    return None
