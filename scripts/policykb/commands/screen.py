"""筛查海量记录：CSV、Excel、Parquet，可用 Spark / Decide millions of records: CSV, Excel or Parquet, also on Spark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..doors.outgoing import tell
from ..edge import telling_of
from ..errors import CallError, InputError
from .common import AddUp, AsOf, Complete, Language, Policy, Root, Type, With, day, language, overlays
from .progress import record_progress
from .screened import print_report, print_versions, sums_text, terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..api import Policykb
    from ..columns.screen import Report, Screening
    from ..model import Lang, RecordType

__all__ = ["command"]

ENGINES = ("polars", "spark")
FORMATS = ("parquet", "csv")
_HERE = "local[*]"  # the machine itself, as a cluster of Spark
_NAMED = 10  # names that a line has room for


_Input = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT…",
        help="记录文件，一个或几个，也可以是文件夹：apply 读的都行，还有 Parquet、Arrow、DuckDB（FILE::TABLE） / "
        "files of records or folders of them: whatever apply reads, and Parquet, Arrow or DuckDB (FILE::TABLE)",
    ),
]


def command(
    inputs: _Input,
    type: Type = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="输出目录 / folder to be made")] = None,
    wide: Annotated[bool, typer.Option("--wide", help="一条记录一行 / one row for each record")] = False,
    all: Annotated[bool, typer.Option("--all", help="也写出不符合的 / also rows that are not eligible")] = False,
    totals: Annotated[bool, typer.Option("--totals", help="只要汇总 / the totals alone, no rows")] = False,
    complete: Complete = False,
    add_up: AddUp = False,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="ID", help="用 SPARQL 重新判定一条 / decide one record by SPARQL")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", metavar="|".join(ENGINES), help="引擎 / engine")] = "polars",
    master: Annotated[
        str, typer.Option("--master", metavar="URL", help="Spark 主节点 / master of the cluster")
    ] = _HERE,
    format: Annotated[
        str, typer.Option("--format", metavar="|".join(FORMATS), help="输出格式 / output format")
    ] = "parquet",
    as_of: AsOf = None,
    with_: With = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Check, decide and write; print the totals."""
    if engine not in ENGINES:
        raise CallError("unknown-engine", engine=engine, known=ENGINES)
    if format not in FORMATS:
        raise CallError("unknown-format", format=format, known=FORMATS)
    if add_up:
        raise CallError("add-up-on-screen")
    _refuse_at_odds(out, explain, engine, master)
    chosen, on = language(lang), day(as_of)
    from ..extras import need

    need("spark" if engine == "spark" and explain is None else "screen")
    from ..shelf import each, load_documents

    kb = load_documents(root, policy, overlays(with_))
    alone = _one_table(inputs)
    is_one = engine == "spark" or explain is not None
    if alone is None and is_one:
        raise CallError("one-table-alone")
    kind = None if alone is None else _kind(alone, type, kb, is_asked=is_one)
    documents = [one for one in each(kb) if kind is None or kind.id in one.book.by_type] or list(each(kb))[:1]
    if explain is not None and kind is not None:
        for one in documents:
            _head(one, documents)
            _explain(one, Path(str(alone)), kind, explain, on, chosen)
        return
    assert out is not None
    from ..columns.screen import Screening

    rows = "none" if totals else "wide" if wide else "tidy"
    _tell_passed_over(inputs, kb, chosen)
    job = Screening(kind or next(iter(kb.vocabulary.record_types.values())), out, on, rows, all, complete, format)
    if kind is None or not _alone(documents, str(alone), job, engine, master, chosen):
        _together(documents, inputs, type, job, chosen)


def _refuse_at_odds(out: Path | None, explain: str | None, engine: str, master: str) -> None:
    """Refuse options of which one takes away what the other is for."""
    if out is None and explain is None:
        raise CallError("no-destination")
    if out is not None and explain is not None:
        raise CallError("options-apart", one="--out", other="--explain")
    if master != _HERE and engine != "spark":
        raise CallError("option-needs", option="--master", other="--engine spark")


def _alone(documents: Sequence[Policykb], input: str, job: Screening, engine: str, master: str, lang: Lang) -> bool:
    """Screen one table and print its totals; False where it turns out to hold records of several types."""
    try:
        reports = _reports(documents, input, job, engine, master, lang)
    except InputError as fault:
        if fault.id != "rows-of-other-types" or engine == "spark":
            raise
        return False
    with telling_of(job.out):
        for one, mine, report in reports:
            _head(one, documents)
            print_versions(one, job.day, lang)
            print_report(one, documents, report, mine, lang)
    return True


def _kind(input: str, type: str | None, kb: Policykb, *, is_asked: bool) -> RecordType | None:
    """The type of the records of a table; None where not its name but its sheets, rows or files may say it."""
    from ..columns.sources import record_type_of

    try:
        return record_type_of(type, Path(input.partition("::")[0]), kb.vocabulary)
    except CallError as fault:
        if fault.id != "file-names-no-type" or is_asked or not (_is_read(input) or _holds_types(input, kb)):
            raise
        return None


