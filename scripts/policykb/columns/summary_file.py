"""The totals of a screening as a file, with the receipt from which it can be repeated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..api import Policykb
from ..law.fingerprint import SHA256, one_hash, sha256, sha256_of_file, versions
from ..law.receipt import Input, Json, Receipt, receipt_json
from .versions import versions_of

if TYPE_CHECKING:
    from .bonds import Bonds
    from .job import Report, Screening

__all__ = ["SUMMARY", "TOGETHER", "digest", "summary_text", "write_summary", "write_together"]

SUMMARY, TOGETHER = "summary.json", "totals.json"
_LIBRARIES = ("duckdb", "ibis-framework", "polars", "pyarrow")


def write_summary(
    folder: Path,
    kb: Policykb,
    path: Path,
    job: Screening,
    report: Report,
    bonds: Bonds | None = None,
    engine: str = "polars",
) -> None:
    """The totals, and what they rest on, as summary.json.

    Args:
        folder: where the rows were written already.
        kb: the knowledge base.
        path: the file of records, or a folder of them.
        job: what was asked for.
        report: what came of it.
        bonds: what groups bind of all documents that were screened together.
        engine: what carried it out.
    """
    body = totals_of(report)
    receipt = replace(_receipt(kb, path, job, engine, bonds), answer=sha256(_text(body).encode()))
    stated = receipt_json(receipt) | {
        "input": path.name,
        "inputHash": SHA256 + receipt.records,
        "type": job.kind.id,
        "complete": job.complete,
        "rows": job.rows,
        "all": job.everything,
        # A cluster writes its rows in as many files as it has workers.
        "files": _files(folder) if engine == "polars" else {},
    }
    (folder / SUMMARY).write_text(summary_text(stated, body), encoding="utf-8")


def totals_of(report: Report) -> dict[str, Any]:
    """What a screening came to, by the names of the file."""
    summary = asdict(report.summary)
    if not report.summary.joints:
        del summary["joints"]
    return {
        "invalid": report.invalid,
        "ignored": list(report.ignored),
        "ties": report.ties,
        "repeated": report.repeated,
        "doubtful": report.doubtful,
        "compared": report.is_compared,
        **summary,
        "totals": {currency: asdict(sums) for currency, sums in report.summary.totals.items()},
    }


def write_together(
    folder: Path,
    kb: Policykb,
    paths: Sequence[Path],
    job: Screening,
    reports: Mapping[str, Report],
    whole: Mapping[str, Any],
    bonds: Bonds | None = None,
) -> None:
    """The totals of several tables, with what they rest on, as totals.json.

    Args:
        folder: where the rows were written already.
        kb: the knowledge base.
        paths: the files of records.
        job: what was asked for.
        reports: what came of each table, by the name of its folder.
        whole: what all of them come to.
        bonds: what groups bind of all documents that were screened together.
    """
    hashes = [digest(path) for path in paths]
    receipt = _receipt(kb, paths[0], job, "polars", bonds, sha256("\n".join(hashes).encode()))
    inputs = tuple(Input(path.name, one) for path, one in zip(paths, hashes, strict=True))
    body = {**whole, "tables": {name: totals_of(report) for name, report in reports.items()}}
    stated = receipt_json(replace(receipt, inputs=inputs, answer=sha256(_text(body).encode())))
    (folder / TOGETHER).write_text(summary_text({**stated, "files": _files(folder)}, body), encoding="utf-8")


def summary_text(receipt: dict[str, Json], body: dict[str, Any]) -> str:
    """The file: what the totals rest on, then the totals."""
    return _text({"receipt": receipt, **body}) + "\n"


def digest(path: Path) -> str:
    """The SHA-256 of the bytes of a file; of a folder, over the names and hashes of its Parquet files."""
    file = Path(str(path).partition("::")[0])
    if not file.exists():
        # What only a cluster sees is known by its address alone.
        return sha256(str(path).encode())
    if not file.is_dir():
        return sha256_of_file(file)
    found = hashlib.sha256()
    for each in sorted(file.rglob("*.parquet")):
        found.update(each.relative_to(file).as_posix().encode())
        found.update(bytes.fromhex(sha256_of_file(each)))
    return found.hexdigest()


def _receipt(
    kb: Policykb, path: Path, job: Screening, engine: str, bonds: Bonds | None, of_all: str | None = None
) -> Receipt:
    """What the totals rest on; the records are those of the file, byte for byte, or `of_all` files.

    Where groups bind clauses of several documents the totals of one rest on the rules of all.
    """
    versions_ = [one.kb.book.origin for one in versions_of(kb, job.day)]
    origin, rules, hashed = versions_[-1], one_hash(one.rules_hash for one in versions_), of_all or digest(path)
    alone = []
    if bonds is not None and bonds.is_crossed:
        origin, rules = bonds.book.origin, one_hash(bonds.rules.values())
        alone = [f"document={kb.knowledge.policy}"]
    words = {"complete": job.complete, "everything": job.everything}
    said = [] if of_all else [f"type={job.kind.id}"]
    said += [f"rows={job.rows}", f"format={job.format}"]
    return Receipt(
        rules,
        hashed,
        job.day,
        origin.overlays,
        options=(*said, *alone, *(word for word, was in words.items() if was)),
        engine=engine,
        policy=origin.policy,
        parts=origin.parts,
        inputs=(Input(path.name, hashed),),
        versions=versions(_LIBRARIES),
    )


def _files(folder: Path) -> dict[str, Json]:
    """The checksum of each file of rows, by its path in the folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): SHA256 + sha256_of_file(path) for path in found}


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
