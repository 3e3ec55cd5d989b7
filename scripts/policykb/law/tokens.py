"""The tokens of a SPARQL text, and what its words give away without its being parsed.

Standard: SPARQL 1.1 Query Language, section 19.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ..errors import KnowledgeError

__all__ = [
    "CLOSING",
    "ECMASCRIPT",
    "LONGEST",
    "MOST",
    "OPENING",
    "STEPS",
    "UNARY",
    "beyond",
    "refuse_unfit",
    "tokens",
    "words",
]

LONGEST = 1_000_000
"""Characters of the longest query."""

MOST = {"query-too-long": LONGEST, "query-too-deep": 100, "query-too-many-steps": 500}
"""How much a query may have, by the error of each limit: characters, brackets and signs within each other, since the
engine reads a query by calling itself, and its stack has an end; and parts that each wrap what stands before them, so
that they nest although they stand side by side."""
STEPS = frozenset({"OPTIONAL", "MINUS", "BIND", "AS", "UNION", "FILTER", "GRAPH", "EXISTS", "SELECT", "VALUES", "IF"})
"""The words of such parts."""
OPENING, CLOSING, UNARY = frozenset("{(["), frozenset("})]"), frozenset("!+-^")

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


def beyond(text: str) -> str | None:
    """The limit that a query is beyond, as the id of its error; the first of `MOST`."""
    if len(text) > LONGEST:
        return "query-too-long"
    if _depth(text) > MOST["query-too-deep"]:
        return "query-too-deep"
    if sum(word in STEPS for word in words(text)) > MOST["query-too-many-steps"]:
        return "query-too-many-steps"
    return None


@lru_cache(maxsize=256)
def refuse_unfit(text: str, where: str) -> None:
    """Refuse a query of a knowledge base that would reach beyond it, or that no engine can read.

    A knowledge base is read anew for each of its versions, always with the same queries.

    Raises:
        KnowledgeError: it holds a SERVICE or a LOAD, or is too long or nested too deep.
    """
    limit = beyond(text)
    if limit is not None:
        raise _too_much(limit, where)
    if {"SERVICE", "LOAD"} & set(words(text)):
        raise KnowledgeError("query-fetches", where=where)


def _too_much(id: str, where: str) -> KnowledgeError:
    return KnowledgeError(id, where=where, most=MOST[id])


def _depth(text: str) -> int:
    """How deep a query is nested, brackets and signs before them taken together; <<( of triple terms is two."""
    deepest = open_now = signs = 0
    for token in tokens(text):
        sign = token.group()
        if sign in OPENING:
            open_now += 1
            signs = 0
        elif sign in CLOSING:
            open_now = max(open_now - 1, 0)
            signs = 0
        elif sign in UNARY:
            signs += 1
        elif not sign.isspace():
            signs = 0
        deepest = max(deepest, open_now + signs)
    return deepest


def _character(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code < 0x110000 else "\ufffd"