def _holds_types(input: str, kb: Policykb) -> bool:
    """Whether it is a folder of tables each of which is called by the type of its records, and so no one table."""
    from ..columns.folder import files_of
    from ..readers.headers import Names
    from ..readers.values import Values

    if not Path(input).is_dir():
        return False
    names = Names(kb.vocabulary, Values(kb.vocabulary))
    return all(names.record_type(file.stem) is not None for file in files_of([Path(input)]))


def _is_read(input: str) -> bool:
    """Whether a file is one that the readers read."""
    from ..readers import FORMATS

    return Path(input).suffix.lower() in FORMATS


def _one_table(inputs: Sequence[str]) -> str | None:
    """The one table that is named; None for several, and for a folder of files."""
    from ..columns.folder import is_of_files

    return inputs[0] if len(inputs) == 1 and not is_of_files(Path(inputs[0])) else None


def _tell_passed_over(inputs: Sequence[str], kb: Policykb, lang: Lang) -> None:
    """Say what lies in the folders and is not read."""
    from ..columns.folder import files_of, passed_over

    files_of([Path(one) for one in inputs])  # a folder without any is refused, and nothing else is said of it
    if names := passed_over(list(map(Path, inputs))):
        shown = ("、" if lang == "zh" else ", ").join(names[:_NAMED])
        word = "screen-passed-over-more" if len(names) > _NAMED else "screen-passed-over"
        tell(kb.wording.say(word, lang, names=shown, count=f"{len(names):,}"))


def _together(
    documents: Sequence[Policykb], inputs: Sequence[str], type: str | None, job: Screening, lang: Lang
) -> None:
    """Screen several tables, by each document, and print the totals of each and of all."""
    from ..columns.folder import files_of
    from ..columns.together import screen_together_by_each

    paths = files_of([Path(one) for one in inputs])
    with record_progress(documents[0], lang) as show:
        reports = screen_together_by_each(documents, paths, type, job, show)
    with telling_of(job.out):
        for kb, found in reports:
            out = job.out if len(documents) == 1 else job.out / kb.knowledge.policy
            _head(kb, documents)
            print_versions(kb, job.day, lang)
            console = terminal()
            for name, report in found.reports.items():
                console.print(kb.vocabulary.record_types[name.partition("-")[0]].label.get(lang), style="bold")
                print_report(kb, documents, report, out / name, lang)
            say = kb.wording.say
            for currency, sums in found.owed.totals.items():
                console.print(say("screen-total-of-all", lang, sums=sums_text(kb, sums, currency, lang)), style="bold")
            counts = {"subjects": f"{found.owed.subjects:,}", "tables": len(found.reports)}
            console.print(say("screen-subjects", lang, **counts))
            if found.findings:
                console.print(say("screen-doubtful", lang, count=f"{found.findings:,}"))
            console.print(say("screen-written", lang, folder=str(out)))


def _reports(
    documents: Sequence[Policykb], input: str, job: Screening, engine: str, master: str, lang: Lang
) -> list[tuple[Policykb, Path, Report]]:
    """What each document comes to, with its folder: all of them or none is written."""
    outs = [job.out] if len(documents) == 1 else [job.out / one.knowledge.policy for one in documents]
    with record_progress(documents[0], lang) as show:
        if engine == "spark":
            from ..columns.spark import screen_on_spark_by_each

            found = screen_on_spark_by_each(documents, input, job, master, show)
        else:
            from ..columns.screen import screen_by_each

            found = screen_by_each(documents, Path(input), job, show)
    return list(zip(documents, outs, found, strict=True))


def _head(kb: Policykb, documents: Sequence[Policykb]) -> None:
    """Which document the rest is about, where there are several."""
    if len(documents) > 1:
        from ..doors.terminal import Terminal

        Terminal(highlight=False).print(kb.book.document.number, style="bold")


def _explain(kb: Policykb, path: Path, kind: RecordType, name: str, on: Any, lang: Lang) -> None:
    from ..columns.explain import explain
    from ..doors.terminal import Terminal
    from ..reports.as_table import print_table
    from ..reports.phrases import Phrases
    from ..reports.tell import tell as told

    found = explain(kb, path, kind, name, on)
    console = Terminal(highlight=False, soft_wrap=False)
    print_table(console, told(found.answer, Phrases(kb.book, kb.vocabulary, kb.wording, lang), explain=True))
    for one in found.differences:
        words = {"clause": one.clause, "sparql": one.sparql, "columns": one.columns}
        console.print(kb.wording.say("explain-differs", lang, **words))
    if found.differences:
        raise typer.Exit(1)
    console.print(kb.wording.say("explain-same", lang, count=found.compared))
