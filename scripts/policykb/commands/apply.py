"""哪些条款适用、给多少、为什么、还缺什么 / Which clauses apply, how much, why, and what is missing."""

from __future__ import annotations

import gc
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..doors.crew import processors
from ..doors.writing import new_file, new_folder
from ..errors import CallError
from ..reports.forms import (
    ENDINGS,
    FORMATS,
    PAGES,
    is_answer_folder,
    print_answer,
    write_answer,
    write_folder,
)
from .common import (
    AddUp,
    AsOf,
    Complete,
    EngineName,
    Files,
    Force,
    Language,
    Policy,
    Readings,
    Root,
    Strict,
    Type,
    With,
    day,
    form_of,
    language,
    overlays,
    refuse_target,
)
from .progress import Progress

if TYPE_CHECKING:
    from ..api import Policykb
    from ..model import Lang
    from ..reports.job import Job

__all__ = ["command"]

_OBJECTS = 100_000  # made between two looks for garbage


_Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="写入文件，格式按结尾（.xlsx .csv .json .jsonl .md .html .ttl .txt）；没有结尾的 md、html 是文件夹"
        " / write to a file, in the format of its ending; md or html without one is a folder",
    ),
]


_Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="|".join(FORMATS),
        help="输出格式；默认按 --out 的结尾，没有则为 table / output format; by the ending of --out, else table",
    ),
]


def command(
    files: Files,
    format: _Format = None,
    out: _Out = None,
    force: Force = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="列出每个条件及依据 / list every criterion with its words")
    ] = False,
    all: Annotated[bool, typer.Option("--all", help="列出全部条款和申报主体 / list all clauses and subjects")] = False,
    readings: Readings = False,
    complete: Complete = False,
    add_up: AddUp = False,
    type: Type = None,
    strict: Strict = False,
    sort: Annotated[
        bool, typer.Option("--sort", help="涉及金额最大的申报主体在前 / subjects with most at stake first")
    ] = False,
    as_of: AsOf = None,
    engine: EngineName = None,
    with_: With = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Read records, decide them, and print the answer."""
    form = form_of(format, out, ENDINGS)
    if form == "xlsx" and out is None and sys.stdout.isatty():
        raise CallError("workbook-in-terminal")
    into = form in PAGES and out is not None and (out.is_dir() or not out.suffix)
    if out is not None and not into:
        refuse_target(out, [*files, *overlays(with_)], root, force)
    chosen, on = language(lang), day(as_of)
    from ..shelf import load_documents, told_book

    kb = load_documents(root, policy, overlays(with_), engine=engine)
    _expect_many()
    from ..reports.job import Job
    from ..reports.phrases import Phrases

    with Progress(partial(_said, kb, chosen)) as progress:
        reading = kb.read(files, type=type, strict=strict, tick=progress.reading(files))
        flags = {"complete": complete, "everything": all, "readings": readings, "add_up": add_up, "sort": sort}
        run = kb.run(reading, day=on, tick=progress.tick, **flags)
        kb = kb.told_by(run.base.policy)
        phrases = Phrases(told_book(kb), kb.vocabulary, kb.wording, chosen)
        job = Job(run, phrases, _to_stdout, explain=explain, everything=all, processes=processors())
        job.folder = out.parent if out else None
        if form == "table" and out is None and (format is None or sys.stdout.isatty()):
            from ..doors.terminal import Terminal

            # Asked for by name and not shown on a terminal, the table is kept, and so is told whole.
            print_answer(job, Terminal(highlight=False, soft_wrap=False))
        else:
            _write(job, kb, form, out, into=into)


def _said(kb: Policykb, lang: Lang, name: str, **words: object) -> str:
    return kb.wording.say(name, lang, **words)


def _expect_many() -> None:
    """An answer is many small objects without cycles: looking for garbage among them seldom finds any.

    What reads workbooks loads a library of numerics, whose threads, started for nothing, would keep this process alone.
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _write(job: Job, kb: Policykb, form: str, out: Path | None, *, into: bool) -> None:
    """Write the answer to standard output, into a file, or `into` a folder."""
    if out is None:
        write_answer(job, kb.near_misses, form)
    elif into:
        with new_folder(out, replaces=is_answer_folder) as folder:
            write_folder(job, form, folder)
    else:
        with new_file(out) as stream:
            job.write = stream.write
            write_answer(job, kb.near_misses, form)


def _to_stdout(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
