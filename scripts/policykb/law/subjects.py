"""Whose record it is: when two names are one, and which records are of one subject."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Callable, Hashable, Iterable

from ..model import Record

__all__ = ["NameForms", "Subjects", "normal_name"]

_BRACKETS = str.maketrans("[{〔【〖《〈〘〚｟「『]}〕】〗》〉〙〛｠」』", "(" * 12 + ")" * 12)
_MARK = "\x00"  # stands in no name
_NONE, _SEVERAL = 0, -1  # of a name: no code, or more than one
_CODE = (1 << 32) - 1


def normal_name(name: str) -> str:
    """A name without what is mere spelling: width and compatibility forms, letter case, blanks, kinds of brackets.

    Two names with one normal form are one name. Unicode Standard Annex 15, form NFKC.
    """
    if unicodedata.is_normalized("NFKC", name):
        if name.isalnum():
            return name.casefold()  # most names have neither blanks nor brackets
        text = name
    else:
        text = unicodedata.normalize("NFKC", name)
    visible = "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")
    return visible.translate(_BRACKETS).casefold()


class NameForms:
    """The words for a company's form: which of them say the same.

    Args:
        lists: the ways to write each form; names that differ in these alone are one name.
    """

    def __init__(self, lists: Iterable[Iterable[str]]) -> None:
        ways = [[normal_name(word) for word in words] for words in lists]
        self._stands = {word: words[0] for words in ways for word in words}
        # A form that begins with another one is found first.
        self._pattern = re.compile("|".join(map(re.escape, self.words)) or r"(?!)")

    @property
    def words(self) -> dict[str, str]:
        """Each way to write a form, in its normal form, with the one that stands for it; longer ways first."""
        return {word: self._stands[word] for word in sorted(self._stands, key=lambda word: (-len(word), word))}

    def one(self, normal: str) -> str:
        """A normal name with every way to write a form taken as one: names that agree in this are one name."""
        return self._pattern.sub(lambda found: self._stands[found[0]], normal)

    def without(self, normal: str) -> str:
        """A normal name with all forms taken as one, so that names that differ in them alone meet."""
        return self._pattern.sub(_MARK, normal)


class Subjects:
    """Gathers records by their subject: by the code; a name without one by the single code that stands beside it.

    Which codes stand beside a name is known when all records are added, so that `of` is asked after that. A name
    without a code that stands beside several stays alone.

    Args:
        forms: the words for a company's form.
        kept: what is kept of a name or code: the text itself, or its hash where millions must fit into memory.
    """

    def __init__(self, forms: NameForms, kept: Callable[[str], Hashable] = str) -> None:
        self._forms = forms
        self._kept = kept
        self._names: dict[Hashable, int] = {}
        self._codes: dict[Hashable, int] = {}
        self._code_of = array("q", [_NONE])
        self._nameless = 0

    def add(self, record: Record) -> int:
        """Take in a record: the handle of its name and code, by which `of` says whose it is."""
        normal = normal_name(record.name) if record.name else ""
        return self.number(self._forms.one(normal), record.credit_code)

    def number(self, name: str, code: str | None) -> int:
        """The handle of a name in its one form (empty where there is none) and a code."""
        stated = self._codes.setdefault(self._kept(code), len(self._codes) + 1) if code else 0
        if not name:
            self._nameless += not stated
            return stated or -self._nameless
        number = self._names.setdefault(self._kept(name), len(self._names) + 1)
        if number == len(self._code_of):
            self._code_of.append(stated)
        elif stated and self._code_of[number] != stated:
            self._code_of[number] = _SEVERAL if self._code_of[number] else stated
        return number << 32 | stated

    def of(self, handle: int) -> int:
        """Whose a record is: the same number for all records of one subject."""
        if handle < 0:
            return handle
        return handle & _CODE or max(self._code_of[handle >> 32], 0) or handle

    def name(self, handle: int) -> int:
        """The number of the name of a record, from 1; 0 where it states none."""
        return max(handle >> 32, 0)

    def code(self, handle: int) -> int:
        """The number of the code of a record, from 1; 0 where it states none."""
        return handle & _CODE if handle > 0 else 0

    def open(self, handle: int) -> int:
        """What `of` says of a record without a code that bears the name of this one, where several codes do."""
        return self.name(handle) << 32

    def is_shared(self, handle: int) -> bool:
        """Whether the name of a record stands beside several codes."""
        return self._code_of[self.name(handle)] == _SEVERAL
