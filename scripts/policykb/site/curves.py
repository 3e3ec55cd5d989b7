"""What an amount comes to as its one fact grows: stretches of straight line, with the jumps that steps make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ..expression import OPERATORS, Expression

__all__ = ["Stretch", "curve", "knees"]

_FAR = Decimal(10) ** 15
_JUMPS = 12
"""So many steps are drawn where there is no end to them."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` on, a straight line that begins at `value`."""

    start: Decimal
    value: Decimal
    slope: Decimal

    def at(self, place: Decimal) -> Decimal:
        """Its value at a place."""
        return self.value + (place - self.start) * self.slope


def knees(node: Expression) -> tuple[Decimal, ...]:
    """Where an amount that rests on one fact changes its slope or jumps; the first of them where there is no end."""
    top, right = _top(node), Decimal(1)
    has_steps = any(one.op == "steps" for one in node.nodes())
    while True:
        found = curve(node, right)
        is_done = found[-1].at(right) == top if top is not None else has_steps and len(found) > _JUMPS
        if is_done or right >= _FAR:
            break
        right *= 2
    return tuple(stretch.start for stretch in found[1:])


def _top(node: Expression) -> Decimal | None:
    return node.ends(dict.fromkeys(node.facts(), (Decimal(0), None)))[1]


def curve(node: Expression, right: Decimal) -> list[Stretch]:
    """The stretches from zero to a place.

    Args:
        node: an expression that rests on one fact.
        right: how far the fact goes.
    """
    zero = Decimal(0)
    if node.number is not None:
        return [Stretch(zero, node.number, zero)]
    if node.fact is not None:
        return [Stretch(zero, zero, Decimal(1))]
    first, *others = (curve(operand, right) for operand in node.operands)
    for other in others:
        first = _steps(first, other[0].value, right) if node.op == "steps" else _joined(node.op, first, other, right)
    return first


def _joined(op: str, one: Sequence[Stretch], by: Sequence[Stretch], right: Decimal) -> list[Stretch]:
    """An operator over two curves: between the places where either changes or they cross it is a straight line."""
    places = sorted({stretch.start for stretch in (*one, *by)} | set(_crossings(one, by, right)))
    return _merged([_straight(op, _over(one, place), _over(by, place), place) for place in places])


def _straight(op: str, one: Stretch, by: Stretch, place: Decimal) -> Stretch:
    a, b = one.at(place), by.at(place)
    is_above = a > b or (a == b and one.slope > by.slope)
    value = OPERATORS[op]((a, a), (b, b))[0]
    slopes: dict[str, Callable[[], Decimal]] = {
        "sum": lambda: one.slope + by.slope,
        "product": lambda: one.slope * b + by.slope * a,
        "quotient": lambda: one.slope / b,
        "excess": lambda: one.slope - by.slope if is_above else Decimal(0),
        "least": lambda: by.slope if is_above else one.slope,
        "greatest": lambda: one.slope if is_above else by.slope,
    }
    return Stretch(place, value, slopes[op]())


def _over(stretches: Sequence[Stretch], place: Decimal) -> Stretch:
    return next(stretch for stretch in reversed(stretches) if stretch.start <= place)


def _crossings(one: Sequence[Stretch], by: Sequence[Stretch], right: Decimal) -> list[Decimal]:
    """Where two curves cross within a stretch."""
    found = []
    for start, end in pairwise([*sorted({stretch.start for stretch in (*one, *by)}), right]):
        a, b = _over(one, start), _over(by, start)
        if a.slope != b.slope:
            place = start + (b.at(start) - a.at(start)) / (a.slope - b.slope)
            if start < place < end:
                found.append(place)
    return found


def _steps(one: Sequence[Stretch], step: Decimal, right: Decimal) -> list[Stretch]:
    """How many full steps are in a curve that does not fall."""
    zero = Decimal(0)
    found = []
    for stretch, end in zip(one, [*(each.start for each in one[1:]), right], strict=True):
        count = stretch.value // step
        found.append(Stretch(stretch.start, count, zero))
        while stretch.slope > 0 and len(found) <= 50 * _JUMPS:
            count += 1
            place = stretch.start + (count * step - stretch.value) / stretch.slope
            if place > end:
                break
            found.append(Stretch(place, count, zero))
    return _merged(found)


def _merged(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The same without starts at which nothing changes."""
    found: list[Stretch] = []
    for stretch in stretches:
        if found and found[-1].start == stretch.start:
            found.pop()
        if not found or (found[-1].at(stretch.start), found[-1].slope) != (stretch.value, stretch.slope):
            found.append(stretch)
    return found
