"""哪些条款适用、给多少、为什么、还缺什么 / Which clauses apply, how much, why, and what is missing."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..doors.writing import write_bytes
from ..errors import CallError
from ..reports.forms import ENDINGS, FORMATS, written
from .common import (
    AddUp,
    AsOf,
    EngineName,
    Files,
    Force,
    Language,
    Policy,
    Root,
    With,
    day,
    language,
    overlays,
    refuse_target,
)

__all__ = ["command"]

_OBJECTS = 100_000  # made between two looks for garbage


_Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="写入文件，格式按结尾（.xlsx .csv .json .md .html .ttl .txt）"
        " / write to a file, in the format of its ending",
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
    add_up: AddUp = False,
    type: Annotated[str | None, typer.Option("--type", metavar="TYPE", help="记录类型 / record type of tables")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="未知列即为错误 / every unknown column is an error")] = False,
    as_of: AsOf = None,
    engine: EngineName = None,
    with_: With = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Read records, decide them, and print the answer."""
    form = _form(format, out)
    if form == "xlsx" and out is None and sys.stdout.isatty():
        raise CallError("workbook-in-terminal")
    if out is not None:
        refuse_target(out, [*files, *overlays(with_)], root, force)
    chosen, on = language(lang), day(as_of)
    from ..shelf import load_documents

    kb = load_documents(root, policy, overlays(with_), engine=engine)
    # An answer is many small objects without cycles: looking for garbage among them seldom finds any.
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    reading = kb.read(files, type=type, strict=strict)
    answer = kb.apply(reading, as_of=on, everything=all, readings=readings, complete=complete, add_up=add_up)
    from ..reports.phrases import Phrases

    kb = kb.told_by(answer)
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, chosen)
    # Asked for by name and not shown on a terminal, the table is kept, and so is told whole.
    if form == "table" and out is None and (format is None or sys.stdout.isatty()):
        from ..doors.terminal import Terminal
        from ..reports.as_table import print_table
        from ..reports.tell import tell

        told = tell(answer, phrases, explain=explain, everything=all)
        print_table(Terminal(highlight=False, soft_wrap=False), told)
        return
    _write(written(answer, kb.near_misses, phrases, form, explain=explain, everything=all), out)


def _form(format: str | None, out: Path | None) -> str:
    """The format asked for, else that of the file's ending, else the table.

    Raises:
        CallError: there is no such format, the ending says nothing, or it says something else than was asked for.
    """
    if format is not None and format not in FORMATS:
        raise CallError("unknown-format", format=format, known=FORMATS)
    named = ENDINGS.get(out.suffix.lower()) if out is not None else None
    if out is not None and format is None and named is None:
        raise CallError("format-from-name", file=out, known=tuple(ENDINGS))
    if format is not None and named is not None and format != named:
        raise CallError("format-against-name", file=out, named=named, format=format)
    return format or named or "table"


def _write(data: bytes, out: Path | None) -> None:
    if out is not None:
        write_bytes(out, data)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
