"""What is told of an answer as an Excel workbook for review: a summary to print, then its tables, a sheet for each."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TypeAlias

from ..answers.answer import Answer, add_up
from ..doors.writing import not_written
from ..model import Amount, Entitlement
from .desk_sheets import CriteriaSheet, MissingSheet, PaymentSheet
from .phrases import Phrases
from .sheets import MONEY, PLAIN, Book, Cell, Column, Sheet
from .told import FindingTold, Item, Line, LineKind, RecordTold, Section, SubjectTold, Told

__all__ = ["to_workbook"]

_Head: TypeAlias = tuple[str, int] | tuple[str, int, str | None]
"""The text, width and number format of a column's heading."""
_TEN_THOUSAND = Decimal(10) ** 4
_FILLS = {"eligible": "E2EFDA", "undetermined": "FFF2CC", "invalid-record": "FFC7CE"}
_SEVERITIES = {"error": "FFC7CE", "warning": "FFF2CC", "info": ""}

_NAME, _RECORD = ("column-enterprise", 32), ("told-record-id", 16)
_WHO = (_NAME, ("column-code", 21), _RECORD, ("record-type", 14), ("column-period", 11))
_SUMS = (("column-currency", 8, None), ("book-min", 13, MONEY), ("book-max", 13, MONEY))
_DETAIL = (
    ("told-amount", 20), ("book-counted", 9), ("book-arithmetic", 34), ("book-needs", 34), ("book-reasons", 44),
    ("column-quote", 48),
)  # fmt: skip
_SUPPORT = (
    ("column-article", 6), ("told-measure", 30), ("column-status", 14), ("book-needs", 40), ("book-reasons", 50),
    ("column-quote", 60),
)  # fmt: skip
_FINDINGS = (
    ("check-severity", 8), ("check-place", 40), ("check-problem", 60), ("check-mend", 60), ("told-concerns", 44),
)  # fmt: skip
_REASONS: tuple[LineKind, ...] = ("why", "outdone", "open", "fallback", "situation", "evidence", "note", "reading")


def to_workbook(told: Told, answer: Answer, phrases: Phrases) -> bytes:
    """The workbook as the bytes of an .xlsx file; the same answer gives the same bytes.

    The first sheet is the summary; then come every measure with money, what is to be paid, what is missing, the totals
    by subject and by measure, the findings, the measures without money, every criterion, and what the answer rests on.
    Each subject is told once and written into all sheets, so that the time is in proportion to the records.

    Args:
        told: the answer in one language.
        answer: the same in figures, for the totals.
        phrases: the wordings, for the headings.

    Raises:
        CallError: the rows find no room on the disk.
    """
    stream = io.BytesIO()
    try:
        _Review(stream, told, answer, phrases).write()
    except OSError as fault:
        raise not_written(Path(tempfile.gettempdir()), fault) from fault
    with zipfile.ZipFile(stream, "a") as packed:
        # Tells whose file it is without unpacking it.
        packed.comment = f"policykb {answer.receipt.version}".encode()
    return stream.getvalue()


