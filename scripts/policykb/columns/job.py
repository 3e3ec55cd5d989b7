"""What a screening is asked, and what it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..engines.columns.decided import Decided
from ..model import RecordType
from .outputs import Rows, tidy, wide
from .summary import Summary

__all__ = ["Progress", "Report", "Screening", "output_rows"]

PORTION = 4_000_000
"""Records decided at a time on one machine. They stream through in small pieces: it costs no memory."""


@dataclass(frozen=True)
class Screening:
    """What to screen and how.

    `rows` says what is written: "tidy" (one row for each record and clause), "wide" (one row for each record), or
    "none" (the totals alone). `everything` keeps tidy rows that are not eligible. `complete` derives ranks.
    """

    kind: RecordType
    out: Path
    day: date | None = None
    rows: str = "tidy"
    everything: bool = False
    complete: bool = False
    format: str = "parquet"
    portion: int = PORTION


@dataclass(frozen=True)
class Report:
    """What a screening came to: totals, how many records were invalid, and how long it took in seconds.

    `repeated` records are of a subject and period that another record is of, so that the totals count them twice.
    """

    summary: Summary
    invalid: int
    ignored: tuple[str, ...]
    ties: int
    seconds: float
    repeated: int = 0
    doubtful: int = 0
    is_compared: bool = True


Progress = Callable[[int, int], None]
"""Called with the records done and those there are."""


def output_rows(decided: Decided, job: Screening) -> Rows | None:
    """The rows to be written, or None where only the totals are asked for."""
    if job.rows == "none":
        return None
    return wide(decided) if job.rows == "wide" else tidy(decided, job.everything)
