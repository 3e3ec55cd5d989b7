"""A letter to a subject: what the estimate came to, why, and what is still needed."""

from __future__ import annotations

from collections.abc import Iterable

from ..reports.phrases import Phrases
from ..reports.told import Item, LineKind, RecordTold, Section, SubjectTold
from .tables import Context

__all__ = ["letter"]

_SAID: tuple[LineKind, ...] = (
    "arithmetic", "either", "why", "outdone", "missing", "awaits", "open", "ask", "situation", "evidence", "note",
    "reading", "fallback",
)  # fmt: skip
"""What the paragraph on a measure says, in this order; the words of the text stand below it."""
_UNFOLDED = ("support", "not-in-force", "not-applicable")


def letter(subject: SubjectTold, phrases: Phrases) -> Context:
    """What a letter is filled with: its title, the subject, the sums, and each measure in a paragraph of its own.

    A subject that can settle a sum by completing or correcting its data is asked to; one for which nothing fits is told
    why. What waits for a public body, or was not worked out, is told and asked of nobody.
    """
    sections = [section for record in subject.records for section in record.sections]
    kinds = {section.kind for section in sections}
    lacking = (item.of("missing") for section in sections if section.kind == "open" for item in section.items)
    is_none = "not-eligible" in kinds and kinds.isdisjoint(("eligible", "open"))
    kind = "more" if "invalid" in kinds or any(lacking) else "none" if is_none else "fits"
    lead = {"document": phrases.documents(in_full=True), "count": len(subject.records)}
    return {
        "title": phrases.say(f"papers-letter-{kind}"),
        "name": subject.name,
        "code": subject.code,
        "to": phrases.say("papers-to", subject=subject.name),
        "lead": phrases.say("papers-lead", **lead),
        "sums": [line.text for line in subject.sums],
        "records": [_record(record, phrases) for record in subject.records],
        "signed": phrases.say("papers-signed"),
    }


def _record(record: RecordTold, phrases: Phrases) -> Context:
    # Where in the officer's file a value stands is nothing that its subject could look up.
    return {
        "heading": record.heading,
        "findings": [{"text": one.message, "mend": one.mend} for one in record.findings],
        "sections": [_section(section, phrases) for section in record.sections],
        "notes": [line.text for line in record.lines],
    }


def _section(section: Section, phrases: Phrases) -> Context:
    """A section; of what pays nothing only what applies or may apply, and of what lies outside a count."""
    is_brief = section.kind in _UNFOLDED
    chosen = [item for item in section.items if not is_brief or item.state in ("eligible", "undetermined")]
    items = [_item(item, phrases, is_brief=is_brief) for item in chosen]
    return {"heading": section.heading, "note": section.counts if is_brief else "", "measures": items}


def _item(item: Item, phrases: Phrases, *, is_brief: bool) -> Context:
    parts = (item.article, item.status, item.counts_text if item.counts is None else "", item.amount_text)
    kinds: tuple[LineKind, ...] = ("missing", "awaits", "open") if is_brief else _SAID
    return {
        "title": item.title,
        "head": " · ".join(part for part in parts if part),
        "paragraph": _sentences((text for kind in kinds for text in item.of(kind)), phrases),
        "quotes": [] if is_brief else item.of("words"),
    }


def _sentences(texts: Iterable[str], phrases: Phrases) -> str:
    """Statements in a row, each closed as a sentence of its language is."""
    closed = (phrases.say("papers-sentence", text=text.rstrip("。；;. ")) for text in texts)
    return "".join(closed).strip()
