"""Screen records on Spark: the same expressions as on one machine, carried out by a cluster."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from ..answers.ranks import own_divisions
from ..api import Policykb
from ..doors.outgoing import HARMLESS
from ..doors.unfinished import unfinished_folder
from ..doors.writing import new_folder
from ..errors import CallError, InputError
from ..extras import need
from ..law.data_rules import DataRule
from ..model import Finding
from ..wording.catalogue import reason
from .aside import combine, put_aside
from .bonds import Bonds
from .doubts import COMPARED, LISTED, Doubts, doubtful
from .engines import SparkEngine, hold_valid
from .intake import Intake, repeated_id, take_in
from .job import Progress, Report, Screening
from .joint import ROW
from .outputs import FINDINGS
from .ranks import contenders, declared_ranks, ranked
from .repeats import count_on_spark
from .results import Results
from .screen import part_of, places_of
from .spark_reading import Files, Reading, find_files, open_files, read_files
from .summary import Summary, read_summary
from .summary_file import write_summary
from .texts import Readers
from .totals import JointTotals
from .versions import in_force, refuse_several

__all__ = ["connect", "screen_on_spark", "screen_on_spark_by_each"]

_REPEATED = 100_000
_CSV = {"header": "true", "escape": '"', "emptyValue": "", "ignoreLeadingWhiteSpace": "false",
        "ignoreTrailingWhiteSpace": "false"}  # fmt: skip
"""CSV as RFC 4180 has it, and texts as they are."""


def connect(master: str, name: str = "policykb screen") -> Any:
    """A Spark session on a master, `local[2]` or the URL of a cluster.

    Raises:
        CallError: PySpark is not installed, there is no Java, or the master does not answer.
    """
    need("spark")
    from pyspark.sql import SparkSession

    try:
        builder = SparkSession.builder.master(master).appName(name)
        session = builder.config("spark.sql.session.timeZone", "UTC").config("spark.ui.enabled", "false").getOrCreate()
    except Exception as fault:
        raise CallError("spark-not-started", master=master, detail=reason(fault, "data", "os", "net")) from fault
    session.sparkContext.setLogLevel("ERROR")
    return session


def screen_on_spark(
    kb: Policykb, path: str, job: Screening, master: str, progress: Progress | None = None, session: Any = None
) -> Report:
    """Screen files on Spark.

    Args:
        kb: the loaded knowledge base, with its overlays.
        path: Parquet or CSV files, as Spark names them (a local path, s3a://…, hdfs://…); with a column of ids.
        job: what to do; its target is a local folder, or one that the driver sees.
        master: `local[2]`, or the URL of a cluster.
        progress: told at the start and the end.
        session: a session that is there already.

    Raises:
        InputError: the files cannot be used.
        CallError: Spark does not start, or the target exists.
    """
    (report,) = screen_on_spark_by_each([kb], path, job, master, progress, session)
    return report


def screen_on_spark_by_each(
    documents: Sequence[Policykb],
    path: str,
    job: Screening,
    master: str,
    progress: Progress | None = None,
    session: Any = None,
) -> list[Report]:
    """Screen files by each of several documents, and by what their groups say of each other; see `screen_on_spark`.

    Of several each has a folder of its own within the target, by its slug.
    """
    refuse_several(documents, job.day)
    started, documents = time.monotonic(), in_force(documents, job.day)
    session = session if session is not None else connect(master)
    with (
        new_folder(job.out) as folder,
        unfinished_folder(folder.parent) as staging,
        _told(path),
    ):
        engine, bonds, files = SparkEngine(session), Bonds.of(documents), find_files(session, path)
        places = [places_of(bonds.slug(kb), folder, staging) for kb in documents]
        runs = [_Cluster(kb, job, engine, files, bonds, *own) for kb, own in zip(documents, places, strict=True)]
        is_bound = any(bonds.binds(kb, job.kind.id) for kb in documents)
        if is_bound:
            files = files.numbered(run.opened.header for run in runs)
        rows = files.frame.count()
        for number, run in enumerate(runs):
            show = part_of(progress, number, len(runs))
            if show is not None:
                show(0, rows)
            run.decide(files, rows, is_bound=is_bound)
            if show is not None:
                show(rows, rows)
        combine(engine, runs, staging / "joint")
        reports = [run.report(started) for run in runs]
        for run, report in zip(runs, reports, strict=True):
            write_summary(run.folder, run.kb, Path(path), job, report, bonds, engine="spark")
    return reports


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Say in one message what ended the work on the cluster."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as fault:
        raise InputError(
            "data-unreadable", where=path, detail=reason(_cause(str(fault)), "data", "os", "net")
        ) from fault


def _cause(text: str) -> str:
    """The innermost cause that Java names, or else the first line."""
    causes = [line for line in text.splitlines() if line.startswith("Caused by: ")]
    return causes[-1].removeprefix("Caused by: ") if causes else text.partition("\n")[0]


class _Cluster:
    """One document's screening on a Spark session."""

    def __init__(
        self,
        kb: Policykb,
        job: Screening,
        engine: SparkEngine,
        files: Files,
        bonds: Bonds,
        folder: Path,
        staging: Path,
    ) -> None:
        self.kb, self.job, self.engine, self.bonds = kb, job, engine, bonds
        self.folder, self.staging = folder, staging
        self.slug, self.first = bonds.slug(kb), 0
        self.owed: Path | None = None
        self.readers = Readers.of(job.kind, kb.vocabulary, kb.decider.record_rules, files.path)
        self.opened = open_files(files, self.readers)
        self.doubts = Doubts(kb, job.kind)
        self.rows = self.invalid = self.ties = self.doubled = 0
        self.aside: dict[str, Any] = {}
        self.kinds: dict[str, str] = {}
        self.summary: Summary

    def decide(self, files: Files, rows: int, *, is_bound: bool) -> None:
        """Check, rank, decide and write; set aside what groups over several records bind.

        Args:
            files: the files, with numbers where groups need them.
            rows: how many records there are.
            is_bound: whether a group binds records of the type under any of the documents.
        """
        kind, self.rows = self.job.kind, rows
        self.opened = replace(self.opened, files=files)
        reading = read_files(self.engine, self.opened, self.readers, self.staging)
        intake = take_in(self.engine, reading.table, self.opened.header.items, self.readers, reading.read)
        typed = self._checked(intake, reading)
        valid = typed.filter(~typed.is_broken)
        suspects = valid.filter(doubtful(valid, self.readers.rules.types[kind.id])).limit(LISTED)
        self.doubts.look(suspects.to_pyarrow().to_pylist())
        if self.doubts.found:
            self._write(self._findings(self.doubts.table(self.doubts.found)), "doubtful")
        valid = valid.select([name for name in valid.columns if ":" not in name and name != "is_broken"])
        if self.job.complete:
            valid = self._ranked(valid, typed)
        held = hold_valid(self.engine, self.kb, kind.id, self.engine.frame(valid))
        bound = self.bonds.bound(self.kb) if is_bound else None
        results = Results.of(self.kb, replace(self.job, portion=rows), *held, counts=False, bound=bound)
        self.summary = read_summary(results.decided, results.sums.to_pyarrow().to_pylist()[0])
        if results.rows is not None:
            written = self.engine.finish(results.rows)
            self.kinds = dict(written.dtypes)
            self._write(written, "decisions")
        if is_bound:
            aside = put_aside(self.engine, self.bonds, self.slug, typed, results.joint)
            self.aside = {name: frame.localCheckpoint() for name, frame in aside.items()}
        self.doubled = count_on_spark(intake.table) if self.readers.rules.types[kind.id].once_per_period else 0

    def held(self, name: str) -> Any:
        """See `aside.Run`."""
        return self.aside.get(name)

    def take_in(self, joints: Sequence[JointTotals], told: Any) -> None:
        """See `aside.Run`."""
        from pyspark.sql import functions as spark

        self.summary = replace(self.summary, joints=tuple(joints))
        if told is not None:
            like_the_others = [spark.col(name).cast(self.kinds.get(name, kind)) for name, kind in told.drop(ROW).dtypes]
            self._write(told.select(like_the_others), "decisions")

    def report(self, started: float) -> Report:
        """What it came to, when all that groups leave is taken in."""
        told = (self.opened.header.ignored, self.ties, time.monotonic() - started, self.doubled)
        return Report(self.summary, self.invalid, *told, len(self.doubts.found), is_compared=self.rows <= COMPARED)

    def _checked(self, intake: Intake, reading: Reading) -> ir.Table:
        """The records with those marked that break a rule; what these break is written."""
        typed = intake.table.mutate(is_broken=intake.broken)
        counted = intake.table.group_by("record").aggregate(n=intake.table.count())
        counted = counted.filter(counted.record.notnull())
        repeated = (
            counted.filter(counted.n > 1).select("record").limit(_REPEATED + 1).to_pyarrow()["record"].to_pylist()
        )
        if len(repeated) > _REPEATED:
            raise InputError("ids-repeated", most=_REPEATED)
        if repeated:
            typed = typed.mutate(is_broken=typed.is_broken | typed.record.isin(repeated).coalesce(False))
        parted = self._compare(typed)
        if parted:
            typed = typed.mutate(is_broken=typed.is_broken | typed.record.isin([one.record for one in parted]))
        self.invalid = int(typed.is_broken.sum().execute() or 0)
        if self.invalid:
            self._write_invalid(intake, reading, repeated, self.doubts.table(parted))
        return typed

    def _compare(self, typed: ir.Table) -> list[Finding]:
        """Compare the records with each other, as `check` does; the errors among what is found."""
        if self.rows > COMPARED:
            return []
        return self.doubts.compare(typed.to_pyarrow().to_pylist(), is_complete=self.job.complete)

    def _findings(self, found: Sequence[Mapping[str, str | None]]) -> Any:
        """Findings as a table."""
        rows = [tuple(one[name] for name in FINDINGS) for one in found]
        return self.engine.session.createDataFrame(rows, ", ".join(f"{name} string" for name in FINDINGS))

    def _write_invalid(
        self,
        intake: Intake,
        reading: Reading,
        repeated: Sequence[str],
        parted: Sequence[Mapping[str, str | None]],
    ) -> None:
        """The findings of invalid records, one row for each rule broken."""
        table = intake.table
        parts = []
        for check in intake.checks:
            rows = table.select(record=table.record, period=table.period, value=check.value, is_broken=check.broken)
            rows = rows.filter(rows.is_broken).drop("is_broken")
            if check.rule is not None:
                parts.append(_worded(rows, check.rule, check.item))
                continue
            words = self.engine.table(f"words_{check.item}", reading.wordings[check.item])
            joined = rows.join(words, rows.value == words.text)
            parts.append(joined.mutate(value=joined.shown).select(*FINDINGS))
        if repeated:
            twice = table.filter(table.record.isin(repeated))
            rule = repeated_id(self.readers.rules)
            parts.append(
                _worded(twice.select(record=twice.record, period=twice.period, value=twice.record), rule, "id")
            )
        found = self.engine.frame(ibis.union(*parts) if len(parts) > 1 else parts[0])
        self._write(found.unionByName(self._findings(parted)) if parted else found, "invalid")

    def _ranked(self, valid: ir.Table, typed: ir.Table) -> ir.Table:
        """The valid ones of the records with the declared ranks derived; the ties among these are written."""
        for rank, by in declared_ranks(self.kb.knowledge, self.job.kind.facts).items():
            if by not in valid.columns:
                continue
            places = ranked(contenders(typed, by, own_divisions(self.kb.book)), rank, by)
            tied = places.filter(places.is_tie).mutate(fact=ibis.literal(rank))
            count = int(tied.count().execute())
            if count:
                self.ties += count
                self._write(self.engine.frame(tied), "ties")
            joined = valid.left_join(places.select("record", derived=places[rank]), "record")
            stated = joined[rank] if rank in valid.columns else ibis.literal(None, "int64")
            merged = ibis.coalesce(stated, joined.derived)
            valid = joined.mutate(**{rank: merged}).drop("derived", "record_right")
        return valid

    def _write(self, frame: Any, name: str) -> None:
        """Write rows, beside those that are in the folder of this name already."""
        target = (self.folder / name).absolute().as_uri()
        if self.job.format == "parquet":
            frame.write.mode("append").parquet(target)
        else:
            _harmless(frame).write.mode("append").options(**_CSV).csv(target)


def _harmless(frame: Any) -> Any:
    """A table for CSV files: no text of it steers a terminal or is run by a spreadsheet, as `outgoing.csv_cell`."""
    from pyspark.sql import functions as spark

    texts = {name: spark.col(f"`{name}`") for name, kind in frame.dtypes if kind == "string"}
    for pattern, instead in HARMLESS:
        texts = {name: spark.regexp_replace(text, pattern, instead) for name, text in texts.items()}
    return frame.withColumns(texts)


def _worded(rows: ir.Table, rule: DataRule, item: str) -> ir.Table:
    """Rows that break a rule of the data, with its words."""
    return rows.mutate(
        value=rows.value.cast("string"),
        rule=ibis.literal(rule.id),
        item=ibis.literal(item),
        message_zh=_with_value(rule.message.zh, rows),
        message_en=_with_value(rule.message.en, rows),
        mend_zh=ibis.literal(rule.mend.zh),
        mend_en=ibis.literal(rule.mend.en),
    ).select(*FINDINGS)


def _with_value(words: str, rows: ir.Table) -> ir.StringValue:
    """The words of a rule with the value that breaks it."""
    before, mark, behind = words.partition("{value}")
    return ibis.literal(before) + rows.value.cast("string") + ibis.literal(behind) if mark else ibis.literal(words)
