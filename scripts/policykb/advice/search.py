"""The smallest changes of a record that give it a clause, or the next tier of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..answers.answer import add_up
from ..answers.decisions import Decider
from ..engines.turning import reaches
from ..model import Clause, Criterion, CriterionResult, Decision, Entitlement, Option, Record, Truth, Value
from .goals import to_turn, trees
from .promise import Advice, Aim, Change, Given, Way
from .trials import Trials, changed

__all__ = ["Search", "Wish", "given"]

_ROUNDS = 3
"""How often a change that was not enough is carried further."""


def given(decision: Decision, entitlements: Sequence[Entitlement]) -> Given:
    """What a decision comes to, beside what its record gets in all."""
    options = frozenset(one.option.iri for one in decision.options if one.truth == "met")
    return Given(decision.status, decision.amount, options, decision.awaiting, add_up(entitlements))


@dataclass
class Wish:
    """What is looked for: a clause for a record, or one of its options; and what was found.

    Args:
        record: the record as it is, decided as `decision`.
        clause: the clause.
        aim: to have it at all, or more of it.
        now: what it comes to now.
        options: the options that would do, or None where it has none.
    """

    record: Record
    decision: Decision
    clause: Clause
    aim: Aim
    now: Given
    options: tuple[Option | None, ...]
    found: list[Way] = field(default_factory=list)

    def is_granted(self, then: Given, missing: Sequence[str]) -> bool:
        """Whether this is what is looked for: to have it, or to wait for nothing but bodies; or a higher tier."""
        if self.aim == "more":
            return self.is_more(then) and then.options != self.now.options
        return then.status == "eligible" or (then.status == "undetermined" and bool(then.awaiting) and not missing)

    def is_more(self, then: Given) -> bool:
        """Whether the clause is had for a higher sum than now."""
        return then.status == "eligible" and then.pays_more_than(self.now)

    def advice(self) -> Advice:
        """The ways found: of those that change the same facts the nearest, none that changes more than another does."""
        ways = sorted(self.found, key=_size)
        if self.aim == "more" and ways:
            # The next tier is the one of the lowest sum; all ways to it lead to the same options.
            lowest = min(ways, key=lambda way: (len(way.changes), way.after.amount.min if way.after.amount else 0))
            ways = [way for way in ways if way.after.options == lowest.after.options]
        best: dict[frozenset[str], Way] = {}
        for way in ways:
            facts = frozenset(change.fact for change in way.changes)
            if not any(smaller <= facts for smaller in best):
                best[facts] = way
        return Advice(self.decision, self.aim, self.now, tuple(best.values()))


def _size(way: Way) -> tuple[int, Decimal, Decimal]:
    """How many facts, how far as shares, and, since all is equally far from nothing, how far in figures."""
    shares = sum((change.distance for change in way.changes), Decimal(0))
    return len(way.changes), shares, sum((change.length for change in way.changes), Decimal(0))


@dataclass(frozen=True)
class Search:
    """Looks for what many wishes need at once, so that the engine decides all that is tried in one go.

    Args:
        decider: the rules.
        trials: what could be changed under them.
    """

    decider: Decider
    trials: Trials

    def fulfil(self, wishes: Sequence[Wish]) -> None:
        """Find the ways of each wish; what falls short is carried further from where it led to."""
        self._climb([wish for wish in wishes if wish.aim == "more"])
        waiting = [(wish, wish.record, wish.decision) for wish in wishes]
        seen: set[tuple[int, frozenset[tuple[str, Value]]]] = set()
        for _ in range(_ROUNDS):
            tries: list[tuple[Wish, Record]] = []
            for wish, record, decision in waiting:
                for values in self._values(wish, record, decision):
                    other = changed(record, values)
                    key = (id(wish), frozenset((name, other.facts[name]) for name in _differing(wish.record, other)))
                    if key not in seen:
                        seen.add(key)
                        tries.append((wish, other))
            waiting = []
            for wish, record, decision, after in self._decided(tries):
                if wish.is_granted(after, decision.missing):
                    wish.found.append(self._way(wish, record, decision, after))
                else:
                    waiting.append((wish, record, decision))

    def _climb(self, wishes: Sequence[Wish]) -> None:
        """Find the next whole step of what is had already: the same option, and more of it."""
        tries = [
            (wish, changed(wish.record, {name: value}))
            for wish in wishes
            for name, value in self.trials.whole_steps(wish.record, wish.clause, up=True)
        ]
        for wish, record, decision, after in self._decided(tries):
            if wish.is_more(after):
                wish.found.append(self._way(wish, record, decision, after))

    def _decided(self, tries: Sequence[tuple[Wish, Record]]) -> Iterator[tuple[Wish, Record, Decision, Given]]:
        """How the clause of each wish is decided for a changed record; nothing where the record breaks a data rule."""
        results = self.decider.alone([record for _, record in tries], self.trials.day)
        for (wish, record), result in zip(tries, results, strict=True):
            if result is not None:
                decision = next(one for one in result[0] if one.clause == wish.clause.id)
                yield wish, record, decision, given(decision, result[1])

    def _values(self, wish: Wish, record: Record, decision: Decision) -> Iterator[dict[str, Value]]:
        truths = {one.criterion.iri: one.truth for one in decision.criteria}
        for option in wish.options:
            for turn in to_turn(trees(wish.clause, option), truths):
                # What waits for a body is not for the applicant to turn, and does not stand in the way of waiting.
                own = tuple(one for one in turn if not self._waits(one[0], truths))
                if own:
                    yield from self.trials.of(record, own, truths)

    def _waits(self, criterion: Criterion, truths: Mapping[str, Truth]) -> bool:
        facts = self.trials.vocabulary.facts
        return (
            truths[criterion.iri] == "unknown"
            and criterion.path in facts
            and facts[criterion.path].decided_by is not None
        )

    def _way(self, wish: Wish, record: Record, decision: Decision, after: Given) -> Way:
        changes = []
        for name in _differing(wish.record, record):
            criteria = self.turned(name, wish.decision, decision, "met")
            changes.append(Change(name, wish.record.facts.get(name), record.facts[name], criteria))
        return Way(tuple(changes), after, record)

    def turned(self, fact: str, before: Decision, after: Decision, truth: Truth) -> tuple[CriterionResult, ...]:
        """The criteria that rest on a fact and turn to a truth between two decisions; any that turn where none does so.

        They are as they were before.
        """
        then = {one.criterion.iri: one.truth for one in after.criteria}
        about = [one for one in before.criteria if reaches(self.decider.book, one.criterion, fact)]
        turned = [one for one in about if then[one.criterion.iri] != one.truth]
        return tuple(one for one in turned if then[one.criterion.iri] == truth) or tuple(turned)


def _differing(before: Record, after: Record) -> list[str]:
    return [name for name, value in after.facts.items() if before.facts.get(name) != value]
