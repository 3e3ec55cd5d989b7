"""Chinese letters that are written in several ways: traditional ones, and those of a cheque (佰仟圓)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["LIBRARY", "OF_LIBRARY", "others", "simplified", "usual"]

LIBRARY, OF_LIBRARY = "opencc_purepy", "dicts/TSCharacters.txt"
"""The library whose list of letters is read, and the file in it: one letter a line, and what it is written as now."""
_OF_CHEQUE = {"佰": "百", "仟": "千", "圓": "元"}
"""Letters of figures on a cheque; in the name of a firm they are its own."""
_LATIN = {"σ": "ςϲϹ"}


@cache
def _simplified() -> dict[int, str]:
    # Only its letters are wanted: to import the library takes a twentieth of a second at every start.
    found = find_spec(LIBRARY)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(LIBRARY)
    listed = (Path(found.submodule_search_locations[0]) / OF_LIBRARY).read_text(encoding="utf-8")
    # Where several are named, the first is the usual one.
    forms = {ord(line[0]): line[2] for line in listed.split("\n") if line[1:2] == "\t" and line[0] != line[2]}
    # 薴 is listed as 苧, and that as 苎.
    forms |= {code: forms[ord(letter)] for code, letter in forms.items() if ord(letter) in forms}
    return forms | {ord("戸"): "户"}


@cache
def _usual() -> dict[int, str]:
    return _simplified() | {ord(letter): usual for letter, usual in _OF_CHEQUE.items()}


def simplified(text: str) -> str:
    """A name with traditional letters as it is usually written: 企業."""
    return text if text.isascii() else text.translate(_simplified())


def usual(text: str) -> str:
    """Words and units as they are usually written, without the letters of a cheque as well: 仟元, 萬圓."""
    return text if text.isascii() else text.translate(_usual())


@cache
def others() -> Mapping[str, str]:
    """Letters that are compared as another one, by it, beside what Unicode takes as compatible."""
    found: dict[str, str] = dict(_LATIN)
    for code, letter in _usual().items():
        found[letter] = found.get(letter, "") + chr(code)
    return found
