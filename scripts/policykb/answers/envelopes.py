"""What the records at hand come to beside the funds and places that a document sets aside: told, never taken off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from ..law.rules import RuleBook
from ..model import Envelope, Finding, Place, Record, Text
from ..readers.findings import make_finding
from .answer import Answer
from .digest import answer_hash
from .grouping import Grouping
from .plain import plain

__all__ = ["with_envelopes"]

Ends = tuple[Decimal, Decimal | None]


def with_envelopes(answer: Answer, book: RuleBook) -> Answer:
    """The same answer with a finding for each envelope, and for each year where it is one of every year."""
    found = [finding for one in book.envelopes for finding in _findings(one, answer, book)]
    if not found:
        return answer
    told = replace(answer, findings=(*answer.findings, *found))
    return replace(told, receipt=replace(told.receipt, answer=answer_hash(told)))


def _findings(envelope: Envelope, answer: Answer, book: RuleBook) -> Iterator[Finding]:
    years = sorted({record.period[:4] for record in answer.records}) if envelope.is_yearly else [""]
    for year in years:
        records = {one.id: one for one in answer.records if one.period.startswith(year)}
        counted = _money if envelope.currency else _places
        low, high = counted(envelope, answer, book, records)
        if high == 0:
            continue
        is_over, is_within = low > envelope.most, high is not None and high <= envelope.most
        name = "envelope-over" if is_over else "envelope-within" if is_within else "envelope-open"
        words = {
            "label": envelope.label,
            "year": Text(f"{year}年" if year else "", f", {year}" if year else ""),
            "claimed": _range(envelope, book, low, high),
            "most": _shown(envelope, book, envelope.most),
        }
        severity = "info" if is_within else "warning"
        yield make_finding(book.vocabulary, name, severity, Place(answer.records[0].place.file), **words)  # type: ignore[arg-type]


def _money(envelope: Envelope, answer: Answer, book: RuleBook, records: dict[str, Record]) -> Ends:
    """The least and the most of what counts towards totals and comes from its clauses."""
    amounts = {
        (d.record, d.clause): d.amount for d in answer.decisions if d.clause is not None and d.amount is not None
    }
    behind = {(j.group, j.members[0].record): [(m.record, m.clause) for m in j.members] for j in answer.joints}
    lows, highs = list[Decimal](), list[Decimal | None]()
    for one in answer.entitlements:
        if one.clause is not None:
            parts = [(one.record, one.clause)]
        else:
            own = [(one.record, name) for name in book.group(one.group or "").members]
            parts = [part for part in behind.get((one.group or "", one.record), own) if part in amounts]
        mine = [part for part in parts if part[0] in records and part[1] in envelope.members]
        if not mine:
            continue
        if len(mine) == len(parts):
            lows.append(one.amount.min)
            highs.append(one.amount.max)
            continue
        # Of a sum of several years, or of other clauses as well, what is not of those others is of these.
        rest, most = (_most(amounts[part].max for part in some) for some in ([p for p in parts if p not in mine], mine))
        lows.append(Decimal(0) if rest is None else max(one.amount.min - rest, Decimal(0)))
        highs.append(min((end for end in (one.amount.max, most) if end is not None), default=None))
    return sum(lows, Decimal(0)), _most(highs)


def _most(ends: Iterable[Decimal | None]) -> Decimal | None:
    """What all come to at most; None where one of them has no upper end."""
    found = list(ends)
    return None if None in found else sum((end for end in found if end is not None), Decimal(0))


def _places(envelope: Envelope, answer: Answer, book: RuleBook, records: dict[str, Record]) -> Ends:
    """How many subjects have one of its clauses for certain, and how many may have."""
    mine: Sequence[Record] = list(records.values())
    grouping = Grouping(mine, book.record_rules.uniqueness.forms)
    owner = {mine[at].id: number for number in range(len(grouping)) for at in grouping.places(number)}
    had = {"eligible": set[int](), "undetermined": set[int]()}
    for decision in answer.decisions:
        if decision.clause in envelope.members and decision.record in owner and decision.status in had:
            had[decision.status].add(owner[decision.record])
    return Decimal(len(had["eligible"])), Decimal(len(had["eligible"] | had["undetermined"]))


def _range(envelope: Envelope, book: RuleBook, low: Decimal, high: Decimal | None) -> Text:
    least = _shown(envelope, book, low)
    if high is None:
        return Text(f"{least.zh}以上", f"{least.en} or more")
    most = _shown(envelope, book, high)
    return least if low == high else Text(f"{least.zh}至{most.zh}", f"{least.en} to {most.en}")


def _shown(envelope: Envelope, book: RuleBook, value: Decimal) -> Text:
    unit = book.vocabulary.units[envelope.unit]
    number = plain(value)
    if unit.written is not None and unit.factor == 1:
        return Text(*(form.replace("{value}", number) for form in (unit.written.zh, unit.written.en)))
    return Text(f"{number}{unit.label.zh}", f"{number} {unit.name(value, 'en')}")
