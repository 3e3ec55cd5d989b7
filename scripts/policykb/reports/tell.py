"""Tell an answer: from decisions and sums to sections, items and lines in one language, for every format to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import overload

from ..answers.answer import Answer, EnterpriseTotal
from ..answers.run import Portion
from ..law.receipt import Receipt, Shown, receipt_text
from ..model import Decision, Finding, Record, Status
from .caveats import caveats
from .items import clause_item, group_item
from .overview import overview
from .phrases import Phrases
from .places import finding_told
from .sums import subject_sums
from .tally import Tally
from .teller import Teller
from .told import Item, Line, RecordTold, Section, SectionKind, SubjectTold, Told

__all__ = ["Telling", "tell"]

_ORDER: tuple[SectionKind, ...] = (
    "invalid", "eligible", "open", "outdone", "not-eligible", "duty", "support", "not-in-force", "not-applicable",
)  # fmt: skip
_RECEIPT = ("book-version", "book-rules", "book-records", "book-replay")
"""What the lines of a receipt are called."""
_DUTY = "duty"
"""The kind of clauses that burden the subject; they are never folded away."""


class Telling:
    """An answer that is told portion by portion, and counted for its summary on the way.

    Args:
        phrases: the wordings in the reader's language.
        subjects, records: how many there are.
        repeated: the ids that several records bear.
        explain: list every criterion with its truth, values and words.
        everything: unfold the clauses without money.
        criteria: word every criterion, whether it is to be listed or not.
    """

    def __init__(
        self,
        phrases: Phrases,
        subjects: int,
        records: int,
        repeated: Collection[str],
        *,
        explain: bool = False,
        everything: bool = False,
        criteria: bool = True,
    ) -> None:
        self.phrases, self.explains, self.everything, self.criteria = phrases, explain, everything, criteria
        self.is_many, self.repeated = subjects > 1, repeated
        count = {"count": subjects, "records": records}
        self.headline = phrases.say("told-headline", **count) if records else phrases.say("nothing")
        self.tally = Tally()

    def take(self, portion: Portion) -> Sequence[SubjectTold]:
        """Count a portion of whole subjects; these are told when they are asked for, and anew each time."""
        subjects = self.without_count(portion)
        self.tally.add(subjects.teller, portion)
        return subjects

    def without_count(self, portion: Portion) -> _Subjects:
        """The subjects of a portion that is taken in another time."""
        asked = self.everything, self.criteria
        return _Subjects(Teller(portion.answer, self.phrases, self.is_many, self.repeated, *asked))

    def told(self, receipt: Receipt, findings: Callable[[], Iterable[Finding]]) -> Told:
        """All that is to be told besides the subjects, when all of them were taken.

        Args:
            receipt: what the answer rests on.
            findings: all findings, whenever they are asked for.
        """
        phrases = self.phrases
        loose = tuple(finding_told(one, phrases) for one in findings() if one.record is None and one.severity != "info")
        notices = sum(one.severity == "info" for one in findings())
        title = "told-title-many" if self.is_many and "told-title-many" in phrases.wording.texts else "told-title"
        return Told(
            lang=phrases.lang,
            title=phrases.say(title, document=phrases.documents()),
            caveats=caveats(receipt, phrases),
            summary=overview(self.tally, phrases, self.headline, loose) if self.is_many else (),
            subjects=(),
            findings_heading=phrases.say("told-findings"),
            findings=loose,
            notices=lambda: (finding_told(one, phrases) for one in findings() if one.severity == "info"),
            notices_fold=phrases.say("told-notices", count=notices) if notices else "",
            headline=self.headline,
            receipt_heading=phrases.say("told-receipt"),
            receipt=lambda: _receipt(receipt, phrases, self.explains),
            receipt_fold=phrases.say("told-receipt-fold", count=len(_RECEIPT)),
            explains=self.explains,
        )


def tell(answer: Answer, phrases: Phrases, *, explain: bool = False, everything: bool = False) -> Told:
    """All that is to be told of an answer that is held as a whole, in one language.

    Args:
        answer: what was decided.
        phrases: the wordings in the reader's language.
        explain: list every criterion with its truth, values and words.
        everything: unfold the clauses without money.
    """
    times = Counter(record.id for record in answer.records)
    repeated = {name for name, count in times.items() if count > 1}
    counts = len(answer.enterprises), len(answer.records)
    telling = Telling(phrases, *counts, repeated, explain=explain, everything=everything)
    subjects = telling.take(Portion(answer, range(len(answer.records))))
    return replace(telling.told(answer.receipt, lambda: answer.findings), subjects=subjects)


def _receipt(receipt: Receipt, phrases: Phrases, explain: bool) -> tuple[Line, ...]:
    values = (
        f"policykb {receipt.version}",
        f"sha256:{receipt.rules}",
        f"sha256:{receipt.records}",
        receipt_text(receipt, Shown(phrases.lang, explain)),
    )
    said = (phrases.say("pair", key=phrases.say(name), value=one) for name, one in zip(_RECEIPT, values, strict=True))
    return tuple(
        Line("replay" if name == "book-replay" else "receipt", text) for name, text in zip(_RECEIPT, said, strict=True)
    )


class _Subjects(Sequence[SubjectTold]):
    """The subjects of an answer, each told when it is asked for, so that those of a district are never held at once."""

    def __init__(self, teller: Teller) -> None:
        self.teller, self._owned = teller, teller.owned

    def __len__(self) -> int:
        return len(self._owned)

    @overload
    def __getitem__(self, place: int) -> SubjectTold: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[SubjectTold]: ...

    def __getitem__(self, place: int | slice) -> SubjectTold | Sequence[SubjectTold]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        return _subject(self.teller, *self._owned[place])


def _subject(
    teller: Teller, enterprise: EnterpriseTotal, owned: Sequence[tuple[Record, list[Decision]]]
) -> SubjectTold:
    name = enterprise.name or enterprise.records[0]
    code = enterprise.credit_code or ""
    return SubjectTold(
        name=name,
        code=code,
        heading=f"{name} {code}".rstrip(),
        sums=subject_sums(teller, owned),
        totals=tuple(enterprise.total.values()),
        eligible=enterprise.eligible,
        undetermined=enterprise.undetermined,
        records=tuple(_record(teller, name, record, decisions) for record, decisions in owned),
    )


def _record(teller: Teller, subject: str, record: Record, decisions: list[Decision]) -> RecordTold:
    phrases = teller.phrases
    times = Counter(note.get(phrases.lang) for decision in decisions for note in dict.fromkeys(decision.notes))
    outside = _outside(decisions, phrases)
    # What binds some of the clauses is said of these, and not of the record.
    binding = teller.binding
    shared = frozenset(n for n, count in times.items() if (count > 1 and n not in binding) or n in outside)
    lines = [Line("note", outside.get(note) or phrases.say("told-note", note=note)) for note in times if note in shared]
    named = dict.fromkeys(reading for decision in decisions for reading in decision.readings or ())
    lines += [_reading(teller, name) for name in named]
    return RecordTold(
        id=record.id,
        kind=phrases.kind(record.type),
        period=record.period,
        heading=teller.heading(record),
        findings=teller.findings_told(subject, record, decisions),
        lines=tuple(lines),
        sections=tuple(_sections(teller, record, decisions, shared)),
    )


def _outside(decisions: Sequence[Decision], phrases: Phrases) -> dict[str, str]:
    """The notes that a document does not cover a record, each as it is told: of several documents with its name."""
    named: dict[str, dict[str, None]] = {}
    for decision in decisions:
        if decision.status == "not-in-force":
            clause = phrases.book.clauses.get(decision.clause or "")
            about = phrases.document_of(clause.iri) if clause is not None else ""
            for note in decision.notes:
                named.setdefault(note.get(phrases.lang), {})[about] = None
    return {
        note: phrases.say("pair", key=phrases.join(about), value=note) if all(about) else note
        for note, about in named.items()
    }


def _reading(teller: Teller, name: str) -> Line:
    phrases, reading = teller.phrases, teller.readings[name]
    alternative = reading.alternative or reading.label
    return Line("reading", phrases.say("told-reading", reading=name, label=reading.label, alternative=alternative))


def _kind(decision: Decision, phrases: Phrases) -> SectionKind:
    """The section that a decision belongs to."""
    if decision.clause is None:
        return "invalid"
    clause = phrases.book.clauses[decision.clause]
    if decision.status in ("not-in-force", "not-applicable"):
        return decision.status
    if not clause.grants_money:
        return "duty" if clause.kind == _DUTY and decision.status != "not-eligible" else "support"
    if decision.suppressed_by is not None:
        return "outdone"
    kinds: dict[str, SectionKind] = {"eligible": "eligible", "undetermined": "open", "not-eligible": "not-eligible"}
    return kinds[decision.status]


def _sections(teller: Teller, record: Record, decisions: list[Decision], shared: frozenset[str]) -> Iterator[Section]:
    phrases = teller.phrases
    by_kind: dict[SectionKind, list[Item]] = {}
    for one in teller.entitlements.get(record.id, ()):
        if one.clause is None:
            kind: SectionKind = "open" if one.status == "undetermined" else "eligible"
            by_kind.setdefault(kind, []).append(group_item(teller, one))
    for decision in decisions:
        item = _invalid(decision, phrases) if decision.clause is None else clause_item(teller, record, decision, shared)
        by_kind.setdefault(_kind(decision, phrases), []).append(item)
    kinds = [kind for kind in _ORDER if kind in by_kind]
    for number, kind in enumerate(kinds, 1):
        items = tuple(sorted(by_kind[kind], key=_place))
        is_folded = not teller.everything and (kind == "not-in-force" or (kind == "support" and len(kinds) > 1))
        # The words of a section hang on what its items are, and not on what they tell.
        states = tuple((one.state, one.status) for one in items)
        heading, counts, fold = phrases.once(
            ("section", teller.is_many, kind, number, is_folded, states),
            partial(_said, teller, kind, number, items, is_folded=is_folded),
        )
        yield Section(kind, heading, items, is_folded, counts, fold)


def _said(
    teller: Teller, kind: SectionKind, number: int, items: Sequence[Item], *, is_folded: bool
) -> tuple[str, str, str]:
    """The heading of a section, how many items of each status it has, and what stands in their place."""
    counts = _counts(kind, items, teller.phrases)
    fold = teller.phrases.say("told-unfold", fold=counts) if is_folded else ""
    return _heading(teller, kind, number, items), counts, fold


_STATES: tuple[Status, ...] = ("eligible", "undetermined", "not-eligible")


def _place(item: Item) -> tuple[int, bool, Decimal]:
    """Groups before clauses, what applies before what is open, and the greatest sums first."""
    state = _STATES.index(item.state) if item.state in _STATES else len(_STATES)
    most = None if item.amount is None else item.amount.max
    return (-1 if item.is_group else state, item.amount is None or most is not None, -(most or Decimal(0)))


def _invalid(decision: Decision, phrases: Phrases) -> Item:
    return Item(
        source="",
        is_group=False,
        title=phrases.say("told-not-worked-out"),
        article="",
        number=None,
        state=decision.status,
        status=phrases.status(decision),
    )


def _heading(teller: Teller, kind: SectionKind, number: int, items: Sequence[Item]) -> str:
    # What all items say of themselves says more than that something higher is paid.
    own = ("status-excluded", "status-not-chosen", "status-outdone") if kind == "outdone" else ()
    alike = next((status for status in map(teller.say, own) if all(one.status == status for one in items)), "")
    # An award that may not even fit is not said to fit.
    is_open = kind == "outdone" and any(one.state != "eligible" for one in items)
    name = alike or teller.say(f"told-section-{kind}-open" if is_open else f"told-section-{kind}")
    # What does not apply is counted apart.
    count = sum(item.state != "not-eligible" for item in items) if kind == "support" else len(items)
    numeral = teller.say("told-numerals")[number - 1 : number]
    if not count or kind == "invalid":
        return teller.phrases.say("told-heading", number=numeral, title=name)
    return teller.phrases.say("told-heading-count", number=numeral, title=name, count=count)


def _counts(kind: SectionKind, items: Sequence[Item], phrases: Phrases) -> str:
    """How many items there are of each status, none of them zero."""
    if kind == "not-in-force":
        return phrases.say("told-fold-not-in-force", count=len(items))
    counts = Counter(item.state for item in items)
    parts = [
        phrases.say(f"told-fold-{state}", count=counts[state])
        for state in _STATES
        if counts[state]
    ]  # fmt: skip
    return phrases.join(parts)
