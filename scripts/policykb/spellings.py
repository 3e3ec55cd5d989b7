"""How the subjects of records are written: one name in two spellings or under two codes, one code under two names."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from .breaches import Marks, Seen, finding_of
from .datarules import RecordRules
from .model import Finding, Record, Value
from .subjects import without_form

__all__ = ["Spellings"]


class Spellings:
    """How subjects are written: one name in two spellings or under two codes, one code under two names."""

    def __init__(self, rules: RecordRules, marks: Marks) -> None:
        self._rules = rules
        self._marks = marks
        self._by_form: Seen = {}  # the number of the first name that has this form
        self._by_name: Seen = {}  # the numbers of further names of a form that is taken
        self._by_code: Seen = {}
        self._normal, self._exact, self._code, self._mark = (array("q") for _ in range(4))
        self._coded: array[int] = array("q")  # where a name first had its code
        self._code_name, self._code_mark = array("q"), array("q")

    def check(self, record: Record, name: str, here: int) -> Iterator[Finding]:
        """The findings about how the subject of a record is written."""
        if not name:
            return
        normal, code = hash(name), hash(record.credit_code) if record.credit_code else 0
        first = self._of_code(code, normal, here) if code else None
        if first is not None:
            yield self._finding("code-two-names", record, "creditCode", record.credit_code, first)
        number, is_new, rival = self._number(record, name, normal, here)
        if rival is not None and first is None and not (code and self._code[rival]):
            yield self._finding("similar-name", record, "name", record.name, self._mark[rival])
        if is_new:
            self._keep_code(number, code, here)
            return
        known = self._code[number]
        if code and known and code != known:
            yield self._finding("name-two-codes", record, "name", record.name, self._coded[number])
            return
        if bool(code) != bool(known):
            other = self._coded[number] if known else self._mark[number]
            yield self._finding("name-without-code", record, "name", record.name, other)
        if self._exact[number] != hash(record.name):
            yield self._finding("differing-spelling", record, "name", record.name, self._mark[number])
        self._keep_code(number, code, here)

    def _of_code(self, code: int, normal: int, here: int) -> int | None:
        """Where a code first stands, if under another name."""
        number = self._by_code.setdefault(code, len(self._code_name))
        if number == len(self._code_name):
            self._code_name.append(normal)
            self._code_mark.append(here)
        return None if self._code_name[number] == normal else self._code_mark[number]

    def _number(self, record: Record, name: str, normal: int, here: int) -> tuple[int, bool, int | None]:
        """The number of a name, and whether it is new; of a new one also that of an earlier one of the same form."""
        form = hash(without_form(name, self._rules.uniqueness.forms))
        new = len(self._normal)
        first = self._by_form.setdefault(form, new)
        if first != new and self._normal[first] == normal:
            return first, False, None
        number = new if first == new else self._by_name.setdefault(normal, new)
        if number != new:
            return number, False, None
        self._normal.append(normal)
        self._exact.append(hash(record.name))
        self._code.append(0)
        self._mark.append(here)
        self._coded.append(here)
        return new, True, None if first == new else first

    def _keep_code(self, number: int, code: int, here: int) -> None:
        if code and not self._code[number]:
            self._code[number], self._coded[number] = code, here

    def _finding(self, rule: str, record: Record, item: str, value: Value | None, other: int) -> Finding:
        words = {"{other}": self._marks.words(other), "{name}": record.name or ""}
        return finding_of(self._rules.computed[rule], record, item, value, "", words)
