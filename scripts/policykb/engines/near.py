"""Near misses: the one number of a record that, changed alone, would make a clause apply.

A number is changed and the record decided again, so that what a condition means, however it nests, is asked of the
engine and said nowhere else. Only where a criterion can turn is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ..law.rules import RuleBook
from ..model import Clause, Criterion, Decision, Node, Record
from .engine import Engine
from .sparql import SparqlEngine
from .turning import Along, beyond, reaches

__all__ = ["NearMiss", "near_misses"]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A clause that a record would have, were one of its numbers another.

    `bound` is what `criterion` asks of that number, all else being as it is; `needed` the value that would do: the
    bound itself, or the next value beyond it where the bound is not enough.
    """

    record: str
    clause: str
    fact: str
    actual: Decimal
    bound: Decimal
    needed: Decimal
    criterion: str

    @property
    def distance(self) -> Decimal:
        """How far off the number is, as a share of the larger of the two: the same up and down, between 0 and 1."""
        return abs(self.needed - self.actual) / max(self.needed, self.actual)


def near_misses(
    book: RuleBook,
    records: Sequence[Record],
    decisions: Sequence[Decision],
    day: date | None,
    engine: Engine | None = None,
) -> list[NearMiss]:
    """For each decision that is not eligible, the nearest single number that would make it eligible, if there is one.

    Args:
        book: the rules that the records were decided under.
        records: the records, their ids unique among those decided.
        decisions: what they came to; those of other records are left out.
        day: the as-of day; each record's own period end if None.
        engine: decides the changed records; SPARQL if None.
    """
    by_id = {record.id: record for record in records}
    numbers = _numbers(book)
    waiting: list[list[NearMiss]] = []
    for decision in decisions:
        if decision.status == "not-eligible" and decision.clause is not None and decision.record in by_id:
            tries = _candidates(book, by_id[decision.record], decision, numbers, day)
            # Of equally near values the one of the fact that the record states first is tried first.
            waiting.append(sorted(tries, key=lambda near: near.distance))
    decider, found = engine or SparqlEngine(book), []
    while waiting := [queue for queue in waiting if queue]:
        nearest = [queue.pop(0) for queue in waiting]
        outcomes = decider.decide([_changed(by_id[n.record], n.fact, n.needed) for n in nearest], day)
        for queue, near, outcome in zip(waiting, nearest, outcomes, strict=True):
            if outcome.statuses.get(near.clause) == "eligible":
                found.append(near)
                queue.clear()
    return found


def _numbers(book: RuleBook) -> dict[str, Decimal]:
    """The facts that are numbers, and no codes, with the step from one value to the next."""
    vocabulary = book.vocabulary
    numbers = [fact for fact in vocabulary.facts.values() if fact.datatype in ("integer", "decimal") and not fact.codes]
    return {fact.id: vocabulary.step(fact.id) for fact in numbers}


def _candidates(
    book: RuleBook, record: Record, decision: Decision, numbers: Mapping[str, Decimal], day: date | None
) -> Iterator[NearMiss]:
    """The values at which a criterion turns, for each number that could be all that stands in the way."""
    clause = book.clauses[str(decision.clause)]
    unmet = [result.criterion for result in decision.criteria if result.truth != "met"]
    turning = [result.criterion for result in decision.criteria] if _negates(clause) else unmet
    required = {criterion.iri for criterion in _required(clause)}
    for name, value in record.facts.items():
        if name not in numbers or not isinstance(value, Decimal | int):
            continue
        if not all(reaches(book, criterion, name) for criterion in unmet if criterion.iri in required):
            continue
        actual, step = Decimal(value), numbers[name]
        along = Along(book, record, name, step, day)
        for criterion in turning:
            for bound in along.bounds(criterion):
                for needed in beyond(bound, actual, step):
                    # No rank or count is below one, and no sum below nothing.
                    if needed >= (step if step == 1 else 0):
                        yield NearMiss(record.id, clause.id, name, actual, bound, needed, criterion.iri)


def _changed(record: Record, fact: str, value: Decimal) -> Record:
    """A record with another number."""
    same = int(value) if isinstance(record.facts[fact], int) else value
    return replace(record, facts={**record.facts, fact: same})


def _required(clause: Clause) -> Iterator[Criterion]:
    """The criteria that no alternative can make up for."""
    trees = [clause.root, *(option.condition for option in clause.options if len(clause.options) == 1)]
    for tree in trees:
        if tree is not None:
            yield from _conjuncts(tree)


def _conjuncts(node: Node) -> Iterator[Criterion]:
    if node.criterion is not None:
        yield node.criterion
    elif node.op == "and" or (node.op == "or" and len(node.children) == 1):
        for child in node.children:
            yield from _conjuncts(child)


def _negates(clause: Clause) -> bool:
    """Whether a condition of the clause holds because a criterion does not."""
    trees = [clause.root, *(option.condition for option in clause.options)]
    return any(_has_not(tree) for tree in trees if tree is not None)


def _has_not(node: Node) -> bool:
    return node.op == "not" or any(_has_not(child) for child in node.children)
