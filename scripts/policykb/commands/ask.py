"""向知识图谱提问：查询库或自己的查询 / Ask the graph: a query of the library, or your own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..doors.outgoing import tell
from ..errors import CallError
from ..model import Lang
from .common import (
    AsOf,
    EngineName,
    Language,
    Policy,
    Root,
    With,
    day,
    language,
    overlays,
    tell_amended,
    tell_undecided,
    terminal_width,
)

if TYPE_CHECKING:
    from ..answers.answer import Answer
    from ..api import Policykb
    from ..ask.library import LibraryQuery
    from ..ask.remote import Endpoint
    from ..ask.result import Result
    from ..wording.texts import Wording

__all__ = ["command"]

_SUFFIXES = (".rq", ".sparql")
_READ = ("table", "md")
"""The formats that people read."""


_Query = Annotated[
    str | None,
    typer.Argument(
        metavar="[NAME|FILE.rq|-]",
        help="查询名、查询文件，或 - 从标准输入读 / a query's name, a file, or - for stdin",
    ),
]
_Parameters = Annotated[
    list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="参数 / parameters of the query")
]
_Describe = Annotated[
    str | None,
    typer.Option("--describe", metavar="NAME", help="说明一个查询 / describe a query: parameters, columns, text"),
]
_Data = Annotated[
    list[Path] | None,
    typer.Option(
        "--data",
        metavar="FILE",
        help="记录文件，连同判定一起查询，可重复 / records, asked together with the decisions on them; repeatable",
    ),
]
_Endpoint = Annotated[
    str | None, typer.Option("--endpoint", metavar="URL", help="远程 SPARQL 端点 / ask a remote SPARQL endpoint")
]
_Timeout = Annotated[
    float,
    typer.Option("--timeout", min=1, max=86_400, metavar="SECONDS", help="查询的时限 / how long a query may take"),
]
_Retries = Annotated[
    int, typer.Option("--retries", min=0, max=10, metavar="N", help="重试次数 / how often to try an endpoint again")
]
_Method = Annotated[
    str, typer.Option("--method", metavar="auto|get|post", help="请求方式 / how a query is sent to an endpoint")
]
_Form = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="table|csv|tsv|json|md|ttl",
        help="输出格式；默认 table，结果是图时为 ttl / "
        "output format; by default table, or ttl where the result is a graph",
    ),
]
_AllowService = Annotated[
    bool, typer.Option("--allow-service", help="允许 SERVICE 访问其他端点 / let SERVICE fetch from other endpoints")
]


def command(
    query: _Query = None,
    parameters: _Parameters = None,
    listing: Annotated[bool, typer.Option("--list", help="列出查询库 / list the library")] = False,
    describe: _Describe = None,
    data: _Data = None,
    endpoint: _Endpoint = None,
    timeout: _Timeout = 60,
    retries: _Retries = 3,
    method: _Method = "auto",
    form: _Form = None,
    allow_service: _AllowService = False,
    root: Root = None,
    policy: Policy = None,
    with_: With = None,
    as_of: AsOf = None,
    engine: EngineName = None,
    lang: Language = None,
) -> None:
    """List, describe or run a query."""
    from ..answers.comparison import undecided
    from ..ask.binding import read_assignments
    from ..ask.formats import FORMATS
    from ..ask.library import find_query, read_library
    from ..ask.remote import Endpoint
    from ..shelf import load_documents

    tongue, on = language(lang), day(as_of)
    if form is not None and form not in FORMATS:
        raise CallError("unknown-format", format=form, known=FORMATS)
    if method not in ("auto", "get", "post"):
        raise CallError("unknown-method", method=method)
    if endpoint is not None and data:
        raise CallError("data-with-endpoint")
    kb = load_documents(root, policy, overlays(with_), as_of=on, engine=engine)
    library = read_library(kb.knowledge.root)
    if listing:
        print(_listing(library, kb.wording, tongue), end="")
        return
    if describe is not None:
        print(_description(find_query(library, describe), kb.wording, tongue), end="")
        return
    if query is None:
        raise CallError("no-query-named")
    own, values = query == "-" or query.endswith(_SUFFIXES), read_assignments(parameters or ())
    if own and values:
        raise CallError("own-query-parameters")
    asked = _Asked(None if own else find_query(library, query), values, *(_own(query) if own else ("", "")))
    if endpoint is not None:
        settings = Endpoint(endpoint, timeout=timeout, retries=retries, method=method)  # type: ignore[arg-type]
        _print(_remote(asked, kb, tongue, settings), form, asked, kb, tongue, brought=True)
    else:
        tell_amended(kb, on, tongue)
        answer = kb.apply(kb.read(data), as_of=on) if data else None
        result = _local(asked, kb, tongue, answer, allow_service, timeout)
        if answer is not None:
            tell_undecided(
                undecided(answer), kb.wording, tongue, data or (), machine=_chosen(form, result) not in _READ
            )
        _print(result, form, asked, kb, tongue, brought=answer is not None)


@dataclass(frozen=True)
class _Asked:
    """What is asked: a query of the library with values for its parameters, or the text of one's own and its place."""

    named: LibraryQuery | None
    values: Mapping[str, list[str]]
    own: str
    place: str

    def text(self, kb: Policykb, lang: Lang) -> tuple[str, str]:
        """The query as it is sent, and what to call it in messages."""
        from ..ask.binding import bind
        from ..ask.graphs import prefixes

        if self.named is None:
            return self.own, self.place
        values = dict(self.values)
        if any(parameter.name == "lang" for parameter in self.named.parameters):
            values.setdefault("lang", [lang])
        return bind(self.named, values, kb.knowledge, prefixes(kb.knowledge)), f"{self.named.name}.rq"


