"""Look at a file before it is read: does it exist, is it what its name says, is it safe to open?"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from ..catalogue import at, reason
from ..errors import InputError
from ..files import check_ordinary
from ..incoming import path_text

__all__ = ["FORMATS", "check_workbook", "format_of"]

FORMATS = {
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonld": "rdf",
    ".ttl": "rdf",
    ".nt": "rdf",
    ".nq": "rdf",
    ".trig": "rdf",
}
LARGEST_UNPACKED = 512 * 2**20  # bytes; a sheet of 100,000 rows and 30 columns has about 100 MB of XML
MOST_PARTS = 5000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
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
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise InputError("unknown-suffix", where=where, known=tuple(FORMATS))
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as fault:
        raise InputError("file-unreadable", where=where, detail=reason(fault, "os")) from fault
    if not head.strip():
        raise InputError("empty-file", where=where)
    actual = _kind_of_content(head, path)
    if actual is not None and actual[0] != kind:
        raise actual[1]
    return kind


def _kind_of_content(head: bytes, path: Path) -> tuple[str, InputError] | None:
    """What unmistakable first bytes say: the format, and the error if the name says another; None if nothing."""
    where, suffix = str(path), path.suffix.lower()
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return "workbook", InputError("is-a-workbook", where=where, suffix=suffix)
    if head.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in path.read_bytes() if path.stat().st_size < 2**28 else False
        if locked:
            return "ole", InputError("workbook-locked", where=where)
        return "ole", InputError("workbook-old", where=where, suffix=suffix)
    for mark, name in _FOREIGN:
        if head.startswith(mark):
            return "other", InputError("foreign-format", where=where, format=name, suffix=suffix, known=tuple(FORMATS))
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.match(rb"<(!DOCTYPE|\?xml|html|table|meta)", text, re.IGNORECASE):
        return "markup", InputError("is-markup", where=where, suffix=suffix)
    if FORMATS[suffix] == "workbook":
        return "text", InputError("is-plain-text", where=where, suffix=suffix)
    if re.match(rb"[{\[]\s*([\"{\[\]}]|$)", text) and suffix not in (".json", ".jsonld", ".trig", ".ttl"):
        return "json", InputError("is-json", where=where, suffix=suffix)
    if re.match(rb"(@prefix|@base|PREFIX)\s", text) and FORMATS[suffix] != "rdf":
        return "rdf", InputError("is-turtle", where=where, suffix=suffix)
    return None


def check_workbook(path: Path) -> None:
    """Refuse an archive that is broken, would unpack to an unreasonable size, or holds XML entities.

    Raises:
        InputError: as said.
    """
    where = str(path)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
                raise InputError("workbook-too-large", where=where, megabytes=unpacked / 2**20, parts=len(parts))
            if any(part.flag_bits & 1 for part in parts):
                raise InputError("workbook-locked", where=where)
            if "xl/workbook.bin" in archive.namelist():
                raise InputError("workbook-binary", where=where)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        head = file.read(16 * _HEAD).replace(b"\0", b"")
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise InputError("workbook-entities", where=at("at-part", file=where, part=part.filename))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise InputError("workbook-broken", where=where) from fault
