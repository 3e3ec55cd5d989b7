"""Division codes that a subject has in its records of one period: where they differ, one of them is wrong."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from ..law.data_rules import RecordRules
from ..law.subjects import Subjects
from ..model import Finding, Record
from .breaches import Kept

__all__ = ["Divisions"]


class Divisions:
    """Keeps which division each record names.

    Args:
        rules: the data rules.
        kept: the records, with their places.
        subjects: whose they are.
    """

    def __init__(self, rules: RecordRules, kept: Kept, subjects: Subjects) -> None:
        self._rule, self._kept, self._subjects = rules.computed["differing-division"], kept, subjects
        self._named = array("q")  # by fours: the handle of the subject, a hash of the period, the code, the record

    def add(self, record: Record, period: str, handle: int, here: int) -> None:
        """Keep what a record names; `here` is its number, `handle` what `subjects` made of it."""
        code = record.division or ""
        if len(code) == 6 and code.isdecimal():
            self._named.extend((handle, hash(period), int(code), here))

    def finish(self) -> Iterator[tuple[int, Finding]]:
        """The records whose division is another than that of an earlier one.

        Yields:
            the number of the record, and the finding.
        """
        first: dict[tuple[int, int], dict[str, int]] = {}
        named = self._named
        for handle, period, number, here in zip(named[::4], named[1::4], named[2::4], named[3::4], strict=True):
            code = f"{number:06}"
            known = first.setdefault((self._subjects.of(handle), period), {})
            other = next((one for one in known if not _is_within(one, code)), None)
            if other is not None:
                words = {"value": code, "before": other, "other": self._kept.words(known[other])}
                yield here, self._kept.finding(self._rule, here, words, "division", code)
            known.setdefault(code, here)


def _is_within(one: str, other: str) -> bool:
    """Whether one of two divisions is the other, or a part of it: 370402 of 370400."""
    a, b = (code[: len(code.rstrip("0")) + len(code.rstrip("0")) % 2] for code in (one, other))
    return a.startswith(b) or b.startswith(a)
