"""What the parts of a sheet were taken for, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..doors.outgoing import visible
from ..model import letters
from ..readers.sheet.regions import Kind, Region, Regions, Taken
from ..reports.phrases import Phrases

__all__ = ["Part", "SheetParts", "told_regions"]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a sheet: what they were taken for, the words it rests on, and of a header a line for each column."""

    kind: Kind
    first: int
    last: int
    rows: str
    taken_for: str
    why: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetParts:
    """The parts of one sheet, from the top; `last` is the position of the last column of its headers, from 0."""

    sheet: str | None
    heading: str
    parts: tuple[Part, ...]
    last: int


def told_regions(regions: Regions, phrases: Phrases) -> Iterator[SheetParts]:
    """The parts of all sheets."""
    for (file, sheet), found in regions.by_sheet():
        name = phrases.join(part for part in (file, sheet) if part)
        last = max((column.index for region in found for column in region.columns), default=0)
        heading = phrases.say("region-heading", sheet=visible(name))
        yield SheetParts(sheet, heading, tuple(_part(region, phrases) for region in found), last)


def _part(region: Region, phrases: Phrases) -> Part:
    rows = "region-row" if region.first == region.last else "region-rows"
    return Part(
        region.kind,
        region.first,
        region.last,
        phrases.say(rows, first=region.first, last=region.last),
        phrases.say(f"region-{region.kind}"),
        visible(region.why) if region.kind != "unused" else "",
        tuple(_column(column, phrases) for column in region.columns),
    )


def _column(column: Taken, phrases: Phrases) -> str:
    if column.meaning is not None:
        meaning = column.meaning.get(phrases.lang)
    else:
        kind = "running" if column.is_running else "remarks" if column.is_remarks else "ignored"
        meaning = phrases.say(f"region-{kind}")
    if column.year is not None:
        meaning = phrases.say("region-year", meaning=meaning, year=column.year)
    if column.is_wrong:
        meaning = phrases.say("region-wrong", meaning=meaning)
    elif column.unit is not None:
        unit = column.unit.get(phrases.lang)
        meaning = phrases.say(f"region-unit-{column.unit_from}", meaning=meaning, unit=unit)
    if column.is_hidden and column.meaning is not None:
        meaning = phrases.say("region-hidden-column", meaning=meaning)
    title = visible(" / ".join(column.path))
    at = phrases.join(letters(index) for index in (column.index, *column.beside))
    return phrases.say("region-column", column=at, title=title, meaning=meaning)
