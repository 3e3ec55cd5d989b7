"""The one filler of sentences: a placeholder is a plain name in braces, and reaches nothing else than its value."""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..model import Lang, Message, Text
from ..patterns import regex

__all__ = ["fill", "fill_message", "fill_text"]

_FORM = regex(r",?(\.[0-9])?[dfx%]?")
"""How a number may be written: thousands apart, so many places, a kind."""


def fill(template: str, values: Mapping[str, object], lang: Lang) -> str:
    """A sentence with its placeholders filled in; of `{count:record|records}` the first word where the count is 1.

    Args:
        template: the sentence.
        values: what its placeholders stand for; a Text is filled in by language, a list with its members listed.
        lang: the language of the sentence.

    Raises:
        ValueError: a placeholder is no plain name, has no value, or a brace is not closed.
    """
    try:
        names, is_choosing = _placeholders(template)
        said = {name: word if type(word := values[name]) is str else _word(word, lang) for name in names}
        # The formatter is needed for a choice by count alone; what is built in is ten times as fast.
        return _FORMATTER.vformat(template, (), said) if is_choosing else template.format_map(said)
    except (LookupError, TypeError) as fault:
        raise ValueError(template) from fault


def fill_text(text: Text, values: Mapping[str, object]) -> Text:
    """A sentence filled in, in both languages; raises as `fill` does."""
    return Text(fill(text.zh, values, "zh"), fill(text.en, values, "en"))


def fill_message(message: Message, values: Mapping[str, object]) -> Message:
    """What happened and the mend, filled in, in both languages; raises as `fill` does."""
    return Message(fill_text(message.what, values), fill_text(message.mend, values))


def _word(value: object, lang: Lang) -> object:
    """A value as one language writes it; numbers stay numbers, for the placeholders that format them."""
    if isinstance(value, Text):
        return value.get(lang)
    if isinstance(value, (list, tuple)):
        return ("、" if lang == "zh" else ", ").join(str(_word(member, lang)) for member in value)
    return value


@lru_cache(maxsize=4096)
def _placeholders(template: str) -> tuple[tuple[str, ...], bool]:
    """The names in a sentence, and whether it has a choice by count.

    Raises:
        ValueError: a placeholder is anything else than a plain name with a plain form.
    """
    names, is_choosing = dict[str, None](), False
    for _, name, given, conversion in string.Formatter().parse(template):
        form = given or ""
        if name is None:
            continue
        names[name] = None
        is_choosing = is_choosing or "|" in form
        if not name.isidentifier() or conversion is not None or not ("|" in form or _FORM.fullmatch(form)):
            raise ValueError(name)
    return tuple(names), is_choosing


class _Formatter(string.Formatter):
    """Fills in what was seen to be plain."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """One placeholder filled in."""
        if "|" not in format_spec:
            return str(super().format_field(value, format_spec))
        one, _, many = format_spec.partition("|")
        return one if str(value) == "1" else many


_FORMATTER = _Formatter()
