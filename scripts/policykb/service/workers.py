"""Processes that stay and answer small calls, several that wait at once: nothing is copied or laid out anew for each.

A call that is large or does more than decide, and one among others that took too long together, has a process of its
own; a call that took too long by itself is given up.
"""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import signal
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, TypeAlias

from ..api import Policykb
from ..ask.contained import bound, late
from ..engines.ahead import Ahead
from ..errors import PolicykbError
from ..law.overlays import Source
from ..readers import Reading
from .calls import CALLS, Call, Service

__all__ = ["Together", "Workers"]

Arguments: TypeAlias = dict[str, Any]
_Result: TypeAlias = tuple[int, bool, Any]
_MOST = 16  # calls that are answered together: more of them make the first wait longer than they save
_SMALL = 2**15  # bytes of a call that is answered beside others
_HEAD = struct.Struct("!Q")


@dataclass(frozen=True)
class _Keeping(Policykb):
    """A knowledge base that keeps what else it loads: the same files with another reading, or as of another day."""

    kept: dict[tuple[object, ...], Policykb] = field(default_factory=dict)

    def with_overlays(self, overlays: Sequence[Source], day: date | None = None) -> Policykb:
        key = (*overlays, day)
        if key not in self.kept:
            self.kept[key] = super().with_overlays(overlays, day)
        return self.kept[key]


class Together:
    """Answers several calls, their records decided at once; each answer is that of the call alone."""

    def __init__(self, service: Service) -> None:
        self._ahead = Ahead(service.kb.decider.engine)
        self._single = type(service.kb) is Policykb
        own = {one.name: getattr(service.kb, one.name) for one in fields(Policykb)}
        kb = _Keeping(**own | {"decider": replace(service.kb.decider, engine=self._ahead)})
        self._service = replace(service, kb=kb) if self._single else service

    def answers(self, calls: Sequence[tuple[Call, Arguments]]) -> Iterator[_Result]:
        """The number of each call, whether it is answered, and the text of its answer or what is wrong with it."""
        read: list[Arguments | PolicykbError] = []
        for _, given in calls:
            try:
                read.append({**given, "body": self._service.read(given["body"])})
            except PolicykbError as fault:
                read.append(fault)
        days = {one.get("asOf") or self._service.day for one in read if isinstance(one, dict)}
        if self._single and len(days) == 1:
            readings: list[Reading] = [one["body"] for one in read if isinstance(one, dict)]
            records = [record for reading in readings for record in reading.records]
            with suppress(PolicykbError):
                right = [record for record in records if self._service.kb.decider.is_right(record)]
                self._ahead.foresee(right, days.pop())
        for number, ((call, _), one) in enumerate(zip(calls, read, strict=True)):
            if isinstance(one, PolicykbError):
                yield number, False, one
                continue
            try:
                yield number, True, call.text(self._service, one)
            except PolicykbError as fault:
                yield number, False, fault


@dataclass
class _Waiting:
    """A call that waits, and where its answer goes: its text, or None where it has to be answered by itself."""

    call: Call
    given: Arguments
    found: asyncio.Future[str | None]


