"""Screen several files, sheets and types of records at once, with what each subject gets over all of them.

What `apply` reads means the same here: workbooks with all their sheets, folders, several files. Tables too large to be
compared record by record are taken as columns, each for itself; all others go through the readers together.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..api import Policykb
from ..doors.unfinished import unfinished_folder
from ..doors.writing import new_folder, told_as
from ..errors import CallError, InputError
from ..model import Finding, RecordType, Vocabulary
from ..readers import FORMATS, stream_records
from ..readers.headers import Names
from ..readers.sources import format_of
from ..readers.values import Values
from .aside import combine
from .bonds import Bonds
from .careful import sorted_by_type
from .doubts import COMPARED, Doubts
from .engines import PolarsEngine
from .frames import findings_table, harmless
from .job import Progress, Report, Screening
from .opening import open_source
from .others import Others, shared_ids
from .owed import Owed, add_up_subjects
from .portions import Portions
from .screen import places_of, told_by
from .sources import Source, separator_of
from .summary_file import write_together
from .sure import is_surely_plain
from .versions import in_force
from .words import ROW

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Together", "screen_together", "screen_together_by_each"]


@dataclass(frozen=True)
class _Table:
    kind: RecordType
    source: Source


@dataclass(frozen=True)
class _Document:
    """A document with the tables that it is about, by the names of their folders, and where these lie.

    `beside` are the ids in each of the other tables, which no record of these may bear as well.
    """

    kb: Policykb
    tables: dict[str, _Table]
    beside: list[pl.Series]
    loose: list[Finding]
    folder: Path
    staging: Path


@dataclass(frozen=True)
class Together:
    """What several tables came to: each by the name of its folder, what subjects get, and how many findings there are.

    `findings` counts what was found about files and sheets rather than records.
    """

    reports: dict[str, Report]
    owed: Owed
    findings: int
    seconds: float


def screen_together(
    kb: Policykb,
    paths: Sequence[Path],
    type: str | None,
    job: Screening,
    progress: Progress | None = None,
    *,
    compared: int = COMPARED,
) -> Together:
    """Screen files on this machine, whatever types of records they hold.

    Args:
        kb: the loaded knowledge base, with its overlays.
        paths: the files, see `folder.files_of`.
        type: the record type of rows that neither say it themselves nor by the name of their sheet or file.
        job: what to do; its own type does not count.
        progress: told as the work goes on.
        compared: up to so many records delimited texts go through the readers, which compare each with all others.

    Raises:
        InputError: a file cannot be used, or there are no records.
        CallError: the target exists, or cannot be written.
    """
    ((_, found),) = screen_together_by_each([kb], paths, type, job, progress, compared=compared)
    return found


def screen_together_by_each(
    documents: Sequence[Policykb],
    paths: Sequence[Path],
    type: str | None,
    job: Screening,
    progress: Progress | None = None,
    *,
    compared: int = COMPARED,
) -> list[tuple[Policykb, Together]]:
    """Screen files by each of several documents, and by what their groups say of each other; see `screen_together`.

    Of several each that is about some of the records has a folder of its own within the target, by its slug.
    """
    started, documents = time.monotonic(), in_force(documents, job.day)
    with (
        new_folder(job.out) as folder,
        unfinished_folder(folder.parent) as staging,
        told_as(staging, job.out),
    ):
        sources: list[Source] = []
        with told_by(paths, sources, staging, job.out):
            bonds, all_ = Bonds.of(documents), list[_Document]()
            for kb in documents:
                held = places_of(bonds.slug(kb), folder, staging)
                tables, beside, loose = _tables(kb, bonds, paths, type, job, held[1], compared)
                sources += [table.source for table in tables.values()]
                if any(table.source.rows for table in tables.values()):
                    all_.append(_Document(kb, tables, beside, loose, *held))
                elif bonds.slug(kb):
                    held[0].rmdir()  # it is about none of these records
            if not all_:
                raise InputError("no-records", where=", ".join(map(str, paths)))
            runs = _all_decided(bonds, all_, job, progress)
            combine(PolarsEngine(), [run for mine in runs for run, _ in mine.values()], staging / "joint")
            return [
                (one.kb, _told(one, mine, paths, job, started, bonds)) for one, mine in zip(all_, runs, strict=True)
            ]


def _told(
    document: _Document,
    runs: Mapping[str, tuple[Portions, int]],
    paths: Sequence[Path],
    job: Screening,
    started: float,
    bonds: Bonds,
) -> Together:
    """Write what a document says of all tables, beside their rows."""
    kb, loose, folder = document.kb, document.loose, document.folder
    reports = {name: run.report(ties, started) for name, (run, ties) in runs.items()}
    owed = add_up_subjects(
        [document.staging / name / "owed" for name in runs], kb.decider.record_rules.uniqueness.forms
    )
    _write(owed.rows, folder / "subjects", job.format)
    if loose:
        _write(findings_table(Doubts(kb, job.kind).table(loose)), folder / "doubtful", job.format)
    totals = {currency: asdict(sums) for currency, sums in owed.totals.items()}
    stated = {"subjects": owed.subjects, "totals": totals, "findings": len(loose)}
    write_together(folder, kb, paths, job, reports, stated, bonds)
    return Together(reports, owed, len(loose), time.monotonic() - started)


def _all_decided(
    bonds: Bonds, documents: Sequence[_Document], job: Screening, progress: Progress | None
) -> list[dict[str, tuple[Portions, int]]]:
    """Decide all tables by all documents, one after another; with each how many ties there are among its ranks."""
    numbers: dict[str, int] = {}
    every = [(one, name, table) for one in documents for name, table in one.tables.items()]
    is_bound = any(bonds.binds(one.kb, table.kind.id) for one, _, table in every)
    whole, done = sum(table.source.rows for _, _, table in every), 0
    runs: dict[str, dict[str, tuple[Portions, int]]] = {one.kb.knowledge.policy: {} for one in documents}
    shared = {one.kb.knowledge.policy: _shared(one) for one in documents}
    for one, name, table in every:
        slug = one.kb.knowledge.policy
        show = None if progress is None else partial(_shown, progress, done, whole)
        number = numbers.setdefault(name, len(numbers)) if is_bound else None
        run = _run(one, name, replace(job, kind=table.kind), shared[slug], number, bonds)
        runs[slug][name] = run, run.carry_out(show)
        done += table.source.rows
    return [*runs.values()]


def _run(
    document: _Document, name: str, job: Screening, shared: pl.Series, number: int | None, bonds: Bonds
) -> Portions:
    folder, staging = document.folder / name, document.staging / name
    folder.mkdir()
    staging.mkdir(exist_ok=True)
    return Portions(
        document.kb, job, document.tables[name].source, folder, staging,
        owed=staging / "owed", shared=shared, table=number, bonds=bonds,
    )  # fmt: skip


def _shown(progress: Progress, done: int, whole: int, end: int, _: int) -> None:
    progress(done + end, whole)


def _write(rows: pl.DataFrame, folder: Path, form: str) -> None:
    folder.mkdir()
    file = folder / f"part-00000.{form}"
    if form == "parquet":
        rows.write_parquet(file, compression="zstd")
    else:
        harmless(rows.lazy()).collect().write_csv(file)


def _known(kb: Policykb, bonds: Bonds) -> Vocabulary:
    """What a document knows of data, and besides what those beside it know."""
    mine, whole = kb.vocabulary, bonds.book.vocabulary
    return replace(
        whole,
        facts={**whole.facts, **mine.facts},
        record_types={**whole.record_types, **mine.record_types},
        aliases={**whole.aliases, **mine.aliases},
    )


def _tables(
    kb: Policykb, bonds: Bonds, paths: Sequence[Path], type: str | None, job: Screening, staging: Path, compared: int
) -> tuple[dict[str, _Table], list[pl.Series], list[Finding]]:
    """The tables of the files by the names of their folders, the ids in others, and findings about files and sheets.

    The files are read by what any of the documents knows; of a type that this one does not know it says nothing.
    """
    vocabulary = _known(kb, bonds)
    names = Names(vocabulary, Values(vocabulary))
    opened: dict[Path, _Table] = {}
    unknown: dict[Path, RecordType] = {}
    stems = Counter(path.stem for path in paths)
    for number, path in enumerate(paths):
        if path.suffix.lower() in FORMATS:
            format_of(path)
        kind = names.record_type(type if type is not None else path.stem)
        if kind is not None and kind.id not in kb.vocabulary.record_types:
            unknown[path] = kind
            continue
        (held := staging / f"input-{number}").mkdir()
        table = _opened(kb, vocabulary, path, kind, held)
        if table is not None:
            # A name that two files have makes no id for the rows of both.
            stem = path.stem if stems[path.stem] == 1 else str(path)
            opened[path] = replace(table, source=replace(table.source, stem=stem))
    texts = [path for path in opened if separator_of(path.name) is not None]
    are_few = sum(opened[path].source.rows for path in texts) <= compared
    if are_few or shared_ids([one.source for one in opened.values()]):
        opened = {path: table for path, table in opened.items() if path not in texts}
    rest = [path for path in paths if path not in opened and path not in unknown]
    tables, others = list(opened.values()), Others(kb.vocabulary)
    for path, kind in unknown.items():
        others.add_file(path, kind, vocabulary, staging)
    loose: list[Finding] = []
    if rest:
        read_in = stream_records(rest, vocabulary, type=type, conversions=False)
        rules, complete = kb.decider.record_rules, job.complete
        read, loose = sorted_by_type(others.without(read_in), kb.vocabulary, rules, staging, is_complete=complete)
        tables += [_Table(kb.vocabulary.record_types[name], source) for name, source in read.items()]
    found: dict[str, _Table] = {}
    for table in tables:
        name = table.kind.id
        if name not in kb.book.by_type:
            others.add(table.source)
            continue
        if name in found:
            name = f"{name}-{sum(one.kind.id == name for one in found.values()) + 1}"
        found[name] = table
    return found, others.ids(), [one for one in loose if one.severity != "info"]


def _opened(kb: Policykb, vocabulary: Vocabulary, path: Path, kind: RecordType | None, staging: Path) -> _Table | None:
    """A file that is taken as columns; None where the readers take it."""
    is_text = separator_of(path.name) is not None
    if not is_text and path.suffix.lower() in FORMATS:
        return None
    if kind is None:
        if is_text:
            return None
        raise CallError("file-names-no-type", file=path.name, known=tuple(vocabulary.record_types))
    try:
        source = open_source(path, kind, vocabulary, staging)
    except InputError:
        if is_text:
            return None  # The readers take it, or say why not.
        raise
    if is_text:
        if not is_surely_plain(path, source, kind, vocabulary, kb.decider.record_rules):
            return None
        source = source.without(ROW)
    return _Table(kind, source)


def _shared(document: _Document) -> pl.Series:
    """The ids that records of several tables bear."""
    import polars as pl

    sources = [table.source for table in document.tables.values()]
    return pl.Series(shared_ids(sources, document.beside), dtype=pl.String)
