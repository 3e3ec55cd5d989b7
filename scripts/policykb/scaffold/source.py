"""Read the text that a document is drafted from: plain text in UTF-8 or GB18030, or a Word file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from openpyxl.xml.functions import fromstring

from ..doors.files import read_bytes
from ..errors import CallError

__all__ = ["text_of"]

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LARGEST = 2**26  # bytes of a text
_CODE_PAGES = ("utf-8-sig", "gb18030")


def text_of(path: Path) -> str:
    """The text, its lines ended by line feeds alone.

    Raises:
        InputError: the file cannot be read.
        CallError: it is neither, or Word numbers its paragraphs itself, so that the numbers are not in the text.
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
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            part = package.getinfo("word/document.xml")
            if part.file_size > _LARGEST:
                raise CallError("text-unreadable", where=str(path))
            root = fromstring(package.read(part))
    except (zipfile.BadZipFile, KeyError, NotImplementedError, ValueError, SyntaxError, RuntimeError) as fault:
        raise CallError("text-unreadable", where=str(path)) from fault
    lines = []
    for paragraph in root.iter(f"{_WORD}p"):
        if next(paragraph.iter(f"{_WORD}numPr"), None) is not None:
            raise CallError("text-numbered-by-word", where=str(path))
        pieces = []
        for node in paragraph.iter():
            if node.tag == f"{_WORD}t":
                pieces.append(node.text or "")
            elif node.tag in (f"{_WORD}tab", f"{_WORD}br"):
                pieces.append("\t" if node.tag.endswith("tab") else "\n")
        lines.append("".join(pieces))
    return "\n".join(lines) + "\n"
