"""Records of several answers decided at once, ahead of them: what is the same for all of them is done once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ..model import Record
from .engine import Engine
from .outcome import Outcome

__all__ = ["Ahead"]


@dataclass(frozen=True)
class Ahead:
    """An engine that decides as another does, and has the outcomes of some records before it is asked for them."""

    engine: Engine
    _known: dict[tuple[int, date | None], tuple[Record, Outcome]] = field(default_factory=dict, repr=False)

    @property
    def libraries(self) -> tuple[str, ...]:
        """Those of the engine that decides; see `Engine`."""
        return self.engine.libraries

    def suited(self, count: int) -> Engine:
        """See `Engine`."""
        return replace(self, engine=self.engine.suited(count))

    def foresee(self, records: Sequence[Record], day: date | None) -> None:
        """Decide records that will be asked about, and forget what was foreseen before.

        Args:
            records: valid records, of any number of answers.
            day: the as-of day for all of them; each record's own period end if None.
        """
        self._known.clear()
        for record, outcome in zip(records, self.engine.decide(records, day), strict=True):
            self._known[id(record), day] = record, outcome

    def decide(self, records: Sequence[Record], day: date | None = None) -> list[Outcome]:
        """See `Engine`."""
        known = [self._known.get((id(record), day)) for record in records]
        found = [one[1] for one in known if one is not None]
        return found if len(found) == len(records) else self.engine.decide(records, day)
