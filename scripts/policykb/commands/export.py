"""把知识图谱和主要表格写成文件 / Write the graph and its main tables as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..doors.outgoing import tell
from ..errors import CallError
from .common import AsOf, Data, Language, Policy, Root, With, day, language, overlays, tell_amended, tell_undecided

__all__ = ["command"]


def command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="输出文件夹；以前的导出整个替换 / folder to write; an earlier export there is replaced as a whole",
        ),
    ],
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="ttl|nq|jsonld|rdfxml|parquet|csv|shapes-bundle",
            help="格式，可重复；默认 ttl / format, repeatable; by default ttl",
        ),
    ] = None,
    data: Data = None,
    root: Root = None,
    policy: Policy = None,
    with_: With = None,
    as_of: AsOf = None,
    lang: Language = None,
) -> None:
    """Write named graphs, tables, and a description with checksums."""
    tongue, on = language(lang), day(as_of)
    from ..answers.comparison import undecided
    from ..ask.graphs import derived_quads, prefixes
    from ..exports import FORMATS, export_files, may_replace, write_files
    from ..shelf import load_documents

    for written in form or ():
        if written not in FORMATS:
            raise CallError("unknown-format", format=written, known=FORMATS)
    if folder.exists():
        may_replace(folder)
    kb = load_documents(root, policy, overlays(with_), as_of=on)
    tell_amended(kb, on, tongue)
    answer = kb.apply(kb.read(data), as_of=on) if data else None
    quads = [*kb.quads, *derived_quads(kb.knowledge), *(kb.answer_quads(answer) if answer else ())]
    files = export_files(quads, kb.book, kb.wording, prefixes(kb.knowledge), form or ["ttl"], answer)
    write_files(folder, files)
    if answer is not None:
        tell_undecided(undecided(answer), kb.wording, tongue, data or ())
    tell(kb.wording.say("exported", tongue, count=len(files), folder=folder))
    for name, content in sorted(files.items()):
        tell(f"  {name}  {len(content)}")
