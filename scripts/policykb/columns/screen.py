"""Screen a file of records: check, decide, and write the decisions with their totals, whatever its size.

On one machine Polars takes the file in portions, so that memory stays bounded; on Spark the cluster does. Both carry
out the same expressions. Everything is written beside the target and renamed at the end.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from .. import __version__
from ..api import Policykb
from ..unfinished import unfinished_folder
from ..writing import new_folder, not_written
from .job import Progress, Report, Screening
from .opening import open_records
from .portions import Portions
from .sources import Source

__all__ = ["Report", "Screening", "screen", "write_summary"]


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
    ):
        source = open_records(path, job.kind, kb.vocabulary, kb.decider.record_rules, staging)
        with _told(source, job.out):
            run = Portions(kb, job, source, folder, staging)
            ties = run.rank(staging) if job.complete else 0
            for number, done in run.portions():
                run.decide(number)
                if progress is not None:
                    progress(done, source.rows)
            counted = run.doubled.result()
            seconds = time.monotonic() - started
            report = Report(run.summary(), run.invalid, source.header.ignored, ties, seconds, counted)
            write_summary(folder, kb, path, job, report, "polars")
    return report


@contextmanager
def _told(source: Source, target: Path) -> Iterator[None]:
    """Say what ended the work: the file where it cannot be read, or else the target where it cannot be written."""
    import polars as pl

    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as fault:
        source.read_through()
        # What the system refuses has its number in the message, whatever class it comes as.
        if isinstance(fault, OSError) or "os error" in str(fault):
            raise not_written(target, fault) from fault
        raise


def write_summary(folder: Path, kb: Policykb, path: Path, job: Screening, report: Report, engine: str) -> None:
    """The totals, and what they rest on, as summary.json."""
    knowledge = kb.knowledge
    receipt = {
        "policykb": __version__,
        "rules": f"sha256:{knowledge.rules_hash}",
        "input": path.name,
        "type": job.kind.id,
        "asOf": job.day.isoformat() if job.day else "period end",
        "overlays": list(knowledge.overlays),
        "engine": engine,
        "complete": job.complete,
        "rows": job.rows,
        "all": job.everything,
        "inputHash": f"sha256:{_digest(path)}",
    }
    body = {
        "receipt": receipt,
        "invalid": report.invalid,
        "ignored": list(report.ignored),
        "ties": report.ties,
        "repeated": report.repeated,
        **asdict(report.summary),
        "totals": {currency: asdict(sums) for currency, sums in report.summary.totals.items()},
    }
    text = json.dumps(body, ensure_ascii=False, indent=1, default=_plain)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    """The SHA-256 of the bytes of the file; of a folder, over the names and hashes of its Parquet files."""
    file = Path(str(path).partition("::")[0])
    if not file.is_dir():
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    digest = hashlib.sha256()
    for each in sorted(file.rglob("*.parquet")):
        with each.open("rb") as stream:
            digest.update(each.relative_to(file).as_posix().encode())
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
