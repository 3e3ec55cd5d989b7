"""A sign of progress on standard error: what is done, how many of how many, how fast, and how long it still takes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..api import Policykb
    from ..model import Lang

__all__ = ["Progress", "record_progress"]

_PATIENCE = 2.0  # seconds before anything is shown
_PAUSE = 0.2  # seconds between two looks at the clock that are worth a new line


class Progress:
    """A bar once a work takes over two seconds; silent where standard error is no terminal.

    Args:
        say: words a text of the ontology.
    """

    def __init__(self, say: Callable[..., str]) -> None:
        self._say = say
        self._is_shown = sys.stderr.isatty()
        self._start = time.monotonic()
        self._last = 0.0
        self._what, self._since = "", self._start
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reading(self, files: Sequence[Path]) -> Callable[[int], None]:
        """What is told how many records were read."""
        if not self._is_shown:
            return lambda done: None
        from ..readers.sizes import estimated_rows

        count = sum(estimated_rows(file) or 0 for file in files)
        return lambda done: self.tick("read", done, max(done, count))

    def tick(self, what: str, done: int, count: int) -> None:
        """Show how far a work is; when it is done nothing is shown, since the answer may be printed then.

        Args:
            what: read, checked or decided.
            done, count: how many records of how many.
        """
        if not self._is_shown:
            return
        now = time.monotonic()
        if done >= count and what == "decided":
            self.close()
            return
        if now - self._start < _PATIENCE or (now - self._last < _PAUSE and what == self._what):
            return
        self._last = now
        if self._bar is None or what != self._what:
            self._open(what)
        rate = self._say("progress-rate", count=f"{done / max(now - self._since, _PAUSE):,.0f}")
        self._bar.update(self._task, completed=done, total=count, rate=rate)

    def _open(self, what: str) -> None:
        """Begin the bar of a work."""
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        from ..doors.terminal import Terminal

        self.close()
        parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
        self._bar = Bar(*parts, TimeRemainingColumn(), console=Terminal(stderr=True), transient=True)
        self._what, self._since = what, time.monotonic()
        self._task = self._bar.add_task(self._say(f"progress-{what}"), total=None, rate="")
        self._bar.start()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


@contextmanager
def record_progress(kb: Policykb, lang: Lang) -> Iterator[Callable[[int, int], None]]:
    """What is told how many records of how many are done, and shows it where somebody watches."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from ..doors.terminal import Terminal

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Terminal(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(kb.wording.say("screening", lang), total=None, rate="")

        def show(done: int, there: int) -> None:
            elapsed = bar.tasks[0].elapsed or 0
            rate = kb.wording.say("screen-rate", lang, rate=f"{done / elapsed:,.0f}") if done and elapsed else ""
            bar.update(task, completed=done, total=there, rate=rate)

        yield show
