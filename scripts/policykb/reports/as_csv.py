"""An answer as CSV: a row per record and clause, with a byte-order mark so that Excel reads the Chinese."""

from __future__ import annotations

import csv
import io

from ..answers import Answer
from .phrases import Phrases, readable

__all__ = ["to_csv"]

_COLUMNS = (
    "enterprise",
    "code",
    "record",
    "period",
    "clause",
    "article",
    "status",
    "min",
    "max",
    "currency",
    "selected",
    "missing",
    "awaiting",
    "reason",
    "note",
    "quote",
)


def to_csv(answer: Answer, phrases: Phrases) -> str:
    """The answer as CSV text; cells that a spreadsheet would run as a formula are made plain text."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([phrases.say(f"column-{name}") for name in _COLUMNS])
    for record, decision in answer.pairs():
        amount = decision.amount
        clause = phrases.book.clauses.get(decision.clause or "")
        quotes = [phrases.book.provisions[p].quote for p in clause.provisions] if clause else []
        cells = [
            record.name or "",
            record.credit_code or "",
            record.id,
            record.period,
            decision.clause or "",
            "" if decision.article is None else str(decision.article),
            phrases.status(decision),
            "" if amount is None else str(amount.min),
            "" if amount is None or amount.max is None else str(amount.max),
            "" if amount is None else amount.currency,
            "" if decision.selected is None else phrases.say("yes" if decision.selected else "no"),
            phrases.join(phrases.fact(fact) for fact in decision.missing),
            phrases.join(f"{phrases.fact(fact)} ({body.label.get(phrases.lang)})" for fact, body in decision.awaiting),
            phrases.reason(decision),
            " ".join(note.get(phrases.lang) for note in decision.notes),
            " ".join(readable(quote) for quote in quotes),
        ]
        writer.writerow([harmless(cell) for cell in cells])
    return "\ufeff" + stream.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that starts with = + - @ or a tab gets an apostrophe."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
