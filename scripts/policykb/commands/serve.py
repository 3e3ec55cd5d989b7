"""在本机开只读的 SPARQL 端点和 JSON 接口 / Serve a read-only SPARQL endpoint and a JSON API on this machine."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from ..doors.outgoing import tell
from .common import (
    AsOf,
    Data,
    Language,
    Policy,
    Root,
    Timeout,
    With,
    day,
    language,
    overlays,
    tell_amended,
    tell_undecided,
)

__all__ = ["command"]

_Port = Annotated[
    int,
    typer.Option("--port", min=0, max=65535, metavar="PORT", help="端口，0 为任一空闲端口 / port; 0 for any free one"),
]
_Host = Annotated[
    str,
    typer.Option("--host", metavar="ADDRESS", help="监听的地址，默认只限本机 / address; loopback by default"),
]
_Name = Annotated[
    list[str] | None,
    typer.Option("--name", metavar="HOST[:PORT]", help="也以此名被调用 / a name that it is called by as well"),
]
_Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=0,
        max=256,
        metavar="N",
        help="回答调用的常驻进程数，默认每核一个 / processes that stay and answer calls; one a core by default",
    ),
]
_Cors = Annotated[bool, typer.Option("--cors", help="允许浏览器里别的网站的页面来查询 / let pages of other sites ask")]


def command(
    port: _Port = 7878,
    host: _Host = "127.0.0.1",
    name: _Name = None,
    data: Data = None,
    timeout: Timeout = 60,
    workers: _Workers = None,
    cors: _Cors = False,
    root: Root = None,
    policy: Policy = None,
    with_: With = None,
    as_of: AsOf = None,
    lang: Language = None,
) -> None:
    """Serve policy, vocabulary, shapes, readings and decisions in named graphs until interrupted."""
    from ..extras import need

    need("serve")
    from ..answers.comparison import undecided
    from ..ask.bounds import Bounds
    from ..ask.graphs import prefixes
    from ..ask.local import store_of
    from ..server import Endpoint, free_port, serve
    from ..service.calls import Service
    from ..service.workers import Workers
    from ..shelf import load_documents, shown

    tongue, on = language(lang), day(as_of)
    kb = load_documents(root, policy, overlays(with_))
    answer = kb.apply(kb.read(data), as_of=on) if data else None
    shown_kb, of_day = shown(kb, on)
    quads = [*shown_kb.quads, *(kb.answer_quads(answer) if answer else ())]
    if answer is not None:
        tell_undecided(undecided(answer), kb.wording, tongue, data or (), machine=True)
    tell_amended(kb, of_day, tongue)
    service, processes = Service(kb, on), len(os.sched_getaffinity(0)) if workers is None else workers
    staying = Workers(service, processes, timeout) if processes else None
    bounds, names = Bounds(timeout), tuple(name or ())
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    endpoint = Endpoint(
        store_of(quads), prefixes(kb.knowledge), port or free_port(), bounds, cors, service, staying, host, names
    )
    graphs = sorted({quad.graph_name.value for quad in quads if str(quad.graph_name) != "DEFAULT"})

    def ready() -> None:
        tell(kb.wording.say("serving", tongue, address=endpoint.address))
        tell(kb.wording.say("service-ready", tongue, address=f"{endpoint.base}/openapi.json"))
        for name in graphs:
            tell(f"  GRAPH <{name}>")

    serve(endpoint, ready)
    tell(kb.wording.say("stopped", tongue))
