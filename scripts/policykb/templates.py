"""Sentences with placeholders, filled in: a placeholder is a plain name, and reaches nothing else than its value."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
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
        return _FORMATTER.vformat(template, (), values)
    except (ValueError, LookupError, TypeError) as fault:
        raise KnowledgeError("wording-broken", where=where, text=template[:_SHOWN]) from fault


class _Formatter(string.Formatter):
    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """The value of a placeholder; Python itself would follow attributes and items from it to anything."""
        if not field_name.isidentifier():
            raise ValueError(field_name)
        return super().get_field(field_name, args, kwargs)

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        """Values are shown as they are."""
        if conversion is not None:
            raise ValueError(conversion)
        return value

    def format_field(self, value: Any, format_spec: str) -> str:
        """One placeholder filled in."""
        if "|" in format_spec:
            one, _, many = format_spec.partition("|")
            return one if str(value) == "1" else many
        if _FORM.fullmatch(format_spec) is None:
            raise ValueError(format_spec)  # a width of a thousand million would be obeyed
        return str(super().format_field(value, format_spec))


_FORMATTER = _Formatter()
