"""Find the articles and chapters of a Chinese official text, in whatever style they are numbered."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..patterns import regex
from ..readers.numerals import said

__all__ = ["Line", "Mark", "Part", "joined", "lines_of", "outline", "value_of"]

_NUM = r"[0-9０-９]+|[〇零一二三四五六七八九十百两]+"
_STYLES = (
    ("chapter", regex(rf"第\s*({_NUM})\s*(?:[编章篇]|部分(?=[\s：:]|$))")),
    ("section", regex(rf"第\s*({_NUM})\s*节")),
    ("article", regex(rf"第\s*({_NUM})\s*条(?![的所款项、和及至之]|规定的)")),
    ("han", regex(r"([一二三四五六七八九十]+)\s*、")),
    ("han-brackets", regex(r"[（(]\s*([一二三四五六七八九十]+)\s*[）)]")),
    ("digits", regex(r"([0-9０-９]{1,3})\s*(?:[．、]|\.(?![0-9０-９]))")),
    ("digits-brackets", regex(r"[（(]\s*([0-9０-９]{1,3})\s*[）)]")),
)
"""How a line begins that is a numbered part of a text, by style."""
_LONGEST_HEADING = 30
_DAY = regex(r"[（(]?\s*[0-9０-９]{4}\s*年\s*[0-9０-９]{1,2}\s*月\s*[0-9０-９]{1,2}\s*日\s*[）)]?")
_ENDS = regex(r"[。；：，]")
_ATTACHED = regex(rf"附\s*[件表录]\s*({_NUM})?\s*(?:[：:](?!\s*[0-9０-９]+\s*[.．、])|(?=[^：:，。；的所中规里内]*$))")
"""The heading of an attachment: 附件, 附件1, 附件1：申报表, and no reference to it."""
_LIST_OF_ATTACHED = regex(r"附\s*[件表录]\s*[：:]\s*\S")
_STOPPED = regex(r"[。；！？;!?：:.．][”’）)》]*$")
_ITEM = regex(r"[①-⑳●○■◆·\-—*]|注\s*[：:]")
_SHORTEST = 12
"""Characters of a line that a page may have broken; what is shorter and has no stop may be an item of a list."""
_MOST_DIGITS = 9  # of the number of a part
_FARTHEST = 3
"""How far a number may be from the one before it, where a number was left out by mistake."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text without the blanks around it: its offset, and its words."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Mark:
    """The number in front of a line: its style, its value, and how many characters it takes."""

    style: str
    number: int
    length: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text: `front`, `chapter`, `article`, `back` or `attachment`, its number as written, and its lines.

    `length` is that of the mark that the first line begins with. Articles are counted through the document in `place`,
    since the numbers that the text writes may begin again in every chapter.
    """

    kind: str
    number: int
    place: int
    length: int
    lines: tuple[Line, ...]
    chapter: int = 0


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a text that say anything, without the blanks around them."""
    found, start = [], 0
    for raw in text.split("\n"):
        words = raw.strip()
        if words:
            found.append(Line(start + raw.index(words[0]), words))
        start += len(raw) + 1
    return tuple(found)


def joined(lines: Sequence[Line], text: str, is_begun: bool) -> list[Line]:
    """The lines of a part with those that belong together in one: what the page broke, and the rows of a table.

    Args:
        lines: those behind the heading.
        text: the whole text, from which they are taken.
        is_begun: whether the first one stands behind the number of the part, and so begins a sentence.
    """
    found: list[Line] = []
    for place, line in enumerate(lines):
        before = lines[place - 1] if place else None
        if before is not None and (_is_table(before, line) or _goes_on(before, line, is_begun and place == 1)):
            found[-1] = Line(found[-1].start, text[found[-1].start : line.end])
        else:
            found.append(line)
    return found


def _is_table(one: Line, other: Line) -> bool:
    """Whether two lines are rows of a table: as many cells in both."""
    return "\t" in one.text and one.text.count("\t") == other.text.count("\t")


def _goes_on(one: Line, other: Line, is_first: bool) -> bool:
    """Whether the page, and not the author, broke a line: it has no stop, and the next one no number."""
    if _STOPPED.search(one.text) or _marks(other.text) or _ITEM.match(other.text) or "\t" in one.text + other.text:
        return False
    if _marks(one.text) and len(one.text) <= _LONGEST_HEADING and not _ENDS.search(one.text):
        return False  # （一）新建奖励: a heading within an article.
    return is_first or len(one.text) >= _SHORTEST or one.text.endswith(("，", "、", ","))


def outline(text: str) -> tuple[Part, ...]:
    """The parts of a text in its order: what stands before the first number, chapters, articles, what it ends in.

    What is numbered in an attachment is no article: 1. in a list of papers to hand in is none.

    Articles are the parts called 第…条 where there are any; else those of the outermost style of numbers that is more
    than headings: 一、 where its lines say something, and what stands below it, （一） or 1., where they are headings.
    """
    lines = lines_of(text)
    marks = [_marks(line.text) for line in lines]
    end = _end_of_articles(lines, marks)
    lines, behind = lines[:end], lines[end:]
    marks = marks[:end]
    level = _article_style(lines, marks)
    chapters = _chapter_styles(marks, level)
    found: list[Part] = [Part("front", 0, 0, 0, ())]
    last, place, chapter, is_new = 0, 0, 0, True
    for position, (line, line_marks) in enumerate(zip(lines, marks, strict=True)):
        own = next((mark for mark in line_marks if mark.style == level), None)
        above = next((mark for mark in line_marks if mark.style in chapters), None)
        if own is not None and _follows(own, last, is_new, marks[position + 1 :]):
            last, place, is_new = own.number, place + 1, False
            found.append(Part("article", own.number, place, own.length, (line,), chapter))
        elif above is not None:
            chapter, is_new = chapter + 1, True
            found.append(Part("chapter", above.number, chapter, above.length, (line,), chapter))
        else:
            found[-1] = replace(found[-1], lines=(*found[-1].lines, line))
    return tuple(part for part in (*_signed(found), *_behind(behind)) if part.lines)


