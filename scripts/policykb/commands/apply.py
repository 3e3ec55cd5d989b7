"""哪些条款适用、给多少、为什么、还缺什么 / Which clauses apply, how much, why, and what is missing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CallError
from ..writing import free_target, write_bytes
from .common import AsOf, Files, Force, Language, Policy, Root, With, day, language, overlays

if TYPE_CHECKING:
    from ..answers import Answer
    from ..api import Policykb
    from ..reports.phrases import Phrases

__all__ = ["command"]

FORMATS = ("table", "json", "csv", "xlsx", "md", "html", "ttl")


def command(
    files: Files,
    format: Annotated[
        str, typer.Option("--format", metavar="|".join(FORMATS), help="输出格式 / output format")
    ] = "table",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="写入文件 / write to a file instead of the terminal")
    ] = None,
    force: Force = False,
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
    complete: Annotated[
        bool, typer.Option("--complete", help="记录齐全，推导名次 / the records are complete: derive ranks")
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
        raise CallError("unknown-format", format=format, known=FORMATS)
    if format == "xlsx" and out is None and sys.stdout.isatty():
        raise CallError("workbook-in-terminal")
    if out is not None:
        free_target(out, reads=[*files, *map(Path, overlays(with_))], force=force)
    chosen, on = language(lang), day(as_of)
    from ..api import load_policykb

    kb = load_policykb(root, policy, overlays(with_))
    reading = kb.read(files, type=type, strict=strict)
    answer = kb.apply(reading, as_of=on, everything=all, readings=readings, complete=complete)
    from ..reports.phrases import Phrases

    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, chosen)
    if format == "table" and out is None:
        from rich.console import Console

        from ..reports.as_table import print_table

        print_table(Console(highlight=False, soft_wrap=False), answer, phrases, explain=explain, everything=all)
        return
    _write(_written(answer, kb, phrases, format, explain=explain, everything=all), out)


def _written(answer: Answer, kb: Policykb, phrases: Phrases, format: str, *, explain: bool, everything: bool) -> bytes:
    match format:
        case "json":
            from ..reports.as_json import to_json

            return to_json(answer, phrases.lang).encode()
        case "csv":
            from ..reports.as_csv import to_csv

            return to_csv(answer, phrases).encode()
        case "xlsx":
            from ..reports.as_workbook import to_workbook

            return to_workbook(answer, phrases)
        case "ttl":
            from ..graphs import prefixes
            from ..reports.as_rdf import to_turtle

            return to_turtle(answer, kb.book, prefixes(kb.knowledge)).encode()
        case "html":
            from ..reports.as_html import to_html

            return to_html(answer, phrases, everything=everything).encode()
        case "md":
            from ..reports.as_markdown import to_markdown

            return to_markdown(answer, phrases).encode()
        case _:
            import io

            from rich.console import Console

            from ..reports.as_table import print_table

            stream = io.StringIO()
            print_table(Console(file=stream, width=160), answer, phrases, explain=explain, everything=everything)
            return stream.getvalue().encode()


def _write(data: bytes, out: Path | None) -> None:
    if out is not None:
        write_bytes(out, data)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
