"""What is told of an answer as one self-contained page to read, send and print."""

from __future__ import annotations

from collections.abc import Iterable

from ..doors.outgoing import html_text
from .told import Block, FindingTold, Item, Line, RecordTold, Section, SubjectTold, Table, Told

__all__ = ["contents", "end", "head", "subject", "table", "tail", "to_html", "top"]

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --good: #2e7d32; --open: #a15c00; --bad: #c62828; }
* { box-sizing: border-box; }
body { font: 16px/1.65 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 0 auto; padding: 1rem;
  max-width: 56rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: .5rem 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .3rem; }
h3 { font-size: .95rem; font-weight: normal; color: GrayText; margin: 1rem 0 .3rem; }
h4, summary { font-size: 1.05rem; font-weight: bold; margin: 1.1rem 0 .3rem; } summary { cursor: pointer; }
summary small { font-weight: normal; color: GrayText; }
.caveats { border-left: 4px solid var(--open); background: var(--soft); padding: .4rem .8rem; font-size: .9rem; }
.caveats p { margin: .15rem 0; }
.sums { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .8rem; margin: .5rem 0; }
.sums p { margin: .1rem 0; } .sums .sum { font-size: 1.15rem; font-weight: bold; }
.item { border-top: 1px solid var(--line); padding: .5rem 0; break-inside: avoid; }
.head { display: flex; flex-wrap: wrap; gap: .1rem .6rem; align-items: baseline; }
.head .title { font-weight: bold; } .head .quiet, .quiet { color: GrayText; font-size: .9rem; }
.head .amount { margin-left: auto; font-weight: bold; text-align: right; }
ul { margin: .1rem 0 .1rem 1.2rem; padding: 0; } .lines { list-style: none; margin-left: .2rem; }
li { margin: .1rem 0; } .words, .situation, .evidence { color: GrayText; font-size: .9rem; }
.missing, .awaits, li.open, .ask, .more, .either, .outdone { color: var(--open); } .why { color: var(--bad); }
.eligible > h4 { color: var(--good); } .open > h4 { color: var(--open); }
.duty > h4, .invalid > h4 { color: var(--bad); }
.finding { border-left: 4px solid var(--open); padding: .2rem .8rem; margin: .4rem 0; }
.finding.error { border-color: var(--bad); } .finding p { margin: 0; } .mend { font-size: .9rem; }
.met { color: var(--good); } .unmet { color: var(--bad); } .unknown { color: var(--open); }
.needless { color: GrayText; }
.criteria { list-style: none; border-left: 2px solid var(--line); padding-left: .6rem; font-size: .9rem; }
.criteria ul { list-style: none; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .95rem; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .6rem; text-align: left; vertical-align: top;
  overflow-wrap: normal; }
