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
from ..doors.incoming import path_text
from ..doors.unfinished import unfinished_folder
from ..doors.writing import new_folder, not_written, place_fault, told_as
from ..errors import InputError
from ..wording.catalogue import reason
from .aside import combine
from .bonds import Bonds
from .engines import PolarsEngine
from .job import Progress, Report, Screening
from .opening import open_records
from .portions import Portions
from .sources import Source
from .summary_file import write_summary
from .versions import in_force

__all__ = ["Report", "Screening", "part_of", "places_of", "screen", "screen_by_each", "told_by"]


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
    (report,) = screen_by_each([kb], path, job, progress)
    return report


def screen_by_each(
    documents: Sequence[Policykb], path: Path, job: Screening, progress: Progress | None = None
) -> list[Report]:
    """Screen a file by each of several documents, and by what their groups say of each other; see `screen`.

    Of several each has a folder of its own within the target, by its slug.
    """
    started, documents = time.monotonic(), in_force(documents, job.day)
    with (
        new_folder(job.out) as folder,
        unfinished_folder(folder.parent) as staging,
        told_as(staging, job.out),
    ):
        bonds, sources, runs = Bonds.of(documents), list[Source](), list[tuple[Portions, int]]()
        table = 0 if any(bonds.binds(kb, job.kind.id) for kb in documents) else None
        with told_by([path], sources, staging, job.out):
            for number, kb in enumerate(documents):
                own, held = places_of(bonds.slug(kb), folder, staging)
                sources.append(open_records(path, job.kind, kb.vocabulary, kb.decider.record_rules, held))
                run = Portions(kb, job, sources[-1], own, held, table=table, bonds=bonds)
                runs.append((run, run.carry_out(part_of(progress, number, len(documents)))))
            combine(PolarsEngine(), [run for run, _ in runs], staging / "joint")
            reports = []
            for kb, (run, ties) in zip(documents, runs, strict=True):
                reports.append(run.report(ties, started))
                write_summary(run.folder, kb, path, job, reports[-1], bonds)
    return reports


def places_of(slug: str, folder: Path, staging: Path) -> tuple[Path, Path]:
    """Where what a document says is written, and where what is worked out for that is put aside."""
    if not slug:
        return folder, staging
    for one in (places := (folder / slug, staging / slug)):
        one.mkdir()
    return places


def part_of(progress: Progress | None, number: int, count: int) -> Progress | None:
    """Progress of one of so many rounds over the same records."""
    if progress is None or count == 1:
        return progress
    return lambda done, rows: progress(number * rows + done, count * rows)


@contextmanager
def told_by(paths: Sequence[Path], sources: Sequence[Source], staging: Path, target: Path) -> Iterator[None]:
    """Say what ended the work: the target where it cannot be written, or the file where it cannot be read."""
    import polars as pl

    where = ", ".join(map(path_text, paths))
    try:
        yield
    except InputError as fault:
        raise fault if fault.where.zh else fault.at(where) from fault
    except pl.exceptions.PanicException as fault:
        # A day or a kind that no engine of columns can show, such as the year 290000.
        raise InputError("data-unreadable", where=where, detail=reason(str(fault), "data")) from fault
    except (pl.exceptions.PolarsError, OSError) as fault:
        if (refused := place_fault(staging)) is not None:
            raise not_written(target, refused) from fault
        for source in sources:
            source.read_through()
        # What the system refuses has its number in the message, whatever class it comes as.
        if isinstance(fault, OSError) or "os error" in str(fault):
            raise not_written(target, fault) from fault
        raise
