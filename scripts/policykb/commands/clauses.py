"""全部条款；哪些可以免申即享、还差什么 / All clauses; which could be paid without an application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CallError
from .common import Language, Policy, Root, Version, With, loaded_of_day, terminal_width

if TYPE_CHECKING:
    from ..model import Clause
    from ..reports.phrases import Phrases

__all__ = ["command"]


def command(
    readiness: Annotated[
        bool,
        typer.Option(
            "--readiness",
            help="给钱的条款能否免申即享，逐项附原文 / what could be paid without an application, with the words",
        ),
    ] = False,
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="table|csv|tsv|json|md", help="--readiness 的输出格式 / output format of --readiness"
        ),
    ] = "table",
    root: Root = None,
    policy: Policy = None,
    with_: With = None,
    as_of: Version = None,
    lang: Language = None,
) -> None:
    """List the clauses, or what each lacks for payment without an application."""
    from ..ask.formats import FORMATS, write_result
    from ..doors.terminal import put_lines
    from ..reports.readiness import QUERY, by_clause, readiness_lines

    known = tuple(name for name in FORMATS if name != "ttl") if readiness else ("table",)
    if form not in known:
        raise CallError("unknown-format", format=form, known=known)
    kb, phrases = loaded_of_day(root, policy, with_, lang, as_of)
    if not readiness:
        put_lines(_line(clause, phrases) for clause in kb.book.clauses.values())
        return
    result = kb.ask(QUERY, lang=phrases.lang)
    if form != "table":
        print(write_result(result, form, terminal_width()), end="")
        return
    put_lines(readiness_lines(by_clause(result, phrases), phrases))


def _line(clause: Clause, phrases: Phrases) -> str:
    amounts = phrases.join(phrases.amounts(clause))
    return "  ".join(filter(None, (clause.id, phrases.article(clause), clause.title.get(phrases.lang), amounts)))
