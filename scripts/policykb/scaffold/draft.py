"""What a text says, sentence by sentence: provisions with their quotes, and every number with what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ..errors import InputError
from ..patterns import regex
from ..verify.boundary import OUT_OF, STOPS, direction, direction_of_share, is_range, says_again
from ..verify.numerals import Numeral, scan
from .lexicon import Lexicon
from .outline import Line, Part, joined, outline, value_of

__all__ = ["Draft", "DraftPart", "Number", "Sentence", "draft", "sentence_of"]

_SENTENCE = regex(r"[^。！？]*(?:[。！？]+[”’）)》]*|$)")
_WHOLE = regex(r"(?s).+")
_NO_NUMBER = Numeral(0, 0, "", Decimal("NaN"), "")
_LONGEST = 2**14
"""Characters of a sentence: a text of which so many stand without a stop and a break lost them on its way."""
_SHOWN = 20
_OF_MONEY = ("incentive", "exclusivity-rule")
"""The kinds of sentences that say of money how much there is."""
# What a sentence is that speaks of awards and grants none: 有失信记录的，不享受奖励.
_GRANTS_NOTHING = {
    "taken-back": "obligation",
    "limited": "exclusivity-rule",
    "refused": "principle",
    "arranged": "procedure",
}
_TITLE = 25
_LONGEST_TITLE = 60
_NUMBER = regex(r"\S{1,14}?[〔\[［【(（]\s*(?:19|20)\d\d\s*[〕\]］】)）]\s*\d{1,4}\s*号")
_CITED = regex(r"《([^《》]{2,80})》")
_REFERRED = regex(r"第\s*([0-9０-９〇零一二三四五六七八九十百]+)\s*条")
_DAY_OF_EVERY_YEAR = regex(r"(?<!\d年)(?<!\d年\s)(?<!\d)\d{1,2}月\d{1,2}日")
_PER_BEHIND = regex(r"\s*(?:[/／]\s*|每)([^\s\d，。；、：:（）()的给予以奖补计]{1,8})")
"""“… for each …” behind a number: 20元/平方米, 5元每吨."""
_QUOTED = regex(r"“([^“”，。；]{1,10})”")
_ENUMERATOR = regex(r"^[（(]?\s*(?:第\s*)?[0-9０-９〇零一二三四五六七八九十百]+\s*(?:条|[）)]|[、．]|\.(?!\d))?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a sentence: what it is, in which unit and direction, and per what; `value` None where unreadable.

    `role` is `amount` (a sum of an incentive), `bound` (a threshold), `rate`, `day`, `count`, or `figure`.
    """

    numeral: Numeral
    role: str
    operator: str
    per: str
    words: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A provision: its offset, its words, what kind it seems to be, its numbers, the works and articles it cites.

    `told` is the phrase by which it speaks of awards and grants none, empty where there is none; `is_of_all` says that
    it names the document itself.
    """

    start: int
    text: str
    kind: str
    numbers: tuple[Number, ...]
    cites: tuple[str, ...]
    validity: str = ""
    refers: tuple[int, ...] = ()
    told: str = ""
    is_of_all: bool = False


@dataclass(frozen=True, slots=True)
class DraftPart:
    """A part with its heading (offset and words) and its sentences.

    `written` is the number that the text writes, `numbers` the others that stand in the heading.
    """

    kind: str
    place: int
    written: int
    chapter: int
    heading: tuple[int, str] | None
    title: str
    sentences: tuple[Sentence, ...]
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it is proposed: its title and number where it shows them, its day of issue, and its parts."""

    text: str
    title: str
    number: str | None
    day: date | None
    parts: tuple[DraftPart, ...]

    @property
    def articles(self) -> tuple[DraftPart, ...]:
        """The articles."""
        return tuple(part for part in self.parts if part.kind == "article")


