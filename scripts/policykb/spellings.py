"""How subjects are written across records: one name in two spellings or with two codes, one code with two names."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from .breaches import Marks, Seen, finding_of
from .datarules import RecordRules
from .model import Finding, Record, Value
from .subjects import without_form

__all__ = ["Spellings"]


class Spellings:
    """Numbers the names and codes of subjects as they come, and finds how one subject is written in several ways."""

    def __init__(self, rules: RecordRules, marks: Marks) -> None:
        self._rules = rules
        self._marks = marks
        self._by_form: Seen = {}  # the number of the first name that has this form
        self._by_name: Seen = {}  # the numbers of further names of a form that is taken
        self._by_code: Seen = {}
        # Of each name: its hash, that of its first spelling, the number of its first code (from 1), and where both are.
        self._normal, self._exact, self._code, self._mark, self._coded = (array("q") for _ in range(5))
        # Of each code: the hash of its first name, and where that is.
        self._code_name, self._code_mark = array("q"), array("q")

    def check(self, record: Record, name: str, here: int) -> tuple[list[Finding], int | None, int | None]:
        """The findings about how the subject of a record is written, and the numbers of its name and its code.

        Args:
            record: the record.
            name: the name of its subject in normal form, or nothing.
            here: the mark of its place.
        """
        normal = hash(name)
        code = self._code_number(record.credit_code, normal, here) if record.credit_code else None
        if not name:
            return [], None, code
        found: list[Finding] = []
        number, is_new, rival = self._name_number(record, name, normal, here)
        stated = 0 if code is None else code + 1
        renamed = code is not None and self._code_name[code] != normal
        if code is not None and renamed:
            other = self._code_mark[code]
            found.append(self._finding("code-two-names", record, "creditCode", record.credit_code, other))
        if is_new:
            if rival is not None and not renamed and not (stated and self._code[rival]):
                found.append(self._finding("similar-name", record, "name", record.name, self._mark[rival]))
        else:
            found += self._beside(record, number, stated)
        if stated and not self._code[number]:
            self._code[number], self._coded[number] = stated, here
        return found, number, code

    def _beside(self, record: Record, number: int, stated: int) -> Iterator[Finding]:
        """A name beside the same one as it stood before."""
        known = self._code[number]
        if stated and known and stated != known:
            yield self._finding("name-two-codes", record, "name", record.name, self._coded[number])
            return
        if bool(stated) != bool(known):
            other = self._coded[number] if known else self._mark[number]
            yield self._finding("name-without-code", record, "name", record.name, other)
        if self._exact[number] != hash(record.name):
            yield self._finding("differing-spelling", record, "name", record.name, self._mark[number])

    def _code_number(self, code: str, normal: int, here: int) -> int:
        new = len(self._code_name)
        number = self._by_code.setdefault(hash(code), new)
        if number == new:
            self._code_name.append(normal)
            self._code_mark.append(here)
        return number

    def _name_number(self, record: Record, name: str, normal: int, here: int) -> tuple[int, bool, int | None]:
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

    def _finding(self, rule: str, record: Record, item: str, value: Value | None, other: int) -> Finding:
        words = {"other": self._marks.words(other), "name": record.name or ""}
        return finding_of(self._rules.computed[rule], record, item, value, "", words)
