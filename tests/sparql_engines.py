"""The engines that the library is run on: embedded Oxigraph, rdflib, the Oxigraph server, and Virtuoso 7.

Each takes the same quads; its default graph is the union of the named graphs.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyoxigraph as ox

from policykb.ask.local import ask_store
from policykb.ask.remote import Endpoint, ask_endpoint
from policykb.ask.result import Result, Term

__all__ = ["RdflibEngine", "free_port", "oxigraph_server", "rows_of", "virtuoso"]

Row = tuple[str, ...]


def rows_of(result: Result) -> list[Row]:
    """The rows of a result, sorted, values written in one form: engines differ in how they write equal numbers."""
    return sorted(tuple(_cell(term) for term in row) for row in result.table()[1])


def _cell(term: Term | None) -> str:
    if term is None:
        return "-"
    if term.kind == "literal" and (term.datatype or "").endswith(("#integer", "#decimal", "#int", "#long")):
        with contextlib.suppress(InvalidOperation):
            return f"{Decimal(term.value).normalize():f}"
    if (term.datatype or "").endswith("#boolean"):
        return {"1": "true", "0": "false"}.get(term.value, term.value)
    return term.value


class RdflibEngine:
    """rdflib over one graph that holds everything."""

    def __init__(self, quads: list[ox.Quad]) -> None:
        import rdflib

        triples = dict.fromkeys(ox.Triple(q.subject, q.predicate, q.object) for q in quads)
        data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
        self.graph = rdflib.Graph()
        self.graph.parse(data=data.decode(), format="nt")

    def ask(self, text: str) -> Result:
        """Run a query."""
        import rdflib

        found = self.graph.query(text)
        if found.type == "ASK":
            return Result("ASK", truth=bool(found.askAnswer))
        if found.type == "CONSTRUCT":
            data = found.graph.serialize(format="nt")
            triples = [
                ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)
            ]
            return Result("CONSTRUCT", triples=tuple(triples))

        def term(node: object) -> Term | None:
            if node is None:
                return None
            if isinstance(node, rdflib.URIRef):
                return Term("iri", str(node))
            if isinstance(node, rdflib.Literal):
                return Term("literal", str(node), None if node.datatype is None else str(node.datatype), node.language)
            return Term("bnode", str(node))

        names = tuple(str(name) for name in found.vars)
        return Result("SELECT", names, tuple(tuple(term(row[name]) for name in names) for row in found))


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=2).close()
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not answer in time")


@contextlib.contextmanager
def oxigraph_server(quads: list[ox.Quad], folder: Path) -> Iterator[str]:
    """A read-only Oxigraph server on loopback; yields its query address."""
    import sys

    binary = Path(sys.executable).with_name("oxigraph")
    data = folder / "data.nq"
    data.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    subprocess.run([binary, "load", "--location", folder / "store", "--file", data], check=True, capture_output=True)
    port = free_port()
    command = [binary, "serve-read-only", "--location", folder / "store", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*command, "--union-default-graph"], stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/query?query=ASK%7B%7D", process, 20)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.terminate()
        process.wait(10)


def virtuoso_installed() -> bool:
    """Whether Virtuoso 7 is on this machine."""
    return bool(shutil.which("virtuoso-t") and shutil.which("isql-vt"))


@contextlib.contextmanager
def virtuoso(quads: list[ox.Quad], folder: Path) -> Iterator[str]:
    """A Virtuoso server on loopback with the quads loaded; yields its query address."""
    port, web = free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data.nq"
    data.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    (folder / "virtuoso.ini").write_text(
        "[Database]\n"
        + "".join(f"{key} = {folder}/{name}\n" for key, name in _FILES.items())
        + f"[Parameters]\nServerPort = 127.0.0.1:{port}\nLiteMode = 0\nDirsAllowed = {folder}\n"
        + "NumberOfBuffers = 10000\nMaxCheckpointRemap = 2000\nTransactionAfterImageLimit = 100000000\n"
        + f"[HTTPServer]\nServerPort = 127.0.0.1:{web}\nServerThreads = 4\n"
        + "[SPARQL]\nResultSetMaxRows = 100000\nMaxQueryCostEstimationTime = 10000000\nMaxQueryExecutionTime = 120\n"
    )
    process = subprocess.Popen(
        ["virtuoso-t", "-f", "-c", str(folder / "virtuoso.ini")],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"http://127.0.0.1:{web}/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D", process, 90)
        # The lines of the guide, as they are pasted.
        script = _pasted().replace("/data/policykb.nq", str(data))
        said = subprocess.run(
            ["isql-vt", f"127.0.0.1:{port}", "dba", "dba", "ERRORS=STDOUT", "VERBOSE=OFF"],
            input=script.encode(),
            check=True,
            capture_output=True,
            timeout=120,
        )
        assert b"Error" not in said.stdout, said.stdout.decode()
        yield f"http://127.0.0.1:{web}/sparql"
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _pasted() -> str:
    """What the guide says to load a graph with."""
    guide = Path(__file__).parents[1] / "docs" / "how-to" / "endpoint.en.md"
    return guide.read_text(encoding="utf-8").partition("```sql\n")[2].partition("```")[0]


_FILES = {
    "DatabaseFile": "virtuoso.db",
    "ErrorLogFile": "virtuoso.log",
    "TransactionFile": "virtuoso.trx",
    "LockFile": "virtuoso.lck",
    "xa_persistent_file": "virtuoso.pxa",
}


def ask_remote(url: str, text: str) -> Result:
    """Ask an endpoint the way the command does."""
    return ask_endpoint(Endpoint(url, timeout=120, retries=0), text, {})


def ask_embedded(store: ox.Store, text: str, prefixes: Mapping[str, str]) -> Result:
    """Ask the embedded store the way the command does."""
    return ask_store(store, text, prefixes)
