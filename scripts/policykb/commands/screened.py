"""The totals of a screening, for the terminal: a table where it fits, else clause by clause."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text as RichText

from ..columns.versions import knowing, overlays_of
from ..doors.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from rich.console import JustifyMethod

    from ..api import Policykb
    from ..columns.screen import Report
    from ..columns.summary import ClauseTotals, GroupTotals, Sums
    from ..model import Lang, Text

__all__ = ["print_report", "print_versions", "sums_text", "terminal"]

_WIDTH = 200
_HEADS = (
    "column-clause", "told-measure", "status-eligible", "status-undetermined", "status-not-eligible",
    "screen-eligible-sum", "screen-open-sum", "screen-selected",
)  # fmt: skip
_NAMES, _COUNTED = 2, 5  # the columns that name a clause, and where those end that count its records
_TITLE = 20  # the width of its title at the least
_ENDLESS = 10_000


def print_report(kb: Policykb, documents: Sequence[Policykb], report: Report, out: Path, lang: Lang) -> None:
    """Print the totals by clause, and what else is worth saying.

    Args:
        kb: the document that was screened by.
        documents: all documents that were, with it.
        report: what came of it.
        out: the folder that was written.
        lang: the reader's language.
    """
    say, console, summary = kb.wording.say, terminal(), report.summary
    _print_rows(console, kb, list(_rows(kb, report, lang)), lang)
    labels = _labels(kb, documents)
    for joint in summary.joints:
        label = labels[joint.group].get(lang)
        both = {"before": joint.before, "after": joint.after}
        ends = {name: _sums(kb, one, joint.currency, lang) for name, one in both.items()}
        told = {"group": joint.group, "label": label, "cases": f"{joint.cases:,}", **ends}
        if ends["before"] != ends["after"]:
            console.print(say("screen-joint", lang, **told))
        elif joint.cases:
            console.print(say("screen-joint-same", lang, **told))
    for currency, sums in summary.totals.items():
        console.print(say("screen-total", lang, sums=_sums(kb, sums, currency, lang)), style="bold")
    shown = {"records": f"{summary.records:,}", "covered": f"{summary.covered:,}", "invalid": f"{report.invalid:,}"}
    console.print(say("screen-done", lang, seconds=f"{report.seconds:.1f}", **shown))
    if report.ignored:
        console.print(say("screen-ignored", lang, columns=", ".join(report.ignored)))
    if report.ties:
        console.print(say("screen-ties", lang, ties=f"{report.ties:,}"))
    if report.repeated:
        console.print(say("screen-repeated", lang, count=f"{report.repeated:,}"))
    if report.doubtful:
        from ..columns.doubts import LISTED

        name = "screen-doubtful" if report.doubtful < LISTED else "screen-doubtful-first"
        console.print(say(name, lang, count=f"{report.doubtful:,}"))
    if not report.is_compared:
        console.print(say("screen-not-compared", lang))
    if followed := _followed(kb, report, lang):
        console.print(say("screen-not-followed", lang, facts=followed))
    console.print(say("screen-written", lang, folder=str(out)))


def print_versions(kb: Policykb, day: date | None, lang: Lang) -> None:
    """Print by which amendments, readings or scenarios the records were decided; nothing where there are none.

    Args:
        kb: the document that was screened by.
        day: as at which, None for the end of the period of each record.
        lang: the reader's language.
    """
    from ..reports.caveats import versions_told
    from ..reports.phrases import Phrases

    for line in versions_told(overlays_of(kb, day), Phrases(kb.book, kb.vocabulary, kb.wording, lang)):
        terminal().print(line)


def terminal() -> Terminal:
    """Sums of a whole country are long; where nobody watches the width they stay on one line."""
    return Terminal(highlight=False) if sys.stdout.isatty() else Terminal(highlight=False, width=_WIDTH)


def _sums(kb: Policykb, sums: Sums | None, currency: str | None, lang: Lang) -> str:
    """The same where nothing is a sum as well: all of it may be had in the place of another award."""
    return sums_text(kb, sums, currency, lang) or f"0.00 {currency}"


def sums_text(kb: Policykb, sums: Sums | None, currency: str | None, lang: Lang) -> str:
    """What many awards come to, from the least to the most; nothing where there is nothing."""
    if sums is None or (not sums.min and not sums.max and not sums.endless):
        return ""
    least, most = f"{sums.min:,.2f}", f"{sums.max:,.2f}"
    if sums.endless:
        # The most is that of the others alone, and may be less than the least of all.
        name = "screen-endless-some" if sums.max else "screen-endless"
        ends = {"least": f"{least} {currency}", "most": f"{most} {currency}"}
        return kb.wording.say(name, lang, count=f"{sums.endless:,}", **ends)
    return f"{least} {currency}" if sums.min == sums.max else f"{least} – {most} {currency}"


def _rows(kb: Policykb, report: Report, lang: Lang) -> Iterator[tuple[list[str], bool]]:
    """The cells of each clause and group, and whether it is one of those of which only one is had."""
    clauses: Mapping[str, ClauseTotals] = {clause.clause: clause for clause in report.summary.clauses}
    groups: Mapping[str, GroupTotals] = {group.group: group for group in report.summary.groups}
    for clause in report.summary.clauses:
        group = knowing(kb, clause.clause).book.group_of.get(clause.clause) if clause.selected is not None else None
        if group is None:
            yield _clause_cells(kb, clause, lang), False
        elif clause.clause == next(iter(groups[group.id].wins)):
            # The members stand below what their group gives, and do not add up to it.
            found = groups[group.id]
            sums, wins = sums_text(kb, found.sums, found.currency, lang), f"{sum(found.wins.values()):,}"
            yield [group.id, knowing(kb, group.id).book.title(group.id).get(lang), "", "", "", sums, "", wins], False
            for member in found.wins:
                name, *cells = _clause_cells(kb, clauses[member], lang)
                yield [f"  {kb.wording.say('screen-member', lang, clause=name)}", *cells], True


def _clause_cells(kb: Policykb, clause: ClauseTotals, lang: Lang) -> list[str]:
    counts = (clause.eligible, clause.undetermined, clause.not_eligible)
    sums = [sums_text(kb, one, clause.currency, lang) for one in (clause.eligible_sums, clause.undetermined_sums)]
    selected = "" if clause.selected is None else f"{clause.selected:,}"
    own = knowing(kb, clause.clause)
    title = own.book.title(clause.clause).get(lang)
    if own.book.clauses[clause.clause].is_unstated:
        from ..reports.phrases import Phrases

        # Money of which the text states no sum is not told as none.
        said = Phrases(own.book, own.vocabulary, own.wording, lang).concept("amount-kind", "none-stated")
        sums = [said if count else "" for count in counts[:2]]
    return [clause.clause, title, *(f"{count:,}" for count in counts), *sums, selected]


def _print_rows(console: Terminal, kb: Policykb, rows: Sequence[tuple[list[str], bool]], lang: Lang) -> None:
    heads = [kb.wording.say(name, lang) for name in _HEADS]
    table = Table(box=None)
    for number, head in enumerate(heads):
        is_title = number == 1
        justify: JustifyMethod = "left" if number < _NAMES else "right"
        table.add_column(head, justify=justify, no_wrap=not is_title, min_width=_TITLE if is_title else None)
    for cells, is_member in rows:
        table.add_row(*map(RichText, cells), style="dim" if is_member else "")
    full = Measurement.get(console, console.options.update(max_width=_ENDLESS), table).maximum
    titles = max((cell_len(cells[1]) for cells, _ in rows), default=0)
    if full - max(titles - _TITLE, 0) <= console.width:
        console.print(table)
        return
    # No figure is cut off where the terminal is too narrow for all of them side by side.
    for cells, is_member in rows:
        style = "dim" if is_member else ""
        indent = "  " if is_member else ""
        console.print(RichText(f"{cells[0]}  {cells[1]}", style=style))
        pairs = [
            (number, kb.wording.say("pair", lang, key=head, value=cell))
            for number, (head, cell) in enumerate(zip(heads, cells, strict=True))
            if cell and number >= _NAMES
        ]
        counts = "  ".join(pair for number, pair in pairs if number < _COUNTED)
        for line in (counts, *(pair for number, pair in pairs if number >= _COUNTED)):
            if line:
                console.print(RichText(f"{indent}  {line}", style=style))


def _followed(kb: Policykb, report: Report, lang: Lang) -> list[str]:
    """The facts that `apply` derives from records of earlier years where they are not stated; here they stay open."""
    types = {knowing(kb, one.clause).book.clauses[one.clause].record_type for one in report.summary.clauses}
    stated = {name for kind in types if kind for name in kb.vocabulary.record_types[kind].facts}
    facts = kb.vocabulary.facts.values()
    return [fact.label.get(lang) for fact in facts if fact.history is not None and fact.id in stated]


def _labels(kb: Policykb, documents: Sequence[Policykb]) -> dict[str, Text]:
    """What groups over several records are called: those of the document by their own names, others by whole ones."""
    found = {name: group.label for name, group in kb.book.joints.items()}
    for one in documents:
        found |= {f"{one.knowledge.policy}/{name}": group.label for name, group in one.book.joints.items()}
    return found
