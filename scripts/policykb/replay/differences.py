"""What differs between an answer and the same worked out again: field by field, then the first place of the answer."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from ..doors.outgoing import visible
from ..law.fingerprint import SHA256, Fingerprint
from ..law.receipt import Input, Receipt
from ..model import Lang, Text
from ..wording.catalogue import worded

__all__ = ["Difference", "answer_differences", "input_differences", "part_differences", "version_differences"]

_FIELDS = {
    "version": "replay-version",
    "rules": "replay-rules",
    "queries": "replay-queries",
    "source": "replay-source",
    "overlay": "replay-overlay",
    "overlays": "replay-overlays",
    "whole": "replay-whole",
    "input": "replay-input",
    "records": "replay-records",
    "options": "replay-options",
    "answer": "replay-answer",
    "text": "replay-text",
    "beside": "replay-beside",
}
"""The fields that can differ, and how each is called."""
_LONGEST = 120  # characters of a text that is shown
_NONE = "—"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs.

    `field` is one of those above; `about` names the one that is meant, such as a file; `was` and `now` are both values,
    empty for what lies beside an answer and is none of its files.
    """

    field: str
    was: str
    now: str
    about: str | Text = ""

    def say(self, lang: Lang) -> str:
        """The difference in one line."""
        about = self.about if isinstance(self.about, Text) else Text(self.about, self.about)
        field = worded(_FIELDS[self.field], about=about)
        if self.field == "beside":
            return field.get(lang)
        return worded("replay-difference", field=field, was=_clip(self.was), now=_clip(self.now)).get(lang)


def version_differences(was: Receipt, now: Mapping[str, str]) -> Iterator[Difference]:
    """The program, Python and the libraries, where their versions are others."""
    for name in dict.fromkeys((*was.versions, *now)):
        before, after = was.versions.get(name, _NONE), now.get(name, _NONE)
        if before != after:
            yield Difference("version", before, after, name)


def part_differences(was: Receipt, now: Fingerprint) -> Iterator[Difference]:
    """The rules, the queries, the official text and the overlays, where their checksums are others."""
    for name in ("rules", "queries", "source"):
        before, after = getattr(was.parts, name), getattr(now, name)
        if before != after:
            yield Difference(name, SHA256 + before, SHA256 + after)
    for title, before, after in zip(was.overlays, was.parts.overlays, now.overlays, strict=True):
        if before != after:
            yield Difference("overlay", SHA256 + before, SHA256 + after, title)


def input_differences(was: Sequence[Input], now: Sequence[Input]) -> Iterator[Difference]:
    """The files of records, where their bytes are others."""
    for before, after in zip(was, now, strict=True):
        if before.hash != after.hash:
            yield Difference("input", SHA256 + before.hash, SHA256 + after.hash, before.name)


def answer_differences(form: str, was: bytes, now: bytes) -> Iterator[Difference]:
    """Where the answer as written and the same written again differ first.

    Args:
        form: the format of both.
        was: the bytes of the file.
        now: those of the answer worked out again, with the receipt of the file.
    """
    if was == now:
        return
    places = _cells if form == "xlsx" else _entries if form == "json" else _lines
    try:
        pairs = zip_longest(places(was), places(now), fillvalue=("", _NONE))
        before, after = next(pair for pair in pairs if pair[0] != pair[1])
    except (StopIteration, ValueError, KeyError, OSError):
        # Not what is said differs, but how it is packed.
        before, after = ("", f"{len(was)} B"), ("", f"{len(now)} B")
    yield Difference("text", before[1], after[1], before[0] or after[0])


def _lines(data: bytes) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        yield str(number), line


def _entries(data: bytes) -> Iterator[tuple[str, str]]:
    """The entries of a JSON text, each with its path."""
    stack: list[tuple[str, Any]] = [("", json.loads(data))]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack += [(f"{path}.{key}" if path else key, one) for key, one in reversed(value.items())]
        elif isinstance(value, list):
            stack += [(f"{path}[{place}]", one) for place, one in reversed([*enumerate(value)])]
        else:
            yield path, json.dumps(value, ensure_ascii=False)


def _cells(data: bytes) -> Iterator[tuple[str, str]]:
    """The cells of a workbook, each with its sheet and address."""
    from openpyxl import load_workbook

    for sheet in load_workbook(io.BytesIO(data), read_only=True).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield f"{sheet.title}!{cell.coordinate}", str(cell.value)


def _clip(text: str) -> str:
    shown = visible(" ".join(text.split()))
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
