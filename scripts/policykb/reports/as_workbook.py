"""What is told of an answer as an Excel workbook for review: a summary to print, then its tables, a sheet for each."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial, reduce
from itertools import chain
from tempfile import TemporaryDirectory
from typing import IO, TypeAlias

from ..answers.answer import Answer
from ..doors.spill import copy, scratch, spilling
from ..model import Amount
from .desk_sheets import MOST_EXPLAINED, CriteriaSheet, MissingSheet, PaymentSheet, column
from .job import Job
from .overview import groups_behind
from .sheets import MONEY, Book, Cell, Column, Sheet
from .tally import Sum, Tally
from .told import FindingTold, Item, Line, LineKind, RecordTold, Section, SubjectTold, Told

__all__ = ["write_workbook"]

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


def write_workbook(job: Job) -> None:
    """The workbook of an .xlsx file; the same answer gives the same bytes.

    The first sheet is the summary; then come every measure with money, what is to be paid, what is missing, the totals
    by subject and by measure, the findings, the measures without money, every criterion, and what the answer rests on.
    Each subject is told once and written into all sheets, so that the time is in proportion to the records.

    Raises:
        CallError: the rows find no room on the disk.
    """
    with scratch() as stream:
        with spilling(), TemporaryDirectory(prefix="policykb-") as folder:
            review = _Review(stream, folder, job)
            telling = job.telling(criteria=not review.criteria.is_left_out)
            for portion in job.run.wrong():
                review.first_to_mend(telling.without_count(portion))
            done = 0
            for portion in job.run.by_subject():
                review.portion(portion.answer, telling.take(portion))
                done += len(portion.answer.records)
                job.has_room(review.book.size(), done)
            review.finish(telling.told(job.sealed(), job.run.findings), telling.tally)
            with zipfile.ZipFile(stream, "a") as packed:
                # Tells whose file it is without unpacking it.
                packed.comment = f"policykb {job.run.base.version}".encode()
        copy(stream, job.write)


class _Review:
    """The sheets in their order; those that stay empty are taken out at the end."""

    def __init__(self, stream: IO[bytes], folder: str, job: Job) -> None:
        self.phrases, run = job.phrases, job.run
        self.is_many = len(run.grouping) > 1
        self.book = Book(
            stream,
            folder,
            footer=self._say("book-page"),
            cut=self._say("book-cut"),
            continued=partial(self.phrases.say, "book-continued"),
        )
        front = [Column("", width) for width in (24, 34, 14, 14, 24, 24)]
        self.front = Sheet(self.book, self._say("book-front"), front, has_head=False)
        self.details = self._sheet("book-sheet", _WHO, self._measure_columns(), _DETAIL)
        self.payments = PaymentSheet(self.book, self.phrases)
        self.missing = MissingSheet(self.book, self.phrases)
        self.subjects = self._sheet("book-by-enterprise", self._subject_columns())
        self.clauses = self._sheet("book-by-clause", self._clause_columns())
        self.findings = self._sheet("book-findings", _FINDINGS)
        self.support = self._sheet("book-others", _WHO, _SUPPORT)
        is_left_out = not job.explain and len(run.records) > MOST_EXPLAINED
        self.criteria = CriteriaSheet(self.book, self.phrases, is_left_out=is_left_out)
        self.about = Sheet(self.book, self._say("book-about"), [Column("", 100)], has_head=False)
        self.states: dict[str, Counter[str]] = {}
        self.found: dict[FindingTold, None] = {}
        self.only: list[SubjectTold] = []

    def _sheet(self, name: str, *columns: Sequence[tuple[str, int] | tuple[str, int, str | None]]) -> Sheet:
        made = [column(self.phrases, *one) for many in columns for one in many]
        return Sheet(self.book, self._say(name), made)

    def portion(self, answer: Answer, subjects: Sequence[SubjectTold]) -> None:
        """The rows of some subjects."""
        self.payments.owe(answer.entitlements)
        for subject, (_, owned) in zip(subjects, answer.by_enterprise(), strict=True):
            if not self.is_many:
                self.only.append(subject)
            self._subject(subject)
            self.payments.subject(subject)
            self.missing.subject(subject, owned)

    def finish(self, told: Told, tally: Tally) -> None:
        """What stands above and below the subjects."""
        self._front(told)
        for subject in self.only:
            self._subject_lines(subject)
        self._front_end(told)
        self._totals(tally)
        self._list_findings(told)
        self._about(told)
        for sheet in (self.details, self.subjects, self.clauses, self.findings, self.support):
            sheet.finish()
        for desk in (self.payments, self.missing, self.criteria):
            desk.finish()
        empty = [self.payments.sheet, self.missing.sheet, self.criteria.sheet, self.findings, self.support]
        self.book.close(told.title, [sheet for sheet in empty if sheet.is_empty])

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
        else:
            self._support(subject, record, item)
        if item.grants and section.kind != "not-applicable":
            self.states.setdefault(item.source, Counter())[item.state] += 1
        self.criteria.item(subject, record, item)

    # --- The summary

    def _front(self, told: Told) -> None:
        """Title, caveats and the summary; of a single subject its sums and findings."""
        sheet = self.front
        sheet.line(told.title, bold=True, size=16)
        for line in told.caveats:
            sheet.line(line.text)
        if not told.summary:  # of many subjects it begins the summary
            sheet.line(told.headline)
        for block in told.summary:
            sheet.line("")
            sheet.line(block.heading, bold=True, size=13)
            _put(sheet, block.lines)
            for finding in block.findings:
                self._finding_lines(finding, named=True)
            if block.table is not None:
                sheet.table(block.table.columns, block.table.rows, block.table.numeric)

    def _front_end(self, told: Told) -> None:
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

    def first_to_mend(self, subjects: Sequence[SubjectTold]) -> None:
        """What has to be corrected comes on top."""
        for subject in subjects:
            for record in subject.records:
                for section in record.sections:
                    for item in section.items:
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

    def _support(self, subject: SubjectTold, record: RecordTold, item: Item) -> None:
        cells: list[Cell] = [
            *_who(subject, record),
            item.number,
            item.title,
            item.status,
            "\n".join(item.of("missing", "awaits", "ask")),
            "\n".join(item.of(*_REASONS)),
            "\n".join(item.of("words")),
        ]
        self.support.row(cells, fill=_FILLS.get(item.state, ""), fill_at=len(_WHO) + 2)

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

    def _totals(self, tally: Tally) -> None:
        for name in tally.currencies:
            sums = [found[name].amount for found in tally.by_status.values() if name in found]
            total = reduce(Amount.plus, [one for one in sums if one is not None])
            cells: list[Cell] = [self._say("total"), None, None, None, *self._ends(total), "", "", ""]
            self.subjects.row(cells, fill="DDEBF7")
        for cells in self._clause_rows(tally):
            self.clauses.row(cells)

    def _clause_rows(self, tally: Tally) -> Iterator[list[Cell]]:
        book, lang = self.phrases.book, self.phrases.lang
        for name, clause in book.clauses.items():
            number: Cell = self.phrases.article_cell(clause)
            if name in self.states:
                # As on the page: an award that gives way is none that fits.
                states = tally.states.get(name, Counter())
                numbers: list[Cell] = [states["eligible"], states["undetermined"], self.states[name]["not-eligible"]]
                total: list[Cell] = [None, self.phrases.join(self.phrases.amounts(clause)), None]
                had = self.states[name]["eligible"] + self.states[name]["undetermined"]
                if name not in tally.sources and had and not clause.is_unstated:
                    # What it gives stands under a group, or gives way.
                    total = [None, self._say("no-amount"), None]
                elif not clause.is_unstated:
                    total = self._total(tally.sources.get(name, {}), clause.options[0].currency)
                yield [number, clause.title.get(lang), *numbers, *total]
            for group, title, place in groups_behind(name, self.phrases):
                sums = tally.sources.get(group.id, {})
                if sums or (group.id in self.states and not group.is_joint):
                    count: Cell = None if group.is_joint else sum(one.count for one in sums.values())
                    total = self._total(sums, clause.options[0].currency)
                    yield [place if group.is_joint else number, title, None, count, None, *total]

    # --- What was found, and what the answer rests on

    def _list_findings(self, told: Told) -> None:
        found = sorted(dict.fromkeys((*self.found, *told.findings)), key=lambda one: one.severity != "error")
        for one in chain(found, told.notices()):
            cells = [one.label, one.place, one.message, one.mend, one.about]
            self.findings.row(cells, fill=_SEVERITIES[one.severity], fill_at=0)

    def _about(self, told: Told) -> None:
        sheet = self.about
        sheet.line(told.receipt_heading, bold=True, size=13)
        _put(sheet, (*told.caveats, *told.receipt()))
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

    def _total(self, sums: Mapping[str, Sum], currency: str) -> list[Cell]:
        found = sums.get(currency, Sum()).amount
        return self._ends(found or Amount(Decimal("0.00"), Decimal("0.00"), currency))

    def _say(self, name: str) -> str:
        return self.phrases.say(name)


def _who(subject: SubjectTold, record: RecordTold) -> list[Cell]:
    return [subject.name, subject.code or None, record.id, record.kind, record.period]


def _put(sheet: Sheet, lines: Sequence[Line]) -> None:
    for line in lines:
        for depth, one in line.walk():
            sheet.line(one.text, indent=depth)
