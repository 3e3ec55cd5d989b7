"""Read the comments, input prompts and text boxes of a sheet of Office Open XML.

Standard: ISO/IEC 29500-1, 18.7 (comments), 18.3.1.32 (data validation) and 21.1.2.2.6 (paragraphs of shapes).
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from html import unescape

from openpyxl.utils.cell import column_index_from_string
from openpyxl.xml.constants import DRAWING_NS, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring

from ..patterns import regex
from .pins import Pin, pin

__all__ = ["LONGEST", "boxes", "comments", "prompts", "sheet_rels"]

_VALIDATION = regex(rb"<(?:\w+:)?dataValidation((?:\s+[\w:]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))+)\s*/?>")
_ATTRIBUTE = regex(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_BEHIND = regex(rb"<\w+:sqref>([^<]*)<")
"""Where a validation of Excel 2010 names its cells: behind its formulas."""
LONGEST = 2**14  # bytes from a validation to its cells
_AREA = regex(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_ESCAPED = regex(r"_x([0-9A-Fa-f]{4})_")


def prompts(text: bytes) -> Iterator[Pin]:
    """The input prompts in a piece of a sheet's XML."""
    for found in _VALIDATION.finditer(text) if b"dataValidation" in text else ():  # few sheets have any
        said = {name: one or other for name, one, other in _ATTRIBUTE.findall(found[1].decode("utf-8", "replace"))}
        if not said.get("prompt") and not said.get("promptTitle"):
            continue
        cells = said.get("sqref")
        if cells is None:
            behind = _BEHIND.search(text, found.end(), found.end() + LONGEST)
            cells = behind[1].decode("ascii", "replace") if behind else ""
        yield from _pins([_plain(said.get(name, "")) for name in ("promptTitle", "prompt")], "", cells)


def comments(archive: zipfile.ZipFile, part: str) -> Iterator[Pin]:
    """The comments of a sheet, from the part that holds them."""
    for target in sheet_rels(archive, part, "/comments"):
        root = fromstring(archive.read(target))
        authors = [author.text or "" for author in root.iter(f"{{{SHEET_MAIN_NS}}}author")]
        for one in root.iter(f"{{{SHEET_MAIN_NS}}}comment"):
            number = one.get("authorId", "")
            author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
            text = "".join(piece.text or "" for piece in one.iter(f"{{{SHEET_MAIN_NS}}}t"))
            yield from _pins([text], author, one.get("ref", ""))


def boxes(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    """The lines of the text boxes and other shapes that lie on a sheet."""
    for target in sheet_rels(archive, part, "/drawing"):
        for line in fromstring(archive.read(target)).iter(f"{{{DRAWING_NS}}}p"):
            if text := "".join(piece.text or "" for piece in line.iter(f"{{{DRAWING_NS}}}t")):
                yield text


def sheet_rels(archive: zipfile.ZipFile, part: str, kind: str) -> Iterator[str]:
    """The parts of a kind that belong to a sheet."""
    folder, name = posixpath.split(part)
    rels = f"{folder}/_rels/{name}.rels"
    if rels not in archive.namelist():
        return
    for rel in fromstring(archive.read(rels)):
        target = rel.get("Target", "")
        whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        if rel.get("Type", "").endswith(kind) and whole in archive.namelist():
            yield whole


def _pins(texts: list[str], author: str, cells: str) -> Iterator[Pin]:
    for left, top, right, bottom in _AREA.findall(cells):
        first = column_index_from_string(left) - 1
        last = (int(bottom), column_index_from_string(right) - 1) if right else None
        yield from pin(texts, author, int(top), first, last)


def _plain(text: str) -> str:
    """The text of an attribute, in which Excel writes the end of a line as _x000a_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), unescape(text))
