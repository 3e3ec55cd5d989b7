"""Combine what is decided of several records of one subject: caps, the highest, a choice, what excludes others.

The meaning stands in the query `joint-10-combine`: here members are gathered, and what it says is carried out.

Caps of two documents may cross: each of them limits a clause that both name, and others that only one does. What the
first leaves is one sum, of which the second limits a part. Where it is met, what lies outside it comes on top, as far
as the first one leaves it: so the whole is at most the second cap and that. Where it is open which of several is had,
and only some of them give way to what another document gives, both ends hold whatever becomes of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from ..engines.joint import Case, Found, Summand, combine
from ..engines.program import smallest_unit
from ..law.rules import RuleBook
from ..model import Amount, Clause, Decision, Entitlement, Group, JointDecision, JointMember, Record
from .answer import Answer
from .digest import answer_hash
from .envelopes import with_envelopes
from .grouping import Grouping, totals_by_subject

__all__ = ["cap_of", "combined", "within"]

_Ends = tuple[Decimal, Decimal | None]
"""The least and the most; None where there is no upper end."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A sum that counts so far: the clauses behind it, and the least of it where it is had at all.

    Of a sum of several `parts` are those, and `cap` is what those of them were capped at that are `bound`.
    """

    sum: Entitlement
    behind: tuple[JointMember, ...]
    had: Decimal
    source: str
    parts: tuple[_Member, ...] = ()
    cap: _Ends | None = None
    bound: frozenset[str] = frozenset()

    @property
    def ends(self) -> _Ends:
        """The least and the most."""
        return self.sum.amount.min, self.sum.amount.max


@dataclass(frozen=True, slots=True)
class _Case:
    """One group, for one subject and period; `beyond` is what of its members is of clauses that it does not bind."""

    group: Group
    period: str | None
    members: tuple[_Member, ...]
    cap: _Ends | None
    beyond: _Ends

    @property
    def limit(self) -> _Ends | None:
        """What all of the members are at most: the cap, and what of them it does not limit."""
        return None if self.cap is None else _added([self.cap, self.beyond])

    def is_crossed_by(self, later: Iterable[Group]) -> bool:
        """Whether a cap still to come limits some of what this one does, beside what this one does not."""
        behind = {each.clause for one in self.members for each in one.behind}
        is_mixed = self.cap is not None and self.beyond[1] != 0
        return is_mixed and any(not behind.isdisjoint(each.members) for each in later)

    @property
    def is_vague(self) -> bool:
        """Whether some of what may be had gives way, or others give way to it, and it is open whether that is had.

        Then no less is left than one of the sums, and no more than all.
        """
        excluding = {*self.group.excluding}
        open_ = (one for one in self.members if one.sum.clause is None)
        is_open = any(each.clause in excluding for one in open_ for each in one.behind)
        return self.cap is None and (is_open or self.beyond[1] != 0)

    @property
    def asked(self) -> Case:
        """The same, as an engine is asked about it."""
        excluding = self.group.excluding
        if self.is_vague:
            lows = [one.sum.amount.min for one in self.members]
            least = min(lows) if self.group.combination == "excluded" else max(lows)
            sums = [
                Summand(False, False, low, low, one.sum.amount.max) for low, one in zip(lows, self.members, strict=True)
            ]
            return Case("sum", tuple(sums), (least, None))
        members = tuple(
            Summand(
                one.sum.status == "eligible",
                one.sum.clause in excluding,
                one.had,
                one.sum.amount.min,
                one.sum.amount.max,
            )
            for one in self.members
        )
        return Case(self.group.combination, members, self.limit)


def combined(answer: Answer, book: RuleBook) -> Answer:
    """An answer with what its groups leave over several records, which is known when all of them are decided.

    Args:
        answer: what is decided of each record by itself.
        book: the rules that combine: those of the last version, or those of several documents together.
    """
    return with_envelopes(_combined(answer, book) if book.joints else answer, book)


def within(
    record: Record, decisions: Sequence[Decision], entitlements: Sequence[Entitlement], book: RuleBook
) -> list[Entitlement]:
    """What counts of a record that stands alone, when its groups have left of it what they leave.

    Args:
        record: the record.
        decisions: what is decided of it.
        entitlements: what counts of it before.
        book: the rules that combine.
    """
    if not book.joints:
        return list(entitlements)
    _, sums, _ = _joined((record,), decisions, entitlements, book)
    return sums


def _combined(answer: Answer, book: RuleBook) -> Answer:
    joints, sums, decisions = _joined(answer.records, answer.decisions, answer.entitlements, book)
    decided = tuple(decisions.get((one.record, one.clause or ""), one) for one in answer.decisions)
    granting = {clause.id for clause in book.clauses.values() if clause.options}
    totals = totals_by_subject(answer.records, decided, sums, granting, book.record_rules.uniqueness.forms)
    found = replace(answer, decisions=decided, entitlements=tuple(sums), enterprises=totals, joints=tuple(joints))
    return replace(found, receipt=replace(found.receipt, answer=answer_hash(found)))


def _joined(
    all_: Sequence[Record], decided: Sequence[Decision], entitlements: Sequence[Entitlement], book: RuleBook
) -> tuple[list[JointDecision], list[Entitlement], dict[tuple[str, str], Decision]]:
    """What the groups do, the sums that they leave, and the decisions that they change."""
    records = {record.id: record for record in all_}
    decisions = {(one.record, one.clause): one for one in decided if one.clause is not None}
    subjects = _subjects(all_, book)
    joints: list[JointDecision] = []
    members = [_member(one, book, decisions) for one in entitlements]
    compared = {inner for one in book.joints.values() if one.combination != "sum" for inner in one.inner}
    later = list(book.joints.values())
    while later:
        group = later.pop(0)
        cases = list(_cases(group, members, records, subjects, book))
        for case, found in zip(cases, combine([case.asked for case in cases], book.origin.root), strict=True):
            is_compared = group.id in compared and group.combination == "sum" and len(case.members) > 1
            if is_compared or case.is_crossed_by(later):
                # What is held against something else as a whole is one sum, whether the cap cuts it or not.
                found = replace(found, how="together")
            joints.append(_joint(case, found))
            members = _left(members, case, found)
            decisions |= _kept_out(case, found, decisions)
    return joints, [one.sum for one in members], decisions


def _subjects(records: Sequence[Record], book: RuleBook) -> dict[str, tuple[int, tuple[Record, ...]]]:
    """The number of the subject of each record, and all records of that subject."""
    grouping = Grouping(records, book.record_rules.uniqueness.forms)
    found: dict[str, tuple[int, tuple[Record, ...]]] = {}
    for number in range(len(grouping)):
        own = tuple(records[place] for place in grouping.places(number))
        found |= {record.id: (number, own) for record in own}
    return found


def _member(one: Entitlement, book: RuleBook, decisions: Mapping[tuple[str, str], Decision]) -> _Member:
    names = (one.clause,) if one.clause is not None else book.groups[one.group or ""].members
    alive = [name for name in names if (d := decisions.get((one.record, name))) is not None and d.amount is not None]
    behind = tuple(JointMember(one.record, name) for name in alive)
    had = one.amount.min
    if one.clause is not None and one.status == "undetermined" and not had:
        had = _had(decisions[one.record, one.clause], book.clauses[one.clause])
    return _Member(one, behind, had, one.group or one.clause or "")


def _had(decision: Decision, clause: Clause) -> Decimal:
    """The least that an open clause gives where it applies."""
    certain = [one.amount.min for one in decision.options if one.truth == "met"]
    if clause.combination == "sum":
        return sum(certain, Decimal(0))
    return max(certain) if certain else min((one.amount.min for one in decision.options), default=Decimal(0))


def _cases(
    group: Group,
    members: Sequence[_Member],
    records: Mapping[str, Record],
    subjects: Mapping[str, tuple[int, tuple[Record, ...]]],
    book: RuleBook,
) -> Iterator[_Case]:
    """The subjects and periods with a sum that the group is about."""
    names = _names(group)
    found: dict[tuple[object, ...], list[_Member]] = {}
    for one in members:
        if one.source in names or one.sum.clause in names or not _is_outside(one, names):
            name = one.sum.record
            year = _year(records[name])
            key = {"record": (name,), "subject-year": (subjects[name][0], year), "subject": (subjects[name][0],)}
            found.setdefault(key[group.scope], []).append(one)
    for own in found.values():
        name = own[0].sum.record
        period = None if group.scope == "subject" else _year(records[name])
        near = subjects[name][1] if group.scope != "record" else (records[name],)
        facts = [record for record in near if period in (None, _year(record))]
        beyond = _added([_beyond(one, names) for one in own])
        yield _Case(group, period, tuple(own), cap_of(group, facts, own[0].sum.amount.currency, book), beyond)


def _names(group: Group) -> frozenset[str]:
    """The clauses that a group binds, and the groups among its members."""
    return frozenset((*group.members, *group.inner))


def _is_outside(one: _Member, names: Collection[str]) -> bool:
    """Whether nothing of a sum is of these clauses."""
    return not any(each.clause in names for each in one.behind)


def _beyond(one: _Member, names: frozenset[str]) -> _Ends:
    """What of a sum is of none of these clauses, whatever becomes of the rest of it."""
    if one.source in names or one.sum.clause in names or all(each.clause in names for each in one.behind):
        return Decimal(0), Decimal(0)
    if _is_outside(one, names):
        return one.ends
    if one.cap is None:
        # One of several is had, of which some are of these clauses.
        return Decimal(0), one.ends[1]
    low, high = _added([_beyond(part, names) for part in one.parts])
    least, most = _added([one.cap, *(_beyond(part, names | one.bound) for part in one.parts)])
    bounded = [end for end in (high, most) if end is not None]
    return min(low, least), min(bounded, default=None)


def _added(all_: Iterable[_Ends]) -> _Ends:
    low, high = Decimal(0), Decimal(0)
    is_endless = False
    for least, most in all_:
        low, high, is_endless = low + least, high + (most or 0), is_endless or most is None
    return low, None if is_endless else high


def _year(record: Record) -> str:
    return (record.period or "")[:4]


def cap_of(group: Group, records: Iterable[Record], currency: str, book: RuleBook) -> _Ends | None:
    """The least and the most that the cap may be: a share of what is not stated, or stated in several ways, is open."""
    if group.combination != "sum":
        return None
    unit = smallest_unit(book, currency)
    if group.rate is None or group.base is None:
        assert group.cap is not None
        cap = group.cap.quantize(unit)
        return cap, cap
    stated = [Decimal(str(record.facts[group.base])) for record in records if record.facts.get(group.base) is not None]
    if not stated:
        return unit * 0, None
    caps = [(max(one, Decimal(0)) * group.rate).quantize(unit, ROUND_HALF_UP) for one in stated]
    return min(caps), max(caps)


def _stays(case: _Case, found: Found, place: int) -> bool:
    """Whether a member of a case with a winner is had besides it, or is the winner."""
    return place == found.winner or case.members[place].sum.clause in case.group.excluding


def _left(members: Sequence[_Member], case: _Case, found: Found) -> list[_Member]:
    """The sums that count, once a case is combined."""
    if found.how == "apart":
        return list(members)
    first, *_ = case.members
    if found.how == "winner":
        gone = {id(one) for place, one in enumerate(case.members) if not _stays(case, found, place)}
        return [one for one in members if id(one) not in gone]
    amount = Amount(*found.ends, first.sum.amount.currency)
    whole = Entitlement(first.sum.record, None, case.group.id, found.status, amount)
    behind = tuple(one for member in case.members for one in member.behind)
    mine = {id(one) for one in case.members}
    one_sum = _Member(whole, behind, found.ends[0], case.group.id, case.members, case.cap, _names(case.group))
    return [one_sum if one is first else one for one in members if one is first or id(one) not in mine]


def _joint(case: _Case, found: Found) -> JointDecision:
    currency = case.members[0].sum.amount.currency
    won = None if found.winner is None else case.members[found.winner]
    zero = case.members[0].sum.amount.min * 0  # with the digits of the currency
    left = _left(case.members, case, found)
    amount = left[0].sum.amount
    for one in left[1:]:
        amount = amount.plus(one.sum.amount)
    return JointDecision(
        case.group.id,
        case.period,
        tuple(one for member in case.members for one in member.behind),
        found.how,
        won.behind[0] if won is not None and won.sum.clause is not None else None,
        None if case.cap is None else Amount(*case.cap, currency),
        amount,
        Amount(*_added([case.beyond, (zero, zero)]), currency)
        if case.cap is not None and case.beyond[1] != 0
        else None,
        (case.group.base,) if case.cap is not None and case.cap[1] is None and case.group.base is not None else (),
    )


def _kept_out(
    case: _Case, found: Found, decisions: Mapping[tuple[str, str], Decision]
) -> dict[tuple[str, str], Decision]:
    """The decisions on members that are had, and on those that give way."""
    if found.how != "winner" or found.winner is None:
        return {}
    won = case.members[found.winner].sum
    kept: dict[tuple[str, str], Decision] = {}
    for place, member in enumerate(case.members):
        for one in member.behind:
            before = decisions[one.record, one.clause]
            if _stays(case, found, place):
                kept[one.record, one.clause] = replace(before, selected=before.selected is not False)
            elif before.suppressed_by is None:
                elsewhere = None if one.record == won.record else won.record
                # A sum of several has the name of the group that made it one.
                by = won.clause or won.group
                kept[one.record, one.clause] = replace(
                    before, selected=False, suppressed_by=by, suppressed_in=elsewhere
                )
    return kept
