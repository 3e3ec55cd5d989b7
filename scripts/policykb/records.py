"""Check records against the data rules: one by one, and against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from stdnum.cn import uscc

from .datarules import DataRule, RecordRules, read_record_rules, written
from .errors import KnowledgeError
from .model import Finding, Place, Record, Text, Value, Vocabulary

__all__ = ["check_records", "read_record_rules"]


def check_records(records: Sequence[Record], rules: RecordRules, vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """Find what is wrong in records, in their order. Findings made while reading them are not repeated.

    Args:
        records: all records of one call: ids and subjects are compared across them.
        rules: the data rules.
        vocabulary: tells which record types exist.

    Raises:
        KnowledgeError: the vocabulary has a record type that no data rule covers.
    """
    for name in vocabulary.record_types:
        if name not in rules.types:
            raise KnowledgeError(
                f"no shape says what a record of type {name} must satisfy",
                where="shapes/records.ttl",
                mend=f"Add a node shape with sh:targetClass pkb:{name}.",
            )
    findings: list[Finding] = []
    seen = _Seen()
    for record in records:
        if record.type in vocabulary.record_types:
            findings += _check_record(record, rules)
        else:
            findings.append(_finding(rules.computed["unknown-type"], record, "type", record.type))
        findings += seen.check(record, rules)
    return tuple(findings)


def _check_record(record: Record, rules: RecordRules) -> list[Finding]:
    """The findings about one record by itself."""
    found: list[Finding] = []
    type_rules = rules.types[record.type]
    own: dict[str, Value | None] = {
        "id": record.id,
        "period": record.period,
        "subject": record.name or record.credit_code or record.division,
        "name": record.name,
        "creditCode": record.credit_code,
        "division": record.division,
    }
    about = type_rules.record + rules.subject if own["subject"] else type_rules.record
    refused = {finding.place for finding in record.findings if finding.severity == "error"}
    for rule in about:
        if record.places.get(rule.path) in refused:
            continue  # what is written there could not be read, which is reported already
        value = own[rule.path]
        if (rule.min_count > 0) if value is None else not rule.admits(value):
            found.append(_finding(rule, record, rule.path, value))
        elif rule.path == "creditCode" and value is not None and uscc.calc_check_digit(str(value)) != str(value)[-1]:
            found.append(_finding(rules.computed["credit-code-check"], record, "creditCode", value))
    facts = record.facts
    for fact, value in facts.items():
        about = type_rules.facts.get(fact, ())
        if not about and type_rules.closed is not None:
            found.append(_finding(type_rules.closed, record, fact, value))
        values = value if isinstance(value, tuple) else (value,)
        if not values:
            found.append(_finding(rules.computed["empty-list"], record, fact, value))
        for rule in about:
            if rule.max_count is not None and len(values) > rule.max_count:
                found.append(_finding(rule, record, fact, value))
                continue
            for item in values:
                if not rule.admits(item) or (
                    rule.other is not None and rule.other in facts and not rule.agrees(item, facts[rule.other])
                ):
                    found.append(_finding(rule, record, fact, item))
                    break
    found += [_finding(rule, record, rule.path, None) for rule in type_rules.required if rule.path not in facts]
    return found


@dataclass(slots=True)
class _Seen:
    """What earlier records of the same call have taken: ids, and subjects with their type and period."""

    ids: dict[str, Record] = field(default_factory=dict)
    codes: dict[tuple[str, str, str], Record] = field(default_factory=dict)
    names: dict[tuple[str, str, str], Record] = field(default_factory=dict)
    uncoded: dict[tuple[str, str, str], Record] = field(default_factory=dict)

    def check(self, record: Record, rules: RecordRules) -> Iterator[Finding]:
        """The findings about a record beside the earlier ones; remembers it."""
        first = self.ids.setdefault(record.id, record)
        if first is not record:
            yield _finding(rules.computed["duplicate-id"], record, "id", record.id, _where(first.place))
        if record.type not in rules.types or not rules.types[record.type].once_per_period:
            return
        twin = self._twin(record)
        if twin is not None:
            other = twin.id if twin.id != record.id else _where(twin.place)
            yield _finding(rules.computed["duplicate-record"], record, "name", record.name or record.credit_code, other)

    def _twin(self, record: Record) -> Record | None:
        """An earlier record of the same subject: of the same code, or of the same name where a code is missing."""
        twin: Record | None = None
        code, name = record.credit_code, record.name
        if code:
            key = (record.type, record.period, code)
            twin = self.codes.get(key)
            self.codes.setdefault(key, record)
        if name:
            key = (record.type, record.period, name)
            twin = twin or (self.uncoded if code else self.names).get(key)
            self.names.setdefault(key, record)
            if not code:
                self.uncoded.setdefault(key, record)
        return twin


def _finding(rule: DataRule, record: Record, item: str, value: Value | None, other: str = "") -> Finding:
    message = rule.message
    if other:
        message = Text(message.zh.replace("{other}", other), message.en.replace("{other}", other))
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=message,
        mend=rule.mend,
        place=record.places.get(item, record.place),
        record=record.id,
        fact=item,
        value=None if value is None else written(value),
    )


def _where(place: Place) -> str:
    """A place in a few characters that need no translation: `file.xlsx [sheet] :7`."""
    sheet = f" [{place.sheet}] " if place.sheet else ""
    return f"{place.file}{sheet}" + (f":{place.row}" if place.row is not None else "")
