"""Where a service listens: sockets at an address of this machine, or what is wrong with the address or the port."""

from __future__ import annotations

import errno
import socket
from typing import Any

from ..errors import CallError
from ..wording.catalogue import reason

__all__ = ["in_address", "sockets_at"]


def in_address(host: str) -> str:
    """A host as it stands in an address: one with colons in brackets."""
    return f"[{host}]" if ":" in host else host


def sockets_at(host: str, port: int) -> list[Any]:
    """Sockets that listen.

    Args:
        host: an address of this machine; an empty one, which systems take for all of them, is none.
        port: the port.

    Raises:
        CallError: there is no such address or port here, or the port is taken.
    """
    from tornado.netutil import bind_sockets

    if not host.strip():
        raise CallError("address-empty")
    try:
        found: list[Any] = bind_sockets(port, host)
    except OverflowError as fault:
        raise CallError("no-such-port", port=port) from fault
    except (OSError, UnicodeError) as fault:
        detail = reason(fault, "os", "net")
        if isinstance(fault, UnicodeError | socket.gaierror) or fault.errno == errno.EADDRNOTAVAIL:
            raise CallError("no-such-address", host=host, detail=detail) from fault
        raise CallError("port-taken", port=port, detail=detail) from fault
    return found
