"""An answer as a table for the terminal, gathered by subject and record."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text as RichText

from ..answers import Answer, EnterpriseTotal
from ..model import Decision, Finding, GroupDecision, Record
from .phrases import Phrases, readable

__all__ = ["print_table"]

_STYLES = {"eligible": "green", "undetermined": "yellow", "not-eligible": "dim", "invalid-record": "red"}
_ORDER = ("eligible", "undetermined", "not-eligible", "not-in-force", "not-applicable", "invalid-record")


def print_table(
    console: Console, answer: Answer, phrases: Phrases, *, explain: bool = False, everything: bool = False
) -> None:
    """Print an answer: a block per subject, a table per record, money first.

    Args:
        console: where to print.
        answer: what was decided.
        phrases: the wordings in the reader's language.
        explain: list every criterion with its truth, values and words.
        everything: unfold the clauses without money and those that do not fit.
    """
    if not answer.records:
        console.print(phrases.say("nothing"))
    groups: dict[str, list[GroupDecision]] = {}
    for group in answer.groups:
        groups.setdefault(group.record, []).append(group)
    for enterprise, owned in answer.by_enterprise():
        console.print(_headline(enterprise, phrases))
        for record, decisions in owned:
            console.print(_record_line(record, phrases))
            for part in _record(decisions, groups.get(record.id, []), phrases, explain, everything):
                console.print(part)
        console.print()
    _print_findings(console, answer.findings, phrases)
    document = phrases.book.document
    console.print(
        phrases.say("headline", count=len(answer.enterprises), records=len(answer.records), document=document.number),
        style="bold",
    )
    if answer.receipt.overlays:
        console.print("--with " + " --with ".join(answer.receipt.overlays))
    console.print(phrases.say("legend"), style="dim")


def _headline(enterprise: EnterpriseTotal, phrases: Phrases) -> RichText:
    head = RichText(f"■ {enterprise.name or enterprise.records[0]}", style="bold")
    if enterprise.credit_code:
        head.append(f"  {enterprise.credit_code}", style="dim")
    totals = [phrases.amount(total) for total in enterprise.total.values()]
    if totals:
        head.append(f"  {phrases.say('total-line')}: " + " + ".join(totals), style="cyan")
    return head


def _record_line(record: Record, phrases: Phrases) -> RichText:
    kind = phrases.vocabulary.record_types.get(record.type)
    label = kind.label.get(phrases.lang) if kind else record.type
    return RichText(f"  {label} · {record.period} · {record.id}")


def _record(
    decisions: list[Decision], groups: list[GroupDecision], phrases: Phrases, explain: bool, everything: bool
) -> Iterator[RenderableType]:
    clauses = phrases.book.clauses
    money = [d for d in decisions if d.clause is None or clauses[d.clause].grants_money]
    folded = [] if everything or not money else [d for d in decisions if d not in money]
    shown = [d for d in decisions if d not in folded]
    if shown and all(d.status == "not-in-force" for d in shown) and not everything:
        shown, folded = shown[:1], []
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 2))
    table.add_column(phrases.say("column-clause"), ratio=3)
    table.add_column(phrases.say("column-status"), no_wrap=True)
    table.add_column(phrases.say("column-amount"), justify="right", ratio=2)
    table.add_column(phrases.say("column-reason"), ratio=6, overflow="fold")
    for decision in sorted(shown, key=lambda d: (_ORDER.index(d.status), d.suppressed_by is not None)):
        style = "dim" if decision.suppressed_by else _STYLES.get(decision.status, "")
        table.add_row(*_row(decision, phrases, explain), style=style)
    if shown:
        yield table
    for group in groups:
        if group.winner is None and group.amount is not None:
            yield RichText(f"    {phrases.say('group-open')}: {phrases.amount(group.amount)}", style="yellow")
    if folded:
        yield RichText("    " + _fold(folded, phrases), style="dim")


def _row(decision: Decision, phrases: Phrases, explain: bool) -> list[RenderableType]:
    clause = phrases.book.clauses.get(decision.clause or "")
    name = "" if clause is None else f"{phrases.article(clause)} {clause.title.get(phrases.lang)}"
    amount = phrases.granted(decision)
    parts = [phrases.reason(decision)]
    if clause is not None and decision.status == "eligible" and decision.suppressed_by is None:
        parts.insert(0, f"“{'…'.join(_words(decision, phrases))}”")
    reason: RenderableType = RichText(" ".join(part for part in parts if part))
    if explain:
        reason = Group(reason, *_explanation(decision, phrases))
    return [RichText(name), RichText(phrases.status(decision)), RichText(amount), reason]


def _words(decision: Decision, phrases: Phrases) -> list[str]:
    """The words an award rests on: those of the option that gave the amount, else of the provision."""
    clause = phrases.book.clauses[decision.clause or ""]
    met = {r.criterion.iri for r in decision.criteria if r.truth == "met"}
    found: list[str] = []
    for option in clause.options:
        bounds = option.condition.leaves() if option.condition else ()
        if all(criterion.iri in met for criterion in bounds):
            lower = [criterion for criterion in bounds if criterion.atoms[0].op in ("ge", "gt")] or list(bounds)
            found += [*(criterion.words for criterion in lower[:1]), option.words]
    words = [w for w in found if w] or [phrases.book.provisions[name].quote for name in clause.provisions]
    return [readable(w) for w in dict.fromkeys(words)]


def _explanation(decision: Decision, phrases: Phrases) -> Iterator[RichText]:
    for result in decision.criteria:
        yield RichText(f"{phrases.criterion(result)} “{readable(result.quote)}” [{result.criterion.provision}]")
    for note in decision.notes:
        yield RichText(f"※ {note.get(phrases.lang)}")


def _fold(decisions: list[Decision], phrases: Phrases) -> str:
    counts = {status: sum(d.status == status for d in decisions) for status in _ORDER}
    return phrases.say(
        "folded",
        count=len(decisions),
        applies=counts["eligible"],
        open=counts["undetermined"],
        **{"not": len(decisions) - counts["eligible"] - counts["undetermined"]},
    )


def _print_findings(console: Console, findings: tuple[Finding, ...], phrases: Phrases) -> None:
    shown = [finding for finding in findings if finding.severity != "info"]
    if not shown:
        return
    console.print(RichText(phrases.say("findings"), style="bold"))
    for finding in shown:
        style = "red" if finding.severity == "error" else "yellow"
        where = place_text(finding, phrases)
        console.print(
            RichText(
                f"  {phrases.say(f'severity-{finding.severity}')} {where}: {finding.message.get(phrases.lang)}",
                style=style,
            )
        )
        mend = finding.mend.get(phrases.lang)
        if mend:
            console.print(RichText(f"    {mend}", style="dim"))
    console.print()


def place_text(finding: Finding, phrases: Phrases) -> str:
    """File, sheet, row and column of a finding, as a reader would look it up."""
    place = finding.place
    parts = [place.file]
    if place.sheet:
        parts.append(phrases.say("sheet", sheet=place.sheet))
    if place.row:
        parts.append(phrases.say("row", row=place.row))
    if place.column:
        parts.append(place.column)
    return phrases.join(parts)
