"""Exact decimals over columns: every operation states how many digits its result needs, and none is ever lost.

The engines' own rules for decimals differ (and a bare decimal literal is silently cut to three places), so each
operand is cast to a stated precision first. A result that would need more than 38 digits is refused when compiling.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir

from ..errors import KnowledgeError

__all__ = ["PRECISION", "Number", "constant", "force_cast", "greatest", "least", "quotient"]

PRECISION = 38
"""The most digits that a decimal can have in every engine."""

_QUOTIENT_SCALE = 8
_WHOLE = 18


@dataclass(frozen=True)
class Number:
    """A decimal column, or a constant, with the digits it can have before and behind the point."""

    value: ir.Value | Decimal
    digits: int
    scale: int
    spare: bool = False
    """Whether its last place is always zero, and there only for rounding."""

    @property
    def constant(self) -> Decimal | None:
        """Its value where it is the same in every row."""
        return self.value if isinstance(self.value, Decimal) else None

    @property
    def whole(self) -> ir.Value | None:
        """The number as a 64-bit integer column, where it is whole; these are compared much faster than decimals."""
        if isinstance(self.value, Decimal):
            return ibis.literal(int(self.value), "int64") if self.scale == 0 and self.digits <= _WHOLE else None
        return self.value if self.scale == 0 and self.value.type().is_int64() else None

    @property
    def dtype(self) -> dt.Decimal:
        """The decimal type that holds it."""
        return dt.Decimal(max(1, self.digits + self.scale), self.scale)

    def _is_spare(self, scale: int) -> bool:
        """Whether the place number `scale` behind the point is always zero."""
        return self.scale < scale or (self.spare and self.scale == scale)

    def column(self) -> ir.Value:
        """As an expression of a stated type."""
        if isinstance(self.value, Decimal):
            return ibis.literal(self.value, self.dtype)
        return self.value

    def cast(self, digits: int, scale: int) -> Number:
        """The same number held in a type with at least as many digits."""
        wide = Number(self.value, digits, scale, self._is_spare(scale))
        if isinstance(self.value, Decimal):
            return wide
        return wide if self.value.type() == wide.dtype else replace(wide, value=force_cast(self.value, wide.dtype))

    def times(self, other: Number, spare: int = 0) -> Number:
        """The exact product, with spare places behind the point."""
        digits, scale = self.digits + other.digits, self.scale + other.scale + spare
        _fits(digits, scale)
        if isinstance(self.value, Decimal) and isinstance(other.value, Decimal):
            return constant(self.value * other.value)
        # Some engines give a product the places of its longer factor: one factor is given those of the product first.
        wide, narrow = (other, self) if isinstance(self.value, Decimal) else (self, other)
        product = _typed(wide.cast(wide.digits, scale)) * _typed(narrow)
        return Number(force_cast(product, dt.Decimal(digits + scale, scale)), digits, scale, spare > 0)

    def minus(self, other: Number) -> Number:
        """The exact difference."""
        return self._sum(other, lambda a, b: a - b)

    def plus(self, other: Number) -> Number:
        """The exact sum."""
        return self._sum(other, lambda a, b: a + b)

    def _sum(self, other: Number, operation: Any) -> Number:
        digits, scale = max(self.digits, other.digits) + 1, max(self.scale, other.scale)
        _fits(digits, scale)
        if isinstance(self.value, Decimal) and isinstance(other.value, Decimal):
            return constant(operation(self.value, other.value))
        wide = dt.Decimal(digits + scale, scale)
        total = operation(_typed(self.cast(digits - 1, scale)), _typed(other.cast(digits - 1, scale)))
        return Number(force_cast(total, wide), digits, scale)

    def coalesce(self, other: Number) -> Number:
        """This number, or the other where it is missing."""
        one, two = _alike(self, other)
        return replace(one, value=one.column().coalesce(two.column()), spare=one.spare and two.spare)

    def rounded(self, places: int) -> Number:
        """Rounded half up to so many places behind the point; a number with fewer stays as it is."""
        if self.scale <= places:
            return self
        if isinstance(self.value, Decimal):
            return constant(self.value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
        # Engines round ties in casts in different ways; a trifle more than the number is no tie.
        finer = self if self.spare else self.cast(self.digits, self.scale + 1)
        _fits(self.digits + 1, finer.scale)
        more = _typed(finer) + ibis.literal(Decimal(1).scaleb(-finer.scale), finer.dtype)
        return Number(force_cast(more, dt.Decimal(self.digits + 1 + places, places)), self.digits + 1, places)


def constant(value: Decimal) -> Number:
    """A number that is the same in every row, in as few digits as it needs."""
    text = f"{value:f}"
    whole, _, part = text.lstrip("-").partition(".")
    part = part.rstrip("0")
    shortest = Decimal(("-" if value < 0 else "") + (whole or "0") + ("." + part if part else ""))
    return Number(shortest, len(whole.lstrip("0")), len(part))


def least(one: Number, other: Number) -> Number:
    """The smaller of two; where one is missing, the other."""
    if one.constant is not None and other.constant is not None:
        return one if one.constant <= other.constant else other
    if one.whole is not None and other.whole is not None:
        return Number(ibis.least(one.whole, other.whole), max(one.digits, other.digits), 0)
    a, b = _alike(one, other)
    return replace(a, value=ibis.least(a.column(), b.column()), spare=a.spare and b.spare)


def greatest(one: Number, other: Number) -> Number:
    """The larger of two; where one is missing, the other."""
    if one.constant is not None and other.constant is not None:
        return one if one.constant >= other.constant else other
    if one.whole is not None and other.whole is not None:
        return Number(ibis.greatest(one.whole, other.whole), max(one.digits, other.digits), 0)
    a, b = _alike(one, other)
    return replace(a, value=ibis.greatest(a.column(), b.column()), spare=a.spare and b.spare)


def quotient(one: Number, by: Number) -> Number:
    """The quotient, exact for every comparison and for rounding to a few places.

    Engines divide in floating point. So the floating-point quotient only proposes; the remainder, in exact decimals,
    corrects it. The result has eight places, cut off, and a ninth that is 5 where anything was cut off: it compares
    with every number of up to eight places, and rounds, exactly as the true quotient. Both numbers are positive.
    """
    scale = _QUOTIENT_SCALE
    digits = one.digits + by.scale
    _fits(digits + by.digits + 2, scale + by.scale)
    whole = dt.Decimal(digits + 2 + scale, scale)
    fine = dt.Decimal(PRECISION, scale + by.scale)
    divisor, dividend = _typed(by), force_cast(_typed(one), fine)

    def remainder(found: ir.Value) -> ir.Value:
        """What is left of the dividend; the product needs its places first, as in `Number.times`."""
        product = force_cast(found, dt.Decimal(whole.precision + by.scale, fine.scale)) * _typed(by)
        return dividend - force_cast(product, fine)

    divisor = (divisor > 0).ifelse(divisor, ibis.literal(None, divisor.type()))
    found = force_cast(dividend.cast("float64") / divisor.cast("float64"), whole)
    for _ in range(2):
        left = remainder(found)
        found = force_cast(found + force_cast(left.cast("float64") / divisor.cast("float64"), whole), whole)
    unit = ibis.literal(Decimal(1).scaleb(-scale), whole)
    found = force_cast((remainder(found) < 0).ifelse(found - unit, found), whole)
    is_cut = remainder(found) > 0
    longer = dt.Decimal(digits + 3 + scale, scale + 1)
    half, none = ibis.literal(Decimal(5).scaleb(-scale - 1), longer), ibis.literal(Decimal(0), longer)
    last = force_cast(force_cast(found, longer) + is_cut.ifelse(half, none), longer)
    return Number(last, digits + 2, scale + 1)


def force_cast(value: ir.Value, to: dt.DataType) -> ir.Value:
    """A cast that is always carried out, also where Ibis believes that the type is the same already."""
    return ops.Cast(value, to=to).to_expr()


def _typed(number: Number) -> ir.Value:
    """A column cast to the type that its digits state, so that the engine's product fits."""
    if isinstance(number.value, Decimal):
        return number.column()
    return number.value if number.value.type() == number.dtype else force_cast(number.value, number.dtype)


def _alike(one: Number, other: Number) -> tuple[Number, Number]:
    digits, scale = max(one.digits, other.digits), max(one.scale, other.scale)
    _fits(digits, scale)
    return one.cast(digits, scale), other.cast(digits, scale)


def _fits(digits: int, scale: int) -> None:
    if digits + scale > PRECISION:
        raise KnowledgeError(
            f"an amount needs {digits} digits and {scale} decimal places, over {PRECISION}.",
            mend="Narrow the data rules of its facts, or use fewer digits in its numbers.",
        )
