"""How long something that comes in may be worked on without anything coming of it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from types import FrameType
from typing import TypeVar

from ..errors import InputError

__all__ = ["SECONDS", "patience", "patiently"]

T = TypeVar("T")
SECONDS = 600.0
"""Of computing, which a machine under load does not shorten: the most sheets read in a thousandth of it."""
_PORTION = 100
"""Items that are waited for at once: setting a timer for each would cost as much as reading some."""


@contextmanager
def patience(where: str, seconds: float = SECONDS) -> Iterator[None]:
    """End what takes longer; in the main thread alone, where signals arrive, and not on Windows, which has none.

    Args:
        where: what is worked on, for the message.
        seconds: of computing by this process.

    Raises:
        InputError: the time is over.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def over(number: int, frame: FrameType | None) -> None:
        raise InputError("takes-too-long", where=where, seconds=round(seconds))

    before = signal.signal(signal.SIGVTALRM, over)
    left, _ = signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        # What began before goes on with what it had left.
        signal.setitimer(signal.ITIMER_VIRTUAL, left)
        signal.signal(signal.SIGVTALRM, before)


def patiently(items: Iterator[T], where: str, seconds: float = SECONDS) -> Iterator[T]:
    """Give items on, some at a time, and end where those take longer.

    Raises:
        InputError: the time is over.
    """
    while True:
        with patience(where, seconds):
            portion = list(islice(items, _PORTION))
        if not portion:
            return
        yield from portion