def _remote(asked: _Asked, kb: Policykb, lang: Lang, settings: Endpoint) -> Result:
    from ..ask.graphs import prefixes
    from ..ask.remote import ask_endpoint

    text, where = asked.text(kb, lang)
    return ask_endpoint(settings, text, prefixes(kb.knowledge), where=where)


def _local(
    asked: _Asked, kb: Policykb, lang: Lang, answer: Answer | None, allow_service: bool, seconds: float
) -> Result:
    """The result from the graph here; terms of one's own query that it does not use are named beside it."""
    from ..ask.graphs import prefixes
    from ..ask.local import ask_store, store_of
    from ..ask.terms import unused_terms

    if answer is not None and asked.named is not None:
        from ..answers.comparison import refuse_unknown_record

        for record in asked.values.get("record", ()):
            refuse_unknown_record(answer, record)
    text, where = asked.text(kb, lang)
    table = prefixes(kb.knowledge)
    store = kb.graph_store if answer is None else store_of([*kb.quads, *kb.answer_quads(answer)])
    result = ask_store(store, text, table, allow_service=allow_service, where=where, seconds=seconds)
    for unused in unused_terms(text, table, store) if asked.named is None else ():
        name = "unused-term-near" if unused.near else "unused-term"
        near = ("、" if lang == "zh" else ", ").join(unused.near)
        tell(kb.wording.say(name, lang, term=unused.term, near=near), to=sys.stderr)
    return result


def _chosen(form: str | None, result: Result) -> str:
    return form or ("ttl" if result.form in ("CONSTRUCT", "DESCRIBE") else "table")


def _print(result: Result, form: str | None, asked: _Asked, kb: Policykb, lang: Lang, *, brought: bool) -> None:
    """Print a result; `brought`: decisions were there to be asked about."""
    from ..ask.formats import write_result

    chosen = _chosen(form, result)
    lacks = not brought and asked.named is not None and asked.named.group == "decisions"
    nothing = kb.wording.say("nothing-without-records" if lacks else "nothing-found", lang) + "\n"
    print(_answer(result, chosen, kb.wording, lang, write_result(result, chosen, terminal_width()), nothing), end="")


def _own(query: str) -> tuple[str, str]:
    """The text of a user's own query and what to call it in messages."""
    from ..doors.files import read_text
    from ..law.tokens import LONGEST

    if query == "-":
        # One character more than is allowed is enough to refuse it.
        return sys.stdin.read(LONGEST + 1), "stdin"
    return read_text(Path(query)), query


def _answer(result: Result, form: str, wording: Wording, lang: Lang, text: str, nothing: str) -> str:
    """The text of an answer; nothing found is said in words, beside an empty file of a machine format."""
    if result.form == "ASK" and form == "table":
        return wording.say("yes" if result.truth else "no", lang) + "\n"
    if len(result):
        return text
    if form in _READ:
        return nothing
    print(nothing, end="", file=sys.stderr)
    return text


def _listing(library: tuple[LibraryQuery, ...], wording: Wording, lang: Lang) -> str:
    """The library by group: name and question."""
    width = max(len(query.name) for query in library)
    lines, group = [], ""
    for query in library:
        if query.group != group:
            group = query.group
            lines += ["", wording.say(f"queries-{group}", lang)]
        lines.append(f"  {query.name:<{width}}  {query.question.get(lang)}")
    return "\n".join(lines[1:]) + "\n"


def _description(query: LibraryQuery, wording: Wording, lang: Lang) -> str:
    """A query in full: its question, parameters, columns and text."""
    lines = [f"{query.name}: {query.question.get(lang)}", ""]
    if query.parameters:
        lines.append(wording.say("query-parameters", lang))
        for parameter in query.parameters:
            need = wording.say("query-required" if parameter.required else "query-optional", lang)
            kind = parameter.of or parameter.type
            lines.append(f"  {parameter.name}  {kind}, {need}: {parameter.meaning.get(lang)}")
    if query.columns:
        lines.append(wording.say("query-columns", lang))
        lines += [f"  {column.name}  {column.type}: {column.meaning.get(lang)}" for column in query.columns]
    body = query.text[query.text.index("\nPREFIX") :] if "\nPREFIX" in query.text else query.text
    return "\n".join(lines) + "\n" + body
