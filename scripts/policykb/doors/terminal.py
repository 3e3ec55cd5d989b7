"""What is shown on a terminal: a console in which nothing of the data steers it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from ..patterns import regex
from .outgoing import visible
from .width import fit_width

__all__ = ["Terminal", "put", "put_lines"]


_OPENING, _CLOSING = "（“‘《〈「『【〔([{", "，。、；：？！）”’》〉」』】〕)]}…%％"
_BEFORE, _WORD, _AFTER = (
    rf"\s*[{re.escape(_OPENING)}]*", rf"[^\s\u2e80-\uffef{re.escape(_OPENING)}]+", rf"[{re.escape(_CLOSING)}]*\s*"
)  # fmt: skip
_UNIT = regex(rf"{_BEFORE}(?:{_WORD}|.){_AFTER}", re.DOTALL)
"""What no line parts: a letter of Chinese or a run of others, with the signs that open and close it."""
_WITH_UNIT = regex(rf"{_BEFORE}(?:{_WORD}(?<=\d)[^\W\da-zA-Z]{{1,2}}|{_WORD}|.){_AFTER}", re.DOTALL)
"""What no line parts where it has room: also a number and the two letters behind it, where its unit is written."""


class Terminal(Console):
    """A console that shows control characters and marks of direction of a text instead of obeying them.

    Lines of a text, also in the cells of a table, end where Chinese may be parted (see `put`).
    """

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        if (fit := fit_width(self.width)) != self.width:
            self.width = fit

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The parts of what is printed; the console's own colours and movements are no texts."""
        options = options or self.options
        if isinstance(renderable, str):
            renderable = self.render_str(renderable, highlight=options.highlight, markup=options.markup)
        if isinstance(renderable, Text) and not (options.no_wrap or renderable.no_wrap):
            renderable = renderable.blank_copy("\n").join(_lines(renderable, options.max_width))
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control or text.isprintable() else Segment(visible(text), style, control)


def put(console: Console, text: str | Text, indent: int = 0, style: str = "") -> None:
    """Print a text by so many columns to the right, every line of it.

    Where lines are kept whole unless somebody watches, so that another program finds them (`soft_wrap`), they are.
    Chinese has no blanks between words, so lines end between any two of its letters; but no figure and no Latin word is
    parted, and no line begins with a closing sign or ends with an opening one (as UAX #14 has it). Only what is longer
    than a line is parted anywhere.

    Args:
        console: where to print.
        text: the text; one with styles of its own keeps them.
        indent: columns.
        style: the style of a plain text.
    """
    shown = Text(text, style=style) if isinstance(text, str) else text
    if console.soft_wrap and not console.is_terminal:
        console.print(Text(" " * indent) + shown)
        return
    for line in _lines(shown, max(console.width - indent, 2)):
        console.print(Text(" " * indent) + line if line else line, no_wrap=True, overflow="ignore", crop=False)


def put_lines(lines: Iterable[str]) -> None:
    """Print lines on standard output, each with the blanks that it begins with before all that it is parted into."""
    console = Terminal(highlight=False, soft_wrap=True)
    for line in lines:
        text = line.lstrip(" ")
        put(console, text, len(line) - len(text))


def _lines(text: Text, width: int) -> Iterator[Text]:
    """A text as lines of at most so many columns."""
    for paragraph in text.split(allow_blank=True):
        for line in paragraph.divide(list(_breaks(paragraph.plain, width))):
            line.rstrip()
            yield line


def _breaks(text: str, width: int) -> Iterator[int]:
    """Where the lines of a text begin, but for the first."""
    filled = 0
    for start, unit in _units(text, width):
        if filled and filled + cell_len(unit.rstrip()) > width:
            yield start
            filled = 0
        filled += cell_len(unit)


def _units(text: str, width: int) -> Iterator[tuple[int, str]]:
    """What no line parts, each with its place: what is wider than a line comes in the parts that it has."""
    for whole in _WITH_UNIT.finditer(text):
        for part in [whole] if _fits(whole[0], width) else _UNIT.finditer(text, *whole.span()):
            if _fits(part[0], width):
                yield part.start(), part[0]
            else:
                yield from enumerate(part[0], part.start())


def _fits(unit: str, width: int) -> bool:
    return cell_len(unit.rstrip()) <= width
