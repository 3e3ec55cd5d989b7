"""Rules about records beside each other: what is entered twice, claimed by several, or contradicts itself."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from ..law.data_rules import RecordRules, TypeRules, written
from ..law.subjects import Subjects, normal_name
from ..law.uniqueness import Compared
from ..model import Finding, Record, Value, Vocabulary
from .breaches import Kept, Seen, Words, earlier, finding_of
from .divisions import Divisions
from .rankings import Ranking, keep_claim, other_claim
from .spellings import Spellings
from .twins import Twins
from .years import Years

__all__ = ["Across"]


class Across:
    """Checks each record beside the others of the same call; remembers of each only what a finding may need.

    Kept are 64-bit hashes with the row and a number for the table, so that a million rows fit into some 650 MB; by
    chance two different keys meet once in 10^7 such files. Whose a record is shows when all of them are known, so that
    what depends on it is found at the end.

    Args:
        rules: the data rules.
        vocabulary: names the items, and tells which are those of the prior year.
        is_complete: whether the records are all there are, as the user declares.
    """

    def __init__(self, rules: RecordRules, vocabulary: Vocabulary, *, is_complete: bool = False) -> None:
        self._rules, self._is_complete = rules, is_complete
        self._items = ("name", *dict.fromkeys(compared.fact for compared in rules.uniqueness.compared))
        self._kept = Kept()
        self._kinds: list[str] = []  # the type of each record, of which there are few
        self._subjects = Subjects(rules.uniqueness.forms, kept=hash)
        self._handles = array("q")
        self._ids: Seen = {}
        self._twins = Twins(rules, self._kept, self._subjects)
        priors = {fact.id: fact.prior_of for fact in vocabulary.facts.values() if fact.prior_of}
        self._items += ("division", *priors)
        labels = {name: vocabulary.facts[name].label for name in priors.values()}
        units = {name: vocabulary.units[unit].label for name in labels if (unit := vocabulary.facts[name].unit)}
        self._years = Years(rules, self._kept, self._subjects, priors, labels, units)
        self._divisions = Divisions(rules, self._kept, self._subjects)
        self._events = array("q")  # the numbers of events, each with hashes of what it states, and of its day if any
        self._names = Spellings(rules, self._kept, self._subjects)
        self._claims: dict[tuple[str, ...], tuple[Compared, array[int]]] = {}
        self._values: dict[tuple[str, ...], tuple[Value, int]] = {}
        self._rankings: dict[tuple[str, ...], Ranking] = {}

    def check(self, record: Record, type_rules: TypeRules | None, *, is_wrong: bool = False) -> list[Finding]:
        """The findings about a record beside the earlier ones.

        Args:
            record: the record.
            type_rules: the rules of its type, where there is such a type.
            is_wrong: whether there is an error in the record itself.
        """
        found: list[Finding] = []
        here = self._kept.add(record, self._items)
        name = self._rules.uniqueness.forms.one(normal_name(record.name)) if record.name else ""
        handle = self._subjects.number(name, record.credit_code)
        self._handles.append(handle)
        self._kinds.append(record.type)
        if not _is_made_up(record):
            first = earlier(self._ids, hash(record.id), here)
            if first is not None:
                found.append(self._finding("duplicate-id", record, "id", record.id, first))
        if type_rules is None:
            return found
        if type_rules.once_per_period:
            if record.period:  # of rows that say no period nobody knows that it is one
                self._twins.add(record, handle, here, is_wrong=is_wrong)
            if not is_wrong:
                self._years.add(record, handle, here)
        elif record.facts and not found:
            stated = hash((record.type, record.period[:4], frozenset(record.facts.items())))
            self._events.extend((here, stated, 0 if len(record.period) == 4 else hash(record.period)))
        period = record.period[:4] if type_rules.once_per_period else record.period
        self._divisions.add(record, period, handle, here)
        found += self._names.check(record, name, handle, here)
        found += self._compare(record, type_rules, handle, here, is_wrong)
        return found

    def finish(self) -> Iterator[tuple[str, Finding]]:
        """What shows only when all records are known: whose each is, what it repeats, and what several claim.

        Yields:
            the record type, and the finding.
        """
        yield from self._twins.finish()
        yield from self._years.finish()
        yield from self._same_events()
        for here, finding in self._divisions.finish():
            yield self._kinds[here], finding
        for here, finding in self._names.finish(self._handles):
            yield self._kinds[here], finding
        for (kind, *_), (compared, numbers) in self._claims.items():
            for finding in self._shared(compared, numbers):
                yield kind, finding
        for (kind, *_), ranking in self._rankings.items():
            for finding in ranking.findings(self._rules, self._kept, self._subjects):
                yield kind, finding

    def addable(self) -> list[list[int]]:
        """The records that can be added up, by their order: each a list of all those of one subject and period."""
        return self._twins.addable()

    def _same_events(self) -> Iterator[tuple[str, Finding]]:
        """Records of one event that state the same: of one day, or one of them of a year that holds the other."""
        days: Seen = {}
        years: Seen = {}
        bare: Seen = {}
        for here, stated, day in zip(self._events[::3], self._events[1::3], self._events[2::3], strict=True):
            event = hash((stated, self._subjects.of(self._handles[here])))
            same, any_of = earlier(days, hash((event, day)), here), earlier(years, event, here)
            first = same if same is not None else bare.get(event) if day else any_of
            if not day:
                bare.setdefault(event, here)
            if first is not None:
                words = {"other": self._kept.words(first)}
                rule = self._rules.computed["identical-record"]
                yield self._kinds[here], self._kept.finding(rule, here, words)

    def _compare(
        self, record: Record, type_rules: TypeRules, handle: int, here: int, is_wrong: bool
    ) -> Iterator[Finding]:
        period = record.period[:4] if type_rules.once_per_period else record.period
        for compared in self._rules.uniqueness.compared:
            about = type_rules.facts.get(compared.fact)
            if about is None:
                continue
            value = record.facts.get(compared.fact)
            if compared.kind == "place":
                key = self._key(compared, record, period)
                ranking = self._rankings.get(key)
                if ranking is None:
                    ranking = self._rankings[key] = Ranking(compared, self._is_complete)
                # What is wrong in itself need not be called doubtful as well.
                is_bounded = is_wrong or any(rule.other in record.facts for rule in about)
                ranking.add(record, handle, here, is_bounded=is_bounded)
            elif value is None or compared.fact in record.derived:
                continue
            elif compared.kind == "figure":
                before = self._values.setdefault(self._key(compared, record, period), (value, here))
                if before[0] != value:
                    words: Words = {"value": written(value), "before": written(before[0]), "item": compared.label}
                    yield self._finding("differing-figure", record, compared.fact, value, before[1], words)
            elif value is True:
                key = self._key(compared, record, period)
                self._claims.setdefault(key, (compared, array("q")))[1].append(here)

    def _shared(self, compared: Compared, numbers: array[int]) -> Iterator[Finding]:
        """Records that say of another subject, too, what is said of one alone."""
        claims: list[tuple[int, int]] = []
        for here in numbers:
            subject = self._subjects.of(self._handles[here])
            other = other_claim(claims, subject)
            keep_claim(claims, subject, here)
            if other is not None:
                words: Words = {"words": compared.words, "item": compared.label, "other": self._kept.words(other)}
                rule = self._rules.computed["shared-distinction"]
                yield self._kept.finding(rule, here, words, compared.fact, written(True))

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
        shown = {"other": self._kept.words(other), **(words or {})}
        return finding_of(self._rules.computed[rule], record, item, value, "", shown)


def _is_made_up(record: Record) -> bool:
    """Whether the id is the reader's own, from file and row, and so unique in its table."""
    return record.place.row is not None and "id" not in record.places and "#" in record.id
