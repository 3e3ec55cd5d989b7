"""Text that leaves: one function for each kind of format, so that nothing in the data steers what shows or opens it.

A terminal obeys escape sequences, a spreadsheet runs formulas, a page runs markup, and marks of direction let a text be
read as another one. What stands in the data stands in the output, and does nothing there.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import TextIO

from ..patterns import regex

__all__ = [
    "HARMLESS",
    "NUMBER",
    "csv_cell",
    "html_table",
    "html_text",
    "json_text",
    "markdown",
    "sheet_text",
    "tell",
    "turtle_text",
    "visible",
    "xml_bytes",
]

_RANGES = (
    (0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0x061C, 0x061C), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F),
    (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xFFFE, 0xFFFF), (0xE0000, 0xE007F),
)  # fmt: skip
_STEERING = regex("[" + "".join(f"{chr(low)}-{chr(high)}" for low, high in _RANGES) + "\ud800-\udfff]")
_PICTURES = 0x2400
"""Where Unicode has a picture for each control character: ␛ for the escape."""
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula; in some languages the wide signs as well."""
HARMLESS = (
    ("[" + "".join(rf"\x{{{low:x}}}-\x{{{high:x}}}" for low, high in _RANGES) + "]", "�"),
    ("^([" + "".join(rf"\x{{{ord(sign):x}}}" for sign in _FORMULA) + "])", "'$1"),
)
"""What `csv_cell` does, for columns of Polars and of Spark: patterns, and what takes their place; without pictures, and
for texts that are whole."""
NUMBER = r"[+-]?[0-9]+(?:\.[0-9]*)?"
"""What is a number in a table and no formula, where its type says so as well."""
_NO_XML = regex(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_LIST = regex(r"^(\s*)([-+]|\d+[.)])(?=\s|$)")
_MOST_ROWS = 60  # rows that a notebook shows
_LONGEST_CELL = 32_767  # characters that a cell of a workbook can hold


def visible(text: str) -> str:
    """The text with control characters as pictures, and marks of direction and what has no picture as �."""
    # What is printable has none of these: Unicode counts each of them among the others, the unassigned or the breaks.
    return text if text.isprintable() else _STEERING.sub(_picture, text)


def tell(text: object = "", *, to: TextIO | None = None) -> None:
    """Print a line, on standard output unless said otherwise."""
    print(visible(str(text)), file=sys.stdout if to is None else to, flush=True)


def json_text(text: str) -> str:
    r"""A JSON text with the same characters as \uXXXX: it means the same, and steers nothing."""
    return _STEERING.sub(_json_escape, text)


def turtle_text(text: str) -> str:
    r"""A text in Turtle or N-Triples with the same characters as \uXXXX or \UXXXXXXXX, likewise."""
    return _STEERING.sub(_turtle_escape, text)


def xml_bytes(text: bytes) -> bytes:
    """XML in UTF-8 with � for each character that XML 1.0 cannot hold, not even escaped: no parser would read on."""
    return _NO_XML.sub("�".encode(), text)


def csv_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that starts like one gets an apostrophe."""
    shown = visible(text)
    return f"'{shown}" if text[:1] in _FORMULA or shown[:1] in _FORMULA else shown


def sheet_text(text: str) -> str:
    """A text cell of a workbook, which besides can hold only so much."""
    return csv_cell(text)[:_LONGEST_CELL]


def html_text(text: str) -> str:
    """Text that a page shows as it is."""
    import html

    return html.escape(visible(text))


def html_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table that a page shows as it is: the first rows, and how many there are; empty where there is nothing."""
    head = "".join(f"<th>{html_text(name)}</th>" for name in columns)
    lines = (
        "".join(f"<td>{'' if value is None else html_text(str(value))}</td>" for value in row)
        for row in rows[:_MOST_ROWS]
    )
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    count = f"<p>{len(rows)} × {len(columns)}</p>" if len(rows) > _MOST_ROWS else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{count}"


def markdown(text: str) -> str:
    """Text that Markdown takes as it is, on one line."""
    folded = " ".join(visible(text).split())
    marked = "".join(f"\\{char}" if char in "\\`*_{}[]<>#|~" else char for char in folded)
    return _LIST.sub(r"\1\\\2", marked)


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(_PICTURES + code) if code < 0x20 else "␡" if code == 0x7F else "�"


def _json_escape(found: re.Match[str]) -> str:
    return json.dumps(found.group())[1:-1]


def _turtle_escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\U{code:08X}" if code > 0xFFFF else f"\\u{code:04X}"
