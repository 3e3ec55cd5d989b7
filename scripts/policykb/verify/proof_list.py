"""Print what the solver found about the rules, each finding with its words and records that show it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text as RichText

from ..model import Lang
from ..wording.texts import Wording
from .finding import Finding

__all__ = ["print_proof"]


def print_proof(console: Console, findings: Sequence[Finding], wording: Wording, lang: Lang) -> None:
    """Print findings in the document's order; faults in red."""
    console.print(RichText(wording.say("proof-heading", lang), style="bold"))
    for finding in findings:
        head = wording.say(f"proof-{finding.kind}", lang)
        style = "red" if finding.fault else "yellow"
        console.print(RichText(f"  [{head}] {finding.clause}: {finding.what.get(lang)}", style=style))
        for citation in finding.citations:
            console.print(RichText(f"    “{' '.join(citation.words.split())}” [{citation.provision}]"))
        for number, witness in enumerate(finding.witnesses):
            amount = finding.amounts[number] if number < len(finding.amounts) else None
            brings = "" if amount is None else f"  → {amount:,.2f} {finding.currency or ''}"
            console.print(RichText(f"    {json.dumps(witness, ensure_ascii=False, default=str)}{brings}", style="dim"))
    faults = sum(finding.fault for finding in findings)
    console.print(wording.say("proof-verdict", lang, count=len(findings), faults=faults))
