"""Where a finding stands in a user's file, and the finding in words; the same wherever findings are told."""

from __future__ import annotations

from pathlib import Path

from ..model import Finding
from ..readers.sources import FORMATS
from .phrases import Phrases
from .told import FindingTold

__all__ = ["finding_told", "place_words"]


def place_words(finding: Finding, phrases: Phrases) -> str:
    """File, sheet, cell and column of a finding, as a reader would look it up."""
    place = finding.place
    parts = [place.file]
    if place.sheet:
        parts.append(phrases.say("sheet", sheet=place.sheet))
    if place.cell:
        parts.append(place.cell)
    elif place.row and FORMATS.get(Path(place.file).suffix.lower()) in ("csv", "workbook"):
        parts.append(phrases.say("row", row=place.row))
    elif finding.record:
        parts.append(phrases.say("check-record", record=finding.record))
    if place.column:
        parts.append(phrases.fact(place.column))
    return phrases.join(parts)


def finding_told(finding: Finding, phrases: Phrases, about: str = "") -> FindingTold:
    """A finding in one language.

    Args:
        finding: what was found.
        phrases: the wordings.
        about: the subject and record that it concerns, empty where it concerns none.
    """
    label = phrases.say(f"severity-{finding.severity}")
    place, message = place_words(finding, phrases), finding.message.get(phrases.lang)
    mend = finding.mend.get(phrases.lang)
    return FindingTold(
        severity=finding.severity,
        label=label,
        about=about,
        place=place,
        message=message,
        mend=phrases.say("told-mend", mend=mend) if mend else "",
        text=phrases.say("told-finding", label=label, place=place, message=message),
    )
