"""Chinese numerals as digits: 五百万 as 500万, 一亿二千万 as 120000000. What says no exact figure is left as it is."""

from __future__ import annotations

from collections.abc import Mapping

from ..patterns import regex

__all__ = ["BEGINS", "MIXED", "NUMERALS", "STEPPED", "in_digits", "in_one_step", "said", "spelled"]

_NUMERALS = ("零〇", "一壹", "二贰貳两兩", "三叁參叄", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
_DIGITS = {numeral: value for value, numerals in enumerate(_NUMERALS) for numeral in numerals}
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_WAN = 10_000
_MULTIPLES = {"万": _WAN, "萬": _WAN, "亿": _WAN**2, "億": _WAN**2}
NUMERALS: Mapping[str, Mapping[str, int]] = {"digits": _DIGITS, "steps": _STEPS, "multiples": _MULTIPLES}
"""What each numeral counts, for programs of other languages that read them by the same rules."""
BEGINS = regex(f"[{''.join((*_DIGITS, *_STEPS, *_MULTIPLES))}]+")
"""A run of Chinese numerals."""
MIXED = regex(r"(?P<before>[^0-9]*)(?P<mixed>(?:[1-9][十百千万亿拾佰仟萬億]{1,2}){2,})(?P<rest>[^0-9].*)?")
"""Digits with the steps of Chinese numerals behind each: 1亿2千万元."""
STEPPED = regex(r"(?P<high>[1-9][0-9]*)(?P<step>[亿万])(?P<low>[1-9],?[0-9]{3})(?P<rest>万[^0-9]*|[^0-9万]+)")
"""A number of 亿 and 万, or of 万 and ones, in digits; in 3万5 and 1亿500 the steps below are not all there."""


def spelled(text: str) -> str:
    """1亿2千万元 as 一亿二千万元; any other text as it is."""
    found = MIXED.fullmatch(text)
    if found is None:
        return text
    numerals = "".join(_NUMERALS[int(one)][0] if one.isdigit() else one for one in found["mixed"])
    return f"{found['before']}{numerals}{found['rest'] or ''}"


def in_one_step(text: str) -> str:
    """1亿2000万元 as 12000万元, and 2万5000元 as 25000元; any other text as it is."""
    found = STEPPED.fullmatch(text)
    if found is None or (found["step"] == "亿") != found["rest"].startswith("万"):
        return text
    return f"{found['high']}{found['low'].replace(',', '')}{found['rest']}"


def in_digits(text: str) -> str | None:
    """A text that begins with Chinese numerals with these in digits; None where they are no exact number.

    The last 万 or 亿 stays where it is the only one: 五百万元 is 500万元, as people write it in digits.

    Args:
        text: in half width.
    """
    found = BEGINS.match(text)
    if found is None:
        return None
    numerals, rest = found[0], text[found.end() :]
    last = _MULTIPLES.get(numerals[-1])
    number = _value(numerals[:-1] if last else numerals)
    if last and number is not None and number < _WAN:
        return f"{number}{'万' if last == _WAN else '亿'}{rest}"
    whole = _value(numerals)
    return None if whole is None else f"{whole}{rest}"


def said(numerals: str) -> int | None:
    """The number that Chinese numerals say in a sentence, where the last step may go without saying: 一亿五, 二百五.

    Digits in a row are those of a number, as 二〇二四 is; None for what is no number, such as 十三五.
    """
    if len(numerals) > 1 and all(one in _DIGITS for one in numerals):
        return int("".join(str(_DIGITS[one]) for one in numerals))
    return _value(numerals, is_short=True)


def _value(numerals: str, *, is_short: bool = False) -> int | None:
    """A number; unless it may be short, None for what is no exact one, such as 三万五 or 二百五."""
    total, open_, step = 0, numerals, 0
    for multiple in (_WAN**2, _WAN):
        at = next((at for at, one in enumerate(open_) if _MULTIPLES.get(one) == multiple), None)
        if at is None:
            continue
        before = open_[:at]
        part = _value(before) if multiple > _WAN else _below(before, is_first=total == 0)
        if not part:
            return None
        total, open_, step = total + part * multiple, open_[at + 1 :], multiple
    if not open_:
        return total or None
    rest = _below(open_, is_first=total == 0, is_short=is_short)
    if rest is None:
        return None
    # 三万五 is 35,000 to most who say it, and 三亿九千 is 390,000,000: 零 tells, and behind 万 a step.
    if total == 0 or _DIGITS.get(open_[0]) == 0 or (step == _WAN and any(one in _STEPS for one in open_)):
        return total + rest
    if any(one in _STEPS for one in open_):
        return None
    return total + rest * step // 10 if is_short else None


def _below(numerals: str, *, is_first: bool, is_short: bool = False) -> int | None:
    """A number below ten thousand: 三千五百, 一千零五, 十二."""
    if is_first and len(numerals) == 1 and _DIGITS.get(numerals) == 0:
        return 0
    total, digit, above, has_zero = 0, 0, _WAN, False
    for one in numerals:
        step = _STEPS.get(one, 0)
        if step:
            # 百万 says no number; 十万 does, and 一百十二.
            if step >= above or not (digit or (step == 10 and (is_first or total))):
                return None
            total, digit, above, has_zero = total + (digit or 1) * step, 0, step, False
        elif (
            digit or one not in _DIGITS or (not _DIGITS[one] and (has_zero or above == 10 or (is_first and not total)))
        ):
            return None
        else:
            digit, has_zero = _DIGITS[one], has_zero or not _DIGITS[one]
    if has_zero and not digit:
        return None
    # 二百五 is 250 to most who say it.
    if not digit or not total or above == 10 or has_zero:
        return total + digit
    return total + digit * above // 10 if is_short else None
