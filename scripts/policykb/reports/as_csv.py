"""An answer as CSV: a row per record and clause, with a byte-order mark so that Excel reads the Chinese."""

from __future__ import annotations

import csv
import io

from ..answers import Answer
from ..model import Amount, Decision, Entitlement, Group, Record
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
    "counted",
    "missing",
    "awaiting",
    "reason",
    "note",
    "quote",
)


_TITLES = {"counted": "book-counted"}


def to_csv(answer: Answer, phrases: Phrases) -> str:
    """The answer as CSV text; cells that a spreadsheet would run as a formula are made plain text.

    The rows marked as counted add up to the totals; while the winner of a group is open, the group has a row.
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([phrases.say(_TITLES.get(name, f"column-{name}")) for name in _COLUMNS])
    counting = answer.counting()
    groups = {(one.record, one.group): one for one in answer.entitlements if one.clause is None}
    for record, decision in answer.pairs():
        counts = counting.get((record.id, decision.clause or ""), False)
        writer.writerow([harmless(cell) for cell in _cells(record, decision, counts, phrases)])
        group = phrases.book.group_of.get(decision.clause or "")
        if group is not None and decision.clause == group.members[-1] and (record.id, group.id) in groups:
            cells = _group_cells(record, group, groups[record.id, group.id], phrases)
            writer.writerow([harmless(cell) for cell in cells])
    return "\ufeff" + stream.getvalue()


def _cells(record: Record, decision: Decision, counts: bool | None, phrases: Phrases) -> list[str]:
    clause = phrases.book.clauses.get(decision.clause or "")
    quotes = [phrases.book.provisions[p].quote for p in clause.provisions] if clause else []
    return [
        record.name or "",
        record.credit_code or "",
        record.id,
        record.period,
        decision.clause or "",
        "" if decision.article is None else str(decision.article),
        phrases.status(decision),
        *_amount(decision.amount),
        "" if decision.selected is None else phrases.say("yes" if decision.selected else "no"),
        phrases.counts(counts) if clause is not None and clause.options else "",
        phrases.join(phrases.fact(fact) for fact in decision.missing),
        phrases.join(f"{phrases.fact(fact)} ({body.label.get(phrases.lang)})" for fact, body in decision.awaiting),
        phrases.reason(decision),
        " ".join(note.get(phrases.lang) for note in decision.notes),
        " ".join(readable(quote) for quote in quotes),
    ]


def _group_cells(record: Record, group: Group, entitlement: Entitlement, phrases: Phrases) -> list[str]:
    return [
        record.name or "",
        record.credit_code or "",
        record.id,
        record.period,
        group.id,
        str(phrases.book.clauses[group.members[0]].article),
        phrases.say("group-open"),
        *_amount(entitlement.amount),
        "",
        phrases.counts(True),
        "",
        "",
        group.label.get(phrases.lang),
        "",
        readable(group.words),
    ]


def _amount(amount: Amount | None) -> list[str]:
    if amount is None:
        return ["", "", ""]
    return [str(amount.min), "" if amount.max is None else str(amount.max), amount.currency]


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that starts with = + - @ or a tab gets an apostrophe."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
