"""Tell questions from orders: only SELECT, ASK, CONSTRUCT and DESCRIBE are run, and nothing fetches unasked."""

from __future__ import annotations

from typing import cast

from ..errors import CallError
from ..law.tokens import CLOSING, ECMASCRIPT, FETCHING, MOST, OPENING, SIGNS, STEPS, UNARY, beyond, fetches
from ..law.tokens import words as words_of
from .result import Form

__all__ = ["form_of", "names_graphs", "published"]

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
    limit = beyond(text)
    if limit is not None:
        raise _too_much(limit, where)
    words = words_of(text)
    form = next((word for word in words if word in _FORMS or word in _UPDATES), None)
    if form is None:
        raise CallError("not-a-query", where=where)
    if form in _UPDATES:
        raise CallError("update-refused", where=where, form=form)
    if not allow_service and fetches(text, FETCHING[:1], is_strict=False):
        raise CallError("service-refused", where=where)
    return cast(Form, form)


def published() -> dict[str, object]:
    """What the guard goes by, for the one in the browser: its words, its limits, and what it says of them."""
    faults = {id: _too_much(id) for id in MOST}
    return {
        "token": ECMASCRIPT,
        "most": dict(MOST),
        "says": {id: [fault.say("zh"), fault.say("en")] for id, fault in faults.items()},
        "steps": sorted(STEPS),
        "opening": sorted(OPENING),
        "closing": sorted(CLOSING),
        "unary": sorted(UNARY),
        "signs": sorted(SIGNS),
        "fetching": FETCHING[0],
        "forms": _FORMS,
        "updates": _UPDATES,
    }


def _too_much(id: str, where: str = "") -> CallError:
    return CallError(id, where=where, most=MOST[id])


def names_graphs(text: str) -> bool:
    """Whether a query says itself which graphs it asks, by FROM or FROM NAMED."""
    return "FROM" in words_of(text)
