"""Check records against the data rules: one by one, and against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..errors import KnowledgeError
from ..law.data_rules import RecordRules, TypeRules, written
from ..model import Finding, Record, Value, Vocabulary
from .across import Across
from .breaches import Words, finding_of
from .rule_tests import make_test

__all__ = ["Checker", "check_records"]

_OF_SUBJECT = frozenset({"subject", "name", "creditCode", "division"})
_COLUMNS = frozenset({"id", "period"}) | _OF_SUBJECT


def check_records(
    records: Sequence[Record], rules: RecordRules, vocabulary: Vocabulary, *, is_complete: bool = False
) -> tuple[Finding, ...]:
    """Find what is wrong in records, in their order; at the end what shows only in all of them together.

    Findings made while reading them are not repeated.

    Args:
        records: all records of one call: ids and subjects are compared across them.
        rules: the data rules.
        vocabulary: tells which record types exist.
        is_complete: whether the records are all there are, as the user declares.

    Raises:
        KnowledgeError: the vocabulary has a record type that no data rule covers.
    """
    checker = Checker(rules, vocabulary, is_complete=is_complete)
    found = [finding for record in records for finding in checker.check(record)]
    return (*found, *(finding for _, finding in checker.finish()))


class Checker:
    """Checks the records of one call as they come; remembers of each only what later ones could repeat.

    Args:
        rules: the data rules.
        vocabulary: tells which record types exist.
        is_complete: whether the records are all there are, as the user declares.

    Raises:
        KnowledgeError: the vocabulary has a record type that no data rule covers.
    """

    def __init__(self, rules: RecordRules, vocabulary: Vocabulary, *, is_complete: bool = False) -> None:
        for name in vocabulary.record_types:
            if name not in rules.types:
                raise KnowledgeError("type-without-shape", where="shapes/records.ttl", type=name)
        self.rules = rules
        self.vocabulary = vocabulary
        self._by_type: dict[str, _Tests | None] = {}
        self._across = Across(rules, vocabulary, is_complete=is_complete)

    def check(self, record: Record) -> list[Finding]:
        """The findings about a record by itself, and beside those checked before it."""
        tests = self._tests(record.type)
        if tests is None:
            found = [finding_of(self.rules.computed["unknown-type"], record, "type", record.type, "allowed")]
            return found + self._across.check(record, None)
        found = tests.own(record) + tests.facts(record)
        if record.shown:
            found += self._shown_otherwise(record)
        wrong = {finding.fact for finding in (*record.findings, *found) if finding.severity == "error"}
        if wrong:
            # What is wrong in itself, or with the whole row, need not be called doubtful as well.
            found = [f for f in found if f.severity == "error" or not (f.fact in wrong or None in wrong)]
        return found + self._across.check(record, tests.rules, is_wrong=bool(wrong))

    def _shown_otherwise(self, record: Record) -> Iterator[Finding]:
        """Where a sheet shows a figure on the other side of a bound than it holds it."""
        for fact, shown in record.shown.items():
            held = record.facts.get(fact)
            parted = [
                bound
                for bound in self.rules.bounds.get(fact, ())
                if isinstance(held, Decimal) and bound.parts(held, shown)
            ]
            for bound in {bound.value: bound for bound in reversed(parted)}.values():
                words: Words = {
                    "item": self.vocabulary.facts[fact].label,
                    "shown": written(shown),
                    "value": written(held or shown),
                    "bound": written(bound.value),
                    "name": bound.name,
                }
                yield finding_of(self.rules.computed["shown-across-bound"], record, fact, held, "", words)

    def doubts(self, record: Record) -> list[Finding]:
        """The warnings about the facts of a record that is right in itself."""
        tests = self._tests(record.type)
        return [] if tests is None else [found for found in tests.facts(record) if found.severity == "warning"]

    def finish(self) -> Iterator[tuple[str, Finding]]:
        """What shows only when all records have been checked: the record type, and the finding."""
        return self._across.finish()

    def addable(self) -> list[list[int]]:
        """The records that can be added up, by their order: each a list of all those of one subject and period."""
        return self._across.addable()

    def _tests(self, kind: str) -> _Tests | None:
        if kind not in self._by_type:
            known = kind in self.vocabulary.record_types
            self._by_type[kind] = _Tests(self.rules.types[kind], self.rules, self.vocabulary) if known else None
        return self._by_type[kind]


class _Tests:
    """The tests of one record type, made once from its rules."""

    def __init__(self, rules: TypeRules, everything: RecordRules, vocabulary: Vocabulary) -> None:
        self.rules = rules
        self._labels = {name: fact.label for name, fact in vocabulary.facts.items()}
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
                    found.append(finding_of(rule, record, path, None, "missing"))
                continue
            broken = test(value, record)
            if broken is not None and path not in wrong:
                wrong.add(path)
                found.append(finding_of(rule, record, path, value, broken))
        return found

    def facts(self, record: Record) -> list[Finding]:
        """The findings about the facts that a record states, and those it must state."""
        found: list[Finding] = []
        for fact, value in record.facts.items():
            about = self._by_fact.get(fact)
            if about is None:
                if self.rules.closed is not None:
                    words = {"item": self._labels.get(fact, fact)}
                    found.append(finding_of(self.rules.closed, record, fact, value, "closed", words))
                continue
            if not isinstance(value, tuple):
                for rule, test in about:
                    broken = test(value, record)
                    if broken is not None:
                        found.append(finding_of(rule, record, fact, value, broken))
                continue
            if not value:
                found.append(finding_of(self._empty, record, fact, value, "missing"))
            for rule, test in about:
                if rule.max_count is not None and len(value) > rule.max_count:
                    found.append(finding_of(rule, record, fact, value, "count"))
                    continue
                for item in value:
                    broken = test(item, record)
                    if broken is not None:
                        found.append(finding_of(rule, record, fact, item, broken))
                        break
        for rule in self.rules.required:
            if rule.path not in record.facts:
                found.append(finding_of(rule, record, rule.path, None, "missing"))
        return found


def _unread(record: Record) -> set[str]:
    """The columns in which something is written that could not be read."""
    errors = [finding for finding in record.findings if finding.severity == "error"]
    if not errors:
        return set()
    places, names = {finding.place for finding in errors}, {finding.place.column for finding in errors}
    found = {column for column in _COLUMNS if column in names or record.places.get(column) in places}
    return found | {"subject"} if found & _OF_SUBJECT else found
