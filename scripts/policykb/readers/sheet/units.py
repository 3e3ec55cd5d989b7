"""Read what a sheet says about units in its titles and in the lines around its table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ...model import UnitForm
from ...patterns import regex
from ..letters import usual
from ..numerals import in_one_step
from ..words import half_width, normal
from .words import SheetWords

__all__ = [
    "INNER",
    "MAY_BE_UNIT",
    "MULTIPLE",
    "UNIT",
    "Lines",
    "is_figure",
    "is_multiple",
    "may_be_unit",
    "may_state_unit",
    "of_name",
    "of_notes",
    "of_title",
    "read_lines",
    "read_units",
    "stated_units",
    "together",
    "unit_behind",
]

_BRACKET = regex(r"[()\[\]{}〔〕〈〉《》\"“”]")
INNER = regex(r"[(\[{〔〈《]([^()\[\]{}〔〕〈〉《》]*)[)\]}〕〉》]")
_SPLIT = regex(r"[、,，;；/\s:：]+|和|及|或|与|\|")
_APART = regex(r"\s{2,}|[;；。\t\n]")
_DATE = regex(r"[0-9]{4}\s*[年./-]\s*[0-9]{1,2}\s*[月./-]?(\s*[0-9]{1,2}\s*日?)?|(19|20)[0-9]{2}年度?")
_MONEY_WORDS = regex(
    r"[元圆币刀$¥￥€£]|[万亿千百]\s*(?:美|人民|RMB|CNY|USD)|美金|(?i:usd|cny|rmb|yuan|dollar|million|thousand)"
)
_FIGURE = regex(r"[+-]?[0-9][0-9,.]*\s*(?P<unit>[^0-9\s]+)")
_COUNTED = regex(r"[^\w(]*[约近逾超]?[^\w(]*[0-9][0-9,.]*\s*(?P<unit>[^0-9]*)")
_POWER = regex(r"10+(,000)*")
_SCALED = regex(r"[十百千万亿]+")
_SCALE_ALONE = regex(
    r"(?<![0-9一二三四五六七八九十百千万亿第\u4e00-\u9fff])十?[百千万亿]+(?![\u4e00-\u9fff])|[以按]十?[百千万亿]+(?=[计为])|十?[百千万亿]+为单位"
)
MULTIPLE = r"[万亿千百]|(?i:thousand|million|billion)"
"""What a multiple has in it: 600万, 6 million."""
UNIT = rf"[元圆币刀$¥￥€£米亩顷²㎡]|{MULTIPLE}|美金|(?i:usd|cny|rmb|yuan|dollar|sqm|\bha\b)"
"""What every unit has in it, wherever it stands."""
MAY_BE_UNIT = rf"{UNIT}|000s?\b"
"""What any text has in it that is about a unit, as the engines of columns write patterns, too."""
_ANY = regex(rf"{UNIT}|(?<![0-9,.])['’,]?000s?\b")
_IN_UNIT = regex(r"[以按用]([^以按用]{1,12}?)(?:作为|为|作)(?:计量|计价|货币|金额|面积)?单位")
"""以万元为单位: the unit stands before the word."""
_CURRENCY = regex(r"人民币|美元|美金|日元|欧元|[元圆币]|(?i:us|cn|rmb)?[¥$€£]|(?i:rmb|cny|usd|yuan|dollars?)")
_MULTIPLE = regex(
    r"(?:[\s×x*'’,.:()\[\]/]|10*(?:,000)*s?(?:\^[0-9])?|0{1,3}(?:,?000)*s?|[kmwbt]|mn|mio|mil|mln|bn|tn|th|wan|lakhs?|crores?"
    r"|(?:ten|hundred|thousand|million|billion)s?|[十百千万亿])+",
    re.IGNORECASE,
)
_NO_MULTIPLE = regex(r"[0-9.,\s()\[\]]*|\W*[a-jl-vx-z]\W*", re.IGNORECASE)
"""A bare number, or a letter that is no usual multiple."""
_BEHIND_IN = regex(r"(?i:\bin\s+([^()]+)$)")
_ORGANISED = regex(
    r"(填报|填表|申报|申请|报送|报告|编制|制表|主管|牵头|责任|承办|主办|实施|建设|用人|企业|推荐|引荐|所在|各|本)单位|单位(名称|负责人|代码|地址|联系|公章|盖章|性质|类型|领导|意见)"
)


@dataclass(frozen=True, slots=True)
class Lines:
    """What the lines around a table say about units: those understood, and what is not understood, as it is written."""

    units: tuple[UnitForm, ...] = ()
    unclear: tuple[str, ...] = ()

    def plus(self, other: Lines) -> Lines:
        """Both together."""
        return Lines(
            tuple(dict.fromkeys((*self.units, *other.units))), tuple(dict.fromkeys((*self.unclear, *other.unclear)))
        )

    def __bool__(self) -> bool:
        return bool(self.units or self.unclear)


def unit_behind(text: str, forms: Mapping[str, UnitForm]) -> UnitForm | None:
    """The unit behind a figure and nothing else: 12000万元; None where there is none, or one that is not known."""
    found = _FIGURE.fullmatch(in_one_step(half_width(text)))
    return forms.get(normal(found["unit"])) if found else None


def may_be_unit(text: str, words: SheetWords) -> bool:
    """Whether what stands where a unit belongs, be it known or not, may be one: 万港元, 10000; no 500, and no body."""
    plain = normal(text)
    is_body = len(plain) > 2 and plain.endswith(words.body)
    return _POWER.fullmatch(plain) is not None or (not is_body and any(map(_is_letter, plain)))


def _is_letter(one: str) -> bool:
    return one.isalpha() or unicodedata.category(one) == "Sc" or one == "%"


def is_figure(text: str, words: SheetWords, forms: Mapping[str, UnitForm]) -> bool:
    """Whether a text is a number with its unit, and so a value: 5 亿元, 约600（万元）; 10,000 CNY is a unit."""
    found = None if normal(text) in forms else _COUNTED.fullmatch(INNER.sub("", half_width(text)).strip())
    return found is not None and (not found["unit"] or bool(read_units(found["unit"], words, forms)))


def read_units(text: str, words: SheetWords, forms: Mapping[str, UnitForm]) -> tuple[UnitForm, ...] | None:
    """The units that a text states and nothing else: 万元, 单位：人民币（万元）; None where it says anything else."""
    plain = normal(text)
    if plain in forms:
        return (forms[plain],)
    rest = plain
    while True:
        announced = next((word for word in words.unit_of if rest.startswith(word)), None)
        if announced is None:
            break
        rest = rest[len(announced) :].lstrip(":：,，为是(（ ")
        if normal(rest.rstrip(")）")) in forms:
            return (forms[normal(rest.rstrip(")）"))],)
    run = _pieces(normal(_BRACKET.sub(" ", text)), words, forms)
    if run:
        return together(run, words)
    found: list[UnitForm] = []
    for part in _SPLIT.split(_BRACKET.sub(" ", half_width(text))):
        pieces = _pieces(normal(part), words, forms)
        if pieces is None:
            return None
        found += pieces
    return together(found, words) if found else None


def stated_units(text: str, words: SheetWords, forms: Mapping[str, UnitForm]) -> tuple[UnitForm, ...]:
    """The units that a remark states, whatever else it says."""
    # 该数为美元: nothing but words about figures beside the unit.
    bare = words.of_figures.sub("", half_width(text))
    return read_units(text, words, forms) or read_units(bare, words, forms) or read_lines([text], words, forms).units


def _pieces(text: str, words: SheetWords, forms: Mapping[str, UnitForm]) -> list[UnitForm] | None:
    """The units in a run of text that holds nothing else but words around units."""
    found: list[UnitForm] = []
    while text:
        if text in words.measure or text in words.remark:
            return found
        known = next((form for form in _longest(tuple(forms)) if text.startswith(form)), None)
        beside = next((word for word in (*words.unit_of, *words.unit_beside) if text.startswith(word)), None)
        if known is not None and (beside is None or len(known) >= len(beside)):
            found.append(forms[known])
            text = text[len(known) :]
        elif beside is not None:
            text = text[len(beside) :]
        else:
            return None
    return found


@lru_cache(maxsize=8)
def _longest(written: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(written, key=len, reverse=True))


def together(found: Iterable[UnitForm], words: SheetWords) -> tuple[UnitForm, ...]:
    """人民币 beside 万元 names the currency alone: of a unit the other form counts; 元 beside 万元 is a second unit."""
    return _told_apart(found, words.currency)


def of_title(found: Iterable[UnitForm], words: SheetWords) -> tuple[UnitForm, ...]:
    """The same of the title of one column, with those above it: 美元 over 万美元 names the currency as well."""
    return _told_apart(found, words.currency | {*words.currency_unit})


def _told_apart(found: Iterable[UnitForm], naming: Collection[str]) -> tuple[UnitForm, ...]:
    units = list(dict.fromkeys(found))
    stated = {form.unit for form in units if normal(form.written) not in naming}
    return tuple(form for form in units if form.unit not in stated or normal(form.written) not in naming)


def may_state_unit(text: str) -> bool:
    """Whether a remark could be about a unit; most are not, and need no closer look."""
    return _ANY.search(text) is not None and not text.isdecimal()


def of_name(lines: Lines) -> Lines:
    """What the name of a sheet or file says: where it is not understood, only what names money counts."""
    return Lines(lines.units, tuple(line for line in lines.unclear if _MONEY_WORDS.search(line)))


def of_notes(lines: Lines) -> Lines:
    """What sheets of explanations say: a multiple is never taken from there, yet it leaves doubt."""
    scaled = (unit.written for unit in lines.units if unit.factor != unit.divisor)
    return Lines(unclear=tuple(dict.fromkeys((*scaled, *of_name(lines).unclear))))


def read_lines(texts: Iterable[str], words: SheetWords, forms: Mapping[str, UnitForm]) -> Lines:
    """What the texts above or below a table say about the units of its figures.

    Args:
        texts: the cells of those lines, each as a whole.
        words: the words of sheets.
        forms: the written units by their normal form.
    """
    lines = Lines()
    cells = [usual(half_width(text)) for text in texts if half_width(text)]
    for position, cell in enumerate(cells):
        follows = cells[position + 1] if position + 1 < len(cells) else ""
        if normal(cell) in words.unit_of and follows:
            cell = f"{cell}:{follows}"  # 单位： | 万元, in two cells
        for part in _APART.split(cell):
            lines = lines.plus(_read_line(part.strip(), words, forms))
    return Lines(together(lines.units, words), lines.unclear)


def _read_line(line: str, words: SheetWords, forms: Mapping[str, UnitForm]) -> Lines:
    # 附表2 千元: the number is that of the table.
    text = words.caption.sub(" ", _DATE.sub(" ", line)).strip()
    if not text or (not _ANY.search(text) and not _announces(text, words)):
        return Lines(unclear=(line,)) if text and _has_multiple(text, words) else Lines()
    whole = read_units(text, words, forms)
    if whole is not None and (_announces(text, words) or _is_marked(text, words)):
        return Lines(whole)
    told = Lines()
    for inner in INNER.findall(text):
        units = read_units(inner, words, forms)
        if units is not None:
            told = told.plus(Lines(units))
    rest = text if not told else INNER.sub(" ", text)
    announced = _behind(rest, words)
    if announced:
        units = read_units(announced, words, forms)
        if units is not None:
            return told.plus(Lines(units))
        if not told and not _is_body(announced, words):
            return Lines(unclear=(line,))
    elif not told and (_states_money(rest, forms) or _has_multiple(rest, words)):
        return Lines(unclear=(line,))
    return Lines(unclear=(line,)) if not told and _SCALE_ALONE.search(text) else told


def _announces(text: str, words: SheetWords) -> bool:
    return _behind(text, words) is not None


def _behind(text: str, words: SheetWords) -> str | None:
    """What stands behind the word that announces a unit; None where there is no such word."""
    text = _ORGANISED.sub(" ", text)
    named = _IN_UNIT.search(text)
    if named is not None:
        return named[1]
    plain = text.casefold()
    for word in words.unit_of:
        for found in re.finditer(re.escape(word), plain):
            before, after = plain[: found.start()], text[found.end() :]
            if word.isascii() and (before[-1:].isalpha() or after[:1].isalpha()):
                continue
            if word not in ("单位", "计量单位", "金额单位", "货币单位", "unit", "units") and not re.match(
                r"\s*[:：]", after
            ):
                continue
            return after.strip(" :：()[]")
    return None


def _has_multiple(text: str, words: SheetWords) -> bool:
    """Whether a line, what it has in brackets, or what stands behind “in”, is a multiple and nothing else."""
    whole = [text] if len(text) > 1 else []  # K alone is a mark
    return any(is_multiple(piece, words) for piece in (*whole, *INNER.findall(text), *_BEHIND_IN.findall(text)))


def is_multiple(text: str, words: SheetWords) -> bool:
    """Whether a text is a multiple, of a currency or of what is not said: RMB mn, ×10000元, 10k, 以万计."""
    of = _CURRENCY.sub(" ", text)
    left = words.around_unit.sub(" ", of)
    if not left.strip(" ()[]:：.,") or _MULTIPLE.fullmatch(left) is None:
        return False
    return of != text or _NO_MULTIPLE.fullmatch(left) is None


def _is_marked(text: str, words: SheetWords) -> bool:
    """A line of nothing but units."""
    return len(text) <= 24


def _is_body(text: str, words: SheetWords) -> bool:
    """区商务局 behind “单位：” is a body and no measure."""
    plain = normal(_BRACKET.sub("", text))
    if not plain:
        return True
    if _MONEY_WORDS.search(text) or _SCALED.fullmatch(plain):
        return False
    return plain.endswith(words.body) and len(plain) > 2


def _states_money(text: str, forms: Mapping[str, UnitForm]) -> bool:
    """Whether a scaled unit stands in a line that is not understood, unless as a sum: 500万元以上."""
    plain = normal(text)
    scaled = re.search(r"thousand|million|billion|(?<![0-9,.])['’,]?000s?(?![0-9])", plain)
    if scaled and (re.search(r"yuan|cny|rmb|usd|dollar|[¥$]", plain) or re.search(r"\b(in|of)\b", text.casefold())):
        return True
    for form in _longest(tuple(forms)):
        if forms[form].factor == 1 or len(form) < 2:
            continue
        for found in re.finditer(re.escape(form), plain):
            before, after = plain[: found.start()], plain[found.end() :]
            if re.search(r"[0-9一二三四五六七八九十百千超过满达]$", before) or re.match(r"以上|以下|以内|级", after):
                continue
            return True
    return False
