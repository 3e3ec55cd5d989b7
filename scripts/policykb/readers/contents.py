"""Tell what a file is by what is in it: workbooks of each kind, and what is called one without being one."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from ..doors.incoming import path_text
from ..errors import InputError
from ..patterns import regex
from ..wording.catalogue import at

__all__ = ["BOOKS", "book_kind", "content_of", "unmarked_utf16"]

BOOKS = {"xlsx": ".xlsx", "xlsb": ".xlsb", "ods": ".ods", "xls": ".xls"}
"""The kinds of workbooks, and what a file of each is called."""
LARGEST_UNPACKED = 512 * 2**20  # bytes; a sheet of 100,000 rows and 30 columns has about 100 MB of XML
LARGEST_OLE = 256 * 2**20  # bytes
MOST_PARTS = 5000
_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_BARE_BIFF = regex(rb"\x09[\x00\x02\x04\x08].\x00.[\x00-\x06]", re.DOTALL)  # Excel 2 to 5 without a container
_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3\0", "SQLite"),
    (b"PAR1", "Parquet"),
)
# Of the formats that are archives of parts, the part that shows what an archive is.
_PARTS = {
    "word/document.xml": "Word",
    "ppt/presentation.xml": "PowerPoint",
    "Index/Document.iwa": "Numbers",
    "Index.zip": "Numbers",
    "classes.dex": "APK",
    "OFD.xml": "OFD",
}
_STREAMS = {"WordDocument": "Word", "PowerPoint Document": "PowerPoint", "VisioDocument": "Visio"}
_LOCKED = ("EncryptedPackage", "\x06DataSpaces", "EncryptedSummary")
_MAIN = regex(rb"(spreadsheetml\.(sheet|template)|ms-excel\.(sheet|template)\.macroEnabled)\.main\+xml")
_ODS = b"application/vnd.oasis.opendocument."
_MARKUP = regex(r"<(!DOCTYPE|!--|\?xml|html|head|body|table|meta|style|div|w:|o:)|MIME-Version:", re.IGNORECASE)


def content_of(path: Path, head: bytes) -> tuple[str, str | None]:
    """What unmistakable first bytes say: a kind of content, and the name of a format that is not read.

    The kind is one of `BOOKS`, `locked`, `broken`, `foreign`, `markup`, `json`, `turtle`, `text` or `unknown`.
    """
    if head.startswith(_ZIP):
        return _of_archive(path)
    if head.startswith(_OLE):
        return _of_container(path)
    for mark, name in _FOREIGN:
        if head.startswith(mark):
            return "foreign", name
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return "foreign", "BMP"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "foreign", "WebP"
    if b"%PDF-" in head[:1024]:
        return "foreign", "PDF"
    if _BARE_BIFF.match(head):
        return "xls", None
    text = _text_of(head)
    if text is None:
        return "unknown", None
    text = text.lstrip("\ufeff \t\r\n")
    if _MARKUP.match(text):
        return "markup", None
    if re.match(r"[{\[]\s*([\"{\[\]}]|$)", text):
        return "json", None
    return ("turtle" if re.match(r"(@prefix|@base|PREFIX)\s", text) else "text"), None


def book_kind(path: Path) -> str:
    """Which kind of workbook a file is, of `BOOKS`; an archive is looked through before it is unpacked.

    Raises:
        InputError: it is none, or broken, protected, would unpack to an unreasonable size, or holds XML entities.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    kind, _ = content_of(path, head)
    if kind in ("xls", "locked") and not head.startswith(_ZIP):
        if path.stat().st_size > LARGEST_OLE:
            raise InputError("file-too-large", where=path_text(path), megabytes=LARGEST_OLE / 2**20)
    elif kind in BOOKS or kind == "locked":
        _check_archive(path)
    if kind == "locked":
        raise InputError("workbook-locked", where=path_text(path))
    if kind not in BOOKS:
        raise InputError("workbook-broken", where=path_text(path))
    return kind


def _of_archive(path: Path) -> tuple[str, str | None]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if any(part.flag_bits & 1 for part in archive.infolist()):
                return "locked", None
            if "mimetype" in names or "META-INF/manifest.xml" in names:
                kind = _of_open_document(archive, names)
                if kind is not None:
                    return kind
            if "xl/workbook.bin" in names:
                return "xlsb", None
            if "xl/workbook.xml" in names:
                return "xlsx", None
            if _MAIN.search(_head_of(archive, "[Content_Types].xml", names)):
                return "broken", None  # its parts stand where number formats are not looked for
            return "foreign", next((found for name, found in _PARTS.items() if name in names), "zip")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        return "broken", None


def _of_open_document(archive: zipfile.ZipFile, names: set[str]) -> tuple[str, str | None] | None:
    manifest = _head_of(archive, "META-INF/manifest.xml", names)
    kind = _head_of(archive, "mimetype", names).strip() or manifest
    if _ODS not in kind:
        return None
    if _ODS + b"spreadsheet" not in kind:
        return "foreign", "OpenDocument"
    return "locked" if b":encryption-data" in manifest else "ods", None


def _head_of(archive: zipfile.ZipFile, name: str, names: set[str]) -> bytes:
    """The beginning of a part, where there is one."""
    if name not in names:
        return b""
    with archive.open(name) as part:
        return part.read(2**20)


def _of_container(path: Path) -> tuple[str, str | None]:
    """What an OLE container holds, by the names of its streams.

    Standard: [MS-CFB] 2.6.1: a directory entry has 128 bytes, its name in UTF-16, the length of that, and a type.
    """
    with path.open("rb") as file:
        data = file.read(LARGEST_OLE)

    def has(name: str) -> bool:
        written = (name + "\0").encode("utf-16-le")
        at = data.find(written)
        while at >= 0:
            if at % 128 == 0 and data[at + 64 : at + 66] == len(written).to_bytes(2, "little"):
                return True
            at = data.find(written, at + 2)
        return False

    if any(has(name) for name in _LOCKED):
        return "locked", None
    if has("Workbook") or has("Book"):
        return "xls", None
    return "foreign", next((found for name, found in _STREAMS.items() if has(name)), "OLE")


def _text_of(head: bytes) -> str | None:
    """The first bytes of a text; None where they are none."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", errors="replace")
    if b"\0" not in head:
        return head.decode("utf-8", errors="replace")
    encoding = unmarked_utf16(head)
    return None if encoding is None else head.decode(encoding, errors="replace")


def unmarked_utf16(head: bytes) -> str | None:
    """Which UTF-16 a text without a mark is in, by the letters of ASCII that it then has; None where it is in none."""
    best, most = None, 0
    for encoding in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) & ~1].decode(encoding, errors="replace")
        letters = sum(letter.isascii() for letter in text)
        if letters > most and not {"\0", "\ufffd"} & set(text[:-1]) and {"\r", "\n"} & set(text):
            best, most = encoding, letters
    return best


def _check_archive(path: Path) -> None:
    """Refuse an archive that is broken, would unpack to an unreasonable size, or holds XML entities."""
    where = path_text(path)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
                raise InputError("workbook-too-large", where=where, megabytes=unpacked / 2**20, parts=len(parts))
            if any(part.flag_bits & 1 for part in parts):
                raise InputError("workbook-locked", where=where)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        head = file.read(16 * _HEAD).replace(b"\0", b"")
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise InputError("workbook-entities", where=at("at-part", file=where, part=part.filename))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise InputError("workbook-broken", where=where) from fault
