"""数据有没有错、错在哪一格、怎样改 / What is wrong in the data, in which cell, and how to fix it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..doors.writing import write_bytes, write_text
from ..errors import CallError
from .common import (
    AddUp,
    Files,
    Force,
    Language,
    Policy,
    Root,
    Strict,
    Type,
    With,
    form_of,
    language,
    overlays,
    refuse_target,
)
from .progress import Progress

if TYPE_CHECKING:
    from ..api import Policykb
    from ..check import CheckReport
    from ..model import Lang

__all__ = ["command"]

ENDINGS = {".txt": "table", ".json": "json", ".sarif": "sarif", ".html": "html", ".ttl": "ttl"}


_Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="|".join(ENDINGS.values()),
        help="输出格式；默认按 --out 的结尾，没有则为 table / output format; by the ending of --out, else table",
    ),
]
_Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="写入文件，格式按结尾 / write to a file, in the format of its ending"),
]
_Annotate = Annotated[
    Path | None,
    typer.Option(
        "--annotate",
        metavar="OUT.xlsx",
        help="另存批注本：标色并写明怎么改 / a copy with marked cells and how to fix them",
    ),
]
_Verbose = Annotated[
    bool, typer.Option("--verbose", help="也列出换算等提示，不限条数 / list conversions too, all of them")
]


def command(
    files: Files,
    format: _Format = None,
    out: _Out = None,
    annotate: _Annotate = None,
    verbose: _Verbose = False,
    type: Type = None,
    strict: Strict = False,
    add_up: AddUp = False,
    force: Force = False,
    with_: With = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Check files; exit code 1 where there are errors."""
    if annotate is not None and annotate.suffix.lower() != ".xlsx":
        raise CallError("not-an-xlsx-name", file=annotate)
    for target, beside in ((out, ()), (annotate, (out,) if out else ())):
        if target is not None:
            refuse_target(target, [*files, *overlays(with_)], root, force, beside)
    # SARIF is JSON, and many tools know it by that ending.
    form = form_of(format, out, {**ENDINGS, ".json": "sarif"} if format == "sarif" else ENDINGS)
    chosen = language(lang)
    if annotate is not None:
        from ..check.annotate import copied

        copied(files)
    from ..check import run_check
    from ..shelf import load_documents

    kb = load_documents(root, policy, overlays(with_))
    from ..reports.phrases import Phrases

    with Progress(Phrases(kb.book, kb.vocabulary, kb.wording, chosen).say) as progress:
        report = run_check(
            kb,
            files,
            type=type,
            strict=strict,
            conversions=verbose or form == "json",
            add_up=add_up,
            tick=progress.reading(files),
        )
    # Made before anything is said: where it cannot be made there is no half of an answer.
    marked = None if annotate is None else _marked(report, kb, chosen)
    if form == "table" and out is None:
        _print(report, kb, chosen, verbose)
    else:
        text = _written(report, kb, chosen, form, verbose)
        if out is None:
            sys.stdout.write(text)
        else:
            write_text(out, text)
    if annotate is not None and marked is not None:
        write_bytes(annotate, marked)
    if report.has_errors:
        raise typer.Exit(1)


def _marked(report: CheckReport, kb: Policykb, lang: Lang) -> bytes:
    from ..check.annotate import annotated
    from ..readers.tables import TableReader
    from ..reports.phrases import Phrases

    return annotated(report, Phrases(kb.book, kb.vocabulary, kb.wording, lang), TableReader(kb.vocabulary))


def _print(report: CheckReport, kb: Policykb, lang: Lang, verbose: bool) -> None:
    from ..check.as_table import MOST_SHOWN, print_report
    from ..doors.terminal import Terminal
    from ..reports.phrases import Phrases

    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, lang)
    print_report(Terminal(highlight=False, soft_wrap=True), report, phrases, most=None if verbose else MOST_SHOWN)


def _written(report: CheckReport, kb: Policykb, lang: Lang, format: str, verbose: bool) -> str:
    from ..reports.phrases import Phrases

    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, lang)
    match format:
        case "json":
            from ..check.as_json import to_json

            return to_json(report, kb.book)
        case "sarif":
            from ..check.as_sarif import to_sarif

            return to_sarif(report, kb.book, lang)
        case "html":
            from ..check.as_html import page
            from ..readers.tables import TableReader

            return page(report, phrases, TableReader(kb.vocabulary))
        case "ttl":
            from ..ask.graphs import prefixes
            from ..check.as_turtle import to_turtle

            return to_turtle(report, kb.book, prefixes(kb.knowledge))
        case _:
            import io

            from ..check.as_table import MOST_SHOWN, print_report
            from ..doors.terminal import Terminal

            stream = io.StringIO()
            print_report(Terminal(file=stream, width=160), report, phrases, most=None if verbose else MOST_SHOWN)
            return stream.getvalue()
