"""What is told of an answer, for the terminal: subject by subject, sums first, then section by section."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from ..doors.terminal import put
from .told import Block, FindingTold, Item, Line, RecordTold, Section, SubjectTold, Table, Told

__all__ = ["print_head", "print_subject", "print_table", "print_tail"]

_STYLES = {
    "sum": "bold cyan",
    **dict.fromkeys(("more", "either", "missing", "awaits", "open", "ask"), "yellow"),
    **dict.fromkeys(("words", "situation", "evidence", "caveat", "receipt", "replay"), "dim"),
    "reading": "magenta",
}
_SECTIONS = {"eligible": "green", "open": "yellow", "invalid": "red", "duty": "red"}
_MARKS = {"met": "green", "unmet": "red", "unknown": "yellow", "needless": "dim"}
_SEVERITIES = {"error": "red", "warning": "yellow", "info": "dim"}
_NARROW = 32
"""Columns that an amount may take beside the name of its clause; a longer one has a line of its own."""


def print_table(console: Console, told: Told, *, whole: bool = False) -> None:
    """Print what is told.

    Args:
        console: where to print.
        told: the answer in one language.
        whole: with the lines of the audit record, which are counted otherwise.
    """
    print_head(console, told)
    for one in told.subjects:
        print_subject(console, one, told.explains)
    print_tail(console, told, whole=whole)


def print_head(console: Console, told: Told) -> None:
    """Print what stands above the subjects."""
    put(console, told.title, 0, "bold")
    _lines(console, told.caveats, 0)
    for block in told.summary:
        console.print()
        _block(console, block)


def print_tail(console: Console, told: Told, *, whole: bool = False, left_out: str = "") -> None:
    """Print what stands below the subjects; before it, that some of them are left out."""
    console.print()
    if left_out:
        put(console, left_out, 0, "yellow")
        console.print()
    if told.findings and not told.summary:
        put(console, told.findings_heading, 0, "bold")
        _findings(console, told.findings, 2)
        console.print()
    if told.notices_fold:
        put(console, told.notices_fold, 0, "dim")
    put(console, told.headline, 0, "bold")
    if whole:
        put(console, told.receipt_heading, 0, "bold")
        _lines(console, told.receipt(), 2)
    else:
        put(console, told.receipt_fold, 0, "dim")


def _lines(console: Console, lines: Iterable[Line], indent: int) -> None:
    for line in lines:
        for depth, one in line.walk():
            style = _MARKS.get(one.mark) or _STYLES.get(one.kind, "")
            put(console, one.text, indent + 2 * depth, style)


def _findings(console: Console, findings: Iterable[FindingTold], indent: int, *, named: bool = False) -> None:
    for finding in findings:
        if named and finding.about:
            put(console, finding.about, indent)
        put(console, finding.text, indent, _SEVERITIES[finding.severity])
        if finding.mend:
            put(console, finding.mend, indent + 2, "dim")


def _block(console: Console, block: Block) -> None:
    put(console, block.heading, 0, "bold")
    _lines(console, block.lines, 2)
    _findings(console, block.findings, 2, named=True)
    if block.table is not None:
        console.print(Padding(_table(block.table), (0, 0, 0, 2)))


def _table(table: Table) -> RichTable:
    shown = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, heading in enumerate(table.columns):
        shown.add_column(RichText(heading), justify="right" if number in table.numeric else "left", overflow="fold")
    for row in table.rows:
        shown.add_row(*(RichText(cell) for cell in row))
    return shown


def print_subject(console: Console, subject: SubjectTold, explains: bool) -> None:
    """Print a subject with its records."""
    console.print()
    head = RichText(f"■ {subject.name}", style="bold")
    if subject.code:
        head.append(f"  {subject.code}", style="dim")
    console.print(head)
    _lines(console, subject.sums, 2)
    for record in subject.records:
        _record(console, record, explains)


def _record(console: Console, record: RecordTold, explains: bool) -> None:
    console.print()
    put(console, record.heading, 2, "dim")
    _findings(console, record.findings, 2)
    for section in record.sections:
        _section(console, section, explains)
    _lines(console, record.lines, 2)


def _section(console: Console, section: Section, explains: bool) -> None:
    style = f"bold {_SECTIONS.get(section.kind, '')}".rstrip()
    if section.is_folded:
        put(console, section.heading, 2, style)
        put(console, section.fold, 4, "dim")
        return
    put(console, section.heading, 2, style)
    for item in section.items:
        _item(console, item, explains)


def _item(console: Console, item: Item, explains: bool) -> None:
    head = RichText(" · ".join(part for part in (item.title, item.article) if part), overflow="fold")
    if item.status:
        head.append(f" · {item.status}", style="dim")
    if item.counts is None:
        head.append(f" · {item.counts_text}", style="dim")
    narrow = cell_len(item.amount_text) <= _NARROW
    row = RichTable.grid(expand=True, padding=(0, 0, 0, 2))
    row.add_column(ratio=1, overflow="fold")
    row.add_column(justify="right", no_wrap=True)
    row.add_row(head, RichText(item.amount_text if narrow else ""))
    console.print(Padding(row, (0, 0, 0, 4)))
    if not narrow:
        put(console, item.amount_text, 6)
    _lines(console, item.lines, 6)
    if explains:
        _lines(console, item.criteria, 8)
