"""The same calls over the Model Context Protocol: read-only tools, and a resource for each article.

Standard: Model Context Protocol, tools and resources.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..ask.bounds import Bounds
from ..errors import CallError, PolicykbError
from ..law.rules import RuleBook
from ..model import Lang
from ..patterns import regex
from ..readers.json_records import JsonObject, parse_json
from ..shelf import each
from .calls import CALLS, VERSION, Call, Parameter, Service, arguments_of, wrong_parameter
from .law import source_json
from .messages import WRITTEN, arguments_in, plain, written
from .openapi import KINDS
from .problem import problem_json

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server
    from mcp_types import CallToolResult, ListResourcesResult, ListToolsResult, ReadResourceResult

__all__ = ["bounded", "server"]

_ARTICLE = "policykb://article/"
_NUMBER = regex("[0-9]{1,9}")
_DIGITS = 15  # significant digits that a binary number of 64 bits keeps
_QUERY = Call(
    "query",
    "POST",
    "",
    Service.query,
    (Parameter("query", "string", True), Parameter("lang", "lang"), VERSION),
    tool="run_query",
)
_TOOLS = {call.tool: call for call in (*CALLS, _QUERY) if call.tool is not None}


def server(service: Service, lang: Lang, bounds: Bounds | None = None) -> Server[Any]:
    """The server: its tools, and the articles as resources.

    Args:
        service: what answers.
        lang: the language of the descriptions, and of answers where a call names none.
        bounds: of what calls may take, each in a process of its own while others are answered; in this one if None.
    """
    from mcp.server.lowlevel import Server

    offered = _Offered(service, lang, bounds)
    say = service.phrases(lang).say
    return Server(
        "policykb",
        version=str(service.health["policykb"]),
        title=say("service-title"),
        instructions=say("service-about"),
        on_list_tools=offered.list_tools,
        on_call_tool=offered.call_tool,
        on_list_resources=offered.list_resources,
        on_read_resource=offered.read_resource,
    )


@dataclass(frozen=True)
class _Offered:
    """What a client is offered, and what it gets."""

    service: Service
    lang: Lang
    bounds: Bounds | None = None

    async def list_tools(self, context: Any, params: Any) -> ListToolsResult:
        """The tools: each says that it changes nothing."""
        import mcp_types as types

        say = self.service.phrases(self.lang).say
        hints = types.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        )
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=name,
                    description=say(f"call-{call.name}"),
                    input_schema=_input(call, self.service, self.lang),
                    annotations=hints,
                )
                for name, call in _TOOLS.items()
            ]
        )

    async def call_tool(self, context: Any, params: Any) -> CallToolResult:
        """The answer of a tool, as JSON and as text; a refusal as a problem."""
        import mcp_types as types

        named = (params.arguments or {}).get("lang")
        tongue: Lang = "zh" if named == "zh" else "en" if named == "en" else self.lang
        try:
            given = await _written(context, params)
            found = await self._worked_out(lambda: _called(self.service, params.name, given, self.lang))
            is_error = False
        except PolicykbError as fault:
            found, is_error = problem_json(_told(fault), tongue), True
        except OverflowError:
            found, is_error = problem_json(CallError("call-busy"), tongue), True
        text = types.TextContent(type="text", text=json.dumps(found, ensure_ascii=False))
        return types.CallToolResult(content=[text], structured_content=found, is_error=is_error)

    async def _worked_out(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        if self.bounds is None:
            return work()
        with self.bounds.counted():
            return await self.bounds.alone(work)

    async def list_resources(self, context: Any, params: Any) -> ListResourcesResult:
        """The articles."""
        import mcp_types as types

        say = self.service.phrases(self.lang).say
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=f"{_ARTICLE}{slug}{article.number}",
                    name=say("article", number=article.number),
                    title=article.label.get(self.lang),
                    mime_type="text/plain",
                )
                for slug, book in _books(self.service).items()
                for article in book.articles
            ]
        )

    async def read_resource(self, context: Any, params: Any) -> ReadResourceResult:
        """The exact words of an article."""
        import mcp_types as types
        from mcp.shared.exceptions import MCPError

        try:
            text = _article(self.service, str(params.uri).removeprefix(_ARTICLE))
        except PolicykbError as fault:
            raise MCPError(types.INVALID_PARAMS, fault.say(self.lang), problem_json(fault, self.lang)) from fault
        contents = types.TextResourceContents(uri=str(params.uri), mime_type="text/plain", text=text)
        return types.ReadResourceResult(contents=[contents])


def bounded(service: Service, lang: Lang, seconds: float) -> Server[Any]:
    """The server whose calls are worked out in copies of this process, which has ready what they need.

    Args:
        service: what answers.
        lang: the language of the descriptions, and of answers where a call names none.
        seconds: that a call may take.
    """
    service.warm()
    service.kb.ask("limits")
    return server(service, lang, Bounds(seconds))


def _input(call: Call, service: Service, lang: Lang) -> dict[str, Any]:
    """What a tool takes."""
    say = service.phrases(lang).say
    properties: dict[str, Any] = {}
    if call.sends or call is _QUERY:
        properties["records"] = {"type": "array", "items": {"type": "object"}, "description": say("call-records")}
    for one in call.parameters:
        properties[one.name] = {**KINDS[one.kind], "description": say(one.wording)}
    if call is _QUERY:
        properties["parameters"] = {"type": "object", "description": say("call-parameter-parameters")}
    required = [*(["records"] if call.sends else []), *(one.name for one in call.parameters if one.required)]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


async def _written(context: Any, params: Any) -> str:
    """The arguments of a call as the client wrote them; of a client in this process, which wrote nothing, as they are.

    Raises:
        CallError: a number has more digits than a binary number keeps.
    """
    request = getattr(context, "request", None)
    meta = params.meta or {}
    found = meta.get(WRITTEN) if request is None else arguments_in(await request.body())
    return found if isinstance(found, str) else json.dumps(_exact(params.arguments or {}), ensure_ascii=False)


def _told(fault: PolicykbError) -> PolicykbError:
    """A refusal in words for who has no command line: its mend names no option and no command."""
    said = fault.values
    match fault.id:
        case "query-late" | "query-broke":
            return CallError("tool-late", seconds=said["seconds"])
        case "service-refused":
            return CallError("tool-fetches")
        case "update-refused":
            return CallError("tool-updates", form=said["form"])
        case "unknown-query":
            return CallError("tool-query", query=said["query"])
        case "unknown-query-near":
            return CallError("tool-query-near", query=said["query"], near=said["near"])
    return fault


def _called(service: Service, tool: str, text: str, lang: Lang) -> dict[str, Any]:
    """What a tool answers: the call as it was understood, the answer, and the provisions that it cites."""
    call = _TOOLS.get(tool)
    if call is None:
        raise CallError("no-such-tool", tool=tool[:80], known=tuple(_TOOLS))
    sent = parse_json(text.encode("utf-8", "replace"), tool)
    for name in sent.repeated:
        raise CallError("call-repeated-parameter", parameter=name)
    echo = plain(sent)
    given = dict(echo)
    more: dict[str, Any] = {}
    if call.sends or call is _QUERY:
        if given.pop("records", None) is not None:
            more["body"] = written(JsonObject(records=sent["records"])).encode()
        elif call.sends:
            raise CallError("call-missing-parameter", parameter="records")
    if call is _QUERY and "parameters" in given:
        parameters = given.pop("parameters")
        if not isinstance(parameters, dict):
            raise wrong_parameter("parameters", "object", parameters)
        for name in sent["parameters"].repeated:
            raise CallError("call-repeated-parameter", parameter=name)
        more["parameters"] = parameters
    arguments = arguments_of(call, given)
    if any(one.name == "lang" for one in call.parameters):
        arguments.setdefault("lang", lang)
    answer = call.act(service, **arguments, **more)
    provisions = dict.fromkeys(_cited(answer))
    tongue: Lang = arguments.get("lang", lang)
    phrases = service.phrases(tongue) if call.sends else service.shown(tongue, arguments.get(VERSION.name))
    known = phrases.book.provisions
    sources = [source_json(known[name], phrases) for name in provisions if name in known]
    return {"call": {"tool": tool, "arguments": echo}, "answer": answer, "sources": sources}


def _exact(value: Any) -> Any:
    """A value whose numbers are surely those that were written.

    Raises:
        CallError: a number has more digits than a binary number keeps.
    """
    if isinstance(value, dict):
        return {name: _exact(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_exact(one) for one in value]
    if isinstance(value, float) and len(f"{value!r}".partition("e")[0].replace(".", "").strip("-0")) > _DIGITS:
        raise CallError("number-inexact", value=repr(value))
    return value


def _cited(part: Any) -> Iterator[str]:
    """The provisions that an answer names."""
    if isinstance(part, dict):
        name = part.get("provision")
        if isinstance(name, str):
            yield name
        for one in part.values():
            yield from _cited(one)
    elif isinstance(part, list):
        for one in part:
            yield from _cited(one)


def _books(service: Service) -> dict[str, RuleBook]:
    """The rules of each document by what its articles are called by: its slug where there are several."""
    documents = each(service.kb)
    return {f"{one.knowledge.policy}/" if len(documents) > 1 else "": one.book for one in documents}


def _article(service: Service, name: str) -> str:
    """The exact words of an article.

    Raises:
        CallError: there is no such document, or it has no such article.
    """
    slug, slash, number = name.rpartition("/")
    books = _books(service)
    if slug + slash not in books:
        raise CallError("unknown-policy", policy=slug, known=tuple(key.rstrip("/") for key in books if key))
    book = books[slug + slash]
    if not _NUMBER.fullmatch(number):
        first, last = book.articles[0].number, book.articles[-1].number
        raise CallError("unknown-article", number=number[:20], first=first, last=last)
    article = book.article(int(number))
    provisions = [book.provisions[part] for part in article.provisions]
    return book.document.text[min(one.start for one in provisions) : max(one.end for one in provisions)]
