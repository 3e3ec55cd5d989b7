"""Answers under amendments: each record is decided by the version of its day, and what all come to is gathered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

from ..engines.period import as_of as decided_as_of
from ..errors import CallError
from ..law.fingerprint import one_hash
from ..law.overlays import Overlay, Source
from ..model import Decision, Record
from .answer import Answer

__all__ = ["day_of_version", "of_its_day", "one_hash", "outcome", "refuse_future", "with_changing"]


class _OfRecord(Protocol):
    @property
    def record(self) -> str: ...


Told = TypeVar("Told", bound=_OfRecord)


def of_its_day(told: Mapping[date | None, Iterable[Told]], day_of: Mapping[str, date | None]) -> tuple[Told, ...]:
    """What the version of its day says of each record, in the order of the records.

    Args:
        told: by the day of a version, what it says of all records.
        day_of: the day of the version of each record, by its id.
    """
    found: dict[str, list[Told]] = {}
    for day, items in told.items():
        for item in items:
            if day_of[item.record] == day:
                found.setdefault(item.record, []).append(item)
    return tuple(item for name in day_of for item in found.get(name, ()))


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


def with_changing(answer: Answer, others: Mapping[str, Sequence[Decision]]) -> Answer:
    """An answer that names in each decision the readings that would change it.

    Args:
        answer: what was decided.
        others: what each reading decides, by its id.
    """
    changing: dict[tuple[str, str | None], list[str]] = {}
    before = {(d.record, d.clause): outcome(d) for d in answer.decisions}
    for name, decisions in others.items():
        for decision in decisions:
            key = (decision.record, decision.clause)
            if key in before and before[key] != outcome(decision):
                changing.setdefault(key, []).append(name)
    decided = tuple(
        d if d.clause is None else replace(d, readings=tuple(changing.get((d.record, d.clause), ())))
        for d in answer.decisions
    )
    return replace(answer, decisions=decided)
