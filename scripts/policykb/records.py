"""Check records against the data rules: one by one, and against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from .catalogue import at
from .datarules import DataRule, FactRule, RecordRules, TypeRules, written
from .errors import KnowledgeError
from .model import Finding, Place, Record, Text, Value, Vocabulary
from .readers.sources import FORMATS
from .rule_tests import make_test

__all__ = ["Checker", "check_records"]

_OF_SUBJECT = frozenset({"subject", "name", "creditCode", "division"})
_COLUMNS = frozenset({"id", "period"}) | _OF_SUBJECT


def check_records(records: Sequence[Record], rules: RecordRules, vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """Find what is wrong in records, in their order. Findings made while reading them are not repeated.

    Args:
        records: all records of one call: ids and subjects are compared across them.
        rules: the data rules.
        vocabulary: tells which record types exist.

    Raises:
        KnowledgeError: the vocabulary has a record type that no data rule covers.
    """
    checker = Checker(rules, vocabulary)
    return tuple(finding for record in records for finding in checker.check(record))


class Checker:
    """Checks the records of one call as they come; remembers of each only what later ones could repeat.

    Args:
        rules: the data rules.
        vocabulary: tells which record types exist.

    Raises:
        KnowledgeError: the vocabulary has a record type that no data rule covers.
    """

    def __init__(self, rules: RecordRules, vocabulary: Vocabulary) -> None:
        for name in vocabulary.record_types:
            if name not in rules.types:
                raise KnowledgeError("type-without-shape", where="shapes/records.ttl", type=name)
        self.rules = rules
        self.vocabulary = vocabulary
        self._by_type: dict[str, _Tests | None] = {}
        self._seen = _Seen()

    def check(self, record: Record) -> list[Finding]:
        """The findings about a record by itself, and beside those checked before it."""
        tests = self._tests(record.type)
        if tests is None:
            found = [_finding(self.rules.computed["unknown-type"], record, "type", record.type, "allowed")]
            return found + self._seen.check(record, None, self.rules)
        found = tests.own(record) + tests.facts(record)
        if len(found) > 1:
            # What is wrong in itself need not be called doubtful as well.
            wrong = {finding.fact for finding in found if finding.severity == "error"}
            found = [f for f in found if f.severity == "error" or f.fact not in wrong]
        return found + self._seen.check(record, tests.rules, self.rules)

    def _tests(self, kind: str) -> _Tests | None:
        if kind not in self._by_type:
            known = kind in self.vocabulary.record_types
            self._by_type[kind] = _Tests(self.rules.types[kind], self.rules) if known else None
        return self._by_type[kind]


class _Tests:
    """The tests of one record type, made once from its rules."""

    def __init__(self, rules: TypeRules, everything: RecordRules) -> None:
        self.rules = rules
        self._empty = everything.computed["empty-list"]
        self._anyone = [(rule, rule.path, make_test(rule)) for rule in rules.record]
        self._subject = [(rule, rule.path, make_test(rule)) for rule in everything.subject]
        self._by_fact = {name: [(rule, make_test(rule)) for rule in about] for name, about in rules.facts.items()}

    def own(self, record: Record) -> list[Finding]:
        """The findings about the columns that every record has."""
        subject = record.name or record.credit_code or record.division
        values: dict[str, Value | None] = {
            "id": record.id,
            "period": record.period,
            "subject": subject,
            "name": record.name,
            "creditCode": record.credit_code,
            "division": record.division,
        }
        found: list[Finding] = []
        wrong: set[str] = set()
        unread = _unread(record) if record.findings else wrong
        for rule, path, test in (*self._subject, *self._anyone) if subject else self._anyone:
            value = values[path]
            if path in unread:
                continue  # what is written there could not be read, which is reported already
            if value is None:
                if rule.min_count > 0:
                    found.append(_finding(rule, record, path, None, "missing"))
                continue
            broken = test(value, record)
            if broken is not None and path not in wrong:
                wrong.add(path)
                found.append(_finding(rule, record, path, value, broken))
        return found

    def facts(self, record: Record) -> list[Finding]:
        """The findings about the facts that a record states, and those it must state."""
        found: list[Finding] = []
        for fact, value in record.facts.items():
            about = self._by_fact.get(fact)
            if about is None:
                if self.rules.closed is not None:
                    found.append(_finding(self.rules.closed, record, fact, value, "closed"))
                continue
            if not isinstance(value, tuple):
                for rule, test in about:
                    broken = test(value, record)
                    if broken is not None:
                        found.append(_finding(rule, record, fact, value, broken))
                continue
            if not value:
                found.append(_finding(self._empty, record, fact, value, "missing"))
            for rule, test in about:
                if rule.max_count is not None and len(value) > rule.max_count:
                    found.append(_finding(rule, record, fact, value, "count"))
                    continue
                for item in value:
                    broken = test(item, record)
                    if broken is not None:
                        found.append(_finding(rule, record, fact, item, broken))
                        break
        for rule in self.rules.required:
            if rule.path not in record.facts:
                found.append(_finding(rule, record, rule.path, None, "missing"))
        return found


def _unread(record: Record) -> set[str]:
    """The columns in which something is written that could not be read."""
    errors = [finding for finding in record.findings if finding.severity == "error"]
    if not errors:
        return set()
    places, names = {finding.place for finding in errors}, {finding.place.column for finding in errors}
    found = {column for column in _COLUMNS if column in names or record.places.get(column) in places}
    return found | {"subject"} if found & _OF_SUBJECT else found


class _Seen:
    """What earlier records of the same call have taken: ids, and subjects with their type and period.

    Kept as 64-bit hashes with the row and a number for the table, so that a million rows fit into some 300 MB; by
    chance two different keys meet once in 10^7 such files.
    """

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str | None], int] = {}
        self._names: list[tuple[str, str | None]] = []
        self._ids: dict[int, int] = {}
        self._codes: dict[int, int] = {}
        self._subjects: dict[int, int] = {}
        self._uncoded: dict[int, int] = {}
        self._events: dict[int, int] = {}

    def check(self, record: Record, type_rules: TypeRules | None, rules: RecordRules) -> list[Finding]:
        """The findings about a record beside the earlier ones; remembers it."""
        found: list[Finding] = []
        here = self._mark(record.place)
        if not _is_made_up(record):
            first = _earlier(self._ids, hash(record.id), here)
            if first is not None:
                rule = rules.computed["duplicate-id"]
                found.append(_finding(rule, record, "id", record.id, "", {"{other}": self._where(first)}))
        if type_rules is None:
            return found
        if type_rules.once_per_period:
            twin = self._twin(record, here)
            if twin is not None:
                shown = {"{other}": self._where(twin)}
                value = record.name or record.credit_code
                found.append(_finding(rules.computed["duplicate-record"], record, "name", value, "", shown))
        elif record.facts:
            facts = frozenset((name, tuple(v) if isinstance(v, list) else v) for name, v in record.facts.items())
            key = hash((record.type, record.period, record.name, record.credit_code, facts))
            first = _earlier(self._events, key, here)
            if first is not None and not found:
                shown = {"{other}": self._where(first)}
                rule = rules.computed["identical-record"]
                found.append(_finding(rule, record, "name", record.name or record.credit_code, "", shown))
        return found

    def _twin(self, record: Record, here: int) -> int | None:
        """An earlier record of the same subject: of the same code, or of the same name where a code is missing."""
        twin: int | None = None
        code, name = record.credit_code, record.name
        if code:
            twin = _earlier(self._codes, hash((record.type, record.period, code)), here)
        if name:
            key = hash((record.type, record.period, name))
            if twin is None:
                twin = (self._uncoded if code else self._subjects).get(key)
            self._subjects.setdefault(key, here)
            if not code:
                self._uncoded.setdefault(key, here)
        return twin

    def _mark(self, place: Place) -> int:
        """A place as one number: its table's in the upper bits, its row in the lower 32."""
        table = (place.file, place.sheet)
        number = self._tables.get(table)
        if number is None:
            number = self._tables[table] = len(self._names)
            self._names.append(table)
        return number << 32 | (place.row or 0)

    def _where(self, mark: int) -> str | Text:
        """A marked place in words: the row of a table, or which record of a file it is."""
        file, sheet = self._names[mark >> 32]
        row = mark & 0xFFFFFFFF
        if not row:
            return file
        if sheet is not None:
            return at("at-sheet-row", file=file, sheet=sheet, row=row)
        if FORMATS.get(Path(file).suffix.lower()) in ("csv", "workbook"):
            return at("at-row", file=file, row=row)
        return at("at-record", file=file, record=row)


def _earlier(seen: dict[int, int], key: int, here: int) -> int | None:
    """The place that had a key first, or None where this is the first, which is kept."""
    first = seen.get(key)
    if first is None:
        seen[key] = here
    return first


def _is_made_up(record: Record) -> bool:
    """Whether the id is the reader's own, from file and row, and so unique in its table."""
    return record.place.row is not None and "id" not in record.places and "#" in record.id


def _finding(
    rule: DataRule,
    record: Record,
    item: str,
    value: Value | None,
    component: str,
    words: Mapping[str, str | Text] | None = None,
) -> Finding:
    message = rule.message
    if isinstance(rule, FactRule) and rule.relation is not None and value is not None:
        words = dict(rule.relation.words(value, record))
    if words:
        zh, en = message.zh, message.en
        for placeholder, text in words.items():
            said = text if isinstance(text, Text) else Text(text, text)
            zh, en = zh.replace(placeholder, said.zh), en.replace(placeholder, said.en)
        message = Text(zh, en)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=message,
        mend=rule.mend,
        place=record.places.get(item, record.place),
        record=record.id,
        fact=item,
        value=None if value is None else written(value),
        component=component,
    )
