"""Read the text that a document is drafted from: plain text in UTF-8 or GB18030, or a Word file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from openpyxl.xml.functions import fromstring

from ..doors.files import read_bytes
from ..errors import CallError

__all__ = ["text_of"]

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LARGEST = 2**26  # bytes of a text
_STYLES, _NOTES = "word/styles.xml", ("word/footnotes.xml", "word/endnotes.xml")
# What was deleted or moved away, and what stands in the place of a drawing for programs that cannot show it.
_GONE = {
    f"{_WORD}del",
    f"{_WORD}moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_PROPERTIES = {f"{_WORD}{name}" for name in ("pPr", "rPr", "tcPr", "tblPr", "trPr", "sectPr", "instrText")}
_CODE_PAGES = ("utf-8-sig", "gb18030")


def text_of(path: Path) -> str:
    """The text, its lines ended by line feeds alone.

    Raises:
        InputError: the file cannot be read.
        CallError: it is neither, or Word numbers its paragraphs itself, so that the numbers are not in the text, or it
            has notes at the foot of a page.
    """
    data = read_bytes(path)
    if path.suffix.lower() == ".docx":
        return _word(path, data)
    for code in _CODE_PAGES:
        try:
            text = data.decode(code)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise CallError("text-unreadable", where=str(path))


def _word(path: Path, data: bytes) -> str:
    where = str(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            root = _part(package, "word/document.xml", where)
            names = set(package.namelist())
            styles = _part(package, _STYLES, where) if _STYLES in names else None
            notes = [_part(package, name, where) for name in _NOTES if name in names]
    except (zipfile.BadZipFile, KeyError, NotImplementedError, ValueError, SyntaxError, RuntimeError) as fault:
        raise CallError("text-unreadable", where=where) from fault
    if any("".join(note.itertext()).strip() for note in notes):
        # What stands in a note is said by the text, and in no paragraph of it.
        raise CallError("text-with-notes", where=where)
    numbered = _numbering_styles(styles)
    lines = []
    for block in _blocks(root):
        if block.tag == f"{_WORD}tr":
            # A row is a line: what its cells say, they say together.
            cells = [_line(cell, numbered, where, "") for cell in block.iterfind(f"{_WORD}tc")]
            lines.append("\t".join(" ".join(cell.split()) for cell in cells))
        else:
            lines.append(_line(block, numbered, where, "\n"))
    return "\n".join(lines) + "\n"


def _part(package: zipfile.ZipFile, name: str, where: str) -> Element:
    if package.getinfo(name).file_size > _LARGEST:
        raise CallError("text-unreadable", where=where)
    root: Element = fromstring(package.read(name))
    return root


def _blocks(node: Element) -> Iterator[Element]:
    """The paragraphs and the rows of tables, in their order; a table in a cell is a part of its row."""
    for child in node:
        if child.tag in (f"{_WORD}p", f"{_WORD}tr"):
            yield child
        elif child.tag not in _GONE:
            yield from _blocks(child)


def _line(node: Element, numbered: frozenset[str], where: str, broken: str) -> str:
    """What a paragraph or a cell says."""
    if node.tag == f"{_WORD}p" and _is_numbered(node, numbered):
        raise CallError("text-numbered-by-word", where=where)
    pieces = []
    for child in node:
        if child.tag == f"{_WORD}t":
            pieces.append(child.text or "")
        elif child.tag == f"{_WORD}tab":
            pieces.append("\t")
        elif child.tag in (f"{_WORD}br", f"{_WORD}cr"):
            pieces.append(broken or " ")
        elif child.tag == f"{_WORD}noBreakHyphen":
            pieces.append("-")
        elif child.tag not in _GONE and child.tag not in _PROPERTIES:
            pieces.append(_line(child, numbered, where, broken) + (" " if child.tag == f"{_WORD}p" else ""))
    return "".join(pieces)


def _is_numbered(paragraph: Element, numbered: frozenset[str]) -> bool:
    """Whether Word puts a number before a paragraph that says something, by itself or by its style."""
    own = paragraph.find(f"{_WORD}pPr/{_WORD}numPr")
    if not any((node.text or "").strip() for node in paragraph.iter(f"{_WORD}t")):
        return False
    if own is not None:
        number = own.find(f"{_WORD}numId")
        return number is None or number.get(f"{_WORD}val") != "0"
    style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
    return style is not None and style.get(f"{_WORD}val") in numbered


def _numbering_styles(styles: Element | None) -> frozenset[str]:
    """The styles that number their paragraphs, of their own or by the one that they are based on."""
    own: dict[str, bool | None] = {}
    based: dict[str, str] = {}
    for style in styles.iterfind(f"{_WORD}style") if styles is not None else ():
        name = style.get(f"{_WORD}styleId") or ""
        number = style.find(f"{_WORD}pPr/{_WORD}numPr/{_WORD}numId")
        own[name] = None if number is None else number.get(f"{_WORD}val") != "0"
        parent = style.find(f"{_WORD}basedOn")
        if parent is not None:
            based[name] = parent.get(f"{_WORD}val") or ""

    def numbers(name: str, seen: frozenset[str] = frozenset()) -> bool:
        said = own.get(name)
        if said is not None or name in seen or name not in based:
            return bool(said)
        return numbers(based[name], seen | {name})

    return frozenset(name for name in own if numbers(name))
