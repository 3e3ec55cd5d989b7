"""Find numbers whose groups of digits delimited text has torn into cells: 6,000 without quotation marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["torn_numbers"]

_FIRST = re.compile(r"\s*[-+¥￥$€£(]?\s*[1-9][0-9]{0,2}\s*")
_NEXT = re.compile(r"\s*[0-9]{3}(\.[0-9]+)?(?![0-9.])\D{0,6}")
"""What may be the next group of a number's digits, with a unit behind it."""


def torn_numbers(texts: Sequence[str], figures: Sequence[int], width: int | None) -> list[tuple[int, int]]:
    """Where numbers may be torn: the position of the first group of each, and that behind the last.

    Two cells such as 6 and 500 may be two figures as well. They may be one where a row has more cells than the header,
    if only an empty one, or where rows may leave out their last ones; and in any row where the second cell begins with
    a zero, or where three such cells stand side by side.

    Args:
        texts: the cells of a row, empty ones included.
        figures: the positions of columns with figures, in their order.
        width: how many cells the header has; None where rows of the table are known to leave out their last ones.
    """
    found: list[tuple[int, int]] = []
    sure: list[tuple[int, int]] = []
    for index in figures:
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
        is_sure = following.strip().startswith("0")
        if is_sure or end > index + 2 or len(texts) != width:
            found.append((index, end))
            sure += [(index, end)] * is_sure
    return sure or found
