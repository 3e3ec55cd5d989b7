"""The checksum of an answer: over all that was decided, in whatever language, format and file it stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from ..model import Amount, CriterionResult, Decision, Finding, OptionResult, Text
from .answer import Answer

__all__ = ["answer_hash"]


def answer_hash(answer: Answer) -> str:
    """The SHA-256 over decisions, groups, entitlements, totals and findings, line by line."""
    digest = hashlib.sha256()
    for line in _lines(answer):
        digest.update(json.dumps(line, default=str, separators=(",", ":")).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _lines(answer: Answer) -> Iterator[list[object]]:
    for decision in answer.decisions:
        yield ["decision", *_decision(decision)]
    for group in answer.groups:
        yield ["group", group.record, group.group, group.winner, _amount(group.amount)]
    for one in answer.entitlements:
        yield ["entitlement", one.record, one.clause, one.group, one.status, _amount(one.amount)]
    for sums in answer.enterprises:
        totals = [_amount(amount) for _, amount in sorted(sums.total.items())]
        yield ["total", sums.credit_code, sums.name, sums.records, totals, sums.eligible, sums.undetermined]
    for finding in answer.findings:
        if finding.severity != "info":
            yield ["finding", *_finding(finding)]


def _decision(decision: Decision) -> Iterator[object]:
    yield from (decision.record, decision.clause, decision.article, decision.status, _amount(decision.amount))
    yield from (decision.selected, decision.suppressed_by, decision.missing, decision.readings)
    yield [(fact, body.id) for fact, body in decision.awaiting]
    yield None if decision.fallback is None else decision.fallback.id
    yield [_text(note) for note in decision.notes]
    yield [_criterion(result) for result in decision.criteria]
    yield [_option(result) for result in decision.options]
    yield [list(_finding(finding)) for finding in decision.findings]


def _criterion(result: CriterionResult) -> list[object]:
    return [result.criterion.id, result.truth, result.required, result.actual, result.gap, result.is_needed]


def _option(result: OptionResult) -> list[object]:
    return [result.option.iri, result.truth, _amount(result.amount), sorted(result.values.items())]


def _finding(finding: Finding) -> Iterator[object]:
    """What was found, wherever it stood: the same records in another file have the same answer."""
    yield from (finding.rule, finding.severity, _text(finding.message), _text(finding.mend))
    yield from (finding.record, finding.fact, finding.value)


def _amount(amount: Amount | None) -> list[object]:
    return [] if amount is None else [amount.min, amount.max, amount.currency]


def _text(text: Text) -> list[str]:
    return [text.zh, text.en]
