"""An answer as an Excel workbook for review: a row per record and clause, totals, print-ready; numbers are numbers."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from ..answers import Answer, add_up
from ..model import Amount, Clause, Decision, Entitlement, Group, Option, Record
from .arithmetic import arithmetic
from .as_csv import harmless
from .phrases import Phrases, readable

__all__ = ["to_workbook"]

Cell: TypeAlias = str | int | Decimal | None
_TEN_THOUSAND = Decimal(10) ** 4
_MONEY, _WAN, _PLAIN = "#,##0.00", "#,##0.00####", "#,##0.####"
_HEAD = PatternFill("solid", fgColor="1F4E78")
_HAIR = Side(style="hair", color="808080")
_EDGE = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_FILLS = {"eligible": "E2EFDA", "undetermined": "FFF2CC", "invalid-record": "FFC7CE"}
_COLUMNS: tuple[tuple[str, int, str | None], ...] = (
    ("column-enterprise", 26, None),
    ("column-code", 21, None),
    ("column-record", 18, None),
    ("column-period", 9, None),
    ("column-clause", 20, None),
    ("book-clause-title", 22, None),
    ("column-article", 5, "0"),
    ("column-status", 11, None),
    ("column-currency", 8, None),
    ("book-min", 15, _MONEY),
    ("book-max", 15, _MONEY),
    ("book-min-wan", 13, _WAN),
    ("book-max-wan", 13, _WAN),
    ("book-counted", 7, None),
    ("book-base", 16, _PLAIN),
    ("book-arithmetic", 34, None),
    ("book-words", 44, None),
    ("book-missing", 30, None),
    ("book-awaiting", 24, None),
    ("column-note", 40, None),
)

_STATUS = 1 + [name for name, _, _ in _COLUMNS].index("column-status")
_TALLEST = 12  # lines of a row


def to_workbook(answer: Answer, phrases: Phrases) -> bytes:
    """The workbook as the bytes of an .xlsx file.

    The first sheet has the clauses that grant money and the records that are wrong, the next the other clauses; then
    come the totals by clause and by enterprise, and what the answer rests on.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = phrases.say("book-sheet")
    clauses = phrases.book.clauses
    pairs = answer.pairs()
    money = [(record, d) for record, d in pairs if d.clause is None or clauses[d.clause].grants_money]
    others = [(record, d) for record, d in pairs if d.clause is not None and not clauses[d.clause].grants_money]
    _rows(sheet, money, answer, phrases)
    if others:
        _rows(book.create_sheet(phrases.say("book-others")), others, answer, phrases)
    _by_clause(book.create_sheet(phrases.say("book-by-clause")), [d for _, d in money], answer.entitlements, phrases)
    _by_enterprise(book.create_sheet(phrases.say("book-by-enterprise")), answer, phrases)
    _about(book.create_sheet(phrases.say("book-about")), answer, phrases)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rows(sheet: Any, pairs: Iterable[tuple[Record, Decision]], answer: Answer, phrases: Phrases) -> None:
    _start(sheet, _COLUMNS, phrases)
    counting = answer.counting()
    open_groups = {(one.record, one.group): one for one in answer.entitlements if one.clause is None}
    for record, decision in pairs:
        clause = phrases.book.clauses.get(decision.clause or "")
        counts = counting.get((record.id, decision.clause or ""), False)
        _append(sheet, _row(decision, clause, record, counts, phrases), _COLUMNS, decision.status)
        group = phrases.book.group_of.get(decision.clause or "")
        if group is not None and decision.clause == group.members[-1] and (record.id, group.id) in open_groups:
            _append(
                sheet, _group_row(open_groups[record.id, group.id], group, record, phrases), _COLUMNS, "undetermined"
            )
    _finish(sheet, len(_COLUMNS), phrases)


def _group_row(entitlement: Entitlement, group: Group, record: Record, phrases: Phrases) -> list[Cell]:
    """What counts while it is open which member of a group is had."""
    article = phrases.book.clauses[group.members[0]].article
    return [
        record.name,
        record.credit_code,
        record.id,
        record.period,
        group.id,
        group.label.get(phrases.lang),
        article,
        phrases.say("group-open"),
        *_amount(entitlement.amount, phrases),
        phrases.counts(True),
        None,
        None,
        f"“{readable(group.words)}”",
        None,
        None,
        None,
    ]


