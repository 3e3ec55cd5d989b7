"""The list for publication and the plan of the funds, as what their templates fill in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby, islice
from typing import Any, TypeAlias, TypeVar

from ..reports.forms import MOST_ON_A_PAGE
from ..reports.payments import Payment
from ..reports.phrases import Phrases
from .ledger import Ledger, Split, masked

__all__ = ["MOST_ROWS", "Context", "list_parts", "open_words", "plan_parts"]

T = TypeVar("T")
Context: TypeAlias = dict[str, Any]
"""What a template fills in: texts, and lists and dictionaries of these."""
MOST_ROWS = MOST_ON_A_PAGE
"""Rows of one document; a longer list goes on in further ones, and stands in the workbook as a whole."""
_NOTHING = "—"
_LIST = {
    "number": "papers-number", "subject": "column-enterprise", "code": "papers-masked-code", "measure": "told-measure",
    "period": "column-period", "currency": "column-currency", "sum": "papers-sum", "basis": "papers-basis",
}  # fmt: skip
_PLAN = {
    "subject": "column-enterprise", "code": "column-code", "measure": "told-measure", "payee": "payee",
    "period": "column-period", "status": "column-status", "count": "papers-count", "currency": "column-currency",
    "certain": "papers-certain", "least": "papers-open-least", "most": "papers-open-most", "needs": "papers-needs",
}  # fmt: skip


def list_parts(ledger: Ledger, phrases: Phrases) -> Iterator[Context]:
    """The list of what is settled: a row for each sum, in as many parts as it takes.

    What is still open is on no list for the public.
    """
    settled = {unit: split for unit, split in ledger.totals.items() if split.count > split.open}
    totals = [{"currency": unit, "sum": _figure(split.certain)} for unit, split in settled.items()]
    count = sum(split.count - split.open for split in settled.values())
    rows = enumerate((one for one in ledger if one.is_settled), 1)
    for part, text in _parts(rows, count, phrases):
        cells = [_list_row(number, one) for number, one in part]
        yield {"columns": _named(_LIST, phrases), "rows": cells, "totals": totals, **_around(phrases, text)}


def _list_row(number: int, one: Payment) -> Context:
    return {
        "number": str(number),
        "subject": one.subject,
        "code": masked(one.code),
        "measure": f"{one.article} {one.title}",
        "period": one.period,
        "currency": one.unit,
        "sum": _figure(one.amount.min),
        "basis": " ".join(one.basis),
    }


def plan_parts(ledger: Ledger, phrases: Phrases) -> Iterator[Context]:
    """The plan: what each measure comes to, what all of them do, and every sum with who is paid."""
    sums = [
        {"measure": f"{one.article} {one.title}", **_split(one.unit, split, phrases)} for one, split in ledger.sums()
    ]
    totals = [_split(unit, split, phrases) for unit, split in ledger.totals.items()]
    for part, text in _parts(ledger, sum(split.count for split in ledger.totals.values()), phrases):
        clauses = [
            {"measure": name, "rows": [_plan_row(one, phrases) for one in rows]}
            for name, rows in groupby(part, key=lambda one: f"{one.article} {one.title}")
        ]
        headings = {"by_measure": phrases.say("papers-by-measure"), "by_payee": phrases.say("papers-by-payee")}
        columns = _named(_PLAN, phrases)
        yield (
            {"columns": columns, "sums": sums, "totals": totals, "clauses": clauses} | headings | _around(phrases, text)
        )


def _named(columns: dict[str, str], phrases: Phrases) -> Context:
    return {name: phrases.say(text) for name, text in columns.items()}


def _around(phrases: Phrases, part: str) -> Context:
    return {"part": part, "total": phrases.say("total"), "none": phrases.say("papers-none")}


def _parts(rows: Iterable[T], count: int, phrases: Phrases) -> Iterator[tuple[list[T], str]]:
    """The rows of each document, and which part it is; one document without rows where there are none."""
    left, parts = iter(rows), max(-(-count // MOST_ROWS), 1)
    for number in range(1, parts + 1):
        text = phrases.say("papers-part", number=number, count=parts) if parts > 1 else ""
        yield list(islice(left, MOST_ROWS)), text


def _plan_row(one: Payment, phrases: Phrases) -> Context:
    split = Split()
    split.add(one)
    needs = "" if one.is_settled else open_words(one, phrases)
    who = {"subject": one.subject, "code": one.code, "payee": one.payee, "payee_note": one.payee_note}
    return {**who, "period": one.period, "status": one.status, **_split(one.unit, split, phrases), "needs": needs}


def open_words(one: Payment, phrases: Phrases) -> str:
    """What an open sum hangs on; that the text leaves it to a body where nothing is missing or awaited."""
    parts = one.needs or (one.amount_text, phrases.say("papers-sum-set-later"))
    return phrases.say("told-semicolon").join(dict.fromkeys(parts))


def _split(unit: str, split: Split, phrases: Phrases) -> Context:
    most = phrases.say("papers-no-most") if split.most is None else _figure(split.most)
    is_any_settled = split.count > split.open
    return {
        "count": str(split.count),
        "currency": unit,
        "certain": _figure(split.certain) if is_any_settled else _NOTHING,
        "least": _figure(split.least) if split.open else _NOTHING,
        "most": most if split.open else _NOTHING,
    }


def _figure(value: Decimal) -> str:
    return f"{value:,.2f}"
