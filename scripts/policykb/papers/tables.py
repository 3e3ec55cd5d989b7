"""The list for publication and the plan of the funds: their columns and rows, the same for all formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from typing import Any, TypeAlias, TypeVar

from ..reports.forms import MOST_ON_A_PAGE
from ..reports.payments import Payment
from ..reports.phrases import Phrases
from ..reports.sheets import PLAIN, YUAN
from .ledger import Ledger, Split, masked

__all__ = ["Context", "Table", "Tables"]

T = TypeVar("T")
Context: TypeAlias = dict[str, Any]
"""What a template fills in: texts, numbers, and lists and dictionaries of these. A sum that is not there is None."""
Columns: TypeAlias = Mapping[str, tuple[str, int, str | None]]
"""By the name of a value the text of its heading, and in a workbook the width of its column and the form of numbers."""
Table: TypeAlias = tuple[str, Columns, Iterable[Context], Iterable[Context]]
"""The text of its title, its columns, its rows, and the totals below them."""
_MEASURE, _PERIOD, _CURRENCY = ("told-measure", 44, None), ("column-period", 12, None), ("column-currency", 10, None)
LIST: Columns = {
    "number": ("papers-number", 7, PLAIN), "subject": ("column-enterprise", 34, None),
    "code": ("papers-masked-code", 24, None), "measure": _MEASURE, "period": _PERIOD, "currency": _CURRENCY,
    "sum": ("papers-sum", 18, YUAN), "basis": ("papers-basis", 70, None),
}  # fmt: skip
_ENDS: Columns = {
    "currency": _CURRENCY, "certain": ("papers-certain", 18, YUAN), "least": ("papers-open-least", 18, YUAN),
    "most": ("papers-open-most", 18, YUAN),
}  # fmt: skip
SUMS: Columns = {"measure": _MEASURE, "count": ("papers-count", 10, PLAIN), **_ENDS}
PLAN: Columns = {
    "measure": _MEASURE, "subject": ("column-enterprise", 34, None), "code": ("column-code", 22, None),
    "payee": ("payee", 28, None), "record": ("told-record-id", 16, None), "period": _PERIOD,
    "status": ("column-status", 16, None), **_ENDS, "needs": ("papers-needs", 60, None),
    "payee_note": ("column-note", 40, None),
}  # fmt: skip


class Tables:
    """What stands in the list and in the plan.

    Args:
        ledger: the payments.
        phrases: the wordings.
    """

    def __init__(self, ledger: Ledger, phrases: Phrases) -> None:
        self._ledger, self._phrases, self._say = ledger, phrases, phrases.say

    def books(self) -> dict[str, list[Table]]:
        """The tables of each workbook."""
        listed: Table = ("papers-file-list", LIST, self.listed(), self._settled())
        sums: Table = ("papers-by-measure", SUMS, self.sums(), self.totals())
        return {"list": [listed], "plan": [sums, ("papers-by-payee", PLAN, self.planned(), ())]}

    def listed(self) -> Iterator[Context]:
        """A row for each sum that is settled; what is still open is on no list for the public."""
        for number, one in enumerate((one for one in self._ledger if one.is_settled), 1):
            who = {"number": number, "subject": one.subject, "code": masked(one.code), "measure": _measure(one)}
            what = {"period": one.period, "currency": one.unit, "sum": one.amount.min, "basis": " ".join(one.basis)}
            yield who | what

    def planned(self) -> Iterator[Context]:
        """A row for each sum, settled or open, by measure."""
        for one in self._ledger:
            alone = Split()
            alone.add(one)
            who = {name: getattr(one, name) for name in ("subject", "code", "payee", "record", "period", "status")}
            rest = {"needs": "" if one.is_settled else self._open_words(one), "payee_note": one.payee_note}
            yield {"measure": _measure(one), **who, **self._ends(one.unit, alone), **rest}

    def sums(self) -> list[Context]:
        """What each measure comes to."""
        return [{"measure": _measure(one), **self._ends(one.unit, split)} for one, split in self._ledger.sums()]

    def totals(self) -> list[Context]:
        """What all of them come to; `sum` is what is settled."""
        total = {"measure": self._say("total")}
        found = [total | self._ends(unit, split) for unit, split in self._ledger.totals.items()]
        return [{**one, "sum": one["certain"]} for one in found]

    def _settled(self) -> list[Context]:
        return [one for one in self.totals() if one["sum"] is not None]

    def list_parts(self) -> Iterator[Context]:
        """The list, in as many documents as it takes."""
        count = sum(split.count - split.open for split in self._ledger.totals.values())
        for rows, part in self._parts(self.listed(), count):
            yield {"columns": self._headings(LIST), "rows": rows, "totals": self._settled(), **part}

    def plan_parts(self) -> Iterator[Context]:
        """The plan, in as many documents as it takes; what the measures come to stands in each."""
        whole = {"columns": self._headings({**SUMS, **PLAN}), "sums": self.sums(), "totals": self.totals()}
        whole |= {"by_measure": self._say("papers-by-measure"), "by_payee": self._say("papers-by-payee")}
        for rows, part in self._parts(self.planned(), sum(split.count for split in self._ledger.totals.values())):
            found = groupby(rows, key=lambda row: row["measure"])
            yield {**whole, "clauses": [{"measure": name, "rows": list(own)} for name, own in found], **part}

    def _parts(self, rows: Iterable[T], count: int) -> Iterator[tuple[list[T], Context]]:
        """The rows of each document, and which part it is; one document without rows where there are none."""
        left, parts = iter(rows), max(-(-count // MOST_ON_A_PAGE), 1)
        for number in range(1, parts + 1):
            part = self._say("papers-part", number=number, count=parts) if parts > 1 else ""
            yield list(islice(left, MOST_ON_A_PAGE)), {"part": part, "nothing": self._say("papers-none")}

    def _headings(self, columns: Columns) -> Context:
        return {name: self._say(text) for name, (text, _, _) in columns.items()}

    def _open_words(self, one: Payment) -> str:
        """What an open sum hangs on; that the text leaves it to a body where nothing is missing or awaited."""
        parts = one.needs or (one.amount_text, self._say("papers-sum-set-later"))
        return self._say("told-semicolon").join(dict.fromkeys(parts))

    def _ends(self, unit: str, split: Split) -> Context:
        """What is settled and the bounds of what is open, each None where there is nothing of it."""
        most = self._say("papers-no-most") if split.most is None else split.most
        certain = split.certain if split.count > split.open else None
        ends = {"least": split.least, "most": most} if split.open else {"least": None, "most": None}
        return {"count": split.count, "currency": unit, "certain": certain, **ends}


def _measure(one: Payment) -> str:
    return f"{one.article} {one.title}"
