"""An answer as one self-contained page to read, send and print: a section per subject, its clauses and the words."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ..answers import Answer, EnterpriseTotal
from ..model import Decision, Record
from .phrases import Phrases, readable

__all__ = ["to_html"]

_ORDER = ("eligible", "undetermined", "not-eligible", "not-in-force", "not-applicable", "invalid-record")
_STYLE = """
:root { color-scheme: light dark; --line: #8886; --eligible: #2e7d32; --undetermined: #b26a00;
  --invalid-record: #c62828; }
body { font: 15px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 2rem auto; max-width: 72rem;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .3rem; } h3 { font-size: 1rem; margin: 1rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; vertical-align: top; }
th { background: #8882; font-weight: normal; } th:first-child { width: 13rem; } th:nth-child(2) { width: 6rem; }
th:nth-child(3) { width: 9rem; } td.amount { text-align: right; white-space: nowrap; }
.eligible b { color: var(--eligible); } .undetermined b { color: var(--undetermined); }
.invalid-record b { color: var(--invalid-record); } .quiet { color: GrayText; }
@media print { body { margin: 0; max-width: none; } section { break-inside: avoid; } }
"""


def to_html(answer: Answer, phrases: Phrases, *, everything: bool = False) -> str:
    """The answer as HTML. The page needs no other file and runs no script.

    Args:
        answer: what was decided.
        phrases: the wordings in the reader's language.
        everything: also the clauses without money.
    """
    lang = "zh-CN" if phrases.lang == "zh" else "en"
    document = phrases.book.document
    title = escape(f"{document.number} {document.title.get(phrases.lang)}")
    body = "\n".join(_body(answer, phrases, everything))
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )


def _body(answer: Answer, phrases: Phrases, everything: bool) -> Iterator[str]:
    document = phrases.book.document
    head = phrases.say("headline", count=len(answer.enterprises), records=len(answer.records), document=document.number)
    yield f"<p><strong>{escape(head)}</strong> {escape(phrases.say('legend'))}</p>"
    for enterprise, owned in answer.by_enterprise():
        yield f"<section>\n<h2>{escape(_name(enterprise))}</h2>"
        totals = [phrases.amount(total) for total in enterprise.total.values()]
        if totals:
            yield f"<p>{escape(phrases.say('total-line'))}: <strong>{escape(' + '.join(totals))}</strong></p>"
        for record, decisions in owned:
            yield _table(record, decisions, phrases, everything)
        yield "</section>"
    receipt = answer.receipt
    yield (
        f'<p class="quiet">policykb {escape(receipt.version)} · sha256:{receipt.rules} · sha256:{receipt.records}'
        + (f" · {escape(' '.join(receipt.overlays))}" if receipt.overlays else "")
        + "</p>"
    )


def _name(enterprise: EnterpriseTotal) -> str:
    return " ".join(filter(None, (enterprise.name or enterprise.records[0], enterprise.credit_code)))


def _table(record: Record, decisions: list[Decision], phrases: Phrases, everything: bool) -> str:
    clauses = phrases.book.clauses
    money = [d for d in decisions if d.clause is None or clauses[d.clause].grants_money]
    shown = decisions if everything or not money else money
    kind = phrases.vocabulary.record_types.get(record.type)
    label = kind.label.get(phrases.lang) if kind else record.type
    heads = "".join(
        f"<th>{escape(phrases.say(f'column-{name}'))}</th>" for name in ("clause", "status", "amount", "reason")
    )
    rows = "\n".join(_row(d, phrases) for d in sorted(shown, key=lambda d: _ORDER.index(d.status)))
    return (
        f"<h3>{escape(f'{label} · {record.period} · {record.id}')}</h3>\n"
        f"<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table>"
    )


def _row(decision: Decision, phrases: Phrases) -> str:
    clause = phrases.book.clauses.get(decision.clause or "")
    name = "" if clause is None else f"{phrases.article(clause)} {clause.title.get(phrases.lang)}"
    quote = "" if clause is None else f"“{readable(phrases.book.provisions[clause.provisions[0]].quote)}”"
    notes = [phrases.reason(decision), *(note.get(phrases.lang) for note in decision.notes)]
    reason = " ".join(dict.fromkeys(escape(note) for note in notes if note))
    cells = (
        f"<td>{escape(name)}</td><td><b>{escape(phrases.status(decision))}</b></td>"
        f'<td class="amount">{escape(phrases.granted(decision))}</td>'
        f'<td>{reason} <span class="quiet">{escape(quote)}</span></td>'
    )
    return f'<tr class="{decision.status}">{cells}</tr>'