th, td:first-child { white-space: nowrap; } .scroll td + td:not(.number) { min-width: 8em; }
td.number, th.number { text-align: right; }
footer { border-top: 1px solid var(--line); margin-top: 2rem; font-size: .85rem; color: GrayText; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } h2, h4 { break-after: avoid; } }
"""


def to_html(told: Told) -> str:
    """The page as HTML. It needs no other file and runs no script; what is folded can be unfolded in it."""
    return head(told) + "".join(subject(one, told.explains) for one in told.subjects) + tail(told)


def head(told: Told) -> str:
    """The page down to its subjects."""
    blocks = "".join(f"{_block(block)}\n" for block in told.summary)
    return top(told.title, told.lang) + f'<div class="caveats">{_paragraphs(told.caveats)}</div>\n{blocks}'


def top(title: str, lang: str, style: str = "") -> str:
    """The page down to its title; `style` is how else it looks."""
    shown = html_text(title)
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{shown}</title>\n'
        f"<style>{_STYLE}{style}</style>\n</head>\n<body>\n<h1>{shown}</h1>\n"
    )


def end() -> str:
    """The end of a page."""
    return "</body>\n</html>\n"


def tail(told: Told) -> str:
    """The page below its subjects."""
    found = ""
    if told.findings and not told.summary:
        found += f"<section><h2>{html_text(told.findings_heading)}</h2>{_findings(told.findings)}</section>\n"
    found += "<footer>\n"
    if told.notices_fold:
        found += f"<p>{html_text(told.notices_fold)}</p>\n"
    found += f"<p>{html_text(told.headline)}</p><p>{html_text(told.receipt_heading)}</p>\n"
    return found + f"{_list(told.receipt(), 'lines')}</footer>\n" + end()


def contents(heading: str, parts: Iterable[tuple[str, str]]) -> str:
    """A list of the files of subjects: each name with what it holds."""
    items = "".join(f'<li><a href="{name}">{html_text(text)}</a></li>' for name, text in parts)
    return f'<section class="block"><h2>{html_text(heading)}</h2><ul>{items}</ul></section>\n'


def _paragraphs(lines: Iterable[Line]) -> str:
    return "".join(f'<p class="{line.kind}">{html_text(line.text)}</p>' for line in lines)


def _list(lines: Iterable[Line], css: str = "") -> str:
    parts = []
    for line in lines:
        below = _list(line.children) if line.children else ""
        parts.append(f'<li class="{line.mark or line.kind}">{html_text(line.text)}{below}</li>')
    return f'<ul class="{css}">{"".join(parts)}</ul>' if parts else ""


def _findings(findings: Iterable[FindingTold], *, named: bool = False) -> str:
    parts = []
    for finding in findings:
        about = f'<p class="quiet">{html_text(finding.about)}</p>' if named and finding.about else ""
        mend = f'<p class="mend">{html_text(finding.mend)}</p>' if finding.mend else ""
        text = f"<p>{html_text(finding.text)}</p>"
        parts.append(f'<div class="finding {finding.severity}">{about}{text}{mend}</div>')
    return "".join(parts)


def _block(block: Block) -> str:
    below = table(block.table) if block.table is not None else ""
    content = _list(block.lines) + _findings(block.findings, named=True) + below
    return f'<section class="block"><h2>{html_text(block.heading)}</h2>{content}</section>'


def table(table: Table) -> str:
    """A table that scrolls sideways where there is no room."""

    def row(cells: Iterable[str], tag: str) -> str:
        found = []
        for number, cell in enumerate(cells):
            css = ' class="number"' if number in table.numeric else ""
            found.append(f"<{tag}{css}>{html_text(cell)}</{tag}>")
        return f"<tr>{''.join(found)}</tr>"

    rows = "\n".join(row(cells, "td") for cells in table.rows)
    head = row(table.columns, "th")
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def subject(subject: SubjectTold, explains: bool) -> str:
    """A subject with its records."""
    code = f' <span class="quiet">{html_text(subject.code)}</span>' if subject.code else ""
    records = "\n".join(_record(record, explains) for record in subject.records)
    sums = _paragraphs(subject.sums)
    head = f"<h2>{html_text(subject.name)}{code}</h2>"
    return f'<section class="subject">{head}<div class="sums">{sums}</div>{records}</section>\n'


def _record(record: RecordTold, explains: bool) -> str:
    sections = "\n".join(_section(section, explains) for section in record.sections)
    notes = _list(record.lines, "lines")
    return f"<h3>{html_text(record.heading)}</h3>{_findings(record.findings)}{sections}{notes}"


def _section(section: Section, explains: bool) -> str:
    items = "\n".join(_item(item, explains) for item in section.items)
    heading = html_text(section.heading)
    if section.is_folded:
        fold = f"<small>{html_text(section.counts)}</small>"
        return f'<details class="{section.kind}"><summary>{heading} {fold}</summary>{items}</details>'
    return f'<div class="{section.kind}"><h4>{heading}</h4>{items}</div>'


def _item(item: Item, explains: bool) -> str:
    quiet = [item.article, item.status, item.counts_text if item.counts is None else ""]
    head = f'<span class="title">{html_text(item.title)}</span>'
    head += "".join(f'<span class="quiet">{html_text(part)}</span>' for part in quiet if part)
    head += f'<span class="amount">{html_text(item.amount_text)}</span>' if item.amount_text else ""
    criteria = _list(item.criteria, "criteria") if explains else ""
    return f'<div class="item"><div class="head">{head}</div>{_list(item.lines, "lines")}{criteria}</div>'
