"""What is told of an answer as Markdown: headings, lists and small tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..doors.outgoing import markdown
from .told import Block, FindingTold, Item, Line, RecordTold, Section, SubjectTold, Table, Told

__all__ = ["to_markdown"]


def to_markdown(told: Told) -> str:
    """The Markdown text; what stands in the data is escaped."""
    return "\n".join(_document(told)) + "\n"


def _document(told: Told) -> Iterator[str]:
    yield from (f"# {markdown(told.title)}", "")
    for line in told.caveats:
        yield from (f"> {markdown(line.text)}", ">")
    yield ""
    for block in told.summary:
        yield from _block(block)
    for subject in told.subjects:
        yield from _subject(subject, told)
    if told.findings and not told.summary:
        yield from (f"## {markdown(told.findings_heading)}", "")
        yield from _findings(told.findings)
        yield ""
    if told.notices_fold:
        yield from (markdown(told.notices_fold), "")
    yield from (markdown(told.headline), "", f"**{markdown(told.receipt_heading)}**", "")
    yield from _lines(told.receipt)


def _block(block: Block) -> Iterator[str]:
    yield from (f"## {markdown(block.heading)}", "")
    yield from _lines(block.lines)
    yield from _findings(block.findings, named=True)
    if block.table is not None:
        yield from ("", *_table(block.table))
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(map(markdown, table.columns))} |"
    yield f"|{'|'.join('---:' if number in table.numeric else '---' for number in range(len(table.columns)))}|"
    for row in table.rows:
        yield f"| {' | '.join(map(markdown, row))} |"


def _subject(subject: SubjectTold, told: Told) -> Iterator[str]:
    yield from (f"## {markdown(subject.heading)}", "")
    yield from _lines(subject.sums, bold=True)
    yield ""
    for record in subject.records:
        yield from _record(record, told)


def _record(record: RecordTold, told: Told) -> Iterator[str]:
    yield from (f"### {markdown(record.heading)}", "")
    if record.findings:
        yield from (*_findings(record.findings), "")
    for section in record.sections:
        yield from _section(section, told)
    if record.lines:
        yield from (*_lines(record.lines), "")


def _section(section: Section, told: Told) -> Iterator[str]:
    yield from (f"#### {markdown(section.heading)}", "")
    if section.is_folded:
        yield from (markdown(section.fold), "")
        return
    for item in section.items:
        yield from _item(item, told)
    yield ""


def _item(item: Item, told: Told) -> Iterator[str]:
    parts = [item.article, item.status, item.counts_text if item.counts is None else "", item.amount_text]
    tail = " · ".join(markdown(part) for part in parts if part)
    yield f"- **{markdown(item.title)}**" + (f" · {tail}" if tail else "")
    yield from _lines(item.lines, 1)
    if told.explains:
        yield from _lines(item.criteria, 1)


def _lines(lines: Iterable[Line], indent: int = 0, *, bold: bool = False) -> Iterator[str]:
    for line in lines:
        for depth, one in line.walk():
            text = f"**{markdown(one.text)}**" if bold else markdown(one.text)
            yield f"{'  ' * (indent + depth)}- {text}"


def _findings(findings: Iterable[FindingTold], *, named: bool = False) -> Iterator[str]:
    for finding in findings:
        parts = (finding.about if named else "", finding.text, finding.mend)
        for depth, text in enumerate(part for part in parts if part):
            yield f"{'  ' * depth}- {markdown(text)}"