def _row(
    decision: Decision, clause: Clause | None, record: Record, counts: bool | None, phrases: Phrases
) -> list[Cell]:
    held = [result for result in decision.options if result.truth == "met"]
    result = held[0] if len(held) == 1 else None
    notes = [phrases.reason(decision), *(note.get(phrases.lang) for note in decision.notes)]
    return [
        record.name,
        record.credit_code,
        record.id,
        record.period,
        decision.clause,
        clause.title.get(phrases.lang) if clause else None,
        decision.article,
        phrases.status(decision),
        *(
            [None, phrases.granted(decision), None, None, None]
            if clause is not None and clause.is_unstated
            else _amount(decision.amount, phrases)
        ),
        phrases.counts(counts) if clause is not None and clause.options else None,
        result.base if result else None,
        arithmetic(result, record, phrases) if result else None,
        _words(clause, [one.option for one in held], phrases),
        phrases.join(_to_provide(fact, phrases) for fact in decision.missing),
        phrases.join(dict.fromkeys(body.label.get(phrases.lang) for _, body in decision.awaiting)),
        " ".join(dict.fromkeys(note for note in notes if note)),
    ]


def _amount(amount: Amount | None, phrases: Phrases) -> list[Cell]:
    if amount is None:
        return [None] * 5
    unit = phrases.vocabulary.units.get(amount.currency)
    name = unit.label.get(phrases.lang) if unit else amount.currency
    if amount.max is None:
        open_end = phrases.say("book-open")
        return [name, amount.min, open_end, amount.min / _TEN_THOUSAND, open_end]
    return [name, amount.min, amount.max, amount.min / _TEN_THOUSAND, amount.max / _TEN_THOUSAND]


def _words(clause: Clause | None, options: Sequence[Option], phrases: Phrases) -> str | None:
    """The words that the amount rests on, or those of the clause's first provision."""
    if clause is None:
        return None
    words = [option.words for option in options if option.words] or [
        phrases.book.provisions[name].quote for name in clause.provisions[:1]
    ]
    return " ".join(f"“{readable(text)}”" for text in dict.fromkeys(words))


def _to_provide(fact: str, phrases: Phrases) -> str:
    known = phrases.vocabulary.facts.get(fact)
    if known is None or known.proof is None:
        return phrases.fact(fact)
    return phrases.say("book-proof", fact=known.label, proof=known.proof)


def _by_clause(
    sheet: Any, decisions: Iterable[Decision], entitlements: Iterable[Entitlement], phrases: Phrases
) -> None:
    columns: tuple[tuple[str, int, str | None], ...] = (
        ("column-article", 6, "0"),
        ("column-clause", 22, None),
        ("book-clause-title", 28, None),
        ("book-eligible", 10, "0"),
        ("book-undetermined", 10, "0"),
        ("book-not-eligible", 10, "0"),
        ("column-currency", 8, None),
        ("book-min", 18, _MONEY),
        ("book-max", 18, _MONEY),
        ("book-min-wan", 16, _WAN),
        ("book-max-wan", 16, _WAN),
    )
    _start(sheet, columns, phrases)
    statuses: dict[str, Counter[str]] = {}
    for decision in decisions:
        if decision.clause is not None and decision.status != "not-applicable":
            statuses.setdefault(decision.clause, Counter())[decision.status] += 1
    sums: dict[str, list[Entitlement]] = {}
    for one in entitlements:
        sums.setdefault(one.source, []).append(one)
    groups = phrases.book.groups
    for name, clause in phrases.book.clauses.items():
        counts = statuses.get(name)
        if counts is not None:
            numbers: list[Cell] = [counts[status] for status in ("eligible", "undetermined", "not-eligible")]
            head: list[Cell] = [clause.article, name, clause.title.get(phrases.lang), *numbers]
            if clause.is_unstated:
                _append(sheet, [*head, None, phrases.join(phrases.amounts(clause)), None, None, None], columns)
                continue
            _append(sheet, [*head, *_total(sums.get(name, []), clause.options[0].currency, phrases)], columns)
        group = phrases.book.group_of.get(name)
        if group is not None and name == group.members[-1] and group.id in sums:
            title = f"{groups[group.id].label.get(phrases.lang)}: {phrases.say('group-open')}"
            head = [clause.article, group.id, title, None, None, None]
            _append(sheet, [*head, *_total(sums[group.id], clause.options[0].currency, phrases)], columns)
    _finish(sheet, len(columns), phrases)


