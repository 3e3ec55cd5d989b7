"""在本机开一个只读的 SPARQL 端点 / Serve a read-only SPARQL endpoint on this machine."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from .common import AsOf, Language, Policy, Root, With, day, language, overlays, tell_undecided

__all__ = ["command"]


def command(
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, metavar="PORT", help="端口，0 为任一空闲端口 / port; 0 for any free one"
        ),
    ] = 7878,
    data: Annotated[
        list[Path] | None,
        typer.Option("--data", metavar="FILE", help="连同记录及其判定，可重复 / records with decisions; repeatable"),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", min=1, max=86_400, metavar="SECONDS", help="单个查询的时限 / limit of one query"),
    ] = None,
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
    from ..api import load_policykb
    from ..comparison import undecided
    from ..server import running_server

    tongue, on = language(lang), day(as_of)
    kb = load_policykb(root, policy, overlays(with_))
    answer = kb.apply(kb.read(data), as_of=on) if data else None
    quads = [*kb.quads, *(kb.answer_quads(answer) if answer else ())]
    if answer is not None:
        tell_undecided(undecided(answer), kb.wording, tongue, data or (), machine=True)
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with running_server(quads, port, timeout, cors) as server:
        print(kb.wording.say("serving", tongue, address=server.address), flush=True)
        for name in sorted({quad.graph_name.value for quad in quads if str(quad.graph_name) != "DEFAULT"}):
            print(f"  GRAPH <{name}>", flush=True)
        while not stopped.wait(0.2):
            if server.process.poll() is not None:
                print(kb.wording.say("server-ended", tongue), flush=True)
                raise typer.Exit(1)
    print(kb.wording.say("stopped", tongue), flush=True)
