"""How subjects are written across records: one name in two spellings or with two codes, one code with two names."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from ..law.data_rules import RecordRules
from ..law.subjects import Subjects
from ..model import Finding, Record, Value
from ..readers.letters import simplified
from .breaches import Kept, Seen, finding_of

__all__ = ["Spellings"]


class Spellings:
    """Finds how one subject is written in several ways, record by record.

    Args:
        rules: the data rules.
        kept: the records, with their places.
        subjects: numbers their names and codes.
    """

    def __init__(self, rules: RecordRules, kept: Kept, subjects: Subjects) -> None:
        self._rules, self._kept, self._subjects = rules, kept, subjects
        self._by_form: Seen = {}  # the number of the first name that has this form
        # By the number of each name: the hash of its first spelling, its first code, and the records that have these.
        self._exact, self._code, self._first, self._coded = (array("q", [0]) for _ in range(4))
        # By the number of each code: that of its first name, and the record that has it.
        self._name_of, self._code_at = array("q", [0]), array("q", [0])

    def check(self, record: Record, name: str, handle: int, here: int) -> list[Finding]:
        """The findings about how the subject of a record is written.

        Args:
            record: the record.
            name: the name of its subject in its one form, or nothing.
            handle: what `subjects` made of it.
            here: the number of the record among those kept.
        """
        number, code = self._subjects.name(handle), self._subjects.code(handle)
        found: list[Finding] = []
        if code == len(self._code_at):
            self._name_of.append(number)
            self._code_at.append(here)
        elif code and number and not self._name_of[code]:
            self._name_of[code] = number
        is_renamed = bool(code and number) and self._name_of[code] != number
        if is_renamed:
            found.append(self._finding("code-two-names", record, "creditCode", record.credit_code, self._code_at[code]))
        if number == len(self._first):
            for column, value in ((self._first, here), (self._coded, here), (self._exact, hash(record.name))):
                column.append(value)
            self._code.append(0)
            rival = self._by_form.setdefault(hash(self._rules.uniqueness.forms.without(simplified(name))), number)
            if rival != number and not is_renamed and not (code and self._code[rival]):
                found.append(self._finding("similar-name", record, "name", record.name, self._first[rival]))
        elif number:
            found += self._beside(record, number, code)
        if number and code and not self._code[number]:
            self._code[number], self._coded[number] = code, here
        return found

    def _beside(self, record: Record, number: int, code: int) -> Iterator[Finding]:
        """A name beside the same one as it stood before."""
        known = self._code[number]
        if code and known and code != known:
            yield self._finding("name-two-codes", record, "name", record.name, self._coded[number])
        elif self._exact[number] != hash(record.name):
            yield self._finding("differing-spelling", record, "name", record.name, self._first[number])

    def finish(self, handles: array[int]) -> Iterator[tuple[int, Finding]]:
        """The records without a code whose name stands beside one elsewhere, or beside several.

        Args:
            handles: what `subjects` made of each record.

        Yields:
            the number of the record, and the finding.
        """
        for here, handle in enumerate(handles):
            number = self._subjects.name(handle)
            if number and not self._subjects.code(handle) and self._code[number]:
                rule = "name-of-several-codes" if self._subjects.is_shared(handle) else "name-without-code"
                words = {"other": self._kept.words(self._coded[number])}
                yield here, self._kept.finding(self._rules.computed[rule], here, words)

    def _finding(self, rule: str, record: Record, item: str, value: Value | None, other: int) -> Finding:
        words = {"other": self._kept.words(other), "name": record.name or ""}
        return finding_of(self._rules.computed[rule], record, item, value, "", words)
