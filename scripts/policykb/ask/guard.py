"""Tell questions from orders: only SELECT, ASK, CONSTRUCT and DESCRIBE are run, and nothing fetches unasked."""

from __future__ import annotations

from typing import cast

from ..errors import CallError
from ..law.tokens import ECMASCRIPT, tokens
from ..law.tokens import words as words_of
from .result import Form

__all__ = ["LONGEST", "form_of", "names_graphs", "published"]

LONGEST = 1_000_000
"""Characters of the longest query."""
_DEEPEST = 100
"""Brackets and operators within each other: the engine reads a query by calling itself, and its stack has an end."""
_MOST_STEPS = 500
"""Parts of a query that each wrap what stands before them, so that they nest although they stand side by side."""
_MOST = {"query-too-long": LONGEST, "query-too-deep": _DEEPEST, "query-too-many-steps": _MOST_STEPS}
"""By the error of each limit."""
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
        raise _too_much("query-too-long", where)
    if _depth(text) > _DEEPEST:
        raise _too_much("query-too-deep", where)
    words = words_of(text)
    if sum(word in _STEPS for word in words) > _MOST_STEPS:
        raise _too_much("query-too-many-steps", where)
    form = next((word for word in words if word in _FORMS or word in _UPDATES), None)
    if form is None:
        raise CallError("not-a-query", where=where)
    if form in _UPDATES:
        raise CallError("update-refused", where=where, form=form)
    if "SERVICE" in words and not allow_service:
        raise CallError("service-refused", where=where)
    return cast(Form, form)


def published() -> dict[str, object]:
    """What the guard goes by, for the one in the browser: its words, its limits, and what it says of them."""
    faults = {id: _too_much(id) for id in _MOST}
    return {
        "token": ECMASCRIPT,
        "most": dict(_MOST),
        "says": {id: [fault.say("zh"), fault.say("en")] for id, fault in faults.items()},
        "steps": sorted(_STEPS),
        "opening": sorted(_OPENING),
        "closing": sorted(_CLOSING),
        "unary": sorted(_UNARY),
        "forms": _FORMS,
        "updates": _UPDATES,
    }


def _too_much(id: str, where: str = "") -> CallError:
    return CallError(id, where=where, most=_MOST[id])


def names_graphs(text: str) -> bool:
    """Whether a query says itself which graphs it asks, by FROM or FROM NAMED."""
    return "FROM" in words_of(text)


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
