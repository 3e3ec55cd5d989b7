"""Which engine decides: SPARQL a handful of records, columns many; or the one that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from ..errors import CallError
from ..extras import is_installed, need
from ..law.rules import RuleBook
from ..model import Record
from .engine import Engine
from .outcome import Outcome
from .sparql import SparqlEngine

__all__ = ["ENGINES", "MANY", "BySize", "engine_of", "named_in"]

ENGINES = ("sparql", "columns")
MANY = 1000
"""From so many records on columns are faster, what they need loaded and compiled included; see decision 0008."""

_EXTRA = "screen"
_NEEDED = ("ibis-framework", "polars", "pyarrow")


class BySize:
    """Decides by SPARQL or over columns, whichever is faster for so many records; both give the same outcomes.

    `is_laid_out` as for `SparqlEngine`, `is_bare` as for `ColumnsEngine`.
    """

    def __init__(self, book: RuleBook, *, is_laid_out: bool = False, is_bare: bool = False) -> None:
        # What cannot be decided is refused at once, whatever engine comes to decide.
        self.few = SparqlEngine(book, is_laid_out=is_laid_out)
        self._is_bare = is_bare

    @cached_property
    def many(self) -> Engine:
        """The engine for many records; where what it needs is not installed, that for few."""
        return _columns(self.few, is_bare=self._is_bare) if is_installed(*_NEEDED) else self.few

    @property
    def libraries(self) -> tuple[str, ...]:
        """Those of the engine for few; see `Engine`."""
        return self.few.libraries

    def suited(self, count: int) -> Engine:
        """See `Engine`."""
        return self.few if count < MANY else self.many

    def decide(self, records: Sequence[Record], day: date | None = None) -> list[Outcome]:
        """See `Engine`."""
        return self.suited(len(records)).decide(records, day)


def engine_of(book: RuleBook, name: str | None = None) -> Engine:
    """The engine of a name, over one rule book; by the number of records if None.

    Raises:
        CallError: there is no such engine, or what it needs is not installed.
    """
    if name is not None and name not in ENGINES:
        raise CallError("unknown-engine", engine=name, known=ENGINES)
    if name is None:
        return BySize(book)
    if name == "columns":
        need(_EXTRA, *_NEEDED)
        return _columns(SparqlEngine(book))
    return SparqlEngine(book)


def named_in(receipt: str) -> str | None:
    """The engine that a receipt names by its library; None where there is no such engine here."""
    if receipt.startswith("polars"):
        return "columns" if is_installed(*_NEEDED) else None
    return "sparql" if receipt.startswith("pyoxigraph") else None


def _columns(rest: SparqlEngine, *, is_bare: bool = False) -> Engine:
    # Imported where it is needed: what it needs takes as long to load as hundreds of records to decide.
    from .columns.engine import ColumnsEngine

    return ColumnsEngine(rest, is_bare=is_bare)
