"""Tell questions from orders: only SELECT, ASK, CONSTRUCT and DESCRIBE are run, and nothing fetches unasked.

Standard: the tokens of SPARQL 1.1 Query Language, section 19.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from ..errors import CallError, KnowledgeError
from .result import Form

__all__ = ["LONGEST", "form_of", "names_graphs", "refuse_fetching", "tokens"]

_TOKEN = re.compile(
    r"""
      \"{3}(?:(?:"|"")?(?:[^"\\]|\\.))*\"{3} | '{3}(?:(?:'|'')?(?:[^'\\]|\\.))*'{3}   # long strings
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'                                # short strings
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)                                           # IRIs
    | \#[^\n\r]*                                                                   # comments
    | [?$][\w\u00b7]+ | @[A-Za-z]+(?:-[A-Za-z0-9]+)*                               # variables, language tags
    | (?P<name>[\w.\-\u00b7]{0,200}:(?:[\w.\-:\u00b7]|%[0-9A-Fa-f]{2}|\\.)*)              # prefixed names
    | (?P<word>[A-Za-z]\w*)
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
LONGEST = 1_000_000
"""Characters of the longest query."""
_DEEPEST = 100
"""Brackets and operators within each other: the engine reads a query by calling itself, and its stack has an end."""
_MOST_STEPS = 500
"""Parts of a query that each wrap what stands before them, so that they nest although they stand side by side."""
_STEPS = frozenset({"OPTIONAL", "MINUS", "BIND", "AS", "UNION", "FILTER", "GRAPH", "EXISTS", "SELECT", "VALUES", "IF"})
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")
_UNARY = frozenset("!+-^")
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "ADD", "MOVE", "COPY", "WITH")


def form_of(text: str, *, allow_service: bool = False, where: str = "") -> Form:
    """What kind of question a query is.

    Args:
        text: the query.
        allow_service: let SERVICE pass, which makes the engine fetch from another endpoint.
        where: the file, for the message.

    Raises:
        CallError: it is an update, holds a SERVICE that is not allowed, is no query at all, or is too long or nested
            too deep for the engine.
    """
    if len(text) > LONGEST:
        raise CallError("query-too-long", where=where, most=LONGEST)
    if _depth(text) > _DEEPEST:
        raise CallError("query-too-deep", where=where, most=_DEEPEST)
    words = _words(text)
    if sum(word in _STEPS for word in words) > _MOST_STEPS:
        raise CallError("query-too-many-steps", where=where, most=_MOST_STEPS)
    form = next((word for word in words if word in _FORMS or word in _UPDATES), None)
    if form is None:
        raise CallError("not-a-query", where=where)
    if form in _UPDATES:
        raise CallError("update-refused", where=where, form=form)
    if "SERVICE" in words and not allow_service:
        raise CallError("service-refused", where=where)
    return cast(Form, form)


def refuse_fetching(text: str, where: str) -> None:
    """Refuse a query of a knowledge base that would reach beyond it.

    Raises:
        KnowledgeError: it holds a SERVICE or a LOAD.
    """
    if {"SERVICE", "LOAD"} & set(_words(text)):
        raise KnowledgeError("query-fetches", where=where)


def names_graphs(text: str) -> bool:
    """Whether a query says itself which graphs it asks, by FROM or FROM NAMED."""
    return "FROM" in _words(text)


def tokens(text: str) -> Iterator[re.Match[str]]:
    """The tokens of a query in their order; the groups `word`, `name` (a prefixed one) and `iri` say what one is."""
    # \\uXXXX may stand for any character anywhere, so a keyword could hide behind it.
    return _TOKEN.finditer(re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", _character, text))


def _depth(text: str) -> int:
    """How deep a query is nested, brackets and signs before them taken together; <<( of triple terms is two."""
    deepest = open_now = signs = 0
    for token in tokens(text):
        sign = token.group()
        if sign in _OPENING:
            open_now += 1
            signs = 0
        elif sign in _CLOSING:
            open_now = max(open_now - 1, 0)
            signs = 0
        elif sign in _UNARY:
            signs += 1
        elif not sign.isspace():
            signs = 0
        deepest = max(deepest, open_now + signs)
    return deepest


def _words(text: str) -> list[str]:
    """The bare words of a query, in capitals: keywords and functions, nothing within strings, IRIs or comments."""
    return [found["word"].upper() for found in tokens(text) if found["word"]]


def _character(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code < 0x110000 else "\ufffd"