def _total(entitlements: Sequence[Entitlement], currency: str, phrases: Phrases) -> list[Cell]:
    nothing = Amount(Decimal("0.00"), Decimal("0.00"), currency)
    return _amount(add_up(entitlements).get(currency, nothing), phrases)


def _by_enterprise(sheet: Any, answer: Answer, phrases: Phrases) -> None:
    columns: tuple[tuple[str, int, str | None], ...] = (
        ("column-enterprise", 32, None),
        ("column-code", 22, None),
        ("book-eligible", 10, "0"),
        ("book-undetermined", 10, "0"),
        ("column-currency", 8, None),
        ("book-min", 18, _MONEY),
        ("book-max", 18, _MONEY),
        ("book-min-wan", 16, _WAN),
        ("book-max-wan", 16, _WAN),
    )
    _start(sheet, columns, phrases)
    for enterprise in answer.enterprises:
        head: list[Cell] = [enterprise.name, enterprise.credit_code, enterprise.eligible, enterprise.undetermined]
        for total in enterprise.total.values() or (None,):
            _append(sheet, [*head, *_amount(total, phrases)], columns)
    for total in add_up(answer.entitlements).values():
        _append(sheet, [phrases.say("total"), None, None, None, *_amount(total, phrases)], columns)
        for cell in sheet[sheet.max_row]:
            cell.font = Font(bold=True)
    _finish(sheet, len(columns), phrases)


def _about(sheet: Any, answer: Answer, phrases: Phrases) -> None:
    document, receipt = phrases.book.document, answer.receipt
    as_of = receipt.as_of.isoformat() if receipt.as_of else phrases.say("book-period-end")
    count = {"count": len(answer.enterprises), "records": len(answer.records)}
    rows: list[tuple[str, str]] = [
        (phrases.say("book-title", document=document.number), document.title.get(phrases.lang)),
        (phrases.say("headline", document=document.number, **count), ""),
        (phrases.say("legend"), ""),
        (phrases.say("book-as-of"), as_of),
        (phrases.say("book-overlays"), phrases.join(receipt.overlays) or "—"),
        (phrases.say("book-version"), f"policykb {receipt.version}"),
        (phrases.say("book-rules"), f"sha256:{receipt.rules}"),
        (phrases.say("book-records"), f"sha256:{receipt.records}"),
    ]
    for name, value in rows:
        sheet.append([name, harmless(value)])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 80


def _start(sheet: Any, columns: Sequence[tuple[str, int, str | None]], phrases: Phrases) -> None:
    sheet.append([phrases.say(name) for name, _, _ in columns])
    for position, (_, width, _) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    sheet.row_dimensions[1].height = 48
    sheet.freeze_panes = "A2"


def _append(
    sheet: Any, cells: Sequence[Cell], columns: Sequence[tuple[str, int, str | None]], status: str | None = None
) -> None:
    sheet.append([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    for cell, (_, _, form) in zip(sheet[sheet.max_row], columns, strict=True):
        cell.border = _EDGE
        is_number = isinstance(cell.value, int | Decimal)
        cell.alignment = Alignment(wrap_text=not is_number, vertical="top")
        if is_number and form:
            cell.number_format = form
        elif isinstance(cell.value, str):
            cell.number_format = "@"
        if status in _FILLS and cell.column == _STATUS:
            cell.fill = PatternFill("solid", fgColor=_FILLS[status])
    # Written out, since not every program makes wrapped rows high enough by itself.
    lines = max(-(-_wide(cell) // width) for cell, (_, width, _) in zip(cells, columns, strict=True))
    sheet.row_dimensions[sheet.max_row].height = 15 * min(max(lines, 1), _TALLEST)


def _wide(cell: Cell) -> int:
    """The width of a text in half-width characters."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in cell) if isinstance(cell, str) else 0


def _finish(sheet: Any, width: int, phrases: Phrases) -> None:
    """Filters, and pages that print: landscape, as wide as the sheet, the header on each."""
    sheet.auto_filter.ref = f"A1:{get_column_letter(width)}{sheet.max_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.oddHeader.center.text = phrases.say("book-title", document=phrases.book.document.number)
    sheet.oddFooter.center.text = phrases.say("book-page")
