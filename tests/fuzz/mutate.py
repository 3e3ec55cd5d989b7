"""Change bytes a little, from a recipe that Hypothesis draws and makes shorter."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import strategies as st

__all__ = ["RECIPES", "Change", "changed", "changed_archive"]

ODD = (
    "\x00", "\x1b[31m", "\u202e", "\ufeff", "\ufffe", "\u2028", "😀", "ﷺ", "\r", "\n", "\t", ",", ";", '"', "'", "\\",
    "{", "}", "[", "]", "(", ")", "<", ">", "&", "%", "#", "@", "^", ":", "=", "|", "..", "/", "*", "$", "~", "-1", "0",
    "1e999", "1e-999", "NaN", "Infinity", "-0", "9" * 30, "0.1" + "0" * 30 + "1", "１２", "五百", "5,00", "½", "0x10",
    "true", "是", "null", "None", "2020-02-30", "0000-00-00", "9999-12-31", "2020年13月", "万元", "亿美元", "合计",
    "注：", "{x.__class__}", "{0}", "%s", "${HOME}", "=1+1", "<script>", "a" * 300, "\\u0000", "\\ud800", "&#0;",
    "<!DOCTYPE a [<!ENTITY x 'y'>]>", "_:b", "<urn:x>", "pkb:x", "sh:minInclusive", "sh:or", "()", "[]", "^^xsd:int",
    "@zh", "OPTIONAL", "SERVICE <http://127.0.0.1:1/>", "UNION", "BIND", "?x", "FILTER(", "INSERT", "../../etc",
)  # fmt: skip
BYTES = (
    b"\xff",
    b"\xfe\xff",
    b"\xff\xfe",
    b"\x80",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\xd0\xcf\x11",
)
PIECES = [text.encode() for text in ODD] + list(BYTES)
FIGURES = [str(number).encode() for number in (0, 1, -1, 2, 99, 2019, 2021, 499, 501, 10**7, 10**15, 10**40, 0.5, 1e-7)]
MANY = (2, 50, 3000)


class Change(NamedTuple):
    """One step: what is done, where (in 65536ths of the whole), to how many bytes, and with which piece."""

    act: str
    where: int
    length: int
    piece: int


ACTS = ("token", "copy", "copy", "figure", "put", "replace", "cut", "double", "repeat", "flip", "move", "end")
"""Those that keep the form of a text, and those that need not."""
_TOKEN = re.compile(rb"[\w.\x80-\xff-]+")
_FIGURE = re.compile(rb"\d+(?:\.\d+)?")
CHANGE = st.builds(
    Change, st.sampled_from(ACTS), st.integers(0, 65535), st.integers(0, 40), st.integers(0, len(PIECES) - 1)
)
RECIPES = st.lists(CHANGE, min_size=1, max_size=3)
"""How something is changed."""


def changed(data: bytes, recipe: Sequence[Change]) -> bytes:
    """The bytes after all steps."""
    for act, where, length, number in recipe:
        at = where * (len(data) + 1) // 65536
        end, piece = at + length, PIECES[number]
        if act in ("token", "copy", "figure"):
            found = list((_FIGURE if act == "figure" else _TOKEN).finditer(data))
            if not found:
                continue
            chosen = found[where * len(found) // 65536]
            if act == "copy":
                piece = found[(length * len(PIECES) + number) % len(found)].group()
            elif act == "figure":
                piece = FIGURES[number % len(FIGURES)]
            data = data[: chosen.start()] + piece + data[chosen.end() :]
            continue
        if act == "put":
            data = data[:at] + piece + data[at:]
        elif act == "replace":
            data = data[:at] + piece + data[end:]
        elif act == "cut":
            data = data[:at] + data[end:]
        elif act == "double":
            data = data[:end] + data[at:end] + data[end:]
        elif act == "repeat":
            data = data[:at] + piece * MANY[length % len(MANY)] + data[at:]
        elif act == "flip" and at < len(data):
            data = data[:at] + bytes([data[at] ^ (1 << length % 8)]) + data[at + 1 :]
        elif act == "move":
            data = data[:at] + data[end:] + data[at:end]
        elif act == "end":
            data = data[: max(at, 1)]
    return data


def changed_archive(data: bytes, recipe: Sequence[Change]) -> bytes:
    """A zip archive after all steps, each of which changes a part of it; some change the archive itself."""
    for step in recipe:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = {name: archive.read(name) for name in archive.namelist()}
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError, RuntimeError):
            return changed(data, [step])
        if not parts or step.length % 8 == 7:
            data = changed(data, [step])
            continue
        name = sorted(parts)[step.piece % len(parts)]
        parts[name] = changed(parts[name], [step])
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for each, text in parts.items():
                archive.writestr(each, text)
        data = stream.getvalue()
    return data
