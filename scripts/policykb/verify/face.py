"""Print what a verification found, and say whether the knowledge base is sound."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..doors.crew import processors
from ..doors.terminal import Terminal
from ..errors import KnowledgeError, KnowledgeFaults
from ..law.load import documents, find_root, load, named
from ..law.rules import read_rules
from ..model import Lang, Text
from ..wording.catalogue import worded
from .official import official_shapes
from .proof import verify
from .report import Ledger, Report

__all__ = ["asked", "print_report", "run"]

_HEADS = (
    "verify-part",
    "verify-modelled",
    "verify-structural",
    "verify-set-aside",
    "verify-numerals",
    "verify-typed",
    "verify-figures",
    "verify-characters",
    "verify-covered",
)


def run(
    root: Path | None = None,
    policy: str | None = None,
    *,
    conformance: Path | None = None,
    lang: Lang = "zh",
    console: Console | None = None,
) -> int:
    """Load a knowledge base, verify it, print the report; 0 where it is sound, 1 where it is not.

    Args:
        root: the knowledge base folder; the installed one if None.
        policy: slug of the policy document; all of them if None.
        conformance: the folder of the official shapes.
        lang: the language of the report.
        console: where to print; the terminal if None.

    Raises:
        CallError: an unknown folder or policy.
    """
    out = console or Terminal()
    told: set[str] = set()
    return max(_one(root, slug, conformance, lang, out, told) for slug in asked(root, policy))


def asked(root: Path | None, policy: str | None) -> tuple[str | None, ...]:
    """The documents to verify: those that are named, else all, the examples last; None where the only one is meant."""
    if policy is not None:
        return named(policy)
    slugs = documents(find_root(root))
    return slugs if len(slugs) > 1 else (None,)


def _one(
    root: Path | None, policy: str | None, conformance: Path | None, lang: Lang, out: Console, told: set[str]
) -> int:
    """Verify one document; what was told of an earlier one, since both share it, is not told again."""
    try:
        knowledge = load(root, policy)
        official_shapes(knowledge, conformance)  # A folder without them is refused before the work begins.
        book = read_rules(knowledge)
        report = verify(knowledge, book, conformance=conformance, processes=processors())
    except KnowledgeError as error:
        faults = error.faults if isinstance(error, KnowledgeFaults) else (error,)
        new = [fault for fault in faults if str(fault) not in told]
        told |= {str(fault) for fault in new}
        for fault in (error,) if len(new) == len(faults) else new:
            out.print(escape(fault.say(lang)), highlight=False, soft_wrap=True)
        return 1
    head = book.document.title.get(lang)
    head = f"{book.document.number} {head}" if book.document.has_number else head
    out.print(escape(head), style="bold", highlight=False)
    shared = [fault for fault in report.faults if f"{fault.where}{fault.what}" not in told]
    told |= {f"{fault.where}{fault.what}" for fault in shared}
    print_report(replace(report, faults=tuple(shared)), out, lang)
    return 0 if report.sound else 1


def print_report(report: Report, console: Console, lang: Lang = "zh") -> None:
    """Print the ledger, the checks and the faults as tables."""
    console.print(_ledger(report.ledger, lang))
    console.print(_checks(report, lang))
    if report.faults:
        for number, fault in enumerate(report.faults, 1):
            head = f"{number}. [{fault.rule}] {fault.where}: {fault.what.get(lang)}"
            console.print(escape(head), highlight=False, soft_wrap=True)
            console.print(f"   {escape(fault.mend.get(lang))}", highlight=False, soft_wrap=True)
    console.print(_verdict(report).get(lang), highlight=False, soft_wrap=True)


def _ledger(ledger: Ledger, lang: Lang) -> Table:
    table = Table(title=worded("verify-ledger").get(lang), padding=(0, 0))
    for index, head in enumerate(_HEADS):
        text = index in (0, 3)
        table.add_column(worded(head).get(lang), justify="left" if text else "right", no_wrap=not text, overflow="fold")
    for row in ledger.rows:
        reasons = ("、" if lang == "zh" else ", ").join(reason.get(lang) for reason in row.reasons)
        share = 100 * row.covered / row.characters if row.characters else 0.0
        table.add_row(
            row.id,
            str(row.modelled),
            str(row.structural),
            f"{row.set_aside}: {reasons}" if row.set_aside else "",
            str(row.numerals),
            str(row.typed),
            str(row.figures),
            str(row.characters),
            f"{share:.0f}%",
        )
    table.add_section()
    table.add_row(
        worded("verify-total").get(lang),
        *(str(sum(getattr(row, name) for row in ledger.rows)) for name in ("modelled", "structural", "set_aside")),
        f"{ledger.numerals} ({ledger.share_of_numerals:.1f}%)",
        *(str(sum(getattr(row, name) for row in ledger.rows)) for name in ("typed", "figures")),
        str(ledger.characters),
        f"{ledger.share_of_characters:.1f}%",
    )
    return table


def _checks(report: Report, lang: Lang) -> Table:
    table = Table(title=worded("verify-checks").get(lang))
    for head in ("verify-rule", "verify-what", "verify-examined", "verify-result"):
        is_count = head == "verify-examined"
        table.add_column(worded(head).get(lang), justify="right" if is_count else "left", overflow="fold")
    faulty = Counter(fault.rule for fault in report.faults)
    for check in report.checks:
        count = faulty.pop(check.rule, 0) if check.rule != "official" else 0
        if check.rule == "official":
            known = {each.rule for each in report.checks}
            count = sum(number for rule, number in faulty.items() if rule not in known)
        result = worded("verify-passed") if not count else worded("verify-faults", count=count)
        table.add_row(check.rule, check.label.get(lang), str(check.examined), (check.skipped or result).get(lang))
    return table


def _verdict(report: Report) -> Text:
    if report.sound:
        return worded("verify-sound")
    return worded("verify-unsound", count=len(report.faults))
