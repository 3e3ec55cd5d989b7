"""The days that a record's period stands for."""

from __future__ import annotations

from datetime import date, timedelta

__all__ = ["as_of", "last_day", "period_end"]


def period_end(period: str) -> date:
    """The last day of a period: of a year ("2020"), or the day of an event itself ("2020-11-05")."""
    return date(int(period), 12, 31) if len(period) == 4 else date.fromisoformat(period)


def as_of(period: str, day: date | None) -> date:
    """The day a record is decided as of: the one asked for, else its own period end; never today."""
    return day or period_end(period)


def last_day(start: date, years: int) -> date:
    """The last day of so many years from a day on; the day after is the same day, or the first that there is then."""
    try:
        end = start.replace(year=start.year + years)
    except ValueError:  # 29 February
        end = date(start.year + years, 3, 1)
    return end - timedelta(days=1)
