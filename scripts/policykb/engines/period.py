"""The days that a record's period stands for."""

from __future__ import annotations

from datetime import date

__all__ = ["as_of", "period_end"]


def period_end(period: str) -> date:
    """The last day of a period: of a year ("2020"), or the day of an event itself ("2020-11-05")."""
    return date(int(period), 12, 31) if len(period) == 4 else date.fromisoformat(period)


def as_of(period: str, day: date | None) -> date:
    """The day a record is decided as of: the one asked for, else its own period end; never today."""
    return day or period_end(period)