def draft(text: str, words: Lexicon) -> Draft:
    """What a text says.

    Args:
        text: the official text.
        words: the words by which it is read.
    """
    parts = outline(text)
    front = [line for part in parts if part.kind == "front" for line in part.lines]
    back = [line for part in parts if part.kind == "back" for line in part.lines]
    edges = [[line.text for line in (*front, *back)], [line.text for line in (parts[-1].lines[-3:] if parts else ())]]
    is_titled = bool(front) and len(front[0].text) <= _LONGEST_TITLE and not front[0].text.endswith("。")
    title = front[0].text if is_titled else ""
    numbered = next(
        (match[0] for line in (*edges[0][:6], *edges[1]) if (match := _NUMBER.fullmatch(line.strip("（）()")))), None
    )
    # The day stands above the text, or where it is signed; what is last of all may be a form that is attached.
    days = [
        n.day for e in edges[::-1] for line in e for n in scan(line, words.units) if n.whole_day and _is_day_alone(line)
    ]
    made = [_part(part, words, text) for part in parts]
    # What names and dates the document is said of it, and no number of a sentence.
    made = [replace(part, sentences=tuple(_plain(one, numbered) for one in part.sentences)) for part in made]
    return Draft(text, title, numbered, days[-1] if days else None, tuple(made))


def _plain(sentence: Sentence, numbered: str | None) -> Sentence:
    is_head = sentence.text.strip("（）()") == numbered or _is_day_alone(sentence.text)
    return replace(sentence, numbers=()) if is_head else sentence


def _is_day_alone(line: str) -> bool:
    return re.fullmatch(r"[（(]?\s*\d{4}年\d{1,2}月\d{1,2}日[^，。；\n]{0,12}[）)]?", line) is not None


def _part(part: Part, lexicon: Lexicon, text: str) -> DraftPart:
    first, rest = part.lines[0], part.lines[1:]
    heading, title, body = None, "", list(part.lines)
    numbers: tuple[Number, ...] = ()
    if part.kind in ("article", "attachment", "chapter"):
        said = first.text[part.length :]
        lead = len(said) - len(said.lstrip(" 　.、．"))
        is_title = _is_title(said.strip(), bool(rest), lexicon) or part.kind == "chapter"
        # A heading may be followed by the first sentence on its line: 1.标题。正文。
        end = len(first.text) if is_title else part.length
        short = re.match(r"[^，。；：]{2,20}。(?=\S)", said[lead:])
        if not is_title and short is not None and not _is_rule(short[0], lexicon):
            end = part.length + lead + short.end()
        heading = (first.start, first.text[:end].rstrip())
        found = sentence_of(Line(first.start, heading[1]), lexicon).numbers
        numbers = tuple(one for one in found if one.numeral.start >= part.length)
        title = first.text[part.length : end].strip(" 　.、．。:：")
        left = first.text[end:]
        words = left.strip()
        kept = Line(first.start + end + len(left) - len(left.lstrip()), words)
        body = [*([kept] if words else []), *rest]
    if part.kind not in ("front", "back", "attachment"):
        body = joined(body, text, len(body) > len(rest))
    sentences = tuple(sentence_of(one, lexicon) for line in body for one in _split(line))
    return DraftPart(part.kind, part.place, part.number, part.chapter, heading, title, sentences, numbers)


def _is_title(said: str, has_more: bool, lexicon: Lexicon) -> bool:
    """Whether a first line is the title of what follows, and not the beginning of its first sentence."""
    inner = said.rstrip("。:：")
    is_short = bool(said) and has_more and len(inner) <= _TITLE and not re.search(r"[，。；：]", inner)
    if not is_short or lexicon.phrases["ruled"].search(inner):
        return False
    return not any(n.unit == "share" or lexicon.is_money(n) for n in scan(inner, lexicon.units))


def _is_rule(short: str, lexicon: Lexicon) -> bool:
    """Whether a short sentence grants something, and does not only name what the next ones grant."""
    return all(lexicon.phrases[name].search(short) for name in ("incentive", "said"))


def _split(line: Line) -> Iterator[Line]:
    """The sentences of a line."""
    # The rows of a table are read together, since what their cells are stands in the first.
    for match in _SENTENCE.finditer(line.text) if "\t" not in line.text else _WHOLE.finditer(line.text):
        words = match[0].strip()
        if len(words) > _LONGEST:
            raise InputError("sentence-too-long", beginning=words[:_SHOWN], length=len(words), most=_LONGEST)
        if words:
            yield Line(line.start + match.start() + match[0].index(words[0]), words)


