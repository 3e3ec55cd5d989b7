"""What is told of an answer as an Excel workbook for review: a summary to print, then its tables, a sheet for each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal

from openpyxl import Workbook

from ..answers import Answer, add_up
from ..model import Amount, Entitlement
from .phrases import Phrases
from .sheets import MONEY, PLAIN, Cell, Column, Sheet, Styles
from .told import FindingTold, Item, Line, LineKind, RecordTold, Section, SubjectTold, Told

__all__ = ["to_workbook"]

_TEN_THOUSAND = Decimal(10) ** 4
_FILLS = {"eligible": "E2EFDA", "undetermined": "FFF2CC", "invalid-record": "FFC7CE"}
_SEVERITIES = {"error": "FFC7CE", "warning": "FFF2CC", "info": ""}
_MARKS = {"unmet": "FFC7CE", "unknown": "FFF2CC"}

_WHO = (
    ("column-enterprise", 24),
    ("column-code", 21),
    ("told-record-id", 16),
    ("record-type", 14),
    ("column-period", 11),
)
_SUMS = (("column-currency", 8, None), ("book-min", 13, MONEY), ("book-max", 13, MONEY))
_REASONS: tuple[LineKind, ...] = ("why", "outdone", "open", "fallback", "situation", "evidence", "note", "reading")


def to_workbook(told: Told, answer: Answer, phrases: Phrases) -> bytes:
    """The workbook as the bytes of an .xlsx file.

    The first sheet is the summary; then come every measure with money, the totals by subject and by measure, the
    findings, every criterion, the measures without money, and what the answer rests on.

    Args:
        told: the answer in one language.
        answer: the same in figures, for the totals.
        phrases: the wordings, for the headings.
    """
    return _Book(told, answer, phrases).written()


class _Book:
    def __init__(self, told: Told, answer: Answer, phrases: Phrases) -> None:
        self.told, self.answer, self.phrases = told, answer, phrases
        self.book = Workbook(write_only=True)
        self.styles = Styles(self.book)

    def written(self) -> bytes:
        self._front()
        self._details()
        self._by_subject()
        self._by_clause()
        self._findings()
        self._criteria()
        self._support()
        self._about()
        stream = io.BytesIO()
        self.book.save(stream)
        with zipfile.ZipFile(stream, "a") as packed:
            # Tells whose file it is without unpacking it.
            packed.comment = f"policykb {self.answer.receipt.version}".encode()
        return stream.getvalue()

    # --- Sheets

    def _front(self) -> None:
        """Title, caveats and the summary; of a single subject its sums and findings."""
        told = self.told
        widths = (24, 34, 16, 16, 30)
        sheet = Sheet(
            self.book, self.styles, self._say("book-front"), [Column("", width) for width in widths], has_head=False
        )
        sheet.line(told.title, bold=True, size=16)
        for line in told.caveats:
            sheet.line(line.text)
        sheet.line(told.headline)
        for block in told.summary:
            sheet.line("")
            sheet.line(block.heading, bold=True, size=13)
            _put(sheet, block.lines)
            for finding in block.findings:
                self._finding_lines(sheet, finding, named=True)
            if block.table is not None:
                sheet.table(block.table.columns, block.table.rows, block.table.numeric)
        if not told.summary:
            for subject in told.subjects:
                self._subject_lines(sheet, subject)
        if told.findings and not told.summary:
            sheet.line("")
            sheet.line(told.findings_heading, bold=True, size=13)
            for finding in told.findings:
                self._finding_lines(sheet, finding)
        self._finish(sheet, is_table=False)

    def _subject_lines(self, sheet: Sheet, subject: SubjectTold) -> None:
        sheet.line("")
        sheet.line(subject.heading, bold=True, size=13)
        for line in subject.sums:
            sheet.line(line.text, bold=line.kind == "sum")
        for record in subject.records:
            sheet.line("")
            sheet.line(record.heading, bold=True)
            for finding in record.findings:
                self._finding_lines(sheet, finding)
            for section in record.sections:
                sheet.line(section.heading, bold=True)
                if section.is_folded:
                    sheet.line(section.counts, indent=1)
                    continue
                for item in section.items:
                    parts = (item.title, item.article, item.status, item.amount_text)
                    sheet.line(" · ".join(part for part in parts if part), indent=1)
            _put(sheet, record.lines)

    def _finding_lines(self, sheet: Sheet, finding: FindingTold, *, named: bool = False) -> None:
        if named and finding.about:
            sheet.line(finding.about)
        sheet.line(finding.text, indent=1, fill=_SEVERITIES[finding.severity])
        if finding.mend:
            sheet.line(finding.mend, indent=2)

    def _details(self) -> None:
        """Every measure with money, record by record; what has to be corrected first comes on top."""
        who = [Column(self._say(name), width) for name, width in _WHO]
        what = [
            Column(self._say("column-article"), 6, PLAIN),
            Column(self._say("told-measure"), 24),
            Column(self._say("column-status"), 14),
            *(Column(self._say(name), width, form) for name, width, form in _SUMS),
            Column(self._say("told-amount"), 20),
            Column(self._say("book-counted"), 9),
            Column(self._say("book-arithmetic"), 34),
            Column(self._say("book-needs"), 34),
            Column(self._say("book-reasons"), 44),
            Column(self._say("column-quote"), 48),
        ]
        sheet = Sheet(self.book, self.styles, self._say("book-sheet"), [*who, *what])
        rows = [row for row in self._items() if row[3].grants or not row[3].source]
        for subject, record, section, item in sorted(rows, key=lambda row: row[2].kind != "invalid"):
            fill = _FILLS.get(item.state, "")
            whole = section.kind == "invalid"
            sheet.row(self._detail(subject, record, item), fill=fill, fill_at=None if whole else len(who) + 2)
        self._finish(sheet)

    def _detail(self, subject: SubjectTold, record: RecordTold, item: Item) -> list[Cell]:
        reasons = item.of(*_REASONS)
        if not item.source:
            reasons += [text for one in record.findings for text in (one.text, one.mend) if text]
        return [
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

    def _support(self) -> None:
        rows = [row for row in self._items() if row[3].source and not row[3].grants]
        if not rows:
            return
        names = (("column-article", 6), ("told-measure", 30), ("column-status", 14), ("book-needs", 40),
                 ("book-reasons", 50), ("column-quote", 60))  # fmt: skip
        columns = [Column(self._say(name), width, PLAIN) for name, width in (*_WHO, *names)]
        sheet = Sheet(self.book, self.styles, self._say("book-others"), columns)
        for subject, record, _, item in rows:
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
        self._finish(sheet)

    def _by_subject(self) -> None:
        names = (("book-eligible", 10), ("book-undetermined", 10))
        columns = [
            Column(self._say("column-enterprise"), 32),
            Column(self._say("column-code"), 22),
            *(Column(self._say(name), width, PLAIN) for name, width in names),
            *(Column(self._say(name), width, form) for name, width, form in _SUMS),
            Column(self._say("book-sums"), 60),
            Column(self._say("told-findings"), 60),
            Column(self._say("column-note"), 50),
        ]
        sheet = Sheet(self.book, self.styles, self._say("book-by-enterprise"), columns)
        for subject in self.told.subjects:
            texts = self._of_subject(subject)
            head: list[Cell] = [subject.name, subject.code or None, subject.eligible, subject.undetermined]
            for number, total in enumerate(subject.totals or (None,)):
                sheet.row([*head, *self._ends(total), *(texts if number == 0 else ("", "", ""))])
        for total in add_up(self.answer.entitlements).values():
            sheet.row([self._say("total"), None, None, None, *self._ends(total), "", "", ""], fill="DDEBF7")
        self._finish(sheet)

    def _of_subject(self, subject: SubjectTold) -> tuple[str, str, str]:
        sums = "\n".join(line.text for line in subject.sums)
        found = [one for record in subject.records for one in record.findings]
        findings = "\n".join(text for one in found for text in (one.text, one.mend) if text)
        notes = dict.fromkeys(line.text for record in subject.records for line in record.lines)
        return sums, findings, "\n".join(notes)

    def _by_clause(self) -> None:
        names = (("book-eligible", 10), ("book-undetermined", 10), ("book-not-eligible", 10))
        columns = [
            Column(self._say("column-article"), 6, PLAIN),
            Column(self._say("told-measure"), 44),
            *(Column(self._say(name), width, PLAIN) for name, width in names),
            *(Column(self._say(name), width, form) for name, width, form in _SUMS),
        ]
        sheet = Sheet(self.book, self.styles, self._say("book-by-clause"), columns)
        for cells in self._clause_rows():
            sheet.row(cells)
        self._finish(sheet)

    def _clause_rows(self) -> Iterator[list[Cell]]:
        states: dict[str, dict[str, int]] = {}
        for _, _, section, item in self._items():
            if item.grants and section.kind != "not-applicable":
                counts = states.setdefault(item.source, {})
                counts[item.state] = counts.get(item.state, 0) + 1
        sums: dict[str, list[Entitlement]] = {}
        for one in self.answer.entitlements:
            sums.setdefault(one.source, []).append(one)
        book, lang = self.phrases.book, self.phrases.lang
        for name, clause in book.clauses.items():
            group = book.group_of.get(name)
            if name in states:
                numbers: list[Cell] = [states[name].get(s, 0) for s in ("eligible", "undetermined", "not-eligible")]
                total: list[Cell] = [None, self.phrases.join(self.phrases.amounts(clause)), None]
                if not clause.is_unstated:
                    total = self._total(sums.get(name, []), clause.options[0].currency)
                yield [clause.article, clause.title.get(lang), *numbers, *total]
            if group is not None and name == group.members[-1] and group.id in states:
                title = self.phrases.say("told-group-open", group=group.label)
                total = self._total(sums.get(group.id, []), clause.options[0].currency)
                yield [clause.article, title, None, len(sums.get(group.id, [])), None, *total]

    def _findings(self) -> None:
        told = self.told
        found = [one for s in told.subjects for record in s.records for one in record.findings]
        found = list(dict.fromkeys((*found, *told.findings, *told.notices)))
        if not found:
            return
        names = (("check-severity", 8), ("check-place", 40), ("check-problem", 60), ("check-mend", 60),
                 ("told-concerns", 44))  # fmt: skip
        columns = [Column(self._say(name), width) for name, width in names]
        sheet = Sheet(self.book, self.styles, self._say("book-findings"), columns)
        order = ("error", "warning", "info")
        for one in sorted(found, key=lambda one: order.index(one.severity)):
            cells = [one.label, one.place, one.message, one.mend, one.about]
            sheet.row(cells, fill=_SEVERITIES[one.severity], fill_at=0)
        self._finish(sheet)

    def _criteria(self) -> None:
        names = (("told-measure", 30), ("column-status", 14), ("book-criterion", 120))
        columns = [Column(self._say(name), width) for name, width in (*_WHO, *names)]
        rows = [row for row in self._items() if row[3].criteria]
        if not rows:
            return
        sheet = Sheet(self.book, self.styles, self._say("book-criteria"), columns)
        indents = [0] * (len(columns) - 1)
        for subject, record, _, item in rows:
            for line in item.criteria:
                for depth, one in line.walk():
                    cells: list[Cell] = [*_who(subject, record), item.title, item.status, one.text]
                    fill, last = _MARKS.get(one.mark, ""), len(columns) - 1
                    sheet.row(cells, fill=fill, fill_at=last, indents=[*indents, 2 * depth])
        self._finish(sheet)

    def _about(self) -> None:
        told = self.told
        columns = [Column("", 100)]
        sheet = Sheet(self.book, self.styles, self._say("book-about"), columns, has_head=False)
        sheet.line(told.receipt_heading, bold=True, size=13)
        _put(sheet, (*told.caveats, *told.receipt))
        if told.notices_fold:
            sheet.line(told.notices_fold)
        self._finish(sheet, is_table=False)

    # --- Parts of rows

    def _items(self) -> Iterator[tuple[SubjectTold, RecordTold, Section, Item]]:
        for subject in self.told.subjects:
            for record in subject.records:
                for section in record.sections:
                    for item in section.items:
                        yield subject, record, section, item

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

    def _finish(self, sheet: Sheet, *, is_table: bool = True) -> None:
        sheet.finish(self.told.title, self._say("book-page"), is_table=is_table)


def _who(subject: SubjectTold, record: RecordTold) -> list[Cell]:
    return [subject.name, subject.code or None, record.id, record.kind, record.period]


def _put(sheet: Sheet, lines: Sequence[Line]) -> None:
    for line in lines:
        for depth, one in line.walk():
            sheet.line(one.text, indent=depth)
