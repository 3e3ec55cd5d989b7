"""What is to be paid, or may be, sum by sum: to whom, by which measure, on what it rests, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..model import Amount, Entitlement
from .phrases import Phrases
from .told import Item, LineKind, SubjectTold

__all__ = ["Payment", "by_record", "payments"]

_OF_SEVERAL: tuple[LineKind, ...] = ("either", "arithmetic", "outdone")
"""What says of several awards that are counted together which they are, how they are capped, and what is not."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One entitlement of one subject, already worded.

    `source` is the clause, or the group that stands for several; `unit` the name of the currency; `payee_note` says
    that the payee is assumed, and of several awards counted together what of them no cap limits; `needs` what an open
    sum hangs on; `basis` the words of the text it rests on, and the awards that it stands for.
    """

    source: str
    number: int | str | None
    article: str
    title: str
    subject: str
    code: str
    record: str
    period: str
    status: str
    payee: str
    payee_note: str
    unit: str
    amount: Amount
    amount_text: str
    is_settled: bool
    needs: tuple[str, ...]
    basis: tuple[str, ...]


def by_record(entitlements: Iterable[Entitlement]) -> dict[str, list[Entitlement]]:
    """What counts, by record."""
    found: dict[str, list[Entitlement]] = {}
    for one in entitlements:
        found.setdefault(one.record, []).append(one)
    return found


def payments(subject: SubjectTold, owed: Mapping[str, Sequence[Entitlement]], phrases: Phrases) -> Iterator[Payment]:
    """The sums of a subject, each once; added up they are its totals. What rounds to nothing is no payment.

    Args:
        subject: the subject.
        owed: what counts, by record.
        phrases: the wordings.
    """
    for told in subject.records:
        items = {item.source: item for section in told.sections for item in section.items}
        for one in owed.get(told.id, ()):
            if one.amount.max != 0:
                yield _payment(one, items[one.source], subject, told.id, told.period, phrases)


def _payment(one: Entitlement, item: Item, subject: SubjectTold, record: str, period: str, phrases: Phrases) -> Payment:
    book, lang = phrases.book, phrases.lang
    names = (one.clause,) if one.clause else book.group(one.group or "").members
    clauses = [book.clauses[name] for name in names]
    # A sum that stands for several awards goes to whoever each of them is paid to.
    payees = dict.fromkeys(subject.name if each.payee is None else each.payee.get(lang) for each in clauses)
    assumed = [each.payee for each in clauses if each.payee is not None and "payee" in each.inferred]
    unit = phrases.vocabulary.units.get(one.amount.currency)
    return Payment(
        source=one.source,
        number=item.number,
        article=item.article,
        title=item.title,
        subject=subject.name,
        code=subject.code,
        record=record,
        period=period,
        status=item.status,
        payee=phrases.join(payees),
        payee_note=" ".join(
            [
                *([phrases.say("payee-inferred", payee=assumed[0])] if assumed else []),
                *(item.of("outdone") if item.is_group else ()),
            ]
        ),
        unit=unit.label.get(lang) if unit else one.amount.currency,
        amount=one.amount,
        amount_text=item.amount_text,
        is_settled=one.is_settled,
        needs=tuple(item.of("missing", "awaits", "open")),
        basis=tuple(item.of(*_OF_SEVERAL, "words") if item.is_group else item.of("words")),
    )
