"""Answers under amendments: each record is decided by the version of its day, and what all come to is gathered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from ..engines.period import as_of as decided_as_of
from ..errors import CallError
from ..law.fingerprint import one_hash
from ..law.overlays import Overlay, Source
from ..model import Decision, Record

__all__ = ["day_of_version", "one_hash", "outcome", "refuse_future"]


def day_of_version(record: Record, as_of: date | None, amendments: Iterable[Overlay]) -> date | None:
    """The day of the last amendment in force when a record is decided; None as first issued."""
    try:
        day = decided_as_of(record.period, as_of)
    except ValueError:
        return None  # The data rules refuse the record.
    return max((o.valid_from for o in amendments if o.valid_from is not None and o.valid_from <= day), default=None)


def refuse_future(as_of: date | None, amendments: Iterable[Overlay], overlays: Sequence[Source]) -> None:
    """Refuse an amendment that was asked for by name and begins after the as-of day.

    Raises:
        CallError: there is one.
    """
    asked = {Path(source).name for source in overlays if isinstance(source, str | Path)}
    for overlay in amendments:
        start = overlay.valid_from
        if as_of is not None and start is not None and overlay.name in asked and start > as_of:
            raise CallError("amendment-not-yet", amendment=overlay.name, start=start, day=as_of)


def outcome(decision: Decision) -> tuple[object, ...]:
    """What a reading can change: status, amount, and the place in a group."""
    if decision.status == "not-eligible":
        return (decision.status,)
    return decision.status, decision.amount, decision.selected, decision.suppressed_by
