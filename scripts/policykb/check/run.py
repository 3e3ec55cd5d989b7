"""Check files record by record: what is kept in memory is the findings, not the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..answers.history import with_history
from ..api import Policykb
from ..law.data_rules import RecordRules
from ..model import Finding, Record, Severity
from ..readers import Reading, stream_records
from ..readers.sheet.regions import Regions
from ..records.check import Checker
from ..records.parts import added_up
from .affected import Dependence

__all__ = ["MOST_COMPARED", "MOST_KEPT", "CheckReport", "Located", "run_check"]

MOST_KEPT = 100_000
"""Findings that a report lists; what is beyond is counted, and said to be left out."""
MOST_COMPARED = 2**16
"""Records that are held against what others state of earlier years."""
_TICK = 2000  # records between two signs of life


@dataclass(frozen=True, slots=True)
class Located:
    """A finding with the type of its record (None where it belongs to none) and the clauses that rest on it."""

    finding: Finding
    type: str | None
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found.

    `records` and `invalid` count records by type; `rules` counts findings by rule and severity;
    `clauses` counts, by clause, the errors and warnings that its answers rest on; `left_out` is the number of
    findings beyond those that are kept; `regions` are what the parts of the sheets were taken for.
    """

    files: tuple[str, ...]
    records: Mapping[str, int]
    invalid: Mapping[str, int]
    findings: tuple[Located, ...]
    rules: Mapping[tuple[str, Severity], int]
    clauses: Mapping[str, int]
    left_out: int
    regions: Regions = field(default_factory=Regions)

    @property
    def has_errors(self) -> bool:
        """Whether anything must be mended before all records can be decided."""
        return any(severity == "error" for _, severity in self.rules)

    def count(self, severity: Severity) -> int:
        """The number of findings of a severity."""
        return sum(number for (_, kind), number in self.rules.items() if kind == severity)


def run_check(
    kb: Policykb,
    paths: Sequence[Path],
    *,
    type: str | None = None,
    strict: bool = False,
    conversions: bool = False,
    add_up: bool = False,
    limit: int = MOST_KEPT,
    tick: Callable[[int], None] | None = None,
    read: Iterable[Record | Finding] | None = None,
) -> CheckReport:
    """Read files and check their records against the data rules.

    Args:
        kb: the knowledge base.
        paths: the files.
        type: the record type of tables that do not say it.
        strict: make every unknown column an error.
        conversions: report conversions and other remarks of severity info, too.
        add_up: add up rows that are parts of one subject and period first; the records are then held in memory.
        limit: the number of findings to keep.
        read: what was read already, under the names of `paths`.
        tick: called with the number of records read so far, every 2,000 records.

    Raises:
        InputError, CallError: a file cannot be used at all, or the call is wrong.
    """
    rules: RecordRules = kb.decider.record_rules
    checker = Checker(rules, kb.vocabulary)
    gathered = _Gathered(Dependence(kb.book, kb.vocabulary), kb, limit, conversions)
    number = 0
    regions = Regions()
    if read is None:
        read = stream_records(paths, kb.vocabulary, type=type, strict=strict, conversions=conversions, regions=regions)
    if add_up:
        read = _added_up(read, kb)
    histories = _Histories(kb)
    for item in read:
        if isinstance(item, Finding):
            gathered.add(item, None)
            continue
        number += 1
        histories.add(item)
        gathered.take(item, checker.check(item))
        if tick is not None and number % _TICK == 0:
            tick(number)
    for kind, finding in (*checker.finish(), *histories.finish()):
        gathered.late(finding, kind)
    if tick is not None:
        tick(number)
    return replace(gathered.report(tuple(str(path) for path in paths)), regions=regions)


def _added_up(read: Iterable[Record | Finding], kb: Policykb) -> Iterator[Record | Finding]:
    """The findings of the files, and the records with parts added up."""
    items = list(read)
    yield from (item for item in items if isinstance(item, Finding))
    records = tuple(item for item in items if isinstance(item, Record))
    yield from added_up(Reading(records, ()), kb.decider.record_rules, kb.vocabulary).records


