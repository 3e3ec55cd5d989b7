"""What is told of an answer as Markdown: headings, lists and small tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..doors.outgoing import markdown
from .told import Block, FindingTold, Item, Line, RecordTold, Section, SubjectTold, Table, Told

__all__ = ["contents", "end", "head", "subject", "tail", "to_markdown", "top"]


def to_markdown(told: Told) -> str:
    """The Markdown text; what stands in the data is escaped."""
    return head(told) + "".join(subject(one, told.explains) for one in told.subjects) + tail(told)


def head(told: Told) -> str:
    """The text down to its subjects."""
    return top(told.title, told.lang) + _lined(_head(told))


def top(title: str, lang: str) -> str:
    """The title; the language makes no difference to it."""
    return f"# {markdown(title)}\n\n"


def end() -> str:
    """Nothing is to be closed."""
    return ""


def subject(subject: SubjectTold, explains: bool) -> str:
    """A subject with its records."""
    return _lined(_subject(subject, explains))


def tail(told: Told) -> str:
    """The text below its subjects."""
    return _lined(_tail(told))


def contents(heading: str, parts: Iterable[tuple[str, str]]) -> str:
    """A list of the files of subjects: each name with what it holds."""
    return _lined((f"## {markdown(heading)}", "", *(f"- [{markdown(text)}]({name})" for name, text in parts), ""))


def _lined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _head(told: Told) -> Iterator[str]:
    for line in told.caveats:
        yield from (f"> {markdown(line.text)}", ">")
    yield ""
    for block in told.summary:
        yield from _block(block)


def _tail(told: Told) -> Iterator[str]:
    if told.findings and not told.summary:
        yield from (f"## {markdown(told.findings_heading)}", "")
        yield from _findings(told.findings)
        yield ""
    if told.notices_fold:
        yield from (markdown(told.notices_fold), "")
    yield from (markdown(told.headline), "", f"**{markdown(told.receipt_heading)}**", "")
    yield from _lines(told.receipt())


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


def _subject(subject: SubjectTold, explains: bool) -> Iterator[str]:
    yield from (f"## {markdown(subject.heading)}", "")
    yield from _lines(subject.sums, bold=True)
    yield ""
    for record in subject.records:
        yield from _record(record, explains)


def _record(record: RecordTold, explains: bool) -> Iterator[str]:
    yield from (f"### {markdown(record.heading)}", "")
    if record.findings:
        yield from (*_findings(record.findings), "")
    for section in record.sections:
        yield from _section(section, explains)
    if record.lines:
        yield from (*_lines(record.lines), "")


def _section(section: Section, explains: bool) -> Iterator[str]:
    yield from (f"#### {markdown(section.heading)}", "")
    if section.is_folded:
        yield from (markdown(section.fold), "")
        return
    for item in section.items:
        yield from _item(item, explains)
    yield ""


def _item(item: Item, explains: bool) -> Iterator[str]:
    parts = [item.article, item.status, item.counts_text if item.counts is None else "", item.amount_text]
    tail = " · ".join(markdown(part) for part in parts if part)
    yield f"- **{markdown(item.title)}**" + (f" · {tail}" if tail else "")
    yield from _lines(item.lines, 1)
    if explains:
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
