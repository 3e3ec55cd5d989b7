"""向知识图谱提问：查询库或自己的查询 / Ask the graph: a query of the library, or your own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CallError
from ..model import Lang
from .common import AsOf, Language, Policy, Root, With, day, language, overlays, terminal_width

if TYPE_CHECKING:
    from ..ask.library import LibraryQuery
    from ..ask.result import Result
    from ..wording import Wording

__all__ = ["command"]

_SUFFIXES = (".rq", ".sparql")


def command(
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|FILE.rq|-]",
            help="查询名、查询文件，或 - 从标准输入读 / a query's name, a file, or - for stdin",
        ),
    ] = None,
    parameters: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="参数 / parameters of the query")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="列出查询库 / list the library")] = False,
    describe: Annotated[
        str | None,
        typer.Option("--describe", metavar="NAME", help="说明一个查询 / describe a query: parameters, columns, text"),
    ] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data",
            metavar="FILE",
            help="记录文件，连同判定一起查询，可重复 / records, asked together with the decisions on them; repeatable",
        ),
    ] = None,
    endpoint: Annotated[
        str | None, typer.Option("--endpoint", metavar="URL", help="远程 SPARQL 端点 / ask a remote SPARQL endpoint")
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout", min=1, max=86_400, metavar="SECONDS", help="等待秒数 / how long to wait for an endpoint"
        ),
    ] = 60,
    retries: Annotated[
        int, typer.Option("--retries", min=0, max=10, metavar="N", help="重试次数 / how often to try an endpoint again")
    ] = 3,
    method: Annotated[
        str, typer.Option("--method", metavar="auto|get|post", help="请求方式 / how a query is sent to an endpoint")
    ] = "auto",
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="table|csv|tsv|json|md|ttl",
            help="输出格式；默认 table，结果是图时为 ttl / "
            "output format; by default table, or ttl where the result is a graph",
        ),
    ] = None,
    allow_service: Annotated[
        bool, typer.Option("--allow-service", help="允许 SERVICE 访问其他端点 / let SERVICE fetch from other endpoints")
    ] = False,
    root: Root = None,
    policy: Policy = None,
    with_: With = None,
    as_of: AsOf = None,
    lang: Language = None,
) -> None:
    """List, describe or run a query."""
    from ..api import load_policykb
    from ..ask.binding import bind, read_assignments
    from ..ask.formats import FORMATS, write_result
    from ..ask.library import find_query, read_library
    from ..ask.local import ask_store, store_of
    from ..ask.remote import Endpoint, ask_endpoint
    from ..graphs import prefixes

    tongue, on = language(lang), day(as_of)
    if form is not None and form not in FORMATS:
        raise CallError("unknown-format", format=form, known=FORMATS)
    if method not in ("auto", "get", "post"):
        raise CallError("unknown-method", method=method)
    if endpoint and data:
        raise CallError("data-with-endpoint")
    kb = load_policykb(root, policy, overlays(with_))
    library = read_library(kb.knowledge.root)
    if listing:
        print(_listing(library, kb.wording, tongue), end="")
        return
    if describe is not None:
        print(_description(find_query(library, describe), kb.wording, tongue), end="")
        return
    if query is None:
        raise CallError("no-query-named")
    table = prefixes(kb.knowledge)
    values = read_assignments(parameters or ())
    if query == "-" or query.endswith(_SUFFIXES):
        if values:
            raise CallError("own-query-parameters")
        text, where = _own(query)
    else:
        named = find_query(library, query)
        if "lang" not in values and any(parameter.name == "lang" for parameter in named.parameters):
            values["lang"] = [tongue]
        text, where = bind(named, values, kb.knowledge, table), f"{query}.rq"
    if endpoint:
        settings = Endpoint(endpoint, timeout=timeout, retries=retries, method=method)  # type: ignore[arg-type]
        result = ask_endpoint(settings, text, table, where=where)
    else:
        store = store_of([*kb.quads, *kb.answer_quads(kb.apply(kb.read(data), as_of=on))]) if data else kb.graph_store
        result = ask_store(store, text, table, allow_service=allow_service, where=where)
    chosen = form or ("ttl" if result.form in ("CONSTRUCT", "DESCRIBE") else "table")
    asks_decisions = not (data or endpoint or query == "-" or query.endswith(_SUFFIXES)) and (
        find_query(library, query).group == "decisions"
    )
    nothing = kb.wording.say("nothing-without-records" if asks_decisions else "nothing-found", tongue) + "\n"
    print(_answer(result, chosen, kb.wording, tongue, write_result(result, chosen, terminal_width()), nothing), end="")


def _own(query: str) -> tuple[str, str]:
    """The text of a user's own query and what to call it in messages."""
    if query == "-":
        return sys.stdin.read(), "stdin"
    try:
        return Path(query).read_text(encoding="utf-8"), query
    except FileNotFoundError as fault:
        raise CallError("no-such-file", where=query) from fault
    except IsADirectoryError as fault:
        raise CallError("is-a-folder", where=query) from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise CallError("file-unreadable", where=query, detail=getattr(fault, "strerror", None) or fault) from fault


def _answer(result: Result, form: str, wording: Wording, lang: Lang, text: str, nothing: str) -> str:
    """The text of an answer; nothing found is said in words, beside an empty file of a machine format."""
    if result.form == "ASK" and form == "table":
        return wording.say("yes" if result.truth else "no", lang) + "\n"
    if len(result):
        return text
    if form in ("table", "md"):
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
