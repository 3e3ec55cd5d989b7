"""How programs reach the server of the Model Context Protocol: standard input and output, or HTTP on this machine.

Standard: Model Context Protocol, transports; JSON-RPC 2.0, error object.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from ..errors import CallError
from ..model import Lang
from .listening import sockets_at
from .messages import LARGEST, Lines
from .problem import problem_json

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server
    from mcp_types import JSONRPCError

__all__ = ["PATH", "over_http", "over_stdio"]

PATH = "/mcp"
"""Where the server is found over HTTP."""


def over_stdio(serving: Callable[[], Server[Any]], lang: Lang) -> None:
    """Serve whoever started this program, until it closes standard input.

    Args:
        serving: makes the server, once there is somebody to be served.
        lang: the language of what is said of lines that are no messages.
    """
    from mcp.server.stdio import stdio_server
    from mcp.shared.message import SessionMessage

    if sys.stdin is None or sys.stdout is None:
        return  # nobody is there to be served

    async def run() -> None:
        made = serving()
        out: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        async def refuse(error: JSONRPCError) -> None:
            await (await out).send(SessionMessage(error))

        lines = cast(Any, _requests(Lines(sys.stdin.fileno()), lang, refuse))
        async with stdio_server(stdin=lines) as (read, write):
            out.set_result(write)
            await made.run(read, write, made.create_initialization_options())

    asyncio.run(run())


async def _requests(lines: Lines, lang: Lang, refuse: Callable[[JSONRPCError], Awaitable[None]]) -> AsyncIterator[str]:
    """The lines that are messages of the protocol; who sent any other is told so, and does not wait for an answer."""
    import mcp_types as types

    async for line in lines:
        if line is None:
            fault = CallError("message-too-long", most=LARGEST // 2**20)
            await refuse(_error(types.INVALID_REQUEST, fault, None, lang))
            continue
        try:
            message = types.jsonrpc_message_adapter.validate_json(line, by_name=False)
            # The library takes a request for a notification where its id is none.
            is_message = not (isinstance(message, types.JSONRPCNotification) and "id" in json.loads(line))
            str(getattr(message, "id", "")).encode()  # half a character could not be given back
        except ValueError:
            is_message = False
        if is_message:
            yield line
        elif line.strip():
            await refuse(_refused(line, lang))


def _refused(line: str, lang: Lang) -> JSONRPCError:
    """What is said of a line that is no message: no JSON, or not what the protocol sends."""
    import mcp_types as types

    code, fault, id_ = types.PARSE_ERROR, CallError("message-not-json"), None
    with suppress(ValueError, RecursionError):
        sent = json.loads(line.encode())
        code, fault = types.INVALID_REQUEST, CallError("message-no-request")
        named = sent.get("id") if isinstance(sent, dict) else None
        str(named).encode()
        id_ = named if isinstance(named, int | str) and not isinstance(named, bool) else None
    return _error(code, fault, id_, lang)


def _error(code: int, fault: CallError, id_: int | str | None, lang: Lang) -> JSONRPCError:
    import mcp_types as types

    error = types.ErrorData(code=code, message=fault.say(lang), data=problem_json(fault, lang))
    return types.JSONRPCError(jsonrpc="2.0", id=id_, error=error)


def over_http(serving: Server[Any], host: str, port: int, ready: Callable[[], None]) -> None:
    """Serve programs of this machine until interrupted; names that somebody let point to it are refused.

    Args:
        serving: the server.
        host: the address that it listens on.
        port: where it listens.
        ready: called when it is about to listen.

    Raises:
        CallError: there is no such address here, or the port is taken.
    """
    import uvicorn

    hosts = [f"{name}:{port}" for name in (host, "localhost")]
    app = serving.streamable_http_app(
        streamable_http_path=PATH, json_response=True, stateless_http=True, transport_security=_guard(hosts)
    )
    sockets = sockets_at(host, port)
    config = uvicorn.Config(
        app,
        log_level="error",
        server_header=False,
        limit_concurrency=64,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=1,  # a call that is worked on keeps nobody waiting who ends the program
    )
    ready()
    uvicorn.Server(config).run(sockets=sockets)


def _guard(hosts: list[str]) -> Any:
    from mcp.server.transport_security import TransportSecuritySettings

    origins = [f"http://{host}" for host in hosts]
    return TransportSecuritySettings(enable_dns_rebinding_protection=True, allowed_hosts=hosts, allowed_origins=origins)
