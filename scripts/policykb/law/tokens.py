"""The tokens of a SPARQL text, and what its words give away without its being parsed.

Standard: SPARQL 1.1 Query Language, section 19.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import KnowledgeError

__all__ = ["ECMASCRIPT", "refuse_fetching", "tokens", "words"]

_PATTERN = r"""
      "{3}(?:(?:"|"")?(?:[^"\\]|\\.))*"{3} | '{3}(?:(?:'|'')?(?:[^'\\]|\\.))*'{3}     # long strings
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'                                # short strings
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)                                           # IRIs
    | [#][^\n\r]*                                                                  # comments
    | [?$][\w\u00b7]+ | @[A-Za-z]+(?:-[A-Za-z0-9]+)*                               # variables, language tags
    | (?P<name>[\w.\-\u00b7]{0,200}:(?:[\w.\-:\u00b7]|%[0-9A-Fa-f]{2}|\\.)*)              # prefixed names
    | (?P<word>[A-Za-z][\w]*)
    | .
    """
_TOKEN = re.compile(_PATTERN, re.VERBOSE | re.DOTALL)
ECMASCRIPT = re.sub(r"\s+(#\s.*)?", "", _PATTERN).replace("(?P<", "(?<").replace(r"\w", r"\p{L}\p{N}_")
"""The pattern of a token as browsers know it, with their flags g, s and u."""


def tokens(text: str) -> Iterator[re.Match[str]]:
    """The tokens of a query in their order; the groups `word`, `name` (a prefixed one) and `iri` say what one is."""
    # \\uXXXX may stand for any character anywhere, so a keyword could hide behind it.
    return _TOKEN.finditer(re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", _character, text))


def words(text: str) -> list[str]:
    """The bare words of a query, in capitals: keywords and functions, nothing within strings, IRIs or comments."""
    return [found["word"].upper() for found in tokens(text) if found["word"]]


def refuse_fetching(text: str, where: str) -> None:
    """Refuse a query of a knowledge base that would reach beyond it.

    Raises:
        KnowledgeError: it holds a SERVICE or a LOAD.
    """
    if {"SERVICE", "LOAD"} & set(words(text)):
        raise KnowledgeError("query-fetches", where=where)


def _character(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code < 0x110000 else "\ufffd"