def sentence_of(line: Line, lexicon: Lexicon) -> Sentence:
    """What a sentence says, and what its numbers are."""
    numerals = scan(line.text, lexicon.units)
    mark = _ENUMERATOR.match(line.text)
    skip = mark.end() if mark is not None and re.match(r"[（(]|第|\S+?[、．.]", line.text) else 0
    told = _grants_nothing(line.text, numerals, lexicon)
    kind = _GRANTS_NOTHING[told] if told else _kind(line.text, lexicon)
    references = list(_REFERRED.finditer(line.text))
    days = list(_DAY_OF_EVERY_YEAR.finditer(line.text))
    apart = [match.span() for match in (*references, *days)]
    numbers = tuple(
        _number(line.text, numerals, index, lexicon, kind)
        for index, numeral in enumerate(numerals)
        if not (numeral.start < skip and not numeral.unit)
        and not any(start <= numeral.end - 1 < end for start, end in apart)
    )
    # Both numerals of 一事一议 are one figure of speech.
    firsts = {(one.role, one.words): one for one in reversed(numbers)}
    numbers = tuple(one for one in numbers if one.role != "figure" or firsts[one.role, one.words] is one)
    # A day without a year is one of every year, and no number.
    places = (replace(_NO_NUMBER, start=match.start(), end=match.end()) for match in days)
    numbers += tuple(Number(place, "day", "eq", "", _words(line.text, place)) for place in places)
    refers = tuple(dict.fromkeys(value_of(match[1]) for match in references))
    found = (lexicon.phrases[name].search(line.text) for name in ("from", "until"))
    validity = " ".join(match[0] for match in found if match)
    cited, is_of_all = tuple(_CITED.findall(line.text)), lexicon.phrases["whole"].search(line.text) is not None
    return Sentence(line.start, line.text, kind, numbers, cited, validity, refers, told, is_of_all)


def _grants_nothing(words: str, numerals: Sequence[Numeral], lexicon: Lexicon) -> str:
    """The phrase by which a sentence speaks of awards and grants none; empty where it grants one, or speaks of none."""
    told = next((name for name in _GRANTS_NOTHING if lexicon.phrases[name].search(words)), "")
    return "" if told and _gives(words, numerals, told, lexicon) else told


def _kind(words: str, lexicon: Lexicon) -> str:
    """What a sentence seems to be: a scheme name of provision types."""
    said = {name: pattern.search(words) is not None for name, pattern in lexicon.phrases.items()}
    if said["incentive"] and not said["no-incentive"]:
        return "incentive"
    if said["duty"]:
        return "obligation"
    return "encouragement" if said["encouragement"] else "principle"


def _gives(words: str, numerals: Sequence[Numeral], told: str, lexicon: Lexicon) -> bool:
    """Whether a sum or a share is given out by a sentence, and not only limited by it or taken back."""
    numbers = [_number(words, numerals, index, lexicon, "incentive") for index in range(len(numerals))]
    sums = [one for one in numbers if one.role in ("amount", "rate")]
    if told == "limited":
        return any(one.operator != "le" for one in sums)
    back = lexicon.phrases["taken-back"].search(words)
    return any(back is None or one.numeral.end <= back.start() for one in sums)


