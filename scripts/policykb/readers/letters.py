"""Chinese letters that are written in several ways: traditional ones, and those of a cheque (佰仟圓)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["LIBRARY", "OF_LIBRARY", "others", "simplified"]

LIBRARY, OF_LIBRARY = "opencc_purepy", "dicts/TSCharacters.txt"
"""The library whose list of letters is read, and the file in it: one letter a line, and what it is written as now."""
_BESIDE = {"佰": "百", "仟": "千", "圓": "元", "圆": "元", "戸": "户"}
"""Letters of cheques, and of Japanese forms, which are no traditional ones."""
_LATIN = {"σ": "ςϲϹ"}


@cache
def _usual() -> dict[int, str]:
    # Only its letters are wanted: to import the library takes a twentieth of a second at every start.
    found = find_spec(LIBRARY)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(LIBRARY)
    listed = (Path(found.submodule_search_locations[0]) / OF_LIBRARY).read_text(encoding="utf-8")
    # Where several are named, the first is the usual one.
    usual = {ord(line[0]): line[2] for line in listed.split("\n") if line[1:2] == "\t" and line[0] != line[2]}
    # 薴 is listed as 苧, and that as 苎.
    usual |= {code: usual[ord(letter)] for code, letter in usual.items() if ord(letter) in usual}
    return usual | str.maketrans(_BESIDE)


def simplified(text: str) -> str:
    """Traditional letters, and those of a cheque, as they are usually written: 企業, 萬元, 仟元."""
    return text if text.isascii() else text.translate(_usual())


@cache
def others() -> Mapping[str, str]:
    """Letters that are compared as another one, by it, beside what Unicode takes as compatible."""
    found: dict[str, str] = dict(_LATIN)
    for code, letter in _usual().items():
        found[letter] = found.get(letter, "") + chr(code)
    return found
