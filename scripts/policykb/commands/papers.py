"""公示名单、资金计划、告知和申报指南，都是草稿 / A list to publish, a payment plan, letters and guides, all drafts."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ..doors.incoming import path_text
from ..doors.outgoing import tell
from ..doors.writing import new_folder
from ..errors import CallError
from .common import (
    AddUp,
    AsOf,
    Complete,
    EngineName,
    Files,
    Language,
    Policy,
    Readings,
    Root,
    Strict,
    Type,
    With,
    day,
    language,
    overlays,
)
from .progress import Progress

__all__ = ["command"]


_Out = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", help="写到这个文件夹，以前写的没改过才替换 / folder; replaced where unchanged since"
    ),
]
_Format = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="docx|xlsx|html|pdf",
        help="格式，可重复；默认前三种 / formats, repeatable; the first three by default",
    ),
]
_Templates = Annotated[
    Path | None,
    typer.Option("--templates", metavar="DIR", help="自己的模板所在的文件夹 / folder with templates of your own"),
]


def command(
    files: Files,
    out: _Out,
    form: _Format = None,
    templates: _Templates = None,
    readings: Readings = False,
    complete: Complete = False,
    add_up: AddUp = False,
    type: Type = None,
    strict: Strict = False,
    as_of: AsOf = None,
    engine: EngineName = None,
    with_: With = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Read records, decide them, and write the papers."""
    from ..extras import need

    need("papers")
    from ..amended import amended_clauses
    from ..papers.forms import Forms
    from ..papers.pdf import find_office
    from ..papers.write import FORMATS, INDEX, Guided, may_replace, write_papers
    from ..reports.job import Job
    from ..reports.phrases import Phrases
    from ..shelf import load_documents, shown, told_book, told_versions

    chosen, on = language(lang), day(as_of)
    wanted = list(dict.fromkeys(form or FORMATS[:3]))
    if unknown := [one for one in wanted if one not in FORMATS]:
        raise CallError("unknown-format", format=unknown[0], known=FORMATS)
    if "pdf" in wanted:
        find_office()
    if out.exists():
        may_replace(out)
    forms = Forms(templates)
    kb = load_documents(root, policy, overlays(with_), engine=engine)
    with Progress(lambda name, **words: kb.wording.say(name, chosen, **words)) as progress:
        reading = kb.read(files, type=type, strict=strict, tick=progress.reading(files))
        flags = {"complete": complete, "everything": False, "readings": readings, "add_up": add_up, "sort": False}
        run = kb.run(reading, day=on, tick=progress.tick, **flags)
        told_by = kb.told_by(run.base.policy)
        phrases = Phrases(told_book(told_by), told_by.vocabulary, told_by.wording, chosen)
        version, of_day = shown(told_by, on)
        lines = told_versions(told_by, of_day, chosen, "--as-of")
        of_version = phrases if of_day is None else replace(phrases, book=version.book)
        guided = Guided(of_version, dict.fromkeys(amended_clauses(told_by), lines))
        gc.freeze()  # what is there stays, and need not be looked at each time
        with new_folder(out, replaces=may_replace) as folder:
            count = write_papers(Job(run, phrases, lambda data: None), forms, wanted, folder, progress.tick, guided)
    tell(phrases.say("papers-written", count=count, folder=path_text(out), index=path_text(out / INDEX)))
