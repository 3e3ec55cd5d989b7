"""The numbers that a clause or its tier stands on, and what the next value would cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..engines.turning import reaches
from ..model import Clause, Decision, Entitlement, Record, Value
from .promise import Change, Cliff, Given
from .search import Search, given
from .trials import changed

__all__ = ["cliffs"]

Case = tuple[Record, Decision, Clause, Sequence[Entitlement]]


def cliffs(search: Search, cases: Sequence[Case]) -> list[Cliff]:
    """For each clause that is had and each number it stands on, the nearest value on either side that loses by it.

    Args:
        search: what could be changed, and what decides it.
        cases: records with their decisions; those that are not eligible stand on nothing.
    """
    tries = [(case, name, value, False) for case in cases for name, value in _edges(search, *case[:2])]
    tries += [
        (case, name, value, True)
        for case in cases
        if case[1].status == "eligible"
        for name, value in search.trials.whole_steps(case[0], case[2], up=False)
        if value != 0
    ]
    tries.sort(key=lambda each: abs(_number(each[0][0].facts[each[1]]) - _number(each[2])))
    records = [changed(case[0], {name: value}) for case, name, value, _ in tries]
    found: dict[tuple[str, str, str, bool], Cliff] = {}
    results = search.decider.alone(records, search.trials.day)
    for (case, name, value, is_step), result in zip(tries, results, strict=True):
        record, decision, clause, sums = case
        is_down = _number(value) < _number(record.facts[name])
        key = (record.id, clause.id, name, is_down)
        if result is None or key in found:
            continue
        then = next(one for one in result[0] if one.clause == clause.id)
        now, after = given(decision, sums), given(then, result[1])
        if _loses(now, after, is_step):
            step = search.trials.vocabulary.step(name)
            holds = _number(value) + (step if is_down else -step)
            last = int(holds) if isinstance(record.facts[name], int) else holds
            change = Change(name, record.facts[name], value, search.turned(name, decision, then, "unmet"))
            found[key] = Cliff(decision, now, change, last, after)
    order = {(record.id, clause.id): place for place, (record, _, clause, _) in enumerate(cases)}
    return sorted(found.values(), key=lambda one: order[one.decision.record, str(one.decision.clause)])


def _edges(search: Search, record: Record, decision: Decision) -> Iterator[tuple[str, Value]]:
    """The values of the stated numbers at which a criterion of a clause that is had turns."""
    if decision.status != "eligible":
        return
    for fact in search.trials.changeable(record):
        actual = record.facts.get(fact.id)
        if isinstance(actual, bool) or not isinstance(actual, Decimal | int):
            continue
        about = [one.criterion for one in decision.criteria if reaches(search.decider.book, one.criterion, fact.id)]
        values = (value for one in about for value in search.trials.turns(record, fact, one))
        # That a share of nothing is nothing is no news.
        yield from ((fact.id, value) for value in dict.fromkeys(values) if value not in (actual, 0))


def _loses(now: Given, then: Given, is_step: bool) -> bool:
    """Whether a clause is no longer had, or for a lower sum by another option or by a whole step less."""
    if then.status != "eligible":
        return True
    return now.pays_more_than(then) and (is_step or then.options != now.options)


def _number(value: Value) -> Decimal:
    assert isinstance(value, Decimal | int)
    return Decimal(value)
