"""Run a real SPARQL server, the `oxigraph` binary, read-only on loopback, over a store made for the occasion."""

from __future__ import annotations

import ctypes
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from .errors import CallError
from .extras import need

__all__ = ["HOST", "Running", "free_port", "running_server"]

HOST = "127.0.0.1"
_PATIENCE = 30  # seconds in which the server must answer
_PARENT_DEATH = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(frozen=True)
class Running:
    """A server that answers: its port, and its process."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        """Where queries go."""
        return f"http://{HOST}:{self.port}/query"


@contextmanager
def running_server(
    quads: Iterable[ox.Quad], port: int, timeout: float | None = None, cors: bool = False
) -> Iterator[Running]:
    """A read-only server over these quads; its default graph is the union of the named graphs.

    Args:
        quads: what it serves.
        port: where it listens on loopback; 0 for any free port.
        timeout: seconds after which it gives up on a query.
        cors: let pages of other sites in the browsers of this machine read answers.

    Raises:
        CallError: the binary is not installed, the port is taken, or the server does not start.
    """
    binary = _binary()
    chosen = port or free_port()
    _refuse_taken(chosen)
    with tempfile.TemporaryDirectory(prefix="policykb-serve-") as folder:
        store = ox.Store(folder)
        store.bulk_extend(_with_union(quads))
        store.flush()
        del store  # A read-only server needs the store closed.
        command = [binary, "serve-read-only", "--location", folder, "--bind", f"{HOST}:{chosen}"]
        command += ["--cors"] if cors else []
        command += ["--timeout-s", str(max(1, round(timeout)))] if timeout else []
        # Signals reach this process alone, which then ends the server: Ctrl-C in a terminal goes to the whole group.
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=_die_with_us
        )
        try:
            _await(process, chosen)
            yield Running(chosen, process)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _with_union(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads, and each once more in the default graph: the server's own union would pass over FROM."""
    for quad in quads:
        yield quad
        yield ox.Quad(quad.subject, quad.predicate, quad.object)


def _binary() -> str:
    beside = Path(sys.executable).with_name("oxigraph")
    found = str(beside) if beside.is_file() else shutil.which("oxigraph")
    if found is None:
        need("serve")
        raise CallError("server-not-found", where=str(beside))
    return found


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OverflowError as fault:
            raise CallError("no-such-port", port=port) from fault
        except OSError as fault:
            raise CallError("port-taken", port=port, detail=fault.strerror) from fault


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            said = (process.stderr.read() if process.stderr else b"").decode(errors="replace").strip()
            raise CallError("server-not-started", detail=said or process.returncode)
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/query?query=ASK%7B%7D", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise CallError("server-silent", seconds=_PATIENCE)


def _die_with_us() -> None:
    """Let the server end when this process is killed outright (Linux; elsewhere it is left to the user)."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PARENT_DEATH, signal.SIGTERM)
