"""The sheets of the review workbook that work goes on with: what is to be paid to whom, what is missing, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from ..model import Clause, Decision, Entitlement, Record
from .payments import by_record, payments
from .phrases import Phrases
from .reasons import awaited, contact, is_unsettled, needs, with_proof
from .sheets import PLAIN, YUAN, Book, Cell, Column, Sheet
from .told import Item, RecordTold, SubjectTold

__all__ = ["CriteriaSheet", "MissingSheet", "PaymentSheet", "column"]

_TOTAL = "DDEBF7"
_CITED = 22  # characters for an article and its document
_OPEN = "FFF2CC"
_MARKS = {"unmet": "FFC7CE", "unknown": "FFF2CC"}
MOST_EXPLAINED = 1000
"""Records whose criteria are listed without being asked for: each has some sixty."""
_Owned: TypeAlias = Sequence[tuple[Record, Sequence[Decision]]]


class PaymentSheet:
    """A row for each sum that is settled as far as the data go: subject, code, clause, sum, who is paid.

    An award whose sum is still open is listed with its bounds in words, and is in no total. What is undetermined is not
    to be paid, and stands on the other sheets alone.
    """

    def __init__(self, book: Book, phrases: Phrases) -> None:
        names = (
            ("column-enterprise", 32, None), ("column-code", 22, None), ("column-article", 6, PLAIN),
            ("told-measure", 34, None), ("told-record-id", 16, None), ("column-period", 12, None),
            ("column-currency", 9, None), ("book-payment-sum", 18, YUAN), ("payee", 28, None),
            ("column-note", 50, None),
        )  # fmt: skip
        columns = [column(phrases, *one) for one in names]
        self.sheet, self.phrases = Sheet(book, phrases.say("book-payment"), columns), phrases
        self.sums: dict[str, Decimal] = {}
        self.owed: Mapping[str, Sequence[Entitlement]] = {}

    def owe(self, entitlements: Iterable[Entitlement]) -> None:
        """What the subjects that come next are owed."""
        self.owed = by_record(one for one in entitlements if one.status == "eligible")

    def subject(self, subject: SubjectTold) -> None:
        """The rows of one subject."""
        for one in payments(subject, self.owed, self.phrases):
            note = self.phrases.say("book-sum-open") if not one.is_settled else ""
            who = (one.subject, one.code or None, one.number, one.title, one.record, one.period, one.unit)
            amount: Cell = one.amount.min if one.is_settled else self.phrases.amount(one.amount)
            cells = [*who, amount, one.payee, "\n".join(filter(None, (note, one.payee_note)))]
            self.sheet.row(cells, fill="" if one.is_settled else _OPEN, fill_at=7)
            if one.is_settled:
                before = self.sums.get(one.unit, Decimal(0))
                self.sums[one.unit] = before + one.amount.min

    def finish(self) -> None:
        """The totals, one for each currency."""
        self.sheet.finish()
        for unit, total in self.sums.items():
            cells: list[Cell] = [self.phrases.say("total"), *[None] * 5, unit, total, None, None]
            self.sheet.row(cells, fill=_TOTAL)


class MissingSheet:
    """A row for each thing that a subject's open measures hang on: what it is, whom to ask, and for which measures."""

    def __init__(self, book: Book, phrases: Phrases) -> None:
        names = (
            ("column-enterprise", 32), ("column-code", 22), ("told-record-id", 16), ("record-type", 16),
            ("column-period", 12), ("book-lacking", 60), ("book-whom", 30), ("book-lacking-for", 60),
        )  # fmt: skip
        columns = [column(phrases, *one, None) for one in names]
        self.sheet, self.phrases = Sheet(book, phrases.say("book-missing"), columns), phrases

    def subject(self, subject: SubjectTold, owned: _Owned) -> None:
        """The rows of one subject; what hinders a payment stands above what does not."""
        for (_, decisions), told in zip(owned, subject.records, strict=True):
            found: dict[tuple[str, str], list[Clause]] = {}
            for decision in filter(_is_open, decisions):
                clause = self.phrases.book.clauses[decision.clause or ""]
                for text, whom in self._needs(decision):
                    found.setdefault((text, whom), []).append(clause)
            for (text, whom), clauses in sorted(found.items(), key=lambda entry: not _pays(entry[1])):
                titles = self.phrases.join(dict.fromkeys(one.title.get(self.phrases.lang) for one in clauses))
                who = (subject.name, subject.code or None, told.id, told.kind, told.period)
                self.sheet.row([*who, text, whom, titles], fill=_OPEN if _pays(clauses) else "", fill_at=5)

    def finish(self) -> None:
        """Filters."""
        self.sheet.finish()

    def _needs(self, decision: Decision) -> list[tuple[str, str]]:
        """What an open decision hangs on, and whom to ask or wait for."""
        phrases, asked = self.phrases, contact(self.phrases)
        found = [(with_proof(fact, phrases), asked) for fact in decision.missing]
        found += [(awaited(fact, body, phrases), body.label.get(phrases.lang)) for fact, body in decision.awaiting]
        if not found:
            whom = asked if is_unsettled(decision, phrases) else ""
            found = [(line.text, whom) for line in needs(decision, phrases)]
        return found


class CriteriaSheet:
    """A row for each criterion of each measure, as they nest; of many records only where it is asked for."""

    def __init__(self, book: Book, phrases: Phrases, *, is_left_out: bool) -> None:
        names = (
            ("column-enterprise", 32), ("told-record-id", 16), ("told-measure", 30), ("column-status", 14),
            ("book-criterion", 120),
        )  # fmt: skip
        columns = [column(phrases, *one) for one in names]
        self.sheet, self.is_left_out = Sheet(book, phrases.say("book-criteria"), columns), is_left_out

    def item(self, subject: SubjectTold, record: RecordTold, item: Item) -> None:
        """The criteria of one measure."""
        if self.is_left_out:
            return
        head = [subject.name, record.id, item.title, item.status]
        for line in item.criteria:
            for depth, one in line.walk():
                indents = [*(0 for _ in head), 2 * depth]
                self.sheet.row([*head, one.text], fill=_MARKS.get(one.mark, ""), fill_at=len(head), indents=indents)

    def finish(self) -> None:
        """Filters."""
        self.sheet.finish()


def column(phrases: Phrases, name: str, width: int, form: str | None = PLAIN) -> Column:
    """A column that is called by a wording; articles that are cited with their documents take more room.

    Args:
        phrases: the wordings.
        name: the wording.
        width: in characters.
        form: the number format.
    """
    is_cited = name == "column-article" and phrases.book.documents
    return Column(phrases.say(name), _CITED if is_cited else width, form)


def _is_open(decision: Decision) -> bool:
    return decision.status == "undetermined" and decision.clause is not None and decision.suppressed_by is None


def _pays(clauses: Sequence[Clause]) -> bool:
    return any(clause.grants_money for clause in clauses)
