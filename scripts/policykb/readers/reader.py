"""What every reader knows: the names and values of one vocabulary, and how findings are worded."""

from __future__ import annotations

from typing import TypeAlias

from ..model import Finding, Place, Record, RecordType, Severity, Text, Vocabulary
from .findings import make_finding
from .headers import Names
from .sheet.scales import is_disputed, is_of_a_part, is_of_another_year, is_yearly, remark_on_year
from .values import Values

__all__ = ["NOT_READ", "Found", "Reader"]

NOT_READ = ("unknown-column", "derived-column", "remark-column")
"""The rules that tell of a column which is not read as data."""
Found: TypeAlias = Record | Finding


class Reader:
    """Knows one vocabulary, for whatever is read against it.

    Args:
        vocabulary: the facts, columns and record types that are known.
        strict: make every unknown column an error.
    """

    def __init__(self, vocabulary: Vocabulary, *, strict: bool = False) -> None:
        self.vocabulary = vocabulary
        self.strict = strict
        self.values = Values(vocabulary)
        self.asides = self.values.asides
        self.names = Names(vocabulary, self.values)

    def tell(
        self,
        rule: str,
        severity: Severity,
        place: Place,
        *,
        record: str | None = None,
        fact: str | None = None,
        value: str | None = None,
        **words: str | Text,
    ) -> Finding:
        """A finding in the words of the ontology."""
        return make_finding(self.vocabulary, rule, severity, place, record=record, fact=fact, value=value, **words)

    def unknown(self, title: str) -> tuple[str, Severity]:
        """The rule for a column or key that is not known, and its severity: remarks are looked through all the same."""
        if self.strict:
            return "unknown-column", "error"
        return ("remark-column" if self.names.words.is_remarks(title) else "unknown-column"), "warning"

    def doubt_beside(self, kind: RecordType, text: str, period: str | None = None) -> str | None:
        """The rule by which a remark leaves its row in doubt: that it is void, of a part, another year and the like."""
        if self.asides.kind(text) == "void":
            return "void-row"
        counts = any(self.vocabulary.facts[fact].adds_up for fact in kind.facts)
        if counts and is_of_a_part(text, self.names):
            return "remark-not-whole"
        if counts and is_disputed(text, self.names):
            return "remark-disputed"
        if not is_yearly(kind, self.names):
            return None
        if remark_on_year(text, self.names):
            return "remark-other-period"
        return "remark-other-year" if is_of_another_year(text, period, self.names) else None
