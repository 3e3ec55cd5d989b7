"""An answer that is to be written: what is decided portion by portion, how it is told, and where it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..answers.held import Held
from ..answers.run import Run
from ..doors.spill import foresee
from ..doors.writing import temporary
from ..law.receipt import Receipt
from .phrases import Phrases
from .tell import Telling

__all__ = ["Job"]


@dataclass
class Job:
    """What every format is written from.

    Args:
        run: the records.
        phrases: the wordings in the reader's language.
        write: takes the bytes in their order, when all is decided.
        explain: list every criterion with its truth, values and words.
        everything: unfold the clauses without money, and tell every subject.
        receipt: what is written in place of the receipt of the run, where an answer is repeated.
        folder: where the file goes, if it is one.
        processes: how many decide and word at once.
    """

    run: Run | Held
    phrases: Phrases
    write: Callable[[bytes], object]
    explain: bool = False
    everything: bool = False
    receipt: Receipt | None = None
    folder: Path | None = None
    processes: int = 1

    def telling(self, *, criteria: bool = False) -> Telling:
        """What tells the subjects and counts them; `criteria` are worded also where they are not to be explained."""
        run = self.run
        counts = len(run.grouping), len(run.records)
        asked = {"explain": self.explain, "everything": self.everything, "criteria": criteria or self.explain}
        return Telling(self.phrases, *counts, run.repeated, **asked)

    def sealed(self) -> Receipt:
        """What the answer rests on, when all is decided."""
        return self.receipt or self.run.receipt()

    def has_room(self, size: int, done: int) -> None:
        """See that there is room for all, once some is written.

        Args:
            size: the bytes that were written.
            done: the records they tell of.

        Raises:
            CallError: a disk has too little room for the rest.
        """
        left = size * (len(self.run.records) - done) / max(done, 1)
        whole = size + left
        foresee([(temporary(), left), *([(self.folder, whole)] if self.folder is not None else [])])
