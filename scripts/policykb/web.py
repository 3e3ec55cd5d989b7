"""The calls of the service over HTTP: JSON in, JSON out, refusals as problem documents; health, readiness, figures.

Standards: OpenAPI 3.1, RFC 9457. Each call with records is worked out in another process, bounded as queries are.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

from .ask.bounds import Bounds
from .doors.incoming import query_text
from .doors.outgoing import json_text
from .errors import CallError, PolicykbError
from .model import Lang
from .service.calls import CALLS, Call, Service, arguments_of
from .service.openapi import openapi
from .service.problem import MEDIA, problem_json, status_of

__all__ = ["routes"]

_LATE = ("query-late", "query-broke")


class Endpoint(Protocol):
    """The limits of the machine, and who may ask."""

    @property
    def cors(self) -> bool:
        """Whether pages of other sites may ask."""

    @property
    def bounds(self) -> Bounds:
        """The bounds of what it works out."""

    def described(self, served: str, accept: str) -> tuple[str, bytes]:
        """The description of what is served: its media type, and its text."""

    async def answered(self, call: Call, given: dict[str, Any]) -> str:
        """The text of the answer to a call, worked out in another process."""


@dataclass
class _Figures:
    """What was answered since the start, for a monitor."""

    answered: Counter[tuple[str, int]] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)

    def text(self, waiting: int) -> str:
        """In the text format of Prometheus."""
        lines = ["# TYPE policykb_calls_total counter"]
        lines += [
            f'policykb_calls_total{{call="{name}",status="{status}"}} {count}'
            for (name, status), count in sorted(self.answered.items())
        ]
        lines.append("# TYPE policykb_seconds_total counter")
        lines += [
            f'policykb_seconds_total{{call="{name}"}} {spent:.6f}' for name, spent in sorted(self.seconds.items())
        ]
        return "\n".join([*lines, "# TYPE policykb_waiting gauge", f"policykb_waiting {waiting}", ""])


def routes(base: Any, endpoint: Endpoint, service: Service) -> list[Any]:
    """Where each call is found, and what answers it.

    Args:
        base: what every request passes first.
        endpoint: the limits of the machine.
        service: what answers.
    """
    service.warm()
    figures = _Figures()
    description = json_text(json.dumps(openapi(service), ensure_ascii=False, indent=2)) + "\n"
    handler, page, nothing = _call(base), _page(base), _nothing(base)
    by_path: dict[str, dict[str, Call]] = {}
    for call in CALLS:
        by_path.setdefault(call.path, {})[call.method] = call
    found: list[Any] = [
        (_pattern(path), handler, {"endpoint": endpoint, "service": service, "calls": calls, "figures": figures})
        for path, calls in by_path.items()
    ]
    health = json.dumps(service.health) + "\n"
    pages: dict[str, tuple[str, Callable[[], str]]] = {
        "/openapi.json": ("application/json", lambda: description),
        "/health": ("application/json", lambda: health),
        "/ready": ("application/json", lambda: health),
        "/metrics": ("text/plain; version=0.0.4", lambda: figures.text(endpoint.bounds.waiting)),
    }
    found += [(path, page, {"endpoint": endpoint, "kind": kind, "text": text}) for path, (kind, text) in pages.items()]
    found += [(path, _described(base), {"endpoint": endpoint}) for path in (r"/\.well-known/void", "/catalog")]
    # What is asked for may be no path at all: another address, or the * of OPTIONS.
    return [*found, (".*", nothing, {"endpoint": endpoint})]


def _pattern(path: str) -> str:
    # Of several documents an id begins with its own, as answers write it: slug/clause.
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path.replace("{id}", "(?P<id>[^/]+(?:/[^/]+)?)"))


def _telling(base: Any) -> Any:
    """A request whose refusals are problem documents."""

    class Telling(base):  # type: ignore[misc]
        """What answers in JSON."""

        @property
        def lang(self) -> Lang:
            """The language that is asked for, else Chinese."""
            return "en" if re.search(r"(?:^|&)lang=en(?:&|$)", self.request.query) else "zh"

        def refuse(self, fault: PolicykbError) -> None:
            """Answer with a problem document."""
            self.set_status(status_of(fault))
            self.set_header("Content-Type", f"{MEDIA}; charset=utf-8")
            if fault.id == "call-busy":
                self.set_header("Retry-After", "1")
            self.finish(json_text(json.dumps(problem_json(fault, self.lang), ensure_ascii=False)) + "\n")

        def write_error(self, status_code: int, **more: Any) -> None:
            """Refuse what is refused before it is looked at."""
            if status_code == 403:
                self.refuse(CallError("call-from-elsewhere"))
            elif status_code == 405:
                allowed = self.allowed()
                heads = ("HEAD",) if "GET" in allowed else ()
                self.set_header("Allow", ", ".join((*allowed, *heads)))
                self.refuse(CallError("call-method", method=self.request.method, allowed=allowed))
            else:
                self.refuse(CallError("call-malformed"))

        def allowed(self) -> tuple[str, ...]:
            """The methods that are answered here."""
            return ("GET",)

        def options(self, **inside: str) -> None:
            """Whether pages of other sites may call."""
            if self.endpoint.cors:
                self.set_status(204)
            else:
                self.send_error(405)

        async def head(self, **inside: str) -> None:
            """What GET answers, whose text the library behind it leaves out."""
            get: Any = self.get
            found = get(**inside)
            if found is not None:
                await found

        def post(self, **inside: str) -> None:
            """Not answered unless a call takes it."""
            self.send_error(405)

        def get(self, **inside: str) -> None:
            """Not answered unless a call takes it."""
            self.send_error(405)

    return Telling


def _call(base: Any) -> Any:
    """What answers the calls of one path."""

    class Calls(_telling(base)):  # type: ignore[misc]
        """A call, worked out in another process."""

        def initialize(
            self, endpoint: Endpoint, service: Service, calls: Mapping[str, Call], figures: _Figures
        ) -> None:
            """Take what it works with."""
            self.endpoint, self.service, self.calls, self.figures = endpoint, service, calls, figures

        def allowed(self) -> tuple[str, ...]:
            """The methods of the calls."""
            return tuple(self.calls)

        async def get(self, **inside: str) -> None:
            """A call without records."""
            await self._answer("GET", inside)

        async def post(self, **inside: str) -> None:
            """A call with records."""
            await self._answer("POST", inside)

        async def _answer(self, method: str, inside: Mapping[str, str]) -> None:
            call = self.calls.get(method)
            if call is None:
                self.send_error(405)
                return
            start = time.monotonic()
            try:
                text = await self._worked_out(call, inside)
                self.set_header("Content-Type", "application/json; charset=utf-8")
                await self.finish(text)
            except PolicykbError as fault:
                late = fault.id in _LATE
                self.refuse(CallError("call-late", seconds=round(self.endpoint.bounds.seconds)) if late else fault)
            except OverflowError:
                self.refuse(CallError("call-busy"))
            self.figures.answered[call.name, self.get_status()] += 1
            self.figures.seconds[call.name] += time.monotonic() - start  # type: ignore[assignment]

        async def _worked_out(self, call: Call, inside: Mapping[str, str]) -> str:
            given = dict(inside)
            for name, value in _said(self.request.query):
                if name in given:
                    raise CallError("call-repeated-parameter", parameter=name)
                given[name] = value
            arguments = arguments_of(call, given)
            if call.sends:
                kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                if kind != "application/json":
                    raise CallError("call-not-json")
                arguments["body"] = self.request.body
                return await self.endpoint.answered(call, arguments)
            return call.text(self.service, arguments)

    return Calls


def _page(base: Any) -> Any:
    """What answers with a text that is there."""

    class Page(_telling(base)):  # type: ignore[misc]
        """A description, or how the service is."""

        def initialize(self, endpoint: Endpoint, kind: str, text: Callable[[], str]) -> None:
            """Take what it answers with."""
            self.endpoint, self.kind, self.text = endpoint, kind, text

        def get(self) -> None:
            """The text as it is now."""
            self.set_header("Content-Type", f"{self.kind}; charset=utf-8")
            self.finish(self.text())

    return Page


def _described(base: Any) -> Any:
    """What answers where the dataset and its services are described."""

    class Described(_telling(base)):  # type: ignore[misc]
        """VoID and DCAT, in the form of RDF that is wanted; its addresses are those that it was asked under."""

        def get(self) -> None:
            """The description of what is served."""
            served = f"{self.request.protocol}://{self.request.host}"
            media, text = self.endpoint.described(served, self.request.headers.get("Accept", "*/*"))
            self.set_header("Content-Type", f"{media}; charset=utf-8")
            self.set_header("Vary", "Accept")
            self.finish(text)

    return Described


def _nothing(base: Any) -> Any:
    """What answers where nothing is."""

    class Nothing(_telling(base)):  # type: ignore[misc]
        """No such path."""

        def _refused(self) -> None:
            self.refuse(CallError("call-no-such-path", path=self.request.path[:200]))

        def get(self) -> None:
            """Refuse."""
            self._refused()

        def post(self) -> None:
            """Refuse."""
            self._refused()

        def write_error(self, status_code: int, **more: Any) -> None:
            """No other method finds anything here either."""
            if status_code == 405:
                self._refused()
            else:
                super().write_error(status_code, **more)

    return Nothing


def _said(query: str) -> list[tuple[str, str]]:
    """The parameters of a request, as they are written."""
    try:
        return parse_qsl(query_text(query), keep_blank_values=True, max_num_fields=50)
    except ValueError as fault:
        raise CallError("call-malformed") from fault