class _Histories:
    """Holds what records state of earlier years against the records of these, as an answer does.

    Records are held for it where any item is about earlier years. Of too many nothing is said: of some of them alone
    not everything said would be true.
    """

    def __init__(self, kb: Policykb) -> None:
        self.kb = kb
        facts = kb.vocabulary.facts
        about = [(fact.id, fact.history.source) for fact in facts.values() if fact.history]
        self.types = {kind for names in about for name in names for kind in facts[name].record_types}
        self.records: list[Record] = []

    def add(self, record: Record) -> None:
        """Keep a record."""
        if record.type in self.types and len(self.records) <= MOST_COMPARED:
            self.records.append(record)

    def finish(self) -> Iterator[tuple[str, Finding]]:
        """The record type, and the finding."""
        if self.records and len(self.records) <= MOST_COMPARED:
            kinds = {record.id: record.type for record in self.records}
            rules = self.kb.decider.record_rules
            for finding in with_history(Reading(tuple(self.records), ()), self.kb.book, rules).findings:
                yield kinds[str(finding.record)], finding


class _Gathered:
    def __init__(self, dependence: Dependence, kb: Policykb, limit: int, infos: bool) -> None:
        self.dependence = dependence
        self.kb = kb
        self.limit = limit
        self.infos = infos
        self.records: Counter[str] = Counter()
        self.invalid: Counter[str] = Counter()
        self.wrong: set[int] = set()  # hashes of the ids of wrong records
        self.twice = kb.decider.record_rules.computed["duplicate-id"].id
        self.kept: list[Located] = []
        self.rules: Counter[tuple[str, Severity]] = Counter()
        self.clauses: Counter[str] = Counter()
        self.left_out = 0
        self.of_columns: dict[Finding, int] = {}

    def take(self, record: Record, found: list[Finding]) -> None:
        self.records[record.type] += 1
        if not (found or record.findings):
            return
        wrong = False
        for finding in (*record.findings, *found):
            wrong = wrong or finding.severity == "error"
            if finding.record is not None:
                self.add(finding, record.type)
            else:
                self._charge(finding, record.type)
        if not wrong:
            return
        key = hash(record.id)
        # Neither of two records with one id is decided; the first may have been right in itself.
        first = key not in self.wrong and any(finding.rule == self.twice for finding in found)
        self.wrong.add(key)
        self.invalid[record.type] += 1 + first

    def late(self, finding: Finding, kind: str) -> None:
        """Keep a finding that shows only when all records are known; an error leaves its record undecided, too."""
        key = hash(finding.record)
        if finding.severity == "error" and key not in self.wrong:
            self.wrong.add(key)
            self.invalid[kind] += 1
        self.add(finding, kind)

    def add(self, finding: Finding, kind: str | None) -> None:
        if finding.severity == "info" and not self.infos:
            return
        clauses = self._clauses(finding, kind)
        self.rules[finding.rule, finding.severity] += 1
        if finding.severity != "info":
            self.clauses.update(clauses)
        if len(self.kept) < self.limit:
            if kind is None:
                self.of_columns[finding] = len(self.kept)
            self.kept.append(Located(finding, kind, clauses))
        else:
            self.left_out += 1

    def _charge(self, finding: Finding, kind: str) -> None:
        """The fault of a whole column is told once, by itself; the first record that has a value there says whose."""
        position = self.of_columns.get(finding)
        if position is None or self.kept[position].type is not None:
            return
        clauses = self._clauses(finding, kind)
        self.clauses.update(clauses)
        self.kept[position] = Located(finding, kind, clauses)

    def _clauses(self, finding: Finding, kind: str | None) -> tuple[str, ...]:
        """What rests on the fact; of a record that cannot be decided at all, every clause of its type."""
        if kind is None:
            return ()
        if finding.fact in self.kb.vocabulary.facts:
            return self.dependence.of_fact(kind, str(finding.fact))
        return self.dependence.of_type(kind) if finding.severity == "error" else ()

    def report(self, files: tuple[str, ...]) -> CheckReport:
        order = {clause: position for position, clause in enumerate(self.kb.book.clauses)}
        return CheckReport(
            files=files,
            records=dict(self.records),
            invalid={kind: number for kind, number in self.invalid.items() if number},
            findings=tuple(self.kept),
            rules=dict(self.rules.most_common()),
            clauses={name: self.clauses[name] for name in sorted(self.clauses, key=order.__getitem__)},
            left_out=self.left_out,
        )
