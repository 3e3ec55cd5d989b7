"""Find the receipt of an answer, in whatever format it is written."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from ..doors.files import read_bytes
from ..doors.incoming import path_text
from ..errors import CallError, InputError
from ..law.receipt import Json, Receipt, Shown, read_receipt
from ..names import PKB
from ..readers.contents import book_kind

__all__ = ["COMPARE", "SCREEN", "Found", "find_receipt"]

COMPARE, SCREEN = "compare", "screen"
"""What other commands than `apply` wrote."""

_LARGEST = 2**30  # bytes of an answer
_START = '{"policykb":'
_SUMMARY = "summary.json"
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Found:
    """A receipt, and the answer that it was found in.

    `form` is the format of the answer, None where there is a receipt alone; `data` are the bytes of the file, `call` is
    the checksum of the call that the receipt states. `stated` is the receipt as it stands there; of a comparison, the
    whole. `in_folder` is whether the folder was named, and all that lies in it is meant.
    """

    path: Path
    stated: dict[str, Json]
    form: str | None
    data: bytes
    in_folder: bool = False

    def read(self) -> tuple[tuple[Receipt, Shown | None, str], ...]:
        """Each receipt with how its answer is written and the checksum of its call: one, or two of a comparison.

        Raises:
            CallError: an entry is missing or of another kind.
        """
        stated = [self.stated["before"], self.stated["after"]] if self.form == COMPARE else [self.stated]
        return tuple(read_receipt(one) for one in stated)


def find_receipt(path: Path) -> Found:
    """Find the receipt in a file: an answer in any format, a receipt alone, or the folder that `screen` wrote.

    Raises:
        InputError: the file cannot be read.
        CallError: there is no receipt in it.
    """
    if path.is_dir():
        return replace(_found(path / _SUMMARY), in_folder=True)
    return _found(path)


def _found(path: Path) -> Found:
    data = read_bytes(path, _LARGEST)
    if data.startswith(b"PK\x03\x04"):
        return Found(path, _in_workbook(data, path), "xlsx", data)
    text = data.decode("utf-8-sig", "replace")
    if text.startswith("{"):
        return _in_json(text, path, data)
    for form, plain in _plain(text):
        if (stated := _last(plain)) is not None:
            return Found(path, stated, form, data)
    raise CallError("no-receipt", where=path_text(path))


def _in_json(text: str, path: Path, data: bytes) -> Found:
    first, _, rest = text.partition("\n")
    is_lines = first.startswith('{"receipt"') and rest.startswith("{")
    try:
        value: Json = json.loads(first if is_lines else text)
    except (ValueError, RecursionError) as fault:
        raise CallError("no-receipt", where=path_text(path)) from fault
    assert isinstance(value, dict)
    receipt = value.get("receipt")
    if isinstance(receipt, dict):
        return Found(path, receipt, SCREEN if "inputHash" in receipt else "jsonl" if is_lines else "json", data)
    if isinstance(value.get("before"), dict) and isinstance(value.get("after"), dict):
        return Found(path, value, COMPARE, data)
    if "policykb" in value:
        return Found(path, value, None, data)
    raise CallError("no-receipt", where=path_text(path))


def _plain(text: str) -> Iterator[tuple[str, str]]:
    """Each format that a text may be in, and the text without what that format escapes."""
    head = text.lstrip()
    if head.startswith("<!DOCTYPE html"):
        yield "html", html.unescape(text)
    elif head.startswith("@prefix"):
        yield "ttl", _in_turtle(text)
    elif head.startswith("# "):
        yield "md", re.sub(r"\\([\\`*_{}\[\]<>#|~])", r"\1", text)
    else:
        yield "csv", text.replace('""', '"') if '""policykb""' in text else ""
        # Lines that were folded at the width of the page.
        yield "table", re.sub(r"\s*\n\s*", "", text)


def _in_turtle(text: str) -> str:
    """The receipt of a graph; other literals may hold what looks like one."""
    try:
        quads = ox.parse(text, format=ox.RdfFormat.TURTLE)
        texts = [q.object.value for q in quads if q.predicate == PKB.receiptText and isinstance(q.object, ox.Literal)]
    except SyntaxError:
        return ""
    return texts[0] if len(texts) == 1 else ""


def _last(text: str) -> dict[str, Json] | None:
    """The last receipt of a text; what stands in the data comes before it."""
    start = text.rfind(_START)
    if start < 0:
        return None
    try:
        value, _ = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _in_workbook(data: bytes, path: Path) -> dict[str, Json]:
    """The receipt on one of the sheets, the last of which says what the answer rests on."""
    from openpyxl import load_workbook

    book_kind(path)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True)
        for sheet in reversed(book.worksheets):
            cells = (str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
            if (stated := _last("".join(cells))) is not None:
                return stated
    except Exception as fault:  # openpyxl raises whatever its parsers meet
        raise InputError("workbook-broken", where=path_text(path)) from fault
    raise CallError("no-receipt", where=path_text(path))
