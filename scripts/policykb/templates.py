"""Sentences with placeholders, filled in: a placeholder is a plain name, and reaches nothing else than its value."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from .errors import KnowledgeError

__all__ = ["fill"]

_FORM = re.compile(r",?(\.[0-9])?[dfx%]?")
"""How a number may be written: thousands apart, so many places, a kind."""
_SHOWN = 80  # characters of a sentence that a message quotes


def fill(template: str, values: Mapping[str, object], where: str) -> str:
    """A sentence with its placeholders filled in; of `{count:record|records}` the first word where the count is 1.

    Args:
        template: the sentence.
        values: what its placeholders stand for.
        where: the file that words it, for the message.

    Raises:
        KnowledgeError: a placeholder is no plain name, has no value, or a brace is not closed.
    """
    try:
        # The formatter is needed for a choice by count alone; what is built in is ten times as fast.
        return _FORMATTER.vformat(template, (), values) if _is_choosing(template) else template.format_map(values)
    except (ValueError, LookupError, TypeError) as fault:
        raise KnowledgeError("wording-broken", where=where, text=template[:_SHOWN]) from fault


@lru_cache(maxsize=4096)
def _is_choosing(template: str) -> bool:
    """Whether a sentence has a choice by count.

    Raises:
        ValueError: a placeholder is anything else than a plain name with a plain form.
    """
    choosing = False
    for _, name, given, conversion in string.Formatter().parse(template):
        form = given or ""
        if name is None:
            continue
        choosing = choosing or "|" in form
        if not name.isidentifier() or conversion is not None or not ("|" in form or _FORM.fullmatch(form)):
            raise ValueError(name)
    return choosing


class _Formatter(string.Formatter):
    """Fills in what was seen to be plain."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """One placeholder filled in."""
        if "|" not in format_spec:
            return str(super().format_field(value, format_spec))
        one, _, many = format_spec.partition("|")
        return one if str(value) == "1" else many


_FORMATTER = _Formatter()
