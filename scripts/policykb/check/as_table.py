"""Findings for the terminal: each with its place, what is wrong and the mend; then a summary."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from ..doors.terminal import put
from ..reports.phrases import Phrases
from ..reports.places import place_words
from .regions import told_regions
from .run import CheckReport, Located

__all__ = ["MOST_SHOWN", "print_report", "rule_words"]

MOST_SHOWN = 200
_STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}


def print_report(console: Console, report: CheckReport, phrases: Phrases, *, most: int | None = MOST_SHOWN) -> None:
    """Print a report; where all is listed, also what the parts of the sheets were taken for.

    Args:
        console: where to print.
        report: what was found.
        phrases: the wordings in the reader's language.
        most: the number of findings to list; None for all.
    """
    if most is None:
        _regions(console, report, phrases)
    shown = report.findings if most is None else report.findings[:most]
    for located in shown:
        _finding(console, located, phrases)
    beyond = len(report.findings) - len(shown) + report.left_out
    if beyond:
        put(console, phrases.say("check-beyond", count=beyond), style="dim")
    if shown:
        console.print()
    if report.rules:
        console.print(_rules(report, phrases))
    _clauses(console, report, phrases)
    put(console, summary(report, phrases), style="bold")


def summary(report: CheckReport, phrases: Phrases) -> str:
    """How many records there were, how many of them are wrong, and how many findings of each kind."""
    total = sum(report.records.values())
    if not total:
        return phrases.say("check-nothing", files=phrases.join(report.files))
    kinds = phrases.vocabulary.record_types
    types = phrases.join(f"{kinds[kind].label.get(phrases.lang)} {number:,}" for kind, number in report.records.items())
    return phrases.say(
        "check-summary",
        records=f"{total:,}",
        types=types,
        invalid=f"{sum(report.invalid.values()):,}",
        errors=f"{report.count('error'):,}",
        warnings=f"{report.count('warning'):,}",
    )


def rule_words(located: Located, phrases: Phrases) -> str:
    """The articles whose answer depends on the fact, or that all clauses do: the record cannot be decided."""
    if located.clauses and located.finding.fact not in phrases.vocabulary.facts:
        return phrases.say("check-all-clauses", count=len(located.clauses))
    return phrases.join(dict.fromkeys(phrases.article(phrases.book.clauses[name]) for name in located.clauses))


def _regions(console: Console, report: CheckReport, phrases: Phrases) -> None:
    for sheet in told_regions(report.regions, phrases):
        console.print(RichText(sheet.heading, style="bold"))
        for part in sheet.parts:
            put(console, f"{part.rows}  {part.taken_for}{f'  {part.why}' if part.why else ''}", 2)
            for column in part.columns:
                put(console, column, 4, "dim")
        console.print()
    if report.regions.left_out:
        put(console, phrases.say("region-beyond", count=report.regions.left_out), style="dim")


def _finding(console: Console, located: Located, phrases: Phrases) -> None:
    finding = located.finding
    line = RichText(phrases.say(f"severity-{finding.severity}"), style=_STYLES[finding.severity])
    line.append(f" {phrases.say('pair', key=place_words(finding, phrases), value='')}", style="bold")
    line.append(finding.message.get(phrases.lang))
    put(console, line)
    mend = finding.mend.get(phrases.lang)
    tail = f"{mend} [{finding.rule}]"
    depends = rule_words(located, phrases)
    if depends:
        tail += f" {phrases.say('check-depends', articles=depends)}"
    put(console, tail, 2, "dim")


def _rules(report: CheckReport, phrases: Phrases) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(phrases.say("check-rule"), overflow="fold")
    table.add_column(phrases.say("check-severity"), overflow="fold")
    table.add_column(phrases.say("check-count"), justify="right")
    for (rule, severity), number in report.rules.items():
        table.add_row(rule, phrases.say(f"severity-{severity}"), f"{number:,}", style=_STYLES[severity])
    return table


def _clauses(console: Console, report: CheckReport, phrases: Phrases) -> None:
    if not report.clauses:
        return
    console.print()
    console.print(RichText(phrases.say("check-clauses"), style="bold"))
    for name, number in report.clauses.items():
        clause = phrases.book.clauses[name]
        title = f"{phrases.article(clause)} {clause.title.get(phrases.lang)}"
        put(console, phrases.say("pair", key=f"{title} ({name})", value=f"{number:,}"), 2)
    console.print()
