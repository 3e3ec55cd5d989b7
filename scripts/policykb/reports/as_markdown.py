"""An answer as Markdown: a heading per subject, a table per record."""

from __future__ import annotations

from ..answers import Answer
from .phrases import Phrases

__all__ = ["to_markdown"]


def to_markdown(answer: Answer, phrases: Phrases) -> str:
    """The answer as Markdown text; what stands in the data is escaped."""
    lines: list[str] = []
    for enterprise, owned in answer.by_enterprise():
        lines += [
            f"## {_plain(enterprise.name or enterprise.records[0])} {_plain(enterprise.credit_code or '')}".rstrip(),
            "",
        ]
        for total in enterprise.total.values():
            lines += [f"{phrases.say('total-line')}: {phrases.amount(total)}", ""]
        for record, decisions in owned:
            kind = phrases.vocabulary.record_types.get(record.type)
            label = kind.label.get(phrases.lang) if kind else record.type
            lines += [f"### {_plain(label)} {_plain(record.period)} ({_plain(record.id)})", ""]
            heads = [phrases.say(f"column-{column}") for column in ("clause", "status", "amount", "reason")]
            lines += [f"| {' | '.join(heads)} |", "|---|---|---:|---|"]
            for decision in decisions:
                clause = phrases.book.clauses.get(decision.clause or "")
                title = f"{phrases.article(clause)} {clause.title.get(phrases.lang)}" if clause else ""
                cells = [title, phrases.status(decision), phrases.granted(decision), phrases.reason(decision)]
                lines.append(f"| {' | '.join(_plain(cell) for cell in cells)} |")
            lines.append("")
    lines += [phrases.say("legend"), ""]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text that Markdown takes as it is."""
    folded = " ".join(text.split())
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|~" else char for char in folded)
