"""哪些条款适用、给多少、为什么、还缺什么 / Which clauses apply, how much, why, and what is missing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..errors import CallError
from .common import AsOf, Language, Policy, Root, With, day, language, overlays

__all__ = ["command"]

FORMATS = ("table", "json", "csv", "md")


def command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Turtle、JSON-LD、JSON、CSV、XLSX")],
    format: Annotated[
        str, typer.Option("--format", metavar="|".join(FORMATS), help="输出格式 / output format")
    ] = "table",
    explain: Annotated[
        bool, typer.Option("--explain", help="列出每个条件及依据 / list every criterion with its words")
    ] = False,
    all: Annotated[bool, typer.Option("--all", help="列出全部条款 / list all clauses")] = False,
    readings: Annotated[
        bool,
        typer.Option(
            "--readings", help="逐一运行其他读法，列出会改变结果的 / name the readings that would change each"
        ),
    ] = False,
    type: Annotated[str | None, typer.Option("--type", metavar="TYPE", help="记录类型 / record type of tables")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="未知列即为错误 / every unknown column is an error")] = False,
    as_of: AsOf = None,
    with_: With = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Read records, decide them, and print the answer."""
    if format not in FORMATS:
        raise CallError(f"there is no format {format!r}.", mend=f"Formats: {', '.join(FORMATS)}.")
    chosen, on = language(lang), day(as_of)
    from ..api import load_policykb

    kb = load_policykb(root, policy, overlays(with_))
    reading = kb.read(files, type=type, strict=strict)
    answer = kb.apply(reading, as_of=on, everything=all, readings=readings)
    if format == "json":
        from ..reports.as_json import to_json

        sys.stdout.write(to_json(answer, chosen))
        return
    from ..reports.phrases import Phrases

    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, chosen)
    if format == "table":
        from rich.console import Console

        from ..reports.as_table import print_table

        print_table(Console(highlight=False, soft_wrap=False), answer, phrases, explain=explain, everything=all)
    elif format == "csv":
        from ..reports.as_csv import to_csv

        sys.stdout.write(to_csv(answer, phrases))
    else:
        from ..reports.as_markdown import to_markdown

        sys.stdout.write(to_markdown(answer, phrases))
