"""The best lawful combination of what a subject may have: the awards, the best other set, and the words between them.

What is lawful is said by groups: one of several, what excludes others, sums up to a cap. A clause is in one group at
most and groups nest, so that they form trees. What a tree gives at the best is found by HiGHS as an integer program;
what a set comes to is added up exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..answers.answer import Answer, EnterpriseTotal
from ..errors import CallError
from ..law.rules import RuleBook
from ..model import Decision, Group, Record
from .awards import CHOICES, Award, End, Tree, come_to, members_of, trees_of
from .program import best_of

__all__ = ["Best", "Sets", "best_sets"]

_ENDLESS = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Sets:
    """The best lawful set at one end, and the best other one that has something which it lacks.

    A total is infinite where there is no upper end, and then no other set is named. `forbidden` are the groups whose
    words forbid both together.
    """

    total: Decimal
    had: tuple[Award, ...]
    other_total: Decimal | None = None
    other: tuple[Award, ...] = ()
    forbidden: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Best:
    """What a subject may have: the awards of its records by themselves, and the best of them by currency and end."""

    subject: EnterpriseTotal
    awards: tuple[Award, ...]
    sets: Mapping[str, Mapping[End, Sets]]


def best_sets(answer: Answer, book: RuleBook) -> list[Best]:
    """The best lawful combination of each subject, which comes to what the answer says it gets.

    Args:
        answer: what is decided by one version of one document, without records that break a data rule.
        book: its rules.

    Raises:
        CallError: whether something is had that keeps others out is open.
    """
    decisions: dict[str, list[Decision]] = {}
    for one in answer.decisions:
        if one.amount is not None:
            decisions.setdefault(one.record, []).append(one)
    return [_best(total, [answer.records[at] for at in total.members], decisions, book) for total in answer.enterprises]


def _best(
    subject: EnterpriseTotal, records: Sequence[Record], decisions: Mapping[str, Sequence[Decision]], book: RuleBook
) -> Best:
    found = []
    for record in records:
        for one in decisions.get(record.id, ()):
            assert one.clause is not None and one.amount is not None
            _refuse_open(one, book)
            ends = one.amount.min, one.amount.max
            found.append(Award(record.id, one.clause, (record.period or "")[:4], one.amount.currency, *ends))
    sets: dict[str, dict[End, Sets]] = {}
    for currency in dict.fromkeys(award.currency for award in found):
        own = [award for award in found if award.currency == currency]
        sets[currency] = {"least": _sets(own, "least", records, book), "most": _sets(own, "most", records, book)}
        told = subject.total[currency]
        ends = sets[currency]["least"].total, sets[currency]["most"].total
        if ends != (told.min, _ENDLESS if told.max is None else told.max):
            raise CallError("certificate-open", clause=own[0].clause, record=own[0].record)
    return Best(subject, tuple(found), sets)


def _refuse_open(decision: Decision, book: RuleBook) -> None:
    is_open = decision.status != "eligible" and decision.amount is not None and not decision.amount.min
    if is_open and any(decision.clause in group.excluding for group in book.joints.values()):
        raise CallError("certificate-open", clause=decision.clause, record=decision.record)


def _sets(own: Sequence[Award], end: End, records: Sequence[Record], book: RuleBook) -> Sets:
    excluding = {name for group in book.joints.values() for name in group.excluding}
    alive = [award for award in own if award.at(end) or award.clause in excluding]
    trees = trees_of(alive, end, records, book)
    chosen = [one for tree in trees if (one := best_of(tree, end)) is not None]
    had = frozenset().union(*chosen)
    totals = [come_to(tree, one, end) for tree, one in zip(trees, chosen, strict=True)]
    total = sum(totals, own[0].least * 0)
    if total == _ENDLESS:
        return Sets(total, _in_order(own, had))
    others = []
    for tree, one, of_one in zip(trees, chosen, totals, strict=True):
        rival = best_of(tree, end, lacking=one)
        if rival is not None:
            whole = (had - one) | rival
            others.append(
                (total - of_one + come_to(tree, rival, end), [a in whole for a in own], whole, tree, one | rival)
            )
    if not others:
        return Sets(total, _in_order(own, had))
    other_total, _, other, tree, union = max(others, key=lambda one: one[:2])
    forbidden = {group.id: group for group in _forbidding(tree, union)}
    by_iri = sorted(forbidden.values(), key=lambda group: group.iri)
    return Sets(total, _in_order(own, had), other_total, _in_order(own, other), tuple(by_iri))


def _in_order(own: Sequence[Award], had: frozenset[Award]) -> tuple[Award, ...]:
    return tuple(award for award in own if award in had)


def _forbidding(tree: Tree, union: frozenset[Award]) -> Iterator[Group]:
    """The groups that do not let all of these awards be had together."""
    for part in tree.parts:
        yield from _forbidding(part, union)
    touched = [part for part in tree.parts if union.intersection(members_of(part))]
    if tree.group is not None and tree.group.combination in CHOICES and len(touched) > 1:
        yield tree.group
