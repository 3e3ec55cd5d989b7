"""Exact numbers over columns: whole numbers of the last place where they fit into 64 bits, decimals where they do not.

Money in fen is a whole number, and 64-bit integers are several times as fast as 128-bit decimals. So every number
knows how large it can become; a result that may not fit is worked out in decimals, whose precision is stated at every
step, because the engines' own rules for decimals differ (and a bare decimal literal is silently cut to three places).
A result that would need more than 38 digits is refused when compiling.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import reduce
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir

from ...errors import KnowledgeError
from .truth import Truth, column

__all__ = [
    "COMPARE",
    "LARGEST",
    "PRECISION",
    "Number",
    "alike",
    "compare",
    "constant",
    "force_cast",
    "greatest",
    "least",
    "pick",
    "quotient",
    "total",
    "where",
]

PRECISION = 38
"""The most digits that a decimal can have in every engine."""

LARGEST = 2**63 - 1
"""The largest whole number of 64 bits."""

COMPARE: Mapping[str, Any] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
"""Comparisons by their sign."""

_QUOTIENT_SCALE = 8


@dataclass(frozen=True)
class Number:
    """A column of numbers, or a constant, with its places behind the point.

    A column is of 64-bit integers, which count the last place (so 12.34 is 1234 with two places), or of decimals.
    `top` is the largest that it can be, above or below zero, counted in its last place. `is_sure` is set where it is
    known that no row lacks it.
    """

    value: ir.Value | Decimal
    top: int
    scale: int
    is_sure: bool = False

    @property
    def constant(self) -> Decimal | None:
        """Its value where it is the same in every row."""
        return self.value if isinstance(self.value, Decimal) else None

    @property
    def is_whole(self) -> bool:
        """Whether it is, or can be, a 64-bit integer that counts the last place."""
        if isinstance(self.value, Decimal):
            return self.top <= LARGEST
        return bool(self.value.type().is_int64())

    @property
    def dtype(self) -> dt.Decimal:
        """The decimal type that holds it."""
        return _decimal(self.top, self.scale)

    def column(self) -> ir.Value:
        """As an expression: 64-bit integers that count the last place, or decimals."""
        return alike([self])[0][0]

    def as_decimal(self) -> Number:
        """The same number as a column of decimals."""
        if isinstance(self.value, Decimal) or not self.is_whole:
            return replace(self, value=_cast(self, self.dtype))
        if self.scale == 0:
            return replace(self, value=force_cast(self.value, self.dtype))
        # The count with places behind it first: some engines give a product the places of its longer factor.
        count = force_cast(self.value, _decimal(self.top * 10**self.scale, self.scale))
        unit = ibis.literal(Decimal(1).scaleb(-self.scale), dt.Decimal(self.scale + 1, self.scale))
        _fits(self.top * 10 ** (2 * self.scale + 1), self.scale)
        return replace(self, value=force_cast(count * unit, self.dtype))

    def at(self, scale: int) -> Number:
        """The same number with at least so many places behind the point."""
        if scale <= self.scale:
            return self
        factor = 10 ** (scale - self.scale)
        top = self.top * factor
        if isinstance(self.value, Decimal):
            return replace(self, top=top, scale=scale)
        if self.is_whole and top <= LARGEST:
            return Number(self.value * ibis.literal(factor, "int64"), top, scale)
        _fits(top, scale)
        return Number(_cast(self, _decimal(top, scale)), top, scale)

    def times(self, other: Number) -> Number:
        """The exact product."""
        top, scale = self.top * other.top, self.scale + other.scale
        _fits(top, scale)
        if isinstance(self.value, Decimal) and isinstance(other.value, Decimal):
            return constant(self.value * other.value)
        if self.is_whole and other.is_whole and top <= LARGEST:
            return Number(self.column() * other.column(), top, scale)
        wide, narrow = (other, self) if isinstance(self.value, Decimal) else (self, other)
        product = _cast(wide, _decimal(wide.at(scale).top, scale)) * _cast(narrow, narrow.dtype)
        return Number(force_cast(product, _decimal(top, scale)), top, scale)

    def minus(self, other: Number) -> Number:
        """The exact difference."""
        return self._sum(other, lambda a, b: a - b)

    def plus(self, other: Number) -> Number:
        """The exact sum."""
        return self._sum(other, lambda a, b: a + b)

    def _sum(self, other: Number, operation: Callable[[Any, Any], Any]) -> Number:
        if isinstance(self.value, Decimal) and isinstance(other.value, Decimal):
            return constant(operation(self.value, other.value))
        scale = max(self.scale, other.scale)
        top = self.at(scale).top + other.at(scale).top
        _fits(top, scale)
        (one, two), _, _ = alike([self, other], room=top)
        result = operation(one, two)
        return Number(result if result.type().is_int64() else force_cast(result, _decimal(top, scale)), top, scale)

    def coalesce(self, other: Number) -> Number:
        """This number, or the other where it is missing."""
        (one, two), top, scale = alike([self, other])
        return Number(one.coalesce(two), top, scale)

    def below(self, top: Decimal) -> Number:
        """The same number where it is known to be at most so much, above or below zero."""
        if isinstance(self.value, Decimal):
            return self
        units = int(top.scaleb(self.scale).to_integral_value("ROUND_CEILING"))
        if units >= self.top:
            return self
        value = self.value if self.is_whole else force_cast(self.value, _decimal(units, self.scale))
        return Number(value, units, self.scale)

    def whole(self) -> Number:
        """Cut to the whole number below; it is not negative."""
        if self.scale == 0:
            return self
        if isinstance(self.value, Decimal):
            return constant(self.value.quantize(Decimal(1), ROUND_FLOOR))
        # Engines round ties in casts in different ways; a little less than half makes that no tie.
        finer = _decimal(self.top * 10, self.scale + 1)
        _fits(self.top * 10, self.scale + 1)
        half = ibis.literal(Decimal("0.5") - Decimal(1).scaleb(-finer.scale), finer)
        top = self.top // 10**self.scale + 1
        return Number(force_cast(force_cast(_cast(self, finer) - half, finer), _decimal(top, 0)), top, 0)

    def rounded(self, places: int) -> Number:
        """Rounded half up to so many places behind the point.

        Whole numbers keep counting their own last place: what is below the places asked for is zero.
        """
        if self.scale <= places:
            return self
        if isinstance(self.value, Decimal):
            return constant(self.value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
        unit = 10 ** (self.scale - places)
        if self.is_whole and self.top + unit <= LARGEST:
            # Amounts are never negative, so that the engines' remainders agree.
            more = self.value + ibis.literal(unit // 2, "int64")
            return Number(more - more % ibis.literal(unit, "int64"), self.top + unit // 2, self.scale)
        # Engines round ties in casts in different ways; a trifle more than the number is no tie.
        finer = _decimal(self.top * 100, self.scale + 1)
        _fits(self.top * 100, self.scale + 1)
        trifle = ibis.literal(Decimal(1).scaleb(-finer.scale), finer)
        top = self.top // unit + 1
        return Number(force_cast(_cast(self, finer) + trifle, _decimal(top, places)), top, places)


def constant(value: Decimal) -> Number:
    """A number that is the same in every row, in as few digits as it needs."""
    text = f"{value:f}"
    whole, _, part = text.lstrip("-").partition(".")
    part = part.rstrip("0")
    shortest = Decimal(("-" if value < 0 else "") + (whole or "0") + ("." + part if part else ""))
    return Number(shortest, abs(int(shortest.scaleb(len(part)))), len(part), True)


def alike(numbers: Sequence[Number], room: int = 0) -> tuple[list[ir.Value], int, int]:
    """Numbers as columns of one type.

    Args:
        numbers: some numbers.
        room: how large a result worked out from them can be, counted in the last place of the longest.

    Returns:
        The columns (64-bit integers, or decimals where one number or the result does not fit), the largest that they
        can be in their last place, and their places behind the point.
    """
    scale = max(number.scale for number in numbers)
    top = max(number.top * 10 ** (scale - number.scale) for number in numbers)
    _fits(top, scale)
    if max(top, room) <= LARGEST and all(number.is_whole for number in numbers):
        return [_count(number, scale) for number in numbers], top, scale
    to = _decimal(top, scale)
    return [_cast(number, to) for number in numbers], top, scale


def _count(number: Number, scale: int) -> ir.Value:
    if isinstance(number.value, Decimal):
        return ibis.literal(int(number.value.scaleb(scale)), "int64")
    return number.at(scale).value


def compare(one: Number, sign: str, other: Number) -> ir.BooleanValue | bool:
    """Whether `one sign other`, where the sign is <, <=, >, >=, == or !=; null where one is missing."""
    a, b = one.constant, other.constant
    if a is None or b is None:
        (a, b), _, _ = alike([one, other])
    return COMPARE[sign](a, b)


def least(one: Number, other: Number) -> Number:
    """The smaller of two; where one is missing, the other."""
    return _extreme(one, other, "<=")


def greatest(one: Number, other: Number) -> Number:
    """The larger of two; where one is missing, the other."""
    return _extreme(one, other, ">=")


def _extreme(one: Number, other: Number, sign: str) -> Number:
    if one.constant is not None and other.constant is not None:
        return one if compare(one, sign, other) else other
    if one.constant is not None or (other.is_sure is False and one.is_sure):
        one, other = other, one
    (a, b), top, scale = alike([one, other])
    wins = COMPARE[sign](a, b)
    # Where the first is missing there is no "yes", and the second is taken.
    if not other.is_sure:
        wins = wins | b.isnull()
    return Number(wins.ifelse(a, b), top, scale, other.is_sure)


def pick(condition: Truth, yes: Number, no: Number) -> Number:
    """One number where the condition is met, else the other."""
    if not isinstance(condition, ir.Value):
        return yes if condition else no
    if yes.constant is not None and yes.constant == no.constant:
        return yes
    (one, two), top, scale = alike([yes, no])
    return Number(condition.ifelse(one, two), top, scale)


def where(condition: Truth, number: Number) -> Number:
    """The number where the condition is met, else null."""
    if condition is True:
        return number
    value = number.column()
    return replace(number, value=column(condition).ifelse(value, ibis.literal(None, value.type())), is_sure=False)


def total(numbers: Sequence[Number]) -> Number:
    """The exact sum of some."""
    return reduce(Number.plus, numbers)


def quotient(one: Number, by: Number) -> Number:
    """The quotient, exact for every comparison and for rounding to a few places.

    Engines divide in floating point. So the floating-point quotient only proposes; the remainder, in exact decimals,
    corrects it. The result has eight places, cut off, and a ninth that is 5 where anything was cut off: it compares
    with every number of up to eight places, and rounds, exactly as the true quotient. Both numbers are positive.
    """
    scale = _QUOTIENT_SCALE
    # As large as the dividend over the smallest divisor: the constant itself, or one in its last place.
    smallest = by.top if by.constant is not None else 1
    top = (one.top * 10**by.scale // (10**one.scale * smallest) + 1) * 10**scale
    whole = _decimal(top * 100, scale)
    fine = dt.Decimal(PRECISION, scale + by.scale)
    _fits(top * by.top, scale + by.scale)
    _fits(10 ** (whole.precision + by.scale) - 1, fine.scale)
    divisor, dividend = _cast(by, by.dtype), force_cast(_cast(one, one.dtype), fine)

    def remainder(found: ir.Value) -> ir.Value:
        """What is left of the dividend; the product needs its places first, as in `Number.times`."""
        product = force_cast(found, dt.Decimal(whole.precision + by.scale, fine.scale)) * _cast(by, by.dtype)
        return dividend - force_cast(product, fine)

    divisor = (divisor > 0).ifelse(divisor, ibis.literal(None, divisor.type()))
    found = force_cast(dividend.cast("float64") / divisor.cast("float64"), whole)
    for _ in range(2):
        left = remainder(found)
        found = force_cast(found + force_cast(left.cast("float64") / divisor.cast("float64"), whole), whole)
    unit = ibis.literal(Decimal(1).scaleb(-scale), whole)
    found = force_cast((remainder(found) < 0).ifelse(found - unit, found), whole)
    is_cut = remainder(found) > 0
    longer = _decimal(top * 1000, scale + 1)
    half, none = ibis.literal(Decimal(5).scaleb(-scale - 1), longer), ibis.literal(Decimal(0), longer)
    last = force_cast(force_cast(found, longer) + is_cut.ifelse(half, none), longer)
    return Number(last, top * 1000, scale + 1)


def force_cast(value: ir.Value, to: dt.DataType) -> ir.Value:
    """A cast that is always carried out, also where Ibis believes that the type is the same already."""
    return ops.Cast(value, to=to).to_expr()


def _decimal(top: int, scale: int) -> dt.Decimal:
    return dt.Decimal(max(len(str(top)), scale + 1), scale)


def _cast(number: Number, to: dt.Decimal) -> ir.Value:
    """A number as decimals of a type that holds it."""
    if isinstance(number.value, Decimal):
        return ibis.literal(number.value, to)
    value = number.as_decimal().value if number.is_whole else number.value
    assert isinstance(value, ir.Value)
    return value if value.type() == to else force_cast(value, to)


def _fits(top: int, scale: int) -> None:
    if max(len(str(top)), scale + 1) > PRECISION:
        raise KnowledgeError("amount-too-long", digits=len(str(top)), places=scale, most=PRECISION)
