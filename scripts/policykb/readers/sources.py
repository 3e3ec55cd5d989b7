"""Look at a file before it is read: does it exist, is it what its name says, is it safe to open?"""

from __future__ import annotations

from pathlib import Path

from ..doors.files import check_ordinary
from ..doors.incoming import path_text
from ..errors import InputError
from ..wording.catalogue import reason
from .contents import BOOKS, content_of

__all__ = ["FORMATS", "format_of"]

# What else a workbook may be called: its content tells.
_BOOKS = dict.fromkeys((".xltx", ".xltm", ".xlt", ".et", ".ett", ".wps"), "workbook")
FORMATS = {
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".xls": "workbook",
    ".xlsb": "workbook",
    ".ods": "workbook",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".json": "json",
    ".jsonld": "rdf",
    ".ttl": "rdf",
    ".nt": "rdf",
    ".nq": "rdf",
    ".trig": "rdf",
    **_BOOKS,
}
_HEAD = 4096


def format_of(path: Path) -> str:
    """Which reader a file is for, by its name; its content must not contradict the name.

    Raises:
        InputError: the file is missing, empty, of an unknown kind, or of another kind than its name says.
    """
    where = path_text(path)
    check_ordinary(path)
    if path.name.startswith("~$"):
        raise InputError("excel-lock-file", where=where)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as fault:
        raise InputError("file-unreadable", where=where, detail=reason(fault, "os")) from fault
    suffix = path.suffix.lower()
    kind = FORMATS.get(suffix)
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise InputError("empty-file", where=where)
    content, name = content_of(path, head)
    if content in BOOKS and kind != "workbook":
        raise InputError("is-a-workbook", where=where, suffix=suffix, actual=BOOKS[content])
    if content == "foreign":
        raise InputError("foreign-format", where=where, format=name)
    if content == "broken":
        raise InputError("workbook-broken", where=where)
    if content == "locked":
        raise InputError("workbook-locked", where=where)
    if kind is None:
        raise InputError("unknown-suffix", where=where, known=[known for known in FORMATS if known not in _BOOKS])
    if content == "markup":
        raise InputError("is-markup", where=where, suffix=suffix)
    if content == "json" and kind != "json" and suffix not in (".jsonld", ".trig", ".ttl"):
        raise InputError("is-json", where=where, suffix=suffix)
    if content == "turtle" and kind != "rdf":
        raise InputError("is-turtle", where=where, suffix=suffix)
    if kind == "workbook" and content not in BOOKS:
        raise InputError("is-plain-text" if content == "text" else "workbook-broken", where=where, suffix=suffix)
    return kind
