"""Read a column where its values are surely plain: digits, 是, 2020, a code; the rest is left to `texts`.

Most values of a large file are plain, and engines read those of a whole column at once. What is plain here means the
same to the readers of `policykb.readers`; what might not is not called plain, whatever it looks like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ..doors.incoming import LONGEST
from ..engines.columns.numbers import PRECISION, Number, constant, force_cast
from ..engines.columns.truth import any_of, choose, reverse
from ..errors import InputError
from ..model import UnitForm
from ..readers.cells import Written
from .words import ROW, UNTIDY, Item, Words

__all__ = ["LIST_MARK", "MONEY", "Plain", "Typed", "read_plain"]

MONEY = dt.Decimal(19, 4)
"""The type of decimals that are read from text: the data rules allow no more digits."""

LIST_MARK = "\x1f"
"""What stands between the number of members of a list, and its members, where a list is a text."""

Typed: TypeAlias = Written | Literal["list"]
"""How a file types a value."""

_TIDY = ("record", "name", ROW)
_WHOLE_DIGITS = MONEY.precision - MONEY.scale
_FORMS = {
    "period": r"^(19|20|21)[0-9]{2}(-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]))?\z",
    "creditCode": r"^[0-9A-Z]{18}\z",
    "division": r"^[0-9]{6}\z",
}
_DAY = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])\z"
_LONGEST_WHOLE = 18  # digits of a whole number that 64 bits hold whatever they are
_WHOLE = rf"^-?(0|[1-9][0-9]{{0,{_LONGEST_WHOLE - 1}}})\z"


@dataclass(frozen=True)
class Plain:
    """The plain values of a column.

    Args:
        value: the value of each row; it says nothing where `is_odd` holds.
        unsure: whether the value is not surely plain; null or false where nothing is stated, true for none ever is.
        key: what stands in the file, as text; null where nothing is stated.
        written: how the file types it; of a list the key is its text with `LIST_MARK`.
    """

    value: ir.Value
    unsure: ir.BooleanValue | bool
    key: ir.StringValue
    written: Typed = "text"

    @property
    def is_odd(self) -> ir.BooleanValue | bool:
        """Whether something is stated that is not surely plain. Never null."""
        if isinstance(self.unsure, bool):
            return self.key.notnull() if self.unsure else False
        return self.unsure.coalesce(False)


def read_plain(
    item: Item,
    value: ir.Value,
    words: Words,
    *,
    sure: bool = False,
    usual: Iterable[str] = (),
) -> Plain:
    """The plain values of a column.

    Args:
        item: what the column states.
        value: the column as the file has it.
        words: the words that are known.
        sure: it is known that all values are plain, so that they can be cast as they are.
        usual: texts that are frequent in the column. It only makes the work faster.

    Raises:
        InputError: the column has a type from which the item cannot be read without loss.
    """
    if value.type().is_null():
        value = value.cast("string")
    # An empty text states nothing; where that is rare, it is one of those that are looked at.
    text = value.nullif("") if value.type().is_string() and item.name not in _TIDY else value
    found = _read(item, text, words, sure, [word for word in usual if words.is_plain(item, word)])
    if found is None:
        if item.name == "period" and value.type().is_floating():
            raise InputError("period-floating")
        raise InputError("column-inexact", column=item.column.title, type=value.type())
    return found


def _read(item: Item, value: ir.Value, words: Words, sure: bool, usual: Sequence[str]) -> Plain | None:
    fact, kind = item.fact, value.type()
    if fact is None:
        return _own(item.name, value, words, usual)
    if fact.is_list:
        return _list(value, words.codes(fact))
    match fact.datatype:
        case "boolean":
            return _truth(value, words.truths(fact))
        case "decimal":
            return _decimal(value, item.column.unit, sure)
        case "integer":
            return _integer(value, item.column.unit, sure)
        case "date":
            return _date(value, sure)
        case _ if not kind.is_string():
            return None
        case _ if fact.codes:
            return _code(value, words.codes(fact))
        case _:
            return Plain(value, value.re_search(UNTIDY) | (value.length() > LONGEST), value)


def _own(name: str, value: ir.Value, words: Words, usual: Sequence[str]) -> Plain | None:
    """A column that is no fact. A whole number is the text of its digits, a day is written as ISO 8601 has it."""
    kind = value.type()
    if kind.is_date() or (kind.is_timestamp() and name == "period"):
        day = value.cast("date").cast("string")
        return Plain(day, False, day) if name in ("period", "record", "name") else None
    if kind.is_integer() or (isinstance(kind, dt.Decimal) and kind.scale == 0):
        value = value.cast("string")
    elif not kind.is_string():
        return None
    if name in _FORMS:
        # Comparing is several times as fast as a search, so what is surely plain is not searched.
        right = any_of(value == word for word in usual)
        return Plain(value, ~choose(right, ibis.literal(None, "string"), value).re_search(_FORMS[name]), value)
    if name == ROW:
        is_aside = value.re_search(words.total()) | value.re_search(words.remark())
        return Plain(ibis.literal(None, "string"), is_aside, value)
    is_untidy = value.re_search(f"{UNTIDY}|{words.no_name()}|{words.total()}" if name == "name" else UNTIDY)
    return Plain(value, is_untidy | (value.length() > LONGEST), value)


def _truth(value: ir.Value, words: Mapping[str, bool | None]) -> Plain | None:
    kind = value.type()
    if kind.is_boolean():
        return Plain(value, False, value.cast("string"), "truth")
    if kind.is_integer():
        return Plain(value == 1, ~value.isin([0, 1]), value.cast("string"), "number")
    if not kind.is_string():
        return None
    yes, no = ([word for word, meant in words.items() if meant is truth] for truth in (True, False))
    found = ibis.cases(
        (value.isin(yes), ibis.literal(True)),
        (value.isin(no), ibis.literal(False)),
        else_=ibis.literal(None, "boolean"),
    )
    return Plain(found, ~value.isin([*words]), value)


def _decimal(value: ir.Value, unit: UnitForm | None, sure: bool) -> Plain | None:
    kind = value.type()
    factor = _factor(unit)
    if kind.is_string():
        if factor is None:
            return Plain(ibis.literal(None, MONEY), True, value)
        # A factor of ten moves the point: as many more places may stand behind it as fewer before it.
        moved = len(str(factor)) - 1
        places = MONEY.scale + (moved if factor == 10**moved else 0)
        whole = _WHOLE_DIGITS - len(str(factor - 1)) if factor > 1 else _WHOLE_DIGITS
        is_sure = value.re_search(rf"^-?(0|[1-9][0-9]{{0,{whole - 1}}})([.][0-9]{{1,{places}}})?\z")
        number = _guarded(value, is_sure, sure).cast(dt.Decimal(MONEY.precision, places))
        return Plain(_times(number, 10**MONEY.precision - 1, places, factor), ~is_sure, value)
    if not (kind.is_integer() or isinstance(kind, dt.Decimal)):
        return None
    key = value.cast("string")
    if factor is None:
        return Plain(ibis.literal(None, MONEY), True, key, "number")
    most = 10**_WHOLE_DIGITS // factor
    is_small = value < most if kind.is_unsigned_integer() else (value > -most) & (value < most)
    if kind.is_integer():
        if factor == 1 and not isinstance(kind, dt.UInt64):
            return Plain(value.cast("int64"), False, key, "number")
        whole = _guarded(value, is_small, False).cast("int64")
        return Plain(whole * factor if factor > 1 else whole, ~is_small, key, "number")
    if factor == 1 and kind.scale <= MONEY.scale:
        return Plain(value, False, key, "number")
    if _WHOLE_DIGITS + kind.scale + len(str(factor)) > PRECISION:
        return Plain(ibis.literal(None, MONEY), True, key, "number")
    exact = Number(_guarded(value, is_small, False), 10 ** (_WHOLE_DIGITS + kind.scale) - 1, kind.scale)
    exact = exact.times(constant(Decimal(factor)))
    short = force_cast(exact.column(), MONEY)
    unsure = ~(is_small & (short == exact.column()).coalesce(False)) & value.notnull()
    return Plain(short, unsure, key, "number")


def _times(number: ir.Value, top: int, places: int, factor: int) -> ir.Value:
    """A number in the unit of its fact."""
    if factor == 1:
        return number
    return force_cast(Number(number, top, places).times(constant(Decimal(factor))).column(), MONEY)


def _integer(value: ir.Value, unit: UnitForm | None, sure: bool) -> Plain | None:
    kind = value.type()
    is_scaled = _factor(unit) != 1
    if kind.is_string():
        is_sure = value.re_search(_WHOLE)
        return Plain(_guarded(value, is_sure, sure).cast("int64"), True if is_scaled else ~is_sure, value)
    key = value.cast("string")
    if kind.is_integer():
        is_sure = value < 10**_LONGEST_WHOLE if isinstance(kind, dt.UInt64) else True
        whole = _guarded(value, is_sure, False).cast("int64")
        return Plain(whole, is_scaled or reverse(is_sure), key, "number")
    if not isinstance(kind, dt.Decimal):
        return None
    short = value.try_cast("int64")
    unsure = ~(short.cast(kind) == value).coalesce(False) & value.notnull()
    return Plain(short, True if is_scaled else unsure, key, "number")


def _date(value: ir.Value, sure: bool) -> Plain | None:
    kind = value.type()
    if kind.is_date() or kind.is_timestamp():
        day = value if kind.is_date() else value.date()
        return Plain(day, False, day.cast("string"), "date")
    if not kind.is_string():
        return None
    is_sure = value.re_search(_DAY)
    return Plain(_guarded(value, is_sure, sure).cast("date"), ~is_sure, value)


def _code(value: ir.Value, words: Mapping[str, str]) -> Plain:
    return Plain(_named(value, words), ~value.isin([*words]), value)


def _list(value: ir.Value, words: Mapping[str, str]) -> Plain | None:
    """One code is plain; several are few different texts."""
    kind = value.type()
    if kind.is_string():
        return Plain(_named(value, words).split(";"), ~value.isin([*words]), value)
    if not (isinstance(kind, dt.Array) and kind.value_type.is_string()):
        return None
    key = value.length().cast("string") + LIST_MARK + value.join(LIST_MARK)
    codes = sorted({*words.values()})
    return Plain(value, ~key.isin([f"1{LIST_MARK}{code}" for code in codes]), key, "list")


def _named(text: ir.StringValue, words: Mapping[str, str]) -> ir.StringValue:
    """The codes that texts name; a code names itself."""
    renamed = [(word, code) for word, code in words.items() if word != code]
    return text.cases(*renamed, else_=text) if renamed else text


def _guarded(value: ir.Value, is_sure: ir.BooleanValue | bool, sure: bool) -> ir.Value:
    """The values that may be cast: no others, or the engine stops at one that it cannot read."""
    return value if sure else choose(any_of((is_sure,)), value, ibis.literal(None, value.type()))


def _factor(unit: UnitForm | None) -> int | None:
    """How many units of the fact one of the column is; None where that is no whole number."""
    if unit is None:
        return 1
    if unit.factor is None or unit.divisor != 1 or unit.factor != int(unit.factor) or unit.factor < 1:
        return None
    return int(unit.factor)
