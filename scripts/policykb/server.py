"""A SPARQL endpoint on loopback: read-only, for this machine alone, and bounded whatever is sent to it.

Standard: SPARQL 1.1 Protocol, query operation. Each query runs in a process of its own over the graph in memory;
nothing is written to a disk.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs

import pyoxigraph as ox

from .ask.bounds import Bounds
from .ask.guard import form_of, names_graphs
from .ask.media import GRAPHS, TABLES, chosen, serialized
from .doors.incoming import query_text
from .doors.outgoing import visible
from .errors import CallError, PolicykbError
from .law.tokens import LONGEST
from .service.listening import in_address, sockets_at
from .wording.catalogue import reason

if TYPE_CHECKING:
    from .service.calls import Call, Service
    from .service.workers import Workers

__all__ = ["HOST", "Endpoint", "free_port", "serve"]

HOST = "127.0.0.1"
_NAMES = (HOST, "localhost", "[::1]")
_ANY = ("0.0.0.0", "::")  # every address of this machine
_METHODS = ("GET", "POST")
_IDLE = 20  # seconds after which a connection that says nothing is closed
_SPARE = 64  # open files that are kept for other things than connections


@dataclass(frozen=True)
class Endpoint:
    """What is served, and how.

    Args:
        store: the graphs; their union is the default graph.
        prefixes: the prefix table, which queries may use undeclared.
        port: where it listens.
        bounds: of what it works out.
        cors: let pages of other sites in the browsers of this machine ask.
        service: what answers the calls of programs, where they are answered as well.
        workers: the processes that stay and answer small calls, where there are any.
        host: the address it listens on.
        names: what it is called by beside the names of this machine, each with its port where that is not `port`'s.
    """

    store: ox.Store
    prefixes: Mapping[str, str]
    port: int
    bounds: Bounds
    cors: bool = False
    service: Service | None = None
    workers: Workers | None = None
    host: str = HOST
    names: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where queries go."""
        return f"{self.base}/query"

    @property
    def base(self) -> str:
        """Where everything is found."""
        return f"http://{HOST if self.host in _ANY else in_address(self.host)}:{self.port}"

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether a request is meant for this endpoint, and no page of another site is behind it."""
        hosts = {
            *(f"{name}:{self.port}" for name in (*_NAMES, in_address(self.host.lower()))),
            *map(str.lower, self.names),
        }
        if headers.get("Host", "").lower() not in hosts:
            return False  # a name that somebody let point to this machine
        if self.cors:
            return True
        origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site", "none")
        return (origin is None or origin in {f"http://{host}" for host in hosts}) and site in ("none", "same-origin")

    async def answer(self, query: str, accept: str, default: Sequence[str], named: Sequence[str]) -> tuple[str, bytes]:
        """The media type and the text of an answer.

        Raises:
            PolicykbError: it is no query, is not allowed, fails, or takes too long.
            OverflowError: too many others wait.
        """
        with self.bounds.counted():
            return await self.bounds.alone(lambda: self._asked(query, accept, default, named))

    async def answered(self, call: Call, given: dict[str, Any]) -> str:
        """The text of the answer to a call, from a process that stays or one of its own; raises as `answer` does."""
        with self.bounds.counted():
            found = None if self.workers is None else await self.workers.answer(call, given)
            if found is None:
                found = await self.bounds.alone(lambda: call.text(cast("Service", self.service), given))
            return found

    def described(self, served: str, accept: str) -> tuple[str, bytes]:
        """What is served, as VoID and DCAT: the media type that is wanted, and the text.

        Args:
            served: the address that it was asked under.
            accept: the media types that are wanted.
        """
        from .exports.description import describe

        media, book = chosen(accept, GRAPHS), cast("Service", self.service).kb.book
        return media, describe(list(self.store), {}, book, self.prefixes, served=served, form=GRAPHS[media])

    def _asked(self, query: str, accept: str, default: Sequence[str], named: Sequence[str]) -> tuple[str, bytes]:
        """Carried out in a process of its own: even to look at a long query takes its time."""
        kinds: Mapping[str, Any] = GRAPHS if form_of(query) in ("CONSTRUCT", "DESCRIBE") else TABLES
        media = chosen(accept, kinds)
        graphs: dict[str, Any] = {"use_default_graph_as_union": not names_graphs(query)}
        try:
            if default or named:
                graphs = {
                    "default_graph": [ox.NamedNode(iri) for iri in default],
                    "named_graphs": [ox.NamedNode(iri) for iri in named],
                }
            found = self.store.query(query, prefixes=dict(self.prefixes), **graphs)
            return media, serialized(found, media, kinds)
        except SyntaxError as fault:
            raise CallError("invalid-sparql", detail=reason(fault, "rdf")) from fault
        except (OSError, ValueError, RuntimeError) as fault:  # the last: a function that nobody knows
            raise CallError("query-failed", detail=reason(fault, "rdf", "os")) from fault


def serve(endpoint: Endpoint, ready: Callable[[], None]) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP.

    Args:
        endpoint: what is served.
        ready: called when it listens.

    Raises:
        CallError: there is no such address here, or the port is taken.
    """
    asyncio.run(_serve(endpoint, ready))


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class _Harmless(logging.Formatter):
    """What a library says of a request, in which nothing of the request steers the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record))


def _log_harmlessly() -> None:
    """Have what the library says of requests pass through `_Harmless`."""
    logger, shown = logging.getLogger("tornado"), logging.StreamHandler()
    shown.setFormatter(_Harmless())
    logger.handlers, logger.propagate = [shown], False


async def _serve(endpoint: Endpoint, ready: Callable[[], None]) -> None:
    from tornado.httpserver import HTTPServer
    from tornado.web import Application

    from .service.sizes import sized

    class Limited(HTTPServer):
        """A server that takes no more connections than it has files for."""

        def handle_stream(self, stream: Any, address: tuple[Any, ...]) -> None:
            if len(self._connections) >= most:
                stream.close()
            else:
                super().handle_stream(stream, address)

        def start_request(self, server_conn: object, request_conn: Any) -> Any:
            return sized(super().start_request(server_conn, request_conn), request_conn, 4 * LONGEST)

    _log_harmlessly()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4096), hard), hard))
    most = max(resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARE, _SPARE)
    base = _guarded()
    routes: list[Any] = [("/query", _handler(base), {"endpoint": endpoint})]
    if endpoint.service is not None:
        from .web import routes as of_service

        routes += of_service(base, endpoint, endpoint.service)
    pages = Application(routes, log_function=lambda handler: None)
    server = Limited(
        pages,
        max_header_size=2**16,
        max_body_size=4 * LONGEST,
        max_buffer_size=4 * LONGEST + 2**16,
        idle_connection_timeout=_IDLE,
        body_timeout=_IDLE,
    )
    server.add_sockets(sockets_at(endpoint.host, endpoint.port))
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    if endpoint.workers is not None:
        endpoint.workers.start()
    ready()
    await stopped.wait()
    server.stop()
    if endpoint.workers is not None:
        await endpoint.workers.stop()


def _posted(request: Any) -> dict[str, list[str]] | None:
    """What a request with a body asks, by the type of the body; None for a type that the protocol does not know."""
    body = request.body.decode("utf-8", "replace")
    match request.headers.get("Content-Type", "").partition(";")[0].strip().lower():
        case "application/x-www-form-urlencoded":
            return _decoded(body)
        case "application/sparql-query":
            return _addressed(request) | {"query": [body]}
    return None


def _guarded() -> Any:
    """What every request passes; the library behind it is loaded by no other command."""
    from tornado.iostream import StreamClosedError
    from tornado.web import RequestHandler

    class Guarded(RequestHandler):
        """A request that is meant for this endpoint, and no page of another site is behind it."""

        SUPPORTED_METHODS = ("GET", "HEAD", "POST", "OPTIONS")

        def initialize(self, endpoint: Endpoint) -> None:
            self.endpoint = endpoint

        def set_default_headers(self) -> None:
            self.clear_header("Server")
            self.set_header("X-Content-Type-Options", "nosniff")

        def prepare(self) -> None:
            if not self.endpoint.admits(self.request.headers):
                self.send_error(403)
            elif self.endpoint.cors:
                self.set_header("Access-Control-Allow-Origin", "*")
                self.set_header("Access-Control-Allow-Headers", "*")

        def write_error(self, status_code: int, **more: Any) -> None:
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            if status_code == 405:
                self.set_header("Allow", ", ".join(_METHODS))
            elif status_code == 503:
                self.set_header("Retry-After", "1")
            self.finish(f"{_refusal(status_code, self.request)}\n")

        def log_exception(self, *fault: Any) -> None:
            if not isinstance(fault[1], StreamClosedError):  # who asked has gone: nothing is wrong here
                super().log_exception(*fault)

        def options(self) -> None:
            if self.endpoint.cors:
                self.set_status(204)
            else:
                self.send_error(405)

    return Guarded


def _refusal(status: int, request: Any) -> CallError:
    """Why a request is not answered: what is wrong with it, and the mend."""
    match status:
        case 403:
            return CallError("call-from-elsewhere")
        case 405:
            return CallError("call-method", method=request.method, allowed=_METHODS)
        case 503:
            return CallError("call-busy")
    return CallError("call-no-query")


def _handler(base: Any) -> Any:
    """What answers queries."""

    class Query(base):  # type: ignore[misc]
        """The query operation of the protocol."""

        async def get(self) -> None:
            await self._answer(_addressed(self.request))

        async def head(self) -> None:
            await self.get()

        async def post(self) -> None:
            given = _posted(self.request)
            if given is None:
                self.send_error(415)
            else:
                await self._answer(given)

        async def _answer(self, given: Mapping[str, list[str]]) -> None:
            if len(given.get("query", ())) != 1:
                self.send_error(400)
                return
            try:
                accept = self.request.headers.get("Accept", "*/*")
                graphs = given.get("default-graph-uri", []), given.get("named-graph-uri", [])
                media, text = await self.endpoint.answer(given["query"][0], accept, *graphs)
            except PolicykbError as fault:
                self.set_status(400)
                # The option that the command line could be given is none of the endpoint's.
                told = CallError("tool-fetches") if fault.id == "service-refused" else fault
                media, text = "text/plain", f"{told}\n".encode()
            except OverflowError:
                self.send_error(503)
                return
            self.set_header("Content-Type", f"{media}; charset=utf-8")
            await self.finish(text)

    return Query


def _decoded(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return {}


def _addressed(request: Any) -> dict[str, list[str]]:
    """What the address of a request says behind its ?."""
    with suppress(ValueError):
        return _decoded(query_text(request.query))
    return {}
