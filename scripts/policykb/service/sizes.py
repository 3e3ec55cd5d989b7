"""A request with more in it than is taken is answered as every other refusal is: the library behind it says nothing."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Any

from ..doors.outgoing import json_text
from ..errors import CallError
from .problem import MEDIA, problem_json, status_of

__all__ = ["sized"]


def sized(delegate: Any, connection: Any, most: int) -> Any:
    """What takes a request, but for one whose body has more than so many bytes: that is let pass, and refused.

    Args:
        delegate: what takes it.
        connection: what it comes by.
        most: the bytes.
    """
    from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, ResponseStartLine

    class Sized(HTTPMessageDelegate):
        """A request whose size is looked at when its headers are there."""

        is_refused = False

        def headers_received(self, start_line: Any, headers: Any) -> Awaitable[None] | None:
            """See to the size that is said."""
            said = headers.get("Content-Length", "")
            if said.isdecimal() and len(said) < len(str(2**63)) and int(said) > most:
                self.is_refused = True
                connection.set_max_body_size(int(said))
                return None
            found: Awaitable[None] | None = delegate.headers_received(start_line, headers)
            return found

        def data_received(self, chunk: bytes) -> Awaitable[None] | None:
            """Keep nothing of what is refused."""
            found: Awaitable[None] | None = None if self.is_refused else delegate.data_received(chunk)
            return found

        def finish(self) -> None:
            """Answer."""
            if not self.is_refused:
                delegate.finish()
                return
            fault = CallError("call-too-large", most=most // 10**6)
            body = (json_text(json.dumps(problem_json(fault, "zh"), ensure_ascii=False)) + "\n").encode()
            told = {"Content-Type": f"{MEDIA}; charset=utf-8", "Content-Length": str(len(body)), "Connection": "close"}
            status = ResponseStartLine("HTTP/1.1", status_of(fault), "Content Too Large")
            connection.write_headers(status, HTTPHeaders(told), body)
            connection.finish()

        def on_connection_close(self) -> None:
            """Nobody waits any more."""
            delegate.on_connection_close()

    return Sized()
