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

from ..api import Policykb
from ..doors.outgoing import HARMLESS
from ..doors.unfinished import unfinished_folder
from ..doors.writing import new_folder
from ..engines.columns.decided import Decided
from ..errors import CallError, InputError
from ..extras import need
from ..law.data_rules import DataRule
from ..model import Finding
from ..wording.catalogue import reason
from .bonds import Bonds
from .doubts import COMPARED, LISTED, Doubts, doubtful
from .engines import SparkEngine, decide_on
from .intake import Intake, repeated_id, take_in
from .job import Progress, Report, Screening, output_rows
from .joint import LOST, ROW, Joint, owners_of, parted, set_aside
from .outputs import FINDINGS, tidy
from .ranks import declared_ranks, ranked
from .repeats import count_on_spark
from .spark_reading import open_files, read_files
from .summary import read_summary, summary_columns
from .summary_file import write_summary
from .texts import Readers

__all__ = ["connect", "screen_on_spark"]

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
    started = time.monotonic()
    session = session if session is not None else connect(master)
    with (
        new_folder(job.out) as folder,
        unfinished_folder(folder.parent) as staging,
        _told(path),
    ):
        run = _Cluster(kb, job, session, path, staging)
        rows = int(run.raw.count().execute())
        if progress is not None:
            progress(0, rows)
        report = run.carry_out(folder, rows, started)
        write_summary(folder, kb, Path(path), job, report, engine="spark")
        if progress is not None:
            progress(rows, rows)
    return report


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
    """One screening on a Spark session."""

    def __init__(self, kb: Policykb, job: Screening, session: Any, path: str, staging: Path) -> None:
        self.kb, self.job, self.session = kb, job, session
        self.engine = SparkEngine(session)
        self.readers = Readers.of(job.kind, kb.vocabulary, kb.decider.record_rules, path)
        self.opened = open_files(session, path, self.readers)
        self.reading = read_files(self.engine, self.opened, self.readers, staging)
        self.raw = self.reading.table
        self.staging = staging

    def carry_out(self, folder: Path, rows: int, started: float) -> Report:
        """Check, rank, decide and write; `rows` is how many records there are."""
        kind, items = self.job.kind, self.opened.header.items
        intake = take_in(self.engine, self.raw, items, self.readers, self.reading.read)
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
        doubts = Doubts(self.kb, kind)
        parted = self._compare(doubts, typed, rows)
        if parted:
            typed = typed.mutate(is_broken=typed.is_broken | typed.record.isin([one.record for one in parted]))
        owners = None
        self.bonds = Bonds.of([self.kb])
        if self.bonds.binds(self.kb, kind.id):
            typed = self._numbered(typed)
            owners = owners_of(self.kb.book, typed)
        valid = typed.filter(~typed.is_broken)
        invalid = int(typed.is_broken.sum().execute() or 0)
        if invalid:
            self._write_invalid(intake, repeated, doubts.table(parted), folder)
        suspects = valid.filter(doubtful(valid, self.readers.rules.types[kind.id])).limit(LISTED)
        doubts.look(suspects.to_pyarrow().to_pylist())
        if doubts.found:
            self._write(self._told(doubts.table(doubts.found)), folder / "doubtful")
        valid = valid.select([name for name in valid.columns if ":" not in name and name != "is_broken"])
        ties = 0
        if self.job.complete:
            valid, ties = self._ranked(valid, folder)
        decided = decide_on(self.engine, self.kb, kind.id, self.engine.frame(valid), self.job.day)
        row = summary_columns(decided, rows).to_pyarrow().to_pylist()[0]
        summary = read_summary(decided, row)
        joint = self._joint(owners, decided) if owners is not None else None
        if joint is not None:
            summary = replace(summary, joints=joint.totals().get((0, ""), ()))
        written = self._rows(decided, joint)
        if written is not None:
            self._write(written, folder / "decisions")
        doubled = count_on_spark(intake.table) if self.readers.rules.types[kind.id].once_per_period else 0
        told = (self.opened.header.ignored, ties, time.monotonic() - started, doubled, len(doubts.found))
        return Report(summary, invalid, *told, is_compared=rows <= COMPARED)

    def _numbered(self, typed: ir.Table) -> ir.Table:
        """The records with their numbers, which are given once and for all."""
        from pyspark.sql import functions as spark

        numbers = spark.monotonically_increasing_id()
        return self.engine.table("numbered", self.engine.frame(typed).withColumn(ROW, numbers).localCheckpoint())

    def _joint(self, owners: ir.Table, decided: Decided) -> Joint | None:
        """What groups over several records leave."""
        inside, _ = parted(decided, self.bonds.bound(self.kb))
        aside = set_aside(inside, self.job.everything)
        if aside is None:
            return None
        rows = self.engine.table("aside", self.engine.finish(aside).localCheckpoint())
        return Joint(self.engine, self.bonds, owners, rows, self.staging)

    def _rows(self, decided: Decided, joint: Joint | None) -> Any:
        """The rows to be written, or None where only the totals are asked for."""
        if joint is None or self.job.rows != "tidy":
            written = output_rows(decided, self.job)
            return None if written is None else self.engine.finish(written)
        from pyspark.sql import functions as spark

        told = self.engine.frame(joint.told()).drop(ROW)
        _, outside = parted(decided, self.bonds.bound(self.kb))
        if not outside.clauses:
            return told
        others = self.engine.finish(tidy(outside, self.job.everything))
        others = others.withColumns({name: spark.lit(None).cast("string") for name in LOST})
        return told.unionByName(others)

    def _compare(self, doubts: Doubts, typed: ir.Table, rows: int) -> list[Finding]:
        """Compare the records with each other, as `check` does; the errors among what is found."""
        if rows > COMPARED:
            return []
        return doubts.compare(typed.to_pyarrow().to_pylist(), is_complete=self.job.complete)

    def _told(self, found: Sequence[Mapping[str, str | None]]) -> Any:
        """Findings as a table."""
        rows = [tuple(one[name] for name in FINDINGS) for one in found]
        return self.session.createDataFrame(rows, ", ".join(f"{name} string" for name in FINDINGS))

    def _write_invalid(
        self, intake: Intake, repeated: Sequence[str], parted: Sequence[Mapping[str, str | None]], folder: Path
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
            words = self.engine.table(f"words_{check.item}", self.reading.wordings[check.item])
            joined = rows.join(words, rows.value == words.text)
            parts.append(joined.mutate(value=joined.shown).select(*FINDINGS))
        if repeated:
            twice = table.filter(table.record.isin(repeated))
            rule = repeated_id(self.readers.rules)
            parts.append(
                _worded(twice.select(record=twice.record, period=twice.period, value=twice.record), rule, "id")
            )
        found = self.engine.frame(ibis.union(*parts) if len(parts) > 1 else parts[0])
        self._write(found.unionByName(self._told(parted)) if parted else found, folder / "invalid")

    def _ranked(self, valid: ir.Table, folder: Path) -> tuple[ir.Table, int]:
        ties = 0
        for rank, by in declared_ranks(self.kb.knowledge, self.job.kind.facts).items():
            if by not in valid.columns:
                continue
            places = ranked(valid, rank, by)
            tied = places.filter(places.is_tie).mutate(fact=ibis.literal(rank))
            count = int(tied.count().execute())
            if count:
                ties += count
                self._write(self.engine.frame(tied), folder / "ties")
            joined = valid.left_join(places.select("record", derived=places[rank]), "record")
            stated = joined[rank] if rank in valid.columns else ibis.literal(None, "int64")
            merged = ibis.coalesce(stated, joined.derived)
            valid = joined.mutate(**{rank: merged}).drop("derived", "record_right")
        return valid, ties

    def _write(self, frame: Any, target: Path) -> None:
        if self.job.format == "parquet":
            frame.write.parquet(target.absolute().as_uri())
        else:
            _harmless(frame).write.options(**_CSV).csv(target.absolute().as_uri())


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
