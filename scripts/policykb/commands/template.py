"""生成 Excel 填报模板，或文书的模板 / Write an Excel workbook to fill in, or the templates of papers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..doors.incoming import path_text
from ..doors.outgoing import tell
from ..doors.writing import write_bytes
from ..errors import CallError
from ..patterns import regex
from .common import Force, Language, Policy, Root, With, language, loaded, overlays, refuse_target

__all__ = ["command"]

_BETWEEN = regex("[,，、]")


def command(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="要写的文件 / the file to write")],
    types: Annotated[
        str | None, typer.Option("--types", metavar="TYPE,…", help="只要这些记录类型 / these record types only")
    ] = None,
    for_: Annotated[
        str | None, typer.Option("--for", metavar="CLAUSE", help="只要某条款所需的数据项 / only what a clause needs")
    ] = None,
    papers: Annotated[
        bool,
        typer.Option(
            "--papers", help="写出 papers 的模板，OUT 是新文件夹 / write the templates of papers; OUT is a new folder"
        ),
    ] = False,
    force: Force = False,
    with_: With = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Write the template."""
    if papers:
        for option, value in (("--types", types), ("--for", for_)):
            if value is not None:
                raise CallError("options-apart", one="--papers", other=option)
        _write_papers(out, root, policy, with_, lang)
        return
    if out.suffix.lower() != ".xlsx":
        raise CallError("not-an-xlsx-name", file=out)
    refuse_target(out, overlays(with_), root, force)
    chosen = language(lang)
    from ..check.template import template
    from ..readers.headers import Names
    from ..readers.values import Values
    from ..shelf import load_documents

    kb = load_documents(root, policy, overlays(with_))
    names = Names(kb.vocabulary, Values(kb.vocabulary))
    wanted = []
    for written in filter(None, map(str.strip, _BETWEEN.split(types or ""))):
        kind = names.record_type(written)
        if kind is None:
            raise CallError("unknown-record-type", type=written, known=tuple(kb.vocabulary.record_types))
        wanted.append(kind.id)
    clause = None if for_ is None else kb.book.clause(for_)
    write_bytes(out, template(kb, chosen, types=wanted, clause=clause))
    tell(path_text(out))


def _write_papers(out: Path, root: Path | None, policy: str | None, with_: list[str] | None, lang: str | None) -> None:
    """Write the templates that papers are filled in from."""
    from ..extras import need

    need("papers")
    from ..papers.forms import write_templates

    _, phrases = loaded(root, policy, with_, lang)
    write_templates(out)
    tell(phrases.say("papers-templates-written", folder=path_text(out)))
