"""A set of records held against the data rules as a whole: what is wrong in each, and what was found besides."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from ..doors.spill import Spill
from ..law.data_rules import RecordRules
from ..model import Finding, Place, Record, Vocabulary
from ..records.check import Checker

__all__ = ["Checked", "repeated_ids"]


def repeated_ids(records: Sequence[Record]) -> frozenset[str]:
    """The ids that more than one record bears."""
    seen, found = set[int](), set[str]()
    for record in records:
        key = hash(record.id)
        if key in seen:
            found.add(record.id)
        seen.add(key)
    return frozenset(found)


class Checked:
    """The findings of the data rules about a set of records.

    `wrong` has the errors of each record that has any, by its id: those of the reading first.

    Args:
        records: all records of one call, as read.
        rules: the data rules.
        vocabulary: tells which record types exist.
        repeated: the ids that more than one record bears.
        is_complete: whether the records are all there are, as the user declares.
        tick: called with the number of records checked so far.
    """

    def __init__(
        self,
        records: Sequence[Record],
        rules: RecordRules,
        vocabulary: Vocabulary,
        repeated: Collection[str],
        *,
        is_complete: bool = False,
        tick: Callable[[int], None] | None = None,
    ) -> None:
        checker = Checker(rules, vocabulary, is_complete=is_complete)
        self.findings: Spill[Finding] = Spill()
        self.wrong: dict[str, list[Finding]] = {}
        self._of: dict[str, array[int]] = {}
        ruled: dict[str, list[Finding]] = {}
        for number, record in enumerate(records, 1):
            # The fault of a whole column names no record; it stands among the findings of each that has a value there.
            if errors := [finding for finding in record.findings if finding.severity == "error"]:
                self.wrong.setdefault(record.id, []).extend(errors)
            for finding in dict.fromkeys(checker.check(record)):
                self._keep(finding, ruled)
            if tick is not None:
                tick(number)
        for finding in dict.fromkeys(finding for _, finding in checker.finish()):
            self._keep(finding, ruled)
        for name, found in ruled.items():
            self.wrong.setdefault(name, []).extend(found)
        self._by_place = {name: _by_place(self.wrong[name]) for name in repeated if name in self.wrong}

    def _keep(self, finding: Finding, ruled: dict[str, list[Finding]]) -> None:
        if finding.record is not None:
            self._of.setdefault(finding.record, array("q")).append(len(self.findings))
            if finding.severity == "error":
                ruled.setdefault(finding.record, []).append(finding)
        self.findings.append(finding)

    def of(self, record: str) -> Iterator[Finding]:
        """What the data rules found about the records of an id."""
        return (self.findings[number] for number in self._of.get(record, ()))

    def errors(self, record: Record) -> list[Finding]:
        """The errors of a record; of an id that several bear, those that are about it.

        That the id is used twice concerns all who bear it, and is said once to each.
        """
        rows = self._by_place.get(record.id)
        if rows is None:
            return self.wrong[record.id]
        own = [finding for finding in record.findings if finding.severity == "error"]
        own += rows.get(_row(record.place), ())
        if not any(finding.fact == "id" for finding in own):
            own += rows.get(None, ())
        return list(dict.fromkeys(own))


def _by_place(found: Sequence[Finding]) -> Mapping[object, list[Finding]]:
    """The errors under an id by the row that they stand in; under None the first that says the id is used twice."""
    rows: dict[object, list[Finding]] = {}
    for finding in found:
        rows.setdefault(_row(finding.place), []).append(finding)
        if finding.fact == "id":
            rows.setdefault(None, [finding])
    return rows


def _row(place: Place) -> tuple[object, ...]:
    return place.file, place.sheet, place.row
