"""Findings as one self-contained page: the sheet's rows as they are, with the marked cells and what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ..doors.outgoing import html_text
from ..model import Severity, letters
from ..readers.raw import raw_tables
from ..readers.sources import FORMATS
from ..readers.tables import Row, TableReader
from ..reports.phrases import Phrases
from ..reports.places import place_words
from .as_table import rule_words, summary
from .run import CheckReport, Located

__all__ = ["MOST_ROWS", "page"]

MOST_ROWS = 2000
"""Rows with findings that one table of the page shows."""
_SHORT = 300  # rows of a table that is shown as a whole
_HEAD = 3  # rows that a long table shows in any case, for its header
_WIDEST = 80  # columns
_MARKS: dict[Severity, str] = {"error": "✗", "warning": "!", "info": "i"}
_GRAVEST: tuple[Severity, ...] = ("error", "warning", "info")
_STYLE = """
:root { color-scheme: light dark; --line: #8886; --error: #c62828; --warning: #b26a00; --info: #1565c0; }
body { font: 15px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 2rem auto; max-width: 96vw;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .15rem .5rem; text-align: left;
  vertical-align: top; white-space: nowrap; }
.scroll td { max-width: 24rem; overflow: hidden; text-overflow: ellipsis; }
thead th, tbody th { background: #8882; font-weight: normal; color: GrayText; }
tr.told td { white-space: normal; border-top: none; padding-left: 1.5rem; max-width: none; overflow: visible; }
tr.told div { position: sticky; left: 1.5rem; width: fit-content; max-width: calc(96vw - 8rem); }
.error { --tone: var(--error); } .warning { --tone: var(--warning); } .info { --tone: var(--info); }
td.error, td.warning, td.info { outline: 2px solid var(--tone); outline-offset: -2px;
  background: color-mix(in srgb, var(--tone) 14%, transparent); }
.mark { color: var(--tone); font-weight: bold; } .mend { color: GrayText; }
table.list td { white-space: normal; }
@media print { body { margin: 0; max-width: none; } .scroll td { white-space: normal; overflow-wrap: anywhere; }
  tr { break-inside: avoid; } }
"""


def page(report: CheckReport, phrases: Phrases, reader: TableReader) -> str:
    """The page as HTML. It needs no other file and runs no script.

    Args:
        report: what was found; of its files those that are tables are read once more for their rows.
        phrases: the wordings in the reader's language.
        reader: what read the tables.
    """
    lang = "zh-CN" if phrases.lang == "zh" else "en"
    title = html_text(phrases.say("check-title"))
    body = "\n".join(_body(report, phrases, reader))
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )


def _body(report: CheckReport, phrases: Phrases, reader: TableReader) -> Iterator[str]:
    yield f"<p><strong>{html_text(summary(report, phrases))}</strong></p>"
    if not report.findings:
        yield f"<p>{html_text(phrases.say('check-no-finding'))}</p>"
        return
    yield _counts(report, phrases)
    by_table: defaultdict[tuple[str, str | None], list[Located]] = defaultdict(list)
    for located in report.findings:
        by_table[located.finding.place.file, located.finding.place.sheet].append(located)
    shown: set[tuple[str, str | None]] = set()
    for file in report.files:
        if FORMATS.get(Path(file).suffix.lower()) not in ("csv", "workbook"):
            continue
        for sheet, rows in raw_tables(Path(file), reader):
            found = by_table.get((file, sheet), [])
            if any(located.finding.place.row for located in found):
                shown.add((file, sheet))
                yield f"<h2>{html_text(file if sheet is None else f'{file} · {sheet}')}</h2>"
                yield from _table(rows, found, phrases)
    rest = [
        located
        for key, found in by_table.items()
        for located in found
        if key not in shown or located.finding.place.row is None
    ]
    if rest:
        if shown:
            yield f"<h2>{html_text(phrases.say('check-elsewhere'))}</h2>"
        yield _list(rest, phrases)
    if report.left_out:
        yield f"<p>{html_text(phrases.say('check-beyond', count=report.left_out))}</p>"


def _counts(report: CheckReport, phrases: Phrases) -> str:
    rows = "".join(
        f'<tr class="{severity}"><td><span class="mark">{_MARKS[severity]}</span> '
        f"{html_text(phrases.say(f'severity-{severity}'))}</td><td>{html_text(rule)}</td><td>{number:,}</td></tr>"
        for (rule, severity), number in report.rules.items()
    )
    clauses = "".join(
        f"<li>{html_text(phrases.article(phrases.book.clauses[name]))} "
        f"{html_text(phrases.book.clauses[name].title.get(phrases.lang))} "
        f"<code>{html_text(name)}</code>: {number:,}</li>"
        for name, number in report.clauses.items()
    )
    heads = "".join(f"<th>{html_text(phrases.say(f'check-{name}'))}</th>" for name in ("severity", "rule", "count"))
    found = f'<table class="list"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    if clauses:
        found += f"<details><summary>{html_text(phrases.say('check-clauses'))}</summary><ul>{clauses}</ul></details>"
    return found


def _table(rows: Iterable[Row], found: list[Located], phrases: Phrases) -> Iterator[str]:
    by_row: defaultdict[int, list[Located]] = defaultdict(list)
    for located in found:
        if located.finding.place.row is not None:
            by_row[located.finding.place.row].append(located)
    kept: dict[int, dict[int, str]] = {}
    whole: dict[int, dict[int, str]] | None = {}
    beyond = 0
    width = max((located.finding.place.index or 0 for located in found), default=0) + 1
    for number, cells in rows:
        if not (whole is not None or number <= _HEAD or number in by_row):
            continue
        texts = {index: cell.text for index, cell in cells.items() if index < _WIDEST and cell.text}
        if whole is not None:
            whole[number] = texts
            if len(whole) > _SHORT:
                whole = None
        if number <= _HEAD or number in by_row:
            if len(kept) < MOST_ROWS:
                kept[number] = texts
            else:
                beyond += 1
    shown = kept if whole is None else whole
    width = min(max((max(texts, default=0) + 1 for texts in shown.values()), default=width), _WIDEST)
    if whole is None:
        yield f"<p>{html_text(phrases.say('check-some-rows'))}</p>"
    yield '<div class="scroll"><table><thead><tr><th></th>'
    yield "".join(f"<th>{letters(index)}</th>" for index in range(width)) + "</tr></thead><tbody>"
    for number, texts in shown.items():
        yield _row(number, texts, by_row.get(number, []), width, phrases)
    yield "</tbody></table></div>"
    if beyond:
        yield f"<p>{html_text(phrases.say('check-more-rows', count=beyond))}</p>"


def _row(number: int, texts: Mapping[int, str], found: list[Located], width: int, phrases: Phrases) -> str:
    grave: dict[int, Severity] = {}
    for severity in reversed(_GRAVEST):
        grave |= {
            located.finding.place.index: severity
            for located in found
            if located.finding.severity == severity and located.finding.place.index is not None
        }
    cells = ""
    for index in range(width):
        mark = grave.get(index)
        text = html_text(texts.get(index, ""))
        if mark is None:
            cells += f"<td>{text}</td>"
        else:
            title = " / ".join(
                located.finding.message.get(phrases.lang) for located in found if located.finding.place.index == index
            )
            sign = f'<span class="mark">{_MARKS[mark]}</span>'
            cells += f'<td class="{mark}" title="{html_text(title)}">{sign} {text}</td>'
    told = "".join(f"<div>{_message(located, phrases)}</div>" for located in found)
    row = f"<tr><th>{number}</th>{cells}</tr>"
    return row + (f'\n<tr class="told"><th></th><td colspan="{width}">{told}</td></tr>' if told else "")


def _message(located: Located, phrases: Phrases) -> str:
    finding = located.finding
    place = finding.place
    where = " ".join(part for part in (place.cell, phrases.fact(place.column or "")) if part)
    depends = rule_words(located, phrases)
    tail = f" · {html_text(phrases.say('check-depends', articles=depends))}" if depends else ""
    return (
        f'<span class="{finding.severity}"><span class="mark">{_MARKS[finding.severity]} '
        f"{html_text(phrases.say(f'severity-{finding.severity}'))}</span></span> {html_text(where)} "
        f'{html_text(finding.message.get(phrases.lang))} <span class="mend">{html_text(finding.mend.get(phrases.lang))}'
        f" [{html_text(finding.rule)}]{tail}</span>"
    )


def _list(found: list[Located], phrases: Phrases) -> str:
    names = ("severity", "place", "value", "problem", "mend", "affects")
    heads = "".join(f"<th>{html_text(phrases.say(f'check-{name}'))}</th>" for name in names)
    rows = []
    for located in found:
        finding = located.finding
        mark = f'<span class="mark">{_MARKS[finding.severity]}</span> '
        cells = (
            mark + html_text(phrases.say(f"severity-{finding.severity}")),
            html_text(place_words(finding, phrases)),
            html_text(finding.value or ""),
            html_text(f"{finding.message.get(phrases.lang)} [{finding.rule}]"),
            html_text(finding.mend.get(phrases.lang)),
            html_text(rule_words(located, phrases)),
        )
        rows.append(f'<tr class="{finding.severity}">' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return f'<table class="list"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
