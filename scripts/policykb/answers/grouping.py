"""Records gathered by their subjects, of whom there may be millions."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..law.subjects import NameForms, Subjects
from ..model import Amount, Decision, Entitlement, Record
from .answer import EnterpriseTotal, add_up

__all__ = ["Grouping", "Sums", "total_of", "totals_by_subject"]

_COUNTED = ("eligible", "undetermined")


@dataclass(frozen=True, slots=True)
class Sums:
    """What a record adds to the totals of its subject: sums by currency, and how many clauses grant or may grant."""

    total: Mapping[str, Amount]
    eligible: int
    undetermined: int


class Grouping:
    """The places of the records of each subject, in the order in which subjects first appear.

    Args:
        records: all records.
        forms: the words for a company's form, in which the names of one subject may differ.
    """

    def __init__(self, records: Iterable[Record], forms: NameForms) -> None:
        subjects = Subjects(forms)
        handles = array("q", (subjects.add(record) for record in records))
        numbers: dict[int, int] = {}
        of = array("q", (numbers.setdefault(subjects.of(one), len(numbers)) for one in handles))
        counts = Counter(of)
        self._ends = array("q", [0])
        for number in range(len(numbers)):
            self._ends.append(self._ends[-1] + counts[number])
        free = self._ends[:-1]
        self._places = array("q", bytes(8 * len(handles)))
        for place, number in enumerate(of):
            self._places[free[number]] = place
            free[number] += 1

    def __len__(self) -> int:
        """How many subjects there are."""
        return len(self._ends) - 1

    def places(self, number: int) -> Sequence[int]:
        """The places of the records of a subject."""
        return self._places[self._ends[number] : self._ends[number + 1]]


def total_of(owned: Sequence[Record], members: Sequence[int], sums: Iterable[Sums]) -> EnterpriseTotal:
    """What a subject gets across its records.

    Args:
        owned: its records.
        members: their places in the answer.
        sums: what each of them adds.
    """
    total: dict[str, Amount] = {}
    eligible = undetermined = 0
    for one in sums:
        for currency, amount in one.total.items():
            total[currency] = total[currency].plus(amount) if currency in total else amount
        eligible += one.eligible
        undetermined += one.undetermined
    first = next((record for record in owned if record.credit_code), owned[0])
    names = tuple(record.id for record in owned)
    return EnterpriseTotal(first.credit_code, first.name, names, total, eligible, undetermined, tuple(members))


def totals_by_subject(
    records: Sequence[Record],
    decisions: Iterable[Decision],
    entitlements: Iterable[Entitlement],
    granting: Collection[str],
    forms: NameForms,
) -> tuple[EnterpriseTotal, ...]:
    """What each subject gets across records that are held as a whole.

    Args:
        records: all records of the answer.
        decisions: the decisions on them.
        entitlements: what counts of these.
        granting: ids of the clauses that grant money.
        forms: the words for a company's form, in which the names of one subject may differ.
    """
    owed: dict[str, list[Entitlement]] = {}
    for one in entitlements:
        owed.setdefault(one.record, []).append(one)
    counts: dict[str, Counter[str]] = {}
    for decision in decisions:
        if decision.clause in granting and decision.selected is not False:
            counts.setdefault(decision.record, Counter())[decision.status] += 1
    sums = [
        Sums(add_up(owed.get(record.id, ())), *(counts.get(record.id, Counter())[one] for one in _COUNTED))
        for record in records
    ]
    grouping = Grouping(records, forms)
    return tuple(
        total_of([records[at] for at in members], members, [sums[at] for at in members])
        for members in map(grouping.places, range(len(grouping)))
    )