@dataclass
class Workers:
    """Some processes that answer calls.

    Args:
        service: what answers, warmed.
        count: how many processes.
        seconds: after which those that work on a call are ended.
    """

    service: Service
    count: int
    seconds: float
    _queue: asyncio.Queue[_Waiting] = field(default_factory=asyncio.Queue, repr=False)
    _others: asyncio.Queue[_Waiting] = field(default_factory=asyncio.Queue, repr=False)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list, repr=False)

    def start(self) -> None:
        """Have the processes work, from within the loop that serves."""
        gc.collect()
        gc.freeze()
        self._tasks = [asyncio.create_task(self._tend(self._queue)) for _ in range(self.count)]

    async def stop(self) -> None:
        """End the processes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def answer(self, call: Call, given: Arguments) -> str | None:
        """The text of an answer; None where the call has to be answered in a process of its own.

        Raises:
            PolicykbError: what is wrong with the call, or it takes too long.
        """
        if not self._tasks or call.write is None or len(given["body"]) > _SMALL:
            return None
        queue = self._queue
        if not call.is_brief(given):
            if not given.get("readings"):
                return None
            # Loading the other readings takes seconds: one process does it when it is first asked, and keeps them.
            queue = self._others
            if len(self._tasks) == self.count:
                self._tasks.append(asyncio.create_task(self._tend(queue, 1)))
        waiting = _Waiting(call, given, asyncio.get_running_loop().create_future())
        queue.put_nowait(waiting)
        return await waiting.found

    async def _tend(self, queue: asyncio.Queue[_Waiting], most: int = _MOST) -> None:
        """Give one process what waits, so many at once at the most, and put another in its place when it ends."""
        while True:
            try:
                process = await _Process.made(self.service)
            except OSError:  # the machine has no room for another process: nobody waits for it
                while not queue.empty():
                    _settle(queue.get_nowait().found, None)
                await asyncio.sleep(1)
                continue
            try:
                while await self._worked(process, queue, most):
                    pass
            finally:
                process.end()

    async def _worked(self, process: _Process, queue: asyncio.Queue[_Waiting], most: int) -> bool:
        """Whether the process goes on after what waited was given to it."""
        jobs = [await queue.get()]
        while len(jobs) < most and not queue.empty():
            jobs.append(queue.get_nowait())
        try:
            async with asyncio.timeout(self.seconds):
                await process.send([(CALLS.index(job.call), job.given) for job in jobs])
                for _ in jobs:
                    number, done, value = await process.receive()
                    _settle(jobs[number].found, value if done else None, None if done else value)
            return True
        except TimeoutError:
            if len(jobs) == 1:  # nobody else held it up: a second try would take twice the time that it has
                _settle(jobs[0].found, None, late(self.seconds))
            return False
        except (OSError, EOFError):
            return False
        finally:
            for job in jobs:
                _settle(job.found, None)


def _settle(found: asyncio.Future[str | None], text: str | None, fault: PolicykbError | None = None) -> None:
    if found.done():
        return
    if fault is None:
        found.set_result(text)
    else:
        found.set_exception(fault)


@dataclass(frozen=True)
class _Process:
    """A process that answers, and the way to it."""

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def made(cls, service: Service) -> _Process:
        """A copy of this process, so that it has the rules at once."""
        ours, theirs = socket.socketpair()
        number = os.fork()
        if not number:
            _carry_out(service, theirs.detach())
        theirs.close()
        return cls(number, *await asyncio.open_connection(sock=ours))

    async def send(self, value: object) -> None:
        """Give it something to do."""
        data = pickle.dumps(value)
        self.writer.write(_HEAD.pack(len(data)) + data)
        await self.writer.drain()

    async def receive(self) -> _Result:
        """The next of its results."""
        (size,) = _HEAD.unpack(await self.reader.readexactly(_HEAD.size))
        found: _Result = pickle.loads(await self.reader.readexactly(size))
        return found

    def end(self) -> None:
        """End it, whatever it does."""
        self.writer.close()
        with suppress(ProcessLookupError):
            os.kill(self.number, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.number, 0)


def _carry_out(service: Service, way: int) -> None:
    """Answer what is sent, in the process made for it, until nothing more comes."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        bound(way, None)
        together = Together(service)
        with os.fdopen(way, "r+b", buffering=0) as stream:
            while head := _exactly(stream.read, _HEAD.size):
                calls = pickle.loads(_exactly(stream.read, _HEAD.unpack(head)[0]))
                for result in together.answers([(CALLS[number], given) for number, given in calls]):
                    data = memoryview(_HEAD.pack(len(sent := pickle.dumps(result))) + sent)
                    while data:
                        data = data[stream.write(data) :]
    finally:
        os._exit(1)


def _exactly(read: Callable[[int], bytes | None], size: int) -> bytes:
    """So many bytes; none where no more come."""
    parts = bytearray()
    while len(parts) < size:
        block = read(size - len(parts))
        if not block:
            return b""
        parts += block
    return bytes(parts)
