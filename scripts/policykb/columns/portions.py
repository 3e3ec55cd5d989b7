"""The portions of a file, decided one after another on Polars, so that memory stays bounded."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from ..answers.ranks import own_divisions
from ..api import Policykb
from ..engines.columns.decided import Decided
from ..errors import InputError
from ..model import Finding
from .adding import add_summaries
from .aside import like_the_others, numbered, put_aside, read_back, written
from .bonds import Bonds
from .doubts import COMPARED, DOUBTFUL, Doubts, doubtful
from .engines import PolarsEngine, hold_valid
from .frames import beside, findings_table, harmless, repeated_ids, with_rank, worded
from .intake import Check, Intake, repeated_id, take_in
from .job import Progress, Report, Screening
from .joint import TABLE
from .outputs import AMOUNTS, FINDINGS
from .owed import owed
from .ranks import contenders, declared_ranks, ranked
from .repeats import count_on_polars
from .results import Results
from .sources import Source
from .staging import read_odd, survey
from .summary import Summary, read_summary
from .texts import Readers, Texts
from .totals import JointTotals
from .versions import Version, versions_of

__all__ = ["Portions"]

INVALID = 100_000
"""Invalid records whose findings are worded at a time."""


class Portions:
    """The portions of a file, one after another, on Polars.

    `owed` is a folder for who each record is about and what counts of it, where that is asked for; `shared` are ids
    that records of other files bear as well; `table` is the number of this one, where groups combine several records,
    which are `bonds`: those of the document alone, or of all that are screened together.
    """

    def __init__(
        self,
        kb: Policykb,
        job: Screening,
        source: Source,
        folder: Path,
        staging: Path,
        *,
        owed: Path | None = None,
        shared: Any = None,
        table: int | None = None,
        bonds: Bonds | None = None,
    ) -> None:
        import polars as pl

        self.kb, self.job, self.folder, self.staging, self.owed = kb, job, folder, staging, owed
        self.engine = PolarsEngine()
        self.first = (table or 0) * TABLE
        self.aside = None if table is None else staging / "aside"
        self.bonds = Bonds.of([kb]) if bonds is None else bonds
        self.slug = self.bonds.slug(kb)
        self.readers = Readers.of(job.kind, kb.vocabulary, kb.decider.record_rules, source.stem)
        self.texts: Mapping[str, Texts] = {}
        self.intake: Intake
        self.ranks: dict[str, Any] = {}
        self.versions = versions_of(kb, job.day)
        self.results: dict[Version, Results] = {}
        self.invalid = self.decided = 0
        self.doubts = Doubts(kb, job.kind)
        self.parted: list[Finding] = []
        self.totals: Summary | None = None
        self.refusals = source.refusals
        self._open(source)
        self.repeated = pl.Series([], dtype=pl.String)
        if self.refusals is None:
            source = self._read(source)
        if shared is not None:
            self.repeated = pl.concat([self.repeated, shared])
        self.rows, self.ignored = source.rows, source.header.ignored
        yearly = kb.decider.record_rules.types[job.kind.id].once_per_period
        self.doubled = beside(lambda: count_on_polars(self.frame, source.header.items) if yearly else 0)

    def _read(self, source: Source) -> Source:
        """Read what is not plain; the file, or a copy in which all is."""
        # Looked at while the rules are compiled, which takes one core and leaves the others idle.
        surveyed = beside(survey(self.engine, self.intake, source, self.readers, source.usual()))
        if not self.job.complete:
            self._compile(self.versions[0], self._numbered(self.frame, 0), self.frame)
        found = surveyed.result()
        if found.odd:
            source, self.texts = read_odd(self.engine, source, self.readers, found.odd, self.staging / "read")
            self._open(source)
        else:
            self._check(self.intake.without(found.unbroken))
        if "record" in source.header.items and (found.odd or not found.is_ordered):
            self.repeated = repeated_ids(self.frame)
        return source

    def _open(self, source: Source) -> None:
        """Take in a file; what is not plain in it was read already."""
        self.frame = source.scan()
        raw, items, usual = self.engine.table("raw", self.frame), source.header.items, source.usual()
        if self.refusals is not None:
            self._check(take_in(self.engine, raw, items, self.readers, source.titles, is_judged=True))
        else:
            self._check(take_in(self.engine, raw, items, self.readers, self.texts, usual=usual))

    def _check(self, intake: Intake) -> None:
        """Have records checked as this says."""
        self.intake = intake
        rules = self.readers.rules.types[self.job.kind.id]
        self.checked = intake.table.mutate(**{"is_broken": intake.broken, DOUBTFUL: doubtful(intake.table, rules)})

    def _compile(self, version: Version, taken: Any, raw: Any) -> Results:
        """What is asked of the valid records among those taken in that a version decides."""
        if version not in self.results:
            held, counts = self._hold(version, taken, raw), self.owed is not None
            bound = None if self.aside is None else self.bonds.bound(self.kb)
            self.results[version] = Results.of(version.kb, self.job, *held, counts=counts, bound=bound)
        return self.results[version]

    def portions(self) -> Iterator[tuple[int, int]]:
        """The number of each portion, and of the records done when it is."""
        for number, start in enumerate(range(0, max(self.rows, 1), self.job.portion)):
            yield number, min(start + self.job.portion, self.rows)

    def _take(self, raw: Any) -> Any:
        """Raw records as typed columns, with the records marked that break a rule on their own."""
        self.engine.table("raw", raw)
        return self.engine.frame(self.checked)

    def _numbered(self, raw: Any, number: int) -> Any:
        """The records of a portion, with their numbers where groups over several records need them."""
        taken = self._take(raw)
        return taken if self.aside is None else numbered(taken, self.first + number * self.job.portion)

    def _mark_repeated(self, frame: Any) -> Any:
        """The same with the records marked whose id is not theirs alone."""
        import polars as pl

        parted = pl.Series([str(finding.record) for finding in self.parted], dtype=pl.String)
        for ids in (self.repeated, parted):
            if len(ids):
                frame = frame.with_columns(is_broken=pl.col("is_broken") | pl.col("record").is_in(ids.implode()))
        return frame

    def _hold(self, version: Version, taken: Any, raw: Any) -> tuple[ir.Table, Mapping[str, int]]:
        """The valid ones of those taken in that a version decides, as the table of its rules; see `hold_valid`."""
        import polars as pl

        valid = version.of(taken.filter(~pl.col("is_broken")))
        for rank, places in self.ranks.items():
            valid = with_rank(valid, raw, rank, places)
        names = [name for name in valid.collect_schema() if ":" not in name and name != "is_broken"]
        return hold_valid(self.engine, version.kb, self.job.kind.id, valid.select(names))

    def decide(self, number: int) -> None:
        """Decide a portion, write its rows, add up its totals."""
        import polars as pl

        raw = self.frame.slice(number * self.job.portion, self.job.portion)
        taken = self._mark_repeated(self._numbered(raw, number))
        suspects = taken.filter(pl.col(DOUBTFUL) & ~pl.col("is_broken")).head(self.doubts.left)
        asked = [self._plans(version, taken, raw) for version in self.versions]
        found = pl.collect_all([suspects, *(plan for _, plans in asked for plan in plans)], engine="streaming")
        self.doubts.look(found[0].iter_rows(named=True))
        place, broken = 1, min(self.job.portion, self.rows - number * self.job.portion)
        for decided, plans in asked:
            part = read_summary(decided, found[place].row(0, named=True))
            self.totals = part if self.totals is None else add_summaries(self.totals, part)
            place, broken = place + len(plans), broken - part.records
        if broken:
            self._write_invalid(number, taken.filter(pl.col("is_broken")), broken)
        self.invalid += broken

    def _plans(self, version: Version, taken: Any, raw: Any) -> tuple[Decided, list[Any]]:
        """What is asked of the records of a portion that are of a version, the totals first."""
        results = self._compile(version, taken, raw)
        self._hold(version, taken, raw)
        plans, mine, number = [self.engine.frame(results.sums)], version.of(taken), self.decided
        if results.rows is not None:
            plans.append(self._sink(self.engine.finish(results.rows), number))
        if self.owed is not None:
            plans += owed(self.engine, mine, results.counted, self.owed, number)
        if self.aside is not None:
            whose = self.engine.table("taken", mine)
            held = put_aside(self.engine, self.bonds, self.slug, whose, results.joint)
            plans += written(held, self.aside, number)
        self.decided += 1
        return results.decided, plans

    def carry_out(self, progress: Progress | None) -> int:
        """Decide all portions; how many ties there are among ranks that were derived."""
        self.compare()
        ties = self.rank(self.staging) if self.job.complete else 0
        for number, done in self.portions():
            self.decide(number)
            if progress is not None:
                progress(done, self.rows)
        return ties

    def report(self, ties: int, started: float) -> Report:
        """What it came to, with so many ties, when all that groups leave is taken in."""
        found = self.doubled.result(), self.write_doubts()
        told = (self.ignored, ties, time.monotonic() - started, *found, self.is_compared)
        return Report(self.summary(), self.invalid, *told)

    def held(self, name: str) -> Any:
        """See `aside.Run`."""
        return None if self.aside is None else read_back(self.aside, name)

    def take_in(self, joints: Sequence[JointTotals], told: Any) -> None:
        """See `aside.Run`."""
        import polars as pl

        assert self.totals is not None
        self.totals = replace(self.totals, joints=tuple(joints))
        if told is not None and self.job.rows == "tidy":
            others = sorted((self.folder / "decisions").glob("*.parquet"))
            self._sink(like_the_others(told, others), self.decided).collect(engine="streaming")
        if told is not None and self.owed is not None:
            counted = told.filter(pl.col("counted")).select("record", "currency", *AMOUNTS)
            counted.sink_parquet(self.owed / "counted-joint.parquet")

    @property
    def is_compared(self) -> bool:
        """Whether the records are compared with each other."""
        return self.rows <= COMPARED

    def compare(self) -> None:
        """Compare the records with each other, as `check` does; those with an error are not decided."""
        if self.is_compared:
            taken = self._mark_repeated(self._take(self.frame)).collect(engine="streaming")
            parted = self.doubts.compare(taken.iter_rows(named=True), is_complete=self.job.complete)
            # The careful reading has said of each record what stands against it beside the others.
            self.parted = parted if self.refusals is None else []

    def write_doubts(self) -> int:
        """Write what is doubtful in valid records; how many findings there are."""
        found = self.doubts.table(self.doubts.found)
        if found:
            self._write("doubtful", 0, findings_table(found))
        return len(found)

    def summary(self) -> Summary:
        """The totals of all portions."""
        if self.totals is None or not self.rows:
            raise InputError("no-records", where=self.readers.where)
        return self.totals

    def _sink(self, rows: Any, number: int) -> Any:
        """A plan that writes the rows of a portion."""
        if self.job.format == "parquet":
            return rows.sink_parquet(
                self._part("decisions", number), compression="zstd", compression_level=1, statistics=False, lazy=True
            )
        return harmless(rows).sink_csv(self._part("decisions", number), lazy=True)

    def _write_invalid(self, number: int, broken: Any, rows: int) -> None:
        """The findings of invalid records, one row for each rule broken; some records at a time."""
        import polars as pl

        held = self.staging / "broken.parquet"
        broken.sink_parquet(held)
        for piece, start in enumerate(range(0, rows, INVALID)):
            frame = pl.scan_parquet(held, glob=False).slice(start, INVALID).collect()
            parts = [self._findings(check, frame) for check in self.intake.checks]
            if len(self.repeated):
                rule = repeated_id(self.kb.decider.record_rules)
                twice = frame.filter(pl.col("record").is_in(self.repeated.implode()))
                parts.append(worded(twice.select("record", "period", value=pl.col("record")), rule, "id"))
            here = set(frame["record"])
            parts.append(
                findings_table(self.doubts.table(finding for finding in self.parted if finding.record in here))
            )
            found = pl.concat([part for part in parts if len(part)], how="vertical")
            self._write("invalid", number, found, piece)

    def _findings(self, check: Check, frame: Any) -> Any:
        """The rows that break one rule."""
        table = self.engine.table("typed", frame.drop("is_broken", DOUBTFUL))
        here = {self.intake.table.op(): table.op()}
        broken = check.broken.op().replace(here).to_expr()
        value = check.value.op().replace(here).to_expr()
        rows = table.select(record=table.record, period=table.period, value=value, is_broken=broken)
        found = self.engine.frame(rows.filter(rows.is_broken).drop("is_broken")).collect()
        return worded(found, check.rule, check.item) if check.rule is not None else self._refusals(found, check.item)

    def _refusals(self, rows: Any, item: str) -> Any:
        """Rows with the texts that the readers refuse, worded as they word it."""
        import polars as pl

        refused = self.refusals or self.texts[item]
        table = pl.from_arrow(refused.wordings(rows["value"].unique().to_list()))
        joined = rows.join(table, left_on="value", right_on="text", how="left", maintain_order="left")
        return joined.with_columns(value=pl.col("shown")).select(FINDINGS)

    def _write(self, name: str, number: int, table: Any, piece: int = 0) -> None:
        file = self._part(name, number, piece)
        if self.job.format == "parquet":
            table.write_parquet(file, compression="zstd")
        else:
            harmless(table.lazy()).collect().write_csv(file)

    def _part(self, name: str, number: int, piece: int = 0) -> Path:
        target = self.folder / name
        target.mkdir(exist_ok=True)
        more = f"-{piece:05d}" if piece else ""
        return target / f"part-{number:05d}{more}.{self.job.format}"

    def rank(self, staging: Path) -> int:
        """Derive the declared ranks over all records; how many ties there are."""
        import polars as pl

        ties = 0
        for rank, by in declared_ranks(self.kb.knowledge, self.job.kind.facts).items():
            if by not in self.intake.table.columns:
                continue
            numbers, places = staging / f"{rank}-numbers.parquet", staging / f"{rank}.parquet"
            all_ = self.engine.table("all", self._mark_repeated(self._take(self.frame)))
            self.engine.frame(contenders(all_, by, own_divisions(self.kb.book))).sink_parquet(numbers)
            # Windows over the whole set need a sort that may not fit into memory: DuckDB spills it to disk.
            engine = ibis.duckdb.connect(
                temp_directory=str(staging / "spill"),
                autoinstall_known_extensions=False,
                autoload_known_extensions=False,
            )
            engine.to_parquet(ranked(engine.read_parquet(str(numbers)), rank, by), str(places))
            found = pl.scan_parquet(places, glob=False)
            tied = found.filter(pl.col("is_tie")).sort(rank, "record").collect()
            ties += len(tied)
            if len(tied):
                self._write("ties", 0, tied.with_columns(fact=pl.lit(rank)))
            self.ranks[rank] = found.select("record", rank)
        return ties