def _end_of_articles(lines: Sequence[Line], marks: Sequence[tuple[Mark, ...]]) -> int:
    """The place of the line from which on there are attachments, or the list of them.

    A notice may be followed by the measures as its attachment: their articles come behind that word, and end there not.
    """
    are_articles = any(mark.style == "article" for one in marks for mark in one)
    is_any = False
    for place, (line, own) in enumerate(zip(lines, marks, strict=True)):
        is_any |= any(mark.style == "article" or not are_articles for mark in own)
        is_short = len(line.text) <= _LONGEST_HEADING
        if is_any and is_short and (_ATTACHED.match(line.text) or _LIST_OF_ATTACHED.match(line.text)):
            return place
    return len(lines)


def _behind(lines: Sequence[Line]) -> list[Part]:
    """What stands behind the articles: the list of attachments with who signs, and each attachment."""
    found: list[Part] = []
    count = 0
    for line in lines:
        match = _ATTACHED.match(line.text) if len(line.text) <= _LONGEST_HEADING else None
        is_list = not count and _LIST_OF_ATTACHED.match(line.text) is not None and (match is None or match[1] is None)
        if match is not None and not is_list:
            count += 1
            found.append(Part("attachment", value_of(match[1] or ""), count, match.end(), (line,)))
        elif found:
            found[-1] = replace(found[-1], lines=(*found[-1].lines, line))
        else:
            found.append(Part("back", 0, 0, 0, (line,)))
    return found


def _signed(parts: list[Part]) -> list[Part]:
    """The parts with what the text ends in, who signs it and on which day, in a part of its own."""
    lines = parts[-1].lines
    if len(lines) < 2 or _DAY.fullmatch(lines[-1].text) is None:
        return parts
    first = len(lines) - 1
    while first > 1 and len(lines[first - 1].text) <= _LONGEST_HEADING and not _ENDS.search(lines[first - 1].text):
        first -= 1
    return [*parts[:-1], replace(parts[-1], lines=lines[:first]), Part("back", 0, 0, 0, lines[first:])]


def _marks(words: str) -> tuple[Mark, ...]:
    found = []
    for style, pattern in _STYLES:
        match = pattern.match(words)
        if match is not None:
            number = value_of(match[1])
            if number:
                found.append(Mark(style, number, match.end()))
    return tuple(found)


def value_of(written: str) -> int:
    """The number that is written in digits or in Chinese numerals; 0 where it is none, or has too many digits to be."""
    plain = unicodedata.normalize("NFKC", written)
    if plain.isdecimal():
        return int(plain) if len(plain) <= _MOST_DIGITS else 0
    return said(written) or 0


def _article_style(lines: Sequence[Line], marks: Sequence[tuple[Mark, ...]]) -> str:
    """The style of the articles: 第…条, else the outermost that is more than headings."""
    styles = list(dict.fromkeys(mark.style for one in marks for mark in one))
    if "article" in styles:
        return "article"
    below = [style for style in styles if style not in ("chapter", "section")]
    while len(below) > 1 and _are_headings(below[0], lines, marks, below[1:]):
        below.pop(0)
    return below[0] if below else ""


def _are_headings(style: str, lines: Sequence[Line], marks: Sequence[tuple[Mark, ...]], inner: Sequence[str]) -> bool:
    """Whether most parts of a style are a short line that says nothing, and numbered parts stand below some of them."""
    places = [place for place, one in enumerate(marks) if any(mark.style == style for mark in one)]
    short = [p for p in places if len(lines[p].text) <= _LONGEST_HEADING and not lines[p].text.endswith(("。", "；"))]
    leading = [p for p in places if p + 1 < len(marks) and any(mark.style in inner for mark in marks[p + 1])]
    return 2 * len(short) > len(places) and bool(leading)


def _chapter_styles(marks: Sequence[tuple[Mark, ...]], level: str) -> frozenset[str]:
    """The styles above that of the articles: 第…章, and what comes before it in the text."""
    styles = list(dict.fromkeys(mark.style for one in marks for mark in one))
    if level == "article":
        return frozenset({"chapter", "section", *([] if "chapter" in styles else _before(styles, "article"))})
    return frozenset({"chapter", "section", *_before(styles, level)})


def _before(styles: Sequence[str], level: str) -> list[str]:
    outer = styles[: styles.index(level)] if level in styles else []
    return [style for style in outer if style == "han"]


def _follows(mark: Mark, last: int, is_new: bool, rest: Sequence[tuple[Mark, ...]]) -> bool:
    """Whether a number is the next one, or the first of a chapter; else the line begins with a reference."""
    if mark.number == last + 1 or (is_new and mark.number == 1):
        return True
    following = next((m.number for one in rest for m in one if m.style == mark.style), 0)
    if mark.number == 1:
        return following == 2
    return last < mark.number <= last + _FARTHEST and following == mark.number + 1
