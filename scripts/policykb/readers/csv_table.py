"""Read delimited text: any separator, UTF-8 or GB18030, row by row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from ..errors import InputError
from ..model import Place, RecordType
from ..patterns import regex
from ..wording.catalogue import at, reason
from .cells import TextRow
from .contents import unmarked_utf16
from .findings import make_finding
from .headers import Names
from .reader import Found
from .tables import HEADER_WITHIN, MOST_COLUMNS, Row, Table, TableReader
from .values import unguarded
from .words import half_width

__all__ = ["read_csv", "text_rows"]

USUAL = (",", "\t", ";", "|", "，", "；", "^", "~", "\x01", "\x1f", "#", "!", "$", "@", "&", " ")
LONGEST_LINE = 4 * 2**20
"""Characters of the longest line: many times what a row of the widest sheet has."""
_BLOCK = 2**20
_HEAD = 4096
_NAMED = regex(r'\ufeff?"?sep=(\\t|[^"\r\n])"?\s*', re.IGNORECASE)
_GROUPING = (",", "，")
"""Separators that group the digits of a number, too: 6,000."""


def read_csv(path: Path, file: str, stem: str, kind: RecordType | None, reader: TableReader) -> Iterator[Found]:
    """The records of a delimited text file, and the findings that belong to none.

    Args:
        path: the file.
        file: its name in places.
        stem: what the ids of rows without one begin with.
        kind: the record type of all rows, where the call or the file's name gives one.
        reader: what turns rows into records.

    Raises:
        InputError: the file cannot be decoded, or a quotation mark is never closed.
    """
    encoding = _encoding(path)
    if encoding == "gb18030":
        yield make_finding(reader.vocabulary, "read-as-gb18030", "info", Place(file))
    mark = _separator(path, encoding, reader.names)
    with path.open(encoding=encoding, newline="") as text:
        table = Table(file, stem, _rows(text, mark, file), kind=kind, is_delimited=True, groups_split=mark in _GROUPING)
        yield from reader.read(table)


def text_rows(path: Path, file: str, names: Names) -> Iterator[Row]:
    """The rows of a delimited text file, in its own encoding and with its own separator.

    Raises:
        InputError: as `read_csv`.
    """
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as text:
        yield from _rows(text, _separator(path, encoding, names), file)


def _rows(text: io.TextIOBase, mark: str, file: str) -> Iterator[Row]:
    """The rows, from 1; a first line that names the separator is none, as in the spreadsheets that write it."""
    lines = _lines(text, file)
    first = next(lines, "")
    cells_of = csv.reader(lines if _NAMED.fullmatch(first) else chain([first], lines), delimiter=mark, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(cells_of)
        except StopIteration:
            return
        except csv.Error as fault:
            raise InputError(
                "row-broken", where=at("at-row", file=file, row=number), detail=reason(fault, "csv")
            ) from fault
        # Systems that guard every cell guard the header, too.
        yield number, TextRow([unguarded(cell) for cell in cells] if number <= HEADER_WITHIN else cells)


def _lines(text: io.TextIOBase, file: str) -> Iterator[str]:
    """The lines of a text, none of which fills the memory."""
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise InputError("line-too-long", where=at("at-line", file=file, line=number), most=LONGEST_LINE)
        yield line


def _encoding(path: Path) -> str:
    """UTF-8 (with or without a mark) or GB18030, whichever the whole file can be read as; UTF-16 with its mark."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        candidates = ["utf-16"]
    elif head.startswith(b"\xef\xbb\xbf"):
        candidates = ["utf-8-sig"]
    elif b"\0" in head and (unmarked := unmarked_utf16(head)):
        candidates = [unmarked]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            with path.open(encoding=encoding, newline="") as text:
                while block := text.read(_BLOCK):
                    if "\0" in block:
                        raise InputError("zero-bytes", where=str(path))
        except UnicodeError as fault:
            if encoding == "utf-8-sig" and (line := _broken_utf8(path)):
                raise InputError("damaged-utf8", where=at("at-line", file=path, line=line)) from fault
            continue
        return encoding
    raise InputError("unknown-encoding", where=str(path))


def _broken_utf8(path: Path) -> int | None:
    """The first line that is no UTF-8 in a file that otherwise is; None if it is in another encoding altogether."""
    with path.open("rb") as file:
        text = file.read(_BLOCK).decode("utf-8", errors="replace")
    text = text.rstrip("\ufffd") if path.stat().st_size > _BLOCK else text
    broken = text.count("\ufffd")
    sound = sum(not character.isascii() for character in text) - broken
    if not broken or sound <= 4 * broken:
        return None
    return text.count("\n", 0, text.index("\ufffd")) + 1


def _separator(path: Path, encoding: str, names: Names) -> str:
    """The separator with which the header names the most known columns."""
    with path.open(encoding=encoding, newline="") as text:
        lines = list(islice((line for line in _lines(text, str(path)) if line.strip()), HEADER_WITHIN))
    if lines and (named := _NAMED.fullmatch(lines[0])):
        return "\t" if named[1] == "\\t" else named[1]
    best, most = ("\t" if path.suffix.lower() in (".tsv", ".txt") else ","), 0
    for mark in USUAL:
        if not any(mark in line for line in lines):
            continue
        try:
            rows = list(csv.reader(lines, delimiter=mark, skipinitialspace=mark == " "))
        except csv.Error:
            continue
        known = max((sum(_is_known(cell, names) for cell in row[:MOST_COLUMNS]) for row in rows), default=0)
        if known > most:
            best, most = mark, known
    if most == 0:
        try:
            return csv.Sniffer().sniff("".join(lines), delimiters="".join(USUAL)).delimiter
        except csv.Error:
            return best
    return best


def _is_known(cell: str, names: Names) -> bool:
    return bool(half_width(cell)) and names.named(cell) is not None
