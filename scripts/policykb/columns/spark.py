"""Screen records on Spark: the same expressions as on one machine, carried out by a cluster."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from ..api import Policykb
from ..errors import CallError, InputError
from ..extras import need
from ..writing import new_folder
from .engines import SparkEngine, decide_on
from .intake import repeated_id, take_in
from .outputs import FINDINGS
from .ranks import declared_ranks, ranked
from .repeats import count_on_spark
from .screen import Progress, Report, Screening, output_rows, write_summary
from .sources import recognise
from .summary import read_summary, summary_columns

__all__ = ["connect", "screen_on_spark"]

_REPEATED = 100_000


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
        raise CallError("spark-not-started", master=master, detail=fault) from fault
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
    with new_folder(job.out) as folder:
        run = _Cluster(kb, job, session, path)
        rows = run.raw.count().execute()
        if progress is not None:
            progress(0, int(rows))
        report = run.carry_out(folder, int(rows), started)
        write_summary(folder, kb, Path(path), job, report, "spark")
        if progress is not None:
            progress(int(rows), int(rows))
    return report


class _Cluster:
    """One screening on a Spark session."""

    def __init__(self, kb: Policykb, job: Screening, session: Any, path: str) -> None:
        self.kb, self.job, self.session = kb, job, session
        is_text = path.lower().endswith((".csv", ".tsv", ".txt"))
        reader = session.read
        try:
            frame = reader.option("header", True).csv(path) if is_text else reader.parquet(path)
        except Exception as fault:
            raise InputError("data-unreadable", where=path, detail=fault) from fault
        columns, self.ignored = recognise(frame.columns, job.kind, kb.vocabulary, path)
        if "record" not in columns:
            raise InputError("spark-without-id", where=path)
        from pyspark.sql import functions as spark

        self.engine = SparkEngine(session)
        chosen = frame.select([spark.col(f"`{title}`").alias(name) for name, title in columns.items()])
        self.raw = self.engine.table("raw", chosen)

    def carry_out(self, folder: Path, rows: int, started: float) -> Report:
        """Check, rank, decide and write; `rows` is how many records there are."""
        rules, kind = self.kb.decider.record_rules, self.job.kind
        intake = take_in(self.raw, kind.id, self.kb.vocabulary, rules)
        typed = intake.table.mutate(is_broken=intake.broken)
        counted = self.raw.group_by("record").aggregate(n=self.raw.count())
        repeated = (
            counted.filter(counted.n > 1).select("record").limit(_REPEATED + 1).to_pyarrow()["record"].to_pylist()
        )
        if len(repeated) > _REPEATED:
            raise InputError("ids-repeated", most=_REPEATED)
        if repeated:
            typed = typed.mutate(is_broken=typed.is_broken | typed.record.isin(repeated))
        valid = typed.filter(~typed.is_broken)
        invalid = int(typed.is_broken.sum().execute() or 0)
        if invalid:
            parts = [
                _findings(intake.table, check.rule, check.item, check.broken, check.value) for check in intake.checks
            ]
            twice = intake.table.record.isin(repeated) if repeated else None
            if twice is not None:
                parts.append(_findings(intake.table, repeated_id(rules), "id", twice, intake.table.record))
            self._write(self.engine.frame(ibis.union(*parts)), folder / "invalid")
        valid = valid.select([name for name in valid.columns if ":" not in name and name != "is_broken"])
        ties = 0
        if self.job.complete:
            valid, ties = self._ranked(valid, folder)
        decided = decide_on(self.engine, self.kb, kind.id, self.engine.frame(valid), self.job.day)
        row = summary_columns(decided, rows).to_pyarrow().to_pylist()[0]
        summary = read_summary(decided, row)
        written = output_rows(decided, self.job)
        if written is not None:
            self._write(self.engine.finish(written), folder / "decisions")
        doubled = count_on_spark(intake.table) if rules.types[kind.id].once_per_period else 0
        return Report(summary, invalid, self.ignored, ties, time.monotonic() - started, doubled)

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
            frame.write.option("header", True).csv(target.absolute().as_uri())


def _findings(table: ir.Table, rule: Any, item: str, broken: ir.BooleanValue, value: ir.Value) -> ir.Table:
    rows = table.select(
        record=table.record,
        period=table.period,
        rule=ibis.literal(rule.id),
        item=ibis.literal(item),
        value=value.cast("string"),
        message_zh=ibis.literal(rule.message.zh),
        message_en=ibis.literal(rule.message.en),
        is_broken=broken,
    )
    return rows.filter(rows.is_broken).select(*FINDINGS)
