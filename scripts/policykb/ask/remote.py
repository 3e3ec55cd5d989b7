"""Ask a remote SPARQL endpoint, patiently and with clear errors."""

from __future__ import annotations

import os
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Literal
from urllib.parse import urlsplit

import pyoxigraph as ox

from ..errors import CallError
from ..wording.catalogue import reason
from .contained import MOST_BYTES, contained
from .guard import form_of
from .result import Form, Result, Term
from .terms import refuse_undeclared, with_prefixes

__all__ = ["Endpoint", "ask_endpoint"]

Method = Literal["auto", "get", "post"]
_LONG = 2000  # characters of a query above which servers and proxies start to refuse a GET
_PASSING = {429, 502, 503, 504}
_SCHEMES = ("http", "https")
_RESULTS = ("application/sparql-results+json", "application/json", "text/turtle", "application/n-triples")
USER, PASSWORD = "POLICYKB_ENDPOINT_USER", "POLICYKB_ENDPOINT_PASSWORD"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A remote endpoint and how to talk to it.

    Args:
        url: its address.
        timeout: seconds within which an answer has to be there, whole.
        retries: how often to try again where the fault may pass.
        pause: seconds before the first retry; doubled each time.
        method: get, post, or auto by the length of the query.
    """

    url: str
    timeout: float = 60
    retries: int = 3
    pause: float = 0.5
    method: Method = "auto"


def ask_endpoint(endpoint: Endpoint, text: str, prefixes: Mapping[str, str], *, where: str = "") -> Result:
    """Send a query to an endpoint.

    User and password come from the environment (POLICYKB_ENDPOINT_USER, POLICYKB_ENDPOINT_PASSWORD).

    Raises:
        CallError: the endpoint cannot be reached, refuses the query, or answers something else than results.
    """
    form = form_of(text, allow_service=True, where=where)
    _refuse_no_address(endpoint.url)
    for attempt in range(endpoint.retries + 1):
        try:
            return _in_time(endpoint, text, form, prefixes, attempt + 1)
        except _Passing:
            if attempt == endpoint.retries:
                raise
            time.sleep(endpoint.pause * 2**attempt)
    raise AssertionError("unreachable")


class _Passing(CallError):
    """A fault that may be gone at the next attempt."""


def _refuse_no_address(url: str) -> None:
    """Refuse what is no address of an endpoint; a password in it is not repeated."""
    try:
        parts = urlsplit(url)
        right = parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # a bracket that is not closed, a port that is no number
        right = False
    if re.match(r"(?:[^/]*//)?[^/]*@", url):
        raise CallError("endpoint-with-login", user=USER, password=PASSWORD)
    if not right or "#" in url or re.search(r"[^!-~]", url):
        raise CallError("endpoint-address", address=url.rpartition("@")[2])


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows an endpoint that sends on, not with a user's password to another one, nor to what is no endpoint."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        was, now = urlsplit(req.full_url), urlsplit(newurl)
        elsewhere = (was.scheme, was.netloc) != (now.scheme, now.netloc)
        # A query that was posted would not be sent along.
        if now.scheme not in _SCHEMES or req.data is not None or (elsewhere and req.has_header("Authorization")):
            address = f"{now.scheme}://{now.netloc.rpartition('@')[2]}{now.path}"
            raise CallError("endpoint-moved", where=req.full_url.partition("?")[0], address=address)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _in_time(endpoint: Endpoint, text: str, form: Form, prefixes: Mapping[str, str], attempts: int) -> Result:
    """What `_send` gives, by a process of its own: an answer that never ends would keep this one."""
    try:
        return contained(lambda: _send(endpoint, text, form, prefixes, attempts), endpoint.timeout)
    except CallError as fault:
        if fault.id == "query-late":
            raise _late(endpoint, attempts) from fault
        raise


def _send(endpoint: Endpoint, text: str, form: Form, prefixes: Mapping[str, str], attempts: int) -> Result:
    from SPARQLWrapper import BASIC, GET, JSON, POST, TURTLE, SPARQLWrapper
    from SPARQLWrapper import SPARQLExceptions as faults

    graph = form in ("CONSTRUCT", "DESCRIBE")
    wrapper = SPARQLWrapper(endpoint.url, returnFormat=TURTLE if graph else JSON)
    wrapper.setOnlyConneg(True)
    wrapper.setTimeout(max(1, round(endpoint.timeout)))
    post = endpoint.method == "post" or (endpoint.method == "auto" and len(text) > _LONG)
    wrapper.setMethod(POST if post else GET)
    if user := os.environ.get(USER):
        wrapper.setHTTPAuth(BASIC)
        wrapper.setCredentials(user, os.environ.get(PASSWORD, ""))
    wrapper.setQuery(with_prefixes(text, prefixes))
    # What the library takes for the form may be a word of a comment ("added up").
    wrapper.queryType = form
    urllib.request.install_opener(urllib.request.build_opener(_Redirects))  # of this process alone
    try:
        answer = wrapper.query().response
        body, kind = answer.read(MOST_BYTES + 1), answer.info().get_content_type()
        if len(body) > MOST_BYTES:
            raise CallError("result-too-large", where=endpoint.url, megabytes=MOST_BYTES // 2**20)
    except faults.QueryBadFormed as fault:
        refuse_undeclared(text, prefixes, endpoint.url)
        raise CallError(
            "endpoint-rejects", where=endpoint.url, detail=reason(_first(fault), "rdf", "net", "os")
        ) from fault
    except faults.Unauthorized as fault:
        raise CallError("endpoint-login", where=endpoint.url, user=USER, password=PASSWORD) from fault
    except faults.URITooLong as fault:
        raise CallError("endpoint-too-long", where=endpoint.url) from fault
    except faults.EndPointNotFound as fault:
        raise CallError("endpoint-missing", where=endpoint.url) from fault
    except faults.EndPointInternalError as fault:
        raise CallError(
            "endpoint-failed", where=endpoint.url, detail=reason(_first(fault), "rdf", "net", "os")
        ) from fault
    except urllib.error.HTTPError as fault:
        if fault.code in _PASSING:
            raise _Passing("endpoint-busy", where=endpoint.url, code=fault.code, attempts=attempts) from fault
        if fault.code == 403:
            raise CallError("endpoint-forbidden", where=endpoint.url) from fault
        raise CallError(
            "endpoint-answered", where=endpoint.url, code=fault.code, detail=reason(fault.reason, "net")
        ) from fault
    except TimeoutError as fault:
        raise _late(endpoint, attempts) from fault
    except urllib.error.URLError as fault:
        if isinstance(fault.reason, TimeoutError | socket.timeout):
            raise _late(endpoint, attempts) from fault
        raise _Passing(
            "endpoint-unreachable", where=endpoint.url, detail=reason(fault.reason, "net", "os"), attempts=attempts
        ) from fault
    except (HTTPException, OSError) as fault:
        raise _Passing(
            "endpoint-broke", where=endpoint.url, detail=reason(fault, "net", "os"), attempts=attempts
        ) from fault
    return _graph(body, kind, form, endpoint, prefixes) if graph else _rows(body, kind, form, endpoint, prefixes)


def _late(endpoint: Endpoint, attempts: int) -> _Passing:
    return _Passing("endpoint-late", where=endpoint.url, seconds=f"{endpoint.timeout:g}", attempts=attempts)


def _rows(body: bytes, kind: str, form: Form, endpoint: Endpoint, prefixes: Mapping[str, str]) -> Result:
    import json

    try:
        answer: dict[str, Any] = json.loads(body)
        if form == "ASK":
            return Result(form, truth=_truth(answer), prefixes=prefixes)
        names = tuple(map(_text, answer["head"]["vars"]))
        rows = tuple(tuple(_term(row.get(name)) for name in names) for row in answer["results"]["bindings"])
        return Result(form, names, rows, prefixes=prefixes)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise _strange(kind, endpoint) from fault


def _truth(answer: dict[str, Any]) -> bool:
    if "boolean" in answer:
        if not isinstance(answer["boolean"], bool):
            raise TypeError(type(answer["boolean"]).__name__)
        return answer["boolean"]
    # Virtuoso 7 answers ASK with a table of one cell, __ASK_RETVAL, or with none for false.
    cells = [row["__ASK_RETVAL"]["value"] for row in answer["results"]["bindings"]]
    return "__ASK_RETVAL" in answer["head"]["vars"] and cells in (["1"], ["true"])


def _term(cell: dict[str, Any] | None) -> Term | None:
    if cell is None:
        return None
    value = _text(cell["value"])
    if cell["type"] == "uri":
        return Term("iri", value)
    if cell["type"] == "bnode":
        return Term("bnode", value)
    language = cell.get("xml:lang")
    datatype = None if language else _text(cell.get("datatype", "http://www.w3.org/2001/XMLSchema#string"))
    return Term("literal", value, datatype, _text(language) if language else None)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _graph(body: bytes, kind: str, form: Form, endpoint: Endpoint, prefixes: Mapping[str, str]) -> Result:
    formats = {"application/n-triples": ox.RdfFormat.N_TRIPLES, "application/rdf+xml": ox.RdfFormat.RDF_XML}
    try:
        quads = ox.parse(body, format=formats.get(kind, ox.RdfFormat.TURTLE))
        triples = sorted({ox.Triple(q.subject, q.predicate, q.object) for q in quads}, key=str)
        return Result(form, triples=tuple(triples), prefixes=prefixes)
    except (SyntaxError, ValueError) as fault:
        raise _strange(kind, endpoint) from fault


def _strange(kind: str, endpoint: Endpoint) -> CallError:
    return CallError(
        "endpoint-bad-results" if kind in _RESULTS else "endpoint-no-results", where=endpoint.url, kind=kind
    )


def _first(fault: Exception) -> str:
    """The first lines of what the server said, one line of at most 300 characters."""
    said = str(fault).split("Response:", 1)[-1].strip().removeprefix("b'").removeprefix('b"')
    return " ".join(said.replace("\\n", " ").split())[:300] or type(fault).__name__
