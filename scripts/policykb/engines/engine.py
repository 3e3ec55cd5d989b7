"""What every engine does: it decides records, and says what it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from ..model import Record
from .outcome import Outcome

__all__ = ["Engine"]


class Engine(Protocol):
    """Rules made ready once; decides any number of batches of records, with the same outcomes as every other engine."""

    @property
    def libraries(self) -> tuple[str, ...]:
        """The distributions that do the work, the one that it is named after first, such as `pyoxigraph`."""
        ...

    def suited(self, count: int) -> Engine:
        """The engine to decide so many records: this one, or where there are several, the one that they suit."""
        ...

    def decide(self, records: Sequence[Record], day: date | None = None) -> list[Outcome]:
        """Decide records that broke no data rule.

        Args:
            records: the records, any types mixed.
            day: the as-of day for all of them; each record's own period end if None.
        """
        ...
