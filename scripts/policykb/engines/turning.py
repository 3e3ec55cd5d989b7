"""Where the criteria of a clause turn, as values of one stated fact."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from ..law.rules import RuleBook
from ..model import Atom, Criterion, Value
from .derive import Facts

__all__ = ["beyond", "bounds", "reaches"]


def reaches(book: RuleBook, criterion: Criterion, fact: str) -> bool:
    """Whether a criterion rests on a stated fact."""
    names = [name for atom in criterion.atoms for name in (atom.path, atom.other) if name is not None]
    return any(fact == name or (name in book.derived and fact in book.derived[name].inputs) for name in names)


def bounds(criterion: Criterion, here: Facts, there: Facts, actual: Decimal) -> Iterator[Decimal]:
    """Where the comparisons of a criterion turn, as values of the fact that is one more `there` than `here`."""
    for atom in criterion.atoms:
        for limit in (atom.other,) if atom.other is not None else atom.values:
            before, after = _margin(atom, limit, here), _margin(atom, limit, there)
            if before is not None and after is not None and before != after:
                yield (actual - before / (after - before)).normalize()


def _margin(atom: Atom, limit: Value, facts: Facts) -> Decimal | None:
    """By how much a fact is over what it is compared with; None where one of them is no number or not known."""
    left = _number(atom.path, facts)
    right = _number(str(limit), facts) if atom.other is not None else limit
    if left is None or isinstance(right, bool) or not isinstance(right, Decimal | int):
        return None
    return left - Decimal(right)


def _number(fact: str, facts: Facts) -> Decimal | None:
    value = facts.known.get(fact, facts.upper.get(fact))
    return Decimal(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else None


def beyond(bound: Decimal, actual: Decimal, step: Decimal) -> Iterator[Decimal]:
    """The nearest values that can be stated from a bound on, away from the actual one."""
    for way in (step, -step):
        at = (bound / step).to_integral_value(ROUND_CEILING if way > 0 else ROUND_FLOOR) * step
        yield from (value.normalize() for value in (at, at + way) if (value - actual) * way > 0)
