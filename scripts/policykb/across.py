"""Rules about records beside each other: what is entered twice, claimed by several, or contradicts itself."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from decimal import Decimal

from .breaches import Firsts, Marks, Seen, Words, earlier, filled, finding_of
from .datarules import DataRule, RecordRules, TypeRules, written
from .model import Finding, Record, Value
from .rankings import Ranking, keep_claim, other_claim
from .spellings import Spellings
from .subjects import normal_name
from .uniqueness import Compared

__all__ = ["Across"]


class Across:
    """Checks each record beside the earlier ones of the same call; remembers of each only what later ones could repeat.

    Kept are 64-bit hashes with the row and a number for the table, so that a million rows fit into some 650 MB; by
    chance two different keys meet once in 10^7 such files. What stands in a ranking is kept in columns until the end.
    """

    def __init__(self, rules: RecordRules) -> None:
        self._rules = rules
        self._marks = Marks()
        self._ids: Seen = {}
        self._twins: dict[tuple[str, str], _Twins] = {}
        self._stated = _Stated()
        self._parted: dict[int, tuple[str, int]] = {}  # of first records that have a differing twin: type and its mark
        self._events: Seen = {}
        self._names = Spellings(rules, self._marks)
        self._claims: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        self._values: dict[tuple[str, ...], tuple[Value, int]] = {}
        self._rankings: dict[tuple[str, ...], Ranking] = {}

    def check(self, record: Record, type_rules: TypeRules | None) -> list[Finding]:
        """The findings about a record beside the earlier ones."""
        found: list[Finding] = []
        here = self._marks.of(record.place)
        if not _is_made_up(record):
            first = earlier(self._ids, hash(record.id), here)
            if first is not None:
                found.append(self._finding("duplicate-id", record, "id", record.id, first))
        if type_rules is None:
            return found
        name = normal_name(record.name) if record.name else ""
        spelled, number, code = self._names.check(record, name, here)
        subject = hash(("code", record.credit_code) if record.credit_code else ("name", name or record.id))
        period = record.period[:4] if type_rules.once_per_period else record.period
        if type_rules.once_per_period:
            rule, first = self._of_subject(record, period, number, code, here)
        else:
            rule = "identical-record"
            first = self._same_event(record, subject, here) if record.facts and not found else None
        if first is not None:
            found.append(self._finding(rule, record, "name", record.name or record.credit_code, first))
        found += spelled
        found += self._compare(record, period, subject, here)
        return found

    def _of_subject(
        self, record: Record, period: str, number: int | None, code: int | None, here: int
    ) -> tuple[str, int | None]:
        """The rule about a subject that has an earlier record of the period, and where that is.

        Two rows that state one figure may be parts of one whole: neither is decided by itself.
        """
        mine = self._stated.add(record, here)
        first = self._twins.setdefault((record.type, period), _Twins()).of(number, code, mine)
        if first is None:
            return "duplicate-record", None
        if not self._stated.are_parts(first, mine):
            return "duplicate-record", self._stated.marks[first]
        self._parted.setdefault(first, (record.type, here))
        return "differing-record", self._stated.marks[first]

    def _same_event(self, record: Record, subject: int, here: int) -> int | None:
        facts = frozenset((fact, tuple(v) if isinstance(v, list) else v) for fact, v in record.facts.items())
        return earlier(self._events, hash((record.type, record.period, subject, facts)), here)

    def finish(self) -> Iterator[tuple[str, Finding]]:
        """What shows only when all records are known: first rows of a subject that has several, and places.

        Of places, those had by several, and those that their figures contradict.

        Yields:
            the record type, and the finding.
        """
        for first, (kind, other) in self._parted.items():
            yield kind, self._stated.finding(first, self._rules.computed["differing-record"], self._marks, other)
        for (kind, *_), ranking in self._rankings.items():
            for finding in ranking.findings(self._rules, self._marks):
                yield kind, finding

    def _compare(self, record: Record, period: str, subject: int, here: int) -> Iterator[Finding]:
        for compared in self._rules.uniqueness.compared:
            value = record.facts.get(compared.fact)
            if value is None or compared.fact in record.derived:
                continue  # What follows from the other records contradicts none of them.
            key = self._key(compared, record, period)
            if compared.kind == "place":
                if Ranking.admits(value):
                    ranking = self._rankings.get(key)
                    if ranking is None:
                        ranking = self._rankings[key] = Ranking(compared)
                    ranking.add(record, value, subject, here)
            elif compared.kind == "figure":
                before = self._values.setdefault(key, (value, here))
                if before[0] != value:
                    words: Words = {"value": written(value), "before": written(before[0]), "item": compared.label}
                    yield self._finding("differing-figure", record, compared.fact, value, before[1], words)
            elif value is True:
                claims = self._claims.setdefault(key, [])
                other = other_claim(claims, subject)
                keep_claim(claims, subject, here)
                if other is not None:
                    words = {"words": compared.words, "item": compared.label}
                    yield self._finding("shared-distinction", record, compared.fact, value, other, words)

    def _key(self, compared: Compared, record: Record, period: str) -> tuple[str, ...]:
        division = record.division or self._rules.uniqueness.own_division or ""
        return record.type, period, compared.fact, division[: compared.digits]

    def _finding(
        self,
        rule: str,
        record: Record,
        item: str,
        value: Value | None,
        other: int,
        words: Words | None = None,
    ) -> Finding:
        shown = {"other": self._marks.words(other), **(words or {})}
        return finding_of(self._rules.computed[rule], record, item, value, "", shown)


class _Stated:
    """What the records state of which a subject has one a period: where, a hash of their facts, which figures, ids."""

    def __init__(self) -> None:
        self.marks, self._facts = array("q"), array("q")
        self._sums, self._numbers = array("Q"), array("Q")
        self._bits: dict[str, int] = {}
        self._ids, self._ends = bytearray(), array("q")

    def add(self, record: Record, here: int) -> int:
        """Keep a record; its number among them."""
        self.marks.append(here)
        self._facts.append(hash(frozenset(record.facts.items())))
        unread = [fact for fact in record.places if fact not in record.facts] if _has_error(record) else []
        self._sums.append(self._mask(record, Decimal) | self._bits_of(unread))
        self._numbers.append(self._mask(record, int))
        self._ids += record.id.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._ids))
        return len(self.marks) - 1

    def _mask(self, record: Record, kind: type) -> int:
        """Which facts of a kind a record states, a bit for each; facts beyond the 64th share the last."""
        return self._bits_of(fact for fact, value in record.facts.items() if type(value) is kind)

    def _bits_of(self, facts: Iterable[str]) -> int:
        found = 0
        for fact in facts:
            found |= 1 << min(self._bits.setdefault(fact, len(self._bits)), 63)
        return found

    def are_parts(self, one: int, other: int) -> bool:
        """Whether two records both state a sum, or different records the same number: they may be parts of a whole."""
        if self._sums[one] & self._sums[other]:
            return True
        return bool(self._numbers[one] & self._numbers[other]) and self._facts[one] != self._facts[other]

    def finding(self, number: int, rule: DataRule, marks: Marks, other: int) -> Finding:
        """The finding about a record that was kept, as `finding_of` makes it of one at hand."""
        start = self._ends[number - 1] if number else 0
        return Finding(
            rule=rule.id,
            severity=rule.severity,
            message=filled(rule.message, {"other": marks.words(other)}, rule),
            mend=rule.mend,
            place=marks.place(self.marks[number]),
            record=bytes(self._ids[start : self._ends[number]]).decode("utf-8", "surrogatepass"),
            fact="name",
            value=None,
            component="",
        )


class _Twins:
    """The subjects that have a record of one type and period, by the numbers of their codes and names."""

    def __init__(self) -> None:
        self._codes, self._named, self._uncoded = Firsts(), Firsts(), Firsts()

    def of(self, name: int | None, code: int | None, here: int) -> int | None:
        """An earlier record of the same subject: of the same code, or of the same name where a code is missing."""
        twin = None if code is None else self._codes.first(code, here)
        if name is not None:
            if twin is None:
                twin = (self._named if code is None else self._uncoded).get(name)
            self._named.first(name, here)
            if code is None:
                self._uncoded.first(name, here)
        return twin


def _has_error(record: Record) -> bool:
    return any(finding.severity == "error" for finding in record.findings)


def _is_made_up(record: Record) -> bool:
    """Whether the id is the reader's own, from file and row, and so unique in its table."""
    return record.place.row is not None and "id" not in record.places and "#" in record.id
