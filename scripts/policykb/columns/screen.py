"""Screen a file of records: check, decide, and write the decisions with their totals, whatever its size.

On one machine Polars takes the file in portions, so that memory stays bounded; on Spark the cluster does. Both carry
out the same expressions. Everything is written beside the target and renamed at the end.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..api import Policykb
from ..doors.unfinished import unfinished_folder
from ..doors.writing import new_folder, not_written, place_fault, told_as
from .aside import combine, is_bound
from .job import Progress, Report, Screening
from .opening import open_records
from .portions import Portions
from .sources import Source
from .summary_file import write_summary

__all__ = ["Report", "Screening", "screen", "told_by"]


def screen(kb: Policykb, path: Path, job: Screening, progress: Progress | None = None) -> Report:
    """Screen a file on this machine.

    Args:
        kb: the loaded knowledge base, with its overlays.
        path: the records; see `opening.open_records`.
        job: what to do.
        progress: told as the work goes on.

    Raises:
        InputError: the file cannot be used.
        CallError: the target exists, or cannot be written.
        KnowledgeError: a rule uses something that is not decided over columns.
    """
    started = time.monotonic()
    with (
        new_folder(job.out) as folder,
        unfinished_folder(folder.parent) as staging,
        told_as(staging, job.out),
    ):
        source = open_records(path, job.kind, kb.vocabulary, kb.decider.record_rules, staging)
        with told_by([source], staging, job.out):
            run = Portions(kb, job, source, folder, staging, table=0 if is_bound(kb.book, job.kind.id) else None)
            run.compare()
            ties = run.rank(staging) if job.complete else 0
            for number, done in run.portions():
                run.decide(number)
                if progress is not None:
                    progress(done, source.rows)
            combine([run], staging)
            counted = run.doubled.result()
            found = run.write_doubts()
            seconds = time.monotonic() - started
            told = (source.header.ignored, ties, seconds, counted, found, run.is_compared)
            report = Report(run.summary(), run.invalid, *told)
            write_summary(folder, kb, path, job, report)
    return report


@contextmanager
def told_by(sources: Sequence[Source], staging: Path, target: Path) -> Iterator[None]:
    """Say what ended the work: the target where it cannot be written, or the file where it cannot be read."""
    import polars as pl

    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as fault:
        if (refused := place_fault(staging)) is not None:
            raise not_written(target, refused) from fault
        for source in sources:
            source.read_through()
        # What the system refuses has its number in the message, whatever class it comes as.
        if isinstance(fault, OSError) or "os error" in str(fault):
            raise not_written(target, fault) from fault
        raise
