"""Text that enters: what no name or id can hold, and file names as text.

Half a character, a control character or a mark of direction in a name is an accident of some export, or is meant to
let one text be read as another. Blanks of every kind are no fault: readers make one space of them.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..patterns import regex

__all__ = ["LONGEST", "UNFIT", "is_fit", "path_text", "query_text"]

LONGEST = 10_000
"""Characters of the longest name or id."""
_RANGES = (
    (0x00, 0x08),
    (0x0E, 0x1B),
    (0x7F, 0x84),
    (0x86, 0x9F),
    (0x061C, 0x061C),
    (0x202A, 0x202E),
    (0x2066, 0x206F),
    (0xFFF9, 0xFFFB),
    (0xFFFE, 0xFFFF),
    (0xE0000, 0xE007F),
)
UNFIT = "".join(rf"\x{{{low:x}}}-\x{{{high:x}}}" for low, high in _RANGES)
"""The same characters within the brackets of a pattern, as the engines of columns write them: their texts are whole."""
_UNFIT = regex("[" + "".join(f"{chr(low)}-{chr(high)}" for low, high in _RANGES) + "\ud800-\udfff]")


def is_fit(text: str) -> bool:
    """Whether a text can be a name or an id."""
    return len(text) <= LONGEST and (text.isprintable() or _UNFIT.search(text) is None)


def path_text(path: Path | str) -> str:
    """A file's name as text: bytes that are no UTF-8 as �."""
    return os.fsencode(path).decode("utf-8", "replace")


def query_text(sent: str) -> str:
    """What stands behind the ? of an address: a server hands on what is not escaped byte by byte, and it is UTF-8.

    Raises:
        ValueError: it is no UTF-8.
    """
    return sent if sent.isascii() else sent.encode("latin-1").decode()
