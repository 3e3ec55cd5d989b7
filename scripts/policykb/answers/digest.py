"""The checksum of an answer: over all that was decided, in whatever language, format and file it stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

from ..model import Amount, CriterionResult, Decision, Entitlement, Finding, GroupDecision, OptionResult, Text
from .answer import Answer, EnterpriseTotal

__all__ = ["Digest", "answer_hash"]

_SIZE = hashlib.sha256().digest_size


class Digest:
    """The SHA-256 over those of each record, of each subject's totals, and of the findings, in their order.

    Records and subjects may be decided in any order, and more than once.

    Args:
        records, subjects: how many there are.
    """

    def __init__(self, records: int, subjects: int) -> None:
        self._records, self._subjects = bytearray(records * _SIZE), bytearray(subjects * _SIZE)

    def record(
        self,
        place: int,
        decisions: Iterable[Decision],
        groups: Iterable[GroupDecision],
        entitlements: Iterable[Entitlement],
    ) -> None:
        """Take in what was decided of a record."""
        lines: list[list[object]] = [["decision", *_decision(decision)] for decision in decisions]
        lines += (["group", one.record, one.group, one.winner, _amount(one.amount)] for one in groups)
        lines += (
            ["entitlement", one.record, one.clause, one.group, one.status, _amount(one.amount)] for one in entitlements
        )
        self._records[place * _SIZE : (place + 1) * _SIZE] = _hash(lines)

    def subject(self, number: int, sums: EnterpriseTotal) -> None:
        """Take in the totals of a subject."""
        totals = [_amount(amount) for _, amount in sorted(sums.total.items())]
        line: list[object] = [
            "total",
            sums.credit_code,
            sums.name,
            sums.records,
            totals,
            sums.eligible,
            sums.undetermined,
        ]
        self._subjects[number * _SIZE : (number + 1) * _SIZE] = _hash([line])

    def text(self, findings: Iterable[Finding]) -> str:
        """The checksum, in hexadecimal digits."""
        digest = hashlib.sha256(self._records + self._subjects)
        for finding in findings:
            if finding.severity != "info":
                digest.update(_hash([["finding", *_finding(finding)]]))
        return digest.hexdigest()


def answer_hash(answer: Answer) -> str:
    """The checksum of an answer that is held as a whole."""
    digest = Digest(len(answer.records), len(answer.enterprises))
    for place, (record, decisions) in enumerate(answer.by_record()):
        groups = [one for one in answer.groups if one.record == record.id]
        digest.record(place, decisions, groups, [one for one in answer.entitlements if one.record == record.id])
    for number, sums in enumerate(answer.enterprises):
        digest.subject(number, sums)
    return digest.text(answer.findings)


def _hash(lines: Iterable[list[object]]) -> bytes:
    return hashlib.sha256(b"\n".join(map(_line, lines))).digest()


def _line(line: list[object]) -> bytes:
    return json.dumps(line, default=str, separators=(",", ":")).encode()


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