class _Review:
    """The sheets in their order; those that would stay empty are left out."""

    def __init__(self, stream: io.BytesIO, told: Told, answer: Answer, phrases: Phrases) -> None:
        self.told, self.answer, self.phrases = told, answer, phrases
        self.book = Book(
            stream,
            header=told.title,
            footer=self._say("book-page"),
            cut=self._say("book-cut"),
            continued=partial(phrases.say, "book-continued"),
        )
        self.owned = answer.by_enterprise()
        clauses = phrases.book.clauses
        decisions = answer.decisions
        front = [Column("", width) for width in (24, 34, 16, 16, 30)]
        self.front = Sheet(self.book, self._say("book-front"), front, has_head=False)
        self.details = self._sheet("book-sheet", _WHO, self._measure_columns(), _DETAIL)
        self.payments = PaymentSheet.of(self.book, answer, phrases)
        self.missing = MissingSheet.of(self.book, answer, phrases)
        self.subjects = self._sheet("book-by-enterprise", self._subject_columns())
        self.clauses = self._sheet("book-by-clause", self._clause_columns())
        has_findings = answer.findings or any(one.findings for one in decisions)
        self.findings = self._sheet("book-findings", _FINDINGS) if has_findings else None
        has_support = any(one.clause is not None and not clauses[one.clause].grants_money for one in decisions)
        self.support = self._sheet("book-others", _WHO, _SUPPORT) if has_support else None
        self.criteria = CriteriaSheet.of(self.book, answer, phrases, is_asked=told.explains)
        self.about = Sheet(self.book, self._say("book-about"), [Column("", 100)], has_head=False)
        self.states: dict[str, Counter[str]] = {}
        self.found: dict[FindingTold, None] = {}

    def _sheet(self, name: str, *columns: Sequence[tuple[str, int] | tuple[str, int, str | None]]) -> Sheet:
        made = [
            Column(self._say(one[0]), one[1], one[2] if len(one) > 2 else PLAIN) for many in columns for one in many
        ]
        return Sheet(self.book, self._say(name), made)

    def write(self) -> None:
        """Write all sheets."""
        self._front()
        self._first_to_mend()
        is_many = bool(self.told.summary)
        for subject, (_, owned) in zip(self.told.subjects, self.owned, strict=True):
            if not is_many:
                self._subject_lines(subject)
            self._subject(subject)
            self.payments.subject(subject, owned)
            self.missing.subject(subject, owned)
        self._front_end()
        self._totals()
        self._list_findings()
        self._about()
        for sheet in (self.details, self.subjects, self.clauses, self.findings, self.support):
            if sheet is not None:
                sheet.finish()
        for desk in (self.payments, self.missing, self.criteria):
            desk.finish()
        self.book.close()

    def _subject(self, subject: SubjectTold) -> None:
        for record in subject.records:
            self.found |= dict.fromkeys(record.findings)
            for section in record.sections:
                for item in section.items:
                    if section.kind != "invalid":
                        self._item(subject, record, section, item)
        self._subject_row(subject)

    def _item(self, subject: SubjectTold, record: RecordTold, section: Section, item: Item) -> None:
        if item.grants or not item.source:
            self._detail(subject, record, section, item)
        elif self.support is not None:
            self._support(self.support, subject, record, item)
        if item.grants and section.kind != "not-applicable":
            self.states.setdefault(item.source, Counter())[item.state] += 1
        self.criteria.item(subject, record, item)

    # --- The summary

    def _front(self) -> None:
        """Title, caveats and the summary; of a single subject its sums and findings."""
        told, sheet = self.told, self.front
        sheet.line(told.title, bold=True, size=16)
        for line in told.caveats:
            sheet.line(line.text)
        sheet.line(told.headline)
        for block in told.summary:
            sheet.line("")
            sheet.line(block.heading, bold=True, size=13)
            _put(sheet, block.lines)
            for finding in block.findings:
                self._finding_lines(finding, named=True)
            if block.table is not None:
                sheet.table(block.table.columns, block.table.rows, block.table.numeric)

    def _front_end(self) -> None:
        told = self.told
        if told.findings and not told.summary:
            self.front.line("")
            self.front.line(told.findings_heading, bold=True, size=13)
            for finding in told.findings:
                self._finding_lines(finding)

    def _subject_lines(self, subject: SubjectTold) -> None:
        sheet = self.front
        sheet.line("")
        sheet.line(subject.heading, bold=True, size=13)
        for line in subject.sums:
            sheet.line(line.text, bold=line.kind == "sum")
        for record in subject.records:
            sheet.line("")
            sheet.line(record.heading, bold=True)
            for finding in record.findings:
                self._finding_lines(finding)
            for section in record.sections:
                sheet.line(section.heading, bold=True)
                if section.is_folded:
                    sheet.line(section.counts, indent=1)
                    continue
                for item in section.items:
                    parts = (item.title, item.article, item.status, item.amount_text)
                    sheet.line(" · ".join(part for part in parts if part), indent=1)
            _put(sheet, record.lines)

    def _finding_lines(self, finding: FindingTold, *, named: bool = False) -> None:
        if named and finding.about:
            self.front.line(finding.about)
        self.front.line(finding.text, indent=1, fill=_SEVERITIES[finding.severity])
        if finding.mend:
            self.front.line(finding.mend, indent=2)

    # --- Record by record

    def _measure_columns(self) -> list[_Head]:
        return [("column-article", 6), ("told-measure", 24), ("column-status", 14), *_SUMS]

    def _first_to_mend(self) -> None:
        """What has to be corrected comes on top."""
        for number, (_, owned) in enumerate(self.owned):
            if any(one.clause is None for _, decisions in owned for one in decisions):
                subject = self.told.subjects[number]
                for record in subject.records:
                    for section in record.sections:
                        for item in section.items:
                            if section.kind == "invalid":
                                self._detail(subject, record, section, item)

    def _detail(self, subject: SubjectTold, record: RecordTold, section: Section, item: Item) -> None:
        reasons = item.of(*_REASONS)
        if not item.source:
            reasons += [text for one in record.findings for text in (one.text, one.mend) if text]
        cells: list[Cell] = [
            *_who(subject, record),
            item.number,
            item.title,
            item.status,
            *self._ends(item.amount),
            item.amount_text,
            item.counts_text,
            "\n".join(item.of("arithmetic", "either")),
            "\n".join(item.of("missing", "awaits", "ask")),
            "\n".join(reasons),
            "\n".join(item.of("words")),
        ]
        fill_at = None if section.kind == "invalid" else len(_WHO) + 2
        self.details.row(cells, fill=_FILLS.get(item.state, ""), fill_at=fill_at)

    def _support(self, sheet: Sheet, subject: SubjectTold, record: RecordTold, item: Item) -> None:
        cells: list[Cell] = [
            *_who(subject, record),
            item.number,
            item.title,
            item.status,
            "\n".join(item.of("missing", "awaits", "ask")),
            "\n".join(item.of(*_REASONS)),
            "\n".join(item.of("words")),
        ]
        sheet.row(cells, fill=_FILLS.get(item.state, ""), fill_at=len(_WHO) + 2)

    # --- Totals

    def _subject_columns(self) -> list[_Head]:
        names = (("column-enterprise", 32), ("column-code", 22), ("book-eligible", 10), ("book-undetermined", 10))
        return [*names, *_SUMS, ("book-sums", 60), ("told-findings", 60), ("column-note", 50)]

    def _subject_row(self, subject: SubjectTold) -> None:
        sums = "\n".join(line.text for line in subject.sums)
        found = [one for record in subject.records for one in record.findings]
        findings = "\n".join(text for one in found for text in (one.text, one.mend) if text)
        notes = dict.fromkeys(line.text for record in subject.records for line in record.lines)
        texts = (sums, findings, "\n".join(notes))
        head: list[Cell] = [subject.name, subject.code or None, subject.eligible, subject.undetermined]
        for number, total in enumerate(subject.totals or (None,)):
            self.subjects.row([*head, *self._ends(total), *(texts if number == 0 else ("", "", ""))])

    def _clause_columns(self) -> list[_Head]:
        names = (("book-eligible", 10), ("book-undetermined", 10), ("book-not-eligible", 10))
        return [("column-article", 6), ("told-measure", 44), *names, *_SUMS]

    def _totals(self) -> None:
        for total in add_up(self.answer.entitlements).values():
            cells: list[Cell] = [self._say("total"), None, None, None, *self._ends(total), "", "", ""]
            self.subjects.row(cells, fill="DDEBF7")
        for cells in self._clause_rows():
            self.clauses.row(cells)

    def _clause_rows(self) -> Iterator[list[Cell]]:
        sums: dict[str, list[Entitlement]] = {}
        for one in self.answer.entitlements:
            sums.setdefault(one.source, []).append(one)
        book, lang = self.phrases.book, self.phrases.lang
        for name, clause in book.clauses.items():
            group = book.group_of.get(name)
            if name in self.states:
                numbers: list[Cell] = [self.states[name][one] for one in ("eligible", "undetermined", "not-eligible")]
                total: list[Cell] = [None, self.phrases.join(self.phrases.amounts(clause)), None]
                if not clause.is_unstated:
                    total = self._total(sums.get(name, []), clause.options[0].currency)
                yield [clause.article, clause.title.get(lang), *numbers, *total]
            if group is not None and name == group.members[-1] and group.id in self.states:
                title = self.phrases.say("told-group-open", group=group.label)
                total = self._total(sums.get(group.id, []), clause.options[0].currency)
                yield [clause.article, title, None, len(sums.get(group.id, [])), None, *total]

    # --- What was found, and what the answer rests on

    def _list_findings(self) -> None:
        if self.findings is None:
            return
        found = dict.fromkeys((*self.found, *self.told.findings, *self.told.notices))
        order = ("error", "warning", "info")
        for one in sorted(found, key=lambda one: order.index(one.severity)):
            cells = [one.label, one.place, one.message, one.mend, one.about]
            self.findings.row(cells, fill=_SEVERITIES[one.severity], fill_at=0)

    def _about(self) -> None:
        told, sheet = self.told, self.about
        sheet.line(told.receipt_heading, bold=True, size=13)
        _put(sheet, (*told.caveats, *told.receipt))
        if told.notices_fold:
            sheet.line(told.notices_fold)
        if self.criteria.is_left_out:
            sheet.line(self._say("book-criteria-left-out"))

    # --- Parts of rows

    def _ends(self, amount: Amount | None) -> list[Cell]:
        """Currency, least and most, in ten thousands; where there is no most, that there is none."""
        if amount is None:
            return [None, None, None]
        unit = self.phrases.vocabulary.units.get(amount.currency)
        name = unit.label.get(self.phrases.lang) if unit else amount.currency
        most: Cell = self._say("book-open") if amount.max is None else amount.max / _TEN_THOUSAND
        return [name, amount.min / _TEN_THOUSAND, most]

    def _total(self, entitlements: Sequence[Entitlement], currency: str) -> list[Cell]:
        nothing = Amount(Decimal("0.00"), Decimal("0.00"), currency)
        return self._ends(add_up(entitlements).get(currency, nothing))

    def _say(self, name: str) -> str:
        return self.phrases.say(name)


def _who(subject: SubjectTold, record: RecordTold) -> list[Cell]:
    return [subject.name, subject.code or None, record.id, record.kind, record.period]


def _put(sheet: Sheet, lines: Sequence[Line]) -> None:
    for line in lines:
        for depth, one in line.walk():
            sheet.line(one.text, indent=depth)
