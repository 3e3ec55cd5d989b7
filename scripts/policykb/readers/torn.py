"""Find numbers whose groups of digits delimited text has torn into cells: 6,000 without quotation marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ..patterns import regex

__all__ = ["FIRST", "NEXT", "Figures", "torn_numbers"]

FIRST = r"\s*[-+¥￥$€£(]?\s*[1-9][0-9]{0,2}\s*"
NEXT = r"\s*[0-9]{3}(\.[0-9]+)?([^0-9.]\D{0,5})?"
"""What may be the first group of a number's digits, and the next one, with a unit behind it."""
_FIRST, _NEXT = regex(FIRST), regex(NEXT)


_MOST = 10**12
"""No figure of a subject is as large, in yuan or dollars: 600,600,689 in 万元 is none, and three figures are."""


class Figures(NamedTuple):
    """The positions of columns with figures, in their order, and those whose figures may have thousands.

    `factors` are the multiples in which columns are counted, where that is said.
    """

    all: tuple[int, ...] = ()
    large: frozenset[int] = frozenset()
    factors: Mapping[int, Decimal] = {}


def torn_numbers(texts: Sequence[str], figures: Figures, width: int | None) -> list[tuple[int, int]]:
    """Where numbers may be torn: the position of the first group of each, and that behind the last.

    Two cells such as 6 and 500 may be two figures as well. They may be one where a row has more cells than the header,
    if only an empty one, or where rows may leave out their last ones; and in any row where the first one is of a column
    with large figures, and the second begins with a zero, or three such cells stand side by side.

    Args:
        texts: the cells of a row, empty ones included.
        figures: the columns with figures.
        width: how many cells the header has; None where rows of the table are known to leave out their last ones.
    """
    found: list[tuple[int, int]] = []
    sure: list[tuple[int, int]] = []
    for index in figures.all:
        if index + 1 >= len(texts):
            break
        following = texts[index + 1]
        # Most cells are told by their length.
        if len(following) < 3 or not _NEXT.fullmatch(following) or not _FIRST.fullmatch(texts[index]):
            continue
        if found and index < found[-1][1]:
            continue
        end = index + 2
        while end < len(texts) and texts[end - 1].strip().isdigit() and _NEXT.fullmatch(texts[end]):
            end += 1
        while end > index + 2 and _is_beyond("".join(texts[index:end]), figures.factors.get(index)):
            end -= 1
        is_sure = following.strip().startswith("0") and index in figures.large
        if len(texts) != width or (index in figures.large and (is_sure or end > index + 2)):
            found.append((index, end))
            sure += [(index, end)] * is_sure
    return sure or found


def _is_beyond(groups: str, factor: Decimal | None) -> bool:
    """Whether groups of digits are too large a number in the multiple of their column."""
    digits = "".join(filter(str.isdigit, groups.partition(".")[0]))
    return factor is not None and int(digits) * factor >= _MOST
