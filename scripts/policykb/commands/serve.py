"""在本机开只读的 SPARQL 端点和 JSON 接口 / Serve a read-only SPARQL endpoint and a JSON API on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from ..doors.outgoing import tell
from .common import AsOf, Data, Language, Policy, Root, With, day, language, overlays, tell_undecided

__all__ = ["command"]


def command(
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, metavar="PORT", help="端口，0 为任一空闲端口 / port; 0 for any free one"
        ),
    ] = 7878,
    data: Data = None,
    timeout: Annotated[
        float,
        typer.Option("--timeout", min=1, max=86_400, metavar="SECONDS", help="单个查询的时限 / limit of one query"),
    ] = 60,
    cors: Annotated[
        bool, typer.Option("--cors", help="允许浏览器里别的网站的页面来查询 / let pages of other sites ask")
    ] = False,
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
    from ..ask.graphs import prefixes
    from ..ask.local import store_of
    from ..server import Endpoint, free_port, serve
    from ..service.calls import Service
    from ..shelf import load_documents

    tongue, on = language(lang), day(as_of)
    kb = load_documents(root, policy, overlays(with_))
    answer = kb.apply(kb.read(data), as_of=on) if data else None
    quads = [*kb.quads, *(kb.answer_quads(answer) if answer else ())]
    if answer is not None:
        tell_undecided(undecided(answer), kb.wording, tongue, data or (), machine=True)
    endpoint = Endpoint(
        store_of(quads),
        prefixes(kb.knowledge),
        port or free_port(),
        timeout,
        cors,
        service=Service(kb),
    )
    graphs = sorted({quad.graph_name.value for quad in quads if str(quad.graph_name) != "DEFAULT"})

    def ready() -> None:
        tell(kb.wording.say("serving", tongue, address=endpoint.address))
        if endpoint.service is not None:
            tell(kb.wording.say("service-ready", tongue, address=f"{endpoint.base}/openapi.json"))
        for name in graphs:
            tell(f"  GRAPH <{name}>")

    serve(endpoint, ready)
    tell(kb.wording.say("stopped", tongue))
