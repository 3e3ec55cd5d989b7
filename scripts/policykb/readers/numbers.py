"""Read written numbers exactly: separators, units, ranks; everything else is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Context, Decimal
from fractions import Fraction

from ..model import Fact, UnitForm
from ..patterns import regex
from .cells import Cell, Note, Read
from .findings import Refused
from .numerals import BEGINS, MIXED, NUMERALS, STEPPED, in_digits, in_one_step, spelled
from .words import half_width, normal

__all__ = [
    "GRAMMAR",
    "LONGEST",
    "completed",
    "in_unit",
    "plain",
    "read_number",
    "unit_beside",
    "unit_named",
    "was_converted",
]

LONGEST = 40  # digits; the data rules allow fewer, but no hostile number reaches arithmetic
_EXACT = Context(prec=4 * LONGEST)
_PLAIN = regex(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?")
_NUMBER = regex(
    r"(?P<sign>[+-]?)\s*(?P<before>[^0-9\s.,+\-]{0,12}?)\s*(?P<sign2>-?)"
    r"(?P<whole>[0-9][0-9,]*)(?P<part>\.[0-9]+)?(?P<power>[eE][+-]?[0-9]+)?\s*(?P<after>[^0-9.,\s+\-~～—–_:*][^*]*?)?[整正]?",
    re.DOTALL,
)
_ABOUT = regex(r"[约近逾超达第]|大约|将近|超过|不足")
"""Words before a number that are no unit."""
_GROUPED = regex(r"[0-9]{1,3}(,[0-9]{3})+")
_BRACKETED = regex(r"[(\[]([^()\[\]]+)[)\]]")
_IN_UNITS = regex(r"[^\W\d_]|[%¢-¥₠-⃀￠￡￦]")
"""A letter, or the sign of a currency."""
_RANK = regex(r"第?\s*([0-9]+|[一二三四五六七八九十]{1,3})\s*[名位]?")
_TOP = regex(r"(前|top)\s*([0-9]+|[一二三四五六七八九十]{1,3})\s*[名位]?", re.IGNORECASE)
GRAMMAR = {
    "number": _NUMBER,
    "grouped": _GROUPED,
    "rank": _RANK,
    "top": _TOP,
    "about": _ABOUT,
    "stepped": STEPPED,
    "mixed": MIXED,
    "begins": BEGINS,
}
"""How numbers are written, for programs of other languages that read them by the same rules."""


def plain(number: Decimal | int) -> str:
    """A number in plain decimal digits, without exponent and without superfluous zeros."""
    digits = f"{number:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def unit_named(text: str, forms: Mapping[str, UnitForm]) -> UnitForm | None:
    """The unit form that a text names, by its exact or its normal form; `forms` is keyed by the normal form."""
    return forms.get(normal(text))


def completed(written: str, unit: str | None, forms: Mapping[str, UnitForm]) -> UnitForm | None:
    """The unit that a multiple alone stands for: 万 is 万元 beside an item in yuan; None for anything else."""
    if unit is None or unit_named(written, forms) is not None:
        return None
    ones = (form.written for form in forms.values() if form.unit == unit and form.factor == form.divisor)
    # 万元 rather than 万CNY or 万人民币.
    wholes = (forms.get(normal(written + one)) for one in sorted(ones, key=lambda one: (one.isascii(), len(one), one)))
    return next((form for form in wholes if form is not None and form.unit == unit), None)


def unit_beside(text: str, usual: str | None, forms: Mapping[str, UnitForm]) -> UnitForm | None:
    """The unit that a text states beside its number, a multiple alone being one of the usual unit; None without any."""
    text = spelled(text)
    found = _NUMBER.fullmatch(in_one_step(text)) or _with_numerals(text)
    if found is None:
        return None
    inner = _BRACKETED.fullmatch(found["after"] or "")
    if written := inner[1] if inner else found["after"]:
        return unit_named(written, forms) or completed(written, usual, forms)
    # ¥600 says nothing of the multiple, as 万元600 does.
    sign = unit_named(found["before"], forms) if found["before"] else None
    return None if sign is None or sign.factor == sign.divisor else sign


def read_number(cell: Cell, fact: Fact, forms: Mapping[str, UnitForm], column_unit: UnitForm | None) -> Read:
    """The Decimal (or int, for integer facts) that a cell states, in the unit of the fact.

    Args:
        cell: what is written.
        fact: the fact it is to state.
        forms: the written units by their normal form.
        column_unit: the unit in the column's header, if there is one.

    Raises:
        Refused: it is no number, names another unit, or could be read in two ways.
    """
    text = half_width(cell.text)
    if cell.kind == "text" and fact.datatype == "integer" and fact.unit == "rank":
        if _TOP.fullmatch(text):
            raise Refused("rank-range")
        rank = _RANK.fullmatch(text)
        if rank and not rank[1].isascii():
            return _converted(cell.text, _place(rank[1]), fact)
        if rank:
            _check_length(rank[1])
            _check_zeros(rank[1])
            place = int(rank[1])
            return Read(place, cell.notes) if rank[1] == text else _converted(cell.text, place, fact, cell.notes)
    text = spelled(text) if cell.kind == "text" else text
    found = _NUMBER.fullmatch(in_one_step(text))
    if found is None and cell.kind == "text":
        found = _in_numerals(text, fact, forms)
        if found is not None and not found["after"] and column_unit is not None:
            _check_multiples(text.removeprefix(found["before"]), column_unit)
    is_word = found is not None and found["before"] and fact.datatype == "integer"  # 并列第2: places have no currency
    if found is None or (found["sign"] and found["sign2"]) or (is_word and not unit_named(found["before"], forms)):
        raise Refused("value-not-a-number")
    unit = _unit(found["before"], found["after"], cell.unit, column_unit, forms, fact.unit)
    number = _digits(found, scientific=cell.kind == "number")
    if unit is not None:
        if unit.unit != fact.unit:
            raise Refused("wrong-unit", unit=unit.written, expected=fact.unit or "1")
        number = _in_unit_of_fact(number, unit)
    value: Decimal | int = number
    if fact.datatype == "integer":
        if number != number.to_integral_value():
            raise Refused("value-not-whole")
        value = int(number)
    shown_unit = unit is not None and not (found["before"] or found["after"])
    # 元 in the header, or shown by the cell's format, leaves the digits as they stand: nothing was converted.
    as_written = unit is None or (shown_unit and unit.factor == unit.divisor)
    if as_written and _PLAIN.fullmatch(text) and not (isinstance(value, int) and "." in text):
        return Read(value, cell.notes)
    return _converted(f"{cell.text} {unit.written}" if unit and shown_unit else cell.text, value, fact, cell.notes)


def _check_multiples(numerals: str, unit: UnitForm) -> None:
    """一亿二千万 in a column of 万元 may be as many yuan."""
    own = [one for one in numerals if one in NUMERALS["multiples"]]
    if own and unit.factor != unit.divisor:
        raise Refused("units-disagree", units=f"{own[-1]}、{unit.written}")


def _in_numerals(text: str, fact: Fact, forms: Mapping[str, UnitForm]) -> re.Match[str] | None:
    """A number in Chinese numerals with nothing but its unit beside it, in digits; 五类 and 五百余万 are none."""
    found = _with_numerals(text)
    if found is None or (found["before"] and unit_named(found["before"], forms) is None):
        return None
    after = found["after"]
    return found if not after or unit_named(after, forms) or completed(after, fact.unit, forms) else None


def _with_numerals(text: str) -> re.Match[str] | None:
    """A number in Chinese numerals, in digits, with what stands before it: 人民币陆佰万元整."""
    at = BEGINS.search(text)
    digits = in_digits(text[at.start() :]) if at else None
    return _NUMBER.fullmatch(text[: at.start()].strip() + digits) if at and digits else None


def _unit(
    before: str | None,
    after: str | None,
    shown: str | None,
    column: UnitForm | None,
    forms: Mapping[str, UnitForm],
    usual: str | None,
) -> UnitForm | None:
    """The one unit that the cell, its number format and its header agree on; `usual` is that of the fact."""
    sign = _before(before, forms) if before else None
    if sign is not None and sign.factor == sign.divisor:
        usual = sign.unit  # US$6 million are as many dollars, wherever they stand
    inner = _BRACKETED.fullmatch(after or "")
    if inner is not None and unit_named(inner[1], forms):
        after = inner[1]
    if shown and not after and completed(shown, usual, forms):
        after, shown = shown, None  # 600 shown as 600万
    own = (unit_named(after, forms) or completed(after, usual, forms)) if after else None
    if own is not None and after is not None and column is not None and own.unit == column.unit:
        if unit_named(after, forms) is None and column.factor != column.divisor:
            # 600万 in a column of 万元 may be 600万元, or 600万 of them.
            raise Refused("multiple-twice", multiple=after, unit=column.written, meant=own.written)
        # In a column of yuan 600万 and 600万元 are as many yuan; 6000元 in one of 万元 could be either.
        column = None if column.factor == column.divisor and own.factor != own.divisor else column
    bare = bool(shown) and not re.search(r"\w", shown or "") and unit_named(shown or "", forms) is not None
    signs = [written for written in (before, shown if bare else None) if written]
    units = [written for written in (after, None if bare else shown) if written]
    stated = [own if own is not None and written is after else _known(written, forms) for written in units]
    if column is not None:
        stated.append(column)
    for written in signs:
        sign = _before(written, forms)
        # ¥6000万元: a bare currency sign leaves the scale to the unit behind the number or in the header.
        if sign.factor != 1 or not any(form.unit == sign.unit for form in stated):
            stated.insert(0, sign)
    if len({(form.unit, form.factor) for form in stated}) > 1:
        raise Refused("units-disagree", units="、".join(dict.fromkeys(form.written for form in stated)))
    return stated[0] if stated else None


def _in_unit_of_fact(number: Decimal, unit: UnitForm) -> Decimal:
    """The number times the factor of its unit. Where the factor is a fraction (亩), only if that comes out even."""
    if unit.factor is None:
        raise Refused("unit-not-converted", unit=unit.written)
    total = Fraction(number) * Fraction(unit.factor) / Fraction(unit.divisor)
    product = _EXACT.multiply(number, unit.factor)
    if unit.divisor != 1:
        product = _EXACT.divide(product, unit.divisor).quantize(Decimal("0.0001"), context=_EXACT)
    if Fraction(product) != total:
        raise Refused("unit-not-converted", unit=unit.written)
    return product


def _before(written: str, forms: Mapping[str, UnitForm]) -> UnitForm:
    """The unit before a number. HK$600 has one that is not known: its number alone would be read as yuan."""
    sign = unit_named(written, forms)
    if sign is None:
        raise Refused("value-not-a-number") if _ABOUT.fullmatch(written) else _unknown(written)
    return sign


def _known(written: str, forms: Mapping[str, UnitForm]) -> UnitForm:
    form = unit_named(written, forms)
    if form is None:
        raise _unknown(written)
    return form


def _unknown(written: str) -> Refused:
    # 6000（预计） has no unit, but a remark.
    is_word = written[:1] not in "([" and _IN_UNITS.search(written)
    return Refused("unknown-unit", unit=written) if is_word else Refused("value-not-a-number")


def _digits(found: re.Match[str], *, scientific: bool) -> Decimal:
    """The matched number, every digit kept."""
    whole = found["whole"]
    if "," in whole:
        if not _GROUPED.fullmatch(whole):
            raise Refused("unclear-separator")
        whole = whole.replace(",", "")
    if not scientific:
        _check_zeros(whole)
    part, power = found["part"] or "", found["power"] or ""
    if power and not scientific:
        raise Refused("scientific-form")
    _check_length(whole + part)
    if power:
        _check_length(power, longest=5)
        if abs(int(power[1:])) > LONGEST:
            raise Refused("number-too-long", most=f"{LONGEST}")
    return Decimal(f"{found['sign']}{found['sign2']}{whole}{part}{power}")


def _check_zeros(whole: str) -> None:
    """000 behind 6: a number that was split at its grouping."""
    if len(whole) > 1 and whole[0] == "0":
        raise Refused("leading-zeros")


def _check_length(digits: str, longest: int = LONGEST) -> None:
    if len(digits) > longest:
        raise Refused("number-too-long", most=f"{LONGEST}")


def _place(numerals: str) -> int:
    """A place in a ranking that is written in Chinese numerals."""
    digits = in_digits(numerals)
    if digits is None:
        raise Refused("value-not-a-number")
    return int(digits)


def in_unit(number: Decimal, factor: Decimal) -> Decimal:
    """A number times the finite factor of its unit, exactly."""
    return _EXACT.multiply(number, factor)


def was_converted(written: str, value: Decimal | int, fact: Fact) -> Note:
    """The report that a written number was read as another one, in the unit of the fact."""
    result = plain(value) if fact.unit in (None, "rank", "count") else f"{plain(value)} {fact.unit}"
    return Note("converted", "info", {"written": written, "result": result})


def _converted(written: str, value: Decimal | int, fact: Fact, notes: tuple[Note, ...] = ()) -> Read:
    return Read(value, (*notes, was_converted(written, value, fact)))
