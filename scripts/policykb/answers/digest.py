"""The checksum of an answer: over all that was decided, in whatever language, format and file it stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Iterator

from ..model import Amount, CriterionResult, Decision, Entitlement, Finding, GroupDecision, OptionResult, Text
from .answer import Answer, EnterpriseTotal

__all__ = ["Digest", "answer_hash"]

_SIZE = hashlib.sha256().digest_size
_KEPT = 2**12  # notes and criteria


class Digest:
    """The SHA-256 over those of each record, of each subject's totals, and of the findings, in their order.

    Records and subjects may be decided in any order, and more than once.

    Args:
        records, subjects: how many there are.
    """

    def __init__(self, records: int, subjects: int) -> None:
        self._records, self._subjects = bytearray(records * _SIZE), bytearray(subjects * _SIZE)
        self._kept: dict[int, tuple[object, str]] = {}
        self._heads: dict[Hashable, str] = {}

    def record(
        self,
        place: int,
        decisions: Iterable[Decision],
        groups: Iterable[GroupDecision],
        entitlements: Iterable[Entitlement],
    ) -> None:
        """Take in what was decided of a record."""
        starts: dict[str, str] = {}
        decided = []
        for one in decisions:
            if one.record not in starts:
                starts[one.record] = _line(["decision", one.record])[:-1]
            decided.append(self._decision(one, starts[one.record]))
        lines: list[object] = [["group", one.record, one.group, one.winner, _amount(one.amount)] for one in groups]
        lines += (
            ["entitlement", one.record, one.clause, one.group, one.status, _amount(one.amount)] for one in entitlements
        )
        self._records[place * _SIZE : (place + 1) * _SIZE] = _hash(lines, decided)

    def _decision(self, decision: Decision, start: str) -> str:
        """The line of a decision; its notes and criteria, the same for many records, are written once."""
        parts = [
            start,
            self._head(decision),
            self._once(decision.notes, lambda: [_text(note) for note in decision.notes]),
            self._once(decision.criteria, lambda: [_criterion(result) for result in decision.criteria]),
            _line([_option(result) for result in decision.options]) if decision.options else "[]",
            _line([list(_finding(finding)) for finding in decision.findings]) if decision.findings else "[]",
        ]
        return f"{','.join(parts)}]"

    def _head(self, decision: Decision) -> str:
        """What was decided, without the brackets around it; the same for many records, it is written once."""
        amount, fallback = decision.amount, decision.fallback
        key = (
            decision.clause, decision.article, decision.status,
            None if amount is None else (str(amount.min), str(amount.max), amount.currency),
            decision.selected, decision.suppressed_by, decision.missing, decision.readings, decision.awaiting,
            None if fallback is None else fallback.id,
        )  # fmt: skip
        found = self._heads.get(key)
        if found is None:
            awaiting = [(fact, body.id) for fact, body in decision.awaiting]
            if len(self._heads) >= _KEPT:
                self._heads.clear()
            found = self._heads[key] = _line([*key[:3], _amount(amount), *key[4:8], awaiting, key[9]])[1:-1]
        return found

    def _once(self, source: tuple[object, ...], make: Callable[[], object]) -> str:
        """What something comes to, kept beside it, so that nothing else comes to have its identity."""
        if not source:
            return "[]"
        found = self._kept.get(id(source))
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[id(source)] = (source, _line(make()))
        return found[1]

    def part(self, places: Iterable[int], subjects: Iterable[int]) -> tuple[bytes, bytes]:
        """What was taken in of some records and subjects, for `put` of another one."""
        return _taken(self._records, places), _taken(self._subjects, subjects)

    def put(self, places: Iterable[int], subjects: Iterable[int], part: tuple[bytes, bytes]) -> None:
        """Take in what another one took in of these records and subjects."""
        for kept, numbers, data in ((self._records, places, part[0]), (self._subjects, subjects, part[1])):
            for at, number in enumerate(numbers):
                kept[number * _SIZE : (number + 1) * _SIZE] = data[at * _SIZE : (at + 1) * _SIZE]

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


def _taken(kept: bytearray, numbers: Iterable[int]) -> bytes:
    return b"".join(kept[number * _SIZE : (number + 1) * _SIZE] for number in numbers)


def _hash(lines: Iterable[object], before: Iterable[str] = ()) -> bytes:
    return hashlib.sha256("\n".join((*before, *map(_line, lines))).encode()).digest()


_line = json.JSONEncoder(default=str, separators=(",", ":")).encode


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
