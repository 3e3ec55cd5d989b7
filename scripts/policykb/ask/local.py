"""Ask the graph on this machine: the knowledge base as named graphs, with decisions if there are any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

import pyoxigraph as ox

from ..errors import CallError
from ..wording.catalogue import reason
from .contained import contained
from .guard import form_of, names_graphs
from .result import Form, Result, term_of
from .terms import refuse_undeclared

__all__ = ["ask_store", "store_of"]


def store_of(quads: Iterable[ox.Quad]) -> ox.Store:
    """A store of these quads."""
    store = ox.Store()
    store.extend(quads)
    return store


def ask_store(
    store: ox.Store,
    text: str,
    prefixes: Mapping[str, str],
    *,
    allow_service: bool = False,
    where: str = "",
    seconds: float | None = None,
) -> Result:
    """Run a query; its default graph is the union of all named graphs, unless FROM names others.

    Args:
        store: the graphs.
        text: the query, parameters bound.
        prefixes: the prefix table; the query may use any of them undeclared.
        allow_service: let the query fetch from other endpoints.
        where: the file, for messages.
        seconds: run it in a process of its own, which ends after so long; in this one, for as long as it takes, if
            None.

    Raises:
        CallError: it is no query, is not allowed, fails, or takes too long.
    """
    form = form_of(text, allow_service=allow_service, where=where)
    try:
        if seconds is None:
            return _asked(store, text, form, prefixes)
        return contained(lambda: _asked(store, text, form, prefixes), seconds)
    except SyntaxError as fault:
        refuse_undeclared(text, prefixes, where)
        raise CallError("invalid-sparql", where=where, detail=reason(fault, "rdf")) from fault
    except (OSError, ValueError, RuntimeError) as fault:  # the last: a function that nobody knows
        raise CallError("query-failed", where=where, detail=reason(fault, "rdf", "net", "os")) from fault


def _asked(store: ox.Store, text: str, form: Form, prefixes: Mapping[str, str]) -> Result:
    # Asked for the union, the engine would pass over FROM.
    found = store.query(text, use_default_graph_as_union=not names_graphs(text), prefixes=dict(prefixes))
    if form == "ASK":
        return Result(form, truth=bool(found), prefixes=prefixes)
    if form == "SELECT":
        solutions = cast(ox.QuerySolutions, found)
        names = tuple(variable.value for variable in solutions.variables)
        rows = tuple(tuple(term_of(row[name]) for name in names) for row in solutions)
        return Result(form, names, rows, prefixes=prefixes)
    result = Result(form, triples=tuple(sorted(set(cast(ox.QueryTriples, found)), key=str)), prefixes=prefixes)
    result.table()  # a statement within a triple is none of its terms
    return result