def _number(words: str, numerals: Sequence[Numeral], index: int, lexicon: Lexicon, kind: str) -> Number:
    numeral = numerals[index]
    before = words[numerals[index - 1].end if index else 0 : numeral.start]
    operator = direction(words, numerals, index, lexicon.bounds)
    if operator == "eq" and numeral.unit == "share":
        operator = direction_of_share(words, numeral, lexicon.bounds)
    if index and lexicon.phrases["replaced"].fullmatch(before):
        # 每亩补助由500元提高到800元: what is given for each of something before is so now.
        before = words[numerals[index - 2].end if index > 1 else 0 : numerals[index - 1].start] + before
        per = lexicon.each(OUT_OF.sub("", words[: numerals[index - 1].start]))
    else:
        per = lexicon.each(before)
    if (behind := _PER_BEHIND.match(words, numeral.end)) is not None:
        per += behind[1]
    if numeral.value.is_nan() or (not numeral.unit and numeral.day is None):
        role = "figure"
    elif numeral.unit == "date" or numeral.day is not None:
        role = "day"
    elif lexicon.phrases["replaced"].match(words, numeral.end) or lexicon.phrases["step"].search(before):
        # 由10万元提高到15万元, 每满1万元奖励…: what was given before, and what something is given for each of.
        role = "count"
    elif numeral.unit == "share":
        role = "rate" if _is_rate(words, numerals, index, operator, lexicon) else "bound"
    elif kind in _OF_MONEY and lexicon.is_money(numeral) and _is_sum(words, numerals, index, operator, lexicon):
        role = "amount"
    else:
        role = "bound" if operator != "eq" else "count"
    phrase = _phrase(words, numeral) if role == "figure" else ""
    return Number(numeral, role, operator, per, phrase or _words(words, numeral))


def _clause(words: str, end: int) -> str:
    """What stands before a number, back to the last comma or stop."""
    return words[max(words.rfind(stop, 0, end) for stop in STOPS) + 1 : end]


def _is_sum(words: str, numerals: Sequence[Numeral], index: int, operator: str, lexicon: Lexicon) -> bool:
    """Whether money is given out: what is said around it as a bound is a condition, and “for every …” a step."""
    numeral, last = numerals[index], numerals[index - 1].end if index else 0
    if index and operator in ("le", "lt") and is_range(words, numerals[index - 1], numeral):
        # The upper end of a range is what its lower end is.
        return _is_sum(words, numerals, index - 1, "ge", lexicon)
    before = words[last : numeral.start]
    if lexicon.phrases["step"].search(before) or (index and says_again(words, numerals, index)):
        return False
    if operator in ("ge", "gt"):
        return lexicon.phrases["sum"].search(_clause(words, numeral.start)) is not None
    if operator == "eq" and lexicon.phrases["met"].match(words, numeral.end) is not None:
        # 实缴资本1亿元的，给予…: what is given stands behind a word that gives it.
        return lexicon.phrases["granted"].search(_clause(words, numeral.start)) is not None
    if operator == "eq" or (operator == "le" and lexicon.phrases["below"].match(words, numeral.end) is None):
        return True
    near = min(before[-14:], _clause(words, numeral.start), key=len)
    return lexicon.phrases["granted"].search(near) is not None


def _is_rate(words: str, numerals: Sequence[Numeral], index: int, operator: str, lexicon: Lexicon) -> bool:
    """Whether a percentage is what is given: one that bounds a share or a growth is a condition."""
    numeral, clause = numerals[index], _clause(words, numerals[index].start)
    if lexicon.phrases["share"].search(clause):
        return False
    # The lower end of a range is what its upper end is.
    is_lower = index + 1 < len(numerals) and is_range(words, numeral, numerals[index + 1])
    end = numerals[index + is_lower].end
    is_met = lexicon.phrases["met"].match(words, end) is not None
    is_free = is_lower or operator in ("eq", "le")
    is_given = any(lexicon.phrases[name].search(clause) for name in ("granted", "rated"))
    return (is_free and not is_met) or is_given


def _phrase(words: str, numeral: Numeral) -> str:
    """The short phrase in quotation marks that a figure of speech stands in: “一事一议”; empty where there is none."""
    found = (match for match in _QUOTED.finditer(words) if match.start() < numeral.start and numeral.end < match.end())
    phrase = next((match[1] for match in found), "")
    return phrase if words.count(phrase) == 1 else ""


def _words(words: str, numeral: Numeral) -> str:
    """The shortest words around a number that stand once in the sentence."""
    for before in range(0, 40):
        start = max(0, numeral.start - before)
        found = words[start : numeral.end]
        if words.find(found, words.find(found) + len(found)) < 0 and (start == 0 or not words[start - 1].isdecimal()):
            return found
    return words
