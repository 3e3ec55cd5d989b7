"""Look at a file before it is read: does it exist, is it what its name says, is it safe to open?"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from ..errors import InputError

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
    (b"%PDF", "a PDF file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_HEAD = 4096


def format_of(path: Path) -> str:
    """Which reader a file is for, by its name; its content must not contradict the name.

    Raises:
        InputError: the file is missing, empty, of an unknown kind, or of another kind than its name says.
    """
    where = str(path)
    if path.is_dir():
        raise InputError("this is a folder.", where=where, mend="Name the files in it.")
    if not path.exists():
        raise InputError("there is no such file.", where=where, mend="Check the name and the folder.")
    if path.name.startswith("~$"):
        raise InputError(
            "this is the file by which Excel locks a workbook that is open.",
            where=where,
            mend="Close the workbook in Excel, or leave this file out of the call.",
        )
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise InputError(
            f"files named {path.suffix or 'without a suffix'} are not read.",
            where=where,
            mend=f"Save it as one of {', '.join(FORMATS)}.",
        )
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as fault:
        what = f"this file cannot be opened: {fault.strerror}."
        raise InputError(what, where=where, mend="Check its rights.") from fault
    if not head.strip():
        raise InputError("this file is empty.", where=where, mend="Fill it in, or leave it out of the call.")
    actual = _kind_of_content(head, path)
    if actual is not None and actual[0] != kind:
        raise InputError(f"{actual[1]} named {path.suffix}.", where=where, mend=actual[2])
    return kind


def _kind_of_content(head: bytes, path: Path) -> tuple[str, str, str] | None:
    """What unmistakable first bytes say: the format, a description and a mend; None where they say nothing."""
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return ("workbook", "this is an Excel file (or another zip archive)", "Rename it to .xlsx.")
    if head.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in path.read_bytes() if path.stat().st_size < 2**28 else False
        if locked:
            return ("ole", "this is a password-protected workbook", "Remove the password in Excel and save it again.")
        return ("ole", "this is a workbook in the old .xls format", "Open it in Excel and save it as .xlsx.")
    for mark, name in _FOREIGN:
        if head.startswith(mark):
            return ("other", f"this is {name}", f"Records are read from {', '.join(FORMATS)}.")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.match(rb"<(!DOCTYPE|\?xml|html|table|meta)", text, re.IGNORECASE):
        return ("markup", "this is an HTML or XML page", "Open it in Excel and save it as .xlsx.")
    suffix = path.suffix.lower()
    if FORMATS[suffix] == "workbook":
        return ("text", "this is a text file", "Rename it to .csv, or save it as .xlsx in Excel.")
    if re.match(rb"[{\[]\s*([\"{\[\]}]|$)", text) and suffix not in (".json", ".jsonld", ".trig", ".ttl"):
        return ("json", "this is a JSON file", "Rename it to .json (or .jsonld, if it has a @context).")
    if re.match(rb"(@prefix|@base|PREFIX)\s", text) and FORMATS[suffix] != "rdf":
        return ("rdf", "this is a Turtle file", "Rename it to .ttl.")
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
                raise InputError(
                    f"this workbook would unpack to {unpacked / 2**20:,.0f} MB in {len(parts):,} parts: refused.",
                    where=where,
                    mend="Copy the records into a new workbook, or save them as .csv.",
                )
            if any(part.flag_bits & 1 for part in parts):
                raise InputError("this archive is password-protected.", where=where, mend="Remove the password.")
            if "xl/workbook.bin" in archive.namelist():
                raise InputError("this is a binary .xlsb workbook.", where=where, mend="Save it as .xlsx in Excel.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        head = file.read(16 * _HEAD).replace(b"\0", b"")
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise InputError(
                            "this workbook declares XML entities, which no Excel file does.",
                            where=f"{where}, part {part.filename}",
                            mend="Copy the records into a new workbook.",
                        )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise InputError(
            "this workbook is broken or cut off.", where=where, mend="Get the file again, or save it anew in Excel."
        ) from fault
