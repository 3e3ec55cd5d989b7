"""Work that others wait for: no more of it at once than the machine bears, none longer than it may take."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar, cast

from ..errors import PolicykbError
from .contained import Job

__all__ = ["Bounds"]

T = TypeVar("T")
_AT_ONCE, _WAITING = 4, 64  # pieces of work that go on, and that wait for one to end


@dataclass
class Bounds:
    """The bounds of one endpoint.

    Args:
        seconds: after which a piece of work is given up.
    """

    seconds: float
    waiting: int = 0
    _running: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE), repr=False)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count a piece of work among those that wait.

        Raises:
            OverflowError: too many others wait.
        """
        if self.waiting >= _WAITING:
            raise OverflowError
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

    async def alone(self, work: Callable[[], T]) -> T:
        """What some work gives in a process of its own, while others are answered.

        Raises:
            PolicykbError: what the work raises, or it takes too long.
        """
        async with self._running:
            return await _finished(work, self.seconds)


async def _finished(work: Callable[[], T], seconds: float) -> T:
    loop = asyncio.get_running_loop()
    job, done = Job(work, seconds), loop.create_future()

    def take() -> None:
        try:
            if job.take() and not done.done():
                done.set_result(None)
        except PolicykbError as fault:
            if not done.done():
                done.set_exception(fault)

    loop.add_reader(job.pipe, take)
    try:
        await asyncio.wait_for(done, seconds)
        return cast(T, job.result())
    except TimeoutError as fault:
        raise job.late() from fault
    finally:
        loop.remove_reader(job.pipe)
        job.end()
