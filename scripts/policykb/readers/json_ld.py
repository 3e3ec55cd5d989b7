"""Look at a JSON-LD file before its graph is read: what would be fetched, and what would be lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import InputError
from ..model import Place
from .findings import clip, make_finding
from .json_records import JsonObject
from .reader import Found, Reader

__all__ = ["check_json_ld"]


def check_json_ld(content: Any, file: str, reader: Reader) -> Iterator[Found]:
    """Refuse contexts that would have to be fetched, and keys that JSON-LD would drop without a word.

    Args:
        content: the file as JSON.
        file: its name in places.
        reader: the names that are known.

    Raises:
        InputError: a remote context, a key twice in one object, or one that is nearly a known name.
    """
    terms: set[str] = set()
    keys: dict[str, None] = {}
    whole = False
    for node in _objects(content):
        if node.repeated:
            raise InputError("repeated-key", where=file, key=node.repeated[0])
        for key, value in node.items():
            if key == "@context":
                for context in value if isinstance(value, list) else [value]:
                    if isinstance(context, str) or (isinstance(context, dict) and "@import" in context):
                        remote = context if isinstance(context, str) else context["@import"]
                        raise InputError("remote-context", where=file, address=clip(remote))
                    if isinstance(context, dict):
                        whole = whole or context.get("@vocab") is not None
                        terms |= context.keys()
            else:
                keys[key] = None
    terms |= {name for context in _contexts(content) for inner in _objects(context) for name in inner}
    if whole:
        return
    for key in keys:
        if key in terms or key.startswith("@") or ":" in key:
            continue
        near = reader.names.nearest_name(key, None)
        if near is not None:
            raise InputError("undefined-term", where=file, key=clip(key), near=near)
        yield make_finding(
            reader.vocabulary, "unknown-column", "error" if reader.strict else "warning", Place(file, column=key)
        )


def _contexts(content: Any) -> Iterator[Any]:
    for node in _objects(content):
        if "@context" in node:
            yield node["@context"]


def _objects(content: Any) -> Iterator[JsonObject]:
    """All objects of a JSON value except those inside its contexts."""
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, JsonObject):
            yield value
            waiting += [inner for key, inner in value.items() if key != "@context"]
        elif isinstance(value, list):
            waiting += value
