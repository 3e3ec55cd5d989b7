"""A comparison in words, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..answers.comparison import PERIOD, Change, Comparison, Sum
from ..doors.outgoing import csv_cell, json_text
from ..law.receipt import Receipt, receipt_json
from ..model import Amount, Decision
from .phrases import Phrases

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["difference", "print_comparison", "to_csv", "to_json"]


def print_comparison(console: Console, comparison: Comparison, phrases: Phrases, *, every: bool = False) -> None:
    """Print who changes, who gains and loses, and what each clause comes to.

    Args:
        console: where to print.
        comparison: how two answers differ.
        phrases: the wordings in the reader's language, of the answer after.
        every: list totals that do not differ as well.
    """
    console.print(
        phrases.say(
            "compared",
            records=comparison.records,
            before=_name(comparison.before, phrases),
            after=_name(comparison.after, phrases),
        ),
        style="bold",
        markup=False,
    )
    if not comparison.changes:
        console.print(phrases.say("no-change"), markup=False)

    changed = ("column-record", "column-enterprise", "column-clause", "before", "after", "behind")
    changes = (_change_row(change, phrases) for change in comparison.changes)
    _print_table(console, phrases, "compare-changes", changed, changes, len(changed))
    sums = ("before", "after", "difference")
    subjects = ([entry.name, *_sum_row(entry, phrases)] for entry in comparison.subjects)
    _print_table(console, phrases, "compare-subjects", ("column-enterprise", *sums), subjects, 1)
    totals = (
        [_title(entry.name, phrases), *_sum_row(entry, phrases)]
        for entry in comparison.totals
        if every or entry.before != entry.after
    )
    _print_table(console, phrases, "compare-totals", ("column-clause", *sums), totals, 1)


def _print_table(
    console: Console, phrases: Phrases, title: str, headings: Sequence[str], rows: Iterable[list[str]], money: int
) -> None:
    """Print a table that has rows; from column `money` on, cells stand to the right."""
    from rich import box
    from rich.table import Table

    heading = phrases.say(title)
    shown = Table(title=heading, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(headings):
        shown.add_column(phrases.say(name), justify="right" if number >= money else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(cell.replace("[", r"\\[") for cell in row))
    if shown.row_count:
        console.print(shown)


def to_csv(comparison: Comparison) -> str:
    """Every change as a row: record, subject, clause, status and amount before and after, what is behind it."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    sides = [
        f"{side}_{name}" for side in ("before", "after") for name in ("status", "min", "max", "currency", "selected")
    ]
    writer.writerow(["record", "name", "creditCode", "clause", *sides, "criteria", "facts", "restated"])
    for change in comparison.changes:
        cells = [cell for decision in (change.before, change.after) for cell in _cells(decision)]
        behind = ["; ".join(change.criteria), "; ".join(change.facts), "; ".join(change.restated)]
        about = [change.record.id, change.record.name or "", change.record.credit_code or "", change.clause]
        writer.writerow([csv_cell(cell) for cell in (*about, *cells, *behind)])
    return "\ufeff" + stream.getvalue()


def to_json(comparison: Comparison) -> str:
    """The whole comparison as JSON, amounts as decimal strings."""
    answer = {
        "before": receipt_json(comparison.before),
        "after": receipt_json(comparison.after),
        "records": comparison.records,
        "changes": [_change(change) for change in comparison.changes],
        "subjects": [_sum(entry) | {"creditCode": entry.code} for entry in comparison.subjects],
        "totals": [_sum(entry) for entry in comparison.totals],
    }
    return json_text(json.dumps(answer, ensure_ascii=False, indent=1)) + "\n"


def _name(receipt: Receipt, phrases: Phrases) -> str:
    return " + ".join(receipt.overlays) or phrases.say("as-read")


def _title(name: str, phrases: Phrases) -> str:
    book = phrases.book
    is_named = name in {*book.clauses, *book.groups, *book.joints}
    return book.title(name).get(phrases.lang) if is_named else name


