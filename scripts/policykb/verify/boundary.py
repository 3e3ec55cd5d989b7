"""Read the direction of a number from the words around it: at least, more than, at most, less than, or exactly.

The words are those of official Chinese, as the scheme of bounds has them: 以上, 以下, 以内 include the number; 过 and
超 do not. What no single word settles is read from the sentence: 以上 is strict where an earlier band of the sentence
already includes the number; the lower end of a range is strict for the same reason; its upper end is so where a further
band of the sentence begins with the number; a list joined by 、 shares the word before its first number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ..law.knowledge import Knowledge
from ..names import PKB, SKOS
from ..patterns import regex
from .numerals import RANGE, Numeral

__all__ = [
    "OPPOSITE",
    "OUT_OF",
    "STOPS",
    "Bound",
    "direction",
    "direction_of_share",
    "is_range",
    "is_replaced",
    "read_bounds",
    "says_again",
]

OPPOSITE = {"ge": "lt", "lt": "ge", "gt": "le", "le": "gt"}
"""The other side of a bound: what a neighbouring tier must say."""
_INCLUDED = {"ge": "ge", "gt": "ge"}


@dataclass(frozen=True, slots=True)
class Bound:
    """A direction (ge, gt, le, lt, eq, or `over`) and the words that give it, before a number or behind it."""

    operator: str
    before: re.Pattern[str] | None
    behind: re.Pattern[str] | None


def read_bounds(knowledge: Knowledge) -> tuple[Bound, ...]:
    """The words that bound a number, as the scheme of bounds has them."""
    found = []
    for node in knowledge.subjects(SKOS.inScheme, _SCHEME):
        before, behind = knowledge.string(node, PKB.boundBefore), knowledge.string(node, PKB.boundBehind)
        found.append(
            Bound(
                knowledge.string(node, SKOS.notation) or "",
                None if before is None else re.compile(rf"(?:{before})$"),
                None if behind is None else re.compile(behind),
            )
        )
    return tuple(found)


_SCHEME = ox.NamedNode("https://w3id.org/policykb/scheme/bound")
_SAID = r"(?:[（(]\s*(?:不\s*)?(?:包)?[含括][^（）()，。；]{0,8}[）)]\s*)?"
"""A bracket behind a number that says whether it is included; the words that bound the number may follow it."""
_FROM = regex(rf"\s*{_SAID}{RANGE.pattern}")
_TO = regex(rf"\s*{_SAID}(?:及?以上)?\s*{_SAID}{RANGE.pattern}")
_LISTED = regex(rf"\s*{_SAID}、\s*")
_BEHIND = regex(rf"{_SAID}(?:[/／每][^，。；、（）()\d]{{1,6}}?(?=及?以[上下内]))?")
"""What may stand between a number and the word that bounds it: 500万元（不含）以上, 20万元/亩以上."""
_AGAIN = regex(r"[^，。；、（()）]{0,6}[（(]\s*(?P<no>不\s*)?(?:包)?[含括]\s*")
"""What stands between a number and a bracket that says it again: 500万元以上（不含500万元）."""
_BRACKET = regex(
    r"(?P<between>[^，。；、（()）]{0,6})[（(]\s*(?P<no>不\s*)?(?:包)?[含括]\s*(?P<what>[^（）()，。；]{0,12}?)\s*[）)]"
)
"""超过3000万元（含）: the bracket decides whether the number is included, whatever the word before it."""
_SAID_OF = regex(r"[（(]\s*(?:不\s*)?(?:包)?[含括]\s*[^\s）)本]")
_ITSELF = regex(r"本数|本级|该数|")
_BOUNDED = regex(r"\s*(?:及?以[上下内])?\s*")
OUT_OF = regex(r"(?:由|从)(?:原来?的?)?$")
"""What stands before a number that is made another one."""
_QUOTED = regex(r"(?:[^“”，。；：（）()]{0,16}”)?")
"""The rest of words that are quoted to say what comes in their place."""
_FURTHEST = 12
"""How many characters the words have at most that make a number another."""
_CURRENCY = regex(r"元?(?:人民币)?$")
_PART = regex(r"[0-9０-９%％万亿]|部分|按|给予|予以|[奖补]|返还")
"""What does not stand between a bound and the share that it bounds."""
STOPS = "，。；、：（）()“”\n"


def is_range(sentence: str, low: Numeral, high: Numeral) -> bool:
    """Whether two numbers of a sentence are the ends of a range: 500万元（含）至1000万元."""
    return _FROM.fullmatch(sentence, low.end, high.lead) is not None


def is_replaced(sentence: str, numeral: Numeral, bounds: Sequence[Bound]) -> bool:
    """Whether another number comes in the place of one: 由50万元提高至80万元, “不超过10万元”修改为“不超过16万元”."""
    rest = re.sub(r"\s+", "", sentence[numeral.end : numeral.end + 4 * _FURTHEST])
    quoted = _QUOTED.match(rest)
    start = quoted.end() if quoted is not None else 0
    made = [one.before for one in bounds if one.operator == "same" and one.before is not None]
    ends = range(start + 1, min(start + _FURTHEST, len(rest)) + 1)
    return any(one.fullmatch(rest, start, end) is not None for one in made for end in ends)


def direction(sentence: str, numerals: Sequence[Numeral], index: int, bounds: Sequence[Bound]) -> str:
    """The operator (ge, gt, le, lt, eq) that the words give to one numeral.

    Args:
        sentence: the words of one provision.
        numerals: all numerals of that sentence, in order, with offsets into it.
        index: which of them.
        bounds: the words that bound a number.
    """
    if index and says_again(sentence, numerals, index):
        # 10年以上（含10年）: the bracket says of a bound that it is included, or that it is not.
        if _is_left_out(sentence, numerals, index):
            return "eq"
        return _INCLUDED.get(direction(sentence, numerals, index - 1, bounds), "le")
    if _SAID_OF.search(sentence) is not None:
        # What a bracket says again neither ends a range nor begins one.
        once = [place for place in range(len(numerals)) if not (place and says_again(sentence, numerals, place))]
        numerals, index = [numerals[place] for place in once], once.index(index)
    found = _direction(sentence, numerals, index, bounds)
    included = _says_of_bound(sentence, numerals[index])
    if included is None:
        return found
    return {"gt": "ge", "lt": "le"}.get(found, found) if included else {"ge": "gt", "le": "lt"}.get(found, found)


def _says_of_bound(sentence: str, numeral: Numeral) -> bool | None:
    """Whether a bracket behind a number says that it is included, or that it is not; None where there is none."""
    found = _BRACKET.match(sentence, numeral.end)
    if found is None:
        return None
    is_itself = _ITSELF.fullmatch(found["what"]) is not None and _BOUNDED.fullmatch(found["between"]) is not None
    # 超过3000万元（含3000万）
    is_again = bool(found["what"]) and _bare(found["what"]) == _bare(numeral.written)
    return found["no"] is None if is_itself or is_again else None


def _bare(written: str) -> str:
    """A number as it is written, without blanks and the name of the currency."""
    return _CURRENCY.sub("", re.sub(r"\s+", "", written))


def _direction(sentence: str, numerals: Sequence[Numeral], index: int, bounds: Sequence[Bound]) -> str:
    numeral = numerals[index]
    after = _after(sentence, numeral, bounds)
    if after == "over":
        return "gt" if _included_before(sentence, numerals, index, bounds) else "ge"
    if after:
        return after
    if index + 1 < len(numerals) and is_range(sentence, numeral, numerals[index + 1]):
        return "gt" if _included_before(sentence, numerals, index, bounds) else "ge"
    if index and _TO.fullmatch(sentence, numerals[index - 1].end, numeral.lead):
        return "lt" if _begins_another(sentence, numerals, index, bounds) else "le"
    before = _before(sentence, numerals, index, bounds)
    if before:
        return before
    if index and _LISTED.fullmatch(sentence, numerals[index - 1].end, numeral.lead):
        return _before_list(sentence, numerals, index - 1, bounds)
    return "eq"


def _before_list(sentence: str, numerals: Sequence[Numeral], index: int, bounds: Sequence[Bound]) -> str:
    while index and _LISTED.fullmatch(sentence, numerals[index - 1].end, numerals[index].lead):
        index -= 1
    return _before(sentence, numerals, index, bounds) or "eq"


def _before(sentence: str, numerals: Sequence[Numeral], index: int, bounds: Sequence[Bound]) -> str:
    start = numerals[index - 1].end if index else 0
    # Line breaks inside a sentence come from the page, not from the author.
    words = re.sub(r"\s+", "", sentence[start : numerals[index].lead])
    made = next((match for one in bounds if one.operator == "same" and (match := _before_it(one, words))), None)
    if made is not None and index and not made.start():
        # 最高限额由50万元提高至80万元: what bounded the one number bounds the other.
        return _before(sentence, numerals, index - 1, bounds)
    words = words if made is None else words[: made.start()]
    words = OUT_OF.sub("", re.split(f"[{STOPS}]", words)[-1])
    said = (one for one in bounds if one.operator != "same")
    found = [(len(match[0]), one.operator) for one in said if (match := _before_it(one, words))]
    return max(found)[1] if found else ""


def _before_it(bound: Bound, words: str) -> re.Match[str] | None:
    """The words of a bound right before a number."""
    return bound.before.search(words) if bound.before is not None else None


def direction_of_share(sentence: str, numeral: Numeral, bounds: Sequence[Bound]) -> str:
    """The direction of a share whose whole stands between the word and the number: 不超过其贡献的30%; eq if none."""
    words = re.split(f"[{STOPS}]", re.sub(r"\s+", "", sentence[: numeral.lead]))[-1]
    for end in range(len(words) - 1, 0, -1):
        if _PART.search(words, end) is not None:
            break  # 超过1000万元部分的5%: the word bounds another number, or says of which part it is a share.
        heads = [(len(m[0]), one.operator) for one in bounds if one.before and (m := one.before.search(words, 0, end))]
        told = [head for head in heads if head[1] in OPPOSITE and head[0] > 1]
        # Without 的 it is a share of what stands in between only for at most and at least: 不超过投资额30%.
        if told and (words.endswith("的") or max(told)[1] in ("le", "ge")):
            return max(told)[1]
    return "eq"


def _same(one: Numeral, other: Numeral) -> bool:
    return (one.value, one.unit) == (other.value, other.unit)


def _begins_another(sentence: str, numerals: Sequence[Numeral], index: int, bounds: Sequence[Bound]) -> bool:
    """Whether another band of the sentence begins with this very number, and so includes it: not 超过5000万元的."""
    for other, numeral in enumerate(numerals):
        if other == index or not _same(numeral, numerals[index]):
            continue
        is_lower = other + 1 < len(numerals) and _TO.fullmatch(sentence, numeral.end, numerals[other + 1].lead)
        said = _after(sentence, numeral, bounds) or _before(sentence, numerals, other, bounds)
        included = _says_of_bound(sentence, numeral)
        if (is_lower or said in ("over", "ge")) and included is not False:
            return True
        if said == "gt" and included:
            return True
    return False


def _after(sentence: str, numeral: Numeral, bounds: Sequence[Bound]) -> str:
    words = re.sub(r"\s+", "", sentence[numeral.end : numeral.end + 24])
    left = _BEHIND.match(words)
    for start in dict.fromkeys((0, left.end() if left is not None else 0)):
        found = [(len(m[0]), one.operator) for one in bounds if one.behind and (m := one.behind.match(words, start))]
        if found:
            return max(found)[1]
    return ""


def _included_before(sentence: str, numerals: Sequence[Numeral], index: int, bounds: Sequence[Bound]) -> bool:
    """Whether an earlier band of the sentence already includes this very number."""
    same = [i for i in range(index) if _same(numerals[i], numerals[index])]
    return any(direction(sentence, numerals, i, bounds) == "le" for i in same)


def says_again(sentence: str, numerals: Sequence[Numeral], index: int) -> bool:
    """Whether a number stands in a bracket that says of the number before that it is included, or that it is not."""
    before, numeral = numerals[index - 1 : index + 1]
    is_same = _same(before, numeral) or (before.value == numeral.value and not numeral.unit)
    return is_same and _AGAIN.fullmatch(sentence, before.end, numeral.lead) is not None


def _is_left_out(sentence: str, numerals: Sequence[Numeral], index: int) -> bool:
    found = _AGAIN.fullmatch(sentence, numerals[index - 1].end, numerals[index].lead)
    return found is not None and found["no"] is not None
