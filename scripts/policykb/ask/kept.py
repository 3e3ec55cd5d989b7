"""The knowledge base with the graphs of one answer, kept from one question to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pyoxigraph as ox

from .graphs import graph
from .local import store_of

__all__ = ["Kept"]

_ANSWER = ("records", "decisions")
"""The graphs that an answer has to itself."""
Told = TypeVar("Told")


class Kept:
    """One store, in which the graphs of an answer take the place of those of the last one."""

    def __init__(self) -> None:
        self._store: ox.Store | None = None
        self._answer: object = None

    def store(self, quads: Iterable[ox.Quad], answer: Told, graphs: Callable[[Told], Iterable[ox.Quad]]) -> ox.Store:
        """The store with an answer.

        Args:
            quads: the knowledge base, the same each time.
            answer: whose graphs are wanted.
            graphs: makes them of it, where they are not those of the last answer.
        """
        if self._store is None:
            self._store = store_of(quads)
        if self._answer is not answer:
            for name in _ANSWER:
                self._store.remove_graph(graph(name))
            self._store.extend(graphs(answer))
            self._answer = answer
        return self._store
