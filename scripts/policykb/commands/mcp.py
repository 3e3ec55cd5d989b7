"""让 AI 助手按原文测算：MCP 服务，只读 / Let assistants decide by the text: a read-only MCP server."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ..doors.outgoing import tell
from ..errors import CallError
from .common import Language, Policy, Root, Timeout, With, language, overlays

__all__ = ["command"]

_PORT = 7879


def command(
    http: Annotated[
        bool, typer.Option("--http", help="经 HTTP 服务，而不是标准输入输出 / over HTTP, not standard input and output")
    ] = False,
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, metavar="PORT", help="端口，0 为任一空闲端口 / port; 0 for any free one"
        ),
    ] = _PORT,
    timeout: Timeout = 60,
    root: Root = None,
    policy: Policy = None,
    with_: With = None,
    lang: Language = None,
) -> None:
    """Serve the calls as tools until standard input is closed, or until interrupted."""
    if port != _PORT and not http:
        raise CallError("option-needs", option="--port", other="--http")
    from ..extras import need

    need("mcp")
    from ..server import HOST, free_port
    from ..service.calls import Service
    from ..service.mcp import bounded
    from ..service.transports import PATH, over_http, over_stdio
    from ..shelf import load_documents

    tongue = language(lang)
    kb = load_documents(root, policy, overlays(with_))
    service = Service(kb)
    if not http:
        over_stdio(lambda: bounded(service, tongue, timeout), tongue)
        return
    chosen = port or free_port()

    def ready() -> None:
        tell(kb.wording.say("mcp-ready", tongue, address=f"http://{HOST}:{chosen}{PATH}"))
        sys.stdout.flush()

    over_http(bounded(service, tongue, timeout), HOST, chosen, ready)