def _change_row(change: Change, phrases: Phrases) -> list[str]:
    behind = [_behind(name, change, phrases) for name in change.criteria]
    clause = phrases.book.clauses.get(change.clause)
    # By the rule, since the name of an amount may state the number that it had.
    amounts = {} if clause is None else {one.iri.rpartition("/")[2]: phrases.option(one) for one in clause.options}
    both = [side for side in (change.before, change.after) if side is not None]
    asked = {one.criterion.id: one.criterion.label.get(phrases.lang) for side in both for one in side.criteria}
    behind += [{**amounts, **asked}.get(name) or _title(name, phrases) for name in change.restated]
    behind += [phrases.vocabulary.columns[PERIOD].get(phrases.lang)] if change.facts == (PERIOD,) else []
    winners = [None if side is None else side.suppressed_by for side in (change.before, change.after)]
    # Where it is paid on neither side, what changes is in the place of which other one it is not.
    is_beside = None not in winners and winners[0] != winners[1]
    sides = (_side(decision, phrases, is_beside) for decision in (change.before, change.after))
    return [
        change.record.id,
        change.record.name or "",
        _title(change.clause, phrases),
        *sides,
        phrases.say("told-semicolon").join(behind),
    ]


def _behind(name: str, change: Change, phrases: Phrases) -> str:
    """A criterion that turned out otherwise; where it asks for something else than before, what it asks for now."""
    sides = [decision for decision in (change.before, change.after) if decision is not None]
    found = [one.criterion for decision in sides for one in decision.criteria if one.criterion.id == name]
    if found[0].atoms == found[-1].atoms:
        return found[-1].label.get(phrases.lang)
    return phrases.say("pair", key=phrases.fact(found[-1].path), value=phrases.bounds(found[-1]))


def _side(decision: Decision | None, phrases: Phrases, is_beside: bool) -> str:
    if decision is None:
        return "—"
    words = phrases.status(decision)
    if decision.amount is None:
        clause = phrases.book.clauses.get(decision.clause or "")
        is_granted = clause is not None and clause.is_unstated and decision.status in ("eligible", "undetermined")
        return f"{words} {phrases.join(phrases.amounts(clause))}" if clause is not None and is_granted else words
    amount = phrases.amount(decision.amount)
    if decision.suppressed_by is None:
        return f"{words} {amount}"
    # Beside “makes no difference” a sum that is not paid would read as how much it makes.
    winner = _title(decision.suppressed_by, phrases) if is_beside else None
    return phrases.say(
        "compared-beside" if is_beside else "compared-not-paid", status=words, amount=amount, winner=winner
    )


def _sum_row(entry: Sum, phrases: Phrases) -> list[str]:
    return [
        phrases.amount(entry.before),
        phrases.amount(entry.after),
        difference(entry, phrases),
    ]


def difference(entry: Sum, phrases: Phrases) -> str:
    """The difference of both ends, one number where they agree; where a side is open, so is it."""
    before, after = entry.before, entry.after
    if before.max is None:
        most = None if after.max is None else f"{after.max - before.min:+,.2f}"
        return phrases.say("difference-open") if most is None else phrases.say("difference-at-most", most=most)
    if after.max is None:
        return phrases.say("no-upper-end", low=f"{after.min - before.max:+,.2f}")
    low, high = after.min - before.min, after.max - before.max
    least, most = f"{low:+,.2f}", f"{high:+,.2f}"
    if low > high:
        # The least rises by more than the most, so that these are no ends between which the difference lies.
        return phrases.say("difference-of-ends", least=least, most=most)
    return least if low == high else f"{least} … {most}"


def _cells(decision: Decision | None) -> list[str]:
    if decision is None:
        return ["", "", "", "", ""]
    amount = decision.amount
    selected = "" if decision.selected is None else str(decision.selected).lower()
    if amount is None:
        return [decision.status, "", "", "", selected]
    most = "" if amount.max is None else str(amount.max)
    return [decision.status, str(amount.min), most, amount.currency, selected]


def _change(change: Change) -> dict[str, Any]:
    return {
        "record": change.record.id,
        "name": change.record.name,
        "creditCode": change.record.credit_code,
        "clause": change.clause,
        "before": _decision(change.before),
        "after": _decision(change.after),
        "criteria": list(change.criteria),
        "facts": list(change.facts),
        "restated": list(change.restated),
    }


def _decision(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    amount = decision.amount
    return {
        "status": decision.status,
        "amount": None
        if amount is None
        else {
            "min": str(amount.min),
            "max": None if amount.max is None else str(amount.max),
            "currency": amount.currency,
        },
        "selected": decision.selected,
        "suppressedBy": decision.suppressed_by,
    }


def _sum(entry: Sum) -> dict[str, Any]:
    def interval(side: Amount) -> dict[str, str | None]:
        return {"min": str(side.min), "max": None if side.max is None else str(side.max)}

    return {
        "name": entry.name,
        "currency": entry.currency,
        "before": interval(entry.before),
        "after": interval(entry.after),
    }
