"""Whose record it is: what the records of one subject have in common, and when two names are one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from .model import Record

__all__ = ["normal_name", "subject_of", "without_form"]

_BRACKETS = str.maketrans("[{〔【〖《〈〘〚｟「『]}〕】〗》〉〙〛｠」』", "(" * 12 + ")" * 12)
_MARK = "\x00"  # stands in no name


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


def without_form(normal: str, forms: Iterable[str]) -> str:
    """A normal name with the words for a company's form taken as one, so that names that differ in them alone meet.

    Args:
        normal: what `normal_name` gave.
        forms: the words, the longer ones first.
    """
    for form in forms:
        normal = normal.replace(form, _MARK)
    return normal


def subject_of(record: Record) -> tuple[str, str]:
    """What the records of one subject have in common: its credit code, or else its name in normal form."""
    if record.credit_code:
        return "code", record.credit_code
    return "name", (normal_name(record.name) if record.name else "") or record.id
